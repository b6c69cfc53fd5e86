package author

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// draft is a test as it was read: a whole file that can be joined with others.
type draft struct {
	*goFile
	name   string
	source string
}

// goFile is a Go file with what its names mean, as far as it says so itself. Imported packages are empty.
type goFile struct {
	text string
	set  *token.FileSet
	tree *ast.File
	info *types.Info
}

// edit replaces bytes of a file.
type edit struct {
	from, to int
	text     string
}

func (f *goFile) at(pos token.Pos) int { return f.set.Position(pos).Offset }

func (f *goFile) line(pos token.Pos) int { return f.set.Position(pos).Line }

// parse reads a Go file. why says what is wrong with it, with the line.
func parse(text string) (f *goFile, why string) {
	f = &goFile{text: text, set: token.NewFileSet()}
	var err error
	if f.tree, err = parser.ParseFile(f.set, "", text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		var list scanner.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			return nil, fmt.Sprintf("it does not parse as Go: line %d: %s", list[0].Pos.Line, list[0].Msg)
		}
		return nil, "it does not parse as Go: " + err.Error()
	}
	f.info = &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	c := types.Config{Importer: syntax.GoStrangers{}, Error: func(error) {}, DisableUnusedImportCheck: true}
	_, _ = c.Check("p", f.set, []*ast.File{f.tree}, f.info) // what it cannot know is for the compiler to say
	return f, ""
}

// read takes the test of a clause out of an answer, and makes it a file that can stand beside others: under its package's name, with the
// imports that it needs and no other, and with names of its own. What is certain is repaired; why says what is not.
func (s *Stage) read(c *spec.Clause, answer string) (d draft, why string) {
	code := fenced(answer)
	if code == "" {
		return d, "it holds no Go code with a test: answer with one Go file in a block that begins with ```go"
	}
	if !startsPackage(code) {
		code = "package " + s.task.Package + "\n\n" + code
	}
	f, why := parse(code)
	if why != "" {
		return d, why
	}
	if one := f.folded(c.ID); one != "" {
		code = one
		if f, why = parse(code); why != "" {
			return d, why
		}
	}
	test, why := f.only()
	if why != "" {
		return d, why
	}
	if d.name, why = s.rename(c, test.Name.Name); why != "" {
		return d, why
	}
	if why := s.redeclares(f); why != "" {
		return d, why
	}
	paths := s.imported(f)
	bare, why := parse(apply(code, slices.Concat(s.frame(f), s.renames(f, c, test, d.name), s.qualified(f))))
	if why != "" {
		return d, why
	}
	return s.finish(d, bare, paths)
}

// finish gives the file its imports and its form.
func (s *Stage) finish(d draft, bare *goFile, paths map[string]string) (draft, string) {
	need := map[string]string{}
	for _, id := range bare.unresolved() {
		if p := paths[id.Name]; p != "" && bare.qualifies(id) {
			need[id.Name] = p
		}
	}
	head := bare.at(bare.tree.Name.End())
	text, err := format.Source([]byte(bare.text[:head] + "\n\n" + importBlock(need) + bare.text[head:]))
	if err != nil {
		return d, "it does not parse as Go: " + err.Error()
	}
	d.source = string(text)
	f, why := parse(d.source)
	d.goFile = f
	return d, why
}

var fence = pattern.Lazy("(?m)^[ \t]*(```+|~~~+)[ \t]*(\\w*)[^\n]*\n")

// fenced gives the first block of an answer that holds a test, or the whole of an answer that is code and no more.
func fenced(answer string) string {
	rest := answer
	for {
		open := fence.FindStringSubmatchIndex(rest)
		if open == nil {
			break
		}
		bar, body := rest[open[2]:open[3]], rest[open[1]:]
		end := strings.Index("\n"+body, "\n"+bar)
		if end < 0 {
			end = len(body) // cut off
		}
		code := body[:min(end, len(body))]
		if strings.Contains(code, "func Test") {
			return strings.TrimRight(code, " \t\n") + "\n"
		}
		rest = body[min(end+len(bar), len(body)):]
	}
	text := strings.TrimSpace(answer)
	if strings.HasPrefix(text, "package ") || strings.HasPrefix(text, "import ") || strings.HasPrefix(text, "func ") {
		return text + "\n"
	}
	return ""
}

// folded makes one test of several, of which each becomes a part: small models write one for each example. "" where there is one, or
// where they are not all of the usual form. id is that of their clause.
func (f *goFile) folded(id string) string {
	var edits []edit
	var parts strings.Builder
	first, param := "", ""
	for _, d := range f.tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || !isTest(fn.Name.Name) {
			continue
		}
		words, ok := strings.CutPrefix(fn.Name.Name, "Test")
		if !ok || words == "" || fn.Name.Name == "TestMain" || !takesT(fn.Type) {
			return ""
		}
		if first == "" {
			first, param = fn.Name.Name, f.text[f.at(fn.Type.Params.List[0].Type.Pos()):f.at(fn.Type.Params.List[0].Type.End())]
		}
		words = strings.TrimPrefix(words, id+"_")
		edits = append(edits, edit{f.at(fn.Name.Pos()), f.at(fn.Name.End()), "part" + words})
		fmt.Fprintf(&parts, "\tt.Run(%q, part%s)\n", words, words)
	}
	if len(edits) < 2 {
		return ""
	}
	return apply(f.text, edits) + "\nfunc " + first + "(t " + param + ") {\n" + parts.String() + "}\n"
}

