package challenge

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// field is where one worker tries violations. To the evaluate stage it is both the source of files and the checkout, and shows the
// violation at hand in both.
type field struct {
	campaign *campaign
	bench    Bench
	worker   Worker
	stage    Evaluator

	frozen   []string
	programs Programs        // with all violations that can be chosen when it starts; nil: none
	within   map[string]bool // IDs of these
	now      *mutate.Mutant
	env      string // chooses the violation at hand in programs; "": it is not in them
	endless  bool   // the tests did not come to an end with it: they are not run again
}

func newField(c *campaign, w Worker) *field {
	f := &field{campaign: c, bench: w.Bench, worker: w}
	f.stage = c.opt.Evaluator(f, f)
	return f
}

// Files gives the files of the tree with the violation at hand. The evaluator asks for the same files each time: what it got of the
// code as it is, is what violations are planted into.
func (f *field) Files(ctx context.Context, tree string, match func(string) bool) ([]patch.File, error) {
	if f.now == nil {
		files, err := f.campaign.source.Files(ctx, tree, match)
		f.campaign.read(files)
		return files, err
	}
	files := f.now.Apply(append(slices.Clone(f.campaign.files), f.campaign.tests...))
	files = slices.DeleteFunc(files, func(file patch.File) bool { return !match(file.Path) })
	slices.SortFunc(files, func(a, b patch.File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// Switch makes the checkout hold the tree as it is: a violation that has to stand in it is written when something is run that
// needs it.
func (f *field) Switch(ctx context.Context, tree string, frozen ...string) error {
	f.frozen = frozen
	return f.bench.Switch(ctx, tree, frozen...)
}

// plantInto makes the checkout hold the violation at hand.
func (f *field) plantInto(ctx context.Context) error {
	if f.now == nil {
		return nil
	}
	var gone []string
	changed := f.now.Apply(f.campaign.files)
	for _, old := range f.campaign.files {
		if !slices.ContainsFunc(changed, func(c patch.File) bool { return c.Path == old.Path }) {
			gone = append(gone, old.Path)
		}
	}
	changed = slices.DeleteFunc(changed, func(c patch.File) bool {
		return slices.ContainsFunc(f.campaign.files, func(old patch.File) bool { return old.Path == c.Path && string(old.Data) == string(c.Data) })
	})
	return f.bench.Switch(ctx, f.worker.Plant(changed, gone), f.frozen...)
}

// Run runs a check with the violation in the checkout. That one which is in the programs builds has been seen.
func (f *field) Run(ctx context.Context, command string) (verdict.Execution, error) {
	if f.reads() {
		return notRun(command), nil
	}
	if f.env != "" && strings.HasPrefix(command, "go build ") && command == f.campaign.spec.Front.Checks["build"] {
		return verdict.Execution{Command: command}, nil
	}
	if err := f.plantInto(ctx); err != nil {
		return verdict.Execution{}, err
	}
	return f.bench.Run(ctx, command)
}

// Test runs the acceptance tests with the violation: in the programs, if it is there.
func (f *field) Test(ctx context.Context, tests spec.Tests, only []string) (verdict.Execution, error) {
	if f.reads() {
		return notRun(tests.Command), nil
	}
	if f.env != "" && f.endless {
		return notRun(tests.Command), nil
	}
	if f.env != "" {
		done, err := f.programs.Run(ctx, only, []string{f.env}, f.campaign.timeout)
		f.endless = done.Duration >= f.campaign.timeout
		return done, err
	}
	if err := f.plantInto(ctx); err != nil {
		return verdict.Execution{}, err
	}
	return f.bench.Test(ctx, tests, only)
}

// reads says whether the violation at hand is one of a static rule: that is read, and nothing has to be run for it.
func (f *field) reads() bool { return f.now != nil && f.now.Kind == mutate.Rule }

func notRun(command string) verdict.Execution {
	return verdict.Execution{Command: command, Exit: 1, Output: "not run"}
}

// Probe runs what a judge objects to, with the violation in the checkout.
func (f *field) Probe(ctx context.Context, tests spec.Tests, file patch.File, test string) (verdict.Execution, error) {
	if err := f.plantInto(ctx); err != nil {
		return verdict.Execution{}, err
	}
	return f.bench.Probe(ctx, tests, file, test)
}

// Cover is for ledgers, which violations have none of.
func (f *field) Cover(context.Context, spec.Tests, [][]string) ([][]verdict.Block, error) {
	return nil, nil
}

// evaluate asks the evaluator about the code with a violation; nil is the code as it is.
func (f *field) evaluate(ctx context.Context, m *mutate.Mutant) (verdict.Report, error) {
	f.now, f.env, f.endless = m, "", false
	if m != nil && f.within[m.ID] {
		f.env = variable + "=" + m.ID
	}
	defer func() { f.now, f.env = nil, "" }()
	return f.stage.Evaluate(ctx, f.campaign.spec, f.campaign.candidate)
}

// compile builds one program of all violations that can stand in one, leaving out those that do not build. Whatever cannot be built so
// is tried by itself.
func (f *field) compile(ctx context.Context, in []mutate.Mutant) (stillborn []string, err error) {
	f.programs, f.within = nil, map[string]bool{}
	tests := f.campaign.spec.Front.Tests
	for range maxRounds {
		p := mutate.Combine(f.campaign.targets(), in, variable)
		if len(p.Mutants) == 0 {
			return stillborn, nil
		}
		built, done, err := f.bench.Compile(ctx, tests, p.Files, false)
		if err != nil {
			return nil, err
		}
		if built != nil {
			f.programs = built
			for _, m := range p.Mutants {
				f.within[m.ID] = true
			}
			return stillborn, nil
		}
		bad := broken(p, done.Diagnostics)
		if len(bad) == 0 {
			return stillborn, nil
		}
		stillborn = append(stillborn, bad...)
		in = slices.DeleteFunc(slices.Clone(in), func(m mutate.Mutant) bool { return slices.Contains(bad, m.ID) })
	}
	return stillborn, nil
}

// maxRounds bounds how often a program is compiled to find what does not build in it: a compiler tells of fifty errors at a time.
const maxRounds = 12

// broken gives the violations that a compiler complained of.
func broken(p mutate.Program, found []verdict.Diagnostic) []string {
	var ids []string
	for _, d := range found {
		if id, ok := p.At(d.File, d.Line); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// alone runs the tests of one clause and nothing else, with the violation that programs are told to have, and says whether one of them
// did not pass. A degenerate implementation may be right once in a process: each clause is to be that once.
func (f *field) alone(ctx context.Context, id string, tests []string, timeout time.Duration) (noticed bool, err error) {
	done, err := f.programs.Run(ctx, tests, []string{variable + "=" + id}, timeout)
	if err != nil {
		return false, err
	}
	passed := map[string]bool{}
	for _, t := range done.Tests {
		if t.Status != verdict.TestPassed {
			return true, nil
		}
		passed[t.Name] = true
	}
	return slices.ContainsFunc(tests, func(t string) bool { return !passed[t] }), nil
}
