package syntax

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// lexPython reads Python as 3.12 and later do (PEP 701): the fields of an f-string are code, with strings and comments of their
// own. What an older Python reads otherwise, it refuses.
func lexPython(f *File) {
	p := python{scan: newScan(f)}
	p.cookie()
	for p.more() {
		if n := len(p.formats); n > 0 && p.formats[n-1].text {
			p.middle(&p.formats[n-1])
			continue
		}
		p.step()
	}
	if p.depth > 0 {
		p.doubt(len(p.code), "a bracket that is never closed")
	}
	if len(p.formats) > 0 {
		p.doubt(len(p.code), "a string that never ends")
	}
	p.newline(len(p.code))
}

type python struct {
	scan
	depth   int      // of brackets
	formats []format // open f-strings, the innermost last
}

// format is an f-string that is open.
type format struct {
	quote  string
	raw    bool
	text   bool  // what comes next is text, not code of a field
	fields []int // the bracket depths of the open fields; all but the last are in their format specification
	spec   bool  // the text is the format specification of the last field
}

var encoding = pattern.Lazy(`^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)`)

// cookie looks for an encoding under which the bytes of the file may say something else.
func (p *python) cookie() {
	rest := p.code[p.pos:]
	for range 2 {
		line, after, _ := strings.Cut(strings.ReplaceAll(rest[:min(len(rest), 1000)], "\r", "\n"), "\n")
		if m := encoding.FindStringSubmatch(line); m != nil {
			if !likeASCII(strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(m[1]))) {
				p.doubt(p.pos, "it is written in "+m[1])
			}
		}
		rest = after
	}
}

// likeASCII says whether the letters and marks of a program are the same bytes in an encoding as in ASCII.
func likeASCII(name string) bool {
	switch name {
	case "utf8", "utf8sig", "ascii", "usascii":
		return true
	}
	for _, family := range []string{"latin", "iso8859", "cp125", "windows125", "koi8"} {
		if strings.HasPrefix(name, family) {
			return true
		}
	}
	return false
}

func pythonOperators() []string {
	return []string{
		"...", "**=", "//=", ">>=", "<<=", "->", ":=", "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "<<", ">>",
	}
}

func (p *python) step() {
	switch c := p.peek(0); {
	case c == '\n' || c == '\r':
		p.pos++
		if p.depth == 0 {
			p.newline(p.pos - 1)
		}
	case c == ' ' || c == '\t' || c == '\f':
		p.pos++
	case c == '#':
		p.lineComment("\r\n")
	case c == '\\':
		p.joined()
	case c == '"' || c == '\'':
		p.str(p.pos)
	case p.begins(""):
		p.name()
	case digit(c) || (c == '.' && digit(p.peek(1))):
		p.number("jJlL")
	default:
		p.operator(c)
	}
}

// newline ends a logical line that holds something.
func (p *python) newline(at int) {
	if n := len(p.Tokens); n > 0 && p.Tokens[n-1].Kind != Newline {
		p.Tokens = append(p.Tokens, Token{int32(at), int32(at), Newline}) //nolint:gosec // files are far smaller than 2 GiB
	}
}

// joined passes over a backslash that joins two lines.
func (p *python) joined() {
	from := p.pos
	switch p.pos++; {
	case p.has("\r\n"):
		p.pos += 2
	case p.has("\n") || p.has("\r"):
		p.pos++
	default:
		p.emit(Punct, from)
		p.doubt(from, "a backslash that joins no lines")
	}
}

func (p *python) name() {
	from := p.pos
	p.word("\u00b7")
	if c := p.peek(0); (c == '"' || c == '\'') && p.pos-from <= 2 && prefix(p.code[from:p.pos]) {
		p.str(from)
		return
	}
	p.emit(Name, from)
	if name := p.code[from:p.pos]; !ascii(name) {
		p.rename(from, norm.NFKC.String(name))
	}
}

