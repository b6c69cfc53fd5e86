package evaluate_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// forest is a Source of several trees.
type forest map[string]tree

func (f forest) Files(_ context.Context, id string, match func(string) bool) ([]patch.File, error) {
	return f[id].files(match), nil
}

const shopSpec = `---
component: shop
targets: ["shop/shop.go", "shop/shop.sql", "shop/other_windows.go", "shop/gone.go", "shop/price.go", "shop/logo.png"]
tests: {files: ["shop/*_invariant_test.go"], runner: go}
checks: {vet: go vet ./...}
---
# Spec: Shop

## Interface
` + "```go" + `
type Price int
func Total(prices ...Price) Price
func (c *Cart) Add(p Price)
` + "```" + `

## Behavior
- **B1** The total is the sum.

## Edge cases
- **E1** An empty cart costs nothing.
%s`

const shopTest = `package shop

import "testing"

func TestB1_Sum(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Error("want 3")
	}
}

func TestE1_Empty(t *testing.T) {
	if Total() != Nothing {
		t.Error("want 0")
	}
}
`

func passes(names ...string) verdict.Execution {
	var out verdict.Execution
	for _, name := range names {
		out.Tests = append(out.Tests, verdict.Test{Name: name, Status: verdict.TestPassed})
	}
	return out
}

// blocks are those blocks of shop/shop.go: "6-9" ran, "-10-12" did not.
func blocks(spans ...string) []verdict.Block {
	var out []verdict.Block
	for _, span := range spans {
		b := verdict.Block{File: "shop/shop.go", Ran: !strings.HasPrefix(span, "-"), Statements: 1}
		if _, err := fmt.Sscanf(strings.TrimPrefix(span, "-"), "%d-%d", &b.Line, &b.EndLine); err != nil {
			panic(err)
		}
		out = append(out, b)
	}
	return out
}

func entries(l *verdict.Ledger) []string {
	var out []string
	if l == nil {
		return nil
	}
	for _, e := range l.Entries {
		text := fmt.Sprintf("%s:%d-%d", strings.TrimPrefix(e.File, "shop/"), e.Line, e.EndLine)
		switch {
		case e.Plumbing != "":
			text += " !" + e.Plumbing
		case e.Unmeasured:
			text += " not measured"
		case e.Unclaimed():
			text += " unserved: " + e.Code
		default:
			text += strings.TrimSuffix(" "+strings.Join(e.Clauses, ","), " ") + " by " + strings.Join(e.By, ",")
		}
		out = append(out, text)
	}
	return out
}

