package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// place is where a repository is; all paths are absolute.
type place struct {
	root   string // of the working tree; "" if bare
	gitDir string
	common string
}

// questions are asked of git in one go. The root comes last because git fails on it where there is no working tree, after
// having answered the others. A git that does not know an option repeats it.
func questions() []string {
	return []string{
		"rev-parse", "--path-format=absolute", "--is-bare-repository", "--git-dir", "--git-common-dir",
		"--show-object-format", "--show-ref-format", "--show-toplevel",
	}
}

// certainAnswers come for every repository; the root makes one more.
const certainAnswers = 5

func discover(ctx context.Context, dir string, opt Options) (place, error) {
	if err := checkDir(dir); err != nil {
		return place{}, err
	}
	// Only the words of this one call are looked at, so only it needs git to speak English.
	env := append(without(opt.Env, "LC_ALL", "LANGUAGE", "GIT_PREFIX"), "LC_ALL=C")
	cmd := exec.CommandContext(ctx, opt.Git, questions()...) //nolint:gosec // the program is the caller's git
	cmd.Dir, cmd.Env = dir, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return place{}, ctx.Err()
	}
	answers := strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n"), "\n")
	if err != nil && len(answers) < certainAnswers {
		return place{}, explain(dir, opt.Git, err, stderr.String())
	}
	return understand(dir, answers)
}

func checkDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return &Error{
			Kind: KindUnreadable, Message: fmt.Sprintf("cannot look into %s: %v", dir, err), Err: err,
			Hint: "name an existing folder with -C",
		}
	case !info.IsDir():
		return &Error{Kind: KindUnreadable, Message: dir + " is not a folder", Hint: "name a folder with -C"}
	}
	return nil
}

func understand(dir string, answers []string) (place, error) {
	if answers[0] == "--path-format=absolute" || slices.Contains(answers, "--show-object-format") {
		return place{}, &Error{
			Kind: KindGitOld, Message: "this git is older than 2.31, which specgen needs",
			Hint: "install a newer git and put it first in PATH",
		}
	}
	if answers[3] != "sha1" {
		return place{}, errUnsupported("the repository names its objects by " + answers[3] + "; specgen knows SHA-1 only")
	}
	if answers[4] == "reftable" {
		return place{}, errUnsupported("the repository keeps its refs in reftable format; specgen knows the files format only")
	}
	at := place{gitDir: filepath.FromSlash(answers[1]), common: filepath.FromSlash(answers[2])}
	if len(answers) > certainAnswers {
		at.root = filepath.FromSlash(answers[certainAnswers])
	}
	if at.root == "" && answers[0] == "false" {
		return place{}, &Error{
			Kind: KindNoWorkTree, Message: dir + " is inside a git folder, not in a working tree", Err: ErrNoWorkTree,
			Hint: "go to the working tree, or name it with -C",
		}
	}
	return at, nil
}

func errUnsupported(message string) error {
	return &Error{
		Kind: KindUnsupported, Message: message,
		Hint: "use a clone in the usual format: git clone into a repository made by git init --object-format=sha1 --ref-format=files",
	}
}

// explain turns a failed first question into words. Git gives 128 for everything, so the only sign is what it says.
func explain(dir, git string, err error, stderr string) error {
	text := strings.TrimPrefix(strings.TrimSpace(stderr), "fatal: ")
	first, advice, _ := strings.Cut(text, "\n")
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return &Error{
			Kind: KindGitMissing, Message: "cannot find the program " + git, Err: err,
			Hint: "install git 2.31 or newer and make sure that it is in PATH",
		}
	case strings.Contains(text, "dubious ownership"), strings.Contains(text, "unsafe repository"):
		return &Error{Kind: KindOwnership, Message: "git refuses the repository: " + first, Hint: ownershipHint(advice), Err: err}
	case strings.Contains(text, "not a git repository"):
		return &Error{
			Kind: KindNotRepository, Message: dir + " is not in a git repository", Err: err,
			Hint: "make one with: git init, or name another folder with -C",
		}
	case strings.Contains(text, "repository extension"), strings.Contains(text, "repo version"):
		return &Error{
			Kind: KindUnsupported, Message: "git cannot open the repository: " + text, Err: err,
			Hint: "a newer git may know this format",
		}
	}
	if text == "" {
		text = err.Error()
	}
	return &Error{Kind: KindUnreadable, Message: "git cannot open the repository: " + text, Err: err}
}

// ownershipHint is git's own advice: the command that marks the folder as safe.
func ownershipHint(advice string) string {
	for line := range strings.Lines(advice) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "git config") {
			return "if you trust it: " + line
		}
	}
	return "if you trust it: git config --global --add safe.directory <folder>"
}
