package patch_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// megabyte is the size of a hostile file and of a hostile answer.
const megabyte = 1 << 20

// most is the time that any answer of a megabyte may take.
const most = 2 * time.Second

// row is a line that hostile files repeat.
const row = "\tx = compute(y, z)\n"

// filled repeats a piece up to a size.
func filled(piece string, size int) string { return strings.Repeat(piece, size/len(piece)) }

// quoted makes context of lines.
func quoted(text string) string {
	return " " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n ") + "\n"
}

// bare makes a hunk without numbers.
func bareHunk(body string) string { return "--- a/f\n+++ b/f\n@@ ... @@\n" + body }

// manyHunks makes 10,000 hunks of one body; with a step, they have numbers that go up by it.
func manyHunks(body string, step int) string {
	var out strings.Builder
	out.WriteString("--- a/f\n+++ b/f\n")
	lines := "\n" + body
	added := strings.Count(lines, "\n+")
	old := strings.Count(lines, "\n ") + strings.Count(lines, "\n-")
	for i := range 10_000 {
		header := "@@ ... @@\n"
		if step > 0 {
			header = fmt.Sprintf("@@ -%d,%d +%d,%d @@\n", 1+i*step, old, 1+i*step+i*added, old+added)
		}
		out.WriteString(header + body)
	}
	return out.String()
}

// grown joins numbered pieces up to a megabyte.
func grown(piece func(i int) string) string {
	var out strings.Builder
	for i := 0; out.Len() < megabyte; i++ {
		out.WriteString(piece(i))
	}
	return out.String()
}

func distinct() string {
	return grown(func(i int) string { return fmt.Sprintf("line %d of the file\n", i) })
}

func staircase(unit, end string) string {
	return grown(func(i int) string { return strings.Repeat(unit, i%100) + end })
}

func period(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "\tx%d = compute(y, z)\n", i)
	}
	return out.String()
}

// hostileTrials are files and answers that a careless search would compare with the square of their size.
func hostileTrials() []trial {
	trials := slices.Concat(repeatedTrials(), baitTrials(), formatTrials())
	for _, n := range []int{2, 3, 5, 7} {
		trials = append(trials,
			trial{name: fmt.Sprintf("period %d, one hunk", n), input: func() (string, string) {
				return filled(period(n), megabyte), bareHunk(quoted(filled(period(n), megabyte/2)) + "-\tx0 = compute(y)\n+new\n")
			}},
			trial{name: fmt.Sprintf("period %d, 10,000 hunks", n), input: func() (string, string) {
				return filled(period(n), megabyte), manyHunks(quoted(period(n))+"+new\n"+quoted(period(n)), 0)
			}})
	}
	return trials
}

// repeatedTrials repeat one line or one letter.
func repeatedTrials() []trial {
	repeated := func(answer func() string) func() (string, string) {
		return func() (string, string) { return filled(row, megabyte), answer() }
	}
	of := func(line string, answer func() string) func() (string, string) {
		return func() (string, string) { return filled(line, megabyte), answer() }
	}
	return []trial{
		{name: "one hunk of 1 MB", input: repeated(func() string {
			return bareHunk(quoted(filled(row, megabyte/2)) + "+new\n" + quoted(filled(row, megabyte/2-64)))
		})},
		{name: "its last line differs", input: repeated(func() string { return bareHunk(quoted(filled(row, megabyte-64)) + "-last\n+new\n") })},
		{name: "a line in the middle differs", input: func() (string, string) {
			half := filled(row, megabyte/2)
			return half + "other\n" + half, bareHunk(quoted(filled(row, megabyte/3)) + "+new\n")
		}},
		{name: "10,000 hunks", input: repeated(func() string { return manyHunks(quoted(row+row)+"+new\n"+quoted(row+row), 0) })},
		{name: "10,000 numbered hunks", input: repeated(func() string { return manyHunks(quoted(row+row)+"+new\n"+quoted(row+row), 5) })},
		{name: "10,000 hunks for one line", input: repeated(func() string { return manyHunks("-"+row+"+new\n", 0) })},
		{name: "blank lines", input: of("\n", func() string { return bareHunk(strings.Repeat(" \n", megabyte/2-100) + "+new\n") })},
		{name: "blank lines, 10,000 hunks", input: of("\n", func() string { return manyHunks(" \n \n \n+new\n \n \n \n", 0) })},
		{name: "closing braces", input: of("}\n", func() string { return bareHunk(strings.Repeat(" }\n", megabyte/3-100) + "+new\n") })},
		{name: "closing braces, 10,000 hunks", input: func() (string, string) { return staircase("\t", "}\n"), manyHunks(" }\n }\n+new\n }\n", 0) }},
		{name: "a line of 1 MB", input: of(strings.Repeat("x", megabyte-1)+"\n", func() string { return bareHunk(" " + strings.Repeat("x", megabyte-2) + "y\n+new\n") })},
		{name: "lines of 64 KB", input: of(strings.Repeat("x y ", 16<<10)+"\n", func() string {
			return bareHunk(strings.Repeat(" "+strings.Repeat("x y ", 16<<10)+"z\n", 15) + "+new\n")
		})},
		{name: "deep indentation", input: of(strings.Repeat("\t", 1000)+"x\n", func() string {
			return bareHunk(filled(" "+strings.Repeat("\t", 999)+"x\n", megabyte/2) + "+x\n")
		})},
		{name: "deep and uneven indentation", input: func() (string, string) {
			return staircase("\t", "x\n"), bareHunk(quoted(staircase(" ", "x\n")) + "+x\n")
		}},
	}
}

