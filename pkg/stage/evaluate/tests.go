package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// results are the outcomes of the frozen tests, each with what a second run of it said.
type results struct {
	order     []string // full names, as first reported
	tests     map[string]*outcome
	byName    map[string][]*outcome // with parameters and without
	strangers []verdict.Test        // what ran and no frozen file declares
}

type outcome struct {
	verdict.Test
	file   *testFile
	sealed bool
	flaky  string // why it says nothing: two runs of it differ; "" if they do not
	empty  string // why it says nothing even if it passes
	victim bool   // it did not finish because of another test, or of the time
}

const (
	failedFirst = "failed once and then passed: flaky"
	passedFirst = "passed once and then failed: flaky"
	endedFirst  = "ended its process once and then passed: flaky"
)

func newResults() *results {
	return &results{tests: map[string]*outcome{}, byName: map[string][]*outcome{}}
}

func (r *results) add(t verdict.Test, file *testFile) *outcome {
	o := &outcome{Test: t, file: file, sealed: file.sealed, empty: file.empty(t.Name)}
	if t.Flaky {
		o.flaky = failedFirst
	}
	name := t.FullName()
	if old, ok := r.tests[name]; ok {
		*old = *o
		return old
	}
	r.order = append(r.order, name)
	r.tests[name] = o
	r.byName[t.Name] = append(r.byName[t.Name], o)
	if b := bare(t.Name); b != t.Name {
		r.byName[b] = append(r.byName[b], o)
	}
	return o
}

// all gives the outcomes in the order in which they were first reported.
func (r *results) all() []*outcome {
	out := make([]*outcome, 0, len(r.order))
	for _, name := range r.order {
		out = append(out, r.tests[name])
	}
	return out
}

// parents gives the outcomes of the tests that a subtest is a part of.
func (r *results) parents(o *outcome) []*outcome {
	var out []*outcome
	for name := o.Name; ; {
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return out
		}
		name = name[:i]
		if parent, ok := r.tests[verdict.Test{Name: name, Suite: o.Suite}.FullName()]; ok && parent.Name == name {
			out = append(out, parent)
		}
	}
}

// worst makes one result of those that bear the same full name: the same test run twice, or two tests that nobody can tell apart.
// Whatever keeps one of them from passing counts.
func worst(tests []verdict.Test) []verdict.Test {
	at := make(map[string]int, len(tests))
	out := make([]verdict.Test, 0, len(tests))
	for _, t := range tests {
		i, twice := at[t.FullName()]
		if !twice {
			at[t.FullName()] = len(out)
			out = append(out, t)
			continue
		}
		if badness(t) > badness(out[i]) {
			out[i] = t
		}
	}
	return out
}

func badness(t verdict.Test) int {
	switch {
	case t.Status == verdict.TestFailed && !t.Flaky:
		return 5
	case t.Flaky:
		return 4
	case t.Status == verdict.TestUnfinished:
		return 3
	case t.Status == verdict.TestSkipped:
		return 1
	case t.Status == verdict.TestPassed:
		return 0
	}
	return 2 // an outcome that nobody knows
}

// tally counts tests, and not their subtests.
func (r *results) tally(runner string) verdict.Tally {
	var t verdict.Tally
	for _, o := range r.all() {
		if runner == "go" && strings.Contains(o.Name, "/") {
			continue
		}
		t.Total++
		if o.Status == verdict.TestPassed && o.flaky == "" && o.empty == "" {
			t.Passed++
		}
	}
	return t
}

// test runs the acceptance tests once for all clauses, and again what that left open.
func (x *execution) test(ctx context.Context) error {
	tests := x.spec.Front.Tests
	wanted := slices.ContainsFunc(x.active(), func(l *dossier) bool { return len(l.plan.tests) > 0 })
	if x.stopped() || !wanted {
		return nil
	}
	if tests.Runner == "" && tests.Command == "" {
		x.trouble = "the spec names no command that runs its tests: set `tests: runner:` and `command:`"
		return nil
	}
	done, err := x.runTests(ctx, nil)
	if err != nil {
		return err
	}
	x.command = done
	if done.BuildFailed() {
		x.broken(done)
		return nil
	}
	x.keep(done)
	if tests.Runner == "exit" {
		return x.confirmExit(ctx)
	}
	if len(x.results.order) == 0 && len(x.results.strangers) == 0 {
		x.trouble = cmp.Or(done.Distrust, "no test ran: "+x.brief(done))
	}
	if err := x.again(ctx, done); err != nil {
		return err
	}
	if err := x.confirm(ctx); err != nil {
		return err
	}
	x.doubt = x.untold()
	return nil
}

