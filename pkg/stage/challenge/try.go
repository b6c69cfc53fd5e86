package challenge

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// begin makes ready what violations are tried on: it measures which lines the tests of each clause run and how long they take, and
// compiles the program.
func (r *campaign) begin(ctx context.Context) error {
	first := newField(r, r.workers[0])
	r.fields = []*field{first}
	r.timeout = cmp.Or(r.opt.Timeout, time.Minute)
	if _, err := first.evaluate(ctx, nil); err != nil {
		return err
	}
	r.plant()
	for _, w := range r.workers[1:] {
		r.fields = append(r.fields, newField(r, w))
	}
	stillborn, err := r.ready(ctx)
	if err != nil {
		return err
	}
	if err := r.rehearse(ctx, first); err != nil {
		return err
	}
	for i := range r.plants {
		if slices.Contains(stillborn, r.plants[i].ID) {
			r.plants[i].fate = verdict.Stillborn
		}
	}
	return r.join(ctx, first, stillborn)
}

// rehearse runs the program without any violation: it must say what the code itself does, and how long that takes says when a
// violation has made it endless.
func (r *campaign) rehearse(ctx context.Context, f *field) error {
	if f.programs == nil {
		return nil
	}
	began := r.opt.Clock()
	done, err := f.programs.Run(ctx, nil, []string{variable + "="}, r.timeout)
	if err != nil {
		return err
	}
	if r.opt.Timeout == 0 {
		r.timeout = max(20*r.opt.Clock().Sub(began), time.Second)
	}
	passed := map[string]bool{}
	for _, t := range done.Tests {
		passed[t.Name] = t.Status == verdict.TestPassed
	}
	for _, tests := range r.testNames() {
		if slices.ContainsFunc(tests, func(t string) bool { return !passed[t] }) {
			f.programs, f.within = nil, nil
			return nil
		}
	}
	return nil
}

// mutants gives the violations of code, but for some.
func (r *campaign) mutants(without []string) []mutate.Mutant {
	var out []mutate.Mutant
	for _, p := range r.plants {
		if p.rule == "" && !slices.Contains(without, p.ID) {
			out = append(out, p.Mutant)
		}
	}
	return out
}

// ready measures which lines tests run and compiles the program, side by side where there is more than one worker.
func (r *campaign) ready(ctx context.Context) (stillborn []string, err error) {
	first, last, all := r.fields[0], r.fields[len(r.fields)-1], r.mutants(nil)
	if first == last {
		if err := r.measure(ctx, first); err != nil {
			return nil, err
		}
		return first.compile(ctx, all)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := last.Switch(ctx, r.candidate.Tree, first.frozen...); err != nil {
			return err
		}
		return r.measure(ctx, last)
	})
	group.Go(func() error {
		var err error
		stillborn, err = first.compile(ctx, all)
		return err
	})
	return stillborn, group.Wait()
}

// join readies the other workers as the first one is.
func (r *campaign) join(ctx context.Context, first *field, stillborn []string) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, f := range r.fields[1:] {
		group.Go(func() error {
			if err := f.Switch(ctx, r.candidate.Tree, first.frozen...); err != nil || first.programs == nil {
				return err
			}
			_, err := f.compile(ctx, r.mutants(stillborn))
			return err
		})
	}
	return group.Wait()
}

// try evaluates the code with each violation in turn.
func (r *campaign) try(ctx context.Context) error {
	names := r.testNames()
	var mu sync.Mutex
	next, done := 0, 0
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		for next < len(r.plants) && r.plants[next].fate == verdict.Stillborn {
			next, done = next+1, done+1
		}
		if next == len(r.plants) {
			return 0, false
		}
		next++
		return next - 1, true
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, f := range r.fields {
		group.Go(func() error {
			for i, ok := take(); ok; i, ok = take() {
				if err := r.one(ctx, f, &r.plants[i], names); err != nil {
					return err
				}
				mu.Lock()
				done++
				r.opt.Progress(done, len(r.plants))
				mu.Unlock()
			}
			return nil
		})
	}
	return group.Wait()
}

// late says whether the time is up.
func (r *campaign) late() bool {
	return !r.opt.Deadline.IsZero() && !r.opt.Clock().Before(r.opt.Deadline)
}

