package mutate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// InputsTest is the name of the test that Inputs gives.
const InputsTest = "TestZzSpecgenInputs"

// InputsMark begins each line that the test writes: the mark, the function, and a digest of all that it gave.
const InputsMark = "specgen-inputs"

// Inputs gives for each package of Go a test file that calls its exported functions, and the exported methods of what they give, with
// many inputs that are always the same: numbers and texts that stand in the code and in its tests, their neighbours, and others. What comes is written as a
// digest, so that two programs that differ for one of these inputs can be told apart. Errors are told from none, and nothing else of
// them; functions whose results cannot be compared are passed over. There is none for a package without such a function.
func Inputs(files, tests []patch.File) []patch.File {
	var out []patch.File
	said := &words{}
	for _, f := range append(slices.Clone(files), tests...) {
		if tree, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.SkipObjectResolution); err == nil {
			said.read(tree)
		}
	}
	numbers, texts := said.sorted()
	for _, p := range readGo(files) {
		calls := p.calls()
		if len(calls) == 0 {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, inputsHead, p.files[0].tree.Name.Name, InputsTest, strings.Join(numbers, ", "), strings.Join(texts, ", "))
		for _, c := range calls {
			fmt.Fprintf(&b, "\tzzTry(%q, %s)\n", c.name, c.text)
		}
		b.WriteString("}\n" + inputsRest)
		text := strings.NewReplacer("MARK", InputsMark).Replace(b.String())
		out = append(out, patch.File{Path: path.Join(p.dir, "zz_specgen_inputs_test.go"), Mode: patch.ModeFile, Data: []byte(text)})
	}
	return out
}

// inputCall is a function to be called, as an expression.
type inputCall struct{ name, text string }

// calls gives the functions of a package that can be called, and methods as functions of what makes their receivers.
func (p *goPackage) calls() []inputCall {
	var out []inputCall
	makers := map[string][]*ast.FuncDecl{}
	p.exported(func(s *goSource, f *ast.FuncDecl) {
		if f.Recv == nil {
			out = append(out, inputCall{f.Name.Name, f.Name.Name})
			of := strings.TrimPrefix(s.of(f.Type.Results.List[0].Type), "*")
			makers[of] = append(makers[of], f)
		}
	})
	p.exported(func(s *goSource, f *ast.FuncDecl) {
		if f.Recv == nil {
			return
		}
		for _, maker := range makers[syntax.GoReceiver(f)] {
			if c, ok := s.chained(maker, f); ok {
				out = append(out, c)
			}
		}
	})
	return out
}

// exported calls do with each exported function and method that gives something and has no type parameters.
func (p *goPackage) exported(do func(s *goSource, f *ast.FuncDecl)) {
	for _, s := range p.files {
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Name.IsExported() && f.Type.TypeParams == nil && f.Body != nil && results(f.Type) != nil {
				do(s, f)
			}
		}
	}
}

// chained is a function that makes a receiver and calls its method. A maker that gives an error too is believed.
func (s *goSource) chained(maker, method *ast.FuncDecl) (inputCall, bool) {
	var params, first, then []string
	for i, t := range slices.Concat(parameters(maker.Type), parameters(method.Type)) {
		if _, variadic := t.(*ast.Ellipsis); variadic {
			return inputCall{}, false
		}
		name := fmt.Sprintf("a%d", i)
		params = append(params, name+" "+s.typeText(t))
		if i < len(parameters(maker.Type)) {
			first = append(first, name)
		} else {
			then = append(then, name)
		}
	}
	var gives []string
	for _, r := range results(method.Type) {
		gives = append(gives, s.typeText(r))
	}
	blank := strings.Repeat(", _", len(results(maker.Type))-1)
	text := fmt.Sprintf("func(%s) (%s) { x%s := %s(%s); return x.%s(%s) }", strings.Join(params, ", "), strings.Join(gives, ", "), blank,
		maker.Name.Name, strings.Join(first, ", "), method.Name.Name, strings.Join(then, ", "))
	if strings.Contains(text, ".") && strings.Count(text, ".") > 1 { // a type of another package, which is not imported here
		return inputCall{}, false
	}
	return inputCall{maker.Name.Name + "." + method.Name.Name, text}, true
}

