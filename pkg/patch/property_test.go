package patch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// text draws a file: lines from few words, so that they repeat, or from many; line ends and the last newline vary.
func text(t *rapid.T, name string) string {
	words := []string{"a", "b", "\ta", "\t\tb", "}", "", "func x() {", "return 1", "- item", "+ plus", "@@ x", "--- y", "naïve", "x\xff", "  c", `\ d`}
	if rapid.Bool().Draw(t, name+"-free") {
		words = nil
	}
	n := rapid.IntRange(0, 40).Draw(t, name+"-lines")
	var out strings.Builder
	for range n {
		var line string
		if words != nil {
			line = rapid.SampledFrom(words).Draw(t, "word")
		} else {
			line = strings.NewReplacer("\n", "", "\x00", "").Replace(rapid.StringN(0, 12, 40).Draw(t, "line"))
		}
		out.WriteString(strings.TrimPrefix(line, "\ufeff"))
		out.WriteString(rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n"}).Draw(t, "eol"))
	}
	if rapid.Bool().Draw(t, name+"-bare") {
		return strings.TrimSuffix(out.String(), "\n")
	}
	return out.String()
}

// edited draws a text that is a few edits away.
func edited(t *rapid.T, a string) string {
	lines := strings.SplitAfter(a, "\n")
	for range rapid.IntRange(1, 4).Draw(t, "edits") {
		i := rapid.IntRange(0, len(lines)).Draw(t, "at")
		switch {
		case rapid.Bool().Draw(t, "insert") || i == len(lines):
			lines = slices.Insert(slices.Clone(lines), i, rapid.SampledFrom([]string{"new\n", "\n", "a\n", "\tb\n", "}\n", "new\r\n"}).Draw(t, "line"))
		default:
			lines = slices.Delete(slices.Clone(lines), i, i+1)
		}
	}
	return strings.Join(lines, "")
}

func applied(t *rapid.T, before, answer string) (after string, refused bool) {
	r, err := patch.Apply(files("f", before), []string{answer}, patch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Refused() {
		if len(r.Changes) != 0 || r.Feedback() == "" {
			t.Fatalf("a refused patch has changes or no feedback: %+v", r)
		}
		return "", true
	}
	if len(r.Changes) == 0 {
		return before, false
	}
	return string(r.Changes[0].Data), false
}

// TestTrueDiffsApply: apply(diff(a, b), a) = b with true headers; guards that look at the content may refuse.
func TestTrueDiffsApply(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := text(t, "a")
		b := edited(t, a)
		diff := patch.Diff("f", []byte(a), []byte(b))
		if diff == "" {
			return
		}
		got, refused := applied(t, a, diff)
		if refused {
			t.Fatalf("refused\n%q\n%q\n%s", a, b, diff)
		}
		if got != b {
			t.Fatalf("got %q, want %q\n%s", got, b, diff)
		}
	})
}

// TestHeadersMatterLittle: without numbers the result is b, or nothing. Blank lines at the end of a hunk that the diff's
// own end could have made, and texts that differ in line ends alone, are left out.
func TestHeadersMatterLittle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := strings.ReplaceAll(text(t, "a"), "\r", "")
		b := strings.ReplaceAll(edited(t, a), "\r", "")
		diff := patch.Diff("f", []byte(a), []byte(b))
		if diff == "" || strings.Contains(diff, "\\ No newline") {
			return
		}
		hunks := rawHunks(diff)
		for i := range hunks {
			hunks[i].header = "@@ ... @@"
		}
		if rapid.Bool().Draw(t, "reverse") {
			slices.Reverse(hunks)
		}
		if got, refused := applied(t, a, "```diff\n"+printed(hunks)+"```\n"); !refused && got != b && got != a {
			t.Fatalf("a third text: got %q, want %q\n%s", got, b, printed(hunks))
		}
	})
}

// TestOrderOfHunks: hunks with true headers may come in any order.
func TestOrderOfHunks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := text(t, "a")
		b := edited(t, a)
		diff := patch.Diff("f", []byte(a), []byte(b))
		if diff == "" || strings.Contains(diff, "\\ No newline") {
			return
		}
		hunks := rapid.Permutation(rawHunks(diff)).Draw(t, "hunks")
		got, refused := applied(t, a, "```diff\n"+printed(hunks)+"```\n")
		if refused || got != b {
			t.Fatalf("refused %v, got %q, want %q\n%s", refused, got, b, printed(hunks))
		}
	})
}

