package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Lookup gives the entry at name, which is relative and slash-separated. It follows no symbolic link: beyond one, and within
// another repository, there is nothing.
func (f *Folder) Lookup(name string) (patch.Entry, bool, error) {
	e, err := f.look(name)
	if err != nil {
		return patch.Entry{}, false, err
	}
	return e.entry, e.info != nil, nil
}

// Names lists the names in a folder, sorted; "" is the root. A folder that is not there has none.
func (f *Folder) Names(dir string) ([]string, error) {
	d, err := f.dir(dir)
	if err != nil || d == nil || d.foreign {
		return nil, err
	}
	if !d.listed {
		if d.names, err = f.list(dir); err != nil {
			return nil, err
		}
		d.listed = true
	}
	return d.names, nil
}

func (f *Folder) list(dir string) ([]string, error) {
	root, err := f.handle(dir)
	if err != nil {
		return nil, err
	}
	file, err := root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	defer func() { _ = file.Close() }()
	names, err := file.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	slices.Sort(names)
	return names, nil
}

// look sees what is at a path, once.
func (f *Folder) look(name string) (*found, error) {
	if e := f.seen[name]; e != nil {
		return e, nil
	}
	e, err := f.see(name)
	if err != nil {
		return nil, err
	}
	f.seen[name] = e
	return e, nil
}

func (f *Folder) see(name string) (*found, error) {
	if name == "" {
		info, err := f.dirs[""].root.Stat(".")
		return &found{entry: patch.Entry{Mode: patch.ModeDir}, info: info}, err
	}
	if name == "." || !fs.ValidPath(name) {
		return &found{}, nil
	}
	parent, base := split(name)
	d, err := f.dir(parent)
	if err != nil || d == nil || d.foreign {
		return &found{}, err
	}
	root, err := f.handle(parent)
	if err != nil {
		return nil, err
	}
	info, err := root.Lstat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &found{}, nil
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", name, err)
	}
	return f.describe(name, root, info)
}

// describe gives what the engine is to know of something that is there.
func (f *Folder) describe(name string, root *os.Root, info os.FileInfo) (*found, error) {
	e := &found{info: info}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		data, err := read(root, name, info, f.options.MaxFile)
		e.entry = patch.Entry{Mode: gitMode(mode), Data: data}
		return e, err
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

// gitMode is the mode that git would keep: it looks at the owner's right to execute alone.
func gitMode(mode fs.FileMode) uint32 {
	if mode&0o100 != 0 {
		return patch.ModeExecutable
	}
	return patch.ModeFile
}

// read gives the content of a regular file that was seen before, and of nothing else that has come in its place.
func read(root *os.Root, name string, info os.FileInfo, most int64) ([]byte, error) {
	file, err := root.OpenFile(path.Base(name), os.O_RDONLY|dontWait, 0)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer func() { _ = file.Close() }()
	now, err := file.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case !os.SameFile(info, now) || !now.Mode().IsRegular():
		return nil, changed(name)
	case now.Size() > most:
		return nil, &Error{Message: fmt.Sprintf("%s is larger than %d MiB", name, most>>20), Hint: "files of that size are not patched"}
	}
	data := make([]byte, now.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// split cuts a path into its folder, "" for the root, and its last part.
func split(name string) (dir, base string) {
	dir, base = path.Split(name)
	if dir != "" {
		dir = dir[:len(dir)-1]
	}
	return dir, base
}
