package evaluate

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
)

// surface is what the targets of one Go package declare.
type surface struct {
	dir     string
	name    string // of the package
	files   []*goFile
	funcs   map[string]bool
	methods map[string]bool
	types   map[string]bool
	consts  map[string]bool
	// disguised is a name of the language that the package gives another meaning; "" if there is none.
	disguised string
}

// surfaces gives the Go packages of the targets, by their folders.
func (e *evaluation) surfaces() []*surface {
	var out []*surface
	for _, s := range e.targets {
		if s.golang == nil || s.golang.file == nil || strings.HasSuffix(s.Path, "_test.go") {
			continue
		}
		dir := path.Dir(s.Path)
		i := slices.IndexFunc(out, func(p *surface) bool { return p.dir == dir })
		if i < 0 {
			i = len(out)
			out = append(out, &surface{
				dir: dir, name: s.golang.file.Name.Name,
				funcs: map[string]bool{}, methods: map[string]bool{}, types: map[string]bool{}, consts: map[string]bool{},
			})
		}
		out[i].files = append(out[i].files, s.golang)
		for _, d := range s.golang.file.Decls {
			out[i].declare(d)
		}
	}
	return out
}

func (p *surface) declare(d ast.Decl) {
	switch x := d.(type) {
	case *ast.FuncDecl:
		if x.Recv != nil {
			p.methods[x.Name.Name] = true
			return
		}
		p.note(x.Name, p.funcs)
	case *ast.GenDecl:
		for _, s := range x.Specs {
			switch y := s.(type) {
			case *ast.TypeSpec:
				p.note(y.Name, p.types)
			case *ast.ValueSpec:
				for _, name := range y.Names {
					if x.Tok == token.CONST {
						p.note(name, p.consts)
					} else {
						p.note(name, nil)
					}
				}
			}
		}
	}
}

func (p *surface) note(id *ast.Ident, in map[string]bool) {
	if types.Universe.Lookup(id.Name) != nil {
		p.disguised = id.Name
	}
	if in != nil && id.IsExported() {
		in[id.Name] = true
	}
}

// call is an expression that shows an objection, and the package whose surface it calls.
type call struct {
	*surface
	expr *ast.CallExpr
	text string // as Go prints it
}

// The sizes of what a judge may have run.
const (
	maxCallBytes = 400
	maxCallNodes = 80
	maxArray     = 1000
)

// readCall reads an expression that calls the exported surface of a package of the targets and nothing else.
func (e *evaluation) readCall(text string) (call, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return call{}, errors.New("there is no call")
	}
	if len(text) > maxCallBytes {
		return call{}, fmt.Errorf("the call is longer than %d bytes", maxCallBytes)
	}
	parsed, err := parser.ParseExpr(text)
	if err != nil {
		return call{}, fmt.Errorf("%q is no Go expression", shorten(oneLine(text), maxOutputLine))
	}
	root, ok := ast.Unparen(parsed).(*ast.CallExpr)
	if !ok {
		return call{}, fmt.Errorf("%s calls nothing", code(parsed))
	}
	all := e.surfaces()
	if len(all) == 0 {
		return call{}, errors.New("no target is Go, and nothing else can be run")
	}
	var first error
	var found []call
	for _, p := range all {
		w := walker{surface: p}
		err := w.run(root)
		switch {
		case err == nil && p.disguised != "":
			return call{}, fmt.Errorf("the package gives the name %s of the language another meaning", p.disguised)
		case err == nil:
			found = append(found, call{surface: p, expr: root, text: code(root)})
		case first == nil:
			first = err
		}
	}
	switch len(found) {
	case 0:
		return call{}, first
	case 1:
		return found[0], nil
	}
	return call{}, fmt.Errorf("%s can be called in %s and in %s", found[0].text, found[0].dir, found[1].dir)
}

// walker lets through what can be run without a doubt of what it does: calls of exported functions and methods, literals,
// conversions, operators on constants.
type walker struct {
	*surface
	nodes int
}

func (w *walker) step() error {
	if w.nodes++; w.nodes > maxCallNodes {
		return errors.New("the expression is too long")
	}
	return nil
}

// run allows a call of a function or a method.
func (w *walker) run(x *ast.CallExpr) error {
	if err := w.step(); err != nil {
		return err
	}
	switch f := x.Fun.(type) {
	case *ast.Ident:
		if !w.funcs[f.Name] {
			return fmt.Errorf("%s is no exported function of the code", f.Name)
		}
	case *ast.SelectorExpr:
		if err := w.receiver(f); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s is no function of the code", code(x.Fun))
	}
	return w.values(x.Args)
}

