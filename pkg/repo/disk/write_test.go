package disk_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
)

// written is what changes makes of the planted folder, where the umask is 022.
func written(before map[string]string) map[string]string {
	want := maps.Clone(before)
	delete(want, "sub")
	delete(want, "sub/gone.txt")
	delete(want, "from/there.sh")
	for _, name := range []string{"new", "new/deep", "to"} {
		want[name] = "drwxr-xr-x"
	}
	want["a.txt"] = "-rw-rw-r-- new a\n"
	want["new/deep/file.txt"] = "-rw-r--r-- created\n"
	want["to/here.sh"] = "-rwxr-x--- moved\n"
	want["tool"] = "-rwxr-x--- tool\n"
	want["private.txt"] = "-rw------- new private\n"
	return want
}

// TestWrite makes one change of each kind, and leaves nothing else behind: no temporary name, no empty folder.
func TestWrite(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*disk.Folder){"": func(*disk.Folder) {}, "without exchange": (*disk.Folder).CannotSwap} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, outside := plant(t)
			before, beside := shot(t, dir), shot(t, outside)
			f := open(t, dir)
			prepare(f)
			if err := f.Write(t.Context(), changes()); err != nil {
				t.Fatal(err)
			}
			unchanged(t, written(before), shot(t, dir))
			unchanged(t, beside, shot(t, outside))
			if e, ok, err := f.Lookup("a.txt"); !ok || err != nil || string(e.Data) != "new a\n" {
				t.Errorf("what was written is not seen: %q %v", e.Data, err)
			}
		})
	}
}

