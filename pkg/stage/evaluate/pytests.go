package evaluate

import (
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// pyTests is what can be read of a file of Python tests without a parser: which functions there are, and which are empty.
type pyTests struct {
	defs   map[string]string // all functions, with the reason why a test of this name decides nothing
	tests  []string          // those that pytest collects, as far as that is certain
	titles map[string]bool   // strings that are no documentation
	lines  map[string]int    // where the functions stand
}

// pyLine is a logical line: one statement, or several between semicolons.
type pyLine struct {
	indent int
	text   string
}

var (
	pyDef   = pattern.Lazy(`^(?:async\s+)?def\s+(\w+)\s*\(`)
	pyClass = pattern.Lazy(`^class\s+(\w+)\s*(\(.*\))?\s*:`)
	pyIdle  = pattern.Lazy(`^(?:pass|\.\.\.|return(?:\s+None)?|[rbuf]{0,2}(?:"_*"|'_*'|"""_*"""|'''_*''')|(?:print|(?:self\.)?log(?:ger|ging)?\.\w+)\([^()]*\))?$`)
)

// readPython goes by lines and their indentation. Strings are masked, so that nothing in them counts.
func readPython(p, code string) pyTests {
	t := pyTests{defs: map[string]string{}, titles: map[string]bool{}, lines: map[string]int{}}
	masked := mask(pythonMarks(), code, func(from, to int, text string) {
		before := code[strings.LastIndexByte(code[:from], '\n')+1 : from]
		after := strings.TrimLeft(code[to:min(len(code), to+200)], " \t\r\n")
		if strings.TrimSpace(before) != "" || strings.IndexAny(after, ",)]}:") == 0 {
			t.titles[strings.TrimSpace(text)] = true // what stands alone is documentation
		}
	})
	lines := pyLines(masked)
	for i, line := range split(code) {
		if m := pyDef.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			t.lines[m[1]] = i + 1
		}
	}
	collected := strings.HasPrefix(path.Base(p), "test_") || strings.HasSuffix(path.Base(p), "_test.py")
	for i, line := range lines {
		m := pyDef.FindStringSubmatch(line.text)
		if m == nil {
			continue
		}
		why := ""
		if pyEmpty(lines, i) {
			why = emptyTest
		}
		if old, twice := t.defs[m[1]]; twice && old == "" {
			why = "" // which of them is meant cannot be told
		}
		t.defs[m[1]] = why
		if collected && strings.HasPrefix(m[1], "test") && pyCollects(lines, i) {
			t.tests = append(t.tests, m[1])
		}
	}
	return t
}

// pyLines joins what brackets and backslashes continue.
func pyLines(masked string) []pyLine {
	var out []pyLine
	depth, joined := 0, ""
	for line := range strings.SplitSeq(masked, "\n") {
		line = strings.TrimRight(line, " \t\r")
		depth += strings.Count(line, "(") + strings.Count(line, "[") + strings.Count(line, "{")
		depth -= strings.Count(line, ")") + strings.Count(line, "]") + strings.Count(line, "}")
		if rest, ok := strings.CutSuffix(line, `\`); ok || depth > 0 {
			joined += rest + " "
			continue
		}
		joined, line, depth = "", joined+line, 0
		text := strings.TrimLeft(line, " \t")
		if text != "" {
			out = append(out, pyLine{indent: width(line[:len(line)-len(text)]), text: text})
		}
	}
	return out
}

func width(indent string) int {
	n := 0
	for _, c := range indent {
		if c == '\t' {
			n += 8 - n%8
			continue
		}
		n++
	}
	return n
}

// pyEmpty says whether a function has nothing but documentation, pass and logging.
func pyEmpty(lines []pyLine, def int) bool {
	head := lines[def].text
	inline := head[strings.LastIndexByte(head, ':')+1:]
	if !pyIdleLine(inline) {
		return false
	}
	for _, line := range lines[def+1:] {
		if line.indent <= lines[def].indent {
			break
		}
		if !pyIdleLine(line.text) {
			return false
		}
	}
	return true
}

func pyIdleLine(text string) bool {
	for statement := range strings.SplitSeq(text, ";") {
		if !pyIdle.MatchString(strings.TrimSpace(statement)) {
			return false
		}
	}
	return true
}

// pyCollects says whether pytest collects a function for certain: it stands at the left, or right in a class of tests that does.
func pyCollects(lines []pyLine, def int) bool {
	if lines[def].indent == 0 {
		return true
	}
	for i := def - 1; i >= 0; i-- {
		if lines[i].indent >= lines[def].indent {
			continue
		}
		m := pyClass.FindStringSubmatch(lines[i].text)
		return m != nil && lines[i].indent == 0 && (strings.HasPrefix(m[1], "Test") || strings.Contains(m[2], "TestCase"))
	}
	return false
}

// pyModule says whether the class name of a JUnit report is that of a module, and of a class in it: a.b.test_c.TestGroup for
// a/b/test_c.py, seen from the folder where pytest started, or from the root.
func pyModule(class, p string) bool {
	want := strings.Split(strings.TrimSuffix(p, path.Ext(p)), "/")
	got := strings.Split(class, ".")
	for from := range want {
		if tail := want[from:]; hasPrefix(got, tail) {
			return true
		}
	}
	for from := 1; from < len(got); from++ { // behind a prefix that the command gives
		if hasPrefix(got[from:], want) {
			return true
		}
	}
	return false
}

func hasPrefix(words, prefix []string) bool {
	if len(words) < len(prefix) {
		return false
	}
	for i, w := range prefix {
		if words[i] != w {
			return false
		}
	}
	return true
}