// only gives the one test that a file has to have.
func (f *goFile) only() (*ast.FuncDecl, string) {
	var tests []*ast.FuncDecl
	for _, d := range f.tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			continue
		}
		switch {
		case fn.Name.Name == "TestMain" || fn.Name.Name == "init" || fn.Name.Name == "main":
			return nil, "it declares " + fn.Name.Name + ": write one test function, and functions that it calls"
		case isTest(fn.Name.Name):
			tests = append(tests, fn)
		}
	}
	switch {
	case len(tests) == 0:
		return nil, "it declares no test function: func TestName(t *testing.T)"
	case len(tests) > 1:
		return nil, fmt.Sprintf("it declares %d test functions (%s, %s): write one, and put all examples into it", len(tests), tests[0].Name.Name, tests[1].Name.Name)
	case !strings.HasPrefix(tests[0].Name.Name, "Test") || !takesT(tests[0].Type):
		return nil, tests[0].Name.Name + " is no test function: func TestName(t *testing.T)"
	}
	return tests[0], ""
}

// takesT says whether a function takes one *testing.T and gives nothing.
func takesT(f *ast.FuncType) bool {
	if f.Results != nil || f.TypeParams != nil || len(f.Params.List) != 1 || len(f.Params.List[0].Names) != 1 {
		return false
	}
	star, ok := f.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "T"
}

// redeclares says that a file declares what it should call: then it would test itself.
func (s *Stage) redeclares(f *goFile) string {
	for _, d := range f.tree.Decls {
		var names []string
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = []string{d.Name.Name}
			}
		case *ast.GenDecl:
			names = genNames(d)
		}
		for _, name := range names {
			if s.task.Surface.Declares(name) {
				return fmt.Sprintf("it declares %s itself: call %s.%s, which the Interface declares", name, s.task.Surface.Package, name)
			}
		}
	}
	return ""
}

// frame gives a file its package clause and takes its imports out.
func (s *Stage) frame(f *goFile) []edit {
	edits := []edit{{f.at(f.tree.Name.Pos()), f.at(f.tree.Name.End()), s.task.Package}}
	for _, d := range f.tree.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			edits = append(edits, edit{f.at(g.Pos()), f.at(g.End()), ""})
		}
	}
	return edits
}

// renames gives the test its name, and all else that the file declares for its package names that end in the clause's ID.
func (s *Stage) renames(f *goFile, c *spec.Clause, test *ast.FuncDecl, name string) []edit {
	to := map[types.Object]string{}
	for id, object := range f.info.Defs {
		if object == nil || object.Parent() == nil || object.Pkg() == nil || object.Parent() != object.Pkg().Scope() || id.Name == "_" {
			continue
		}
		if object.Pos() == test.Name.Pos() {
			to[object] = name
			continue
		}
		suffix := identifierOf(c.ID)
		own := id.Name
		if !strings.HasSuffix(own, suffix) {
			own += suffix
		}
		if s.taken[own] {
			own = s.free(own + "v")
		}
		to[object] = own
	}
	var edits []edit
	for _, names := range []map[*ast.Ident]types.Object{f.info.Defs, f.info.Uses} {
		for id, object := range names {
			if now, ok := to[object]; ok && now != id.Name {
				edits = append(edits, edit{f.at(id.Pos()), f.at(id.End()), now})
			}
		}
	}
	return edits
}

// qualified puts the package's name before what the Interface declares and the file calls as though it stood beside it.
func (s *Stage) qualified(f *goFile) []edit {
	var edits []edit
	for _, id := range f.unresolved() {
		if s.task.Surface.Declares(id.Name) {
			edits = append(edits, edit{f.at(id.Pos()), f.at(id.Pos()), s.task.Surface.Package + "."})
		}
	}
	return edits
}

// imported gives the paths that names before a dot stand for: the package under test, what the file imports itself, and the standard
// library. A model that was told a path and writes another one of that name means it.
func (s *Stage) imported(f *goFile) map[string]string {
	paths := standard()
	maps.Copy(paths, s.extra)
	paths[s.task.Surface.Package] = s.task.Import
	for _, i := range f.tree.Imports {
		name, p := importName(i)
		if name == "." || name == "_" {
			continue
		}
		if baseName(p) == s.task.Surface.Package && !allowedImport(p) {
			p = s.task.Import
		}
		paths[name] = p
	}
	return paths
}

// unresolved gives the names that nothing declares, by place. Keys of composite literals may be fields, and do not count.
func (f *goFile) unresolved() []*ast.Ident {
	skip := map[*ast.Ident]bool{f.tree.Name: true}
	var out []*ast.Ident
	ast.Inspect(f.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			skip[n.Sel] = true
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok {
				skip[id] = true
			}
		case *ast.BranchStmt:
			skip[n.Label] = true
		case *ast.LabeledStmt:
			skip[n.Label] = true
		case *ast.ImportSpec:
			return false
		case *ast.Ident:
			if !skip[n] && n.Name != "_" && f.info.Defs[n] == nil && f.info.Uses[n] == nil && !f.defines(n) {
				out = append(out, n)
			}
		}
		return true
	})
	return out
}

// defines says whether a name is declared where it stands. The symbol of a type switch is, and has no object of its own.
func (f *goFile) defines(id *ast.Ident) bool {
	_, ok := f.info.Defs[id]
	return ok
}

// qualifies says whether a name stands before a dot.
func (f *goFile) qualifies(id *ast.Ident) bool {
	found := false
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.X == id {
			found = true
		}
		return !found
	})
	return found
}

// apply makes edits, which do not overlap.
func apply(text string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out strings.Builder
	done := 0
	for _, e := range edits {
		out.WriteString(text[done:e.from] + e.text)
		done = e.to
	}
	return out.String() + text[done:]
}
