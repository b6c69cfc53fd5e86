package disk_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
)

// victim names the step at which this process, started again by a test, is to be killed: "STEP DIR".
const victim = "DISK_TEST_KILLED_AT"

func TestMain(m *testing.M) {
	if at, dir, ok := strings.Cut(os.Getenv(victim), "|"); ok {
		die(at, dir)
	}
	os.Exit(m.Run())
}

// die writes the changes of the test, and kills itself at the step.
func die(at, dir string) {
	f, err := disk.Open(dir, disk.Options{Random: rand.Reader, Clock: time.Now})
	if err == nil {
		f.At(func(step string) {
			if step != at {
				return
			}
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		})
		err = f.Write(context.Background(), changes())
	}
	fmt.Fprintln(os.Stderr, "not killed:", err)
	os.Exit(3)
}

// changes are one of each kind.
func changes() []patch.Change {
	return []patch.Change{
		{Path: "a.txt", Action: patch.Modify, Mode: patch.ModeFile, Data: []byte("new a\n")},
		{Path: "sub/gone.txt", Action: patch.Delete},
		{Path: "new/deep/file.txt", Action: patch.Create, Mode: patch.ModeFile, Data: []byte("created\n")},
		{Path: "to/here.sh", From: "from/there.sh", Action: patch.Rename, Mode: patch.ModeExecutable, Data: []byte("moved\n")},
		{Path: "tool", Action: patch.Chmod, Mode: patch.ModeExecutable, Data: []byte("tool\n")},
		{Path: "private.txt", Action: patch.Modify, Mode: patch.ModeFile, Data: []byte("new private\n")},
	}
}

// plant makes the folder that changes fits to, and a neighbour that nothing may touch. It gives both.
func plant(t *testing.T) (dir, outside string) {
	t.Helper()
	parent := t.TempDir()
	dir, outside = filepath.Join(parent, "dir"), filepath.Join(parent, "outside")
	for name, file := range map[string]struct {
		text string
		mode fs.FileMode
	}{
		"dir/a.txt": {"old a\n", 0o664}, "dir/sub/gone.txt": {"gone\n", 0o644}, "dir/from/there.sh": {"there\n", 0o750}, "dir/from/stays": {"s\n", 0o600},
		"dir/tool": {"tool\n", 0o640}, "dir/private.txt": {"old private\n", 0o600}, "dir/many/other.txt": {"other\n", 0o444},
		"outside/a.txt": {"outside\n", 0o644}, "outside/gone.txt": {"outside gone\n", 0o644}, "outside/here.sh": {"outside here\n", 0o644},
	} {
		path := filepath.Join(parent, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, file.mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir, outside
}

func open(t *testing.T, dir string) *disk.Folder {
	t.Helper()
	f, err := disk.Open(dir, disk.Options{Random: rand.Reader, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// shot is everything below a folder: modes, bytes, where links lead.
func shot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		text := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path) //nolint:gosec // nobody else is in the folder by now
			if err != nil {
				return err
			}
			text += " " + string(data)
		case info.Mode()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(path)
			text += " -> " + to
		}
		out[filepath.ToSlash(name)] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// differences names what is not the same in two shots.
func differences(a, b map[string]string) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if a[name] != b[name] {
			out = append(out, fmt.Sprintf("%s: %q, then %q", name, a[name], b[name]))
		}
	}
	return out
}

func unchanged(t *testing.T, before, now map[string]string) {
	t.Helper()
	if d := differences(before, now); len(d) > 0 {
		t.Errorf("not as before:\n%s", strings.Join(d, "\n"))
	}
}

func clock() time.Time { return time.Now() }

// pause lets others go on, for about as long as it takes to look at a file and to write it.
func pause() { time.Sleep(200 * time.Microsecond) }
