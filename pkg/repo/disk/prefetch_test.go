package disk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
)

// TestPrefetch reads and writes files in more folders than are kept open, and sees what changes after they were read.
func TestPrefetch(t *testing.T) {
	t.Parallel()
	const many = 700
	dir := t.TempDir()
	var names []string
	var changes []patch.Change
	for i := range many {
		name := fmt.Sprintf("sub%d/deep/file%d.txt", i, i)
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(name), 0o600)); err != nil {
			t.Fatal(err)
		}
		names = append(names, name, name+".none", "none/"+name, filepath.Dir(name))
		changes = append(changes, patch.Change{Path: name, Action: patch.Modify, Mode: patch.ModeFile, Data: []byte("new " + name)})
	}
	before := shot(t, dir)
	late := open(t, dir)
	late.Prefetch(names)
	f := open(t, dir)
	f.Prefetch(names)
	for _, c := range changes {
		if e, ok, err := f.Lookup(c.Path); err != nil || !ok || e.Mode != patch.ModeFile || string(e.Data) != c.Path {
			t.Fatalf("%s: %q %v %v", c.Path, e.Data, ok, err)
		}
		if _, ok, err := f.Lookup(c.Path + ".none"); ok || err != nil {
			t.Fatalf("%s: %v %v", c.Path, ok, err)
		}
	}
	if _, ok, err := late.Lookup(changes[0].Path); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := f.Write(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
	after := shot(t, dir)
	for _, c := range changes {
		if after[c.Path] != "-rw------- "+string(c.Data) {
			t.Fatalf("%s: %q", c.Path, after[c.Path])
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d names, and %d before", len(after), len(before))
	}
	if err := late.Write(t.Context(), changes); !errors.Is(err, disk.ErrChanged) {
		t.Errorf("written over what was changed meanwhile: %v", err)
	}
	unchanged(t, after, shot(t, dir))
}