func (x *execution) runTests(ctx context.Context, only []string) (verdict.Execution, error) {
	done, err := x.bench.Test(ctx, x.spec.Front.Tests, only)
	if err == nil {
		x.walls(done)
		done.Tests = worst(done.Tests)
	}
	return done, err
}

// keep takes the results of frozen tests over. What else was reported does not count.
func (x *execution) keep(done verdict.Execution) {
	for _, t := range done.Tests {
		if f, ok := x.frozen.file(t); ok {
			x.results.add(t, f).victim = excused(t, done)
		} else {
			x.results.strangers = append(x.results.strangers, t)
		}
	}
}

// excused says whether it is known what kept a test from finishing, and it was not the test: another one of its package panicked,
// or time ran out. Whoever else ends a process does so while a test runs.
func excused(t verdict.Test, done verdict.Execution) bool {
	if t.Status != verdict.TestUnfinished {
		return false
	}
	return done.TimedOut || strings.HasPrefix(t.Message, "panic: test timed out") ||
		slices.ContainsFunc(done.Tests, func(other verdict.Test) bool {
			return other.Suite == t.Suite && other.Status == verdict.TestFailed && strings.HasPrefix(other.Message, "panic: ")
		})
}

// maxAgain bounds how often tests are run again after a crash.
const maxAgain = 8

// again runs what a crash cut off: first, together, the tests that did not begin because another ended the process, as long as
// that brings results, and then by themselves those that began and did not finish.
func (x *execution) again(ctx context.Context, first verdict.Execution) error {
	if first.Exit == 0 && !first.TimedOut && first.Distrust == "" && len(x.unfinished()) == 0 {
		return nil // nothing was cut off
	}
	runs := 0
	for absent := x.absent(); len(absent) > 0 && runs < maxAgain; runs++ {
		done, err := x.runTests(ctx, absent)
		if err != nil {
			return err
		}
		x.keepMissing(done)
		before := len(absent)
		if absent = x.absent(); len(absent) == before {
			break // they do not run here at all
		}
	}
	for _, t := range x.unfinished() {
		if runs++; runs > maxAgain {
			return nil
		}
		victim := x.victim(t)
		done, err := x.runTests(ctx, []string{t.Name})
		if err != nil {
			return err
		}
		x.keepAlone(t, done)
		if !victim {
			x.distrust(t)
		}
	}
	return nil
}

// distrust takes a pass from a test that ended its process before: two runs of it differ.
func (x *execution) distrust(t verdict.Test) {
	for _, o := range x.results.byName[t.Name] {
		if o.Suite == t.Suite && o.Status == verdict.TestPassed {
			o.flaky = endedFirst
		}
	}
}

// victim says whether all that a test, or its subtests, did not finish is excused.
func (x *execution) victim(t verdict.Test) bool {
	return !slices.ContainsFunc(x.results.all(), func(o *outcome) bool {
		return o.Suite == t.Suite && x.top(o.Name) == t.Name && o.Status == verdict.TestUnfinished && !o.victim
	})
}

// absent names the declared tests that clauses rest on and that nothing was reported of. Only go can be asked for them alone.
func (x *execution) absent() []string {
	var out []string
	if x.spec.Front.Tests.Runner != "go" {
		return nil
	}
	for _, t := range x.frozen.declared(x.rests) {
		if !x.reported(t) && !slices.Contains(out, t.Name) {
			out = append(out, t.Name)
		}
	}
	return out
}

// keepMissing takes over the results of tests that had none.
func (x *execution) keepMissing(done verdict.Execution) {
	had := map[string]bool{}
	for name := range x.results.tests {
		had[name] = true
	}
	for _, t := range done.Tests {
		if f, ok := x.frozen.file(t); ok && !had[t.FullName()] {
			x.results.add(t, f).victim = excused(t, done)
		}
	}
}

// unfinished gives the tests that clauses rest on and that began and did not end.
func (x *execution) unfinished() []verdict.Test {
	var out []verdict.Test
	seen := map[string]bool{}
	for _, o := range x.results.all() {
		top := o.Test
		top.Name = x.top(o.Name)
		if o.Status == verdict.TestUnfinished && x.rests(o.Name) && !seen[top.FullName()] {
			seen[top.FullName()] = true
			out = append(out, top)
		}
	}
	return out
}

