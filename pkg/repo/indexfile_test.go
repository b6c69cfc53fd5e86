package repo

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// indexOf makes a repository by commands for git and gives its index file, and what git says of it.
func indexOf(t *testing.T, commands ...string) (data []byte, listing string) {
	t.Helper()
	dir := t.TempDir()
	git := func(line string) string {
		cmd := exec.CommandContext(t.Context(), "git", strings.Fields(line)...)
		cmd.Dir = dir
		cmd.Env = []string{
			"PATH=" + os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "SystemRoot=" + os.Getenv("SystemRoot"),
			"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.org",
		}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %s: %v", line, err)
		}
		return string(out)
	}
	git("init -q")
	// A folder and a file of one beginning, and names of many lengths.
	for _, name := range []string{"a", "a-b", "a.b/c", "aa/" + strings.Repeat("n", 200), "b/c/d", "b/c/dd", ".gitattributes", "b/.gitattributes"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("add -A")
	git("commit -q -m x")
	for _, line := range commands {
		git(line)
	}
	data, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	if err != nil {
		t.Fatal(err)
	}
	return data, git("ls-files -z -v --stage")
}

func TestScanIndexReadsWhatGitReads(t *testing.T) {
	t.Parallel()
	for name, commands := range map[string][]string{
		"version 2":    nil,
		"version 3":    {"update-index --skip-worktree a", "update-index --assume-unchanged b/c/d"},
		"version 4":    {"update-index --index-version 4", "update-index --skip-worktree a"},
		"removed":      {"rm -q -r b/c"},
		"no cachetree": {"update-index --force-remove a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, listing := indexOf(t, commands...)
			view, err := scanIndex(data, scope{})
			if err != nil {
				t.Fatal(err)
			}
			lines := fields([]byte(listing))
			for _, line := range lines {
				want, err := parseIndexLine(line)
				if err != nil || view.tracked[want.path] != want {
					t.Errorf("got %+v, want %+v (%v)", view.tracked[want.path], want, err)
				}
			}
			if len(view.tracked) != len(lines) || len(view.attributes) != 2 {
				t.Errorf("%d entries, want %d; %d attributes", len(view.tracked), len(lines), len(view.attributes))
			}
			few, err := scanIndex(data, newScope(nil, []string{"b/c"}))
			if err != nil || len(few.tracked) != strings.Count(listing, "\tb/c/") || len(few.attributes) != 2 {
				t.Errorf("below b/c: %v %v", few, err)
			}
			few, err = scanIndex(data, newScope(nil, []string{"a"}))
			if err != nil || len(few.attributes) != 1 {
				t.Errorf("attributes of the root: %v %v", few, err)
			}
		})
	}
}

func TestOddIndexesAreLeftToGit(t *testing.T) {
	t.Parallel()
	for name, commands := range map[string][]string{
		"split":  {"update-index --split-index"},
		"sparse": {"sparse-checkout set --cone --sparse-index aa"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, _ := indexOf(t, commands...)
			if _, err := scanIndex(data, newScope(nil, []string{"b"})); !errors.Is(err, errOddIndex) {
				t.Errorf("got %v", err)
			}
		})
	}
	for name, data := range map[string]string{"short": "DIRC", "other": strings.Repeat("x", 100), "version 9": "DIRC\x00\x00\x00\x09" + strings.Repeat("\x00", 50)} {
		if _, err := scanIndex([]byte(data), scope{}); !errors.Is(err, errOddIndex) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the bytes, scanning ends without a panic.
func FuzzScanIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x01" + strings.Repeat("\x00", 100)))
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x02" + strings.Repeat("\x40", 200)))
	f.Fuzz(func(t *testing.T, data []byte) {
		view, err := scanIndex(data, newScope(nil, []string{"a"}))
		if err == nil && len(view.tracked) > len(data) {
			t.Errorf("%d entries in %d bytes", len(view.tracked), len(data))
		}
	})
}
