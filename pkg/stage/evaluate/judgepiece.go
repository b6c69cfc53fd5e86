package evaluate

import (
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// piece is what in a file its author was free to write: a comment, a name, or a text.
type piece struct {
	from, to int
	kind     pieceKind
	text     string // of a name, what the language takes it for; of a text, what stands between its quotes
	joined   joint  // how a text is joined to the text before it
	quote    string // stands around the mark of a text, where the quotes of the text belong to the piece
}

type pieceKind int

const (
	aComment pieceKind = iota
	aName
	aText
)

// joint is what stands between two strings: something else, only commas and brackets, or nothing and what makes one string of them.
type joint int

const (
	apart joint = iota
	listed
	glued
)

// between is what two strings are to each other after one more token.
func (j joint) between(tok string) joint {
	switch tok {
	case "+", "<<", "++", "..", ".", "&":
		return j
	case ",", ":", "(", ")", "[", "]", "{", "}", "=>":
		return min(j, listed)
	}
	return apart
}

// pieces are in their order. A language that is not read has none: where a string begins cannot be told.
func (s *source) pieces() []piece {
	switch {
	case s.golang != nil:
		return s.golang.pieces()
	case !s.syntax.Language.Reads():
		return nil
	}
	r := pieceReader{source: s}
	for i, t := range s.syntax.Tokens {
		if from := s.syntax.At(t.Off); from >= r.at {
			r.gap(from)
			r.token(i, t)
		}
	}
	r.gap(len(s.Data))
	return r.out
}

// pieceReader goes over the tokens of a language other than Go.
type pieceReader struct {
	*source
	out []piece
	at  int // what stands before is done
	now joint
}

func (r *pieceReader) add(k pieceKind, from, to int, text string) {
	r.out = append(r.out, piece{from: from, to: to, kind: k, text: text, joined: r.now})
	if k == aText {
		r.now = glued
	}
}

// gap takes what stands between tokens, such as the text of an element. It is text, unless it has no letters.
func (r *pieceReader) gap(to int) {
	text := string(r.Data[r.at:to])
	if i := strings.IndexFunc(text, unicode.IsLetter); i >= 0 {
		lead := len(text) - len(strings.TrimLeft(text, " \t\r\n"))
		inner := strings.TrimSpace(text)
		r.add(aText, r.at+lead, r.at+lead+len(inner), inner)
	}
	r.at = to
}

func (r *pieceReader) token(i int, t syntax.Token) {
	from, to := r.syntax.At(t.Off), r.syntax.At(t.End)
	raw := string(r.Data[from:to])
	r.at = max(r.at, to)
	switch t.Kind {
	case syntax.Comment:
		r.add(aComment, from, to, "")
	case syntax.String:
		lead, end := quoteLead.FindString(raw), quoteTail
		if lead == "/" {
			end = regexpTail
		}
		tail := end.FindString(raw[len(lead):])
		r.add(aText, from+len(lead), to-len(tail), raw[len(lead):len(raw)-len(tail)])
	case syntax.Broken:
		r.add(aText, from, to, raw)
	case syntax.Number:
		r.now = apart
		r.add(aText, from, to, raw)
		r.now = apart
	case syntax.Name:
		r.name(i, t, raw)
	case syntax.Punct:
		if at := strings.IndexFunc(raw, isWord); at >= 0 { // a lifetime
			r.add(aName, from+at, to, raw[at:])
		}
		r.now = r.now.between(raw)
	case syntax.Newline, syntax.Directive:
		r.now = apart
	}
}

// name takes a name; behind the directives of C that hold prose, the rest of the line is text.
func (r *pieceReader) name(i int, t syntax.Token, raw string) {
	from := r.syntax.At(t.Off)
	r.now = apart
	all := r.syntax.Tokens
	if i > 0 && all[i-1].Kind == syntax.Directive && slices.Contains([]string{"error", "warning", "pragma", "line", "ident"}, raw) {
		end := len(r.Data)
		for _, later := range all[i:] {
			if later.Kind == syntax.Newline {
				end = r.syntax.At(later.Off)
				break
			}
		}
		text := string(r.Data[r.at:end])
		lead := len(text) - len(strings.TrimLeft(text, " \t"))
		text = strings.TrimSpace(text)
		if text != "" {
			r.add(aText, r.at+lead, r.at+lead+len(text), text)
		}
		r.at = end
		return
	}
	text := r.syntax.Text(t)
	if text != raw {
		text = raw + " " // written in another way than it is meant: no plain name
	}
	r.add(aName, from, r.syntax.At(t.End), text)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// How a string, a piece of a template or a regular expression begins and ends.
var (
	quoteLead  = pattern.Lazy("^(?:[rRbBuUfFcL8]{0,3}#*(?:\"\"\"|'''|[\"'`/])|\\})?")
	quoteTail  = pattern.Lazy("(?:(?:\"\"\"|'''|[\"'`])#*|\\$?\\{)?$")
	regexpTail = pattern.Lazy("(?:/[a-z]{0,8})?$")
)

// pieces of a Go file. Directives, and the C code above `import "C"`, are no comments but texts.
func (g *goFile) pieces() []piece {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(g.data))
	var s scanner.Scanner
	s.Init(file, g.data, func(token.Position, string) {}, scanner.ScanComments)
	kept := g.foreign()
	var out []piece
	now := apart
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return out
		}
		from := file.Offset(pos)
		switch {
		case tok == token.COMMENT:
			out = append(out, g.comment(from, obeyed(text), kept[from]))
		case tok == token.STRING || tok == token.CHAR:
			p := g.text(from, text)
			p.joined, now = now, glued
			out = append(out, p)
		case tok == token.IDENT:
			out = append(out, piece{from: from, to: from + len(text), kind: aName, text: text})
			now = apart
		case tok.IsLiteral():
			now = apart
		default:
			now = now.between(tok.String())
		}
	}
}

