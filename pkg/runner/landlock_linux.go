package runner

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// grants is what Landlock lets through.
type grants struct {
	ReadOnly []string `json:"read_only"`
	Writable []string `json:"writable"`
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
	for _, b := range p.Persist {
		g.Writable = append(g.Writable, filepath.Join(p.Inside.Checkout, b.Target))
	}
	return g
}

func restrictFiles(p plan) error {
	g := grantsFor(p)
	if p.GoCache.Upper != "" {
		g.Writable = append(g.Writable, p.Inside.GoCache)
	}
	return restrict(g, false)
}

// restrict puts the process into a Landlock domain. With scoped, it can signal and reach by abstract sockets only what is in
// that domain as well. Every thread gets a domain of its own here, so that a process that starts others from one thread
// and kills them from another must not be scoped: there the namespaces are the wall. TCP rules are left out: they know ports and not addresses, Multipath
// TCP passes them by, and tests need the loopback. The network namespace is the wall there.
func restrict(g grants, scoped bool) error {
	abi, err := llsys.LandlockGetABIVersion()
	if err != nil || abi < 1 {
		return errors.New("the kernel has no Landlock, or it is not switched on")
	}
	writable := landlock.RWDirs(g.Writable...).IgnoreIfMissing()
	if abi >= 2 {
		writable = writable.WithRefer() // renaming between folders
	}
	config := landlock.V9
	config.HandledAccessNet = 0
	if !scoped {
		config.Scoped = 0
	}
	readDirs, readFiles := sortPaths(g.ReadOnly)
	return config.BestEffort().Restrict(
		landlock.RODirs(readDirs...).IgnoreIfMissing(),
		landlock.ROFiles(readFiles...).IgnoreIfMissing(),
		writable,
		landlock.RWFiles("/dev/null", "/dev/zero", "/dev/full").IgnoreIfMissing(),
		landlock.ROFiles("/dev/urandom", "/dev/random").IgnoreIfMissing(),
	)
}

func sortPaths(paths []string) (dirs, files []string) {
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.IsDir():
			dirs = append(dirs, path)
		default:
			files = append(files, path)
		}
	}
	return dirs, files
}

// guardGrants is what compiled tests may open: the same but for the build cache, which the go command above them writes.
// The guard reads it from a file, because the environment belongs to the code under test.
func guardGrants(p plan, root string) grants {
	g := grantsFor(p)
	if !p.Walls[WallMount] {
		return g
	}
	g.ReadOnly = nil
	entries, _ := os.ReadDir(root) // an unreadable root grants less
	for _, e := range entries {
		if e.Name() != ".specgen" && e.Name() != "checkout" && e.Name() != "tmp" {
			g.ReadOnly = append(g.ReadOnly, "/"+e.Name())
		}
	}
	return g
}

// outerGuard is the guard that a whole command is started through.
func outerGuard(in layout) string {
	return filepath.Join(filepath.Dir(in.Guard), "outer", guardName)
}

// runGuarded is the -exec program of go test: it takes the build cache away, and the way to the go command that can write
// it (no ptrace and no signals out of a Landlock domain), and becomes the compiled test.
func runGuarded(self string, argv []string) int {
	fail := func(err error) int {
		_, _ = os.NewFile(2, "stderr").WriteString("specgen: test guard: " + err.Error() + "\n")
		return 126
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
	if err := restrict(g, true); err != nil {
		return fail(err)
	}
	return fail(unix.Exec(path, argv, syscall.Environ()))
}
