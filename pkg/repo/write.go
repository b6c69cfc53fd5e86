package repo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// edits are what shall change below one folder: entries by name, and deeper edits by the folder's name.
type edits struct {
	puts    map[string]entry // mode 0: gone
	folders map[string]*edits
}

func newEdits() *edits { return &edits{puts: map[string]entry{}, folders: map[string]*edits{}} }

// WriteTree stores the tree that results from changes to base ("" is the empty tree; a commit stands for its tree) and gives
// its ID. Folders that become empty go. The changes are checked against the base: what is modified, renamed, made executable
// or deleted must be a regular file, what is created must not be there (an empty Action does either). Only regular files are
// ever written. An error is an *Error of KindBadChange that names the path; nothing refers to what was written until then.
func (r *Repo) WriteTree(ctx context.Context, base string, changes []patch.Change) (string, error) {
	tree, err := r.Tree(ctx, base)
	if err != nil {
		return "", err
	}
	root := newEdits()
	for _, c := range changes {
		if err := r.stage(ctx, root, tree, c); err != nil {
			return "", err
		}
	}
	return r.writeEdits(ctx, base, root, r.write)
}

// WriteDeltas is WriteTree for content that the Repo knows already, such as Dirty reports it: files of any ID replace what is
// at their paths, mode 0 removes.
func (r *Repo) WriteDeltas(ctx context.Context, base string, deltas []patch.Delta) (string, error) {
	root, err := deltaEdits(deltas)
	if err != nil {
		return "", err
	}
	return r.writeEdits(ctx, base, root, r.write)
}

// Overlay gives the tree that WriteDeltas would write, and stores nothing: this Repo knows the tree, git does not. It is stored,
// with all that it holds, by Commit, and by what writes a tree on it.
func (r *Repo) Overlay(ctx context.Context, base string, deltas []patch.Delta) (string, error) {
	root, err := deltaEdits(deltas)
	if err != nil {
		return "", err
	}
	return r.writeEdits(ctx, base, root, r.hold)
}

// Snapshot gives the tree of the working tree as a person sees it, on a base ("" is the empty tree): what is changed, deleted, new and
// not ignored, links too. Submodules, and what a sparse checkout leaves out, are as in the base. As with Overlay nothing is stored.
func (r *Repo) Snapshot(ctx context.Context, base string) (string, error) {
	dirty, err := r.Dirty(ctx, base, nil)
	if err != nil {
		return "", err
	}
	root, err := deltaEdits(dirty, patch.ModeSymlink)
	if err != nil {
		return "", err
	}
	return r.writeEdits(ctx, base, root, r.hold)
}

