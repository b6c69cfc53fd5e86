package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// specgen is the command of this test binary: TestMain makes it one by its name.
func specgen(ctx context.Context, t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Args, cmd.Dir = append([]string{"specgen"}, args...), dir
	return cmd
}

// field is a folder of files that one patch changes, each in one line.
type field struct {
	dir, patch string
	files      int
}

const (
	fieldOld = "first line\nthe line that is old\nlast line\n"
	fieldNew = "first line\nthe line that is new\nlast line\n"
)

func newField(t *testing.T, files int) field {
	t.Helper()
	f := field{dir: t.TempDir(), patch: filepath.Join(t.TempDir(), "p.diff"), files: files}
	var text bytes.Buffer
	for i := range files {
		if i%10 == 9 { // made by the patch
			fmt.Fprintf(&text, "--- /dev/null\n+++ b/%s\n@@ -0,0 +1,3 @@\n+first line\n+the line that is new\n+last line\n", f.name(i))
			continue
		}
		fmt.Fprintf(&text, "--- a/%s\n+++ b/%s\n@@ -1,3 +1,3 @@\n first line\n-the line that is old\n+the line that is new\n last line\n", f.name(i), f.name(i))
	}
	if err := os.WriteFile(f.patch, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f.plant(t)
	return f
}

func (f field) name(i int) string { return fmt.Sprintf("d%d/f%d.txt", i%7, i) }

func (f field) plant(t *testing.T) {
	t.Helper()
	for i := range f.files {
		path := filepath.Join(f.dir, f.name(i))
		err := os.MkdirAll(filepath.Dir(path), 0o750)
		if i%10 == 9 {
			_ = os.Remove(path)
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte(fieldOld), 0o600))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// count says how many files are as they were, how many as they are to be, and how many temporary names there are. Any other
// content, and any other file, is an error.
func (f field) count(t *testing.T) (before, after, temporary int) {
	t.Helper()
	known := map[string]bool{}
	for i := range f.files {
		known[f.name(i)] = true
		data, err := os.ReadFile(filepath.Join(f.dir, f.name(i)))
		switch {
		case string(data) == fieldNew:
			after++
		case string(data) == fieldOld && i%10 != 9, errors.Is(err, os.ErrNotExist) && i%10 == 9:
			before++
		default:
			t.Errorf("%s holds %q %v", f.name(i), data, err)
		}
	}
	names, err := filepath.Glob(filepath.Join(f.dir, "d*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range names {
		name, _ := filepath.Rel(f.dir, path)
		switch {
		case strings.HasPrefix(filepath.Base(name), ".specgen-"):
			temporary++
			if err := os.Remove(path); err != nil {
				t.Error(err)
			}
		case !known[filepath.ToSlash(name)]:
			t.Errorf("%s has come", name)
		}
	}
	return before, after, temporary
}

// TestApplyEnded ends the command at all moments: one that is killed leaves each file old or new, and whole; one that is asked to end leaves
// all of them old or all new, and no temporary name.
func TestApplyEnded(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no signals")
	}
	f := newField(t, 200)
	began := time.Now()
	if out, err := specgen(t.Context(), t, f.dir, "apply", f.patch).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := time.Since(began)
	if before, after, temporary := f.count(t); before != 0 || after != f.files || temporary != 0 {
		t.Fatalf("%d old, %d new, %d temporary", before, after, temporary)
	}
	const moments = 8
	for i := range moments {
		for _, sig := range []os.Signal{syscall.SIGKILL, syscall.SIGTERM, os.Interrupt} {
			f.plant(t)
			cmd := specgen(t.Context(), t, f.dir, "apply", f.patch)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(whole * time.Duration(i) * 3 / 2 / moments)
			_ = cmd.Process.Signal(sig)
			_ = cmd.Wait()
			code := cmd.ProcessState.ExitCode()
			before, after, temporary := f.count(t)
			t.Logf("%s after %d/%d: exit %d, %d old, %d new, %d temporary", sig, i, moments, code, before, after, temporary)
			if sig == syscall.SIGKILL {
				continue
			}
			if before > 0 && after > 0 || temporary > 0 {
				t.Errorf("%s: %d old, %d new, %d temporary", sig, before, after, temporary)
			}
			if code == 0 && after != f.files || code == 130 && before > 0 && after > 0 {
				t.Errorf("%s: exit %d with %d new", sig, code, after)
			}
		}
	}
}

// TestApplyRace: a folder that is exchanged for a link to another place, again and again, never leads the real command there.
func TestApplyRace(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a right there")
	}
	f := newField(t, 60)
	outside := t.TempDir()
	for i := range f.files {
		if err := os.WriteFile(filepath.Join(outside, filepath.Base(f.name(i))), []byte(fieldOld), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		path := filepath.Join(f.dir, "d3")
		for ctx.Err() == nil {
			_ = os.Rename(path, path+"-away")
			_ = os.Symlink(outside, path)
			time.Sleep(time.Millisecond)
			_ = os.Remove(path)
			_ = os.Rename(path+"-away", path)
			time.Sleep(3 * time.Millisecond)
		}
	}()
	codes := map[int]int{}
	for range 30 {
		cmd := specgen(t.Context(), t, f.dir, "apply", f.patch)
		_ = cmd.Run()
		codes[cmd.ProcessState.ExitCode()]++
		if cmd.ProcessState.ExitCode() == 0 {
			undo := specgen(t.Context(), t, f.dir, "apply")
			undo.Stdin = strings.NewReader("--- a/d0/f0.txt\n+++ b/d0/f0.txt\n@@ -1,3 +1,3 @@\n first line\n-the line that is new\n+the line that is old\n last line\n")
			_ = undo.Run()
		}
	}
	stop()
	<-over
	entries, err := os.ReadDir(outside)
	if err != nil || len(entries) != f.files {
		t.Errorf("%d files outside, %v", len(entries), err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(outside, e.Name()))
		if err != nil || string(data) != fieldOld {
			t.Errorf("%s outside holds %q %v", e.Name(), data, err)
		}
	}
	t.Logf("exit codes and how often: %v", codes)
}
