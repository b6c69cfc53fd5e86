package evaluate

import "strings"

// mask replaces what stands between quotes by underlines, line ends too, and regular expressions, and tells of each string where
// it begins and ends.
func mask(l *language, code string, found func(from, to int, text string)) string {
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
func other(l *language, code string, i int) int {
	switch {
	case code[i] == '\\':
		return 2
	case l.chars && code[i] == '\'':
		return max(len(character.FindString(code[i:min(len(code), i+12)])), 1)
	case l.regexps && code[i] == '/' && (&blanker{language: l, text: code, at: i}).expectsValue():
		return regexpLength(code[i:])
	}
	return 1
}

// stringAt gives the string that text begins with; its length is 0 if there is none, or if it does not end.
func stringAt(l *language, text string) (quote, int) {
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