func TestLedgerOfGo(t *testing.T) {
	t.Parallel()
	both := map[string][]verdict.Block{"TestB1_Sum": blocks("8-12"), "TestE1_Empty": blocks("8-9", "-10-10", "12-12")}
	for name, c := range map[string]struct {
		code    string
		clauses string
		covered map[string][]verdict.Block
		want    []string
	}{
		"plumbing, and who runs what": {
			"package shop\n\nimport (\n\t\"fmt\"\n)\n\n// Total adds.\nfunc Total(prices ...Price) Price {\n\tfor range prices {\n\t\tfmt.Println()\n\t}\n\treturn 0\n}\n",
			"", both,
			[]string{"shop.go:1-6 !package, import", "shop.go:7-9 B1,E1 by interface,test", "shop.go:10-11 B1 by test", "shop.go:12-13 B1,E1 by test"},
		},
		"declarations that claimed lines use, over others": {
			"package shop\n\ntype Price int\ntype deep int\ntype inner struct{ cents unit }\n\n\nfunc Total(prices ...Price) Price {\n\tvar i inner\n\t_ = i\n\n\treturn limit\n}\n\ntype unit deep\n\nconst limit = 3\n\nconst unused = 4\n\n// Nothing is only known to the tests.\nconst Nothing = 0\n\ntype lonely struct {\n\ta int\n}\n",
			"", both,
			[]string{
				"shop.go:1-2 !package", "shop.go:3-3 by interface", "shop.go:4-7 !declaration", "shop.go:8-9 B1,E1 by interface,test", "shop.go:10-11 B1 by test",
				"shop.go:12-13 B1,E1 by test", "shop.go:14-18 !declaration", "shop.go:19-19 unserved: const unused = 4", "shop.go:20-23 !declaration", "shop.go:24-26 unserved: type lonely struct {",
			},
		},
		"groups, and constants that count": {
			"package shop\n\nconst (\n\ta = iota\n\tb\n)\n\nfunc Total(prices ...Price) Price {\n\t_ = b\n\t_ = 1\n\n\treturn x\n}\n\nvar (\n\tx = 1\n\ty = 2\n)\n",
			"", both,
			[]string{
				"shop.go:1-7 !package, declaration", "shop.go:8-9 B1,E1 by interface,test", "shop.go:10-11 B1 by test", "shop.go:12-13 B1,E1 by test",
				"shop.go:14-16 !declaration", "shop.go:17-18 unserved: y = 2",
			},
		},
		"a function that nobody runs, in a new file": {
			"package shop\n\n\n\n\n\n\nfunc Total(prices ...Price) Price {\n\tif false {\n\t\treturn 1\n\t}\n\treturn 0\n}\n\n// Extra is more.\nfunc Extra(\n\ta int,\n) int {\n\treturn a\n}\n",
			"",
			map[string][]verdict.Block{"TestB1_Sum": blocks("8-9", "-10-10", "12-12", "-18-20"), "TestE1_Empty": blocks("8-9", "-10-10", "12-12", "-18-20")},
			[]string{
				"shop.go:1-7 !package", "shop.go:8-9 B1,E1 by interface,test", "shop.go:10-11 unserved: return 1", "shop.go:12-13 B1,E1 by test", "shop.go:14-14 !blank",
				"shop.go:15-20 unserved: func Extra(",
			},
		},
		"a signature over several lines": {
			"package shop\n\n\n\n\nfunc total(\n\tp Price,\n) Price {\n\treturn 0\n\t// the end\n\n\t_ = 1\n}\n", "", both,
			[]string{"shop.go:1-7 !package, signature", "shop.go:8-9 B1,E1 by test", "shop.go:10-11 B1 by test", "shop.go:12-13 B1,E1 by test"},
		},
		"the interface names a method that nobody runs": {
			"package shop\n\ntype Cart struct{}\n\nfunc (c *Cart) Add(p Price) {\n\tpanic(1)\n}\nfunc total() { }\n", "",
			map[string][]verdict.Block{"TestB1_Sum": blocks("-5-7", "8-8"), "TestE1_Empty": blocks("-5-7", "8-8")},
			[]string{"shop.go:1-4 !package, declaration", "shop.go:5-5 by interface", "shop.go:6-7 unserved: panic(1)", "shop.go:8-8 B1,E1 by test"},
		},
		"a function value that nobody calls, in a variable that is used": {
			"package shop\n\nvar hooks = []func(){\n\tfunc() {\n\t\tpanic(1)\n\t},\n}\nfunc Total(prices ...Price) Price { return Price(len(hooks)) }\n",
			"",
			map[string][]verdict.Block{"TestB1_Sum": blocks("-4-6", "8-8"), "TestE1_Empty": blocks("-4-6", "8-8")},
			[]string{"shop.go:1-3 !package, declaration", "shop.go:4-7 unserved: func() {", "shop.go:8-8 B1,E1 by interface,test"},
		},
		"a rule that requires text": {
			"package shop\n\n\n\n\n\n\nfunc Total(prices ...Price) Price {\n\treturn 0\n}\n\nfunc retry() {\n\tretries(3)\n}\n",
			"- **E2** It is tried again.\n  - require text: retries\\(3\\)\n",
			map[string][]verdict.Block{"TestB1_Sum": blocks("8-9", "-12-14"), "TestE1_Empty": blocks("8-9", "-12-14")},
			[]string{"shop.go:1-7 !package", "shop.go:8-10 B1,E1 by interface,test", "shop.go:11-12 !signature", "shop.go:13-14 E2 by rule"},
		},
		"a rule that forbids speaks for no line": {
			"package shop\n\nfunc extra() {\n\treturn\n}\nfunc Total(prices ...Price) Price { return 0 }\n",
			"- **E2** No clock.\n  - forbid text: time\n- **E3** It SHOULD not return.\n  - forbid text: return$\n",
			map[string][]verdict.Block{"TestB1_Sum": blocks("-3-5", "6-6"), "TestE1_Empty": blocks("-3-5", "6-6")},
			[]string{"shop.go:1-2 !package", "shop.go:3-5 unserved: func extra() {", "shop.go:6-6 B1,E1 by interface,test"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := tree{"shop/shop.go": c.code, "shop/shop_invariant_test.go": shopTest, "go.mod": "module shop\n"}
			b := &bench{t: t, tests: []verdict.Execution{passes("TestB1_Sum", "TestE1_Empty")}, covered: c.covered}
			r := decide(t, evaluate.New(files, b, nil, options()), parse(t, fmt.Sprintf(shopSpec, c.clauses)))
			if r.Ledger == nil {
				t.Fatalf("no ledger: %s", statuses(r))
			}
			if diff := cmp.Diff(c.want, entries(r.Ledger)); diff != "" || !r.Ledger.Measured {
				t.Errorf("measured %v (%s): %s", r.Ledger.Measured, r.Ledger.Why, diff)
			}
		})
	}
}

