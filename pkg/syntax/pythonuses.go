package syntax

import (
	"path"
	"slices"
	"strings"
)

// pythonNames reads what Python imports and calls.
func pythonNames(f *File) Uses {
	p := pythonUses{walk: newWalk(f, ".")}
	p.bind("__builtins__", target{module: []string{"builtins"}})
	for i := range p.t {
		if !p.taken[i] && p.begins(i) {
			p.statement(i)
		}
	}
	p.imports = slices.Clone(p.taken)
	p.scopes()
	p.aliases()
	for i := 0; i < len(p.t); {
		i = p.name(i)
	}
	return p.uses
}

type pythonUses struct {
	*walk
	stars   []target
	imports []bool // belongs to an import
}

// begins says whether a statement begins here.
func (p *pythonUses) begins(i int) bool { return i == 0 || p.is(i-1, "\n", ";", ":") }

func (p *pythonUses) statement(i int) {
	switch p.s(i) {
	case "import":
		p.importing(i)
	case "from":
		p.fromModule(i)
	}
}

func (p *pythonUses) take(from, to int) {
	for i := from; i < min(to, len(p.taken)); i++ {
		p.taken[i] = true
	}
}

// importing reads `import a.b as c, d`.
func (p *pythonUses) importing(from int) {
	i := from + 1
	for p.kind(i) == Name {
		parts, next := p.chain(i, ".")
		name := strings.Join(parts, ".")
		p.imported(i, prefixes(name, ".")...)
		if p.is(next, "as") && p.kind(next+1) == Name {
			p.bind(p.s(next+1), target{module: []string{name}})
			next += 2
		} else {
			p.bind(parts[0], target{module: []string{parts[0]}})
		}
		if i = next; !p.is(i, ",") {
			break
		}
		i++
	}
	p.take(from, i)
}

// fromModule reads `from .a import b as c`.
func (p *pythonUses) fromModule(from int) {
	i, dots := from+1, 0
	for p.is(i, ".", "...") {
		dots += len(p.s(i))
		i++
	}
	first, name := i, ""
	if p.kind(i) == Name && !p.is(i, "import") {
		var parts []string
		parts, i = p.chain(i, ".")
		name = strings.Join(parts, ".")
	}
	if !p.is(i, "import") {
		return
	}
	names := p.modules(dots, name)
	var forms []string
	for _, n := range names {
		forms = append(forms, prefixes(n, ".")...)
	}
	p.imported(min(first, i), forms...)
	end := p.items(i+1, names)
	p.take(from, end)
}

// modules gives the forms of a module's name: a relative one as it is written, and as the file's place has it.
func (p *pythonUses) modules(dots int, name string) []string {
	if dots == 0 {
		return []string{name}
	}
	dir := path.Dir(p.Path)
	for range dots - 1 {
		dir = path.Dir(dir)
	}
	full := strings.Trim(strings.ReplaceAll(dir, "/", ".")+"."+name, ".")
	return slices.Compact([]string{strings.Repeat(".", dots) + name, full})
}

// items reads what is imported from a module. It gives the token behind it.
func (p *pythonUses) items(i int, modules []string) int {
	end := len(p.t)
	if p.is(i, "(") {
		end = p.end(i)
		i++
	}
	for ; i < end && !p.is(i, "\n", ";"); i++ {
		switch {
		case p.is(i, "*"):
			p.stars = p.star(p.stars, i, target{module: modules})
		case p.kind(i) == Name:
			name, as := p.s(i), p.s(i)
			var forms []string
			for _, m := range modules {
				forms = append(forms, m+"."+name, strings.ReplaceAll(m, ".", "/")+"/"+name)
			}
			p.imported(i, forms...)
			if p.is(i+1, "as") && p.kind(i+2) == Name {
				as = p.s(i + 2)
				i += 2
			}
			p.bind(as, target{module: modules, path: []string{name}})
		}
	}
	return i
}

