package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// complete gives the words that can follow.
func (d *desk) complete(words ...string) []string {
	d.t.Helper()
	var out []string
	for line := range strings.Lines(d.must(append([]string{"completion", "words", "--"}, words...)...)) {
		word, _, ok := strings.Cut(line, "\t")
		if !ok {
			d.t.Errorf("a line without a tab: %q", line)
		}
		out = append(out, word)
	}
	return out
}

func TestCompletionWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- sub/specs/b.spec.md --\n-- specs/broken.spec.md --\n---\nx\n"+
		"-- specs/a.spec.md --\n---\ncomponent: alpha\ntargets: [a.sh]\n---\n# Spec: A\n## Behavior\n- **B1** It is there.\n")
	for _, c := range []struct{ typed, want string }{
		{"co", "config completion"},
		{"tr", "trust"},
		{"run |", "alpha broken"},
		{"run al", "alpha"},
		{"run alpha |", ""},
		{"lint alpha |", "broken"},
		{"tests |", "alpha broken"},
		{"tests alpha |", ""},
		{"run --retry |", "auto repair regenerate"},
		{"run --retry re", "repair regenerate"},
		{"run --retry=re", "--retry=repair --retry=regenerate"},
		{"run --retry = re", "repair regenerate"},
		{"run --retry =", "auto repair regenerate"},
		{"run --model |", ""},
		{"run --model x al", "alpha"},
		{"run alpha --max-c", "--max-cost"},
		{"run --no-such-flag=", ""},
		{"run --=", ""},
		{"run -- --max", ""},
		{"-C sub run |", "alpha broken"},
		{"-C nowhere run |", ""},
		{"show l", "last"},
		{"config s", "show schema"},
		{"config show |", ""},
		{"completion |", "bash zsh fish powershell"},
		{"help conf", "config"},
		{"help form", "formats"},
		{"new x --section in", "intent interface invariants"},
		{"nonsense |", ""},
		{"--no", "--no-color"},
	} {
		words := strings.Fields(c.typed)
		if words[len(words)-1] == "|" {
			words[len(words)-1] = ""
		}
		got := d.complete(words...)
		if want := strings.Fields(c.want); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.typed, got, want)
		}
	}
	if got := d.complete(""); !slices.Contains(got, "run") || !slices.Contains(got, "trust") {
		t.Errorf("commands: %v", got)
	}
}

// TestCompletionNeverFails: a half-typed line of any kind gives words or none.
func TestCompletionNeverFails(t *testing.T) {
	t.Parallel()
	a := &app{env: Env{Dir: t.TempDir(), Stdout: io.Discard, Stderr: io.Discard}}
	names := []string{"", "-", "--", "---", "=", "-=", "--=", "--format", "--format=", "-C", "-v", "run", "show", "completion", "words", "config", "help", "--help", "-h", "x\ty", "\x00", "ü"}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(names), rapid.String()), 0, 6).Draw(t, "words")
		if err := a.printCandidates(context.Background(), append([]string{"--"}, words...)); err != nil { //nolint:usetesting // rapid has none
			t.Fatal(err)
		}
	})
}

func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	for _, shell := range shells() {
		contains(t, d.must("completion", shell), "completion words", "specgen completion "+shell)
	}
	d.refused(ExitUsage, []string{`no completion for "tcsh"`, "bash, zsh, fish, powershell"}, "completion", "tcsh")
	d.refused(ExitUsage, []string{"SHELL is missing"}, "completion")
	d.refused(ExitUsage, []string{"there is no completion for"}, "completion", "../completion.go")
}

// TestBashAsksForTheWordsBeforeTheCursor runs the script in a real bash, with a specgen that writes down what it was asked.
func TestBashAsksForTheWordsBeforeTheCursor(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	fake := filepath.Join(dir, "specgen")
	script := "#!/bin/sh\nprintf '<%s>' \"$@\" > " + filepath.Join(dir, "asked") + "\nprintf 'two words\\tmeaning\\nalpha\\t\\n'\n"
	if err := os.WriteFile(fake, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, "")
	test := d.must("completion", "bash") + `
COMP_WORDS=("$1" run --for "" later) COMP_CWORD=3
_specgen "$1"
printf '[%s]' "${COMPREPLY[@]}"
`
	out, err := exec.CommandContext(t.Context(), bash, "-c", test, "bash", fake).CombinedOutput()
	if err != nil || string(out) != "[two words][alpha]" {
		t.Errorf("%v: %s", err, out)
	}
	asked, err := os.ReadFile(filepath.Join(dir, "asked"))
	if diff := cmp.Diff("<completion><words><--><run><--for><>", string(asked)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
