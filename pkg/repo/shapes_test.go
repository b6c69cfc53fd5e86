package repo_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// candidate does what a run does: it reads, writes a candidate on the head and puts a branch on it. It gives the commit.
func candidate(t *testing.T, r *repo.Repo) string {
	t.Helper()
	ctx := t.Context()
	head, err := r.Resolve(ctx, "HEAD")
	must(t, err)
	files, err := r.Files(ctx, head, nil)
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no files at the head")
	}
	changes := []patch.Change{{Path: "new/deep/file.go", Action: patch.Create, Data: []byte("package deep\n")}}
	tree, err := r.WriteTree(ctx, head, changes)
	must(t, err)
	delta, err := r.Changes(ctx, head, tree)
	must(t, err)
	equal(t, "changes", show(delta), "+new/deep/file.go")
	commit, err := r.Commit(ctx, repo.Commit{Tree: tree, Parents: []string{head}, Message: "Candidate"})
	must(t, err)
	must(t, r.UpdateRefs(ctx, []repo.RefUpdate{{Name: "refs/heads/specgen/x/1", New: commit}}, "candidate"))
	got, err := r.Ref(ctx, "refs/heads/specgen/x/1")
	must(t, err)
	equal(t, "branch", got, commit)
	return commit
}

// branchFiles are where candidate leaves its mark, besides objects.
func branchFiles(git string) []string {
	return []string{git + "/refs/heads/specgen", git + "/logs/refs/heads/specgen", git + "/logs/refs/heads"}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	shapes := map[string]func(s sandbox) (dir string, env []string, bare bool){
		"plain": func(s sandbox) (string, []string, bool) { return s.dir, nil, false },
		"subdirectory": func(s sandbox) (string, []string, bool) {
			return filepath.Join(s.dir, "a", "b"), nil, false
		},
		"bare": func(s sandbox) (string, []string, bool) {
			bare := filepath.Join(realTemp(s.t), "bare.git")
			s.git("clone", "-q", "--bare", s.dir, bare)
			return bare, nil, true
		},
		"linked worktree": func(s sandbox) (string, []string, bool) {
			linked := filepath.Join(realTemp(s.t), "linked")
			s.git("worktree", "add", "-q", "-b", "side", linked)
			return linked, nil, false
		},
		"linked worktree of a bare repository": func(s sandbox) (string, []string, bool) {
			bare, linked := filepath.Join(realTemp(s.t), "bare.git"), filepath.Join(realTemp(s.t), "linked")
			s.git("clone", "-q", "--bare", s.dir, bare)
			s.git("-C", bare, "worktree", "add", "-q", "-b", "side", linked)
			return linked, nil, false
		},
		"submodule": func(s sandbox) (string, []string, bool) {
			super := start(s.t)
			super.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", s.dir, "sub")
			super.commit("Add a submodule")
			return filepath.Join(super.dir, "sub"), nil, false
		},
		"shallow": func(s sandbox) (string, []string, bool) {
			s.commit("Second")
			clone := filepath.Join(realTemp(s.t), "shallow")
			s.git("clone", "-q", "--depth=1", "file://"+filepath.ToSlash(s.dir), clone)
			return clone, nil, false
		},
		"sparse": func(s sandbox) (string, []string, bool) {
			s.git("sparse-checkout", "set", "specs")
			return s.dir, nil, false
		},
		"sparse index": func(s sandbox) (string, []string, bool) {
			s.git("sparse-checkout", "set", "--cone", "--sparse-index", "specs")
			return s.dir, nil, false
		},
		"split index": func(s sandbox) (string, []string, bool) {
			s.git("update-index", "--split-index")
			return s.dir, nil, false
		},
		"partial clone": func(s sandbox) (string, []string, bool) {
			s.git("config", "uploadpack.allowFilter", "true")
			s.git("config", "uploadpack.allowAnySHA1InWant", "true")
			clone := filepath.Join(realTemp(s.t), "partial")
			s.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+filepath.ToSlash(s.dir), clone)
			return clone, nil, false
		},
		"packed": func(s sandbox) (string, []string, bool) {
			s.git("gc", "-q", "--prune=now")
			s.git("pack-refs", "--all")
			return s.dir, nil, false
		},
		"detached": func(s sandbox) (string, []string, bool) {
			s.git("checkout", "-q", "--detach")
			return s.dir, nil, false
		},
		"absolute alternates": func(s sandbox) (string, []string, bool) {
			s.git("gc", "-q")
			clone := filepath.Join(realTemp(s.t), "shared")
			s.git("clone", "-q", "--shared", s.dir, clone)
			return clone, nil, false
		},
		"relative alternates": func(s sandbox) (string, []string, bool) {
			clone := filepath.Join(filepath.Dir(s.dir), "clone")
			s.git("clone", "-q", "--shared", s.dir, clone)
			must(s.t, os.WriteFile(filepath.Join(clone, ".git/objects/info/alternates"), []byte("../../../repository/.git/objects\n"), 0o600))
			return clone, nil, false
		},
		"GIT_DIR and GIT_WORK_TREE": func(s sandbox) (string, []string, bool) {
			git := filepath.Join(realTemp(s.t), "elsewhere.git")
			must(s.t, os.Rename(filepath.Join(s.dir, ".git"), git))
			return s.dir, []string{"GIT_DIR=" + git, "GIT_WORK_TREE=" + s.dir}, false
		},
		"relative GIT_DIR": func(s sandbox) (string, []string, bool) {
			must(s.t, os.Rename(filepath.Join(s.dir, ".git"), filepath.Join(s.dir, "hidden")))
			s.write("hidden/info/exclude", "/hidden\n")
			return s.dir, []string{"GIT_DIR=hidden"}, false
		},
		"harmless extensions": func(s sandbox) (string, []string, bool) {
			s.git("config", "core.repositoryFormatVersion", "1")
			s.git("config", "extensions.worktreeConfig", "true")
			s.git("config", "extensions.preciousObjects", "true")
			return s.dir, nil, false
		},
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, more, bare := shape(start(t))
			r := open(t, dir, more...)
			equal(t, "bare", r.Bare(), bare)
			equal(t, "root", r.Root() == "", bare)
			if bare {
				frozen(t, dir, "refs/heads/specgen", "logs")
				_, err := r.WorkingFiles(t.Context(), nil)
				equal(t, "no working tree", errors.Is(err, repo.ErrNoWorkTree), true)
				_, err = r.Dirty(t.Context(), "", nil)
				equal(t, "no working tree", errors.Is(err, repo.ErrNoWorkTree), true)
			} else {
				frozen(t, r.Root(), append(branchFiles(".git"), "hidden/objects", "hidden/refs/heads/specgen", "hidden/logs/refs/heads/specgen")...)
				if name != "partial clone" { // nothing is checked out there
					dirty, err := r.Dirty(t.Context(), mustHead(t, r), nil)
					must(t, err)
					equal(t, "dirty", show(dirty), "")
				}
			}
			commit := candidate(t, r)
			checker := sandbox{t: t, dir: r.GitDir()}
			equal(t, "git's view", checker.git("--git-dir="+r.GitDir(), "ls-tree", "-r", "--name-only", commit, "new/"), "new/deep/file.go")
			if name != "partial clone" {
				checker.git("--git-dir="+r.CommonDir(), "fsck", "--strict", "--no-dangling")
			}
		})
	}
}

