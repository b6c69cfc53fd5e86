package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/lock"
	"github.com/specgen-dev/specgen/pkg/loop"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/prompts"
)

// inputs are what a run works from: spec, acceptance tests, configuration and templates as the person sees them, and
// everything else from the base.
type inputs struct {
	spec     *spec.Spec
	start    string   // tree: the base with the inputs
	changed  []string // inputs that differ from the base
	warnings []string
}

// gather reads the inputs of a component and puts them on the base.
func (p *project) gather(ctx context.Context, sp *spec.Spec) (inputs, error) {
	in := inputs{spec: sp, start: p.baseTree}
	if p.repo.Bare() {
		return in, nil
	}
	globs := append([]string{sp.Path, configFile, templateFolder + "/*.tmpl"}, sp.Front.Tests.Files...)
	globs = append(globs, sp.Front.Tests.Sealed...)
	dirty, err := p.repo.Dirty(ctx, p.baseTree, matcher(globs), repo.Under(globs...)...)
	if err != nil {
		return in, err
	}
	if len(dirty) > 0 {
		if in.start, err = p.repo.Overlay(ctx, p.baseTree, dirty); err != nil {
			return in, err
		}
		for _, d := range dirty {
			in.changed = append(in.changed, d.Path)
		}
	}
	in.warnings, err = p.contextWarnings(ctx, sp)
	return in, err
}

func (p *project) contextWarnings(ctx context.Context, sp *spec.Spec) ([]string, error) {
	if len(sp.Front.Context) == 0 {
		return nil, nil
	}
	dirty, err := p.repo.Dirty(ctx, p.baseTree, matcher(sp.Front.Context), repo.Under(sp.Front.Context...)...)
	if err != nil {
		return nil, err
	}
	var warnings []string
	for _, d := range dirty {
		warnings = append(warnings, fmt.Sprintf("%s has uncommitted changes, which the run does not see", d.Path))
	}
	return warnings, nil
}

// handEdits gives the targets that a person changed and that a run would write over: not committed, or committed since
// the lock.
func (p *project) handEdits(ctx context.Context, sp *spec.Spec) ([]string, error) {
	var edits []string
	if !p.repo.Bare() {
		dirty, err := p.repo.Dirty(ctx, p.baseTree, matcher(sp.Front.Targets), repo.Under(sp.Front.Targets...)...)
		if err != nil {
			return nil, err
		}
		for _, d := range dirty {
			edits = append(edits, d.Path+" (not committed)")
		}
	}
	since, err := p.editedSinceLock(ctx, sp)
	return append(edits, since...), err
}

func (p *project) editedSinceLock(ctx context.Context, sp *spec.Spec) ([]string, error) {
	agreed, ok, err := p.agreed(ctx, p.baseTree, sp)
	if err != nil || !ok {
		return nil, err
	}
	tree, err := p.repo.Tree(ctx, p.baseTree)
	if err != nil {
		return nil, err
	}
	var failed error
	var edits []string
	for _, file := range agreed.Edited(func(path string) ([]byte, bool) {
		e, ok, err := tree.Lookup(path)
		if err != nil {
			failed = err
		}
		return e.Data, ok
	}) {
		edits = append(edits, file+" (edited since it was accepted)")
	}
	return edits, failed
}

// handEditsFailure is how a run stops where it would write over a person's work.
func handEditsFailure(sp *spec.Spec, edits []string) *Error {
	return &Error{
		Code: ExitFindings, Kind: string(loop.HandEdits),
		Message: fmt.Sprintf("%s: the targets hold edits that a run would lose:\n    %s", sp.Front.Component, strings.Join(edits, "\n    ")),
		Hint: "commit the edits, or put them away with git stash; to keep an edit for good, say it in a clause of " + sp.Path +
			"\nedits since the lock: restore the accepted code, or delete " + lock.Path(sp.Front.Component) + " to let go of the agreement",
	}
}

// commitInputs gives the commit that the branch starts from: the base itself, or one with the inputs on it.
func (p *project) commitInputs(ctx context.Context, in inputs, run string, now time.Time) (loop.Commit, error) {
	if in.start == p.baseTree {
		return loop.Commit{ID: p.base, Tree: p.baseTree}, nil
	}
	message := fmt.Sprintf("%s: spec and tests as in the working tree\n\n%s\n\nSpecgen-Run: %s\nSpecgen-Component: %s\n",
		in.spec.Front.Component, strings.Join(in.changed, "\n"), run, in.spec.Front.Component)
	id, err := p.repo.Commit(ctx, repo.Commit{Tree: in.start, Parents: []string{p.base}, Message: message, When: now})
	return loop.Commit{ID: id, Tree: in.start}, err
}

// templates loads the prompts, with those of the repository over the built-in ones.
func (p *project) templates(ctx context.Context, tree string) (*prompts.Set, error) {
	glob := templateFolder + "/*.tmpl"
	files, err := p.repo.Files(ctx, tree, matcher([]string{glob}), repo.Under(glob)...)
	if err != nil {
		return nil, err
	}
	overrides := map[string][]byte{}
	for _, f := range files {
		overrides[strings.TrimPrefix(f.Path, templateFolder+"/")] = f.Data
	}
	set, err := prompts.Load(overrides)
	if err != nil {
		return nil, usage("fix the file in "+templateFolder+", or delete it to use the built-in one", "%v", err)
	}
	return set, nil
}
