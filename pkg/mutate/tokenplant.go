package mutate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// tokenMutants plants single faults in a file of a language that is read by its tokens: only where the tokens leave no doubt what a
// place means, and never in comments.
func tokenMutants(f patch.File) []Mutant {
	s := readTokens(f)
	if s == nil {
		return nil
	}
	p := &tokenPlanter{tokenSource: s, seen: map[edit]bool{}}
	for i := range s.t {
		p.visit(i)
	}
	for i := range s.funcs {
		p.body(&s.funcs[i])
	}
	return p.out
}

type tokenPlanter struct {
	*tokenSource
	out  []Mutant
	seen map[edit]bool
}

// plant replaces the bytes from..to, which stand around a token.
func (p *tokenPlanter) plant(kind Kind, token, from, to int, now, note string) {
	was := p.text[from:to]
	e := edit{path: p.Path, from: from, to: to, text: now}
	if was == now || p.seen[e] {
		return
	}
	p.seen[e] = true
	line := 1 + strings.Count(p.text[:from], "\n")
	p.out = append(p.out, Mutant{
		Kind: kind, Path: p.Path, Line: line, EndLine: line + strings.Count(was, "\n"), Func: p.around(token).full(), Was: was, Now: now, Note: note,
		edits: []edit{e},
	})
}

func (p *tokenPlanter) replace(kind Kind, i int, now string) {
	p.plant(kind, i, p.from(i), p.to(i), now, now+" for "+p.of(i))
}

func (p *tokenPlanter) visit(i int) {
	switch p.kind(i) {
	case syntax.Punct:
		p.operator(i)
	case syntax.Name:
		p.word(i)
	case syntax.Number:
		p.number(i)
	case syntax.String:
		p.textLiteral(i)
	case syntax.Comment, syntax.Newline, syntax.Directive, syntax.Broken:
	}
	if p.first(i) {
		p.statement(i)
	}
}

// operator plants in an operator.
func (p *tokenPlanter) operator(i int) {
	op := p.s(i)
	switch op {
	case "==", "!=", "===", "!==":
		p.replace(Condition, i, map[string]string{"==": "!=", "!=": "==", "===": "!==", "!==": "==="}[op])
	case "<", "<=", ">", ">=":
		if p.spaced(i) && p.operand(i-1) {
			turned, near := neighbours(op)
			p.replace(Condition, i, turned)
			p.replace(Boundary, i, near)
		}
	case "&&", "||":
		p.replace(Condition, i, map[string]string{"&&": "||", "||": "&&"}[op])
	case "!":
		if !p.operand(i-1) && p.from(i+1) == p.to(i) {
			p.plant(Condition, i, p.from(i), p.to(i), "", "negation left out")
		}
	case "(":
		p.arguments(i)
	default:
		p.arithmetic(i, op)
	}
}

// arithmetic plants in an operator between two values.
func (p *tokenPlanter) arithmetic(i int, op string) {
	now := map[string]string{
		"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "//": "*", "**": "*", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=",
		"++": "--", "--": "++", "<<": ">>", ">>": "<<",
	}[op]
	if p.language != "Python" && (op == "//" || op == "**" && p.language != "JavaScript") {
		return
	}
	switch {
	case now == "":
	case op == "++" || op == "--":
		if !p.inForHead(i) {
			p.replace(Operator, i, now)
		}
	case !p.spaced(i) || !p.operand(i-1) || p.kind(i+1) == syntax.String || p.kind(i-1) == syntax.String:
	case p.typeName(i-1) && p.typeName(i+1): // bounds of a type
	default:
		p.replace(Operator, i, now)
	}
}

func (p *tokenPlanter) typeName(i int) bool {
	text := p.s(i)
	return p.kind(i) == syntax.Name && text[:1] != strings.ToLower(text[:1])
}

// inForHead says whether a token steps a loop: without it the loop may never end.
func (p *tokenPlanter) inForHead(i int) bool {
	for k := i; k >= 0 && i-k < 40; k-- {
		if p.is(k, "(") && p.pairs[k] > i {
			return p.is(k-1, "for", "while")
		}
	}
	return false
}

// word plants in a keyword.
func (p *tokenPlanter) word(i int) {
	switch word := p.s(i); word {
	case "and", "or":
		if p.language == "Python" {
			p.replace(Condition, i, map[string]string{"and": "or", "or": "and"}[word])
		}
	case "not":
		p.not(i)
	case "is":
		if p.language == "Python" && !p.is(i+1, "not") {
			p.replace(Condition, i, "is not")
		}
	case "true", "false", "True", "False":
		p.replace(Constant, i, map[string]string{"true": "false", "false": "true", "True": "False", "False": "True"}[word])
	case "if", "elif":
		p.condition(i)
	case "break":
		if p.language == "Python" {
			p.replace(Statement, i, "continue")
		}
	case "return":
		p.returned(i)
	case "continue":
		if p.is(i+1, ";", "\n", "}") || i+1 < len(p.t) && p.first(i+1) {
			p.replace(Statement, i, "break")
		}
	}
}