// one tries one violation.
func (r *campaign) one(ctx context.Context, f *field, p *plant, names map[string][]string) error {
	if r.late() {
		p.fate = verdict.Untried
		return nil
	}
	alone := p.Degenerate() && f.within[p.ID]
	if !alone || len(r.executed(names)) > 0 { // else tests decide all that it is about, and those of each clause are run by themselves
		report, err := f.evaluate(ctx, &p.Mutant)
		if err != nil {
			return err
		}
		if len(report.Build) > 0 && p.rule == "" {
			p.fate = verdict.Stillborn
			return nil
		}
		p.caught = r.noticed(report, p)
	}
	if f.endless { // the tests behind the one that hangs were not run: those that run the same lines would hang too
		p.caught = slices.DeleteFunc(p.caught, func(id string) bool { return !slices.Contains(p.near, id) })
	}
	if alone {
		if err := r.byClause(ctx, f, p, names); err != nil {
			return err
		}
	}
	p.fate = verdict.Survived
	if len(p.caught) > 0 {
		p.fate = verdict.Caught
	}
	return nil
}

// noticed gives the clauses that passed and do not with a violation. Of one that breaks a rule only what
// that rule says counts.
func (r *campaign) noticed(report verdict.Report, p *plant) []string {
	var out []string
	for i, was := range r.base.Verdicts {
		if i >= len(report.Verdicts) || was.Status != verdict.Pass {
			continue
		}
		now := report.Verdicts[i]
		if p.rule == "" && now.Status != verdict.Pass || p.clause == was.Clause && now.Breaks(p.rule) {
			out = append(out, was.Clause)
		}
	}
	return out
}

// byClause runs the tests of each clause by themselves on a degenerate implementation.
func (r *campaign) byClause(ctx context.Context, f *field, p *plant, names map[string][]string) error {
	for _, v := range r.base.Verdicts {
		tests := names[v.Clause]
		if len(tests) == 0 {
			continue
		}
		noticed, err := f.alone(ctx, p.ID, tests, r.timeout)
		if err != nil {
			return err
		}
		p.caught = slices.DeleteFunc(p.caught, func(id string) bool { return id == v.Clause })
		if noticed {
			p.caught = append(p.caught, v.Clause)
		}
	}
	return nil
}

// testName is a test of Go in its full name: package.Test/sub.
var testName = pattern.Lazy(`\.((?:Test|Fuzz|Example)[^./]*)(?:/.*)?$`)

// testNames gives the names of the tests that each clause passed by, without package and subtest.
func (r *campaign) testNames() map[string][]string {
	names := map[string][]string{}
	for _, v := range r.base.Verdicts {
		for _, e := range v.Evidence {
			m := testName.FindStringSubmatch(e.Test)
			if e.Kind == verdict.FromTest && m != nil && !slices.Contains(names[v.Clause], m[1]) {
				names[v.Clause] = append(names[v.Clause], m[1])
			}
		}
	}
	return names
}

// measure finds out which violations stand in lines that a clause's own tests run. Where that cannot be had, any clause with tests
// could have noticed any of them.
func (r *campaign) measure(ctx context.Context, f *field) error {
	names := r.testNames()
	var ids []string
	var groups [][]string
	for _, v := range r.base.Verdicts {
		if len(names[v.Clause]) > 0 {
			ids, groups = append(ids, v.Clause), append(groups, names[v.Clause])
		}
	}
	var found [][]verdict.Block
	if len(groups) > 0 {
		var err error
		if found, err = f.bench.Cover(ctx, r.spec.Front.Tests, groups); err != nil {
			return err
		}
	}
	r.covered = found != nil
	for i := range r.plants {
		p := &r.plants[i]
		if p.near = []string{}; p.clause != "" {
			p.near = append(p.near, p.clause)
			continue
		}
		p.near = append(p.near, r.executed(names)...)
		for g, id := range ids {
			if !r.covered || p.Degenerate() || r.runs(found[g], p.Mutant) {
				p.near = append(p.near, id)
			}
		}
	}
	return nil
}

// executed gives the clauses that checks other than tests with names decide: they run whatever they run.
func (r *campaign) executed(names map[string][]string) []string {
	var out []string
	for _, v := range r.base.Verdicts {
		if v.Basis == verdict.Executed && len(names[v.Clause]) == 0 {
			out = append(out, v.Clause)
		}
	}
	return out
}
