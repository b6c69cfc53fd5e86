package evaluate

import (
	"fmt"
	"go/ast"
	"path"
	"strings"
)

// usurps says which target stands in for the acceptance tests that it is judged by, and how; both are "" if none does. A Go
// package has one TestMain, which decides what is run and how the process ends, and a test may be declared twice, by the
// package and by the external tests beside it.
func (e *evaluation) usurps() (p, why string) {
	for _, s := range e.targets {
		if s.golang == nil || s.golang.file == nil || !strings.HasSuffix(s.Path, "_test.go") {
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
