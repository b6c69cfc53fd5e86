//go:build linux && (amd64 || arm64)

package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// A scenario is a machine that grants less. It runs in a process of its own, in user and mount namespaces in which it is root,
// so that it can take things away, and prints what does not hold.
type scenario struct {
	prepare func() error
	hold    func(ctx context.Context, dir string) error
}

func scenarios() map[string]scenario {
	setting := func(name string) func() error {
		return func() error { return os.WriteFile("/proc/sys/user/"+name, []byte("0"), 0) }
	}
	calls := func(numbers ...uint32) func() error {
		return func() error { return forbidCalls(numbers...) }
	}
	return map[string]scenario{
		// Ubuntu 24.04 and Docker: namespaces are made, and mounting in them is refused. A kernel without tmpfs looks the same.
		"no mount": {calls(unix.SYS_MOUNT), degrades("mount", "user ipc net landlock seccomp rlimit")},
		// A kernel or a container that forbids user namespaces.
		"no user namespaces":  {setting("max_user_namespaces"), degrades("user", "landlock seccomp rlimit")},
		"no mount namespaces": {setting("max_mnt_namespaces"), degrades("mount", "user ipc net landlock seccomp rlimit")},
		"no pid namespaces":   {setting("max_pid_namespaces"), degrades("pid", "user ipc net landlock seccomp rlimit")},
		"no net namespaces":   {setting("max_net_namespaces"), degrades("net", "user pid mount ipc landlock seccomp rlimit overlay")},
		// Linux before 5.13, or booted without it.
		"no landlock": {calls(unix.SYS_LANDLOCK_CREATE_RULESET), degrades("landlock", "user pid mount ipc net seccomp rlimit overlay")},
		// Linux before 5.11 does not let users mount overlays, before 5.12 there is no mount_setattr.
		"no mount_setattr":           {calls(unix.SYS_MOUNT_SETATTR), degrades("mount", "user ipc net landlock seccomp rlimit")},
		"no namespaces, no landlock": {bothAway, refusesAuto},
		"full disk":                  {func() error { return nil }, fullDisk},
		"another file system":        {func() error { return nil }, otherFileSystem},
	}
}

func bothAway() error {
	return errors.Join(os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0), forbidCalls(unix.SYS_LANDLOCK_CREATE_RULESET))
}

// forbidCalls lets this thread, and what it starts, do without some system calls, as a profile of a container does.
func forbidCalls(numbers ...uint32) error {
	f := []bpf.Instruction{bpf.LoadAbsolute{Off: dataNumber, Size: 4}}
	for _, n := range numbers {
		f = append(f, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: n, SkipTrue: 1}, bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)})
	}
	return enterFilter(append(f, bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}))
}

// unexpected is an execution that is not as it should be.
func unexpected(e verdict.Execution, err error) error { return errors.Join(err, fmt.Errorf("%+v", e)) }

func scenarioOptions(dir string) Options {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	m := one(map[string]string{"a": "x\n", "t/frozen": "frozen\n"})
	m.trees["big"] = map[string]string{"big": strings.Repeat("0123456789abcdef", 1<<18)} // 4 MiB
	return Options{Dir: filepath.Join(dir, "c"), Source: m, Env: []string{"PATH=/usr/bin:/bin", "HOME=" + dir}, Self: self, Timeout: time.Minute}
}

// degrades holds where a sandbox is built without a wall, says so, still keeps what it can, and is refused under require.
func degrades(missing Wall, standing string) func(ctx context.Context, dir string) error {
	return func(ctx context.Context, dir string) error {
		secret := filepath.Join(dir, "secret")
		if err := os.WriteFile(secret, []byte("PRIVATE KEY"), 0o600); err != nil {
			return err
		}
		o := scenarioOptions(dir)
		b, err := Open(ctx, "comp", o)
		if err != nil {
			return err
		}
		if got := strings.Join(b.Walls().Names(), " "); got != standing {
			return fmt.Errorf("standing: %s", b.Walls())
		}
		said := false
		for _, m := range b.Walls().Missing {
			said = said || m.Wall == missing && m.Reason != ""
		}
		if !said {
			return fmt.Errorf("nothing says that %s is missing: %s", missing, b.Walls())
		}
		if err := b.Switch(ctx, "T", "t/frozen"); err != nil {
			return err
		}
		e, err := b.Run(ctx, "exec 2>/dev/null; cat "+secret+"; cat a; echo y > new; echo z > a; cat new a")
		if err != nil || e.Exit != 0 || strings.Contains(e.Output, "PRIVATE") || !strings.Contains(e.Output, "x\ny\nz\n") {
			return unexpected(e, err)
		}
		if got := strings.Join(e.Walls, " "); got != standing {
			return fmt.Errorf("the result says %s", got)
		}
		if e, err = b.Run(ctx, "exec 2>/dev/null; cat a; ls; echo x > t/frozen"); err != nil || e.Output[:4] != "x\na\n" {
			return unexpected(e, err)
		}
		if err := b.Close(); err != nil {
			return err
		}
		if err := remembered(ctx, o, standing); err != nil {
			return err
		}
		o.Mode = Require
		if _, err = Open(ctx, "comp", o); err == nil || !strings.Contains(err.Error(), string(missing)) {
			return errors.Join(errors.New("require does not refuse"), err)
		}
		return nil
	}
}

