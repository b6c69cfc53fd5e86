package runner

import (
	"cmp"
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Probe builds a Go test file that is no part of the tree into the tests of its folder and runs one test of it. The go command alone
// sees the file. What it says is believed as an acceptance test is: it has a seal, and the canary beside it.
func (b *Bench) Probe(ctx context.Context, tests spec.Tests, file patch.File, test string) (verdict.Execution, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := safePath(file.Path); err != nil {
		return verdict.Execution{}, err
	}
	if !strings.HasSuffix(file.Path, "_test.go") {
		return verdict.Execution{}, &Error{Kind: KindUsage, Message: file.Path + " is no test file of Go"}
	}
	root, module := b.moduleOf(path.Dir(file.Path))
	if module == "" {
		return verdict.Execution{}, &Error{Kind: KindUsage, Message: "no go.mod stands above " + file.Path}
	}
	b.seen = map[string]string{file.Path: string(file.Data)}
	defer func() { b.seen = nil }()
	args, _ := buildFlags(tests.Command)
	command := strings.Join(append(append([]string{"go", "test"}, args...), "./"+below(root, path.Dir(file.Path))), " ")
	if root != "." {
		command = "cd " + root + " && " + command
	}
	return b.goTest(ctx, goTestCommand(command, []string{test}), false)
}

// below is a folder as it is seen from one above it.
func below(root, dir string) string {
	if root == "." {
		return dir
	}
	return cmp.Or(strings.TrimPrefix(strings.TrimPrefix(dir, root), "/"), ".")
}

// read gives a file of the checkout, or what the go command is to see in its place.
func (b *Bench) read(file string) ([]byte, error) {
	if text, ok := b.seen[file]; ok {
		return []byte(text), nil
	}
	return readIn(b.checkout(), file)
}

// buildFlags takes from a go test command the flags that decide what is built. ok is false where the command is more than go test
// with flags that are known.
func buildFlags(command string) (flags []string, ok bool) {
	if command == "" {
		return nil, true
	}
	if !sealsFit(command) || strings.ContainsAny(command, `'"`) {
		return nil, false
	}
	_, rest, _ := strings.Cut(command, "go test")
	words := strings.Fields(rest)
	for i := 0; i < len(words); i++ {
		m := regexp.MustCompile(`^--?(?:test\.)?([a-zA-Z]+)(=.*)?$`).FindStringSubmatch(words[i])
		switch {
		case m == nil:
		case m[1] == "race" || m[1] == "msan" || m[1] == "asan" || m[1] == "trimpath" || m[1] == "tags" || m[1] == "mod" || m[1] == "gcflags" || m[1] == "ldflags":
			flags = append(flags, words[i])
			if takesValue(m[1]) && m[2] == "" && i+1 < len(words) {
				i++
				flags = append(flags, words[i])
			}
		case m[2] == "" && takesValue(m[1]):
			i++ // how tests are run, and not what they are built from
		case !runFlag(m[1]):
			return nil, false
		}
	}
	return flags, true
}

// takesValue says whether a flag of go test is followed by its value.
func takesValue(flag string) bool {
	switch flag {
	case "tags", "mod", "gcflags", "ldflags", "C", "run", "count", "timeout", "parallel", "cpu", "p", "vet", "shuffle", "skip", "coverpkg", "covermode", "coverprofile":
		return true
	}
	return false
}

// runFlag says whether a flag of go test says how tests are run.
func runFlag(flag string) bool {
	switch flag {
	case "v", "json", "short", "failfast", "cover", "fullpath":
		return true
	}
	return takesValue(flag)
}
