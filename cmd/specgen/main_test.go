package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/specgen-dev/specgen/pkg/runner"
)

// TestMain makes the test binary the command: scripts, and the sandbox, start it again under other names.
func TestMain(m *testing.M) {
	if code, inside := runner.Init(os.Args); inside {
		syscall.Exit(code) // os.Exit waits a second for the race detector, in each of thousands of processes
	}
	testscript.Main(m, map[string]func(){"specgen": main, "signalled": signalled})
}

// TestScripts runs every script of testdata/script: what a person types, and what they then see.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, filepath.Join("testdata", "script"))
}

func runScripts(t *testing.T, dir string) {
	t.Helper()
	shared := host{
		dir: t.TempDir(), golang: goEnvironment(t),
		walls: sync.OnceValues(func() (runner.Walls, error) { return probe(t) }),
	}
	t.Cleanup(func() {
		if err := sweep(shared.dir); err != nil {
			t.Error(err)
		}
	})
	testscript.Run(t, testscript.Params{
		Dir: dir, Setup: shared.setup, RequireUniqueNames: true,
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, errors.New("there is no condition " + name)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"project": cmdProject, "exits": cmdExits, "endpoint": cmdEndpoint, "requests": cmdRequests,
			"snapshot": cmdSnapshot, "unchanged": cmdUnchanged, "json": cmdJSON, "events": cmdEvents, "nowhere": cmdNowhere,
			"within": cmdWithin, "verdicts": cmdVerdicts,
		},
	})
}

// host is what all scripts of one test run share.
type host struct {
	dir    string   // specgen's cache folder is here, so that the walls are probed and built on once
	golang []string // Go's own variables: the caches of the host, and no network
	walls  func() (runner.Walls, error)
}

func (h host) setup(env *testscript.Env) error {
	tb, ok := env.T().(testing.TB)
	if !ok {
		return errors.New("scripts run under go test")
	}
	b := &bench{
		tb: tb, work: env.WorkDir, walls: h.walls, snapshots: map[string]snapshot{},
	}
	env.Vars = append(env.Vars, h.golang...)
	home := filepath.Join(env.WorkDir, ".home")
	for name, value := range map[string]string{
		"HOME": home, "USERPROFILE": home, "XDG_CONFIG_HOME": filepath.Join(home, ".config"), "XDG_CACHE_HOME": h.dir,
		"GORACE": "atexit_sleep_ms=0", "LANG": "C.UTF-8", "NO_COLOR": "1", "TZ": "UTC",
		"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": filepath.Join(home, ".gitconfig"), "GIT_TERMINAL_PROMPT": "0",
		"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
		"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com",
	} {
		env.Setenv(name, value)
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	config := "[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[protocol \"file\"]\n\tallow = always\n"
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(config), 0o600); err != nil {
		return err
	}
	b.vars = env.Vars
	env.Values[benchKey{}] = b
	env.Defer(b.close)
	return nil
}

// goEnvironment gives the Go variables of the host that a private HOME would hide.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	values := map[string]string{}
	if err := json.Unmarshal(out, &values); err != nil {
		t.Fatalf("go env: %v", err)
	}
	vars := []string{"GOPROXY=off", "GOTOOLCHAIN=local", "GOTELEMETRY=off", "GOFLAGS=-mod=mod"}
	for name, value := range values {
		vars = append(vars, name+"="+value)
	}
	return vars
}

// probe says which walls the sandbox can have here.
func probe(t *testing.T) (runner.Walls, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		return runner.Walls{}, err
	}
	return runner.Probe(context.WithoutCancel(t.Context()), runner.Options{Dir: t.TempDir(), Self: self, Env: os.Environ()})
}

type benchKey struct{}

// bench is the state of one script.
type bench struct {
	tb        testing.TB
	work      string
	vars      []string
	walls     func() (runner.Walls, error)
	endpoints []*endpoint
	snapshots map[string]snapshot
}

func of(ts *testscript.TestScript) *bench {
	b, ok := ts.Value(benchKey{}).(*bench)
	if !ok {
		ts.Fatalf("the script was not set up")
	}
	return b
}

