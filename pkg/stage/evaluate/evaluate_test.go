package evaluate_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func candidate() patch.Candidate { return patch.Candidate{Tree: "tree1"} }

func TestGate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change patch.Change
		says   string
	}{
		{"another file", patch.Change{Path: "main.go", Action: patch.Modify}, "not a target"},
		{"an acceptance test", patch.Change{Path: "thing/thing_invariant_test.go", Action: patch.Modify}, "acceptance test"},
		{"a sealed test", patch.Change{Path: "thing/sealed_test.go", Action: patch.Delete}, "acceptance test"},
		{"the spec", patch.Change{Path: "specs/thing.spec.md", Action: patch.Modify}, "the spec"},
		{"git's own", patch.Change{Path: ".git/config", Action: patch.Modify}, "belongs to git"},
		{"the lock", patch.Change{Path: ".specgen/lock/thing.json", Action: patch.Modify}, "belongs to git or specgen"},
		{"no plain path", patch.Change{Path: "thing/../thing/thing.go", Action: patch.Modify}, "no plain path"},
		{"a rename from elsewhere", patch.Change{Path: "thing/thing.go", From: "main.go", Action: patch.Rename}, "main.go"},
		{"a link", patch.Change{Path: "thing/thing.go", Mode: patch.ModeSymlink, Action: patch.Create}, "link"},
		{"what the caller protects", patch.Change{Path: "thing/thing.go", Action: patch.Modify}, "for a reason"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			opt := options()
			if c.says == "for a reason" {
				opt.Protected = func(string) string { return "for a reason" }
			}
			r := decide(t, evaluate.New(goTree(), noBench{}, nil, opt), parse(t, goSpec), c.change)
			if r.Accepted(verdict.DefaultPolicy()) {
				t.Fatal("accepted")
			}
			for _, v := range r.Verdicts {
				if v.Status != verdict.Unknown || !strings.Contains(v.Reason, c.says) {
					t.Errorf("want %s unknown with %q, got %s: %s", v.Clause, c.says, v.Status, v.Reason)
				}
			}
		})
	}
}

func TestGateHoldsWhereNoClauseIsAMust(t *testing.T) {
	t.Parallel()
	sp := parse(t, strings.Replace(ruleSpec("a.go", "forbid text: x"), "Not that.", "It SHOULD not be that.", 1))
	r := decide(t, evaluate.New(tree{"a.go": "package a\n"}, noBench{}, nil, options()), sp, patch.Change{Path: "b.go", Action: patch.Create})
	if r.Accepted(verdict.DefaultPolicy()) {
		t.Error("accepted a change outside of the targets")
	}
}

func TestWaivers(t *testing.T) {
	t.Parallel()
	const text = `---
component: thing
targets: ["a.go"]
---
# Spec: Thing

## What NOT to build
- **N1** Not that.
  - forbid text: that
  - waive: the supplier is late, until 2026-11-23, by Ada
- **N2** Not this.
  - forbid text: this
  - waive: later, until 2026-11-22, by Bob
- **N3** Not those.
  - forbid text: those
  - waive: later, until 2026-11-22, by Bob
`
	files := tree{"a.go": "package a\n\nvar that, this int\n"}
	r := decide(t, evaluate.New(files, noBench{}, nil, options()), parse(t, text))
	if diff := cmp.Diff("N1 waived human; N2 fail static; N3 pass static", statuses(r)); diff != "" {
		t.Fatal(diff)
	}
	n1, n2, n3 := of(t, r, "N1"), of(t, r, "N2"), of(t, r, "N3")
	if n1.By != "Ada" || !strings.Contains(n1.Reason, "the supplier is late") || n1.Evidence[0].Kind != verdict.FromPerson {
		t.Errorf("want who waived it and why, got %+v", n1)
	}
	for _, v := range []verdict.Verdict{n2, n3} {
		if !strings.Contains(v.Reason, "the waiver by Bob ended on 2026-11-22") {
			t.Errorf("want a remark on the expired waiver, got %q", v.Reason)
		}
	}
	opt := options()
	opt.Clock = nil
	if v := of(t, decide(t, evaluate.New(files, noBench{}, nil, opt), parse(t, text)), "N1"); v.Status != verdict.Fail {
		t.Errorf("want no waiver without a clock, got %s", v.Status)
	}
	opt.Clock = func() time.Time { return today().AddDate(0, 0, 1) }
	if v := of(t, decide(t, evaluate.New(files, noBench{}, nil, opt), parse(t, text)), "N1"); v.Status != verdict.Fail {
		t.Errorf("want no waiver on the day after, got %s", v.Status)
	}
}

