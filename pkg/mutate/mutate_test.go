package mutate_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
)

func one(path, text string) []patch.File {
	return []patch.File{{Path: path, Mode: patch.ModeFile, Data: []byte(text)}}
}

// in gives the mutants in the body of a function of Go, each as "kind: was -> now".
func in(head, body string) []string {
	files := one("a/a.go", "package a\n\nimport (\n\t\"errors\"\n\t\"strings\"\n)\n\nvar ErrX = errors.New(strings.ToLower(\"x\"))\n\n"+head+" {\n"+body+"\n}\n")
	var out []string
	for _, m := range mutate.Mutants(files) {
		if m.Func != "" {
			out = append(out, fmt.Sprintf("%s: %s -> %s", m.Kind, m.Was, m.Now))
		}
	}
	return out
}

func TestGoOperators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, head, body string
		want             []string
	}{
		{"order", "func f(a, b int) bool", "return a < b", []string{
			"body: { -> { return false;",
			"condition: < -> >=",
			"boundary: < -> <=",
		}},
		{"equality of numbers", "func f(a, b int) bool", "return a == b", []string{
			"body: { -> { return false;",
			"condition: == -> !=",
			"boundary: == -> <=",
		}},
		{"lengths", "func f(a []int) bool", "return len(a) == 0 && len(a) >= 0", []string{
			"body: { -> { return false;",
			"condition: len(a) == 0 && len(a) >= 0 -> len(a) == 0",
			"condition: len(a) == 0 && len(a) >= 0 -> len(a) >= 0",
			"return: len(a) == 0 && len(a) >= 0 -> !(len(a) == 0 && len(a) >= 0)",
			"condition: == -> !=",
			"constant: 0 -> 1",
			"condition: && -> ||",
		}},
		{"equality of texts", "func f(a, b string) bool", "return a == b || a != \"go\"", []string{
			"body: { -> { return false;",
			"condition: a == b || a != \"go\" -> a != \"go\"",
			"condition: a == b || a != \"go\" -> a == b",
			"return: a == b || a != \"go\" -> !(a == b || a != \"go\")",
			"condition: == -> !=",
			"condition: || -> &&",
			"condition: != -> ==",
			"constant: \"go\" -> \"\"",
			"constant: \"go\" -> \"gox\"",
		}},
		{"parts of a condition, arguments", "func f(a, b bool)", "if a && (b || !a) {\n\tf(b, a)\n\t}", []string{
			"body: { -> { return;",
			"condition: a && (b || !a) -> !(a && (b || !a))",
			"condition: a && (b || !a) -> (b || !a)",
			"condition: a && (b || !a) -> a",
			"condition: a && (b || !a) -> false && a && (b || !a)",
			"condition: && -> ||",
			"condition: b || !a -> !a",
			"condition: b || !a -> b",
			"condition: || -> &&",
			"condition: !a -> a",
			"statement: f(b, a) -> ",
			"arguments: b, a -> a, b",
		}},
		{"a part that alone uses a variable", "func f(m map[string]int) bool", "n, ok := m[\"\"]\n\treturn ok && n > 9", []string{
			"body: { -> { return false;",
			"constant: \"\" -> \"x\"",
			"condition: ok && n > 9 -> (true || ok) && n > 9",
			"condition: ok && n > 9 -> ok && (true || n > 9)",
			"return: ok && n > 9 -> !(ok && n > 9)",
			"condition: && -> ||",
			"condition: > -> <=",
			"boundary: > -> >=",
			"constant: 9 -> 0",
			"constant: 9 -> 10",
		}},
		{"switch", "func f(n int)", "switch {\n\tcase n > 5:\n\t\treturn\n\t}\n\tswitch n {\n\tcase 1, 2:\n\t\tn = 3\n\t}", []string{
			"body: { -> { return;",
			"condition: > -> <=",
			"boundary: > -> >=",
			"constant: 5 -> 0",
			"constant: 5 -> 6",
			"constant: 1 -> 0",
			"condition: 1,  -> ",
			"condition: , 2 -> ",
			"constant: 2 -> 0",
			"constant: 2 -> 3",
			"statement: n = 3 -> ",
			"constant: 3 -> 0",
			"constant: 3 -> 2",
			"constant: 3 -> 4",
		}},
		{"arithmetic", "func f(a, b int) int", "a++\n\tb -= a\n\treturn a*b + a%b - a<<b | -a", []string{
			"body: { -> { return 0;",
			"statement: a++ -> ",
			"operator: ++ -> --",
			"statement: b -= a -> ",
			"operator: -= -> +=",
			"operator: -= -> =",
			"return: a*b + a%b - a<<b | -a -> 0",
			"return: a*b + a%b - a<<b | -a -> a*b + a%b - a<<b | -a + 1",
			"operator: * -> /",
			"operator: + -> -",
			"operator: % -> /",
			"operator: - -> +",
			"operator: << -> >>",
			"operator: | -> &",
			"operator: -a -> a",
		}},
		{"texts", "func f(a string) string", "a += \"x\"\n\treturn strings.TrimSpace(a) + a[1:]", []string{
			"body: { -> { return \"\";",
			"statement: a += \"x\" -> ",
			"operator: += -> =",
			"constant: \"x\" -> \"\"",
			"constant: \"x\" -> \"xx\"",
			"operator: strings.TrimSpace(a) -> a",
			"operator: strings.TrimSpace(a) + a[1:] -> a[1:]",
			"operator: strings.TrimSpace(a) + a[1:] -> strings.TrimSpace(a)",
			"return: strings.TrimSpace(a) + a[1:] -> \"\"",
			"boundary: 1 -> ",
			"constant: 1 -> 0",
			"constant: 1 -> 2",
		}},
		{"results", "func f() (int, bool, *int, []int, error, error)", "return 7, ok(), new(int), []int{}, ErrX, nil", []string{
			"body: { -> { return 0, false, nil, nil, nil, nil;",
			"constant: 7 -> 0",
			"constant: 7 -> 6",
			"constant: 7 -> 8",
			"return: ok() -> !ok()",
			"return: new(int) -> nil",
			"error-path: ErrX -> nil",
			"error-path: nil -> errors.New(\"planted\")",
		}},
		{"errors", "func f(g func() error) error", "if err := g(); err != nil {\n\treturn err\n}\nif err := g(); err == nil {\n\treturn nil\n}\nreturn errors.New(\"bad thing\")", []string{
			"body: { -> { return nil;",
			"error-path: err != nil -> false && err != nil",
			"condition: != -> ==",
			"error-path: err -> nil",
			"error-path: err == nil -> true || err == nil",
			"condition: == -> !=",
			"error-path: nil -> errors.New(\"planted\")",
			"error-path: errors.New(\"bad thing\") -> nil",
		}},
		{"results beside an error", "func f(g func() (int, error)) (int, error)", "n, err := g()\n\tif err != nil {\n\treturn 0, err\n\t}\n\treturn n, nil", []string{
			"body: { -> { return 0, nil;",
			"error-path: err != nil -> false && err != nil",
			"condition: != -> ==",
			"error-path: err -> nil",
			"return: n -> 0",
			"return: n -> n + 1",
			"error-path: nil -> errors.New(\"planted\")",
		}},
		{"loops", "func f(l []int) (s []int)", "for i, n := range l {\n\tif n == 0 {\n\t\tcontinue\n\t}\n\ts = append(s, n*i)\n}\nreturn", []string{
			"body: { -> { return;",
			"statement: { -> { continue;",
			"condition: n == 0 -> false && n == 0",
			"condition: == -> !=",
			"boundary: == -> <=",
			"constant: 0 -> -1",
			"constant: 0 -> 1",
			"statement: continue -> break",
			"statement: s = append(s, n*i) -> _ = i",
			"operator: * -> /",
			"statement: } -> ; break }",
		}},
		{"statements", "func f(m map[string]int, k string)", "delete(m, k)\n\tdefer f(m, k)\n\tmu.Lock()\n\tif m == nil {\n\t\treturn\n\t} else {\n\t\tf(nil, k)\n\t}\n\tpanic(\"no \" + k)", []string{
			"body: { -> { return;",
			"statement: delete(m, k) -> ",
			"statement: defer f(m, k) -> ",
			"condition: == -> !=",
			"statement:  else {\n\t\tf(nil, k)\n\t} -> ",
			"statement: f(nil, k) -> ",
			"error-path: panic(\"no \" + k) -> ",
		}},
		{"what nobody specifies", "func f(k string) (int, error)", "log.Print(k, 5)\n\tif k == \"\" {\n\tpanic(\"no \" + k)\n\t}\n\treturn 0, fmt.Errorf(\"bad %w\", ErrX)\n\tk = \"dead\"", []string{
			"body: { -> { return 0, nil;",
			"condition: k == \"\" -> false && k == \"\"",
			"condition: == -> !=",
			"constant: \"\" -> \"x\"",
			"error-path: panic(\"no \" + k) -> return 0, nil",
			"error-path: fmt.Errorf(\"bad %w\", ErrX) -> nil",
			"error-path: %w -> %v",
		}},
		{"fields", "func f(k string) any", "return pair{A: k, B: 0}", []string{
			"body: { -> { return nil;",
			"return: pair{A: k, B: 0} -> nil",
			"statement: A: k, -> ",
			"constant: 0 -> 1",
		}},
		{"what ends a loop", "func f(n int)", "for i := 2; i < n; i++ {\n\tn -= i\n\t}", []string{
			"body: { -> { return;",
			"constant: 2 -> 0",
			"constant: 2 -> 1",
			"constant: 2 -> 3",
			"condition: < -> >=",
			"boundary: < -> <=",
			"statement: } -> ; break }",
		}},
		{"similar functions", "func f(a string, b int) bool", "return strings.HasPrefix(a, g(min(b, 3)))", []string{
			"body: { -> { return false;",
			"return: strings.HasPrefix(a, g(min(b, 3))) -> !strings.HasPrefix(a, g(min(b, 3)))",
			"operator: HasPrefix -> HasSuffix",
			"operator: min -> max",
			"constant: 3 -> 0",
			"constant: 3 -> 2",
			"constant: 3 -> 4",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, in(c.head, c.body)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Values of packages are planted too; lengths, tags, imports and messages are not.
func TestGoOutsideOfFunctions(t *testing.T) {
	t.Parallel()
	files := one("a/a.go", "package a\n\nimport \"errors\"\n\nconst limit = 7\n\nvar on, name, list = true, \"x\", [3]int{0: 1, 1: 2}\n\n"+
		"var ErrX = errors.New(\"x\")\n\ntype t struct {\n\tA [4]int `json:\"a\"`\n}\n")
	var got []string
	for _, m := range mutate.Mutants(files) {
		got = append(got, fmt.Sprintf("%d %s: %s -> %s", m.Line, m.Kind, m.Was, m.Now))
	}
	want := []string{
		"5 constant: 7 -> 0", "5 constant: 7 -> 6", "5 constant: 7 -> 8", "7 constant: true -> false", "7 constant: \"x\" -> \"\"", "7 constant: \"x\" -> \"xx\"",
		"7 constant: 1 -> 0", "7 constant: 1 -> 2", "7 constant: 1 -> 2", "7 constant: 2 -> 0", "7 constant: 2 -> 1", "7 constant: 2 -> 3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Tests, generated files and files of other systems are nobody's to plant in.
func TestFilesLeftAlone(t *testing.T) {
	t.Parallel()
	const code = "package a\n\nfunc F(a int) int { return a + 1 }\n"
	for path, text := range map[string]string{
		"a/a_test.go": code, "a/a_plan9.go": code, "a/b.go": "//go:build ignore\n\n" + code, "a/c.go": "// Code generated by x. DO NOT EDIT.\n\n" + code,
		"a/d.go": "package a\n\nfunc F(", "a/e.txt": "a + 1", "a/test_a.py": "def f(a):\n    return a + 1\n", "a/f.py": "x = 1 + '''never ends\n",
		"a/a.test.js": "function f(a) { return a + 1; }\n",
	} {
		if got := len(mutate.Mutants(one(path, text))) + len(mutate.Degenerates(one(path, text))); got != 0 {
			t.Errorf("%s: %d mutants", path, got)
		}
	}
}

// IDs are unique, and stay when lines come above; nothing but the place changes.
func TestIdentityOfMutants(t *testing.T) {
	t.Parallel()
	const code = "package a\n\nfunc F(a, b int) int {\n\tif a < b {\n\t\treturn a + 1\n\t}\n\treturn b + 1\n}\n"
	before, moved := mutate.Mutants(one("a.go", code)), mutate.Mutants(one("a.go", "// Package a is new.\n\n"+code))
	seen := map[string]bool{}
	for i, m := range before {
		if seen[m.ID] || len(m.ID) != 12 {
			t.Errorf("bad ID %s", m.ID)
		}
		seen[m.ID] = true
		if moved[i].ID != m.ID || moved[i].Line != m.Line+2 {
			t.Errorf("%+v became %+v", m, moved[i])
		}
		lines := strings.Split(code, "\n")
		if m.Line > len(lines) || !strings.Contains(lines[m.Line-1], strings.Split(m.Was, "\n")[0]) {
			t.Errorf("%q does not stand in line %d", m.Was, m.Line)
		}
	}
	if len(before) < 12 {
		t.Errorf("only %d mutants", len(before))
	}
}

// Applying a mutant changes its file alone.
func TestApplyChangesOneFile(t *testing.T) {
	t.Parallel()
	files := readPackage(t, "pkg/lock")
	files = append(files, readPackage(t, "pkg/pattern")...)
	for _, m := range mutate.Mutants(files) {
		changed := differing(files, m.Apply(files))
		if len(changed) != 1 || changed[0].Path != m.Path {
			t.Fatalf("%+v changes %d files", m, len(changed))
		}
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	all := mutate.Mutants(readPackage(t, "pkg/verdict"))
	functions := map[string]bool{}
	for _, m := range all {
		functions[m.Path+m.Func] = true
	}
	got := mutate.Sample(all, len(functions), 7)
	if diff := cmp.Diff(ids(got), ids(mutate.Sample(all, len(functions), 7))); diff != "" {
		t.Error("the same seed gives others: ", diff)
	}
	if cmp.Equal(ids(got), ids(mutate.Sample(all, len(functions), 8))) {
		t.Error("another seed gives the same")
	}
	seen, kinds := map[string]bool{}, map[mutate.Kind]int{}
	for _, m := range got {
		seen[m.Path+m.Func] = true
		kinds[m.Kind]++
	}
	if len(got) != len(functions) || len(seen) != len(functions) {
		t.Errorf("%d mutants of %d functions, of %d", len(got), len(seen), len(functions))
	}
	if len(kinds) < 8 {
		t.Errorf("only of the kinds %v", kinds)
	}
	order, at := ids(all), -1
	for _, id := range ids(got) {
		next := slices.Index(order, id)
		if next <= at {
			t.Fatal("the order changed")
		}
		at = next
	}
	if n := len(mutate.Sample(all, len(all)+5, 1)); n != len(all) {
		t.Errorf("%d of %d", n, len(all))
	}
	if n := len(mutate.Sample(all, 0, 1)) + len(mutate.Sample(nil, 3, 1)); n != 0 {
		t.Errorf("%d of none", n)
	}
}

func ids(all []mutate.Mutant) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.ID)
	}
	return out
}

// Every mutant of every Go file of this repository parses, and differs from the others.
func TestGoMutantsParse(t *testing.T) {
	t.Parallel()
	var names []string
	err := filepath.WalkDir("../../pkg", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) < 200 {
		t.Fatal(len(names), err)
	}
	total := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := one(name, string(data))
		all := mutate.Mutants(files)
		total += len(all)
		texts := map[string]bool{string(data): true}
		for _, m := range mutate.Sample(all, 12, 1) {
			text := string(m.Apply(files)[0].Data)
			if _, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution); err != nil {
				t.Errorf("%s:%d %q -> %q: %v", name, m.Line, m.Was, m.Now, err)
			}
			if texts[text] {
				t.Errorf("%s:%d %q -> %q is nothing new", name, m.Line, m.Was, m.Now)
			}
			texts[text] = true
		}
	}
	t.Logf("%d mutants of %d files", total, len(names))
}

func FuzzMutants(f *testing.F) {
	for _, path := range []string{"a.go", "a.py", "a.ts", "A.java", "a.rs", "a.cpp", "a.c"} {
		f.Add(path, odd)
		f.Add(path, "def f(a, b):\n    if a < b: return a\n    raise X('y')\nclass A { int f(int a) { return a + 1; } }\n")
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		files := one(path, text)
		all := append(mutate.Mutants(files), mutate.Degenerates(files)...)
		for _, m := range all {
			if got := m.Apply(files); len(got) == 1 && string(got[0].Data) == text {
				t.Errorf("%+v changes nothing", m)
			}
		}
		p := mutate.Combine(files, all, chosen)
		if len(p.Mutants)+len(p.Rest) != len(all) {
			t.Errorf("%d and %d of %d mutants", len(p.Mutants), len(p.Rest), len(all))
		}
		mutate.Violations(spec.Attachment{Kind: spec.AttachForbid, Subject: spec.SubjectText, Value: text}, files, nil)
		mutate.Violations(spec.Attachment{Kind: spec.AttachForbid, Subject: spec.SubjectCall, Value: path}, files, []string{path})
	})
}
