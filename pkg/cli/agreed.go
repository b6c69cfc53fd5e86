package cli

import (
	"context"

	"github.com/specgen-dev/specgen/pkg/lock"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// agreed reads the lock of a component from a tree. ok is false where there is none.
func (p *project) agreed(ctx context.Context, tree string, sp *spec.Spec) (agreed lock.Lock, ok bool, err error) {
	if tree == "" {
		return lock.Lock{}, false, nil
	}
	t, err := p.repo.Tree(ctx, tree)
	if err != nil {
		return lock.Lock{}, false, err
	}
	name := lock.Path(sp.Front.Component)
	entry, ok, err := t.Lookup(name)
	if err != nil || !ok {
		return lock.Lock{}, false, err
	}
	if agreed, err = lock.Parse(name, entry.Data); err != nil {
		return lock.Lock{}, false, &Error{Code: ExitUsage, Kind: "config", Message: err.Error(), Hint: "restore the file from git: git checkout -- " + name, Err: err}
	}
	return agreed, true, nil
}

// weakened warns of clauses whose evidence no run can show any more, though it could when they were agreed on.
func (p *project) weakened(ctx context.Context, tree string, sp *spec.Spec) ([]string, error) {
	agreed, ok, err := p.agreed(ctx, tree, sp)
	if err != nil || !ok {
		return nil, err
	}
	return agreed.Weakened(sp), nil
}