func TestPartsOfAClause(t *testing.T) {
	t.Parallel()
	const text = `---
component: thing
targets: ["thing/thing.go"]
tests:
  files: ["thing/*_invariant_test.go"]
  runner: go
  command: go test -json ./thing/...
---
# Spec: Thing

## Behavior
- **B1** It does.
  - test: TestB1_Does
  - forbid text: FORBIDDEN
  - check: ` + "`lint`" + `
- **E1** One, and people like it.
  - evidence: human
  - test: TestE1_One
- **E3** Three.
  - evidence: test
- **E4** Four.
  - evidence: production
`
	for _, c := range []struct {
		name, code string
		b1, e1     verdict.TestStatus
		lint       int
		want       string
	}{
		{"all hold", "Do", verdict.TestPassed, verdict.TestPassed, 0, "B1 pass executed; E1 open human"},
		{"the rule alone fails", "FORBIDDEN", verdict.TestPassed, verdict.TestPassed, 0, "B1 fail static; E1 open human"},
		{"the check alone fails", "Do", verdict.TestPassed, verdict.TestPassed, 1, "B1 fail executed; E1 open human"},
		{"one is unknown", "Do", verdict.TestSkipped, verdict.TestPassed, 0, "B1 unknown; E1 open human"},
		{"a fail outweighs an unknown", "FORBIDDEN", verdict.TestSkipped, verdict.TestPassed, 0, "B1 fail static; E1 open human"},
		{"a test outweighs a person", "Do", verdict.TestPassed, verdict.TestFailed, 0, "B1 pass executed; E1 fail executed"},
		{"nothing is left open without its test", "Do", verdict.TestPassed, verdict.TestSkipped, 0, "B1 pass executed; E1 unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := goTree()
			files["thing/thing.go"] = "package thing\n\nfunc " + c.code + "() {}\n"
			run := verdict.Execution{Tests: []verdict.Test{test("TestB1_Does", c.b1), test("TestE1_One", c.e1)}}
			b := &bench{t: t, tests: []verdict.Execution{run, run}, commands: map[string][]verdict.Execution{"lint": exits(c.lint, c.lint)}}
			r := decide(t, evaluate.New(files, b, nil, options()), parse(t, text))
			want := c.want + "; E3 unknown; E4 open human"
			if diff := cmp.Diff(want, statuses(r)); diff != "" {
				t.Error(diff)
			}
			if n := len(of(t, r, "B1").Evidence); n != 3 {
				t.Errorf("want the evidence of all three attachments, got %d", n)
			}
		})
	}
}

func TestAFailingTestOfNoClauseIsNotOverlooked(t *testing.T) {
	t.Parallel()
	files := goTree()
	files["thing/thing_invariant_test.go"] += "\nfunc TestSmoke(t *testing.T) {}\n"
	run := verdict.Execution{Exit: 1, Tests: append(passing(), test("TestSmoke", verdict.TestFailed, "smoke"))}
	r := decide(t, evaluate.New(files, goodBench(t, run), nil, options()), parse(t, goSpec))
	if r.Accepted(verdict.DefaultPolicy()) || !strings.Contains(of(t, r, "B1").Reason, "TestSmoke failed, and it belongs to no clause") {
		t.Errorf("got %s: %s", statuses(r), of(t, r, "B1").Reason)
	}
}

// Whatever a runner reports, a candidate is accepted only if each clause has a passing test and no failing or unfinished one.
func TestAcceptedOnlyOnPassingTests(t *testing.T) {
	t.Parallel()
	sp := parse(t, goSpec)
	statusOf := rapid.SampledFrom([]verdict.TestStatus{
		verdict.TestPassed, verdict.TestPassed, verdict.TestPassed, verdict.TestFailed, verdict.TestSkipped, verdict.TestUnfinished, "", "ok",
	})
	names := []string{"TestB1_Does", "TestE1_One", "TestE10_Ten", "TestRenamed", "TestOther_A", "TestOther_B"}
	rapid.Check(t, func(rt *rapid.T) {
		var tests []verdict.Test
		want := true
		for _, name := range names {
			if rapid.IntRange(0, 19).Draw(rt, "missing "+name) == 0 {
				want = false
				continue
			}
			status := statusOf.Draw(rt, name)
			want = want && status == verdict.TestPassed
			tests = append(tests, test(name, status))
		}
		for i := range rapid.IntRange(0, 2).Draw(rt, "strangers") {
			tests = append(tests, test(fmt.Sprintf("TestE1_Stranger%d", i), statusOf.Draw(rt, "stranger")))
		}
		exit := rapid.SampledFrom([]int{0, 1, 2}).Draw(rt, "exit")
		explained := slices.ContainsFunc(tests, func(t verdict.Test) bool {
			return t.Status == verdict.TestFailed || t.Status == verdict.TestUnfinished
		})
		want = want && (exit == 0 || explained)
		vet := rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "vet")
		want = want && vet == 0
		all := verdict.Execution{Tests: tests, Exit: exit}
		b := goodBench(t, all)
		b.only = func([]string) (verdict.Execution, bool) { return all, true }
		b.commands["go vet ./..."] = exits(vet, vet)
		r, err := evaluate.New(goTree(), b, nil, options()).Evaluate(t.Context(), sp, candidate())
		if err != nil {
			rt.Fatal(err)
		}
		if got := r.Accepted(verdict.DefaultPolicy()); got != want {
			rt.Fatalf("want accepted %v, got %v: %s", want, got, statuses(r))
		}
	})
}

