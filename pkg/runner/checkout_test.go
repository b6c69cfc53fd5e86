package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func contextAfter(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(d, cancel)
	return ctx, func() { timer.Stop(); cancel() }
}

func TestNothingWrittenIsSeenByTheNext(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a.txt": "a\n", "dir/b.txt": "b\n", "run.sh": "#!/bin/sh\necho ran\n", "link": "->a.txt"}
	for name, walls := range map[string][]Wall{
		"all": allWalls(), "restore": {WallUser, WallPid, WallMount, WallRlimit}, "landlock": {WallLandlock, WallRlimit}, "none": {},
		"no mounts": {WallUser, WallIPC, WallNet, WallLandlock, WallRlimit}, "no landlock": {WallUser, WallPid, WallMount, WallIPC, WallNet, WallRlimit, WallOverlay},
	} {
		o := options(t, one(files))
		o.Cache = []string{"deps/store"}
		b := openWith(t, o, walls...)
		damage := `set -e
echo evil > a.txt; rm -r dir; mkdir -p dir2/deep .git; echo x > dir2/deep/new; ln -s /etc/passwd planted; chmod 644 run.sh
rm link; ln -s dir2 link; mkdir -p deps/store; echo kept > deps/store/k; echo y > "odd
name"; mkdir secret; echo z > secret/z; chmod 000 secret; : > dir; touch -d @0 a.txt`
		if e, err := b.Run(t.Context(), damage); err != nil || e.Exit != 0 {
			t.Fatalf("%s: %v %+v", name, err, e)
		}
		e, err := b.Run(t.Context(), "find . | sort; cat a.txt dir/b.txt deps/store/k; ./run.sh; readlink link")
		want := ".\n./a.txt\n./deps\n./deps/store\n./deps/store/k\n./dir\n./dir/b.txt\n./link\n./run.sh\na\nb\nkept\nran\na.txt\n"
		if err != nil || e.Output != want {
			t.Errorf("%s: %v\n%s", name, err, e.Output)
		}
	}
}

func TestSwitchWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	m := one(map[string]string{"a": "1", "b/c": "2", "d": "3"})
	m.trees["U"] = map[string]string{"a": "1", "b": "now a file", "e/f/g": "new"}
	b := open(t, options(t, m))
	before, err := os.Stat(filepath.Join(b.checkout(), "a"))
	if err != nil {
		t.Fatal(err)
	}
	m.reads = 0
	if err := b.Switch(t.Context(), "U"); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(filepath.Join(b.checkout(), "a"))
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("an unchanged file was written: %v", err)
	}
	if m.reads != 2 {
		t.Errorf("%d blobs read, want 2", m.reads)
	}
	e, err := b.Run(t.Context(), "find . -type f | sort | xargs tail -n +1")
	if err != nil || !strings.Contains(e.Output, "now a file") || strings.Contains(e.Output, "/d") {
		t.Errorf("%v %s", err, e.Output)
	}
}

func TestSwitchSurvivesInterruption(t *testing.T) {
	t.Parallel()
	m := one(map[string]string{"a": "1", "b": "2"})
	m.trees["U"] = map[string]string{"a": "9", "c": "3"}
	o := options(t, m)
	b := open(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Switch(ctx, "U"); !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v", err)
	}
	if err := os.WriteFile(filepath.Join(b.checkout(), "half"), []byte("written"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = open(t, o)
	e, err := b.Run(t.Context(), "ls; cat a")
	if err != nil || e.Output != "a\nb\n1" {
		t.Errorf("%v %q", err, e.Output)
	}
}

func TestReopenedCheckoutIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	m := one(map[string]string{"a": "1"})
	o := options(t, m)
	if err := open(t, o).Close(); err != nil {
		t.Fatal(err)
	}
	m.reads = 0
	last := open(t, o)
	if m.reads != 0 {
		t.Errorf("%d blobs read again, walls %s", m.reads, last.Walls())
	}
}

func TestTwoRunsGetTwoCheckouts(t *testing.T) {
	t.Parallel()
	m := one(map[string]string{"a": "1"})
	m.trees["U"] = map[string]string{"a": "2"}
	o := options(t, m)
	first, second := open(t, o), open(t, o)
	if err := second.Switch(t.Context(), "U"); err != nil {
		t.Fatal(err)
	}
	for b, want := range map[*Bench]string{first: "1", second: "2"} {
		if e, err := b.Run(t.Context(), "cat a"); err != nil || e.Output != want {
			t.Errorf("%v %q, want %q", err, e.Output, want)
		}
	}
}

func TestUnsafePathsAreRefused(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"../x", "/etc/x", ".git/hooks/pre-commit", "sub/.GIT/config", "a//b", "a/../../b", ""} {
		if safePath(p) == nil {
			t.Errorf("%q is allowed", p)
		}
	}
	if err := safePath(".gitignore"); err != nil {
		t.Error(err)
	}
}

