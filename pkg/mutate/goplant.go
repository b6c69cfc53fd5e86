package mutate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// goMutants plants single faults in Go files.
func goMutants(files []patch.File) []Mutant {
	var out []Mutant
	for _, p := range readGo(files) {
		for _, s := range p.files {
			for _, d := range s.tree.Decls {
				out = append(out, s.plantIn(d)...)
			}
		}
	}
	return out
}

// planter plants faults in one declaration.
type planter struct {
	*goSource
	decl     ast.Decl
	fn       *ast.FuncDecl // the function, nil outside of one
	from, to int           // where the declaration stands
	path     []ast.Node    // from the declaration down to what is looked at
	out      []Mutant
	seen     map[string]bool // texts of the declaration that were made already
}

func (s *goSource) plantIn(d ast.Decl) []Mutant {
	p := &planter{goSource: s, decl: d, from: s.at(d.Pos()), to: s.at(d.End()), seen: map[string]bool{}}
	p.fn, _ = d.(*ast.FuncDecl)
	if g, ok := d.(*ast.GenDecl); ok && g.Tok != token.VAR && g.Tok != token.CONST {
		return nil
	}
	p.seen[s.text[p.from:p.to]] = true
	ast.Inspect(d, func(n ast.Node) bool {
		if n == nil {
			p.path = p.path[:len(p.path)-1]
			return true
		}
		p.path = append(p.path, n)
		if p.unspecified(n) || p.dead(n) {
			p.path = p.path[:len(p.path)-1]
			return false
		}
		p.visit(n)
		return true
	})
	return p.out
}

// visit plants what a node gives.
func (p *planter) visit(n ast.Node) {
	switch x := n.(type) {
	case *ast.FuncDecl:
		p.body(x)
	case *ast.IfStmt:
		p.branch(x)
	case *ast.ForStmt:
		p.negate(x.Cond, "loop condition turned round")
		p.forLoop(x)
	case *ast.RangeStmt:
		p.rangeLoop(x)
	case *ast.CaseClause:
		p.caseClause(x)
	case *ast.BinaryExpr:
		p.binary(x)
	case *ast.UnaryExpr:
		p.unary(x)
	case *ast.Ident:
		p.truth(x)
	case *ast.BasicLit:
		p.literal(x)
	case *ast.SliceExpr:
		p.slice(x)
	case *ast.CompositeLit:
		p.fields(x)
	case *ast.CallExpr:
		p.call(x)
	case *ast.ReturnStmt:
		p.returned(x)
	case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.BranchStmt:
		p.statement(x)
	}
}

// parent gives the node n levels above the one that is looked at, nil beyond the declaration.
func (p *planter) parent(n int) ast.Node {
	if i := len(p.path) - 1 - n; i >= 0 {
		return p.path[i]
	}
	return nil
}

// site is a fault that could be planted.
type site struct {
	kind     Kind
	from, to int
	now      string
	note     string
	spare    string // stands in the place of now where that would leave a variable without a use
}

// replace plants a fault in the place of a node.
func (p *planter) replace(n ast.Node, kind Kind, now, note string) {
	p.plant(site{kind: kind, from: p.at(n.Pos()), to: p.at(n.End()), now: now, note: note})
}

// plant makes a mutant of a site, if it makes a difference and still parses.
func (p *planter) plant(s site) {
	was := p.text[s.from:s.to]
	if was == s.now {
		return
	}
	lost, ok := p.lost(s.from, s.to, s.now)
	switch {
	case !ok && s.spare == "":
		return
	case len(lost) > 0 && s.spare != "":
		s.now, lost = s.spare, nil
	}
	edits := []edit{{path: p.Path, from: s.from, to: s.to, text: s.now}}
	if keep := keepers(lost); keep != "" {
		whole, at := p.around()
		if whole == s.from {
			edits[0].text = strings.TrimRight(keep+"; "+s.now, "; ")
			s.now = edits[0].text
		} else {
			edits = append(edits, edit{path: p.Path, from: at, to: at, text: keep + "; ", role: fault})
		}
	}
	if missing := strings.Count(was, "\n") - strings.Count(s.now, "\n"); missing > 0 && p.ends(s.to) {
		edits[0].text += strings.Repeat("\n", missing)
	}
	p.keep(s, edits)
}

