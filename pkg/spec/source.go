package spec

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"
)

// maxSize is the largest spec file that is read. The largest in practice is a hundredth of it.
const maxSize = 1 << 20

const byteOrderMark = "\xef\xbb\xbf"

// tabStop is how far a tab reaches in Markdown.
const tabStop = 4

// line is one line of the source by byte offsets: its first byte, the first byte of its line end, and the next line.
type line struct{ start, end, next int }

// source is a file cut into lines. Every offset is one of the file, so that positions and edits need no translation.
type source struct {
	path  string
	text  []byte
	whole string // the text once more, so that lines of it cost nothing
	lines []line
	errs  Errors
}

func newSource(path string, text []byte) *source {
	s := &source{path: path, text: text, whole: string(text)}
	at := 0
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		at = len(byteOrderMark)
	}
	for at < len(text) {
		l := line{start: at, end: len(text), next: len(text)}
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			l.end, l.next = at+i, at+i+1
		}
		for l.end > l.start && text[l.end-1] == '\r' {
			l.end--
		}
		s.lines = append(s.lines, l)
		at = l.next
	}
	return s
}

// str is the text of line i, without its line end.
func (s *source) str(i int) string { return s.whole[s.lines[i].start:s.lines[i].end] }

func (s *source) blank(i int) bool { return strings.TrimSpace(s.str(i)) == "" }

// indent is how many columns of white space line i begins with, and the offset of the first byte after it.
func (s *source) indent(i int) (cols, at int) {
	for at = s.lines[i].start; at < s.lines[i].end; at++ {
		switch s.text[at] {
		case ' ':
			cols++
		case '\t':
			cols += tabStop - cols%tabStop
		default:
			return cols, at
		}
	}
	return cols, at
}

// trimmedEnd is the offset after the last byte of line i that is no white space.
func (s *source) trimmedEnd(i int) int {
	l := s.lines[i]
	return l.start + len(strings.TrimRight(s.str(i), " \t\r\f\v"))
}

// pos translates a byte offset. An offset at the end of the file is on the last line.
func (s *source) pos(offset int) Position {
	if len(s.lines) == 0 {
		return Position{Line: 1, Col: 1}
	}
	i := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].start > offset }) - 1
	i = max(i, 0)
	return Position{Line: i + 1, Col: max(offset-s.lines[i].start, 0) + 1}
}

// fail notes an error about width bytes at an offset.
func (s *source) fail(rule string, offset, width int, message, hint string) {
	s.failAt(rule, s.pos(offset), width, message, hint)
}

func (s *source) failAt(rule string, pos Position, width int, message, hint string) {
	e := &Error{Path: s.path, Pos: pos, Rule: rule, Message: message, Hint: hint}
	if pos.Line <= len(s.lines) {
		e.Excerpt = excerpt(s.str(pos.Line-1), pos.Col-1, width)
	}
	s.errs = append(s.errs, e)
}

// readable says whether the file is text that a spec can be read from, and notes why not.
func (s *source) readable() bool {
	switch {
	case len(s.text) > maxSize:
		s.errs = append(s.errs, &Error{
			Path: s.path, Pos: Position{Line: 1, Col: 1}, Rule: RuleUnreadable,
			Message: "the file is larger than 1 MiB", Hint: "a spec covers one component: split it",
		})
		return false
	case bytes.HasPrefix(s.text, []byte("\xff\xfe")), bytes.HasPrefix(s.text, []byte("\xfe\xff")):
		s.unreadable(0, "the file is UTF-16 and not UTF-8")
		return false
	case bytes.IndexByte(s.text, 0) >= 0:
		s.unreadable(bytes.IndexByte(s.text, 0), "the file holds a zero byte: it is not text")
		return false
	}
	for at := 0; at < len(s.text); {
		r, size := utf8.DecodeRune(s.text[at:])
		if r == utf8.RuneError && size == 1 {
			s.unreadable(at, "the file is not valid UTF-8 here")
			return false
		}
		at += size
	}
	return true
}

func (s *source) unreadable(offset int, message string) {
	s.fail(RuleUnreadable, offset, 1, message, "save the file as UTF-8")
}

// rest is the text from an offset to the end of line last, without white space at its end.
func (s *source) rest(at, last int) string { return s.whole[at:max(s.trimmedEnd(last), at)] }
