package syntax

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// lexC reads C and C++ as their first phases of translation do: lines that end in a backslash are joined first, so that a comment
// may go on over lines; what C and C++, or their compilers, read in different ways is doubted where it makes a difference.
func lexC(f *File) {
	if strings.Contains(f.text, `\`) {
		splice(f)
	}
	c := clang{scan: newScan(f), fresh: true}
	c.compilers()
	for c.more() {
		c.step()
		if b := c.peek(0); (b == '_' || b >= utf8.RuneSelf) && !f.Language.plainC {
			c.suffix("") // in C it would be a macro behind a string
		}
	}
	c.endDirective(len(c.code))
}

// splice joins lines. gcc and clang do so with blanks before the line's end too.
func splice(f *File) {
	var code strings.Builder
	at := make([]int32, 0, len(f.text))
	for i := 0; i < len(f.text); {
		if n := spliceLength(f.text[i:]); n > 0 {
			i += n
			continue
		}
		code.WriteByte(f.text[i])
		at = append(at, int32(i))
		i++
	}
	f.code, f.at = code.String(), at
}

func spliceLength(text string) int {
	if text[0] != '\\' {
		return 0
	}
	n := 1
	for n < len(text) && strings.IndexByte(" \t\v\f\r", text[n]) >= 0 {
		n++
	}
	if n < len(text) && text[n] == '\n' {
		return n + 1
	}
	return 0
}

type clang struct {
	scan
	fresh     bool   // nothing but blanks and comments stands on this line so far
	directive string // the name of the directive that is being read; "#" before it is known
}

// compilers doubts what not all compilers read alike: trigraphs, lines joined over blanks, carriage returns that end lines.
func (c *clang) compilers() {
	for i := range len(c.text) {
		switch c.text[i] {
		case '?':
			if strings.HasPrefix(c.text[i:], "??") && i+2 < len(c.text) && strings.IndexByte("=/'()!<>-", c.text[i+2]) >= 0 {
				c.Doubts = append(c.Doubts, Doubt{i, "a trigraph"})
				return
			}
		case '\\':
			if n := spliceLength(c.text[i:]); n > 2 && strings.ContainsAny(c.text[i:i+n-2], " \t\v\f") {
				c.Doubts = append(c.Doubts, Doubt{i, "a blank behind a backslash that joins two lines"})
				return
			}
		case '\r':
			if !strings.HasPrefix(c.text[i:], "\r\n") {
				c.Doubts = append(c.Doubts, Doubt{i, "a carriage return without a line feed"})
				return
			}
		}
	}
}

func clangOperators() []string {
	return []string{"...", "->", "::", "##", "++", "--", "&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "&=", "|=", "^=", "%=", "<<"}
}

func (c *clang) step() {
	switch b := c.peek(0); {
	case b == '\n':
		c.endDirective(c.pos)
		c.pos++
		c.fresh = true
	case b == ' ' || b == '\t' || b == '\v' || b == '\f' || b == '\r':
		c.pos++
	case c.has("//"):
		c.lineComment("\n\r") // a lone carriage return ends it for clang, which is the reading that hides less
	case c.has("/*"):
		c.blockComment()
	case c.fresh && (b == '#' || c.has("%:")):
		c.openDirective()
	case c.header():
	default:
		c.fresh = false
		c.token(b)
	}
}

func (c *clang) token(b byte) {
	switch {
	case b == '"' || b == '\'':
		c.quoted(c.pos, b)
	case c.begins("$"):
		c.name()
	case digit(b) || (b == '.' && digit(c.peek(1))):
		c.numeral()
	case b == '\\':
		c.pos++
		c.emit(Punct, c.pos-1)
		c.doubt(c.pos-1, "a backslash in code")
	default:
		c.punct(clangOperators())
	}
}

func (c *clang) openDirective() {
	from := c.pos
	c.pos++
	if c.code[from] == '%' {
		c.pos++
	}
	c.emit(Directive, from)
	c.fresh, c.directive = false, "#"
}

func (c *clang) endDirective(at int) {
	if c.directive != "" {
		c.Tokens = append(c.Tokens, Token{int32(at), int32(at), Newline}) //nolint:gosec // files are far smaller than 2 GiB
	}
	c.directive = ""
}

// header takes the name of a header, in which neither comments nor escapes count.
func (c *clang) header() bool {
	b := c.peek(0)
	if b != '<' && b != '"' {
		return false
	}
	switch c.directive {
	case "include", "include_next", "import", "embed":
		if last := c.last(); last != c.directive {
			return false
		}
	default:
		return false
	}
	end := byte('>')
	if b == '"' {
		end = b
	}
	line := firstLine(c.code[c.pos:])
	i := strings.IndexByte(line[1:], end)
	if i < 0 {
		return false
	}
	from := c.pos
	c.pos += i + 2
	c.emit(String, from)
	return true
}

// quoted takes a literal. The text of #error may hold a lone apostrophe.
func (c *clang) quoted(from int, quote byte) {
	doubts := len(c.Doubts)
	c.line(from, quote, "\n")
	if slices.Contains([]string{"error", "warning", "pragma"}, c.directive) {
		c.Doubts = c.Doubts[:doubts]
	}
}

func (c *clang) name() {
	from := c.pos
	c.word("$")
	word := c.code[from:c.pos]
	switch {
	case c.peek(0) == '"' && slices.Contains([]string{"R", "LR", "uR", "UR", "u8R"}, word):
		c.raw(from)
		return
	case (c.peek(0) == '"' || c.peek(0) == '\'') && slices.Contains([]string{"L", "u", "U", "u8"}, word):
		c.quoted(from, c.peek(0))
		return
	case c.directive == "#":
		c.directive = word
	}
	c.emit(Name, from)
}

// raw takes a raw string of C++, in which joined lines are two again. In C it is a name and an ordinary string; where that
// makes a difference nobody can say what the file is.
func (c *clang) raw(from int) {
	quote := c.pos
	open := strings.IndexByte(c.code[quote:min(len(c.code), quote+18)], '(')
	if open < 0 || strings.ContainsAny(c.code[quote+1:quote+open], " \t\v\f\n\\)\"") {
		c.emit(Name, from)
		c.doubt(from, "a raw string without a beginning")
		return
	}
	end := ")" + c.code[quote+1:quote+open] + `"`
	start := c.At(int32(quote + open + 1)) //nolint:gosec // files are far smaller than 2 GiB
	i := -1
	if !c.hopeless(end) {
		i = strings.Index(c.text[start:], end)
	}
	if i < 0 {
		c.broken(end, "a raw string that never ends")
		return
	}
	if c.Language.plainC {
		c.pos = quote
		c.emit(Name, from)
		from = quote
	}
	c.pos = c.behind(start + i + len(end))
	c.emit(String, from)
	if inner := c.text[start : start+i]; c.Language.plainC && strings.ContainsAny(inner, "\"\\\n") {
		c.doubt(from, "a raw string, which C does not have")
	}
}

// behind gives the place in code of an offset in the file.
func (c *clang) behind(off int) int {
	if c.at == nil {
		return off
	}
	i, _ := slices.BinarySearch(c.at, int32(off)) //nolint:gosec // files are far smaller than 2 GiB
	return i
}

// numeral takes a number as the preprocessor does, with its separators.
func (c *clang) numeral() {
	from := c.pos
	for c.more() {
		b := c.peek(0)
		switch {
		case strings.IndexByte("eEpP", b) >= 0 && (c.peek(1) == '+' || c.peek(1) == '-'):
			c.pos += 2
		case letter(b) || digit(b) || b == '.' || b >= utf8.RuneSelf:
			c.pos++
		case b == '\'' && (letter(c.peek(1)) || digit(c.peek(1))):
			c.pos++
			if c.Language.plainC {
				c.doubt(from, "a separator in a number, which older C does not have")
			}
		default:
			c.emit(Number, from)
			return
		}
	}
	c.emit(Number, from)
}
