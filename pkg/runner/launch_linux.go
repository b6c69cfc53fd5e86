package runner

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// probe builds the sandbox around `true`, leaving out what the system refuses until it stands.
func (b *Bench) probe(ctx context.Context) (Walls, recipe) {
	try := recipe{}
	for _, w := range allWalls() {
		try[w] = b.o.Mode != Off || w == WallRlimit
	}
	var w Walls
	if b.o.Mode == Off {
		for _, wall := range allWalls() {
			if !try[wall] {
				w.Missing = append(w.Missing, Missing{wall, "sandbox: off"})
			}
		}
	}
	for range allWalls() {
		b.plan = try
		failure := b.tryWalls(ctx)
		if failure == nil {
			break
		}
		next := try.without(failure.Wall)
		for _, wall := range allWalls() {
			if try[wall] && !next[wall] {
				w.Missing = append(w.Missing, Missing{wall, failure.Reason})
			}
		}
		try = next
	}
	w.Standing = try.standing()
	return w, try
}

func (b *Bench) tryWalls(ctx context.Context) *Missing {
	in := b.inside()
	p := plan{
		Walls: b.plan, Root: filepath.Join(b.dir, "root"), Checkout: b.checkout(), Self: b.o.Self, Inside: in,
		Argv: []string{"true"}, Env: []string{"PATH=/usr/bin:/bin"}, Limits: b.o.Limits, Seconds: 10,
		ReadOnly: systemFolders(), UID: os.Getuid(), GID: os.Getgid(), Guard: b.guarded(),
	}
	if err := b.prepareFolders(p); err != nil {
		return &Missing{WallUser, err.Error()}
	}
	f, err := b.launch(ctx, p)
	if refused, ok := errors.AsType[*refusedError](err); ok {
		return &refused.Missing
	}
	if err != nil && b.plan[WallUser] {
		return &Missing{WallUser, err.Error()}
	}
	if reason, failed := strings.CutPrefix(string(f.stderr), guardFailed); failed && f.Exit == exitGuard {
		return &Missing{WallLandlock, strings.TrimSpace(reason)} // without mounts it is the guard who goes behind Landlock
	}
	return nil // whatever `true` did, it was started
}

func (p plan) flags() uintptr {
	flags := uintptr(0)
	for wall, flag := range map[Wall]uintptr{
		WallUser: unix.CLONE_NEWUSER, WallPid: unix.CLONE_NEWPID, WallMount: unix.CLONE_NEWNS | unix.CLONE_NEWUTS,
		WallIPC: unix.CLONE_NEWIPC, WallNet: unix.CLONE_NEWNET,
	} {
		if p.Walls[wall] {
			flags |= flag
		}
	}
	return flags
}

// launch starts the executable as the inside of a sandbox, hands it the plan, and waits.
func (b *Bench) launch(ctx context.Context, p plan) (finished, error) {
	if p.Network {
		p.Walls = p.Walls.without(WallNet)
	}
	if p.Walls[WallLandlock] && !p.Walls[WallMount] {
		if err := hostGuard(p); err != nil {
			return finished{}, systemError("prepare the test guard", err)
		}
	}
	run, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(cmp.Or(p.Timeout, b.o.Timeout), func() { cancel(errTimeout) })
	defer timer.Stop()
	output := newCapture(p.Limits.Output, func() { cancel(errOutput) })
	start := b.o.Now()
	out, err := startInside(run, p, output)
	f := finished{outcome: out, duration: b.o.Now().Sub(start), inside: p.Inside}
	output.take(&f)
	if ctx.Err() != nil {
		return f, ctx.Err()
	}
	cause := context.Cause(run)
	f.timedOut = errors.Is(cause, errTimeout)
	if f.timedOut || errors.Is(cause, errOutput) {
		f.Exit, f.Signal = -1, "SIGKILL"
		return f, nil
	}
	if err != nil {
		return f, err
	}
	if out.Failure != nil {
		return f, &refusedError{*out.Failure}
	}
	return f, nil
}

