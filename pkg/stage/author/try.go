package author

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// which is the variable that chooses a degenerate implementation when a test starts.
const which = "SPECGEN_TESTS_WHICH"

// Open finds out what tests can be built against: the Interface alone, the code that is there, or both. Where it is neither the error is
// a *SurfaceError.
func (s *Stage) Open(ctx context.Context) error {
	probe := s.file("package " + s.task.Package + "\n\nimport (\n\t\"testing\"\n\n\t_ \"" + s.task.Import + "\"\n)\n\nfunc TestSpecgenOpens(t *testing.T) { t.Log() }\n")
	var trouble error
	s.surface, trouble = s.synthesised()
	if trouble == nil {
		done, ok, err := s.bench.Build(ctx, s.seen(s.surface, probe), true)
		if err != nil {
			return err
		}
		if s.alone = ok; !ok {
			trouble = s.misfit(done)
		}
	}
	if len(s.task.Code) > 0 {
		done, ok, err := s.bench.Build(ctx, s.seen(nil, probe), true)
		if err != nil {
			return err
		}
		if s.code = ok; !ok {
			s.fault = "the code that is there does not build: " + first(done)
		}
		s.present = implement(s.task.Code)
	}
	if !s.alone && !s.code {
		return trouble
	}
	return nil
}

// misfit says why the Interface cannot be compiled by itself.
func (s *Stage) misfit(done verdict.Execution) error {
	e := &SurfaceError{Message: "the Interface cannot be compiled by itself: " + first(done), Fix: "let it declare or import every type that it names"}
	if blocks := s.task.Spec.Interface(); len(blocks) > 0 {
		e.Pos = blocks[0].Pos
	}
	return e
}

// first is what a build says first, in one line.
func first(done verdict.Execution) string {
	if len(done.Diagnostics) == 0 {
		lines := strings.Split(strings.TrimSpace(done.Output), "\n")
		return oneLine(lines[len(lines)-1])
	}
	d := done.Diagnostics[0]
	return oneLine(fmt.Sprintf("%s:%d: %s", d.File, d.Line, d.Message))
}

// synthesised is the package as the Interface declares it, in the place of the targets. Files of the package that are no targets stay.
func (s *Stage) synthesised() ([]patch.File, error) {
	have := map[string]bool{}
	for _, f := range s.task.Others {
		for _, name := range Declared(f) {
			have[name] = true
		}
	}
	known := knownImports(append(slices.Clone(s.task.Code), s.task.Others...))
	maps.Copy(known, s.task.Known)
	text, err := s.task.Surface.Source(s.task.Surface.Package, have, known)
	if err != nil {
		return nil, err
	}
	s.extra = knownImports([]patch.File{{Data: []byte(text)}})
	out := []patch.File{{Path: path.Join(s.task.Dir, "zz_specgen_interface.go"), Mode: patch.ModeFile, Data: []byte(text)}}
	for _, f := range s.task.Code {
		if path.Dir(f.Path) == s.task.Dir {
			out = append(out, patch.File{Path: f.Path, Mode: patch.ModeFile, Data: []byte("package " + s.task.Surface.Package + "\n")})
		}
	}
	return out, nil
}

// knownImports gives the packages that files import, by name.
func knownImports(files []patch.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		if parsed, _ := parse(string(f.Data)); parsed != nil {
			for _, i := range parsed.tree.Imports {
				name, p := importName(i)
				out[name] = p
			}
		}
	}
	return out
}

// file is a test as it is built: it stands alone in its folder.
func (s *Stage) file(source string) patch.File {
	return patch.File{Path: s.task.File, Mode: patch.ModeFile, Data: []byte(source)}
}

// seen is what the go command sees: the test, instead of the tests beside it nothing, and the files of an implementation; nil is that of
// the tree.
func (s *Stage) seen(implementation []patch.File, test patch.File) []patch.File {
	out := append(slices.Clone(implementation), test)
	for _, f := range s.task.Tests {
		name := s.task.Package
		if parsed, _ := parse(string(f.Data)); parsed != nil {
			name = parsed.tree.Name.Name
		}
		if f.Path != test.Path {
			out = append(out, patch.File{Path: f.Path, Mode: patch.ModeFile, Data: []byte("package " + name + "\n")})
		}
	}
	return out
}

