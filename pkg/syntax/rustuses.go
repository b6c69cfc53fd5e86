package syntax

import (
	"slices"
	"strings"
)

// rustNames reads what Rust imports and calls. A path that is written in full is an import too: Rust needs no other.
func rustNames(f *File) Uses {
	r := rustUses{walk: newWalk(f, "::"), own: map[string]bool{}}
	for i := range r.t {
		switch {
		case r.is(i, "use") && !r.taken[i] && r.is(i-1, "", ";", "{", "}", "]", "pub", ")"):
			end := r.tree(i+1, nil, 0)
			r.take(i, end)
		case r.is(i, "crate") && r.is(i-1, "extern") && r.kind(i+1) == Name:
			r.external(i)
		case r.is(i, "mod") && r.kind(i+1) == Name:
			r.own[r.s(i+1)] = true
		case r.is(i, "let"):
			r.local(i)
		}
	}
	for i := 0; i < len(r.t); {
		i = r.name(i)
	}
	for k := range r.uses.Calls {
		r.uses.Calls[k].Forms = dottedToo(r.uses.Calls[k].Forms)
	}
	return r.uses
}

// dottedToo adds forms with points, so that patterns read the same in all languages.
func dottedToo(forms []string) []string {
	for _, f := range slices.Clip(forms) {
		if strings.Contains(f, "::") {
			forms = append(forms, strings.ReplaceAll(f, "::", "."))
		}
	}
	return forms
}

type rustUses struct {
	*walk
	stars []target
	own   map[string]bool // modules of the file
}

func (r *rustUses) take(from, to int) {
	for i := from; i < min(to, len(r.taken)); i++ {
		r.taken[i] = true
	}
}

// tree reads a tree of uses: a::{b as c, d::*, self}. It gives the token behind it.
func (r *rustUses) tree(i int, prefix []string, depth int) int {
	if r.is(i, "::") {
		i++
	}
	first := i
	path := slices.Clone(prefix)
	for r.kind(i) == Name {
		if !r.is(i, "self") || len(path) == 0 {
			path = append(path, r.s(i))
		}
		i++
		if !r.is(i, "::") {
			break
		}
		i++
	}
	name := strings.Join(path, "::")
	switch {
	case r.is(i, "*"):
		r.imported(min(first, i), append(prefixes(name, "::"), name+"::*", strings.ReplaceAll(name, "::", "/")+"/*")...)
		r.stars = r.star(r.stars, i, target{module: []string{name}})
		return i + 1
	case r.is(i, "{") && depth < 50:
		end := r.end(i)
		for k := i + 1; k < end; {
			k = max(r.tree(k, path, depth+1), k+1)
			if r.is(k, ",") {
				k++
			}
		}
		return end + 1
	case len(path) == 0 || first == i:
		return i
	}
	r.imported(first, prefixes(name, "::")...)
	as := path[len(path)-1]
	if r.is(i, "as") && r.kind(i+1) == Name {
		as = r.s(i + 1)
		i += 2
	}
	r.bind(as, rustTarget(path))
	return i
}

func rustTarget(path []string) target { return target{module: path[:1], path: path[1:]} }

// external reads `extern crate a as b;`.
func (r *rustUses) external(i int) {
	name, next := r.s(i+1), i+2
	r.imported(i+1, name)
	as := name
	if r.is(next, "as") && r.kind(next+1) == Name {
		as = r.s(next + 1)
		next += 2
	}
	r.bind(as, target{module: []string{name}})
	r.take(i, next)
}

// local lets a variable hide a function of its name, to the end of the block.
func (r *rustUses) local(i int) {
	k := i + 1
	if r.is(k, "mut") {
		k++
	}
	if r.kind(k) != Name || !r.is(k+1, "=", ":", ";") {
		return
	}
	r.taken[k] = true
	for e := k; e < min(len(r.t), k+100*maxBody); e++ {
		if r.is(e, "(", "[", "{") {
			e = r.end(e)
		} else if r.is(e, "}") {
			for start := k; start < e; start++ {
				if r.is(start, ";") {
					r.shadow(r.s(k), start, e)
					return
				}
			}
			return
		}
	}
}

func rustKeyword(word string) bool {
	switch word {
	case "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match",
		"mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait", "true", "type", "unsafe", "use", "where", "while":
		return true
	}
	return false
}

// path reads a::b::<T>::c. It gives the token behind it.
func (r *rustUses) path(i int) (parts []string, next int) {
	parts, next = []string{r.s(i)}, i+1
	for r.is(next, "::") {
		switch {
		case r.kind(next+1) == Name:
			parts = append(parts, r.s(next+1))
			next += 2
		case r.is(next+1, "<"):
			end := r.angles(next+1, rustTypesReach)
			if end == 0 {
				return parts, next
			}
			next = end + 1
		default:
			return parts, next
		}
	}
	return parts, next
}

// name reads a path of names, if one begins at i, and gives the token behind it.
func (r *rustUses) name(i int) int {
	if r.is(i, "<") && !r.is(i-1, "::") {
		r.qualified(i)
	}
	if r.kind(i) != Name || r.taken[i] || rustKeyword(r.s(i)) || r.is(i-1, "fn", "mod", "struct", "enum", "trait", "type") {
		return i + 1
	}
	parts, next := r.path(i)
	if r.is(i-1, ".") {
		if r.is(next, "(") {
			r.receiver(i, parts, ".")
		}
		return next
	}
	macro := r.is(next, "!") && r.is(next+1, "(", "[", "{")
	r.written(i, parts)
	r.calls(i, parts, macro || r.is(next, "("))
	if macro {
		marked := slices.Clone(parts)
		marked[len(marked)-1] += "!"
		r.calls(i, marked, true)
	}
	return next
}

func (r *rustUses) calls(i int, parts []string, call bool) {
	if r.own[parts[0]] && len(r.binds[parts[0]]) == 0 {
		parts = append([]string{"self"}, parts...)
		r.called(i, []string{strings.Join(parts, "::")}, call)
		return
	}
	var extra []target
	if len(r.binds[parts[0]]) == 0 {
		extra = r.stars
	}
	r.used(i, parts, call, extra...)
}

// written notes a path that is written in full.
func (r *rustUses) written(i int, parts []string) {
	head := parts[0]
	switch {
	case len(r.binds[head]) > 0 || r.own[head] || upper(head):
	case len(parts) > 1:
		r.imported(i, prefixes(strings.Join(parts, "::"), "::")...)
	}
	if len(r.binds[head]) == 0 && !r.own[head] && len(parts) > 1 {
		for _, s := range r.stars {
			r.imported(i, prefixes(s.module[0]+"::"+strings.Join(parts, "::"), "::")...)
		}
	}
}

// qualified reads <a::B>::c(), and <a::B as T>::c().
func (r *rustUses) qualified(i int) {
	end := r.angles(i, rustTypesReach)
	if end == 0 || !r.is(end+1, "::") || r.kind(i+1) != Name || r.kind(end+2) != Name {
		return
	}
	parts, next := r.path(i + 1)
	rest, behind := r.path(end + 2)
	if next == end || r.is(next, "as", "<") {
		r.calls(i+1, append(parts, rest...), r.is(behind, "("))
	}
	r.take(end+2, behind)
}
