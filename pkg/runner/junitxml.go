package runner

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// maxDepth bounds how deep elements nest. Reports nest a few.
const maxDepth = 500

// junitReader walks through one report. It goes by the elements alone, wherever they stand: a failure in a place that no schema
// knows is a failure.
type junitReader struct {
	words   words
	tests   []verdict.Test
	seen    int // suites
	suites  []*junitSuite
	cases   []*junitCase
	problem *junitProblem
	depth   int
	found   int        // elements
	outside junitSuite // what stands in no suite
	failing int        // cases that failed
	around  int        // suites in which one did
	nodeBad int        // what node counts in comments: it leaves out that a test failed after its subtests passed
	pytest  map[string]int
}

func readJUnitFile(data []byte, w words) ([]verdict.Test, error) {
	r := &junitReader{words: w, pytest: map[string]int{}}
	text, charset := decodeXML(data)
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = charset
	err := r.read(decoder)
	if err == nil && r.nodeBad > r.failing+r.around {
		r.mismatch("", "failures", r.nodeBad, r.failing+r.around)
	}
	return r.tests, err
}

func (r *junitReader) read(decoder *xml.Decoder) error {
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && r.depth == 0 {
			return r.about()
		}
		if err != nil {
			r.closeAll()
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if r.depth++; r.depth > maxDepth {
				r.closeAll()
				return errors.New("its elements are nested too deeply")
			}
			r.found++
			r.start(t)
		case xml.EndElement:
			r.depth--
			r.end(t.Name.Local)
		case xml.CharData:
			if r.problem != nil {
				r.problem.add(t)
			}
		case xml.Comment:
			r.comment(string(t))
		}
	}
}

// about says what is wrong with a file that is read to its end.
func (r *junitReader) about() error {
	switch {
	case r.found == 0:
		return errors.New("it is empty")
	case r.seen == 0 && len(r.tests) == 0:
		return errNoReport
	}
	return nil
}

// closeAll takes over the cases that a report breaks off in.
func (r *junitReader) closeAll() {
	for len(r.cases) > 0 {
		r.endCase()
	}
}

func (r *junitReader) start(e xml.StartElement) {
	switch strings.ToLower(e.Name.Local) {
	case "testsuites", "testsuite":
		r.seen++
		s := &junitSuite{name: attribute(e, "name"), tests: count(e, "tests"), bad: count(e, "failures") + count(e, "errors")}
		if n := len(r.suites); n > 0 {
			s.path = r.suites[n-1].path
		}
		if strings.EqualFold(e.Name.Local, "testsuite") {
			s.path += shortName(s.name) + "/"
		}
		r.suites = append(r.suites, s)
	case "testcase":
		r.cases = append(r.cases, &junitCase{
			name: attribute(e, "name"), class: attribute(e, "classname"), file: attribute(e, "file"), line: attribute(e, "line"),
			time: attribute(e, "time"), status: attribute(e, "status"), result: attribute(e, "result"),
		})
	case "failure", "error", "rerunfailure", "rerunerror", "flakyfailure", "flakyerror", "skipped":
		r.startProblem(strings.ToLower(e.Name.Local), &junitProblem{message: attribute(e, "message"), kind: attribute(e, "type")})
	}
}

func (r *junitReader) startProblem(element string, p *junitProblem) {
	r.problem = p
	if len(r.cases) == 0 {
		if element == "failure" || element == "error" {
			r.cases = append(r.cases, &junitCase{name: r.suite().name, bad: []*junitProblem{p}, status: suiteFailed})
		}
		return
	}
	c := r.cases[len(r.cases)-1]
	switch element {
	case "failure", "error":
		c.bad = append(c.bad, p)
	case "rerunfailure", "rerunerror":
		c.again = append(c.again, p)
	case "flakyfailure", "flakyerror":
		c.flaky = append(c.flaky, p)
	case "skipped":
		c.skipped = p
	}
}

// suiteFailed marks what a suite says of itself as a case.
const suiteFailed = "suite"

func (r *junitReader) end(element string) {
	switch strings.ToLower(element) {
	case "testcase":
		r.endCase()
	case "testsuites", "testsuite":
		r.endSuite()
	case "failure", "error", "rerunfailure", "rerunerror", "flakyfailure", "flakyerror", "skipped":
		r.problem = nil
		if n := len(r.cases); n > 0 && r.cases[n-1].status == suiteFailed {
			r.endSuiteProblem()
		}
	}
}

// endSuiteProblem says that a suite could not be set up or put away: which of its tests did not run cannot be told.
func (r *junitReader) endSuiteProblem() {
	c := r.cases[len(r.cases)-1]
	r.cases = r.cases[:len(r.cases)-1]
	r.suite().failing++
	r.failing++
	name := shortName(c.name)
	if name == "" {
		name = "suite"
	}
	r.tests = append(r.tests, verdict.Test{Name: name, Status: verdict.TestUnfinished, Message: c.bad[0].words(r.words)})
}

func (r *junitReader) suite() *junitSuite {
	if len(r.suites) == 0 {
		return &r.outside
	}
	return r.suites[len(r.suites)-1]
}

