package evaluate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// goAccount is what the Go files among the targets declare, and which of their names the lines use that something claims.
type goAccount struct {
	*account
	functions map[*source][]*goFunction
	units     map[*source][]*goUnit
	heads     map[spot]string   // lines that open a group, and package clauses: what they are
	used      map[usedName]bool // names by folder
	imported  map[string]bool   // names that are used from another package
	inBlock   map[spot]struct{} // lines that hold statements
}

type usedName struct{ dir, name string }

// goFunction is a function declaration. Its lines are its signature's up to the one with the opening brace, and its body's.
type goFunction struct {
	from, brace, to int
	claimed         bool
}

// goUnit is a declaration without statements: a type, a constant, a variable, or a group of constants that count.
type goUnit struct {
	dir      string
	from, to int
	names    []string
	mentions []string
	used     bool
}

// readGo finds out which declarations the claimed lines use.
func (a *account) readGo() *goAccount {
	g := &goAccount{
		account: a, functions: map[*source][]*goFunction{}, units: map[*source][]*goUnit{}, heads: map[spot]string{},
		used: map[usedName]bool{}, imported: map[string]bool{}, inBlock: map[spot]struct{}{},
	}
	for file, blocks := range a.blocks {
		for _, b := range blocks {
			for line := b.Line; line <= b.EndLine; line++ {
				g.inBlock[spot{file, line}] = struct{}{}
			}
		}
	}
	for _, s := range a.targets {
		if s.golang != nil && s.golang.file != nil {
			g.declarations(s)
		}
	}
	for _, s := range a.targets {
		if s.golang != nil && s.golang.file != nil {
			g.uses(s)
		}
	}
	g.byTheTests()
	g.settle()
	return g
}

func (s *source) lineOf(pos token.Pos) int { return s.golang.set.PositionFor(pos, false).Line }

// declarations reads what a file declares, and lets the Interface section claim what it names.
func (g *goAccount) declarations(s *source) {
	file := s.golang.file
	g.heads[spot{s.Path, s.lineOf(file.Package)}] = "package"
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			g.function(s, d)
		case *ast.GenDecl:
			g.group(s, d)
		}
	}
}

func (g *goAccount) function(s *source, d *ast.FuncDecl) {
	f := &goFunction{from: s.lineOf(d.Pos()), brace: s.lineOf(d.Type.End()), to: s.lineOf(d.End())}
	if d.Body != nil {
		f.brace = s.lineOf(d.Body.Lbrace)
	}
	for line := f.from; line <= f.to; line++ {
		f.claimed = f.claimed || g.claimed(s.Path, line)
	}
	if g.surface[syntax.GoFuncName(d)] {
		for line := f.from; line <= f.brace; line++ {
			g.claim(s.Path, line, "", verdict.ByInterface)
		}
	}
	g.functions[s] = append(g.functions[s], f)
}

// group reads types, constants, variables and imports. Constants that count by iota stand or fall together.
func (g *goAccount) group(s *source, d *ast.GenDecl) {
	if d.Tok == token.IMPORT {
		for line := s.lineOf(d.Pos()); line <= s.lineOf(d.End()); line++ {
			g.heads[spot{s.Path, line}] = "import"
		}
		return
	}
	if d.Lparen.IsValid() {
		g.heads[spot{s.Path, s.lineOf(d.Pos())}] = "declaration"
	}
	var whole *goUnit
	for _, sp := range d.Specs {
		unit := g.unit(s, sp)
		if whole != nil && slices.Contains(whole.mentions, "iota") {
			whole.to, whole.names = unit.to, append(whole.names, unit.names...)
			whole.mentions = append(whole.mentions, unit.mentions...)
			unit = whole
		} else {
			g.units[s] = append(g.units[s], unit)
		}
		if d.Tok == token.CONST {
			whole = unit
		}
	}
	for _, unit := range g.units[s] {
		if slices.ContainsFunc(unit.names, func(name string) bool { return g.surface[name] }) {
			for line := unit.from; line <= unit.to; line++ {
				g.claim(s.Path, line, "", verdict.ByInterface)
			}
		}
	}
}

func (g *goAccount) unit(s *source, sp ast.Spec) *goUnit {
	u := &goUnit{dir: path.Dir(s.Path), from: s.lineOf(sp.Pos()), to: s.lineOf(sp.End())}
	switch sp := sp.(type) {
	case *ast.TypeSpec:
		u.names = []string{sp.Name.Name}
	case *ast.ValueSpec:
		for _, name := range sp.Names {
			u.names = append(u.names, name.Name)
		}
	}
	ast.Inspect(sp, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !slices.Contains(u.names, id.Name) {
			u.mentions = append(u.mentions, id.Name)
		}
		return true
	})
	return u
}

// uses notes the names on the lines that something claims, and those of the signatures that belong to them.
func (g *goAccount) uses(s *source) {
	dir := path.Dir(s.Path)
	signature := map[int]bool{}
	for _, f := range g.functions[s] {
		for line := f.from; f.claimed && line <= f.brace; line++ {
			signature[line] = true
		}
	}
	own := g.defined(s)
	ast.Inspect(s.golang.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && s.golang.isPackage(x) && g.claimed(s.Path, s.lineOf(n.Pos())) {
				g.imported[n.Sel.Name] = true
			}
		case *ast.Ident:
			line := s.lineOf(n.Pos())
			if !own[n] && (signature[line] || g.claimed(s.Path, line)) {
				g.used[usedName{dir, n.Name}] = true
			}
		}
		return true
	})
}

