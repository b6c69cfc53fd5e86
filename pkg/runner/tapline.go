package runner

import (
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// tapPoint is a test line: "not ok 3 - words # TODO why".
type tapPoint struct {
	ok        bool
	number    int
	name      string
	brace     bool   // a subtest follows between braces
	directive string // TODO, SKIP or ""
	reason    string
}

var (
	tapLine = pattern.Lazy(`^(not )?ok\b(?:[ \t]+(\d+)\b)?(?:[ \t]+-(?:[ \t]|$))?(.*)$`)
	// tapTime is what node-tap appends to names.
	tapTime = pattern.Lazy(`[ \t]+# time=[\d.]+m?s$`)
	tapWord = pattern.Lazy(`(?i)^#[ \t]*(todo\b|skip\w*)[:.]?[ \t]*(.*)$`)
)

func parsePoint(line string) (tapPoint, bool) {
	m := tapLine.FindStringSubmatch(line)
	if m == nil {
		return tapPoint{}, false
	}
	p := tapPoint{ok: m[1] == ""}
	p.number, _ = strconv.Atoi(m[2]) // 0 where there is none, the greatest where it is too great
	p.number = min(p.number, maxCount)
	name := strings.TrimSpace(m[3])
	if name, p.brace = strings.CutSuffix(name, " {"); p.brace || name == "{" {
		name, p.brace = strings.TrimSuffix(name, "{"), true
	}
	if at := directive(name); at >= 0 {
		d := tapWord.FindStringSubmatch(name[at:])
		name, p.directive, p.reason = name[:at], strings.ToUpper(d[1])[:4], strings.TrimSpace(d[2])
	}
	p.name = unescape(strings.TrimSpace(tapTime.ReplaceAllString(name, "")))
	return p, true
}

// directive finds the # that begins a directive: one that no backslash escapes.
func directive(name string) int {
	for i := 0; i < len(name); i++ {
		switch {
		case name[i] == '\\':
			i++
		case name[i] == '#' && tapWord.MatchString(name[i:min(len(name), i+maxName)]):
			return i
		}
	}
	return -1
}

func unescape(name string) string {
	if !strings.Contains(name, `\`) {
		return name
	}
	return strings.NewReplacer(`\#`, "#", `\\`, `\`).Replace(name)
}

// status takes a skipped test that is not ok for a failure, as TAP does. A todo is not expected to hold yet: neither proof nor
// failure, also where it holds.
func (p tapPoint) status() verdict.TestStatus {
	switch {
	case p.directive == "TODO", p.directive == "SKIP" && p.ok:
		return verdict.TestSkipped
	case p.ok:
		return verdict.TestPassed
	}
	return verdict.TestFailed
}

func (p tapPoint) words() string {
	if p.directive == "TODO" {
		return strings.TrimSpace("todo: " + p.reason)
	}
	return p.reason
}

// maxYAML bounds the lines that are kept of a block.
const maxYAML = 400

// inYAML keeps the lines between --- and ... right below a point, indented more than that is. A line that is indented less ends
// the block: nothing else that stands there can hide a point.
func (r *tapReader) inYAML(trimmed string, indent int) bool {
	if r.yaml == nil {
		if trimmed != "---" || !r.fresh || indent <= r.targetAt {
			return false
		}
		r.yaml, r.yamlAt, r.fresh = []string{}, indent, false
		return true
	}
	switch {
	case trimmed != "" && indent < r.yamlAt:
		r.endYAML()
		return false
	case trimmed == "..." && indent == r.yamlAt:
		r.endYAML()
	case len(r.yaml) < maxYAML:
		r.yaml = append(r.yaml, trimmed)
	}
	return true
}

// endYAML takes message, file and line, or expected and actual, out of a diagnostic block. It is read by lines: what tools
// write there is not always YAML.
func (r *tapReader) endYAML() {
	lines := r.yaml
	r.yaml = nil
	if lines == nil || r.target < 0 || r.tests[r.target].Status == verdict.TestPassed {
		return
	}
	t := &r.tests[r.target]
	values := yamlValues(lines)
	pick := func(names ...string) string {
		for _, n := range names {
			if v := values[n]; v != "" {
				return v
			}
		}
		return ""
	}
	message := pick("message", "error", "failureType", "diff")
	if expected, got := pick("expected", "expect", "wanted"), pick("actual", "got", "found"); expected != "" || got != "" {
		message = strings.TrimSpace(message + "\nexpected: " + expected + "\ngot: " + got)
	}
	if message != "" {
		t.Message = r.words.message(message)
	}
	if file := pick("file", "fileName"); file != "" {
		t.File = r.words.relative(file, "")
		t.Line, _ = strconv.Atoi(pick("line", "lineNumber")) // 0 where there is none
	} else if m := yamlPlace.FindStringSubmatch(pick("location")); m != nil {
		t.File = r.words.relative(m[1], "")
		t.Line, _ = strconv.Atoi(m[2]) // digits, by the pattern
	}
}

var (
	yamlPlace = pattern.Lazy(`^(.+?):(\d+)(?::\d+)?$`)
	yamlKey   = pattern.Lazy(`^([A-Za-z_]\w*):\s*(.*)$`)
)

func yamlValues(lines []string) map[string]string {
	values := map[string]string{}
	key := ""
	for _, line := range lines {
		if m := yamlKey.FindStringSubmatch(line); m != nil {
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
	if r.target < 0 || r.tests[r.target].Status != verdict.TestFailed || r.tests[r.target].Message != "" {
		return
	}
	r.tests[r.target].Message = r.words.message(strings.Join(comments, "\n"))
}

// failedTest is how Test::More begins what it says of a failure on the standard error.
var failedTest = pattern.Lazy(`^# {3}Failed test '(.*)'$`)

// explain gives failures without words those that stand on the standard error.
func explain(tests []verdict.Test, stderr []byte, w words) {
	said := map[string][]string{}
	name := ""
	for line := range strings.Lines(w.plain(string(stderr))) {
		line = strings.TrimSpace(line)
		text, ok := strings.CutPrefix(line, "#   ")
		if m := failedTest.FindStringSubmatch(line); m != nil {
			name = m[1]
		} else if name != "" && ok && len(said[name]) < maxMessageLines {
			said[name] = append(said[name], strings.TrimSpace(text))
		} else {
			name = ""
		}
	}
	for i, t := range tests {
		last := t.Name[strings.LastIndexByte(t.Name, '/')+1:]
		if t.Status == verdict.TestFailed && t.Message == "" {
			tests[i].Message = w.message(strings.Join(said[last], "\n"))
		}
	}
}
