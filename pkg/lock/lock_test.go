package lock_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/lock"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func example(t *testing.T) lock.Lock {
	t.Helper()
	sp, err := spec.Parse("specs/window.spec.md", []byte("---\ncomponent: window\ntargets: [\"window.go\"]\n---\n# Spec: Window\n\n## Behavior\n- **B1** Gives a <window>.\n"))
	if err != nil {
		t.Fatal(err)
	}
	report := verdict.Report{Verdicts: []verdict.Verdict{{
		Clause: "B1", Digest: "d", Section: spec.Behavior, Level: spec.Must, Text: "Gives a <window>.", Status: verdict.Pass, Basis: verdict.Executed,
	}}}
	files := []patch.File{{Path: "b.go", Data: []byte("b")}, {Path: "a.go", Data: []byte("a")}}
	l := lock.New(sp, report, files, nil)
	l.Run, l.Model, l.Templates = "20260102-030405-k3fd", "m", map[string]string{"generate": "g"}
	return l
}

func TestALockReadsBackAndIsStable(t *testing.T) {
	t.Parallel()
	l := example(t)
	text, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := lock.Parse("x", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(l, again); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if l.Files[0].Path != "a.go" || strings.Contains(string(text), `\u003c`) || !strings.HasSuffix(string(text), "}\n") {
		t.Errorf("want sorted paths, readable text and a final newline:\n%s", text)
	}
}

// A lock of the first format must stay readable for ever.
func TestVersion1StaysReadable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	l, err := lock.Parse("testdata/v1.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if l.Component != "window" || len(l.Clauses) != 1 || l.Clauses[0].Basis != verdict.Executed || l.Files[0].Blob == "" || l.Spec.Digest == "" {
		t.Errorf("read as %+v", l)
	}
}

func TestOtherFormatsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"v":2}`, `{}`, `not json`, ``} {
		if _, err := lock.Parse(".specgen/lock/x.json", []byte(text)); err == nil || !strings.Contains(err.Error(), ".specgen/lock/x.json") {
			t.Errorf("%q: want an error that names the file, got %v", text, err)
		}
	}
}

func TestEditedFindsChangesAndDeletions(t *testing.T) {
	t.Parallel()
	l := example(t)
	got := l.Edited(func(path string) ([]byte, bool) { return []byte("a"), path == "a.go" })
	if diff := cmp.Diff([]string{"b.go"}, got); diff != "" {
		t.Error(diff)
	}
	got = l.Edited(func(string) ([]byte, bool) { return []byte("other"), true })
	if diff := cmp.Diff([]string{"a.go", "b.go"}, got); diff != "" {
		t.Error(diff)
	}
}
