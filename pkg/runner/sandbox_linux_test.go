package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func TestEnvironmentHoldsNoKeys(t *testing.T) {
	t.Parallel()
	o := options(t, one(map[string]string{"a": "x"}))
	o.Env = append(o.Env, "OPENAI_API_KEY=sk-secret", "SSH_AUTH_SOCK=/run/agent", "GITHUB_TOKEN=ghp", "HOME=/home/someone", "TZ=UTC")
	e, err := open(t, o).Run(t.Context(), "env; echo HOME=$HOME")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"sk-secret", "SSH_AUTH_SOCK", "ghp", "HOME=/home/someone"} {
		if strings.Contains(e.Output, bad) {
			t.Errorf("the environment holds %s", bad)
		}
	}
	if !strings.Contains(e.Output, "TZ=UTC") {
		t.Error("TZ is allowed and missing")
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"a": "x"})))
	need(t, b, WallPid)
	b.o.Limits = Limits{Output: mebibyte, Memory: 256 * mebibyte, Processes: 200, FileSize: 4 * mebibyte, Disk: 16 * mebibyte}
	for _, c := range []struct {
		name, command string
		check         func(e verdict.Execution) bool
	}{
		{"endless output", "yes", func(e verdict.Execution) bool { return e.Truncated && e.Exit == -1 && len(e.Output) <= outputTail }},
		{"fork bomb", "f() { f | f & }; f; wait; sleep 1", func(e verdict.Execution) bool {
			return strings.Contains(e.Output, "more than 200 processes") || strings.Contains(e.Output, "Cannot fork")
		}},
		{"memory", "tail /dev/zero", func(e verdict.Execution) bool {
			return e.Exit == -1 && strings.Contains(e.Output, "more than 256 MiB")
		}},
		{"one big file", "head -c 5000000 /dev/zero > big; echo $?; ls -l big", func(e verdict.Execution) bool {
			return !strings.Contains(e.Output, "5000000")
		}},
		{"full disk", "for i in 1 2 3 4 5 6; do head -c 4000000 /dev/zero > f$i || exit 9; done", func(e verdict.Execution) bool { return e.Exit == 9 }},
		{"full tmp", "for i in 1 2 3 4 5 6; do head -c 4000000 /dev/zero > /tmp/f$i || exit 9; done", func(e verdict.Execution) bool { return e.Exit == 9 }},
		{"many empty files", "seq 5000 | xargs touch || exit 9", func(e verdict.Execution) bool { return e.Exit == 9 }},
		{"many empty files in tmp", "cd /tmp; seq 5000 | xargs touch || exit 9", func(e verdict.Execution) bool { return e.Exit == 9 }},
		{"core", "ulimit -c", func(e verdict.Execution) bool { return strings.TrimSpace(e.Output) == "0" }},
		{"signals to init", "kill -TERM 1; kill -KILL 1; kill -QUIT 1; sleep 0.1; echo alive", func(e verdict.Execution) bool {
			return e.Exit == 0 && strings.Contains(e.Output, "alive")
		}},
		{"own signal", "kill -SEGV $$", func(e verdict.Execution) bool { return e.Exit == -1 && e.Signal == "SIGSEGV" }},
	} {
		e, err := b.Run(t.Context(), c.command)
		if err != nil || !c.check(e) {
			t.Errorf("%s: %v %+v", c.name, err, e)
		}
	}
}

func TestTimeoutKillsTheTree(t *testing.T) {
	t.Parallel()
	for name, walls := range map[string][]Wall{"all": allWalls(), "landlock": {WallLandlock, WallRlimit}} {
		b := openWith(t, options(t, one(map[string]string{"a": "x"})), walls...)
		b.o.Timeout = 700 * time.Millisecond
		mark := fmt.Sprintf("31%d", time.Now().UnixNano()%1e9)
		e, err := b.Run(t.Context(), "setsid sleep "+mark+" & while :; do :; done")
		if err != nil || !e.TimedOut || e.Exit != -1 {
			t.Errorf("%s: %v %+v", name, err, e)
		}
		if alive("sleep", mark) {
			t.Errorf("%s: a process survived", name)
		}
	}
}

func TestSurvivorsDieWithTheCommand(t *testing.T) {
	t.Parallel()
	for name, walls := range map[string][]Wall{"all": allWalls(), "landlock": {WallLandlock, WallRlimit}, "none": {}} {
		b := openWith(t, options(t, one(map[string]string{"a": "x"})), walls...)
		mark := fmt.Sprintf("32%d", time.Now().UnixNano()%1e9)
		e, err := b.Run(t.Context(), "(setsid sleep "+mark+" >/dev/null 2>&1 &) ; setsid sleep "+mark+" & sleep 0.1; echo done")
		if err != nil || e.Exit != 0 || e.Duration > 10*time.Second {
			t.Errorf("%s: %v %+v", name, err, e)
		}
		if alive("sleep", mark) {
			t.Errorf("%s: a process survived", name)
		}
	}
}

