package repo_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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

// env is a git environment that no configuration of the machine reaches.
func env(more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CEILING_DIRECTORIES=" + os.TempDir(), "TMPDIR=" + os.TempDir(), "SystemRoot=" + os.Getenv("SystemRoot"),
	}, more...)
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
	cmd := exec.CommandContext(s.t.Context(), "git", args...)
	cmd.Dir = s.dir
	cmd.Env = env(
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org",
	)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

func (s sandbox) write(path, text string) {
	s.t.Helper()
	name := filepath.Join(s.dir, filepath.FromSlash(path))
	must(s.t, os.MkdirAll(filepath.Dir(name), 0o755))
	must(s.t, os.WriteFile(name, []byte(text), 0o644))
}

func (s sandbox) commit(message string) string {
	s.t.Helper()
	s.git("add", "-A")
	s.git("commit", "-q", "--allow-empty", "-m", message)
	return s.git("rev-parse", "HEAD")
}

// start makes a repository with a few files in one commit.
func start(t testing.TB) sandbox {
	t.Helper()
	s := empty(t)
	s.write("go.mod", "module example.org/x\n")
	s.write("a/one.go", "package a\n")
	s.write("a/b/two.go", "package b\n")
	s.write("specs/x.spec.md", "# Spec: X\n")
	s.write("run.sh", "#!/bin/sh\n")
	must(t, os.Chmod(filepath.Join(s.dir, "run.sh"), 0o755))
	s.commit("Begin")
	return s
}

func empty(t testing.TB) sandbox {
	t.Helper()
	s := sandbox{t: t, dir: filepath.Join(realTemp(t), "work")}
	must(t, os.Mkdir(s.dir, 0o755))
	s.git("init", "-q", "-b", "main", ".")
	return s
}

// realTemp is a temporary folder by the name that git gives it: macOS puts /private before it.
func realTemp(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	return dir
}

func open(t testing.TB, dir string, more ...string) *repo.Repo {
	t.Helper()
	r, err := repo.Open(t.Context(), dir, repo.Options{Env: env(more...), Clock: clock})
	must(t, err)
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// kindOf gives the kind of an error for people, "" if it is not one.
func kindOf(err error) repo.Kind {
	var e *repo.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// frozen notes everything that must not change in a repository, and checks at the end of the test that it did not: every byte
// and time of the working trees and of the git folder, but for objects, the state folder and what the test names by prefix.
func frozen(t testing.TB, dir string, but ...string) {
	t.Helper()
	before := photograph(t, dir, but)
	t.Cleanup(func() {
		after := photograph(t, dir, but)
		for path, was := range before {
			if is, ok := after[path]; !ok || is != was {
				t.Errorf("%s changed:\n was %s\n is  %s", path, was, is)
			}
		}
		for path := range after {
			if _, ok := before[path]; !ok {
				t.Errorf("%s is new", path)
			}
		}
	})
}

func photograph(t testing.TB, dir string, but []string) map[string]string {
	t.Helper()
	skip := append([]string{".git/objects", ".git/specgen", "objects", "specgen"}, but...)
	shots := map[string]string{}
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
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
		case d.IsDir():
			// The times of git's own folders change when a lock file comes and goes.
			shots[name] = info.Mode().String()
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			shots[name] = target
			return err
		default:
			data, err := os.ReadFile(path)
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

func TestOneRoundTrip(t *testing.T) {
	t.Parallel()
	s := start(t)
	frozen(t, s.dir, ".git/refs/heads/specgen", ".git/logs/refs/heads/specgen", ".git/refs/specgen")
	r := open(t, s.dir)
	ctx := t.Context()
	head, err := r.Head(ctx)
	must(t, err)
	equal(t, "branch", head.Branch, "main")
	equal(t, "commit", head.Commit, s.git("rev-parse", "HEAD"))
	tree, err := r.WriteTree(ctx, head.Commit, []patch.Change{
		{Path: "a/one.go", Action: patch.Modify, Data: []byte("package one\n")},
		{Path: "c/d/new.go", Action: patch.Create, Data: []byte("package d\n")},
		{Path: "a/b/two.go", Action: patch.Delete},
	})
	must(t, err)
	commit, err := r.Commit(ctx, repo.Commit{Tree: tree, Parents: []string{head.Commit}, Message: "Regenerate"})
	must(t, err)
	must(t, r.UpdateRefs(ctx, []repo.RefUpdate{{Name: "refs/heads/specgen/x/1", New: commit}}, "candidate 1"))
	equal(t, "fsck", s.git("fsck", "--strict", "--no-dangling"), "")
	equal(t, "files", s.git("ls-tree", "-r", "--name-only", commit), "a/one.go\nc/d/new.go\ngo.mod\nrun.sh\nspecs/x.spec.md")
	equal(t, "mode", s.git("ls-tree", commit, "run.sh")[:6], "100755")
	dirty, err := r.Dirty(ctx, head.Commit, nil)
	must(t, err)
	equal(t, "dirty", show(dirty), "")
	files, err := r.WorkingFiles(ctx, nil, "specs")
	must(t, err)
	equal(t, "files", showFiles(files), `specs/x.spec.md="# Spec: X\n"`)
	run, err := r.SaveRun(ctx, repo.Run{ID: "20260304-050607-abcd", Files: map[string][]byte{"journal.jsonl": []byte("{}\n")}, Attempts: map[string]string{"1": tree}})
	must(t, err)
	loaded, err := r.LoadRun(ctx, "20260304-050607-abcd")
	must(t, err)
	equal(t, "journal", string(loaded["journal.jsonl"]), "{}\n")
	equal(t, "run", s.git("rev-parse", "refs/specgen/runs/20260304-050607-abcd"), run)
}

var _ context.Context
