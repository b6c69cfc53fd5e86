package runner

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// remember gives the record of all files after deltas were written over the files before.
func (b *Bench) remember(deltas []patch.Delta, before map[string]entry) map[string]entry {
	files := maps.Clone(before)
	if files == nil {
		files = make(map[string]entry, len(deltas))
	}
	for _, d := range deltas {
		delete(files, d.Path)
		if d.Mode != 0 {
			files[d.Path] = entry{Mode: d.Mode, Blob: d.Blob, Stamp: stampAt(b.checkout(), d.Path)}
		}
	}
	return files
}

func stampAt(dir, slashed string) string {
	info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(slashed)))
	if err != nil {
		return ""
	}
	return stampOf(info)
}

// restored restores the checkout, or forgets what it holds, so that it is made anew: no command may see what another left.
func (b *Bench) restored(ctx context.Context) error {
	_ = os.Chmod(b.checkout(), 0o700) //nolint:gosec // a command may have shut it; where it is gone, that is found out next
	err := b.restore(ctx)
	if err == nil {
		b.state.Root = stampAt(b.dir, "checkout")
		err = writeState(b.dir, b.state)
	}
	if err != nil {
		b.state = state{}
	}
	return err
}

// restore undoes what a command did to the checkout: it compares everything with the record, removes what is new and
// writes anew what changed or is gone. Cache folders are left alone.
func (b *Bench) restore(ctx context.Context) error {
	seen, folders := map[string]bool{}, b.folders()
	err := filepath.WalkDir(b.checkout(), func(p string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(b.checkout(), p)
		if relErr != nil || rel == "." {
			return relErr
		}
		slashed := filepath.ToSlash(rel)
		if b.cached(slashed) && err == nil && d.IsDir() { // a link in its place would lead the next command elsewhere
			return fs.SkipDir
		}
		if err == nil && d.IsDir() && folders[slashed] {
			return openUp(p, d)
		}
		known, ok := b.state.Files[slashed]
		if ok && err == nil && stampAt(b.checkout(), slashed) == known.Stamp {
			seen[slashed] = true
			return skipIf(d)
		}
		if err := removeAll(p); err != nil {
			return err
		}
		return skipIf(d)
	})
	if err != nil {
		return systemError("restore the checkout", err)
	}
	return b.rewriteMissing(ctx, seen)
}

func (b *Bench) rewriteMissing(ctx context.Context, seen map[string]bool) error {
	var lost []patch.Delta
	for _, p := range slices.Sorted(maps.Keys(b.state.Files)) {
		if e := b.state.Files[p]; !seen[p] && e.Mode != patch.ModeSubmodule {
			lost = append(lost, patch.Delta{Path: p, Mode: e.Mode, Blob: e.Blob})
		}
	}
	if len(lost) == 0 {
		return nil
	}
	if err := b.write(ctx, lost); err != nil {
		return err
	}
	b.state.Files = b.remember(lost, b.state.Files)
	return nil
}

// openUp gives the owner of a folder back what a command took.
func openUp(p string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil || info.Mode().Perm()&0o700 == 0o700 {
		return err
	}
	return os.Chmod(p, info.Mode().Perm()|0o700)
}

func skipIf(d fs.DirEntry) error {
	if d != nil && d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// folders are those that the record has files in or that hold cache folders.
func (b *Bench) folders() map[string]bool {
	all := map[string]bool{}
	add := func(dir string) {
		for ; dir != "." && !all[dir]; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	for p, e := range b.state.Files {
		if e.Mode == patch.ModeSubmodule {
			add(p)
			continue
		}
		add(path.Dir(p))
	}
	for _, c := range b.o.Cache {
		add(path.Dir(cleanCache(c)))
	}
	return all
}

func (b *Bench) cached(slashed string) bool {
	return slices.ContainsFunc(b.o.Cache, func(c string) bool { return cleanCache(c) == slashed })
}

func cleanCache(c string) string { return filepath.ToSlash(filepath.Clean(filepath.FromSlash(c))) }
