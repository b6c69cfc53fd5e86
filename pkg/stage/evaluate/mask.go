package evaluate

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// marks is how strings are written, as far as tests need it that people wrote. What a rule must not overlook is read by pkg/syntax.
type marks struct {
	quotes  []quote // longest first
	chars   bool    // ' holds one character, and begins other things too
	regexps bool    // there are literals between slashes
}

type quote struct {
	mark    string
	escapes bool // a backslash hides the next character
	lines   bool // may go over several lines
}

func scriptMarks() marks {
	return marks{quotes: []quote{{"`", true, true}, {`"`, true, false}, {`'`, true, false}}, regexps: true}
}

func jvmMarks() marks {
	return marks{quotes: []quote{{`"""`, false, true}, {`"`, true, true}}, chars: true}
}

func pythonMarks() marks {
	return marks{quotes: []quote{{`"""`, true, true}, {`'''`, true, true}, {`"`, true, false}, {`'`, true, false}}}
}

// character is one character between quotes. What else begins with a quote is a lifetime, a label, a digit separator.
var character = pattern.Lazy(`^'(\\[^\n]{1,9}?|[^\\'\n])'`)

// mask replaces what stands between quotes by underlines, line ends too, and regular expressions, and tells of each string where
// it begins and ends.
func mask(l marks, code string, found func(from, to int, text string)) string {
	out := []byte(code)
	for i := 0; i < len(code); {
		q, n := stringAt(l, code[i:])
		if n == 0 {
			n = other(l, code, i)
			for j := i; n > 2 && j < i+n; j++ { // a regular expression, or a character
				out[j] = '_'
			}
			i += n
			continue
		}
		inner := code[i+len(q.mark) : i+n-len(q.mark)]
		found(i, i+n, unescaped(inner))
		for j := i + len(q.mark); j < i+n-len(q.mark); j++ {
			out[j] = '_'
		}
		i += n
	}
	return string(out)
}

// other is how far the next thing reaches that is no string.
func other(l marks, code string, i int) int {
	switch {
	case code[i] == '\\':
		return 2
	case l.chars && code[i] == '\'':
		return max(len(character.FindString(code[i:min(len(code), i+12)])), 1)
	case l.regexps && code[i] == '/' && expectsValue(code[:i]):
		return regexpLength(code[i:])
	}
	return 1
}

// stringAt gives the string that text begins with; its length is 0 if there is none, or if it does not end.
func stringAt(l marks, text string) (quote, int) {
	for _, q := range l.quotes {
		if strings.HasPrefix(text, q.mark) {
			n := q.length(text)
			if n < 2*len(q.mark) {
				return q, 0
			}
			return q, n
		}
	}
	return quote{}, 0
}

// unescaped is a string as most languages mean it: a backslash before a mark is none.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return strings.NewReplacer(`\'`, `'`, `\"`, `"`, "\\`", "`", `\\`, `\`).Replace(text)
}

// length is that of the string that text begins with. One that does not end where it must is just its mark.
func (q quote) length(text string) int {
	for i := len(q.mark); i < len(text); i++ {
		switch {
		case q.escapes && text[i] == '\\':
			i++
		case strings.HasPrefix(text[i:], q.mark):
			return i + len(q.mark)
		case text[i] == '\n' && !q.lines:
			return len(q.mark)
		}
	}
	return len(q.mark)
}

// expectsValue says whether a slash behind code begins a regular expression: nothing that could be divided stands before it.
func expectsValue(code string) bool {
	before := strings.TrimRight(code, " \t\r\n")
	if before == "" || strings.IndexByte("(,=:[!&|?{};+-*%<>~^", before[len(before)-1]) >= 0 {
		return true
	}
	for _, word := range []string{"return", "typeof", "case", "in", "of", "delete", "void"} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return false
}

func regexpLength(text string) int {
	class := false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			return 1
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			return i + 1
		}
	}
	return 1
}
