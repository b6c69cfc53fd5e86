package syntax

import "strings"

// span is what is open while scopes are read: from a bracket to its partner.
type span struct{ from, to int }

// scopes finds where a file's own names hide others.
func (s *scriptUses) scopes() {
	for i := range s.t {
		for len(s.spans) > 0 && s.spans[len(s.spans)-1].to < i {
			s.spans = s.spans[:len(s.spans)-1]
		}
		switch s.s(i) {
		case "{", "(", "[", "${":
			s.spans = append(s.spans, span{i, s.end(i)})
			if s.is(i, "(") {
				s.parameters(i)
			}
		case "const", "let", "var", "using":
			s.variables(i)
		case "function", "class":
			s.definition(i)
		case "=>":
			if k := i - 1; s.kind(k) == Name && !s.taken[k] && (k == 0 || s.is(k-1, "(", ",", "=", "=>", "async", "return", ":", "?", "[", "&&", "||", "??")) {
				s.arrow(i, []int{k})
			}
		}
	}
}

// definition notes the name of a function or a class.
func (s *scriptUses) definition(i int) {
	k := i + 1
	if s.is(k, "*") {
		k++
	}
	if s.kind(k) == Name && !s.is(i-1, ".", "?.") && !s.is(k, "extends") {
		s.hide(k, i)
	}
}

// hide notes that the name at k is declared by what stands at i, for the block around it.
func (s *scriptUses) hide(k, i int) {
	s.taken[k] = true
	if s.assigned[s.s(k)] {
		return
	}
	from, to := -1, len(s.t)
	if n := len(s.spans); n > 0 {
		from, to = s.spans[n-1].from, s.spans[n-1].to
		if s.is(from, "(") { // the head of a loop
			if s.is(to+1, "{") {
				to = s.end(to + 1)
			}
		}
	}
	if s.is(i, "function", "class") && len(s.spans) > 0 && !s.is(from, "{") {
		from, to = i, min(len(s.t), i+maxBody) // the name of an expression is its own only
		if n := len(s.spans); to > s.spans[n-1].to {
			to = s.spans[n-1].to
		}
	}
	s.shadow(s.s(k), from, to)
}

// variables notes the names of a declaration that are bound to no module. Of several only those count that have no value: where
// another begins cannot be told without reading expressions.
func (s *scriptUses) variables(i int) {
	k := i + 1
	for s.kind(k) == Name && !s.is(k, "enum") {
		if !s.taken[k] {
			s.hide(k, i)
		}
		if !s.is(k+1, ",") {
			return
		}
		k += 2
	}
	if !s.is(k, "{", "[") {
		return
	}
	for _, name := range s.bound(k, s.end(k)) {
		if !s.taken[name] {
			s.hide(name, i)
		}
	}
}

// bound gives the names that a pattern or a list of parameters binds.
func (s *scriptUses) bound(open, end int) []int {
	var out []int
	for k := open + 1; k < end; k++ {
		inside := s.is(k-1, "{", ",", "(", "[", "...")
		switch {
		case s.is(k, "{", "[") && (inside || (s.is(k-1, ":") && !s.is(open, "("))):
			if e := s.end(k); e-k < maxBody {
				out = append(out, s.bound(k, e)...)
			}
			k = s.end(k)
		case s.is(k, "{", "[", "("):
			k = s.end(k)
		case s.kind(k) != Name:
		case inside && (!s.is(k+1, ":") || s.is(open, "(")), s.is(k-1, ":") && s.is(open, "{"):
			out = append(out, k)
		}
	}
	return out
}

// parameters reads those of a function, whose body has to begin on the line where they end.
func (s *scriptUses) parameters(open int) {
	end := s.end(open)
	switch {
	case s.is(end+1, "=>"):
		s.arrow(end+1, s.bound(open, end))
	case s.is(end+1, "{") && !s.is(open-1, "if", "while", "for", "switch", "with", "await"):
		if strings.ContainsAny(s.code[s.t[end].End:s.t[end+1].Off], "\n\r\u2028\u2029") && !s.is(open-1, "function") && !s.is(open-2, "function") {
			return
		}
		s.own(s.bound(open, end), end+1, s.end(end+1))
	}
}

// arrow reads the body of an arrow function, which is a block or an expression.
func (s *scriptUses) arrow(at int, names []int) {
	to := at + 1
	if s.is(to, "{") {
		s.own(names, at, s.end(to))
		return
	}
	for ; to < min(len(s.t), at+maxBody) && !s.is(to, ",", ";", ")", "]", "}"); to++ {
		if s.is(to, "(", "[", "{", "${") {
			to = s.end(to)
		}
	}
	s.own(names, at, to)
}

func (s *scriptUses) own(names []int, from, to int) {
	for _, k := range names {
		s.taken[k] = true
		s.shadow(s.s(k), from, to)
	}
}
