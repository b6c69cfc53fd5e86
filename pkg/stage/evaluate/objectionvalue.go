package evaluate

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// The words of an expectation that are no Go values.
const (
	anyError = "error"
	aPanic   = "panic"
	openWord = "unknown"
)

// expected is what somebody says that a call gives: Go values, some error, or a panic.
type expected struct {
	values []ast.Expr // anyError is a name among them
	panics bool
}

// readExpected reads an expectation. declared says which names of the package may stand in it.
func readExpected(text string, declared *surface) (expected, error) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), ","))
	if text == "" {
		return expected{}, errors.New("there is no expected result")
	}
	if len(text) > maxCallBytes {
		return expected{}, fmt.Errorf("the expected result is longer than %d bytes", maxCallBytes)
	}
	parsed, err := parser.ParseExpr("results(" + text + ",\n)")
	call, ok := parsed.(*ast.CallExpr)
	if err != nil || !ok || !named(call.Fun, "results") || call.Ellipsis.IsValid() {
		return expected{}, fmt.Errorf("%q is no list of Go values", shorten(oneLine(text), maxOutputLine))
	}
	if len(call.Args) == 1 && named(call.Args[0], aPanic) {
		return expected{panics: true}, nil
	}
	w := walker{surface: declared}
	for _, v := range call.Args {
		if named(v, anyError) {
			continue
		}
		if err := w.value(v); err != nil {
			return expected{}, err
		}
	}
	return expected{values: call.Args}, nil
}

func named(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// String is the expectation in the form in which two of them are compared and shown.
func (o expected) String() string {
	if o.panics {
		return aPanic
	}
	var parts []string
	for _, v := range o.values {
		parts = append(parts, printed(v, nil))
	}
	return strings.Join(parts, ", ")
}

// printed prints a value so that equal ones print alike: constants by what they are and not by how they are written, keyed elements sorted.
// elem is the type that a composite without one has.
func printed(e, elem ast.Expr) string {
	if v := constantOf(e); v != nil {
		return v.ExactString()
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return composite(x, elem)
	case *ast.UnaryExpr:
		return x.Op.String() + printed(x.X, nil)
	case *ast.CallExpr:
		var args []string
		for _, a := range x.Args {
			args = append(args, printed(a, nil))
		}
		return code(x.Fun) + "(" + strings.Join(args, ", ") + ")"
	}
	return code(e)
}

func composite(x *ast.CompositeLit, elem ast.Expr) string {
	of := x.Type
	if of == nil {
		of = elem
	}
	head, inner, sorted := "", ast.Expr(nil), true
	if of != nil {
		head = code(of)
	}
	switch t := of.(type) {
	case *ast.ArrayType:
		inner, sorted = t.Elt, false
	case *ast.MapType:
		inner = t.Value
	}
	var parts []string
	keyed := true
	for _, elt := range x.Elts {
		pair, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			keyed = false
			parts = append(parts, printed(elt, inner))
			continue
		}
		parts = append(parts, printed(pair.Key, nil)+": "+printed(pair.Value, inner))
	}
	if sorted && keyed {
		slices.Sort(parts)
	}
	return head + "{" + strings.Join(parts, ", ") + "}"
}

// constantOf gives the value of a constant expression of built-in types; nil where it is none.
func constantOf(e ast.Expr) constant.Value {
	names := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && types.Universe.Lookup(id.Name) == nil {
			names = true
		}
		return !names
	})
	if names {
		return nil
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if err := types.CheckExpr(token.NewFileSet(), nil, token.NoPos, e, info); err != nil {
		return nil
	}
	v := info.Types[e].Value
	if v == nil {
		return nil
	}
	if v.Kind() == constant.Float || v.Kind() == constant.Complex {
		if whole := constant.ToInt(v); whole.Kind() == constant.Int {
			return whole
		}
	}
	return v
}

// code is an expression as Go prints it.
func code(e ast.Expr) string { return printNode(e) }
