package mutate

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// matching gives texts that a regular expression matches, each one line long and the plainest first.
func matching(expr string) []string {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil
	}
	var out []string
	for luck := range uint32(48) {
		m := matcher{luck: luck}
		m.write(tree.Simplify(), 0)
		text := m.out.String()
		for _, t := range []string{text, "x" + text + "x", " " + text + " "} {
			if re.MatchString(t) && !strings.ContainsAny(t, "\n\r\x00") && !slices.Contains(out, t) {
				out = append(out, t)
				break
			}
		}
	}
	return out
}

// matcher writes a text that an expression matches. Its luck decides between what is equal: none takes the first of all.
type matcher struct {
	out  strings.Builder
	luck uint32
}

// pick chooses one of n.
func (m *matcher) pick(n int) int {
	if n < 2 || m.luck == 0 {
		return 0
	}
	m.luck = m.luck*1664525 + 1013904223
	return int((m.luck >> 16) % uint32(n)) //nolint:gosec // n is a small number of choices
}

// maxMatch bounds what is written: an expression may ask for very much.
const maxMatch = 2000

func (m *matcher) write(re *syntax.Regexp, depth int) {
	if depth > 200 || m.out.Len() > maxMatch {
		return
	}
	switch re.Op.String() {
	case "Literal":
		m.out.WriteString(string(re.Rune))
	case "CharClass":
		m.out.WriteRune(m.ofRanges(re.Rune))
	case "AnyChar", "AnyCharNotNL":
		m.out.WriteByte('x')
	case "Capture", "Plus":
		m.write(re.Sub[0], depth+1)
	case "Star", "Quest":
		if m.pick(2) == 1 {
			m.write(re.Sub[0], depth+1)
		}
	case "Repeat":
		for range re.Min {
			m.write(re.Sub[0], depth+1)
		}
	case "Concat":
		for _, s := range re.Sub {
			m.write(s, depth+1)
		}
	case "Alternate":
		m.write(re.Sub[m.pick(len(re.Sub))], depth+1)
	}
}

// ofRanges gives a character of a class, one that needs no escape anywhere if there is one.
func (m *matcher) ofRanges(ranges []rune) rune {
	in := func(r rune) bool {
		for i := 0; i+1 < len(ranges); i += 2 {
			if r >= ranges[i] && r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	nice := []rune("xazA7 _-.:/,;=()")
	from := m.pick(len(nice))
	for i := range nice {
		if r := nice[(from+i)%len(nice)]; in(r) {
			return r
		}
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		if unicode.IsPrint(ranges[i]) {
			return ranges[i]
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}
