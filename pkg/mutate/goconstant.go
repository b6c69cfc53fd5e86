package mutate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// truth plants in true and false.
func (p *planter) truth(x *ast.Ident) {
	other := map[string]string{"true": "false", "false": "true"}[x.Name]
	if _, universal := p.info.Uses[x].(*types.Const); other == "" || !universal || p.info.Uses[x].Pkg() != nil {
		return
	}
	p.replace(x, Constant, other, other+" for "+x.Name)
}

// literal plants in a literal.
func (p *planter) literal(x *ast.BasicLit) {
	if !p.free(x) {
		return
	}
	var texts []string
	switch x.Kind.String() {
	case "INT":
		texts = p.numbers(x)
	case "FLOAT":
		if v, err := strconv.ParseFloat(x.Value, 64); err == nil && v != 0 {
			texts = []string{strconv.FormatFloat(v+1, 'g', -1, 64), "0.0"}
		}
	case "CHAR":
		if v, _, tail, err := strconv.UnquoteChar(strings.Trim(x.Value, "'"), '\''); err == nil && tail == "" && v < unicode.MaxASCII {
			texts = []string{strconv.QuoteRune(v + 1)}
		}
	case "STRING":
		texts = p.strings(x)
	}
	for _, now := range texts {
		if !p.taken(x, now) {
			p.replace(x, Constant, now, now+" for "+x.Value)
		}
	}
}

// free says whether a literal is a value, and not the length of an array or a tag.
func (p *planter) free(x *ast.BasicLit) bool {
	switch up := p.parent(1).(type) {
	case *ast.ArrayType, *ast.Field, *ast.ImportSpec:
		return false
	case *ast.BinaryExpr:
		return !slices.Contains([]string{"*", "/"}, up.Op.String()) || x.Value != "1" || x == up.X && up.Op == token.QUO
	}
	return true
}

// taken says whether a switch or a composite has the value already: it may not stand there twice.
func (p *planter) taken(x *ast.BasicLit, now string) bool {
	var others []ast.Expr
	switch up := p.parent(1).(type) {
	case *ast.CaseClause:
		for _, s := range listOf(p.parent(2)) {
			if c, ok := s.(*ast.CaseClause); ok {
				others = append(others, c.List...)
			}
		}
	case *ast.KeyValueExpr:
		of, ok := p.parent(2).(*ast.CompositeLit)
		if !ok || up.Key != ast.Expr(x) {
			return false
		}
		for _, e := range of.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				others = append(others, kv.Key)
			}
		}
	}
	return slices.ContainsFunc(others, func(e ast.Expr) bool { return p.of(e) == now })
}

// numbers gives other numbers for a whole one: the next, the one before, and zero.
func (p *planter) numbers(x *ast.BasicLit) []string {
	n, err := strconv.ParseInt(x.Value, 0, 64)
	if err != nil {
		return nil
	}
	format := func(n int64) string {
		if strings.HasPrefix(strings.ToLower(x.Value), "0x") && n >= 0 {
			return "0x" + strconv.FormatInt(n, 16)
		}
		return strconv.FormatInt(n, 10)
	}
	octal := len(x.Value) > 1 && x.Value[0] == '0' && !strings.HasPrefix(strings.ToLower(x.Value), "0x")
	var out []string
	up, down, zero := p.room(x, n)
	if up && !octal {
		out = append(out, format(n+1))
	}
	if down && !octal {
		out = append(out, format(n-1))
	}
	if zero && n != 0 && (n != 1 || !down) {
		out = append(out, "0")
	}
	return out
}

// room says which other numbers can stand in the place of one: without an error, and with a difference that the boundaries do not
// make already.
func (p *planter) room(x *ast.BasicLit, n int64) (up, down, zero bool) {
	up, down, zero = n != 1<<8-1 && n != 1<<16-1 && n != 1<<32-1 && n < 1<<62, n > 0, true
	switch of := p.parent(1).(type) {
	case *ast.BinaryExpr:
		return p.roomBeside(of, x, n, up)
	case *ast.AssignStmt:
		if divides(strings.TrimSuffix(of.Tok.String(), "=")) {
			return up, n > 1, false
		}
		down = down || n == 0 && p.signed(x)
	case *ast.IndexExpr:
		up = up && !p.bounded(of.X, n+1)
	case *ast.ReturnStmt, *ast.ValueSpec:
		down = down || n == 0 && p.signed(x)
	}
	return up, down, zero
}

// roomBeside is the room of an operand. A boundary that moves is what another number is, on one side.
func (p *planter) roomBeside(of *ast.BinaryExpr, x *ast.BasicLit, n int64, free bool) (up, down, zero bool) {
	op, right := of.Op.String(), of.Y == ast.Expr(x)
	if right && divides(op) {
		return free, n > 1, false
	}
	if mirror, ok := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op]; ok && !right {
		op = mirror
	}
	switch op {
	case "<", ">=":
		return false, n > 0, true
	case ">", "<=":
		return free, false, n > 1
	case "-", "+", "==":
		return free, n > 0 || p.signed(x) && !isLength(of.X), true
	}
	return free, n > 0, true
}

// bounded says whether an array is known to have no element of a number.
func (p *planter) bounded(e ast.Expr, n int64) bool {
	t := p.typeOf(e)
	if t == nil {
		return false
	}
	t = t.Underlying()
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem().Underlying()
	}
	array, ok := t.(*types.Array)
	return ok && n >= array.Len()
}

// signed says whether a number is one that can be negative.
func (p *planter) signed(x *ast.BasicLit) bool {
	t, ok := p.typeOf(x).(*types.Basic)
	return ok && slices.Contains([]types.BasicKind{types.Int, types.Int64, types.Int32}, t.Kind())
}

// strings gives other texts for one: none, and a longer one.
func (p *planter) strings(x *ast.BasicLit) []string {
	n := len(x.Value) - 1
	if n == 1 {
		return []string{`"x"`}
	}
	longer := x.Value[:n] + "x" + x.Value[n:]
	if call, ok := p.parent(1).(*ast.CallExpr); ok && strings.HasSuffix(calledName(call), "f") && strings.Contains(x.Value, "%") {
		return []string{longer} // without its verbs the arguments are too many
	}
	if kv, ok := p.parent(1).(*ast.KeyValueExpr); ok && kv.Key == ast.Expr(x) {
		return []string{longer}
	}
	return []string{`""`, longer}
}
