package disk

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Write makes all of the changes or none. First every new content is written under a temporary name beside its target, and every file
// that will go gets a second name; a process that ends here leaves all files as they were, and perhaps names that begin with
// ".specgen-". Then each file is compared with what was read from it. Only then, and without looking at ctx any more, the names are
// exchanged, deletions last; an error in between puts everything back. Folders that a deletion leaves empty are removed.
//
// Permissions are kept, all nine bits of them, and the owner where the system allows it; new files get what the umask leaves. A file with
// several hard links becomes one of its own, as after git's writing.
func (f *Folder) Write(ctx context.Context, changes []patch.Change) error {
	steps, err := f.plan(changes)
	if err != nil || len(steps) == 0 {
		return err
	}
	name := make([]byte, 4)
	if _, err := io.ReadFull(f.options.Random, name); err != nil {
		return fmt.Errorf("name temporary files: %w", err)
	}
	w := &writing{Folder: f, steps: steps, prefix: ".specgen-" + hex.EncodeToString(name)}
	for _, phase := range []func(context.Context) error{w.prepare, w.verify, w.exchange} {
		if err := phase(ctx); err != nil {
			return errors.Join(err, w.undo())
		}
	}
	err = w.tidy()
	f.forget()
	return err
}

// writing is one Write under way.
type writing struct {
	*Folder
	steps   []*step
	prefix  string   // of temporary names
	created []string // folders, parents first
}

// step is one file that is written or removed.
type step struct {
	name   string
	before *found // what was read there
	remove bool
	data   []byte
	like   *found // whose permissions the new file takes; nil: those of a new file
	mode   uint32

	temp    string      // the name of the new content, "" when there is none or it has moved on
	written os.FileInfo // the new file
	backup  string      // the second name of the old file
	done    bool
}

// plan turns changes into steps, what is removed last. It is the last wall: the engine has judged the paths by stricter rules.
func (f *Folder) plan(changes []patch.Change) ([]*step, error) {
	var puts, removals []*step
	met := map[string]bool{}
	add := func(list *[]*step, s *step) error {
		before, err := f.look(s.name)
		switch {
		case err != nil:
			return err
		case met[s.name], !fs.ValidPath(s.name), s.name == ".", strings.Contains(strings.ToLower("/"+s.name+"/"), "/.git/"):
			return &Error{Message: s.name + " cannot be written"}
		case before.info != nil && !before.info.Mode().IsRegular():
			return &Error{Message: s.name + " is no file"}
		}
		met[s.name] = true
		s.before = before
		*list = append(*list, s)
		return nil
	}
	for _, c := range changes {
		if c.Action == patch.Delete {
			if err := add(&removals, &step{name: c.Path, remove: true}); err != nil {
				return nil, err
			}
			continue
		}
		s := &step{name: c.Path, data: c.Data, mode: c.Mode}
		if err := add(&puts, s); err != nil {
			return nil, err
		}
		if s.like = s.before; c.Action == patch.Rename {
			gone := &step{name: c.From, remove: true}
			if err := add(&removals, gone); err != nil {
				return nil, err
			}
			s.like = gone.before
		}
	}
	return append(puts, removals...), nil
}

// permissions are those of the file that is replaced or renamed, with the right to execute as the patch has it. perhaps is what
// the umask may still take from.
func (s *step) permissions() (bits fs.FileMode, exact bool) {
	executable := s.mode == patch.ModeExecutable
	if s.like.info == nil {
		if executable {
			return 0o777, false
		}
		return 0o666, false
	}
	bits = s.like.info.Mode().Perm()
	switch now := gitMode(bits) == patch.ModeExecutable; {
	case executable && !now:
		bits |= bits & 0o444 >> 2 // who may read may execute, as git has it
	case !executable && now:
		bits &^= 0o111
	}
	return bits, true
}

// prepare writes everything under temporary names.
func (w *writing) prepare(ctx context.Context) error {
	for i, s := range w.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		dir, base := split(s.name)
		if err := w.ensure(dir); err != nil {
			return err
		}
		root, err := w.handle(dir)
		if err != nil {
			return err
		}
		if !s.remove {
			if err := w.stage(root, s, i); err != nil {
				return err
			}
		}
		if s.before.info != nil {
			if err := w.secure(root, base, s, i); err != nil {
				return err
			}
		}
	}
	w.at("prepared")
	return ctx.Err()
}

