package mutate

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// initial is the value that a variable of the package begins with.
type initial struct {
	expr     ast.Expr
	typed    string // the type that is written beside it; ""
	variants []variant
}

// initialOf gives the initial value that an edit is in, if others can be worked out beside it: nothing is called for it.
func (c *combiner) initialOf(e edit) *initial {
	for _, d := range c.tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok || len(v.Values) != len(v.Names) {
				continue
			}
			for _, x := range v.Values {
				if e.from < c.at(x.Pos()) || e.to > c.at(x.End()) || !inert(x) {
					continue
				}
				return c.known(x, v.Type)
			}
		}
	}
	return nil
}

// known gives an initial value always as the same.
func (c *combiner) known(x, typ ast.Expr) *initial {
	for _, i := range c.initials {
		if i.expr == x {
			return i
		}
	}
	i := &initial{expr: x}
	if typ != nil {
		i.typed = c.of(typ)
	}
	c.initials = append(c.initials, i)
	return i
}

// inert says whether working out an expression does nothing else.
func inert(x ast.Expr) bool {
	ok := true
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			ok = false
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		}
		return ok
	})
	return ok
}

func valueName(id string, n int) string { return "zzSpecgen" + id + "V" + strconv.Itoa(n) }

// pick makes an initial value look which of the others was chosen.
func (c *combiner) pick(i *initial, n int) []edit {
	typed := ""
	if i.typed != "" {
		typed = "[" + i.typed + "]"
	}
	before, after := c.at(i.expr.Pos()), c.at(i.expr.End())
	var tail strings.Builder
	for _, v := range i.variants {
		tail.WriteString(", " + strconv.Quote(v.id) + ", " + valueName(v.id, n) + ")")
	}
	return []edit{
		{from: before, to: before, text: strings.Repeat(c.name+"Pick"+typed+"(", len(i.variants))},
		{from: after, to: after, text: tail.String()},
	}
}

// other is a variable that begins with what a mutant makes of an initial value.
func (c *combiner) other(i *initial, n int, v variant) string {
	from, to := c.at(i.expr.Pos()), c.at(i.expr.End())
	typed := ""
	if i.typed != "" {
		typed = " " + i.typed
	}
	return "var " + valueName(v.id, n) + typed + " = " + applyFrom(c.text[from:to], from, v.edits)
}

// picker is what chooses between two values.
func (c *combiner) picker() string {
	return "\nfunc " + c.name + "Pick[T any](value T, id string, other T) T {\n\tif " + c.name + " == id {\n\t\treturn other\n\t}\n\treturn value\n}\n"
}
