package patch

import (
	"strings"
	"unicode"

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
	for i := range len(s) {
		if s[i] >= 0x80 {
			return oneDash(strings.Map(plain, norm.NFC.String(s)))
		}
	}
	if strings.ContainsAny(s, blanks) {
		s = strings.Join(strings.Fields(s), "")
	}
	return oneDash(s)
}

// oneDash writes two minus signs, for which typographers have one dash, as one.
func oneDash(s string) string { return strings.ReplaceAll(s, "--", "-") }

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
