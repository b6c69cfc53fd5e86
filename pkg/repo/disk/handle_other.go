//go:build !linux && !darwin

package disk

import (
	"errors"
	"io/fs"
	"os"
)

// handle is an open folder. All names are single parts of a path, and a link is never followed: the library would follow one that stays
// within the folder, so what was opened is compared with what was seen under the name.
type handle struct{ root *os.Root }

func openRoot(path string) (*handle, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &handle{root}, nil
}

func (h *handle) close() error { return h.root.Close() }

func (h *handle) lstat(name string) (*stamp, error) {
	info, err := h.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	return stampOf(info), nil
}

func stampOf(info os.FileInfo) *stamp {
	mode := info.Mode().Perm()
	switch {
	case info.Mode().IsRegular():
	case info.IsDir():
		mode |= fs.ModeDir
	case info.Mode()&fs.ModeSymlink != 0:
		mode |= fs.ModeSymlink
	default:
		mode |= fs.ModeIrregular
	}
	return &stamp{info: info, mode: mode, size: info.Size(), time: info.ModTime()}
}

// openDir opens a folder in the folder.
func (h *handle) openDir(name string) (*handle, error) {
	before, err := h.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	opened, err := h.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	now, err := opened.Stat(".")
	if err == nil && (!before.IsDir() || !os.SameFile(before, now)) {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("no folder")}
	}
	if err != nil {
		_ = opened.Close()
		return nil, err
	}
	return &handle{opened}, nil
}

// stat describes the folder itself.
func (h *handle) stat() (*stamp, error) {
	info, err := h.root.Stat(".")
	if err != nil {
		return nil, err
	}
	return stampOf(info), nil
}

// names lists the folder, in no order.
func (h *handle) names() ([]string, error) {
	file, err := h.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return file.Readdirnames(-1)
}

// reader opens a file for reading, and nothing else.
func (h *handle) reader(name string) (*reader, error) {
	before, err := h.root.Lstat(name)
	if err == nil && !before.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("no file")}
	}
	if err != nil {
		return nil, err
	}
	file, err := h.root.Open(name)
	if err != nil {
		return nil, err
	}
	now, err := file.Stat()
	if err == nil && !os.SameFile(before, now) {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("no file")}
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &reader{file}, nil
}

// reader is a file that is read.
type reader struct{ *os.File }

func (r *reader) stat() (*stamp, error) {
	info, err := r.Stat()
	if err != nil {
		return nil, err
	}
	return stampOf(info), nil
}

func (r *reader) close() { _ = r.Close() }

// create writes a new file with these permissions, or with what the system makes of them where like is nil.
func (h *handle) create(name string, data []byte, bits fs.FileMode, like *stamp) (*stamp, error) {
	file, err := h.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, bits)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(data)
	var info os.FileInfo
	if err == nil {
		info, err = file.Stat()
	}
	if err == nil && like != nil && info.Mode().Perm() != bits {
		err = file.Chmod(bits)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	return stampOf(info), nil
}

func (h *handle) link(old, name string) error   { return h.root.Link(old, name) }
func (h *handle) rename(old, name string) error { return h.root.Rename(old, name) }
func (h *handle) remove(name string) error      { return h.root.Remove(name) }
func (h *handle) mkdir(name string) error       { return h.root.Mkdir(name, 0o777) }

func (h *handle) rmdir(name string) error {
	info, err := h.root.Lstat(name)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "rmdir", Path: name, Err: errors.New("no folder")}
	}
	if err != nil {
		return err
	}
	return h.root.Remove(name)
}