// top is the test that can be run by itself: for Go the function, and not one of its subtests.
func (x *execution) top(name string) string {
	if x.spec.Front.Tests.Runner == "go" {
		return root(name)
	}
	return name
}

// reported says whether there is a result of a declared test.
func (x *execution) reported(d declaration) bool {
	if d.file.js != nil {
		return !x.titled(d.file) || slices.ContainsFunc(x.results.all(), func(o *outcome) bool { return o.file == d.file && d.js.is(o.Name) })
	}
	return slices.ContainsFunc(x.results.byName[d.Name], func(o *outcome) bool {
		if d.file.python != nil || d.file.jvm != nil {
			return o.file == d.file
		}
		return o.Name == d.Name && (d.Suite == "" || o.Suite == "" || o.Suite == d.Suite)
	})
}

// titled says whether results of a file bear the titles of its tests at all. tape tells of assertions alone.
func (x *execution) titled(f *testFile) bool {
	if told, ok := x.titles[f]; ok {
		return told
	}
	told := slices.ContainsFunc(x.results.all(), func(o *outcome) bool {
		return o.file == f && slices.ContainsFunc(f.js.tests, func(j jsTest) bool { return j.is(o.Name) })
	})
	x.titles[f] = told
	return told
}

// rests says whether a clause rests on a test of this name.
func (x *execution) rests(name string) bool {
	for _, l := range x.active() {
		for _, r := range l.plan.tests {
			if !r.whole && r.matches(name) {
				return true
			}
		}
	}
	return false
}

// keepAlone takes the results of a test that was run by itself. One that does not finish then either has failed.
func (x *execution) keepAlone(t verdict.Test, done verdict.Execution) {
	for _, again := range done.Tests {
		if x.top(again.Name) != t.Name {
			continue
		}
		if f, ok := x.frozen.file(again); ok {
			x.results.add(again, f)
		}
	}
	if x.finished(t) || x.spec.Front.Tests.Runner != "go" && done.Exit == 0 && !done.TimedOut {
		return
	}
	if f, ok := x.frozen.file(t); ok {
		x.results.add(cutOff(t, done), f)
	}
}

// finished says whether a test has an outcome now.
func (x *execution) finished(t verdict.Test) bool {
	return slices.ContainsFunc(x.results.byName[t.Name], func(o *outcome) bool {
		return o.Name == t.Name && o.Suite == t.Suite && o.Status != verdict.TestUnfinished
	})
}

// cutOff is a test that ended its process, or did not end at all, twice.
func cutOff(t verdict.Test, done verdict.Execution) verdict.Test {
	t.Status = verdict.TestFailed
	switch {
	case done.TimedOut:
		t.Message = fmt.Sprintf("did not finish in %s", seconds(done))
	case t.Message != "":
	case done.Signal != "":
		t.Message = "the process was ended by " + done.Signal
	default:
		t.Message = fmt.Sprintf("the process ended (exit %d) before the test did", done.Exit)
	}
	return t
}

// confirm runs the tests that failed once more, all together. One that then passes is flaky, and says nothing; so is one that
// fails then and passed before, where the command runs more than it was asked for.
func (x *execution) confirm(ctx context.Context) error {
	if x.opt.NoConfirm {
		return nil
	}
	var only []string
	asked := map[string]bool{}
	for _, o := range x.results.all() {
		top := x.top(o.Name)
		if o.Status == verdict.TestFailed && o.flaky == "" && !asked[top] && x.rests(o.Name) {
			asked[top] = true
			only = append(only, top)
		}
	}
	if len(only) == 0 {
		return nil
	}
	done, err := x.runTests(ctx, only)
	if err != nil {
		return err
	}
	for _, again := range done.Tests {
		o, ok := x.results.tests[again.FullName()]
		switch {
		case !ok:
		case o.Status == verdict.TestFailed && (again.Status == verdict.TestPassed || again.Flaky):
			o.flaky = failedFirst
		case o.Status == verdict.TestPassed && again.Status == verdict.TestFailed:
			o.flaky = passedFirst
		}
	}
	return nil
}

// confirmExit runs a whole command again that failed and reports no tests.
func (x *execution) confirmExit(ctx context.Context) error {
	if x.command.Exit == 0 || x.command.TimedOut || x.opt.NoConfirm {
		return nil
	}
	again, err := x.runTests(ctx, nil)
	if err == nil && again.Exit == 0 {
		x.trouble = x.command.Command + " failed once and then passed: flaky"
	}
	return err
}
