package mutate

import (
	"go/ast"
	"go/types"
	"strings"
)

// header is a function's head in which all has a name of its own: whatever the function's parameters are called, they hide nothing.
type header struct {
	*goSource
	receiver   string // its type, "" for a function
	key        string // the function's name
	generic    string // type parameters with their brackets
	instance   string // their names with brackets: not all can be told by the arguments
	params     []string
	results    []string
	paramTypes []ast.Expr
	types      []ast.Expr // of the results
	variadic   bool
}

func readHeader(s *goSource, f *ast.FuncDecl) header {
	h := header{goSource: s, key: s.funcName(f)}
	if f.Recv != nil && len(f.Recv.List) > 0 {
		h.receiver = s.of(f.Recv.List[0].Type)
	}
	if f.Type.TypeParams != nil {
		h.generic, h.instance = s.of(f.Type.TypeParams), instance(f)
	}
	for _, field := range f.Type.Params.List {
		for range max(1, len(field.Names)) {
			h.params, h.paramTypes = append(h.params, s.of(field.Type)), append(h.paramTypes, field.Type)
			_, h.variadic = field.Type.(*ast.Ellipsis)
		}
	}
	h.types = results(f.Type)
	for _, t := range h.types {
		h.results = append(h.results, s.of(t))
	}
	return h
}

// instance gives the type arguments with which a function calls another of its type; "" for none.
func instance(f *ast.FuncDecl) string {
	if f.Type.TypeParams == nil {
		return ""
	}
	var names []string
	for _, field := range f.Type.TypeParams.List {
		for _, n := range field.Names {
			names = append(names, n.Name)
		}
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// text is the head of a function of the same type with another name.
func (h header) text(name string) string {
	var b strings.Builder
	b.WriteString("func ")
	if h.receiver != "" {
		b.WriteString("(zzS " + h.receiver + ") ")
	}
	b.WriteString(name + h.generic + "(")
	for i, p := range h.params {
		b.WriteString(parameter(i) + " " + p + ", ")
	}
	out := strings.TrimSuffix(b.String(), ", ") + ")"
	if len(h.results) == 0 {
		return out
	}
	var r []string
	for i, t := range h.results {
		r = append(r, result(i)+" "+t)
	}
	return out + " (" + strings.Join(r, ", ") + ")"
}

// call is a call of a function of the same type with another name, with the parameters as they came.
func (h header) call(name string) string {
	if h.receiver != "" {
		name = "zzS." + name
	}
	name += h.instance
	var args []string
	for i := range h.params {
		args = append(args, parameter(i))
	}
	if h.variadic {
		args[len(args)-1] += "..."
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// same is the first parameter of a result's type, or else the receiver.
func (h header) same(i int) string {
	for k, p := range h.params {
		if rest, ok := strings.CutPrefix(p, "..."); ok {
			p = "[]" + rest
		}
		if p == h.results[i] {
			return parameter(k)
		}
	}
	if h.receiver == h.results[i] {
		return "zzS"
	}
	return ""
}

// fixed is a value of a result's type that is not its zero value; "" where none is known.
func (h header) fixed(i int) string {
	t := h.typeOf(h.types[i])
	if t == nil {
		return h.fixedByText(h.types[i])
	}
	if _, generic := types.Unalias(t).(*types.TypeParam); generic {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return fixedBasic(u)
	case *types.Slice:
		return "make(" + h.results[i] + ", 1)"
	case *types.Pointer:
		if star, ok := h.types[i].(*ast.StarExpr); ok {
			return "new(" + h.of(star.X) + ")"
		}
	}
	return ""
}

func fixedBasic(u *types.Basic) string {
	switch info := u.Info(); {
	case info&types.IsBoolean != 0:
		return "true"
	case info&types.IsString != 0:
		return `"x"`
	case info&types.IsInteger != 0:
		return "1"
	case info&(types.IsFloat|types.IsComplex) != 0:
		return "1.5"
	}
	return ""
}

// fixedByText does for types of other packages.
func (h header) fixedByText(of ast.Expr) string {
	switch x := of.(type) {
	case *ast.ArrayType:
		if x.Len == nil {
			return "make(" + h.of(x) + ", 1)"
		}
	case *ast.StarExpr:
		return "new(" + h.of(x.X) + ")"
	}
	return ""
}
