package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Compiled are the acceptance tests of a tree as programs, so that they can be run many times: what go test adds to each run, most of all
// the linking, is paid for once. They stand outside of the checkout, where no command can change them.
type Compiled struct {
	bench    *Bench
	packages []compiledPackage
	planted  *canary
	n        int
}

// compiledPackage is the test program of one folder.
type compiledPackage struct {
	dir     string // of the checkout
	root    string // of its module
	suite   string // import path
	program string // its name among the compiled
}

// Build says what Compile builds.
type Build struct {
	Tests spec.Tests
	Seen  []patch.File // files that the go command sees in the place of those of the tree, or besides them
	Cover bool         // count which blocks run
	Exact bool         // equal code makes equal programs, to the byte
	NoVet bool         // what go vet finds does not keep them from being built
}

// Compile builds the acceptance tests of the tree that the checkout holds. It gives nil, and what the go command said, where they do not
// build, and nil alone where the tests' command is more than it can take apart: then the tests have to be run as they are. What an
// earlier call has built is gone.
func (b *Bench) Compile(ctx context.Context, build Build) (*Compiled, verdict.Execution, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	flags, ok := buildFlags(build.Tests.Command)
	if runner := build.Tests.Runner; !ok || runner != "go" && runner != "" {
		return nil, verdict.Execution{}, nil
	}
	if err := b.emptyBuilt(); err != nil {
		return nil, verdict.Execution{}, systemError("make the folder for compiled tests", err)
	}
	b.seen = map[string]string{}
	for _, f := range build.Seen {
		b.seen[f.Path] = string(f.Data)
	}
	defer func() { b.seen = nil }()
	c := &Compiled{bench: b, planted: b.hatch(""), n: b.compiled}
	c.planted.sings = true
	b.layOut(c.planted)
	given := strings.Join(flags, " ")
	if build.NoVet {
		flags = append(flags, "-vet=off")
	}
	if build.Exact {
		if strings.Contains(given, "ldflags") {
			return nil, verdict.Execution{}, nil
		}
		flags = append(flags, "-ldflags=-buildid=")
	}
	if !strings.Contains(given, "gcflags") {
		flags = append(flags, "-gcflags=MODULE=-e") // tell of all errors, and not of the first ten
	}
	if build.Cover {
		flags = append(flags, "-cover", "-covermode=set", "-coverpkg=PACKAGES")
	}
	var last verdict.Execution
	for _, dir := range b.testFolders() {
		program := fmt.Sprintf("%d.test", len(c.packages))
		done, err := b.compile(ctx, c, dir, program, flags)
		if err != nil || done.Exit != 0 {
			return nil, done, err
		}
		last = done
		root, _ := b.moduleOf(dir)
		c.packages = append(c.packages, compiledPackage{dir: dir, root: root, suite: b.importPath(dir), program: program})
	}
	if len(c.packages) == 0 {
		return nil, last, nil
	}
	return c, last, nil
}

func (b *Bench) emptyBuilt() error {
	b.compiled++
	dir := filepath.Join(b.dir, "built")
	if err := removeAll(dir); err != nil {
		return err
	}
	return os.Mkdir(dir, 0o700)
}

