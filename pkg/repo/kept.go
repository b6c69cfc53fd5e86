package repo

import (
	"context"
	"strings"
)

// keptPrefix begins the names of what is kept in a repository beside its history.
const keptPrefix = "refs/specgen/"

// Keep stores files as one commit under refs/specgen/<name>, where they can be fetched, survive gc and are seen from linked worktrees.
// What was kept there before is replaced. name is made of letters, digits, - and /.
func (r *Repo) Keep(ctx context.Context, name string, files map[string][]byte, subject string) error {
	tree, err := r.runTree(ctx, Run{Files: files})
	if err != nil {
		return err
	}
	_, err = r.keepAt(ctx, KeptRef(name), Commit{Tree: tree, Message: Message(subject, "", Trailers{})}, strings.ToLower(subject[:1])+subject[1:])
	return err
}

// KeptRef is the ref of what is kept under a name.
func KeptRef(name string) string { return keptPrefix + name }

// keepAt makes a commit and lets a ref hold it in the place of what it held, and gives the commit.
func (r *Repo) keepAt(ctx context.Context, ref string, c Commit, why string) (string, error) {
	c.Private = true
	commit, err := r.Commit(ctx, c)
	if err != nil {
		return "", err
	}
	old, err := r.Ref(ctx, ref)
	if err != nil || old == commit {
		return commit, err
	}
	return commit, r.UpdateRefs(ctx, []RefUpdate{{Name: ref, New: commit, Old: old}}, why)
}

// Kept gives the files that are kept under a name; nil where there are none.
func (r *Repo) Kept(ctx context.Context, name string) (map[string][]byte, error) {
	commit, err := r.Ref(ctx, KeptRef(name))
	if err != nil || isZero(commit) {
		return nil, err
	}
	tree, err := r.TreeOf(ctx, commit)
	if err != nil {
		return nil, err
	}
	list, err := r.Files(ctx, tree, nil)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, f := range list {
		files[f.Path] = f.Data
	}
	return files, nil
}
