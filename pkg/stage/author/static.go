package author

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// objection says why a test is refused by its text alone; "" if it is not.
func (d draft) objection(s *Stage) string {
	for _, group := range d.tree.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(c.Text, "//line ") || strings.HasPrefix(c.Text, "/*line ") || strings.HasPrefix(c.Text, "// +build") {
				return fmt.Sprintf("line %d gives the compiler an order: leave %q out", d.line(c.Pos()), oneLine(c.Text))
			}
		}
	}
	if why := d.outside(s); why != "" {
		return why
	}
	if why := d.uses(s); why != "" {
		return why
	}
	test := d.test()
	if s.opt.Vacuous != nil {
		if why := s.opt.Vacuous(d.tree, test); why != "" {
			return d.name + " " + why
		}
	}
	return ""
}

func (d draft) test() *ast.FuncDecl {
	for _, decl := range d.tree.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == d.name {
			return f
		}
	}
	return nil
}

// outside says that a test uses a name that neither it nor the language declares, or a package that it may not use.
func (d draft) outside(s *Stage) string {
	for _, i := range d.tree.Imports {
		if name, p := importName(i); p != s.task.Import && !allowedImport(p) && s.extra[name] != p {
			return fmt.Sprintf("it imports %q: only the standard library without files, network and processes, and %q", p, s.task.Import)
		}
	}
	for _, id := range d.unresolved() {
		if types.Universe.Lookup(id.Name) == nil {
			return fmt.Sprintf("line %d uses %s, which neither the test nor the Interface declares", d.line(id.Pos()), id.Name)
		}
	}
	return ""
}

// uses looks at each name behind a dot.
func (d draft) uses(s *Stage) string {
	why, called := "", false
	ast.Inspect(d.tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || why != "" {
			return why == ""
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		name := id.Name + "." + sel.Sel.Name
		switch object := d.info.Uses[id].(type) {
		case *types.PkgName:
			p := object.Imported().Path()
			switch {
			case p == s.task.Import && !s.task.Surface.Declares(sel.Sel.Name):
				why = fmt.Sprintf("line %d uses %s, which the Interface does not declare", d.line(sel.Pos()), name)
			case p == s.task.Import:
				called = true
			case banned(p, sel.Sel.Name) != "":
				why = fmt.Sprintf("line %d: %s %s: a test gives the same result each time", d.line(sel.Pos()), name, banned(p, sel.Sel.Name))
			}
		case *types.Var:
			if d.isT(object) && bannedMethod(sel.Sel.Name) != "" {
				why = fmt.Sprintf("line %d: %s %s", d.line(sel.Pos()), name, bannedMethod(sel.Sel.Name))
			}
		}
		return true
	})
	if why == "" && !called {
		why = fmt.Sprintf("it never calls %s: call what the Interface declares, with that name before the dot", s.task.Surface.Package)
	}
	return why
}

// isT says whether a variable is a parameter of a type of package testing.
func (d draft) isT(v *types.Var) bool {
	found := false
	ast.Inspect(d.tree, func(n ast.Node) bool {
		f, ok := n.(*ast.FuncType)
		if !ok || found {
			return !found
		}
		for _, field := range f.Params.List {
			for _, name := range field.Names {
				found = found || d.info.Defs[name] == v && d.ofTesting(field.Type)
			}
		}
		return !found
	})
	return found
}

func (d draft) ofTesting(t ast.Expr) bool {
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	sel, ok := t.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	pkg, ok := d.info.Uses[id].(*types.PkgName)
	return ok && pkg.Imported().Path() == "testing"
}
