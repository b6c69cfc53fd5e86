package runner

import (
	"errors"
	"fmt"
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

// readJUnit reads all report files, in the order of their names. Where a report is not whole, by its syntax or by what it counts
// itself, a result of its own says so: it is unfinished and bears the file's name, so that half a report is never a whole one.
// No file gives no tests. A file of XML that is none of these reports is passed over if another is one.
//
// A report is written by the process under test, or by one beside it: whoever runs there can write a false one that agrees with
// itself. What can be seen is that tests are missing, and that a report contradicts itself.
func readJUnit(files map[string][]byte, w words) []verdict.Test {
	tests := []verdict.Test{}
	reports := 0
	var strangers []verdict.Test
	for _, name := range sortedKeys(files) {
		found, err := readJUnitFile(files[name], w)
		tests = append(tests, found...)
		switch {
		case errors.Is(err, errNoReport):
			strangers = append(strangers, unreadable(name, err))
		case err != nil:
			tests = append(tests, unreadable(name, err))
		}
		if !errors.Is(err, errNoReport) {
			reports++
		}
	}
	if reports == 0 {
		tests = append(tests, strangers...)
	}
	return tests
}

// errNoReport is what is wrong with a file that is read to its end and is about something else.
var errNoReport = errors.New("it holds no test suite")

func unreadable(name string, err error) verdict.Test {
	return verdict.Test{
		Name: name, Status: verdict.TestUnfinished, File: name, Message: "the report cannot be read: " + err.Error(),
	}
}

// junitSuite is an open suite: what its attributes claim, and what has been found in it so far, inner suites included.
type junitSuite struct {
	name           string
	tests, bad     int // as the report counts them
	cases, failing int // as they are
	path           string
}

// junitCase is a testcase of the dialects that pytest, Maven, Gradle, jest, gotestsum, node and nextest write.
type junitCase struct {
	name, class, file, line, time, status, result string

	bad     []*junitProblem // failure and error
	again   []*junitProblem // rerunFailure and rerunError: it failed once more
	flaky   []*junitProblem // flakyFailure and flakyError: it failed, and then passed
	skipped *junitProblem
}

type junitProblem struct {
	message, kind string
	text          strings.Builder
}

// maxProblemText bounds the text that is kept of a failure: its message is made of the beginning.
const maxProblemText = 64 << 10

func (p *junitProblem) add(text []byte) {
	p.text.Write(text[:min(len(text), maxProblemText-min(p.text.Len(), maxProblemText))])
}

func (c *junitCase) failed() bool {
	return !c.expected() && (len(c.bad) > 0 || len(c.again) > 0 || c.said("fail", "failed", "failure", "error", "broken"))
}

// expected says whether the failure is one that the test announces.
func (c *junitCase) expected() bool {
	return c.skipped != nil && (c.skipped.kind == "todo" || c.skipped.kind == "pytest.xfail")
}

// said says whether the attributes status or result are one of the words.
func (c *junitCase) said(words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return strings.EqualFold(c.status, word) || strings.EqualFold(c.result, word)
	})
}

// strange gives a word of the attributes that is none of those which tools write for a test that passed.
func (c *junitCase) strange() string {
	for _, word := range []string{c.status, c.result} {
		switch strings.ToLower(word) {
		case "", "run", "ran", "completed", "passed", "pass", "success", "successful", "succeeded", "ok", "true", "done":
		default:
			return word
		}
	}
	return ""
}

func (c *junitCase) test(w words) verdict.Test {
	t := verdict.Test{Name: shortName(c.name), Suite: shortName(c.class), Status: verdict.TestPassed, Duration: junitTime(c.time)}
	if t.Name == "" {
		t.Name = t.Suite // Maven leaves the name out where a class could not be set up
	}
	if t.Suite == t.Name {
		t.Suite = "" // jest repeats the name
	}
	if t.Name == "" {
		t.Name = "(no name)"
	}
	if c.file != "" {
		t.File = w.relative(c.file, "")
		t.Line, _ = strconv.Atoi(c.line) // 0 where there is none
	}
	c.decide(&t, w)
	return t
}

func (c *junitCase) decide(t *verdict.Test, w words) {
	switch {
	case c.expected():
		t.Status, t.Message = verdict.TestSkipped, c.skipped.words(w)
	case c.failed():
		t.Status = verdict.TestFailed
		if problems := slices.Concat(c.bad, c.again); len(problems) > 0 {
			t.Message = problems[0].words(w)
			if f := goWords(slices.Collect(strings.Lines(problems[0].text.String())), w, ""); f.text != "" {
				t.Message, t.File, t.Line = f.text, f.file, f.line // gotestsum puts go test's own lines there
			}
		}
	case len(c.flaky) > 0:
		t.Status, t.Flaky, t.Message = verdict.TestFailed, true, c.flaky[0].words(w)
	case c.skipped != nil:
		t.Status, t.Message = verdict.TestSkipped, c.skipped.words(w)
	case c.said("notrun", "disabled", "skipped", "skip", "suppressed", "ignored", "pending", "todo"):
		t.Status = verdict.TestSkipped
	case c.strange() != "":
		t.Status, t.Message = verdict.TestUnfinished, fmt.Sprintf("the report calls its outcome %q", shortName(c.strange()))
	}
}

// words are the message; where that says nothing, the lines that pytest marks as the error, or the beginning of the text.
func (p *junitProblem) words(w words) string {
	message := strings.TrimSpace(p.message)
	if strings.EqualFold(message, "failed") || message == "collection failure" {
		message = ""
	}
	var marked []string
	for line := range strings.Lines(p.text.String()) {
		if text, ok := strings.CutPrefix(line, "E  "); ok {
			marked = append(marked, strings.TrimSpace(text))
		}
	}
	for _, text := range []string{message, strings.Join(marked, "\n"), strings.TrimSpace(p.text.String()), p.kind} {
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

// maxName bounds the names of tests: what is longer was made to cost time.
const maxName = 1000

// shortName is a name without the space around it, which jest leaves in front, and of bearable length.
func shortName(name string) string {
	if name = strings.TrimSpace(name); len(name) <= maxName {
		return name
	}
	return strings.ToValidUTF8(name[:maxName], "") + "…"
}
