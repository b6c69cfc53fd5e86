package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// exchange gives the new files the names of the old ones. It is not interrupted.
func (w *writing) exchange(context.Context) error {
	for _, s := range w.steps {
		dir, base := split(s.name)
		root, err := w.handle(dir)
		if err != nil {
			return err
		}
		switch {
		case s.remove:
			err = s.moveAway(root, base)
		case s.before.info == nil:
			err = s.appear(root, base)
		default:
			err = root.Rename(s.temp, base)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", s.name, err)
		}
		s.done = true
		w.at("exchanged " + s.name)
	}
	return nil
}

// moveAway takes a file out of sight, and back if it is another one than was read.
func (s *step) moveAway(root *os.Root, base string) error {
	if err := root.Rename(base, s.backup); err != nil {
		return err
	}
	now, err := root.Lstat(s.backup)
	if err == nil && !os.SameFile(now, s.before.info) {
		err = errors.Join(changed(s.name), root.Rename(s.backup, base))
	}
	return err
}

// appear gives a new file its name, if nothing has taken it.
func (s *step) appear(root *os.Root, base string) error {
	err := root.Link(s.temp, base)
	switch {
	case errors.Is(err, fs.ErrExist):
		return changed(s.name)
	case err == nil:
		_ = root.Remove(s.temp) // its first name; undo and tidy try again
		return nil
	}
	if _, err := root.Lstat(base); !errors.Is(err, fs.ErrNotExist) { // a file system without second names
		return changed(s.name)
	}
	return root.Rename(s.temp, base)
}

// undo puts back what was exchanged, last first, and takes away what was prepared.
func (w *writing) undo() error {
	var errs []error
	for _, s := range slices.Backward(w.steps) {
		dir, base := split(s.name)
		if w.dirs[dir] == nil {
			continue // not reached
		}
		root, err := w.handle(dir)
		if err == nil && s.done {
			err = s.putBack(root, base)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("put %s back: %w; what it was is in %s beside it", s.name, err, s.backup))
			continue
		}
		errs = append(errs, discard(root, s.temp), discard(root, s.backup))
	}
	for _, dir := range slices.Backward(w.created) {
		errs = append(errs, w.removeEmpty(dir))
	}
	w.at("undone")
	w.forget()
	return errors.Join(errs...)
}

func (s *step) putBack(root *os.Root, base string) error {
	if s.before.info == nil {
		now, err := root.Lstat(base)
		if err != nil || !os.SameFile(now, s.written) {
			return err // somebody has replaced it already
		}
		return root.Remove(base)
	}
	return root.Rename(s.backup, base)
}

// discard removes a temporary name, if it is there.
func discard(root *os.Root, name string) error {
	if name == "" {
		return nil
	}
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// tidy removes the second names and the folders that have become empty. All is written by now: what stays is told of, and no more.
func (w *writing) tidy() error {
	var errs []error
	for _, s := range w.steps {
		dir, _ := split(s.name)
		root, err := w.handle(dir)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, discard(root, s.backup))
		if s.before.info == nil {
			errs = append(errs, discard(root, s.temp))
		}
	}
	for _, s := range w.steps {
		for dir, _ := split(s.name); s.remove && dir != ""; dir, _ = split(dir) {
			if w.removeEmpty(dir) != nil {
				break
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return &Error{Message: "everything is written, and temporary files are left: " + err.Error(), Hint: "remove the files that begin with " + w.prefix, Err: err}
	}
	return nil
}

// removeEmpty removes a folder if it is empty and still the one that was met.
func (w *writing) removeEmpty(dir string) error {
	d := w.dirs[dir]
	if d == nil {
		return nil
	}
	parent, base := split(dir)
	root, err := w.handle(parent)
	if err != nil {
		return err
	}
	now, err := root.Lstat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !os.SameFile(now, d.info):
		return changed(dir)
	}
	if err := root.Remove(base); err != nil {
		return err
	}
	if d.root != nil {
		_ = d.root.Close()
	}
	delete(w.dirs, dir)
	return nil
}
