package evaluate

import (
	"path"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// module is what a go.mod says of itself and of what it requires.
type module struct {
	file    string
	dir     string // "." at the root
	path    string
	data    []byte
	depends []dependency
	unknown string // why it cannot be read
}

func isModule(p string) bool { return path.Base(p) == "go.mod" }

// readModule reads what a module requires, directly or not, what it puts in its place, and its tools.
func readModule(f patch.File) module {
	m := module{file: f.Path, dir: path.Dir(f.Path), path: modfile.ModulePath(f.Data), data: f.Data}
	mod, err := modfile.Parse(f.Path, f.Data, nil)
	if err != nil {
		m.unknown = f.Path + " does not parse"
		return m
	}
	if mod.Module != nil {
		m.path = mod.Module.Mod.Path // ModulePath reads no block
	}
	for _, r := range mod.Require {
		m.depends = append(m.depends, goDependency(r.Syntax, r.Mod.Path))
	}
	for _, r := range mod.Replace {
		m.depends = append(m.depends, goDependency(r.Syntax, r.Old.Path, r.New.Path))
	}
	for _, t := range mod.Tool {
		m.depends = append(m.depends, goDependency(t.Syntax, t.Path))
	}
	return m
}

// readWork reads what a workspace puts in the place of modules.
func readWork(f patch.File) (depends []dependency, unknown string) {
	work, err := modfile.ParseWork(f.Path, f.Data, nil)
	if err != nil {
		return nil, f.Path + " does not parse"
	}
	for _, r := range work.Replace {
		depends = append(depends, goDependency(r.Syntax, r.Old.Path, r.New.Path))
	}
	return depends, ""
}

// goDependency stands where its own word stands, behind the directive's where that is on the same line.
func goDependency(line *modfile.Line, names ...string) dependency {
	return dependency{forms: append(names, originals(names[0])...), line: line.Start.Line, col: line.Start.LineRune}
}

// governing gives the module that a folder belongs to: the nearest go.mod above it.
func governing(modules []module, dir string) (module, bool) {
	for {
		for _, m := range modules {
			if m.dir == dir {
				return m, true
			}
		}
		if dir == "." || dir == "/" || dir == "" {
			return module{}, false
		}
		dir = path.Dir(dir)
	}
}

// importPath is how Go names the package in a folder; "" where no module says.
func importPath(modules []module, dir string) string {
	m, ok := governing(modules, dir)
	if !ok || m.path == "" {
		return ""
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(dir, m.dir), "/")
	if m.dir == "." {
		rest = dir
	}
	if rest == "." || rest == "" {
		return m.path
	}
	return m.path + "/" + rest
}
