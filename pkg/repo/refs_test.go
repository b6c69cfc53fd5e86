package repo_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/specgen-dev/specgen/pkg/repo"
)

const branch = "refs/heads/specgen/x/1"

func update(t *testing.T, r *repo.Repo, name, id, old string) error {
	t.Helper()
	return r.UpdateRefs(t.Context(), []repo.RefUpdate{{Name: name, New: id, Old: old}}, "test")
}

func TestRefLifecycle(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	second := s.commit("Second")
	r := open(t, s.dir)
	must(t, update(t, r, branch, first, repo.Zero))
	var moved *repo.RefMovedError
	err := update(t, r, branch, second, "")
	if !errors.Is(err, repo.ErrRefMoved) || !errors.As(err, &moved) || moved.Name != branch || moved.Got != first || kindOf(err) != repo.KindRefMoved {
		t.Errorf("created twice: %v", err)
	}
	must(t, update(t, r, branch, second, first))
	err = update(t, r, branch, first, first)
	if !errors.As(err, &moved) || moved.Want != first || moved.Got != second {
		t.Errorf("moved from a stale place: %v", err)
	}
	equal(t, "delete stale", errors.Is(update(t, r, branch, "", first), repo.ErrRefMoved), true)
	equal(t, "delete without a place", kindOf(update(t, r, branch, "", "")), repo.KindBadChange)
	equal(t, "reflog", s.git("reflog", "show", "--format=%gs", "specgen/x/1"), "specgen: test\nspecgen: test")
	s.git("pack-refs", "--all")
	must(t, update(t, r, branch, "", second))
	got, err := r.Ref(t.Context(), branch)
	must(t, err)
	equal(t, "gone", got, repo.Zero)
	equal(t, "move what is gone", errors.Is(update(t, r, branch, first, second), repo.ErrRefMoved), true)
	for _, name := range []string{"main", "refs/heads/a b", "refs/heads/x\ndelete refs/heads/main", "HEAD"} {
		equal(t, name, kindOf(update(t, r, name, first, "")), repo.KindBadChange)
	}
	if err := update(t, r, branch, strings.Repeat("1", 40), ""); err == nil {
		t.Error("points at nothing")
	}
	if err := update(t, r, "refs/heads/specgen", first, ""); err != nil {
		t.Errorf("the folder of a deleted branch is in the way: %v", err)
	}
	if err := update(t, r, branch, first, ""); err == nil || errors.Is(err, repo.ErrRefMoved) || !strings.Contains(err.Error(), branch) {
		t.Errorf("a branch below a branch: %v", err)
	}
}

func TestRefsMoveTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	r := open(t, s.dir)
	must(t, update(t, r, "refs/heads/taken", first, ""))
	err := r.UpdateRefs(t.Context(), []repo.RefUpdate{{Name: branch, New: first}, {Name: "refs/heads/taken", New: first}}, "both")
	var moved *repo.RefMovedError
	if !errors.As(err, &moved) || moved.Name != "refs/heads/taken" {
		t.Errorf("got %v", err)
	}
	got, err := r.Ref(t.Context(), branch)
	must(t, err)
	equal(t, "the other", got, repo.Zero)
	must(t, r.UpdateRefs(t.Context(), nil, "nothing"))
}

func TestLockedRef(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	lock := filepath.Join(s.dir, ".git", filepath.FromSlash(branch)+".lock")
	must(t, os.MkdirAll(filepath.Dir(lock), 0o750))
	must(t, os.WriteFile(lock, nil, 0o600))
	err := update(t, open(t, s.dir), branch, first, "")
	equal(t, "kind", kindOf(err), repo.KindRefLocked)
}

func TestCheckedOutBranchesStay(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	s.write("go.mod", "module second\n")
	second := s.commit("Second")
	linked := filepath.Join(realTemp(t), "linked tree")
	s.git("worktree", "add", "-q", "-b", "side", linked)
	s.git("branch", "free")
	r := open(t, s.dir)
	for name, want := range map[string]string{"main": s.dir, "refs/heads/side": linked, "free": "", "nosuch": ""} {
		at, ok, err := r.CheckedOut(t.Context(), name)
		must(t, err)
		equal(t, name, at, want)
		equal(t, name, ok, want != "")
	}
	for _, name := range []string{"main", "side"} {
		err := update(t, r, "refs/heads/"+name, first, second)
		var held *repo.CheckedOutError
		if !errors.Is(err, repo.ErrCheckedOut) || !errors.As(err, &held) || held.Branch != name || kindOf(err) != repo.KindCheckedOut {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, name, errors.Is(update(t, r, "refs/heads/"+name, "", second), repo.ErrCheckedOut), true)
	}
	must(t, update(t, r, "refs/heads/free", first, second))
	// From the linked worktree the answer is the same.
	at, ok, err := open(t, linked).CheckedOut(t.Context(), "main")
	must(t, err)
	equal(t, "from there", at, s.dir)
	equal(t, "from there", ok, true)
	equal(t, "HEAD of an unborn branch", errors.Is(unborn(t), repo.ErrCheckedOut), true)
}

