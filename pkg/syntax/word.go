package syntax

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// starts says whether a name may begin with a rune, in any of the languages: letters, and what Unicode counts as such.
func starts(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
}

func continues(r rune) bool {
	return starts(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Other_ID_Continue)
}

// begins says whether a name begins here.
func (s *scan) begins(extra string) bool {
	c := s.peek(0)
	if c < utf8.RuneSelf {
		return letter(c) || (c != 0 && strings.IndexByte(extra, c) >= 0)
	}
	r, _ := utf8.DecodeRuneInString(s.code[s.pos:])
	return starts(r)
}

// word passes over the characters of a name.
func (s *scan) word(extra string) {
	for s.more() {
		c := s.code[s.pos]
		switch {
		case letter(c) || digit(c):
			s.pos++
		case c < utf8.RuneSelf:
			if strings.IndexByte(extra, c) < 0 {
				return
			}
			s.pos++
		default:
			r, size := utf8.DecodeRuneInString(s.code[s.pos:])
			if !continues(r) && !strings.ContainsRune(extra, r) {
				return
			}
			s.pos += size
		}
	}
}

// suffix takes a name right behind a literal into that.
func (s *scan) suffix(extra string) {
	if n := len(s.Tokens); n > 0 && s.Tokens[n-1].Kind == String && int(s.Tokens[n-1].End) == s.pos && s.begins(extra) {
		s.word(extra)
		s.Tokens[n-1].End = int32(s.pos) //nolint:gosec // files are far smaller than 2 GiB
	}
}

// rename notes that a name counts as another one than is written.
func (s *scan) rename(from int, name string) {
	if s.names == nil {
		s.names = map[int32]string{}
	}
	s.names[int32(from)] = name //nolint:gosec // files are far smaller than 2 GiB
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (s *scan) digits(base string) {
	for s.more() && strings.IndexByte(base, s.peek(0)) >= 0 {
		s.pos++
	}
}

const decimal, hexadecimal = "0123456789_", "0123456789abcdefABCDEF_"

// number takes a number as Python and JavaScript write it, without what follows it: `0or 1` is three tokens.
func (s *scan) number(suffix string) {
	from := s.pos
	switch s.peek(1) | 0x20 {
	case 'x', 'b', 'o':
		if s.peek(0) == '0' {
			s.pos += 2
			s.digits(hexadecimal)
			s.digits(suffix)
			s.emit(Number, from)
			return
		}
	}
	s.digits(decimal)
	if s.peek(0) == '.' {
		s.pos++
		s.digits(decimal)
	}
	if s.peek(0)|0x20 == 'e' && (digit(s.peek(1)) || (strings.IndexByte("+-", s.peek(1)) >= 0 && digit(s.peek(2)))) {
		s.pos += 2
		s.digits(decimal)
	}
	s.digits(suffix)
	s.emit(Number, from)
}

// unescape gives what a literal says, as far as its escapes are those that nearly all languages share. ok is false where they
// are not.
func unescape(text string) (value string, ok bool) {
	if !strings.Contains(text, `\`) {
		return text, true
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		i++
		if i == len(text) {
			return "", false
		}
		n := escape(text[i:], &b)
		if n == 0 {
			return "", false
		}
		i += n - 1
	}
	return b.String(), true
}

// escape writes what stands behind a backslash, and gives its length; 0 if it is not known.
func escape(text string, b *strings.Builder) int {
	switch c := text[0]; c {
	case '\n':
		return 1
	case 'x':
		return numeric(text, 1, 3, b)
	case 'u':
		if n := braced(text, b); n > 0 {
			return n
		}
		return numeric(text, 1, 5, b)
	case 'U':
		return numeric(text, 1, 9, b)
	case 'N', '0', '1', '2', '3', '4', '5', '6', '7':
		end := 0
		for end < len(text) && end < 3 && text[end] >= '0' && text[end] <= '7' {
			end++
		}
		n, err := strconv.ParseUint(text[:end], 8, 32)
		if err != nil {
			return 0
		}
		b.WriteRune(rune(n)) //nolint:gosec // three octal digits
		return end
	case '\\', '\'', '"', '`', '/', '.', '-', '$', '{', '}', '@', ':':
		b.WriteByte(c)
		return 1
	}
	return 0
}

func numeric(text string, from, to int, b *strings.Builder) int {
	if len(text) < to {
		return 0
	}
	n, err := strconv.ParseUint(text[from:to], 16, 32)
	if err != nil || n > unicode.MaxRune {
		return 0
	}
	b.WriteRune(rune(n))
	return to
}

// braced reads u{41}.
func braced(text string, b *strings.Builder) int {
	if !strings.HasPrefix(text, "u{") {
		return 0
	}
	end := strings.IndexByte(text, '}')
	if end < 0 || end > 12 {
		return 0
	}
	n, err := strconv.ParseUint(text[2:end], 16, 32)
	if err != nil || n > unicode.MaxRune {
		return 0
	}
	b.WriteRune(rune(n))
	return end + 1
}
