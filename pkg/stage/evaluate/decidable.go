package evaluate

import (
	"fmt"
	"slices"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Problem is a part of a spec that no run can ever decide.
type Problem struct {
	Path    string        // of the spec, or of an acceptance test
	Pos     spec.Position // in it
	Clause  string        // "" where it is about no single clause
	Message string
	Fix     string
}

// String is the problem as `file:line:col: message`.
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.Path, p.Pos.Line, p.Pos.Col, p.Message)
}

// Decidable says, before anything is paid for, what would keep every candidate from being accepted: a MUST without evidence that the
// policy allows, a static rule or a `test:` that can match nothing, an acceptance test that no clause cites or that cannot be parsed. files are the
// acceptance tests and the go.mod files; other files are passed over. A policy that believes no judge is the one to use where
// none will be asked. Waived clauses count as decided.
func Decidable(sp *spec.Spec, files []patch.File, policy verdict.Policy) []Problem {
	d := &decidable{spec: sp, policy: policy}
	var tests []patch.File
	var modules []module
	for _, f := range files {
		if sp.IsTest(f.Path) {
			tests = append(tests, f)
		}
		if isModule(f.Path) {
			modules = append(modules, readModule(f))
		}
	}
	d.frozen = freeze(sp, tests, modules)
	d.files()
	for _, c := range sp.Clauses() {
		d.clause(c)
	}
	d.strays()
	d.scope()
	return d.problems
}

type decidable struct {
	spec     *spec.Spec
	frozen   *frozen
	policy   verdict.Policy
	problems []Problem
}

func (d *decidable) add(path string, pos spec.Position, clause, message, fix string) {
	d.problems = append(d.problems, Problem{Path: path, Pos: pos, Clause: clause, Message: message, Fix: fix})
}

// files looks for globs without a file, and for tests that cannot be parsed.
func (d *decidable) files() {
	front := d.spec.Front.Tests
	if len(front.Files) > 0 && len(d.frozen.files) == 0 {
		d.add(d.spec.Path, d.spec.FrontPos("tests.files"), "", "tests.files match no file",
			"write the acceptance tests first, or correct the globs")
	}
	for _, b := range d.frozen.broken() {
		d.add(b.File, spec.Position{Line: b.Line, Col: max(b.Col, 1)}, "", "the acceptance test does not parse: "+b.Message,
			"correct the test: it is part of the spec, and no run may change it")
	}
}

func (d *decidable) clause(c *spec.Clause) {
	p := planFor(d.spec, c, d.frozen)
	runner := d.spec.Front.Tests.Runner != "" || d.spec.Front.Tests.Command != ""
	for _, a := range c.Attached(spec.AttachTest) {
		switch {
		case !runner:
			d.add(d.spec.Path, a.Pos, c.ID, fmt.Sprintf("%s cites a test, and the spec names no command that runs tests", c.ID),
				"add `tests:` with `runner:` and `command:` to the front matter")
		case d.spec.Front.Tests.Runner == "exit" || len(d.frozen.files) == 0:
		case !d.frozen.any(func(name string) bool { return spec.MatchesPattern(a.Value, name) }):
			d.add(d.spec.Path, a.Pos, c.ID, fmt.Sprintf("%s cites the test %s, and no acceptance test has that name", c.ID, a.Value), d.nearest(a.Value))
		}
	}
	if c.Level == spec.Should || c.Level == spec.May || len(c.Attached(spec.AttachWaive)) > 0 {
		return
	}
	for _, a := range c.Rules() {
		if message, fix := patternProblem(a, d.spec); message != "" {
			d.add(d.spec.Path, a.Pos, c.ID, fmt.Sprintf("%s: %s: %s", c.ID, a.Rule(), message), fix)
		}
	}
	d.must(c, p)
}

// must looks for evidence that can carry a MUST.
func (d *decidable) must(c *spec.Clause, p plan) {
	fix := fmt.Sprintf("name an acceptance test Test%s_..., or attach `test:`, `check:`, `forbid` or `require` to it", c.ID)
	switch basis := p.basis(); {
	case p.missing != "":
		d.add(d.spec.Path, c.Pos, c.ID, fmt.Sprintf("%s is a MUST, and %s", c.ID, p.missing), fix)
	case p.open || d.policy.Carries(basis, c.Section):
	case basis == verdict.Judged:
		d.add(d.spec.Path, c.Pos, c.ID,
			fmt.Sprintf("%s is a MUST of %s, and nothing but a model's opinion would decide it", c.ID, c.Section), fix)
	default:
		d.add(d.spec.Path, c.Pos, c.ID, fmt.Sprintf("%s is a MUST, and nothing would decide it", c.ID), fix)
	}
}

func (d *decidable) nearest(pattern string) string {
	var names []string
	for _, t := range d.frozen.declared(func(string) bool { return true }) {
		names = append(names, t.Name)
	}
	if near := spec.Nearest(pattern, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "the name is matched whole; * stands for any part of it"
}

// strays looks for acceptance tests that no clause rests on, so that they could fail and nobody would notice, and for those that
// are empty and could not. Only languages that are read can tell.
func (d *decidable) strays() {
	if d.spec.Front.Tests.Runner == "exit" {
		return
	}
	cited := func(name string) bool {
		return slices.ContainsFunc(d.spec.Clauses(), func(c *spec.Clause) bool { return d.citedBy(c, name) })
	}
	for _, f := range d.frozen.files {
		for _, name := range f.names {
			if why := f.empty(name); why != "" {
				d.add(f.path, spec.Position{Line: f.line(name), Col: 1}, "",
					fmt.Sprintf("the acceptance test %s %s", name, why), "write down in it what has to hold, or delete it")
			}
			if f.funcs == nil || cited(name) {
				continue
			}
			d.add(f.path, spec.Position{Line: f.funcs[name], Col: 1}, "",
				fmt.Sprintf("the acceptance test %s belongs to no clause", name),
				"begin its name with a clause's ID, as in TestE1_OutOfStock, or cite it with `test:`")
		}
	}
}

// citedBy says whether a clause rests on a test, or on one of its subtests.
func (d *decidable) citedBy(c *spec.Clause, name string) bool {
	if spec.MatchesTest(c, name) {
		return true
	}
	return slices.ContainsFunc(spec.TestPatterns(c), func(pattern string) bool { return root(pattern) == name })
}
