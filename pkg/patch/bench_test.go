package patch_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// slack is what a busy machine or the race detector may add to the times that the tests ask for. The benchmarks give the
// figures themselves.
const slack = 8

// loose are the limits of `specgen apply`.
func loose() patch.Options { return patch.Options{MaxFiles: 10_000, MaxBytes: 64 << 20} }

// trial is an answer for one file.
type trial struct {
	name    string
	similar bool
	input   func() (before, answer string)
}

// run applies the answer and says how long that took.
func (c trial) run(tb testing.TB) (patch.Result, time.Duration) {
	tb.Helper()
	opt := loose()
	opt.Similar = c.similar
	before, answer := c.input()
	begin := time.Now()
	r, err := patch.Apply(files("f", before), []string{answer}, opt)
	if err != nil && !errors.Is(err, patch.ErrNoPatch) {
		tb.Error(c.name, err)
	}
	return r, time.Since(begin)
}

// largeFileTrials are single hunks for a file of 100,000 lines, each placed by another tier, and two that are refused.
func largeFileTrials() []trial {
	const lines = 100_000
	var out strings.Builder
	for i := range lines {
		switch i % 10 {
		case 0:
			fmt.Fprintf(&out, "func f%d(a, b int) int {\n", i)
		case 8:
			out.WriteString("}\n")
		case 9:
			out.WriteString("\n")
		default:
			fmt.Fprintf(&out, "\tx%d := compute(a, %d) + b\n", i%10, i)
		}
	}
	before := out.String()
	at := func(i int) string { return fmt.Sprintf("\tx%d := compute(a, %d) + b\n", i%10, i) }
	one := func(name, header string, body ...string) trial {
		answer := "--- a/f\n+++ b/f\n" + header + "\n" + strings.Join(body, "")
		return trial{name: name, input: func() (string, string) { return before, answer }}
	}
	l1, l2, l3, l4 := " "+at(50_001), " "+at(50_002), " "+at(50_003), " "+at(50_004)
	outdented := func(l string) string { return strings.Replace(l, "\t", "", 1) }
	similar := one("by similarity", "@@ ... @@", l1, strings.Replace(l2, "compute", "comput", 1), "+\tnew()\n", l3)
	similar.similar = true
	return []trial{
		one("exact, at its line", "@@ -50002,4 +50002,5 @@", l1, l2, "+\tnew()\n", l3, l4),
		one("exact, no numbers", "@@ ... @@", l1, l2, "+\tnew()\n", l3, l4),
		one("exact, wrong number", "@@ -1002,4 +1002,5 @@", l1, l2, "+\tnew()\n", l3, l4),
		one("outdented", "@@ ... @@", outdented(l1), outdented(l2), "+new()\n", outdented(l3), outdented(l4)),
		one("ellipsis", "@@ ... @@", l1, l2, " ...\n", " "+at(50_006), "+\tnew()\n", " "+at(50_007)),
		one("a line skipped", "@@ ... @@", l1, l3, "+\tnew()\n", l4),
		one("an invented outer line", "@@ ... @@", " \tas agreed()\n", l1, l2, "+\tnew()\n", l3, l4),
		similar,
		one("edited context", "@@ ... @@", l1, strings.Replace(l2, "+ b", "+ b + c", 1), "+\tnew()\n", l3),
		one("no line known", "@@ ... @@", " alpha = 1\n", " beta = 2\n", "+\tnew()\n", " gamma = 3\n"),
	}
}

// TestLargeFile places single hunks in a file of 100,000 lines.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	for _, c := range largeFileTrials() {
		r, took := c.run(t)
		t.Logf("%-24s %6.1f ms %s", c.name, float64(took.Microseconds())/1000, r.TierCounts())
		if took > slack*50*time.Millisecond {
			t.Errorf("%s took %v", c.name, took)
		}
	}
}

// BenchmarkLargeFile gives the time of a hunk in a file of 100,000 lines; 50 ms is the most that it may take.
func BenchmarkLargeFile(b *testing.B) {
	for _, c := range largeFileTrials() {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				_, d := c.run(b)
				took = append(took, d)
			}
			b.ReportMetric(float64(slices.Min(took).Microseconds())/1000, "ms/hunk")
			if least := slices.Min(took); least > 50*time.Millisecond {
				b.Logf("took %v; at most 50 ms is the goal", least)
			}
		})
	}
}

// cleanPatch is a patch of 5,000 hunks in 1,000 files, and the files.
func cleanPatch() (before memory, diff string) {
	before = memory{}
	var out strings.Builder
	for i := range 1000 {
		name := fmt.Sprintf("d%d/f%d.txt", i%37, i)
		var old, changed strings.Builder
		for l := range 200 {
			fmt.Fprintf(&old, "line %d of file %d\n", l, i)
			if l%40 == 20 {
				changed.WriteString("a new line\n")
			}
			fmt.Fprintf(&changed, "line %d of file %d\n", l, i)
		}
		before[name] = patch.Entry{Mode: patch.ModeFile, Data: []byte(old.String())}
		out.WriteString(patch.Diff(name, before[name].Data, []byte(changed.String())))
	}
	return before, out.String()
}

// BenchmarkCleanPatch is the engine alone, with the files in memory. The command as a process runs beside git apply in
// cmd/specgen.
func BenchmarkCleanPatch(b *testing.B) {
	before, diff := cleanPatch()
	for b.Loop() {
		r, err := patch.Apply(before, []string{diff}, loose())
		if err != nil || len(r.Changes) != len(before) {
			b.Fatal(err, r.TierCounts())
		}
	}
}
