package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// signalled runs a command that prints events, and sends it a signal at one of them: signalled SIGNAL EVENT[@N] COMMAND...
// SIGNAL is KILL, INT, TERM, or INT2 for two interrupts. It prints what the command printed, and exits as it did, by the shell's rule for
// signals: 128 and the number. Without the event it exits with 99.
func signalled() {
	if len(os.Args) < 4 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: signalled SIGNAL EVENT[@N] COMMAND...")
		os.Exit(98)
	}
	signal.Ignore(os.Interrupt)
	kind, count := eventCount(os.Args[2])
	cmd := exec.Command(os.Args[3], os.Args[4:]...) //nolint:gosec,noctx // the script says what to run
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(98)
	}
	sent := false
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		_, _ = fmt.Println(lines.Text())
		var event struct {
			Event string `json:"event"`
		}
		if json.Unmarshal(lines.Bytes(), &event) != nil || event.Event != kind || sent {
			continue
		}
		if count--; count == 0 {
			sent = true
			send(cmd.Process, os.Args[1])
		}
	}
	err = cmd.Wait()
	os.Exit(exitCode(err, sent))
}

func eventCount(text string) (kind string, count int) {
	kind, number, found := strings.Cut(text, "@")
	if !found {
		return kind, 1
	}
	count, err := strconv.Atoi(number)
	if err != nil {
		count = 1
	}
	return kind, count
}

func send(process *os.Process, name string) {
	signals := map[string]os.Signal{"KILL": os.Kill, "INT": os.Interrupt, "INT2": os.Interrupt, "TERM": syscall.SIGTERM}
	_ = process.Signal(signals[name])
	if name == "INT2" {
		time.Sleep(100 * time.Millisecond) // equal signals that come together count as one
		_ = process.Signal(signals[name])
	}
}

func exitCode(err error, sent bool) int {
	var exit *exec.ExitError
	switch {
	case !sent:
		return 99
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		return 98
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

// cmdWithin runs a command that must end in time: within DURATION exits 3 specgen ...
func cmdWithin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || args[1] != "exits" {
		ts.Fatalf("usage: within DURATION exits CODE COMMAND...")
	}
	most, err := time.ParseDuration(args[0])
	ts.Check(err)
	began := time.Now()
	cmdExits(ts, false, args[2:])
	if took := time.Since(began); took > most {
		ts.Fatalf("it took %s, want at most %s", took.Round(time.Millisecond), most)
	}
}
