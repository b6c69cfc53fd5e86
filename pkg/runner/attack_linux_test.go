package runner

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// attacks is run as a Go test, inside and, to show that it can succeed, outside of the sandbox. A test fails where the
// attack succeeds. Its targets stand in targets.txt.
const attacks = `package attacks

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
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

// buildCaches are where the go command's cache is, with mounts, without, and where nobody gave the test another.
func buildCaches() []string {
	home := os.Getenv("HOME")
	dirs := []string{"/.specgen/go-build", filepath.Join(home, "../../gocache/plain")}
	if dir := os.Getenv("GOCACHE"); !strings.HasPrefix(dir, home) {
		dirs = append(dirs, dir)
	}
	return dirs
}

func TestPoisonsBuildCache(t *testing.T) {
	for _, dir := range buildCaches() {
		poison := filepath.Join(dir, "specgen-test-poison")
		if err := os.WriteFile(poison, nil, 0o600); err == nil {
			os.Remove(poison)
			t.Fatal("written")
		}
		if _, err := os.ReadDir(dir); err == nil {
			t.Fatal("listed")
		}
	}
}

func TestReachesBuildFolder(t *testing.T) {
	dir := filepath.Dir(os.Args[0])
	for _, name := range []string{"_testmain.go", "importcfg.link", "_pkg_.a"} {
		if f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR, 0); err == nil {
			f.Close()
			t.Fatal("what the go command builds with can be written: ", name)
		}
	}
	for _, at := range []string{dir, filepath.Dir(dir)} {
		if found, err := os.ReadDir(at); err == nil {
			t.Fatal("listed: ", found)
		}
		if os.WriteFile(filepath.Join(at, "x"), nil, 0o600) == nil {
			t.Fatal("written")
		}
	}
}

// A test may start itself once more, and a go command with a cache of its own.
func TestStartsItselfAndBuilds(t *testing.T) {
	if err := exec.Command(os.Args[0], "-test.run", "^$").Run(); err != nil {
		t.Skip(err)
	}
	os.WriteFile("built.go", []byte("//go:build built\n\npackage main\n\nfunc main() {}\n"), 0o600)
	os.WriteFile("built_test.go", []byte("//go:build built\n\npackage main\n\nimport \"testing\"\n\nfunc TestBuilt(t *testing.T) {}\n"), 0o600)
	for _, args := range [][]string{{"build", "-o", "built", "built.go"}, {"test", "built.go", "built_test.go"}} {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Skip(string(out))
		}
	}
	t.Fatal("it could, as it should")
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

func TestTracesGoCommand(t *testing.T) {
	runtime.LockOSThread()
	if syscall.PtraceAttach(os.Getppid()) == nil {
		syscall.Wait4(os.Getppid(), nil, 0, nil)
		syscall.PtraceDetach(os.Getppid())
		t.Fatal("attached")
	}
}

func TestBecomesRootOfNewNamespace(t *testing.T) {
	if exec.Command("unshare", "-Ur", "true").Run() == nil {
		t.Fatal("granted")
	}
}

func TestReadsOtherUsersFile(t *testing.T) {
	if data, err := os.ReadFile(target(t, "foreign")); err == nil {
		t.Fatalf("read %s", data)
	}
}

func TestReadsRepository(t *testing.T) {
	if data, err := os.ReadFile(target(t, "git")); err == nil {
		t.Fatalf("read %s", data)
	}
}

func TestReadsBesideRepository(t *testing.T) {
	if data, err := os.ReadFile(target(t, "beside")); err == nil {
		t.Fatalf("%s is shown, as it should be", data)
	}
}

func TestWritesToolchain(t *testing.T) {
	for _, dir := range []string{os.Getenv("GOROOT"), os.Getenv("GOMODCACHE"), "/usr/lib"} {
		name := filepath.Join(dir, "specgen-test-attack")
		if err := os.WriteFile(name, nil, 0o600); dir != "" && err == nil {
			os.Remove(name)
			t.Fatal("written in ", dir)
		}
	}
}

func TestAsksNameServer(t *testing.T) {
	r := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", target(t, "dns"))
	}}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if found, err := r.LookupIP(ctx, "ip4", "secret.example.org."); err == nil {
		t.Fatal("answered ", found)
	}
}

func TestNameServerOfTheHost(t *testing.T) {
	if data, err := os.ReadFile("/etc/resolv.conf"); err == nil {
		t.Fatalf("read %s", data)
	}
}

// The numbers of AF_ALG and AF_VSOCK: sockets that belong to no network namespace.
func TestOtherSockets(t *testing.T) {
	for _, family := range []int{38, 40} {
		for _, kind := range []int{syscall.SOCK_STREAM, syscall.SOCK_SEQPACKET} {
			if fd, err := syscall.Socket(family, kind, 0); err == nil {
				syscall.Close(fd)
				t.Fatal("family ", family)
			}
		}
	}
}

func call(t *testing.T, name string, number uintptr, args ...uintptr) {
	t.Helper()
	var a [6]uintptr
	copy(a[:], args)
	if r, _, errno := syscall.Syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]); errno == 0 {
		t.Fatalf("%s gives %d", name, r)
	}
}

func TestKeyring(t *testing.T) { // KEYCTL_GET_KEYRING_ID of the session
	call(t, "keyctl", map[string]uintptr{"amd64": 250, "arm64": 219}[runtime.GOARCH], 0, ^uintptr(2), 1)
}

// The limits of the process that keeps watch: without files it would see no process that there is too much of.
func TestLimitsOfTheWatch(t *testing.T) {
	limit := [2]uint64{1 << 20, 1 << 20}
	number := map[string]uintptr{"amd64": 302, "arm64": 261}[runtime.GOARCH]
	if _, _, errno := syscall.RawSyscall6(number, 0, 0 /* core */, 0, 0, 0, 0); errno != 0 {
		t.Fatal("own limits cannot be read: ", errno)
	}
	var old [2]uint64
	if _, _, errno := syscall.RawSyscall6(number, 0, 4, 0, uintptr(unsafe.Pointer(&old)), 0, 0); errno != 0 {
		t.Fatal("own limits cannot be read: ", errno)
	}
	if _, _, errno := syscall.RawSyscall6(number, 0, 4, uintptr(unsafe.Pointer(&old)), 0, 0, 0); errno != 0 {
		t.Fatal("own limits cannot be set: ", errno)
	}
	call(t, "prlimit", number, uintptr(os.Getppid()), 15, uintptr(unsafe.Pointer(&limit)), 0)
}

func TestMemoryFile(t *testing.T) {
	name := []byte{'x', 0}
	call(t, "memfd_create", map[string]uintptr{"amd64": 319, "arm64": 279}[runtime.GOARCH], uintptr(unsafe.Pointer(&name[0])), 0)
}

func TestRing(t *testing.T) {
	var params [120]byte
	call(t, "io_uring_setup", 425, 1, uintptr(unsafe.Pointer(&params[0])))
}

func TestMounts(t *testing.T) {
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err == nil {
		t.Fatal("a mount namespace of its own")
	}
	if err := syscall.Mount("none", "/tmp", "tmpfs", 0, ""); err == nil {
		syscall.Unmount("/tmp", 0)
		t.Fatal("mounted")
	}
}

func TestMakesDevice(t *testing.T) {
	name := filepath.Join(t.TempDir(), "kmsg")
	if err := syscall.Mknod(name, syscall.S_IFCHR|0o600, 1<<8|11); err == nil {
		t.Fatal("made")
	}
}

func TestChangesRoot(t *testing.T) {
	if os.Getenv("CHROOTS") == "" { // a process of its own, which may not come back
		cmd := exec.Command(os.Args[0], "-test.run", "^TestChangesRoot$")
		cmd.Env = append(os.Environ(), "CHROOTS=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
		return
	}
	if err := syscall.Chroot("/usr"); err == nil {
		t.Fatal("changed")
	}
}

func TestKernelSettings(t *testing.T) {
	name := "/proc/sys/kernel/hostname"
	old, _ := os.ReadFile(name)
	if err := os.WriteFile(name, old, 0o600); err == nil {
		t.Fatal("written")
	}
}

func TestProcessesOfTheHost(t *testing.T) {
	dir := "/proc/" + target(t, "pid") + "/"
	if data, err := os.ReadFile(dir + "comm"); err == nil && strings.TrimSpace(string(data)) == target(t, "comm") {
		t.Fatal("seen")
	}
}

func TestAgentSocket(t *testing.T) {
	if v := os.Getenv("SSH_AUTH_SOCK") + os.Getenv("DBUS_SESSION_BUS_ADDRESS") + os.Getenv("GPG_AGENT_INFO"); v != "" {
		t.Fatal(v)
	}
	for _, dir := range []string{"/run/user", "/run/docker.sock", "/var/run/docker.sock", "/run/dbus"} {
		if _, err := os.Stat(dir); err == nil {
			t.Fatal(dir)
		}
	}
}

func TestDrivesTerminal(t *testing.T) {
	if f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		f.Close()
		t.Fatal("opened")
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
	secret := laid(t, dir, "id_ed25519", "PRIVATE KEY")
	foreign := laid(t, dir, "foreign", "another user's")
	if err := os.Chmod(foreign, 0o644); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(foreign, 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	sock := filepath.Join(dir, "s")
	abstract := "@" + filepath.Base(filepath.Dir(dir)) + filepath.Base(dir)
	lines := []string{
		"secret=" + secret, "outside=" + filepath.Join(dir, "outside"), "unix=" + sock, "abstract=" + abstract,
		fmt.Sprintf("pid=%d", os.Getpid()), "envname=" + hostOnly(), "foreign=" + foreign, "comm=" + comm(t),
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
	lines = append(lines, "udp="+listen(t, func([]byte) []byte { return []byte("pong") }), "dns="+listen(t, resolve))
	return strings.Join(lines, "\n") + "\n"
}

func laid(t *testing.T, dir, name, text string) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// comm is what the kernel calls this process.
func comm(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

// listen answers packets on the loopback and gives the address.
func listen(t *testing.T, answer func([]byte) []byte) string {
	t.Helper()
	u, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := u.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = u.WriteTo(answer(buf[:n]), from)
		}
	}()
	return u.LocalAddr().String()
}

// resolve answers a question for an address with 127.0.0.9.
func resolve(query []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	header.Response = true
	m := dnsmessage.Message{Header: header, Questions: []dnsmessage.Question{q}, Answers: []dnsmessage.Resource{{
		Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 9}},
	}}}
	reply, _ := m.Pack() // none is no answer
	return reply
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

// attackOptions show a folder that a repository lies in, and hide the repository.
func attackOptions(t *testing.T) Options {
	t.Helper()
	dir := t.TempDir()
	git := laid(t, dir, "repo/.git/config", "token")
	beside := laid(t, dir, "shown/program", "a program")
	files := map[string]string{
		"go.mod": "module example.com/attacks\n\ngo 1.24\n", "attack_test.go": attacks,
		"targets.txt": targets(t) + "git=" + git + "\nbeside=" + beside + "\n",
	}
	o := options(t, one(files))
	o.ReadOnly, o.Hidden = []string{dir}, []string{filepath.Join(dir, "repo")}
	return o
}

func statuses(e verdict.Execution) map[string]verdict.TestStatus {
	all := map[string]verdict.TestStatus{}
	for _, t := range e.Tests {
		all[t.Name] = t.Status
	}
	return all
}

// stops says which walls stop an attack: without all of them it succeeds, and each stops it by itself. nil: what stops it
// is no wall, but that the command has no capabilities and no terminal.
func stops() map[string][]Wall {
	files := []Wall{WallMount, WallLandlock}
	return map[string][]Wall{
		"TestReadsSecret": files, "TestReadsThroughLink": files, "TestHardLinks": files, "TestWritesOutside": files,
		"TestReadsOtherUsersFile": files, "TestWritesToolchain": files, "TestUnix": files,
		"TestProcessesOfTheHost": files, "TestSignalsHost": {WallPid, WallLandlock},
		"TestTCP": {WallNet}, "TestUDP": {WallNet}, "TestMPTCP": {WallNet}, "TestAsksNameServer": {WallNet}, "TestAbstract": {WallNet, WallLandlock},
		"TestPoisonsBuildCache": {WallLandlock}, "TestReachesGoCommand": {WallLandlock}, "TestReachesBuildFolder": {WallLandlock}, "TestTracesGoCommand": {WallLandlock},
		"TestMemoryFile": {WallSeccomp}, "TestLimitsOfTheWatch": {WallSeccomp},
		"TestReadsRepository": files, "TestKernelSettings": files, "TestNameServerOfTheHost": files, "TestAgentSocket": {WallMount},
		"TestRing": {WallSeccomp}, "TestKeyring": {WallSeccomp}, "TestOtherSockets": {WallSeccomp},
		"TestParentEnvironment": nil, "TestBecomesRootOfNewNamespace": nil, "TestMounts": nil, "TestMakesDevice": nil,
		"TestChangesRoot": nil, "TestDrivesTerminal": nil,
	}
}

// depends lists attacks for which a machine may have nothing to offer: no such socket, no keys, no name server, no root.
func depends() []string {
	return []string{"TestKernelSettings", "TestNameServerOfTheHost", "TestAgentSocket", "TestRing", "TestKeyring", "TestOtherSockets"}
}

// worksInside are no attacks: they fail where what tests need is there.
func worksInside() []string {
	return []string{"TestLoopbackWorks", "TestReadsBesideRepository", "TestStartsItselfAndBuilds"}
}

func TestAttacksEndAtTheWalls(t *testing.T) {
	t.Parallel()
	b := open(t, attackOptions(t))
	need(t, b, WallUser, WallPid, WallMount, WallNet, WallLandlock, WallSeccomp)
	e, err := b.Test(t.Context(), spec.Tests{}, nil)
	if err != nil || len(e.Tests) != len(stops())+len(worksInside()) {
		t.Fatalf("%v %+v", err, e)
	}
	for _, got := range e.Tests {
		want := verdict.TestPassed
		if slices.Contains(worksInside(), got.Name) {
			want = verdict.TestFailed
		} else if _, known := stops()[got.Name]; !known {
			t.Errorf("%s is not in the list", got.Name)
		}
		if got.Status != want {
			t.Errorf("%s: %s %s", got.Name, got.Status, got.Message)
		}
	}
}

// Each attack succeeds without its walls: otherwise the test above could not fail, and nobody knew which wall it was.
func TestAttacksSucceedWithoutTheirWalls(t *testing.T) {
	t.Parallel()
	groups, walls := map[string][]string{}, map[string][]Wall{}
	for name, stop := range stops() {
		if key := fmt.Sprint(stop); stop != nil {
			groups[key], walls[key] = append(groups[key], name), stop
		}
	}
	for key, names := range groups {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			b := open(t, attackOptions(t))
			need(t, b, allWalls()...)
			for _, w := range walls[key] {
				b.plan = b.plan.without(w)
			}
			e, err := b.Test(t.Context(), spec.Tests{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := statuses(e)
			for _, name := range names {
				switch {
				case got[name] == verdict.TestFailed:
				case slices.Contains(depends(), name):
					t.Logf("%s is not to be had on this machine", name)
				default:
					t.Errorf("%s does not succeed without %s: %q", name, key, got[name])
				}
			}
		})
	}
}

// What specgen was started with, by a shell or an agent that keeps descriptors open, does not reach a command.
func TestDescriptorsAreNotHandedOn(t *testing.T) {
	t.Parallel()
	secret := laid(t, t.TempDir(), "token", "PRIVATE KEY")
	leaked, err := syscall.Open(secret, syscall.O_RDONLY, 0) // and not O_CLOEXEC
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(leaked) })
	read := fmt.Sprintf("cat <&%d", leaked)
	plain, err := exec.CommandContext(t.Context(), "bash", "-c", read).CombinedOutput()
	if err != nil || string(plain) != "PRIVATE KEY" {
		t.Fatalf("a plain process does not inherit it, so that nothing is shown: %v %s", err, plain)
	}
	for name, mode := range map[string]Mode{"auto": Auto, "off": Off} {
		o := options(t, one(map[string]string{"a": "x"}))
		o.Mode = mode
		e, err := open(t, o).Run(t.Context(), "bash -c '"+read+"'")
		if err != nil || e.Exit == 0 || strings.Contains(e.Output, "PRIVATE KEY") {
			t.Errorf("%s: %v %+v", name, err, e)
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

// A cache folder can be written by every command: what stands in its place is not followed to another.
func TestCacheFoldersLeadNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := laid(t, dir, "id_ed25519", "PRIVATE KEY")
	files := map[string]string{"a": "x", "s/b": "x", "committed": "->" + dir, "by": "->" + dir}
	for name, walls := range map[string][]Wall{"all": allWalls(), "restore": {WallUser, WallPid, WallMount, WallRlimit}, "landlock": {WallLandlock, WallRlimit}} {
		o := options(t, one(files))
		o.Cache = []string{"c", "s/d", "committed", "by/way"}
		b := openWith(t, o, walls...)
		read := "cat " + secret + "; echo WRITTEN > " + secret
		for _, script := range []string{
			read, "rm -rf c && ln -s " + dir + " c", read, "mv s n && ln -s " + dir + " s", read, "echo kept > c/f; echo kept > s/d/f",
		} {
			e, err := b.Run(t.Context(), script)
			if err != nil || strings.Contains(e.Output, "PRIVATE KEY") {
				t.Errorf("%s: %s: %v %s", name, script, err, e.Output)
			}
		}
		if data, err := os.ReadFile(secret); err != nil || string(data) != "PRIVATE KEY" {
			t.Errorf("%s: written: %v %s", name, err, data)
		}
		if _, err := os.Stat(filepath.Join(dir, "way")); err == nil {
			t.Errorf("%s: a folder was made outside", name)
		}
		if e, err := b.Run(t.Context(), "cat c/f s/d/f"); err != nil || e.Output != "kept\nkept\n" {
			t.Errorf("%s: honest caches are kept: %v %+v", name, err, e)
		}
	}
}
