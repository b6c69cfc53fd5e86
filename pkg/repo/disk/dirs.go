package disk

import (
	"errors"
	"fmt"
	"io/fs"
)

// maxOpen is how many folders are kept open, well below what systems allow a process.
const maxOpen = 500

// directory is a folder that was met.
type directory struct {
	handle  *handle // nil: closed for now
	stamp   *stamp  // what its parent held under its name; nil for the root
	foreign bool    // belongs to another repository
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
	in, err := f.handle(parent)
	if err != nil {
		return nil, err
	}
	seen, err := in.lstat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil //nolint:nilnil // nothing is there, which is no error
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", name, err)
	case !seen.mode.IsDir():
		return nil, nil //nolint:nilnil // no folder is there, which is no error
	}
	d := &directory{stamp: seen}
	if d.handle, err = enter(in, name, seen); err != nil {
		return nil, err
	}
	f.opened++
	holds := func(name string) error { _, err := d.handle.lstat(name); return err }
	d.foreign = holds(".git") == nil || isGitDir(holds)
	return d, nil
}

// enter opens a folder, if it is still the one that was seen there.
func enter(in *handle, name string, seen *stamp) (*handle, error) {
	_, base := split(name)
	opened, err := in.openDir(base)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	now, err := opened.stat()
	if err == nil && !now.sameFile(seen) {
		err = changed(name)
	}
	if err != nil {
		_ = opened.close()
		return nil, err
	}
	return opened, nil
}

// handle gives the open handle of a folder that was met. It stays open until the next call of rest.
func (f *Folder) handle(name string) (*handle, error) {
	d := f.dirs[name]
	if d.handle != nil {
		return d.handle, nil
	}
	parent, _ := split(name)
	above, err := f.handle(parent)
	if err != nil {
		return nil, err
	}
	if d.handle, err = enter(above, name, d.stamp); err != nil {
		return nil, err
	}
	f.opened++
	return d.handle, nil
}

// rest closes folders if too many are open. They are opened again when they are needed.
func (f *Folder) rest() {
	if f.opened <= maxOpen {
		return
	}
	for name, d := range f.dirs {
		if name != "" && d != nil && d.handle != nil {
			_ = d.handle.close()
			d.handle = nil
		}
	}
	f.opened = 0
}

// isGitDir knows the inside of a repository, such as a bare one, by what git looks for.
func isGitDir(holds func(name string) error) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if holds(name) != nil {
			return false
		}
	}
	return true
}
