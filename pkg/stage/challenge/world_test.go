package challenge_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/challenge"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// TestMain lets the test binary be the inside of its own sandboxes.
func TestMain(m *testing.M) {
	if code, inside := runner.Init(os.Args); inside {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// world is a task with a real sandbox around it. Its trees are maps of path to content, in memory.
type world struct {
	task  task
	bench *runner.Bench

	mu    sync.Mutex
	trees map[string]map[string]string
}

func newWorld(tb testing.TB, k task) *world {
	tb.Helper()
	w := &world{task: k, trees: map[string]map[string]string{"right": {}}}
	err := fs.WalkDir(os.DirFS(k.dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(p, ".txt") || strings.HasSuffix(p, ".md") {
			return err
		}
		w.trees["right"][p] = string(read(tb, filepath.Join(k.dir, p)))
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.bench = w.open(tb)
	return w
}

func (w *world) open(tb testing.TB) *runner.Bench {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	b, err := runner.Open(tb.Context(), "task", runner.Options{
		Dir: filepath.Join(tb.TempDir(), "c"), Source: w, Env: os.Environ(), Self: self, Now: time.Now, AllowUnsandboxed: true,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = b.Close() })
	return b
}

// Changes implements runner.Source.
func (w *world) Changes(_ context.Context, from, to string) ([]patch.Delta, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, b := w.trees[from], w.trees[to]
	var deltas []patch.Delta
	for p := range a {
		if _, still := b[p]; !still {
			deltas = append(deltas, patch.Delta{Path: p})
		}
	}
	for _, p := range slices.Sorted(maps.Keys(b)) {
		if old, had := a[p]; !had || old != b[p] {
			deltas = append(deltas, patch.Delta{Path: p, Mode: patch.ModeFile, Blob: spec.BlobID([]byte(b[p]))})
		}
	}
	return deltas, nil
}

// ReadBlob implements runner.Source.
func (w *world) ReadBlob(_ context.Context, id string) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, tree := range w.trees {
		for _, text := range tree {
			if spec.BlobID([]byte(text)) == id {
				return []byte(text), nil
			}
		}
	}
	return nil, fmt.Errorf("no blob %s", id)
}

// Files is the source of the stages.
func (w *world) Files(_ context.Context, tree string, match func(string) bool) ([]patch.File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []patch.File
	for _, p := range slices.Sorted(maps.Keys(w.trees[tree])) {
		if match(p) {
			out = append(out, patch.File{Path: p, Mode: patch.ModeFile, Data: []byte(w.trees[tree][p])})
		}
	}
	return out, nil
}

// plant makes a tree of the right one with other files in it.
func (w *world) plant(files []patch.File, gone []string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	tree := maps.Clone(w.trees["right"])
	for _, f := range files {
		tree[f.Path] = string(f.Data)
	}
	for _, p := range gone {
		delete(tree, p)
	}
	name := fmt.Sprintf("planted-%d", len(w.trees))
	w.trees[name] = tree
	return name
}

func options() evaluate.Options { return evaluate.Options{Clock: time.Now} }

func (w *world) candidate(tree string) patch.Candidate {
	return patch.Candidate{Tree: tree, Changes: []patch.Change{{Action: patch.Modify, Path: w.task.target, Mode: patch.ModeFile}}}
}

// evaluate gives the report on an implementation.
func (w *world) evaluate(t *testing.T, code []byte) verdict.Report {
	t.Helper()
	tree := w.plant([]patch.File{{Path: w.task.target, Data: code}}, nil)
	report, err := evaluate.New(w, w.bench, nil, options()).Evaluate(t.Context(), w.task.spec, w.candidate(tree))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// challenge plants violations into the right code.
func (w *world) challenge(tb testing.TB, o challenge.Options) (verdict.Challenge, verdict.Calibration) {
	tb.Helper()
	return w.challengeBy(tb, 1, o)
}

func (w *world) challengeBy(tb testing.TB, workers int, o challenge.Options) (verdict.Challenge, verdict.Calibration) {
	tb.Helper()
	base, err := evaluate.New(w, w.bench, nil, options()).Evaluate(tb.Context(), w.task.spec, w.candidate("right"))
	if err != nil {
		tb.Fatal(err)
	}
	o.Clock = time.Now
	o.Evaluator = func(source challenge.Source, checkout challenge.Checkout) challenge.Evaluator {
		options := options()
		options.NoConfirm = true
		return evaluate.New(source, checkout, nil, options)
	}
	all := []challenge.Worker{{Bench: bench{w.bench}, Plant: w.plant}}
	for len(all) < workers {
		all = append(all, challenge.Worker{Bench: bench{w.open(tb)}, Plant: w.plant})
	}
	found, measured, err := challenge.New(w, all, o).Calibrate(tb.Context(), w.task.spec, w.candidate("right"), base)
	if err != nil {
		tb.Fatal(err)
	}
	return found, measured
}

// bench is a runner.Bench as the stage sees it.
type bench struct{ *runner.Bench }

func (b bench) Compile(ctx context.Context, tests spec.Tests, seen []patch.File, exact bool) (challenge.Programs, verdict.Execution, error) {
	built, done, err := b.Bench.Compile(ctx, runner.Build{Tests: tests, Seen: seen, Exact: exact, NoVet: true})
	if err != nil || built == nil {
		return nil, done, err
	}
	return built, done, nil
}

func (b bench) Reach(ctx context.Context, tests spec.Tests, seen []patch.File, only []string) ([]verdict.Block, error) {
	found, err := b.CoverBuild(ctx, runner.Build{Tests: tests, Seen: seen, NoVet: true}, [][]string{only})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// row is how the evaluator did on one task.
type row struct {
	task                               string
	rejects, accepts, rewrites         verdict.Rate // of right code, of wrong code, of right code that was rewritten
	caught, survived, alike, explained int
}

type table struct {
	mu   sync.Mutex
	rows []row
}

func (t *table) add(r row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, r)
}

// print shows the table, and holds the sums to their goals: at most 2 % of right code rejected, and 1 % of wrong code accepted.
func (t *table) print(tb testing.TB) {
	tb.Helper()
	slices.SortFunc(t.rows, func(a, b row) int { return strings.Compare(a.task, b.task) })
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-20s %16s %16s %8s %9s %6s\n", "task", "right rejected", "wrong accepted", "caught", "survived", "alike")
	var rejects, accepts verdict.Rate
	for _, r := range t.rows {
		right := verdict.Rate{Count: r.rejects.Count + r.rewrites.Count, Of: r.rejects.Of + r.rewrites.Of}
		wrong := verdict.Rate{Count: r.accepts.Count + r.survived - r.explained, Of: r.accepts.Of + r.caught + r.survived - r.explained}
		rejects = verdict.Rate{Count: rejects.Count + right.Count, Of: rejects.Of + right.Of}
		accepts = verdict.Rate{Count: accepts.Count + wrong.Count, Of: accepts.Of + wrong.Of}
		fmt.Fprintf(&b, "%-20s %10d of %2d %9d of %3d %8d %9d %6d\n", r.task, right.Count, right.Of, wrong.Count, wrong.Of, r.caught, r.survived, r.alike)
	}
	fmt.Fprintf(&b, "right rejected: %s\nwrong accepted: %s\n", rejects, accepts)
	tb.Log(b.String())
	if 100*rejects.Share() > 2 || 100*accepts.Share() > 1 {
		tb.Error("the evaluator is wrong more often than it may be")
	}
}
