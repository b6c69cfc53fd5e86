package challenge

import (
	"context"
	"slices"
	"time"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// weedOut looks closer at the violations that no check noticed: those that make no difference are no fault of the checks. What inputs can
// tell is told by one program; the compiler is asked about the rest, one by one.
func (r *campaign) weedOut(ctx context.Context) error {
	f := r.fields[0]
	if f.programs == nil {
		return nil
	}
	left := r.doubtful()
	if len(left) == 0 || r.late() {
		return nil
	}
	told, err := r.indistinct(ctx, f, left)
	if err != nil {
		return err
	}
	left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(told, i) })
	if len(left) == 0 || r.late() {
		return nil
	}
	return r.equivalent(ctx, f, left)
}

// doubtful gives the places of the violations of code that nobody noticed.
func (r *campaign) doubtful() []int {
	var out []int
	for i, p := range r.plants {
		if p.fate == verdict.Survived && p.rule == "" && !p.Degenerate() && !p.neutral() {
			out = append(out, i)
		}
	}
	return out
}

// neutral says whether it makes no difference by what it is.
func (p plant) neutral() bool { return p.Kind == mutate.Rewrite }

// equivalent finds those of which the compiler makes the same program as of the code itself (trivial compiler equivalence: Papadakis,
// Jia, Harman and Le Traon, ICSE 2015).
func (r *campaign) equivalent(ctx context.Context, f *field, left []int) error {
	same, err := f.exact(ctx, nil)
	if err != nil || same == "" {
		return err
	}
	for _, i := range left {
		if r.late() {
			return nil
		}
		digest, err := f.exact(ctx, &r.plants[i].Mutant)
		if err != nil {
			return err
		}
		if digest == same {
			r.plants[i].fate = verdict.Equivalent
		}
	}
	return nil
}

// exact is the digest of the programs with a violation and nothing else; "" where they do not build.
func (f *field) exact(ctx context.Context, m *mutate.Mutant) (string, error) {
	built, _, err := f.bench.Compile(ctx, f.campaign.spec.Front.Tests, f.campaign.with(m), true)
	if err != nil || built == nil {
		return "", err
	}
	return built.Digest()
}

// with gives the code with a violation, or as it is.
func (r *campaign) with(m *mutate.Mutant) []patch.File {
	if m == nil {
		return r.targets()
	}
	return m.Apply(r.targets())
}

// indistinct finds those that thousands of inputs cannot tell from the code, although these run the very lines. That is no proof that
// they are the same, and it is named for what it is. It gives those of which the inputs have told one or the other.
func (r *campaign) indistinct(ctx context.Context, f *field, left []int) (told []int, err error) {
	inputs := mutate.Inputs(r.targets(), r.tests)
	tests := r.spec.Front.Tests
	if len(inputs) == 0 {
		return nil, nil
	}
	reached, err := f.bench.Reach(ctx, tests, append(r.targets(), inputs...), []string{mutate.InputsTest})
	if err != nil || reached == nil {
		return nil, err
	}
	var all []mutate.Mutant
	for _, i := range left {
		all = append(all, r.plants[i].Mutant)
	}
	program := mutate.Combine(r.targets(), all, variable)
	built, _, err := f.bench.Compile(ctx, tests, append(program.Files, inputs...), false)
	if err != nil || built == nil {
		return nil, err
	}
	want, err := outputs(ctx, built, "")
	if err != nil || want == nil {
		return nil, err
	}
	again, err := outputs(ctx, built, "")
	if err != nil || !slices.Equal(want, again) {
		return nil, err // the code gives something else each time
	}
	for _, i := range left {
		p := &r.plants[i]
		within := slices.ContainsFunc(program.Mutants, func(m mutate.Mutant) bool { return m.ID == p.ID })
		if r.late() || !within || !r.runs(reached, p.Mutant) {
			continue
		}
		got, err := outputs(ctx, built, p.ID)
		if err != nil {
			return nil, err
		}
		told = append(told, i)
		if slices.Equal(got, want) {
			p.fate = verdict.Indistinct
		}
	}
	return told, nil
}

// inputsTime bounds what the inputs may take.
const inputsTime = 10 * time.Second

var outputLine = pattern.Lazy(mutate.InputsMark + ` (\S+ [0-9a-f]+)`)

// outputs gives what the code with a violation makes of the inputs, a digest for each function; nil where it does not come to an end.
func outputs(ctx context.Context, built Programs, id string) ([]string, error) {
	done, err := built.Run(ctx, []string{mutate.InputsTest}, []string{variable + "=" + id}, inputsTime)
	if err != nil || !passedAll(done) {
		return nil, err
	}
	var out []string
	for _, line := range outputLine.FindAllStringSubmatch(done.Output, -1) {
		out = append(out, line[1])
	}
	return out, nil
}

func passedAll(done verdict.Execution) bool {
	return len(done.Tests) > 0 && !slices.ContainsFunc(done.Tests, func(t verdict.Test) bool { return t.Status != verdict.TestPassed })
}