func mustHead(t *testing.T, r *repo.Repo) string {
	t.Helper()
	head, err := r.Head(t.Context())
	must(t, err)
	return head.Commit
}

func TestIDIsSharedByWorktreesOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	linked := filepath.Join(realTemp(t), "linked")
	s.git("worktree", "add", "-q", "--detach", linked)
	a, b, c := open(t, s.dir), open(t, linked), open(t, start(t).dir)
	equal(t, "same", a.ID() == b.ID(), true)
	equal(t, "other", a.ID() == c.ID(), false)
	equal(t, "common", b.CommonDir(), a.GitDir())
	state, err := b.StateDir()
	must(t, err)
	equal(t, "state", state, filepath.Join(a.GitDir(), "specgen"))
	if info, err := os.Stat(state); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("state folder: %v %v", info, err)
	}
}

func TestHeads(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.git("checkout", "-q", "-b", "feature/x")
	s.git("tag", "HEAD") // a tag of that name must not fool anybody
	head, err := open(t, s.dir).Head(t.Context())
	must(t, err)
	equal(t, "branch", head.Branch, "feature/x")
	s.git("checkout", "-q", "--detach")
	head, err = open(t, s.dir).Head(t.Context())
	must(t, err)
	equal(t, "branch", head.Branch, "")
	equal(t, "commit", head.Commit, s.git("rev-parse", "main"))
}

