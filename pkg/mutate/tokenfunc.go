package mutate

import (
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/syntax"
)

// functions finds the functions that have a name.
func (s *tokenSource) functions() {
	if s.language == "Python" {
		s.pythonFunctions()
		return
	}
	var classes []tokenFunc
	for i := range s.t {
		switch {
		case s.is(i, "class", "struct", "impl", "interface", "trait", "enum") && s.kind(i+1) == syntax.Name:
			if open := s.before(i+1, "{"); open > 0 {
				classes = append(classes, tokenFunc{name: s.s(open0(s, i, open)), from: open, to: s.pairs[open]})
			}
		case s.is(i, "{") && s.pairs[i] > i:
			if f, ok := s.bracedFunction(i); ok {
				f.class = classAround(classes, i)
				s.funcs = append(s.funcs, f)
			}
		}
	}
}

// classAround is the name of the innermost class that a token is in.
func classAround(classes []tokenFunc, i int) string {
	name := ""
	for _, c := range classes {
		if i > c.from && i < c.to {
			name = c.name
		}
	}
	return name
}

// open0 gives the token that names a class: of `impl A for B` it is B.
func open0(s *tokenSource, i, open int) int {
	for k := i + 1; k < open; k++ {
		if s.is(k, "for") && s.kind(k+1) == syntax.Name {
			return k + 1
		}
	}
	return i + 1
}

// before gives the next token of a text before a statement ends; 0 for none.
func (s *tokenSource) before(i int, text string) int {
	for k := i; k < min(len(s.t), i+60); k++ {
		if s.is(k, text) {
			return k
		}
		if s.is(k, ";", "}", "=") {
			return 0
		}
	}
	return 0
}

// bracedFunction reads the head of the function whose body begins at a brace.
func (s *tokenSource) bracedFunction(brace int) (tokenFunc, bool) {
	f := tokenFunc{from: brace + 1, to: s.pairs[brace]}
	i := brace - 1
	arrow := s.is(i, "=>")
	if arrow {
		i--
	}
	for n := 0; n < 24 && !s.is(i, ")"); n++ { // a result type, what is thrown
		if i <= 0 || s.noHead(i) {
			return f, false
		}
		i = min(i-1, s.pairs[i]-1)
	}
	f.open = s.pairs[max(i, 0)]
	if i < 0 || f.open >= i {
		return f, false
	}
	f.head = f.open - 1
	f.head = s.nameOf(f.head, arrow)
	f.name = s.s(f.head)
	return f, s.isName(f.head) && s.declared(f, i+1)
}

// noHead says whether a token cannot stand between the parameters of a function and its body.
func (s *tokenSource) noHead(i int) bool {
	return s.is(i, ";", "{", "}", "=", "=>", "(", "do", "else", "try", "loop", "unsafe", "let", "var", "return", "import", "export") ||
		s.language == "JavaScript" && s.is(i, "const")
}

// nameOf gives the token that names a function, from the one before its parameters on.
func (s *tokenSource) nameOf(head int, arrow bool) int {
	if s.is(head, ">") { // type parameters
		for k := head; k > 0 && k > head-20; k-- {
			if s.is(k, "<") {
				head = k - 1
				break
			}
		}
	}
	if !arrow && !s.is(head, "function", "async") {
		return head
	}
	for s.is(head, "=", "async", "function", ":") {
		head--
	}
	return head
}

// declared says whether what looks like the head of a function is one; behind is the token that follows its parameters.
func (s *tokenSource) declared(f tokenFunc, behind int) bool {
	before := f.head - 1
	switch s.language {
	case "JavaScript":
		return s.is(behind, "{", "=>", ":") && !s.is(before, "new", ".")
	case "Rust":
		return s.is(before, "fn")
	}
	if s.is(before, "else", "return", "new", "throw", "case", "goto") {
		return false
	}
	typed := s.kind(before) == syntax.Name || s.is(before, "*", "&", ">", "]", "::", "~", "&&")
	return typed || s.t[f.head].Kind == syntax.Name && s.inClass(f)
}

