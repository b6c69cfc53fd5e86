package evaluate

import (
	"go/ast"
	"go/doc"
	"go/token"
	"strings"
)

// Why a test that passes shows nothing, in words for a person.
const (
	emptyTest    = "is empty: there is nothing in it that could fail"
	compiledOnly = "is only compiled and never run: it has no `// Output:` comment"
	todoTest     = "is a todo: there is nothing to run"
)

// hollowGo says why a Go test decides nothing, "" if it may. Only what is certain by syntax counts: a test that calls the code
// can at least find it panicking.
func hollowGo(file *ast.File, f *ast.FuncDecl) string {
	if strings.HasPrefix(f.Name.Name, "Example") {
		for _, e := range doc.Examples(file) {
			if "Example"+e.Name == f.Name.Name && e.Output == "" && !e.EmptyOutput {
				return compiledOnly
			}
		}
		return ""
	}
	i := idler{}
	i.params(f.Type)
	if f.Body == nil || i.block(f.Body) {
		return emptyTest
	}
	return ""
}

// idler tells statements that can neither fail nor call the code under test. It knows the names of *testing.T in scope.
type idler map[string]bool

func (i idler) params(f *ast.FuncType) {
	for _, field := range f.Params.List {
		for _, name := range field.Names {
			i[name.Name] = true
		}
	}
}

func (i idler) block(b *ast.BlockStmt) bool {
	for _, s := range b.List {
		if !i.statement(s) {
			return false
		}
	}
	return true
}

func (i idler) statement(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.EmptyStmt, *ast.BranchStmt:
		return true
	case *ast.ReturnStmt:
		return i.values(s.Results)
	case *ast.ExprStmt:
		return i.value(s.X)
	case *ast.BlockStmt:
		return i.block(s)
	case *ast.AssignStmt:
		return i.values(s.Rhs)
	case *ast.DeferStmt:
		return i.call(s.Call)
	case *ast.RangeStmt:
		return i.value(s.X) && i.block(s.Body)
	case *ast.DeclStmt:
		return i.declaration(s.Decl)
	}
	return false
}

func (i idler) declaration(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return false
	}
	for _, s := range g.Specs {
		if v, ok := s.(*ast.ValueSpec); ok && !i.values(v.Values) {
			return false
		}
	}
	return true
}

func (i idler) values(all []ast.Expr) bool {
	for _, x := range all {
		if !i.value(x) {
			return false
		}
	}
	return true
}

// value says whether an expression is made of names and literals alone.
func (i idler) value(x ast.Expr) bool {
	switch x := x.(type) {
	case nil, *ast.Ident, *ast.BasicLit, *ast.FuncLit:
		return true
	case *ast.ParenExpr:
		return i.value(x.X)
	case *ast.UnaryExpr:
		return x.Op != token.ARROW && i.value(x.X)
	case *ast.CompositeLit:
		return i.values(x.Elts)
	case *ast.KeyValueExpr:
		return i.value(x.Key) && i.value(x.Value)
	case *ast.CallExpr:
		return i.call(x)
	}
	return false
}

// call says whether a call only logs, or runs a subtest that is empty too.
func (i idler) call(c *ast.CallExpr) bool {
	f, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		name, builtin := c.Fun.(*ast.Ident)
		return builtin && (name.Name == "print" || name.Name == "println") && i.values(c.Args)
	}
	on, ok := f.X.(*ast.Ident)
	if !ok {
		return false
	}
	switch {
	case i[on.Name] && (f.Sel.Name == "Run" || f.Sel.Name == "Fuzz") && len(c.Args) > 0:
		inner, ok := c.Args[len(c.Args)-1].(*ast.FuncLit)
		if !ok {
			return false
		}
		i.params(inner.Type)
		return i.values(c.Args) && i.block(inner.Body)
	case i[on.Name]:
		switch f.Sel.Name {
		case "Log", "Logf", "Helper", "Parallel", "Name", "Add":
			return i.values(c.Args)
		}
	case on.Name == "fmt" && strings.HasPrefix(f.Sel.Name, "Print"), on.Name == "log" && strings.HasPrefix(f.Sel.Name, "Print"):
		return i.values(c.Args)
	}
	return false
}
