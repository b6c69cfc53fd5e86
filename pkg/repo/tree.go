package repo

import (
	"context"
	"slices"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Tree answers what a tree holds, reading only the folders that it is asked about. It is a patch.Tree and safe for concurrent
// use. It lives as long as the context that it was made with.
type Tree struct {
	id      string
	mu      sync.Mutex
	folders map[string][]entry // by path; a folder that is not there has none
	list    func(h plumbing.Hash) ([]entry, error)
	blob    func(h plumbing.Hash) ([]byte, error)
}

// Tree opens a tree by its ID, or by that of a commit; "" is the empty tree.
func (r *Repo) Tree(ctx context.Context, id string) (*Tree, error) {
	root, err := r.root(ctx, id)
	if err != nil {
		return nil, err
	}
	entries, err := r.entries(ctx, root)
	if err != nil {
		return nil, err
	}
	return &Tree{
		id:      root.String(),
		folders: map[string][]entry{"": entries},
		list:    func(h plumbing.Hash) ([]entry, error) { return r.entries(ctx, h) },
		blob:    func(h plumbing.Hash) ([]byte, error) { return r.ReadBlob(ctx, h.String()) },
	}, nil
}

// Lookup gives the entry at path. It follows no symbolic link: beyond one there is nothing.
func (t *Tree) Lookup(path string) (patch.Entry, bool, error) {
	e, ok, err := t.find(path)
	if err != nil || !ok {
		return patch.Entry{}, false, err
	}
	found := patch.Entry{Mode: e.shownMode()}
	if e.isDir() || e.mode == patch.ModeSubmodule {
		return found, true, nil
	}
	found.Data, err = t.blob(e.hash)
	return found, err == nil, err
}

// Names lists the names in a folder, sorted; "" is the root. A folder that is not there has none.
func (t *Tree) Names(dir string) ([]string, error) {
	entries, err := t.folder(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.name)
	}
	slices.Sort(names)
	return names, nil
}

func (t *Tree) find(path string) (entry, bool, error) {
	if path == "" {
		return entry{mode: patch.ModeDir}, true, nil
	}
	dir, name, _ := cutLast(path)
	entries, err := t.folder(dir)
	if err != nil {
		return entry{}, false, err
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
	if i < 0 {
		return entry{}, false, nil
	}
	return entries[i], true, nil
}

func (t *Tree) folder(dir string) ([]entry, error) {
	t.mu.Lock()
	entries, known := t.folders[dir]
	t.mu.Unlock()
	if known {
		return entries, nil
	}
	e, ok, err := t.find(dir)
	if err != nil {
		return nil, err
	}
	if ok && e.isDir() {
		if entries, err = t.list(e.hash); err != nil {
			return nil, err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.folders[dir] = entries
	return entries, nil
}