func TestCheckoutEqualsTree(t *testing.T) {
	t.Parallel()
	m := &memory{trees: map[string]map[string]string{"T": {}}}
	o := options(t, m)
	b := open(t, o)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"a", "b", "a/x", "b/y/z", "c d", "ü"})
		tree := map[string]string{}
		for _, p := range rapid.SliceOfDistinct(name, rapid.ID[string]).Draw(rt, "paths") {
			clash := false
			for q := range tree {
				clash = clash || strings.HasPrefix(q, p+"/") || strings.HasPrefix(p, q+"/")
			}
			if !clash {
				tree[p] = rapid.SampledFrom([]string{"", "1", "two\n", "#!/bin/sh\n", "->a"}).Draw(rt, "content")
			}
		}
		n++
		id := fmt.Sprint("tree", n)
		m.trees[id] = tree
		if err := b.Switch(context.Background(), id); err != nil { //nolint:usetesting // rapid's own t has no context
			rt.Fatal(err)
		}
		got := map[string]string{}
		err := filepath.WalkDir(b.checkout(), func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(b.checkout(), p)
			if d.Type()&os.ModeSymlink != 0 {
				target, err := os.Readlink(p)
				got[filepath.ToSlash(rel)] = "->" + target
				return err
			}
			data, err := os.ReadFile(p) //nolint:gosec // nobody else writes here
			got[filepath.ToSlash(rel)] = string(data)
			return err
		})
		if err != nil || fmt.Sprint(got) != fmt.Sprint(tree) {
			rt.Fatalf("%v\ngot  %v\nwant %v", err, got, tree)
		}
	})
}

// Others may clear what lies in a cache: no command runs in what they left.
func TestClearedCheckoutsAreMadeAnew(t *testing.T) {
	t.Parallel()
	o := options(t, one(map[string]string{"a": "x\n", "s/b": "y\n"}))
	for name, empty := range map[string]func(dir string) error{
		"removed": os.RemoveAll,
		"emptied": func(dir string) error { return os.RemoveAll(filepath.Join(dir, "a")) },
		"added":   func(dir string) error { return os.WriteFile(filepath.Join(dir, "n"), nil, 0o600) },
	} {
		for _, reopened := range []bool{false, true} {
			b, err := Open(t.Context(), "comp", o)
			if err != nil {
				t.Fatal(name, err)
			}
			err = b.Switch(t.Context(), "T")
			err = errors.Join(err, empty(b.checkout()))
			if reopened {
				err = errors.Join(err, b.Close())
				again, openErr := Open(t.Context(), "comp", o)
				if openErr != nil {
					t.Fatal(name, openErr)
				}
				b = again
			}
			err = errors.Join(err, b.Switch(t.Context(), "T"))
			e, runErr := b.Run(t.Context(), "cat a s/b; ls")
			if err != nil || runErr != nil || e.Output != "x\ny\na\ns\n" {
				t.Errorf("%s, %v: %v %v %+v", name, reopened, err, runErr, e)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// Folders deeper than a process may have files open, of names that are in the way, and shut ones are removed.
func TestRemovesWhatLiesDeep(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "d")
	for _, p := range []string{"specgen-1/x", "specgen-2", "a/b/c/d", "a/b/e/f"} {
		if err := os.MkdirAll(filepath.Join(dir, p), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"specgen-1/x/f", "a/b/c/d/f", "f"} {
		if err := os.WriteFile(filepath.Join(dir, p), nil, 0o000); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"a/b/c/d", "a/b/c", "a"} {
		if err := os.Chmod(filepath.Join(dir, p), 0o000); err != nil {
			t.Fatal(err)
		}
	}
	flatten(dir)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
}

// What ran while others cleared the checkout is no result.
func TestCheckoutClearedMeanwhile(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"a": "x\n"})))
	var trouble *Error
	go func() {
		time.Sleep(200 * time.Millisecond)
		_ = os.RemoveAll(b.checkout())
	}()
	if e, err := b.Run(t.Context(), "sleep 0.6; cat a; true"); !errors.As(err, &trouble) {
		t.Errorf("%v %+v", err, e)
	}
	if err := b.Switch(t.Context(), "T"); err != nil {
		t.Fatal(err)
	}
	if e, err := b.Run(t.Context(), "cat a"); err != nil || e.Output != "x\n" {
		t.Errorf("%v %+v", err, e)
	}
}
