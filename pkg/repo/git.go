package repo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A git that was told to stop gets this long to remove its lock files.
const stopDelay = 2 * time.Second

// command is one start of the git binary.
type command struct {
	args  []string
	stdin []byte
	env   []string // added to the repository's own
	alone bool     // out of reach of the terminal's Ctrl-C, and not cut short by the context: it holds locks
}

// exitError is a git that ended with an error.
type exitError struct {
	command string
	code    int // -1: it did not run, or a signal ended it
	stderr  string
	err     error
}

func (e *exitError) Error() string {
	text := strings.TrimSpace(e.stderr)
	if text == "" {
		text = e.err.Error()
	}
	return "git " + e.command + ": " + text
}

func (e *exitError) Unwrap() error { return e.err }

// git runs a command at the root of the working tree, or in the git folder of a bare repository, and gives its output.
func (r *Repo) git(ctx context.Context, c command) ([]byte, error) {
	out, err := start(ctx, r.opt.Git, r.cwd(), slices.Concat(r.env, c.env), c)
	if err == nil {
		return out, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, &Error{Kind: KindGit, Message: err.Error(), Err: err}
}

func start(ctx context.Context, git, dir string, env []string, c command) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.alone {
		ctx = context.WithoutCancel(ctx)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, git, c.args...) //nolint:gosec // the program is the caller's git, the arguments are this package's
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if c.stdin != nil {
		cmd.Stdin = bytes.NewReader(c.stdin)
	}
	prepare(cmd, c.alone)
	if err := cmd.Run(); err != nil {
		return nil, &exitError{command: c.name(), code: exitCode(err), stderr: stderr.String(), err: err}
	}
	return stdout.Bytes(), nil
}

// prepare asks git to end by itself when the context does, since a killed git leaves its lock files behind.
func prepare(cmd *exec.Cmd, alone bool) {
	cmd.WaitDelay = stopDelay
	cmd.Cancel = func() error {
		if cmd.Process.Signal(os.Interrupt) != nil {
			return cmd.Process.Kill() // Windows knows no interrupt
		}
		return nil
	}
	if alone {
		ownGroup(cmd)
	}
}

// name is the subcommand, for messages.
func (c command) name() string {
	for i := 0; i < len(c.args); i++ {
		if c.args[i] == "-c" {
			i++
			continue
		}
		return c.args[i]
	}
	return ""
}

func exitCode(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	return -1
}

// failedWith tells whether git ended with this exit status.
func failedWith(err error, code int) bool {
	failure, ok := errors.AsType[*exitError](err)
	return ok && failure.code == code
}

// without gives env without the named variables.
func without(env []string, names ...string) []string {
	var kept []string
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		if !slices.Contains(names, name) {
			kept = append(kept, pair)
		}
	}
	return kept
}

// fields splits NUL-ended output.
func fields(out []byte) []string {
	text := strings.TrimSuffix(string(out), "\x00")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\x00")
}