// keep takes a mutant whose text is new and parses.
func (p *planter) keep(s site, edits []edit) {
	text := applyFrom(p.text[p.from:p.to], p.from, edits)
	if p.seen[text] {
		return
	}
	p.seen[text] = true
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p;"+text, parser.SkipObjectResolution); err != nil {
		return
	}
	for _, spec := range p.unusedImports(s.from, s.to, s.now) {
		at := p.at(spec.Path.Pos())
		e := edit{path: p.Path, from: at, to: at, text: "_ ", role: uses}
		if spec.Name != nil {
			e.from, e.to, e.text = p.at(spec.Name.Pos()), p.at(spec.Name.End()), "_"
		}
		edits = append(edits, e)
	}
	p.out = append(p.out, Mutant{
		Kind: s.kind, Path: p.Path, Line: p.line(s.from), EndLine: p.line(max(s.from, s.to-1)), Func: p.funcName(p.fn),
		Was: p.text[s.from:s.to], Now: s.now, Note: s.note, edits: edits,
	})
}

// ends says whether a statement ends at an offset: more line ends there change nothing.
func (p *planter) ends(off int) bool {
	rest := strings.TrimLeft(p.text[off:], " \t")
	return rest == "" || strings.IndexByte("\r\n;", rest[0]) >= 0 || strings.HasPrefix(rest, "//")
}

// lost gives the local variables that have no use any more. ok is false where nothing can be done about one: it is not declared yet
// where the statement begins.
func (p *planter) lost(from, to int, now string) (out []localUse, ok bool) {
	inside := map[localVar]int{}
	ok = true
	first, _ := slices.BinarySearchFunc(p.locals, from, func(u localUse, at int) int { return u.at - at })
	_, at := p.around()
	for _, u := range p.locals[first:] {
		if u.at >= to {
			break
		}
		v := localVar{u.of.Name(), u.dec}
		inside[v]++
		if (u.dec >= from && u.dec < to) || inside[v] != p.count[u.of] || mentions(now, u.of.Name()) {
			continue
		}
		out = append(out, u)
		ok = ok && u.dec < at
	}
	return out, ok
}

type localVar struct {
	name string
	dec  int
}

// mentions says whether a word stands in a text.
func mentions(text, word string) bool {
	if !strings.Contains(text, word) {
		return false
	}
	return regexp.MustCompile(`(^|[^\pL\pN_])` + regexp.QuoteMeta(word) + `($|[^\pL\pN_])`).MatchString(text)
}

// keepers is a statement that uses variables.
func keepers(lost []localUse) string {
	if len(lost) == 0 {
		return ""
	}
	var blanks, names []string
	for _, u := range lost {
		blanks, names = append(blanks, "_"), append(names, u.of.Name())
	}
	return strings.Join(blanks, ", ") + " = " + strings.Join(names, ", ")
}

// around gives where the statement begins that is looked at or stands around it, as far as statements can be put before it. Both
// are the same but for a statement with a label.
func (p *planter) around() (statement, at int) {
	for i := len(p.path) - 1; i > 0; i-- {
		stmt, ok := p.path[i].(ast.Stmt)
		if !ok || !listed(p.path[i-1], stmt) {
			continue
		}
		begin := p.at(stmt.Pos())
		return begin, begin
	}
	return -1, -1
}

// listed says whether a statement is one of a list.
func listed(parent ast.Node, s ast.Stmt) bool { return slices.Contains(listOf(parent), s) }

// listOf gives the list of statements that a node holds.
func listOf(n ast.Node) []ast.Stmt {
	switch x := n.(type) {
	case *ast.BlockStmt:
		return x.List
	case *ast.CaseClause:
		return x.Body
	case *ast.CommClause:
		return x.Body
	}
	return nil
}

// unusedImports gives the imports that have no use any more.
func (p *planter) unusedImports(from, to int, now string) []*ast.ImportSpec {
	var out []*ast.ImportSpec
	for name, places := range p.imported {
		inside := 0
		for _, at := range places {
			if at >= from && at < to {
				inside++
			}
		}
		if inside == 0 || inside < len(places) || strings.Contains(now, name+".") {
			continue
		}
		if spec := p.importOf(name); spec != nil {
			out = append(out, spec)
		}
	}
	return out
}

// signature gives the type of the function around what is looked at, which may be a literal.
func (p *planter) signature() *ast.FuncType {
	for _, n := range slices.Backward(p.path) {
		switch x := n.(type) {
		case *ast.FuncLit:
			return x.Type
		case *ast.FuncDecl:
			return x.Type
		}
	}
	return nil
}
