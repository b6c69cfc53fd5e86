package mutate

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// branch plants in an if statement: its condition turned round, and never true.
func (p *planter) branch(x *ast.IfStmt) {
	cond := p.of(x.Cond)
	if cond == "true" || cond == "false" {
		return
	}
	kind, note := Condition, "never true"
	if ok, nothing := p.onError(x.Cond); ok {
		kind, note = ErrorPath, "error not looked at"
		if nothing {
			p.replace(x.Cond, kind, "true || "+p.grouped(x.Cond, token.LOR), note)
			return
		}
	}
	if x.Else == nil {
		p.replace(x.Cond, kind, "false && "+p.grouped(x.Cond, token.LAND), note)
	}
	p.negate(x.Cond, "turned round")
	p.elseless(x)
}

// onError says whether a condition is that there is an error, or that there is none.
func (p *planter) onError(e ast.Expr) (ok, nothing bool) {
	x, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok || (x.Op != token.NEQ && x.Op != token.EQL) || p.of(x.Y) != "nil" {
		return false, false
	}
	return p.isError(x.X), x.Op == token.EQL
}

// isError says whether an expression is an error, by its type or else by its name.
func (p *planter) isError(e ast.Expr) bool {
	if t := p.typeOf(e); t != nil {
		return types.Identical(t, types.Universe.Lookup("error").Type())
	}
	name := ""
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		name = x.Sel.Name
	}
	n := len(name)
	return n >= 3 && (name == "err" || name[n-3:] == "Err")
}

// typeOf gives a type that is known, or nil.
func (p *goSource) typeOf(e ast.Expr) types.Type {
	t := p.info.TypeOf(e)
	if b, ok := t.(*types.Basic); t == nil || (ok && b.Kind() == types.Invalid) {
		return nil
	}
	return t
}

// basic gives what an expression is underneath; 0 if that is unknown.
func (p *goSource) basic(e ast.Expr) types.BasicInfo {
	if t := p.typeOf(e); t != nil {
		if b, ok := t.Underlying().(*types.Basic); ok {
			return b.Info()
		}
	}
	return 0
}

// grouped is the text of an operand of an operator.
func (p *goSource) grouped(e ast.Expr, op token.Token) string {
	if x, ok := e.(*ast.BinaryExpr); ok && x.Op.Precedence() < op.Precedence() {
		return "(" + p.of(e) + ")"
	}
	return p.of(e)
}

// negate turns a condition round that is no comparison; comparisons are turned round wherever they stand.
func (p *planter) negate(e ast.Expr, note string) {
	switch x := ast.Unparen(e).(type) {
	case nil:
	case *ast.BinaryExpr:
		if x.Op == token.LAND || x.Op == token.LOR {
			p.replace(e, Condition, "!("+p.of(x)+")", note)
		}
	case *ast.UnaryExpr: // planted where it stands
	case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr, *ast.IndexExpr, *ast.TypeAssertExpr:
		if text := p.of(x); text != "true" && text != "false" {
			p.replace(e, Condition, "!"+text, note)
		}
	}
}

// elseless leaves an else out.
func (p *planter) elseless(x *ast.IfStmt) {
	block, ok := x.Else.(*ast.BlockStmt)
	if !ok || len(block.List) == 0 || leaves(block.List[len(block.List)-1]) {
		return
	}
	p.plant(site{kind: Statement, from: p.at(x.Body.End()), to: p.at(x.Else.End()), note: "else left out"})
}

// caseClause plants in a case: its condition turned round, or one of its values left out.
func (p *planter) caseClause(x *ast.CaseClause) {
	of, ok := p.parent(2).(*ast.SwitchStmt)
	if !ok {
		return
	}
	for i, e := range x.List {
		if of.Tag == nil {
			p.negate(e, "case turned round")
		}
		if len(x.List) == 1 {
			return
		}
		from, to := p.at(e.Pos()), p.at(e.End())
		if i > 0 {
			from = p.at(x.List[i-1].End())
		} else {
			to = p.at(x.List[1].Pos())
		}
		p.plant(site{kind: Condition, from: from, to: to, note: "case without " + p.of(e)})
	}
}

// unary leaves a sign or a negation out.
func (p *planter) unary(x *ast.UnaryExpr) {
	switch x.Op.String() {
	case "!":
		p.replace(x, Condition, p.of(x.X), "negation left out")
	case "-":
		p.replace(x, Operator, p.of(x.X), "sign left out")
	case "^":
		p.replace(x, Operator, p.of(x.X), "complement left out")
	}
}

// logic plants in a && b and a || b.
func (p *planter) logic(x *ast.BinaryExpr) {
	other, neutral := "||", "(true || "
	if x.Op == token.LOR {
		other, neutral = "&&", "(false && "
	}
	p.operator(x, Condition, other)
	p.plant(site{
		kind: Condition, from: p.at(x.Pos()), to: p.at(x.End()), now: p.of(x.X), note: "without " + p.of(x.Y),
		spare: p.of(x.X) + " " + x.Op.String() + " " + neutral + p.grouped(x.Y, token.LOR) + ")",
	})
	p.plant(site{
		kind: Condition, from: p.at(x.Pos()), to: p.at(x.End()), now: p.of(x.Y), note: "without " + p.of(x.X),
		spare: neutral + p.grouped(x.X, token.LOR) + ") " + x.Op.String() + " " + p.of(x.Y),
	})
}

// operator puts another operator in the place of one.
func (p *planter) operator(x *ast.BinaryExpr, kind Kind, now string) {
	at := p.at(x.OpPos)
	p.plant(site{kind: kind, from: at, to: at + len(x.Op.String()), now: now, note: now + " for " + x.Op.String()})
}

// comparison plants in a comparison: turned round, and its neighbours.
func (p *planter) comparison(x *ast.BinaryExpr) {
	turned, near := neighbours(x.Op.String())
	op, length := x.Op.String(), isLength(x.X) && p.isZero(x.Y)
	if p.isConstant(x.X) && p.isConstant(x.Y) || (length && (op == "<" || op == ">=")) {
		return
	}
	p.operator(x, Condition, turned)
	switch {
	case op != "==" && op != "!=":
		p.operator(x, Boundary, near)
	case p.ordered(x) && !length:
		p.operator(x, Boundary, near)
	}
}

// neighbours gives the opposite of a comparison, and the one that differs at the bound.
func neighbours(op string) (turned, near string) {
	switch op {
	case "<":
		return ">=", "<="
	case "<=":
		return ">", "<"
	case ">":
		return "<=", ">="
	case ">=":
		return "<", ">"
	case "==":
		return "!=", "<="
	}
	return "==", ">"
}

// ordered says whether both sides are numbers that count something: an enumeration has no neighbours.
func (p *planter) ordered(x *ast.BinaryExpr) bool {
	for _, e := range []ast.Expr{x.X, x.Y} {
		b, ok := p.typeOf(e).(*types.Basic)
		if !ok || b.Info()&types.IsNumeric == 0 || b.Info()&types.IsUnsigned != 0 || b.Info()&types.IsComplex != 0 {
			return false
		}
	}
	return true
}

func isLength(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && (calledName(call) == "len" || calledName(call) == "cap")
}

func (p *planter) isZero(e ast.Expr) bool {
	v := p.info.Types[e].Value
	return v != nil && v.Kind() == constant.Int && constant.Sign(v) == 0
}

func (p *planter) isConstant(e ast.Expr) bool { return p.info.Types[e].Value != nil }
