package cli

import (
	"context"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/lock"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// branch is a run's branch: loop.Branch. It remembers where it left the branch, and moves it from there alone.
type branch struct {
	repo *repo.Repo
	name string // without refs/heads/
	at   string // commit; repo.Zero: not there
}

func branchName(component, run string) string { return "specgen/" + component + "/" + run }

// Commit implements loop.Branch.
func (b *branch) Commit(ctx context.Context, parent, tree, message string) (string, error) {
	id, err := b.repo.Commit(ctx, repo.Commit{Tree: tree, Parents: []string{parent}, Message: message})
	if err != nil {
		return "", err
	}
	return id, b.Move(ctx, id)
}

// Move implements loop.Branch.
func (b *branch) Move(ctx context.Context, commit string) error {
	if commit == b.at {
		return nil
	}
	update := repo.RefUpdate{Name: "refs/heads/" + b.name, New: commit, Old: b.at}
	if err := b.repo.UpdateRefs(ctx, []repo.RefUpdate{update}, "specgen run"); err != nil {
		return err
	}
	b.at = commit
	return nil
}

// drop deletes the branch if it still is where the run left it.
func (b *branch) drop(ctx context.Context) error { return b.Move(ctx, repo.Zero) }

// trees is loop.Trees, and what the stages read trees by. It looks only where the component's files can be, so that the
// size of the repository does not matter.
type trees struct {
	repo  *repo.Repo
	under []string
}

// componentTrees sees the files that the spec names, and those that say what its packages are built with. Where a clause is about
// dependencies it sees all: what names them has many names, in any folder.
func componentTrees(r *repo.Repo, sp *spec.Spec) trees {
	if evaluate.AsksForDependencies(sp) {
		return trees{repo: r}
	}
	var globs []string
	globs = append(globs, sp.Front.Targets...)
	globs = append(globs, sp.Front.Context...)
	globs = append(globs, sp.Front.Tests.Files...)
	globs = append(globs, sp.Front.Tests.Sealed...)
	under := repo.Under(globs...)
	seen := map[string]bool{}
	for _, place := range under {
		for dir := path.Dir(place); !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			for _, name := range []string{"go.mod", "go.sum", "go.work", "go.work.sum", "vendor/modules.txt"} {
				under = append(under, path.Join(dir, name))
			}
		}
	}
	return trees{repo: r, under: under}
}

// Files gives the component's files of a tree that match.
func (t trees) Files(ctx context.Context, tree string, match func(path string) bool) ([]patch.File, error) {
	return t.repo.Files(ctx, tree, match, t.under...)
}

// Tree implements the apply stage's store.
func (t trees) Tree(ctx context.Context, id string) (patch.Tree, error) {
	return t.repo.Tree(ctx, id)
}

// Changes lets the apply stage compare whole trees after it has written one.
func (t trees) Changes(ctx context.Context, from, to string) ([]patch.Delta, error) {
	return t.repo.Changes(ctx, from, to)
}

// WriteTree implements the apply stage's store.
func (t trees) WriteTree(ctx context.Context, base string, changes []patch.Change) (string, error) {
	return t.repo.WriteTree(ctx, base, changes)
}

// WriteFile implements loop.Trees.
func (t trees) WriteFile(ctx context.Context, tree, path string, data []byte) (string, error) {
	return t.repo.WriteTree(ctx, tree, []patch.Change{{Path: path, Mode: patch.ModeFile, Data: data}})
}

// Carry implements loop.Trees.
func (t trees) Carry(ctx context.Context, from, to, onto string) (string, error) {
	deltas, err := t.repo.Changes(ctx, from, to)
	if err != nil || len(deltas) == 0 {
		return onto, err
	}
	return t.repo.WriteDeltas(ctx, onto, deltas)
}

// Diff implements loop.Trees.
func (t trees) Diff(ctx context.Context, from, to string) (string, error) {
	deltas, err := t.repo.Changes(ctx, from, to)
	if err != nil {
		return "", err
	}
	before, err := t.repo.Tree(ctx, from)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, d := range deltas {
		old, present, err := before.Lookup(d.Path)
		if err != nil {
			return "", err
		}
		var was, now []byte
		if present {
			was = nonNil(old.Data)
		}
		if d.Mode != 0 {
			if now, err = t.repo.ReadBlob(ctx, d.Blob); err != nil {
				return "", err
			}
			now = nonNil(now)
		}
		text.WriteString(patch.DiffModes(d.Path, old.Mode, d.Mode, was, now))
	}
	return text.String(), nil
}

// nonNil tells an empty file from none.
func nonNil(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

// locker writes the lock of an accepted candidate: loop.Locker.
type locker struct {
	trees     trees
	run       string
	model     string
	templates map[string]string
}

// Lock implements loop.Locker.
func (l locker) Lock(ctx context.Context, sp *spec.Spec, c patch.Candidate, r verdict.Report) (string, []byte, error) {
	targets, err := l.trees.Files(ctx, c.Tree, sp.IsTarget)
	if err != nil {
		return "", nil, err
	}
	tests, err := l.trees.Files(ctx, c.Tree, sp.IsTest)
	if err != nil {
		return "", nil, err
	}
	agreed := lock.New(sp, r, targets, tests)
	agreed.Run, agreed.Model, agreed.Templates = l.run, l.model, l.templates
	text, err := agreed.Bytes()
	return lock.Path(sp.Front.Component), text, err
}
