package repo_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// TestMain lets properties that start git several times each be checked less often by default: -rapid.checks=N asks for more.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		_ = checks.Value.Set("30")
	}
	os.Exit(m.Run())
}

// env is a git environment that no configuration of the machine reaches.
func env(more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CEILING_DIRECTORIES=" + os.TempDir(), "TMPDIR=" + os.TempDir(), "SystemRoot=" + os.Getenv("SystemRoot"),
	}, more...)
}

func person() []string {
	return []string{
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org",
	}
}

func clock() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600)) }

// sandbox is a folder in which real git works.
type sandbox struct {
	t   testing.TB
	dir string
}

// git runs git and gives its output; a failure ends the test.
func (s sandbox) git(args ...string) string {
	s.t.Helper()
	return s.gitIn(nil, args...)
}

func (s sandbox) gitIn(stdin []byte, args ...string) string {
	s.t.Helper()
	cmd := gitCommand(s.t, s.dir, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

func gitCommand(tb testing.TB, dir string, args ...string) *exec.Cmd {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = env(person()...)
	return cmd
}

func (s sandbox) write(path, text string) {
	s.t.Helper()
	name := s.path(path)
	must(s.t, os.MkdirAll(filepath.Dir(name), 0o750))
	must(s.t, os.WriteFile(name, []byte(text), 0o600))
}

func (s sandbox) chmod(path string, mode os.FileMode) {
	s.t.Helper()
	must(s.t, os.Chmod(s.path(path), mode))
}

func (s sandbox) path(path string) string { return filepath.Join(s.dir, filepath.FromSlash(path)) }

func (s sandbox) commit(message string) string {
	s.t.Helper()
	s.git("add", "-A")
	s.git("commit", "-q", "--allow-empty", "-m", message)
	return s.git("rev-parse", "HEAD")
}

// start makes a repository with a few files in one commit.
func start(tb testing.TB) sandbox {
	tb.Helper()
	s := empty(tb)
	s.write("go.mod", "module example.org/x\n")
	s.write("a/one.go", "package a\n")
	s.write("a/b/two.go", "package b\n")
	s.write("specs/x.spec.md", "# Spec: X\n")
	s.write("run.sh", "#!/bin/sh\n")
	s.chmod("run.sh", 0o755)
	s.commit("Begin")
	return s
}

func empty(tb testing.TB) sandbox {
	tb.Helper()
	s := sandbox{t: tb, dir: filepath.Join(realTemp(tb), "repository")}
	must(tb, os.Mkdir(s.dir, 0o750))
	s.git("init", "-q", "-b", "main", ".")
	return s
}

// realTemp is a temporary folder by the name that git gives it: macOS puts /private before it.
func realTemp(tb testing.TB) string {
	tb.Helper()
	dir, err := filepath.EvalSymlinks(tb.TempDir())
	must(tb, err)
	return dir
}

func open(tb testing.TB, dir string, more ...string) *repo.Repo {
	tb.Helper()
	r, err := repo.Open(tb.Context(), dir, repo.Options{Env: env(more...), Clock: clock})
	must(tb, err)
	return r
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func equal[T comparable](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if got != want {
		tb.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// kindOf gives the kind of an error for people, "" if it is not one.
func kindOf(err error) repo.Kind {
	if e, ok := errors.AsType[*repo.Error](err); ok {
		return e.Kind
	}
	return ""
}

// frozen notes everything that must not change in a repository, and checks at the end of the test that it did not: every byte
// and time of the working trees and of the git folder, but for objects, the state folder and what the test names by prefix.
func frozen(tb testing.TB, dir string, but ...string) {
	tb.Helper()
	unchanged(tb, dir, append([]string{".git/objects", ".git/specgen", "objects", "specgen"}, but...))
}

// unchanged is frozen for all but what is skipped by prefix.
func unchanged(tb testing.TB, dir string, skip []string) {
	tb.Helper()
	before := photograph(tb, dir, skip)
	tb.Cleanup(func() {
		after := photograph(tb, dir, skip)
		for path, was := range before {
			if is, ok := after[path]; !ok || is != was {
				tb.Errorf("%s changed:\n was %s\n is  %s", path, was, is)
			}
		}
		for path := range after {
			if _, ok := before[path]; !ok {
				tb.Errorf("%s is new", path)
			}
		}
	})
}

func photograph(tb testing.TB, dir string, skip []string) map[string]string {
	tb.Helper()
	shots := map[string]string{}
	root, err := os.OpenRoot(dir)
	must(tb, err)
	defer root.Close() //nolint:errcheck // only read
	must(tb, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if slices.ContainsFunc(skip, func(s string) bool { return name == s || strings.HasPrefix(name, s+"/") }) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(d.Name(), "sharedindex."):
			// Every git that reads a split index gives its shared half a new date, lest it be pruned.
			data, err := root.ReadFile(name)
			shots[name] = string(data)
			return err
		case d.IsDir():
			// The times of git's own folders change when a lock file comes and goes.
			shots[name] = info.Mode().String()
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := root.Readlink(name)
			shots[name] = target
			return err
		default:
			data, err := root.ReadFile(name)
			sum := sha256.Sum256(data)
			shots[name] = fmt.Sprint(info.Mode(), info.ModTime().UnixNano(), " ", hex.EncodeToString(sum[:8]))
			return err
		}
		return nil
	}))
	return shots
}

// show writes deltas down for comparison: + path for what is there, - path for what is gone.
func show(deltas []patch.Delta) string {
	var lines []string
	for _, d := range deltas {
		if d.Mode == 0 {
			lines = append(lines, "-"+d.Path)
			continue
		}
		lines = append(lines, "+"+d.Path)
	}
	return strings.Join(lines, " ")
}

func showFiles(files []patch.File) string {
	var lines []string
	for _, f := range files {
		lines = append(lines, fmt.Sprintf("%s=%q", f.Path, f.Data))
	}
	return strings.Join(lines, " ")
}

func unhex(tb testing.TB, text string) []byte {
	tb.Helper()
	raw, err := hex.DecodeString(text)
	must(tb, err)
	return raw
}
