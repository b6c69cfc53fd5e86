package evaluate

import (
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// module is what a go.mod says of itself and of what it requires.
type module struct {
	file     string
	dir      string // "." at the root
	path     string
	requires []named
	lines    []string
}

func isModule(p string) bool { return path.Base(p) == "go.mod" }

// readModule reads the module and require directives. Other directives are none of its business.
func readModule(f patch.File) module {
	m := module{file: f.Path, dir: path.Dir(f.Path), lines: split(string(f.Data))}
	block := ""
	for i, line := range m.lines {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			continue
		case fields[0] == ")":
			block = ""
			continue
		case len(fields) == 2 && fields[1] == "(":
			block = fields[0]
			continue
		}
		verb := block
		if verb == "" {
			verb, fields = fields[0], fields[1:]
		}
		if len(fields) == 0 {
			continue
		}
		name := strings.Trim(fields[0], "\"`")
		switch verb {
		case "module":
			m.path = name
		case "require":
			m.requires = append(m.requires, named{forms: []string{name}, line: i + 1})
		}
	}
	return m
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
