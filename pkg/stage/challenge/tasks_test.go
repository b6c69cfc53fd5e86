package challenge_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/challenge"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// task is a folder of testdata/tasks: a spec, tests that map to its clauses, and code of which it is known whether it is right.
type task struct {
	name, dir string
	spec      *spec.Spec
	target    string   // the one file that implementations replace
	tests     []string // names of the acceptance tests
}

// most is how many violations are planted into the code of each task.
const most = 60

// TestTasks measures the evaluator on tasks of which the truth is known: right code in several styles, wrong code that people wrote, and
// violations that are planted. It is the table of testdata/README.md; run it with -v.
func TestTasks(t *testing.T) {
	t.Parallel()
	dirs := glob(t, filepath.Join("testdata", "tasks", "*"))
	if len(dirs) < 10 {
		t.Fatalf("want at least 10 tasks, got %d", len(dirs))
	}
	table := &table{}
	t.Cleanup(func() { table.print(t) })
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			k := readTask(t, dir)
			checkEvidence(t, k)
			w := newWorld(t, k)
			row := row{task: k.name}
			w.right(t, &row, filepath.Join(dir, k.target))
			alternatives, violations := glob(t, filepath.Join(dir, "alternatives", "*.go.txt")), glob(t, filepath.Join(dir, "violations", "*.go.txt"))
			if len(alternatives) < 3 || len(violations) < 6 {
				t.Errorf("want at least 3 alternatives and 6 violations, got %d and %d", len(alternatives), len(violations))
			}
			if testing.Short() {
				return
			}
			for _, path := range alternatives {
				w.right(t, &row, path)
			}
			for _, path := range violations {
				w.wrong(t, &row, path)
			}
			w.planted(t, &row)
			table.add(row)
		})
	}
}

// right wants code to be accepted.
func (w *world) right(t *testing.T, row *row, path string) {
	t.Helper()
	report := w.evaluate(t, read(t, path))
	accepted := report.Accepted(verdict.Policy{})
	row.rejects.Add(!accepted)
	if !accepted {
		t.Errorf("%s is right, and rejected: %s", path, report.Summary())
	}
}

// wrong wants the clause that the first line names not to pass.
func (w *world) wrong(t *testing.T, row *row, path string) {
	t.Helper()
	first, _, _ := strings.Cut(string(read(t, path)), "\n")
	id, found := strings.CutPrefix(first, "// violates: ")
	if _, known := w.task.spec.Clause(id); !found || !known {
		t.Fatalf("%s: want `// violates: ID` with a clause of the spec, got %q", path, first)
	}
	report := w.evaluate(t, read(t, path))
	row.accepts.Add(report.Accepted(verdict.Policy{}))
	for _, v := range report.Verdicts {
		if v.Clause == id && v.Status != verdict.Fail {
			t.Errorf("%s violates %s, and that is %s", path, id, v.Status)
		}
	}
}

// planted wants every clause to be bound, rewrites not to be noticed, and of the violations that no check noticed each to be explained.
func (w *world) planted(t *testing.T, row *row) {
	t.Helper()
	found, measured := w.challenge(t, challenge.Options{Seed: 1, Most: most, Rewrites: 10})
	for _, b := range found.Clauses {
		if b.Bound != verdict.Bound {
			t.Errorf("%s is %s: %s", b.Clause, b.Bound, b.Why)
		}
	}
	row.caught, row.survived, row.alike = found.Count(verdict.Caught), found.Count(verdict.Survived), found.Count(verdict.Equivalent)+found.Count(verdict.Indistinct)
	row.rewrites = measured.Executed.FalseRejects
	if row.rewrites.Count > 0 {
		t.Errorf("rewrites are noticed: %+v", measured.Wrong)
	}
	explained := w.explained(t)
	for _, p := range found.Survivors() {
		if why, ok := explained[p.ID]; !ok {
			t.Errorf("no check noticed %s %s:%d %s: %s\n%s", p.ID, p.File, p.Line, p.Kind, p.Note, p.Diff)
		} else {
			t.Logf("survived, and makes no difference: %s:%d %s: %s: %s", p.File, p.Line, p.Kind, p.Note, why)
			row.explained++
		}
		delete(explained, p.ID)
	}
	for id := range explained {
		t.Errorf("survivors.txt explains %s, which does not survive", id)
	}
}

// explained reads why violations that no check notices are none: an ID and a sentence in each line.
func (w *world) explained(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	data, err := os.ReadFile(filepath.Join(w.task.dir, "survivors.txt"))
	if err != nil {
		return out // all were noticed
	}
	for line := range strings.Lines(string(data)) {
		id, why, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("survivors.txt: want an ID, two blanks and a sentence: %q", line)
		}
		out[id] = why
	}
	return out
}

func readTask(tb testing.TB, dir string) task {
	tb.Helper()
	k := task{name: filepath.Base(dir), dir: dir}
	path := "specs/" + k.name + ".spec.md"
	sp, err := spec.Parse(path, read(tb, filepath.Join(dir, path)))
	if err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	for _, f := range sp.Findings {
		tb.Errorf("%s:%d: %s", path, f.Pos.Line, f.Message)
	}
	if len(sp.Front.Targets) != 1 || len(sp.Front.Tests.Files) != 1 {
		tb.Fatalf("%s: want one target and one glob of tests", path)
	}
	k.spec, k.target = sp, sp.Front.Targets[0]
	for _, file := range glob(tb, filepath.Join(dir, sp.Front.Tests.Files[0])) {
		k.tests = append(k.tests, testNames(tb, file)...)
	}
	return k
}

// testNames lists the tests that a file declares.
func testNames(tb testing.TB, path string) []string {
	tb.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, read(tb, path), 0)
	if err != nil {
		tb.Fatal(err)
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

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func glob(tb testing.TB, pattern string) []string {
	tb.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		tb.Fatal(err)
	}
	return paths
}
