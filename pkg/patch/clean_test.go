package patch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestCleanIsTheCascade: the short way for clean hunks comes to what the cascade comes to, results included.
func TestCleanIsTheCascade(t *testing.T) {
	t.Parallel()
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		words := []string{"a", "b", "\ta", "}", "", "func x() {", "return 1", "  c", "+ d", "... "}
		if rapid.Bool().Draw(t, "distinct") {
			for i := range 40 {
				words = append(words, fmt.Sprintf("line %d", i))
			}
		}
		lines := rapid.SliceOfN(rapid.SampledFrom(words), 1, 40).Draw(t, "lines")
		edited := slices.Clone(lines)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			i := rapid.IntRange(0, len(edited)).Draw(t, "at")
			if rapid.Bool().Draw(t, "insert") || i == len(edited) {
				edited = slices.Insert(edited, i, rapid.SampledFrom(words).Draw(t, "new"))
			} else {
				edited = slices.Delete(edited, i, i+1)
			}
		}
		before, after := strings.Join(lines, "\n")+"\n", strings.Join(edited, "\n")+"\n"
		diff := Diff("f", []byte(before), []byte(after))
		if rapid.Bool().Draw(t, "spoilt") {
			diff = strings.Replace(diff, rapid.SampledFrom([]string{"@@ -1", "\n a\n", ",7 @@", "\n-"}).Draw(t, "what"), "\n b\n", 1)
		}
		sections := readUnified(chunk{lines: splitLines(diff)}, "f")
		if len(sections) != 1 || sections[0].fault != nil || len(sections[0].hunks) == 0 {
			return
		}
		short, long := &plan{section: *sections[0]}, &plan{section: *sections[0]}
		got, ok := clean(short, []byte(before))
		if !ok {
			return
		}
		taken++
		e := &engine{}
		want, ok := e.placeAll(long, readDocument([]byte(before)))
		if !ok || string(got) != string(want) || fmt.Sprint(short.results) != fmt.Sprint(long.results) {
			t.Fatalf("short way %q %+v\ncascade %q %+v\n%s", got, short.results, want, long.results, diff)
		}
	})
	if taken == 0 {
		t.Error("the short way was never taken")
	}
}
