package repo

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Git waits a moment for locks by itself; this is how often it is asked again.
const lockTries = 5

const lockPause = 50 * time.Millisecond

// Head is where a working tree stands.
type Head struct {
	Commit string
	Branch string // short name; "" if detached
}

// Head gives the commit and branch that are checked out. ErrNoCommit: there is no commit yet.
func (r *Repo) Head(ctx context.Context) (Head, error) {
	out, err := r.git(ctx, command{args: []string{"rev-parse", "--verify", "--quiet", "HEAD^{commit}"}})
	if err != nil {
		if ctx.Err() == nil && r.unborn(ctx) {
			return Head{}, errNoCommit()
		}
		return Head{}, err
	}
	branch := strings.TrimPrefix(headRef(r.place.gitDir), "refs/heads/")
	return Head{Commit: strings.TrimSpace(string(out)), Branch: branch}, nil
}

// unborn tells whether HEAD names a branch that has no commit.
func (r *Repo) unborn(ctx context.Context) bool {
	name := headRef(r.place.gitDir)
	if name == "" {
		return false
	}
	_, err := r.git(ctx, command{args: []string{"show-ref", "--verify", "--quiet", name}})
	return failedWith(err, 1)
}

// Resolve gives the commit that a revision names, in any of git's notations. An unknown one is an error that names it.
func (r *Repo) Resolve(ctx context.Context, rev string) (string, error) {
	out, err := r.git(ctx, command{args: []string{"rev-parse", "--verify", "--quiet", "--end-of-options", rev + "^{commit}"}})
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if (rev == "HEAD" || rev == "@") && r.unborn(ctx) {
		return "", errNoCommit()
	}
	return "", &Error{
		Kind: KindUnknownRevision, Message: fmt.Sprintf("%q names no commit here", rev), Err: ErrNotFound,
		Hint: "git branch --all and git log --oneline show what there is; in a shallow clone, git fetch --unshallow",
	}
}

// Ref gives what a ref points to, by its full name; Zero if it does not exist.
func (r *Repo) Ref(ctx context.Context, name string) (string, error) {
	refs, err := r.Refs(ctx, name)
	if err != nil {
		return "", err
	}
	for _, ref := range refs {
		if ref.Name == name {
			return ref.ID, nil
		}
	}
	return Zero, nil
}

// Ref is a ref and what it points to.
type Ref struct {
	Name string // in full: refs/heads/main
	ID   string
	When time.Time // of the commit
}

// Refs lists the refs with this name or below it, such as refs/specgen/runs, sorted by name.
func (r *Repo) Refs(ctx context.Context, prefix string) ([]Ref, error) {
	out, err := r.git(ctx, command{args: []string{
		"for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix)", strings.TrimSuffix(prefix, "/"),
	}})
	if err != nil {
		return nil, err
	}
	var refs []Ref
	for line := range strings.Lines(string(out)) {
		parts := strings.Fields(line)
		if len(parts) < 2 {
			continue
		}
		ref := Ref{Name: parts[0], ID: parts[1]}
		if len(parts) > 2 {
			ref.When = unixTime(parts[2])
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// RefUpdate moves one ref. Old is where the caller saw it: Zero or "" that it is not there. New is where it shall be: Zero or
// "" that it shall go. There is no way to move a ref without saying where it was.
type RefUpdate struct {
	Name string // in full: refs/heads/main
	New  string
	Old  string
}

// UpdateRefs moves refs, all or none, in one transaction of git's; reason goes to the reflogs. ErrRefMoved (a *RefMovedError)
// if one was not where Old says; ErrCheckedOut (a *CheckedOutError) if one is a branch that some working tree stands on.
func (r *Repo) UpdateRefs(ctx context.Context, updates []RefUpdate, reason string) error {
	if len(updates) == 0 {
		return nil
	}
	if err := r.refuseCheckedOut(ctx, updates); err != nil {
		return err
	}
	script, err := updateScript(updates)
	if err != nil {
		return err
	}
	reason = strings.Join(strings.Fields("specgen: "+reason), " ")
	for try := 1; ; try++ {
		_, err = r.git(ctx, command{args: []string{"update-ref", "-m", reason, "--stdin"}, stdin: script, alone: true})
		if err == nil {
			return nil
		}
		if moved := r.findMoved(ctx, updates); moved != nil {
			return moved
		}
		if try == lockTries || !strings.Contains(err.Error(), ".lock") {
			return refFailure(updates, err)
		}
		if err := pause(ctx, lockPause); err != nil {
			return err
		}
	}
}

func refFailure(updates []RefUpdate, err error) error {
	if !strings.Contains(err.Error(), ".lock") {
		return fmt.Errorf("%s was not moved: %w", updates[0].Name, err)
	}
	return &Error{
		Kind: KindRefLocked, Message: err.Error(), Err: err,
		Hint: "another git is at work; if none is, a crash left the lock file behind: remove it",
	}
}

func updateScript(updates []RefUpdate) ([]byte, error) {
	var script strings.Builder
	script.WriteString("start\n")
	for _, u := range updates {
		if !strings.HasPrefix(u.Name, "refs/") || strings.ContainsAny(u.Name, " \n\t\"") {
			return nil, &Error{Kind: KindBadChange, Message: fmt.Sprintf("%q is not the full name of a ref", u.Name)}
		}
		for _, id := range []string{u.New, u.Old} {
			if _, err := parseID(id); err != nil && id != "" {
				return nil, err
			}
		}
		switch {
		case isZero(u.New) && isZero(u.Old):
			return nil, &Error{Kind: KindBadChange, Message: "cannot delete " + u.Name + " without saying where it was"}
		case isZero(u.New):
			script.WriteString("delete " + u.Name + " " + u.Old + "\n")
		case isZero(u.Old):
			script.WriteString("create " + u.Name + " " + u.New + "\n")
		default:
			script.WriteString("update " + u.Name + " " + u.New + " " + u.Old + "\n")
		}
	}
	script.WriteString("prepare\ncommit\n")
	return []byte(script.String()), nil
}

// findMoved looks for the ref that made a transaction fail; nil if all are where they were said to be.
func (r *Repo) findMoved(ctx context.Context, updates []RefUpdate) error {
	for _, u := range updates {
		got, err := r.Ref(ctx, u.Name)
		if err != nil {
			return err
		}
		if got != u.Old && (!isZero(got) || !isZero(u.Old)) {
			return errMoved(u.Name, u.Old, got)
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