// TestWriteOrNothing: whatever happens at whatever step, all files are as they were.
func TestWriteOrNothing(t *testing.T) {
	t.Parallel()
	steps := []string{"prepared", "verified"}
	for _, c := range changes()[:5] {
		if c.Action != patch.Delete {
			steps = append(steps, "exchanged "+c.Path)
		}
	}
	overwrite := func(name string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := errors.Join(os.Rename(path, path+".away"), os.WriteFile(path, []byte("mine\n"), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	repair := func(t *testing.T, dir, name string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if data, err := os.ReadFile(path); err != nil || string(data) != "mine\n" {
			t.Errorf("what somebody wrote meanwhile is %q %v", data, err)
		}
		if err := os.Rename(path+".away", path); err != nil {
			t.Error(err)
		}
	}
	for _, step := range steps {
		for _, name := range []string{"private.txt", "sub/gone.txt"} {
			for _, swap := range []bool{true, false} {
				t.Run(step+" "+name, func(t *testing.T) {
					t.Parallel()
					dir, outside := plant(t)
					before, beside := shot(t, dir), shot(t, outside)
					f := open(t, dir)
					if !swap {
						f.CannotSwap()
					}
					f.At(func(at string) {
						if at == step {
							overwrite(name)(t, dir)
						}
					})
					err := f.Write(t.Context(), changes())
					if !errors.Is(err, disk.ErrChanged) || !strings.Contains(err.Error(), name) {
						t.Errorf("got %v", err)
					}
					repair(t, dir, name)
					unchanged(t, before, shot(t, dir))
					unchanged(t, beside, shot(t, outside))
				})
			}
		}
	}
}

// TestWriteNewFileMeanwhile: a file that has come where a new one should go stays.
func TestWriteNewFileMeanwhile(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"prepared", "verified", "exchanged a.txt"} {
		dir, _ := plant(t)
		before := shot(t, dir)
		f := open(t, dir)
		path := filepath.Join(dir, "new", "deep", "file.txt")
		f.At(func(at string) {
			if at == step {
				if err := os.WriteFile(path, []byte("mine\n"), 0o600); err != nil {
					t.Error(err)
				}
			}
		})
		if err := f.Write(t.Context(), changes()); !errors.Is(err, disk.ErrChanged) {
			t.Errorf("%s: %v", step, err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "mine\n" {
			t.Errorf("%s: it is %q %v", step, data, err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "new")); err != nil {
			t.Fatal(err)
		}
		unchanged(t, before, shot(t, dir))
	}
}

// TestWriteAfterEdit: what was edited since it was read is not written over, though the edit shows in neither size nor time.
func TestWriteAfterEdit(t *testing.T) {
	t.Parallel()
	dir, _ := plant(t)
	f := open(t, dir)
	path := filepath.Join(dir, "a.txt")
	if _, _, err := f.Lookup("a.txt"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(path, []byte("odd a\n"), 0o600), os.Chtimes(path, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	before := shot(t, dir)
	if err := f.Write(t.Context(), changes()); !errors.Is(err, disk.ErrChanged) {
		t.Errorf("got %v", err)
	}
	unchanged(t, before, shot(t, dir))
}

// TestWriteThroughLink: a folder that is exchanged for a link, at any step, leads nowhere.
func TestWriteThroughLink(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"prepared", "verified", "exchanged a.txt"} {
		for _, name := range []string{"sub", "from"} {
			dir, outside := plant(t)
			before, beside := shot(t, dir), shot(t, outside)
			f := open(t, dir)
			path := filepath.Join(dir, name)
			done := false
			f.At(func(at string) {
				if at == step && !done {
					done = true
					if err := errors.Join(os.Rename(path, path+"-away"), os.Symlink(outside, path)); err != nil {
						t.Error(err)
					}
				}
			})
			err := f.Write(t.Context(), changes())
			unchanged(t, beside, shot(t, outside))
			if step == "prepared" && !errors.Is(err, disk.ErrChanged) {
				t.Errorf("%s %s: %v", step, name, err)
			}
			if err == nil {
				continue // the files of the folder that was open, wherever it is now
			}
			if err := errors.Join(os.Remove(path), os.Rename(path+"-away", path)); err != nil {
				t.Fatal(err)
			}
			unchanged(t, before, shot(t, dir))
		}
	}
}

// TestWriteRace exchanges a folder for a link to another place, over and over, while patches are applied.
func TestWriteRace(t *testing.T) {
	t.Parallel()
	dir, outside := plant(t)
	if err := os.WriteFile(filepath.Join(outside, "gone.txt"), []byte("gone\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	beside := shot(t, outside)
	path := filepath.Join(dir, "sub")
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		for ctx.Err() == nil {
			_ = os.Rename(path, path+"-away")
			_ = os.Symlink(outside, path)
			pause()
			_ = os.Remove(path)
			_ = os.Rename(path+"-away", path)
			pause()
		}
	}()
	wrote := 0
	for range 300 {
		f, err := disk.Open(dir, disk.Options{Random: strings.NewReader("abcd"), Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		e, ok, err := f.Lookup("sub/gone.txt")
		if ok && err == nil {
			c := patch.Change{Path: "sub/gone.txt", Action: patch.Modify, Mode: patch.ModeFile, Data: append(e.Data, '+')}
			if f.Write(t.Context(), []patch.Change{c}) == nil {
				wrote++
			}
		}
		_ = f.Close()
	}
	stop()
	<-over
	unchanged(t, beside, shot(t, outside))
	t.Logf("%d of 300 were written", wrote)
}

// TestWriteInterrupted: an end that is asked for counts until the names are exchanged, and then no more.
func TestWriteInterrupted(t *testing.T) {
	t.Parallel()
	for step, finished := range map[string]bool{"prepared": false, "verified": false, "exchanged a.txt": true} {
		dir, _ := plant(t)
		before := shot(t, dir)
		f := open(t, dir)
		ctx, cancel := context.WithCancel(t.Context())
		f.At(func(at string) {
			if at == step {
				cancel()
			}
		})
		err := f.Write(ctx, changes())
		cancel()
		if finished {
			before = written(before)
		}
		if (err == nil) != finished || !finished && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", step, err)
		}
		unchanged(t, before, shot(t, dir))
	}
}

// TestWriteKilled kills a process at each step: before the names are exchanged all files are the old ones, and afterwards each is old
// or new, and whole. What is left behind can be told by its name.
func TestWriteKilled(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"prepared", "verified", "exchanged a.txt", "exchanged private.txt", "exchanged sub/gone.txt"} {
		dir, outside := plant(t)
		before, beside := shot(t, dir), shot(t, outside)
		after := written(before)
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), victim+"="+step+"|"+dir)
		if out, err := cmd.CombinedOutput(); err == nil || len(out) > 0 {
			t.Fatalf("%s: it was not killed: %v %s", step, err, out)
		}
		left, changedFiles := 0, 0
		for name, text := range shot(t, dir) {
			switch {
			case strings.HasPrefix(filepath.Base(name), ".specgen-"):
				left++
			case text == before[name]:
			case text == after[name] && strings.HasPrefix(text, "d"): // made for what was to come
			case text == after[name] && strings.HasPrefix(step, "exchanged"):
				changedFiles++
			default:
				t.Errorf("%s: %s is %q", step, name, text)
			}
		}
		for name := range before {
			if _, ok := after[name]; !ok {
				continue
			}
			if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		}
		if left == 0 || strings.HasPrefix(step, "exchanged") != (changedFiles > 0) {
			t.Errorf("%s: %d temporary names, %d files changed", step, left, changedFiles)
		}
		unchanged(t, beside, shot(t, outside))
	}
}

// TestWriteManyFolders works with more folders than are kept open.
func TestWriteManyFolders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var all []patch.Change
	for i := range 700 {
		name := "d" + strings.Repeat("/x", i%5) + "/" + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + "/f"
		all = append(all, patch.Change{Path: name, Action: patch.Create, Mode: patch.ModeFile, Data: []byte(name)})
	}
	if err := open(t, dir).Write(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	f := open(t, dir)
	for i, c := range all {
		e, ok, err := f.Lookup(c.Path)
		if !ok || err != nil || string(e.Data) != c.Path {
			t.Fatalf("%s: %v %v", c.Path, ok, err)
		}
		all[i].Action = patch.Delete
	}
	if err := f.Write(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if got := shot(t, dir); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

// TestWriteRefuses what the engine never asks for.
func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	dir, outside := plant(t)
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	before, beside := shot(t, dir), shot(t, outside)
	for _, name := range []string{"link", "link/a.txt", "from", "../outside/a.txt", "/x", ".", "", "a.txt/x", ".git/config", "x/.GIT/config", "x/../a.txt"} {
		c := patch.Change{Path: name, Action: patch.Modify, Mode: patch.ModeFile, Data: []byte("x")}
		if err := open(t, dir).Write(t.Context(), []patch.Change{{Path: "fine.txt", Action: patch.Create, Data: []byte("x")}, c}); err == nil {
			t.Errorf("%q was written", name)
		}
		unchanged(t, before, shot(t, dir))
		unchanged(t, beside, shot(t, outside))
	}
}

// TestWriteReadOnly: a folder in which nothing can be made refuses, and what was prepared elsewhere is gone.
func TestWriteReadOnly(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("no folder is closed to this user")
	}
	dir, _ := plant(t)
	if err := os.Chmod(filepath.Join(dir, "from"), 0o500); err != nil {
		t.Fatal(err)
	}
	before := shot(t, dir)
	if err := open(t, dir).Write(t.Context(), changes()); !errors.Is(err, os.ErrPermission) {
		t.Errorf("got %v", err)
	}
	unchanged(t, before, shot(t, dir))
	if err := os.Chmod(filepath.Join(dir, "from"), 0o750); err != nil {
		t.Fatal(err)
	}
}
