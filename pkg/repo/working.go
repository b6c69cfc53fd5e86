package repo

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// WorkingFiles reads the files of the working tree that match, sorted by path, as git would store them: through clean filters
// and line-end conversion. Untracked files count unless they are ignored; submodules do not. A file that a sparse checkout
// leaves out is read from the index. A nil match takes all; under (see Under) limits the search to these files and folders,
// which on a large repository is what makes it quick. ErrNoWorkTree: the repository is bare.
//
// Nothing is written: what git does not have yet is held in memory.
func (r *Repo) WorkingFiles(ctx context.Context, match func(path string) bool, under ...string) ([]patch.File, error) {
	found, err := r.working(ctx, newScope(match, under), nil)
	if err != nil {
		return nil, err
	}
	list := make([]patch.Delta, 0, len(found))
	for path, f := range found {
		list = append(list, patch.Delta{Path: path, Mode: f.mode, Blob: f.blob})
	}
	sortDeltas(list)
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

// Dirty lists the matching paths at which the working tree differs from a tree, sorted, as they are in the working tree; mode
// 0: gone. What differs only by filters and line ends does not differ. A file that a sparse checkout leaves out is as in the
// base. Nothing is written; this Repo knows the IDs all the same: ReadBlob reads them, WriteDeltas and Overlay take them. Match
// and under are as in WorkingFiles.
func (r *Repo) Dirty(ctx context.Context, baseTree string, match func(path string) bool, under ...string) ([]patch.Delta, error) {
	base, err := r.List(ctx, baseTree, match, under...)
	if err != nil {
		return nil, err
	}
	there, err := r.working(ctx, newScope(match, under), base)
	if err != nil {
		return nil, err
	}
	var dirty []patch.Delta
	for _, want := range base {
		got, ok := there[want.Path]
		delete(there, want.Path)
		switch {
		case !ok:
			dirty = append(dirty, patch.Delta{Path: want.Path})
		case got.absent, got.mode == want.Mode && r.sameContent(want, got):
		default:
			dirty = append(dirty, patch.Delta{Path: want.Path, Mode: got.mode, Blob: got.blob})
		}
	}
	for path, got := range there {
		if !got.absent {
			dirty = append(dirty, patch.Delta{Path: path, Mode: got.mode, Blob: got.blob})
		}
	}
	sortDeltas(dirty)
	return dirty, nil
}

// workingFile is a file of the working tree as git would store it.
type workingFile struct {
	mode   uint32
	blob   string
	absent bool // left out by a sparse checkout: as in the index
	read   bool // its content was looked at, since git could not be sure that it is as in the index
}

// sameContent compares with a base. The raw bytes count as well: where an attribute came after the file, git would store the
// file otherwise than it is stored, though nobody has touched it.
func (r *Repo) sameContent(base patch.Delta, f workingFile) bool {
	return f.blob == base.Blob || f.read && r.rawID(base.Path) == base.Blob
}

// rawID is the ID that a file's bytes have without conversion; "" if it cannot be read or is a link.
func (r *Repo) rawID(path string) string {
	info, err := os.Lstat(filepath.Join(r.place.root, filepath.FromSlash(path)))
	if err != nil || !info.Mode().IsRegular() {
		return ""
	}
	data, ok := r.rawBytes(path)
	if !ok {
		return ""
	}
	return plumbing.ComputeHash(plumbing.BlobObject, data).String()
}

// rawBytes gives the bytes of a file of the working tree without conversion, or the target of a symbolic link.
func (r *Repo) rawBytes(path string) ([]byte, bool) {
	name := filepath.Join(r.place.root, filepath.FromSlash(path))
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, false
	case info.Mode()&os.ModeSymlink != 0:
		target, err := os.Readlink(name)
		return []byte(target), err == nil
	case !info.Mode().IsRegular():
		return nil, false
	}
	data, err := os.ReadFile(name) //nolint:gosec // a file of the working tree, compared and not shown
	return data, err == nil
}

// working looks at the working tree. Files of the base are looked for even where git neither tracks nor lists them, such as a
// file that was taken out of the index and is ignored since.
func (r *Repo) working(ctx context.Context, s scope, base []patch.Delta) (map[string]workingFile, error) {
	if r.Bare() {
		return nil, errNoWorkTree()
	}
	index, stale, err := r.look(ctx, s)
	if err != nil {
		return nil, err
	}
	found := map[string]workingFile{}
	var unsure []string
	for path, e := range index.tracked {
		switch {
		case e.skipped && !r.onDisk(path):
			found[path] = workingFile{mode: e.mode, blob: e.blob, absent: true}
		case e.skipped, e.assumed, e.unmerged, stale[path]:
			unsure = append(unsure, path)
		default:
			found[path] = workingFile{mode: e.mode, blob: e.blob}
		}
	}
	unsure = append(unsure, index.untracked...)
	for _, d := range base {
		if _, known := index.tracked[d.Path]; !known && !slices.Contains(index.untracked, d.Path) {
			unsure = append(unsure, d.Path)
		}
	}
	unsure = slices.DeleteFunc(unsure, func(path string) bool { return !r.onDisk(path) })
	slices.Sort(unsure)
	return found, r.convert(ctx, index, slices.Compact(unsure), found)
}

// onDisk tells whether a file or symbolic link is at path, reached through real folders only: git sees nothing beyond a link.
func (r *Repo) onDisk(path string) bool {
	if dir, _, nested := cutLast(path); nested && !r.isRealDir(dir) {
		return false
	}
	info, err := os.Lstat(filepath.Join(r.place.root, filepath.FromSlash(path)))
	return err == nil && (info.Mode().IsRegular() || info.Mode()&os.ModeSymlink != 0)
}

// cutLast splits a path into folder and name.
func cutLast(path string) (dir, name string, nested bool) {
	cut := strings.LastIndexByte(path, '/')
	if cut < 0 {
		return "", path, false
	}
	return path[:cut], path[cut+1:], true
}

// stale tells which tracked files may differ from the index. Git looks at sizes and times first, and at contents where those
// leave a doubt, without noting what it found.
func (r *Repo) stale(ctx context.Context, index indexView, s scope) (map[string]bool, error) {
	if len(index.tracked) == 0 {
		return nil, nil //nolint:nilnil // an empty set
	}
	args := []string{"-c", "core.fsmonitor=false", "diff-files", "-z", "--name-only", "--ignore-submodules", "--no-ext-diff", "--"}
	out, err := r.git(ctx, command{args: append(args, index.pathspecs(s)...)})
	if err != nil {
		return nil, err
	}
	stale := map[string]bool{}
	for _, path := range fields(out) {
		stale[path] = true
	}
	return stale, nil
}
