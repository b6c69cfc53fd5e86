package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
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
	why := x.noSuchTest(r)
	if missing := x.frozen.declared(r.matches); len(missing) > 0 {
		why = x.gone(missing[0], r)
	}
	if trouble := x.unloaded(); trouble != "" {
		return why + ": " + trouble
	}
	if x.command.TimedOut || x.command.Signal != "" {
		return why + ": " + x.brief(x.command)
	}
	return why
}

// noSuchTest says that no acceptance file declares what a clause asks for, and what may have been meant.
func (x *execution) noSuchTest(r requirement) string {
	why := fmt.Sprintf("no acceptance test that ran is named %s", r.name)
	if stranger, ok := x.stranger(r.matches); ok {
		return why + "; " + oneLine(shorten(stranger.FullName(), maxOutputLine)) + " ran, and no acceptance file declares it"
	}
	var ran []string
	for _, o := range x.results.all()[:min(len(x.results.order), maxCompared)] {
		if !o.sealed {
			ran = append(ran, shorten(o.Name, maxOutputLine))
		}
	}
	if near := spec.Nearest(strings.TrimRight(r.name, "*"), ran); near != "" && !x.rests(near) {
		return why + "; did you mean " + near + "?"
	}
	return why
}

// maxCompared bounds how many names are looked through for a similar one.
const maxCompared = 1000

// gone says of a declared test that it did not run, and which did in its place.
func (x *execution) gone(d declaration, r requirement) string {
	if d.file.sealed {
		return sealedTest + " did not run"
	}
	var others []string
	for _, t := range x.results.strangers[:min(len(x.results.strangers), maxCompared)] {
		switch {
		case t.Name == d.Name:
			return fmt.Sprintf("%s did not run; a test of that name ran in %s, where no acceptance file declares it", d.Name, t.Suite)
		case t.Status == verdict.TestPassed || t.Status == verdict.TestFailed:
			others = append(others, shorten(t.Name, maxOutputLine))
		}
	}
	near := spec.Nearest(d.Name, others)
	if stranger, ok := x.stranger(r.matches); ok && near == "" {
		near = oneLine(shorten(stranger.Name, maxOutputLine))
	}
	if near != "" {
		return fmt.Sprintf("%s is gone; %s ran, and no acceptance file declares it", d.Name, near)
	}
	return d.Name + " did not run"
}

// sealedTest is all that is told of one.
const sealedTest = "a sealed acceptance test"

// named is how a reason calls a test.
func (o *outcome) named() string {
	if o.sealed {
		return sealedTest
	}
	return o.Name
}

// stranger gives a test that ran, is wanted, and is declared nowhere.
func (x *execution) stranger(wanted func(string) bool) (verdict.Test, bool) {
	i := slices.IndexFunc(x.results.strangers, func(t verdict.Test) bool { return wanted(t.Name) })
	if i < 0 {
		return verdict.Test{}, false
	}
	return x.results.strangers[i], true
}

// unloaded says that a whole acceptance file, or a class in it, could not be run.
func (x *execution) unloaded() string {
	for _, t := range x.results.strangers {
		if t.Status != verdict.TestFailed && t.Status != verdict.TestUnfinished {
			continue
		}
		for _, f := range x.frozen.files {
			switch {
			case !f.speaks(t) || x.explains(f):
			case f.sealed:
				return sealedTest + " could not be run"
			case t.Message == "":
				return f.path + " failed as a whole"
			default:
				return oneLine(fmt.Sprintf("%s: %s", f.path, t.Message))
			}
		}
	}
	return ""
}

// explains says whether a file failed because a test in it did: in TAP it is the outcome of all that stands in it.
func (x *execution) explains(f *testFile) bool {
	return x.spec.Front.Tests.Runner == "tap" && slices.ContainsFunc(x.results.all(), func(o *outcome) bool {
		return o.file == f && o.Status == verdict.TestFailed
	})
}

// weigh decides by the leaves: a test that has subtests says no more than they do.
func (x *execution) weigh(r requirement, matched []*outcome) part {
	p := part{basis: verdict.Executed}
	f := x.family(matched)
	var failed, open []string
	passed := 0
	for _, o := range matched {
		if f.derived(o) {
			continue
		}
		p.evidence = append(p.evidence, x.testEvidence(o))
		switch why := f.unsettled(o); {
		case why != "":
			open = append(open, o.named()+" "+why)
		case o.Status == verdict.TestPassed:
			passed++
		case o.Status == verdict.TestFailed:
			failed = append(failed, o.named())
		}
		if o.flaky != "" && o.flaky != endedFirst {
			p.causes = []verdict.Cause{verdict.EvaluatorNoise}
		}
	}
	for _, d := range x.frozen.declared(r.matches) {
		if !x.reported(d) {
			open = append(open, x.gone(d, r))
		}
	}
	switch {
	case len(failed) > 0:
		p.status, p.reason = verdict.Fail, several(failed, "failed")
	case len(open) > 0:
		p.status, p.reason, p.basis = verdict.Unknown, open[0], verdict.NoBasis
	case passed == 0:
		p.status, p.reason, p.basis = verdict.Unknown, matched[0].named()+" ran nothing: all of it was skipped", verdict.NoBasis
	case x.doubt != "":
		p.status, p.reason, p.basis = verdict.Unknown, x.doubt, verdict.NoBasis
	default:
		p.status = verdict.Pass
	}
	if p.status != verdict.Unknown {
		p.causes = nil
	}
	return p
}