func (r *junitReader) endCase() {
	c := r.cases[len(r.cases)-1]
	r.cases = r.cases[:len(r.cases)-1]
	t := c.test(r.words)
	s := r.suite()
	s.cases++
	if c.failed() {
		s.failing += max(len(c.bad), 1) // pytest counts each failure of a test with subtests
		r.failing++
	}
	if c.class == "test" && s.path != "" {
		t.Name = shortName(s.path + t.Name) // node: its suites are tests, and its cases bear no other name
	}
	if s.name == "pytest" && t.Status == verdict.TestPassed {
		r.pytest[t.FullName()]++
	}
	r.tests = append(r.tests, t)
}

func (r *junitReader) endSuite() {
	s := r.suites[len(r.suites)-1]
	r.suites = r.suites[:len(r.suites)-1]
	if s.failing > 0 && s.path != "" {
		r.around++
	}
	pytest := s.name == "pytest" // it counts subtests, which it does not show
	if pytest && s.cases > s.tests && s.tests > 0 {
		r.repeated()
	}
	if s.tests > s.cases && !pytest {
		r.mismatch(s.name, "tests", s.tests, s.cases)
		s.cases = s.tests
	}
	if s.bad > s.failing {
		r.mismatch(s.name, "failures and errors", s.bad, s.failing)
		s.failing = s.bad
	}
	outer := r.suite()
	outer.cases += s.cases
	outer.failing += s.failing
}

// repeated marks the tests of pytest that are reported as passed more than once, and counted once: its plugins that repeat a
// failing test tell no more than that. Where the last try failed too, that is what counts.
func (r *junitReader) repeated() {
	failed := map[string]bool{}
	for _, t := range r.tests {
		failed[t.FullName()] = failed[t.FullName()] || t.Status == verdict.TestFailed
	}
	kept := r.tests[:0]
	for _, t := range r.tests {
		times := r.pytest[t.FullName()]
		if t.Status == verdict.TestPassed && (times > 1 || times > 0 && failed[t.FullName()]) {
			r.pytest[t.FullName()] = 0
			if failed[t.FullName()] {
				continue
			}
			t.Status, t.Flaky = verdict.TestFailed, true
			t.Message = "reported more than once and counted once: it was repeated until it passed"
			times = 0
		}
		if times == 0 && t.Status == verdict.TestPassed {
			continue
		}
		kept = append(kept, t)
	}
	r.tests = kept
}

// mismatch says that a report counts more than it shows.
func (r *junitReader) mismatch(suite, what string, counted, shown int) {
	name := shortName(suite)
	if name == "" {
		name = "report"
	}
	r.tests = append(r.tests, verdict.Test{
		Name: name, Status: verdict.TestUnfinished,
		Message: fmt.Sprintf("the report counts %d %s and shows %d", counted, what, shown),
	})
}

// comment reads what node counts at the end of its report.
func (r *junitReader) comment(text string) {
	fields := strings.Fields(text)
	if len(fields) == 2 && r.depth == 1 && (fields[0] == "fail" || fields[0] == "cancelled") {
		n, _ := strconv.Atoi(fields[1]) // 0 where it is something else
		r.nodeBad += min(max(n, 0), maxCount)
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// maxCount bounds numbers so that their sums are numbers too.
const maxCount = 1 << 30

// count is a number of a suite's attributes. One that cannot be read is as good as none.
func count(e xml.StartElement, name string) int {
	n, err := strconv.ParseFloat(strings.TrimSpace(attribute(e, name)), 64)
	if err != nil || !(n > 0) {
		return 0
	}
	return int(min(n, maxCount))
}

// decodeXML makes UTF-8 of a report, and gives what reads the encoding that it declares. Characters that XML does not allow
// are replaced: tools that do not escape them are many, and no structure is made of them.
func decodeXML(data []byte) ([]byte, func(string, io.Reader) (io.Reader, error)) {
	wide := false
	for bom, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if rest, ok := bytes.CutPrefix(data, []byte(bom)); ok {
			wide, data = true, fromUTF16(rest, order)
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	charset := func(label string, in io.Reader) (io.Reader, error) {
		switch label = strings.ToLower(label); {
		case wide && strings.HasPrefix(label, "utf-16"), label == "us-ascii", label == "ascii", label == "utf8":
			return in, nil
		case label == "iso-8859-1", label == "latin1", label == "windows-1252":
			return in, nil // its bytes are UTF-8 by now, see below
		}
		return nil, fmt.Errorf("the encoding %s is not known", label)
	}
	if !utf8.Valid(data) {
		data = fromLatin(data)
	}
	return bytes.Map(xmlRune, data), charset
}

// xmlRune replaces what XML does not allow.
func xmlRune(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != 0xfffe && r != 0xffff {
		return r
	}
	return utf8.RuneError
}

// fromLatin takes every byte that is no part of UTF-8 for a character of ISO 8859-1, whatever the report declares.
func fromLatin(data []byte) []byte {
	out := make([]byte, 0, len(data)+len(data)/8)
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			r = rune(data[0])
		}
		out = utf8.AppendRune(out, r)
		data = data[size:]
	}
	return out
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return []byte(string(utf16.Decode(units)))
}