// implementation is what a test is tried on: files, and a program that holds them with all their degenerate forms.
type implementation struct {
	files   []patch.File
	all     []mutate.Mutant
	program mutate.Program
}

func implement(files []patch.File) *implementation {
	i := &implementation{files: files, all: mutate.Degenerates(files)}
	i.program = mutate.Combine(files, i.all, which)
	return i
}

// try builds and runs a test, and writes what it saw into the proposal. told is a refusal as the model may hear it.
func (s *Stage) try(ctx context.Context, d draft, p *Proposal) (told string, err error) {
	if s.alone {
		done, ok, err := s.bench.Build(ctx, s.seen(s.surface, s.file(d.source)), true)
		if err != nil {
			return "", err
		}
		if !ok {
			p.Refused = "it does not compile against the Interface: " + s.compiler(done)
			return p.Refused, nil
		}
	}
	p.Agrees = NoCode
	switch {
	case s.code:
		return s.onCode(ctx, d, p)
	case s.fault != "":
		p.Agrees, p.Said = Disagrees, s.fault
	}
	return s.onSurface(ctx, d, p)
}

// onCode tries a test on the code that is there. Where it does not build with it the Interface stands for the code.
func (s *Stage) onCode(ctx context.Context, d draft, p *Proposal) (told string, err error) {
	_, together, err := s.bench.Build(ctx, s.seen(s.present.program.Files, s.file(d.source)), !s.alone)
	if err != nil {
		return "", err
	}
	if !together {
		done, ok, err := s.bench.Build(ctx, s.seen(nil, s.file(d.source)), !s.alone)
		switch {
		case err != nil:
			return "", err
		case !ok && s.alone:
			p.Agrees, p.Said = Disagrees, "the code does not build with it: "+first(done)
			return s.onSurface(ctx, d, p)
		case !ok: // what the compiler says is about the code, which the tester must not hear of
			p.Refused = "it does not compile with the code that is there: " + first(done)
			return "it does not compile: call what the Interface declares, as it is declared", nil
		}
	}
	if told, err = s.twice(ctx, d, p); err != nil || p.Refused != "" {
		return told, err
	}
	return s.degenerate(ctx, d, s.present, together, p)
}

// onSurface tries a test on what the Interface gives: there is no code that could agree with it.
func (s *Stage) onSurface(ctx context.Context, d draft, p *Proposal) (told string, err error) {
	i := implement(s.surface)
	_, together, err := s.bench.Build(ctx, s.seen(i.program.Files, s.file(d.source)), false)
	if err != nil {
		return "", err
	}
	return s.degenerate(ctx, d, i, together, p)
}

// compiler is what the compiler says of a test, with the lines of the test as it was written.
func (s *Stage) compiler(done verdict.Execution) string {
	const most = 3
	var out []string
	for _, d := range done.Diagnostics {
		if path.Clean(d.File) == s.task.File && len(out) < most {
			message, _, _ := strings.Cut(d.Message, "\n")
			out = append(out, oneLine(message))
		}
	}
	return cmp.Or(strings.Join(out, "; "), first(done))
}

// degenerate runs a test on every degenerate implementation, which it must fail on. together says that the program with all of them is
// what was built last.
func (s *Stage) degenerate(ctx context.Context, d draft, i *implementation, together bool, p *Proposal) (told string, err error) {
	apart := i.all
	var passes []mutate.Kind
	if together {
		apart = i.program.Rest
		for _, m := range i.program.Mutants {
			if err := s.on(ctx, d, m, []string{which + "=" + m.ID}, p, &passes); err != nil {
				return "", err
			}
		}
	}
	for _, m := range apart { // those that cannot be chosen while a program runs
		_, ok, err := s.bench.Build(ctx, s.seen(m.Apply(i.files), s.file(d.source)), false)
		if err != nil {
			return "", err
		}
		if !ok {
			continue // it is no program
		}
		if err := s.on(ctx, d, m, nil, p, &passes); err != nil {
			return "", err
		}
	}
	switch {
	case len(passes) > 0:
		p.Refused = "it passes where " + words(passes[0])
		return p.Refused + ": " + advice(passes[0]), nil
	case p.Refused != "":
		return p.Refused, nil
	case len(p.Fails) == 0:
		p.Refused = "it was not seen to fail: no degenerate implementation can be built from what is there"
		return p.Refused, nil
	}
	return "", nil
}