// text is what stands between the quotes of a Go literal, and all of it where it has no end.
func (g *goFile) text(from int, text string) piece {
	length := len(text) - 2
	if text[0] == '`' { // the scanner drops carriage returns
		length = strings.IndexByte(string(g.data[from+1:]), '`')
	}
	value, err := strconv.Unquote(text)
	if err != nil {
		value = strings.Trim(text, "\"'`")
	}
	if length < 0 || err != nil && !strings.HasSuffix(text, text[:1]) {
		length = min(len(text)-1, len(g.data)-from-1)
	}
	if text[0] == '\'' {
		return piece{from: from + 1, to: from + 1 + max(length, 0), kind: aText, text: value}
	}
	to := from + 1 + max(length, 0)
	if to < len(g.data) && g.data[to] == text[0] {
		to++
	}
	return piece{from: from, to: to, kind: aText, text: value, quote: `"`} // which quotes they are says nothing
}

// comment is a comment; or, of a directive and of C code, what stands behind its mark and the name of the directive.
func (g *goFile) comment(from int, obeyed, kept bool) piece {
	to := commentEnd(g.data, from)
	if to == from {
		to = len(g.data) // it has no end
	}
	if !obeyed && !kept {
		return piece{from: from, to: to, kind: aComment}
	}
	text := strings.TrimRight(string(g.data[from:to]), "\r")
	lead, tail := len("//"), 0
	if strings.HasPrefix(text, "/*") {
		tail = min(len("*/"), len(text)-lead)
	}
	if obeyed {
		lead = max(lead, len(directiveName.FindString(text)))
	}
	return piece{from: from + lead, to: from + len(text) - tail, kind: aText, text: text[lead : len(text)-tail]}
}

// directiveName is the beginning of the directives that there are. Any other name is text like the rest.
var directiveName = pattern.Lazy(`^(?://go:(?:build|generate|embed|linkname|debug|fix|noinline|nosplit|noescape|norace|nocheckptr|nointerface|notinheap|uintptrescapes|` +
	`uintptrkeepalive|systemstack|nowritebarrier|yeswritebarrierrec|nowritebarrierrec|wasmimport|wasmexport|cgo_[a-z]+)\b[ \t]*|//export |//line |/\*line |// \+build[ \t]*|//\+build[ \t]*)`)
