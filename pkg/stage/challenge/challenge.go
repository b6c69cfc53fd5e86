// Package challenge is the stage that measures checks: violations are planted into accepted code, one at a time, and the evaluator is
// asked about each. A clause whose checks have been seen to fail on violations is bound; one whose checks pass on whatever is planted
// has evidence that proves nothing.
//
// The evaluator is the one that runs and audits use. Only how tests are built differs: as far as possible all violations stand in one
// program, compiled once, which is told when it starts which of them to have (pkg/mutate). Nothing is checked out for them.
package challenge

import (
	"context"
	"time"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Source gives the files of the tree that is challenged.
type Source interface {
	Files(ctx context.Context, tree string, match func(path string) bool) ([]patch.File, error)
}

// Checkout runs the commands of evaluations. It is what the evaluate stage needs.
type Checkout interface {
	Switch(ctx context.Context, tree string, frozen ...string) error
	Run(ctx context.Context, command string) (verdict.Execution, error)
	Test(ctx context.Context, tests spec.Tests, only []string) (verdict.Execution, error)
	Probe(ctx context.Context, tests spec.Tests, file patch.File, test string) (verdict.Execution, error)
	Cover(ctx context.Context, tests spec.Tests, groups [][]string) ([][]verdict.Block, error)
}

// Bench is a Checkout that can also compile tests, to run them many times.
type Bench interface {
	Checkout
	// Compile builds the acceptance tests with files in the place of the tree's. It gives nil, and what the go command said, where they
	// do not build, and nil alone where tests cannot be compiled: other languages, other commands. Exact leaves out of the programs what
	// does not change what they do. What an earlier call gave is gone.
	Compile(ctx context.Context, tests spec.Tests, seen []patch.File, exact bool) (Programs, verdict.Execution, error)
	// Reach tells which blocks run in tests that are built with files in the place of the tree's; nil where that cannot be measured.
	Reach(ctx context.Context, tests spec.Tests, seen []patch.File, only []string) ([]verdict.Block, error)
}

// Programs are compiled tests.
type Programs interface {
	// Run runs tests, all or those named, with NAME=value in their environment.
	Run(ctx context.Context, only, env []string, timeout time.Duration) (verdict.Execution, error)
	// Digest is the same for programs that are the same.
	Digest() (string, error)
}

// Evaluator is the evaluate stage.
type Evaluator interface {
	Evaluate(ctx context.Context, sp *spec.Spec, c patch.Candidate) (verdict.Report, error)
}

// Opinion is the judge of the evaluate stage, alone.
type Opinion interface {
	Opinion(ctx context.Context, sp *spec.Spec, c patch.Candidate, clause string) (verdict.Verdict, error)
}

// Worker is what one worker tries violations on.
type Worker struct {
	Bench Bench
	// Plant gives a name to the tree that is challenged with other files in it, for Bench.Switch.
	Plant func(files []patch.File, gone []string) (tree string)
}

// Options say what is planted.
type Options struct {
	Seed     uint64
	Most     int           // most violations of code; 0: all that the code gives
	Deadline time.Time     // nothing is planted after it; zero: none
	Timeout  time.Duration // of the tests with one violation; 0: ten times what they take, and two seconds at least
	Clock    func() time.Time
	Progress func(done, of int)
	// Rewrites plants changes too that make no difference, at most so many: what is noticed of them is a false reject.
	Rewrites int
	// Judge asks for an opinion on so many clauses whose checks are bound, once about the right code and once about a violation that
	// these checks noticed. 0: nobody is asked.
	Judge int
	// Opinion is the judge of a worker; needed with Judge.
	Opinion func(source Source, checkout Checkout) Opinion
	// Evaluator makes the evaluate stage for a worker.
	Evaluator func(source Source, checkout Checkout) Evaluator
}

// Stage challenges the code of trees.
type Stage struct {
	source  Source
	workers []Worker
	opt     Options
}

// New makes the stage. There must be one worker at least.
func New(source Source, workers []Worker, opt Options) *Stage {
	if opt.Progress == nil {
		opt.Progress = func(int, int) {}
	}
	return &Stage{source: source, workers: workers, opt: opt}
}

// Challenge plants violations into the code of a candidate and tells which of them each clause's checks noticed. base is the report
// on the candidate itself: clauses that it does not let pass are not measured. Its errors are failures of the surroundings.
func (s *Stage) Challenge(ctx context.Context, sp *spec.Spec, c patch.Candidate, base verdict.Report) (verdict.Challenge, error) {
	_, found, err := s.run(ctx, sp, c, base)
	return found, err
}

// Calibrate is a challenge that measures the evaluator as well: how often it is wrong about code of which the truth is known.
func (s *Stage) Calibrate(ctx context.Context, sp *spec.Spec, c patch.Candidate, base verdict.Report) (verdict.Challenge, verdict.Calibration, error) {
	r, found, err := s.run(ctx, sp, c, base)
	if err != nil {
		return found, verdict.Calibration{}, err
	}
	out := found.Calibrate()
	if s.opt.Judge > 0 {
		err = r.judge(ctx, found, &out)
	}
	return found, out, err
}

func (s *Stage) run(ctx context.Context, sp *spec.Spec, c patch.Candidate, base verdict.Report) (*campaign, verdict.Challenge, error) {
	began := s.opt.Clock()
	r := &campaign{Stage: s, spec: sp, candidate: c, base: base}
	for _, step := range []func(context.Context) error{r.begin, r.try, r.weedOut} {
		if err := step(ctx); err != nil {
			return nil, verdict.Challenge{}, err
		}
	}
	return r, r.result(s.opt.Clock().Sub(began)), nil
}

// campaign is the state of one Challenge.
type campaign struct {
	*Stage
	spec      *spec.Spec
	candidate patch.Candidate
	base      verdict.Report
	files     []patch.File // what the evaluator looks at: the targets, and what else rules are about
	tests     []patch.File // the acceptance tests, which nothing is planted into
	plants    []plant
	fields    []*field
	covered   bool
	timeout   time.Duration
}

// plant is a violation with what came of it.
type plant struct {
	mutate.Mutant
	clause string // whose rule it breaks; "" for violations of code
	rule   string
	fate   verdict.Fate
	caught []string
	near   []string
}

// variable is the name of the environment variable that chooses a violation in a program that has many.
const variable = "SPECGEN_VIOLATION"

// read takes the files that the evaluator has asked for.
func (r *campaign) read(files []patch.File) {
	r.files, r.tests = nil, nil
	for _, f := range files {
		if r.spec.IsTest(f.Path) {
			r.tests = append(r.tests, f)
		} else {
			r.files = append(r.files, f)
		}
	}
}

// targets are the files of the component's code.
func (r *campaign) targets() []patch.File {
	var out []patch.File
	for _, f := range r.files {
		if r.spec.IsTarget(f.Path) && (f.Mode == patch.ModeFile || f.Mode == patch.ModeExecutable) {
			out = append(out, f)
		}
	}
	return out
}

// plant chooses the violations: degenerate implementations, one for each static rule, and faults in the code.
func (r *campaign) plant() {
	code := r.targets()
	for _, m := range mutate.Degenerates(code) {
		r.plants = append(r.plants, plant{Mutant: m})
	}
	for _, c := range r.spec.Clauses() {
		for _, a := range c.Rules() {
			if m, ok := mutate.Violations(a, r.files, r.spec.Front.Targets); ok {
				r.plants = append(r.plants, plant{Mutant: m, clause: c.ID, rule: a.Rule()})
			}
		}
	}
	faults := mutate.Mutants(code)
	if r.opt.Most > 0 {
		faults = mutate.Sample(faults, r.opt.Most, r.opt.Seed)
	}
	for _, m := range faults {
		r.plants = append(r.plants, plant{Mutant: m})
	}
	if r.opt.Rewrites > 0 {
		for _, m := range mutate.Sample(mutate.Rewrites(code), r.opt.Rewrites, r.opt.Seed) {
			r.plants = append(r.plants, plant{Mutant: m})
		}
	}
}
