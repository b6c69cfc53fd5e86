package challenge_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// task is a folder of testdata/tasks: a spec, tests that map to its clauses, and code of which it is known whether it is right.
type task struct {
	name, dir string
	spec      *spec.Spec
	target    string   // the one file that implementations replace
	tests     []string // names of the acceptance tests
}

// event is a line of `go test -json`.
type event struct {
	Action string `json:"Action"`
	Test   string `json:"Test"`
	Output string `json:"Output"`
}

// TestTasks holds the tasks to what they promise: every clause has evidence of its own, right code passes in whatever style it is
// written, and wrong code fails at a test of the clause that it says it violates.
func TestTasks(t *testing.T) {
	t.Parallel()
	dirs := glob(t, filepath.Join("testdata", "tasks", "*"))
	if len(dirs) < 10 {
		t.Fatalf("want at least 10 tasks, got %d", len(dirs))
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			k := readTask(t, dir)
			checkEvidence(t, k)
			t.Run("correct", func(t *testing.T) { t.Parallel(); checkRight(t, k, filepath.Join(dir, k.target)) })
			alternatives, violations := glob(t, filepath.Join(dir, "alternatives", "*.go.txt")), glob(t, filepath.Join(dir, "violations", "*.go.txt"))
			if len(alternatives) < 3 || len(violations) < 6 {
				t.Errorf("want at least 3 alternatives and 6 violations, got %d and %d", len(alternatives), len(violations))
			}
			if testing.Short() {
				return
			}
			for _, path := range alternatives {
				t.Run("right/"+base(path), func(t *testing.T) { t.Parallel(); checkRight(t, k, path) })
			}
			for _, path := range violations {
				t.Run("wrong/"+base(path), func(t *testing.T) { t.Parallel(); checkWrong(t, k, path) })
			}
		})
	}
}

func readTask(t *testing.T, dir string) task {
	t.Helper()
	k := task{name: filepath.Base(dir), dir: dir}
	path := "specs/" + k.name + ".spec.md"
	sp, err := spec.Parse(path, read(t, filepath.Join(dir, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, f := range sp.Findings {
		t.Errorf("%s:%d: %s", path, f.Pos.Line, f.Message)
	}
	if len(sp.Front.Targets) != 1 || len(sp.Front.Tests.Files) != 1 {
		t.Fatalf("%s: want one target and one glob of tests", path)
	}
	k.spec, k.target = sp, sp.Front.Targets[0]
	for _, file := range glob(t, filepath.Join(dir, sp.Front.Tests.Files[0])) {
		k.tests = append(k.tests, testNames(t, file)...)
	}
	return k
}

// testNames lists the tests that a file declares.
func testNames(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, read(t, path), 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
			names = append(names, f.Name.Name)
		}
	}
	return names
}

// checkEvidence wants a test or a rule for every clause, and a clause for every test.
func checkEvidence(t *testing.T, k task) {
	t.Helper()
	clauses := k.spec.Clauses()
	for _, c := range clauses {
		tested := slices.ContainsFunc(k.tests, func(name string) bool { return spec.MatchesTest(c, name) })
		if c.Positional || !tested && len(c.Rules()) == 0 {
			t.Errorf("%s: the clause has no ID of its own, or neither a test nor a rule", c.ID)
		}
	}
	for _, name := range k.tests {
		if !slices.ContainsFunc(clauses, func(c *spec.Clause) bool { return spec.MatchesTest(c, name) }) {
			t.Errorf("%s: the test belongs to no clause", name)
		}
	}
}

// checkRight wants every acceptance test to run and to pass.
func checkRight(t *testing.T, k task, path string) {
	t.Helper()
	results := try(t, k, path)
	for _, name := range k.tests {
		if results[name] != "pass" {
			t.Errorf("%s: want pass, got %q", name, results[name])
		}
	}
}

// checkWrong wants a test to fail of the clause that the first line names.
func checkWrong(t *testing.T, k task, path string) {
	t.Helper()
	first, _, _ := strings.Cut(string(read(t, path)), "\n")
	id, found := strings.CutPrefix(first, "// violates: ")
	c, known := k.spec.Clause(id)
	if !found || !known {
		t.Fatalf("%s: want `// violates: ID` with a clause of the spec, got %q", path, first)
	}
	results := try(t, k, path)
	for name, result := range results {
		if result == "fail" && spec.MatchesTest(c, name) {
			return
		}
	}
	t.Errorf("no test of %s has failed: %v", id, results)
}

// try runs the acceptance tests with an implementation, in a copy of the task, and gives the results by name.
func try(t *testing.T, k task, path string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(k.dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, k.target), read(t, path), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "./...")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	results, build := outcomes(t, out)
	if len(results) == 0 {
		t.Fatalf("%s: no test has run: %s", path, build)
	}
	return results
}

// outcomes reads what `go test -json` says: the results by name, and what the compiler had to say.
func outcomes(t *testing.T, out []byte) (results map[string]string, build string) {
	t.Helper()
	results = map[string]string{}
	for lines := json.NewDecoder(bytes.NewReader(out)); ; {
		var e event
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			return results, build
		} else if err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		switch {
		case e.Action == "build-output":
			build += e.Output
		case e.Test != "" && (e.Action == "pass" || e.Action == "fail"):
			results[e.Test] = e.Action
		}
	}
}

func base(path string) string { return strings.TrimSuffix(filepath.Base(path), ".go.txt") }

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