// baitTrials make each of the looser tiers try as much as it can.
func baitTrials() []trial {
	both := func(before, answer func() string) func() (string, string) {
		return func() (string, string) { return before(), answer() }
	}
	repeated := func() string { return filled(row, megabyte) }
	similar := []trial{
		{name: "similar, repeated", input: both(repeated, func() string { return bareHunk(quoted(filled("\tx = compute(y, zz)\n", megabyte/2)) + "+new\n") })},
		{name: "similar, 10,000 hunks", input: both(distinct, func() string {
			return manyHunks(" line 100 of the fire\n line 101 of the fire\n+new\n line 102 of the fire\n", 0)
		})},
		{name: "similar, distinct", input: both(distinct, func() string { return bareHunk(quoted(strings.ReplaceAll(distinct(), "file", "fire")) + "+new\n") })},
	}
	for i := range similar {
		similar[i].similar = true
	}
	return append(similar, []trial{
		{name: "ellipses", input: both(repeated, func() string {
			return bareHunk(strings.Repeat(quoted(row+row)+" ...\n", megabyte/48) + "+new\n" + quoted(row))
		})},
		{name: "ellipses, 10,000 hunks", input: both(repeated, func() string {
			return manyHunks(quoted(row+row)+" ...\n"+quoted(row+row)+"+new\n"+quoted(row), 0)
		})},
		{name: "ellipses in distinct lines", input: both(distinct, func() string {
			return bareHunk(strings.Repeat(" line 1 of the file\n line 2 of the file\n ...\n", megabyte/48) + "+new\n")
		})},
		{name: "gaps", input: both(repeated, func() string { return bareHunk(strings.Repeat(quoted(row+row)+" invented\n", megabyte/52) + "+new\n") })},
		{name: "gaps, 10,000 hunks", input: func() (string, string) {
			body := " \tx0 = compute(y, z)\n \tx2 = compute(y, z)\n \tx4 = compute(y, z)\n+new\n \tx1 = compute(y, z)\n"
			return filled(period(7), megabyte), manyHunks(body, 0)
		}},
		{name: "gaps, distinct, 10,000 hunks", input: both(distinct, func() string {
			return manyHunks(" line 10 of the file\n line 12 of the file\n line 15 of the file\n+new\n line 17 of the file\n", 0)
		})},
		{name: "10,000 hunks of nothing known", input: both(distinct, func() string { return manyHunks(" nobody wrote this ever\n+new\n and this neither\n", 0) })},
		{name: "10,000 hunks that nearly fit", input: both(distinct, func() string {
			return manyHunks(" line 100 of the file\n line 101 of the fire\n+new\n line 102 of the file\n", 0)
		})},
		{name: "10,000 hunks made before", input: both(distinct, func() string {
			return manyHunks(" line 100 of the file\n-line 100 and a half\n+line 101 of the file\n line 102 of the file\n", 0)
		})},
	}...)
}

