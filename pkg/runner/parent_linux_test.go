package runner

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parent is what a test starts this binary as, to kill it: a process that runs a command in a Bench.
func parent(dir, mark, walls string) int {
	self, err := os.Executable()
	if err != nil {
		return 1
	}
	b, err := Open(context.Background(), "comp", Options{
		Dir: dir, Source: one(map[string]string{"a": "x"}), Env: []string{"PATH=/usr/bin:/bin"}, Self: self,
	})
	if err != nil {
		return 2
	}
	if walls != "" {
		b.plan = recipe{WallLandlock: true, WallRlimit: true}
	}
	if err := b.Switch(context.Background(), "T"); err != nil {
		return 3
	}
	_, _ = io.WriteString(os.Stdout, "ready\n")
	_, _ = b.Run(context.Background(), "setsid sleep "+mark+" & sleep "+mark)
	return 0
}

func TestKilledParentLeavesNothing(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	probe := open(t, options(t, one(map[string]string{"a": "x"})))
	for name, walls := range map[string]string{"all": "", "landlock": "landlock"} {
		if name == "all" {
			need(t, probe, WallPid)
		} else if !probe.Walls().Has(WallLandlock) {
			continue
		}
		mark := fmt.Sprintf("33%d", time.Now().UnixNano()%1e9)
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), "RUNNER_TEST_PARENT="+filepath.Join(t.TempDir(), "c")+"|"+mark+"|"+walls)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
			t.Fatal(line, err)
		}
		deadline := time.Now().Add(10 * time.Second)
		for !runs("sleep", mark) {
			if time.Now().After(deadline) {
				t.Fatal("the command did not start")
			}
			time.Sleep(10 * time.Millisecond)
		}
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if alive("sleep", mark) {
			t.Errorf("%s: a process outlived its parent", name)
		}
	}
}

func runs(args ...string) bool {
	want := strings.Join(args, "\x00") + "\x00"
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range all {
		if data, _ := os.ReadFile(f); string(data) == want {
			return true
		}
	}
	return false
}

// TestAsAnotherUser runs the sandbox's own tests as nobody, where this is root.
func TestAsAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
	dir, err := os.MkdirTemp("", "runner-nobody-") //nolint:usetesting // t.TempDir lies in a folder of root's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = removeAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "runner.test")
	if err := os.WriteFile(binary, data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^(TestEnvironmentHoldsNoKeys|TestLimits|TestSurvivorsDieWithTheCommand|TestNothingWrittenIsSeenByTheNext|TestTimeoutKillsTheTree|TestShutFoldersAreRestored)$", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "TMPDIR=" + dir, "SPECGEN_REQUIRE_SANDBOX=" + os.Getenv("SPECGEN_REQUIRE_SANDBOX")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "--- PASS: TestLimits") {
		t.Skipf("the sandbox cannot be had as nobody:\n%s", out)
	}
}
