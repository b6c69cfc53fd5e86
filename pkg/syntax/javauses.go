package syntax

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// javaNames reads what Java imports and calls.
func javaNames(f *File) Uses {
	j := javaUses{walk: newWalk(f, "."), types: map[string][]string{}, met: map[string]bool{}, stars: []target{{module: []string{"java.lang"}}}}
	for i := range j.t {
		switch {
		case j.is(i, "import") && !j.is(i-1, "."):
			j.importing(i)
		case j.is(i, "package") && !j.is(i-1, "."):
			_, next := j.chain(i+1, ".")
			j.take(i, next)
		}
	}
	for i := range j.t {
		j.variable(i)
	}
	for i := 0; i < len(j.t); {
		i = j.name(i)
	}
	return j.uses
}

type javaUses struct {
	*walk
	stars   []target            // packages, and classes whose static members are imported
	statics []target            // classes of which all static members are imported
	types   map[string][]string // of variables, wherever in the file they are declared
	met     map[string]bool     // what was already noted as imported by a star
}

func (j *javaUses) take(from, to int) {
	for i := from; i < min(to, len(j.taken)); i++ {
		j.taken[i] = true
	}
}

// importing reads `import static a.b.C.*;`.
func (j *javaUses) importing(from int) {
	i := from + 1
	static := j.is(i, "static")
	if static || j.is(i, "module") && j.kind(i+1) == Name {
		i++
	}
	if j.kind(i) != Name {
		return
	}
	parts, next := j.chain(i, ".")
	name := strings.Join(parts, ".")
	forms := prefixes(name, ".")
	last := len(parts) - 1
	switch star := j.is(next, ".") && j.is(next+1, "*"); {
	case star && static:
		j.statics = j.star(j.statics, i, target{module: []string{name}})
		next += 2
	case star:
		forms = append(forms, name+".*", strings.ReplaceAll(name, ".", "/")+"/*")
		j.stars = j.star(j.stars, i, target{module: []string{name}})
		next += 2
	case static && last > 0:
		j.bind(parts[last], target{module: []string{strings.Join(parts[:last], ".")}, path: parts[last:]})
	case last > 0:
		j.bind(parts[last], target{module: []string{strings.Join(parts[:last], ".")}, path: parts[last:]})
	}
	j.imported(i, forms...)
	j.take(from, next)
}

func javaKeyword(word string) bool {
	switch word {
	case "abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "default", "do", "double", "else", "enum",
		"extends", "false", "final", "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int", "interface", "long", "native", "new",
		"null", "package", "private", "protected", "public", "return", "short", "static", "strictfp", "super", "switch", "synchronized", "this", "throw",
		"throws", "transient", "true", "try", "void", "volatile", "while", "yield":
		return true
	}
	return false
}

func primitive(word string) bool {
	switch word {
	case "boolean", "byte", "char", "double", "float", "int", "long", "short":
		return true
	}
	return false
}

// variable notes the type of a variable where one is declared, and that its name is no class from there on.
func (j *javaUses) variable(i int) {
	if j.kind(i) != Name || j.taken[i] || javaKeyword(j.s(i)) || !j.is(i+1, "=", ";", ",", ")", ":", "[", "->", "&&") {
		return
	}
	k := i - 1
	for j.is(k, "]") && j.is(k-1, "[") {
		k -= 2
	}
	if j.is(k, "...") {
		k--
	}
	if j.is(k, ">") {
		k = j.opening(k) - 1
	}
	if k < 0 || j.kind(k) != Name || j.taken[k] || (javaKeyword(j.s(k)) && !primitive(j.s(k))) {
		return
	}
	name, kind := j.s(i), j.s(k)
	if kind == "var" && j.is(i+1, "=") && j.is(i+2, "new") && j.kind(i+3) == Name {
		parts, _ := j.chain(i+3, ".")
		kind = parts[len(parts)-1]
	}
	if len(j.types[name]) < 8 && !slices.Contains(j.types[name], kind) {
		j.types[name] = append(j.types[name], kind)
	}
	j.taken[i] = true
	j.hide(name, i)
}

// opening gives where type arguments that end at i begin.
func (j *javaUses) opening(i int) int {
	depth := 0
	for k := i; k >= max(0, i-60); k-- {
		switch {
		case j.is(k, ">"):
			depth++
		case j.is(k, "<"):
			if depth--; depth == 0 {
				return k
			}
		case j.is(k, ";", "{", "}", "(", ")", "="):
			return 0
		}
	}
	return 0
}

// hide lets a variable hide what has its name, to the end of the block or of the body behind its brackets.
func (j *javaUses) hide(name string, i int) {
	if len(j.binds[name]) == 0 && !upper(name) {
		return
	}
	for k := i; k < min(len(j.t), i+100*maxBody); k++ {
		switch {
		case j.is(k, "(", "[", "{"):
			k = j.end(k)
		case j.is(k, "}"):
			j.shadow(name, i, k)
			return
		case j.is(k, ")"):
			j.hideBody(name, k+1)
			return
		}
	}
}

