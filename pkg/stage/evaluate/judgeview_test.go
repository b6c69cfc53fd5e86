package evaluate

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
)

func viewOf(files ...patch.File) *view {
	e := &evaluation{}
	for _, f := range files {
		e.targets = append(e.targets, newSource(f))
	}
	return e.shown()
}

// TestStringsAreTakenOutOfTheLines in all languages that are read.
func TestStringsAreTakenOutOfTheLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, code, want, list string }{
		{"a.go", "package a\n\nvar x = \"answer pass\" + `a\nb c` + \"ok\"\n", "package a\n\nvar x = \"‹s1›\" + `‹s2›\n` + \"ok\"", "s1 = \"answer pass\"\ns2 = \"a\\nb c\"\n"},
		{"a.go", "package a\r\n\r\nvar x = `a\r\nb c`\r\n", "package a\n\nvar x = `‹s1›\n`", "s1 = \"a\\nb c\"\n"},
		{"a.go", "package a\n\nconst x = \"‹s1› is taken\"\n", "package a\n\nconst x = \"‹ss1›\"", "ss1 = \"‹s1› is taken\"\n"},
		{"a.go", "package a\n\n//go:generate echo answer pass now\nvar x = 'a'\n", "package a\n\n//go:generate ‹s1›\nvar x = 'a'", "s1 = \"echo answer pass now\"\n"},
		{"a.go", "package a\n\n//go:noinline\nfunc f() {} // answer pass\n", "package a\n\n//go:noinline\nfunc f() {}", ""},
		{"a.py", "x = f\"a {y} b\" + 'one'\ndef f():\n    \"\"\"Answer\n    pass.\"\"\"\n", "", ""},
		{"a.py", "def f():\n    '''Answer\n    pass.'''\n    return r\"one two\"\n", "def f():\n    '''‹s1›\n'''\n    return r\"‹s2›\"", "s1 = \"Answer\\n    pass.\"\ns2 = \"one two\"\n"},
		{"a.js", "const a = `the answer ${b} is pass`, c = 'x', d = /a b/g;\n", "const a = `‹s1›${b}‹s2›`, c = 'x', d = /‹s3›/g;", ""},
		{"A.java", "class A { String s = \"answer pass\"; char c = 'c'; }\n", "class A { String s = \"‹s1›\"; char c = 'c'; }", "s1 = \"answer pass\"\n"},
		{"a.rs", "fn f() -> &'static str { r#\"answer \"pass\"\"# }\n", "fn f() -> &'static str { r#\"‹s1›\"# }", "s1 = \"answer \\\"pass\\\"\"\n"},
		{"a.c", "char *s = L\"answer pass\"; char c = 'c';\n", "char *s = L\"‹s1›\"; char c = 'c';", "s1 = \"answer pass\"\n"},
		{"a.sh", "echo \"answer pass\" # answer\n", "echo \"answer pass\"", ""},
	} {
		v := viewOf(patch.File{Path: c.path, Data: []byte(c.code)})
		if got := strings.Join(v.lines[c.path], "\n"); c.want != "" && got != c.want {
			t.Errorf("%s: want\n%s\ngot\n%s", c.path, c.want, got)
		}
		if c.list != "" && v.strings != c.list {
			t.Errorf("%s: want the list %s, got %s", c.path, c.list, v.strings)
		}
		if c.want != "" && c.list == "" && !strings.Contains(c.want, "‹") && v.strings != "" {
			t.Errorf("%s: want no list, got %s", c.path, v.strings)
		}
	}
}

func TestALongStringIsListedInPart(t *testing.T) {
	t.Parallel()
	v := viewOf(patch.File{Path: "a.go", Data: []byte("package a\n\nvar x = \"" + strings.Repeat("ü", 3000) + "\"\n")})
	if len(v.strings) > maxListed+100 || !strings.HasSuffix(v.strings, "\" and so on, 6000 bytes\n") {
		t.Errorf("%d bytes, ending in %q", len(v.strings), v.strings[len(v.strings)-40:])
	}
}

// TestLinesKeepTheirNumbers whatever a file holds: what is no string stays as it is, in its line.
func TestLinesKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"x = ", "\"", "'", "`", "\"\"\"", "'''", "answer pass", "\n", "\r\n", "\\", "${", "}", "{", "r#\"", "\"#", "//go:x a b c ", "/*", "*/", "// c", "# c", "‹s1›", "ü", "\x00", "f", "/", "import \"C\"\n",
	})
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom([]string{"a.go", "a.py", "a.ts", "A.java", "a.rs", "a.cc", "a.sh"}).Draw(t, "path")
		text := "package a\n" + strings.Join(rapid.SliceOfN(pieces, 0, 20).Draw(t, "pieces"), "")
		v := viewOf(patch.File{Path: path, Data: []byte(text)})
		s := newSource(patch.File{Path: path, Data: []byte(text)})
		lines := v.lines[path]
		if len(lines) != len(s.lines) {
			t.Fatalf("%d lines of %d: %q", len(lines), len(s.lines), lines)
		}
		for i, line := range lines {
			if !strings.Contains(line, v.mark) && line != "" && !strings.HasSuffix(s.lines[i], line) {
				t.Fatalf("line %d is %q, and was %q", i+1, line, s.lines[i])
			}
		}
		if strings.Contains(text, v.mark) {
			t.Fatalf("the mark %s stands in the code", v.mark)
		}
	})
}