// prefix says whether letters before a quote belong to the string.
func prefix(word string) bool {
	switch strings.ToLower(word) {
	case "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

// str takes a string whose prefix began at from.
func (p *python) str(from int) {
	letters := strings.ToLower(p.code[from:p.pos])
	quote := p.code[p.pos : p.pos+1]
	if p.has(strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	if strings.ContainsAny(letters, "ft") {
		p.pos += len(quote)
		p.emit(String, from)
		p.formats = append(p.formats, format{quote: quote, raw: strings.Contains(letters, "r"), text: true})
		return
	}
	if len(quote) == 1 {
		p.line(from, quote[0], "\r\n")
		return
	}
	p.long(from, quote)
}

// long takes a string between three quotes. A backslash hides what follows, in raw strings too.
func (p *python) long(from int, quote string) {
	start := p.pos
	for p.pos += len(quote); p.more() && !p.open[quote]; p.pos++ {
		if p.peek(0) == '\\' {
			p.pos++
		} else if p.has(quote) {
			p.pos += len(quote)
			p.emit(String, from)
			return
		}
	}
	p.pos = start
	p.broken(quote, "a string that never ends")
}

// middle takes text of an f-string up to its end, or up to the code of a field.
func (p *python) middle(f *format) {
	from := p.pos
	for p.more() {
		switch c := p.peek(0); {
		case p.has(f.quote):
			p.pos += len(f.quote)
			p.emit(String, from)
			p.endFormat(f)
			return
		case c == '{' && p.peek(1) == '{' && !f.spec, c == '}' && p.peek(1) == '}' && !f.spec:
			p.pos += 2
		case c == '{':
			p.emit(String, from)
			p.field(f)
			return
		case c == '}':
			p.emit(String, from)
			p.endField(f)
			return
		case c == '\\':
			p.escaped(f.raw)
		case len(f.quote) == 1 && (c == '\n' || c == '\r'):
			p.emit(Broken, from)
			p.doubt(from, "a string that does not end on its line")
			p.pos++
			p.endFormat(f)
			return
		default:
			p.pos++
		}
	}
	p.emit(Broken, from)
}

// escaped passes over a backslash in the text of an f-string: it never hides a brace, save in the name of a character.
func (p *python) escaped(raw bool) {
	if p.pos++; p.has("\r\n") {
		p.pos++
	}
	switch c := p.peek(0); {
	case c == '{' || c == '}' || c == 0:
	case c == 'N' && !raw && p.peek(1) == '{':
		if i := strings.IndexAny(p.code[p.pos:], "}\n\"'"); i >= 0 && p.code[p.pos+i] == '}' {
			p.pos += i + 1
		} else {
			p.doubt(p.pos, "an escape that never ends")
			p.pos += 2
		}
	default:
		p.pos++
	}
}

func (p *python) endFormat(f *format) {
	if len(f.fields) > 0 {
		p.doubt(p.pos, "a field of a string that is never closed")
		p.depth = f.fields[0] - 1
	}
	p.formats = p.formats[:len(p.formats)-1]
}

func (p *python) field(f *format) {
	p.pos++
	p.emit(Punct, p.pos-1)
	p.depth++
	f.fields = append(f.fields, p.depth)
	f.text, f.spec = false, false
}

// endField ends the innermost field, at its closing brace.
func (p *python) endField(f *format) {
	p.pos++
	p.emit(Punct, p.pos-1)
	if len(f.fields) == 0 {
		p.doubt(p.pos-1, "a brace that closes nothing")
		return
	}
	f.fields = f.fields[:len(f.fields)-1]
	p.depth--
	f.text, f.spec = true, len(f.fields) > 0
}

// operator takes an operator, and minds the brackets and where a field's code ends.
func (p *python) operator(c byte) {
	var f *format
	if n := len(p.formats); n > 0 && p.depth == p.formats[n-1].fields[len(p.formats[n-1].fields)-1] {
		f = &p.formats[n-1]
	}
	switch {
	case f != nil && c == '}':
		p.endField(f)
		return
	case f != nil && c == ':':
		p.pos++
		p.emit(Punct, p.pos-1)
		f.text, f.spec = true, true
		return
	case strings.IndexByte("([{", c) >= 0:
		p.depth++
	case strings.IndexByte(")]}", c) >= 0:
		if p.depth--; p.depth < 0 || f != nil {
			p.doubt(p.pos, "a bracket that closes nothing")
			p.depth++
		}
	case strings.IndexByte("$?`", c) >= 0 || (c == '!' && p.peek(1) != '=' && f == nil) || c >= 0x80 || c < ' ':
		p.doubt(p.pos, "a character that is no Python")
	}
	p.punct(pythonOperators())
}
