// Package syntax says what a source file holds without compiling it: where its comments are, and what it imports, calls and
// names. It reads Python, JavaScript and TypeScript, Java, Rust, C and C++ by lexers of its own that are exact, because what a
// lexer takes for a comment nobody looks at any more; of other languages it knows the comments only.
//
// Exact has a price: where a file cannot be read with certainty (a literal that never ends, a slash that may divide or begin a
// regular expression) the file says so in Doubts, and whoever asks must not take silence for absence.
//
// Floor 0: values in, values out.
package syntax

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind uint8

// The kinds of tokens. White space is none.
const (
	Name      Kind = iota + 1 // identifiers and keywords alike
	Number                    // a number of any form
	String                    // a string, a character, a regular expression, or a piece of a template
	Punct                     // an operator or a bracket
	Comment                   // with its marks
	Newline                   // the end of a logical line (Python) or of a directive (C)
	Directive                 // the mark that begins a directive (C)
	Broken                    // a literal or a comment without an end: it goes on to where the reader gave up
)

// Token is a piece of a file. Off and End count bytes of the text that the language sees, which may be other than the file's: see
// File.At.
type Token struct {
	Off, End int32
	Kind     Kind
}

// Doubt is a place that cannot be read with certainty, and why.
type Doubt struct {
	Off int // in the file
	Why string
}

// File is a file that was read.
type File struct {
	Path     string
	Language *Language
	Tokens   []Token // in their order, comments included; none where the language is not read
	Doubts   []Doubt // the first of them; what lies behind one may have been read wrongly

	text  string           // as the file has it
	code  string           // as the language sees it: unicode escapes decoded (Java), lines joined (C)
	at    []int32          // where each byte of code stands in the file; nil if code is text
	names map[int32]string // names that are other than they are written, by Off
	lines func() []int     // where lines begin
}

// maxDoubts is how many doubts are kept: one is enough to be unsure.
const maxDoubts = 10

// Read reads a file.
func Read(path, text string) *File {
	f := &File{Path: path, Language: LanguageOf(path), text: text, code: text}
	f.lines = sync.OnceValue(f.lineStarts)
	if f.Language.lex != nil {
		f.Language.lex(f)
	}
	return f
}

// Text gives a token as the language sees it: a name in the form that counts, all else as it stands there.
func (f *File) Text(t Token) string {
	if name, ok := f.names[t.Off]; ok && t.Kind == Name {
		return name
	}
	return f.code[t.Off:t.End]
}

// At turns an offset in a token into one in the file.
func (f *File) At(off int32) int {
	switch {
	case f.at == nil:
		return int(off)
	case int(off) < len(f.at):
		return int(f.at[off])
	}
	return len(f.text)
}

// Position gives the line and the column, both from 1, of an offset in the file. Columns count bytes, as compilers do.
func (f *File) Position(off int) (line, col int) {
	starts := f.lines()
	i, found := slices.BinarySearch(starts, off)
	if !found {
		i--
	}
	return i + 1, off - starts[i] + 1
}