// formatTrials are hard on those who read the answer.
func formatTrials() []trial {
	repeated := func(name string, answer func() string) trial {
		return trial{name: name, input: func() (string, string) { return filled(row, megabyte), answer() }}
	}
	times := func(name, piece string) trial { // pieces only
		return repeated(name, func() string { return filled(piece, megabyte) })
	}
	block := func(search, replacement string) string {
		return "f\n<<<<<<< SEARCH\n" + search + "=======\n" + replacement + ">>>>>>> REPLACE\n"
	}
	return []trial{
		repeated("a search block of 1 MB", func() string { return block(filled(row, megabyte-64), filled("\ty = compute(y, z)\n", megabyte)) }),
		{name: "a search block of distinct lines", input: func() (string, string) {
			return distinct(), block(distinct(), strings.ReplaceAll(distinct(), "file", "fire"))
		}},
		repeated("search blocks", func() string { return strings.Repeat(block(row, "new\n"), 10_000) }),
		times("search blocks without an end", "f\n<<<<<<< SEARCH\n"+row),
		times("search blocks without a middle", "f\n<<<<<<< SEARCH\n"+row+">>>>>>> REPLACE\n"),
		repeated("V4A chains", func() string {
			return "*** Begin Patch\n*** Update File: f\n" + strings.Repeat("@@ \tx = compute(y, z)\n", 40_000) + quoted(row) + "+new\n*** End Patch\n"
		}),
		repeated("V4A, 10,000 hunks", func() string {
			return "*** Begin Patch\n*** Update File: f\n" + strings.Repeat("@@ def f():\n"+quoted(row)+"+new\n", 10_000) + "*** End Patch\n"
		}),
		times("fences", "```diff\n"),
		repeated("bare fences", func() string { return "```diff\n" + bareHunk(filled("```\n", megabyte)) }),
		repeated("bare fences in an unfenced diff", func() string { return bareHunk(filled("\n```\n", megabyte)) }),
		repeated("heredocs", func() string { return "```sh\n" + filled("cat <<EOF > f\n", megabyte) + "```\n" }),
		times("file headers", "--- a/f\n+++ b/f\n"),
		repeated("hunk headers", func() string { return "--- a/f\n+++ b/f\n" + filled("@@ -1,3 +1,3 @@\n", megabyte) }),
		repeated("10,000 other files", func() string {
			var out strings.Builder
			for i := range 10_000 {
				fmt.Fprintf(&out, "--- a/d/%d\n+++ b/d/%d\n@@ -1,2 +1,3 @@\n a\n+new\n b\n", i, i)
			}
			return out.String()
		}),
	}
}

// TestHostileInput bounds what input that is made to be slow can cost.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	for _, c := range hostileTrials() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, took := c.run(t)
			t.Logf("%8.1f ms %s", float64(took.Microseconds())/1000, r.TierCounts())
			if took > slack*most {
				t.Errorf("took %v", took)
			}
		})
	}
}

// What an answer may cost in memory: ten times its size and that of the file, and the notes on each line, which weigh more
// than the line itself where that is a brace or nothing.
const (
	memoryPerByte = 10
	memoryPerLine = 256
)

// TestHostileMemory bounds what such input can cost in memory. The trials run in a process of their own, since other tests
// need memory too.
func TestHostileMemory(t *testing.T) {
	t.Parallel()
	const child, over = "SPECGEN_TEST_MEMORY", "OVER"
	if os.Getenv(child) != "" {
		measureMemory(over)
		return
	}
	if testing.Short() {
		t.Skip("goes through all hostile answers with little garbage left")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHostileMemory$") //nolint:gosec // G204: this very program
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("peak memory by size of input\n%s", out)
	if strings.Contains(string(out), over) {
		t.Errorf("more than %d bytes for each byte and %d for each line", memoryPerByte, memoryPerLine)
	}
}

// needed is how much memory a trial held at most, its input taken off.
func needed(c trial) uint64 {
	runtime.GC()
	base := heap()
	return max(highest(func() { c.run(&testing.B{}) }), base) - base
}

// measureMemory prints for each trial how much memory it needed at most, as a multiple of its input. Little garbage is left
// to lie about, and what else the process holds is taken off.
func measureMemory(over string) {
	debug.SetGCPercent(10)
	for _, c := range hostileTrials() {
		before, answer := c.input()
		c.input = func() (string, string) { return before, answer }
		size := len(before) + len(answer)
		lines := strings.Count(before, "\n") + strings.Count(answer, "\n")
		most := uint64(memoryPerByte*size + memoryPerLine*lines) //nolint:gosec // G115: both are small
		peak, note := needed(c), ""
		for range 2 { // on a busy machine garbage lies about for longer
			if peak > most {
				peak = min(peak, needed(c))
			}
		}
		if peak > most {
			note = over
		}
		fmt.Printf("%6.1f times %s %s\n", float64(peak)/float64(size), c.name, note)
	}
}

// highest gives the largest heap while something runs.
func highest(run func()) uint64 {
	stop, peak := make(chan bool), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(time.Millisecond):
				most = max(most, heap())
			}
		}
	}()
	run()
	close(stop)
	return <-peak
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkHostileInput gives the slowest of the hostile answers; two seconds is the most that one may take.
func BenchmarkHostileInput(b *testing.B) {
	trials := hostileTrials()
	least := make([]time.Duration, len(trials))
	for b.Loop() {
		for i, c := range trials {
			if _, d := c.run(b); least[i] == 0 || d < least[i] {
				least[i] = d
			}
		}
	}
	slowest := slices.Max(least)
	b.ReportMetric(float64(slowest.Milliseconds()), "ms/slowest")
	b.Logf("the slowest is %q", trials[slices.Index(least, slowest)].name)
	if slowest > most {
		b.Logf("took %v; at most 2 s is the goal", slowest)
	}
}
