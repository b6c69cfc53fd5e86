package patch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

func diffOf(path string, body ...string) string {
	return "```diff\n--- a/" + path + "\n+++ b/" + path + "\n@@ ... @@\n" + strings.Join(body, "\n") + "\n```\n"
}

// TestGuards: hunks that could be placed and must not be, and hunks that cannot, each with its reason.
func TestGuards(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer string
		reason patch.Reason
		says   string
		opt    patch.Options
	}{
		"no change":            {answer: diffOf("x.go", " func b() int {", " \tif true {"), reason: patch.NoOp},
		"removes what it adds": {answer: diffOf("x.go", "-\treturn 3", "+\treturn 3"), reason: patch.NoOp},
		"no anchor":            {answer: diffOf("x.go", "+// hello"), reason: patch.NoAnchor},
		"repeated":             {answer: diffOf("x.go", " }", "+// end"), reason: patch.Ambiguous, says: "lines 5, 12"},
		"not there":            {answer: diffOf("x.go", " func b() int {", "-\tpanic(3)", "+\treturn 4"), reason: patch.NotFound, says: "file: →if true {"},
		"placeholder":          {answer: diffOf("x.go", "-\treturn 3", "+\t// ... rest of code unchanged"), reason: patch.Placeholder},
		"conflict marker":      {answer: diffOf("x.go", "-\treturn 3", "+<<<<<<< HEAD", "+\treturn 4"), reason: patch.Markers},
		"fence":                {answer: diffOf("x.go", "-\treturn 3", "+```go", "+\treturn 4"), reason: patch.Markers},
		"overlap":              {answer: diffOf("x.go", "-\treturn 3", "+\treturn 4", "@@ ... @@", " \t}", "-\treturn 3", "+\treturn 5"), reason: patch.Overlap},
		"same place twice":     {answer: diffOf("x.go", " \treturn 3", "+\t// a", "@@ ... @@", " \treturn 3", "+\t// b"), reason: patch.Overlap},
		"omits a line":         {answer: diffOf("x.go", " func b() int {", "+\tx()", " \t\treturn 2"), reason: patch.OmitsLine, says: "(line 8)"},
		"edit without marks":   {answer: diffOf("x.go", " func b() int {", " \tif true && false {", "-\t\treturn 2", "+\t\treturn 5"), reason: patch.EditInContext, says: "(line 8)"},
		"does not parse":       {answer: diffOf("x.go", "-func b() int {", "+func b() int"), reason: patch.Unparsable, says: "line "},
		"new, does not parse":  {answer: "y.go\n```go\npackage y\nfunc {\n```\n", reason: patch.Unparsable, says: "line 2"},
		"a part as a whole":    {answer: "x.go\n```go\nfunc b() int {\n\treturn 4\n}\n```\n", reason: patch.Unparsable, says: "expected 'package'"},
		"whole, placeholder":   {answer: "x.go\n```go\npackage x\n\n// ... existing code ...\n\nfunc b() {}\n```\n", reason: patch.Placeholder},
		"whole, cut":           {answer: "x.go\n```go\npackage x\n\nfunc b() {}\n", reason: patch.Truncated},
		"two versions":         {answer: "x.go\n```go\npackage x\n```\nor\n\nx.go\n```go\npackage x\n\nvar a int\n```\n", reason: patch.Ambiguous},
		"whole and hunks":      {answer: "x.go\n```go\npackage x\n```\n" + diffOf("x.go", "-\treturn 3", "+\treturn 4"), reason: patch.Overlap},
		"several bare blocks":  {answer: "```go\npackage x\n```\nor\n```go\npackage x\n\nvar a int\n```\n", reason: patch.Ambiguous, opt: patch.Options{Sole: "x.go"}},
		"block without end":    {answer: "x.go\n```\n<<<<<<< SEARCH\n\treturn 3\n=======\n\treturn 4\n```\n", reason: patch.Truncated},
		"V4A without end":      {answer: "*** Begin Patch\n*** Update File: x.go\n@@\n-\treturn 3\n+\treturn", reason: patch.Truncated},
		"diff cut":             {answer: "--- a/x.go\n+++ b/x.go\n@@ -9,4 +9,6 @@\n \t\treturn 2\n \t}\n-\treturn 3\n+\tx()", reason: patch.Truncated},
		"too many files":       {answer: "a.txt\n```\na\n```\nb.txt\n```\nb\n```\n", reason: patch.TooLarge, opt: patch.Options{MaxFiles: 1}},
		"too large":            {answer: "a.txt\n```\n" + strings.Repeat("a\n", 100) + "```\n", reason: patch.TooLarge, opt: patch.Options{MaxBytes: 100}},
		"outside the targets":  {answer: diffOf("x.go", "-\treturn 3", "+\treturn 4"), reason: patch.ForbiddenPath, opt: patch.Options{Writable: func(string) bool { return false }}},
		"protected":            {answer: diffOf("x.go", "-\treturn 3", "+\treturn 4"), reason: patch.ForbiddenPath, says: "a test", opt: patch.Options{Protected: func(string) string { return "it is a test" }}},
		"indentation":          {answer: diffOf("x.go", " if true {", "+x()"), reason: patch.Indent},
		"no path":              {answer: "<<<<<<< SEARCH\n\treturn 3\n=======\n\treturn 4\n>>>>>>> REPLACE\n", reason: patch.NoAnchor},
		"JSON":                 {answer: diffOf("a.json", "-{\"a\": 1}", "+{\"a\": 1"), reason: patch.Unparsable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(files("x.go", sample, "a.json", "{\"a\": 1}\n"), []string{tc.answer}, tc.opt)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, f := range r.Files {
				for _, h := range f.Hunks {
					if h.Status == patch.Refused && got == "" {
						got = string(h.Reason)
					}
				}
			}
			if got != string(tc.reason) || len(r.Changes) != 0 || !strings.Contains(r.Feedback(), tc.says) {
				t.Fatalf("reason %q, want %q saying %q\n%s", got, tc.reason, tc.says, r.Feedback())
			}
		})
	}
}

