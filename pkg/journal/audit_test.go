package journal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/specgen-dev/specgen/pkg/journal"
)

// What an audit once wrote stays readable for ever, and is written again as it was: programs read every key of it.
func TestAuditsOfVersion1StayReadable(t *testing.T) {
	t.Parallel()
	staysReadable(t, "audit-v1.jsonl")
}

// Nor does what writing tests once said change.
func TestAuthoredTestsOfVersion1StayReadable(t *testing.T) {
	t.Parallel()
	staysReadable(t, "tests-v1.jsonl")
}

func staysReadable(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		var e journal.Event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if _, unread := e.Body.(journal.Unread); unread {
			t.Errorf("%s is not read", e.Kind)
		}
		again, err := json.Marshal(e)
		if err != nil || !bytes.Equal(again, line) {
			t.Errorf("%s is written anew as\n%s\nand was\n%s\n%v", e.Kind, again, line, err)
		}
	}
}
