package mutate

import (
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// tokenSource is a file of a language that is read by its tokens.
type tokenSource struct {
	patch.File
	text     string
	language string
	syntax   *syntax.File
	t        []syntax.Token // without comments, and without the directives of C
	pairs    []int          // for a bracket, where its partner stands; else itself
	funcs    []tokenFunc    // by where they begin
}

// tokenFunc is a function as far as tokens tell.
type tokenFunc struct {
	name       string
	head       int // its first token of interest: the name
	open       int // the bracket of its parameters
	from, to   int // the tokens of the body, without its braces
	class      string
	expression bool // Python: the body stands on the line of the head
}

// readTokens reads a file whose language is known. One that cannot be read with certainty is left alone.
func readTokens(f patch.File) *tokenSource {
	s := &tokenSource{File: f, text: string(f.Data), syntax: syntax.Read(f.Path, string(f.Data))}
	s.language = s.syntax.Language.Name
	if s.language == "TypeScript" {
		s.language = "JavaScript"
	}
	if len(s.syntax.Doubts) > 0 || len(s.syntax.Tokens) == 0 || isTestFile(f.Path) || slices.Contains(f.Data, 0) {
		return nil
	}
	directive := false
	for _, t := range s.syntax.Tokens {
		switch {
		case t.Kind == syntax.Directive:
			directive = true
		case directive && t.Kind == syntax.Newline:
			directive = false
		case !directive && t.Kind != syntax.Comment:
			s.t = append(s.t, t)
		}
	}
	s.pair()
	s.functions()
	return s
}

// isTestFile says whether a file holds tests, by what runners go by.
func isTestFile(p string) bool {
	base := p[strings.LastIndexByte(p, '/')+1:]
	name, _, _ := strings.Cut(base, ".")
	return strings.HasPrefix(base, "test_") || strings.HasSuffix(name, "_test") || strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") ||
		strings.HasSuffix(name, "Test") && strings.HasSuffix(base, ".java") || base == "conftest.py"
}

func (s *tokenSource) pair() {
	s.pairs = make([]int, len(s.t))
	var open []int
	for i := range s.t {
		s.pairs[i] = i
		switch s.s(i) {
		case "(", "[", "{", "${":
			open = append(open, i)
		case ")", "]", "}":
			if n := len(open); n > 0 {
				s.pairs[i], s.pairs[open[n-1]] = open[n-1], i
				open = open[:n-1]
			}
		}
	}
}

// s gives the text of a name or an operator, and a placeholder for other tokens; "" beyond the ends.
func (s *tokenSource) s(i int) string {
	switch {
	case i < 0 || i >= len(s.t):
		return ""
	case s.t[i].Kind == syntax.Name || s.t[i].Kind == syntax.Punct:
		return s.syntax.Text(s.t[i])
	case s.t[i].Kind == syntax.Newline:
		return "\n"
	}
	return `"`
}

func (s *tokenSource) is(i int, texts ...string) bool { return slices.Contains(texts, s.s(i)) }

func (s *tokenSource) kind(i int) syntax.Kind {
	if i < 0 || i >= len(s.t) {
		return 0
	}
	return s.t[i].Kind
}

// isName says whether a token is a name that is no keyword.
func (s *tokenSource) isName(i int) bool { return s.kind(i) == syntax.Name && !isKeyword(s.s(i)) }

func (s *tokenSource) from(i int) int {
	if i >= len(s.t) {
		return len(s.text)
	}
	return s.syntax.At(s.t[i].Off)
}

// to is where a token ends in the file.
func (s *tokenSource) to(i int) int {
	last := s.syntax.At(s.t[i].End - 1)
	return max(last+1, s.from(i))
}

func (s *tokenSource) of(i int) string { return s.text[s.from(i):s.to(i)] }

// column is how far a token stands from the beginning of its line.
func (s *tokenSource) column(i int) int {
	at := s.from(i)
	return at - strings.LastIndexByte(s.text[:at], '\n') - 1
}

// first says whether a token is the first on its line.
func (s *tokenSource) first(i int) bool {
	at := s.from(i)
	return strings.TrimSpace(s.text[strings.LastIndexByte(s.text[:at], '\n')+1:at]) == ""
}

// spaced says whether blanks stand on both sides of a token: so people write operators, and not brackets of types or marks of
// pointers.
func (s *tokenSource) spaced(i int) bool {
	from, to := s.from(i), s.to(i)
	return from > 0 && to < len(s.text) && strings.IndexByte(" \n", s.text[from-1]) >= 0 && strings.IndexByte(" \n", s.text[to]) >= 0
}

// operand says whether something with a value ends at a token.
func (s *tokenSource) operand(i int) bool {
	return s.isName(i) || s.kind(i) == syntax.Number || s.kind(i) == syntax.String || s.is(i, ")", "]", "this", "self", "true", "false")
}

// statementEnd gives the token behind a simple statement that begins at i: a semicolon, the bracket that closes what is around it, or
// the first on a new line.
func (s *tokenSource) statementEnd(i int) int {
	for k := i; k < len(s.t); k++ {
		switch {
		case s.is(k, ";", "\n", ")", "]", "}"):
			return k
		case k > i && s.first(k) && s.language != "Python" && !s.is(k, ".", "?", ":", "&&", "||", "+", "-", "*", "/"):
			return k
		}
		k = max(k, s.pairs[k])
	}
	return len(s.t)
}

// isKeyword says whether a word is one that no value has as its name, in any of the languages.
func isKeyword(word string) bool {
	return slices.Contains([]string{
		"if", "else", "elif", "for", "while", "do", "switch", "case", "return", "break", "continue", "try", "catch", "except", "finally",
		"raise", "throw", "def", "class", "function", "fn", "let", "var", "const", "in", "is", "not", "and", "or", "import", "from", "as",
		"new", "delete", "typeof", "instanceof", "void", "yield", "await", "async", "with", "lambda", "pass", "match", "loop", "mut", "ref",
		"pub", "use", "mod", "impl", "struct", "enum", "trait", "where", "unsafe", "move", "static", "extern", "type", "interface",
		"extends", "implements", "throws", "public", "private", "protected", "final", "abstract", "goto", "sizeof", "default", "export",
		"assert", "del", "global", "nonlocal", "None", "null", "True", "False", "super", "of", "package", "unsigned", "signed", "int", "long",
		"char", "double", "float", "bool", "boolean", "byte", "short", "auto", "template", "typename", "namespace", "using", "operator", "synchronized", "elseif", "foreach",
	}, word)
}
