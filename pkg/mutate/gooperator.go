package mutate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// binary plants in an expression with two operands.
func (p *planter) binary(x *ast.BinaryExpr) {
	switch op := x.Op.String(); op {
	case "&&", "||":
		p.logic(x)
	case "<", "<=", ">", ">=", "==", "!=":
		p.comparison(x)
	case "+":
		if p.isText(x) {
			p.texts(x)
			return
		}
		p.operator(x, Operator, "-")
	default:
		for _, now := range arithmetic(op) {
			if p.info.Types[x].Value == nil || !divides(now) { // a constant that does not divide is an error
				p.operator(x, Operator, now)
			}
		}
	}
}

func divides(op string) bool { return op == "/" || op == "%" || op == "<<" || op == ">>" }

// arithmetic gives the operators that are taken for another by mistake.
func arithmetic(op string) []string {
	switch op {
	case "+":
		return []string{"-"}
	case "-":
		return []string{"+"}
	case "*":
		return []string{"/"}
	case "/":
		return []string{"*"}
	case "%":
		return []string{"/"}
	case "&":
		return []string{"|"}
	case "|":
		return []string{"&"}
	case "^":
		return []string{"|"}
	case "&^":
		return []string{"&"}
	case "<<":
		return []string{">>"}
	case ">>":
		return []string{"<<"}
	}
	return nil
}

// isText says whether a sum joins texts. Where no type is known, a literal tells.
func (p *planter) isText(x *ast.BinaryExpr) bool {
	for _, e := range []ast.Expr{x, x.X, x.Y} {
		if p.basic(e)&types.IsString != 0 {
			return true
		}
		if lit, ok := ast.Unparen(e).(*ast.BasicLit); ok && lit.Kind == token.STRING {
			return true
		}
		if y, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && e != ast.Expr(x) && y.Op == token.ADD && p.isText(y) {
			return true
		}
	}
	return false
}

// texts leaves a part of a joined text out.
func (p *planter) texts(x *ast.BinaryExpr) {
	p.replace(x, Operator, p.of(x.X), "without "+p.of(x.Y))
	p.replace(x, Operator, p.of(x.Y), "without "+p.of(x.X))
}

// call plants in a call: arguments changed round, a similar function, or the value as it was.
func (p *planter) call(x *ast.CallExpr) {
	if calledName(x) == "fmt.Errorf" {
		p.unwrapped(x)
		return
	}
	p.swapped(x)
	f, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
	if !ok {
		if name := calledName(x); name == "min" || name == "max" {
			p.replace(x.Fun, Operator, map[string]string{"min": "max", "max": "min"}[name], "the other bound")
		}
		return
	}
	if other := similar(f.Sel.Name, len(x.Args), calledName(x)); other != "" {
		p.replace(f.Sel, Operator, other, other+" for "+f.Sel.Name)
	}
	p.uncalled(x, f)
}

// similar gives the function of the standard library that is taken for another.
func similar(name string, args int, whole string) string {
	pairs := []string{
		"HasPrefix", "HasSuffix", "TrimPrefix", "TrimSuffix", "TrimLeft", "TrimRight", "ToLower", "ToUpper", "Floor", "Ceil",
		"CutPrefix", "CutSuffix", "Max", "Min", "Index", "LastIndex", "IndexByte", "LastIndexByte",
	}
	of, _, _ := strings.Cut(whole, ".")
	if !slices.Contains([]string{"strings", "bytes", "math", "slices", "unicode"}, of) {
		pairs = []string{"Before", "After"}
		if args != 1 {
			return ""
		}
	}
	i := slices.Index(pairs, name)
	if i < 0 || (of == "unicode" || of == "slices") && name != "Max" && name != "Min" && !strings.HasPrefix(name, "To") {
		return ""
	}
	return pairs[i^1]
}

// uncalled puts a value in the place of a call that gives the same sort of value.
func (p *planter) uncalled(x *ast.CallExpr, f *ast.SelectorExpr) {
	alone := []string{
		"strings.TrimSpace", "strings.ToLower", "strings.ToUpper", "strings.Trim", "strings.TrimPrefix", "strings.TrimSuffix",
		"strings.TrimLeft", "strings.TrimRight", "strings.ReplaceAll", "strings.Repeat", "bytes.TrimSpace", "slices.Clone", "maps.Clone",
		"math.Abs", "math.Floor", "math.Ceil", "math.Round", "path.Clean", "filepath.Clean", "bytes.Clone",
	}
	switch {
	case len(x.Args) > 0 && slices.Contains(alone, calledName(x)):
		p.replace(x, Operator, p.of(x.Args[0]), f.Sel.Name+" left out")
	case len(x.Args) == 0 && f.Sel.Name == "UTC":
		p.replace(x, Operator, p.of(f.X), "UTC left out")
	}
}

// unwrapped makes an error forget what it wraps.
func (p *planter) unwrapped(x *ast.CallExpr) {
	if len(x.Args) == 0 {
		return
	}
	format, ok := x.Args[0].(*ast.BasicLit)
	if !ok {
		return
	}
	if i := strings.Index(format.Value, "%w"); i > 0 {
		at := p.at(format.Pos()) + i
		p.plant(site{kind: ErrorPath, from: at, to: at + 2, now: "%v", note: "error not wrapped"})
	}
}

// swapped changes two arguments round that stand side by side and can be of one type.
func (p *planter) swapped(x *ast.CallExpr) {
	if name := calledName(x); slices.Contains([]string{"min", "max", "make", "append", "math.Max", "math.Min", "new"}, name) {
		return
	}
	last := len(x.Args) - 1
	if x.Ellipsis.IsValid() {
		last--
	}
	for i := range last {
		a, b := x.Args[i], x.Args[i+1]
		format := strings.HasSuffix(calledName(x), "f") && strings.Contains(p.of(a), "%")
		if !format && p.alike(a, b) && p.of(a) != p.of(b) {
			between := p.text[p.at(a.End()):p.at(b.Pos())]
			p.plant(site{
				kind: Arguments, from: p.at(a.Pos()), to: p.at(b.End()), now: p.of(b) + between + p.of(a),
				note: "changed round",
			})
		}
	}
}

// alike says whether two expressions are of one type, as far as anybody can tell.
func (p *planter) alike(a, b ast.Expr) bool {
	x, y := p.typeOf(a), p.typeOf(b)
	if x != nil && y != nil {
		return types.Identical(types.Default(x), types.Default(y)) || (untyped(x) || untyped(y)) && sameSort(x, y)
	}
	l, ok := a.(*ast.BasicLit)
	r, also := b.(*ast.BasicLit)
	return ok && also && l.Kind == r.Kind
}

// untyped says whether a type is that of a constant which takes the type that is asked for.
func untyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

// sameSort says whether a constant can stand where a value of a built-in type does, and the value where it stood.
func sameSort(x, y types.Type) bool {
	a, ok := x.(*types.Basic)
	b, also := y.(*types.Basic)
	if !ok || !also {
		return false
	}
	const sort = types.IsInteger | types.IsString | types.IsBoolean
	return a.Info()&sort != 0 && a.Info()&sort == b.Info()&sort
}

// slice leaves a bound out.
func (p *planter) slice(x *ast.SliceExpr) {
	if x.Slice3 {
		return
	}
	if x.Low != nil && !p.isZero(x.Low) {
		p.replace(x.Low, Boundary, "", "lower bound left out")
	}
	if x.High != nil {
		p.replace(x.High, Boundary, "", "upper bound left out")
	}
}