// alive looks for a process by its arguments. The namespace's own ending may take a moment.
func alive(args ...string) bool {
	want := strings.Join(args, "\x00") + "\x00"
	for range 40 {
		found := false
		all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, f := range all {
			data, _ := os.ReadFile(f)
			found = found || string(data) == want
		}
		if !found {
			return false
		}
		time.Sleep(50 * time.Millisecond)
	}
	return true
}

func TestCancelIsAnError(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"a": "x"})))
	ctx, cancel := contextAfter(t, 200*time.Millisecond)
	defer cancel()
	if _, err := b.Run(ctx, "sleep 60"); err == nil {
		t.Fatal("no error")
	}
	if e, err := b.Run(t.Context(), "cat a"); err != nil || e.Output != "x" {
		t.Fatalf("the checkout is not usable afterwards: %v %+v", err, e)
	}
}

// Where nothing can be mounted, go still finds what the host has built, and compiled tests still cannot write it.
func TestBuildCacheWithoutMounts(t *testing.T) {
	t.Parallel()
	b := openWith(t, attackOptions(t), WallLandlock, WallRlimit)
	e, err := b.Test(t.Context(), spec.Tests{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e.TimedOut {
		t.Skip("the host's build cache is cold")
	}
	got := statuses(e)
	for _, name := range []string{"TestReadsSecret", "TestWritesOutside", "TestPoisonsBuildCache", "TestReachesGoCommand", "TestHardLinks"} {
		if got[name] != verdict.TestPassed {
			t.Errorf("%s: %s\n%s", name, got[name], e.Output)
		}
	}
	private, err := filepath.Glob(filepath.Join(b.dir, "gocache/plain/*/*-d"))
	if err != nil || len(private) == 0 || len(private) > 30 {
		t.Errorf("%d builds in the private cache: the host's were not used: %v", len(private), err)
	}
	if e, err := b.Run(t.Context(), "go vet ./... && go build ./... && ls $GOCACHE"); err != nil || e.Exit != 0 {
		t.Errorf("%v %+v", err, e)
	}
}

// hog holds memory in ways that a sum of private memory does not show.
const hog = `package hog

import (
	"fmt"
	"os/exec"
	"syscall"
	"testing"
)

func fill(t *testing.T, flags int) {
	data, err := syscall.Mmap(-1, 0, 600<<20, syscall.PROT_READ|syscall.PROT_WRITE, flags)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(data); i += 4096 {
		data[i] = 1
	}
	fmt.Println("filled")
}

func TestPrivate(t *testing.T) { fill(t, syscall.MAP_PRIVATE|syscall.MAP_ANON); exec.Command("sleep", "1").Run() }
func TestShared(t *testing.T)  { fill(t, syscall.MAP_SHARED|syscall.MAP_ANON); exec.Command("sleep", "1").Run() }
`

func TestMemoryHogs(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"go.mod": "module example.com/hog\n\ngo 1.24\n", "hog_test.go": hog})))
	need(t, b, WallPid)
	for _, name := range []string{"TestPrivate", "TestShared"} {
		b.o.Limits.Memory = 512 * mebibyte
		e, err := b.Test(t.Context(), spec.Tests{}, []string{name})
		if err != nil || e.Exit != -1 || e.Signal != "SIGKILL" {
			t.Errorf("%s: %v %+v", name, err, e)
		}
		b.o.Limits.Memory = 2 * gibibyte
		if e, err := b.Test(t.Context(), spec.Tests{}, []string{name}); err != nil || e.Exit != 0 {
			t.Errorf("%s, within the limit: %v %+v", name, err, e)
		}
	}
}

// The watch over many processes costs memory of the host that no limit of the command counts.
func TestWatchStaysSmall(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("the race detector takes several times the memory")
	}
	b := open(t, options(t, one(map[string]string{"a": "x"})))
	need(t, b, WallPid)
	e, err := b.Run(t.Context(), "for i in $(seq 1200); do sleep 9 & done; sleep 3; sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/1/status")
	kib, bad := strconv.Atoi(strings.TrimSpace(e.Output))
	if err != nil || bad != nil || kib > 160<<10 {
		t.Errorf("%v %+v", err, e)
	}
}

// A command may shut its folder: the next one does not see it.
func TestShutFoldersAreRestored(t *testing.T) {
	t.Parallel()
	for name, walls := range map[string][]Wall{"restore": {WallUser, WallPid, WallMount, WallRlimit}, "landlock": {WallLandlock, WallRlimit}} {
		b := openWith(t, options(t, one(map[string]string{"a": "x\n", "s/b": "y\n"})), walls...)
		for _, script := range []string{"chmod 000 .", "chmod 000 s", "mkdir -p n/o && touch n/o/f && chmod 000 n/o n", "chmod 500 s ."} {
			if e, err := b.Run(t.Context(), script); err != nil || e.Exit != 0 {
				t.Errorf("%s: %s: %v %+v", name, script, err, e)
			}
			if e, err := b.Run(t.Context(), "cat a s/b; ls; echo new > s/c"); err != nil || e.Output != "x\ny\na\ns\n" || e.Exit != 0 {
				t.Errorf("%s: after %s: %v %+v", name, script, err, e)
			}
		}
	}
}
