package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// tests says what the tests of one requirement showed.
func (x *execution) tests(r requirement) part {
	switch {
	case x.stopped():
		return part{status: verdict.Unknown, reason: x.whyStopped()}
	case x.tampered() != "":
		return part{status: verdict.Unknown, reason: x.tampered()}
	case x.trouble != "":
		return part{status: verdict.Unknown, reason: x.trouble}
	case r.whole:
		return x.wholeCommand()
	}
	var matched []*outcome
	for _, o := range x.results.all() {
		if r.matches(o.Name) {
			matched = append(matched, o)
		}
	}
	if len(matched) == 0 {
		return part{status: verdict.Unknown, reason: x.nothingRan(r)}
	}
	return x.weigh(r, matched)
}

// nothingRan says why no result belongs to a requirement.
func (x *execution) nothingRan(r requirement) string {
	if len(x.frozen.files) == 0 {
		return fmt.Sprintf("%s: no file matches the spec's tests.files", r.name)
	}
	if x.command.Distrust != "" {
		return x.command.Distrust
	}
	why := fmt.Sprintf("no acceptance test that ran is named %s", r.name)
	if names := x.frozen.declared(r.matches); len(names) > 0 {
		why = names[0].Name + " did not run"
	}
	if x.command.TimedOut || x.command.Signal != "" {
		return why + ": " + brief(x.command)
	}
	return why
}

// weigh decides by the leaves: a test that has subtests says no more than they do.
func (x *execution) weigh(r requirement, matched []*outcome) part {
	p := part{basis: verdict.Executed}
	var failed, open []string
	passed := 0
	for _, o := range matched {
		if derived(o, matched) {
			continue
		}
		p.evidence = append(p.evidence, x.testEvidence(o))
		switch {
		case o.flaky:
			open = append(open, o.Name+" failed once and then passed: flaky")
			p.causes = []verdict.Cause{verdict.EvaluatorNoise}
		case o.Status == verdict.TestPassed:
			passed++
		case o.Status == verdict.TestFailed:
			failed = append(failed, o.Name)
		case o.Status == verdict.TestUnfinished:
			open = append(open, o.Name+" did not finish")
		case o.Status == verdict.TestSkipped && !hasParent(o, matched):
			open = append(open, o.Name+" was skipped")
		case o.Status == verdict.TestSkipped:
		default:
			open = append(open, fmt.Sprintf("%s has the unknown outcome %q", o.Name, o.Status))
		}
	}
	for _, t := range x.frozen.declared(r.matches) {
		if !x.reported(t) {
			open = append(open, t.Name+" did not run")
		}
	}
	switch {
	case len(failed) > 0:
		p.status, p.reason = verdict.Fail, several(failed, "failed")
	case len(open) > 0:
		p.status, p.reason, p.basis = verdict.Unknown, open[0], verdict.NoBasis
	case passed == 0:
		p.status, p.reason, p.basis = verdict.Unknown, matched[0].Name+" ran nothing: all of it was skipped", verdict.NoBasis
	case x.untold() != "":
		p.status, p.reason, p.basis = verdict.Unknown, x.untold(), verdict.NoBasis
	default:
		p.status = verdict.Pass
	}
	if p.status != verdict.Unknown {
		p.causes = nil
	}
	return p
}

// untold says why the tests that passed may not be all there is to know; "" if they are.
func (x *execution) untold() string {
	if why := x.stray(); why != "" {
		return why
	}
	troubled := func(t verdict.Test) bool {
		return t.Status == verdict.TestFailed || t.Status == verdict.TestUnfinished
	}
	if (x.command.Exit != 0 || x.command.TimedOut) && !slices.ContainsFunc(x.command.Tests, troubled) {
		return "no test failed, and yet " + brief(x.command)
	}
	if x.spec.Front.Tests.Runner == "go" {
		return "" // what is missing is known by name
	}
	for _, t := range x.command.Tests {
		if t.Status == verdict.TestUnfinished && !x.finished(t) {
			return "the test run ended early: " + oneLine(t.Message)
		}
	}
	return ""
}

// stray says that an acceptance test failed which no clause rests on: then no other can be trusted to tell the whole.
func (x *execution) stray() string {
	for _, o := range x.results.all() {
		if o.Status != verdict.TestFailed || o.flaky || x.rests(o.Name) || x.restsOnSubtest(o) {
			continue
		}
		if o.sealed {
			return "a sealed acceptance test failed that belongs to no clause"
		}
		return fmt.Sprintf("the acceptance test %s failed, and it belongs to no clause", o.Name)
	}
	return ""
}

// restsOnSubtest says whether a clause rests on a subtest: that its parent failed too is no news.
func (x *execution) restsOnSubtest(o *outcome) bool {
	return slices.ContainsFunc(x.results.all(), func(sub *outcome) bool {
		return sub.Suite == o.Suite && strings.HasPrefix(sub.Name, o.Name+"/") && x.rests(sub.Name)
	})
}

func several(names []string, did string) string {
	if len(names) == 1 {
		return names[0] + " " + did
	}
	return fmt.Sprintf("%s and %d more %s", names[0], len(names)-1, did)
}

// derived says whether a test's outcome only repeats that of its subtests: they tell more.
func derived(o *outcome, all []*outcome) bool {
	if o.flaky {
		return false
	}
	return slices.ContainsFunc(all, func(sub *outcome) bool {
		if sub.Suite != o.Suite || !strings.HasPrefix(sub.Name, o.Name+"/") {
			return false
		}
		return o.Status == verdict.TestPassed || sub.Status == o.Status
	})
}

func hasParent(o *outcome, all []*outcome) bool {
	return slices.ContainsFunc(all, func(parent *outcome) bool {
		return parent.Suite == o.Suite && strings.HasPrefix(o.Name, parent.Name+"/")
	})
}

// maxMessage bounds the words of an assertion that a report keeps.
const maxMessage = 2000

func (x *execution) testEvidence(o *outcome) verdict.Evidence {
	e := verdict.Evidence{
		Kind: verdict.FromTest, Test: o.FullName(), Sealed: o.sealed,
		Passed: o.Status == verdict.TestPassed && !o.flaky,
	}
	if e.Passed {
		return e
	}
	e.File, e.Line, e.EndLine = o.File, o.Line, o.Line
	e.Message = shorten(strings.TrimSpace(o.Message), maxMessage)
	if seen, ok := verdict.Observe(e.Message); ok {
		e.Input, e.Want, e.Got = seen.Input, seen.Want, seen.Got
	}
	return e
}

// wholeCommand takes the exit status of the test command for all tests there are.
func (x *execution) wholeCommand() part {
	done := x.command
	exit := done.Exit
	e := verdict.Evidence{Kind: verdict.FromCheck, Command: done.Command, Exit: &exit, Passed: exit == 0}
	switch {
	case done.TimedOut || done.Signal != "" || exit < 0:
		return undecided(e, brief(done))
	case exit == exitNotFound || exit == exitNotRunnable:
		return undecided(e, "the test command could not be run: "+lastLines(done.Output, 1))
	case exit == 0:
		return part{status: verdict.Pass, basis: verdict.Executed, evidence: []verdict.Evidence{e}}
	}
	return checkFailed(e, done)
}
