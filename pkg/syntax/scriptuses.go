package syntax

import (
	"path"
	"slices"
	"strings"
)

// scriptNames reads what JavaScript and TypeScript import and call.
func scriptNames(f *File) Uses {
	s := scriptUses{walk: newWalk(f, "."), requires: map[string]bool{"require": true}, assigned: map[string]bool{}}
	for _, global := range []string{"globalThis", "window", "self", "global"} {
		s.bind(global, target{module: []string{"globalThis"}})
	}
	for i := range s.t {
		s.statement(i)
	}
	s.declarations()
	s.scopes()
	for i := 0; i < len(s.t); {
		i = s.name(i)
	}
	return s.uses
}

type scriptUses struct {
	*walk
	requires map[string]bool // names of require
	assigned map[string]bool // names that are given a module after their declaration, which then hides nothing
	spans    []span          // what is open, while scopes are read
}

// statement reads `import ... from "x"` and `export ... from "x"`.
func (s *scriptUses) statement(i int) {
	if s.kind(i) != Name || !s.is(i, "import", "export") || s.is(i-1, ".", "?.") || s.is(i+1, "(", ".", ":") {
		return
	}
	if s.is(i, "import") && s.kind(i+1) == String {
		s.module(i+1, i+1)
		return
	}
	k := i + 1
	for ; k < len(s.t) && k < i+12; k++ {
		if s.is(k, "from") && s.kind(k+1) == String {
			s.clause(i, k)
			return
		}
		if s.is(k, "{") {
			k = s.end(k)
		} else if !s.is(k, ",", "*") && s.kind(k) != Name {
			break
		}
	}
	if s.is(i, "import") && s.is(k, "=") && s.is(k+1, "require") && s.is(k+2, "(") { // TypeScript
		if spec, ok := s.spec(k + 3); ok {
			s.bind(s.s(k-1), target{module: s.modules(spec)})
			s.take(i, k+1)
		}
	}
}

// clause binds what stands between the word of a statement and the module at from.
func (s *scriptUses) clause(i, from int) {
	modules := s.module(from+1, from+1)
	if modules == nil {
		return
	}
	if s.is(i, "export") {
		s.take(i, from+1)
		return
	}
	for k := i + 1; k < from; k++ {
		switch {
		case s.is(k, "*") && s.is(k+1, "as"):
			s.bind(s.s(k+2), target{module: modules})
			k += 2
		case s.is(k, "{"):
			s.pattern(k, "as", target{module: modules}, false)
			k = s.end(k)
		case s.kind(k) == Name && (!s.is(k, "type", "defer", "source") || s.is(k+1, "from", ",")):
			s.bind(s.s(k), target{module: modules})
		}
	}
	s.take(i, from+1)
}

// pattern binds the names between braces: `{a, b as c}` or `{a, b: c}`.
func (s *scriptUses) pattern(open int, as string, t target, assigned bool) {
	for k, end := open+1, s.end(open); k < end; k++ {
		if s.is(k, "(", "[", "{") {
			k = s.end(k)
			continue
		}
		if !s.is(k-1, "{", ",", "type") || (s.kind(k) != Name && s.kind(k) != String) {
			continue
		}
		name := s.s(k)
		if text, ok := s.value(k); ok {
			name = text
		}
		local := s.s(k)
		s.taken[k] = true
		if s.is(k+1, as) && s.kind(k+2) == Name {
			local = s.s(k + 2)
			s.taken[k+2] = true
		}
		if assigned {
			s.assigned[local] = true
		}
		path := append(slices.Clone(t.path), name)
		if name == "default" {
			path = t.path
		}
		s.bind(local, target{module: t.module, path: path})
	}
}

func (s *scriptUses) take(from, to int) {
	for i := from; i < min(to, len(s.taken)); i++ {
		s.taken[i] = true
	}
}

// module notes that the module which the string at i names is imported.
func (s *scriptUses) module(at, i int) []string {
	spec, ok := s.value(i)
	if !ok {
		return nil
	}
	modules := s.modules(spec)
	s.imported(at, append(slices.Clone(modules), root(spec)...)...)
	return modules
}

