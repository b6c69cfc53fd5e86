package mutate

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// goSource is a Go file with its syntax, and what its names mean as far as the files at hand can say.
type goSource struct {
	patch.File
	text string
	tree *ast.File
	*goPackage

	locals   []localUse         // uses of local variables, by place
	count    map[*types.Var]int // how many there are of each
	imported map[string][]int   // where each name of an import is used
}

// goPackage is what the files of a package have in common.
type goPackage struct {
	dir   string
	set   *token.FileSet
	files []*goSource
	info  *types.Info
	scope *types.Scope
}

// localUse is a use of a local variable, which has to have one.
type localUse struct {
	at  int
	of  *types.Var
	dec int // where it is declared
}

// readGo reads the files that are Go, that people wrote, and that are built here. Those of a folder belong together.
func readGo(files []patch.File) []*goPackage {
	var out []*goPackage
	for _, f := range files {
		if syntax.LanguageOf(f.Path).Name != syntax.Go || strings.HasSuffix(f.Path, "_test.go") || !builtHere(f) {
			continue
		}
		i := slices.IndexFunc(out, func(p *goPackage) bool { return p.dir == path.Dir(f.Path) })
		if i < 0 {
			i = len(out)
			out = append(out, &goPackage{dir: path.Dir(f.Path), set: token.NewFileSet()})
		}
		out[i].read(f)
	}
	for _, p := range out {
		p.resolve()
	}
	return out
}

// builtHere says whether the file belongs to a build on this system, by its name and its constraints.
func builtHere(f patch.File) bool {
	c := build.Default
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }
	ok, err := c.MatchFile(path.Dir(f.Path), path.Base(f.Path))
	return ok && err == nil
}

func (p *goPackage) read(f patch.File) {
	tree, err := parser.ParseFile(p.set, f.Path, f.Data, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil || ast.IsGenerated(tree) {
		return
	}
	p.files = append(p.files, &goSource{File: f, text: string(f.Data), tree: tree, goPackage: p})
}

// resolve finds out what names mean. The packages that are imported are not at hand, so that much stays unknown, and no error says
// anything.
func (p *goPackage) resolve() {
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}
	var trees []*ast.File
	for _, s := range p.files {
		if len(trees) == 0 || s.tree.Name.Name == trees[0].Name.Name {
			trees = append(trees, s.tree)
		}
	}
	config := types.Config{Importer: syntax.GoStrangers{}, FakeImportC: true, Error: func(error) {}}
	if pkg, _ := config.Check(p.dir, p.set, trees, p.info); pkg != nil {
		p.scope = pkg.Scope()
	}
	for _, s := range p.files {
		s.collect()
	}
}

// at is where a position is in the file, whatever its line directives say.
func (s *goSource) at(p token.Pos) int { return s.set.PositionFor(p, false).Offset }

func (s *goSource) line(off int) int { return 1 + strings.Count(s.text[:off], "\n") }

// of is the text of a node.
func (s *goSource) of(n ast.Node) string { return s.text[s.at(n.Pos()):s.at(n.End())] }

// collect notes where local variables and imports are used.
func (s *goSource) collect() {
	s.count, s.imported = map[*types.Var]int{}, map[string][]int{}
	free := s.free()
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := x.X.(*ast.Ident); ok && s.mayBePackage(id) {
				s.imported[id.Name] = append(s.imported[id.Name], s.at(id.Pos()))
			}
		}
		id, ok := n.(*ast.Ident)
		if !ok || free[id] {
			return true
		}
		v, ok := s.info.Uses[id].(*types.Var)
		if ok && !v.IsField() && v.Parent() != nil && v.Parent() != s.scope && v.Pos().IsValid() && !s.isParameter(v) {
			s.locals = append(s.locals, localUse{s.at(id.Pos()), v, s.at(v.Pos())})
			s.count[v]++
		}
		return true
	})
	slices.SortFunc(s.locals, func(a, b localUse) int { return a.at - b.at })
}

func (s *goSource) mayBePackage(id *ast.Ident) bool {
	switch s.info.Uses[id].(type) {
	case nil, *types.PkgName:
		return true
	}
	return false
}

// isParameter says whether a variable may go without a use.
func (s *goSource) isParameter(v *types.Var) bool {
	kind := v.Kind()
	return kind == types.ParamVar || kind == types.ResultVar || kind == types.RecvVar
}

// free gives the names that are assigned to only: that is no use of a variable.
func (s *goSource) free() map[*ast.Ident]bool {
	out := map[*ast.Ident]bool{}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if x, ok := n.(*ast.AssignStmt); ok && x.Tok == token.ASSIGN {
			for _, e := range x.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					out[id] = true
				}
			}
		}
		return true
	})
	return out
}

// importOf gives the import that a name stands for, nil for none.
func (s *goSource) importOf(name string) *ast.ImportSpec {
	for _, i := range s.tree.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err == nil && ((i.Name != nil && i.Name.Name == name) || (i.Name == nil && syntax.GoPackageName(p) == name)) {
			return i
		}
	}
	return nil
}

// has says whether the file imports a package under its own name.
func (s *goSource) has(importPath string) bool {
	i := s.importOf(path.Base(importPath))
	return i != nil && i.Path.Value == strconv.Quote(importPath)
}

// funcName is the name of a function as mutants give it.
func (s *goSource) funcName(f *ast.FuncDecl) string {
	if f == nil {
		return ""
	}
	return syntax.GoFuncName(f)
}
