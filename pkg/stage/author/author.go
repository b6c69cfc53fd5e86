// Package author is the stage that has acceptance tests written blind: from the spec alone, one clause at a time, by a model that never
// sees the implementation. A test that comes back is worth nothing until it has been seen to fail: it must compile against the Interface
// of the spec, and fail on every degenerate implementation. What that leaves is for a person to accept.
//
// The implementation that is there takes no part in any prompt. It is only built and run, and that a test fails on it refuses nothing:
// the code may be wrong.
package author

import (
	"context"
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Bench builds and runs tests in a sandboxed checkout. Whatever they do is a result; an error means that nothing could be run at all.
type Bench interface {
	// Build builds the Go tests among files, which the go command sees in the place of those of the tree, or besides them. What was
	// built before is gone. ok is false where they do not build; with vet, also where go vet, as part of go test, refuses them.
	Build(ctx context.Context, files []patch.File, vet bool) (done verdict.Execution, ok bool, err error)
	// Run runs one test of what was built last. env are variables for it alone, as NAME=value.
	Run(ctx context.Context, test string, env []string, limit time.Duration) (verdict.Execution, error)
}

// Task is what tests are written for. Only what the spec says of it goes into a prompt.
type Task struct {
	Spec    *spec.Spec
	Surface Surface
	Dir     string            // folder of the package under test
	Import  string            // its import path
	File    string            // where a test stands while it is tried: a path that no file has
	Package string            // the package clause of the tests
	Code    []patch.File      // the Go files of the targets; none where there is no code yet
	Others  []patch.File      // Go files of the package's folder that are no targets, tests aside
	Tests   []patch.File      // Go test files of the folders of the package and of the tests
	Known   map[string]string // packages that the Interface may speak of without an import, by name
}

// Options are the rules of the stage.
type Options struct {
	// Vacuous says why a test cannot fail, by its syntax alone; "" if it may.
	Vacuous func(file *ast.File, test *ast.FuncDecl) string
	Limit   time.Duration // of one run of one test; 0: 10 s
}

// Agreement is how a test and the code that is there get on.
type Agreement string

// The ways in which they can.
const (
	NoCode    Agreement = "no-code"
	Agrees    Agreement = "agrees"
	Disagrees Agreement = "disagrees" // one of them is wrong, and a person has to say which
)

// Proposal is what came of asking for one test.
type Proposal struct {
	Clause  string
	Test    string // its name; "" where no answer could be read
	Source  string // a whole Go file that holds it alone; the last answer as it came where that could not be read
	Answers int    // how many were asked for
	Refused string // why it is not to be used; "" if it passed every check

	Fails  []string // the degenerate implementations that it was seen to fail on, as words
	Agrees Agreement
	Seen   verdict.Observation // where they disagree, if it can be told
	Said   string              // where they disagree: what the test said, in one line
}

// Stage asks for tests and tries them. It is for one goroutine at a time, because its bench is.
type Stage struct {
	model    model.Model
	settings model.Settings
	set      *prompts.Set
	bench    Bench
	task     Task
	opt      Options
	taken    map[string]bool // names that a test file must not declare again

	alone   bool              // the Interface compiles by itself, and tests are built against it
	surface []patch.File      // in the place of the package's files
	extra   map[string]string // packages that the Interface speaks of, by name
	present *implementation
	code    bool   // there is code, and it builds
	fault   string // why the code does not build, for a person
}

// defaultLimit is enough for a few hundred calls, on a machine that is busy too.
const defaultLimit = 10 * time.Second

// New makes the stage.
func New(m model.Model, settings model.Settings, set *prompts.Set, bench Bench, task Task, opt Options) *Stage {
	if opt.Limit == 0 {
		opt.Limit = defaultLimit
	}
	s := &Stage{model: m, settings: settings, set: set, bench: bench, task: task, opt: opt, taken: map[string]bool{}}
	for _, f := range task.Tests {
		for _, name := range Declared(f) {
			s.taken[name] = true
		}
	}
	return s
}

// Fault says why the code that is there cannot be built, so that no test can agree with it; "" if it can, or if there is none.
func (s *Stage) Fault() string { return s.fault }

// Author asks for a test of one clause. An answer that is refused is sent back once, with the reason. Errors are failures of the
// surroundings: the endpoint does not answer, nothing can be run.
func (s *Stage) Author(ctx context.Context, c *spec.Clause) (Proposal, error) {
	messages, err := s.set.Render("tests", s.prompt(c))
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Clause: c.ID}
	const most = 2
	for p.Answers < most {
		answer, err := s.model.Complete(ctx, s.settings.Request(messages), nil)
		if err != nil {
			return p, fmt.Errorf("tester of %s: %w", c.ID, err)
		}
		p.Answers++
		told, err := s.judge(ctx, c, answer, &p)
		if err != nil || p.Refused == "" {
			return p, err
		}
		if messages, err = s.again(messages, answer, prompts.Retest{Clause: c.ID, Trouble: told, Cut: answer.Finish == model.FinishLength}); err != nil {
			return p, err
		}
	}
	return p, nil
}

// again goes on with why an answer was refused. A cut answer is not shown again: small models would go on with it where it ends.
func (s *Stage) again(messages []model.Message, answer model.Completion, r prompts.Retest) ([]model.Message, error) {
	more, err := s.set.Render("retest", r)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(messages)
	if last := len(out) - 1; r.Cut && last >= 0 && out[last].Role == "user" && len(more) == 1 {
		out[last].Content += "\n\n" + more[0].Content // many chat templates refuse two of the user in a row
		return out, nil
	}
	out = append(out, model.Message{Role: "assistant", Content: answer.Text})
	return append(out, more...), nil
}

// prompt is what a tester is told. It is made of the spec, and of nothing else.
func (s *Stage) prompt(c *spec.Clause) prompts.Testing {
	n := s.wanted(c)
	return prompts.Testing{
		Spec: prompts.Body(s.task.Spec), Package: s.task.Package, Import: s.task.Import, Under: s.task.Surface.Package,
		Calls: s.task.Surface.Calls(), Clause: c.ID, Text: c.Text, Section: string(c.Section), Name: n.Form, Prefix: n.Prefix,
	}
}

// judge puts an answer through all checks, the cheap ones first, and writes into the proposal what came of it. told is the reason of a
// refusal as the model may hear it: nothing in it comes from the code.
func (s *Stage) judge(ctx context.Context, c *spec.Clause, answer model.Completion, p *Proposal) (told string, err error) {
	*p = Proposal{Clause: c.ID, Answers: p.Answers, Source: answer.Text}
	d, why := s.read(c, answer.Text)
	if why != "" {
		if answer.Finish == model.FinishLength {
			why = "it was cut off at the token limit: be brief"
		}
		p.Refused = why
		return why, nil
	}
	p.Test, p.Source = d.name, d.source
	if p.Refused = d.objection(s); p.Refused != "" {
		return p.Refused, nil
	}
	return s.try(ctx, d, p)
}

// Keep remembers that a test was accepted, so that no later one declares its names again.
func (s *Stage) Keep(p Proposal) {
	for _, name := range Declared(patch.File{Path: s.task.File, Data: []byte(p.Source)}) {
		s.taken[name] = true
	}
}

// oneLine folds white space.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
