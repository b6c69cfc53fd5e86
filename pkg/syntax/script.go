package syntax

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexScript reads JavaScript and TypeScript, with JSX where the file may have it. Whether a slash divides or begins a regular
// expression depends on what stands before it; the lexer remembers as much of the syntax as it takes to know, and doubts the slash
// where that is not enough.
func lexScript(f *File) {
	j := script{scan: newScan(f), stack: []level{{}}}
	if j.has("#!") {
		j.pos += j.lineLength() // the line that says what runs the file is no code and stays in sight
	}
	for j.more() {
		j.step()
	}
	if len(j.stack) > 1 {
		j.doubt(len(j.code), "a bracket, a template or an element that is never closed")
	}
}

// standing is what stands before a token.
type standing uint8

const (
	operand standing = iota // an expression is to come: a slash begins a regular expression
	value                   // an expression has ended: a slash divides
	unsure
)

// The kinds of what can be open.
const (
	inParen    = '('
	inBracket  = '['
	inBrace    = '{'
	inTemplate = '`'
	inHole     = '$' // the code of a template
	inTag      = '<'
	inClosing  = '/' // a closing tag
	inChildren = '>'
	inJSX      = '}' // code in an element
)

// level is something that is open.
type level struct {
	kind    byte
	after   standing   // what stands behind its end
	head    bool       // of if, while, for, with: a statement follows
	body    standing   // what stands behind the body that follows these brackets
	object  bool       // an object literal
	angles  int        // of type arguments in a tag
	classes []standing // what stands behind the bodies of classes whose keyword was read
}

type script struct {
	scan
	stack    []level // the first is the file itself
	now      standing
	nl       bool     // a line has ended since the last token
	misses   int      // how often the end of a regular expression was missing
	function standing // what stands behind the body of the last function, once its keyword or its brackets were read
}

func (j *script) top() *level { return &j.stack[len(j.stack)-1] }

func (j *script) push(l level) { j.stack = append(j.stack, l) }

func (j *script) pop() level {
	l := *j.top()
	j.stack = j.stack[:len(j.stack)-1]
	return l
}

func (j *script) step() {
	switch j.top().kind {
	case inTemplate:
		j.template()
	case inTag, inClosing:
		j.tag()
	case inChildren:
		j.children()
	default:
		j.plain()
	}
}

// lineLength is how far it is to the end of the line: four characters end one.
func (j *script) lineLength() int {
	if i := strings.IndexAny(j.code[j.pos:], "\n\r\u2028\u2029"); i >= 0 {
		return i
	}
	return len(j.code) - j.pos
}

// blank passes over white space and comments.
func (j *script) blank() bool {
	c := j.peek(0)
	switch {
	case c == '\n' || c == '\r':
		j.nl = true
		j.pos++
	case c == ' ' || c == '\t' || c == '\v' || c == '\f':
		j.pos++
	case j.has("//"):
		from := j.pos
		j.pos += j.lineLength()
		j.emit(Comment, from)
	case j.has("/*"):
		from := j.pos
		j.blockComment()
		j.nl = j.nl || strings.ContainsAny(j.code[from:j.pos], "\n\r\u2028\u2029")
	case c >= utf8.RuneSelf:
		r, size := utf8.DecodeRuneInString(j.code[j.pos:])
		if r != '\u2028' && r != '\u2029' && r != '\ufeff' && !unicode.Is(unicode.Zs, r) {
			return false
		}
		j.nl = j.nl || r == '\u2028' || r == '\u2029'
		j.pos += size
	default:
		return false
	}
	return true
}

func (j *script) plain() {
	if j.blank() {
		return
	}
	switch c := j.peek(0); {
	case c == '"' || c == '\'':
		j.line(j.pos, c, "\n\r")
		j.set(value)
	case c == '`':
		j.pos++
		j.emit(String, j.pos-1)
		j.push(level{kind: inTemplate, after: value})
	case j.begins("$\\") || (c == '#' && j.private()):
		j.name()
	case digit(c) || (c == '.' && digit(j.peek(1))):
		j.number("n")
		j.set(value)
	case c == '/':
		j.slash()
	case j.has("<!--") && j.classic(), j.has("-->") && j.classic() && (j.nl || len(j.Tokens) == 0):
		j.doubt(j.pos, "a comment as in HTML, which modules read as code")
		j.operator(c)
	case c == '<' && j.element():
	default:
		j.operator(c)
	}
}

// classic says whether the file may be no module.
func (j *script) classic() bool { return !j.Language.typed && !strings.HasSuffix(j.Path, ".mjs") }

func (j *script) private() bool {
	c, _ := utf8.DecodeRuneInString(j.code[j.pos+1:])
	return starts(c) || c == '$' || c == '\\'
}

// set notes what the token just taken leaves behind.
func (j *script) set(s standing) { j.now, j.nl = s, false }