// typeText is a type as it stands, in whichever file of the package.
func (p *goPackage) typeText(e ast.Expr) string {
	for _, s := range p.files {
		if f := p.set.File(s.tree.Pos()); int(e.Pos()) >= f.Base() && int(e.Pos()) <= f.Base()+f.Size() {
			return s.of(e)
		}
	}
	return "invalid"
}

// words are the whole numbers and the texts that stand in code, as Go writes them.
type words struct{ numbers, texts []string }

// maxInput is the length of a text up to which it is worth being an input.
const maxInput = 200

func (w *words) read(tree *ast.File) {
	ast.Inspect(tree, func(n ast.Node) bool {
		if _, ok := n.(*ast.ImportSpec); ok {
			return false
		}
		lit, ok := n.(*ast.BasicLit)
		if !ok {
			return true
		}
		w.add(lit)
		return true
	})
}

func (w *words) add(lit *ast.BasicLit) {
	const exact = 1e15 // whole numbers up to there have no doubles
	if v, err := strconv.ParseInt(lit.Value, 0, 64); lit.Kind == token.INT && err == nil {
		w.numbers = append(w.numbers, strconv.FormatInt(v, 10))
	}
	if v, err := strconv.ParseFloat(lit.Value, 64); lit.Kind == token.FLOAT && err == nil && v < exact && v > -exact {
		w.numbers = append(w.numbers, strconv.FormatInt(int64(v), 10))
	}
	if lit.Kind == token.STRING && len(lit.Value) <= maxInput {
		w.texts = append(w.texts, lit.Value)
	}
}

func (w *words) sorted() (numbers, texts []string) {
	slices.Sort(w.numbers)
	slices.Sort(w.texts)
	return slices.Compact(w.numbers), slices.Compact(w.texts)
}

const inputsHead = `package %s

import (
	zzFmt "fmt"
	zzFnv "hash/fnv"
	zzRand "math/rand"
	zzReflect "reflect"
	zzStrings "strings"
	zzTesting "testing"
)

func %s(zzT *zzTesting.T) {
	zzNumbers := []int64{%s}
	zzTexts := []string{%s}
	zzTry := func(name string, f any) {
		v := zzReflect.ValueOf(f)
		for i := range v.Type().NumOut() {
			if !zzComparable(v.Type().Out(i), 0) {
				return
			}
		}
		m := zzMaker{zzRand.New(zzRand.NewSource(1)), zzNumbers, zzTexts}
		h := zzFnv.New64a()
		for range 2000 {
			args, ok := m.args(v.Type())
			if !ok {
				return
			}
			zzFmt.Fprintln(h, zzCall(v, args))
		}
		zzT.Logf("MARK %%s %%x", name, h.Sum64())
	}
`

