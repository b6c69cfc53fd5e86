package repo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/repo"
)

// files is a folder that is to become a repository.
func files(t *testing.T) sandbox {
	t.Helper()
	s := sandbox{t: t, dir: realTemp(t)}
	s.write("a/one.go", "package a\n")
	s.write("crlf.txt", "one\r\ntwo\r\n")
	s.write("specs/x.spec.md", "# Spec: X\n")
	return s
}

// hostile is a user's configuration in which everything that a commit could trip over is set.
func hostile(t *testing.T) []string {
	t.Helper()
	home := sandbox{t: t, dir: realTemp(t)}
	home.write("template/description", "from the template")
	home.write("hooks/pre-commit", "#!/bin/sh\nexit 1\n")
	home.chmod("hooks/pre-commit", 0o755)
	home.write("message", "from the template")
	home.write("attributes", "*.go filter=broken\n* text=auto\n")
	home.write("ignore", "*.go\n")
	home.write(".gitconfig", strings.ReplaceAll(`[user]
	name = User
	email = user@example.org
	useConfigOnly = true
[init]
	defaultBranch = trunk
	templateDir = "HOME/template"
	defaultObjectFormat = sha256
	defaultRefFormat = reftable
[core]
	autocrlf = true
	safecrlf = true
	hooksPath = "HOME/hooks"
	attributesFile = "HOME/attributes"
	excludesFile = "HOME/ignore"
[commit]
	gpgSign = true
	template = "HOME/message"
[gpg]
	program = false
[filter "broken"]
	clean = false
	required = true
`, "HOME", filepath.ToSlash(home.dir)))
	other := start(t)
	return []string{
		"HOME=" + home.dir, "XDG_CONFIG_HOME=" + home.dir, "GIT_CONFIG_GLOBAL=" + home.path(".gitconfig"),
		"GIT_DIR=" + other.path(".git"), "GIT_WORK_TREE=" + other.dir, "GIT_INDEX_FILE=" + other.path(".git/index"),
		"GIT_OBJECT_DIRECTORY=" + other.path(".git/objects"), "GIT_DEFAULT_HASH=sha256", "GIT_NAMESPACE=other",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=core.bare", "GIT_CONFIG_VALUE_0=true",
		"GIT_AUTHOR_NAME=User", "GIT_COMMITTER_EMAIL=user@example.org", "GIT_AUTHOR_DATE=@1 +0000",
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]func(t *testing.T) []string{
		"in a plain environment": func(*testing.T) []string { return nil },
		"in a user's":            hostile,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := files(t)
			s.write(".gitignore", "*.txt\n")
			r, err := repo.Create(t.Context(), s.dir, "Begin", repo.Options{Env: env(more(t)...), Clock: clock})
			must(t, err)
			equal(t, "root", r.Root(), s.dir)
			equal(t, "branch", s.git("symbolic-ref", "HEAD"), "refs/heads/main")
			equal(t, "commit", s.git("log", "--format=%an %ae %cn %ce %aI %cI %s"),
				"specgen specgen@localhost specgen specgen@localhost 2026-03-04T05:06:07+01:00 2026-03-04T05:06:07+01:00 Begin")
			equal(t, "files", s.git("ls-tree", "-r", "--name-only", "HEAD"), ".gitignore\na/one.go\ncrlf.txt\nspecs/x.spec.md")
			equal(t, "status", s.git("status", "--porcelain"), "")
			head, err := r.Head(t.Context())
			must(t, err)
			kept, err := r.Files(t.Context(), head.Commit, nil, "crlf.txt")
			must(t, err)
			equal(t, "content", showFiles(kept), `crlf.txt="one\r\ntwo\r\n"`)
			dirty, err := r.Dirty(t.Context(), head.Commit, nil)
			must(t, err)
			equal(t, "dirty", show(dirty), "")
		})
	}
}

func TestCreateOfAnEmptyFolder(t *testing.T) {
	t.Parallel()
	r, err := repo.Create(t.Context(), realTemp(t), "Begin", repo.Options{Env: env(), Clock: clock})
	must(t, err)
	head, err := r.Head(t.Context())
	must(t, err)
	if head.Commit == "" {
		t.Error("no commit")
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		dir  func(s sandbox) string
		git  string
		kind repo.Kind
	}{
		"a repository":     {dir: func(s sandbox) string { s.git("init", "-q"); return s.dir }, kind: repo.KindBadChange},
		"no folder":        {dir: func(s sandbox) string { return s.path("absent") }, kind: repo.KindUnreadable},
		"a file":           {dir: func(s sandbox) string { return s.path("crlf.txt") }, kind: repo.KindUnreadable},
		"a missing git":    {dir: func(s sandbox) string { return s.dir }, git: "git-that-is-not-there", kind: repo.KindGitMissing},
		"a git that fails": {dir: func(s sandbox) string { return s.dir }, git: "false", kind: repo.KindGit},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.git == "false" && runtime.GOOS == "windows" {
				t.Skip("no such program")
			}
			s := files(t)
			dir := c.dir(s)
			unchanged(t, s.dir, nil)
			_, err := repo.Create(t.Context(), dir, "Begin", repo.Options{Env: env(), Git: c.git})
			equal(t, "kind", kindOf(err), c.kind)
			e, ok := errors.AsType[*repo.Error](err)
			if !ok || e.Hint == "" {
				t.Errorf("no hint in %v", err)
			}
		})
	}
}

// A repository that was begun and not finished would be in the way of the next try.
func TestCreateLeavesNothingWhenItFails(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no shell scripts")
	}
	s := files(t)
	s.write("bin/git", "#!/bin/sh\ncase $* in *commit*) echo no space >&2; exit 1;; esac\nexec git \"$@\"\n")
	s.chmod("bin/git", 0o755)
	_, err := repo.Create(t.Context(), s.dir, "Begin", repo.Options{Env: env(), Git: s.path("bin/git")})
	if err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Lstat(s.path(".git")); err == nil {
		t.Error(".git is left")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := repo.Create(ctx, s.dir, "Begin", repo.Options{Env: env()}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