func (j *script) name() {
	from := j.pos
	if j.peek(0) == '#' {
		j.pos++
	}
	escaped := false
	for {
		j.word("$\u200c\u200d")
		if j.peek(0) != '\\' {
			break
		}
		escaped = true
		end := strings.IndexByte(j.code[j.pos:min(len(j.code), j.pos+12)], '}')
		switch {
		case j.has(`\u{`) && end > 0:
			j.pos += end + 1
		case j.peek(1) == 'u' && len(j.code) >= j.pos+6:
			j.pos += 6
		default:
			j.pos++
			j.doubt(from, "an escape that is none")
		}
	}
	previous := j.last()
	j.emit(Name, from)
	word := j.code[from:j.pos]
	if escaped {
		name, ok := unescape(word)
		if !ok {
			j.doubt(from, "an escape that is none")
		}
		j.rename(from, name)
		j.set(value)
		return
	}
	j.leave(word, previous)
}

// leave notes what a name or a keyword leaves behind.
func (j *script) leave(word, previous string) {
	before, fresh := j.now, j.nl
	j.set(value)
	if previous == "." || previous == "?." {
		return
	}
	switch word {
	case "return", "typeof", "case", "in", "instanceof", "delete", "void", "do", "else", "throw", "new", "extends", "default",
		"debugger", "break", "continue":
		j.now = operand
	case "of":
		if before == value && j.top().head {
			j.now = operand
		}
	case "await", "yield":
		j.now = unsure
	case "function":
		j.function = j.declares(previous, before, fresh)
	case "class":
		j.class(j.declares(previous, before, fresh))
	}
}

// declares says what stands behind a function or a class whose keyword was just read: an expression is a value, a declaration
// is none.
func (j *script) declares(previous string, before standing, fresh bool) standing {
	switch previous {
	case "", ";", "export", "default", "else", "do":
		return operand
	case "async":
		if before := j.significant(2); before == "" || before == ";" || before == "export" || before == "default" {
			return operand
		}
		return unsure
	case "{", "}":
		if j.top().kind == inJSX || j.top().object {
			return value
		}
		if before == operand && j.top().kind != inHole {
			return operand
		}
		return unsure
	}
	switch {
	case before == unsure:
		return unsure
	case previous == ")" && before == operand, before == value && fresh:
		return operand
	case before == value:
		return unsure
	}
	return value
}

// class notes that a class may have begun; the word names a property where it must.
func (j *script) class(after standing) {
	rest := strings.TrimLeft(j.code[j.pos:], " \t\r\n")
	switch {
	case rest == "" || strings.IndexByte(":(,};=?)", rest[0]) >= 0:
		return
	case rest[0] == '/':
		after = unsure
	}
	j.top().classes = append(j.top().classes, after)
}

// slash takes a regular expression or a division.
func (j *script) slash() {
	from := j.pos
	unknown := j.now == unsure
	switch {
	case j.Language.typed && j.last() == ">":
		unknown = true
	case j.now == value && j.nl:
		// It divides, unless the line before ends a statement by itself, as `let x` does.
		i := strings.IndexAny(j.code[from+1:], "/\n\r\u2028\u2029")
		unknown = i >= 0 && j.code[from+1+i] == '/'
	}
	if unknown {
		j.doubt(from, "a slash that may divide or begin a regular expression")
	}
	if j.now == operand && !unknown {
		j.regexp(from)
		return
	}
	j.pos++
	if j.peek(0) == '=' {
		j.pos++
	}
	j.emit(Punct, from)
	j.set(operand)
}

func (j *script) regexp(from int) {
	class := false
	for i := from + 1; i < len(j.code) && !j.hopeless("/"); i++ {
		switch c := j.code[i]; {
		case j.endsLine(i):
			j.unending(from)
			return
		case c == '\\' && !j.endsLine(i+1):
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			j.pos = i + 1
			j.word("$")
			j.emit(String, from)
			j.set(value)
			return
		}
	}
	j.unending(from)
}

// endsLine says whether a line ends at i.
func (j *script) endsLine(i int) bool {
	return strings.IndexByte("\n\r\xe2", j.code[min(i, len(j.code)-1)]) >= 0 && strings.IndexAny(j.code[i:min(i+3, len(j.code))], "\n\r\u2028\u2029") == 0
}

// unending passes over a slash that should begin a regular expression.
func (j *script) unending(from int) {
	j.misses++
	j.open["/"] = j.misses > 64
	j.pos++
	j.emit(Broken, from)
	j.doubt(from, "a regular expression that does not end on its line")
	j.set(operand)
}

func scriptOperators() []string {
	return []string{
		"...", "===", "!==", "**=", "<<=", "&&=", "||=", "??=", "=>", "++", "--", "==", "!=", "<=", "<<", "&&", "||", "??", "**", "+=", "-=", "*=", "%=", "&=", "|=", "^=",
	}
}

