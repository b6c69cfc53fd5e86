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
	commit, err := r.Commit(ctx, Commit{Tree: tree, Message: Message(subject, "", Trailers{}), Private: true})
	if err != nil {
		return err
	}
	ref := keptPrefix + name
	old, err := r.Ref(ctx, ref)
	if err != nil || old == commit {
		return err
	}
	return r.UpdateRefs(ctx, []RefUpdate{{Name: ref, New: commit, Old: old}}, strings.ToLower(subject[:1])+subject[1:])
}

// Kept gives the files that are kept under a name; nil where there are none.
func (r *Repo) Kept(ctx context.Context, name string) (map[string][]byte, error) {
	commit, err := r.Ref(ctx, keptPrefix+name)
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
