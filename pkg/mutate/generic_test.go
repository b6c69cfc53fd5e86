package mutate_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
)

// odd has a function of each form that a head can have.
const odd = `package odd // import "example.com/odd"

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

type Number interface{ ~int | ~float64 }

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }

func (s *Stack[_]) Len() int { return len(s.items) }

func (s *Stack[T]) Pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return x, false
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

func Sum[N Number](all ...N) (total N) {
	for _, n := range all {
		total += n
	}
	return
}

func Map[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

func Make[T any]() *T { return new(T) }

func Blank(_ int, _, b string, _ ...int) string { return b + strings.ToUpper("!") }

func Unnamed(int, string, ...string) (int, error) { return 3, nil }

type Pair struct{ A, B int }

func (Pair) Name() string { return "pair" }

func (_ *Pair) Other(string string, error error) (s string, _ error) {
	if error != nil {
		return "", error
	}
	return fmt.Sprint(string), nil
}

func (p Pair) Swap() Pair { return Pair{A: p.B, B: p.A} }

func (p *Pair) Add(n int) *Pair {
	p.A += n
	return p
}

var ErrNegative = errors.New("negative")

func Root(ctx context.Context, n int) (int, error) {
	if n < 0 {
		return 0, fmt.Errorf("root of %d: %w", n, ErrNegative)
	}
	r := 0
	for (r+1)*(r+1) <= n {
		r++
	}
	return r, ctx.Err()
}

func Fib(n int) int {
	if n < 2 {
		return n
	}
	return Fib(n-1) + Fib(n-2)
}

func Wait(d time.Duration, opts struct {
	Twice bool // both times
	Name  string
},
) (struct{ Total time.Duration }, [2]int, map[string]int, <-chan int, func()) {
	if opts.Twice {
		d *= 2
	}
	return struct{ Total time.Duration }{d}, [2]int{1, 2}, nil, nil, func() {}
}

func Guarded(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	f()
	return nil
}

func (p Pair) String() string { return fmt.Sprintf("%d-%d", p.A, p.B) }
`

const oddTest = `package odd

import (
	"context"
	"errors"
	"testing"
)

func TestAll(t *testing.T) {
	var s Stack[int]
	s.Push(1)
	s.Push(2)
	if x, ok := s.Pop(); x != 2 || !ok || s.Len() != 1 {
		t.Error("Pop", x, ok)
	}
	if Sum(1, 2, 3) != 6 || Sum(1.5) != 1.5 {
		t.Error("Sum")
	}
	if m := Map([]int{1, 2}, func(n int) string { return Pair{n, n}.String() }); len(m) != 2 || m[1] != "2-2" {
		t.Error("Map", m)
	}
	if p := Make[Pair](); p == nil || p.Name() != "pair" || Blank(1, "", "b") != "b!" {
		t.Error("Make")
	}
	if n, err := Unnamed(1, ""); n != 3 || err != nil {
		t.Error("Unnamed")
	}
	if s, err := (&Pair{}).Other("a", nil); s != "a" || err != nil {
		t.Error("Other")
	}
	if p := (Pair{1, 2}).Swap(); p != (Pair{2, 1}) || p.Add(3).A != 5 {
		t.Error("Swap", p)
	}
	for n, want := range map[int]int{0: 0, 1: 1, 3: 1, 4: 2, 15: 3} {
		if r, err := Root(context.Background(), n); r != want || err != nil {
			t.Error("Root", n, r, err)
		}
	}
	if _, err := Root(context.Background(), -1); !errors.Is(err, ErrNegative) {
		t.Error("Root", err)
	}
	if Fib(7) != 13 {
		t.Error("Fib", Fib(7))
	}
	if total, two, _, _, _ := Wait(2, struct{ Twice bool; Name string }{Twice: true}); total.Total != 4 || two[1] != 2 {
		t.Error("Wait", total)
	}
	if Guarded(func() { panic("x") }) == nil || Guarded(func() {}) != nil {
		t.Error("Guarded")
	}
}

func TestOne(t *testing.T) {
	if Fib(7) != 13 || Fib(7) != 13 {
		t.Error("Fib", Fib(7))
	}
}

func TestTwo(t *testing.T) {
	if Fib(7) != 13 || Fib(8) != 21 {
		t.Error("Fib", Fib(8))
	}
}
`

