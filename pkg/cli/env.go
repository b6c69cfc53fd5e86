// Package cli is the edge of specgen: it parses flags into options, wires the stages, and turns errors into messages and exit
// codes. Every command is an options struct and a function that knows no flag library.
package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/specgen-dev/specgen/pkg/repo"
)

// Env is the process as commands see it: the only door to it. Tests build their own.
type Env struct {
	Args    []string // without the program's name
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Dir     string   // working directory
	Environ []string // KEY=value
	Self    string   // path of this executable, which the sandbox starts again
	Version string

	Clock  func() time.Time
	Random io.Reader
	// Terminal says whether standard input, output and error are terminals; Width is the width of the output in columns,
	// 0 where it is none.
	StdinTerminal, StdoutTerminal, StderrTerminal bool
	Width                                         int

	// Interrupts gives one value each time the person presses Ctrl-C, or the system asks the process to end.
	Interrupts <-chan os.Signal
	// Quit ends the process at once.
	Quit func(code int)
}

// System is the Env of the real process. stop gives back what it took.
func System(version string) (env Env, stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// A reader that is gone is met where something is written, and does not end the process. Ignored, the signal would be so in
	// every command of a check too.
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, syscall.SIGPIPE)
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	width := 0
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		width = w
	}
	return Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Dir: dir, Environ: os.Environ(), Self: self,
		Version: version, Clock: time.Now, Random: rand.Reader,
		StdinTerminal: term.IsTerminal(int(os.Stdin.Fd())), StdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		StderrTerminal: term.IsTerminal(int(os.Stderr.Fd())), Width: width,
		Interrupts: signals, Quit: os.Exit,
	}, func() { signal.Stop(signals); signal.Stop(gone) }
}

// Lookup gives a variable of the environment.
func (e Env) Lookup(name string) (string, bool) {
	for _, variable := range slices.Backward(e.Environ) {
		if key, value, ok := strings.Cut(variable, "="); ok && key == name {
			return value, true
		}
	}
	return "", false
}

// Getenv gives a variable of the environment, or "".
func (e Env) Getenv(name string) string {
	value, _ := e.Lookup(name)
	return value
}

// CI says whether the process runs unattended in continuous integration.
func (e Env) CI() bool {
	value := strings.ToLower(e.Getenv("CI"))
	return value != "" && value != "0" && value != "false"
}

// interruptible gives a context that ends at the first interrupt. notice is called then; a second interrupt ends the process.
func (e Env) interruptible(ctx context.Context, notice func()) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-e.Interrupts:
			notice()
			cancel()
		case <-ctx.Done():
			return
		}
		<-e.Interrupts
		e.Quit(int(ExitInterrupted))
	}()
	return ctx, cancel
}

// children is the environment of the programs that specgen starts: its own, without the variables whose names say that they hold
// a secret, and without those that are named.
func (e Env) children(keys ...string) []string {
	var kept []string
	for _, variable := range e.Environ {
		name, _, _ := strings.Cut(variable, "=")
		if !secretName(name) && !slices.Contains(keys, name) {
			kept = append(kept, variable)
		}
	}
	return kept
}

// openRepo opens the repository of the working directory.
func (e Env) openRepo(ctx context.Context, keys ...string) (*repo.Repo, error) {
	return repo.Open(ctx, e.Dir, repo.Options{Env: e.children(keys...), Clock: e.Clock, Warn: func(text string) {
		_, _ = fmt.Fprintf(e.Stderr, "specgen: %s\n", text)
	}})
}