// testFolders are the folders with acceptance tests of Go, those among them that the go command alone sees.
func (b *Bench) testFolders() []string {
	var dirs []string
	for _, p := range append(b.frozenFiles(), sortedKeys(b.seen)...) {
		if strings.HasSuffix(p, "_test.go") {
			dirs = append(dirs, path.Dir(p))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// compile builds the tests of one folder, in the folder of its module.
func (b *Bench) compile(ctx context.Context, c *Compiled, dir, program string, flags []string) (verdict.Execution, error) {
	root, module := b.moduleOf(dir)
	in := b.inside()
	words := append([]string{"go", "test"}, flags...)
	for i, w := range words {
		words[i] = strings.NewReplacer("PACKAGES", b.coverable(root), "MODULE", module+"/...").Replace(w)
	}
	words = append(words, "-c", "-o", filepath.Join(in.Built, program), "./"+below(root, dir))
	script := strings.Join(words, " ")
	if root != "." && root != "" {
		script = "cd " + root + " && " + script
	}
	j := b.goTestJob(script)
	j.overlay, j.builds = c.planted.files, true
	f, err := b.execute(ctx, j)
	if err != nil {
		return b.execution(j, f), b.explain(err)
	}
	e := b.execution(j, f)
	if e.Exit != 0 {
		e.Diagnostics = readDiagnostics(f.both, newWords(f.inside).afterOverlay(f.inside, j.overlay, cdOf(script)), cdOf(script))
	}
	return e, nil
}

// coverable are the packages that the tests are built from, as patterns of the go command seen from the module's folder.
func (b *Bench) coverable(root string) string {
	var dirs []string
	for _, f := range b.restsOn() {
		at, _ := b.moduleOf(path.Dir(f))
		if strings.HasSuffix(f, ".go") && !strings.HasSuffix(f, "_test.go") && at == root {
			dirs = append(dirs, "./"+below(root, path.Dir(f)))
		}
	}
	slices.Sort(dirs)
	return strings.Join(slices.Compact(dirs), ",")
}

// selection says what of the compiled tests is run, and how.
type selection struct {
	only    []string      // names of tests; nil: all
	env     []string      // NAME=value, for the tests alone
	timeout time.Duration // of each package; 0: that of the Bench
	profile string        // name of the file in a package's folder where the blocks that ran are written to
}

// Run runs the tests, all or those named, as Bench.Test runs those of a tree, and reads their results in the same way. env is NAME=value,
// for the tests alone; timeout is that of each package, 0 that of the Bench.
func (c *Compiled) Run(ctx context.Context, only, env []string, timeout time.Duration) (verdict.Execution, error) {
	c.bench.mu.Lock()
	defer c.bench.mu.Unlock()
	var all verdict.Execution
	for i, p := range c.packages {
		done, _, err := c.run(ctx, p, selection{only: only, env: env, timeout: timeout})
		if err != nil {
			return done, err
		}
		if i == 0 {
			all = done
			continue
		}
		all = joined(all, done)
	}
	return all, nil
}

// joined is what two programs did together.
func joined(a, b verdict.Execution) verdict.Execution {
	a.Tests, a.Output, a.Duration = append(a.Tests, b.Tests...), tail(a.Output+b.Output), a.Duration+b.Duration
	a.TimedOut, a.Truncated = a.TimedOut || b.TimedOut, a.Truncated || b.Truncated
	a.Changed = append(a.Changed, b.Changed...)
	if a.Exit == 0 {
		a.Exit, a.Signal = b.Exit, b.Signal
	}
	if a.Distrust == "" {
		a.Distrust = b.Distrust
	}
	return a
}

func (c *Compiled) run(ctx context.Context, p compiledPackage, s selection) (verdict.Execution, map[string][]byte, error) {
	b := c.bench
	if c.n != b.compiled {
		return verdict.Execution{}, nil, &Error{Kind: KindUsage, Message: "the compiled tests are gone: others were compiled since"}
	}
	pattern := "."
	if s.only != nil {
		pattern = runPattern(s.only) + "|^" + c.planted.name + "[0-9a-f]*$"
	}
	args := []string{"-test.v=test2json", "-test.paniconexit0", "-test.run=" + pattern}
	if s.timeout > 0 {
		args = append(args, "-test.timeout="+s.timeout.String())
	}
	j := b.goTestJob(p.suite)
	if s.profile != "" {
		args = append(args, "-test.coverprofile="+s.profile)
		j.collect = []string{path.Join(p.dir, s.profile)}
	}
	j.script = "cd '" + strings.ReplaceAll(p.dir, "'", `'\''`) + `' && exec "$@" 2>&1`
	j.args = append([]string{filepath.Join(b.inside().Built, p.program)}, args...)
	j.runs, j.goOnly, j.env = true, false, s.env
	if s.timeout > 0 {
		j.timeout = s.timeout + 2*time.Second // the test's own end says more
	}
	f, err := b.execute(ctx, j)
	if err != nil {
		return b.execution(j, f), nil, b.explain(err)
	}
	e := b.execution(j, f)
	w := newWords(f.inside).afterOverlay(f.inside, c.planted.files, "")
	r := readGoTest(testEvents(p.suite, f.stdout, e.Exit), f.stderr, w, goModule{dir: b.checkout(), sub: p.root})
	r.cut = e.Exit < 0
	exit := e.Exit
	c.planted.settle(&e, r, w)
	if e.Exit == 0 && e.Distrust == "" {
		e.Distrust = c.planted.caught(r, exit, "go test -run x")
	}
	return e, f.Collected, nil
}

// Digest is the same for programs that are the same, to the byte. Hex SHA-256.
func (c *Compiled) Digest() (string, error) {
	c.bench.mu.Lock()
	defer c.bench.mu.Unlock()
	h := sha256.New()
	for _, p := range c.packages {
		data, err := os.ReadFile(filepath.Join(c.bench.dir, "built", p.program))
		if err != nil {
			return "", systemError("read a compiled test", err)
		}
		_, _ = fmt.Fprintf(h, "%d:", len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