func problems(ps []evaluate.Problem) string {
	var out []string
	for _, p := range ps {
		if p.Fix == "" {
			out = append(out, "NO FIX")
		}
		out = append(out, p.String())
	}
	return strings.Join(out, "\n")
}

func TestDecidable(t *testing.T) {
	t.Parallel()
	all := func(tr tree) []patch.File { return tr.files(func(string) bool { return true }) }
	if got := problems(evaluate.Decidable(parse(t, goSpec), all(goTree()), verdict.DefaultPolicy())); got != "" {
		t.Errorf("want no problem with the good spec, got\n%s", got)
	}
	const text = `---
component: thing
targets: ["thing/thing.go"]
tests:
  files: ["thing/*_invariant_test.go"]
  runner: go
  command: go test -json ./thing/...
---
# Spec: Thing

## Behavior
- **B1** It does the thing.
- **B2** A judge may decide this.

## Edge cases
- **E1** One.
- **E3** Nothing decides this.
- **E4** This SHOULD not stop anyone.
- **E5** A test is named wrongly.
  - test: TestRenamd
- **E6** A person decides this.
  - evidence: human
- **E7** A test is wanted.
  - evidence: test
- **E8** A judge is wanted where it cannot count.
  - evidence: judge
- **E9** Somebody has time.
  - waive: later, until 2030-01-01, by Ada
`
	want := `specs/thing.spec.md:17:3: E3 is a MUST of edge-cases, and nothing but a model's opinion would decide it
specs/thing.spec.md:20:5: E5 cites the test TestRenamd, and no acceptance test has that name
specs/thing.spec.md:23:3: E7 is a MUST, and no acceptance test belongs to this clause: name one TestE7_..., or cite one with ` + "`test:`" + `
specs/thing.spec.md:25:3: E8 is a MUST of edge-cases, and nothing but a model's opinion would decide it
thing/thing_invariant_test.go:7:1: the acceptance test TestE10_Ten belongs to no clause
thing/thing_invariant_test.go:8:1: the acceptance test TestRenamed belongs to no clause
thing/thing_invariant_test.go:9:1: the acceptance test TestOther_A belongs to no clause
thing/thing_invariant_test.go:10:1: the acceptance test TestOther_B belongs to no clause`
	got := evaluate.Decidable(parse(t, text), all(goTree()), verdict.DefaultPolicy())
	if diff := cmp.Diff(want, problems(got)); diff != "" {
		t.Error(diff)
	}
	for _, p := range got {
		if p.Clause == "E5" && p.Fix != "did you mean TestRenamed?" {
			t.Errorf("want the nearest name, got %q", p.Fix)
		}
	}
	var strict verdict.Policy
	if got := problems(evaluate.Decidable(parse(t, text), all(goTree()), strict)); !strings.Contains(got, "B2 is a MUST of behavior") {
		t.Errorf("want a policy without judges to refuse B2, got\n%s", got)
	}
}

func TestDecidableWithoutTests(t *testing.T) {
	t.Parallel()
	got := problems(evaluate.Decidable(parse(t, goSpec), nil, verdict.DefaultPolicy()))
	if !strings.Contains(got, "specs/thing.spec.md:5:") || !strings.Contains(got, "tests.files match no file") {
		t.Errorf("want the front matter's line, got\n%s", got)
	}
	files := goTree()
	files["thing/thing_invariant_test.go"] += "func {\n"
	got = problems(evaluate.Decidable(parse(t, goSpec), files.files(func(string) bool { return true }), verdict.DefaultPolicy()))
	if !strings.Contains(got, "thing/thing_invariant_test.go:13:6: the acceptance test does not parse") {
		t.Errorf("want the place in the test, got\n%s", got)
	}
}

// The examples are specs that people start from: each clause of theirs has to be decidable, but for gaps that are their point.
func TestDecidableExamples(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..", "examples")
	specs, err := filepath.Glob(filepath.Join(root, "*", "specs", "*.spec.md"))
	if err != nil || len(specs) == 0 {
		t.Fatal("no example found", err)
	}
	for _, name := range specs {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sp, err := spec.Parse("specs/"+filepath.Base(name), text)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Dir(filepath.Dir(name))
		files := tree{}
		folder := os.DirFS(base)
		err = fs.WalkDir(folder, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(folder, p)
			files[p] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got := evaluate.Decidable(sp, files.files(func(string) bool { return true }), verdict.DefaultPolicy())
		if len(got) > 0 {
			t.Errorf("%s:\n%s", name, problems(got))
		}
	}
}
