package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Run runs a shell command in the checkout, such as a check. For a go command that fails to build, the compiler's errors
// are read into Diagnostics.
//
// A go test command is believed as far as its tests are, see canary: its exit alone could be that of code under test.
func (b *Bench) Run(ctx context.Context, command string) (verdict.Execution, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if sealsFit(command) {
		return b.goCheck(ctx, command)
	}
	j := job{command: command, script: command, goOnly: b.writesCache(command)}
	f, err := b.execute(ctx, j)
	if err != nil {
		return b.execution(j, f), b.explain(err)
	}
	e := b.execution(j, f)
	if e.Exit != 0 && isGoCommand(command) {
		e.Diagnostics = readDiagnostics(f.both, newWords(f.inside), cdOf(command))
	}
	return e, nil
}

// Test runs the acceptance tests once and reads their results. With only, the runner is asked for these tests alone, as far
// as it can be asked; results of other tests may come as well.
func (b *Bench) Test(ctx context.Context, tests spec.Tests, only []string) (verdict.Execution, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if tests.Runner == "" || tests.Runner == "go" {
		return b.goTest(ctx, goTestCommand(tests.Command, only), false)
	}
	if tests.Runner == "exit" && sealsFit(tests.Command) {
		return b.goCheck(ctx, tests.Command)
	}
	j, err := b.testJob(tests)
	if err != nil {
		return verdict.Execution{}, err
	}
	f, err := b.execute(ctx, j)
	if err != nil {
		return b.execution(j, f), b.explain(err)
	}
	e := b.execution(j, f)
	w := newWords(f.inside)
	switch tests.Runner {
	case "junit":
		e.Tests = readJUnit(f.Collected, w)
		for _, name := range f.Unread { // whatever it says, it could be a failure
			e.Tests = append(e.Tests, unreadable(name, errUnread))
		}
	case "tap":
		e.Tests = readTAP(f.stdout, f.stderr, w)
	}
	return e, nil
}

// goTest runs a go test command with canary and seals. As a check it may be of packages that have neither.
func (b *Bench) goTest(ctx context.Context, command string, check bool) (verdict.Execution, error) {
	j := b.goTestJob(command)
	planted := b.plant(&j)
	f, err := b.execute(ctx, j)
	if err != nil {
		return b.execution(j, f), b.explain(err)
	}
	e := b.execution(j, f)
	w := newWords(f.inside).afterOverlay(f.inside, j.overlay, cdOf(j.script))
	r := readGoTest(f.stdout, f.stderr, w, goModule{dir: b.checkout(), sub: cdOf(j.script)})
	r.cut = e.Exit < 0
	exit := e.Exit
	planted.settle(&e, r, w)
	if check {
		e.Distrust = "" // it may be of other packages, or have failed as it says
	}
	if e.Exit == 0 {
		e.Distrust = cmp.Or(e.Distrust, planted.caught(r, exit, command))
	}
	return e, nil
}

// goCheck runs a go test command for its exit. One that ran no test decides nothing, if it is not of benchmarks.
func (b *Bench) goCheck(ctx context.Context, command string) (verdict.Execution, error) {
	e, err := b.goTest(ctx, goTestCommand(command, nil), true)
	if e.Exit == 0 && e.Distrust == "" && len(e.Tests) == 0 && !regexp.MustCompile(`\s-{1,2}(?:test\.)?bench\b`).MatchString(command) {
		e.Distrust = "no test ran"
	}
	e.Command, e.Tests = command, nil
	return e, err
}

func (b *Bench) goTestJob(command string) job {
	return job{command: command, script: command, goOnly: b.writesCache(command), frozen: b.restsOn(), events: true}
}

// restsOn gives what the tests of the tree that the checkout holds are built from.
func (b *Bench) restsOn() []string {
	if b.built.tree != b.state.Tree || !slices.Equal(b.built.frozen, b.frozen) {
		b.built = built{tree: b.state.Tree, frozen: b.frozen, files: b.builtFrom(b.frozenFiles())}
	}
	return b.built.files
}

func (b *Bench) testJob(tests spec.Tests) (job, error) {
	command := tests.Command
	j := job{command: command, script: command}
	switch tests.Runner {
	case "junit":
		j.collect = tests.Report
		if len(j.collect) == 0 {
			j.collect = commonReports()
		}
		j.discard = j.collect
	case "tap", "exit":
	default:
		return job{}, &Error{Kind: KindUsage, Message: fmt.Sprintf("unknown test runner %q", tests.Runner), Hint: "use go, junit, tap or exit"}
	}
	if j.script == "" {
		return job{}, &Error{Kind: KindUsage, Message: "the runner " + tests.Runner + " needs a command", Hint: "set tests.command in the spec"}
	}
	return j, nil
}

// Prepare runs commands one after the other until one fails, with the host's network and a module cache that can be
// written. It is for the base tree, before anything that a model wrote exists; what it leaves in cache folders stays.
func (b *Bench) Prepare(ctx context.Context, commands []string) (verdict.Execution, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	j := job{
		command: strings.Join(commands, "; "), script: "set -e\n" + strings.Join(commands, "\n") + "\n",
		network: true, goOnly: true,
	}
	f, err := b.execute(ctx, j)
	return b.execution(j, f), b.explain(err)
}

// Rewrite switches to a tree, runs a formatter on some of its files, and gives back what these hold afterwards. The paths
// follow the command, or stand where it says "$@". A path that is gone afterwards is missing from the result.
func (b *Bench) Rewrite(ctx context.Context, tree, command string, paths []string) (map[string][]byte, verdict.Execution, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.frozen = nil // those of another tree, for commands that judge it
	if err := b.switchTo(ctx, tree); err != nil {
		return nil, verdict.Execution{}, err
	}
	script := command
	if !strings.Contains(script, "$@") {
		script += ` "$@"`
	}
	j := job{command: command, script: script}
	for _, p := range paths {
		if err := safePath(p); err != nil {
			return nil, verdict.Execution{}, err
		}
		j.args = append(j.args, filepath.FromSlash(p))
		j.collect = append(j.collect, escapeGlob(p))
	}
	f, err := b.execute(ctx, j)
	return f.Collected, b.execution(j, f), b.explain(err)
}

func escapeGlob(p string) string {
	return regexp.MustCompile(`[\\*?\[\]{}]`).ReplaceAllString(p, `\$0`)
}

// explain turns a wall that stopped standing since Open into an error for a person.
func (b *Bench) explain(err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &Error{Kind: KindSandbox, Message: "the command could not be run", Err: err, Hint: "see specgen doctor for what the system grants"}
}

// writesCache says whether a command is the go command and nothing else. Only that may write the build cache: whatever else
// writes there decides what later builds are made of. go test runs model-written code, and may because the test guard
// takes the cache away from it.
func (b *Bench) writesCache(command string) bool {
	plain := regexp.MustCompile(`^(cd [\w./-]+ && )?go (build|vet|list|test)([ \t][^;&|<>$` + "`" + `()\n\\]*('\^\([\w|]+\)\$')?[^;&|<>$` + "`" + `()\n\\]*)?$`)
	if !plain.MatchString(command) || regexp.MustCompile(`\s-{1,2}(exec|toolexec|vettool)\b`).MatchString(command) {
		return false
	}
	return b.guarded() || !strings.Contains(command, "go test")
}
