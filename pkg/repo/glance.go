package repo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// A glance pays off for a handful of files. More than these and git, which compares times and sizes, is quicker.
const (
	glanceFiles = 1000
	glanceWalk  = 5000
)

var errTooMany = errors.New("too many files for a glance")

// look finds out what is tracked, what is not, and which tracked files may differ from the index. It glances where the scope
// is small and asks git where it is not, or where the index is of a kind that only git reads.
func (r *Repo) look(ctx context.Context, s scope) (indexView, map[string]bool, error) {
	if len(s.under) > 0 {
		view, stale, err := r.glance(ctx, s)
		if !errors.Is(err, errOddIndex) && !errors.Is(err, errTooMany) {
			return view, stale, err
		}
	}
	view, err := r.readIndex(ctx, s)
	if err != nil {
		return view, nil, err
	}
	stale, err := r.stale(ctx, view, s)
	return view, stale, err
}

// glance reads the index file and compares the bytes of the few files in question. Equal bytes need no conversion: the file is
// as it was. All else is left to git.
func (r *Repo) glance(ctx context.Context, s scope) (indexView, map[string]bool, error) {
	data, err := os.ReadFile(r.indexFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return indexView{}, nil, errOddIndex // git says what is wrong with it
	}
	view, err := scanIndex(data, s)
	if err != nil {
		return view, nil, err
	}
	if len(view.tracked) > glanceFiles {
		return view, nil, errTooMany
	}
	stale := map[string]bool{}
	for path, e := range view.tracked {
		stale[path] = !r.same(e)
	}
	view.untracked, err = r.findUntracked(ctx, view, s)
	return view, stale, err
}

// indexFile is where the index is. An environment may name another, such as that of a hook.
func (r *Repo) indexFile() string {
	if file := value(r.env, "GIT_INDEX_FILE"); file != "" {
		return file
	}
	return filepath.Join(r.place.gitDir, "index")
}

// same tells whether a file is on disk byte for byte and bit for bit as in the index.
func (r *Repo) same(e indexEntry) bool {
	info, err := os.Lstat(filepath.Join(r.place.root, filepath.FromSlash(e.path)))
	if err != nil || !info.Mode().IsRegular() || !r.onDisk(e.path) {
		return false
	}
	mode := patch.ModeFile
	if info.Mode()&0o100 != 0 {
		mode = patch.ModeExecutable
	}
	return mode == e.mode && r.rawID(e.path) == e.blob
}

// findUntracked walks the folders of the scope. Where that finds files that are not tracked git is asked about these: it knows
// what is ignored, what belongs to a repository within, and which names a file system takes for the same.
func (r *Repo) findUntracked(ctx context.Context, view indexView, s scope) ([]string, error) {
	var unknown []string
	seen := 0
	for _, u := range s.under {
		err := r.walkDisk(u, func(path string) error {
			if seen++; seen > glanceWalk {
				return errTooMany
			}
			if _, tracked := view.tracked[path]; !tracked && s.has(path) {
				unknown = append(unknown, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(unknown) == 0 {
		return nil, nil
	}
	if len(unknown) > manyPathspecs {
		return nil, errTooMany
	}
	slices.Sort(unknown)
	args := []string{"-c", "core.fsmonitor=false", "ls-files", "-z", "--others", "--exclude-standard", "--"}
	out, err := r.git(ctx, command{args: append(args, slices.Compact(unknown)...)})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(fields(out), func(name string) bool { return strings.HasSuffix(name, "/") || !s.has(name) }), nil
}

// walkDisk visits the files at or below a path of the working tree, and the folders too, so that their number can be limited.
// It follows no links and enters no git folder.
func (r *Repo) walkDisk(under string, visit func(path string) error) error {
	top := filepath.Join(r.place.root, filepath.FromSlash(under))
	if dir := filepath.ToSlash(filepath.Dir(filepath.FromSlash(under))); dir != "." && !r.isRealDir(dir) {
		return nil
	}
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // not there, or not any more
			}
			return errOddIndex // git says what is wrong
		}
		if d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(r.place.root, name)
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(rel))
	})
	return err
}

// isRealDir tells whether a path of the working tree is a folder, reached through folders only.
func (r *Repo) isRealDir(path string) bool {
	at := r.place.root
	for name := range strings.SplitSeq(path, "/") {
		at = filepath.Join(at, name)
		if info, err := os.Lstat(at); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}
