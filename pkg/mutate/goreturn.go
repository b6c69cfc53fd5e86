package mutate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// results gives the type of each result of a function.
func results(f *ast.FuncType) []ast.Expr { return typesOf(f.Results) }

// parameters gives the type of each parameter.
func parameters(f *ast.FuncType) []ast.Expr { return typesOf(f.Params) }

func typesOf(list *ast.FieldList) []ast.Expr {
	var out []ast.Expr
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			out = append(out, field.Type)
		}
	}
	return out
}

// returned plants in a return statement: another value for each result.
func (p *planter) returned(x *ast.ReturnStmt) {
	want := results(p.signature())
	switch {
	case len(x.Results) == 0 || len(want) == 0:
	case len(x.Results) != len(want):
		p.plant(site{kind: Return, from: p.at(x.Results[0].Pos()), to: p.at(x.End()), now: p.zeros(want), note: "zero values"})
	default:
		for i, e := range x.Results {
			p.result(e, want[i])
		}
	}
}

// result plants in one result of a return statement.
func (p *planter) result(e, of ast.Expr) {
	zero := p.zero(of)
	switch {
	case p.of(of) == "error":
		p.errorResult(e)
	case zero == "false":
		p.negateResult(e)
	case zero == "0" || zero == "0.0":
		if _, ok := ast.Unparen(e).(*ast.BasicLit); ok || p.isConstant(e) {
			p.replaceKnown(e, zero)
			return
		}
		p.replace(e, Return, zero, "zero value")
		p.replace(e, Return, p.grouped(e, token.ADD)+" + 1", "one more")
	default:
		p.replaceKnown(e, zero)
	}
}

// replaceKnown puts the zero value in the place of a result that may be known to be another.
func (p *planter) replaceKnown(e ast.Expr, zero string) {
	if _, ok := ast.Unparen(e).(*ast.BasicLit); ok || p.empty(e) {
		return
	}
	p.replace(e, Return, zero, "zero value")
}

// empty says whether an expression is a zero value, as far as its text tells.
func (p *goSource) empty(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		_, table := x.Type.(*ast.MapType) // one that is nil cannot be written to; a list that is nil is as good as an empty one
		return len(x.Elts) == 0 && !table
	case *ast.StarExpr:
		call, ok := x.X.(*ast.CallExpr)
		return ok && calledName(call) == "new"
	}
	return slices.Contains([]string{"nil", "0", `""`, "false", "0.0", "``"}, p.of(e))
}

// negateResult turns a truth value round that is no literal and no comparison: those are planted where they stand.
func (p *planter) negateResult(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		if x.Op == token.LAND || x.Op == token.LOR {
			p.replace(e, Return, "!("+p.of(x)+")", "turned round")
		}
	case *ast.UnaryExpr:
	default:
		if text := p.of(e); text != "true" && text != "false" {
			p.replace(e, Return, "!"+p.of(x), "turned round")
		}
	}
}

// errorResult drops an error, or gives one where there was none.
func (p *planter) errorResult(e ast.Expr) {
	if p.of(e) != "nil" {
		p.replace(e, ErrorPath, "nil", "error dropped")
		return
	}
	switch {
	case p.has("errors"):
		p.replace(e, ErrorPath, `errors.New("planted")`, "error for none")
	case p.has("fmt"):
		p.replace(e, ErrorPath, `fmt.Errorf("planted")`, "error for none")
	}
}

// zeros gives zero values of types.
func (p *goSource) zeros(of []ast.Expr) string {
	var out []string
	for _, t := range of {
		out = append(out, p.zero(t))
	}
	return strings.Join(out, ", ")
}

// zero gives the zero value of a type, in the shortest form that is sure to be one.
func (p *goSource) zero(of ast.Expr) string {
	t := p.typeOf(of)
	if t == nil {
		return p.zeroByText(of)
	}
	if _, generic := types.Unalias(t).(*types.TypeParam); generic {
		return "*new(" + p.of(of) + ")"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return zeroOfBasic(u.Info(), "*new("+p.of(of)+")")
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return "nil"
	}
	return "*new(" + p.of(of) + ")"
}

func zeroOfBasic(info types.BasicInfo, other string) string {
	switch {
	case info&types.IsBoolean != 0:
		return "false"
	case info&types.IsString != 0:
		return `""`
	case info&(types.IsInteger|types.IsFloat|types.IsComplex) != 0:
		return "0"
	}
	return other
}

// zeroByText gives the zero value of a type that something unknown is part of.
func (p *goSource) zeroByText(of ast.Expr) string {
	switch x := of.(type) {
	case *ast.StarExpr, *ast.MapType, *ast.FuncType, *ast.InterfaceType, *ast.ChanType:
		return "nil"
	case *ast.ArrayType:
		if x.Len == nil {
			return "nil"
		}
	}
	return "*new(" + p.of(of) + ")"
}

// body makes a function give zero values at once.
func (p *planter) body(f *ast.FuncDecl) {
	if f.Body == nil || len(f.Body.List) == 0 || f.Name.Name == "_" || p.idle(f) {
		return
	}
	now := "{ return;"
	if f.Type.Results != nil && len(f.Type.Results.List) > 0 && len(f.Type.Results.List[0].Names) == 0 {
		now = "{ return " + p.zeros(results(f.Type)) + ";"
	}
	at := p.at(f.Body.Lbrace)
	p.plant(site{kind: Body, from: at, to: at + 1, now: now, note: "zero values at once"})
}

// idle says whether a function gives nothing but zero values anyhow, or leaves nothing but a log line.
func (p *planter) idle(f *ast.FuncDecl) bool {
	for _, s := range f.Body.List {
		switch x := s.(type) {
		case *ast.ReturnStmt:
			return !slices.ContainsFunc(x.Results, func(e ast.Expr) bool { return !p.empty(e) })
		case *ast.ExprStmt:
			call, ok := x.X.(*ast.CallExpr)
			if !ok || !isLog(call) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
