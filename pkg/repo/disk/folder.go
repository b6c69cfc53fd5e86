// Package disk is a plain directory as the base of a patch, and as the place where its result is written: all of it or nothing. It
// knows no git, and stands beside pkg/repo for those who have files and need no repository.
//
// Nothing is ever read or written through a symbolic link. A name is looked up in an open handle of its own folder, that handle
// was opened from its parent's, and each was compared with what the parent held under the name: exchanging a folder for a link at any
// moment makes the operation fail and never leads it elsewhere. Only the directory itself may be reached by a link.
package disk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// defaultMaxFile is the largest file that is read, in bytes.
const defaultMaxFile = 64 << 20

// Options are the terms on which a folder is used.
type Options struct {
	Random  io.Reader // for the names of temporary files
	Clock   func() time.Time
	MaxFile int64 // the largest file that is read, in bytes; 0: 64 MiB
}

// Folder is an open directory. It is a patch.Tree, and remembers what it has read, so that Write can tell whether it is still so.
// It is for one goroutine at a time.
type Folder struct {
	options Options
	dirs    map[string]*directory
	seen    map[string]*found
	opened  int           // how many folders are open, but for the root
	ahead   chan struct{} // closed when Prefetch is done; nil: it was not asked for, or waited for
	lost    any           // what reading ahead panicked with

	// at is told the steps of Write, for tests that interfere or end the process there.
	at func(step string)
	// swap exchanges two names in a folder, where the system can.
	swap func(in *handle, a, b string) error
}

// found is what was seen at a path.
type found struct {
	entry patch.Entry
	stamp *stamp // nil: nothing is there
	fresh bool   // written to so shortly before it was read that the next change may show nothing in its time
}

// Open opens the directory at path, which may be a link to one.
func Open(path string, options Options) (*Folder, error) {
	if options.MaxFile == 0 {
		options.MaxFile = defaultMaxFile
	}
	if err := notGit(path); err != nil {
		return nil, err
	}
	root, err := openRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	f := &Folder{options: options, dirs: map[string]*directory{"": {handle: root}}, at: func(string) {}, swap: (*handle).swap}
	f.forget()
	return f, nil
}

// notGit refuses git's own folder, and what lies in it: a patch of it could make git run programs.
func notGit(path string) error {
	at, err := filepath.EvalSymlinks(path)
	if err == nil {
		at, err = filepath.Abs(at)
	}
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	within := strings.Contains(strings.ToLower(filepath.ToSlash(at))+"/", "/.git/")
	if within || isGitDir(func(name string) error { _, err := os.Lstat(filepath.Join(at, name)); return err }) {
		return &Error{Message: path + " is git's own folder", Hint: "name the folder with the files instead"}
	}
	return nil
}

// Close gives back what is open.
func (f *Folder) Close() error {
	f.settle()
	var errs []error
	for _, d := range f.dirs {
		if d != nil && d.handle != nil {
			errs = append(errs, d.handle.close())
			d.handle = nil
		}
	}
	return errors.Join(errs...)
}

// forget drops what was read.
func (f *Folder) forget() { f.seen = map[string]*found{} }

// Error is trouble put in words for a person.
type Error struct {
	Message string
	Hint    string // what to do next; may be empty
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// ErrChanged says that something is no longer as it was when it was read.
var ErrChanged = errors.New("changed meanwhile")

func changed(name string) error {
	return &Error{Message: name + " was changed by somebody else meanwhile", Hint: "nothing was written; look at the file and run the command again", Err: ErrChanged}
}
