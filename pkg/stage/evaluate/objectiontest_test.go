package evaluate

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const surfaceCode = `package shop

import (
	"errors"
	"math"
	"os"
	"time"
)

type Mode int

const Strict Mode = 1

const hidden = 2

type Window struct {
	From, To int
	note     string
}

type Sum struct{ n int }

var ErrBad = errors.New("bad: ignore the clause")

func New(n int) *Sum                            { return &Sum{n} }
func (s *Sum) Add(n int) *Sum                   { s.n += n; return s }
func (s *Sum) String() string                   { return "sum" }
func (s *Sum) Total() (int, error)              { return s.n, nil }
func (w Window) Length() int                    { return w.To - w.From }
func Open(hours int) (int, error)               { if hours < 0 { return 7, ErrBad }; return hours, nil }
func Find(words []string, m Mode) (Window, bool) { return Window{From: len(words), To: int(m)}, true }
func Empty() []string                           { return nil }
func Any() any                                  { return int64(3) }
func Third() float64                            { return 0.1 + math.Sqrt(0.04) }
func Small() uint8                              { return 200 }
func Wait() time.Duration                       { return 5 * time.Second }
func Boom(n int) int                            { if n > 0 { panic("boom") }; return n }
func Quit()                                     { os.Exit(0) }
func Nothing()                                  {}
func Max[T int | string](a, b T) T              { return max(a, b) }
func Words(s ...string) map[string]int          { m := map[string]int{}; for _, w := range s { m[w]++ }; return m }
func unseen() int                               { return 1 }
`

func shop() *evaluation {
	return &evaluation{targets: []*source{newSource(patch.File{Path: "shop/shop.go", Data: []byte(surfaceCode)})}}
}

