package mutate

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// statement plants in a statement: left out, or the opposite.
func (p *planter) statement(n ast.Node) {
	s, ok := n.(ast.Stmt)
	if !ok || !listed(p.parent(1), s) {
		return
	}
	switch x := n.(type) {
	case *ast.ExprStmt:
		p.expression(x)
	case *ast.DeferStmt:
		if !quiet(x.Call) {
			p.leaveOut(x, "defer left out")
		}
	case *ast.AssignStmt:
		p.assignment(x)
	case *ast.IncDecStmt:
		p.step(x)
	case *ast.BranchStmt:
		p.jump(x)
	}
}

func (p *planter) leaveOut(n ast.Node, note string) { p.replace(n, Statement, "", note) }

var quietName = pattern.Lazy(`\.(R?Lock|R?Unlock|Done|Add|Wait|Close|Helper|Flush|Signal|Broadcast)$|^(close|cancel|stop)$`)

// quiet says whether a call is one that nothing shows without, or that the program waits for ever without.
func quiet(call *ast.CallExpr) bool { return quietName.MatchString(calledName(call)) }

// expression leaves a call out. A panic that is the end of a function becomes a return.
func (p *planter) expression(x *ast.ExprStmt) {
	call, ok := x.X.(*ast.CallExpr)
	if !ok || (quiet(call) && !strings.HasSuffix(calledName(call), ".Add") || calledName(call) == "recover") {
		return
	}
	if calledName(call) != "panic" {
		p.leaveOut(x, "call left out")
		return
	}
	now := ""
	if of := p.signature(); len(results(of)) > 0 {
		now = "return " + p.zeros(results(of))
	}
	p.replace(x, ErrorPath, now, "no panic")
}

// assignment leaves an assignment out, or puts another operator in the place of its.
func (p *planter) assignment(x *ast.AssignStmt) {
	if x.Tok == token.DEFINE || !slices.ContainsFunc(x.Lhs, func(e ast.Expr) bool { return p.of(e) != "_" }) || p.steers(x.Lhs) {
		return
	}
	note := "assignment left out"
	if len(x.Rhs) == 1 {
		if call, ok := x.Rhs[0].(*ast.CallExpr); ok && calledName(call) == "append" {
			note = "append left out"
		}
	}
	p.leaveOut(x, note)
	op, ok := strings.CutSuffix(x.Tok.String(), "=")
	if !ok || op == "" {
		return
	}
	at := p.at(x.TokPos)
	set := func(now string) {
		p.plant(site{kind: Operator, from: at, to: at + len(op) + 1, now: now, note: now + " for " + op + "="})
	}
	if !p.isText(&ast.BinaryExpr{X: x.Lhs[0], Op: token.ADD, Y: x.Rhs[0]}) {
		for _, other := range arithmetic(op) {
			set(other + "=")
		}
	}
	if op != "<<" && op != ">>" {
		set("=")
	}
}

// step leaves ++ or -- out, or turns it round.
func (p *planter) step(x *ast.IncDecStmt) {
	if p.steers([]ast.Expr{x.X}) {
		return
	}
	p.leaveOut(x, "step left out")
	now := "--"
	if x.Tok == token.DEC {
		now = "++"
	}
	at := p.at(x.TokPos)
	p.plant(site{kind: Operator, from: at, to: at + 2, now: now, note: now + " for " + x.Tok.String()})
}

// steers says whether a loop around ends by a variable: a mutant that never ends costs more than it tells.
func (p *planter) steers(of []ast.Expr) bool {
	for _, n := range p.path {
		loop, ok := n.(*ast.ForStmt)
		if !ok || loop.Cond == nil {
			continue
		}
		cond := p.of(loop.Cond)
		for _, e := range of {
			if root := rootOf(e); root != "" && mentions(cond, root) {
				return true
			}
		}
	}
	return false
}

// rootOf is the variable that something assigned to is part of.
func rootOf(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x.Name
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return ""
		}
	}
}

// jump puts break in the place of continue, and the other way round, where both mean the same loop.
func (p *planter) jump(x *ast.BranchStmt) {
	if x.Tok == token.FALLTHROUGH {
		p.leaveOut(x, "fallthrough left out")
		return
	}
	if x.Label != nil || (x.Tok != token.BREAK && x.Tok != token.CONTINUE) {
		return
	}
	for _, n := range slices.Backward(p.path) {
		switch of := n.(type) {
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.FuncLit:
			return
		case *ast.ForStmt:
			if of.Cond == nil {
				return
			}
			p.otherJump(x)
			return
		case *ast.RangeStmt:
			p.otherJump(x)
			return
		}
	}
}

func (p *planter) otherJump(x *ast.BranchStmt) {
	now := "break"
	if x.Tok == token.BREAK {
		now = "continue"
	}
	p.replace(x, Statement, now, now+" for "+x.Tok.String())
}

// rangeLoop makes a loop do nothing, or end after its first round.
func (p *planter) rangeLoop(x *ast.RangeStmt) {
	if len(x.Body.List) == 0 {
		return
	}
	at := p.at(x.Body.Lbrace)
	p.plant(site{kind: Statement, from: at, to: at + 1, now: "{ continue;", note: "loop does nothing"})
	p.once(x.Body)
}

// forLoop makes a loop end after its first round.
func (p *planter) forLoop(x *ast.ForStmt) {
	if x.Cond != nil {
		p.once(x.Body)
	}
}

func (p *planter) once(body *ast.BlockStmt) {
	if n := len(body.List); n == 0 || leaves(body.List[n-1]) {
		return
	}
	at := p.at(body.Rbrace)
	p.plant(site{kind: Statement, from: at, to: at + 1, now: "; break }", note: "loop ends after the first round"})
}

// fields leaves a field of a composite out.
func (p *planter) fields(x *ast.CompositeLit) {
	for i, e := range x.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok || p.empty(kv.Value) || p.fn == nil {
			continue
		}
		end, note := p.at(e.End()), p.of(kv.Key)+" left out"
		if i+1 < len(x.Elts) {
			end += strings.IndexByte(p.text[end:], ',') + 1
			p.plant(site{kind: Statement, from: p.at(e.Pos()), to: end, note: note})
		} else if rest := strings.TrimLeft(p.text[end:], " \t"); strings.HasPrefix(rest, ",") {
			p.plant(site{kind: Statement, from: p.at(e.Pos()), to: end + len(p.text[end:]) - len(rest) + 1, note: note})
		} else if i == 0 {
			p.plant(site{kind: Statement, from: p.at(e.Pos()), to: end, note: note})
		} else {
			p.plant(site{kind: Statement, from: p.at(x.Elts[i-1].End()), to: end, note: note})
		}
	}
}
