package repo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// More files than this are read by one git and not one by one: decoding a pack in order is what git is good at.
const manyFiles = 64

// List names the files of a tree that match, sorted by path, without their content: regular files and symbolic links, no
// submodules. A nil match takes all; under limits the walk to these files and folders.
func (r *Repo) List(ctx context.Context, tree string, match func(path string) bool, under ...string) ([]patch.Delta, error) {
	root, err := r.root(ctx, tree)
	if err != nil {
		return nil, err
	}
	var found []patch.Delta
	err = r.walk(ctx, root, "", newScope(match, under), func(path string, e entry) {
		if e.mode != patch.ModeSubmodule {
			found = append(found, patch.Delta{Path: path, Mode: e.shownMode(), Blob: e.hash.String()})
		}
	})
	sortDeltas(found)
	return found, err
}

func sortDeltas(deltas []patch.Delta) {
	slices.SortFunc(deltas, func(a, b patch.Delta) int { return cmp.Compare(a.Path, b.Path) })
}

// walk visits everything below a tree that is not a folder.
func (r *Repo) walk(ctx context.Context, h plumbing.Hash, dir string, s scope, visit func(path string, e entry)) error {
	entries, err := r.entries(ctx, h)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := join(dir, e.name)
		switch {
		case !e.isDir():
			if s.has(path) {
				visit(path, e)
			}
		case s.enters(path):
			if err := r.walk(ctx, e.hash, path, s, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

// Files reads the files of a tree that match, sorted by path, with their content. A symbolic link's content is its target.
func (r *Repo) Files(ctx context.Context, tree string, match func(path string) bool, under ...string) ([]patch.File, error) {
	list, err := r.List(ctx, tree, match, under...)
	if err != nil {
		return nil, err
	}
	files := make([]patch.File, 0, len(list))
	err = r.Each(ctx, list, func(f patch.File) error {
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return files, nil
}

// Each reads the listed files one after the other, in their order, so that a whole tree need not stand in memory. Paths that
// are gone and submodules are skipped. An error of use ends it.
func (r *Repo) Each(ctx context.Context, list []patch.Delta, use func(f patch.File) error) error {
	var hashes []plumbing.Hash
	var wanted []patch.Delta
	for _, d := range list {
		if d.Mode == 0 || d.Mode == patch.ModeSubmodule {
			continue
		}
		h, err := parseID(d.Blob)
		if err != nil {
			return fmt.Errorf("%s: %w", d.Path, err)
		}
		hashes, wanted = append(hashes, h), append(wanted, d)
	}
	return r.readAll(ctx, hashes, func(i int, o object) error {
		return use(patch.File{Path: wanted[i].Path, Mode: wanted[i].Mode, Data: o.data})
	})
}

func (r *Repo) readAll(ctx context.Context, hashes []plumbing.Hash, use func(i int, o object) error) error {
	if len(hashes) > manyFiles {
		return r.readMany(ctx, hashes, use)
	}
	for i, h := range hashes {
		o, err := r.object(ctx, h)
		if err != nil {
			return err
		}
		if err := use(i, o); err != nil {
			return err
		}
	}
	return nil
}

// readMany leaves the stored ones to one git, and puts those that are only held in between.
func (r *Repo) readMany(ctx context.Context, hashes []plumbing.Hash, use func(i int, o object) error) error {
	var stored []plumbing.Hash
	var place []int
	for i, h := range hashes {
		if _, held := r.held.get(h); !held {
			stored, place = append(stored, h), append(place, i)
		}
	}
	next := 0
	useHeld := func(before int) error {
		for ; next < before; next++ {
			o, _ := r.held.get(hashes[next])
			if err := use(next, o); err != nil {
				return err
			}
		}
		return nil
	}
	if len(stored) == 0 {
		return useHeld(len(hashes))
	}
	if err := r.fetchMissing(ctx, stored); err != nil {
		return err
	}
	err := r.catFile(ctx, nil, stored, func(i int, o object) error {
		if err := useHeld(place[i]); err != nil {
			return err
		}
		next = place[i] + 1
		return use(place[i], o)
	})
	if err != nil {
		return err
	}
	return useHeld(len(hashes))
}

// Changes lists the paths at which two trees differ, sorted, as they are in the second; a path that is gone has mode 0.
// Equal folders are not looked into. "" is the empty tree; a commit stands for its tree.
func (r *Repo) Changes(ctx context.Context, from, to string) ([]patch.Delta, error) {
	a, errA := r.root(ctx, from)
	b, errB := r.root(ctx, to)
	if err := errors.Join(errA, errB); err != nil {
		return nil, err
	}
	found, err := r.compare(ctx, a, b, "")
	sortDeltas(found)
	return found, err
}

func (r *Repo) compare(ctx context.Context, a, b plumbing.Hash, dir string) ([]patch.Delta, error) {
	if a == b {
		return nil, nil
	}
	before, errA := r.entries(ctx, a)
	after, errB := r.entries(ctx, b)
	if err := errors.Join(errA, errB); err != nil {
		return nil, err
	}
	old := make(map[string]entry, len(before))
	for _, e := range before {
		old[e.name] = e
	}
	var found []patch.Delta
	for _, e := range after {
		deltas, err := r.compareEntry(ctx, old[e.name], e, join(dir, e.name))
		if err != nil {
			return nil, err
		}
		found = append(found, deltas...)
		delete(old, e.name)
	}
	for name, e := range old {
		deltas, err := r.compareEntry(ctx, e, entry{}, join(dir, name))
		if err != nil {
			return nil, err
		}
		found = append(found, deltas...)
	}
	return found, nil
}

// compareEntry compares what stands at one path; the zero entry is nothing. A file that became a folder is gone, and the
// folder's files are new.
func (r *Repo) compareEntry(ctx context.Context, a, b entry, path string) ([]patch.Delta, error) {
	var dirA, dirB plumbing.Hash
	if a.isDir() {
		dirA = a.hash
	}
	if b.isDir() {
		dirB = b.hash
	}
	found, err := r.compare(ctx, dirA, dirB, path)
	if err != nil {
		return nil, err
	}
	isLeafA, isLeafB := a.mode != 0 && !a.isDir(), b.mode != 0 && !b.isDir()
	switch {
	case isLeafB && (!isLeafA || a.hash != b.hash || a.shownMode() != b.shownMode()):
		found = append(found, patch.Delta{Path: path, Mode: b.shownMode(), Blob: b.hash.String()})
	case isLeafA && !isLeafB:
		found = append(found, patch.Delta{Path: path})
	}
	return found, nil
}