// receiver allows a method of what a call gives, or of a composite.
func (w *walker) receiver(f *ast.SelectorExpr) error {
	if !w.methods[f.Sel.Name] || !f.Sel.IsExported() {
		return fmt.Errorf("%s is no exported method of the code", f.Sel.Name)
	}
	switch x := ast.Unparen(f.X).(type) {
	case *ast.CallExpr:
		if w.conversion(x) {
			return w.value(x)
		}
		return w.run(x)
	case *ast.CompositeLit, *ast.UnaryExpr:
		return w.value(x)
	}
	return fmt.Errorf("%s is nothing that a method can be called on: use a call or a literal", code(f.X))
}

func (w *walker) values(all []ast.Expr) error {
	for _, v := range all {
		if err := w.value(v); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) value(e ast.Expr) error {
	if err := w.step(); err != nil {
		return err
	}
	switch x := e.(type) {
	case *ast.BasicLit:
		return nil
	case *ast.ParenExpr:
		return w.value(x.X)
	case *ast.Ident:
		if x.Name == "nil" || x.Name == "true" || x.Name == "false" || w.consts[x.Name] {
			return nil
		}
		return fmt.Errorf("%s is neither a literal nor an exported constant of the code", x.Name)
	case *ast.UnaryExpr:
		return w.unary(x)
	case *ast.BinaryExpr:
		return w.values([]ast.Expr{x.X, x.Y})
	case *ast.CompositeLit:
		return w.literal(x)
	case *ast.CallExpr:
		if w.conversion(x) {
			return w.values(x.Args)
		}
		return w.run(x)
	}
	return fmt.Errorf("%s is not allowed in a call that is run", code(e))
}

func (w *walker) unary(x *ast.UnaryExpr) error {
	_, lit := ast.Unparen(x.X).(*ast.CompositeLit)
	switch {
	case x.Op == token.AND && !lit, x.Op == token.ARROW:
		return fmt.Errorf("%s is not allowed in a call that is run", code(x))
	}
	return w.value(x.X)
}

// conversion says whether a call converts one value to a type.
func (w *walker) conversion(x *ast.CallExpr) bool {
	if id, ok := x.Fun.(*ast.Ident); ok && w.funcs[id.Name] {
		return false
	}
	return len(x.Args) == 1 && !x.Ellipsis.IsValid() && w.typed(x.Fun) == nil
}

func (w *walker) literal(x *ast.CompositeLit) error {
	list := false
	if x.Type != nil {
		if err := w.typed(x.Type); err != nil {
			return err
		}
		_, list = x.Type.(*ast.ArrayType)
	}
	for _, elt := range x.Elts {
		pair, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			if err := w.value(elt); err != nil {
				return err
			}
			continue
		}
		if x.Type == nil && !plainKey(pair.Key) {
			list = true // what it is cannot be told
		}
		if err := errors.Join(w.key(pair.Key, list), w.value(pair.Value)); err != nil {
			return err
		}
	}
	return nil
}

// plainKey says whether a key is no index: a name, or a text.
func plainKey(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	_, name := e.(*ast.Ident)
	return name || ok && lit.Kind == token.STRING
}

// key allows the name of an exported field, and the key of a map. A list is written without: an index could make it huge.
func (w *walker) key(e ast.Expr, list bool) error {
	if list {
		return errors.New("the elements of a list must have no index")
	}
	if id, ok := e.(*ast.Ident); ok && !id.IsExported() && id.Name != "true" && id.Name != "false" {
		return fmt.Errorf("%s is no exported field", id.Name)
	} else if ok {
		return w.step()
	}
	return w.value(e)
}

// typed allows the types that need no other package.
func (w *walker) typed(e ast.Expr) error {
	if err := w.step(); err != nil {
		return err
	}
	switch x := e.(type) {
	case *ast.Ident:
		_, builtin := types.Universe.Lookup(x.Name).(*types.TypeName)
		if builtin || w.types[x.Name] {
			return nil
		}
		return fmt.Errorf("%s is no exported type of the code", x.Name)
	case *ast.ParenExpr:
		return w.typed(x.X)
	case *ast.StarExpr:
		return w.typed(x.X)
	case *ast.ArrayType:
		return errors.Join(arrayLength(x.Len), w.typed(x.Elt))
	case *ast.MapType:
		return errors.Join(w.typed(x.Key), w.typed(x.Value))
	}
	return fmt.Errorf("%s is not allowed in a call that is run", code(e))
}

func arrayLength(e ast.Expr) error {
	if _, open := e.(*ast.Ellipsis); e == nil || open {
		return nil
	}
	v := constantOf(e)
	if v == nil || len(v.ExactString()) > len("1000") {
		return fmt.Errorf("an array may have %d elements at most", maxArray)
	}
	return nil
}
