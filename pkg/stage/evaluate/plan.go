package evaluate

import (
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// plan is the evidence that a clause rests on, before anything is run.
type plan struct {
	tests  []requirement
	checks []spec.Attachment
	rules  []spec.Attachment
	judge  bool // nothing else decides it, or the clause asks for a judge
	open   bool // a person or production decides it
	// missing says why the evidence that the clause asks for is not there; "" if it is.
	missing string
}

// requirement is a set of tests all of which have to pass.
type requirement struct {
	name    string // as the spec words it: TestE1_*, or the convention
	matches func(test string) bool
	whole   bool // the exit status of the whole command stands for the tests: runner exit
}

// planFor says what decides a clause. Explicit tests replace the naming convention; the convention counts where a frozen test
// follows it, whether or not that test then runs.
func planFor(sp *spec.Spec, c *spec.Clause, f *frozen) plan {
	p := plan{checks: c.Checks(), rules: c.Rules(), open: c.Open()}
	p.tests = testsFor(sp, c, f)
	kind := c.EvidenceKind()
	some := len(p.tests) > 0 || len(p.checks) > 0 || len(p.rules) > 0
	if !some && !p.open && sp.Front.Tests.Runner == "exit" && (kind == "" || kind == spec.EvidenceTest) {
		p.tests = []requirement{{name: "the acceptance tests", whole: true}}
		some = true
	}
	switch {
	case kind == spec.EvidenceJudge:
		p.judge = true
	case kind == spec.EvidenceTest && len(p.tests) == 0:
		p.missing = "no acceptance test belongs to this clause: name one Test" + c.ID + "_..., or cite one with `test:`"
	case kind == spec.EvidenceStatic && len(p.rules) == 0:
		p.missing = "no rule stands with this clause: add a `forbid` or `require`"
	case kind == spec.EvidenceBench && len(p.checks) == 0:
		p.missing = "no command measures this clause: cite one with `check:`"
	case kind == "" && !some:
		p.judge = true
	}
	return p
}

func testsFor(sp *spec.Spec, c *spec.Clause, f *frozen) []requirement {
	var out []requirement
	whole := sp.Front.Tests.Runner == "exit"
	for _, a := range c.Attached(spec.AttachTest) {
		out = append(out, requirement{
			name: a.Value, whole: whole,
			matches: func(test string) bool { return spec.MatchesPattern(a.Value, test) },
		})
	}
	if len(out) > 0 || whole {
		return out
	}
	byConvention := func(test string) bool { return spec.MatchesTest(c, test) }
	if f.any(byConvention) {
		out = append(out, requirement{name: "Test" + c.ID + "_*", matches: byConvention})
	}
	return out
}

// executed says whether something has to be run for the clause.
func (p plan) executed() bool { return len(p.tests) > 0 || len(p.checks) > 0 }

// basis is the strongest that the clause can get.
func (p plan) basis() verdict.Basis {
	switch {
	case p.executed():
		return verdict.Executed
	case len(p.rules) > 0:
		return verdict.Static
	case p.judge:
		return verdict.Judged
	case p.open:
		return verdict.Human
	}
	return verdict.NoBasis
}