// aliases follows `t = time` and `nap = time.sleep`.
func (p *pythonUses) aliases() {
	for i := range p.t {
		if p.kind(i) != Name || !p.begins(i) || !p.is(i+1, "=") || p.kind(i+2) != Name {
			continue
		}
		parts, next := p.chain(i+2, ".")
		if name, ok := p.module(parts, next); ok && p.is(p.end(next)+1, "\n", ";") {
			p.bind(p.s(i), target{module: []string{name}})
		}
		if !p.is(next, "\n", ";") {
			continue
		}
		if len(parts) == 1 && len(p.binds[parts[0]]) > 0 {
			p.taken[i+2] = true // it is followed under its new name
		}
		for _, t := range p.binds[parts[0]] {
			p.bind(p.s(i), target{module: t.module, path: append(slices.Clone(t.path), parts[1:]...)})
		}
	}
}

func pythonKeyword(word string) bool {
	switch word {
	case "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
		"finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield":
		return true
	}
	return false
}

// name reads a chain of names, if one begins at i, and gives the token behind it.
func (p *pythonUses) name(i int) int {
	if p.kind(i) != Name || p.taken[i] || pythonKeyword(p.s(i)) {
		return i + 1
	}
	parts, next := p.chain(i, ".")
	call := p.is(next, "(") || (p.is(i-1, "@") && p.begins(i-1))
	switch {
	case p.is(i-1, "."):
		if call {
			p.method(i, parts)
		}
	case p.is(i-1, "def", "class", "as"), p.is(i+1, "=") && p.is(i-1, "(", ","): // declared, or the name of an argument
		return i + 1
	case p.is(i+1, "=", ":=") && len(parts) == 1 && !call: // assigned to
		return i + 1
	default:
		p.used(i, parts, call, p.starred(parts)...)
		p.dynamic(i, parts, next)
	}
	return next
}

// starred gives what a name may be by `from m import *`.
func (p *pythonUses) starred(parts []string) []target {
	if len(p.binds[parts[0]]) == 0 {
		return p.stars
	}
	return nil
}

// dynamic reads what names its object by a string: __import__("os").system, import_module("os"), getattr(os, "system").
func (p *pythonUses) dynamic(at int, parts []string, open int) {
	if !p.is(open, "(") {
		return
	}
	switch name, ok := p.module(parts, open); {
	case ok:
		p.imported(at, prefixes(strings.TrimLeft(name, "."), ".")...)
		p.member(at, target{module: []string{name}}, p.end(open)+1)
	case parts[len(parts)-1] == "getattr" && p.kind(open+1) == Name:
		of, comma := p.chain(open+1, ".")
		if name, ok := p.literal(comma + 1); ok && p.is(comma, ",") {
			p.used(open+1, append(of, name), true, p.starred(of)...)
			p.take(open+1, comma)
		}
	}
}

// module gives the module that a call imports, where a string says so.
func (p *pythonUses) module(parts []string, open int) (string, bool) {
	last := parts[len(parts)-1]
	if !p.is(open, "(") || (last != "__import__" && last != "import_module") {
		return "", false
	}
	return p.literal(open + 1)
}

// member reads `.a.b(` behind what gave a module.
func (p *pythonUses) member(at int, t target, next int) {
	if !p.is(next, ".") || p.kind(next+1) != Name {
		if !p.is(at-1, "=") || p.kind(at-2) != Name { // there it is an alias
			p.whole(at, []target{t})
		}
		return
	}
	parts, behind := p.chain(next+1, ".")
	p.called(next+1, t.forms(".", parts), p.is(behind, "("))
}

// literal gives what strings in a row say, where an argument is nothing else.
func (p *pythonUses) literal(i int) (string, bool) {
	var all strings.Builder
	for ; p.kind(i) == String; i++ {
		text, ok := p.value(i)
		if !ok {
			return "", false
		}
		all.WriteString(text)
	}
	return all.String(), all.Len() > 0 && p.is(i, ")", ",")
}