const inputsRest = `
type zzMaker struct {
	r       *zzRand.Rand
	numbers []int64
	texts   []string
}

func (m zzMaker) args(t zzReflect.Type) ([]zzReflect.Value, bool) {
	var out []zzReflect.Value
	for i := range t.NumIn() {
		in := t.In(i)
		if t.IsVariadic() && i == t.NumIn()-1 {
			for range m.r.Intn(5) {
				v, ok := m.value(in.Elem(), 0)
				if !ok {
					return nil, false
				}
				out = append(out, v)
			}
			continue
		}
		v, ok := m.value(in, 0)
		if !ok {
			return nil, false
		}
		out = append(out, v)
	}
	return out, true
}

func (m zzMaker) number() int64 {
	if len(m.numbers) > 0 && m.r.Intn(2) == 0 {
		return m.numbers[m.r.Intn(len(m.numbers))] + int64(m.r.Intn(3)-1)
	}
	if m.r.Intn(2) == 0 {
		return int64(m.r.Intn(24) - 6)
	}
	return int64(m.r.Intn(6000) - 1000)
}

func (m zzMaker) text() string {
	const letters = "aAbBcCxXzZ  0123456789-_.,!?'\t\u00e9\u4e16"
	all := []rune(letters)
	s := ""
	if len(m.texts) > 0 && m.r.Intn(2) == 0 {
		s = m.texts[m.r.Intn(len(m.texts))]
	}
	if m.r.Intn(3) == 0 && len(m.texts) > 0 {
		s += m.texts[m.r.Intn(len(m.texts))]
	}
	for range m.r.Intn(9) {
		s += string(all[m.r.Intn(len(all))])
	}
	switch m.r.Intn(6) {
	case 0:
		s = zzStrings.ToUpper(s)
	case 1:
		s = zzFmt.Sprint(m.number())
	case 2:
		s = zzStrings.Repeat(s, 2)
	}
	return s
}

func (m zzMaker) value(t zzReflect.Type, depth int) (zzReflect.Value, bool) {
	v := zzReflect.New(t).Elem()
	switch t.Kind() {
	case zzReflect.Bool:
		v.SetBool(m.r.Intn(2) == 0)
	case zzReflect.Int, zzReflect.Int8, zzReflect.Int16, zzReflect.Int32, zzReflect.Int64:
		v.SetInt(m.number())
	case zzReflect.Uint, zzReflect.Uint8, zzReflect.Uint16, zzReflect.Uint32, zzReflect.Uint64:
		v.SetUint(uint64(m.number()))
	case zzReflect.Float32, zzReflect.Float64:
		v.SetFloat(float64(m.number()) + []float64{0, 0, 0.5, 0.001, -0.001}[m.r.Intn(5)])
	case zzReflect.String:
		v.SetString(m.text())
	case zzReflect.Slice:
		if depth > 2 {
			return v, true
		}
		n := m.r.Intn(6)
		v.Set(zzReflect.MakeSlice(t, n, n))
		for i := range n {
			e, ok := m.value(t.Elem(), depth+1)
			if !ok {
				return v, false
			}
			v.Index(i).Set(e)
		}
	case zzReflect.Array:
		for i := range t.Len() {
			e, ok := m.value(t.Elem(), depth+1)
			if !ok {
				return v, false
			}
			v.Index(i).Set(e)
		}
	case zzReflect.Map:
		v.Set(zzReflect.MakeMap(t))
		for range m.r.Intn(5) {
			k, ok1 := m.value(t.Key(), depth+1)
			e, ok2 := m.value(t.Elem(), depth+1)
			if !ok1 || !ok2 {
				return v, false
			}
			v.SetMapIndex(k, e)
		}
	case zzReflect.Struct:
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				return v, false
			}
			e, ok := m.value(t.Field(i).Type, depth+1)
			if !ok {
				return v, false
			}
			v.Field(i).Set(e)
		}
	default:
		return v, false
	}
	return v, true
}

var zzError = zzReflect.TypeFor[error]()

func zzComparable(t zzReflect.Type, depth int) bool {
	if t == zzError {
		return depth == 0
	}
	switch t.Kind() {
	case zzReflect.Slice, zzReflect.Array:
		return depth < 5 && zzComparable(t.Elem(), depth+1)
	case zzReflect.Map:
		return depth < 5 && zzComparable(t.Key(), depth+1) && zzComparable(t.Elem(), depth+1)
	case zzReflect.Struct:
		for i := range t.NumField() {
			if depth > 5 || !zzComparable(t.Field(i).Type, depth+1) {
				return false
			}
		}
		return true
	case zzReflect.Pointer, zzReflect.Func, zzReflect.Chan, zzReflect.Interface, zzReflect.UnsafePointer, zzReflect.Uintptr:
		return false
	}
	return true
}

func zzCall(f zzReflect.Value, args []zzReflect.Value) (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	failed := false
	results := f.Call(args)
	for _, r := range results {
		failed = failed || r.Type() == zzError && !r.IsNil()
	}
	for _, r := range results {
		switch {
		case r.Type() == zzError:
			out += zzFmt.Sprint(r.IsNil()) + ";"
		case !failed:
			out += zzFmt.Sprintf("%#v;", r)
		}
	}
	return out
}
`
