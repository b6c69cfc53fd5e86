package evaluate

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// goFile is a Go file with its syntax, and what its names stand for as far as the file alone can say.
type goFile struct {
	set    *token.FileSet
	file   *ast.File
	uses   map[*ast.Ident]types.Object // imported packages, what is declared in the file, and built-in names
	types  map[ast.Expr]types.TypeAndValue
	errors []verdict.Diagnostic // why it cannot be parsed; the rest is then empty
}

const maxSyntaxErrors = 10

func readGo(f patch.File) *goFile {
	g := &goFile{set: token.NewFileSet()}
	file, err := parser.ParseFile(g.set, f.Path, f.Data, parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		g.errors = syntaxErrors(f.Path, err)
		return g
	}
	g.file = file
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: strangers{}, FakeImportC: true, Error: func(error) {}}
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

// strangers imports every package as an empty one, so that names of packages can be told from others without reading them.
type strangers struct{}

func (strangers) Import(p string) (*types.Package, error) {
	pkg := types.NewPackage(p, packageName(p))
	pkg.MarkComplete()
	return pkg, nil
}

var versionSuffix = regexp.MustCompile(`(/v[0-9]+|\.v[0-9]+)$`)

// packageName guesses the name of a package by its path, as the go command's conventions have it.
func packageName(p string) string {
	base := path.Base(versionSuffix.ReplaceAllString(p, ""))
	base = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(base, "go-"), "-go"), ".go")
	if i := strings.LastIndexAny(base, "-."); i >= 0 {
		base = base[i+1:]
	}
	return base
}

func (g *goFile) line(n ast.Node) int { return g.set.Position(n.Pos()).Line }

// named is a name in a file, under all the forms in which a pattern may mean it.
type named struct {
	forms []string
	line  int
	value bool // it is handed on as a value and not called
}

// imports gives the imported paths, and within the module also as paths from its root.
func (g *goFile) imports(modules []module) []named {
	var out []named
	for _, spec := range g.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		n := named{forms: []string{p}, line: g.line(spec)}
		for _, m := range modules {
			if rest, ok := strings.CutPrefix(p, m.path+"/"); ok && m.path != "" {
				n.forms = append(n.forms, rest)
			}
		}
		out = append(out, n)
	}
	return out
}

// identifiers gives every name that the file declares or uses, but for its package's.
func (g *goFile) identifiers() []named {
	var out []named
	ast.Inspect(g.file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id != g.file.Name && id.Name != "_" {
			out = append(out, named{forms: []string{id.Name}, line: g.line(id)})
		}
		return true
	})
	return out
}

// calls gives everything that is called, and the functions that are handed on as values, since who has them can call them.
func (g *goFile) calls() []named {
	var out []named
	add := func(e ast.Expr, value bool) {
		if forms := g.forms(callee(e), value); len(forms) > 0 {
			out = append(out, named{forms: forms, line: g.line(e), value: value})
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
	return out
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
	return []string{packageName(p) + "." + name, p + "." + name}
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
		return []string{packageName(p) + "." + x.Sel.Name, p + "." + x.Sel.Name}
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
		if err == nil && spec.Name == nil && packageName(p) == name {
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
	switch y := callee(x.X).(type) {
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

// blankGo replaces comments by blanks. Directives that the compiler obeys are no comments.
func blankGo(data []byte) string {
	out := []byte(string(data))
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(data))
	var s scanner.Scanner
	s.Init(file, data, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return string(out)
		}
		if tok != token.COMMENT || strings.HasPrefix(literal, "//go:") {
			continue
		}
		from := file.Offset(pos)
		end := commentEnd(data, from)
		for i := from; i < end; i++ {
			if out[i] != '\n' && out[i] != '\t' && out[i] != '\r' {
				out[i] = ' '
			}
		}
	}
}

// commentEnd finds the end in the text itself, because the scanner drops carriage returns. A comment that never ends hides
// nothing.
func commentEnd(data []byte, from int) int {
	text := string(data[from:])
	if strings.HasPrefix(text, "//") {
		return from + toLineEnd(text)
	}
	return from + blockLength(text, [2]string{"/*", "*/"}, false)
}
