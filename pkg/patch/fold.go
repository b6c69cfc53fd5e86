package patch

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold is a way to look at lines that leaves differences out.
type fold struct {
	name string
	of   func(string) string
}

const blanks = " \t\r\f\v"

func asIs() fold {
	return fold{"exact", func(s string) string { return s }}
}

func trimRight() fold {
	return fold{"rstrip", func(s string) string { return strings.TrimRight(s, blanks) }}
}

func trimBoth() fold {
	return fold{"trim", trim}
}

func trim(s string) string { return strings.Trim(s, blanks) }

// squeezed leaves out all white space, and takes typographic characters for those that are on a keyboard.
func squeezed() fold {
	return fold{"squeezed", squeeze}
}

func squeeze(s string) string {
	if !strings.ContainsAny(s, blanks) && isASCII(s) {
		return s
	}
	return string(appendSqueezed(nil, s))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendSqueezed appends the squeezed line. A long dash is two minus signs, which are what is typed for it.
func appendSqueezed(out []byte, s string) []byte {
	if !isASCII(s) {
		s = strings.ReplaceAll(norm.NFC.String(s), "—", "--")
		s = strings.Map(plain, s)
	}
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t', '\r', '\f', '\v':
		default:
			out = append(out, s[i])
		}
	}
	return out
}

// plain gives the keyboard's character for a typographic one, and drops white space and what has no width.
func plain(r rune) rune {
	switch r {
	case '‘', '’', '‚', '‛', '′':
		return '\''
	case '“', '”', '„', '‟', '″':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return '-'
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
		return -1
	}
	if unicode.IsSpace(r) {
		return -1
	}
	return r
}

// typographic says whether a line holds a character that plain changes and that is not white space.
func typographic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 && !unicode.IsSpace(r) && plain(r) != r && plain(r) >= 0 })
}
