package patch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// oddGo has what is hard to cut at the ends of declarations.
const oddGo = "package p\n\nimport \"fmt\"\n\nvar a = struct{ x int }{\n\t1,\n}\n\n/* func x() {\n}\n*/\nconst c = `\n}\nfunc raw() {\n}\n`\n\n" +
	"func quote() rune { return '\"' }\n\nvar t = '`' // it's {\n\ntype g[T interface {\n\t~int\n}] struct{}\n\nfunc b() {\n\tfmt.Println(\"}\\\"\", '\\'', 4/2)\n}\n\nvar (\n\tm = map[string]int{}\n)\n\n" +
	"func (g[T]) m() {\n}\n\nvar f = func() {\n}\n\nvar last = 1\n"

// TestStillParses: whatever is done to a Go file that parses, the file parses where stillParses says so.
func TestStillParses(t *testing.T) {
	t.Parallel()
	if problem := goError([]byte(oddGo)); problem != "" {
		t.Fatal(problem)
	}
	sources := []string{oddGo}
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names[:20] {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(data))
	}
	bits := []string{"{", "}", "}\n", "(", ")", "\"", "`", "'", "/*", "*/", "//", "\n", "import \"x\"\n", "package p\n", "func f() {\n}\n", "var x = 1", "\r", "\x00", "\ufeff", "x", "+"}
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SampledFrom(sources).Draw(t, "source")
		after := before
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			at := rapid.IntRange(0, len(after)).Draw(t, "at")
			if rapid.Bool().Draw(t, "at a line") {
				at = strings.LastIndexByte(after[:at], '\n') + 1
			}
			to := at
			switch rapid.IntRange(0, 2).Draw(t, "gone") {
			case 0:
				to = min(len(after), at+rapid.IntRange(0, 40).Draw(t, "bytes"))
			case 1:
				to = at + strings.IndexByte(after[at:]+"\n", '\n')
			}
			after = after[:at] + rapid.SampledFrom(append(bits, "")).Draw(t, "bit") + after[min(to, len(after)):]
		}
		if stillParses([]byte(before), []byte(after)) && goError([]byte(after)) != "" {
			t.Fatalf("does not parse:\n%s", after)
		}
	})
}

// TestStillParsesChanged knows the usual changes without parsing the whole.
func TestStillParsesChanged(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]*strings.Replacer{
		"nothing":        strings.NewReplacer(),
		"in a function":  strings.NewReplacer("4/2", "4/3"),
		"two of them":    strings.NewReplacer("4/2", "4/3", "m() {", "m() {\n\treturn"),
		"a new function": strings.NewReplacer("func b()", "func a() {\n}\n\nfunc b()"),
		"one less":       strings.NewReplacer("func (g[T]) m() {\n}\n\n", ""),
		"at the end":     strings.NewReplacer("last = 1\n", "last = 1\n\nfunc z() {\n}\n"),
	} {
		if !stillParses([]byte(oddGo), []byte(change.Replace(oddGo))) {
			t.Errorf("%s: is not seen to parse", name)
		}
	}
	for name, change := range map[string]*strings.Replacer{
		"an import":   strings.NewReplacer("func b()", "import \"x\"\n\nfunc b()"),
		"a brace":     strings.NewReplacer("4/2)\n}", "4/2)\n"),
		"a comment":   strings.NewReplacer("func b()", "/*\nfunc b()"),
		"a string":    strings.NewReplacer("func b()", "var s = `\n\nfunc b()"),
		"joined":      strings.NewReplacer("last = 1\n", "last = 1func z() {\n}\n"),
		"an operator": strings.NewReplacer("func b()", "var s = 1 +\n\nfunc b()"),
	} {
		if stillParses([]byte(oddGo), []byte(change.Replace(oddGo))) {
			t.Errorf("%s: is taken to parse", name)
		}
	}
}
