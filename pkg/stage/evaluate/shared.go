package evaluate

import (
	"go/ast"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Vacuous says why a Go test decides nothing by its syntax alone, whether or not it passes; "" if it may. Who writes tests is held to
// what those who judge by them refuse.
func Vacuous(file *ast.File, test *ast.FuncDecl) string { return hollowGo(file, test) }

// ImportPath is how Go names the package in a folder, by the go.mod files among files; "" where none of them says.
func ImportPath(files []patch.File, dir string) string {
	var modules []module
	for _, f := range files {
		if isModule(f.Path) {
			modules = append(modules, readModule(f))
		}
	}
	return importPath(modules, dir)
}
