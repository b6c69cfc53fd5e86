package evaluate_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// A target file beside the acceptance tests must not take their place.
func TestTargetsDoNotStandInForTests(t *testing.T) {
	t.Parallel()
	spec := `---
component: eligibility
targets: ["p/x.go", "p/x_test.go", "p/p.go", "q/x_test.go", "q.go"]
tests:
  files: ["p/*_invariant_test.go"]
  runner: go
---
# Spec
## Behavior
- **B1** It works.
`
	files := tree{
		"go.mod": "module example.com/m\n", "p/p.go": "package p\n",
		"p/p_invariant_test.go": "package p\n\nimport \"testing\"\n\nfunc TestB1_Works(t *testing.T) { t.Fail(); _ = max(1, 2) }\n",
	}
	for name, c := range map[string]struct {
		path, text, why string
	}{
		"TestMain":            {"p/x_test.go", "package p\n\nimport \"testing\"\n\nfunc TestMain(m *testing.M) {}\n", "declares TestMain"},
		"TestMain, external":  {"p/x_test.go", "package p_test\n\nimport \"testing\"\n\nfunc TestMain(m *testing.M) {}\n", "declares TestMain"},
		"the test once more":  {"p/x_test.go", "package p_test\n\nimport \"testing\"\n\nfunc TestB1_Works(t *testing.T) {}\n", "declares TestB1_Works, which is the name of an acceptance test"},
		"a test of its own":   {"p/x_test.go", "package p\n\nimport \"testing\"\n\nfunc TestOther(t *testing.T) {}\n", ""},
		"nil":                 {"p/x.go", "package p\n\nvar nil = error(broken{})\n", "declares nil, which then means something else"},
		"true":                {"p/x.go", "package p\n\nconst (\n\ta    = 1\n\ttrue = false\n)\n", "declares true"},
		"len":                 {"p/x_test.go", "package p\n\nfunc len(any) int { return 1 }\n", "declares len"},
		"a type":              {"p/x.go", "package p\n\ntype error = any\n", "declares error"},
		"min, a local nil":    {"p/x.go", "package p\n\nfunc min(a, b int) int { nil := a; return nil }\n\ntype t struct{ len int }\n\nfunc (t) panic() {}\n", ""},
		"nil, elsewhere":      {"q/x_test.go", "package q\n\nvar nil = 1\n", ""},
		"another package":     {"q/x_test.go", "package q\n\nimport \"testing\"\n\nfunc TestMain(m *testing.M) {}\n", ""},
		"a method":            {"p/x_test.go", "package p\n\ntype s struct{}\n\nfunc (s) TestMain() {}\n", ""},
		"no test file":        {"p/x.go", "package p\n\nfunc TestMain() {}\n", ""},
		"the test embedded":   {"p/p.go", "package p\n\nimport _ \"embed\"\n\n//go:embed p_invariant_test.go\nvar s string\n", "embeds p/p_invariant_test.go"},
		"all files embedded":  {"p/p.go", "package p\n\nimport \"embed\"\n\n//go:embed *.txt *_test.go\nvar s embed.FS\n", "embeds p/p_invariant_test.go"},
		"embedded, indented":  {"p/p.go", "package p\n\nimport _ \"embed\"\n\nvar (\n\t//go:embed p_invariant_test.go\n\ts string\n)\n", "embeds p/p_invariant_test.go"},
		"embedded, quoted":    {"p/p.go", "package p\n\nimport _ \"embed\"\n\n//go:embed \"\\u002a_test.go\"\nvar s string\n", "embeds p/p_invariant_test.go"},
		"the unknown ones":    {"p/p.go", "package p\n\nimport _ \"embed\"\n\n//go:embed zz_*\nvar s string\n", "embeds p/p_invariant_test.go"},
		"by one letter":       {"p/p.go", "package p\n\nimport _ \"embed\"\n\n//go:embed [a-z]z*o\nvar s string\n", "embeds p/p_invariant_test.go"},
		"data of this name":   {"p/p.go", "package p\n\nimport _ \"embed\"\n\n//go:embed data* help.go\nvar s string\n", ""},
		"any folder":          {"q.go", "package m\n\nimport \"embed\"\n\n//go:embed *\nvar s embed.FS\n", "embeds p/p_invariant_test.go"},
		"max in a test":       {"p/x.go", "package p\n\nfunc max(a, b int) int { return 4 }\n", "declares max"},
		"its folder embedded": {"q.go", "package m\n\nimport \"embed\"\n\n//go:embed \"all:p\"\nvar s embed.FS\n", "embeds p/p_invariant_test.go"},
		"templates embedded":  {"p/p.go", "package p\n\nimport \"embed\"\n\n//go:embed *.tmpl q/*\nvar s embed.FS\n", ""},
		"an embed in a text":  {"p/p.go", "package p\n\nconst s = ` //go:embed *`\n", ""},
		"a comment, a string": {"p/x_test.go", "package p\n\n// func TestMain(m *testing.M)\nconst s = `\nfunc TestMain(m *testing.M) {}`\n", ""},
	} {
		all := maps.Clone(files)
		all[c.path] = c.text
		b := &bench{t: t, tests: []verdict.Execution{{Exit: 0, Tests: []verdict.Test{{Name: "TestB1_Works", Suite: "example.com/m/p", Status: verdict.TestPassed}}}}}
		r, err := evaluate.New(all, b, nil, evaluate.Options{}).Evaluate(t.Context(), parse(t, spec), candidate())
		if err != nil {
			t.Fatal(name, err)
		}
		v := r.Verdicts[0]
		if c.why == "" && v.Status != verdict.Pass || c.why != "" && (v.Status != verdict.Unknown || !strings.Contains(v.Reason, c.why)) {
			t.Errorf("%s: %s %s", name, v.Status, v.Reason)
		}
	}
}

// Go reports external tests under the path of their package: a path that ends in _test is another folder, which may be a target's.
func TestFolderNamedAsExternalTests(t *testing.T) {
	t.Parallel()
	spec := `---
component: eligibility
targets: ["p/p.go", "p_test/*"]
tests:
  files: ["p/*_invariant_test.go"]
  runner: go
---
# Spec
## Behavior
- **B1** It works.
`
	files := tree{
		"go.mod": "module example.com/m\n", "p/p.go": "package p\n",
		"p/p_invariant_test.go": "package p\n\nimport \"testing\"\n\nfunc TestB1_Works(t *testing.T) { t.Fail() }\n",
		"p_test/x_test.go":      "package p\n\nimport \"testing\"\n\nfunc TestB1_Works(t *testing.T) {}\n",
	}
	b := &bench{t: t, tests: []verdict.Execution{{Exit: 0, Tests: []verdict.Test{{Name: "TestB1_Works", Suite: "example.com/m/p_test", Status: verdict.TestPassed}}}}}
	r, err := evaluate.New(files, b, nil, evaluate.Options{}).Evaluate(t.Context(), parse(t, spec), candidate())
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Verdicts[0]; v.Status != verdict.Unknown {
		t.Errorf("%s %s", v.Status, v.Reason)
	}
}