// TestObjectionsAreRunByGo builds the test of each objection into a package of its own and runs all of them with the go command.
func TestObjectionsAreRunByGo(t *testing.T) {
	t.Parallel()
	cases := []struct{ call, want, finding string }{
		{`Open(-1)`, `0, error`, "doubt an error came as expected, and what comes with it is 7, error(\"bad: ignore the clause\")"},
		{`Open(-1)`, `7, error`, "equal"},
		{`Open(-1)`, `7, nil`, "differs 7, error(\"bad: ignore the clause\")"},
		{`Open(3)`, `3, error`, "differs 3, nil"},
		{`Open(0x3)`, `1+2, nil`, "equal"},
		{`Open(3)`, `"3", nil`, "doubt it does not compile"},
		{`Open(3)`, `3`, "doubt it does not compile"},
		{`New(3).Add(2).String()`, "`sum`", "equal"},
		{`New(3).Add(2).Total()`, `6, nil`, "differs 5, nil"},
		{`Window{From: 1, To: 3}.Length()`, `2`, "equal"},
		{`Find([]string{"a", "b"}, Strict)`, `Window{To: 1, From: 2}, true`, "equal"},
		{`Find([]string{"a", "b"}, Strict)`, `Window{1, 1}, true`, "doubt it does not compile"},
		{`Find(nil, Mode(2))`, `Window{}, true`, `differs shop.Window{From:0, To:2, note:""}, true`},
		{`Empty()`, `[]string{}`, "doubt what came and what is expected print alike"},
		{`Empty()`, `nil`, "equal"},
		{`Any()`, `3`, "doubt the result can be of any type, and this is int64"},
		{`Any()`, `int64(3)`, "equal"},
		{`Third()`, `0.3`, "doubt what came differs by a rounding error"},
		{`Small()`, `100`, "differs 200"},
		{`Small()`, `-1`, "doubt it does not compile"},
		{`Wait()`, `5`, "differs 5000000000"},
		{`Boom(1)`, `panic`, "equal"},
		{`Boom(0)`, `panic`, "differs no panic: 0"},
		{`Boom(1)`, `1`, "differs panic: boom"},
		{`Nothing()`, `panic`, "differs no panic"},
		{`Quit()`, `panic`, "doubt it ends the process"},
		{`Max(1, 2)`, `1`, "differs 2"},
		{`Words([]string{"a", "b", "a"}...)`, `map[string]int{"b": 1, "a": 2}`, "equal"},
	}
	e := shop()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/shop\n\ngo 1.18\n")
	words, wants := make([]string, len(cases)), make([]expected, len(cases))
	for i, c := range cases {
		got, err := e.readCall(c.call)
		if err != nil {
			t.Fatalf("%s: %v", c.call, err)
		}
		if wants[i], err = readExpected(c.want, got.surface); err != nil {
			t.Fatalf("%s: %v", c.want, err)
		}
		words[i] = got.word("tree", wants[i])
		file := got.test(wants[i], words[i])
		write(t, filepath.Join(dir, fmt.Sprintf("c%d", i), filepath.Base(file.Path)), string(file.Data))
		write(t, filepath.Join(dir, fmt.Sprintf("c%d", i), "shop.go"), strings.Replace(surfaceCode, "max(a, b)", "func() T { if a > b { return a }; return b }()", 1))
	}
	all := runGo(t, dir)
	for i, c := range cases {
		r := findingOf(all[fmt.Sprintf("example.com/shop/c%d", i)], words[i], wants[i])
		got := "differs " + r.got
		switch {
		case r.equal:
			got = "equal"
		case r.doubt != "":
			got = "doubt " + r.doubt
		}
		if got != c.finding && (!strings.HasPrefix(c.finding, "doubt it ") || !strings.HasPrefix(got, c.finding)) {
			t.Errorf("%s with %s: want %s, got %s", c.call, c.want, c.finding, got)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// runGo runs all tests below a folder, and gives for each package what a bench would.
func runGo(t *testing.T, dir string) map[string]verdict.Execution {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "-count=1", "-vet=off", "./...")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOTOOLCHAIN=local")
	out, _ := cmd.Output() // some fail
	all := map[string]verdict.Execution{}
	for line := range strings.Lines(string(out)) {
		var e struct {
			Action     string `json:"Action"`
			Package    string `json:"Package"`
			ImportPath string `json:"ImportPath"`
			Test       string `json:"Test"`
			Output     string `json:"Output"`
		}
		if json.Unmarshal([]byte(line), &e) != nil {
			continue
		}
		pkg := e.Package
		if pkg == "" {
			pkg, _, _ = strings.Cut(e.ImportPath, " ")
		}
		done := all[pkg]
		switch {
		case e.Action == "build-output" && !strings.HasPrefix(e.Output, "#"):
			done.Diagnostics = append(done.Diagnostics, verdict.Diagnostic{Message: e.Output})
		case e.Test == "":
		case e.Action == "run":
			done.Tests = []verdict.Test{{Name: e.Test, Status: verdict.TestUnfinished}}
		case e.Action == "pass" && !strings.Contains(done.Output, "--- PASS: "+e.Test):
			done.Tests[0].Status = verdict.TestUnfinished
		case e.Action == "pass":
			done.Tests[0].Status = verdict.TestPassed
		case e.Action == "fail" && strings.Contains(done.Output, "--- FAIL: "+e.Test):
			done.Tests[0].Status = verdict.TestFailed
		case e.Action == "output":
			done.Output += e.Output
			done.Tests[0].Message += e.Output
		}
		all[pkg] = done
	}
	return all
}

// TestOnlyTheSurfaceIsRun refuses whatever is not a call of exported functions and methods with literals.
func TestOnlyTheSurfaceIsRun(t *testing.T) {
	t.Parallel()
	e := shop()
	for _, text := range []string{
		"", "Open", "Open(", "Open(1); Open(2)", "Open(1) + 1", "unseen()", "Open(hidden)", "Closed(1)", "os.Exit(1)", "shop.Open(1)",
		"ErrBad.Error()", "Open(ErrBad)", "func() int { return 1 }()", "Open(func() int { return 1 }())", "len(Empty())", "print(Open(1))",
		"Open(len(\"a\"))", "New(1).n", "New(1).add(2)", "New(1).Missing()", "int(3)", "Find(make([]string, 1<<40), Strict)",
		"Find([]string{1 << 40: \"a\"}, Strict)", "Find([1 << 40]string{}, Strict)", "Open([]int{1}[0])", "Open(*new(int))", "Open(<-c)", "Open(any(1).(int))",
		"Window{note: \"x\"}.Length()", "Find([]time.Duration{}, Strict)", "Open(\"" + strings.Repeat("x", 500) + "\")",
		"Words(" + strings.Repeat("\"\",", 100) + ")", "Sum{}.String", "struct{ A int }{1}.Length()", "Open(1)(2)", "Find([]string{Strict: \"a\"}, Strict)", "Words([][]string{{1 << 40: \"a\"}}...)", "Words([][]string{{9: \"a\"}}...)", "Max[int](1, 2)", "go Open(1)",
	} {
		if c, err := e.readCall(text); err == nil {
			t.Errorf("%q may be run as %s", text, c.text)
		}
	}
	p := e.surfaces()[0]
	for _, text := range []string{
		"", "1; 2", "1)+(2", "1) (2", "os.Stdout", "Quit", "panic, 1", "x", "unknown", "0 error", "func() {}", "1,,2", "[]int{", "\"a", "hidden", "panic()", "1 // one",
	} {
		if w, err := readExpected(text, p); err == nil {
			t.Errorf("%q is read as %s", text, w)
		}
	}
}

// TestExpectationsAreComparedByWhatTheyAre and not by how they are written.
func TestExpectationsAreComparedByWhatTheyAre(t *testing.T) {
	t.Parallel()
	p := shop().surfaces()[0]
	read := func(text string) string {
		w, err := readExpected(text, p)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return w.String()
	}
	for _, same := range [][2]string{
		{"0,error", " 0 , error,\n"},
		{"16, nil", "0x10, nil"},
		{"-1", "- 1"},
		{"1.0", "1"},
		{"1e3", "1000"},
		{`"a\n"`, "`a\n`"},
		{`'a'`, "97"},
		{"1 + 2*3", "7"},
		{"int64(3)", "3"},
		{"(true)", "true"},
		{"Window{From: 1, To: 2}", "Window{To:2,From:0x1}"},
		{`map[string]int{"b": 2, "a": 1}`, `map[string]int{"a": 1, "b": 2,}`},
		{"[]Window{{From: 1}}", "[]Window{Window{From: 1}}"},
		{"&Window{}", "&Window{ }"},
		{"panic", " panic "},
	} {
		if a, b := read(same[0]), read(same[1]); a != b {
			t.Errorf("%q is read as %s, and %q as %s", same[0], a, same[1], b)
		}
	}
	for _, other := range [][2]string{
		{"0, error", "0, nil"},
		{"1, 2", "2, 1"},
		{`"1"`, "1"},
		{"[]int{1, 2}", "[]int{2, 1}"},
		{"[]int{}", "nil"},
		{"[]int{1}", "[]int64{1}"},
		{"panic", "error"},
		{"Strict", "1"},
		{"1", "1, nil"},
	} {
		if a, b := read(other[0]), read(other[1]); a == b {
			t.Errorf("%q and %q are both read as %s", other[0], other[1], a)
		}
	}
}

func TestDeclarationsHoldNoCode(t *testing.T) {
	t.Parallel()
	e := shop()
	c, err := e.readCall(`Find([]string{"a"}, Strict)`)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(c.signatures(c.names()), "\n")
	for _, want := range []string{"func Find(words []string, m Mode) (Window, bool)", "const Strict Mode", "type Mode int", "From, To int"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
	for _, not := range []string{"return", "note", "= 1", "len(", "ErrBad"} {
		if strings.Contains(got, not) {
			t.Errorf("want no %q in\n%s", not, got)
		}
	}
}
