package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// grants is what Landlock lets through.
type grants struct {
	ReadOnly  []string `json:"read_only"`
	Writable  []string `json:"writable"`
	Lookup    []string `json:"lookup"`     // read by who knows the name: its folders cannot be listed
	WriteOnly []string `json:"write_only"` // written, and read no further than other grants let
	Test      bool     `json:"test"`       // for a compiled test, and not for a command as a whole
}

// grantsFor lists what the command may open. On a root of its own, everything that is there can be read.
func grantsFor(p plan) grants {
	g := grants{Writable: []string{p.Inside.Checkout, p.Inside.Tmp, p.Inside.Home, "/dev/shm"}}
	if p.Walls[WallMount] {
		g.ReadOnly = []string{"/"}
	} else {
		g.ReadOnly = append([]string{"/dev/fd", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems"}, p.ReadOnly...)
		if p.Guard {
			g.ReadOnly = append(g.ReadOnly, p.Self, filepath.Dir(p.Inside.Guard))
		}
		g.Writable[3] = p.Inside.Tmp // shared memory of the host is not ours
	}
	g.Writable = append(g.Writable, p.Writable...)
	switch {
	case p.Built == "":
	case p.Builds:
		g.Writable = append(g.Writable, p.Inside.Built)
	default:
		g.ReadOnly = append(g.ReadOnly, p.Inside.Built)
	}
	for _, b := range p.Persist {
		g.Writable = append(g.Writable, filepath.Join(p.Inside.Checkout, b.Target))
	}
	return g
}

// outerGrants is what the command as a whole may open. The build cache holds what the host's user built of other projects: its
// entries are named by digests, so that the go command finds what belongs to this checkout, and nobody finds the rest. The go
// command alone may list it, to throw old entries away.
func outerGrants(p plan) grants {
	g := grantsFor(p)
	g.Writable, g.ReadOnly = append(g.Writable, p.Inside.Work), append(g.ReadOnly, p.Inside.Overlay)
	if p.GoCache.Upper == "" {
		return g
	}
	folders := p.GoCache.folders(p.Inside)
	switch {
	case !p.Walls[WallMount]:
		g.Writable, g.Lookup = append(g.Writable, folders.Write), append(g.Lookup, folders.Read...)
	case p.GoCache.Writable:
		g.Writable = append(g.Writable, folders.Write)
	default:
		g.ReadOnly = append(rootWithout("/", ownFolder), filepath.Dir(p.Inside.Guard), p.Inside.Overlay)
		if p.Built != "" {
			g.ReadOnly = append(g.ReadOnly, p.Inside.Built)
		}
		g.Lookup, g.WriteOnly = append(g.Lookup, folders.Write), append(g.WriteOnly, folders.Write)
	}
	return g
}

// rootWithout lists what stands at a root file system, but for some names.
func rootWithout(root string, names ...string) []string {
	var paths []string
	entries, _ := os.ReadDir(root) // an unreadable root grants less
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			paths = append(paths, "/"+e.Name())
		}
	}
	return paths
}

const (
	readFile  = ll.AccessFSExecute | ll.AccessFSReadFile
	readAll   = readFile | ll.AccessFSReadDir
	writeFile = ll.AccessFSWriteFile | ll.AccessFSTruncate
	writeAll  = writeFile | ll.AccessFSRemoveDir | ll.AccessFSRemoveFile | ll.AccessFSMakeDir | ll.AccessFSMakeReg |
		ll.AccessFSMakeSock | ll.AccessFSMakeFifo | ll.AccessFSMakeSym | ll.AccessFSRefer
)

// handled is what a version of Landlock can deny: everything it knows.
func handled(abi int) ll.RulesetAttr {
	attr := ll.RulesetAttr{HandledAccessFS: ll.AccessFSRefer - 1}
	for _, more := range []struct {
		abi   int
		right uint64
	}{{2, ll.AccessFSRefer}, {3, ll.AccessFSTruncate}, {5, ll.AccessFSIoctlDev}, {9, ll.AccessFSResolveUnix}} {
		if abi >= more.abi {
			attr.HandledAccessFS |= more.right
		}
	}
	if abi >= 6 {
		attr.Scoped = ll.ScopeAbstractUnixSocket | ll.ScopeSignal
	}
	return attr
}

