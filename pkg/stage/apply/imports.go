package apply

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// fixImports adds the imports that a file lacks and drops those that it does not use, of the standard library and of its own
// module. The note says what was done, "" if nothing.
func fixImports(view *overlay, name string, data []byte) (fixed []byte, note string) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", data, parser.ParseComments)
	if err != nil {
		return data, ""
	}
	s := &scope{view: view, module: findModule(view, path.Dir(name)), name: name, file: file, refs: references(file)}
	drop, add := s.unused(), s.missing()
	if len(drop) == 0 && len(add) == 0 {
		return data, ""
	}
	var notes []string
	for _, i := range drop {
		astutil.DeleteNamedImport(fset, file, i.alias, i.path)
		notes = append(notes, "dropped "+strconv.Quote(i.path))
	}
	for _, i := range add {
		astutil.AddNamedImport(fset, file, i.alias, i.path)
		notes = append(notes, "added "+strconv.Quote(i.path))
	}
	var out bytes.Buffer
	if err := format.Node(&out, fset, file); err != nil {
		return data, ""
	}
	fixed = out.Bytes()
	if bytes.Contains(data, []byte("\r\n")) {
		fixed = bytes.ReplaceAll(fixed, []byte("\n"), []byte("\r\n"))
	}
	return fixed, strings.Join(notes, ", ")
}

// imported is an import: its path, and its name where it is written down.
type imported struct{ path, alias string }

// scope is what is needed to judge the imports of one file.
type scope struct {
	view   *overlay
	module module
	name   string
	file   *ast.File
	refs   map[string][]string // what is used as a package: name -> selectors, sorted
}

// references finds the names that nothing in the file declares and that a selector follows.
func references(file *ast.File) map[string][]string {
	free := map[*ast.Ident]bool{}
	for _, id := range file.Unresolved { // syntax alone is at hand: what a model wrote rarely type-checks
		free[id] = true
	}
	refs := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && free[id] && !slices.Contains(refs[id.Name], sel.Sel.Name) {
			refs[id.Name] = append(refs[id.Name], sel.Sel.Name)
		}
		return true
	})
	for _, selectors := range refs {
		slices.Sort(selectors)
	}
	return refs
}

// importsOf lists a file's imports.
func importsOf(file *ast.File) []imported {
	var out []imported
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		i := imported{path: p}
		if spec.Name != nil {
			i.alias = spec.Name.Name
		}
		out = append(out, i)
	}
	return out
}

// nameOf is the name by which an import is used, "" where only its source could tell and that is not at hand.
func (s *scope) nameOf(i imported) string {
	switch {
	case i.alias != "":
		return i.alias
	case isStandard(i.path):
		return standardName(i.path)
	case s.module.holds(i.path):
		return packageName(s.view, s.module.dir(i.path))
	}
	return ""
}

// unused gives the imports that nothing uses. Those of other modules are left: their names are not known for sure.
func (s *scope) unused() []imported {
	var out []imported
	for _, i := range importsOf(s.file) {
		name := s.nameOf(i)
		switch {
		case name == "" || name == "_" || name == "." || i.path == "C" || i.path == "embed" && hasEmbed(s.file):
		case !isStandard(i.path) && !s.module.holds(i.path):
		case s.refs[name] == nil:
			out = append(out, i)
		}
	}
	return out
}

func hasEmbed(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

// missing gives the imports that the file's references ask for and that can be told without doubt.
func (s *scope) missing() []imported {
	known := map[string]bool{}
	var foreign []string
	for _, i := range importsOf(s.file) {
		name := s.nameOf(i)
		if name == "." {
			return nil // it may declare anything
		}
		if known[name] = true; name == "" {
			foreign = append(foreign, i.path)
		}
	}
	siblings := s.siblings()
	var out []imported
	for _, name := range sortedKeys(s.refs) {
		if known[name] || siblings.declares[name] || !allExported(s.refs[name]) || explained(name, foreign) {
			continue
		}
		if i, ok := s.candidate(name, siblings); ok {
			out = append(out, i)
		}
	}
	return out
}

func sortedKeys(m map[string][]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func allExported(names []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !ast.IsExported(n) })
}

// explained says whether a name can be that of an import from another module, whose package may be called otherwise than
// its path ends.
func explained(name string, foreign []string) bool {
	return slices.ContainsFunc(foreign, func(p string) bool { return strings.Contains(strings.ToLower(p), strings.ToLower(name)) })
}

// siblings is what the other files of the package declare and import.
type siblings struct {
	declares map[string]bool
	imports  []imported
}

func (s *scope) siblings() siblings {
	out := siblings{declares: map[string]bool{}}
	for _, data := range s.view.goFiles(path.Dir(s.name), s.name) {
		file, err := parser.ParseFile(token.NewFileSet(), "", data, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		out.imports = append(out.imports, importsOf(file)...)
		if file.Name.Name == s.file.Name.Name {
			declared(file, out.declares)
		}
	}
	return out
}

// declared collects the names that a file declares for its package.
func declared(file *ast.File, names map[string]bool) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						names[id.Name] = true
					}
				}
			}
		}
	}
}

// candidate finds the one package that a name can mean: what the files beside it import under that name, else a package of
// the standard library, else one of the module. It must declare all that is used of it.
func (s *scope) candidate(name string, beside siblings) (imported, bool) {
	used := s.refs[name]
	var found []imported
	for _, i := range beside.imports {
		if s.nameOf(i) == name && !slices.Contains(found, i) && s.offers(i.path, used) && !s.isSelf(i.path) {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		for _, p := range standardNamed(name, used) {
			found = append(found, imported{path: p})
		}
	}
	if len(found) == 0 {
		for _, p := range s.module.named(s.view, name) {
			if s.offers(p, used) && !s.isSelf(p) && visibleFrom(p, s.module.path, s.module.importPath(path.Dir(s.name))) {
				found = append(found, imported{path: p})
			}
		}
	}
	if len(found) != 1 {
		return imported{}, false
	}
	return found[0], true
}

func (s *scope) isSelf(p string) bool { return p == s.module.importPath(path.Dir(s.name)) }

// offers says whether a package declares all the names.
func (s *scope) offers(p string, used []string) bool {
	if isStandard(p) {
		return standardOffers(p, used)
	}
	if !s.module.holds(p) {
		return false
	}
	names := map[string]bool{}
	for _, data := range s.view.goFiles(s.module.dir(p), "") {
		if file, err := parser.ParseFile(token.NewFileSet(), "", data, parser.SkipObjectResolution); err == nil && !strings.HasSuffix(file.Name.Name, "_test") {
			declared(file, names)
		}
	}
	return !slices.ContainsFunc(used, func(n string) bool { return !names[n] })
}
