package mutate

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Program is a set of files that holds many mutants, of which an environment variable chooses one when the program starts.
type Program struct {
	Files   []patch.File
	Mutants []Mutant // those in it
	Rest    []Mutant // those that cannot be chosen at run time

	clones []clone
}

// clone is a mutant's copy of a function, and where it stands in its file.
type clone struct {
	path     string
	from, to int // lines
	id       string
}

// At gives the mutant whose copy stands at a line: a compiler's error there is its own.
func (p Program) At(path string, line int) (id string, ok bool) {
	for _, c := range p.clones {
		if c.path == path && line >= c.from && line <= c.to {
			return c.id, true
		}
	}
	return "", false
}

// Combine puts mutants into one program. A function that has mutants gets a copy for each at the end of its file, and begins with
// a look at which of them the environment variable names, if any. Lines keep their numbers.
//
// Mutants outside of functions, in functions that ask who calls them, and in files whose lines or bytes are looked at otherwise are
// left over. The copies have names that no other code has, and vet may find in them what it does not like: run it without
// (go test -vet=off).
func Combine(files []patch.File, mutants []Mutant, variable string) Program {
	out := Program{Files: slices.Clone(files)}
	var all []*combiner
	for _, p := range readGo(files) {
		for _, s := range p.files {
			all = append(all, newCombiner(s, variable))
		}
	}
	for _, m := range mutants {
		if !takes(all, m) {
			out.Rest = append(out.Rest, m)
			continue
		}
		out.Mutants = append(out.Mutants, m)
		for _, c := range all {
			c.add(m)
		}
	}
	for _, c := range all {
		if len(c.order) == 0 && !slices.ContainsFunc(c.initials, func(i *initial) bool { return len(i.variants) > 0 }) {
			continue
		}
		data, clones := c.write()
		i := slices.IndexFunc(out.Files, func(f patch.File) bool { return f.Path == c.Path })
		out.Files[i].Data = data
		out.clones = append(out.clones, clones...)
	}
	return out
}

// takes says whether a mutant can be chosen at run time in all files that it is about.
func takes(all []*combiner, m Mutant) bool {
	if len(m.drop) > 0 || len(m.add) > 0 || len(m.edits) == 0 {
		return false
	}
	for _, e := range m.edits {
		i := slices.IndexFunc(all, func(c *combiner) bool { return c.Path == e.path })
		if i < 0 || !all[i].fit {
			return false
		}
		if e.role == fault && all[i].function(e) == nil && all[i].initialOf(e) == nil {
			return false
		}
	}
	return true
}

// combiner puts the mutants of one file into it.
type combiner struct {
	*goSource
	fit      bool
	variable string
	name     string // begins the names of what is added for the file itself
	order    []*ast.FuncDecl
	mutants  map[*ast.FuncDecl][]variant
	initials []*initial
	edits    []edit // outside of functions, and what the mutants append
}

// variant is what a mutant changes in one function.
type variant struct {
	id    string
	edits []edit
}

func newCombiner(s *goSource, variable string) *combiner {
	return &combiner{
		goSource: s, fit: switchable(s), variable: variable, name: "zzSpecgen" + digest(s.Path+"\x00"+variable),
		mutants: map[*ast.FuncDecl][]variant{},
	}
}

