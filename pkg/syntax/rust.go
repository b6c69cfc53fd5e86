package syntax

import (
	"strings"
	"unicode/utf8"
)

// lexRust reads Rust as rustc's own lexer does. Comments nest; a quote begins a lifetime where no other closes it after one
// character.
func lexRust(f *File) {
	r := rust{newScan(f)}
	r.shebang()
	for r.more() {
		r.step()
		r.suffix("")
	}
}

// shebang passes over the line that says what runs the file; it is no code and stays in sight. An attribute begins alike.
func (r *rust) shebang() {
	if !r.has("#!") {
		return
	}
	switch rest := strings.TrimLeft(r.code[r.pos+2:], " \t\r\n"); {
	case strings.HasPrefix(rest, "["):
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"):
		r.doubt(r.pos, "a first line that may be an attribute")
	default:
		r.pos += len(firstLine(r.code[r.pos:]))
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

type rust struct{ scan }

func rustOperators() []string {
	return []string{"..=", "...", "<<=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", ".."}
}

func (r *rust) step() {
	switch c := r.peek(0); {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f':
		r.pos++
	case r.has("//"):
		r.lineComment("\n")
	case r.has("/*"):
		r.nested()
	case c == '"':
		r.quoted(r.pos)
	case c == '\'':
		r.tick(r.pos)
	case r.begins(""):
		r.name()
	case digit(c):
		r.numeral()
	default:
		if c >= utf8.RuneSelf && r.space() {
			return
		}
		if c >= utf8.RuneSelf || c < ' ' || c == '\\' || c == '`' {
			r.doubt(r.pos, "a character that is no Rust")
		}
		r.punct(rustOperators())
	}
}

// space passes over what Unicode lets a pattern of text treat as white space.
func (r *rust) space() bool {
	c, size := utf8.DecodeRuneInString(r.code[r.pos:])
	if strings.ContainsRune("\u0085\u200e\u200f\u2028\u2029", c) {
		r.pos += size
		return true
	}
	return false
}

func (r *rust) nested() {
	from, depth := r.pos, 0
	for i := from; i < len(r.code) && !r.open["/*"]; i++ {
		switch {
		case strings.HasPrefix(r.code[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(r.code[i:], "*/"):
			i++
			if depth--; depth == 0 {
				r.pos = i + 1
				r.emit(Comment, from)
				return
			}
		}
	}
	r.broken("/*", "a comment that never ends")
}

// quoted takes a string, which may go over lines.
func (r *rust) quoted(from int) {
	start := r.pos
	for r.pos++; r.more() && !r.open[`"`]; r.pos++ {
		switch r.peek(0) {
		case '\\':
			r.pos++
		case '"':
			r.pos++
			r.emit(String, from)
			return
		}
	}
	r.pos = start
	r.broken(`"`, "a string that never ends")
}

// tick takes a character or a lifetime.
func (r *rust) tick(from int) {
	next, size := utf8.DecodeRuneInString(r.code[r.pos+1:])
	after := r.pos + 1 + size
	closed := after < len(r.code) && r.code[after] == '\''
	switch {
	case next == '\\':
		r.line(from, '\'', "\n")
	case closed && next != '\n' && next != '\r' && next != '\t' && (next != '\'' || size == 0):
		r.pos = after + 1
		r.emit(String, from)
	case from == r.pos && (starts(next) || (next >= '0' && next <= '9')):
		r.pos++
		r.word("")
		if r.has("#") && r.code[from:r.pos] == "'r" && r.pos+1 < len(r.code) && letter(r.code[r.pos+1]) {
			r.pos++
			r.word("")
		}
		if r.has("'") {
			r.pos++
			r.doubt(from, "a character of more than one")
		}
		r.emit(Punct, from) // a lifetime or a label: not a name that can be called
	default:
		r.pos++
		r.emit(Broken, from)
		r.doubt(from, "a quote that begins nothing")
	}
}

func (r *rust) name() {
	from := r.pos
	r.word("")
	word := r.code[from:r.pos]
	switch c := r.peek(0); {
	case c == '"' && (word == "r" || word == "br" || word == "cr"):
		r.raw(from, word)
	case c == '#' && (word == "r" || word == "br" || word == "cr") && strings.HasPrefix(strings.TrimLeft(r.code[r.pos:], "#"), `"`):
		r.raw(from, word)
	case c == '#' && word == "r" && r.rawName():
		r.pos++
		at := r.pos
		r.word("")
		r.emit(Name, from)
		r.rename(from, r.code[at:r.pos])
	case c == '"' && (word == "b" || word == "c"):
		r.quoted(from)
	case c == '\'' && word == "b":
		r.tick(from)
	default:
		r.emit(Name, from)
	}
}

func (r *rust) rawName() bool {
	c, _ := utf8.DecodeRuneInString(r.code[r.pos+1:])
	return starts(c)
}

// raw takes a string without escapes. Before the edition of 2021, cr is a name with an ordinary string behind it; where that
// makes a difference nobody can say what the file is.
func (r *rust) raw(from int, word string) {
	hashes := r.code[r.pos:]
	hashes = hashes[:len(hashes)-len(strings.TrimLeft(hashes, "#"))]
	start := r.pos + len(hashes) + 1
	r.pos = start
	r.until(from, `"`+hashes, `"`+hashes)
	if word == "cr" && r.Tokens[len(r.Tokens)-1].Kind == String {
		inner := r.code[start : r.pos-1-len(hashes)]
		if strings.ContainsAny(inner, `"\`) {
			r.doubt(from, "a string that is another one in older editions")
		}
	}
}

// numeral takes a number. A point belongs to it only where neither a method nor a range follows.
func (r *rust) numeral() {
	from := r.pos
	r.exponent()
	if r.peek(0) == '.' && r.peek(1) != '.' && !letter(r.peek(1)) && r.peek(1) < utf8.RuneSelf {
		r.pos++
		r.exponent()
	}
	r.emit(Number, from)
}

func (r *rust) exponent() {
	from := r.pos
	r.word("")
	radix := r.pos-from > 1 && r.code[from] == '0' && strings.IndexByte("xob", r.code[from+1]) >= 0
	if radix || r.pos == from || r.code[r.pos-1]|0x20 != 'e' {
		return
	}
	if c := r.peek(0); (c == '+' || c == '-') && digit(r.peek(1)) {
		r.pos++
		r.word("")
	}
}
