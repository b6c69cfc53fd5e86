package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// allGood says whether nothing of what was read keeps anything from passing.
func allGood(tests []verdict.Test) bool {
	for _, t := range tests {
		if t.Status != verdict.TestPassed && t.Status != verdict.TestSkipped || t.Flaky {
			return false
		}
	}
	return len(tests) > 0
}

// sound fails where a result could not be shown.
func sound(t *testing.T, tests []verdict.Test) {
	t.Helper()
	for _, r := range tests {
		if r.Name == "" || len(r.Name) > maxName+8 || r.Status == "" {
			t.Fatalf("not a result: %+v", r)
		}
	}
}

func seed(f *testing.F, pattern string) {
	f.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, file := range found {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func FuzzTAP(f *testing.F) {
	seed(f, "testdata/tap/*.tap")
	w := newWords(insideRoot())
	f.Fuzz(func(t *testing.T, data []byte) {
		sound(t, readTAP(data, data, w))
		// Whatever came before, a document that begins now and fails is seen; only a program that has given up is not heard.
		bad := readTAP(append(data, "\n...\nTAP version 13\n1..1\nnot ok 1 - last\n"...), nil, w)
		if allGood(bad) {
			t.Errorf("a failure is gone: %+v", bad)
		}
	})
}

func FuzzJUnit(f *testing.F) {
	seed(f, "testdata/junit/*.xml")
	w := newWords(insideRoot())
	f.Fuzz(func(t *testing.T, data []byte) {
		sound(t, readJUnit(map[string][]byte{"a.xml": data}, w))
		bad := `<testsuite><testcase name="last"><failure/></testcase></testsuite>`
		if tests := readJUnit(map[string][]byte{"a.xml": append(data, bad...)}, w); allGood(tests) {
			t.Errorf("a failure is gone: %+v", tests)
		}
	})
}

func FuzzGoTest(f *testing.F) {
	seed(f, "testdata/go/*.out")
	w := newWords(insideRoot())
	f.Fuzz(func(t *testing.T, data []byte) {
		sound(t, readGoTest(data, data, w, goModule{}).tests)
		bad := "\n{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestLast\"}\n{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"TestLast\"}\n"
		if tests := readGoTest(append(data, bad...), nil, w, goModule{}).tests; allGood(tests) {
			t.Errorf("a failure is gone: %+v", tests)
		}
	})
}

// TestNoFailureIsLost: reports of any shape that hold a failure never read as if all had passed.
func TestNoFailureIsLost(t *testing.T) {
	t.Parallel()
	w := newWords(insideRoot())
	rapid.Check(t, func(rt *rapid.T) {
		bad := rapid.IntRange(0, 4).Draw(rt, "where")
		if tests := readTAP([]byte(drawTAP(rt, bad)), nil, w); allGood(tests) {
			rt.Errorf("TAP: %+v", tests)
		}
		if tests := readJUnit(map[string][]byte{"a": []byte(drawJUnit(rt, bad))}, w); allGood(tests) {
			rt.Errorf("JUnit: %+v", tests)
		}
		if tests := readGoTest([]byte(drawGo(rt, bad)), nil, w, goModule{}).tests; allGood(tests) {
			rt.Errorf("go test: %+v", tests)
		}
	})
}

// drawTAP gives five points, of which one is not ok, with all that may stand between them.
func drawTAP(t *rapid.T, bad int) string {
	noise := rapid.SampledFrom([]string{
		"", "", "hello\n", "---\n", "...\n", "# Subtest: x\n", "    # Subtest: y\n", "{\n", "}\n", "    ok 1 - sub\n    1..1\n",
		"        ok - deep\n", "    1..3\n", "pragma +strict\n", "  ---\n  message: m\n  ...\n", "  ---\n  cut: |\n", "TAP version 14\n", "t/x.t ..\n",
		"1..5\n", "ok\n", "# TODO\n", "\tok - tab\n", "Dubious, test returned 1\n",
	})
	end := rapid.SampledFrom([]string{"", " - a", " - a {", " # SKIP", " - b # time=1ms", " - \\# TODO x", " - ---"})
	var s strings.Builder
	for i := range 5 {
		s.WriteString(noise.Draw(t, "noise"))
		if i == bad {
			fmt.Fprintf(&s, "not ok %d%s\n", i+1, end.Draw(t, "end"))
			continue
		}
		fmt.Fprintf(&s, "ok %d%s\n", i+1, end.Draw(t, "end"))
	}
	s.WriteString(noise.Draw(t, "noise"))
	return s.String()
}

func drawJUnit(t *rapid.T, bad int) string {
	wrap := rapid.SampledFrom([]string{"%s", "<testsuite>%s</testsuite>", "<testsuite name='pytest' tests='1'>%s</testsuite>", "<properties/>%s<system-out>&lt;</system-out>", "<testcase name='around'>%s</testcase>", "<x>%s</x>"})
	failure := rapid.SampledFrom([]string{"<failure/>", "<error>e</error>", "<x><failure message='m'/></x>", "<rerunFailure/>", "<flakyFailure/>", "<failure/><skipped/>", "<skipped type='x'/><error/>"})
	good := rapid.SampledFrom([]string{"", "<skipped/>", "<skipped type='todo'/>", "<system-out>&lt;failure/></system-out>"})
	name := rapid.SampledFrom([]string{"a", "b", "", " "})
	var s strings.Builder
	for i := range 5 {
		inside := good.Draw(t, "good")
		if i == bad {
			inside = failure.Draw(t, "failure")
		}
		fmt.Fprintf(&s, wrap.Draw(t, "wrap"), fmt.Sprintf("<testcase name='%s' classname='test'>%s</testcase>", name.Draw(t, "name"), inside))
	}
	return "<testsuites>" + s.String() + "</testsuites>"
}

func drawGo(t *rapid.T, bad int) string {
	name := rapid.SampledFrom([]string{"TestA", "TestB", "TestA/x", "TestB/x/y"})
	var s strings.Builder
	event := func(action, name, output string) {
		data, err := json.Marshal(goEvent{Action: action, Package: "p", Test: name, Output: output})
		if err != nil {
			t.Fatal(err)
		}
		s.Write(append(data, '\n'))
	}
	for i := range 5 {
		n := name.Draw(t, "name")
		event("run", n, "")
		how := rapid.SampledFrom([]string{"pass", "skip"}).Draw(t, "how")
		if i == bad {
			how = rapid.SampledFrom([]string{"fail", "leave", "stop"}).Draw(t, "bad")
		}
		switch how {
		case "leave": // the process ends with 0
			event("pass", n, "")
		case "stop":
		default:
			event("output", n, "--- "+strings.ToUpper(how)+": "+n+" (0.00s)\n")
			event(how, n, "")
		}
	}
	return s.String()
}

// TestHalfAReportIsNoReport: a report that breaks off anywhere before its end does not read as if all had passed.
func TestHalfAReportIsNoReport(t *testing.T) {
	t.Parallel()
	w := newWords(insideRoot())
	for _, f := range fixtures(t, "testdata/junit/*.xml") {
		data := []byte(strings.TrimSpace(string(read(t, f))))
		for n := 1; n < len(data); n += 7 {
			if tests := readJUnit(map[string][]byte{"a.xml": data[:n]}, w); allGood(tests) {
				t.Fatalf("%s, cut after %d bytes: %s", f, n, describe(tests, nil))
			}
		}
	}
	for _, f := range fixtures(t, "testdata/tap/*.tap") {
		data := read(t, f)
		for n := 1; n < len(data); n++ {
			// A plan that stands first and is kept so far promises no more.
			if kept := strings.Contains(f, "toomany"); data[n-1] != '\n' || kept || strings.Contains("\n"+string(data[:n]), "\n1..") {
				continue
			}
			if tests := readTAP(data[:n], nil, w); allGood(tests) {
				t.Fatalf("%s, cut after %d bytes: %s", f, n, describe(tests, nil))
			}
		}
	}
}

// hostile are inputs made to cost time, each some size bytes long.
func hostile(size int) map[string]string {
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	event := func(action, name, output string) string {
		return fmt.Sprintf("{\"Action\":%q,\"Package\":\"p\",\"Test\":%q,\"Output\":%q}\n", action, name, output)
	}
	var names, nested strings.Builder
	for i := 0; names.Len() < size; i++ {
		names.WriteString(event("run", fmt.Sprintf("TestA/%d", i), "") + event("fail", fmt.Sprintf("TestA/%d", i), ""))
	}
	for i := 0; nested.Len() < size; i++ {
		fmt.Fprintf(&nested, "%sok %d - x\n", strings.Repeat("    ", i%60), i)
	}
	return map[string]string{
		"points": fill("ok\n"), "failures": fill("not ok - x\n# y\n"), "subtests": fill("    ok 1 - x\n"), "stairs": nested.String(),
		"one line": "ok 1 - " + fill("#"), "hashes": "not ok " + fill("# "), "backslashes": "ok " + fill("\\"), "open block": "not ok 1\n  ---\n" + fill("  k: v\n"),
		"long block": "not ok 1\n  ---\n  k: |\n" + fill("  v\n"), "plans": fill("1..9\n"), "dubious": "x.t ..\n1..1\nok 1\n" + fill("Dubious, x\nok 2\n"),
		"strict": "pragma +strict\n" + fill("x\nok\n"), "comments": "not ok 1\n" + fill("# x\n"), "braces": fill("ok {\n    ok\n"), "versions": fill("TAP version 13\nok\n"),
		"cases": "<testsuite>" + fill("<testcase/>"), "deep": fill("<testsuite>"), "suites": "<testsuites>" + fill("<testsuite tests='2'/>"),
		"pytest":     "<testsuite name='pytest' tests='1'>" + fill("<testcase name='a'/>") + "</testsuite>",
		"attributes": "<testsuite " + fill("a='b' ") + "/>", "text": "<testsuite><testcase><failure>" + fill("E  x\n") + "</failure></testcase></testsuite>",
		"events": fill(event("run", "TestA", "")), "names": names.String(), "slashes": event("run", fill("a/"), "") + event("fail", fill("a/"), ""),
		"output": event("run", "TestA", "") + fill(event("output", "TestA", "    a_test.go:1: x\n")), "packages": fill(`{"Action":"fail","Package":"p"}` + "\n"),
		"errors": fill("a.go:1:2: x\n"), "told once": fill("./a.go:1:2: x declared but not used\n"),
	}
}

// TestHostileReportsAreRead runs what would take hours if the time grew with the square of the size.
func TestHostileReportsAreRead(t *testing.T) {
	t.Parallel()
	w := newWords(insideRoot())
	for name, text := range hostile(1 << 20) {
		data := []byte(text)
		sound(t, readTAP(data, data, w))
		sound(t, readJUnit(map[string][]byte{name: data}, w))
		sound(t, readGoTest(data, nil, w, goModule{}).tests)
	}
}

// BenchmarkHostile measures all readers together on what is worst for one of them: ten times the size should take ten times as long.
func BenchmarkHostile(b *testing.B) {
	w := newWords(insideRoot())
	for _, size := range []int{1 << 20, 10 << 20} {
		for name, text := range hostile(size) {
			data := []byte(text)
			b.Run(fmt.Sprintf("%s/%dMB", name, size>>20), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					readTAP(data, data, w)
					readJUnit(map[string][]byte{name: data}, w)
					readGoTest(data, nil, w, goModule{})
				}
			})
		}
	}
}
