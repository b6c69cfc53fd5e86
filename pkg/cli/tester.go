package cli

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/author"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
)

// tester has the tests of one component written.
type tester struct {
	env     Env
	options testsOptions
	project *project
	spec    *spec.Spec
	trees   trees
	wanted  []*spec.Clause
	sealed  map[string]bool
	task    author.Task
	places  testPlaces
	shelf   *shelf

	opinions *opinions
	bench    *runner.Bench
	stage    *author.Stage
	out      *testsOutput
	began    time.Time
	doing    string
}

// openTests reads what tests are written for, and refuses what no test can be written for before anything is asked.
func openTests(ctx context.Context, env Env, o testsOptions, out *testsOutput) (*tester, error) {
	p, err := openWorkingProjectWith(ctx, env, o.Flags)
	if err != nil {
		return nil, err
	}
	t := &tester{env: env, options: o, project: p, out: out, began: env.Clock()}
	if t.spec, err = p.find(ctx, env, o.Component); err != nil {
		return nil, err
	}
	if p.seen, err = p.repo.Snapshot(ctx, p.baseTree); err != nil {
		return nil, err
	}
	t.trees = componentTrees(p.repo, t.spec)
	if err := goTestsOnly(t.spec); err != nil {
		return nil, err
	}
	if err := t.target(ctx); err != nil {
		return nil, err
	}
	if err := t.choose(); err != nil || len(t.wanted) == 0 {
		return t, err
	}
	return t, t.open(ctx)
}

// goTestsOnly fails where the spec's tests are not Go's.
func goTestsOnly(sp *spec.Spec) error {
	if err := needTargets(sp); err != nil {
		return err
	}
	at := sp.FrontPos("tests.runner")
	switch sp.Front.Tests.Runner {
	case "go":
		return nil
	case "":
		return usage("in the front matter of "+sp.Path+":\n  tests:\n    files: [\"FOLDER/*_invariant_test.go\"]\n    runner: go",
			"%s: the spec does not say how its tests are run", sp.Path)
	}
	return usage("write the tests by hand; specgen lint names the clauses that have none",
		"%s:%d:%d: tests are written for the runner go alone, and the spec's is %s", sp.Path, at.Line, at.Col, sp.Front.Tests.Runner)
}

// target finds the package that is tested, the files around it, and where its tests go.
func (t *tester) target(ctx context.Context) error {
	sp := t.spec
	surface, err := author.ReadSurface(sp)
	if err != nil {
		return surfaceFailure(sp, err)
	}
	dir, ok := goFolder(sp)
	if !ok {
		at := sp.FrontPos("targets")
		return usage(`name the file: targets: ["folder/file.go"]`, "%s:%d:%d: no target is a Go file whose folder can be told", sp.Path, at.Line, at.Col)
	}
	if t.places, err = placeTests(t.project, t.env, sp, dir, t.options); err != nil {
		return err
	}
	files, err := t.trees.Files(ctx, t.project.seen, func(string) bool { return true })
	if err != nil {
		return err
	}
	folders := t.places.folders(dir)
	var globs []string
	for _, folder := range folders {
		globs = append(globs, path.Join(folder, "*.go"))
	}
	around, err := t.project.repo.Files(ctx, t.project.seen, func(p string) bool {
		return strings.HasSuffix(p, ".go") && slices.Contains(folders, path.Dir(p))
	}, repo.Under(globs...)...)
	if err != nil {
		return err
	}
	if t.task, err = newTask(sp, surface, dir, append(files, around...)); err != nil {
		return err
	}
	if t.shelf, err = openShelf(t.env, t.project.repo.Root(), t.places); err != nil {
		return err
	}
	return t.packages()
}

// goFolder is the folder of the Go files that a run may write.
func goFolder(sp *spec.Spec) (dir string, ok bool) {
	for _, glob := range sp.Front.Targets {
		dir := path.Dir(glob)
		if base := path.Base(glob); (strings.HasSuffix(base, ".go") || base == "*" || base == "**") && !strings.ContainsAny(dir, "*?[{\\") {
			return dir, true
		}
	}
	return "", false
}

// newTask sorts the files that are there.
func newTask(sp *spec.Spec, surface author.Surface, dir string, files []patch.File) (author.Task, error) {
	task := author.Task{Spec: sp, Surface: surface, Dir: dir, Import: evaluate.ImportPath(files, dir), Known: map[string]string{}}
	if task.Import == "" {
		return task, usage("go mod init NAME", "no go.mod stands above %s, so that no test can import it", dir)
	}
	taken := map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") || taken[f.Path] || f.Mode == patch.ModeSymlink {
			continue
		}
		taken[f.Path] = true
		if sp.IsContext(f.Path) && path.Dir(f.Path) != dir {
			task.Known[author.PackageOf(path.Dir(f.Path), []patch.File{f})] = evaluate.ImportPath(files, path.Dir(f.Path))
		}
		switch {
		case strings.HasSuffix(f.Path, "_test.go"):
			task.Tests = append(task.Tests, f)
		case sp.IsTarget(f.Path):
			task.Code = append(task.Code, f)
		case path.Dir(f.Path) == dir:
			task.Others = append(task.Others, f)
		}
	}
	if task.Surface.Package == "" {
		task.Surface.Package = author.PackageOf(dir, append(slices.Clone(task.Code), task.Others...))
	}
	if task.Surface.Package == "main" {
		return task, usage("move what is to be tested into a package of its own, and let the targets name that", "%s is package main, which no test can import", dir)
	}
	return task, nil
}

