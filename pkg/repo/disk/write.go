package disk

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Write makes all of the changes or none. First every new content is written under a temporary name beside its target; a process that
// ends here leaves all files as they were, and perhaps names that begin with ".specgen-". Then each file is compared with what was read
// from it. Only then, and without looking at ctx any more, the new files take the names of the old ones, deletions last; an error
// in between puts everything back. Folders that a deletion leaves empty are removed.
//
// Permissions are kept, all nine bits of them, and the owner where the system allows it; new files get what the umask leaves. A file with
// several hard links becomes one of its own, as after git's writing. Nothing is forced onto the disk, as git apply does not either: a
// process that is killed loses nothing by that, and what a loss of power may take is what the file system makes of a rename.
func (f *Folder) Write(ctx context.Context, changes []patch.Change) error {
	f.settle()
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
	mode   uint32
	like   *stamp // the file whose permissions the new one takes; nil: those of a new file

	temp   string // the name of the new content
	made   *stamp // the new file
	backup string // the name under which the old file waits, once it has gone
	done   bool
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
		case before.stamp != nil && !before.stamp.mode.IsRegular(), before.stamp == nil && s.remove:
			return &Error{Message: s.name + " is no file"}
		}
		met[s.name] = true
		s.before, s.like = before, before.stamp
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
		if c.Action == patch.Rename {
			gone := &step{name: c.From, remove: true}
			if err := add(&removals, gone); err != nil {
				return nil, err
			}
			s.like = gone.before.stamp
		}
	}
	return append(puts, removals...), nil
}

// permissions are those of the file that is replaced or renamed, with the right to execute as the patch has it, or those of a
// new file, of which the umask takes its part.
func (s *step) permissions() fs.FileMode {
	executable := s.mode == patch.ModeExecutable
	switch {
	case s.like == nil && executable:
		return 0o777
	case s.like == nil:
		return 0o666
	}
	bits := s.like.mode.Perm()
	switch now := gitMode(bits) == patch.ModeExecutable; {
	case executable && !now:
		bits |= bits & 0o444 >> 2 // who may read may execute, as git has it
	case !executable && now:
		bits &^= 0o111
	}
	return bits
}

// prepare writes all new contents under temporary names.
func (w *writing) prepare(ctx context.Context) error {
	locate := func(i int) (*handle, error) {
		s := w.steps[i]
		dir, _ := split(s.name)
		if err := w.ensure(dir); err != nil {
			return nil, err
		}
		s.temp, s.backup = fmt.Sprintf("%s-%d.new", w.prefix, i), fmt.Sprintf("%s-%d.old", w.prefix, i)
		return w.handle(dir)
	}
	err := w.inFolders(len(w.steps), locate, func(i int, in *handle) (err error) {
		s := w.steps[i]
		if ctx.Err() != nil || s.remove {
			return ctx.Err()
		}
		if s.made, err = in.create(s.temp, s.data, s.permissions(), s.like); err != nil {
			return fmt.Errorf("write beside %s: %w", s.name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.at("prepared")
	return ctx.Err()
}

// ensure makes a folder that is not there yet, and those above it.
func (w *writing) ensure(dir string) error {
	d, err := w.dir(dir)
	switch {
	case err != nil:
		return err
	case d != nil && d.foreign:
		return changed(dir)
	case d != nil:
		return nil
	}
	parent, base := split(dir)
	if err := w.ensure(parent); err != nil {
		return err
	}
	in, err := w.handle(parent)
	if err != nil {
		return err
	}
	if err := in.mkdir(base); errors.Is(err, fs.ErrExist) {
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

// verify looks whether everything is still as it was when it was read.
func (w *writing) verify(ctx context.Context) error {
	sure := map[string]bool{"": true}
	for _, s := range w.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.rest()
		dir, _ := split(s.name)
		if err := w.sameFolder(dir, sure); err != nil {
			return err
		}
		in, err := w.handle(dir)
		if err != nil {
			return err
		}
		if err := w.sameContent(in, s); err != nil {
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
	in, err := w.handle(parent)
	if err != nil {
		return err
	}
	now, err := in.lstat(base)
	if err != nil || !now.sameFile(w.dirs[dir].stamp) {
		return changed(dir)
	}
	sure[dir] = true
	return nil
}

// sameContent looks whether a file is still as it was read. Its time says so, unless it was written to just before it was read.
func (w *writing) sameContent(in *handle, s *step) error {
	_, base := split(s.name)
	now, err := in.lstat(base)
	before := s.before.stamp
	switch {
	case errors.Is(err, fs.ErrNotExist) && before == nil:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at %s again: %w", s.name, err)
	case err != nil || before == nil || !now.unchanged(before):
		return changed(s.name)
	case !s.before.fresh:
		return nil
	}
	data, err := read(in, s.name, before, w.options.MaxFile)
	if err == nil && string(data) != string(s.before.entry.Data) {
		err = changed(s.name)
	}
	return err
}
