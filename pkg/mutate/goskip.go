package mutate

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// unspecified says whether nobody said what a node has to be: what a log line, an error's or a panic's message says.
func (p *planter) unspecified(n ast.Node) bool {
	if s, ok := n.(*ast.ExprStmt); ok {
		n = s.X
	}
	if call, ok := n.(*ast.CallExpr); ok && isLog(call) {
		return true
	}
	e, ok := n.(ast.Expr)
	if !ok {
		return false
	}
	if r, ok := p.parent(1).(*ast.ReturnStmt); ok && p.empty(e) && p.beside(r, e) {
		return true
	}
	call, ok := p.parent(1).(*ast.CallExpr)
	return ok && e != call.Fun && isMessage(call)
}

// beside says whether a result stands beside an error, or beside false: then nobody looks at it.
func (p *planter) beside(r *ast.ReturnStmt, e ast.Expr) bool {
	last := r.Results[len(r.Results)-1]
	if last == e {
		return false
	}
	switch x := ast.Unparen(last).(type) {
	case *ast.CallExpr:
		return isMessage(x)
	case *ast.Ident:
		return x.Name == "false" || strings.HasPrefix(x.Name, "Err") || p.isError(x) && p.whereNotNil(x.Name)
	}
	return false
}

// whereNotNil says whether what is looked at stands in an if that has found a variable not to be nil.
func (p *planter) whereNotNil(name string) bool {
	for i, n := range p.path {
		x, ok := n.(*ast.IfStmt)
		if ok && i+1 < len(p.path) && p.path[i+1] == ast.Node(x.Body) && strings.Contains(p.of(x.Cond), name+" != nil") {
			return true
		}
	}
	return false
}

// isMessage says whether a call makes a message for people of its arguments.
func isMessage(call *ast.CallExpr) bool {
	switch calledName(call) {
	case "errors.New", "fmt.Errorf", "panic":
		return true
	}
	return false
}

var (
	logName = pattern.Lazy(`(?i)^(s?log|.*logger|.*log|klog|glog)$`)
	logVerb = pattern.Lazy(`^(Trace|Debug|Info|Warn|Warning|Error|Print|Log)(f|ln|w|Context|Attrs)?$`)
)

// isLog says whether a call writes a log line, by the names in it.
func isLog(call *ast.CallExpr) bool {
	x, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !logVerb.MatchString(x.Sel.Name) {
		return false
	}
	switch of := x.X.(type) {
	case *ast.Ident:
		return logName.MatchString(of.Name)
	case *ast.SelectorExpr:
		return logName.MatchString(of.Sel.Name)
	case *ast.CallExpr:
		name := calledName(of)
		return logName.MatchString(name[strings.LastIndexByte(name, '.')+1:])
	}
	return false
}

// calledName is what is called, as far as that is a name or one of a package or a variable: f, or x.f; else "".
func calledName(call *ast.CallExpr) string {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if id, ok := f.X.(*ast.Ident); ok {
			return id.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

// dead says whether a statement can never run: one before it in its list leaves.
func (p *planter) dead(n ast.Node) bool {
	s, ok := n.(ast.Stmt)
	if !ok {
		return false
	}
	if b, ok := n.(*ast.BlockStmt); ok {
		branch, ok := p.parent(1).(*ast.IfStmt)
		if ok && branch.Body == b && p.of(branch.Cond) == "false" {
			return true
		}
	}
	for _, before := range listOf(p.parent(1)) {
		if before == s {
			return false
		}
		if leaves(before) {
			return !labelled(p.parent(1))
		}
	}
	return false
}

// labelled says whether some statement of a list can be gone to.
func labelled(n ast.Node) bool {
	for _, s := range listOf(n) {
		if _, ok := s.(*ast.LabeledStmt); ok {
			return true
		}
	}
	return false
}

// leaves says whether what stands behind a statement is never reached.
func leaves(s ast.Stmt) bool {
	switch x := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return x.Tok != token.FALLTHROUGH
	case *ast.ExprStmt:
		call, ok := x.X.(*ast.CallExpr)
		return ok && (calledName(call) == "panic" || calledName(call) == "os.Exit")
	}
	return false
}
