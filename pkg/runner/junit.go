package runner

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// commonReports is where the usual tools write JUnit XML.
func commonReports() []string {
	return []string{
		"junit*.xml", "report*.xml", "test-results.xml", "test-report*.xml", "{test-results,reports,test-reports}/**/*.xml",
		"**/target/{surefire,failsafe}-reports/TEST-*.xml", "**/build/test-results/**/TEST-*.xml", "**/target/nextest/**/junit.xml",
	}
}

// junitCase is a testcase of the dialects that pytest, Maven, Gradle, jest, gotestsum and nextest write.
type junitCase struct {
	Name      string         `xml:"name,attr"`
	Class     string         `xml:"classname,attr"`
	File      string         `xml:"file,attr"`
	Line      string         `xml:"line,attr"`
	Time      string         `xml:"time,attr"`
	Status    string         `xml:"status,attr"`
	Failures  []junitProblem `xml:"failure"`
	Errors    []junitProblem `xml:"error"`
	Flaky     []junitProblem `xml:"flakyFailure"`
	FlakyErrs []junitProblem `xml:"flakyError"`
	Skipped   *junitProblem  `xml:"skipped"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// readJUnit reads all report files, in the order of their names. A file that cannot be read to its end is an unfinished test of
// its own, so that half a report is never a whole one. No file gives no tests.
func readJUnit(files map[string][]byte, w words) []verdict.Test {
	tests := []verdict.Test{}
	for _, name := range sortedKeys(files) {
		found, err := readJUnitFile(files[name], w)
		tests = append(tests, found...)
		if err != nil {
			tests = append(tests, verdict.Test{
				Name: name, Status: verdict.TestUnfinished, File: name, Message: "the report cannot be read: " + err.Error(),
			})
		}
	}
	return tests
}

func readJUnitFile(data []byte, w words) ([]verdict.Test, error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var tests []verdict.Test
	suites := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			if suites == 0 {
				return tests, errors.New("it holds no test suite")
			}
			return tests, nil
		}
		if err != nil {
			return tests, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "testsuites", "testsuite":
			suites++
		case "testcase":
			var c junitCase
			if err := decoder.DecodeElement(&c, &start); err != nil {
				return tests, err
			}
			tests = append(tests, c.test(w))
		}
	}
}

func (c junitCase) test(w words) verdict.Test {
	t := verdict.Test{Name: c.Name, Suite: c.Class, Status: verdict.TestPassed, Duration: junitTime(c.Time)}
	if t.Suite == t.Name {
		t.Suite = "" // jest repeats the name
	}
	if c.File != "" {
		t.File = w.relative(c.File, "")
		t.Line, _ = strconv.Atoi(c.Line) // 0 where there is none
	}
	flaky := slices.Concat(c.Flaky, c.FlakyErrs)
	problems := slices.Concat(c.Failures, c.Errors)
	switch {
	case c.Skipped != nil && (c.Skipped.Type == "todo" || c.Skipped.Type == "pytest.xfail"):
		t.Status, t.Message = verdict.TestSkipped, c.Skipped.words(w) // its failure is expected
	case len(problems) > 0:
		t.Status, t.Message = verdict.TestFailed, problems[0].words(w)
		if f := goWords(slices.Collect(strings.Lines(problems[0].Text)), w, ""); f.text != "" {
			t.Message, t.File, t.Line = f.text, f.file, f.line // gotestsum puts go test's own lines there
		}
	case len(flaky) > 0:
		t.Status, t.Message = verdict.TestFailed, "passed only when repeated: "+flaky[0].words(w)
	case c.Skipped != nil:
		t.Status, t.Message = verdict.TestSkipped, c.Skipped.words(w)
	case strings.EqualFold(c.Status, "notrun") || strings.EqualFold(c.Status, "disabled"):
		t.Status = verdict.TestSkipped
	}
	return t
}

// words are the message; where that says nothing, the lines that pytest marks as the error, or the beginning of the text.
func (p junitProblem) words(w words) string {
	message := strings.TrimSpace(p.Message)
	if strings.EqualFold(message, "failed") || message == "collection failure" {
		message = ""
	}
	var marked []string
	for line := range strings.Lines(p.Text) {
		if text, ok := strings.CutPrefix(line, "E  "); ok {
			marked = append(marked, strings.TrimSpace(text))
		}
	}
	for _, text := range []string{message, strings.Join(marked, "\n"), strings.TrimSpace(p.Text), p.Type} {
		if m := w.message(text); m != "" {
			return m
		}
	}
	return ""
}

func junitTime(s string) time.Duration {
	seconds, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > 1e6 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