// packages finds the package clause of the tests: that of the file they go into, or one of its own beside the package.
func (t *tester) packages() error {
	t.task.Package = t.task.Surface.Package + "_test"
	for _, name := range []string{t.places.open, t.places.sealed} {
		had := t.shelf.packageOf(name)
		if name == "" || had == "" {
			continue
		}
		if had == t.task.Surface.Package && path.Dir(name) == t.task.Dir {
			return usage("--out "+path.Join(t.task.Dir, strings.ReplaceAll(t.spec.Front.Component, "-", "_")+"_blind_test.go")+", if tests.files match it",
				"%s is of package %s itself: tests that call the Interface alone stand in package %s_test", name, had, had)
		}
		t.task.Package = had
	}
	dir := path.Dir(t.places.open)
	if t.places.open == "" {
		dir = path.Dir(t.places.sealed)
	}
	t.task.File = path.Join(dir, "zz_specgen_blind_test.go")
	return nil
}

// surfaceFailure is what is wrong with an Interface section, for a person.
func surfaceFailure(sp *spec.Spec, err error) error {
	bad, ok := errors.AsType[*author.SurfaceError](err)
	if !ok {
		return err
	}
	return usage(bad.Fix, "%s:%d:%d: %s", sp.Path, max(bad.Pos.Line, 1), max(bad.Pos.Col, 1), bad.Message)
}

// choose finds the clauses that get a test, and the share of them that is sealed.
func (t *tester) choose() error {
	var declared []string
	for _, f := range t.task.Tests {
		if t.spec.IsTest(f.Path) {
			declared = append(declared, author.Declared(f)...)
		}
	}
	wanted, unknown := author.Wanted(t.spec, declared, t.options.Clauses)
	if len(unknown) > 0 {
		var ids []string
		for _, c := range t.spec.Clauses() {
			ids = append(ids, c.ID)
		}
		return usage("the clauses are "+strings.Join(ids, ", "), "%s has no clause %s", t.spec.Path, strings.Join(unknown, ", "))
	}
	t.wanted = wanted
	seed := 0
	if s := t.project.config.Settings(model.Tester).Seed; s != nil {
		seed = *s
	}
	t.sealed = author.Sealed(t.spec.Front.Component, clauseIDs(wanted), t.options.Sealed, seed)
	return nil
}

func clauseIDs(clauses []*spec.Clause) []string {
	ids := make([]string, 0, len(clauses))
	for _, c := range clauses {
		ids = append(ids, c.ID)
	}
	return ids
}

// open takes a checkout, and finds out what tests can be built against.
func (t *tester) open(ctx context.Context) error {
	p, sp := t.project, t.spec
	set, err := p.templates(ctx, p.seen)
	if err != nil {
		return err
	}
	t.opinions = newOpinions(t.env, modelOptions{
		config: p.config, roles: []model.Role{model.Tester}, record: t.options.Record, replay: t.options.Replay, locate: t.locate(ctx), retried: t.out.retried,
	}, func() { t.out.progress.Doing(t.doing + "  asking the tester") })
	if err := t.opinions.open(ctx); err != nil { // nothing can be had without
		return err
	}
	if err := p.config.PrepareAllowed(config.Prepare{Spec: sp.Path, Commands: sp.Front.Prepare}); err != nil {
		return err
	}
	if t.bench, err = p.openBench(ctx, t.env, sp, p.repo, false); err != nil {
		return err
	}
	if err := t.ready(ctx); err != nil {
		return errors.Join(err, t.bench.Close())
	}
	bench := &testerBench{bench: t.bench, tests: sp.Front.Tests}
	asked := model.Func(func(ctx context.Context, req model.Request) (model.Completion, error) {
		defer t.out.progress.Doing(t.doing + "  trying its test")
		return t.opinions.Complete(ctx, req, nil)
	})
	t.stage = author.New(asked, p.config.Settings(model.Tester), set, bench, t.task, author.Options{Vacuous: evaluate.Vacuous})
	t.out.progress.Doing(sp.Front.Component + "  building the Interface")
	if err := t.stage.Open(ctx); err != nil {
		return errors.Join(surfaceFailure(sp, err), t.bench.Close())
	}
	return nil
}

// ready prepares the checkout and lets it hold the working tree. What decides how Go builds cannot be changed by what runs.
func (t *tester) ready(ctx context.Context) error {
	if err := prepareTree(ctx, t.bench, t.spec, t.project.standsOn(t.project.seen)); err != nil {
		return err
	}
	files, err := t.trees.Files(ctx, t.project.seen, func(p string) bool { return path.Base(p) == "go.mod" || path.Base(p) == "go.sum" })
	if err != nil {
		return err
	}
	var held []string
	for _, f := range files {
		held = append(held, f.Path)
	}
	tree, err := t.withFolders(ctx, files)
	if err != nil {
		return err
	}
	return t.bench.Switch(ctx, tree, held...)
}

// withFolders is the tree with the folders of the package and of the tests: where there is no file yet, go vet has nowhere to be run.
func (t *tester) withFolders(ctx context.Context, known []patch.File) (string, error) {
	var deltas []patch.Delta
	for _, dir := range []string{t.task.Dir, path.Dir(t.task.File)} {
		name := path.Join(dir, "zz_specgen_folder.txt")
		if len(known) > 0 && !slices.ContainsFunc(deltas, func(d patch.Delta) bool { return d.Path == name }) {
			deltas = append(deltas, patch.Delta{Path: name, Mode: patch.ModeFile, Blob: spec.BlobID(known[0].Data)})
		}
	}
	return t.project.repo.Overlay(ctx, t.project.seen, deltas)
}

// locate finds where a line of a prompt comes from: only the spec is in one.
func (t *tester) locate(ctx context.Context) model.Locate {
	return func(line string) (string, int, bool) {
		return locate(ctx, trees{repo: t.project.repo, under: []string{t.spec.Path}}, t.project.seen, t.spec, line)
	}
}