// TestWholeFileAsItWas: a component whose code is right already is regenerated to the same code. That was refused as NO-OP
// (B10), so that no run of it could be accepted.
func TestWholeFileAsItWas(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]string{
		"with a path":               {"x.go\n```go\n" + sample + "```\n"},
		"bare":                      {"It is right already:\n\n```go\n" + sample + "```\n"},
		"without its last line end": {"x.go\n```go\n" + strings.TrimSuffix(sample, "\n") + "\n```\n"},
		"after hunks that failed":   {diffOf("x.go", "-absent", "+x"), "x.go\n```go\n" + sample + "```\n"},
		"every file":                {"x.go\n```go\n" + sample + "```\na.json\n```json\n{\"a\": 1}\n```\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(files("x.go", sample, "a.json", "{\"a\": 1}\n"), answers, patch.Options{Sole: "x.go"})
			if err != nil {
				t.Fatal(err)
			}
			if r.Refused() || len(r.Changes) != 0 {
				t.Fatalf("refused %v, %d changes\n%s", r.Refused(), len(r.Changes), r.Feedback())
			}
			for _, f := range r.Files {
				if len(f.Hunks) != 1 || f.Hunks[0].Status != patch.Already {
					t.Errorf("%s: %+v", f.Path, f.Hunks)
				}
			}
		})
	}
}

// TestPlaceholderLines tells what stands for omitted code from comments that do not.
func TestPlaceholderLines(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"// ... rest of code unchanged": true, "// rest of the code remains the same": true, "# ... existing code ...": true, "// existing code": true,
		"/* ... */": true, "// ...": true, "...": true, "// (rest of the file is unchanged)": true, "// The remaining methods stay the same": true,
		"<!-- rest of file -->": true, "# same as before": true, "// no changes needed": true, "// ... other methods": true, "[rest of code unchanged]": true,
		"// omitted for brevity": true, "// … rest of the implementation …": true, "-- rest of the function is unchanged": true, "// Other functions remain unchanged.": true,
		"// rest is what is left over": false, "// the rest of the bytes are padding": false, "x := f(a...)": false, "// existing codes are kept in a map": false,
		"// remaining is never negative": false, "func f(a ...int) {": false, "return append(a, b...)": false, "// It reads the other file first.": false,
		"// keep the previous value": false, "fmt.Println(\"...\")": false, "// wait for the rest": false, "// Loading...": false, "// unchanged reports whether a and b are equal": false,
	} {
		r, err := patch.Apply(files("x.txt.go", "old\n"), []string{diffOf("x.txt.go", "-old", "+"+line)}, patch.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Refused() != want {
			t.Errorf("%q: refused %v, want %v\n%s", line, r.Refused(), want, r.Feedback())
		}
	}
}

const seven = "one 1\n\ntwo 2\n\nthree 3\n\nfour 4\n\nfive 5\n\nsix 6\n\nseven 7\n"