// deltaEdits takes regular files alone, and what else is allowed.
func deltaEdits(deltas []patch.Delta, allowed ...uint32) (*edits, error) {
	root := newEdits()
	for _, d := range deltas {
		e := entry{mode: d.Mode}
		if d.Mode != 0 {
			if d.Mode != patch.ModeFile && d.Mode != patch.ModeExecutable && !slices.Contains(allowed, d.Mode) {
				return nil, errBadChange(d.Path, fmt.Sprintf("mode %06o is not that of a regular file", d.Mode))
			}
			h, err := parseID(d.Blob)
			if err != nil {
				return nil, err
			}
			e.hash = h
		}
		if err := root.put(d.Path, e); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// saver takes an object over and gives its ID: into the repository, or into memory.
type saver func(ctx context.Context, o object) (plumbing.Hash, error)

func (r *Repo) writeEdits(ctx context.Context, base string, root *edits, save saver) (string, error) {
	h, err := r.root(ctx, base)
	if err != nil {
		return "", err
	}
	h, err = r.rewrite(ctx, h, root, "", save)
	if err != nil {
		return "", err
	}
	if h.IsZero() {
		h, err = save(ctx, object{kind: plumbing.TreeObject})
	}
	return h.String(), err
}

// stage turns one change into edits, after checking it against the base.
func (r *Repo) stage(ctx context.Context, root *edits, base *Tree, c patch.Change) error {
	if c.Action == patch.Delete {
		if _, err := base.regular(c.Path); err != nil {
			return err
		}
		return root.put(c.Path, entry{})
	}
	old, err := base.source(c)
	if err != nil {
		return err
	}
	e := entry{mode: c.Mode, hash: old.hash}
	if e.mode == 0 {
		e.mode = max(old.mode, patch.ModeFile)
	}
	if e.mode != old.mode && e.mode != patch.ModeFile && e.mode != patch.ModeExecutable {
		return errBadChange(c.Path, fmt.Sprintf("mode %06o is not that of a regular file", c.Mode))
	}
	keeps := c.Data == nil && (c.Action == patch.Rename || c.Action == patch.Chmod)
	if !keeps {
		if e.hash, err = r.write(ctx, object{kind: plumbing.BlobObject, data: c.Data}); err != nil {
			return err
		}
	}
	if c.Action == patch.Rename {
		if err := root.put(c.From, entry{}); err != nil {
			return err
		}
	}
	return root.put(c.Path, e)
}

// source gives what a change starts from: the file itself, the file that is renamed, or nothing where one is created.
func (t *Tree) source(c patch.Change) (entry, error) {
	switch c.Action {
	case patch.Modify, patch.Chmod:
		return t.regular(c.Path)
	case patch.Create, patch.Rename:
		if _, taken, err := t.find(c.Path); err != nil || taken {
			return entry{}, errors.Join(err, errBadChange(c.Path, "something is there already"))
		}
		if c.Action == patch.Rename {
			return t.regular(c.From)
		}
		return entry{}, nil
	case patch.Delete, "":
		e, ok, err := t.find(c.Path)
		if err == nil && ok && e.isDir() {
			return entry{}, nil // other changes may empty the folder: that shows in the end
		}
		if err == nil && ok && !e.isFile() {
			return e, errBadChange(c.Path, "what is there is not a regular file")
		}
		return e, err
	}
	return entry{}, errBadChange(c.Path, fmt.Sprintf("unknown action %q", c.Action))
}

// regular gives the file at path, which must be there and be neither link nor folder nor submodule.
func (t *Tree) regular(path string) (entry, error) {
	e, ok, err := t.find(path)
	switch {
	case err != nil:
		return e, err
	case !ok:
		return e, errBadChange(path, "the file does not exist in the base")
	case !e.isFile():
		return e, errBadChange(path, "what is there is not a regular file")
	}
	return e, nil
}

// put notes what shall stand at a path. Each path may be named once.
func (d *edits) put(path string, e entry) error {
	if why := checkPath(path); why != "" {
		return errBadChange(path, why)
	}
	parts := strings.Split(path, "/")
	for _, name := range parts[:len(parts)-1] {
		if d.folders[name] == nil {
			d.folders[name] = newEdits()
		}
		d = d.folders[name]
	}
	e.name = parts[len(parts)-1]
	if _, twice := d.puts[e.name]; twice {
		return errBadChange(path, "two changes name the same path")
	}
	d.puts[e.name] = e
	return nil
}

// rewrite saves the tree h with the edits made and gives its hash; zero if nothing is left in it.
func (r *Repo) rewrite(ctx context.Context, h plumbing.Hash, d *edits, dir string, save saver) (plumbing.Hash, error) {
	list, err := r.entries(ctx, h)
	if err != nil {
		return h, err
	}
	byName := make(map[string]entry, len(list)+len(d.puts))
	for _, e := range list {
		byName[e.name] = e
	}
	removePaths(byName, d)
	for name, deeper := range d.folders {
		if err := r.rewriteFolder(ctx, byName, name, deeper, join(dir, name), save); err != nil {
			return h, err
		}
	}
	for name, e := range d.puts {
		if e.mode == 0 {
			continue
		}
		if there, ok := byName[name]; ok && there.isDir() && !e.isDir() {
			return h, errBadChange(join(dir, name), "a folder is there")
		}
		byName[name] = e
	}
	if len(byName) == 0 {
		return plumbing.ZeroHash, nil
	}
	return save(ctx, object{kind: plumbing.TreeObject, data: encodeTree(slices.Collect(maps.Values(byName)))})
}

// removePaths comes before all else, so that a file may give way to a folder of its name.
func removePaths(byName map[string]entry, d *edits) {
	for name, e := range d.puts {
		if e.mode == 0 {
			delete(byName, name)
		}
	}
}

func (r *Repo) rewriteFolder(ctx context.Context, byName map[string]entry, name string, d *edits, path string, save saver) error {
	var old plumbing.Hash
	if there, ok := byName[name]; ok {
		if !there.isDir() {
			if d.onlyRemoves() {
				return nil // what is not a folder holds nothing to remove
			}
			return errBadChange(path, "a file is there, so it cannot be a folder")
		}
		old = there.hash
	}
	h, err := r.rewrite(ctx, old, d, path, save)
	if err != nil {
		return err
	}
	delete(byName, name)
	if !h.IsZero() {
		byName[name] = entry{mode: patch.ModeDir, name: name, hash: h}
	}
	return nil
}

func (d *edits) onlyRemoves() bool {
	for _, e := range d.puts {
		if e.mode != 0 {
			return false
		}
	}
	for _, deeper := range d.folders {
		if !deeper.onlyRemoves() {
			return false
		}
	}
	return true
}
