package apply

import (
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// module is the Go module that a file is in. The zero value is none.
type module struct {
	path string // as its go.mod says
	root string // folder of the go.mod, "." for the top
}

var moduleLine = pattern.Lazy(`(?m)^\s*module\s+"?([^\s"]+)"?`)

// findModule looks for the nearest go.mod from a folder upwards.
func findModule(view *overlay, dir string) module {
	for {
		if data := view.read(path.Join(dir, "go.mod")); data != nil {
			if m := moduleLine.FindStringSubmatch(string(data)); m != nil {
				return module{path: m[1], root: dir}
			}
			return module{}
		}
		if dir == "." || dir == "/" || dir == "" {
			return module{}
		}
		dir = path.Dir(dir)
	}
}

// holds says whether an import path lies in the module.
func (m module) holds(importPath string) bool {
	return m.path != "" && (importPath == m.path || strings.HasPrefix(importPath, m.path+"/"))
}

// dir is the folder of one of the module's packages.
func (m module) dir(importPath string) string {
	return path.Join(m.root, strings.TrimPrefix(strings.TrimPrefix(importPath, m.path), "/"))
}

// importPath is the import path of one of the module's folders, "" outside of it.
func (m module) importPath(dir string) string {
	if m.path == "" {
		return ""
	}
	rel := dir
	if m.root != "." {
		rel = strings.TrimPrefix(strings.TrimPrefix(dir, m.root), "/")
	}
	if rel == "." || rel == "" {
		return m.path
	}
	return m.path + "/" + rel
}

// mostFolders bounds the search for a package of the module.
const mostFolders = 2000

// named gives the import paths of the module's folders that end in a name, nearest to the top first.
func (m module) named(view *overlay, name string) []string {
	if m.path == "" {
		return nil
	}
	var out []string
	queue := []string{m.root}
	for seen := 0; len(queue) > 0 && seen < mostFolders; seen++ {
		dir := queue[0]
		queue = queue[1:]
		if path.Base(dir) == name && packageName(view, dir) == name {
			out = append(out, m.importPath(dir))
		}
		for _, n := range view.names(strings.TrimPrefix(dir, ".")) {
			sub := path.Join(dir, n)
			if !strings.ContainsRune(n, '.') && !skipped(n) && len(view.names(sub)) > 0 && view.read(path.Join(sub, "go.mod")) == nil {
				queue = append(queue, sub)
			}
		}
	}
	return out
}

// skipped names the folders that hold no packages of the module.
func skipped(name string) bool {
	return name == "vendor" || name == "testdata" || name == "node_modules" || strings.HasPrefix(name, "_")
}

// packageName reads the package clause of a folder's files, "" if there is none or it is a program.
func packageName(view *overlay, dir string) string {
	for _, data := range view.goFiles(dir, "") {
		file, err := parser.ParseFile(token.NewFileSet(), "", data, parser.PackageClauseOnly)
		if err == nil && !strings.HasSuffix(file.Name.Name, "_test") && file.Name.Name != "main" {
			return file.Name.Name
		}
	}
	return ""
}

// visibleFrom applies the rule of internal folders.
func visibleFrom(importPath, modulePath, from string) bool {
	i := strings.LastIndex(importPath+"/", "/internal/")
	if i < 0 {
		return true
	}
	parent := importPath[:i]
	return parent == modulePath || from == parent || strings.HasPrefix(from, parent+"/")
}
