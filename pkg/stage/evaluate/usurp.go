package evaluate

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"strings"
)

// usurps says which target stands in for the acceptance tests that it is judged by, and how; both are "" if none does. A Go
// package has one TestMain, which decides what is run and how the process ends; a test may be declared twice, by the package and
// by the external tests beside it; code that holds its own tests can look up what they want; and what a package declares is also
// what words of the language mean in its tests.
func (e *evaluation) usurps() (p, why string) {
	for _, s := range e.targets {
		if s.golang == nil || s.golang.file == nil {
			continue
		}
		if name := e.frozen.redeclared(path.Dir(s.Path), s.golang.file); name != "" {
			return s.Path, fmt.Sprintf("%s declares %s, which then means something else in the acceptance tests beside it", s.Path, name)
		}
		if test := e.embeds(s); test != "" {
			return s.Path, fmt.Sprintf("%s embeds %s, which is an acceptance test", s.Path, test)
		}
		if !strings.HasSuffix(s.Path, "_test.go") {
			continue
		}
		for _, decl := range s.golang.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			if why := e.frozen.standsIn(path.Dir(s.Path), f.Name.Name); why != "" {
				return s.Path, fmt.Sprintf("%s declares %s, %s", s.Path, f.Name.Name, why)
			}
		}
	}
	return "", ""
}

// standsIn says why a function must not be declared beside the Go tests of a folder; "" if it may.
func (f *frozen) standsIn(dir, name string) string {
	for _, t := range f.files {
		if path.Dir(t.path) != dir || t.funcs == nil {
			continue
		}
		if name == "TestMain" {
			return "which decides what the acceptance tests beside it report"
		}
		if _, ok := t.funcs[name]; ok {
			return "which is the name of an acceptance test"
		}
	}
	return ""
}

// redeclared gives a word of the language that a file declares for its whole package, and that the Go tests beside it mean as the
// language has it; "" if there is none. Honest code declares min or any for older versions of Go: that is let be where no test
// uses it.
func (f *frozen) redeclared(dir string, file *ast.File) string {
	for _, name := range declared(file) {
		if types.Universe.Lookup(name) == nil {
			continue
		}
		for _, t := range f.files {
			if t.funcs != nil && path.Dir(t.path) == dir && (t.universe[name] || !oldName(name)) {
				return name
			}
		}
	}
	return ""
}

// oldName says whether honest code declares a word of the language: it is there for less long than the code, or means little.
func oldName(name string) bool {
	switch name {
	case "any", "comparable", "min", "max", "clear", "close", "copy", "delete", "new", "print", "println", "real", "imag", "complex":
		return true
	}
	return false
}

// declared lists what a file declares for its whole package.
func declared(file *ast.File) []string {
	var names []string
	add := func(idents ...*ast.Ident) {
		for _, id := range idents {
			names = append(names, id.Name)
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					add(s.Names...)
				case *ast.TypeSpec:
					add(s.Name)
				}
			}
		}
	}
	return names
}

// universe gives the words of the language that a file uses.
func universe(file *ast.File) map[string]bool {
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && types.Universe.Lookup(id.Name) != nil {
			used[id.Name] = true
		}
		return true
	})
	return used
}
