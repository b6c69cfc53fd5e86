package repo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Zero is the ID of nothing: a ref that does not exist.
const Zero = "0000000000000000000000000000000000000000"

// Options are what a Repo needs from the process.
type Options struct {
	Env   []string          // the environment of git; it should hold PATH and HOME
	Clock func() time.Time  // dates commits that have no date of their own; nil: 1970
	Git   string            // the git program; "": git, from the PATH
	Warn  func(text string) // told, in a sentence, what a person should know though nothing failed; may be nil
}

// Repo is an open repository. It is safe for concurrent use.
type Repo struct {
	opt     Options
	env     []string
	place   place
	objects *objectPool
	held    heldObjects
	shared  bool // several users write to it
	signer  signer
}

// Open finds the repository that dir belongs to, as git does: from any folder below the root, in linked worktrees and
// submodules, in bare repositories, by GIT_DIR. Errors are *Error.
func Open(ctx context.Context, dir string, opt Options) (*Repo, error) {
	if opt.Git == "" {
		opt.Git = "git"
	}
	at, err := discover(ctx, dir, opt)
	if err != nil {
		return nil, err
	}
	r := &Repo{opt: opt, place: at, shared: isShared(at.common)}
	r.env = environment(opt.Env, at)
	r.objects = newObjectPool(at.common)
	return r, nil
}

// Root is the absolute path of the working tree, "" for a bare repository.
func (r *Repo) Root() string { return r.place.root }

// GitDir is the absolute path of the git folder; each linked worktree has its own.
func (r *Repo) GitDir() string { return r.place.gitDir }

// CommonDir is the absolute path of the git folder that all worktrees share: objects and refs are there.
func (r *Repo) CommonDir() string { return r.place.common }

// Bare tells whether there is no working tree.
func (r *Repo) Bare() bool { return r.place.root == "" }

// ID names the repository for cache folders: the same for all its worktrees, another for another place on disk.
func (r *Repo) ID() string {
	sum := sha256.Sum256([]byte(r.place.common))
	return hex.EncodeToString(sum[:8])
}

// StatePath is where specgen's own files in the repository are, or would be: nothing is made, so that commands which only read
// leave a repository as it was.
func (r *Repo) StatePath() string { return filepath.Join(r.place.common, "specgen") }

// StateDir is the folder at StatePath, made if it is not there. Only its owner can read it.
func (r *Repo) StateDir() (string, error) {
	dir := r.StatePath()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", &Error{
			Kind: KindUnreadable, Message: fmt.Sprintf("cannot make %s: %v", dir, err), Err: err,
			Hint: "specgen keeps its journal there; make the git folder writable",
		}
	}
	return dir, nil
}

func (r *Repo) cwd() string {
	if r.place.root != "" {
		return r.place.root
	}
	return r.place.gitDir
}

func (r *Repo) now() time.Time {
	if r.opt.Clock == nil {
		return time.Unix(0, 0).UTC()
	}
	return r.opt.Clock()
}

func (r *Repo) warn(text string) {
	if r.opt.Warn != nil {
		r.opt.Warn(text)
	}
}

// environment is the caller's, pointed at the repository that was found, so that no later command finds another.
func environment(env []string, at place) []string {
	index := value(env, "GIT_INDEX_FILE")
	env = without(
		env, "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT",
		"GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_LITERAL_PATHSPECS", "GIT_INDEX_FILE",
	)
	env = append(
		env, "GIT_DIR="+at.gitDir, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_LITERAL_PATHSPECS=1",
		"GIT_NO_REPLACE_OBJECTS=1", // go-git knows no replacements either, and both must see the same objects
	)
	if at.common != at.gitDir {
		env = append(env, "GIT_COMMON_DIR="+at.common)
	}
	if at.root != "" {
		env = append(env, "GIT_WORK_TREE="+at.root)
	}
	if index != "" {
		env = append(env, "GIT_INDEX_FILE="+absolute(at.root, index))
	}
	return env
}

func absolute(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}

// value gives the last setting of a variable, as programs see it; "" if there is none.
func value(env []string, name string) string {
	found := ""
	for _, pair := range env {
		if key, v, ok := strings.Cut(pair, "="); ok && key == name {
			found = v
		}
	}
	return found
}
