package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Switch makes the checkout hold a tree, writing only what differs from the tree before. No command can change the files that
// are frozen, which are slash-separated paths of the tree; those that it does not have are passed over.
func (b *Bench) Switch(ctx context.Context, tree string, frozen ...string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range frozen {
		if err := safePath(p); err != nil {
			return err
		}
	}
	b.frozen = slices.Compact(slices.Sorted(slices.Values(frozen)))
	return b.switchTo(ctx, tree)
}

func (b *Bench) switchTo(ctx context.Context, tree string) error {
	scans := !b.plan[WallOverlay]
	known := b.state.Tree != "" && (!scans || b.state.Files != nil) && b.state.Root == stampAt(b.dir, "checkout")
	if known && b.state.Tree == tree {
		return nil
	}
	deltas, err := []patch.Delta(nil), error(nil)
	if known {
		deltas, err = b.o.Source.Changes(ctx, b.state.Tree, tree)
	}
	if err := forgetState(b.dir); err != nil {
		return systemError("switch the checkout", err)
	}
	if !known || err != nil {
		// The tree before may be gone from the repository, or never have been finished.
		if deltas, err = b.startOver(ctx, tree); err != nil {
			return err
		}
	}
	files := b.state.Files
	b.state = state{}
	if err := b.write(ctx, deltas); err != nil {
		return err
	}
	next := state{Tree: tree, Root: stampAt(b.dir, "checkout")}
	if scans {
		next.Files = b.remember(deltas, files)
	}
	if err := writeState(b.dir, next); err != nil {
		return systemError("remember the checkout", err)
	}
	b.state = next
	return nil
}

func (b *Bench) startOver(ctx context.Context, tree string) ([]patch.Delta, error) {
	b.state = state{}
	if err := removeAll(b.checkout()); err != nil {
		return nil, systemError("empty the checkout", err)
	}
	if err := os.Mkdir(b.checkout(), 0o700); err != nil {
		return nil, systemError("make the checkout", err)
	}
	deltas, err := b.o.Source.Changes(ctx, "", tree)
	if err != nil {
		return nil, sourceError("read tree "+tree, err)
	}
	return deltas, nil
}

// write brings the deltas to disk: deletions first, so that a file can become a folder.
func (b *Bench) write(ctx context.Context, deltas []patch.Delta) error {
	root, err := os.OpenRoot(b.checkout())
	if err != nil {
		return systemError("open the checkout", err)
	}
	defer closeQuietly(root)
	for _, d := range deltas {
		if err := safePath(d.Path); err != nil {
			return err
		}
		if d.Mode == 0 {
			if err := remove(root, d.Path); err != nil {
				return systemError("remove "+d.Path, err)
			}
		}
	}
	for _, d := range deltas {
		if d.Mode == 0 {
			continue
		}
		if err := b.place(ctx, root, d); err != nil {
			return err
		}
	}
	return nil
}

// place writes one file anew. The old one is removed and not overwritten: it may be a link.
func (b *Bench) place(ctx context.Context, root *os.Root, d patch.Delta) error {
	name := filepath.FromSlash(d.Path)
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.Mode == patch.ModeSubmodule {
		return systemError("make "+d.Path, root.MkdirAll(name, 0o755))
	}
	data, err := b.o.Source.ReadBlob(ctx, d.Blob)
	if err != nil {
		return sourceError("read "+d.Path, err)
	}
	if dir := path.Dir(d.Path); dir != "." {
		if err := root.MkdirAll(filepath.FromSlash(dir), 0o755); err != nil {
			return systemError("make "+dir, err)
		}
	}
	if err := root.RemoveAll(name); err != nil {
		return systemError("replace "+d.Path, err)
	}
	if d.Mode == patch.ModeSymlink {
		if err := root.Symlink(string(data), name); err == nil {
			return nil
		} // what cannot hold links gets the text, as git does
	}
	perm := fs.FileMode(0o644)
	if d.Mode == patch.ModeExecutable {
		perm = 0o755
	}
	return systemError("write "+d.Path, writeNew(root, name, data, perm))
}

func writeNew(root *os.Root, name string, data []byte, perm fs.FileMode) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// remove deletes a path and the folders that it leaves empty, as git does.
func remove(root *os.Root, slashed string) error {
	if err := root.RemoveAll(filepath.FromSlash(slashed)); err != nil {
		return err
	}
	for dir := path.Dir(slashed); dir != "."; dir = path.Dir(dir) {
		if root.Remove(filepath.FromSlash(dir)) != nil {
			return nil //nolint:nilerr // not empty
		}
	}
	return nil
}

// safePath refuses what git itself refuses to check out.
func safePath(p string) error {
	bad := !filepath.IsLocal(filepath.FromSlash(p))
	for part := range strings.SplitSeq(p, "/") {
		bad = bad || part == "" || part == "." || strings.EqualFold(part, ".git")
	}
	if bad {
		return &Error{Kind: KindSource, Message: fmt.Sprintf("the tree holds the path %q, which cannot be checked out", p)}
	}
	return nil
}

// removeAll also removes folders whose owner took the right to list them away, and those that lie deeper than one can reach.
func removeAll(dir string) error {
	if err := os.RemoveAll(dir); err == nil {
		return nil
	}
	flatten(dir)
	return os.RemoveAll(dir)
}

// flatten empties a folder level by level: what lies in a folder of it is moved up before that is removed, so that no path grows
// long. What cannot be moved stays, and is told by who removes the rest.
func flatten(dir string) {
	_ = os.Chmod(dir, 0o700) //nolint:gosec // about to be removed
	names := 0
	for moved := true; moved; {
		moved = false
		children, _ := os.ReadDir(dir)
		for _, child := range children {
			at := filepath.Join(dir, child.Name())
			for _, inner := range foldersIn(at, child) {
				moved = moveUp(inner, dir, &names) || moved
			}
			_ = os.Remove(at)
		}
	}
}

// foldersIn removes the files of a folder and gives its folders, ready to be moved.
func foldersIn(at string, d fs.DirEntry) []string {
	if !d.IsDir() {
		return nil
	}
	_ = os.Chmod(at, 0o700) //nolint:gosec // about to be removed
	var folders []string
	entries, _ := os.ReadDir(at)
	for _, e := range entries {
		name := filepath.Join(at, e.Name())
		if !e.IsDir() {
			_ = os.Remove(name)
			continue
		}
		_ = os.Chmod(name, 0o700) //nolint:gosec // a folder is moved by who may write it
		folders = append(folders, name)
	}
	return folders
}

// moveUp gives a folder a name in another that nothing has there.
func moveUp(from, dir string, names *int) bool {
	for {
		*names++
		err := os.Rename(from, filepath.Join(dir, fmt.Sprintf("specgen-%d", *names)))
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return err == nil
		}
	}
}
