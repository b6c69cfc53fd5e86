package evaluate

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/syntax"
)

// marks is how strings are written, as far as tests need it that people wrote. What a rule must not overlook is read by pkg/syntax.
type marks struct {
	quotes  []syntax.Quote // longest first
	chars   bool           // ' holds one character, and begins other things too
	regexps bool           // there are literals between slashes
}

func scriptMarks() marks {
	return marks{quotes: []syntax.Quote{{Mark: "`", Escapes: true, Lines: true}, {Mark: `"`, Escapes: true}, {Mark: `'`, Escapes: true}}, regexps: true}
}

func jvmMarks() marks {
	return marks{quotes: []syntax.Quote{{Mark: `"""`, Lines: true}, {Mark: `"`, Escapes: true, Lines: true}}, chars: true}
}

func pythonMarks() marks {
	return marks{quotes: []syntax.Quote{{Mark: `"""`, Escapes: true, Lines: true}, {Mark: `'''`, Escapes: true, Lines: true}, {Mark: `"`, Escapes: true}, {Mark: `'`, Escapes: true}}}
}

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
		inner := code[i+len(q.Mark) : i+n-len(q.Mark)]
		found(i, i+n, unescaped(inner))
		for j := i + len(q.Mark); j < i+n-len(q.Mark); j++ {
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
		return max(syntax.Character(code[i:min(len(code), i+12)]), 1)
	case l.regexps && code[i] == '/' && expectsValue(code[:i]):
		return regexpLength(code[i:])
	}
	return 1
}

// stringAt gives the string that text begins with; its length is 0 if there is none, or if it does not end.
func stringAt(l marks, text string) (syntax.Quote, int) {
	for _, q := range l.quotes {
		if strings.HasPrefix(text, q.Mark) {
			n := q.Length(text)
			if n < 2*len(q.Mark) {
				return q, 0
			}
			return q, n
		}
	}
	return syntax.Quote{}, 0
}

// unescaped is a string as most languages mean it: a backslash before a mark is none.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return strings.NewReplacer(`\'`, `'`, `\"`, `"`, "\\`", "`", `\\`, `\`).Replace(text)
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
