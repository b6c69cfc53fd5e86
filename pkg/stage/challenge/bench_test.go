package challenge_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/challenge"
)

// benched is how many violations each way tries, and workers how many at a time.
const (
	benched = 40
	workers = 2
)

// BenchmarkChallenge tries violations of a small package as the stage does, and, in the same run, by one checkout and one go test for each,
// which is what there is without it. The stage does more for each: it evaluates clause by clause in the sandbox, repeats what a crash
// cut off, and measures coverage first.
func BenchmarkChallenge(b *testing.B) {
	for _, name := range []string{"grains", "triangle"} {
		b.Run(name, func(b *testing.B) {
			k := readTask(b, filepath.Join("testdata", "tasks", name))
			w := newWorld(b, k)
			var ours, peer time.Duration
			tried := 0
			for b.Loop() {
				began := time.Now()
				found, _ := w.challengeBy(b, workers, challenge.Options{Seed: 1, Most: benched})
				ours += time.Since(began)
				tried += len(found.Planted)
				peer += checkoutEach(b, k, benched)
			}
			perMinute := func(n int, d time.Duration) float64 { return float64(n) / d.Minutes() }
			a, z := perMinute(tried, ours), perMinute(benched*b.N, peer)
			b.ReportMetric(a, "violations/min")
			b.ReportMetric(z, "checkouts/min")
			b.ReportMetric(a/z, "ratio")
		})
	}
}

// checkoutEach runs go test in a copy of the task for each violation.
func checkoutEach(b *testing.B, k task, n int) time.Duration {
	b.Helper()
	code := []patch.File{{Path: k.target, Mode: patch.ModeFile, Data: read(b, filepath.Join(k.dir, k.target))}}
	all := mutate.Sample(mutate.Mutants(code), n, 1)
	next := make(chan mutate.Mutant)
	began := time.Now()
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for m := range next {
				dir := b.TempDir()
				if err := os.CopyFS(dir, withoutTexts{os.DirFS(k.dir)}); err != nil {
					b.Error(err)
				}
				if err := os.WriteFile(filepath.Join(dir, k.target), m.Apply(code)[0].Data, 0o600); err != nil {
					b.Error(err)
				}
				cmd := exec.CommandContext(b.Context(), "go", "test", "-count=1", "-timeout=10s", "./...")
				cmd.Dir = dir
				cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOFLAGS=")
				_ = cmd.Run() // a violation that is noticed is what is hoped for
			}
		})
	}
	for i := range n {
		next <- all[i%len(all)]
	}
	close(next)
	group.Wait()
	return time.Since(began)
}

// withoutTexts is a task without what is no part of its repository.
type withoutTexts struct{ fs.FS }

func (w withoutTexts) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	var out []fs.DirEntry
	for _, e := range entries {
		if e.Name() != "alternatives" && e.Name() != "violations" {
			out = append(out, e)
		}
	}
	return out, err
}
