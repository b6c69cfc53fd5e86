package repo

import (
	"errors"
	"fmt"
)

// Kind names a sort of trouble with a repository, for programs.
type Kind string

// The kinds of trouble.
const (
	KindNotRepository   Kind = "not-a-repository"
	KindGitMissing      Kind = "git-missing"
	KindGitOld          Kind = "git-too-old"
	KindOwnership       Kind = "dubious-ownership"
	KindUnsupported     Kind = "unsupported-repository"
	KindUnreadable      Kind = "unreadable"
	KindNoCommit        Kind = "no-commit"
	KindNoWorkTree      Kind = "no-working-tree"
	KindUnknownRevision Kind = "unknown-revision"
	KindMissingObject   Kind = "missing-object"
	KindRefMoved        Kind = "ref-moved"
	KindRefLocked       Kind = "ref-locked"
	KindCheckedOut      Kind = "checked-out"
	KindBadChange       Kind = "bad-change"
	KindUnknownRun      Kind = "unknown-run"
	KindGit             Kind = "git"
)

// Conditions that callers ask for with errors.Is.
var (
	// ErrNoCommit says that the repository has no commit yet.
	ErrNoCommit = errors.New("no commit yet")
	// ErrNoWorkTree says that a bare repository was asked for its working tree.
	ErrNoWorkTree = errors.New("no working tree")
	// ErrRefMoved says that a ref was not where the caller had seen it.
	ErrRefMoved = errors.New("ref moved")
	// ErrCheckedOut says that a branch is checked out in a working tree and must not move under it.
	ErrCheckedOut = errors.New("branch is checked out")
	// ErrNotFound says that a ref, an object or a run does not exist.
	ErrNotFound = errors.New("not found")
)

// Error is trouble put in words for a person: what happened, and what to do next.
type Error struct {
	Kind    Kind
	Message string
	Hint    string // what to do; may be empty
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause, so that errors.Is and errors.As see through.
func (e *Error) Unwrap() error { return e.Err }

// RefMovedError says which ref was elsewhere. It matches ErrRefMoved.
type RefMovedError struct {
	Name string
	Want string // what the caller had seen; Zero: nothing
	Got  string // what is there now; Zero: nothing
}

func (e *RefMovedError) Error() string {
	switch {
	case isZero(e.Want):
		return fmt.Sprintf("%s exists already, at %s", e.Name, short(e.Got))
	case isZero(e.Got):
		return fmt.Sprintf("%s is gone; it was at %s", e.Name, short(e.Want))
	}
	return fmt.Sprintf("%s moved from %s to %s meanwhile", e.Name, short(e.Want), short(e.Got))
}

// Is makes errors.Is(err, ErrRefMoved) true.
func (e *RefMovedError) Is(target error) bool { return target == ErrRefMoved }

// CheckedOutError says where a branch is checked out. It matches ErrCheckedOut.
type CheckedOutError struct {
	Branch   string // the short name
	WorkTree string
}

func (e *CheckedOutError) Error() string {
	return fmt.Sprintf("branch %s is checked out in %s", e.Branch, e.WorkTree)
}

// Is makes errors.Is(err, ErrCheckedOut) true.
func (e *CheckedOutError) Is(target error) bool { return target == ErrCheckedOut }

func errMoved(name, want, got string) error {
	cause := &RefMovedError{Name: name, Want: want, Got: got}
	return &Error{
		Kind: KindRefMoved, Message: cause.Error(), Err: cause,
		Hint: "something else moved it; nothing was changed, run the command again",
	}
}

func errCheckedOut(branch, worktree string) error {
	cause := &CheckedOutError{Branch: branch, WorkTree: worktree}
	return &Error{
		Kind: KindCheckedOut, Message: cause.Error() + ", so it was not moved", Err: cause,
		Hint: "check out another branch there: git -C " + worktree + " switch -",
	}
}

func errNoCommit() error {
	return &Error{
		Kind: KindNoCommit, Message: "the repository has no commit yet", Err: ErrNoCommit,
		Hint: "commit first: git add . && git commit -m 'Begin'",
	}
}

func errNoWorkTree() error {
	return &Error{
		Kind: KindNoWorkTree, Message: "the repository has no working tree here", Err: ErrNoWorkTree,
		Hint: "in a bare repository everything is read from the base revision",
	}
}

func errMissing(id string) error {
	return &Error{
		Kind: KindMissingObject, Message: "object " + id + " is not in the repository", Err: ErrNotFound,
		Hint: "git fsck tells what is damaged; in a partial clone, check that the remote can be reached",
	}
}

func errBadChange(path, why string) error {
	return &Error{Kind: KindBadChange, Message: fmt.Sprintf("%s: %s", path, why)}
}

func short(id string) string {
	if len(id) > 12 {
		return id[:12]
	}
	return id
}
