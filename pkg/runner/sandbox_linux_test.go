package runner

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// attacks is run as a Go test, inside and, to show that it can succeed, outside of the sandbox. A test fails where the
// attack succeeds. Its targets stand in targets.txt.
const attacks = `package attacks

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func target(t *testing.T, name string) string {
	data, err := os.ReadFile("targets.txt")
	if err != nil {
		t.Fatal("no targets: ", err)
	}
	for _, line := range strings.Split(string(data), "\n") {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			return v
		}
	}
	t.Fatal("no target ", name)
	return ""
}

func TestReadsSecret(t *testing.T) {
	if data, err := os.ReadFile(target(t, "secret")); err == nil {
		t.Fatalf("read %s", data)
	}
}

func TestReadsThroughLink(t *testing.T) {
	if err := os.Symlink(target(t, "secret"), "link"); err != nil {
		t.Skip(err)
	}
	if data, err := os.ReadFile("link"); err == nil {
		t.Fatalf("read %s", data)
	}
}

func TestHardLinks(t *testing.T) {
	if err := os.Link(target(t, "secret"), filepath.Join(t.TempDir(), "h")); err == nil {
		t.Fatal("linked")
	}
}

func TestWritesOutside(t *testing.T) {
	if err := os.WriteFile(target(t, "outside"), []byte("x"), 0o600); err == nil {
		t.Fatal("written")
	}
}

func dial(t *testing.T, network, address string) {
	c, err := net.DialTimeout(network, address, 500*time.Millisecond)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(500 * time.Millisecond))
	c.Write([]byte("ping"))
	reply, _ := io.ReadAll(io.LimitReader(c, 4))
	if string(reply) == "pong" {
		t.Fatal("answered")
	}
}

func TestTCP(t *testing.T)      { dial(t, "tcp", target(t, "tcp")) }
func TestUDP(t *testing.T)      { dial(t, "udp", target(t, "udp")) }
func TestUnix(t *testing.T)     { dial(t, "unix", target(t, "unix")) }
func TestAbstract(t *testing.T) { dial(t, "unix", target(t, "abstract")) }
func TestMPTCP(t *testing.T) {
	var d net.Dialer
	d.SetMultipathTCP(true)
	c, err := d.Dial("tcp", target(t, "tcp"))
	if err != nil {
		return
	}
	c.Write([]byte("ping"))
	reply, _ := io.ReadAll(io.LimitReader(c, 4))
	if string(reply) == "pong" {
		t.Fatal("answered")
	}
}

func TestParentEnvironment(t *testing.T) {
	found, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range found {
		if data, err := os.ReadFile(f); err == nil && strings.Contains(string(data), target(t, "envname")+"=") {
			t.Fatal("read ", f)
		}
	}
}

func TestSignalsHost(t *testing.T) {
	if syscall.Kill(atoi(target(t, "pid")), 0) == nil {
		t.Fatal("can be signalled")
	}
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func TestPoisonsBuildCache(t *testing.T) {
	dir := os.Getenv("GOCACHE")
	poison := filepath.Join(dir, "specgen-test-poison")
	if err := os.WriteFile(poison, nil, 0o600); err == nil {
		os.Remove(poison)
		t.Fatal("written")
	}
	if _, err := os.ReadDir(dir); err == nil {
		t.Fatal("listed")
	}
}

func TestReachesGoCommand(t *testing.T) {
	parent := "/proc/" + itoa(os.Getppid())
	if f, err := os.OpenFile(parent+"/fd/1", os.O_WRONLY, 0); err == nil {
		f.Close()
		t.Fatal("its output can be written")
	}
	if f, err := os.OpenFile(parent+"/mem", os.O_RDWR, 0); err == nil {
		f.Close()
		t.Fatal("its memory is open to us")
	}
	if syscall.Kill(os.Getppid(), 0) == nil {
		t.Fatal("it can be signalled")
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func TestBecomesRootOfNewNamespace(t *testing.T) {
	if exec.Command("unshare", "-Ur", "true").Run() == nil {
		t.Fatal("granted")
	}
}

func TestLoopbackWorks(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback")
	}
	go func() {
		c, err := l.Accept()
		if err == nil {
			c.Write([]byte("pong"))
			c.Close()
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Skip("no loopback")
	}
	if reply, _ := io.ReadAll(c); string(reply) == "pong" {
		t.Fatal("own loopback works, as it should")
	}
}
`

