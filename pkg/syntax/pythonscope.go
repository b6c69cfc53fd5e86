package syntax

import "strings"

// scope is a function or a class that is being read. What a function binds anywhere is its own everywhere in it.
type scope struct {
	indent, from int
	function     bool
	own          map[string]bool
	outer        map[string]bool // global, nonlocal, imported: not its own
}

// scopes finds where parameters and local variables hide what is imported. What a class binds hides nothing in its methods, and a
// variable of the module may be set at any time: neither counts.
func (p *pythonUses) scopes() {
	var open []*scope
	indent := 0
	shut := func(n, at int) {
		for ; len(open) > n; open = open[:len(open)-1] {
			p.hide(open[len(open)-1], at)
		}
	}
	for i := range p.t {
		if i == 0 || p.is(i-1, "\n") {
			indent = p.indent(i)
			n := len(open)
			for n > 0 && open[n-1].indent >= indent {
				n--
			}
			shut(n, i-1)
		}
		var top *scope
		if len(open) > 0 {
			top = open[len(open)-1]
		}
		switch {
		case p.is(i, "def", "class") && p.kind(i+1) == Name:
			if top != nil {
				top.own[p.s(i+1)] = true
			}
			s := &scope{indent: indent, from: i, function: p.is(i, "def"), own: map[string]bool{}, outer: map[string]bool{}}
			open = append(open, s)
			p.parameters(i, s)
		case p.is(i, "lambda"):
			p.lambda(i)
		default:
			p.binding(i, top)
		}
	}
	shut(0, len(p.t))
}

func (p *pythonUses) hide(s *scope, to int) {
	for name := range s.own {
		if s.function && !s.outer[name] {
			p.shadow(name, s.from, to)
		}
	}
}

// indent is the column at which a logical line begins, where even a backslash that joins lines counts.
func (p *pythonUses) indent(i int) int {
	at := 0
	if i > 0 {
		at = int(p.t[i-1].End)
	}
	col := 0
	for ; at < int(p.t[i].Off); at++ {
		switch p.code[at] {
		case ' ':
			col++
		case '\t':
			col = (col/8 + 1) * 8
		case '\n', '\r', '\f':
			col = 0
		case '#':
			if n := strings.IndexAny(p.code[at:], "\r\n"); n > 0 {
				at += n - 1
			}
		default:
			return col
		}
	}
	return col
}

// parameters reads those of a function. The defaults of a parameter are code of the outside and hide nothing by themselves.
func (p *pythonUses) parameters(i int, s *scope) {
	open := i + 2
	if p.is(open, "[") {
		open = p.end(open) + 1
	}
	if !s.function || !p.is(open, "(") {
		return
	}
	s.from = p.end(open)
	for k := open + 1; k < s.from; k++ {
		if p.is(k, "(", "[", "{") {
			k = p.end(k)
			continue
		}
		if p.kind(k) == Name && p.is(k-1, "(", ",", "*", "**") {
			s.own[p.s(k)], p.taken[k] = true, true
		}
	}
}

// maxBody is how many tokens an expression has at most in which parameters hide something: so that nested ones take no time. Beyond it
// they hide nothing, and a name counts as imported.
const maxBody = 200

// lambda hides its parameters up to where its expression ends.
func (p *pythonUses) lambda(i int) {
	var names []string
	k := i + 1
	for ; k < len(p.t) && !p.is(k, ":", "\n"); k++ {
		if p.is(k, "(", "[", "{") {
			k = p.end(k)
		} else if p.kind(k) == Name && p.is(k-1, "lambda", ",", "*", "**") {
			names = append(names, p.s(k))
			p.taken[k] = true
		}
	}
	body := k
	for ; k < min(len(p.t), body+maxBody) && !p.is(k, ",", ")", "]", "}", "\n", ";"); k++ {
		if p.is(k, "(", "[", "{") {
			k = p.end(k)
		}
	}
	for _, name := range names {
		p.shadow(name, body, k)
	}
}

// binding notes what a statement of a function binds. Outside of functions (s is nil) and in comprehensions names are only known to be
// bound and not used.
func (p *pythonUses) binding(i int, s *scope) {
	switch {
	case p.imports[i]:
		p.elsewhere(i, s)
	case p.taken[i]:
	case p.is(i, "global", "nonlocal"):
		for k := i + 1; p.kind(k) == Name && (k == i+1 || p.is(k-1, ",")); k += 2 {
			p.taken[k] = true
			if s != nil {
				s.outer[p.s(k)] = true
			}
		}
	case p.is(i-1, "as") && p.kind(i) == Name:
		p.own(s, i)
	case p.is(i, "for") && (p.begins(i) || p.is(i-1, "async")):
		p.targets(i+1, "in", s)
	case p.is(i, "for"):
		p.targets(i+1, "in", nil)
	case p.begins(i):
		p.targets(i, "=", s)
	}
}

func (p *pythonUses) own(s *scope, i int) {
	p.taken[i] = true
	if s != nil {
		s.own[p.s(i)] = true
	}
}

// elsewhere takes what an import in the function binds out of what hides imports.
func (p *pythonUses) elsewhere(i int, s *scope) {
	if s != nil && p.kind(i) == Name && len(p.binds[p.s(i)]) > 0 {
		s.outer[p.s(i)] = true
	}
}

// targets notes names that are assigned to: `a, (b, *c) =`, `a: int`, `a +=`.
func (p *pythonUses) targets(i int, end string, s *scope) {
	var names []int
	for k := i; k < len(p.t); k++ {
		switch {
		case p.kind(k) == Name && !pythonKeyword(p.s(k)) && !p.is(k+1, ".", "(", "["):
			names = append(names, k)
		case p.is(k, ",", "(", ")", "[", "]", "*"):
		case p.is(k, end), end == "=" && k == i+1 && len(names) == 1 && p.changes(k):
			for _, n := range names {
				p.own(s, n)
			}
			return
		default:
			return
		}
	}
}

// changes says whether what stands behind a name at the beginning of a statement makes it a variable: `a: int`, `a += 1`.
func (p *pythonUses) changes(k int) bool {
	op := p.s(k)
	return op == ":" || (p.kind(k) == Punct && len(op) > 1 && strings.HasSuffix(op, "=") && !p.is(k, "==", "!=", "<=", ">="))
}
