package mutate

import (
	"cmp"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Degenerates gives the degenerate implementations that the code gives: one that always fails needs a function with an error, one
// that gives its parameter back a parameter of a result's type.
func Degenerates(files []patch.File) []Mutant {
	var out []Mutant
	packages := readGo(files)
	for _, kind := range []Kind{Stub, Zero, Identity, Fixed, Fails, Table} {
		var all degenerate
		all.kind, all.name = kind, "zzSpecgen"+degenerateID(kind, files)
		for _, p := range packages {
			all.plant(p)
		}
		all.plantTokens(files)
		if !all.some || len(all.places) == 0 {
			continue
		}
		slices.SortStableFunc(all.places, func(a, b Mutant) int { return cmp.Or(strings.Compare(a.Path, b.Path), a.Line-b.Line) })
		m := all.places[0]
		m.ID, m.Kind, m.Note, m.edits = degenerateID(kind, files), kind, degenerateNote(kind), all.edits
		out = append(out, m)
	}
	return out
}

// degenerateID goes by the kind and the paths: which functions there are may change.
func degenerateID(kind Kind, files []patch.File) string {
	parts := []string{string(kind)}
	for _, f := range files {
		parts = append(parts, f.Path)
	}
	return digest(strings.Join(parts, "\x00"))
}

func degenerateNote(kind Kind) string {
	return map[Kind]string{
		Stub: "everything panics", Zero: "everything gives zero values", Identity: "everything gives a parameter back",
		Fixed: "everything gives the same value each time", Fails: "everything fails", Table: "only the first call of each function is right",
	}[kind]
}

// degenerate is a degenerate implementation as it comes to be.
type degenerate struct {
	kind   Kind
	name   string // begins the names of all that is added
	edits  []edit
	places []Mutant // where functions were replaced
	some   bool     // it differs from zero values
}

// plant replaces the exported functions of a package.
func (d *degenerate) plant(p *goPackage) {
	first := true
	for _, s := range p.files {
		var tail strings.Builder
		for _, f := range exported(s.tree) {
			if d.kind == Table && (f.Name.Name == "main" || f.Recv == nil && f.Name.Name == "init") {
				continue
			}
			tail.WriteString(d.function(s, f))
		}
		if tail.Len() == 0 {
			continue
		}
		if first {
			d.common(s)
			first = false
		}
		end := len(s.text)
		r := uses
		if d.kind == Table {
			r = outside
		}
		d.edits = append(d.edits, edit{path: s.Path, from: end, to: end, text: tail.String(), role: r})
	}
}

// exported gives the functions and methods that are called from outside; in a program, its main function too.
func exported(tree *ast.File) []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Body != nil && (f.Name.IsExported() || f.Recv == nil && f.Name.Name == "main" && tree.Name.Name == "main") {
			out = append(out, f)
		}
	}
	return out
}

// function replaces one function, and gives the original under another name, which keeps imports in use.
func (d *degenerate) function(s *goSource, f *ast.FuncDecl) string {
	h := readHeader(s, f)
	from, to := s.at(f.Pos()), s.at(f.End())
	was := s.text[from:to]
	body := d.body(h)
	now := h.text(f.Name.Name) + " { " + body + " }"
	now += strings.Repeat("\n", max(0, strings.Count(was, "\n")-strings.Count(now, "\n")))
	d.edits = append(d.edits, edit{path: s.Path, from: from, to: to, text: now})
	d.places = append(d.places, Mutant{
		Path: s.Path, Line: s.line(from), EndLine: s.line(to - 1), Func: s.funcName(f),
		Was: s.text[s.at(f.Body.Pos()):to], Now: "{ " + body + " }",
	})
	name := s.at(f.Name.Pos())
	return "\n\n" + s.text[from:name] + d.original(f) + s.text[name+len(f.Name.Name):to] + "\n"
}

// original is the name of a function's original.
func (d *degenerate) original(f *ast.FuncDecl) string { return d.name + "_" + f.Name.Name }

// body is what a function does instead, on one line.
func (d *degenerate) body(h header) string {
	var b strings.Builder
	switch string(d.kind) {
	case string(Stub):
		d.some = true
		return `panic("not implemented")`
	case string(Zero):
		d.some = true
	case string(Identity):
		d.set(&b, h, h.same)
	case string(Fixed):
		d.set(&b, h, h.fixed)
	case string(Fails):
		if n := len(h.results); n > 0 && h.results[n-1] == "error" {
			d.some = true
			b.WriteString(result(n-1) + " = " + d.name + "Error{}; ")
		}
	case string(Table):
		d.some = d.some || len(h.results) > 0
		return d.recall(h)
	}
	b.WriteString("return")
	return b.String()
}

// set writes an assignment for each result that something is known for.
func (d *degenerate) set(b *strings.Builder, h header, value func(int) string) {
	for i := range h.results {
		if v := value(i); v != "" {
			d.some = true
			b.WriteString(result(i) + " = " + v + "; ")
		}
	}
}

// common adds what the functions of a package share, to its first file.
func (d *degenerate) common(s *goSource) {
	add := func(at int, text string) {
		d.edits = append(d.edits, edit{path: s.Path, from: at, to: at, text: text, role: outside})
	}
	switch string(d.kind) {
	case string(Fails):
		add(len(s.text), "\n\ntype "+d.name+"Error struct{}\n\nfunc ("+d.name+"Error) Error() string { return \"it always fails\" }\n")
	case string(Table):
		add(s.at(s.tree.Name.End()), d.tableImports())
		add(len(s.text), d.table())
	}
}

func parameter(i int) string { return "zzP" + strconv.Itoa(i) }

func result(i int) string { return "zzR" + strconv.Itoa(i) }