// targets puts up what the attacks aim at, outside of the sandbox, and gives their list.
func targets(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	secret := filepath.Join(dir, "id_ed25519")
	if err := os.WriteFile(secret, []byte("PRIVATE KEY"), 0o600); err != nil {
		t.Fatal(err)
	}
	sock := filepath.Join(dir, "s")
	abstract := "@" + filepath.Base(filepath.Dir(dir)) + filepath.Base(dir)
	lines := []string{
		"secret=" + secret, "outside=" + filepath.Join(dir, "outside"), "unix=" + sock, "abstract=" + abstract,
		fmt.Sprintf("pid=%d", os.Getpid()), "envname=" + hostOnly(),
	}
	for name, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": sock, "abstract": abstract} {
		network := map[bool]string{true: "tcp", false: "unix"}[name == "tcp"]
		l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go answer(l)
		if name == "tcp" {
			lines = append(lines, "tcp="+l.Addr().String())
		}
	}
	u, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	go func() {
		buf := make([]byte, 16)
		for {
			_, from, err := u.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = u.WriteTo([]byte("pong"), from)
		}
	}()
	return strings.Join(append(lines, "udp="+u.LocalAddr().String()), "\n") + "\n"
}

// hostOnly is a variable of this process that no command inside would have.
func hostOnly() string {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		usual := []string{"PATH", "HOME", "PWD", "OLDPWD", "_", "SHLVL", "TERM", "TMPDIR", "CI", "NO_COLOR"}
		if !slices.Contains(usual, name) && !slices.Contains(allowed(), name) && !strings.HasPrefix(name, "GO") {
			return name
		}
	}
	return "PATH"
}

func answer(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = c.Write([]byte("pong"))
		_ = c.Close()
	}
}

func attackTree(t *testing.T) *memory {
	t.Helper()
	return one(map[string]string{"go.mod": "module example.com/attacks\n\ngo 1.24\n", "attack_test.go": attacks, "targets.txt": targets(t)})
}

func statuses(e verdict.Execution) map[string]verdict.TestStatus {
	all := map[string]verdict.TestStatus{}
	for _, t := range e.Tests {
		all[t.Name] = t.Status
	}
	return all
}

func TestAttacksEndAtTheWalls(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, attackTree(t)))
	need(t, b, WallUser, WallPid, WallMount, WallNet, WallLandlock)
	e, err := b.Test(t.Context(), spec.Tests{}, nil)
	if err != nil || len(e.Tests) < 14 {
		t.Fatalf("%v %+v", err, e)
	}
	for _, got := range e.Tests {
		want := verdict.TestPassed
		if got.Name == "TestLoopbackWorks" {
			want = verdict.TestFailed
		}
		if got.Status != want {
			t.Errorf("%s: %s %s", got.Name, got.Status, got.Message)
		}
	}
}

// The same attacks succeed where nothing is isolated: otherwise the test above could not fail.
func TestAttacksSucceedWithoutTheSandbox(t *testing.T) {
	t.Parallel()
	o := options(t, attackTree(t))
	o.Mode = Off
	e, err := open(t, o).Test(t.Context(), spec.Tests{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := statuses(e)
	names := []string{
		"TestReadsSecret", "TestReadsThroughLink", "TestWritesOutside", "TestTCP", "TestUDP", "TestUnix", "TestAbstract",
		"TestSignalsHost", "TestPoisonsBuildCache", "TestReachesGoCommand", "TestLoopbackWorks",
	}
	if os.Getuid() != 0 {
		names = append(names, "TestParentEnvironment") // root's is out of reach for who gave up capabilities
	}
	for _, name := range names {
		if got[name] != verdict.TestFailed {
			t.Errorf("%s does not succeed outside: %s", name, got[name])
		}
	}
}

// Where Landlock stands alone files and processes are protected and the network is not; the walls say so.
func TestLandlockAloneProtectsFiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{"go.mod": "module example.com/attacks\n\ngo 1.24\n", "targets.txt": targets(t)}
	b := openWith(t, options(t, one(files)), WallLandlock, WallRlimit)
	e, err := b.Run(t.Context(), `
target() { sed -n "s/^$1=//p" targets.txt; }
cat "$(target secret)" && echo ESCAPED secret
ln -s "$(target secret)" l; cat l && echo ESCAPED link
echo x > "$(target outside)" && echo ESCAPED outside
cat /proc/$PPID/environ && echo ESCAPED environ
ls /proc && echo ESCAPED proc
ls / && echo ESCAPED root
ls "$HOME/../.." && echo ESCAPED cache
cat /dev/shm/* && echo ESCAPED shm
kill -0 "$(target pid)" && echo signalled
echo end; true`)
	if err != nil || !strings.Contains(e.Output, "end") || strings.Contains(e.Output, "ESCAPED") {
		t.Fatalf("%v %+v", err, e)
	}
	if strings.Contains(strings.Join(e.Walls, " "), "net") {
		t.Errorf("walls: %v", e.Walls)
	}
}

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
	b := openWith(t, options(t, attackTree(t)), WallLandlock, WallRlimit)
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
