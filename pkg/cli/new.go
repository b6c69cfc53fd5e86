package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
)

type newOptions struct {
	Component string
	Sections  []string
}

func (a *app) newCommand() *cli.Command {
	var o newOptions
	return a.command("new", "COMPONENT", "a spec from a template",
		"Writes specs/COMPONENT.spec.md with the targets and the test command that suit this repository. The name is made of small\n"+
			"letters, digits and hyphens. Sections: "+strings.Join(sectionWords(), ", ")+".",
		[]cli.Flag{&cli.StringSliceFlag{Name: "section", Usage: "only this `SECTION`, and those named by further --section"}},
		func(c *cli.Context) error {
			args, err := exactly(c, "COMPONENT")
			if err != nil {
				return err
			}
			o.Component, o.Sections = args[0], c.StringSlice("section")
			return runNew(c.Context, a.env, o)
		})
}

func runNew(ctx context.Context, env Env, o newOptions) error {
	if err := checkComponent(o.Component); err != nil {
		return err
	}
	sections, err := chooseSections(o.Sections)
	if err != nil {
		return err
	}
	p, err := openWorkingProject(ctx, env)
	if err != nil {
		return err
	}
	if err := p.refuseKnown(ctx, o.Component); err != nil {
		return err
	}
	s := detect(os.DirFS(p.repo.Root()))
	f := newFile{p.specPath(o.Component), []byte(template(s, o.Component, sections))}
	if err := writeNew(p.repo.Root(), []newFile{f}); err != nil {
		return err
	}
	out := &strings.Builder{}
	_, _ = fmt.Fprintf(out, "wrote    %s\n", f.Path)
	steps := [][2]string{
		{"$EDITOR " + f.Path, "write the clauses, then set status: active"},
		{"$EDITOR " + named(s.Tests, o.Component), "the acceptance tests that the clauses name"},
		{"specgen lint " + o.Component, "what is wrong or unclear"},
	}
	if len(s.Prepare) > 0 {
		steps = append(steps, [2]string{"specgen trust", "approve the prepare commands that the template names"})
	}
	printNext(out, append(steps, [2]string{"specgen run " + o.Component, "from the spec to accepted code on a branch"}))
	_, err = fmt.Fprint(env.Stdout, out.String())
	return err
}

// reservedName is no component: it stands for all of them.
const reservedName = "batch"

var (
	componentName = pattern.Lazy(`^[a-z0-9][a-z0-9-]*$`)
	notInName     = pattern.Lazy(`[^a-z0-9]+`)
	caseChange    = pattern.Lazy(`([a-z0-9])([A-Z])`)
)

// longestName keeps file names, branch names and test names within what file systems take.
const longestName = 64

func checkComponent(name string) error {
	switch {
	case name == reservedName:
		return usage("choose another name", "%q is reserved: it names a batch of components", name)
	case len(name) > longestName:
		return usage("choose a shorter name", "the name of a component has at most %d characters", longestName)
	case !componentName.MatchString(name):
		hint := "for instance order-eligibility"
		if near := suggestName(name); near != "" {
			hint = "for instance " + near
		}
		return usage(hint, "%q is no name of a component: small letters, digits and hyphens, beginning with a letter or digit", name)
	}
	return nil
}

