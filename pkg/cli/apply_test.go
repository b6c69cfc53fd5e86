package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// applyIn runs `specgen apply` in a folder, with the answer on standard input.
func applyIn(t *testing.T, dir, answer string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = mainAlone(t.Context(), Env{
		Args: append([]string{"apply"}, args...), Stdin: strings.NewReader(answer), Stdout: &out, Stderr: &errs, Dir: dir, Version: "test",
		Clock: time.Now, Random: rand.Reader, Quit: func(int) {},
	})
	return out.String(), errs.String(), code
}

// mainAlone is Main, one at a time, as for all commands of these tests.
func mainAlone(ctx context.Context, env Env) int {
	oneCommand.Lock()
	defer oneCommand.Unlock()
	return Main(ctx, env)
}

func fileWith(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestApplyFormat holds what `apply --json` prints to a file that was printed once: programs rely on it.
func TestApplyFormat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fileWith(t, dir, "a.txt", "one begins here\ntwo goes on\nthree ends here\n\none begins here\ntwo goes on\nthree ends here\n")
	fileWith(t, dir, "old.txt", "it is old\n")
	answer := "--- a/a.txt\n+++ b/a.txt\n@@ ... @@\n one begins here\n-two goes on\n+two went on\n three ends here\n" +
		"diff --git a/old.txt b/new.txt\nsimilarity index 100%\nrename from old.txt\nrename to new.txt\n"
	got, _, code := applyIn(t, dir, answer, "--json")
	if code != int(ExitFindings) {
		t.Errorf("exit %d", code)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "apply.v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	shape := func(text []byte) map[string]any {
		var v map[string]any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		return withoutMessages(v)
	}
	if a, b := shape([]byte(got)), shape(want); !reflect.DeepEqual(a, b) {
		t.Errorf("got\n%v\nwant\n%v", a, b)
	}
	var report appliedReport
	decoder := json.NewDecoder(bytes.NewReader(want))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&report); err != nil || report.V != 1 || report.Applied || len(report.Files) != 2 || report.Files[1].From != "old.txt" ||
		len(report.Files[0].Hunks[0].Candidates) != 2 {
		t.Errorf("an old file is not read any more: %v %+v", err, report)
	}
}

// withoutMessages takes out the words, which may change.
func withoutMessages(v map[string]any) map[string]any {
	for key, value := range v {
		switch value := value.(type) {
		case string:
			if key == "message" && value != "" {
				v[key] = "..."
			}
		case map[string]any:
			withoutMessages(value)
		case []any:
			for _, e := range value {
				if m, ok := e.(map[string]any); ok {
					withoutMessages(m)
				}
			}
		}
	}
	return v
}

// TestApplyAtTerminal: somebody who types `specgen apply` alone is told what to do, and not kept waiting.
func TestApplyAtTerminal(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	code := mainAlone(t.Context(), Env{
		Args: []string{"apply"}, Stdin: neverRead{t}, StdinTerminal: true, Stdout: &out, Stderr: &errs, Dir: t.TempDir(), Clock: time.Now, Random: rand.Reader, Quit: func(int) {},
	})
	if code != int(ExitUsage) || !strings.Contains(errs.String(), "specgen apply answer.md") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}

type neverRead struct{ t *testing.T }

func (n neverRead) Read([]byte) (int, error) {
	n.t.Error("standard input was read")
	return 0, io.EOF
}

// TestApplyInterrupted: before anything is written an interrupt ends the process, and says that nothing was written.
func TestApplyInterrupted(t *testing.T) {
	t.Parallel()
	interrupts := make(chan os.Signal, 1)
	quit := make(chan int, 1)
	reader, writer := io.Pipe()
	var out, errs bytes.Buffer
	go func() {
		mainAlone(context.WithoutCancel(t.Context()), Env{
			Args: []string{"apply"}, Stdin: reader, Stdout: &out, Stderr: &errs, Dir: t.TempDir(), Clock: time.Now, Random: rand.Reader,
			Interrupts: interrupts, Quit: func(code int) { quit <- code; _ = writer.CloseWithError(errors.New("ended")) },
		})
		close(quit)
	}()
	interrupts <- os.Interrupt
	if code := <-quit; code != int(ExitInterrupted) {
		t.Errorf("exit %d", code)
	}
	<-quit
	if !strings.Contains(errs.String(), "interrupted: nothing was written") {
		t.Errorf("got %s", errs.String())
	}
}

// TestHoldInterrupts: during the writing an interrupt ends its context, and is remembered.
func TestHoldInterrupts(t *testing.T) {
	t.Parallel()
	interrupts := make(chan os.Signal, 1)
	h := holdInterrupts(Env{Interrupts: interrupts, Quit: func(int) { t.Error("ended in the middle of writing") }})
	ctx, done := h.write(t.Context())
	defer done()
	interrupts <- os.Interrupt
	<-ctx.Done()
	if !h.interrupted() {
		t.Error("forgotten")
	}
	h.end()
}
