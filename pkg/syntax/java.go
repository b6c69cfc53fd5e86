package syntax

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// lexJava reads Java as JLS 3 has it: unicode escapes first, so that \u002f\u002a begins a comment and \u000a ends one.
func lexJava(f *File) {
	if strings.Contains(f.text, `\u`) {
		unescapeJava(f)
	}
	j := java{newScan(f)}
	for j.more() {
		j.step()
	}
}

// unescapeJava makes code of text. A backslash begins an escape where an even number of others stands before it.
func unescapeJava(f *File) {
	var code strings.Builder
	var at []int32
	slashes := 0
	for i := 0; i < len(f.text); {
		n, unit := javaEscape(f.text[i:], slashes)
		if f.text[i] == '\\' && n == 0 {
			slashes++
		} else {
			slashes = 0
		}
		before := code.Len()
		if n == 0 {
			code.WriteByte(f.text[i])
			n = 1
		} else {
			second, low := javaEscape(f.text[i+n:], 0)
			if utf16.IsSurrogate(unit) && utf16.DecodeRune(unit, low) != unicode.ReplacementChar {
				unit = utf16.DecodeRune(unit, low)
				n += second
			}
			code.WriteRune(unit)
		}
		for range code.Len() - before {
			at = append(at, int32(i))
		}
		i += n
	}
	f.code, f.at = code.String(), at
}

// javaEscape gives the length of a unicode escape, and the UTF-16 unit it stands for; 0 if here is none.
func javaEscape(text string, slashes int) (n int, unit rune) {
	if slashes%2 == 1 || !strings.HasPrefix(text, `\u`) {
		return 0, 0
	}
	for n = 1; n < len(text) && text[n] == 'u'; n++ { //nolint:revive // counts the letters
	}
	if len(text) < n+4 {
		return 0, 0
	}
	v, err := strconv.ParseUint(text[n:n+4], 16, 16)
	if err != nil {
		return 0, 0
	}
	return n + 4, rune(v)
}

type java struct{ scan }

func javaOperators() []string {
	return []string{"...", "->", "::", "++", "--", "&&", "||", "==", "!=", "<=", "+=", "-=", "*=", "/=", "&=", "|=", "^=", "%="}
}

func (j *java) step() {
	switch c := j.peek(0); {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
		j.pos++
	case j.has("//"):
		j.lineComment("\r\n")
	case j.has("/*"):
		j.blockComment()
	case j.has(`"""`):
		j.block()
	case c == '"':
		j.quoted()
	case c == '\'':
		j.line(j.pos, '\'', "\r\n")
	case j.begins("$") || (c >= utf8.RuneSelf && j.currency()):
		j.name()
	case digit(c) || (c == '.' && digit(j.peek(1))):
		j.numeral()
	case c == 0x1a && j.pos == len(j.code)-1:
		j.pos++ // a mark of the end that JLS 3.5 knows
	default:
		if c >= utf8.RuneSelf || c < ' ' || strings.IndexByte("\\#`", c) >= 0 {
			j.doubt(j.pos, "a character that is no Java")
		}
		j.punct(javaOperators())
	}
}

func (j *java) currency() bool {
	r, _ := utf8.DecodeRuneInString(j.code[j.pos:])
	return unicode.In(r, unicode.Sc, unicode.Pc)
}

// ignorable says whether javac leaves a character out of a name.
func ignorable(r rune) bool {
	return r < 9 || (r > 13 && r < 28) || (r > 126 && r < 160) || unicode.Is(unicode.Cf, r)
}

// name takes a name, without the characters that Java ignores in one.
func (j *java) name() {
	from, odd := j.pos, false
	for j.more() {
		r, size := utf8.DecodeRuneInString(j.code[j.pos:])
		hidden := ignorable(r) && r != 0x1a
		if !hidden && r != '$' && !continues(r) && !unicode.In(r, unicode.Sc, unicode.Pc) {
			break
		}
		odd = odd || hidden
		j.pos += size
	}
	j.emit(Name, from)
	if odd {
		j.rename(from, strings.Map(func(r rune) rune {
			if ignorable(r) {
				return -1
			}
			return r
		}, j.code[from:j.pos]))
	}
}

func (j *java) quoted() {
	from := j.pos
	j.line(from, '"', "\r\n")
	j.template(from)
}

// template doubts a string whose text may hold code: string templates were a preview of Java 21 and 22.
func (j *java) template(from int) {
	if strings.Contains(j.code[from:j.pos], `\{`) {
		j.doubt(from, "a string template")
	}
}

// block takes a text block.
func (j *java) block() {
	from := j.pos
	opening := strings.TrimLeft(j.code[from+3:], " \t\f")
	if !strings.HasPrefix(opening, "\n") && !strings.HasPrefix(opening, "\r") {
		j.quoted() // an empty string, and another one right behind it
		j.doubt(from, "a text block that does not begin on a new line")
		return
	}
	for j.pos += 3; j.more() && !j.open[`"""`]; j.pos++ {
		if j.peek(0) == '\\' {
			j.pos++
		} else if j.has(`"""`) {
			j.pos += 3
			j.emit(String, from)
			j.template(from)
			return
		}
	}
	j.pos = from
	j.broken(`"""`, "a text block that never ends")
}

// numeral takes a number. Java's differ from others' in hexadecimal ones with a point.
func (j *java) numeral() {
	from := j.pos
	if j.peek(0) != '0' || j.peek(1)|0x20 != 'x' {
		j.number("fFdDlL")
		return
	}
	j.pos += 2
	j.digits(hexadecimal)
	if j.peek(0) == '.' {
		j.pos++
		j.digits(hexadecimal)
	}
	if j.peek(0)|0x20 == 'p' {
		j.pos++
		if j.peek(0) == '+' || j.peek(0) == '-' {
			j.pos++
		}
		j.digits(decimal)
	}
	j.digits("fFdDlL")
	j.emit(Number, from)
}