// suggestName makes a name of what was typed: OrderEligibility, order_eligibility and specs/order.spec.md are what people type.
func suggestName(typed string) string {
	typed = strings.TrimSuffix(path.Base(strings.ReplaceAll(typed, `\`, "/")), ".spec.md")
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(caseChange.ReplaceAllString(typed, "$1-$2")), "-"), "-")
	if name == reservedName || len(name) > longestName {
		return ""
	}
	return name
}

// refuseKnown fails where a spec of that component exists, whatever its file is called.
func (p *project) refuseKnown(ctx context.Context, component string) error {
	files, err := p.specFiles(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		sp, err := spec.Parse(f.Path, f.Data)
		if stem(f.Path) == component || (err == nil && sp.Front.Component == component) {
			return usage("specgen run "+component+" runs it; choose another name for a new one", "%s is the spec of %s already", f.Path, component)
		}
	}
	return nil
}

// specPath is where a new spec goes: specs/ if the configuration finds it there, else the folder of the first glob.
func (p *project) specPath(component string) string {
	usual := "specs/" + component + ".spec.md"
	globs := p.config.Specs()
	if matcher(globs)(usual) {
		return usual
	}
	for _, glob := range globs {
		dir, _, _ := strings.Cut(glob, "*")
		candidate := path.Join(path.Dir(dir+"x"), component+".spec.md")
		if matcher(globs)(candidate) {
			return candidate
		}
	}
	return usual
}

// part is one section of the template.
type part struct{ word, text string }

// parts are the sections of the template, in their order.
func parts() []part {
	return []part{
		{"intent", "## Intent\nWhy this exists and for whom, in a paragraph.\n"},
		{"interface", "## Interface\n```\nthe declarations that must exist, as callers see them\n```\n"},
		{"behavior", "## Behavior\n- **B1** When (this happens), the result is (exactly that).\n  - test: {b1}\n"},
		{"edge-cases", "## Edge cases\n- **E1** When (an input is missing, wrong or extreme), the result is (exactly that).\n  - test: {e1}\n"},
		{"invariants", "## Invariants\n- **I1** (What holds for every input and every order of events.)\n  - test: {i1}\n"},
		{"non-goals", "## What NOT to build\n- **N1** No (feature that a reader might expect here).\n  - forbid text: (?i)\\bcache\\b\n"},
		{"examples", "## Examples\n- `input` gives `output`\n"},
		{"decisions", "## Decisions\n- (date) (what was decided, and why not otherwise)\n"},
	}
}

func sectionWords() []string {
	var words []string
	for _, p := range parts() {
		words = append(words, p.word)
	}
	return words
}

// chooseSections gives the sections to write: those asked for, with behavior, since a spec must ask for something; or the
// usual six.
func chooseSections(asked []string) ([]string, error) {
	if len(asked) == 0 {
		return []string{"intent", "interface", "behavior", "edge-cases", "invariants", "non-goals"}, nil
	}
	for _, word := range asked {
		if slices.Contains(sectionWords(), word) {
			continue
		}
		hint := "sections: " + strings.Join(sectionWords(), ", ")
		if near := spec.Nearest(word, sectionWords()); near != "" {
			hint = fmt.Sprintf("did you mean %s? %s", near, hint)
		}
		return nil, usage(hint, "there is no section %q", word)
	}
	if !slices.ContainsFunc(asked, func(w string) bool {
		return slices.Contains([]string{"behavior", "edge-cases", "invariants", "non-goals"}, w)
	}) {
		asked = append([]string{"behavior"}, asked...)
	}
	return asked, nil
}

// template is a spec to fill in. It is a draft, so that no batch takes it for finished.
func template(s stack, component string, sections []string) string {
	out := &strings.Builder{}
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	line("---\ncomponent: %s\nstatus: draft   # active, once the clauses say what you want", component)
	line("targets: [%q]", named(s.Target, component))
	line("tests:\n  files: [%q]\n  runner: %s\n  command: %s", named(s.Tests, component), s.Runner, named(s.Command, component))
	if len(s.Report) > 0 {
		line("  report: [%s]", quotedList(s.Report))
	}
	if len(s.Prepare) > 0 {
		line("prepare: [%s]   # needs specgen trust", quotedList(s.Prepare))
	}
	if len(s.Cache) > 0 {
		line("cache: [%s]", quotedList(s.Cache))
	}
	line("---\n# Spec: %s", strings.ToUpper(component[:1])+strings.ReplaceAll(component[1:], "-", " "))
	for _, p := range parts() {
		if slices.Contains(sections, p.word) {
			_, _ = fmt.Fprintf(out, "\n%s", testNames(s, p.text))
		}
	}
	return out.String()
}

// testNames puts the names of tests into a text, as the runner's language has them: TestB1_* or test_b1_*.
func testNames(s stack, text string) string {
	name := func(id string) string {
		if s.Runner == "go" {
			return "Test" + strings.ToUpper(id) + "_*"
		}
		return "test_" + id + "_*"
	}
	return strings.NewReplacer("{b1}", name("b1"), "{e1}", name("e1"), "{i1}", name("i1")).Replace(text)
}

func quotedList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	return strings.Join(quoted, ", ")
}