// needSandbox skips the script where no wall can stand: specgen refuses to run code there.
func (b *bench) needSandbox(ts *testscript.TestScript) {
	walls, err := b.walls()
	switch {
	case err != nil:
		ts.Fatalf("probe the sandbox: %v", err)
	case walls.Protects():
	case os.Getenv("SPECGEN_REQUIRE_SANDBOX") == "1":
		ts.Fatalf("the sandbox is required, and cannot be built here: %s", walls)
	default:
		b.tb.Skipf("the sandbox cannot be built here: %s", walls)
	}
}

// close checks what must hold at the end of every script: the endpoint was asked as often as the script says, the key went
// nowhere but to the endpoint, and nothing was left half-written.
func (b *bench) close() {
	for _, e := range b.endpoints {
		e.server.CloseClientConnections()
		e.server.Close()
	}
	if b.tb.Failed() || b.tb.Skipped() {
		return
	}
	for _, e := range b.endpoints {
		if err := e.audit(); err != nil {
			b.tb.Error(err)
		}
	}
	if err := sweep(b.work); err != nil {
		b.tb.Error(err)
	}
}

// sweep looks through all files for the key, and for traces of work that was broken off.
func sweep(dir string) error {
	var errs []error
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrPermission) {
			return nil // overlay's own empty folders
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if inGit := strings.Contains(path, ".git/"); inGit && strings.HasSuffix(path, ".lock") {
			errs = append(errs, errors.New(path+" was left behind"))
		}
		data, err := fs.ReadFile(root, path)
		if err == nil && strings.Contains(string(data), apiKey) {
			errs = append(errs, errors.New(path+" holds the key"))
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// cmdProject makes a repository with one commit, from testdata/projects/NAME or from examples/NAME of the project: project NAME [DIR].
// It becomes the current folder; the answers that belong to it come beside it.
func cmdProject(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: project NAME [DIR]")
	}
	b := of(ts)
	dir := "repo"
	if len(args) == 2 {
		dir = args[1]
	}
	dir = filepath.Join(b.work, dir)
	source := filepath.Join("testdata", "projects", args[0])
	files := filepath.Join(source, "repo")
	if strings.HasPrefix(args[0], "examples/") {
		source = filepath.Join("..", "..", filepath.FromSlash(args[0]))
		files = source
	}
	ts.Check(os.CopyFS(dir, os.DirFS(files)))
	answers := filepath.Join(b.work, "answers")
	if _, err := os.Stat(answers); err != nil {
		err := os.CopyFS(answers, os.DirFS(filepath.Join(source, "answers")))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			ts.Fatalf("%v", err)
		}
	}
	ts.Check(ts.Chdir(dir))
	for _, command := range []string{"init -q", "add -A", "commit -q -m Begin"} {
		if err := ts.Exec("git", strings.Fields(command)...); err != nil {
			ts.Fatalf("git %s: %v", command, err)
		}
	}
}

// cmdExits runs a command that must end with an exit code: exits CODE COMMAND...
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	got := "0"
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.String()
		if code := exit.ExitCode(); code >= 0 {
			got = strings.TrimPrefix(got, "exit status ")
		}
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("%s ended with %s, want %s", strings.Join(args[1:], " "), cmp.Or(got, "?"), args[0])
	}
}

// cmdNowhere looks for a text in everything that git and specgen keep of a repository, unpacked: nowhere TEXT [DIR]
func cmdNowhere(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || args[0] == "" {
		ts.Fatalf("usage: [!] nowhere TEXT")
	}
	ts.Check(ts.Exec("git", "cat-file", "--batch-all-objects", "--batch"))
	found := strings.Contains(ts.ReadFile("stdout"), args[0])
	ts.Check(ts.Exec("git", "rev-parse", "--path-format=absolute", "--git-common-dir"))
	dir := filepath.Join(strings.TrimSpace(ts.ReadFile("stdout")), "specgen")
	root := os.DirFS(dir)
	ts.Check(fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		found = found || strings.Contains(string(data), args[0])
		return err
	}))
	if found != neg {
		ts.Fatalf("in objects and journals, %q was found: %v", args[0], found)
	}
}
