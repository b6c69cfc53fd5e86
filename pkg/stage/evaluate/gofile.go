package evaluate

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/syntax"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// goFile is a Go file with its syntax, and what its names stand for as far as the file alone can say.
type goFile struct {
	set    *token.FileSet
	data   []byte
	file   *ast.File
	uses   map[*ast.Ident]types.Object // imported packages, what is declared in the file, and built-in names
	types  map[ast.Expr]types.TypeAndValue
	errors []verdict.Diagnostic // why it cannot be parsed; the rest is then empty
}

const maxSyntaxErrors = 10

func readGo(f patch.File) *goFile {
	g := &goFile{set: token.NewFileSet()}
	g.data = f.Data
	file, err := parser.ParseFile(g.set, f.Path, f.Data, parser.SkipObjectResolution|parser.AllErrors|parser.ParseComments)
	if err != nil {
		g.errors = syntaxErrors(f.Path, err)
		return g
	}
	g.file = file
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: syntax.GoStrangers{}, FakeImportC: true, Error: func(error) {}}
	// The errors are those of a file without its package and its imports; only the names that could be resolved matter.
	_, _ = config.Check(file.Name.Name, g.set, []*ast.File{file}, info)
	g.uses, g.types = info.Uses, info.Types
	return g
}

func syntaxErrors(name string, err error) []verdict.Diagnostic {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []verdict.Diagnostic{{File: name, Line: 1, Message: err.Error()}}
	}
	var out []verdict.Diagnostic
	for _, e := range list {
		if len(out) == maxSyntaxErrors {
			break
		}
		out = append(out, verdict.Diagnostic{File: name, Line: e.Pos.Line, Col: e.Pos.Column, Message: "syntax error: " + e.Msg})
	}
	return out
}

// at is where a node stands in the file, whatever its line directives say.
func (g *goFile) at(n ast.Node) int { return g.set.PositionFor(n.Pos(), false).Offset }

// imports gives the imported paths: whole, from a module's root, and as the path of which they may be a copy. What is linked by its
// name needs no import, and counts as one.
func (g *goFile) imports(modules []module) []syntax.Use {
	var out []syntax.Use
	add := func(p string, off int) {
		u := syntax.Use{Forms: append([]string{p}, originals(p)...), Off: off}
		for _, m := range modules {
			if rest, ok := strings.CutPrefix(p, m.path+"/"); ok && m.path != "" {
				u.Forms = append(u.Forms, rest)
			}
		}
		out = append(out, u)
	}
	for _, spec := range g.file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			add(p, g.at(spec))
		}
	}
	for _, l := range g.linked() {
		add(l.path, l.off)
	}
	return append(out, g.preamble().Imports...)
}

// originals gives the paths of which a vendored package may be a copy: what stands behind the first part, from a part on that looks like
// a host, and behind folders that hold copies.
func originals(p string) []string {
	var out []string
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		rest := p[i+1:]
		first, _, _ := strings.Cut(rest, "/")
		before := path.Base(p[:i])
		if (strings.Contains(first, ".") && !strings.HasPrefix(first, ".")) || before == "vendor" || before == "third_party" {
			out = append(out, rest)
		}
	}
	return out
}

// link is a symbol of another package that a directive gives a name in this one.
type link struct {
	path, name string
	off        int
}

// linked reads go:linkname, by which code reaches what it does not import.
func (g *goFile) linked() []link {
	var out []link
	for _, group := range g.file.Comments {
		for _, c := range group.List {
			rest, ok := strings.CutPrefix(c.Text, "//go:linkname ")
			fields := strings.Fields(rest)
			if !ok || len(fields) < 2 {
				continue
			}
			// The path may hold points itself, but not in its last part.
			slash := strings.LastIndexByte(fields[1], '/') + 1
			pkg, name, ok := strings.Cut(fields[1][slash:], ".")
			if ok {
				out = append(out, link{fields[1][:slash] + pkg, name, g.at(c)})
			}
		}
	}
	return out
}

