package evaluate

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"slices"
	"strings"
)

// maxDeclarations bounds what goes along with a call, in bytes.
const maxDeclarations = 6000

// declarations are what somebody needs to know of a call who does not see the code: the spec's Interface where it declares all that is
// called, and else the signatures, types and constants by name, without bodies, comments and tags.
func (e *evaluation) declarations(c call) string {
	names := c.names()
	var blocks []string
	for _, b := range e.spec.Interface() {
		blocks = append(blocks, strings.TrimSpace(b.Text))
	}
	text := strings.Join(blocks, "\n\n")
	words := wordForm.FindAllString(text, -1)
	missing := func(name string) bool { return !slices.Contains(words, name) }
	if text == "" || len(text) > maxDeclarations || slices.ContainsFunc(names, missing) {
		text = strings.Join(c.signatures(names), "\n")
		if e.view != nil {
			text = e.view.plainly(text)
		}
	}
	return shorten(text, maxDeclarations)
}

// names are the functions, methods, types and constants of the package that the call speaks of.
func (c call) names() []string {
	var out []string
	ast.Inspect(c.expr, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && (c.funcs[id.Name] || c.methods[id.Name] || c.types[id.Name] || c.consts[id.Name]) && !slices.Contains(out, id.Name) {
			out = append(out, id.Name)
		}
		return true
	})
	return out
}

// funcDecls are the functions and methods of the package, without comments.
func (p *surface) funcDecls() []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, d := range p.bare() {
		if f, ok := d.(*ast.FuncDecl); ok {
			out = append(out, f)
		}
	}
	return out
}

// bare are all declarations, read anew without comments, so that they can be changed and printed.
func (p *surface) bare() []ast.Decl {
	var out []ast.Decl
	for _, g := range p.files {
		file, err := parser.ParseFile(token.NewFileSet(), "", g.data, parser.SkipObjectResolution)
		if err == nil {
			out = append(out, file.Decls...)
		}
	}
	return out
}

// signatures declares names, and the types that these declarations speak of.
func (c call) signatures(names []string) []string {
	var out []string
	all := c.bare()
	done := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if done[name] {
			continue
		}
		done[name] = true
		for _, d := range all {
			for _, node := range declaring(d, name) {
				out = append(out, printNode(node))
				names = append(names, c.mentioned(node)...)
			}
		}
	}
	return out
}

// mentioned are the exported types of the package that a declaration speaks of.
func (c call) mentioned(node ast.Node) []string {
	var out []string
	ast.Inspect(node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && c.types[id.Name] {
			out = append(out, id.Name)
		}
		return true
	})
	return out
}

// declaring gives what a declaration says of a name, without bodies and values.
func declaring(d ast.Decl, name string) []ast.Node {
	if f, ok := d.(*ast.FuncDecl); ok {
		if f.Name.Name != name {
			return nil
		}
		f.Body = nil
		return []ast.Node{f}
	}
	decl, ok := d.(*ast.GenDecl)
	if !ok {
		return nil
	}
	var out []ast.Node
	for _, s := range decl.Specs {
		switch x := s.(type) {
		case *ast.TypeSpec:
			if x.Name.Name == name {
				out = append(out, &ast.GenDecl{Tok: token.TYPE, Specs: []ast.Spec{visible(x)}})
			}
		case *ast.ValueSpec:
			for _, id := range x.Names {
				if id.Name == name && decl.Tok == token.CONST {
					out = append(out, &ast.GenDecl{Tok: token.CONST, Specs: []ast.Spec{&ast.ValueSpec{Names: []*ast.Ident{id}, Type: x.Type}}})
				}
			}
		}
	}
	return out
}

// visible is a type without its tags and without the fields that nobody outside can name.
func visible(x *ast.TypeSpec) *ast.TypeSpec {
	of, ok := x.Type.(*ast.StructType)
	if !ok {
		return x
	}
	var fields []*ast.Field
	for _, f := range of.Fields.List {
		f.Tag = nil
		if len(f.Names) == 0 || slices.ContainsFunc(f.Names, (*ast.Ident).IsExported) {
			fields = append(fields, f)
		}
	}
	of.Fields.List = fields
	return x
}

func printNode(n ast.Node) string {
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), n); err != nil {
		return ""
	}
	return b.String()
}
