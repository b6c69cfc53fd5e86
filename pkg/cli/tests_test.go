package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// TestAPersonAcceptsTests: the test is shown with what it was checked against, and nothing but a clear word decides.
func TestAPersonAcceptsTests(t *testing.T) {
	t.Parallel()
	b := journal.TestAuthored{
		Clause: "E1", Text: "Nobody is greeted.", Source: "package x\n// \x1b[31mred\n", File: "x/x_test.go", Fails: []string{"stub", "zero-value"},
		Agreement: "disagrees", Reason: "disagrees with the code: F(1): want 2, got 3",
	}
	for typed, want := range map[string]string{
		"a\n": journal.TestAccepted, "Accept\n": journal.TestAccepted, "d\n": journal.TestDropped, "q\n": answerQuit, "": answerQuit,
		"yes\nperhaps\n\nd\n": journal.TestDropped, "drop": journal.TestDropped, "x": answerQuit,
	} {
		var out, errs bytes.Buffer
		env := Env{Stdin: strings.NewReader(typed), Stdout: &out, Stderr: &errs, Clock: time.Now, StdinTerminal: true, StdoutTerminal: true}
		if got := newTestsOutput(env, testsOptions{}).ask(b); got != want {
			t.Errorf("%q: got %s, want %s", typed, got, want)
		}
		for _, part := range []string{"E1  Nobody is greeted.", "    package x", "fails on 2 degenerate implementations, disagrees", "want 2, got 3", "for x/x_test.go"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%q is not shown in\n%s", part, out.String())
			}
		}
		if strings.Contains(out.String(), "\x1b") || !strings.Contains(errs.String(), "accept, drop or quit? [a/d/q] ") {
			t.Errorf("%q, %q", out.String(), errs.String())
		}
	}
}

// TestOnlyAPersonIsAsked: no question without a terminal on both sides, in CI, or beside flags that answer it.
func TestOnlyAPersonIsAsked(t *testing.T) {
	t.Parallel()
	person := Env{StdinTerminal: true, StdoutTerminal: true, Stdin: strings.NewReader(""), Clock: time.Now}
	piped, ci := person, person
	piped.StdinTerminal = false
	ci.Environ = []string{"CI=true"}
	for name, c := range map[string]struct {
		env  Env
		o    testsOptions
		want bool
	}{
		"a person": {person, testsOptions{}, true}, "no terminal": {piped, testsOptions{}, false}, "CI": {ci, testsOptions{}, false},
		"json": {person, testsOptions{JSON: true}, false}, "accept": {person, testsOptions{Accept: true}, false},
	} {
		if got := newTestsOutput(c.env, c.o).asks(); got != c.want {
			t.Errorf("%s: asks %v", name, got)
		}
	}
}

// TestNamesOfTestFiles are told from the globs, and match them.
func TestNamesOfTestFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ files, sealed, want, wantSealed string }{
		{"x/*_invariant_test.go", "x/*_sealed_test.go", "x/fast_toll_invariant_test.go", "x/fast_toll_sealed_test.go"},
		{"x/*_test.go", "x/sealed_test.go", "x/fast_toll_test.go", "x/sealed_test.go"},
		{"x/toll_test.go", "sealed/**", "x/toll_test.go", "sealed/fast_toll_test.go"},
		{"**/*_test.go", "x/s*_test.go", "x/fast_toll_test.go", "x/sfast_toll_test.go"},
		{"tests/**/*_test.go", "x/{a,b}_test.go", "tests/fast_toll_test.go", ""},
		{"y/**", "y/*.sh", "y/fast_toll_test.go", ""},
		{"x/*.sh", "x/?_test.go", "", ""},
	} {
		sp, err := spec.Parse("specs/fast-toll.spec.md", []byte("---\ncomponent: fast-toll\ntargets: [\"x/x.go\"]\ntests:\n  files: [\""+c.files+"\"]\n  sealed: [\""+c.sealed+
			"\"]\n  runner: go\n---\n# Spec: T\n\n## Behavior\n- **B1** It is.\n"))
		if err != nil {
			t.Errorf("%s: %v", c.files, err)
			continue
		}
		if got := placeIn(sp, sp.Front.Tests.Files, "x", false); got != c.want || got != "" && (!sp.IsTest(got) || sp.IsSealed(got)) {
			t.Errorf("%s: got %q, want %q", c.files, got, c.want)
		}
		if got := placeIn(sp, sp.Front.Tests.Sealed, "x", true); got != c.wantSealed || got != "" && !sp.IsSealed(got) {
			t.Errorf("%s: got %q, want %q", c.sealed, got, c.wantSealed)
		}
	}
}
