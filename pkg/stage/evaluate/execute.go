package evaluate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// buildCheck is the name of the check that runs before everything else.
const buildCheck = "build"

// notBuilt is the reason of clauses that could not be executed because the code does not build.
const notBuilt = "build: the code does not build"

// execution is what was run of one candidate. Each command runs once for all clauses that rest on it.
type execution struct {
	*evaluation
	checks  map[string]checked // by command
	trouble string             // why no test result is to be had
	changed []string           // acceptance tests that a command wrote
	doubt   string             // why the tests that passed may not be all there is to know
	titles  map[*testFile]bool
	command verdict.Execution
}

// checked is what a check's command did, the second time too if it was run again.
type checked struct {
	verdict.Execution
	flaky bool
}

// execute runs what the clauses rest on: the build, the acceptance tests once for all, each check once.
func (e *evaluation) execute(ctx context.Context) error {
	x := &execution{evaluation: e, checks: map[string]checked{}, titles: map[*testFile]bool{}}
	x.results = newResults()
	if e.testsBroken() || !x.needed() || x.stopped() {
		return x.observe(ctx)
	}
	if err := e.atCandidate(ctx); err != nil {
		return err
	}
	if err := x.build(ctx); err != nil {
		return err
	}
	if err := x.test(ctx); err != nil {
		return err
	}
	return x.observe(ctx)
}

// testsBroken stops where the acceptance tests cannot be parsed: whatever the code is, they will not run.
func (e *evaluation) testsBroken() bool {
	broken := e.frozen.broken()
	if len(broken) == 0 {
		return false
	}
	d := broken[0]
	e.report.Conflict = fmt.Sprintf("the acceptance tests do not parse: %s:%d: %s", d.File, d.Line, d.Message)
	return true
}

// needed says whether anything has to be run.
func (x *execution) needed() bool {
	_, named := x.spec.Front.Checks[buildCheck]
	return named || slices.ContainsFunc(x.active(), func(l *dossier) bool { return l.plan.executed() })
}

// stopped says whether there is no point in running anything.
func (x *execution) stopped() bool { return len(x.report.Build) > 0 || x.report.Conflict != "" }

func (x *execution) build(ctx context.Context) error {
	command, ok := x.spec.Front.Checks[buildCheck]
	if !ok {
		return nil
	}
	done, err := x.check(ctx, command)
	if err != nil || done.flaky || done.Exit == 0 && !done.TimedOut {
		return err
	}
	x.broken(done.Execution)
	return nil
}

// broken notes why nothing can be executed, or that no code could be.
func (x *execution) broken(done verdict.Execution) {
	found := done.Diagnostics
	if len(found) == 0 {
		found = diagnose(done.Output)
	}
	if len(found) == 0 {
		found = []verdict.Diagnostic{{Message: summary(done), Sealed: x.tellsOfSealed(done.Output)}}
	}
	if why := x.testsAtFault(found); why != "" {
		x.report.Conflict = why
		return
	}
	for _, d := range found {
		x.report.Build = append(x.report.Build, x.located(d))
	}
}

// maxDiagnostics bounds what a report keeps of a failed build.
const maxDiagnostics = 50

// place is how compilers of all kinds point at a line.
var place = pattern.Lazy(`^\s*(?:\./)?([\w./@+-]+\.\w+):(\d+)(?::(\d+))?:?\s+(.+)$`)

// diagnose reads the places that a command's output points at.
func diagnose(output string) []verdict.Diagnostic {
	var out []verdict.Diagnostic
	for line := range strings.SplitSeq(output, "\n") {
		m := place.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil || len(out) == maxDiagnostics {
			continue
		}
		d := verdict.Diagnostic{File: m[1], Message: strings.TrimSpace(m[4])}
		d.Line, _ = strconv.Atoi(m[2])
		d.Col, _ = strconv.Atoi(m[3])
		out = append(out, d)
	}
	return out
}

// summary says in a line or two how a command ended, from the end of what it wrote.
func summary(done verdict.Execution) string {
	end := fmt.Sprintf("%s: exit %d", done.Command, done.Exit)
	switch {
	case done.TimedOut:
		end = fmt.Sprintf("%s did not finish in %s", done.Command, seconds(done))
	case done.Signal != "":
		end = fmt.Sprintf("%s was ended by %s", done.Command, done.Signal)
	}
	if last := lastLines(done.Output, 2); last != "" {
		return end + "\n" + last
	}
	return end
}

// brief is summary in one line. What a command wrote before it was ended says nothing of why.
func brief(done verdict.Execution) string {
	text := summary(done)
	if done.TimedOut || done.Signal != "" {
		text, _, _ = strings.Cut(text, "\n")
	}
	return oneLine(text)
}

func seconds(done verdict.Execution) string {
	if s := done.Duration.Round(1e9).Seconds(); s > 0 {
		return fmt.Sprintf("%.0f s", s)
	}
	return "its time"
}

const maxOutputLine = 200

func lastLines(text string, n int) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		lines = append(lines, shorten(line, maxOutputLine))
	}
	return strings.Join(lines[max(len(lines)-n, 0):], "\n")
}

