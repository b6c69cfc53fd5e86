package author

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// Surface is the Interface section of a spec, read as declarations of Go: all that a test may call.
type Surface struct {
	Package string // the name in its package clause; "" if it has none

	names   map[string]bool   // exported names of the package
	calls   []string          // functions and methods as they are declared
	decls   []declaration     // in order
	imports map[string]string // name -> path, as far as the section says
}

// declaration is one of the surface, as text.
type declaration struct {
	text  string
	names []string // what it declares for the package; none for a method
}

// SurfaceError says what is wrong with an Interface section.
type SurfaceError struct {
	Pos     spec.Position // in the spec
	Message string
	Fix     string
}

// Error gives the message without the place.
func (e *SurfaceError) Error() string { return e.Message }

// ReadSurface reads the fenced declarations of the Interface. The error is a *SurfaceError.
func ReadSurface(sp *spec.Spec) (Surface, error) {
	s := Surface{names: map[string]bool{}, imports: map[string]string{}}
	blocks := sp.Interface()
	for _, b := range blocks {
		if b.Language != "" && !strings.EqualFold(b.Language, "go") && !strings.EqualFold(b.Language, "golang") {
			continue
		}
		if err := s.add(b); err != nil {
			return s, err
		}
	}
	if len(s.names) > 0 {
		return s, nil
	}
	const fix = "declare in it, in a block that begins with ```go, what callers see:\n## Interface\n```go\npackage NAME\n\nfunc Name(argument Type) Type\n```"
	pos := spec.Position{Line: 1, Col: 1}
	if section, ok := sp.Section(spec.Interface); ok {
		return s, &SurfaceError{section.Pos, "the Interface section declares no exported name of Go, and tests may call nothing else", fix}
	}
	return s, &SurfaceError{pos, "the spec has no Interface section, and tests may call nothing else", "add one; " + fix}
}

// add reads one fenced block. A package clause may be left out.
func (s *Surface) add(b spec.CodeBlock) error {
	text, before := b.Text, 0
	if !startsPackage(text) {
		text, before = "package p\n"+text, 1
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		at, message := 1, err.Error()
		var list scanner.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			at, message = list[0].Pos.Line, list[0].Msg
		}
		return &SurfaceError{
			spec.Position{Line: b.Pos.Line + at - before, Col: 1},
			"the Interface does not parse as Go: " + message,
			"write whole declarations, such as func Name(argument Type) Type, with comments behind //",
		}
	}
	if before == 0 {
		s.Package = file.Name.Name
	}
	for _, i := range file.Imports {
		name, p := importName(i)
		s.imports[name] = p
	}
	for _, d := range file.Decls {
		s.declare(text, set, d)
	}
	return nil
}

func startsPackage(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "//") {
			return strings.HasPrefix(line, "package ")
		}
	}
	return false
}

// declare takes one declaration over. A function without a body gets one that panics.
func (s *Surface) declare(text string, set *token.FileSet, d ast.Decl) {
	source := text[set.Position(d.Pos()).Offset:set.Position(d.End()).Offset]
	switch d := d.(type) {
	case *ast.FuncDecl:
		end := d.Type.End()
		head := text[set.Position(d.Pos()).Offset:set.Position(end).Offset]
		if d.Recv == nil || ast.IsExported(syntax.GoReceiver(d)) {
			s.calls = append(s.calls, oneLine(head))
		}
		var names []string
		if d.Recv == nil {
			names = []string{d.Name.Name}
			s.names[d.Name.Name] = s.names[d.Name.Name] || d.Name.IsExported()
		}
		s.decls = append(s.decls, declaration{head + " {\n\tpanic(\"not implemented\")\n}", names})
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return
		}
		names := genNames(d)
		for _, n := range names {
			s.names[n] = s.names[n] || ast.IsExported(n)
		}
		s.decls = append(s.decls, declaration{source, names})
	}
	maps.DeleteFunc(s.names, func(_ string, exported bool) bool { return !exported })
}

// genNames lists what a type, const or var declaration declares.
func genNames(d *ast.GenDecl) []string {
	var names []string
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			names = append(names, s.Name.Name)
		case *ast.ValueSpec:
			for _, n := range s.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

// Calls lists the functions and methods, as they are declared.
func (s Surface) Calls() []string { return slices.Clone(s.calls) }

// Declares says whether a name of the package is part of it.
func (s Surface) Declares(name string) bool { return s.names[name] }

// Source is a package that has the surface and nothing else: whatever is called panics. have are names that other files of the package
// declare already, and known is what is known of imports beside the standard library. The error is a *SurfaceError.
func (s Surface) Source(name string, have map[string]bool, known map[string]string) (string, error) {
	var body strings.Builder
	for _, d := range s.decls {
		if !slices.ContainsFunc(d.names, func(n string) bool { return have[n] }) {
			body.WriteString("\n" + d.text + "\n")
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+body.String(), 0)
	if err != nil {
		return "", &SurfaceError{Message: "the Interface does not parse as Go: " + err.Error()}
	}
	paths := map[string]string{}
	for _, id := range file.Unresolved {
		if types.Universe.Lookup(id.Name) != nil || have[id.Name] {
			continue
		}
		if p := s.imported(id.Name, known); p != "" {
			paths[id.Name] = p
		}
	}
	return "package " + name + "\n\n" + importBlock(paths) + body.String(), nil
}

// imported gives the path that a name of the Interface stands for; "" where nobody says.
func (s Surface) imported(name string, known map[string]string) string {
	if p := s.imports[name]; p != "" {
		return p
	}
	if p := known[name]; p != "" {
		return p
	}
	return standard()[name]
}

// importBlock writes imports by name, sorted by path.
func importBlock(paths map[string]string) string {
	if len(paths) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("import (\n")
	names := slices.Sorted(maps.Keys(paths))
	slices.SortStableFunc(names, func(a, b string) int { return strings.Compare(paths[a], paths[b]) })
	for _, outside := range []bool{false, true} {
		if outside {
			out.WriteString("\n")
		}
		for _, n := range names {
			if first, _, _ := strings.Cut(paths[n], "/"); strings.Contains(first, ".") == outside {
				out.WriteString("\t" + importLine(n, paths[n]) + "\n")
			}
		}
	}
	return out.String() + ")\n"
}

// importLine is an import under a name, which is left out where it is the path's own.
func importLine(name, p string) string {
	if name == baseName(p) {
		return strconv.Quote(p)
	}
	return name + " " + strconv.Quote(p)
}

// baseName is how a package is called by default: by the last part of its path, a major version aside.
func baseName(p string) string {
	base := path.Base(p)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" && path.Dir(p) != "." {
		base = path.Base(path.Dir(p))
	}
	return base
}

// importName gives the name and the path of an import.
func importName(i *ast.ImportSpec) (name, p string) {
	p, err := strconv.Unquote(i.Path.Value)
	if err != nil {
		p = fmt.Sprint(i.Path.Value)
	}
	if i.Name != nil {
		return i.Name.Name, p
	}
	return baseName(p), p
}
