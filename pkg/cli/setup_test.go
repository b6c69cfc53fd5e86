package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// desk is a person at a repository: real git, and an environment of its own.
type desk struct {
	t       *testing.T
	dir     string
	environ []string
	stdin   string
	asked   bool // standard input and error are terminals
}

// newDesk makes a repository with these files (txtar), not committed.
func newDesk(t *testing.T, files string) *desk {
	t.Helper()
	home := t.TempDir()
	d := &desk{t: t, dir: t.TempDir(), environ: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "cfg"), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
	}}
	d.git("init", "-q", "-b", "main")
	for _, f := range txtar.Parse([]byte(files)).Files {
		d.write(f.Name, string(f.Data))
	}
	return d
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) read(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, filepath.FromSlash(name)))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

func (d *desk) git(args ...string) string {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), "git", args...)
	cmd.Dir, cmd.Env = d.dir, d.environ
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// oneCommand keeps commands of parallel tests apart: the flag library writes to flags that all its programs share.
var oneCommand sync.Mutex

// run types a command.
func (d *desk) run(args ...string) (code Exit, stdout, stderr string) {
	d.t.Helper()
	oneCommand.Lock()
	defer oneCommand.Unlock()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	got := Main(ctx, Env{
		Args: args, Stdin: strings.NewReader(d.stdin), Stdout: &out, Stderr: &errs, Dir: d.dir, Environ: d.environ, Version: "test",
		Clock: func() time.Time { return time.Date(2026, 11, 23, 9, 15, 2, 0, time.UTC) }, Random: rand.Reader,
		StdinTerminal: d.asked, StderrTerminal: d.asked, Quit: func(int) { d.t.Error("the process was ended") },
	})
	return Exit(got), out.String(), errs.String()
}

// must types a command that has to work, and gives what it prints.
func (d *desk) must(args ...string) string {
	d.t.Helper()
	code, stdout, stderr := d.run(args...)
	if code != ExitOK {
		d.t.Fatalf("specgen %v: exit %d\n%s%s", args, code, stdout, stderr)
	}
	return stdout
}

// refused types a command that has to fail with this code, and with each of these texts in its message.
func (d *desk) refused(want Exit, texts []string, args ...string) {
	d.t.Helper()
	code, stdout, stderr := d.run(args...)
	if code != want {
		d.t.Errorf("specgen %v: exit %d, want %d\n%s%s", args, code, want, stdout, stderr)
	}
	contains(d.t, stderr, texts...)
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in\n%s", p, text)
		}
	}
}
