//go:build !linux

package runner

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// probe finds no walls: this system has no sandbox that specgen can build.
func (b *Bench) probe(_ context.Context) (Walls, recipe) {
	var w Walls
	for _, wall := range allWalls() {
		w.Missing = append(w.Missing, Missing{wall, "this system has no such isolation"})
	}
	return w, recipe{}
}

// launch runs the command as a plain process with the allowed environment, ends its process group with it, and says
// nothing about isolation because there is none.
func (b *Bench) launch(ctx context.Context, p plan) (finished, error) {
	root, err := os.OpenRoot(p.Checkout)
	if err != nil {
		return finished{}, systemError("open the checkout", err)
	}
	defer root.Close()
	if err := discard(root, p.Discard); err != nil {
		return finished{}, systemError("remove old reports", err)
	}
	run, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(cmp.Or(p.Timeout, b.o.Timeout), func() { cancel(errTimeout) })
	defer timer.Stop()
	output := newCapture(p.Limits.Output, func() { cancel(errOutput) })
	start := b.o.Now()
	f := finished{inside: p.Inside}
	f.outcome, err = runPlain(run, p, output)
	f.duration = b.o.Now().Sub(start)
	output.take(&f)
	if ctx.Err() != nil {
		return f, ctx.Err()
	}
	cause := context.Cause(run)
	f.timedOut = errors.Is(cause, errTimeout)
	if f.timedOut || errors.Is(cause, errOutput) {
		f.Exit, f.Signal = -1, "SIGKILL"
	} else if err != nil {
		return f, err
	}
	f.Collected, f.Unread, err = collect(root, p.Collect)
	return f, err
}

func runPlain(ctx context.Context, p plan, output *capture) (outcome, error) {
	dirs := filepath.SplitList(lookupEnv(p.Env, "PATH"))
	program := findProgram(p.Argv[0], dirs)
	if program == "" {
		return outcome{}, notFound(p.Argv[0])
	}
	cmd := exec.CommandContext(ctx, program, p.Argv[1:]...)
	cmd.Env, cmd.Dir, cmd.WaitDelay = p.Env, p.Inside.Checkout, 2*time.Second
	cmd.Stdout, cmd.Stderr = output.writers()
	ownGroup(cmd)
	err := cmd.Run()
	endGroup(cmd)
	var exit *exec.ExitError
	switch {
	case err == nil, errors.As(err, &exit), errors.Is(err, exec.ErrWaitDelay):
		return outcome{Exit: cmd.ProcessState.ExitCode(), Signal: signalOf(cmd.ProcessState)}, nil
	case ctx.Err() != nil:
		return outcome{Exit: -1}, nil
	}
	return outcome{}, systemError("start "+program, err)
}
