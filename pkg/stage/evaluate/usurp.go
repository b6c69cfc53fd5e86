package evaluate

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
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
		if name := redeclared(s.golang.file); name != "" && e.frozen.beside(path.Dir(s.Path)) {
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

// embeds gives an acceptance test that a Go file takes into its program by a go:embed directive; "" if there is none. A pattern is
// matched against the file and against the folders that it is in.
func (e *evaluation) embeds(s *source) string {
	for _, line := range s.lines {
		patterns, ok := strings.CutPrefix(line, "//go:embed ")
		if !ok {
			continue
		}
		for pattern := range strings.FieldsSeq(patterns) {
			pattern = strings.TrimPrefix(strings.Trim(pattern, "\"`"), "all:")
			for _, t := range e.frozen.files {
				if embedded(pattern, path.Dir(s.Path), t.path) {
					return t.path
				}
			}
		}
	}
	return ""
}

func embedded(pattern, dir, file string) bool {
	rel := file
	if dir != "." {
		var below bool
		if rel, below = strings.CutPrefix(file, dir+"/"); !below {
			return false
		}
	}
	for ; rel != "."; rel = path.Dir(rel) {
		if ok, err := path.Match(pattern, rel); ok || err != nil {
			return true
		}
	}
	return pattern == "."
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

// beside says whether Go tests stand in a folder.
func (f *frozen) beside(dir string) bool {
	return slices.ContainsFunc(f.files, func(t *testFile) bool { return t.funcs != nil && path.Dir(t.path) == dir })
}

// redeclared gives a word of the language that a file declares for its whole package; "" if there is none. Those that honest code
// declares, min or any for older versions of Go, cannot turn a comparison around.
func redeclared(file *ast.File) string {
	var names []*ast.Ident
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = append(names, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					names = append(names, s.Names...)
				case *ast.TypeSpec:
					names = append(names, s.Name)
				}
			}
		}
	}
	for _, n := range names {
		switch n.Name {
		case "any", "comparable", "min", "max", "clear", "close", "copy", "delete", "new", "print", "println", "real", "imag", "complex":
			continue
		}
		if types.Universe.Lookup(n.Name) != nil {
			return n.Name
		}
	}
	return ""
}
