package repo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// On Windows too git knows the file that is always empty by this name.
const nullFile = "/dev/null"

// Alone gives an environment for a repository that stands by itself: no variable points git at another repository, and nothing
// of the user's or the system's git configuration plays a part, be it identities, filters, hooks or signatures.
func Alone(env []string) []string {
	var kept []string
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		name = strings.ToUpper(name) // Windows does not tell the cases apart
		if !strings.HasPrefix(name, "GIT_") || name == "GIT_EXEC_PATH" {
			kept = append(kept, pair)
		}
	}
	return append(kept, "GIT_CONFIG_GLOBAL="+nullFile, "GIT_CONFIG_NOSYSTEM=1", "GIT_ATTR_NOSYSTEM=1")
}

// Create makes a new repository in the folder dir with one commit of all files that are there, ignored or not, byte for byte,
// and opens it. The branch is main; author, committer and environment are specgen's own, as Alone has it, and the date is that
// of opt.Clock. The Repo works in that environment too. Where it fails nothing of it is left. Errors are *Error.
func Create(ctx context.Context, dir, message string, opt Options) (*Repo, error) {
	if opt.Git == "" {
		opt.Git = "git"
	}
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	gitDir := filepath.Join(dir, ".git")
	if _, err := os.Lstat(gitDir); err == nil {
		return nil, &Error{Kind: KindBadChange, Message: dir + " is a repository already", Hint: "name another folder"}
	}
	opt.Env = Alone(opt.Env)
	r, err := create(ctx, dir, message, opt)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(gitDir))
	}
	return r, nil
}

func create(ctx context.Context, dir, message string, opt Options) (*Repo, error) {
	who := fallback()
	now := (&Repo{opt: opt}).now()
	date := fmt.Sprintf("@%d %s", now.Unix(), now.Format("-0700"))
	env := slices.Concat(opt.Env, []string{
		"GIT_TEMPLATE_DIR=", "GIT_AUTHOR_DATE=" + date, "GIT_COMMITTER_DATE=" + date,
		"GIT_AUTHOR_NAME=" + who.Name, "GIT_AUTHOR_EMAIL=" + who.Email, "GIT_COMMITTER_NAME=" + who.Name, "GIT_COMMITTER_EMAIL=" + who.Email,
	})
	// A git that is too old for GIT_CONFIG_GLOBAL needs telling once more.
	own := []string{"-c", "commit.gpgsign=false", "-c", "core.hooksPath=" + nullFile, "-c", "core.attributesFile=" + nullFile}
	steps := [][]string{
		{"-c", "init.defaultBranch=main", "init", "--quiet"},
		{"config", "core.autocrlf", "false"}, // the files are meant as they are, in later checkouts too
		slices.Concat(own, []string{"add", "--all", "--force"}),
		slices.Concat(own, []string{"commit", "--quiet", "--allow-empty", "--message", message}),
	}
	for _, args := range steps {
		if _, err := start(ctx, opt.Git, dir, env, command{args: args}); err != nil {
			return nil, errCreate(ctx, opt.Git, dir, err)
		}
	}
	return Open(ctx, dir, opt)
}

func errCreate(ctx context.Context, git, dir string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return explain(dir, git, err, "")
	}
	return &Error{
		Kind: KindGit, Message: fmt.Sprintf("cannot make a repository in %s: %v", dir, err), Err: err,
		Hint: "check that the folder is writable and has space",
	}
}
