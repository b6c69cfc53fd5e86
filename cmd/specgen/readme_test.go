package main

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/cli"
)

// readme gives the text of the project's README.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// shellLines gives what a README tells people to type: the commands of its sh and console blocks, one each.
func shellLines(text string) []string {
	var lines []string
	kind := ""
	for line := range strings.SplitSeq(text, "\n") {
		if info, fence := strings.CutPrefix(line, "```"); fence {
			if kind == "" && info == "" {
				info = "text"
			}
			kind = info
			continue
		}
		typed, prompt := strings.CutPrefix(line, "$ ")
		if kind != "sh" && (kind != "console" || !prompt) {
			continue
		}
		typed, _, _ = strings.Cut(typed, " #")
		for command := range strings.SplitSeq(typed, "&&") {
			if command = strings.TrimSpace(command); command != "" {
				lines = append(lines, command)
			}
		}
	}
	return lines
}

// specgenWords gives the words after specgen's name, if the line starts specgen.
func specgenWords(line string) ([]string, bool) {
	words := strings.Fields(line)
	for len(words) > 0 && strings.Contains(words[0], "=") {
		words = words[1:] // a variable in front of the command
	}
	switch {
	case len(words) > 0 && words[0] == "specgen":
		return words[1:], true
	case len(words) > 2 && slices.Equal(words[:3], []string{"go", "run", "./cmd/specgen"}):
		return words[3:], true
	}
	return nil, false
}

// help gives what specgen prints for these words and --help, and whether it knows them.
func help(t *testing.T, words ...string) (string, bool) {
	t.Helper()
	var out, errs bytes.Buffer
	code := mainAlone(t.Context(), cli.Env{
		Args: append(slices.Clone(words), "--help"), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dir: t.TempDir(), Version: "test",
		Environ: []string{"HOME=" + t.TempDir()}, Clock: time.Now, Random: rand.Reader, Quit: func(int) {},
	})
	return out.String(), code == 0
}

var flagInHelp = regexp.MustCompile(`(?m)^  (-[^ ,]+(?:, -[^ ,]+)*)`)

// flagsOf are the flags that a help text lists.
func flagsOf(text string) []string {
	var flags []string
	for _, m := range flagInHelp.FindAllStringSubmatch(text, -1) {
		for name := range strings.SplitSeq(m[1], ", ") {
			flags = append(flags, strings.TrimRight(name, " "))
		}
	}
	return flags
}

// wrong says what a command line names that specgen does not have, or "".
func wrong(t *testing.T, words []string) string {
	t.Helper()
	if len(words) == 0 || strings.ToUpper(words[0]) == words[0] {
		return "" // specgen alone, or a word that stands for any command
	}
	if words[0] == "help" {
		words = append([]string{}, words[1:]...)
	}
	text, known := help(t, words[:min(len(words), 1)]...)
	if !known {
		return "there is no command " + words[0]
	}
	flags := append(flagsOf(text), "--help", "-h", "-v", "--verbose")
	for _, w := range words {
		name, _, _ := strings.Cut(w, "=")
		if len(name) > 1 && strings.HasPrefix(name, "-") && !slices.Contains(flags, name) {
			return "specgen " + words[0] + " has no flag " + name
		}
	}
	return ""
}

// TestReadme holds the README to the commands and flags that there are, in its blocks and in its prose.
func TestReadme(t *testing.T) {
	t.Parallel()
	text := readme(t)
	var typed []string
	for _, line := range shellLines(text) {
		typed = append(typed, line)
		if words, ok := specgenWords(line); ok {
			if what := wrong(t, words); what != "" {
				t.Errorf("%s: %s", line, what)
			}
		}
	}
	for _, m := range regexp.MustCompile("`(specgen [^`]+)`").FindAllStringSubmatch(text, -1) {
		words, _ := specgenWords(m[1])
		if words[0] == "help" {
			continue // its topics are no commands
		}
		if what := wrong(t, words); what != "" {
			t.Errorf("%s: %s", m[1], what)
		}
	}
	for line, want := range map[string]string{
		"run NAME -n --json --model=x": "", "frobnicate x": "there is no command frobnicate", "run --fast": "specgen run has no flag --fast",
		"config schema": "", "COMMAND --anything": "",
	} {
		if got := wrong(t, strings.Fields(line)); got != want {
			t.Errorf("specgen %s: got %q, want %q", line, got, want)
		}
	}
	for _, want := range []string{"go run ./cmd/specgen demo", "go test ./..."} {
		if !slices.Contains(typed, want) {
			t.Errorf("README.md does not say to type %q; it says\n%s", want, strings.Join(typed, "\n"))
		}
	}
}

// TestReadmeIsRead holds the reader of TestReadme to seeing what it is there to see.
func TestReadmeIsRead(t *testing.T) {
	t.Parallel()
	lines := shellLines("```sh\ncd x && KEY=1 specgen run a   # why\n```\nspecgen not-typed\n```console\n$ specgen lint\noutput\n```\n```\nspecgen text\n```\n```sh\nls\n```\n")
	if want := []string{"cd x", "KEY=1 specgen run a", "specgen lint", "ls"}; !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
	if words, ok := specgenWords("KEY=1 specgen run a"); !ok || !slices.Equal(words, []string{"run", "a"}) {
		t.Errorf("got %q %v", words, ok)
	}
	if _, ok := specgenWords("go run ./cmd/other demo"); ok {
		t.Error("another command was taken for specgen")
	}
}
