package cli

import (
	"context"
	"errors"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/author"
)

// shelf is the files of the working tree that tests go into. They are read once, and written at the end, all or none, if they are still as
// they were read.
type shelf struct {
	folder *disk.Folder
	files  []*shelved
}

// shelved is one file.
type shelved struct {
	path   string
	sealed bool
	was    []byte // nil: there is none yet
	mode   uint32
	now    []byte
	tests  []string
}

func openShelf(env Env, root string, places testPlaces) (*shelf, error) {
	folder, err := disk.Open(root, disk.Options{Random: env.Random, Clock: env.Clock})
	if err != nil {
		return nil, err
	}
	s := &shelf{folder: folder}
	for _, f := range []*shelved{{path: places.open}, {path: places.sealed, sealed: true}} {
		if f.path == "" {
			continue
		}
		e, ok, err := folder.Lookup(f.path)
		if err == nil && ok && e.Mode != patch.ModeFile && e.Mode != patch.ModeExecutable {
			err = usage("put a file there, or name another one with --out", "%s is no file", f.path)
		}
		if err != nil {
			return nil, errors.Join(err, folder.Close())
		}
		f.mode = patch.ModeFile
		if ok {
			f.was, f.mode = e.Data, e.Mode
		}
		f.now = f.was
		s.files = append(s.files, f)
	}
	return s, nil
}

func (s *shelf) file(name string) *shelved {
	for _, f := range s.files {
		if f.path == name {
			return f
		}
	}
	return nil
}

// packageOf is the package clause of a file that is there; "" where there is none.
func (s *shelf) packageOf(name string) string {
	f := s.file(name)
	if f == nil || len(f.was) == 0 {
		return ""
	}
	return author.PackageOf(".", []patch.File{{Path: name, Data: f.was}})
}

// add puts a test into a file, in memory. why says that the file cannot take it.
func (s *shelf) add(name string, p author.Proposal) (why string) {
	f := s.file(name)
	if f == nil {
		return "there is no file for " + p.Test
	}
	text, err := author.Join(patch.File{Path: f.path, Data: f.now}, []string{p.Source})
	if err != nil {
		return err.Error()
	}
	f.now = text
	f.tests = append(f.tests, p.Test)
	return ""
}

// write writes the files that tests were added to, and gives them.
func (s *shelf) write(ctx context.Context) ([]journal.TestsFile, error) {
	written := []journal.TestsFile{}
	var changes []patch.Change
	for _, f := range s.files {
		if len(f.tests) == 0 {
			continue
		}
		action := patch.Modify
		if f.was == nil {
			action = patch.Create
		}
		changes = append(changes, patch.Change{Action: action, Path: f.path, Mode: f.mode, Data: f.now})
		written = append(written, journal.TestsFile{Path: f.path, Blob: spec.BlobID(f.now), Tests: f.tests, Sealed: f.sealed, New: f.was == nil})
	}
	if len(changes) == 0 {
		return written, nil
	}
	return written, s.folder.Write(ctx, changes)
}

func (s *shelf) close() error { return s.folder.Close() }