func (g *goFile) isPackage(x *ast.Ident) bool {
	_, ok := g.uses[x].(*types.PkgName)
	return ok
}

// defined are the identifiers by which declarations without statements name themselves: these use nothing.
func (g *goAccount) defined(s *source) map[*ast.Ident]bool {
	own := map[*ast.Ident]bool{}
	for _, d := range s.golang.file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, sp := range d.Specs {
			switch sp := sp.(type) {
			case *ast.TypeSpec:
				own[sp.Name] = true
			case *ast.ValueSpec:
				for _, name := range sp.Names {
					own[name] = true
				}
			}
		}
	}
	return own
}

// byTheTests notes the names that the acceptance tests use, in whatever package they stand.
func (g *goAccount) byTheTests() {
	for _, f := range g.testFiles {
		if path.Ext(f.Path) != ".go" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		dir := path.Dir(f.Path)
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				g.imported[n.Sel.Name] = true
			case *ast.Ident:
				g.used[usedName{dir, n.Name}] = true
			}
			return true
		})
	}
}

// settle marks the declarations that are used, and those that they use in turn.
func (g *goAccount) settle() {
	for again := true; again; {
		again = false
		for _, units := range g.units {
			for _, u := range units {
				if u.used || !slices.ContainsFunc(u.names, func(name string) bool {
					return g.used[usedName{u.dir, name}] || ast.IsExported(name) && g.imported[name]
				}) {
					continue
				}
				u.used, again = true, true
				for _, name := range u.mentions {
					g.used[usedName{u.dir, name}] = true
				}
			}
		}
	}
}

// lines is what is known of each line of a Go file.
func (g *goAccount) lines(s *source) []verdict.Line {
	out := make([]verdict.Line, len(s.raw))
	unmeasured := g.tested && !g.measured(s)
	for i := range out {
		out[i] = g.line(s, i+1)
		if open(out[i]) {
			out[i].Join, out[i].Plumbing = g.declared(s, i+1)
		}
		out[i].Unmeasured = unmeasured && open(out[i])
	}
	return out
}

// measured says whether it is known which lines of a file the tests ran. A file without blocks was not built, unless it holds no statement.
func (g *goAccount) measured(s *source) bool {
	if !g.counted {
		return false
	}
	if len(g.blocks[s.Path]) > 0 {
		return true
	}
	statements := false
	ast.Inspect(s.golang.file, func(n ast.Node) bool {
		_, body := n.(*ast.BlockStmt)
		statements = statements || body
		return !statements
	})
	return !statements
}

// declared says what a line is by the declaration that it stands in, and whether it needs no clause for that.
func (g *goAccount) declared(s *source, n int) (verdict.Join, string) {
	switch head := g.heads[spot{s.Path, n}]; head {
	case "declaration":
		return verdict.ToNext, head
	case "package", "import":
		return verdict.Apart, head
	}
	for _, u := range g.units[s] {
		if u.from <= n && n <= u.to && u.used && !g.statements(s, n) {
			return verdict.Apart, "declaration"
		}
	}
	for _, f := range g.functions[s] {
		switch {
		case n < f.from || n > f.to || !f.claimed:
		case n <= f.brace:
			return verdict.Apart, "signature"
		case g.counted && !g.statements(s, n):
			return verdict.ToPrevious, "bracket"
		}
	}
	return verdict.Apart, ""
}

func (g *goAccount) statements(s *source, n int) bool {
	_, ok := g.inBlock[spot{s.Path, n}]
	return ok
}

var (
	funcHead = pattern.Lazy(`(?m)^\s*func\s+(?:\(\s*(?:\w+\s+)?\*?(\w+)[^)]*\)\s*)?(\w+)`)
	typeHead = pattern.Lazy(`(?m)^\s*(?:type|const|var)\s+(\w+)`)
)

// readInterface takes the names that the Interface section declares in Go.
func (a *account) readInterface() {
	a.surface = map[string]bool{}
	for _, block := range a.spec.Interface() {
		if block.Language != "go" && block.Language != "golang" && block.Language != "" {
			continue
		}
		for _, m := range funcHead.FindAllStringSubmatch(block.Text, -1) {
			name := m[2]
			if m[1] != "" {
				name = m[1] + "." + name
			}
			a.surface[name] = true
		}
		for _, m := range typeHead.FindAllStringSubmatch(block.Text, -1) {
			a.surface[m[1]] = true
		}
		a.readGroups(block.Text)
	}
}

// readGroups takes the names of grouped declarations, where the block can be parsed.
func (a *account) readGroups(text string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, parser.SkipObjectResolution)
	if err != nil {
		file, err = parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	}
	if err != nil {
		return
	}
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, sp := range group.Specs {
			switch sp := sp.(type) {
			case *ast.TypeSpec:
				a.surface[sp.Name.Name] = true
			case *ast.ValueSpec:
				for _, name := range sp.Names {
					a.surface[name.Name] = true
				}
			}
		}
	}
}
