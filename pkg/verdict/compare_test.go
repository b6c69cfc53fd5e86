package verdict_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// report gives a report of MUST clauses B1, B2, ... : + pass, - fail, ? unknown.
func report(signs string) verdict.Report {
	var r verdict.Report
	for i, sign := range signs {
		v := verdict.Verdict{Clause: "ABCDEFGHIJ"[i : i+1], Digest: "d", Level: spec.Must, Section: spec.Behavior}
		switch sign {
		case '+':
			v.Status, v.Basis = verdict.Pass, verdict.Executed
		case '-':
			v.Status, v.Basis = verdict.Fail, verdict.Executed
		default:
			v.Status = verdict.Unknown
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	return r
}

func TestBetter(t *testing.T) {
	t.Parallel()
	broken := report("??")
	broken.Build = []verdict.Diagnostic{{File: "a.go", Message: "no"}}
	conflict := report("++")
	conflict.Conflict = "no"
	should := report("+-")
	should.Verdicts[1].Level = spec.Should
	must := report("-+")
	must.Verdicts[1].Level = spec.Should
	more := report("--")
	more.Tests = verdict.Tally{Passed: 5, Total: 9}
	judged := report("++")
	judged.Verdicts[0].Basis = verdict.Judged
	tightened := report("+-")
	tightened.Verdicts[1].Digest = "new"
	tightenedRight := report("++")
	tightenedRight.Verdicts[1].Digest = "new"
	for name, c := range map[string]struct{ a, b verdict.Report }{
		"more clauses hold":           {report("++-"), report("+--")},
		"fail is no worse than a gap": {report("+-"), report("--")},
		"anything beats no build":     {report("--"), broken},
		"a build beats a conflict":    {report("--"), conflict},
		"a MUST outweighs a SHOULD":   {should, must},
		"more tests pass":             {more, report("--")},
		"stronger evidence":           {report("++"), judged},
		"the tightened clause holds":  {tightenedRight, report("+-")},
		"a shared clause decides":     {tightened, report("--")},
	} {
		if !verdict.Better(c.a, c.b) || verdict.Better(c.b, c.a) {
			t.Errorf("%s: want the first to be better", name)
		}
	}
	if verdict.Better(report("+-"), report("-+")) || verdict.Better(report("-+"), report("+-")) {
		t.Error("want no preference between one clause and another")
	}
}

func TestBetterIsAnOrderOfEachPair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawReport(t), drawReport(t)
		if verdict.Better(a, a) {
			t.Fatal("better than itself")
		}
		if verdict.Compare(a, b) != -verdict.Compare(b, a) {
			t.Fatal("the order depends on who is asked first")
		}
	})
}

func TestRegressions(t *testing.T) {
	t.Parallel()
	now := report("--?+")
	now.Verdicts[1].Digest = "reworded"
	got := verdict.Regressions(report("+++-"), now)
	if len(got) != 1 || got[0].Clause != "A" {
		t.Errorf("want A alone: B was reworded and C is unknown; got %v", got)
	}
}

func TestSameFailures(t *testing.T) {
	t.Parallel()
	with := func(e ...verdict.Evidence) verdict.Report {
		r := report("+-")
		r.Verdicts[1].Evidence = e
		return r
	}
	one := verdict.Evidence{Kind: verdict.FromTest, Test: "p.TestB", Message: "want 1, got 2", Line: 3}
	moved, other, passed := one, one, one
	moved.Line = 7
	other.Message = "want 1, got 3"
	passed.Passed, passed.Test = true, "p.TestC"
	for name, c := range map[string]struct {
		a, b verdict.Report
		want bool
	}{
		"equal":               {with(one), with(one), true},
		"moved":               {with(one), with(moved), true},
		"order":               {with(one, other), with(other, one), true},
		"passes do not count": {with(one), with(one, passed), true},
		"another value":       {with(one), with(other), false},
		"another clause":      {report("+-"), report("-+"), false},
		"unknown is not fail": {report("+-"), report("+?"), false},
	} {
		if got := verdict.SameFailures(c.a, c.b); got != c.want {
			t.Errorf("%s: want %v, got %v", name, c.want, got)
		}
	}
	a, b := report("??"), report("??")
	a.Build = []verdict.Diagnostic{{File: "x.go", Line: 1, Message: "undefined: y"}}
	b.Build = []verdict.Diagnostic{{File: "x.go", Line: 9, Message: "undefined: z"}}
	if verdict.SameFailures(a, b) {
		t.Error("want two different compile errors to be told apart")
	}
}
