package syntax

import (
	"path"
	"strings"
)

// clangNames reads what C and C++ include and call.
func clangNames(f *File) Uses {
	c := clangUses{walk: newWalk(f, "::")}
	c.body = make([]bool, len(c.t))
	c.bodies()
	for i := range c.t {
		switch {
		case c.kind(i) == Directive:
			c.directive(i)
		case c.is(i, "import"):
			c.module(i)
		case c.is(i, "using"):
			c.using(i)
		case c.is(i, "namespace") && c.kind(i+1) == Name && c.is(i+2, "=") && c.kind(i+3) == Name:
			parts, _ := c.chain(i+3, "::")
			c.bind(c.s(i+1), target{module: []string{strings.Join(parts, "::")}})
			c.take(i, i+2)
		}
	}
	for i := range c.t {
		c.variable(i)
	}
	for i := 0; i < len(c.t); {
		i = c.name(i)
	}
	for k := range c.uses.Calls {
		c.uses.Calls[k].Forms = dottedToo(c.uses.Calls[k].Forms)
	}
	return c.uses
}

type clangUses struct {
	*walk
	body  []bool // stands in the body of a function, or of a macro
	stars []target
}

func (c *clangUses) take(from, to int) {
	for i := from; i < min(to, len(c.taken)); i++ {
		c.taken[i] = true
	}
}

// bodies finds the bodies of functions: outside of them, a name with brackets behind a type is declared and not called.
func (c *clangUses) bodies() {
	end, directive := -1, false
	for i := range c.t {
		switch {
		case c.kind(i) == Directive:
			directive = true
		case c.is(i, "\n"):
			directive = false
		case i > end && c.is(i, "{") && c.is(i-1, ")", "const", "noexcept", "override", "final", "try", "]"):
			end = c.end(i)
		}
		c.body[i] = directive || i <= end
	}
}

// directive reads #include, and passes over the name that #define gives.
func (c *clangUses) directive(i int) {
	switch c.s(i + 1) {
	case "include", "include_next", "import", "embed":
		if c.kind(i+2) != String {
			c.uses.unsure(c.off(i), "a header that a macro names")
			return
		}
		text := c.code[c.t[i+2].Off:c.t[i+2].End]
		name := text[1 : len(text)-1]
		forms := []string{name, path.Clean(name)}
		if text[0] == '"' {
			forms = append(forms, path.Join(path.Dir(c.Path), name))
		}
		c.imported(i+2, forms...)
		c.take(i, i+3)
	case "define":
		c.take(i, i+3)
		if c.is(i+3, "(") && c.t[i+3].Off == c.t[i+2].End {
			c.take(i+3, c.end(i+3)+1)
		}
	default:
		c.take(i, i+2)
	}
}

// module reads the imports of C++20.
func (c *clangUses) module(i int) {
	if !c.is(i-1, "", ";", "}", "\n", "export") || c.taken[i] {
		return
	}
	name, k := "", i+1
	if c.kind(k) == String {
		text := c.code[c.t[k].Off:c.t[k].End]
		name = strings.Trim(text, `"`)
	}
	for ; name == "" || c.kind(k) != String; k++ {
		if k >= len(c.t) || k > i+40 || c.is(k, ";", "\n") {
			break
		}
		name += c.s(k)
	}
	if name != "" {
		name = strings.Trim(name, "<>")
		c.imported(i, name, strings.ReplaceAll(name, ".", "/"))
		c.take(i, k)
	}
}

// using reads `using a::b;`, `using namespace a;` and `using c = a::b;`.
func (c *clangUses) using(i int) {
	if c.is(i+1, "namespace") && c.kind(i+2) == Name {
		parts, next := c.chain(i+2, "::")
		c.stars = c.star(c.stars, i, target{module: []string{strings.Join(parts, "::")}})
		c.take(i, next)
		return
	}
	k := i + 1
	alias := ""
	if c.kind(k) == Name && c.is(k+1, "=") {
		alias = c.s(k)
		k += 2
	}
	if c.is(k, "::") {
		k++
	}
	if c.kind(k) != Name {
		return
	}
	parts, next := c.chain(k, "::")
	if alias == "" {
		alias = parts[len(parts)-1]
	}
	if len(parts) > 1 {
		c.bind(alias, rustTarget(parts))
	}
	c.take(i, next)
}