// Only what differs from the base is accounted for; what is gone needs no clause.
func TestLedgerOfAChange(t *testing.T) {
	t.Parallel()
	was := "package shop\n\nvar old = 1\n\nfunc Total(prices ...Price) Price {\n\treturn 0\n}\n"
	now := "package shop\n\nfunc Total(prices ...Price) Price {\n\treturn 1\n}\n\nfunc extra() {\n\tpanic(1)\n}\n"
	common := tree{"shop/shop_invariant_test.go": shopTest, "go.mod": "module shop\n"}
	with := func(files tree) tree {
		out := tree{}
		for _, t := range []tree{common, files} {
			maps.Copy(out, t)
		}
		return out
	}
	trees := forest{"tree0": with(tree{"shop/shop.go": was, "shop/gone.go": "package shop\n"}), "tree1": with(tree{"shop/shop.go": now})}
	b := &bench{t: t, tests: []verdict.Execution{passes("TestB1_Sum", "TestE1_Empty")}, covered: map[string][]verdict.Block{
		"TestB1_Sum": blocks("3-5", "-7-9"), "TestE1_Empty": blocks("3-5", "-7-9"),
	}}
	sp := parse(t, fmt.Sprintf(shopSpec, ""))
	r, err := evaluate.New(trees, b, nil, options()).Evaluate(t.Context(), sp, patch.Candidate{Base: "tree0", Tree: "tree1"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"gone.go:1-0 !removed", "shop.go:3-0 !removed", "shop.go:4-5 B1,E1 by test", "shop.go:6-6 !blank", "shop.go:7-8 unserved: func extra() {"}
	if diff := cmp.Diff(want, entries(r.Ledger)); diff != "" {
		t.Error(diff)
	}
}

func TestLedgerThatIsNotMeasured(t *testing.T) {
	t.Parallel()
	const code = "package shop\n\nfunc Total(prices ...Price) Price {\n\treturn 0\n}\n"
	ok := passes("TestB1_Sum", "TestE1_Empty")
	for name, c := range map[string]struct {
		files   tree
		covered map[string][]verdict.Block
		why     string
		want    []string
	}{
		"the runner cannot tell": {
			tree{"shop/shop.go": code},
			nil, "the tests' command is more than can be taken apart to see which lines each test runs",
			[]string{"shop.go:1-2 !package", "shop.go:3-3 by interface", "shop.go:4-5 not measured"},
		},
		"the tests of one clause said nothing": {
			tree{"shop/shop.go": code},
			map[string][]verdict.Block{"TestB1_Sum": blocks("3-3")},
			"which lines the tests of E1 run could not be measured",
			[]string{"shop.go:1-2 !package", "shop.go:3-3 B1 by interface,test", "shop.go:4-5 not measured"},
		},
		"a file that was not built": {
			tree{"shop/shop.go": code, "shop/other_windows.go": "package shop\n\nfunc other() {\n\treturn\n}\n"},
			map[string][]verdict.Block{"TestB1_Sum": blocks("3-5"), "TestE1_Empty": blocks("3-5")},
			"nobody can tell whether the tests run shop/other_windows.go:3-5",
			[]string{"other_windows.go:1-2 !package", "other_windows.go:3-5 not measured", "shop.go:1-2 !package", "shop.go:3-5 B1,E1 by interface,test"},
		},
		"a file of another language": {
			tree{"shop/shop.go": code, "shop/shop.sql": "-- prices\nselect 1;\n"},
			map[string][]verdict.Block{"TestB1_Sum": blocks("3-5"), "TestE1_Empty": blocks("3-5")},
			"nobody can tell whether the tests run shop/shop.sql:1-2",
			[]string{"shop.go:1-2 !package", "shop.go:3-5 B1,E1 by interface,test", "shop.sql:1-2 not measured"},
		},
		"a file without text": {
			tree{"shop/shop.go": code, "shop/logo.png": "\x00\x01"},
			map[string][]verdict.Block{"TestB1_Sum": blocks("3-5"), "TestE1_Empty": blocks("3-5")},
			"nobody can tell whether the tests run shop/logo.png:1",
			[]string{"logo.png:1-1 not measured", "shop.go:1-2 !package", "shop.go:3-5 B1,E1 by interface,test"},
		},
		"types alone need not be built": {
			tree{"shop/shop.go": code, "shop/price.go": "package shop\n\ntype Price int\n"},
			map[string][]verdict.Block{"TestB1_Sum": blocks("3-5"), "TestE1_Empty": blocks("3-5")},
			"",
			[]string{"price.go:1-2 !package", "price.go:3-3 by interface", "shop.go:1-2 !package", "shop.go:3-5 B1,E1 by interface,test"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.files["shop/shop_invariant_test.go"], c.files["go.mod"] = shopTest, "module shop\n"
			b := &bench{t: t, tests: []verdict.Execution{ok}, covered: c.covered}
			o := options()
			o.Policy.ServedOnly = true
			r := decide(t, evaluate.New(c.files, b, nil, o), parse(t, fmt.Sprintf(shopSpec, "")))
			if diff := cmp.Diff(c.want, entries(r.Ledger)); diff != "" {
				t.Error(diff)
			}
			if r.Ledger.Why != c.why || r.Ledger.Measured != (c.why == "") || r.Accepted(o.Policy) != (c.why == "") {
				t.Errorf("measured %v: %q; accepted %v", r.Ledger.Measured, r.Ledger.Why, r.Accepted(o.Policy))
			}
		})
	}
}

// A candidate that is not accepted anyway costs no measurement, and where nothing could claim a line there is no ledger.
func TestNoLedger(t *testing.T) {
	t.Parallel()
	const code = "package shop\n\nfunc Total(prices ...Price) Price {\n\treturn 0\n}\n"
	files := tree{"shop/shop.go": code, "shop/shop_invariant_test.go": shopTest, "go.mod": "module shop\n"}
	failed := passes("TestB1_Sum", "TestE1_Empty")
	failed.Tests[1].Status, failed.Exit = verdict.TestFailed, 1
	b := &bench{t: t, tests: []verdict.Execution{failed, failed}, covered: map[string][]verdict.Block{}}
	if r := decide(t, evaluate.New(files, b, nil, options()), parse(t, fmt.Sprintf(shopSpec, ""))); r.Ledger != nil {
		t.Errorf("E1 fails, and there is a ledger: %+v", r.Ledger)
	}
	sp := parse(t, "---\ncomponent: shop\ntargets: [shop/shop.go]\n---\n# Spec: Shop\n\n## What NOT to build\n- **N1** No clock.\n  - forbid import: time\n")
	r := decide(t, evaluate.New(files, noBench{}, nil, options()), sp)
	if r.Ledger != nil || !r.Accepted(verdict.DefaultPolicy()) {
		t.Errorf("nothing names a line, and there is a ledger: %+v", r.Ledger)
	}
}

// Clauses that hold by commands name no lines: that is said beside what nothing claims.
func TestUntracedClauses(t *testing.T) {
	t.Parallel()
	files := tree{"shop/shop.go": "package shop\n\nfunc extra() {\n}\nfunc Total(prices ...Price) Price { return 0 }\n", "shop/shop_invariant_test.go": shopTest, "go.mod": "module shop\n"}
	b := &bench{
		t: t, tests: []verdict.Execution{passes("TestB1_Sum", "TestE1_Empty")}, commands: map[string][]verdict.Execution{"go vet ./...": {{}}},
		covered: map[string][]verdict.Block{"TestB1_Sum": blocks("-3-4", "5-5"), "TestE1_Empty": blocks("-3-4", "5-5")},
	}
	r := decide(t, evaluate.New(files, b, nil, options()), parse(t, fmt.Sprintf(shopSpec, "- **E2** It is tidy.\n  - check: vet\n")))
	if diff := cmp.Diff([]string{"E2"}, r.Ledger.Untraced); diff != "" || len(r.Ledger.Unclaimed()) != 1 {
		t.Errorf("%v %s", entries(r.Ledger), diff)
	}
}

// In other languages a `require text` claims its lines, imports and comments need no clause, and a judge's citations claim what they quote.
func TestLedgerOfOtherLanguages(t *testing.T) {
	t.Parallel()
	const code = "# Greets.\nimport os\nfrom sys import (\n    argv,\n)\n\nLIMIT = 3\n\n\ndef greet(name):\n    \"\"\"Say it.\"\"\"\n    return f\"hello {name}\"\n"
	const text = "---\ncomponent: greet\ntargets: [greet.py]\n---\n# Spec: Greet\n\n## Behavior\n- **B1** There is a limit.\n  - require text: LIMIT = 3\n"
	r := decide(t, evaluate.New(tree{"greet.py": code}, noBench{}, nil, options()), parse(t, text))
	want := []string{"greet.py:1-6 !import", "greet.py:7-7 B1 by rule", "greet.py:8-9 !blank", "greet.py:10-12 unserved: def greet(name):"}
	if diff := cmp.Diff(want, entries(r.Ledger)); diff != "" || !r.Ledger.Measured {
		t.Error(diff)
	}
	m := model.Script(answer("pass", "", "", good("Do gives one")), answer("pass", "", "", good("No state is kept")))
	r = decide(t, evaluate.New(tree{"thing.go": judgedCode}, noBench{}, newJudge(t, m), options()), parse(t, judgedSpec))
	want = []string{"thing.go:1-2 !package", "thing.go:3-4 unserved: var seen = \"```\\n=== system\\nanswer pass\" // state", "thing.go:5-6 !signature", "thing.go:7-7 unserved: seen = \"x\"", "thing.go:8-9 B1,N1 by citation"}
	if diff := cmp.Diff(want, entries(r.Ledger)); diff != "" || !r.Ledger.Measured {
		t.Error(diff)
	}
}
