package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// maxOpen is how many folders are kept open at a time, well below what systems allow a process.
const maxOpen = 200

// directory is a folder that was met.
type directory struct {
	root    *os.Root    // nil: closed for now
	info    os.FileInfo // what its parent held under its name; nil for the root
	foreign bool        // belongs to another repository
	names   []string
	listed  bool
}

// dir gives the folder at a path, nil if there is none. A link to a folder is none.
func (f *Folder) dir(name string) (*directory, error) {
	if d, met := f.dirs[name]; met {
		return d, nil
	}
	d, err := f.meet(name)
	if err == nil {
		f.dirs[name] = d
	}
	return d, err
}

func (f *Folder) meet(name string) (*directory, error) {
	parent, base := split(name)
	above, err := f.dir(parent)
	if err != nil || above == nil || above.foreign {
		return nil, err
	}
	root, err := f.handle(parent)
	if err != nil {
		return nil, err
	}
	info, err := root.Lstat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil //nolint:nilnil // nothing is there, which is no error
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", name, err)
	case !info.IsDir():
		return nil, nil //nolint:nilnil // no folder is there, which is no error
	}
	d := &directory{info: info}
	if d.root, err = enter(root, name, info); err != nil {
		return nil, err
	}
	f.keep(name)
	_, err = d.root.Lstat(".git")
	d.foreign = err == nil || isGitDir(d.root.Lstat)
	return d, nil
}

// enter opens a folder below root, if it is still the one that was seen there.
func enter(root *os.Root, name string, info os.FileInfo) (*os.Root, error) {
	_, base := split(name)
	opened, err := root.OpenRoot(base)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	now, err := opened.Stat(".")
	if err == nil && !os.SameFile(info, now) {
		err = changed(name)
	}
	if err != nil {
		_ = opened.Close()
		return nil, err
	}
	return opened, nil
}

// handle gives the open handle of a folder that was met.
func (f *Folder) handle(name string) (*os.Root, error) {
	d := f.dirs[name]
	if d.root != nil {
		return d.root, nil
	}
	parent, _ := split(name)
	above, err := f.handle(parent)
	if err != nil {
		return nil, err
	}
	if d.root, err = enter(above, name, d.info); err != nil {
		return nil, err
	}
	f.keep(name)
	return d.root, nil
}

// keep counts a handle among those that are open, and closes the oldest if they are too many.
func (f *Folder) keep(name string) {
	f.open = append(f.open, name)
	for len(f.open) > maxOpen {
		if d := f.dirs[f.open[0]]; d != nil && d.root != nil {
			_ = d.root.Close()
			d.root = nil
		}
		f.open = slices.Delete(f.open, 0, 1)
	}
}

// isGitDir knows the inside of a repository, such as a bare one, by what git looks for.
func isGitDir(lstat func(name string) (fs.FileInfo, error)) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := lstat(name); err != nil {
			return false
		}
	}
	return true
}
