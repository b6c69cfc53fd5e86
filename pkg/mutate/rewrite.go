package mutate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Rewrite is a change that makes no difference to what the code does. Whoever calls such code wrong is wrong.
const Rewrite Kind = "rewrite"

// Rewrites gives changes of Go code that make no difference: operands the other way round, branches changed round under the negated
// condition, other words for an assignment, other names for local variables, and a function that nobody calls.
func Rewrites(files []patch.File) []Mutant {
	var out []Mutant
	for _, p := range readGo(files) {
		for _, s := range p.files {
			for _, d := range s.tree.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
					r := &rewriter{planter{goSource: s, decl: d, fn: f, from: s.at(d.Pos()), to: s.at(d.End()), seen: map[string]bool{}}}
					ast.Inspect(f.Body, r.visit)
					r.rename(f)
					out = append(out, r.out...)
				}
			}
			out = append(out, s.idle())
		}
	}
	identify(out)
	return out
}

type rewriter struct{ planter }

func (r *rewriter) visit(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.BinaryExpr:
		r.flip(x)
	case *ast.IfStmt:
		r.swap(x)
	case *ast.IncDecStmt:
		now := r.of(x.X) + map[token.Token]string{token.INC: " += 1", token.DEC: " -= 1"}[x.Tok]
		r.keep(site{kind: Rewrite, from: r.at(x.Pos()), to: r.at(x.End()), now: now, note: "in other words"}, r.one(x, now))
	}
	return true
}

func (r *rewriter) one(n ast.Node, now string) []edit {
	return []edit{{path: r.Path, from: r.at(n.Pos()), to: r.at(n.End()), text: now}}
}

// flip writes a comparison the other way round.
func (r *rewriter) flip(x *ast.BinaryExpr) {
	other := map[token.Token]string{
		token.LSS: ">", token.GTR: "<", token.LEQ: ">=", token.GEQ: "<=", token.EQL: "==", token.NEQ: "!=",
	}[x.Op]
	if other == "" || !plain(x.X) || !plain(x.Y) {
		return
	}
	now := r.of(x.Y) + " " + other + " " + r.of(x.X)
	r.keep(site{kind: Rewrite, from: r.at(x.Pos()), to: r.at(x.End()), now: now, note: "operands the other way round"}, r.one(x, now))
}

// plain says whether an expression has no effect, and needs no brackets beside a comparison.
func plain(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return plain(x.X)
	case *ast.ParenExpr:
		return plain(x.X)
	case *ast.BinaryExpr:
		return x.Op.Precedence() > token.LSS.Precedence() && plain(x.X) && plain(x.Y)
	case *ast.CallExpr:
		id, ok := x.Fun.(*ast.Ident)
		return ok && id.Name == "len" && len(x.Args) == 1 && plain(x.Args[0])
	}
	return false
}

// swap changes the branches of an if round.
func (r *rewriter) swap(x *ast.IfStmt) {
	other, ok := x.Else.(*ast.BlockStmt)
	if !ok || x.Init != nil {
		return
	}
	now := "if !(" + r.of(x.Cond) + ") " + r.of(other) + " else " + r.of(x.Body)
	r.keep(site{kind: Rewrite, from: r.at(x.Pos()), to: r.at(x.End()), now: now, note: "branches changed round"}, r.one(x, now))
}

// rename gives the first local variable that can have one another name.
func (r *rewriter) rename(f *ast.FuncDecl) {
	for _, u := range r.locals {
		name := u.of.Name() + "Here"
		if u.at < r.at(f.Pos()) || u.at >= r.at(f.End()) || u.dec < r.at(f.Pos()) || mentions(r.text, name) {
			continue
		}
		edits := r.everywhere(u.of, name)
		if len(edits) < 2 {
			continue
		}
		r.keep(site{kind: Rewrite, from: edits[0].from, to: edits[0].to, now: name, note: u.of.Name() + " has another name"}, edits)
		return
	}
}

// everywhere gives a variable another name where it is declared and used. One whose places are not all known gets none.
func (r *rewriter) everywhere(v *types.Var, name string) []edit {
	var out []edit
	certain := true
	ast.Inspect(r.tree, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || id.Name != v.Name() || r.at(id.Pos()) < r.from || r.at(id.Pos()) >= r.to {
			return true
		}
		switch {
		case r.info.Defs[id] == types.Object(v) || r.info.Uses[id] == types.Object(v):
			out = append(out, edit{path: r.Path, from: r.at(id.Pos()), to: r.at(id.End()), text: name})
		case r.info.Defs[id] == nil && r.info.Uses[id] == nil:
			certain = false
		}
		return true
	})
	if !certain {
		return nil
	}
	slices.SortFunc(out, func(a, b edit) int { return a.from - b.from })
	return out
}

// idle adds a function that nobody calls.
func (s *goSource) idle() Mutant {
	text := "\n// ready says whether everything has been looked at.\nfunc zzReady" + digest(s.Path) + "(done, all int) bool {\n\treturn done >= all\n}\n"
	end := len(s.text)
	line := strings.Count(s.text, "\n")
	return Mutant{
		Kind: Rewrite, Path: s.Path, Line: line, EndLine: line, Now: text, Note: "a function that nobody calls",
		edits: []edit{{path: s.Path, from: end, to: end, text: text, role: outside}},
	}
}
