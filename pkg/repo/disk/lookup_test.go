package disk_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
)

// TestLookup sees each kind of thing as what it is, and nothing through links or in other repositories.
func TestLookup(t *testing.T) {
	t.Parallel()
	dir, outside := plant(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Symlink(outside, in("link")))
	must(os.Symlink("a.txt", in("filelink")))
	must(os.Symlink("nowhere", in("dangling")))
	must(os.Symlink("loop", in("loop")))
	must(os.MkdirAll(in("nested/.git"), 0o750))
	must(os.WriteFile(in("nested/x"), nil, 0o600))
	must(os.Mkdir(in("module"), 0o750))
	must(os.WriteFile(in("module/.git"), []byte("gitdir: ../elsewhere\n"), 0o600))
	for _, name := range []string{"bare/refs", "bare/objects"} {
		must(os.MkdirAll(in(name), 0o750))
	}
	must(os.WriteFile(in("bare/HEAD"), nil, 0o600))
	must(makePipe(in("pipe")))
	f, ahead := open(t, dir), open(t, dir)
	all := map[string]struct {
		mode uint32
		text string
	}{
		"a.txt": {patch.ModeFile, "old a\n"}, "from/there.sh": {patch.ModeExecutable, "there\n"}, "": {patch.ModeDir, ""}, "from": {patch.ModeDir, ""},
		"link": {patch.ModeSymlink, ""}, "filelink": {patch.ModeSymlink, ""}, "dangling": {patch.ModeSymlink, ""}, "loop": {patch.ModeSymlink, ""},
		"nested": {patch.ModeSubmodule, ""}, "module": {patch.ModeSubmodule, ""}, "bare": {patch.ModeSubmodule, ""}, "pipe": {patch.ModeOther, ""},
		"link/a.txt": {}, "loop/x": {}, "nested/x": {}, "nested/.git": {}, "none": {}, "none/x": {}, "a.txt/x": {}, "pipe/x": {},
		"../outside/a.txt": {}, "from/../a.txt": {}, "/a.txt": {}, ".": {}, "./a.txt": {}, "from//there.sh": {},
	}
	ahead.Prefetch(slices.Collect(maps.Keys(all)))
	for name, want := range all {
		for _, f := range []*disk.Folder{f, f, ahead} { // from the disk, and from memory
			e, ok, err := f.Lookup(name)
			if err != nil || ok != (want.mode != 0) || e.Mode != want.mode || string(e.Data) != want.text {
				t.Errorf("%q: %o %q %v %v, want %o %q", name, e.Mode, e.Data, ok, err, want.mode, want.text)
			}
		}
	}
	for name, want := range map[string][]string{
		"from": {"stays", "there.sh"}, "link": nil, "nested": nil, "none": nil, "a.txt": nil, "many": {"other.txt"},
	} {
		if got, err := f.Names(name); err != nil || !slices.Equal(got, want) {
			t.Errorf("names of %q: %q %v, want %q", name, got, err, want)
		}
	}
	if got, err := f.Names(""); err != nil || !slices.Contains(got, "pipe") || !slices.IsSorted(got) {
		t.Errorf("names of the root: %q %v", got, err)
	}
}

// TestOpen goes by a link to the folder, and not into git's own.
func TestOpen(t *testing.T) {
	t.Parallel()
	dir, _ := plant(t)
	link := dir + "-link"
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if e, ok, err := open(t, link).Lookup("a.txt"); !ok || err != nil || string(e.Data) != "old a\n" {
		t.Errorf("%+v %v %v", e, ok, err)
	}
	for _, name := range []string{".git/hooks", "bare.git/objects", "bare.git/refs"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bare.git", "HEAD"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".git", ".git/hooks", "bare.git"} {
		_, err := disk.Open(filepath.Join(dir, name), disk.Options{})
		if _, told := errors.AsType[*disk.Error](err); !told {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := disk.Open(filepath.Join(dir, "none"), disk.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}
