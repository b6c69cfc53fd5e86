package runner

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// job is one command as the Bench wants it run.
type job struct {
	command string            // what the report calls it
	script  string            // what the shell gets
	args    []string          // its positional parameters
	network bool              // with the host's network, and the module cache writable
	goOnly  bool              // nothing but the go command writes the build cache, see writesCache
	overlay map[string]string // what the go command reads in the place of files of the checkout
	builds  bool              // it writes the folder with compiled tests
	runs    bool              // it runs what stands there
	env     []string          // further NAME=value
	timeout time.Duration     // 0: that of the Bench
	events  bool              // prints events of go test, because it was told to
	frozen  []string          // files that it must not change, besides those of the Bench
	discard []string
	collect []string
}

// finished is what came of a job, before anything was read out of it.
type finished struct {
	outcome
	both      []byte
	stdout    []byte
	stderr    []byte
	truncated bool
	timedOut  bool
	changed   []string // frozen files that it wrote
	duration  time.Duration
	inside    layout
}

// errStopped ends a process for a reason that is a result and not an error.
var (
	errTimeout = errors.New("time is up")
	errOutput  = errors.New("too much output")
)

// execute runs a job and leaves the checkout as it was. Where a wall that stood earlier cannot be built any more, the walls are
// looked for anew.
func (b *Bench) execute(ctx context.Context, j job) (finished, error) {
	if b.state.Tree == "" {
		return finished{}, &Error{Kind: KindUsage, Message: "the checkout holds no tree yet"}
	}
	f, err := b.executeOnce(ctx, j)
	if err == nil || !b.recalled || !wallRefused(err) {
		return f, err
	}
	tree := b.state.Tree
	if err := b.findWalls(ctx); err != nil {
		return f, err
	}
	if err := b.switchTo(ctx, tree); err != nil { // without overlays more is remembered of it
		return f, err
	}
	return b.executeOnce(ctx, j)
}

func (b *Bench) executeOnce(ctx context.Context, j job) (finished, error) {
	p, err := b.planFor(ctx, j)
	if err != nil {
		return finished{}, err
	}
	if err := b.prepareFolders(p); err != nil {
		return finished{}, systemError("prepare private folders", err)
	}
	scans := !b.plan[WallOverlay]
	if scans {
		if err := forgetState(b.dir); err != nil {
			return finished{}, systemError("run in the checkout", err)
		}
	}
	f, err := b.launch(ctx, p)
	if scans {
		f.changed = b.changedFrozen(p.Frozen)
		// Also after a cancellation: the next command must not see what this one left.
		err = errors.Join(err, b.restored(context.WithoutCancel(ctx)))
	}
	if err != nil {
		return f, err
	}
	if !scans && b.state.Root != stampAt(b.dir, "checkout") {
		b.state = state{}
		return f, &Error{Kind: KindSystem, Message: "another program changed the checkout while a command ran", Hint: "keep " + b.dir + " from being cleared, and run again"}
	}
	return f, missingProgram(j, f)
}

// eventSize is how much longer go test -json tells of short lines, at most. That is not the command's doing, and no part of its limit.
const eventSize = 6

func (b *Bench) planFor(ctx context.Context, j job) (plan, error) {
	if b.tools == nil {
		found := b.findToolchain()
		b.tools = &found
	}
	tools := *b.tools
	var err error
	if tools.golang, err = b.resolveGo(ctx, tools); err != nil {
		return plan{}, err
	}
	in := b.inside()
	if len(j.overlay) > 0 {
		j.script = overlaid(j.script, in)
	}
	if !b.plan[WallMount] && !j.goOnly {
		in.GoCache = filepath.Join(in.Tmp, "go-build") // thrown away with the rest of it
	}
	if cache := tools.golang.Cache; cache != "" && !b.plan[WallMount] && !b.plan[WallLandlock] {
		in.GoCache = cache // without any wall a private cache would be slower and protect nothing
	}
	p := plan{
		Walls: b.plan, Root: filepath.Join(b.dir, "root"), Checkout: b.checkout(), Self: b.o.Self, Guard: b.guarded(),
		Network: j.network, Inside: in, Argv: append([]string{"sh", "-c", j.script, "sh"}, j.args...),
		Env: b.environment(in, tools, j), Limits: b.o.Limits, Seconds: uint64(b.o.Timeout.Seconds())*16 + 1,
		UID: os.Getuid(), GID: os.Getgid(), Overlay: j.overlay, Discard: j.discard, Collect: j.collect,
	}
	if j.builds || j.runs {
		p.Built, p.Builds = filepath.Join(b.dir, "built"), j.builds
	}
	p.Env, p.Timeout = append(p.Env, j.env...), j.timeout
	if j.events {
		p.Limits.Output *= eventSize
	}
	p.ReadOnly = b.readable(tools, j.network)
	p.Persist = b.persisted()
	p.Frozen = slices.Compact(slices.Sorted(slices.Values(append(b.frozenFiles(), j.frozen...))))
	if tools.golang.Root != "" {
		p.GoCache = goCache{Upper: filepath.Join(b.dir, "gocache"), Writable: j.goOnly}
		if info, err := os.Stat(tools.golang.Cache); err == nil && info.IsDir() {
			p.GoCache.Lower = tools.golang.Cache
		}
		if j.network {
			p.Writable = append(p.Writable, tools.golang.ModCache)
		}
	}
	return p, nil
}