func shorten(text string, size int) string {
	if len(text) <= size {
		return text
	}
	return strings.ToValidUTF8(text[:size], "") + "…"
}

// check runs a command once. One that fails is run again, because a failure that does not repeat says nothing.
func (x *execution) check(ctx context.Context, command string) (checked, error) {
	if done, ok := x.checks[command]; ok {
		return done, nil
	}
	done, err := x.run(ctx, command)
	if err != nil {
		return checked{}, err
	}
	result := checked{Execution: done}
	if done.Exit != 0 && !x.opt.NoConfirm && !done.TimedOut && len(done.Diagnostics) == 0 {
		again, err := x.run(ctx, command)
		if err != nil {
			return checked{}, err
		}
		result.flaky = again.Exit == 0
	}
	x.checks[command] = result
	return result, nil
}

func (x *execution) run(ctx context.Context, command string) (verdict.Execution, error) {
	done, err := x.bench.Run(ctx, command)
	if err == nil {
		x.walls(done)
	}
	return done, err
}

// walls keeps the isolation that all commands had, and which acceptance tests they changed.
func (x *execution) walls(done verdict.Execution) {
	x.changed = append(x.changed, done.Changed...)
	x.keepWalls(done)
}

// keepWalls keeps the isolation that all commands had.
func (e *evaluation) keepWalls(done verdict.Execution) {
	if e.report.Walls == nil {
		e.report.Walls = append([]string{}, done.Walls...)
		return
	}
	e.report.Walls = slices.DeleteFunc(e.report.Walls, func(w string) bool { return !slices.Contains(done.Walls, w) })
}

// observe gives each clause what was executed for it.
func (x *execution) observe(ctx context.Context) error {
	for _, l := range x.active() {
		if l.plan.missing != "" {
			l.unknown(l.plan.missing)
		}
		for _, r := range l.plan.tests {
			l.add(x.tests(r))
		}
		for _, a := range l.plan.checks {
			p, err := x.checkPart(ctx, a)
			if err != nil {
				return err
			}
			l.add(p)
		}
	}
	x.report.Tests = x.results.tally(x.spec.Front.Tests.Runner)
	return nil
}

// The exits with which a shell says that there was no such command, or that it could not be started.
const (
	exitNotRunnable = 126
	exitNotFound    = 127
)

func (x *execution) checkPart(ctx context.Context, a spec.Attachment) (part, error) {
	command := a.Value
	if !a.Command {
		command = x.spec.Front.Checks[a.Value]
	}
	_, ran := x.checks[command]
	if x.stopped() && !ran {
		return part{status: verdict.Unknown, reason: x.whyStopped()}, nil
	}
	done, err := x.check(ctx, command)
	if err != nil {
		return part{}, err
	}
	exit := done.Exit
	e := verdict.Evidence{Kind: verdict.FromCheck, Command: command, Exit: &exit, Passed: exit == 0}
	switch {
	case x.tampered() != "":
		return undecided(e, x.tampered()), nil
	case done.TimedOut:
		return undecided(e, fmt.Sprintf("%s did not finish in %s", command, seconds(done.Execution))), nil
	case done.Signal != "" || done.Exit < 0:
		return undecided(e, fmt.Sprintf("%s was ended by %s", command, done.Signal)), nil
	case done.Distrust != "":
		return undecided(e, done.Distrust), nil
	case exit == 0:
		return part{status: verdict.Pass, basis: verdict.Executed, evidence: []verdict.Evidence{e}}, nil
	case exit == exitNotFound || exit == exitNotRunnable:
		if e.Message = lastLines(done.Output, 1); x.tellsOfSealed(done.Output) {
			e.Message = "its output speaks of " + sealedTest
		}
		return undecided(e, command+" could not be run: "+e.Message), nil
	case done.flaky:
		p := undecided(e, command+" failed once and then passed: flaky")
		p.causes = []verdict.Cause{verdict.EvaluatorNoise}
		return p, nil
	}
	return x.veiled(checkFailed(e, done.Execution), done.Execution, false), nil
}

func undecided(e verdict.Evidence, reason string) part {
	e.Passed = false
	if e.Message == "" {
		e.Message = reason
	}
	return part{status: verdict.Unknown, reason: reason, evidence: []verdict.Evidence{e}}
}

// checkFailed words a failure by the places that the command names, or else by its last lines.
func checkFailed(e verdict.Evidence, done verdict.Execution) part {
	p := part{status: verdict.Fail, basis: verdict.Executed, reason: fmt.Sprintf("%s: exit %d", e.Command, done.Exit)}
	found := done.Diagnostics
	if len(found) == 0 {
		found = diagnose(done.Output)
	}
	for _, d := range found[:min(len(found), maxHits)] {
		e.File, e.Line, e.EndLine, e.Message = d.File, d.Line, d.Line, d.Message
		p.evidence = append(p.evidence, e)
	}
	if len(found) == 0 {
		e.Message = lastLines(done.Output, 3)
		p.evidence = append(p.evidence, e)
	}
	return p
}

func (x *execution) whyStopped() string {
	if x.report.Conflict != "" {
		return x.report.Conflict
	}
	return notBuilt
}