// preamble reads the C code above `import "C"`, which is a comment for Go alone.
func (g *goFile) preamble() syntax.Uses {
	code := []byte(string(g.data))
	at := 0
	for _, doc := range g.cgo() {
		for _, c := range doc.List {
			from := g.at(c)
			end := commentEnd(g.data, from)
			syntax.Hide(code[at : from+2])
			if strings.HasPrefix(c.Text, "/*") {
				syntax.Hide(code[end-2 : end])
			}
			at = end
		}
	}
	if at == 0 {
		return syntax.Uses{}
	}
	syntax.Hide(code[at:])
	return syntax.Read("preamble.c", string(code)).Uses()
}

// cgo gives the comments that hold C code.
func (g *goFile) cgo() []*ast.CommentGroup {
	var out []*ast.CommentGroup
	for _, d := range g.file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.IMPORT {
			continue
		}
		for _, s := range decl.Specs {
			spec, ok := s.(*ast.ImportSpec)
			if !ok || (spec.Path.Value != `"C"` && spec.Path.Value != "`C`") {
				continue
			}
			if spec.Doc != nil {
				out = append(out, spec.Doc)
			} else if decl.Doc != nil {
				out = append(out, decl.Doc)
			}
		}
	}
	return out
}

// identifiers does for every name that the file declares or uses, but for its package's.
func (g *goFile) identifiers(do func(name string, off int)) {
	ast.Inspect(g.file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id != g.file.Name && id.Name != "_" {
			do(id.Name, g.at(id))
		}
		return true
	})
}

// calls gives everything that is called, and the functions that are handed on as values, since who has them can call them.
func (g *goFile) calls() []syntax.Use {
	var out []syntax.Use
	add := func(e ast.Expr, value bool) {
		if forms := g.forms(callee(e), value); len(forms) > 0 {
			out = append(out, syntax.Use{Forms: forms, Off: g.at(e), Value: value})
		}
	}
	ast.Inspect(g.file, func(n ast.Node) bool {
		for _, e := range values(n) {
			add(e, true)
		}
		if call, ok := n.(*ast.CallExpr); ok {
			add(call.Fun, false)
		}
		return true
	})
	for _, l := range g.linked() {
		out = append(out, syntax.Use{Forms: []string{syntax.GoPackageName(l.path) + "." + l.name, l.path + "." + l.name}, Off: l.off})
	}
	return append(out, g.preamble().Calls...)
}

// callee takes off brackets and type arguments.
func callee(e ast.Expr) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		default:
			return e
		}
	}
}

// values gives the expressions that a node hands on: assigned, passed, returned, put into a composite.
func values(n ast.Node) []ast.Expr {
	switch x := n.(type) {
	case *ast.AssignStmt:
		return x.Rhs
	case *ast.ValueSpec:
		return x.Values
	case *ast.CallExpr:
		return x.Args
	case *ast.ReturnStmt:
		return x.Results
	case *ast.CompositeLit:
		return x.Elts
	case *ast.KeyValueExpr:
		return []ast.Expr{x.Value}
	case *ast.SendStmt:
		return []ast.Expr{x.Value}
	case *ast.RangeStmt: // to range over a function is to call it
		return []ast.Expr{x.X}
	}
	return nil
}

func (g *goFile) forms(e ast.Expr, value bool) []string {
	switch x := e.(type) {
	case *ast.Ident:
		return g.bareForms(x, value)
	case *ast.SelectorExpr:
		return g.selectorForms(x, value)
	}
	return nil
}

// bareForms are those of a name without a qualifier: the name itself, and what a dot import may make of it.
func (g *goFile) bareForms(id *ast.Ident, value bool) []string {
	object := g.uses[id]
	_, function := object.(*types.Func)
	hides := object != nil && object.Pkg() != nil && types.Universe.Lookup(id.Name) != nil
	if hides || (value && object != nil && !function) {
		return nil // a local name that only looks like a built-in one, or a value that is no function
	}
	forms := []string{id.Name}
	if object != nil || !ast.IsExported(id.Name) {
		return forms
	}
	for _, spec := range g.file.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			forms = append(forms, qualified(spec, id.Name)...)
		}
	}
	return forms
}

func qualified(spec *ast.ImportSpec, name string) []string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return nil
	}
	return []string{syntax.GoPackageName(p) + "." + name, p + "." + name}
}