// restrict puts the calling thread, which must be locked, and all that it starts into a Landlock domain. The other threads
// stay outside: they keep watch over what is in it, and a domain for each thread, which is what restricting a whole process
// gives before Landlock 8, could not signal the others.
//
// TCP rules are left out: they know ports and not addresses, Multipath TCP passes them by, and tests need the loopback. The
// network namespace is the wall there.
func restrict(g grants) error {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil || abi < 1 {
		return errors.New("the kernel has no Landlock, or it is not switched on")
	}
	attr := handled(abi)
	ruleset, err := ll.LandlockCreateRuleset(&attr, 0)
	if err != nil {
		return fmt.Errorf("create a ruleset: %w", err)
	}
	defer func() { _ = unix.Close(ruleset) }()
	for _, rule := range []struct {
		paths      []string
		file, tree uint64
	}{
		{g.ReadOnly, readFile, readAll},
		{g.Writable, readFile | writeFile, readAll | writeAll},
		{g.Lookup, readFile, readFile},
		{g.WriteOnly, writeFile, writeAll},
		{[]string{"/dev/null", "/dev/zero", "/dev/full"}, readFile | writeFile, 0},
		{[]string{"/dev/random", "/dev/urandom"}, readFile, 0},
	} {
		for _, path := range rule.paths {
			if err := allow(ruleset, path, rule.file&attr.HandledAccessFS, rule.tree&attr.HandledAccessFS); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	if err := ll.LandlockRestrictSelf(ruleset, 0); err != nil {
		return fmt.Errorf("enter the domain: %w", err)
	}
	return nil
}

// allow adds a rule for a file, or for a folder and all below. What is not there needs none.
func allow(ruleset int, path string, file, tree uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return err
	}
	access := file
	if stat.Mode&unix.S_IFMT == unix.S_IFDIR {
		access = tree
	}
	if access == 0 {
		return nil
	}
	return ll.LandlockAddPathBeneathRule(ruleset, &ll.PathBeneathAttr{AllowedAccess: access, ParentFd: fd}, 0)
}

// guardGrants is what compiled tests may open: the same but for the build cache, which the go command above them writes.
// The guard reads it from a file, because the environment belongs to the code under test.
func guardGrants(p plan, root string) grants {
	g := grantsFor(p)
	g.Test = true
	if p.Walls[WallMount] {
		g.ReadOnly = rootWithout(root, ownFolder, "checkout", "tmp")
	}
	return g
}

// outerGuard is the guard that a whole command is started through.
func outerGuard(in layout) string {
	return filepath.Join(filepath.Dir(in.Guard), "outer", guardName)
}

// runCache is that program. Its folders stand in a file beside it.
func runCache(self string) int {
	var folders cacheFolders
	data, err := os.ReadFile(self + ".json") //nolint:gosec // laid out by the outside
	if err == nil {
		err = json.Unmarshal(data, &folders)
	}
	if err == nil {
		err = serveCache(folders, os.NewFile(0, "stdin"), os.NewFile(1, "stdout"))
	}
	if err != nil {
		_, _ = os.NewFile(2, "stderr").WriteString("specgen: build cache: " + err.Error() + "\n")
		return 1
	}
	return 0
}

// What the guard says where it cannot do its work, and how it ends then.
const (
	guardFailed = "specgen: test guard: "
	exitGuard   = 126
)

// runGuarded is the -exec program of go test: it takes the build cache away, and the way to the go command that can write
// it (no ptrace and no signals out of a Landlock domain), and becomes the compiled test.
func runGuarded(self string, argv []string) int {
	fail := func(err error) int {
		_, _ = os.NewFile(2, "stderr").WriteString(guardFailed + err.Error() + "\n")
		return exitGuard
	}
	data, err := os.ReadFile(self + ".json") //nolint:gosec // beside the guard, where the code under test cannot write
	if err != nil {
		return fail(err)
	}
	var g grants
	if err := json.Unmarshal(data, &g); err != nil {
		return fail(err)
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return fail(err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return fail(err)
	}
	env := syscall.Environ()
	if g.Test {
		env = testEnvironment(env)
		if g, err = g.forTest(path, argv); err != nil {
			return fail(err)
		}
	}
	runtime.LockOSThread() // the one that becomes the test
	if err := restrict(g); err != nil {
		return fail(err)
	}
	return fail(unix.Exec(path, argv, env))
}

// testEnvironment leads a go command that a compiled test starts past what was taken away: it gets a cache of its own, and starts its
// tests without a guard, who would be out of reach.
func testEnvironment(env []string) []string {
	var out []string
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "GOTMPDIR", "GOCACHEPROG":
			continue
		case "GOCACHE":
			pair = name + "=" + filepath.Join(lookupEnv(env, "HOME"), ".cache", "go-build")
		case "GOFLAGS":
			flags := slices.DeleteFunc(strings.Fields(value), func(flag string) bool { return strings.HasPrefix(flag, "-exec=") })
			pair = name + "=" + strings.Join(flags, " ")
		}
		out = append(out, pair)
	}
	return out
}

// forTest adds what a compiled test needs of the folder that it was built in: itself, and what go test has it write on coverage.
// All else there belongs to the go command, which puts some of it into the cache and starts some of it.
func (g grants) forTest(path string, argv []string) (grants, error) {
	g.ReadOnly = append(g.ReadOnly, path)
	for _, arg := range argv {
		if dir, ok := strings.CutPrefix(arg, "-test.gocoverdir="); ok {
			g.Writable = append(g.Writable, dir)
		}
		file, ok := strings.CutPrefix(arg, "-test.coverprofile=")
		if !ok || filepath.Dir(file) != filepath.Dir(path) {
			continue
		}
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE, 0o600) //nolint:gosec // named by the go command
		if err != nil {
			return g, err
		}
		closeQuietly(f)
		g.Writable = append(g.Writable, file)
	}
	return g, nil
}
