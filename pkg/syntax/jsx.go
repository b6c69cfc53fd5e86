package syntax

import (
	"strings"
	"unicode/utf8"
)

// element begins an element of JSX, if that is what stands here.
func (j *script) element() bool {
	if !j.Language.jsx || strings.HasSuffix(j.Path, ".ts") || strings.HasSuffix(j.Path, ".mts") || strings.HasSuffix(j.Path, ".cts") {
		return false
	}
	rest := strings.TrimLeft(j.code[j.pos+1:], " \t\r\n")
	c, _ := utf8.DecodeRuneInString(rest)
	if (j.now == value && !j.nl) || (c != '>' && c != '/' && c != '$' && !starts(c)) {
		return false
	}
	if c == '/' || j.now != operand {
		j.doubt(j.pos, "what may be an element or a comparison")
		return false
	}
	if j.Language.typed && generic(rest) {
		return false
	}
	j.pos++
	j.emit(Punct, j.pos-1)
	j.push(level{kind: inTag, after: value})
	j.nl = false
	return true
}

// generic says whether type parameters of a function begin here, as TypeScript tells them from an element: a name, and then a comma,
// an equals sign, or `extends` with more.
func generic(rest string) bool {
	i := 0
	if strings.HasPrefix(rest, "const ") {
		i = len("const ")
	}
	for i < len(rest) && (letter(rest[i]) || digit(rest[i]) || rest[i] == '$' || rest[i] >= utf8.RuneSelf) {
		i++
	}
	rest = strings.TrimLeft(rest[i:], " \t\r\n")
	if bound, ok := strings.CutPrefix(rest, "extends"); ok && bound != "" && !letter(bound[0]) && bound[0] != '-' {
		bound = strings.TrimLeft(bound, " \t\r\n")
		return bound != "" && strings.IndexByte("=>/", bound[0]) < 0
	}
	return strings.HasPrefix(rest, ",") || strings.HasPrefix(rest, "=")
}

// tag takes a piece of a tag.
func (j *script) tag() {
	if j.blank() {
		return
	}
	from := j.pos
	switch c := j.peek(0); {
	case c == '"' || c == '\'':
		j.attribute(from, c)
	case j.begins("$"):
		j.word("$-")
		j.emit(Name, from)
	case c == '{':
		j.pos++
		j.emit(Punct, from)
		j.push(level{kind: inJSX})
		j.set(operand)
	case c == '<' && j.last() == "=":
		j.pos++
		j.emit(Punct, from)
		j.push(level{kind: inTag})
	case c == '<':
		j.top().angles++
		j.pos++
		j.emit(Punct, from)
	case c == '>' && j.top().angles > 0:
		j.top().angles--
		j.pos++
		j.emit(Punct, from)
	case c == '>':
		j.endTag(from)
	case c == '/':
		j.selfClosed(from)
	default:
		if strings.IndexByte("=:.,", c) < 0 && j.top().angles == 0 {
			j.doubt(from, "a tag that cannot be read")
		}
		_, size := utf8.DecodeRuneInString(j.code[from:])
		j.pos += size
		j.emit(Punct, from)
	}
}

// attribute takes a string of a tag, in which a backslash hides nothing.
func (j *script) attribute(from int, quote byte) {
	j.pos++
	j.until(from, string(quote), string(quote))
}

func (j *script) endTag(from int) {
	j.pos++
	j.emit(Punct, from)
	if j.pop().kind == inTag {
		j.push(level{kind: inChildren})
		return
	}
	if j.top().kind == inChildren {
		j.pop()
	}
	j.set(value)
}

func (j *script) selfClosed(from int) {
	j.pos++
	j.emit(Punct, from)
	for j.more() && j.blank() { //nolint:revive // passes over blanks
	}
	if j.peek(0) != '>' || j.top().kind != inTag {
		j.doubt(from, "a tag that cannot be read")
		return
	}
	j.pos++
	j.emit(Punct, j.pos-1)
	j.pop()
	j.set(value)
}

// children takes text between tags, or what begins a tag or code there.
func (j *script) children() {
	from := j.pos
	i := strings.IndexAny(j.code[from:], "{<>}")
	if i < 0 {
		j.pos = len(j.code)
		j.emit(Broken, from)
		return
	}
	if i > 0 {
		j.pos += i
		j.emit(String, from)
		return
	}
	j.pos++
	j.emit(Punct, from)
	switch j.code[from] {
	case '{':
		j.push(level{kind: inJSX})
		j.set(operand)
	case '<':
		j.inner()
	default:
		j.doubt(from, "text between tags that JSX does not allow")
	}
}

// inner begins a tag among children.
func (j *script) inner() {
	for j.more() && j.blank() { //nolint:revive // passes over blanks
	}
	if j.peek(0) == '/' {
		j.pos++
		j.emit(Punct, j.pos-1)
		j.push(level{kind: inClosing})
		return
	}
	j.push(level{kind: inTag})
}