func builtinType(word string) bool {
	switch word {
	case "auto", "bool", "char", "double", "float", "int", "long", "short", "signed", "size_t", "unsigned", "void", "wchar_t":
		return true
	}
	return false
}

// variable lets a variable of a built-in type hide what has its name, to the end of the block: of other types nobody knows whether
// they are macros.
func (c *clangUses) variable(i int) {
	k := i - 1
	if c.kind(i) != Name || c.taken[i] || clangKeyword(c.s(i)) {
		return
	}
	pointer := c.is(k, "*") && c.is(k-1, "(") && c.is(i+1, ")") && c.is(i+2, "(") // a pointer to a function
	if pointer {
		k -= 2
	}
	for c.is(k, "*", "&", "const") {
		k--
	}
	if !builtinType(c.s(k)) || (!pointer && !c.is(i+1, "=", ";", ",", ")", "[", "{", ":")) {
		return
	}
	c.taken[i] = true
	from := i
	if pointer {
		from = c.end(i+2) + 1
	}
	for e := from; e < min(len(c.t), i+100*maxBody); e++ {
		switch {
		case c.is(e, "(", "[", "{"):
			e = c.end(e)
		case c.is(e, "}"):
			c.shadow(c.s(i), i, e)
			return
		case c.is(e, ")"):
			if c.is(e+1, "{") {
				c.shadow(c.s(i), i, c.end(e+1))
			}
			return
		}
	}
}

func clangKeyword(word string) bool {
	switch word {
	case "alignas", "alignof", "asm", "break", "case", "catch", "class", "co_await", "co_return", "co_yield", "const", "constexpr", "continue", "decltype",
		"default", "delete", "do", "else", "enum", "explicit", "extern", "false", "for", "friend", "goto", "if", "inline", "mutable", "namespace", "new",
		"noexcept", "nullptr", "operator", "private", "protected", "public", "register", "requires", "return", "sizeof", "static", "static_assert", "struct",
		"switch", "template", "throw", "true", "try", "typedef", "typeid", "typename", "union", "using", "virtual", "volatile", "while":
		return true
	}
	return builtinType(word)
}

// name reads a chain of names, if one begins at i, and gives the token behind it.
func (c *clangUses) name(i int) int {
	if c.kind(i) != Name || c.taken[i] || (clangKeyword(c.s(i)) && !c.is(i+1, "::")) {
		return i + 1
	}
	parts, next := c.chain(i, "::")
	member := c.is(i-1, ".", "->")
	behind := next
	if c.is(next, "<") {
		if end := c.angles(next, typesReach); end > 0 && c.is(end+1, "(") {
			behind = end + 1
		}
	}
	call := c.is(behind, "(") || (c.is(behind, "{") && c.is(i-1, "=", "(", ",", "return"))
	switch {
	case member && c.is(behind, "("):
		c.receiver(i, parts, ".", "->")
	case member, c.is(i-1, "class", "struct", "union", "enum", "namespace", "goto", "typename"):
	case c.is(behind, "(") && c.declared(i), !call && c.defined(i, next):
	default:
		c.calls(i, parts, call)
	}
	return next
}

// declared says whether a name with brackets behind it is that of a function which is declared here.
func (c *clangUses) declared(i int) bool {
	k := i - 1
	for c.is(k, "::", "~") { // C::f
		k--
	}
	if c.body[i] {
		return false
	}
	return c.is(k, "*", "&", "&&", ">", "operator") || (c.kind(k) == Name && (!clangKeyword(c.s(k)) || builtinType(c.s(k)) || c.is(k, "const", "inline", "static", "extern", "constexpr", "virtual", "explicit", "friend")))
}

// defined says whether a variable or a type is declared: a statement begins with a type, and the name follows.
func (c *clangUses) defined(i, next int) bool {
	if next != i+1 || !c.is(next, "=", ";", ",", ")", "[", "\n") || c.kind(i-1) != Name || (clangKeyword(c.s(i-1)) && !builtinType(c.s(i-1))) {
		return false
	}
	return c.is(i-2, ";", "{", "}", "(", ",", "const", "static", "struct", "typedef", "")
}

func (c *clangUses) calls(i int, parts []string, call bool) {
	var extra []target
	if len(c.binds[parts[0]]) == 0 {
		extra = c.stars
	}
	use := c.used(i, parts, call, extra...)
	if use != nil && parts[0] == "std" && len(parts) == 2 {
		use.Forms = append(use.Forms, parts[1]) // the C library under its other name
	}
}