// selectorForms are those of X.Name: by package, by the receiver's name, and by its type where the file declares it.
func (g *goFile) selectorForms(x *ast.SelectorExpr, value bool) []string {
	id, ok := ast.Unparen(x.X).(*ast.Ident)
	if !ok {
		if value {
			return nil
		}
		return append(g.typeForms(x), dotted(x)...)
	}
	switch object := g.uses[id].(type) {
	case *types.PkgName:
		p := object.Imported().Path()
		return []string{syntax.GoPackageName(p) + "." + x.Sel.Name, p + "." + x.Sel.Name}
	case nil:
		forms := []string{id.Name + "." + x.Sel.Name}
		for _, spec := range g.file.Imports { // one of these may have another name than its path suggests
			if spec.Name == nil {
				forms = append(forms, qualified(spec, x.Sel.Name)[1:]...)
			}
		}
		return forms
	}
	if value {
		return nil
	}
	if g.hides(id.Name) {
		return g.typeForms(x) // it looks like a package and is none
	}
	return append(g.typeForms(x), id.Name+"."+x.Sel.Name)
}

// hides says whether a package of this name is imported.
func (g *goFile) hides(name string) bool {
	for _, spec := range g.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil && spec.Name == nil && syntax.GoPackageName(p) == name {
			return true
		}
	}
	return false
}

func (g *goFile) typeForms(x *ast.SelectorExpr) []string {
	t := g.types[x.X].Type
	if t == nil {
		return nil
	}
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return []string{named.Obj().Name() + "." + x.Sel.Name}
	}
	return nil
}

// dotted gives a chain a.b.c as b.c and a.b.c; what is no name in it becomes an underline.
func dotted(x *ast.SelectorExpr) []string {
	of := callee(x.X)
	if star, ok := of.(*ast.StarExpr); ok { // (*T).Method
		of = callee(star.X)
	}
	switch y := of.(type) {
	case *ast.SelectorExpr:
		short := y.Sel.Name + "." + x.Sel.Name
		whole := dotted(y)
		if len(whole) == 0 {
			return []string{short}
		}
		return []string{short, whole[len(whole)-1] + "." + x.Sel.Name}
	case *ast.Ident:
		return []string{y.Name + "." + x.Sel.Name}
	case *ast.CallExpr:
		switch f := callee(y.Fun).(type) {
		case *ast.Ident:
			return []string{f.Name + "." + x.Sel.Name}
		case *ast.SelectorExpr:
			return []string{f.Sel.Name + "." + x.Sel.Name}
		}
	}
	return []string{"_." + x.Sel.Name}
}

// blank replaces comments by blanks. Directives that the compiler obeys are no comments, nor is the C code above `import "C"`.
func (g *goFile) blank() string {
	out := []byte(string(g.data))
	kept := g.foreign()
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(g.data))
	var s scanner.Scanner
	s.Init(file, g.data, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return string(out)
		}
		from := file.Offset(pos)
		if tok != token.COMMENT || obeyed(literal) || kept[from] {
			continue
		}
		syntax.Hide(out[from:commentEnd(g.data, from)])
	}
}

// foreign gives the places of the comments that hold C code.
func (g *goFile) foreign() map[int]bool {
	kept := map[int]bool{}
	if g.file == nil {
		return kept
	}
	for _, doc := range g.cgo() {
		for _, c := range doc.List {
			kept[g.at(c)] = true
		}
	}
	return kept
}

// obeyed says whether a comment is a directive.
func obeyed(comment string) bool {
	for _, mark := range []string{"//go:", "//export ", "//line ", "/*line ", "// +build", "//+build"} {
		if strings.HasPrefix(comment, mark) {
			return true
		}
	}
	return false
}

// commentEnd finds the end in the text itself, because the scanner drops carriage returns. A comment that never ends hides
// nothing.
func commentEnd(data []byte, from int) int {
	text := string(data[from:])
	mark, kept := "\n", 0
	if strings.HasPrefix(text, "/*") {
		mark, kept = "*/", 2
	}
	switch i := strings.Index(text[2:], mark); {
	case i >= 0:
		return from + 2 + i + kept
	case kept == 0:
		return len(data)
	}
	return from
}
