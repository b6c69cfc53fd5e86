package repo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Finished runs are kept below this name, out of the way of branches.
const runPrefix = "refs/specgen/runs/"

// The trees of a run's attempts stand in this folder of its commit, so that gc keeps what they hold.
const attemptFolder = "attempts"

// Run is a finished run to be kept.
type Run struct {
	ID       string            // YYYYMMDD-HHMMSS-xxxx
	Files    map[string][]byte // the journal and what belongs to it, by path
	Attempts map[string]string // trees of the attempts, by name, such as 1
	Parents  []string          // commits to hang it on: with the base among them a fetch brings little
	Message  string            // "": a subject is made
	When     time.Time         // zero: now
}

// RunRef is a run that is kept.
type RunRef struct {
	ID     string
	Commit string
	When   time.Time
}

// SaveRun keeps a finished run as one commit under refs/specgen/runs/<id> and gives the commit. A run saved before is replaced.
func (r *Repo) SaveRun(ctx context.Context, run Run) (string, error) {
	name, err := runName(run.ID)
	if err != nil {
		return "", err
	}
	tree, err := r.runTree(ctx, run)
	if err != nil {
		return "", err
	}
	if run.Message == "" {
		run.Message = Message("Run "+run.ID, "", Trailers{}.Add("Specgen-Run", run.ID))
	}
	return r.keepAt(ctx, name, Commit{Tree: tree, Parents: run.Parents, Message: run.Message, When: run.When}, "keep run "+run.ID)
}

func (r *Repo) runTree(ctx context.Context, run Run) (string, error) {
	root := newEdits()
	for _, path := range slices.Sorted(maps.Keys(run.Files)) {
		if within(path, attemptFolder) {
			return "", errBadChange(path, "the folder "+attemptFolder+" is for the trees of attempts")
		}
		h, err := r.write(ctx, object{kind: plumbing.BlobObject, data: run.Files[path]})
		if err != nil {
			return "", err
		}
		if err := root.put(path, entry{mode: patch.ModeFile, hash: h}); err != nil {
			return "", err
		}
	}
	for _, attempt := range slices.Sorted(maps.Keys(run.Attempts)) {
		h, err := parseID(run.Attempts[attempt])
		if err != nil {
			return "", err
		}
		if err := root.put(attemptFolder+"/"+attempt, entry{mode: patch.ModeDir, hash: h}); err != nil {
			return "", err
		}
	}
	return r.writeEdits(ctx, "", root, r.write)
}

// LoadRun gives the files of a run that is kept, by path, without the trees of its attempts. ErrNotFound: there is no such run.
func (r *Repo) LoadRun(ctx context.Context, runID string) (map[string][]byte, error) {
	tree, err := r.openRun(ctx, runID)
	if err != nil {
		return nil, err
	}
	names, err := tree.Names("")
	if err != nil {
		return nil, err
	}
	under := slices.DeleteFunc(names, func(name string) bool { return name == attemptFolder })
	files := map[string][]byte{}
	if len(under) == 0 {
		return files, nil
	}
	list, err := r.Files(ctx, tree.id, nil, under...)
	for _, f := range list {
		files[f.Path] = f.Data
	}
	return files, err
}

// Attempts gives the trees of a kept run's attempts, by name.
func (r *Repo) Attempts(ctx context.Context, runID string) (map[string]string, error) {
	tree, err := r.openRun(ctx, runID)
	if err != nil {
		return nil, err
	}
	entries, err := tree.folder(attemptFolder)
	if err != nil {
		return nil, err
	}
	trees := map[string]string{}
	for _, e := range entries {
		trees[e.name] = e.hash.String()
	}
	return trees, nil
}

func (r *Repo) openRun(ctx context.Context, runID string) (*Tree, error) {
	name, err := runName(runID)
	if err != nil {
		return nil, err
	}
	commit, err := r.Ref(ctx, name)
	if err != nil {
		return nil, err
	}
	if isZero(commit) {
		return nil, &Error{
			Kind: KindUnknownRun, Message: "no finished run " + runID + " is kept here", Err: ErrNotFound,
			Hint: "git for-each-ref " + runPrefix + " lists them; those of a remote come by: git fetch origin '+" + runPrefix + "*:" + runPrefix + "*'",
		}
	}
	return r.Tree(ctx, commit)
}

// Runs lists the runs that are kept, oldest first.
func (r *Repo) Runs(ctx context.Context) ([]RunRef, error) {
	refs, err := r.Refs(ctx, runPrefix)
	if err != nil {
		return nil, err
	}
	var runs []RunRef
	for _, ref := range refs {
		runs = append(runs, RunRef{ID: strings.TrimPrefix(ref.Name, runPrefix), Commit: ref.ID, When: ref.When})
	}
	return runs, nil
}

func runName(id string) (string, error) {
	if id == "" || strings.HasPrefix(id, "-") || strings.ContainsFunc(id, notInKey) {
		return "", &Error{
			Kind: KindUnknownRun, Message: fmt.Sprintf("%q is not a run ID", id), Err: ErrNotFound,
			Hint: "a run ID looks like 20060102-150405-abcd",
		}
	}
	return runPrefix + id, nil
}
