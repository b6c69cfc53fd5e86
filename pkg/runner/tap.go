package runner

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// tapPoint is a test line: "not ok 3 - words # TODO why".
type tapPoint struct {
	ok        bool
	number    int
	name      string
	directive string // TODO, SKIP or ""
	reason    string
}

type tapSub struct {
	test   verdict.Test
	indent int
}

type tapReader struct {
	words    words
	tests    []verdict.Test
	pending  []tapSub // subtests, until the line that they belong to gives their parent's name
	planned  int      // -1: no plan seen
	last     int
	numbers  map[int]bool
	yaml     []string // lines of the open block, nil outside of one
	comments []string // diagnostics since the last test line
	target   *verdict.Test
	bail     string
}

// readTAP reads TAP 13 and 14: test lines, plan, directives, YAML and comment diagnostics, subtests by indentation, Bail
// out!. Tests that the plan promises and that did not come are unfinished.
func readTAP(out []byte, w words) []verdict.Test {
	r := &tapReader{words: w, planned: -1, numbers: map[int]bool{}, tests: []verdict.Test{}}
	for line := range bytes.Lines(out) {
		r.line(strings.TrimRight(w.plain(string(line)), "\n"))
	}
	r.endYAML()
	r.endComments()
	r.flush()
	r.missing()
	return r.tests
}

func (r *tapReader) line(line string) {
	if r.bail != "" {
		return
	}
	trimmed := strings.TrimLeft(line, " \t")
	indent := len(line) - len(trimmed)
	if r.inYAML(trimmed) {
		return
	}
	if reason, ok := strings.CutPrefix(trimmed, "Bail out!"); ok {
		r.bail = "bail out: " + strings.TrimSpace(reason)
		return
	}
	if p, ok := parsePoint(trimmed); ok {
		r.point(p, indent)
		return
	}
	if m := regexp.MustCompile(`^1\.\.(\d+)(?:\s*#\s*(?i:skip)\S*\s*(.*))?\s*$`).FindStringSubmatch(trimmed); m != nil && indent == 0 {
		r.planned, _ = strconv.Atoi(m[1]) // digits, by the pattern
		return
	}
	if text, ok := strings.CutPrefix(trimmed, "#"); ok && r.target != nil {
		r.comments = append(r.comments, strings.TrimPrefix(text, " "))
	}
}

// inYAML keeps the lines between --- and ... below a test line.
func (r *tapReader) inYAML(trimmed string) bool {
	switch {
	case r.yaml == nil && trimmed == "---" && r.target != nil:
		r.yaml = []string{}
	case r.yaml == nil:
		return false
	case trimmed == "...":
		r.endYAML()
	default:
		r.yaml = append(r.yaml, trimmed)
	}
	return true
}

func (r *tapReader) point(p tapPoint, indent int) {
	r.endComments()
	t := verdict.Test{Name: p.name, Status: verdict.TestPassed}
	switch {
	case p.directive == "SKIP":
		t.Status, t.Message = verdict.TestSkipped, p.reason
	case p.directive == "TODO":
		// Not expected to hold yet: neither proof nor failure.
		t.Status, t.Message = verdict.TestSkipped, strings.TrimSpace("todo: "+p.reason)
	case !p.ok:
		t.Status = verdict.TestFailed
	}
	for i := range r.pending {
		if r.pending[i].indent > indent {
			r.pending[i].test.Name = p.name + "/" + r.pending[i].test.Name
			r.pending[i].indent = indent
		}
	}
	if indent > 0 {
		r.pending = append(r.pending, tapSub{t, indent})
		r.target = &r.pending[len(r.pending)-1].test
		return
	}
	if p.number == 0 {
		p.number = r.last + 1
	}
	if r.numbers[p.number] && p.ok {
		t.Status, t.Message = verdict.TestFailed, fmt.Sprintf("test number %d came twice", p.number)
	}
	r.last, r.numbers[p.number] = p.number, true
	if t.Name == "" {
		t.Name = strconv.Itoa(p.number)
	}
	r.flush()
	r.tests = append(r.tests, t)
	r.target = &r.tests[len(r.tests)-1]
}

func (r *tapReader) flush() {
	for _, sub := range r.pending {
		r.tests = append(r.tests, sub.test)
	}
	r.pending = nil
}