func (f *File) lineStarts() []int {
	starts := []int{0}
	for i := range len(f.text) {
		if f.text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// Blank gives the text with comments replaced by blanks; every other byte stays where it is.
func (f *File) Blank() string {
	if f.Language.lex == nil {
		return f.Language.blank(f.text)
	}
	out := []byte(f.text)
	for _, t := range f.Tokens {
		if t.Kind == Comment {
			Hide(out[f.At(t.Off):f.At(t.End)])
		}
	}
	return string(out)
}

// Hide replaces text by blanks and keeps its lines and tabs.
func Hide(text []byte) {
	for i, c := range text {
		if c != '\n' && c != '\t' && c != '\r' {
			text[i] = ' '
		}
	}
}

// scan is what the lexers have in common.
type scan struct {
	*File
	pos  int
	open map[string]bool // marks of what is known to have no end, so that nobody looks for it again; see hopeless
}

func newScan(f *File) scan {
	s := scan{File: f, open: map[string]bool{}}
	f.Tokens = make([]Token, 0, len(f.code)/4)
	if !utf8.ValidString(f.text) {
		s.doubt(0, "it is not UTF-8")
	}
	if strings.HasPrefix(s.code, "\ufeff") {
		s.pos = len("\ufeff")
	}
	return s
}

func (s *scan) more() bool          { return s.pos < len(s.code) }
func (s *scan) has(p string) bool   { return strings.HasPrefix(s.code[s.pos:], p) }
func (s *scan) emit(k Kind, at int) { s.Tokens = append(s.Tokens, Token{int32(at), int32(s.pos), k}) } //nolint:gosec // files are far smaller than 2 GiB

// peek gives the byte n places on, 0 beyond the end.
func (s *scan) peek(n int) byte {
	if s.pos+n < len(s.code) {
		return s.code[s.pos+n]
	}
	return 0
}

func (s *scan) doubt(at int, why string) {
	if len(s.Doubts) < maxDoubts {
		s.Doubts = append(s.Doubts, Doubt{s.At(int32(at)), why}) //nolint:gosec // files are far smaller than 2 GiB
	}
}

// last gives the text of the last token that is no comment; "" if there is none.
func (s *scan) last() string {
	for _, t := range slices.Backward(s.Tokens) {
		if t.Kind != Comment {
			return s.Text(t)
		}
	}
	return ""
}

// lineComment takes the rest of the line.
func (s *scan) lineComment(ends string) {
	from := s.pos
	if i := strings.IndexAny(s.code[from:], ends); i >= 0 {
		s.pos += i
	} else {
		s.pos = len(s.code)
	}
	s.emit(Comment, from)
}

// blockComment takes a comment that ends at its first end mark. One that never ends hides nothing.
func (s *scan) blockComment() {
	from := s.pos
	i := -1
	if !s.open["/*"] {
		i = strings.Index(s.code[from+2:], "*/")
	}
	if i < 0 {
		s.broken("/*", "a comment that never ends")
		return
	}
	s.pos = from + 2 + i + 2
	s.emit(Comment, from)
}

// hopeless says whether it is of no use to look for the end of what begins with a mark: none was found before, or so many other
// ends were missing that looking for one more would take too long.
func (s *scan) hopeless(mark string) bool { return s.open[mark] || len(s.open) > 64 }

// broken notes that what begins with a mark here has no end, and passes over the mark.
func (s *scan) broken(mark, why string) {
	s.open[mark] = true
	from := s.pos
	s.pos = min(s.pos+len(mark), len(s.code))
	s.emit(Broken, from)
	s.doubt(from, why)
}

// line takes a literal that ends at a quote on its line; a backslash hides the next character. Without an end it is broken, and
// goes to the end of the line.
func (s *scan) line(from int, quote byte, newlines string) {
	for s.pos++; s.more(); s.pos++ {
		switch c := s.code[s.pos]; {
		case c == '\\':
			s.pos++
			if s.pos < len(s.code) && s.code[s.pos] == '\r' && s.peek(1) == '\n' {
				s.pos++
			}
		case c == quote:
			s.pos++
			s.emit(String, from)
			return
		case strings.IndexByte(newlines, c) >= 0:
			s.emit(Broken, from)
			s.doubt(from, "a literal that does not end on its line")
			return
		}
	}
	s.pos = len(s.code)
	s.emit(Broken, from)
	s.doubt(from, "a literal that never ends")
}

// until takes a literal up to an end mark that nothing can hide.
func (s *scan) until(from int, mark, end string) {
	i := -1
	if !s.hopeless(mark) {
		i = strings.Index(s.code[s.pos:], end)
	}
	if i < 0 {
		s.pos = from
		s.broken(mark, "a literal that never ends")
		return
	}
	s.pos += i + len(end)
	s.emit(String, from)
}

// punct takes the longest operator of a list that stands here, or else one character.
func (s *scan) punct(operators []string) {
	from := s.pos
	for _, o := range operators {
		if s.has(o) {
			s.pos += len(o)
			s.emit(Punct, from)
			return
		}
	}
	_, size := utf8.DecodeRuneInString(s.code[from:])
	s.pos += size
	s.emit(Punct, from)
}
