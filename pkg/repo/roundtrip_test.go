package repo_test

import (
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
)

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