func parsePoint(line string) (tapPoint, bool) {
	m := regexp.MustCompile(`^(not )?ok\b(?:\s+(\d+))?(?:\s+-)?(.*)$`).FindStringSubmatch(line)
	if m == nil {
		return tapPoint{}, false
	}
	p := tapPoint{ok: m[1] == ""}
	p.number, _ = strconv.Atoi(m[2]) // 0 where there is none
	name := m[3]
	if d := regexp.MustCompile(`(?i)^(.*?[^\\])?\s*#\s*(todo|skip)\S*\s*(.*)$`).FindStringSubmatch(name); d != nil {
		name, p.directive, p.reason = d[1], strings.ToUpper(d[2]), strings.TrimSpace(d[3])
	}
	name = strings.TrimSuffix(strings.TrimSpace(name), " {")
	p.name = strings.NewReplacer(`\#`, "#", `\\`, `\`).Replace(name)
	return p, true
}

// endYAML takes message, file and line, or expected and actual, out of a diagnostic block. It is read by lines: what tools
// write there is not always YAML.
func (r *tapReader) endYAML() {
	lines := r.yaml
	r.yaml = nil
	if r.target == nil || lines == nil || r.target.Status == verdict.TestPassed {
		return
	}
	values := yamlValues(lines)
	pick := func(names ...string) string {
		for _, n := range names {
			if v := values[n]; v != "" {
				return v
			}
		}
		return ""
	}
	message := pick("message", "error", "failureType")
	if expected, got := pick("expected", "expect", "wanted"), pick("actual", "got", "found"); expected != "" || got != "" {
		message = strings.TrimSpace(message + "\nexpected: " + expected + "\ngot: " + got)
	}
	if message != "" {
		r.target.Message = r.words.message(message)
	}
	if file := pick("file"); file != "" {
		r.target.File = r.words.relative(file, "")
		r.target.Line, _ = strconv.Atoi(pick("line")) // 0 where there is none
	} else if m := regexp.MustCompile(`^(.+?):(\d+)(?::\d+)?$`).FindStringSubmatch(pick("location")); m != nil {
		r.target.File = r.words.relative(m[1], "")
		r.target.Line, _ = strconv.Atoi(m[2]) // digits, by the pattern
	}
}

func yamlValues(lines []string) map[string]string {
	values := map[string]string{}
	key := ""
	for _, line := range lines {
		if m := regexp.MustCompile(`^([A-Za-z_]\w*):\s*(.*)$`).FindStringSubmatch(line); m != nil {
			key = m[1]
			v := strings.TrimSpace(m[2])
			if v == "|" || v == ">" || v == "|-" || v == ">-" {
				v = ""
			}
			if _, known := values[key]; !known {
				values[key] = strings.Trim(v, `"'`)
			}
			continue
		}
		if key != "" {
			values[key] = strings.TrimSpace(values[key] + "\n" + line)
		}
	}
	return values
}

// endComments uses comment lines as the message of a failure that has no other, as Test::More writes them.
func (r *tapReader) endComments() {
	comments := r.comments
	r.comments = nil
	if r.target == nil || r.target.Status != verdict.TestFailed || r.target.Message != "" {
		return
	}
	r.target.Message = r.words.message(strings.Join(comments, "\n"))
}

// missing adds what the plan promised, and says why nothing more came.
func (r *tapReader) missing() {
	reason := r.bail
	if reason == "" {
		reason = "the plan promised this test and it did not come"
	}
	for n := 1; n <= min(r.planned, 10000); n++ {
		if !r.numbers[n] {
			r.tests = append(r.tests, verdict.Test{Name: strconv.Itoa(n), Status: verdict.TestUnfinished, Message: reason})
		}
	}
	switch {
	case r.bail != "" && r.planned < 0:
		r.tests = append(r.tests, verdict.Test{Name: "bail out", Status: verdict.TestUnfinished, Message: r.bail})
	case r.planned < 0 && len(r.tests) > 0:
		r.tests = append(r.tests, verdict.Test{Name: "plan", Status: verdict.TestUnfinished, Message: "no plan: the run may have ended early"})
	case r.planned >= 0 && r.last > r.planned:
		r.tests = append(r.tests, verdict.Test{Name: "plan", Status: verdict.TestFailed, Message: "more tests came than the plan says"})
	}
}
