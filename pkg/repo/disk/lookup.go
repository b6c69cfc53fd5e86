package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Lookup gives the entry at name, which is relative and slash-separated. It follows no symbolic link: beyond one, and within
// another repository, there is nothing.
func (f *Folder) Lookup(name string) (patch.Entry, bool, error) {
	f.settle()
	e, err := f.look(name)
	if err != nil {
		return patch.Entry{}, false, err
	}
	return e.entry, e.stamp != nil, nil
}

// Names lists the names in a folder, sorted; "" is the root. A folder that is not there has none.
func (f *Folder) Names(dir string) ([]string, error) {
	f.settle()
	f.rest()
	d, err := f.dir(dir)
	if err != nil || d == nil || d.foreign {
		return nil, err
	}
	if !d.listed {
		in, err := f.handle(dir)
		if err != nil {
			return nil, err
		}
		if d.names, err = in.names(); err != nil {
			return nil, fmt.Errorf("list the folder %s: %w", dir, err)
		}
		slices.Sort(d.names)
		d.listed = true
	}
	return d.names, nil
}

// look sees what is at a path, once.
func (f *Folder) look(name string) (*found, error) {
	if e := f.seen[name]; e != nil {
		return e, nil
	}
	f.rest()
	e, err := f.see(name)
	if err != nil {
		return nil, err
	}
	f.seen[name] = e
	return e, nil
}

func (f *Folder) see(name string) (*found, error) {
	if name == "" {
		now, err := f.dirs[""].handle.stat()
		return &found{entry: patch.Entry{Mode: patch.ModeDir}, stamp: now}, err
	}
	if name == "." || !fs.ValidPath(name) {
		return &found{}, nil
	}
	parent, base := split(name)
	d, err := f.dir(parent)
	if err != nil || d == nil || d.foreign {
		return &found{}, err
	}
	in, err := f.handle(parent)
	if err != nil {
		return nil, err
	}
	now, err := in.lstat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &found{}, nil
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", name, err)
	}
	return f.describe(name, in, now)
}

// describe gives what the engine is to know of something that is there.
func (f *Folder) describe(name string, in *handle, now *stamp) (*found, error) {
	e := &found{stamp: now}
	switch mode := now.mode; {
	case mode.IsRegular():
		at := f.options.Clock()
		data, err := read(in, name, now, f.options.MaxFile)
		return regular(now, data, at), err
	case mode.IsDir():
		d, err := f.dir(name)
		e.entry.Mode = patch.ModeDir
		if d != nil && d.foreign {
			e.entry.Mode = patch.ModeSubmodule
		}
		return e, err
	case mode&fs.ModeSymlink != 0:
		e.entry.Mode = patch.ModeSymlink
	default:
		e.entry.Mode = patch.ModeOther
	}
	return e, nil
}

// granularity is the coarsest step in which file systems tell times. A change within it may leave size and time as they were.
const granularity = 2 * time.Second

// gitMode is the mode that git would keep: it looks at the owner's right to execute alone.
func gitMode(mode fs.FileMode) uint32 {
	if mode&0o100 != 0 {
		return patch.ModeExecutable
	}
	return patch.ModeFile
}

// read gives the content of a file in the state in which it was seen, and of nothing else that has come in its place.
func read(in *handle, name string, seen *stamp, most int64) ([]byte, error) {
	_, base := split(name)
	file, err := in.reader(base)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer file.close()
	now, err := file.stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case !now.unchanged(seen):
		return nil, changed(name)
	case now.size > most:
		return nil, &Error{Message: fmt.Sprintf("%s is larger than %d MiB", name, most>>20), Hint: "files of that size are not patched"}
	}
	data := make([]byte, now.size)
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// split cuts a path into its folder, "" for the root, and its last part.
func split(name string) (dir, base string) {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			return name[:i], name[i+1:]
		}
	}
	return "", name
}