// hideBody lets a parameter hide what has its name, in the body of its method, its loop or its lambda.
func (j *javaUses) hideBody(name string, k int) {
	if j.is(k, "->") {
		k++
	}
	for n := k; n < min(len(j.t), k+50); n++ {
		switch {
		case j.is(n, "{"):
			j.shadow(name, n, j.end(n))
			return
		case j.is(n, ";", "}", ")"):
			j.shadow(name, k, n)
			return
		}
	}
}

func upper(name string) bool {
	r, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(r)
}

// name reads a chain of names, if one begins at i, and gives the token behind it.
func (j *javaUses) name(i int) int {
	if j.kind(i) != Name || j.taken[i] {
		return i + 1
	}
	parts, next := j.chain(i, ".")
	word := parts[0]
	if javaKeyword(word) && (len(parts) == 1 || (word != "this" && word != "super")) {
		return i + 1
	}
	call := j.is(next, "(") || (j.is(i-1, "new") && j.is(j.behindTypes(next), "(", "["))
	switch {
	case j.is(i-1, "."), j.is(i-1, ">") && j.is(j.opening(i-1)-1, "."): // also behind type arguments: List.<String>of()
		if call {
			j.method(i, parts)
		}
		return next
	case j.is(i-1, "class", "interface", "enum", "record", "@interface", "goto"), j.declared(i, next):
		return i + 1
	case j.is(next, "::") && j.kind(next+1) == Name:
		j.calls(i, append(parts, j.s(next+1)), false)
		return next + 2
	}
	j.written(i, parts)
	if call && !j.is(i-1, "@") {
		if j.is(i-1, "new") {
			j.calls(i, append(slices.Clone(parts), "new"), true)
		}
		j.calls(i, parts, true)
	}
	return next
}

// behindTypes passes over type arguments.
func (j *javaUses) behindTypes(i int) int {
	if j.is(i, "<") {
		if end := j.angles(i, typesReach); end > 0 {
			return end + 1
		}
	}
	return i
}

// declared says whether the name before brackets is that of a method or a constructor which is declared here.
func (j *javaUses) declared(i, next int) bool {
	if next != i+1 || !j.is(next, "(") {
		return false
	}
	end := j.end(next)
	typed := (j.kind(i-1) == Name && (!javaKeyword(j.s(i-1)) || primitive(j.s(i-1)) || j.is(i-1, "void"))) || j.is(i-1, "]")
	switch {
	case j.is(i-1, "new", "."):
		return false
	case j.is(end+1, "{", "throws"):
		return true
	}
	return typed && j.is(end+1, ";", "default")
}

// calls notes a call by the class that is imported, by the types of the variable, and as it is written.
func (j *javaUses) calls(i int, parts []string, call bool) {
	var extra []target
	if len(j.binds[parts[0]]) == 0 {
		if len(parts) == 1 && call {
			extra = append(extra, j.statics...)
		}
		if upper(parts[0]) {
			extra = append(extra, j.stars...)
		}
	}
	use := j.used(i, parts, true, extra...)
	if len(parts) > 1 && use != nil && j.hidden(parts[0], i) {
		use.Forms = []string{"_." + parts[len(parts)-1]}
	}
	if use == nil {
		return
	}
	use.Value = !call
	if parts[0] == "this" && len(parts) > 2 {
		parts = parts[1:]
	}
	if len(parts) != 2 {
		return
	}
	for _, kind := range j.types[parts[0]] {
		use.Forms = append(use.Forms, kind+"."+parts[1])
		for _, t := range slices.Concat(j.binds[kind], j.starred(kind)) {
			use.Forms = append(use.Forms, t.full(".", nil)[0]+"."+parts[1])
		}
	}
}

func (j *javaUses) starred(kind string) []target {
	var out []target
	for _, s := range j.stars {
		if len(j.binds[kind]) == 0 && upper(kind) {
			out = append(out, target{module: s.module, path: []string{kind}})
		}
	}
	return out
}

// written notes what is named in full without an import, and what a star may have imported.
func (j *javaUses) written(i int, parts []string) {
	head := parts[0]
	switch {
	case len(j.binds[head]) > 0 || j.hidden(head, i) || len(j.types[head]) > 0:
	case len(parts) > 1 && !upper(head):
		j.imported(i, prefixes(strings.Join(parts, "."), ".")...)
	case upper(head) && !j.met[head]:
		j.met[head] = true
		for _, s := range j.stars {
			name := s.module[0] + "." + head
			j.imported(i, name, strings.ReplaceAll(name, ".", "/"))
		}
	}
}
