package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/report"
)

// TestDiff compares diffs on a terminal with what they are known to look like: testdata/diff/NAME.diff, NAME.golden.
func TestDiff(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/diff/*.diff")
	if err != nil || len(files) == 0 {
		t.Fatalf("no diffs: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if plain := (report.Style{}).Diff(string(text)); plain != string(text) {
			t.Errorf("%s: without colour a diff stays as it is", file)
		}
		golden(t, strings.TrimSuffix(file, ".diff")+".golden", report.Style{Color: true}.Diff(string(text)))
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestDiffSaysTheSameInColour: under its colours a diff is the same text, and nothing else commands the terminal.
func TestDiffSaysTheSameInColour(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[a-c +\-@\\\t]{0,8}`)
		file := func(name string) []byte {
			return []byte(strings.Join(rapid.SliceOfN(line, 0, 12).Draw(t, name), "\n"))
		}
		diff := patch.Diff("x.txt", file("a"), file("b"))
		if got := colours.ReplaceAllString(report.Style{Color: true}.Diff(diff), ""); strings.TrimSuffix(got, "\n") != strings.TrimSuffix(diff, "\n") {
			t.Fatalf("got\n%s\nwant\n%s", got, diff)
		}
		evil := report.Style{Color: true}.Diff("diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+" + rapid.String().Draw(t, "evil"))
		if rest := colours.ReplaceAllString(evil, ""); strings.ContainsAny(rest, "\x1b\u202e\r\u009b") {
			t.Fatalf("%q", evil)
		}
	})
}