func TestResolve(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	second := s.commit("Second")
	s.git("tag", "-a", "-m", "x", "v1")
	r := open(t, s.dir)
	for rev, want := range map[string]string{
		"HEAD": second, "main": second, "v1": second, "HEAD~1": first, first[:10]: first, first: first, "main^{/Begin}": first,
	} {
		got, err := r.Resolve(t.Context(), rev)
		must(t, err)
		equal(t, rev, got, want)
	}
	for _, rev := range []string{"nosuch", "", "--all", "-h", "HEAD^{tree}", strings.Repeat("a", 40), "HEAD:go.mod", "main..v1"} {
		_, err := r.Resolve(t.Context(), rev)
		if kindOf(err) != repo.KindUnknownRevision || !errors.Is(err, repo.ErrNotFound) || !strings.Contains(err.Error(), rev) {
			t.Errorf("%q: %v", rev, err)
		}
	}
}

func TestEmptyRepository(t *testing.T) {
	t.Parallel()
	s := empty(t)
	frozen(t, s.dir)
	r := open(t, s.dir)
	_, err := r.Head(t.Context())
	equal(t, "head", errors.Is(err, repo.ErrNoCommit), true)
	_, err = r.Resolve(t.Context(), "HEAD")
	equal(t, "resolve", kindOf(err), repo.KindNoCommit)
	files, err := r.WorkingFiles(t.Context(), nil)
	must(t, err)
	equal(t, "files", len(files), 0)
}

func TestOpenExplains(t *testing.T) {
	t.Parallel()
	unix := runtime.GOOS != "windows"
	temp := realTemp(t)
	old := filepath.Join(temp, "old-git")
	must(t, os.WriteFile(old, []byte("#!/bin/sh\nshift; for a; do echo \"$a\"; done\n"), 0o755))
	sha256 := sandbox{t: t, dir: filepath.Join(temp, "sha256")}
	must(t, os.Mkdir(sha256.dir, 0o750))
	sha256.git("init", "-q", "--object-format=sha256", ".")
	reftable := start(t)
	reftable.git("config", "core.repositoryFormatVersion", "1")
	reftable.git("config", "extensions.refStorage", "reftable")
	plain, file := start(t).dir, filepath.Join(temp, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	cases := map[string]struct {
		dir, git string
		env      []string
		kind     repo.Kind
		says     string
		hint     string
		unixOnly bool
	}{
		"not a repository": {dir: temp, kind: repo.KindNotRepository, says: temp, hint: "git init"},
		"no such folder":   {dir: filepath.Join(temp, "nosuch"), kind: repo.KindUnreadable, says: "nosuch", hint: "-C"},
		"a file":           {dir: file, kind: repo.KindUnreadable, says: "not a folder", hint: "-C"},
		"no git":           {dir: plain, git: "no-such-git", kind: repo.KindGitMissing, says: "no-such-git", hint: "install git"},
		"no git at path":   {dir: plain, git: filepath.Join(temp, "nosuch", "git"), kind: repo.KindGitMissing, says: "nosuch", hint: "install git"},
		"old git":          {dir: plain, git: old, kind: repo.KindGitOld, says: "2.31", hint: "newer", unixOnly: true},
		"foreign owner": {
			dir: plain, env: []string{"GIT_TEST_ASSUME_DIFFERENT_OWNER=1"}, kind: repo.KindOwnership, says: plain,
			hint: "git config --global --add safe.directory " + plain,
		},
		"sha256":        {dir: sha256.dir, kind: repo.KindUnsupported, says: "sha256", hint: "--object-format=sha1"},
		"reftable":      {dir: reftable.dir, kind: repo.KindUnsupported, says: "ref", hint: ""},
		"in git folder": {dir: filepath.Join(plain, ".git"), kind: repo.KindNoWorkTree, says: "git folder", hint: "-C"},
		"wrong GIT_DIR": {dir: plain, env: []string{"GIT_DIR=" + temp}, kind: repo.KindNotRepository, says: plain, hint: "git init"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.unixOnly && !unix {
				t.Skip("needs a shell script")
			}
			_, err := repo.Open(t.Context(), c.dir, repo.Options{Env: env(c.env...), Git: c.git, Clock: clock})
			var e *repo.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			equal(t, "kind", e.Kind, c.kind)
			if !strings.Contains(e.Message, c.says) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("message %q, hint %q", e.Message, e.Hint)
			}
		})
	}
}

// A hook runs with GIT_INDEX_FILE and GIT_DIR set; a relative one is meant from the root of the working tree.
func TestIndexOfAHook(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write("go.mod", "module changed\n")
	r := open(t, filepath.Join(s.dir, "a"), "GIT_INDEX_FILE=.git/index")
	dirty, err := r.Dirty(t.Context(), s.git("rev-parse", "HEAD"), nil)
	must(t, err)
	equal(t, "dirty", show(dirty), "+go.mod")
}