// family knows which of the tests that a requirement matches have subtests among them.
type family struct {
	matched map[*outcome]bool
	subs    map[*outcome]map[verdict.TestStatus]bool // what became of the subtests
	results *results
}

func (x *execution) family(matched []*outcome) family {
	f := family{map[*outcome]bool{}, map[*outcome]map[verdict.TestStatus]bool{}, x.results}
	for _, o := range matched {
		f.matched[o] = true
		for _, parent := range x.results.parents(o) {
			if f.subs[parent] == nil {
				f.subs[parent] = map[verdict.TestStatus]bool{}
			}
			f.subs[parent][o.Status] = true
		}
	}
	return f
}

// derived says whether a test's outcome only repeats that of its subtests: they tell more.
func (f family) derived(o *outcome) bool {
	subs := f.subs[o]
	return o.flaky == "" && o.empty == "" && len(subs) > 0 && (o.Status == verdict.TestPassed || subs[o.Status])
}

// unsettled says why a result decides nothing; "" if it does, or if others decide in its place.
func (f family) unsettled(o *outcome) string {
	switch {
	case o.flaky != "":
		return o.flaky
	case o.Status == verdict.TestFailed:
		return ""
	case o.Status == verdict.TestPassed:
		return o.empty
	case o.Status == verdict.TestUnfinished:
		return "did not finish"
	case o.Status == verdict.TestSkipped && slices.ContainsFunc(f.results.parents(o), func(p *outcome) bool { return f.matched[p] }):
		return ""
	case o.Status == verdict.TestSkipped && o.Message != "" && !o.sealed:
		return "was skipped: " + oneLine(shorten(o.Message, maxOutputLine))
	case o.Status == verdict.TestSkipped:
		return "was skipped"
	}
	return fmt.Sprintf("has the unknown outcome %q", o.Status)
}

// untold says why the tests that passed may not be all there is to know; "" if they are.
func (x *execution) untold() string {
	if why := x.stray(); why != "" {
		return why
	}
	if x.command.Truncated {
		return "the tests wrote more than is kept, and results may be missing"
	}
	troubled := func(t verdict.Test) bool {
		return t.Status == verdict.TestFailed || t.Status == verdict.TestUnfinished
	}
	if (x.command.Exit != 0 || x.command.TimedOut) && !slices.ContainsFunc(x.command.Tests, troubled) {
		return "no test failed, and yet " + x.brief(x.command)
	}
	if why := x.unloaded(); why != "" {
		return why
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
	told := map[*outcome]bool{} // their subtests are somebody's: that they failed too is no news
	for _, o := range x.results.all() {
		if strings.Contains(o.Name, "/") && x.rests(o.Name) {
			for _, parent := range x.results.parents(o) {
				told[parent] = true
			}
		}
	}
	for _, o := range x.results.all() {
		if o.Status != verdict.TestFailed || o.flaky != "" || told[o] || x.rests(o.Name) {
			continue
		}
		if o.sealed {
			return sealedTest + " failed that belongs to no clause"
		}
		return fmt.Sprintf("the acceptance test %s failed, and it belongs to no clause", o.Name)
	}
	return ""
}

func several(names []string, did string) string {
	if len(names) == 1 {
		return names[0] + " " + did
	}
	return fmt.Sprintf("%s and %d more %s", names[0], len(names)-1, did)
}

// maxMessage bounds the words of an assertion that a report keeps.
const maxMessage = 2000

func (x *execution) testEvidence(o *outcome) verdict.Evidence {
	e := verdict.Evidence{
		Kind: verdict.FromTest, Test: o.FullName(), Sealed: o.sealed,
		Passed: o.Status == verdict.TestPassed && o.flaky == "" && o.empty == "",
	}
	if e.Passed {
		return e
	}
	e.File, e.Line, e.EndLine = o.File, o.Line, o.Line
	e.Message = shorten(strings.TrimSpace(cmp.Or(o.Message, o.empty)), maxMessage)
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
	case x.tampered() != "":
		return undecided(e, x.tampered())
	case done.Distrust != "":
		return undecided(e, done.Distrust)
	case done.TimedOut || done.Signal != "" || exit < 0:
		return undecided(e, x.brief(done))
	case exit == exitNotFound || exit == exitNotRunnable:
		return undecided(e, "the test command could not be run: "+x.brief(done))
	case exit == 0:
		return part{status: verdict.Pass, basis: verdict.Executed, evidence: []verdict.Evidence{e}}
	}
	return x.veiled(checkFailed(e, done), done, true)
}