// modules gives the forms of a module's name: without the scheme of built-in ones; a relative one as the file's place has it,
// with its extension and without.
func (s *scriptUses) modules(spec string) []string {
	out := []string{spec}
	if builtin, ok := strings.CutPrefix(spec, "node:"); ok {
		return append(out, builtin)
	}
	if !strings.HasPrefix(spec, ".") {
		return out
	}
	full := path.Join(path.Dir(s.Path), spec)
	for _, p := range []string{spec, full} {
		out = append(out, p, strings.TrimSuffix(p, path.Ext(p)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// root gives the package that a module belongs to, where that is more than the module.
func root(spec string) []string {
	n := 1
	if strings.HasPrefix(spec, "@") {
		n = 2
	}
	parts := strings.SplitN(spec, "/", n+1)
	if len(parts) <= n || strings.HasPrefix(spec, ".") || strings.Contains(spec, ":") {
		return nil
	}
	return []string{strings.Join(parts[:n], "/")}
}

// spec reads an argument that is one string.
func (s *scriptUses) spec(i int) (string, bool) {
	text, ok := s.value(i)
	return text, ok && s.is(i+1, ")", ",")
}

// declarations follows what is bound to a module, or to something in it.
func (s *scriptUses) declarations() {
	for range 2 { // an alias of an alias
		for i := range s.t {
			if s.is(i, "=") {
				s.declaration(i)
			}
		}
	}
}

// declaration reads what is bound at an equals sign.
func (s *scriptUses) declaration(i int) {
	t, next, ok := s.expression(i + 1)
	switch {
	case s.is(i+1, "require") && s.kind(i-1) == Name && !s.is(i+2, "(", "."):
		s.requires[s.s(i-1)] = true
	case !ok || s.is(next, "(", "=>") || s.kind(next) == String:
	default:
		s.assign(s.untyped(i-1), i+1, next, t)
	}
}

// assign binds what ends at k to what an expression gave.
func (s *scriptUses) assign(k, from, next int, t target) {
	first := k
	switch {
	case s.is(k, "}") && int(s.pairs[k]) < k:
		first = int(s.pairs[k])
		s.pattern(first, ":", t, !s.is(first-1, "const", "let", "var"))
	case s.kind(k) == Name && !s.is(k-1, ".", "?."):
		s.bind(s.s(k), t)
		s.taken[k] = true
		if !s.is(k-1, "const", "let", "var", ",") {
			s.assigned[s.s(k)] = true
		}
	default:
		return
	}
	if s.is(first-1, "const", "let", "var") && len(t.path) == 0 && next == from+1 {
		s.taken[from] = true // the module is followed under its new name; a field of a class would be another matter
	}
}

// untyped passes back over the type of what is declared, from the token before an equals sign.
func (s *scriptUses) untyped(i int) int {
	for k := i; s.Language.typed && k > max(1, i-60); k-- {
		if k != i && s.is(k, ")", "]", "}") && int(s.pairs[k]) < k {
			k = int(s.pairs[k])
		}
		if s.is(k, ";", "=", "const", "let", "var") {
			break
		}
		if s.is(k, ":") && (s.is(k-2, "const", "let", "var", ",") || s.is(k-1, "}")) {
			return k - 1
		}
	}
	return i
}

// declares says whether a variable is declared whose name, type or pattern ends at i.
func (s *scriptUses) declares(i int) bool {
	k := s.untyped(i)
	if s.is(k, "}") {
		k = int(s.pairs[k])
	}
	return s.is(k-1, "const", "let", "var")
}

// expression reads what gives a module or something in it: require("x").a, (await import("x")).a, a.b of a bound name.
func (s *scriptUses) expression(i int) (t target, next int, ok bool) {
	depth := 0
	for s.is(i, "(", "await") {
		if s.is(i, "(") {
			depth++
		}
		i++
	}
	switch {
	case s.kind(i) == Name && (s.requires[s.s(i)] || s.is(i, "import")) && s.is(i+1, "("):
		spec, found := s.spec(i + 2)
		if !found {
			return t, i, false
		}
		t, next = target{module: s.modules(spec)}, s.end(i+1)+1
	case s.kind(i) == Name && len(s.binds[s.s(i)]) > 0:
		t, next = s.binds[s.s(i)][0], i+1
	default:
		return t, i, false
	}
	for {
		parts, after := s.members(next)
		t.path, next = append(slices.Clone(t.path), parts...), after
		if depth == 0 || !s.is(next, ")") {
			return t, next, depth == 0
		}
		depth--
		next++
	}
}

// members reads .a, ?.a, ["a"] and what TypeScript puts between.
func (s *scriptUses) members(i int) (parts []string, next int) {
	for {
		switch {
		case s.is(i, ".", "?.") && s.kind(i+1) == Name:
			parts = append(parts, s.s(i+1))
			i += 2
		case s.is(i, "?.") && s.is(i+1, "["):
			i++
		case s.is(i, "[") && s.is(i+2, "]"):
			text, ok := s.value(i + 1)
			if !ok {
				return parts, i
			}
			parts = append(parts, text)
			i += 3
		case s.is(i, "!") && s.is(i+1, ".", "?.", "[", "("):
			i++
		default:
			return parts, i
		}
	}
}

func scriptKeyword(word string) bool {
	switch word {
	case "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "export", "extends", "false",
		"finally", "for", "function", "if", "import", "in", "instanceof", "let", "new", "null", "of", "return", "super", "switch", "this", "throw", "true", "try",
		"typeof", "var", "void", "while", "with", "yield", "async", "static", "get", "set":
		return true
	}
	return false
}

// name reads a chain of names, if one begins at i, and gives the token behind it.
func (s *scriptUses) name(i int) int {
	if s.is(i, "(") && s.is(i+1, "await") && s.is(i+2, "import") {
		s.awaited(i)
	}
	if s.kind(i) != Name || s.taken[i] {
		return i + 1
	}
	if s.is(i-1, ".", "?.") {
		rest, next := s.members(i - 1)
		if s.calls(next) {
			s.method(i, rest)
		}
		return next
	}
	rest, next := s.members(i + 1)
	call := s.calls(next) || s.is(i-1, "new")
	word := s.s(i)
	switch {
	case (s.requires[word] || word == "import") && s.is(i+1, "("):
		return s.loaded(i)
	case (scriptKeyword(word) && (len(rest) == 0 || word == "import")) || s.declared(i, next):
		return i + 1
	case s.is(i+1, ":") && s.is(i-1, "{", ","): // a property's name
		return i + 1
	case s.is(i+1, "=") && len(rest) == 0: // assigned to
		return i + 1
	}
	s.used(i, append([]string{word}, rest...), call)
	s.loadedBy(i, rest, next)
	return next
}

// loadedBy takes a module that a method loads: module.require, process.getBuiltinModule.
func (s *scriptUses) loadedBy(i int, members []string, next int) {
	if len(members) == 0 || !s.is(next, "(") {
		return
	}
	switch members[len(members)-1] {
	case "require", "getBuiltinModule":
		if spec, ok := s.spec(next + 1); ok {
			s.imported(i, append(s.modules(spec), root(spec)...)...)
		}
	}
}

// calls says whether what stands before a token is called: by brackets, a template, or brackets behind type arguments.
func (s *scriptUses) calls(i int) bool {
	switch {
	case s.is(i, "("), s.is(i, "?.") && s.is(i+1, "("):
		return true
	case s.kind(i) == String && s.code[s.t[i].Off] == '`':
		return true
	case s.Language.typed && s.is(i, "<"):
		end := s.angles(i, typesReach)
		return end > 0 && s.is(end+1, "(")
	}
	return false
}

// declared says whether a name is that of a function, a class or a method, and nothing is called. A body on a line of its own may be
// a block behind a call, and is taken for that.
func (s *scriptUses) declared(i, next int) bool {
	if s.is(i-1, "function", "class", "interface", "enum", "type", "namespace") || (s.is(i-1, "*") && s.is(i-2, "function")) {
		return true
	}
	if next != i+1 || !s.is(next, "(") {
		return false
	}
	end := s.end(next)
	if s.is(end+1, "{") {
		return !strings.ContainsAny(s.code[s.t[end].End:s.t[end+1].Off], "\n\r\u2028\u2029")
	}
	return s.Language.typed && s.is(end+1, ":") && s.is(i-1, "{", "}", ";", "async", "static", "public", "private", "protected", "readonly", "abstract", "override", "get", "set")
}

// loaded reads require("x") and import("x"), and what is taken from it there.
func (s *scriptUses) loaded(i int) int {
	if s.requires[s.s(i)] {
		s.used(i, []string{"require"}, true)
	}
	spec, ok := s.spec(i + 2)
	if !ok {
		return i + 1
	}
	s.module(i, i+2)
	end := s.end(i+1) + 1
	s.part(i, target{module: s.modules(spec)}, end)
	return end
}

// awaited reads (await import("x")).a().
func (s *scriptUses) awaited(i int) {
	if t, next, ok := s.expression(i); ok && len(t.path) > 0 {
		s.called(i+2, t.forms(".", nil), s.calls(next))
	}
}

// part notes what is taken from a module that an expression gave: a part, all of it, or nothing, where it is bound to a name.
func (s *scriptUses) part(at int, t target, next int) {
	parts, behind := s.members(next)
	before := at - 1
	if s.is(before, "await") {
		before--
	}
	switch {
	case len(parts) > 0 && parts[0] == "then": // whoever comes then has the module
		s.whole(at, []target{t})
	case len(parts) > 0:
		s.called(at, t.forms(".", parts), s.calls(behind))
	case s.is(before, "=") && s.declares(before-1):
	case s.is(before, ";", "{", "}", "") || before < 0 || (s.is(before, "(") && s.is(at-1, "await")):
	case s.is(next, "("):
		s.called(at, t.full(".", nil), true)
	default:
		s.whole(at, []target{t})
	}
}