func (b *Bench) persisted() []bind {
	var all []bind
	for _, c := range b.o.Cache {
		target := cleanCache(c)
		if !filepath.IsLocal(filepath.FromSlash(target)) || target == "." || !b.plainPath(target) {
			continue
		}
		all = append(all, bind{Source: filepath.Join(b.dir, "cache", strings.ReplaceAll(target, "/", "%")), Target: target})
	}
	return all
}

// plainPath says whether a path of the checkout has nothing but folders on its way, as far as it is there. A link in it, of the tree
// or of a command before, would have something else mounted or opened to the next command.
func (b *Bench) plainPath(slashed string) bool {
	at := b.checkout()
	for part := range strings.SplitSeq(slashed, "/") {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			return true
		}
		if err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

func (b *Bench) prepareFolders(p plan) error {
	if !b.plan[WallMount] {
		if err := prepareHost(p); err != nil {
			return err
		}
	}
	var dirs []string
	for _, c := range p.Persist {
		if b.plan[WallMount] {
			dirs = append(dirs, c.Source)
		} else {
			dirs = append(dirs, filepath.Join(b.checkout(), filepath.FromSlash(c.Target)))
		}
	}
	if p.Network {
		dirs = append(dirs, p.Writable...)
	}
	return makeFolders(dirs)
}

// prepareHost makes anew what a root of its own would hold.
func prepareHost(p plan) error {
	for _, dir := range []string{p.Inside.Tmp, p.Inside.Work} {
		if err := removeAll(dir); err != nil {
			return err
		}
	}
	if err := makeFolders([]string{p.Inside.Home, p.Inside.Work}); err != nil {
		return err
	}
	return writeOverlay(p.Inside.Overlay, p)
}

func makeFolders(dirs []string) error {
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// missingProgram tells a toolchain that is not installed from a command that fails.
func missingProgram(j job, f finished) error {
	program := firstWord(j.script)
	if f.Exit != 127 || program == "" {
		return nil
	}
	text := string(f.both)
	if strings.Contains(text, program+": not found") || strings.Contains(text, program+": command not found") {
		return notFound(program)
	}
	return nil
}

// firstWord is the program that a script begins with, or "" if that takes a shell to know.
func firstWord(script string) string {
	for word := range strings.FieldsSeq(script) {
		if strings.Contains(word, "=") {
			continue
		}
		if strings.ContainsAny(word, "/$`'\"(){};&|<>*?") {
			return ""
		}
		return word
	}
	return ""
}

// execution turns what came into the result that everyone reads.
func (b *Bench) execution(j job, f finished) verdict.Execution {
	e := verdict.Execution{
		Command: j.command, Exit: f.Exit, Signal: f.Signal, TimedOut: f.timedOut, Truncated: f.truncated,
		Duration: f.duration, Walls: b.wallNames(j), Changed: f.changed,
	}
	text := string(f.both)
	if f.Stopped != "" {
		text += "\nspecgen: ended: " + f.Stopped + "\n"
	}
	e.Output = tail(newWords(f.inside).plain(text))
	return e
}

func (b *Bench) wallNames(j job) []string {
	names := b.walls.Names()
	if j.network {
		names = slices.DeleteFunc(names, func(n string) bool { return n == string(WallNet) })
	}
	return names
}

func tail(text string) string {
	if len(text) <= outputTail {
		return text
	}
	text = text[len(text)-outputTail:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[i+1:]
	}
	return strings.ToValidUTF8(text, "")
}