// not plants in Python's negation: alone, in `not in` and in `is not`.
func (p *tokenPlanter) not(i int) {
	if p.language == "Python" && i+1 < len(p.t) {
		p.plant(Condition, i, p.from(i), p.from(i+1), "", "negation left out")
	}
}

// condition makes a condition never true, and turns one round that is no comparison.
func (p *tokenPlanter) condition(i int) {
	from := i + 1 // tokens of the condition
	var to int
	never, not := "false && (", "!("
	switch p.language {
	case "Python":
		if !p.first(i) {
			return // of an expression
		}
		never, not = "False and (", "not ("
		to = p.upTo(from, ":")
	case "Rust":
		if p.is(i+1, "let") {
			return
		}
		to = p.upTo(from, "{")
	default:
		if p.is(from, "constexpr") || !p.is(from, "(") {
			return
		}
		from, to = from+1, p.pairs[from]
	}
	if p.language == "C" {
		never = "0 && ("
	}
	if to <= from || to >= len(p.t) {
		return
	}
	a, b := p.from(from), p.to(to-1)
	p.plant(Condition, i, a, b, never+p.text[a:b]+")", "never true")
	for k := from; k < to; k++ {
		if p.is(k, "==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "is", ":=", "=", "let") {
			return
		}
		k = max(k, p.pairs[k])
	}
	if !p.is(from, "not", "!") {
		p.plant(Condition, i, a, b, not+p.text[a:b]+")", "turned round")
	}
}

// upTo gives the next token of a text outside of brackets.
func (p *tokenPlanter) upTo(i int, text string) int {
	for ; i < len(p.t); i++ {
		if p.is(i, text) {
			return i
		}
		if p.is(i, "\n", ";", "}") {
			return 0
		}
		i = max(i, p.pairs[i])
	}
	return 0
}