// operator takes an operator or a bracket.
func (j *script) operator(c byte) {
	from := j.pos
	switch c {
	case '(', '[', '{':
		j.opening(c)
		return
	case ')', ']', '}':
		j.closing(c)
		return
	case '?':
		if j.peek(1) == '.' && !digit(j.peek(2)) {
			j.pos += 2
			j.emit(Punct, from)
			j.set(operand)
			return
		}
	}
	if c >= utf8.RuneSelf || c < ' ' || c == '\\' || c == '#' {
		j.doubt(from, "a character that is no JavaScript")
	}
	before, fresh := j.now, j.nl
	j.punct(scriptOperators())
	j.set(operand)
	switch op := j.code[from:j.pos]; {
	case op != "++" && op != "--" && (op != "!" || !j.Language.typed):
	case before == unsure:
		j.now = unsure
	case !fresh: // behind a value it belongs to that
		j.now = before
	}
}

// opening takes an opening bracket.
func (j *script) opening(c byte) {
	previous, before := j.significant(0), j.significant(1)
	l := level{kind: c, after: value, body: unsure}
	switch {
	case c == '(' && slices.Contains([]string{"if", "while", "for", "with"}, previous) && before != "." && before != "?.",
		c == '(' && previous == "await" && before == "for":
		l.head, l.after, l.body = true, operand, operand
	case c == '(' && (previous == "switch" || previous == "catch") && before != ".":
		l.body = operand
	case c == '(' && j.parameters():
		l.body = j.function
	case c == '{':
		l.after, l.object = j.brace(previous)
	}
	j.pos++
	j.emit(Punct, j.pos-1)
	j.push(l)
	j.set(operand)
}

// parameters says whether the brackets that open here are those of a function whose keyword was just read.
func (j *script) parameters() bool {
	for n := range 3 {
		switch word := j.significant(n); {
		case word == "function":
			before := j.significant(n + 1)
			return before != "." && before != "?."
		case word != "*" && n > 0:
			return false
		}
	}
	return false
}

// significant gives the text of the nth token from the end that is no comment.
func (j *script) significant(n int) string {
	for _, t := range slices.Backward(j.Tokens) {
		if t.Kind == Comment {
			continue
		}
		if n == 0 {
			return j.Text(t)
		}
		n--
	}
	return ""
}

// brace says what stands behind the end of what a brace opens, and whether it opens an object.
func (j *script) brace(previous string) (after standing, object bool) {
	if l := j.top(); len(l.classes) > 0 {
		after = l.classes[len(l.classes)-1]
		l.classes = l.classes[:len(l.classes)-1]
		return after, false
	}
	switch previous {
	case "", ";", "else", "do", "try", "finally", "catch":
		return operand, false
	case "{", "}":
		if j.top().kind == inJSX {
			return value, true
		}
		if j.now == operand && !j.top().object {
			return operand, false
		}
	case ")":
		return j.function, false
	case "(", "[", ",", "=", "?", "|", "&", "&&", "||", "??", "+", "-", "*", "/", "%", "!", "==", "===", "!=", "!==", "...", "<", "<=", "+=", "??=", "||=", "&&=",
		"typeof", "in", "of", "instanceof", "void", "delete", "new", "case", "extends", "default":
		return value, true
	case "return", "throw":
		if !j.nl {
			return value, true
		}
	case ":":
		if j.top().object {
			return value, true
		}
	}
	return unsure, false
}

// closing takes a closing bracket.
func (j *script) closing(c byte) {
	from := j.pos
	j.pos++
	j.emit(Punct, from)
	opens := map[byte]string{')': "(", ']': "[", '}': "{$}"}[c]
	if j.top().kind == 0 || !strings.Contains(opens, string(rune(j.top().kind))) {
		j.doubt(from, "a bracket that closes nothing")
		j.set(unsure)
		return
	}
	l := j.pop()
	j.set(l.after)
	if c == ')' {
		j.function = l.body
	}
}

func (j *script) template() {
	from := j.pos
	for j.more() {
		switch c := j.peek(0); {
		case c == '\\':
			j.pos += 2
		case c == '`':
			j.pos++
			if last := &j.Tokens[len(j.Tokens)-1]; int(last.End) == from && j.code[last.Off:last.End] == "`" {
				last.End = int32(j.pos) //nolint:gosec // files are far smaller than 2 GiB
			} else {
				j.emit(String, from)
			}
			j.pop()
			j.set(value)
			return
		case c == '$' && j.peek(1) == '{':
			j.emit(String, from)
			j.pos += 2
			j.emit(Punct, j.pos-2)
			j.push(level{kind: inHole})
			j.set(operand)
			return
		default:
			j.pos++
		}
	}
	j.pos = len(j.code)
	j.emit(Broken, from)
}
