package journal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/specgen-dev/specgen/pkg/journal"
)

// What an audit once wrote stays readable for ever, and is written again as it was: programs read every key of it.
func TestAuditsOfVersion1StayReadable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/audit-v1.jsonl")
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