// on runs a test on one degenerate implementation.
func (s *Stage) on(ctx context.Context, d draft, m mutate.Mutant, env []string, p *Proposal, passes *[]mutate.Kind) error {
	done, err := s.bench.Run(ctx, d.name, env, s.opt.Limit)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(done.Tests, func(t verdict.Test) bool { return t.Name == d.name })
	switch {
	case i < 0:
		p.Refused = "it does not run where " + words(m.Kind) + ": call the code inside of the test function alone"
	case done.Tests[i].Status == verdict.TestFailed || done.Tests[i].Status == verdict.TestUnfinished: // it said so, or did not come to its end
		p.Fails = append(p.Fails, string(m.Kind))
	default:
		*passes = append(*passes, m.Kind)
	}
	return nil
}

// words is what a degenerate implementation does.
func words(k mutate.Kind) string {
	return map[mutate.Kind]string{
		mutate.Stub: "every function panics", mutate.Zero: "every function gives the zero value",
		mutate.Identity: "every function gives its parameter back", mutate.Fixed: "every function gives the same value each time",
		mutate.Fails: "every function gives an error", mutate.Table: "only the first call of a function is right",
	}[k]
}

// advice is what makes a test fail there.
func advice(k mutate.Kind) string {
	return map[mutate.Kind]string{
		mutate.Stub:     "call the function, and do not recover from its panics unless the clause is about them",
		mutate.Zero:     "add examples, also of inputs just outside of the clause, whose expected result is not 0, false, nil or empty",
		mutate.Identity: "add examples whose expected result differs from the input",
		mutate.Fixed:    "add examples, also of inputs just outside of the clause, that have another expected result",
		mutate.Fails:    "add an example that must succeed, and check its result",
		mutate.Table:    "add more examples with different inputs and results",
	}[k]
}

// twice runs a test twice on the code that is there, which is built. Two runs that differ refuse it; a failure is for a person to judge.
func (s *Stage) twice(ctx context.Context, d draft, p *Proposal) (told string, err error) {
	var runs [2]verdict.Test
	for i := range runs {
		done, err := s.bench.Run(ctx, d.name, nil, s.opt.Limit)
		if err != nil {
			return "", err
		}
		runs[i] = outcome(done, d.name)
	}
	if runs[0].Status != runs[1].Status || runs[0].Message != runs[1].Message {
		p.Refused = "two runs of it on the same code differ"
		return p.Refused + ": a test gives the same result each time", nil
	}
	switch runs[0].Status {
	case verdict.TestPassed:
		p.Agrees = Agrees
	case verdict.TestFailed, verdict.TestUnfinished:
		p.Agrees = Disagrees
		p.Said = cmp.Or(line(runs[0].Message), "it did not finish in "+s.opt.Limit.Round(time.Second).String())
		p.Seen, _ = verdict.Observe(runs[0].Message)
	case verdict.TestSkipped:
		p.Refused = "it was skipped on the code that is there"
		return "it was skipped", nil
	default:
		p.Refused = "it did not run on the code that is there"
		return "it did not run", nil
	}
	return "", nil
}

// outcome gives the result of a test: of the part of it that failed, where one says why, for that says more than the whole.
func outcome(done verdict.Execution, name string) verdict.Test {
	var whole verdict.Test
	for _, t := range done.Tests {
		if strings.HasPrefix(t.Name, name+"/") && t.Status == verdict.TestFailed && t.Message != "" {
			return t
		}
		if t.Name == name {
			whole = t
		}
	}
	return whole
}

// line is the first line of a message that says something.
func line(message string) string {
	const most = 300
	for text := range strings.SplitSeq(message, "\n") {
		if text = oneLine(text); text != "" {
			return strings.ToValidUTF8(text[:min(len(text), most)], "")
		}
	}
	return ""
}
