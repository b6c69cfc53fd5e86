package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// exchange gives the new files the names of the old ones. It is not interrupted.
func (w *writing) exchange(context.Context) error {
	for _, s := range w.steps {
		w.rest()
		dir, base := split(s.name)
		in, err := w.handle(dir)
		if err != nil {
			return err
		}
		switch {
		case s.remove:
			err = s.moveAway(in, base)
		case s.before.stamp == nil:
			err = s.appear(in, base)
		default:
			err = s.replace(in, base, w.swap)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", s.name, err)
		}
		s.done = true
		w.at("exchanged " + s.name)
	}
	return nil
}

// replace puts the new file in the place of the old one, which waits under its backup name. Where the system can exchange two names
// it is seen what came out, and put back if it is not what was read.
func (s *step) replace(in *handle, base string, swap func(in *handle, a, b string) error) error {
	if swap(in, s.temp, base) == nil {
		now, err := in.lstat(s.temp)
		if err == nil && !now.unchanged(s.before.stamp) {
			err = changed(s.name)
		}
		if err != nil {
			return errors.Join(err, swap(in, s.temp, base))
		}
		s.backup, s.temp = s.temp, ""
		return nil
	}
	if err := in.link(base, s.backup); err != nil { // a file system without second names, or somebody else's file
		if _, err := in.create(s.backup, s.before.entry.Data, s.before.stamp.mode.Perm(), s.before.stamp); err != nil {
			return err
		}
	}
	if now, err := in.lstat(base); err != nil || !now.unchanged(s.before.stamp) {
		return changed(s.name)
	}
	return in.rename(s.temp, base)
}

// moveAway takes a file out of sight, and back if it is another one than was read.
func (s *step) moveAway(in *handle, base string) error {
	if err := in.rename(base, s.backup); err != nil {
		return err
	}
	now, err := in.lstat(s.backup)
	if err == nil && !now.unchanged(s.before.stamp) {
		err = changed(s.name)
	}
	if err != nil {
		return errors.Join(err, in.rename(s.backup, base))
	}
	return nil
}

// appear gives a new file its name, if nothing has taken it.
func (s *step) appear(in *handle, base string) error {
	err := in.link(s.temp, base)
	switch {
	case errors.Is(err, fs.ErrExist):
		return changed(s.name)
	case err == nil:
		return nil // its first name is discarded with the others
	}
	if _, err := in.lstat(base); !errors.Is(err, fs.ErrNotExist) { // a file system without second names
		return changed(s.name)
	}
	return in.rename(s.temp, base)
}

// undo puts back what was exchanged, last first, and takes away what was prepared.
func (w *writing) undo() error {
	var errs []error
	for _, s := range slices.Backward(w.steps) {
		w.rest()
		dir, base := split(s.name)
		if w.dirs[dir] == nil {
			continue // not reached
		}
		in, err := w.handle(dir)
		if err == nil && s.done {
			err = s.putBack(in, base)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("put %s back: %w (what it was is in %s beside it)", s.name, err, s.backup))
			continue
		}
		errs = append(errs, s.discard(in))
	}
	for _, dir := range slices.Backward(w.created) {
		errs = append(errs, w.removeEmpty(dir))
	}
	w.at("undone")
	w.forget()
	return errors.Join(errs...)
}

func (s *step) putBack(in *handle, base string) error {
	if s.before.stamp != nil {
		return in.rename(s.backup, base)
	}
	now, err := in.lstat(base)
	if err != nil || !now.sameFile(s.made) {
		return err // somebody has replaced it already
	}
	return in.remove(base)
}

// discard removes the temporary names of a step, as far as they are there.
func (s *step) discard(in *handle) error {
	var errs []error
	for _, name := range []string{s.temp, s.backup} {
		if name == "" {
			continue
		}
		if err := in.remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// tidy removes the old files and the folders that have become empty. All is written by now: what stays is told of, and no more.
func (w *writing) tidy() error {
	errs := make([]error, len(w.steps))
	locate := func(i int) (in *handle, _ error) {
		dir, _ := split(w.steps[i].name)
		in, errs[i] = w.handle(dir)
		return in, nil
	}
	_ = w.inFolders(len(w.steps), locate, func(i int, in *handle) error {
		errs[i] = w.steps[i].discard(in)
		return nil
	})
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
	in, err := w.handle(parent)
	if err != nil {
		return err
	}
	now, err := in.lstat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !now.sameFile(d.stamp):
		return changed(dir)
	}
	if err := in.rmdir(base); err != nil {
		return err
	}
	if d.handle != nil {
		_ = d.handle.close()
	}
	delete(w.dirs, dir)
	return nil
}
