// Package runner runs what a model wrote, and what judges it, in a sandboxed checkout outside of the repository. It is the
// only place that starts such programs. A Bench is one checkout: it is switched from tree to tree, writing only what
// changed, and gives every command the same clean files, whatever the command before it did.
//
// On Linux a command runs in namespaces of its own (user, pid, mount, ipc, net, uts) on a root file system that holds the
// system's programs and the toolchains read-only, the checkout and a private /tmp, and under Landlock as a second wall. The
// executable starts itself anew as the inside of that sandbox: see Init. Where the kernel grants less, the walls that stand
// are named in every result; elsewhere nothing is isolated, and that is said as well.
//
// What a command did, be it exit 1, a timeout or a kill, is a result. Errors are only what keeps specgen from running it.
package runner

import (
	"context"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Source gives the trees that a Bench can be switched to.
type Source interface {
	// Changes lists the paths at which the tree to differs from the tree from. "" is the empty tree.
	Changes(ctx context.Context, from, to string) ([]patch.Delta, error)
	// ReadBlob gives the content of a file.
	ReadBlob(ctx context.Context, id string) ([]byte, error)
}

// Mode says how much isolation a run insists on.
type Mode string

// The modes of the sandbox. The empty Mode is Auto.
const (
	Auto    Mode = "auto"    // what the system grants; refuses where files cannot be protected at all
	Require Mode = "require" // refuses unless every wall stands
	Off     Mode = "off"     // no isolation, by explicit wish
)

// Options say where a Bench lives and what its commands may use.
type Options struct {
	Dir      string        // private cache folder of this repository, outside of it
	Source   Source        // where trees come from
	Mode     Mode          // "" is Auto
	Env      []string      // the host's environment as KEY=value, to pick the allowed names from
	Self     string        // path of the executable that calls Init first; it becomes the inside of the sandbox
	Timeout  time.Duration // wall clock of one command; 0: 5 minutes
	Limits   Limits
	ReadOnly []string         // further absolute paths that commands may read
	Hidden   []string         // absolute paths that no command may read, wherever they lie: the repository
	Cache    []string         // checkout-relative folders that outlive a command
	Now      func() time.Time // for durations; nil: durations are 0

	// AllowUnsandboxed lets Auto go on without any isolation. For the demo, whose code is known.
	AllowUnsandboxed bool

	probeAgain bool // believe no earlier probe
}

// Limits bound one command. Zero values are replaced by the defaults.
type Limits struct {
	Output    int64 `json:"output"`    // bytes on standard output and error together; 10 MiB
	Memory    int64 `json:"memory"`    // bytes of private memory of all processes together; 4 GiB
	Processes int   `json:"processes"` // processes and threads; 2048
	FileSize  int64 `json:"file_size"` // bytes of one file; 1 GiB
	Disk      int64 `json:"disk"`      // bytes written to the checkout, and as many to /tmp; 2 GiB
}

const (
	defaultTimeout = 5 * time.Minute
	mebibyte       = 1 << 20
	gibibyte       = 1 << 30
	outputTail     = 64 << 10 // how much of the output an Execution keeps
)

func (o Options) withDefaults() Options {
	if o.Mode == "" {
		o.Mode = Auto
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	o.Limits = o.Limits.withDefaults()
	return o
}

func (l Limits) withDefaults() Limits {
	fallback := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	fallback(&l.Output, 10*mebibyte)
	fallback(&l.Memory, 4*gibibyte)
	fallback(&l.FileSize, gibibyte)
	fallback(&l.Disk, 2*gibibyte)
	if l.Processes <= 0 {
		l.Processes = 2048
	}
	return l
}
