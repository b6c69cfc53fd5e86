package runner

import (
	"path/filepath"
	"time"
)

// plan is what the outside tells the inside of a sandbox, as JSON on a pipe.
type plan struct {
	Walls    recipe   `json:"walls"`
	Root     string   `json:"root"` // an empty folder to build the new root on
	ReadOnly []string `json:"read_only"`
	Writable []string `json:"writable"` // paths of the host that keep their place
	Checkout string   `json:"checkout"` // on the host
	Persist  []bind   `json:"persist"`  // cache folders, mounted below the checkout
	Frozen   []string `json:"frozen"`   // files of the checkout, slash-separated, that cannot be changed
	GoCache  goCache  `json:"go_cache"`
	Built    string   `json:"built,omitempty"` // folder on the host with compiled tests; empty: none
	Builds   bool     `json:"builds"`          // the command writes it
	Self     string   `json:"self"`
	Guard    bool     `json:"guard"` // run compiled tests behind one more Landlock wall, see landlock_linux.go
	Network  bool     `json:"network"`
	Inside   layout   `json:"inside"`

	Argv    []string      `json:"argv"`
	Env     []string      `json:"env"`
	Limits  Limits        `json:"limits"`
	Timeout time.Duration `json:"-"`       // wall clock; 0: that of the Bench
	Seconds uint64        `json:"seconds"` // CPU time of one process
	UID     int           `json:"uid"`
	GID     int           `json:"gid"`

	Overlay map[string]string `json:"overlay"` // what the go command reads in the place of files of the checkout: path -> content
	Discard []string          `json:"discard"` // globs removed before the command runs
	Collect []string          `json:"collect"` // globs whose files are handed back afterwards
}

type bind struct {
	Source string `json:"source"`
	Target string `json:"target"`
}

// goCache is the build cache: the host's own below, read-only, and what this repository added above.
type goCache struct {
	Lower    string `json:"lower,omitempty"` // the host's cache; empty: none
	Upper    string `json:"upper,omitempty"` // folder on the host with u (content) and w (overlay's own)
	Writable bool   `json:"writable"`
}

// folders are the cache's layers for a program that reads them one after the other.
func (c goCache) folders(in layout) cacheFolders {
	f := cacheFolders{Write: in.GoCache}
	for _, dir := range []string{filepath.Join(c.Upper, "plain"), c.Lower} {
		if c.Upper != "" && dir != "" && dir != in.GoCache {
			f.Read = append(f.Read, dir)
		}
	}
	return f
}

// layout is where things are for the command.
type layout struct {
	Checkout string `json:"checkout"`
	Tmp      string `json:"tmp"`
	Home     string `json:"home"`
	GoCache  string `json:"go_cache"`
	Work     string `json:"work"`    // where the go command builds, out of reach of what it built
	Built    string `json:"built"`   // the folder with compiled tests
	Overlay  string `json:"overlay"` // the folder with what stands in the place of files of the checkout, see go help build
	Guard    string `json:"guard"`   // the executable that compiled tests are started through
}

// outcome is what the inside answers.
type outcome struct {
	Exit      int               `json:"exit"`
	Signal    string            `json:"signal,omitempty"`
	Stopped   string            `json:"stopped,omitempty"` // which limit ended it
	Failure   *Missing          `json:"failure,omitempty"` // the wall that could not be built
	Collected map[string][]byte `json:"collected,omitempty"`
	Unread    []string          `json:"unread,omitempty"` // what should have been collected and was too much, or could not be opened
}

// ownFolder is where a root of its own keeps what is specgen's.
const ownFolder = ".specgen"

// insideRoot is the layout on a root file system of its own: the same on every machine, so that messages are too.
func insideRoot() layout {
	return layout{
		Checkout: "/checkout", Tmp: "/tmp", Home: "/tmp/home",
		GoCache: "/" + ownFolder + "/go-build", Work: "/" + ownFolder + "/work", Overlay: "/" + ownFolder + "/overlay",
		Built: "/" + ownFolder + "/built", Guard: "/" + ownFolder + "/bin/" + guardName,
	}
}

// The names under which the executable finds itself started inside a sandbox.
const (
	initName  = "specgen-sandbox-init"
	guardName = "specgen-test-guard"
	cacheName = "specgen-go-cache"
)
