package patch

import (
	"strconv"
	"strings"
)

// The paths of a diff's headers: quoted, prefixed, dated.

const devNull = "/dev/null"

// headerPath reads what stands behind "--- " or "+++ ".
func headerPath(s string) string {
	if strings.HasPrefix(s, `"`) {
		return unquote(s)
	}
	s, _, _ = strings.Cut(s, "\t")
	if strings.ContainsAny(s, " \r\f\v") {
		s = timeBehind.ReplaceAllString(s, "")
	}
	s = strings.TrimSpace(s)
	if n := len(s); n > 2 && (s[0] == '`' || s[0] == '\'') && s[n-1] == s[0] {
		s = s[1 : n-1]
	}
	return s
}

// unquote undoes git's C-style quoting, octal escapes included. Text that is not so quoted comes back as it is.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, `"`) {
		return s
	}
	if end := closingQuote(s); end > 0 {
		if text, err := strconv.Unquote(s[:end+1]); err == nil {
			return text
		}
	}
	return s
}

func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// gitPaths splits what stands behind "diff --git ": two paths, which are equal but for their prefixes unless a rename
// follows in lines of its own.
func gitPaths(s string) (oldPath, newPath string) {
	if strings.HasPrefix(s, `"`) {
		if end := closingQuote(s); end > 0 {
			return stripPrefixes(unquote(s[:end+1]), unquote(s[end+1:]))
		}
	}
	for i := range len(s) {
		if s[i] != ' ' {
			continue
		}
		a, b := stripPrefixes(s[:i], unquote(s[i+1:]))
		if a == b {
			return a, b
		}
	}
	a, b, _ := strings.Cut(s, " ")
	return stripPrefixes(a, unquote(b))
}

// stripPrefixes takes a/ and b/ off, or git's other pairs of letters.
func stripPrefixes(oldPath, newPath string) (string, string) {
	const pairs = "ab ic iw ci cw wi oi ow ba"
	switch {
	case oldPath == devNull && newPath == devNull:
	case oldPath == devNull:
		newPath = stripOne(newPath)
	case newPath == devNull:
		oldPath = stripOne(oldPath)
	default:
		if prefixed(oldPath) && prefixed(newPath) && strings.Contains(pairs, oldPath[:1]+newPath[:1]) {
			return oldPath[2:], newPath[2:]
		}
	}
	return oldPath, newPath
}

func prefixed(s string) bool { return len(s) > 2 && s[1] == '/' && s[0] >= 'a' && s[0] <= 'w' }

func stripOne(s string) string {
	if prefixed(s) && (s[0] == 'a' || s[0] == 'b') {
		return s[2:]
	}
	return s
}

// readHeader reads the numbers of a hunk's header, and the text behind them.
func readHeader(text string) (h header, scope string, ok bool) {
	if h, scope, ok = plainHeader(text); ok {
		return h, scope, true
	}
	m := hunkHeader.FindStringSubmatch(text)
	if m == nil {
		return header{}, "", false
	}
	h = header{numbered: true, oldStart: number(m[1], 0), oldCount: number(m[2], 1), newStart: number(m[3], 0), newCount: number(m[4], 1)}
	return h, m[5], true
}

// plainHeader reads a header as programs write it: "@@ -1,2 +3,4 @@", without the expression that also reads what models write.
func plainHeader(text string) (h header, scope string, ok bool) {
	rest, ok := strings.CutPrefix(text, "@@ -")
	if !ok {
		return header{}, "", false
	}
	oldSide, rest, okOld := strings.Cut(rest, " +")
	newSide, scope, okNew := strings.Cut(rest, " @@")
	if !okOld || !okNew || strings.HasPrefix(scope, "@") {
		return header{}, "", false
	}
	h.numbered = true
	h.oldStart, h.oldCount, okOld = side(oldSide)
	h.newStart, h.newCount, okNew = side(newSide)
	return h, scope, okOld && okNew
}

// side reads "1,2", or "1" for a side of one line.
func side(text string) (start, count int, ok bool) {
	first, second, counted := strings.Cut(text, ",")
	start, okStart := digits(first)
	if !counted {
		return start, 1, okStart
	}
	count, okCount := digits(second)
	return start, count, okStart && okCount
}

// digits reads a number of at most nine digits.
func digits(s string) (n int, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, true
}
