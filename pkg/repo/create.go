package repo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Create makes a new repository in dir with one commit of all files that are there, and opens it. The branch is main, and
// nothing of the user's configuration plays a part: no templates, hooks or signatures.
func Create(ctx context.Context, dir, message string, opt Options) (*Repo, error) {
	if opt.Git == "" {
		opt.Git = "git"
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		return nil, &Error{Kind: KindBadChange, Message: fmt.Sprintf("%s is a repository already", dir), Hint: "name an empty folder"}
	}
	env := append(without(opt.Env, "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"), "GIT_TEMPLATE_DIR=")
	who := fallback()
	steps := [][]string{
		{"init", "--quiet", "--initial-branch=main"},
		{"-c", "core.autocrlf=false", "add", "--all", "--force"},
		{
			"-c", "user.name=" + who.Name, "-c", "user.email=" + who.Email, "-c", "commit.gpgsign=false", "-c", "core.hooksPath=" + os.DevNull,
			"commit", "--quiet", "--message", message,
		},
	}
	for _, args := range steps {
		if _, err := start(ctx, opt.Git, dir, env, command{args: args}); err != nil {
			return nil, &Error{Kind: KindGit, Message: err.Error(), Err: err}
		}
	}
	return Open(ctx, dir, opt)
}