// inClass says whether a function is the constructor of the class around it: it has its name, and no type.
func (s *tokenSource) inClass(f tokenFunc) bool {
	for k := f.head - 1; k > 0; k-- {
		if s.is(k, "class", "struct", "enum", "record") && s.s(k+1) == f.name {
			return true
		}
	}
	return false
}

// pythonFunctions finds functions by how far they are indented.
func (s *tokenSource) pythonFunctions() {
	type class struct {
		name   string
		column int
	}
	var classes []class
	for i := range s.t {
		if s.kind(i) == syntax.Name && s.first(i) {
			for len(classes) > 0 && classes[len(classes)-1].column >= s.column(i) {
				classes = classes[:len(classes)-1]
			}
		}
		switch {
		case s.is(i, "class") && s.first(i):
			classes = append(classes, class{s.s(i + 1), s.column(i)})
		case s.is(i, "def") && s.kind(i+1) == syntax.Name && s.is(i+2, "("):
			f := tokenFunc{name: s.s(i + 1), head: i + 1, open: i + 2}
			if len(classes) > 0 {
				f.class = classes[len(classes)-1].name
			}
			if s.pythonBody(i, &f) {
				s.funcs = append(s.funcs, f)
			}
		}
	}
}

// pythonBody finds the body of a function.
func (s *tokenSource) pythonBody(def int, f *tokenFunc) bool {
	i := s.pairs[f.open] + 1
	for ; i < len(s.t) && !s.is(i, ":", "\n"); i++ {
		i = max(i, s.pairs[i])
	}
	column := s.column(def)
	if s.is(def-1, "async") {
		column = s.column(def - 1)
	}
	f.from = i + 1
	f.expression = !s.is(f.from, "\n")
	for s.is(f.from, "\n") {
		f.from++
	}
	for f.to = f.from; f.to < len(s.t); f.to++ {
		line := f.to > 0 && s.is(f.to-1, "\n")
		if f.expression && s.is(f.to, "\n") || !f.expression && line && !s.is(f.to, "\n") && s.column(f.to) <= column {
			break
		}
	}
	for f.to > f.from && s.is(f.to-1, "\n") {
		f.to--
	}
	return i < len(s.t) && f.to > f.from
}

// around gives the innermost function that a token is in.
func (s *tokenSource) around(i int) *tokenFunc {
	var out *tokenFunc
	for k := range s.funcs {
		if f := &s.funcs[k]; i >= f.from && i < f.to {
			out = f
		}
	}
	return out
}

// full is a function's name with its class.
func (f *tokenFunc) full() string {
	switch {
	case f == nil:
		return ""
	case f.class != "":
		return f.class + "." + f.name
	}
	return f.name
}

// zeroResult is what a function gives that gives nothing; "" where no value is known.
func (s *tokenSource) zeroResult(f *tokenFunc) string {
	switch s.language {
	case "Python":
		return "None"
	case "JavaScript":
		if strings.HasSuffix(s.Path, "ts") || strings.HasSuffix(s.Path, "tsx") {
			return "undefined as any"
		}
		return "undefined"
	case "Rust":
		return s.rustZero(f)
	case "C++":
		return "{}"
	}
	if f == nil {
		return ""
	}
	switch of := s.s(f.head - 1); {
	case of == "void" || s.language == "Java" && f.name == f.class:
		return ""
	case s.language == "C" || slices.Contains([]string{"int", "long", "short", "byte", "double", "float", "char"}, of):
		return "0"
	case of == "boolean":
		return "false"
	}
	return "null"
}

// rustZero goes by the result type, of which the name is looked at alone.
func (s *tokenSource) rustZero(f *tokenFunc) string {
	if f == nil || !s.is(s.pairs[f.open]+1, "->") {
		return ""
	}
	for k := s.pairs[f.open] + 2; k < f.from-1 && !s.is(k, "<"); k++ {
		if s.is(k, "Result") {
			return "Ok(Default::default())"
		}
	}
	return "Default::default()"
}
