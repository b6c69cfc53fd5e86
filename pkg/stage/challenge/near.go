package challenge

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// runs says whether the place of a violation was run. Declarations outside of functions are run where the code uses their names.
func (r *campaign) runs(blocks []verdict.Block, m mutate.Mutant) bool {
	if m.Func != "" {
		return ran(blocks, m.Path, m.Line, m.EndLine)
	}
	return slices.ContainsFunc(r.uses(m), func(at token.Position) bool { return ran(blocks, at.Filename, at.Line, at.Line) })
}

// ran says whether one of the blocks that stand in lines of a file was run.
func ran(blocks []verdict.Block, file string, from, to int) bool {
	return slices.ContainsFunc(blocks, func(b verdict.Block) bool {
		return b.Ran && b.File == file && b.Line <= to && from <= b.EndLine
	})
}

// uses gives the places in the package where names are used that are declared in the lines of a violation. Names are compared as words:
// a local one that is the same counts too.
func (r *campaign) uses(m mutate.Mutant) []token.Position {
	set := token.NewFileSet()
	var trees []*ast.File
	for _, f := range r.targets() {
		if path.Dir(f.Path) == path.Dir(m.Path) {
			if tree, err := parser.ParseFile(set, f.Path, f.Data, parser.SkipObjectResolution); err == nil {
				trees = append(trees, tree)
			}
		}
	}
	names := map[string]bool{}
	var out []token.Position
	for _, tree := range trees {
		for _, d := range tree.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				declared(set, g, m, names)
			}
		}
	}
	for _, tree := range trees {
		ast.Inspect(tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && names[id.Name] {
				out = append(out, set.Position(id.Pos()))
			}
			return true
		})
	}
	return out
}

// declared collects the names that are declared in the lines of a violation.
func declared(set *token.FileSet, g *ast.GenDecl, m mutate.Mutant, names map[string]bool) {
	for _, s := range g.Specs {
		v, ok := s.(*ast.ValueSpec)
		if !ok || set.Position(v.Pos()).Filename != m.Path || set.Position(v.Pos()).Line > m.EndLine || set.Position(v.End()).Line < m.Line {
			continue
		}
		for _, name := range v.Names {
			names[name.Name] = true
		}
	}
}