func oddFiles() []patch.File {
	return []patch.File{
		{Path: "odd.go", Mode: patch.ModeFile, Data: []byte(odd)},
		{Path: "odd_test.go", Mode: patch.ModeFile, Data: []byte(oddTest)},
		{Path: "go.mod", Mode: patch.ModeFile, Data: []byte("module example.com/odd\n\ngo 1.24\n")},
	}
}

// lay writes files to a folder.
func lay(t *testing.T, files []patch.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func inFolder(t *testing.T, dir, env string, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Every degenerate implementation compiles, whatever the functions' heads are, and fails the tests.
func TestDegeneratesOfGo(t *testing.T) {
	t.Parallel()
	files := oddFiles()
	all := mutate.Degenerates(files)
	var kinds []mutate.Kind
	for _, m := range all {
		kinds = append(kinds, m.Kind)
		if !m.Degenerate() {
			t.Errorf("%s is no degenerate", m.Kind)
		}
		dir := lay(t, m.Apply(files))
		if out, err := inFolder(t, dir, "", "go", "test", "-vet=off", "-c", "-o", "odd.test", "."); err != nil {
			t.Fatalf("%s: %s", m.Kind, out)
		}
		for _, test := range []string{"TestAll", "TestOne", "TestTwo"} {
			out, err := inFolder(t, dir, "", "./odd.test", "-test.run="+test)
			if (err == nil) != (m.Kind == mutate.Table && test == "TestOne") {
				t.Errorf("%s, %s: %v\n%s", m.Kind, test, err, out)
			}
		}
	}
	if want := []mutate.Kind{mutate.Stub, mutate.Zero, mutate.Identity, mutate.Fixed, mutate.Fails, mutate.Table}; !slices.Equal(kinds, want) {
		t.Errorf("want %v, got %v", want, kinds)
	}
}

// The degenerate implementations of real packages compile.
func TestDegeneratesOfRealCode(t *testing.T) {
	t.Parallel()
	files := append(readPackage(t, "pkg/lock"), readPackage(t, "pkg/verdict")...)
	for _, m := range mutate.Degenerates(files) {
		changed := differing(files, m.Apply(files))
		if out, err := goCommand(t, "", "build", overlay(t, changed), "./pkg/lock", "./pkg/verdict"); err != nil || len(changed) < 5 {
			t.Errorf("%s of %d files: %s", m.Kind, len(changed), out)
		}
	}
}

// Every mutant in a combined program can be chosen, and none changes what the others do.
func TestCombineOddFunctions(t *testing.T) {
	t.Parallel()
	files := oddFiles()
	all := append(mutate.Mutants(files), mutate.Degenerates(files)...)
	p := mutate.Combine(files, all, chosen)
	dir := lay(t, p.Files)
	if out, err := inFolder(t, dir, "", "go", "test", "-vet=off", "-c", "-o", "odd.test", "."); err != nil {
		t.Fatal(out)
	}
	if out, err := inFolder(t, dir, chosen+"=", "./odd.test"); err != nil {
		t.Fatalf("none is chosen, and the tests fail:\n%s", out)
	}
	survived := map[mutate.Kind]int{}
	killed := map[mutate.Kind]int{}
	for _, m := range p.Mutants {
		_, err := inFolder(t, dir, chosen+"="+m.ID, "./odd.test", "-test.timeout=2s")
		if err == nil {
			survived[m.Kind]++
			t.Logf("survives: %d %s %s %q -> %q", m.Line, m.Func, m.Kind, m.Was, m.Now)
		} else {
			killed[m.Kind]++
		}
	}
	t.Logf("%d in it, %d left over; killed %v, survived %v", len(p.Mutants), len(p.Rest), killed, survived)
	for _, m := range p.Rest {
		t.Logf("left over: %d %s %q -> %q", m.Line, m.Kind, m.Was, m.Now)
		if m.Func != "" {
			t.Errorf("%s %s is left over", m.Kind, m.Func)
		}
	}
	for _, k := range []mutate.Kind{
		mutate.Condition, mutate.Boundary, mutate.Operator, mutate.Constant, mutate.Return, mutate.Statement, mutate.ErrorPath,
		mutate.Body, mutate.Stub, mutate.Zero, mutate.Identity, mutate.Fixed, mutate.Fails, mutate.Table,
	} {
		if killed[k] == 0 {
			t.Errorf("no mutant of kind %s has an effect", k)
		}
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
