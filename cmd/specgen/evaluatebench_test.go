package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// timed sums up the time that commands take, from the start of their sandbox to its end.
type timed struct {
	*runner.Bench
	spent time.Duration
}

func (t *timed) Run(ctx context.Context, command string) (verdict.Execution, error) {
	e, err := t.Bench.Run(ctx, command)
	t.spent += e.Duration
	return e, err
}

func (t *timed) Test(ctx context.Context, tests spec.Tests, only []string) (verdict.Execution, error) {
	e, err := t.Bench.Test(ctx, tests, only)
	t.spent += e.Duration
	return e, err
}

// BenchmarkEvaluate is the evaluate stage on the largest example, for two candidates in turn: the whole of it, and without the
// commands and their sandboxes. Goal for the latter: 30 ms.
func BenchmarkEvaluate(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "r")
	if err := os.CopyFS(dir, os.DirFS("../../examples/order-eligibility")); err != nil {
		b.Fatal(err)
	}
	r, err := repo.Create(b.Context(), dir, "base", repo.Options{Env: os.Environ(), Clock: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "specs", "order-eligibility.spec.md"))
	if err != nil {
		b.Fatal(err)
	}
	sp, err := spec.Parse("specs/order-eligibility.spec.md", text)
	if err != nil {
		b.Fatal(err)
	}
	head, err := r.Resolve(b.Context(), "HEAD")
	if err != nil {
		b.Fatal(err)
	}
	base, err := r.TreeOf(b.Context(), head)
	if err != nil {
		b.Fatal(err)
	}
	var candidates []patch.Candidate
	for _, comment := range []string{"", "// once more\n"} {
		change := patch.Change{Path: sp.Front.Targets[0], Action: patch.Create, Mode: patch.ModeFile, Data: []byte(rightAnswer(b, dir) + comment)}
		tree, err := r.WriteTree(b.Context(), base, []patch.Change{change})
		if err != nil {
			b.Fatal(err)
		}
		candidates = append(candidates, patch.Candidate{Tree: tree, Changes: []patch.Change{change}})
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	bench, err := runner.Open(b.Context(), "order-eligibility", runner.Options{
		Dir: filepath.Join(b.TempDir(), "c"), Source: r, Env: os.Environ(), Self: self, Now: time.Now, Hidden: []string{dir},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = bench.Close() })
	t := &timed{Bench: bench}
	stage := evaluate.New(wholeTree{r}, t, nil, evaluate.Options{Clock: time.Now})
	total, n := time.Duration(0), 0
	judge := func() {
		began := time.Now()
		report, err := stage.Evaluate(b.Context(), sp, candidates[n%2])
		total, n = total+time.Since(began), n+1
		if err != nil || !report.Accepted(verdict.Policy{}) {
			b.Fatalf("%v %+v", err, report.Verdicts)
		}
	}
	judge()
	judge()
	total, t.spent, n = 0, 0, 0
	for b.Loop() {
		judge()
	}
	b.ReportMetric(float64((total-t.spent).Microseconds())/1000/float64(n), "ms-without-commands/op")
}

// wholeTree reads the files of a repository's trees.
type wholeTree struct{ *repo.Repo }

func (w wholeTree) Files(ctx context.Context, tree string, match func(path string) bool) ([]patch.File, error) {
	return w.Repo.Files(ctx, tree, match)
}

// rightAnswer is the code of the example's recorded answer that is accepted.
func rightAnswer(b *testing.B, dir string) string {
	b.Helper()
	answer, err := os.ReadFile(filepath.Join(dir, "answers", "2-right.md"))
	if err != nil {
		b.Fatal(err)
	}
	_, code, _ := strings.Cut(string(answer), "```go\n")
	code, _, _ = strings.Cut(code, "\n```")
	return code + "\n"
}
