package repo

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// CheckedOut tells whether a branch (short or full name) is what some working tree of the repository stands on, and which. A
// branch that is being rebased or bisected there counts, as it does for git: moving it would be undone or break that.
func (r *Repo) CheckedOut(ctx context.Context, branch string) (worktree string, ok bool, err error) {
	held, err := r.heldBranches(ctx)
	if err != nil {
		return "", false, err
	}
	worktree, ok = held["refs/heads/"+strings.TrimPrefix(branch, "refs/heads/")]
	return worktree, ok, nil
}

// refuseCheckedOut looks into git's files first, which costs no process, and asks git only where they name one of the branches.
func (r *Repo) refuseCheckedOut(ctx context.Context, updates []RefUpdate) error {
	named := map[string]bool{}
	for _, folder := range r.gitFolders() {
		named[headRef(folder)] = true
		for _, name := range busyBranches(folder) {
			named[name] = true
		}
	}
	for _, u := range updates {
		if !named[u.Name] {
			continue
		}
		worktree, held, err := r.CheckedOut(ctx, u.Name)
		if err != nil {
			return err
		}
		if held {
			return errCheckedOut(strings.TrimPrefix(u.Name, "refs/heads/"), worktree)
		}
	}
	return nil
}

// headRef gives the full name of the ref that a working tree stands on, by its git folder; "" if detached. The files format is
// the only one that Open lets through.
func headRef(gitDir string) string {
	file := filepath.Join(gitDir, "HEAD")
	if target, err := os.Readlink(file); err == nil {
		return filepath.ToSlash(target) // as git made it long ago, and may be told to (core.preferSymlinkRefs)
	}
	text, err := os.ReadFile(file) //nolint:gosec // a file of git's own
	if err != nil {
		return ""
	}
	name, ok := strings.CutPrefix(string(text), "ref:")
	if !ok {
		return ""
	}
	return strings.TrimSpace(name)
}

// heldBranches gives the working tree that holds each branch, by full name.
func (r *Repo) heldBranches(ctx context.Context) (map[string]string, error) {
	out, err := r.git(ctx, command{args: []string{"worktree", "list", "--porcelain"}})
	if err != nil {
		return nil, err
	}
	held := map[string]string{}
	worktree := ""
	for line := range strings.Lines(string(out)) {
		word, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		switch word {
		case "worktree":
			worktree = filepath.FromSlash(rest)
		case "branch":
			held[rest] = worktree
		}
	}
	for _, folder := range r.gitFolders() {
		for _, name := range busyBranches(folder) {
			if _, known := held[name]; !known {
				held[name] = workTreeOf(folder)
			}
		}
	}
	return held, nil
}

// busyBranches gives what git worktree list does not show: branches in the middle of a rebase or a bisection, whose working
// trees count as detached.
func busyBranches(gitDir string) []string {
	var names []string
	for _, file := range []string{"rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"} {
		text, err := os.ReadFile(filepath.Join(gitDir, filepath.FromSlash(file))) //nolint:gosec // a file of git's own
		if err != nil {
			continue // nothing of the kind going on
		}
		names = append(names, "refs/heads/"+strings.TrimPrefix(strings.TrimSpace(string(text)), "refs/heads/"))
	}
	return names
}

// gitFolders are the git folders of all working trees, linked or not.
func (r *Repo) gitFolders() []string {
	folders := []string{r.place.common}
	linked, err := os.ReadDir(filepath.Join(r.place.common, "worktrees"))
	if err != nil {
		return folders // there are none
	}
	for _, f := range linked {
		folders = append(folders, filepath.Join(r.place.common, "worktrees", f.Name()))
	}
	return folders
}

// workTreeOf gives the working tree that a git folder belongs to.
func workTreeOf(gitDir string) string {
	if text, err := os.ReadFile(filepath.Join(gitDir, "gitdir")); err == nil { //nolint:gosec // a file of git's own
		return filepath.Dir(filepath.FromSlash(strings.TrimSpace(string(text))))
	}
	return filepath.Dir(gitDir)
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
