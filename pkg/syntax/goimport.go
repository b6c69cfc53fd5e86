package syntax

import (
	"go/types"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// GoStrangers imports every Go package as an empty one, so that names of packages can be told from others without reading them.
type GoStrangers struct{}

// Import implements types.Importer.
func (GoStrangers) Import(p string) (*types.Package, error) {
	pkg := types.NewPackage(p, GoPackageName(p))
	pkg.MarkComplete()
	return pkg, nil
}

var goVersionSuffix = pattern.Lazy(`(/v[0-9]+|\.v[0-9]+)$`)

// GoPackageName guesses the name of a package of Go by its path, as the go command's conventions have it.
func GoPackageName(p string) string {
	base := path.Base(goVersionSuffix.ReplaceAllString(p, ""))
	base = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(base, "go-"), "-go"), ".go")
	if i := strings.LastIndexAny(base, "-."); i >= 0 {
		base = base[i+1:]
	}
	return base
}
