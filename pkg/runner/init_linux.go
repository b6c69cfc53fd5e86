package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// The descriptors that the inside gets from the outside.
const (
	planFD   = 3 // the plan; its end of file means that the outside is gone
	answerFD = 4
)

// Exit codes of the inside that no command's result can be mistaken for: they only count without an answer.
const exitSetup = 125

// Init runs the inside of the sandbox if the process was started as one. args is os.Args. main calls it before anything
// else and exits with the code where handled is true.
func Init(args []string) (exit int, handled bool) {
	switch {
	case len(args) == 1 && args[0] == initName:
		return runInside(), true
	case len(args) > 1 && filepath.Base(args[0]) == guardName:
		return runGuarded(args[0], args[1:]), true
	case len(args) == 1 && filepath.Base(args[0]) == cacheName:
		return runCache(args[0]), true
	}
	return 0, false
}

// wallError is a wall that could not be built.
type wallError struct {
	wall Wall
	step string
	err  error
}

func (e *wallError) Error() string { return e.step + ": " + e.err.Error() }
func (e *wallError) Unwrap() error { return e.err }

func runInside() int {
	closeOnExec()
	control, answer := os.NewFile(planFD, "plan"), os.NewFile(answerFD, "answer")
	var p plan
	decoder := json.NewDecoder(control)
	if err := decoder.Decode(&p); err != nil {
		return exitSetup
	}
	// Signals that a command sends to its init are caught and dropped. Ignoring them would be inherited.
	signal.Notify(make(chan os.Signal, 1))

	// Capabilities belong to threads: the one that starts the command gives them up, the others keep watch.
	runtime.LockOSThread()
	leaveKeyrings()
	out, err := inside(p, io.MultiReader(decoder.Buffered(), control))
	if err != nil {
		out = outcome{Exit: -1, Failure: &Missing{Wall: WallUser, Reason: err.Error()}}
		if wall, ok := errors.AsType[*wallError](err); ok {
			out.Failure.Wall = wall.wall
		}
	}
	if err := json.NewEncoder(answer).Encode(out); err != nil {
		return exitSetup
	}
	return 0
}

func inside(p plan, control io.Reader) (outcome, error) {
	if err := build(p); err != nil {
		return outcome{}, err
	}
	root, err := os.OpenRoot(p.Inside.Checkout)
	if err != nil {
		return outcome{}, fmt.Errorf("open the checkout: %w", err)
	}
	defer closeQuietly(root)
	if err := discard(root, p.Discard); err != nil {
		return outcome{}, fmt.Errorf("remove old reports: %w", err)
	}
	out, err := supervise(p, control)
	if err != nil {
		return out, err
	}
	out.Collected, out.Unread, err = collect(root, p.Collect)
	return out, err
}

// build puts up the walls of the plan, innermost last.
func build(p plan) error {
	if p.Walls[WallNet] {
		if err := loopbackUp(); err != nil {
			return &wallError{WallNet, "bring the loopback up", err}
		}
	}
	if p.Walls[WallMount] {
		if err := buildRoot(p); err != nil {
			return err
		}
	} else if err := enterHostLayout(p); err != nil {
		return err
	}
	// Last to be sacrificed when memory runs out is the outside. Without it the sandbox is no weaker.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0)
	if p.Walls[WallRlimit] {
		if err := limitResources(p); err != nil {
			return err
		}
	}
	if p.Walls[WallLandlock] && p.Walls[WallMount] {
		if err := restrict(outerGrants(p)); err != nil {
			return &wallError{WallLandlock, "landlock", err}
		}
	}
	if err := unix.Chdir(p.Inside.Checkout); err != nil {
		return fmt.Errorf("enter the checkout: %w", err)
	}
	return dropPrivileges(p)
}

// enterHostLayout is what is left of a root file system without mounts.
func enterHostLayout(p plan) error {
	for _, dir := range []string{p.Inside.Tmp, p.Inside.Home, p.Inside.GoCache, p.Inside.Work} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make a private folder: %w", err)
		}
	}
	return nil
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, lo); err != nil {
		return err
	}
	lo.SetUint16(lo.Uint16() | unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

func limitResources(p plan) error {
	limits := []struct {
		resource int
		value    uint64
	}{
		{unix.RLIMIT_CPU, p.Seconds},
		{unix.RLIMIT_FSIZE, uint64(max(p.Limits.FileSize, 0))},
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_NOFILE, 16384},
		{unix.RLIMIT_MEMLOCK, 8 * mebibyte},
	}
	if p.Walls[WallUser] {
		// Counted per user namespace. The watch counts as well: it also holds where the user is root, whom this does not bind.
		limits = append(limits, struct {
			resource int
			value    uint64
		}{unix.RLIMIT_NPROC, 2 * uint64(max(p.Limits.Processes, 1))})
	}
	for _, l := range limits {
		var now unix.Rlimit
		if err := unix.Getrlimit(l.resource, &now); err != nil {
			return &wallError{WallRlimit, "read a limit", err}
		}
		value := min(l.value, now.Max)
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return &wallError{WallRlimit, "set a limit", err}
		}
	}
	return nil
}

// dropPrivileges makes this thread, and all that it starts, unable to gain or use any capability.
func dropPrivileges(p plan) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return &wallError{WallUser, "no new privileges", err}
	}
	// Old kernels know fewer capabilities, and none are held without namespaces: both answer with an error.
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
	}
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if err := unix.Capset(&header, &none[0]); err != nil {
		return &wallError{WallUser, "drop capabilities", err}
	}
	// Out of reach of what runs here: no ptrace, no /proc/1/environ or mem.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("hide the memory of the sandbox: %w", err)
	}
	if !p.Walls[WallSeccomp] {
		return nil
	}
	if err := filterCalls(); err != nil {
		return &wallError{WallSeccomp, "filter system calls", err}
	}
	return nil
}

// closeOnExec keeps from the command what this process was given by whoever started specgen: a descriptor of a secret, of a
// folder, of an agent's socket.
func closeOnExec() {
	if unix.CloseRange(planFD, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	// Linux before 5.11.
	entries, err := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd >= planFD {
			unix.CloseOnExec(fd)
		}
	}
	if err != nil {
		for fd := planFD; fd < 1024; fd++ {
			unix.CloseOnExec(fd)
		}
	}
}

// leaveKeyrings gives the calling thread an empty session keyring instead of the user's. Where the kernel keeps no keys there is
// nothing to leave.
func leaveKeyrings() { _, _ = unix.KeyctlJoinSessionKeyring("") }

func environFor(p plan) *syscall.ProcAttr {
	return &syscall.ProcAttr{
		Dir: p.Inside.Checkout, Env: p.Env, Files: []uintptr{0, 1, 2},
		Sys: &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL},
	}
}