func sevenHunks() string {
	var body []string
	for i, n := range []string{"one 1", "two 2", "treh 3", "four 4", "five 5", "six 6", "seven 7"} {
		if i > 0 {
			body = append(body, "@@ ... @@")
		}
		body = append(body, "-"+n, "+"+strings.ToUpper(n))
	}
	return diffOf("x/y.txt", body...)
}

// TestResendAsksForTheFailingHunkOnly: what matched is kept, and one small answer completes the patch.
func TestResendAsksForTheFailingHunkOnly(t *testing.T) {
	t.Parallel()
	base := files("x/y.txt", seven, "z.txt", "z\n")
	answers := []string{sevenHunks() + diffOf("z.txt", "-z", "+Z")}
	r, err := patch.Apply(base, answers, patch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	feedback := r.Feedback()
	for _, want := range []string{"hunk 3 of 7, file x/y.txt: NOT-FOUND", "Hunks 1, 2, 4-7 matched; re-send only hunk 3.", "three 3"} {
		if !strings.Contains(feedback, want) {
			t.Errorf("feedback lacks %q:\n%s", want, feedback)
		}
	}
	if strings.Contains(feedback, "z.txt") || len(r.Changes) != 0 {
		t.Errorf("feedback speaks of what matched, or something changed:\n%s", feedback)
	}
	for name, again := range map[string]string{
		"the hunk":    diffOf("x/y.txt", "-three 3", "+THREE 3"),
		"everything":  strings.Replace(sevenHunks(), "-treh", "-three", 1),
		"as a block":  "x/y.txt\n```\n<<<<<<< SEARCH\nthree 3\n=======\nTREH 3\n>>>>>>> REPLACE\n```\n",
		"as a whole":  "x/y.txt\n```\n" + strings.Replace(strings.ToUpper(seven), "THREE", "TREH", 1) + "```\n",
		"after prose": "",
	} {
		all := append([]string{}, answers...)
		if name == "after prose" {
			all = append(all, "Sorry, which one?", diffOf("x/y.txt", "-three 3", "+TREH 3"))
		} else {
			all = append(all, again)
		}
		r, err := patch.Apply(base, all, patch.Options{})
		if err != nil || r.Refused() || len(r.Changes) != 2 {
			t.Errorf("%s: %v, %+v\n%s", name, err, r.Files, r.Feedback())
			continue
		}
		want := strings.Replace(strings.ToUpper(seven), "THREE", "TREH", 1)
		if name == "the hunk" {
			want = strings.ToUpper(seven)
		}
		if got := string(r.Changes[0].Data); got != want {
			t.Errorf("%s: got\n%s", name, got)
		}
		if got := string(r.Changes[1].Data); got != "Z\n" {
			t.Errorf("%s: z.txt is %q", name, got)
		}
	}
}

// TestForbiddenFileCanBeLeftOut: a re-send without it is complete.
func TestForbiddenFileCanBeLeftOut(t *testing.T) {
	t.Parallel()
	opt := patch.Options{Writable: func(p string) bool { return p == "x.txt" }}
	first := diffOf("x.txt", "-x", "+y") + "y_test.go\n```go\npackage y\n```\n"
	r, err := patch.Apply(files("x.txt", "x\n"), []string{first}, opt)
	if err != nil || !r.Refused() || !strings.Contains(r.Feedback(), "without this file") {
		t.Fatalf("%v\n%s", err, r.Feedback())
	}
	r, err = patch.Apply(files("x.txt", "x\n"), []string{first, diffOf("x.txt", "-x", "+y")}, opt)
	if err != nil || r.Refused() || len(r.Changes) != 1 {
		t.Fatalf("%v\n%s", err, r.Feedback())
	}
}

// TestLineEnds: the file's own are kept, and its last newline, and its byte order mark.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ base, answer, want string }{
		"CRLF":                 {"a\r\nb\r\n", diffOf("f", " a", "-b", "+c", "+d"), "a\r\nc\r\nd\r\n"},
		"no newline":           {"a\nb", diffOf("f", " a", "-b", "+c"), "a\nc"},
		"no newline, appended": {"a\nb", diffOf("f", " a", " b", "+c"), "a\nb\nc"},
		"newline asked for":    {"a\nb", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n", "a\nb\n"},
		"newline taken":        {"a\nb\n", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n", "a\nb"},
		"byte order mark":      {"\ufeffa\nb\n", diffOf("f", "-a", "+c", " b"), "\ufeffc\nb\n"},
		"mixed":                {"a\r\nb\nc\r\n", diffOf("f", " a", "-b", "+x", "+y", " c"), "a\r\nx\ny\nc\r\n"},
		"bytes":                {"a\xff\nb\n", diffOf("f", " a\xff", "-b", "+c"), "a\xff\nc\n"},
		"whole, CRLF":          {"a\r\nb\r\n", "f.txt\n", ""},
		"emptied":              {"a\n", diffOf("f", "-a"), ""},
		"filled":               {"", diffOf("f", "+a"), "a\n"},
		"lone CR":              {"a\rb\nc\n", diffOf("f", " a\rb", "-c", "+d"), "a\rb\nd\n"},
	} {
		path := "f"
		if name == "whole, CRLF" {
			path, tc.answer, tc.want = "f.txt", "f.txt\n```\na\nc\n```\n", "a\r\nc\r\n"
		}
		r, err := patch.Apply(files(path, tc.base), []string{tc.answer}, patch.Options{Sole: "f"})
		if err != nil || r.Refused() || len(r.Changes) != 1 {
			t.Errorf("%s: %v\n%s", name, err, r.Feedback())
			continue
		}
		if got := string(r.Changes[0].Data); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

// TestDisambiguation: scope, chain, order and header choose between equal places, and nothing else does.
func TestDisambiguation(t *testing.T) {
	t.Parallel()
	var base strings.Builder
	for i := range 6 {
		fmt.Fprintf(&base, "func f%d() {\n\tstart()\n\twork()\n\tstop()\n}\n\n", i)
	}
	at := func(n int) string {
		lines := strings.Split(base.String(), "\n")
		lines[6*n+2] = "\tplay()"
		return strings.Join(lines, "\n")
	}
	change := " \tstart()\n-\twork()\n+\tplay()\n \tstop()\n"
	for name, tc := range map[string]struct {
		answer string
		want   int // -1: ambiguous
	}{
		"nothing":         {"--- a/f\n+++ b/f\n@@ ... @@\n" + change, -1},
		"scope":           {"--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@ func f3() {\n" + change, 3},
		"bare scope":      {"--- a/f\n+++ b/f\n@@ func f2() {\n" + change, 2},
		"V4A":             {"*** Begin Patch\n*** Update File: f\n@@ func f4() {\n" + change + "*** End Patch\n", 4},
		"header":          {"--- a/f\n+++ b/f\n@@ -14,3 +14,3 @@\n" + change, 2},
		"header, near":    {"--- a/f\n+++ b/f\n@@ -15,3 +15,3 @@\n" + change, -1},
		"header, far off": {"--- a/f\n+++ b/f\n@@ -900,3 +900,3 @@\n" + change, -1},
		"unknown scope":   {"--- a/f\n+++ b/f\n@@ func g() {\n" + change, -1},
		"order":           {"--- a/f\n+++ b/f\n@@ ... @@\n func f2() {\n+\t// two\n \tstart()\n@@ ... @@\n" + change + "@@ ... @@\n+// four\n func f4() {\n", -1},
		"order, clear":    {"--- a/f\n+++ b/f\n@@ ... @@\n }\n+// here\n \n func f2() {\n@@ ... @@\n" + change + "@@ ... @@\n }\n+// here\n \n func f3() {\n", 2},
		"order, reversed": {"--- a/f\n+++ b/f\n@@ ... @@\n }\n+// here\n \n func f3() {\n@@ ... @@\n" + change + "@@ ... @@\n }\n+// here\n \n func f2() {\n", -1},
	} {
		got, ok := outcome(t, base.String(), tc.answer)
		switch {
		case !ok && tc.want >= 0:
			t.Errorf("%s: refused", name)
		case ok && tc.want < 0:
			t.Errorf("%s: placed\n%s", name, patch.Diff("f", []byte(base.String()), []byte(got)))
		case ok && strings.ReplaceAll(got, "// here\n", "") != at(tc.want):
			t.Errorf("%s: wrong place\n%s", name, patch.Diff("f", []byte(base.String()), []byte(got)))
		}
	}
}

// TestHostileRepetition bounds the work on text that repeats itself.
func TestHostileRepetition(t *testing.T) {
	t.Parallel()
	base := strings.Repeat("a\n", 500_000)
	answer := diffOf("f", strings.Repeat(" a\n", 300_000)+"-b\n+c")
	r, err := patch.Apply(files("f", base), []string{answer}, patch.Options{MaxBytes: 1 << 24})
	if err != nil || !r.Refused() {
		t.Fatalf("%v, %+v", err, r.Files)
	}
}
