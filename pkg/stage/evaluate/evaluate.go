// Package evaluate is the stage that judges a candidate clause by clause: candidate and spec in, one verdict per clause out.
//
// Cheap and certain comes first: patch gates, static rules, executed checks, and a judge only for what is left. An
// observation that cannot be made is no observation: its clause is unknown, and unknown is never accepted.
package evaluate

import (
	"context"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Source gives the files of a tree. pkg/repo implements it.
type Source interface {
	// Files gives the files of a tree whose path matches, sorted by path.
	Files(ctx context.Context, tree string, match func(path string) bool) ([]patch.File, error)
}

// Bench runs commands in a sandboxed checkout. pkg/runner implements it. Whatever a command does is a result; an error
// means that it could not be run at all.
type Bench interface {
	// Switch makes the checkout hold a tree. No command can change the frozen files, or its result says that it did.
	Switch(ctx context.Context, tree string, frozen ...string) error
	// Run runs a shell command.
	Run(ctx context.Context, command string) (verdict.Execution, error)
	// Test runs the acceptance tests: all of them, or only those with these names (without package or class).
	Test(ctx context.Context, tests spec.Tests, only []string) (verdict.Execution, error)
	// Probe builds a Go test file that is no part of the tree into the tests of its folder, where the go command alone sees it, and
	// runs one test of it and nothing else. tests says how the acceptance tests are run, for build tags and the like.
	Probe(ctx context.Context, tests spec.Tests, file patch.File, test string) (verdict.Execution, error)
	// Cover runs groups of acceptance tests, by their names without package, and gives for each group which blocks of the tree's code
	// it could run and ran. It gives nil where that cannot be measured: for other runners than go, and where nothing can be built.
	Cover(ctx context.Context, tests spec.Tests, groups [][]string) ([][]verdict.Block, error)
}

// Options are the rules of an evaluation.
type Options struct {
	// Policy says which basis carries a MUST; a judge is not asked where its answer could not count.
	Policy verdict.Policy
	// Clock says which day it is, for waivers. Without one no waiver holds.
	Clock func() time.Time
	// JudgeAlways asks the judge for a second look at clauses that other evidence decides too.
	JudgeAlways bool
	// NoJudge says why there is no judge, in the reason of what only one could decide. "": none is asked.
	NoJudge string
	// Enough says why the judge is not asked any more, such as a budget that is spent; "" while it may be. nil: always.
	Enough func() string
	// NoConfirm takes a failure as it comes. By default tests and checks that fail are run once more, because a failure that
	// does not repeat says nothing about the code.
	NoConfirm bool
	// NoLedger draws up no ledger of a candidate whose clauses hold: nobody asks which clauses its lines serve.
	NoLedger bool
	// Bound says whether checks have been seen to fail on violations: verdict.Bound, Unbound or NotMeasured by their CheckDigest. nil:
	// not measured.
	Bound func(check string) string
	// JudgeErrors tells how often the judge was wrong when that was last measured, nil if it never was. It is asked for where a clause
	// rests on the judge's opinion. nil: nobody knows.
	JudgeErrors func(ctx context.Context) (*verdict.JudgeErrors, error)
	// Protected says why a path must not be changed even where it is a target, "" if it may. nil: no more than the
	// spec, the acceptance tests and specgen's and git's own files.
	Protected func(path string) string
}

// Stage evaluates candidates. It is not safe for concurrent use, because its bench is not.
type Stage struct {
	source Source
	bench  Bench
	judge  *Judge
	opt    Options
}

// New makes the stage. Without a judge (nil) the clauses that only a judge could decide are unknown.
func New(source Source, bench Bench, judge *Judge, opt Options) *Stage {
	return &Stage{source: source, bench: bench, judge: judge, opt: opt}
}

// Evaluate gives one verdict per clause, in the order of the spec. Its errors are failures of the surroundings: the
// tree cannot be read, nothing can be run, the endpoint of the judge does not answer. What is wrong with the candidate is a verdict.
func (s *Stage) Evaluate(ctx context.Context, sp *spec.Spec, c patch.Candidate) (verdict.Report, error) {
	e, err := s.open(ctx, sp, c)
	if err != nil {
		return verdict.Report{}, err
	}
	if p, why := e.gate(); why != "" {
		return e.refused(p, why), nil
	}
	if p, why := e.usurps(); why != "" {
		return e.refused(p, why), nil
	}
	e.parses()
	e.applyRules()
	if err := e.execute(ctx); err != nil {
		return verdict.Report{}, err
	}
	if err := e.askJudge(ctx); err != nil {
		return verdict.Report{}, err
	}
	e.decide()
	if e.opt.JudgeErrors != nil && len(e.report.OpinionAlone()) > 0 {
		if e.report.Judge, err = e.opt.JudgeErrors(ctx); err != nil {
			return verdict.Report{}, err
		}
	}
	if err := e.account(ctx); err != nil {
		return verdict.Report{}, err
	}
	return e.report, nil
}

// Undecided is the report where there is nothing to evaluate: every clause is unknown for that reason, but for those that a person
// waived.
func (s *Stage) Undecided(ctx context.Context, sp *spec.Spec, tree, why string) (verdict.Report, error) {
	e, err := s.open(ctx, sp, patch.Candidate{Tree: tree})
	if err != nil {
		return verdict.Report{}, err
	}
	for _, l := range e.active() {
		l.unknown(why)
	}
	return e.decide(), nil
}

// evaluation is the state of one Evaluate: what was read of the tree, and what has been observed so far.
type evaluation struct {
	*Stage
	spec      *spec.Spec
	candidate patch.Candidate
	targets   []*source // the target files of the candidate, comments blanked
	modules   []module  // the go.mod files of the tree
	builds    []string  // files that decide what the tests are built with
	manifests []manifest
	frozen    *frozen // the acceptance tests
	testFiles []patch.File
	results   *results   // what they said; nil where nothing was run
	clauses   []*dossier // in the order of the spec
	report    verdict.Report
	switched  bool  // the checkout holds the candidate
	view      *view // what a judge is shown; nil before one is asked
}

// dossier collects what is observed of one clause.
type dossier struct {
	clause *spec.Clause
	plan   plan
	waiver spec.Attachment
	waived bool
	parts  []part
}

// part is what one piece of evidence says: one attachment, the tests of the naming convention, the judge.
type part struct {
	status   verdict.Status // pass, fail or unknown
	basis    verdict.Basis
	evidence []verdict.Evidence
	reason   string
	by       string // who decided, if not specgen
	causes   []verdict.Cause
	advice   bool // a second look: it is recorded, and only a fail counts
}

func (l *dossier) add(p part) { l.parts = append(l.parts, p) }

func (l *dossier) unknown(reason string) { l.add(part{status: verdict.Unknown, reason: reason}) }

func (s *Stage) open(ctx context.Context, sp *spec.Spec, c patch.Candidate) (*evaluation, error) {
	manifests := AsksForDependencies(sp)
	files, err := s.source.Files(ctx, c.Tree, func(p string) bool {
		return sp.IsTarget(p) || sp.IsTest(p) || isBuild(p) || (manifests && manifestOf(p) != "")
	})
	if err != nil {
		return nil, err
	}
	e := &evaluation{Stage: s, spec: sp, candidate: c, report: verdict.Report{Spec: sp.Digest(), Tree: c.Tree}}
	var tests []patch.File
	for _, f := range files {
		switch {
		case f.Mode == patch.ModeSymlink || f.Mode == patch.ModeSubmodule:
		case sp.IsTarget(f.Path):
			e.targets = append(e.targets, newSource(f))
		case sp.IsTest(f.Path):
			tests = append(tests, f)
		}
		if isBuild(f.Path) {
			e.builds = append(e.builds, f.Path)
		}
		if isModule(f.Path) {
			e.modules = append(e.modules, readModule(f))
		}
		if manifests && manifestOf(f.Path) != "" {
			e.manifests = append(e.manifests, readManifest(f))
		}
	}
	e.frozen, e.testFiles = freeze(sp, tests, e.modules), tests
	for _, clause := range sp.Clauses() {
		l := &dossier{clause: clause, plan: planFor(sp, clause, e.frozen)}
		if s.opt.Clock != nil {
			l.waiver, l.waived = clause.Waiver(s.opt.Clock())
		}
		e.clauses = append(e.clauses, l)
	}
	return e, nil
}

// active gives the clauses that are still to be decided.
func (e *evaluation) active() []*dossier {
	var out []*dossier
	for _, l := range e.clauses {
		if !l.waived {
			out = append(out, l)
		}
	}
	return out
}