// remembered holds where a machine granted everything once, and that is remembered, and it is noticed all the same.
func remembered(ctx context.Context, o Options, standing string) error {
	past := &Bench{o: o, dir: o.Dir}
	past.keepProbe(true)
	b, err := Open(ctx, "comp", o)
	if err != nil {
		return err
	}
	if !b.recalled {
		return errors.New("the probe is not remembered")
	}
	if err := b.Switch(ctx, "T", "t/frozen"); err != nil {
		return err
	}
	for range 2 {
		e, err := b.Run(ctx, "cat a; echo z > a")
		if err != nil || e.Output != "x\n" || strings.Join(e.Walls, " ") != standing {
			return unexpected(e, err)
		}
	}
	return b.Close()
}

func refusesAuto(ctx context.Context, dir string) error {
	o := scenarioOptions(dir)
	var refused *Error
	if _, err := Open(ctx, "comp", o); !errors.As(err, &refused) || refused.Kind != KindSandbox || refused.Hint == "" {
		return errors.Join(errors.New("auto goes on"), err)
	}
	o.AllowUnsandboxed = true
	b, err := Open(ctx, "comp", o)
	if err != nil {
		return err
	}
	if b.Walls().Protects() {
		return fmt.Errorf("walls: %s", b.Walls())
	}
	return b.Close()
}

// fullDisk has room for less than a tree.
func fullDisk(ctx context.Context, dir string) error {
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		return err
	}
	b, err := Open(ctx, "comp", scenarioOptions(dir))
	if err != nil {
		return err
	}
	var full *Error
	if err := b.Switch(ctx, "big"); !errors.As(err, &full) || full.Kind != KindDisk || !strings.Contains(full.Error(), "free some space") {
		return errors.Join(errors.New("no word of a full disk"), err)
	}
	// Nothing half-written is taken for a tree.
	if _, err := b.Run(ctx, "true"); err == nil {
		return errors.New("a command ran in half a tree")
	}
	if err := b.Switch(ctx, "T"); err != nil {
		return fmt.Errorf("the checkout is of no use afterwards: %w", err)
	}
	e, err := b.Run(ctx, "cat a; ls")
	if err != nil || e.Output != "x\na\nt\n" {
		return unexpected(e, err)
	}
	return b.Close()
}

// otherFileSystem has its checkouts where the repository is not.
func otherFileSystem(ctx context.Context, dir string) error {
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64m"); err != nil {
		return err
	}
	b, err := Open(ctx, "comp", scenarioOptions(dir))
	if err != nil {
		return err
	}
	if err := b.Switch(ctx, "T"); err != nil {
		return err
	}
	e, err := b.Run(ctx, "cat a && echo y > a && mv a b && cat b")
	if err != nil || e.Output != "x\ny\n" {
		return unexpected(e, err)
	}
	return b.Close()
}

// runScenario is what this binary does as the process of a scenario.
func runScenario(name, dir string) int {
	runtime.LockOSThread() // filters belong to threads
	s := scenarios()[name]
	if err := s.prepare(); err != nil {
		fmt.Println("cannot be prepared:", err)
		return 3
	}
	if err := s.hold(context.Background(), dir); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func TestLesserMachines(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	need(t, open(t, options(t, one(map[string]string{"a": "x"}))), allWalls()...)
	for name := range scenarios() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = []string{"PATH=/usr/bin:/bin", "RUNNER_TEST_SCENARIO=" + name + "|" + t.TempDir()}
			cmd.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
			}
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == 3 {
				t.Skip(string(out))
			}
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
