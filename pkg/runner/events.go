package runner

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// testEvents turns what a compiled test prints with -test.v=test2json into the events of go test -json, see go doc test2json: package
// testing begins each line of its own with a mark, so that a test's output is not taken for one. A test that is not told to have ended has
// not; a package ends as its process did.
func testEvents(pkg string, stdout []byte, exit int) []byte {
	t := &eventWriter{pkg: pkg}
	t.write(goEvent{Action: "start", Package: pkg})
	for line := range bytes.Lines(stdout) {
		before, own, marked := strings.Cut(string(line), testMark)
		if before != "" {
			t.output(before)
		}
		if marked {
			t.framing(own)
		}
	}
	last := goEvent{Action: "pass", Package: pkg}
	if exit != 0 {
		last.Action = "fail"
	}
	t.write(last)
	return t.out.Bytes()
}

// testMark is the byte that package testing puts before what it says itself: SYN.
const testMark = "\x16"

var (
	testTurn   = pattern.Lazy(`^=== (RUN|PAUSE|CONT|NAME)\s+(\S*)`)
	testReport = pattern.Lazy(`^ *--- (PASS|FAIL|SKIP|BENCH): (\S+)(?: \((\d+\.\d+)s\))?`)
)

type eventWriter struct {
	pkg, test string
	out       bytes.Buffer
}

func (t *eventWriter) write(e goEvent) {
	line, _ := json.Marshal(e) //nolint:errchkjson // strings and a number
	t.out.Write(append(line, '\n'))
}

func (t *eventWriter) output(text string) {
	t.write(goEvent{Action: "output", Package: t.pkg, Test: t.test, Output: text})
}

// framing takes a line of package testing.
func (t *eventWriter) framing(line string) {
	if m := testTurn.FindStringSubmatch(line); m != nil {
		t.test = m[2]
		if m[1] == "RUN" {
			t.write(goEvent{Action: "run", Package: t.pkg, Test: t.test})
		}
		t.output(line)
		return
	}
	m := testReport.FindStringSubmatch(line)
	if m == nil {
		t.output(line)
		return
	}
	t.test = m[2]
	t.output(line)
	elapsed, _ := strconv.ParseFloat(m[3], 64) // digits, by the pattern, or nothing
	t.write(goEvent{Action: strings.ToLower(m[1]), Package: t.pkg, Test: t.test, Elapsed: elapsed})
}