// TestOnlyReportedRangesChange: whatever a spoilt diff comes to, the result is the file outside the lines that the hunks
// cover, and a refusal changes nothing.
func TestOnlyReportedRangesChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := strings.ReplaceAll(text(t, "a"), "\r", "")
		hunks := rawHunks(patch.Diff("f", []byte(a), []byte(strings.ReplaceAll(edited(t, a), "\r", ""))))
		for i := range hunks {
			if n := len(hunks[i].body); n > 1 && rapid.Bool().Draw(t, "drop") {
				at := rapid.IntRange(0, n-1).Draw(t, "line")
				hunks[i].body = slices.Delete(slices.Clone(hunks[i].body), at, at+1)
			}
			if rapid.Bool().Draw(t, "bare") {
				hunks[i].header = "@@ ... @@"
			}
		}
		r, err := patch.Apply(files("f", a), []string{"```diff\n" + printed(hunks) + "```\n"}, patch.Options{})
		if err != nil || r.Refused() || len(r.Changes) == 0 {
			return
		}
		before, after := strings.SplitAfter(a, "\n"), strings.SplitAfter(string(r.Changes[0].Data), "\n")
		first, last := len(before), 0
		for i, h := range r.Files[0].Hunks {
			if h.Status == patch.Applied {
				first, last = min(first, h.Line-1), max(last, h.Line-1+len(hunks[i].body)+8) // a hunk may leave a few lines out
			}
		}
		for i := range min(first, len(before)-1) {
			if before[i] != after[i] {
				t.Fatalf("line %d changed, and the first hunk is at %d\n%q\n%q", i+1, first+1, before, after)
			}
		}
		for i := 1; len(before)-i > last; i++ {
			if before[len(before)-i] != after[len(after)-i] {
				t.Fatalf("line %d changed, and the last hunk ends at %d\n%q\n%q", len(before)-i+1, last, before, after)
			}
		}
	})
}

// TestTwiceIsRefusedOrAlready: a diff of distinct lines that is applied again changes nothing.
func TestTwiceIsRefusedOrAlready(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "lines")
		var lines []string
		for i := range n {
			lines = append(lines, "line number "+strings.Repeat("i", i)+"\n")
		}
		a := strings.Join(lines, "")
		i := rapid.IntRange(0, n).Draw(t, "at")
		b := strings.Join(slices.Insert(slices.Clone(lines), i, "one that is new\n"), "")
		if rapid.Bool().Draw(t, "delete") && i < n {
			b = strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "")
		}
		diff := patch.Diff("f", []byte(a), []byte(b))
		if rapid.Bool().Draw(t, "bare") {
			hunks := rawHunks(diff)
			for i := range hunks {
				hunks[i].header = "@@ @@"
			}
			diff = printed(hunks)
		}
		once, refused := applied(t, a, diff)
		if refused {
			return
		}
		if twice, refused := applied(t, once, diff); !refused && twice != once {
			t.Fatalf("applied twice:\n%s\n%s\n%s", once, twice, diff)
		}
	})
}

// FuzzApply feeds the engine anything. It must not panic, and a refusal must change nothing.
func FuzzApply(f *testing.F) {
	f.Add(sample, "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n package x\n+\n \n")
	f.Add(sample, "```go f\npackage x\n```\n")
	f.Add(sample, "<<<<<<< SEARCH\nreturn 1\n=======\nreturn 2\n>>>>>>> REPLACE\n")
	f.Add(sample, "*** Begin Patch\n*** Update File: f\n@@ func b\n-\treturn 3\n+\treturn 4\n*** End Patch")
	f.Add(sample, "cat > f <<EOF\nx\nEOF\n")
	f.Add("a\r\nb\r\n", "--- f\n+++ f\n@@\n a\n-b\n+c\n\\ No newline at end of file\n")
	seeds, _ := filepath.Glob("testdata/answers/*")
	for _, s := range seeds {
		if data, err := os.ReadFile(s); err == nil {
			f.Add(sample, string(data))
		}
	}
	f.Fuzz(func(t *testing.T, before, answer string) {
		for _, sole := range []string{"", "f"} {
			r, err := patch.Apply(files("f", before), []string{answer, answer}, patch.Options{Sole: sole, Allow: patch.Permissions{Delete: true, Rename: true, Chmod: true}})
			if err != nil {
				continue
			}
			if r.Refused() && (len(r.Changes) > 0 || r.Feedback() == "") {
				t.Fatalf("refused, and yet %+v", r)
			}
			for _, c := range r.Changes {
				if strings.Contains(strings.ToLower("/"+c.Path+"/"), "/.git/") || strings.HasPrefix(c.Path, "/") || strings.Contains("/"+c.Path+"/", "/../") {
					t.Fatalf("escaped to %q", c.Path)
				}
			}
			_ = r.TierCounts()
		}
	})
}