// unborn tries to give a commit to the branch that an empty repository stands on.
func unborn(t *testing.T) error {
	t.Helper()
	s := empty(t)
	r := open(t, s.dir)
	commit, err := r.Commit(t.Context(), repo.Commit{Tree: repo.EmptyTree, Message: "x"})
	must(t, err)
	return update(t, r, "refs/heads/main", commit, "")
}

func TestBranchBeingRebasedStays(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	s.git("checkout", "-q", "-b", "side")
	s.write("go.mod", "module side\n")
	side := s.commit("Side")
	s.git("checkout", "-q", "main")
	s.write("go.mod", "module main\n")
	s.commit("Main")
	s.git("checkout", "-q", "side")
	if gitCommand(t, s.dir, "rebase", "main").Run() == nil {
		t.Fatal("expected a conflict")
	}
	err := update(t, open(t, s.dir), "refs/heads/side", first, side)
	equal(t, "held", errors.Is(err, repo.ErrCheckedOut), true)
}

// The current branch of a bare repository is checked out nowhere.
func TestBranchOfBareRepositoryMoves(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	second := s.commit("Second")
	bare := filepath.Join(realTemp(t), "bare.git")
	s.git("clone", "-q", "--bare", s.dir, bare)
	must(t, update(t, open(t, bare), "refs/heads/main", first, second))
}

// Several writers, some of them plain git, count up one ref. Every success is in the history: nothing was overwritten.
func TestConcurrentMovesLoseNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	r := open(t, s.dir)
	must(t, update(t, r, branch, first, ""))
	tree := s.git("rev-parse", "HEAD^{tree}")
	var moved atomic.Int64
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			for range 6 {
				old, err := r.Ref(t.Context(), branch)
				if err != nil {
					t.Error(err)
					return
				}
				next, err := r.Commit(t.Context(), repo.Commit{Tree: tree, Parents: []string{old}, Message: "Count"})
				if err != nil {
					t.Error(err)
					return
				}
				switch err := update(t, r, branch, next, old); {
				case err == nil:
					moved.Add(1)
				case !errors.Is(err, repo.ErrRefMoved):
					t.Error(err)
				}
			}
		})
	}
	wait.Go(func() {
		for range 6 {
			old, err := gitCommand(t, s.dir, "rev-parse", branch).Output()
			if err != nil {
				t.Error(err)
				return
			}
			from := strings.TrimSpace(string(old))
			next, err := gitCommand(t, s.dir, "commit-tree", "-m", "git", "-p", from, tree).Output()
			if err != nil {
				t.Error(err)
				return
			}
			if gitCommand(t, s.dir, "update-ref", branch, strings.TrimSpace(string(next)), from).Run() == nil {
				moved.Add(1)
			}
		}
	})
	wait.Wait()
	// Commits of the same parent and second are the same commit, so the history may be shorter than the number of calls that
	// won, but never by more than those.
	if moved.Load() == 0 {
		t.Fatal("nobody won")
	}
	log := int64(len(strings.Fields(s.git("reflog", "show", "--format=%H", branch)))) - 1
	equal(t, "moves in the reflog", log, moved.Load())
	s.git("fsck", "--strict", "--no-dangling")
}

func TestRefsLists(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.git("rev-parse", "HEAD")
	r := open(t, s.dir)
	must(t, update(t, r, "refs/specgen/runs/b", first, ""))
	must(t, update(t, r, "refs/specgen/runs/a", first, ""))
	must(t, update(t, r, "refs/specgen/runsx", first, ""))
	refs, err := r.Refs(t.Context(), "refs/specgen/runs/")
	must(t, err)
	if len(refs) != 2 || refs[0].Name != "refs/specgen/runs/a" || refs[1].ID != first || refs[0].When.IsZero() {
		t.Errorf("got %v", refs)
	}
}