func startInside(ctx context.Context, p plan, output *capture) (outcome, error) {
	planRead, planWrite, err := os.Pipe()
	if err != nil {
		return outcome{}, systemError("open a pipe", err)
	}
	defer closeQuietly(planWrite) // its end tells the inside that nobody waits any more
	answerRead, answerWrite, err := os.Pipe()
	if err != nil {
		return outcome{}, errors.Join(systemError("open a pipe", err), planRead.Close())
	}
	defer closeQuietly(answerRead)

	cmd := insideCommand(ctx, p)
	cmd.ExtraFiles = []*os.File{planRead, answerWrite}
	cmd.Stdout, cmd.Stderr = output.writers()
	if !p.Walls[WallPid] {
		// Killed at once it could not end its children: it is asked by closing its pipe, and given WaitDelay to do it.
		cmd.Cancel = planWrite.Close
	}
	// Pdeathsig fires when the thread that started the child ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	restore := precede()
	err = cmd.Start()
	restore()
	closed := errors.Join(planRead.Close(), answerWrite.Close())
	if err != nil {
		if p.Walls[WallUser] {
			return outcome{Failure: &Missing{refusedNamespace(ctx, p), err.Error()}}, nil
		}
		return outcome{}, systemError("start "+p.Self, err)
	}
	answers := make(chan outcome, 1)
	go func() { answers <- readAnswer(answerRead) }()
	if err := json.NewEncoder(planWrite).Encode(p); err != nil {
		_ = cmd.Cancel() // what read no plan gives no answer
	}
	err = cmd.Wait()
	out := <-answers
	if out.Exit == noAnswer {
		out.Exit, out.Signal = -1, "SIGKILL"
		if cmd.ProcessState.ExitCode() == exitSetup {
			return out, &Error{Kind: KindSystem, Message: "the sandbox did not start", Err: err}
		}
	}
	return out, closed
}

// refusedNamespace finds out which of the namespaces of a plan the system does not grant, by asking for each with none but the
// user's.
func refusedNamespace(ctx context.Context, p plan) Wall {
	starts := func(walls recipe) bool {
		asked := p
		asked.Walls = walls
		cmd := insideCommand(ctx, asked)
		if cmd.Start() != nil {
			return false
		}
		_ = cmd.Wait() // it has no plan and ends at once
		return true
	}
	if starts(recipe{WallUser: true}) {
		for _, w := range []Wall{WallNet, WallIPC, WallPid, WallMount} {
			if p.Walls[w] && !starts(recipe{WallUser: true, w: true}) {
				return w
			}
		}
	}
	return WallUser
}

// precede lets the inside keep watch over a thousand busy processes, where this user may grant precedence. It belongs to
// this thread and is inherited.
func precede() (restore func()) {
	before, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil || unix.Setpriority(unix.PRIO_PROCESS, 0, -15) != nil {
		return func() {}
	}
	return func() { _ = unix.Setpriority(unix.PRIO_PROCESS, 0, 20-before) } // the system call answers 20-nice
}

const noAnswer = -2

// readAnswer reads what the inside says. Silence means that it was killed.
func readAnswer(r io.Reader) outcome {
	out := outcome{}
	if err := json.NewDecoder(r).Decode(&out); err != nil {
		return outcome{Exit: noAnswer}
	}
	return out
}

func insideCommand(ctx context.Context, p plan) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.Self) //nolint:gosec // this very executable
	cmd.Args = []string{initName}
	// It mostly lives shortly and allocates little. Beside a thousand processes it reads a lot of /proc.
	cmd.Env = []string{"GOMAXPROCS=2", "GOGC=off", "GOMEMLIMIT=64MiB"}
	cmd.Dir = "/"
	cmd.WaitDelay = 2 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: p.flags(), Setsid: true}
	if p.Walls[WallPid] {
		cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	}
	if p.Walls[WallUser] {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: p.UID, HostID: p.UID, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: p.GID, HostID: p.GID, Size: 1}}
		// A user who is not root loses capabilities at exec unless they are ambient.
		cmd.SysProcAttr.AmbientCaps = []uintptr{
			unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_SETPCAP, unix.CAP_SYS_RESOURCE,
			unix.CAP_DAC_OVERRIDE, unix.CAP_FOWNER, // overlays keep a folder that nobody may enter
		}
	}
	return cmd
}

// hostGuard lays out on the host, for sandboxes that have no root of their own, what such a root would hold: the guard that
// puts the command behind Landlock, the one that puts compiled tests behind one more, and the build cache's program.
func hostGuard(p plan) error {
	if err := os.RemoveAll(filepath.Dir(p.Inside.Guard)); err != nil {
		return err
	}
	for path, content := range map[string]any{
		outerGuard(p.Inside): outerGrants(p), p.Inside.Guard: guardGrants(p, "/"), cacheProgram(p.Inside): p.GoCache.folders(p.Inside),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		data, err := json.Marshal(content)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path+".json", data, 0o400); err != nil {
			return err
		}
		if err := os.Symlink(p.Self, path); err != nil {
			return err
		}
	}
	return nil
}