// switchable says whether a file may get longer: nobody reads its bytes or gives its lines other numbers.
func switchable(s *goSource) bool {
	for _, group := range s.tree.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//line ") || strings.HasPrefix(c.Text, "/*line ") || strings.HasPrefix(c.Text, "//go:embed ") {
				return false
			}
		}
	}
	return !slices.ContainsFunc(s.tree.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"C"` })
}

// function gives the function that an edit is in, if that can have copies.
func (c *combiner) function(e edit) *ast.FuncDecl {
	for _, d := range c.tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && e.from >= c.at(f.Pos()) && e.to <= c.at(f.End()) && copyable(f) {
			return f
		}
	}
	return nil
}

// copyable says whether a copy of a function does the same as the function: it does not ask where it stands in the calls, the compiler
// has no orders about it, and its type parameters can be named.
func copyable(f *ast.FuncDecl) bool {
	if f.Body == nil || f.Name.Name == "_" || strings.Contains(instance(f), "_,") || strings.Contains(instance(f), "_]") {
		return false
	}
	if f.Doc != nil && slices.ContainsFunc(f.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:") }) {
		return false
	}
	ok := true
	depth := 0
	var inside []ast.Node
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if n == nil {
			if _, lit := inside[len(inside)-1].(*ast.FuncLit); lit {
				depth--
			}
			inside = inside[:len(inside)-1]
			return true
		}
		inside = append(inside, n)
		switch x := n.(type) {
		case *ast.FuncLit:
			depth++
		case *ast.CallExpr:
			name := calledName(x)
			ok = ok && (name != "recover" || depth > 0) && !strings.HasPrefix(name, "runtime.Caller")
		}
		return true
	})
	return ok
}

// add takes what a mutant changes in the file.
func (c *combiner) add(m Mutant) {
	parts := map[*ast.FuncDecl][]edit{}
	begins := map[*initial][]edit{}
	for _, e := range of(m.edits, c.Path) {
		switch e.role {
		case fault:
			if f := c.function(e); f != nil {
				parts[f] = append(parts[f], e)
			} else if i := c.initialOf(e); i != nil {
				begins[i] = append(begins[i], e)
			}
		case outside:
			c.edits = append(c.edits, e)
		case uses: // the original uses them
		}
	}
	for i, edits := range begins {
		i.variants = append(i.variants, variant{m.ID, edits})
	}
	for _, d := range c.tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || parts[f] == nil {
			continue
		}
		if c.mutants[f] == nil {
			c.order = append(c.order, f)
		}
		c.mutants[f] = append(c.mutants[f], variant{m.ID, parts[f]})
	}
}

// write gives the file with its copies, and where they are.
func (c *combiner) write() ([]byte, []clone) {
	end := len(c.text)
	head := edit{from: c.at(c.tree.Name.End()), text: "; import " + c.name + `Os "os"`}
	head.to = head.from
	edits := append([]edit{head}, c.edits...)
	for _, f := range c.order {
		edits = append(edits, c.choice(f)...)
	}
	picks := false
	for n, i := range c.initials {
		if len(i.variants) > 0 {
			edits, picks = append(edits, c.pick(i, n)...), true
		}
	}
	edits = append(edits, edit{from: end, to: end, text: "\n\nvar " + c.name + " = " + c.name + "Os.Getenv(" + strconv.Quote(c.variable) + ")\n"})
	text := applyFrom(c.text, 0, edits)
	if picks {
		text += c.picker()
	}
	var clones []clone
	put := func(id, copied string) {
		line := 1 + strings.Count(text, "\n")
		text += "\n" + copied + "\n"
		clones = append(clones, clone{c.Path, line, strings.Count(text, "\n"), id})
	}
	for _, f := range c.order {
		for _, v := range c.mutants[f] {
			put(v.id, c.copy(f, v))
		}
	}
	for n, i := range c.initials {
		for _, v := range i.variants {
			put(v.id, c.other(i, n, v))
		}
	}
	return []byte(text), clones
}

func cloneName(id string, f *ast.FuncDecl) string { return "zzSpecgen" + id + "C_" + f.Name.Name }

// copy is a function with the changes of a mutant, under a name of its own.
func (c *combiner) copy(f *ast.FuncDecl, v variant) string {
	from, to := c.at(f.Pos()), c.at(f.End())
	text := applyFrom(c.text[from:to], from, v.edits)
	name := c.at(f.Name.Pos()) - from
	if len(v.edits) == 1 && v.edits[0].from == from { // the head was written anew
		name = strings.Index(text, " "+f.Name.Name) + 1
		if f.Recv != nil {
			name = closing(text) + 1 + strings.Index(text[closing(text)+1:], f.Name.Name)
		}
	}
	return text[:name] + cloneName(v.id, f) + text[name+len(f.Name.Name):]
}

// closing gives where the first brackets of a text close.
func closing(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}