// ensure makes a folder that is not there yet, and those above it.
func (w *writing) ensure(dir string) error {
	d, err := w.dir(dir)
	if err != nil || d != nil && !d.foreign {
		return err
	}
	if d != nil {
		return changed(dir)
	}
	parent, base := split(dir)
	if err := w.ensure(parent); err != nil {
		return err
	}
	root, err := w.handle(parent)
	if err != nil {
		return err
	}
	if err := root.Mkdir(base, 0o777); errors.Is(err, fs.ErrExist) {
		return changed(dir)
	} else if err != nil {
		return fmt.Errorf("make the folder %s: %w", dir, err)
	}
	w.created = append(w.created, dir)
	delete(w.dirs, dir)
	if d, err := w.dir(dir); err != nil || d == nil {
		return errors.Join(changed(dir), err)
	}
	return nil
}

// stage writes the new content of a file under a temporary name beside it.
func (w *writing) stage(root *os.Root, s *step, n int) error {
	temp := fmt.Sprintf("%s-%d.new", w.prefix, n)
	bits, exact := s.permissions()
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, bits)
	if err != nil {
		return fmt.Errorf("write beside %s: %w", s.name, err)
	}
	s.temp = temp
	_, err = file.Write(s.data)
	if err == nil {
		s.written, err = file.Stat()
	}
	if err == nil && exact {
		giveTo(file, s.written, s.like.info)
		if s.written.Mode().Perm() != bits {
			err = file.Chmod(bits)
		}
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write beside %s: %w", s.name, err)
	}
	return nil
}

// secure gives the file that will go a second name, so that it can come back as it was. Where a file system has no second names it
// is a copy.
func (w *writing) secure(root *os.Root, base string, s *step, n int) error {
	backup := fmt.Sprintf("%s-%d.old", w.prefix, n)
	if s.remove {
		s.backup = backup // the file itself is moved there
		return nil
	}
	if root.Link(base, backup) == nil {
		s.backup = backup
		return nil
	}
	file, err := root.OpenFile(backup, os.O_WRONLY|os.O_CREATE|os.O_EXCL, s.before.info.Mode().Perm())
	if err != nil {
		return fmt.Errorf("keep %s: %w", s.name, err)
	}
	s.backup = backup
	_, err = file.Write(s.before.entry.Data)
	if err = errors.Join(err, file.Chmod(s.before.info.Mode().Perm()), file.Close()); err != nil {
		return fmt.Errorf("keep %s: %w", s.name, err)
	}
	return nil
}

// verify looks whether everything is still as it was when it was read.
func (w *writing) verify(ctx context.Context) error {
	sure := map[string]bool{"": true}
	for _, s := range w.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		dir, base := split(s.name)
		if err := w.sameFolder(dir, sure); err != nil {
			return err
		}
		root, err := w.handle(dir)
		if err != nil {
			return err
		}
		if err := same(root, base, s, w.options.MaxFile); err != nil {
			return err
		}
	}
	w.at("verified")
	return ctx.Err()
}

// sameFolder looks whether the path still leads to the folder that is open.
func (w *writing) sameFolder(dir string, sure map[string]bool) error {
	if sure[dir] {
		return nil
	}
	parent, base := split(dir)
	if err := w.sameFolder(parent, sure); err != nil {
		return err
	}
	root, err := w.handle(parent)
	if err != nil {
		return err
	}
	now, err := root.Lstat(base)
	if err != nil || !os.SameFile(now, w.dirs[dir].info) {
		return changed(dir)
	}
	sure[dir] = true
	return nil
}

// same looks whether a file is still the one that was read.
func same(root *os.Root, base string, s *step, most int64) error {
	now, err := root.Lstat(base)
	before := s.before.info
	switch {
	case errors.Is(err, fs.ErrNotExist) && before == nil:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at %s again: %w", s.name, err)
	case err != nil || before == nil, !os.SameFile(now, before), now.Mode() != before.Mode(), now.Size() != before.Size():
		return changed(s.name)
	}
	data, err := read(root, path.Join(path.Dir(s.name), base), before, most)
	if err == nil && string(data) != string(s.before.entry.Data) {
		err = changed(s.name)
	}
	return err
}