// number plants in a number without suffix.
func (p *tokenPlanter) number(i int) {
	text := p.of(i)
	if n, err := strconv.ParseInt(text, 10, 32); err == nil && (text == "0" || text[0] != '0') {
		p.replace(Constant, i, strconv.FormatInt(n+1, 10))
		if n > 0 {
			p.replace(Constant, i, strconv.FormatInt(n-1, 10))
		}
		if n > 1 && !p.is(i-1, "/", "%", "//") {
			p.replace(Constant, i, "0")
		}
		return
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil && v != 0 && strings.Contains(text, ".") {
		p.replace(Constant, i, strconv.FormatFloat(v+1, 'f', -1, 64))
		p.replace(Constant, i, "0.0")
	}
}

var (
	quietLine = pattern.Lazy(`^(raise|throw|console|log|logger|logging|LOG|LOGGER|import|from|export|use|panic|eprintln|assert|package)$`)
	quietCall = pattern.Lazy(`^(require|include|panic|expect|unimplemented|todo|Error|Exception)$`)
)

// textLiteral plants in a string in plain quotes that is more than a message.
func (p *tokenPlanter) textLiteral(i int) {
	text := p.of(i)
	n := len(text) - 1
	switch {
	case n < 1 || text[0] != text[n] || text[0] != '"' && text[0] != '\'' || strings.HasPrefix(text, `"""`) || strings.HasPrefix(text, "'''"):
		return
	case text[0] == '\'' && p.language != "Python" && p.language != "JavaScript": // a character
		return
	case p.is(i-1, "from", "import") || p.is(i-1, "(") && quietCall.MatchString(p.s(i-2)) || p.quiet(i):
		return
	case p.language == "Python" && p.is(i+1, "\n") && (i == 0 || p.is(i-1, "\n", ":")): // documentation
		return
	}
	if n == 1 {
		p.replace(Constant, i, text[:1]+"x"+text[:1])
		return
	}
	p.replace(Constant, i, text[:1]+text[:1])
	p.replace(Constant, i, text[:n]+"x"+text[n:])
}

// quiet says whether the line of a token begins with a word whose texts nobody specifies.
func (p *tokenPlanter) quiet(i int) bool {
	for k := i; k >= 0 && i-k < 60; k-- {
		if p.first(k) {
			return quietLine.MatchString(p.s(k))
		}
	}
	return false
}

// arguments changes two arguments round that are one token each.
func (p *tokenPlanter) arguments(open int) {
	end := p.pairs[open]
	name := open - 1
	if !p.isName(name) || p.is(name-1, "def", "function", "fn", "class", "new", "get", "set") || p.is(end+1, "{", "=>", "->", ":") {
		return
	}
	if p.is(name, "min", "max", "range", "isinstance", "print") || p.quiet(open) || p.isName(name-1) || p.around(open) == nil {
		return
	}
	for k := open + 1; k+2 < end; k++ {
		a, b := k, k+2
		plain := p.is(a-1, "(", ",") && p.is(a+1, ",") && p.is(b+1, ")", ",")
		if plain && p.kind(a) == p.kind(b) && (p.isName(a) && p.isName(b) || p.kind(a) == syntax.Number || p.kind(a) == syntax.String) && p.of(a) != p.of(b) {
			now := p.of(b) + p.text[p.to(a):p.from(b)] + p.of(a)
			p.plant(Arguments, open, p.from(a), p.to(b), now, "changed round")
		}
		k = max(k, p.pairs[k])
	}
}

// nothing is the statement that does nothing.
func (p *tokenPlanter) nothing() string {
	if p.language == "Python" {
		return "pass"
	}
	return ";"
}

// statement plants in the statement that begins at the first token of a line.
func (p *tokenPlanter) statement(i int) {
	switch {
	case p.is(i, "raise", "throw") && p.around(i) != nil:
		if end := p.statementEnd(i); p.simple(i, end) {
			p.leaveOut(ErrorPath, i, end, "error not raised")
		}
		return
	case !p.isName(i) && !p.is(i, "this", "self") || !p.mayBegin(i-1) || p.around(i) == nil || p.quiet(i):
		return
	}
	end := p.statementEnd(i)
	k, parts := i+1, false
	for k < end && (p.is(k, ".", "::", "->", "?.") && p.kind(k+1) == syntax.Name || p.is(k, "[", "!")) {
		parts = true
		switch p.s(k) {
		case "[":
			k = p.pairs[k] + 1
		case "!":
			k++
		default:
			k += 2
		}
	}
	switch {
	case !p.simple(i, end):
	case p.is(k, "(") && p.pairs[k]+1 == end && !p.is(i, "super"):
		p.leaveOut(Statement, i, end, "call left out")
	case p.is(k, "+=", "-=", "*=", "/="), p.is(k, "=") && parts:
		p.leaveOut(Statement, i, end, "assignment left out")
	}
}

// mayBegin says whether a statement may begin behind a token.
func (p *tokenPlanter) mayBegin(before int) bool {
	return before < 0 || p.is(before, ";", "{", "}", ")", "\n", "else", "do") || p.is(before, ":") && p.language == "Python"
}

// simple says whether a statement stands on one line and ends where one does.
func (p *tokenPlanter) simple(i, end int) bool {
	if end <= i || strings.Contains(p.text[p.from(i):p.to(end-1)], "\n") {
		return false
	}
	return p.is(end, ";", "\n") || p.language == "JavaScript" && (p.is(end, "}") || end < len(p.t) && p.first(end)) || end == len(p.t)
}

func (p *tokenPlanter) leaveOut(kind Kind, i, end int, note string) {
	to := p.to(end - 1)
	if p.is(end, ";") {
		to = p.to(end)
	}
	p.plant(kind, i, p.from(i), to, p.nothing(), note)
}

// returned puts another value in the place of what is returned.
func (p *tokenPlanter) returned(i int) {
	end := p.statementEnd(i + 1)
	f := p.around(i)
	zero := p.zeroResult(f)
	if f == nil || zero == "" || end <= i+1 || end < len(p.t) && !p.is(end, ";", "\n", "}") && !p.first(end) {
		return
	}
	from, to := p.from(i+1), p.to(end-1)
	if was := p.text[from:to]; !slices.Contains([]string{zero, "None", "null", "undefined", "0", "{}", "nullptr", "NULL"}, was) {
		kind, note := Return, "zero value"
		if p.language == "Rust" && strings.HasPrefix(was, "Err(") {
			kind, note = ErrorPath, "error dropped"
		}
		p.plant(kind, i, from, to, zero, note)
	}
}

// body makes a function give nothing at once.
func (p *tokenPlanter) body(f *tokenFunc) {
	if f.to <= f.from || f.name == "constructor" || strings.HasPrefix(f.name, "__") {
		return
	}
	zero := p.zeroResult(f)
	now := "return " + zero + ";"
	if zero == "" || p.language == "C++" && p.is(f.head-1, "void", "}", "{", ";", ":", "~") {
		now = "return;"
	}
	from, to := p.from(f.from), p.to(f.to-1)
	if p.is(f.from, "return") && p.statementEnd(f.from+1) >= f.to-1 || p.is(f.from, "pass") {
		return // planted there
	}
	switch p.language {
	case "Python":
		now = strings.TrimSuffix(now, ";")
		p.plant(Body, f.from, from, to, now+strings.Repeat("\n", strings.Count(p.text[from:to], "\n")), "gives nothing")
	case "Java": // no code may follow
		p.plant(Body, f.from, from, to, now+strings.Repeat("\n", strings.Count(p.text[from:to], "\n")), "gives nothing")
	default:
		at := p.from(f.from - 1)
		p.plant(Body, f.from, at, at+1, "{ "+now, "gives nothing")
	}
}
