package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Bench is one sandboxed checkout. It may be used from several goroutines; commands run one after the other.
type Bench struct {
	o     Options
	dir   string // of this checkout: lock, state, checkout, private caches
	lock  *os.File
	walls Walls
	plan  recipe
	// recalled says that the walls are those of an earlier probe.
	recalled bool

	mu        sync.Mutex
	state     state
	frozen    []string
	seen      map[string]string // what the go command reads in the place of files of the tree, or besides them, for one command
	built     built
	canary    *canary // its name and word; nil until it is needed
	compiled  int     // how often tests were compiled: what an older Compiled holds is gone
	tools     *toolchain
	golang    *goTool
	golangFor string
}

const maxSlots = 64

// Open takes a checkout for a component below Options.Dir and locks it. A second run at the same time gets a checkout of
// its own. It finds out which walls can stand, and refuses with an *Error where Options.Mode says so.
func Open(ctx context.Context, component string, o Options) (*Bench, error) {
	o = o.withDefaults()
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`).MatchString(component) {
		return nil, &Error{Kind: KindUsage, Message: fmt.Sprintf("%q cannot name a checkout", component)}
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, systemError("find the cache folder", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, systemError("make the cache folder", err)
	}
	// Mounts and Landlock rules need the name that the kernel knows.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, systemError("find the cache folder", err)
	}
	o.Dir = dir
	b := &Bench{o: o}
	if err := b.takeSlot(component); err != nil {
		return nil, err
	}
	if err := b.ready(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Bench) takeSlot(component string) error {
	for n := 1; n <= maxSlots; n++ {
		name := component
		if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		dir := filepath.Join(b.o.Dir, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return systemError("make the checkout's folder", err)
		}
		lock, err := tryLock(filepath.Join(dir, "lock"))
		if err != nil {
			return systemError("lock the checkout", err)
		}
		if lock != nil {
			b.dir, b.lock = dir, lock
			return nil
		}
	}
	return &Error{Kind: KindSystem, Message: fmt.Sprintf("%d checkouts of %s are in use", maxSlots, component), Hint: "wait for other runs to end"}
}

func (b *Bench) ready(ctx context.Context) error {
	for _, dir := range []string{"checkout", "root", "cache", "gocache/plain", "gocache/u", "gocache/w"} {
		if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o700); err != nil {
			return systemError("make the checkout's folder", err)
		}
	}
	b.state = readState(b.dir)
	if wanted := b.o.Mode == Auto || b.o.Mode == Require; wanted && !b.o.probeAgain && b.recallProbe() {
		b.plan, b.recalled = wholeRecipe(), true
		b.walls = Walls{Standing: b.plan.standing()}
		return nil
	}
	return b.findWalls(ctx)
}

// findWalls finds out which walls stand, and refuses where the mode wants more.
func (b *Bench) findWalls(ctx context.Context) error {
	b.walls, b.plan = b.probe(ctx)
	b.recalled = false
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.o.Mode != Off {
		b.keepProbe(len(b.walls.Missing) == 0)
	}
	return b.permit()
}

// permit refuses where the mode wants more than the system grants.
func (b *Bench) permit() error {
	switch b.o.Mode {
	case Require:
		if !b.walls.Complete() {
			return refusal(Require, b.walls)
		}
	case Auto:
		if !b.walls.Protects() && !b.o.AllowUnsandboxed {
			return refusal(Auto, b.walls)
		}
	case Off:
	default:
		return &Error{Kind: KindUsage, Message: fmt.Sprintf("unknown sandbox mode %q", b.o.Mode), Hint: "use auto, require or off"}
	}
	return nil
}

// Probe says which walls can stand on this system, for a person to read. Options.Dir and Options.Self are needed.
func Probe(ctx context.Context, o Options) (Walls, error) {
	o.Mode, o.AllowUnsandboxed, o.probeAgain = Auto, true, true
	b, err := Open(ctx, "probe", o)
	if err != nil {
		return Walls{}, err
	}
	return b.Walls(), b.Close()
}

// Walls says which isolation the commands of this Bench run in.
func (b *Bench) Walls() Walls {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.walls
}

// Close gives the checkout back. Its files stay for the next run.
func (b *Bench) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lock == nil {
		return nil
	}
	err := unlock(b.lock)
	b.lock = nil
	return systemError("unlock the checkout", err)
}

func (b *Bench) checkout() string { return filepath.Join(b.dir, "checkout") }

func (b *Bench) inside() layout {
	if b.plan[WallMount] {
		return insideRoot()
	}
	tmp := filepath.Join(b.dir, "tmp")
	return layout{
		Checkout: b.checkout(), Tmp: tmp, Home: filepath.Join(tmp, "home"),
		GoCache: filepath.Join(b.dir, "gocache", "plain"), Work: filepath.Join(b.dir, "work"), Overlay: filepath.Join(b.dir, "overlay"), Built: filepath.Join(b.dir, "built"),
		Guard: filepath.Join(b.dir, "guard", guardName),
	}
}

// guarded says whether compiled tests can be kept from the build cache. GOFLAGS cannot hold a path with a space.
func (b *Bench) guarded() bool {
	return b.plan[WallLandlock] && !strings.ContainsAny(b.inside().Guard, " \t'\"")
}
