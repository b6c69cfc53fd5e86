package runner

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// acceptance is what the forgeries below are judged by. Honest wrong code fails it.
const acceptance = `package p

import "testing"

func TestE1_Doubles(t *testing.T) {
	if got := Double(2); got != 4 {
		t.Errorf("Double(2) = %d, want 4", got)
	}
}

func TestE2_Zero(t *testing.T) {
	if got := Double(0); got != 0 {
		t.Errorf("Double(0) = %d, want 0", got)
	}
}
`

const wrong = "func Double(n int) int { return n + 1 }\n"

// forgery is code under test that makes go test say what is not so.
type forgery struct {
	name  string
	files map[string]string // over the honest wrong code
	// succeeds says that both tests are reported as passed where nothing is frozen and no canary is planted; the case shows
	// then that the test of it can fail.
	succeeds bool
}

// exits says that the tests passed and ends the process before they begin.
const exits = `package p

import (
	"fmt"
	"os"
)

func init() {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		fmt.Printf("\x16=== RUN   %s\n\x16--- PASS: %s (0.00s)\n", name, name)
	}
	fmt.Print("PASS\n")
	os.Exit(0)
}

` + wrong

func forgeries() []forgery {
	return []forgery{
		{"init prints the lines of passed tests and exits", map[string]string{"p/p.go": exits}, true},
		{"a filter on standard output turns failures into passes", map[string]string{"p/p.go": filter("TestE[0-9]_[A-Z][a-z]+")}, true},
		{"a filter that knows the tests by name, and how their process ends", map[string]string{"p/p.go": strings.NewReplacer(
			"os.Exit(0)\n}", "if cmd.Wait() != nil {\n\t\tos.Exit(1)\n\t}\n}", `line = "PASS"`, `line = "FAIL"`,
		).Replace(filter("TestE1_Doubles|TestE2_Zero"))}, true},
		{"lines of passed tests, and no run of these", map[string]string{"p/p.go": strings.NewReplacer(
			"fmt.Print(\"PASS\\n\")\n", "", "os.Exit(0)", `os.Args = append(os.Args, "-test.skip=TestE1_Doubles|TestE2_Zero")`,
		).Replace(exits)}, true},
		{"a filter that leaves no name out", map[string]string{"p/p.go": filter(".*")}, true},
		{"the function under test prints and exits", map[string]string{"p/p.go": `package p

import (
	"fmt"
	"syscall"
)

func Double(n int) int {
	fmt.Print("\x16--- PASS: TestE1_Doubles (0.00s)\n\x16=== RUN   TestE2_Zero\n\x16--- PASS: TestE2_Zero (0.00s)\nPASS\n")
	syscall.Exit(0)
	return 0
}
`}, true},
		{"a look for the canary's source", map[string]string{"p/p.go": `package p

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func init() {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		fmt.Printf("\x16=== RUN   %s\n\x16--- PASS: %s (0.00s)\n", name, name)
	}
	all, _ := filepath.Glob("zz_*_test.go")
	for _, file := range all {
		text, _ := os.ReadFile(file)
		name := regexp.MustCompile("Test[A-Za-z0-9_]+").FindString(string(text))
		_, word, _ := strings.Cut(string(text), "t.Error(\"")
		word, _, _ = strings.Cut(word, "\"")
		fmt.Printf("\x16=== RUN   %s\n    %s:7: %s\n\x16--- FAIL: %s (0.00s)\nFAIL\n", name, file, word, name)
		os.Exit(1)
	}
	fmt.Print("PASS\n")
	os.Exit(0)
}

` + wrong}, true},
		{"the seals and the canary, embedded", map[string]string{"p/p.go": `package p

import (
	_ "embed"
	"fmt"
	"os"
	"regexp"
)

//go:embed p_test*
var tests string

func init() {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		word := regexp.MustCompile(name + "[^\n]*zzSpecgen[^\n]*(seal[0-9a-f]+)").FindStringSubmatch(tests)
		if word == nil {
			word = []string{"", ""}
		}
		fmt.Printf("\x16=== RUN   %s\n    p_test.go:7: %s\n\x16--- PASS: %s (0.00s)\n", name, word[1], name)
	}
	if m := regexp.MustCompile("func (Test[A-Za-z0-9_]+)[^\n]*\n\tt.Error.\"([a-z0-9]+)\"").FindStringSubmatch(tests); m != nil {
		fmt.Printf("\x16=== RUN   %s\n    p_test.go:7: %s\n\x16--- FAIL: %s (0.00s)\nFAIL\n", m[1], m[2], m[1])
		os.Exit(1)
	}
	fmt.Print("PASS\n")
	os.Exit(0)
}

` + wrong}, true},
		{"fake JSON events", map[string]string{"p/p.go": `package p

import "fmt"

func Double(n int) int {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		fmt.Printf("{\"Action\":\"run\",\"Package\":\"example.com/m/p\",\"Test\":%q}\n{\"Action\":\"pass\",\"Package\":\"example.com/m/p\",\"Test\":%q}\n", name, name)
	}
	return n + 1
}
`}, false},
		{"fake PASS lines without framing", map[string]string{"p/p.go": `package p

import "fmt"

func Double(n int) int {
	fmt.Println("--- PASS: TestE1_Doubles (0.00s)")
	return n + 1
}
`}, false},
		{"os.Exit(0) in the function under test", map[string]string{"p/p.go": "package p\n\nimport \"os\"\n\nfunc Double(n int) int { os.Exit(0); return 0 }\n"}, false},
		{"os.Exit(0) in init", map[string]string{"p/p.go": "package p\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\n" + wrong}, false},
		{"a TestMain that exits early", map[string]string{"p/main_test.go": "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n"}, false},
		{"the same test in another package of the folder", map[string]string{"p/x_test.go": "package p_test\n\nimport \"testing\"\n\nfunc TestE1_Doubles(t *testing.T) {}\nfunc TestE2_Zero(t *testing.T) {}\n"}, false},
		// Words that could make specgen leave its canary out.
		{"TestMain in a comment", map[string]string{"p/p.go": exits, "p/x_test.go": "package p\n\n// func TestMain(m *testing.M)\n"}, true},
		{"TestMain in a file that go passes over", map[string]string{"p/p.go": exits, "p/_x_test.go": "package p\n\nfunc TestMain() {}\n"}, true},
		{"a test file that leads nowhere", map[string]string{"p/p.go": exits, "p/_x_test.go": "->/nowhere"}, true},
		{"a module named in a block", map[string]string{"p/p.go": exits, "go.mod": "module (\n\texample.com/m\n)\n\ngo 1.24\n"}, true},
		{"a module named late", map[string]string{"p/p.go": exits, "go.mod": "go 1.24\n\nexclude (\nmodule v1.0.0\n)\n\n module example.com/m\n"}, true},
		{"a folder that is named as the external tests", map[string]string{
			"p/p.go":           "package p\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\n" + wrong,
			"p_test/x_test.go": "package p\n\nimport \"testing\"\n\nfunc TestE1_Doubles(t *testing.T) {}\nfunc TestE2_Zero(t *testing.T) {}\n",
		}, true},
		{"a generator that would write the code", map[string]string{"p/p.go": "package p\n\n//go:generate sh -c \"printf 'package p; func Double(n int) int { return 2*n }' > p.go\"\n\n" + wrong}, false},
		{"a go.work with another module", map[string]string{
			"go.work": "go 1.24\n\nuse ./other\n", "other/go.mod": "module example.com/m\n\ngo 1.24\n",
			"other/p/p.go": "package p\n\nfunc Double(n int) int { return 2 * n }\n", "other/p/p_test.go": acceptance,
		}, false},
		{"the linker told to write elsewhere", map[string]string{"p/p.go": "package p\n\n// #cgo LDFLAGS: -Wl,-o,/tmp/escaped\nimport \"C\"\n\n" + wrong}, false},
		{"a compiler plugin", map[string]string{"p/p.go": "package p\n\n// #cgo CFLAGS: -fplugin=./evil.so\nimport \"C\"\n\n" + wrong}, false},
		{"a module replaced by a folder outside", map[string]string{
			"go.mod": "module example.com/m\n\ngo 1.24\n\nrequire example.com/q v1.0.0\n\nreplace example.com/q => ../../../../outside/secret\n",
			"p/p.go": "package p\n\nimport _ \"example.com/q\"\n\n" + wrong,
		}, false},
	}
}

// filter is code that starts its own process once more, and stands between that and go test.
func filter(names string) string {
	return `package p

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"regexp"
)

func init() {
	if os.Getenv("FILTERED") != "" {
		return
	}
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), "FILTERED=1")
	out, _ := cmd.StdoutPipe()
	if cmd.Start() != nil {
		return
	}
	failed := regexp.MustCompile("--- FAIL: (` + names + `) ")
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := failed.ReplaceAllString(lines.Text(), "--- PASS: $1 ")
		if line == "FAIL" {
			line = "PASS"
		}
		fmt.Println(line)
	}
	os.Exit(0)
}

` + wrong
}

func forged(t *testing.T, f forgery, frozen ...string) verdict.Execution {
	t.Helper()
	files := map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p.go": "package p\n\n" + wrong, "p/p_test.go": acceptance}
	maps.Copy(files, f.files)
	b := open(t, options(t, one(files)))
	if err := b.Switch(t.Context(), "T", frozen...); err != nil {
		t.Fatal(err)
	}
	e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// believed says whether both tests are reported as passed and nothing speaks against it.
func believed(e verdict.Execution) bool {
	got := statuses(e)
	return got["TestE1_Doubles"] == verdict.TestPassed && got["TestE2_Zero"] == verdict.TestPassed && !e.BuildFailed()
}

func TestForgeriesAreNotBelieved(t *testing.T) {
	t.Parallel()
	for _, f := range forgeries() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			e := forged(t, f, "p/p_test.go")
			if believed(e) {
				t.Errorf("believed: %+v", e)
			}
			if f.succeeds && e.Distrust == "" {
				t.Errorf("nothing says why: %+v", e)
			}
		})
	}
}

// Where no test is frozen no canary is planted: these forgeries work then, so that the test above can fail.
func TestForgeriesWorkWithoutTheCanary(t *testing.T) {
	t.Parallel()
	for _, f := range forgeries() {
		if !f.succeeds {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if e := forged(t, f); !believed(e) {
				t.Errorf("the forgery fails by itself: %+v", e)
			}
		})
	}
}

// The canary is not seen where all is well, nor where honest code is wrong.
func TestTheCanaryIsNotSeen(t *testing.T) {
	t.Parallel()
	right := map[string]string{"p/p.go": "package p\n\nfunc Double(n int) int { return 2 * n }\n"}
	for name, c := range map[string]struct {
		files map[string]string
		tests string
		exit  int
	}{
		"right": {right, "passed [example.com/m/p] [TestE1_Doubles]\npassed [example.com/m/p] [TestE2_Zero]\n", 0},
		"wrong": {nil, "failed [example.com/m/p] [TestE1_Doubles] p/p_test.go:7 \"Double(2) = 3, want 4\"\n" +
			"failed [example.com/m/p] [TestE2_Zero] p/p_test.go:13 \"Double(0) = 1, want 0\"\n", 1},
	} {
		e := forged(t, forgery{files: c.files}, "p/p_test.go", "go.mod")
		if got := describe(e.Tests, e.Diagnostics); got != c.tests || e.Exit != c.exit || e.Distrust != "" {
			t.Errorf("%s: exit %d %s\n%s", name, e.Exit, e.Distrust, got)
		}
		if strings.Contains(e.Output, "zz_specgen") || c.exit == 0 && strings.Contains(e.Output, "FAIL") {
			t.Errorf("%s: the output shows it: %s", name, e.Output)
		}
	}
}

// All forms of tests say that they passed, in a package with a TestMain and in external tests too, and keep their lines.
func TestSealsSuitAllTests(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p.go": "package p\n", "q/q.go": "package q\n",
		"p/p_test.go": `package p

import "testing"

func TestPlain(t *testing.T)   { t.Parallel() }
func TestBlank(_ *testing.T)   {}
func TestUnnamed(*testing.T)   {}
func FuzzSeeds(f *testing.F)   { f.Add(1); f.Fuzz(func(t *testing.T, n int) {}) }
func TestSubs(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) { t.Parallel(); print("no line end") })
	}
}
func TestSkips(t *testing.T)   { t.Skip("why") }
func TestFails(t *testing.T)   { t.Error("own words") }
func TestLate(t *testing.T)    { t.Cleanup(func() { t.Error("in the end") }) }
func ExampleOut()              { println("x") }
`,
		"p/x_test.go": "package p_test\n\nimport . \"testing\"\nimport check \"testing\"\n\nfunc TestDot(t *T) {}\nfunc TestOuter(t *check.T) {\n\tt.Log(\"x\")\n}\n",
		"q/q_test.go": "package q\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(m.Run()) }\nfunc TestQ(t *testing.T) {}\n",
	}
	const want = "passed TestPlain,passed TestBlank,passed TestUnnamed,passed TestSubs,passed TestSubs/a,passed TestSubs/b,skipped TestSkips p/p_test.go:14," +
		"failed TestFails p/p_test.go:15,failed TestLate p/p_test.go:16,passed TestDot,passed TestOuter,passed FuzzSeeds,passed FuzzSeeds/seed#0,passed TestQ"
	for name, walls := range map[string][]Wall{"all": allWalls(), "restore": {WallUser, WallPid, WallMount, WallRlimit}, "landlock": {WallLandlock, WallRlimit}, "none": {}} {
		b := openWith(t, options(t, one(files)), walls...)
		if err := b.Switch(t.Context(), "T", "p/p_test.go", "p/x_test.go", "q/q_test.go"); err != nil {
			t.Fatal(err)
		}
		e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil)
		if err != nil || e.Distrust != "" || strings.Contains(e.Output, "seal") || strings.Contains(strings.ToLower(e.Output), "specgen") {
			t.Errorf("%s: %v %+v", name, err, e)
		}
		var got []string
		for _, one := range e.Tests {
			text := string(one.Status) + " " + one.Name
			if one.File != "" {
				text += fmt.Sprintf(" %s:%d", one.File, one.Line)
			}
			got = append(got, text)
		}
		wanted := strings.Split(want, ",")
		slices.Sort(wanted)
		if slices.Sort(got); !slices.Equal(got, wanted) {
			t.Errorf("%s: %s", name, strings.Join(got, ","))
		}
		if e, err = b.Run(t.Context(), "ls p q"); err != nil || strings.Contains(e.Output, "zz") {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
}

// What honest projects have and canary and seals could trip over: each gives what a plain go test gives.
func TestHonestProjectsAreBelieved(t *testing.T) {
	t.Parallel()
	const head = "package p\n\nimport \"testing\"\n\n"
	for name, c := range map[string]struct {
		files map[string]string
		tests string // as statuses and names
	}{
		"a generator's tests, which are not built, come first": {map[string]string{
			"p/a_test.go": "//go:build ignore\n\npackage main\n\nimport \"testing\"\n\nfunc TestG(t *testing.T) {}\n", "p/p_test.go": head + "func TestP(t *testing.T) {}\n",
		}, "passed TestP"},
		"tests for another system alone": {map[string]string{
			"p/p.go": "package p\n", "p/p_windows_test.go": head + "func TestP(t *testing.T) {}\n", "q/q_test.go": strings.Replace(head, " p", " q", 1) + "func TestQ(t *testing.T) {}\n",
		}, "passed TestQ"},
		"a variable named testing": {map[string]string{
			"p/p.go": "package p\n\nvar testing = 1\n", "p/p_test.go": "package p\n\nimport check \"testing\"\n\nfunc TestP(t *check.T) { t.Log(testing) }\n",
		}, "passed TestP"},
		"words of the language with other meanings": {map[string]string{
			"p/p.go": "package p\n\nvar string, any = 1, 2\n", "p/p_test.go": head + "func TestP(testing *testing.T) { testing.Log(string, any) }\n",
		}, "passed TestP"},
		"an embedded folder": {map[string]string{
			"p/p_test.go": "package p\n\nimport (\n\t\"embed\"\n\t\"testing\"\n)\n\n//go:embed *\nvar all embed.FS\n\nfunc TestP(t *testing.T) {\n" +
				"\tif found, _ := all.ReadDir(\".\"); len(found) != 1 {\n\t\tt.Error(found)\n\t}\n}\n",
		}, "passed TestP"},
		"a test that runs tests": {map[string]string{
			"p/p_test.go": head + "func TestP(t *testing.T) {\n\ttesting.RunTests(func(_, _ string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: \"inner\", F: func(t *testing.T) {}}})\n}\n",
		}, "passed inner,passed TestP"},
		"a long line without an end": {map[string]string{
			"p/p_test.go": "package p\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n\t\"testing\"\n)\n\nfunc TestP(t *testing.T) { fmt.Print(strings.Repeat(\"x\", 4060)) }\n",
		}, "passed TestP"},
		"a crash after tests that passed": {map[string]string{
			"p/p_test.go": head + "func TestA(t *testing.T) { t.Run(\"a\", func(t *testing.T) {}) }\nfunc TestB(t *testing.T) { panic(1) }\nfunc TestC(t *testing.T) {}\n",
		}, "passed TestA,passed TestA/a,failed TestB"},
		"frozen tests that are not asked for, and a TestMain": {map[string]string{
			"other/go.mod": "module example.com/other\n\ngo 1.24\n", "other/o_test.go": head, "testdata/x/x_test.go": head + "func TestX(t *testing.T) {}\n",
			"p/p_test.go": "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(m.Run()) }\nfunc TestP(t *testing.T) {}\n",
		}, "passed TestP"},
		"a package that does not build, and a TestMain": {map[string]string{
			"p/p_test.go": "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(m.Run()) }\nfunc TestP(t *testing.T) {}\n",
			"q/q_test.go": head + "var x int = nil\n\nfunc TestQ(t *testing.T) {}\n",
		}, "passed TestP"},
		"odd writing": {map[string]string{
			"p/p_test.go": "\ufeff/* a */ package /* b */ p // c\r\n\r\nimport (\"os\"; \"testing\")\r\n\r\nfunc TestA /* d */ ( /* e */ t /* f */ * /* g */ testing . /* h */ T /* i */ ) /* j */ { /* k */ }\r\n" +
				"func TestB(\n\t_ *testing.T,\n) { // x\n}; func TestC(\n*testing.T) {}\nfunc Test(t *testing.T) {}\nfunc Testing(t *testing.T) { os.Exit(9) }\n//line q.y:7\nfunc TestÄ(t *testing.T) {}\n" +
				"type s[T any] struct{}\nfunc (s[T]) TestD(t *testing.T) {} // no end of line",
		}, "passed Test,passed TestA,passed TestB,passed TestC,passed TestÄ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.files["go.mod"] = "module example.com/m\n\ngo 1.24\n"
			b := open(t, options(t, one(c.files)))
			if err := b.Switch(t.Context(), "T", slices.DeleteFunc(slices.Collect(maps.Keys(c.files)), func(p string) bool { return !strings.HasSuffix(p, "_test.go") })...); err != nil {
				t.Fatal(err)
			}
			e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil)
			if err != nil || e.Distrust != "" || strings.Contains(strings.ToLower(e.Output), "specgen") {
				t.Errorf("%v %+v", err, e)
			}
			var got []string
			for _, one := range e.Tests {
				got = append(got, string(one.Status)+" "+one.Name)
			}
			slices.Sort(got)
			wanted := strings.Split(c.tests, ",")
			if slices.Sort(wanted); !slices.Equal(got, wanted) || (e.Exit == 0) != (!strings.Contains(c.tests, "failed") && len(e.Diagnostics) == 0) {
				t.Errorf("exit %d: %s\n%s", e.Exit, strings.Join(got, ","), e.Output)
			}
		})
	}
}

// Events are longer than what they tell of. One that is ended nevertheless has forged nothing.
func TestLongEventsAreRead(t *testing.T) {
	t.Parallel()
	files := map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestFirst(t *testing.T) {}\n\nfunc TestMany(t *testing.T) {\n" +
		"\tfor range 500 {\n\t\tt.Run(\"\", func(t *testing.T) {})\n\t}\n}\n"}
	for limit, want := range map[int64]string{100 << 10: "", 10 << 10: "SIGKILL"} {
		o := options(t, one(files))
		o.Limits.Output = limit
		b := open(t, o)
		if err := b.Switch(t.Context(), "T", "p/p_test.go"); err != nil {
			t.Fatal(err)
		}
		e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil)
		if err != nil || e.Signal != want || e.Distrust != "" || len(e.Tests) == 0 || statuses(e)["TestFirst"] != verdict.TestPassed || (len(e.Tests) == 502) != (want == "") {
			t.Errorf("%d: %v %s %q %d", limit, err, e.Signal, e.Distrust, len(e.Tests))
		}
	}
}

// Code under test does not find what is built beside it, where compiled tests are kept apart from the go command.
func TestTheCanaryIsNotFound(t *testing.T) {
	t.Parallel()
	code := `package p

import (
	"os"
	"path/filepath"
	"strings"
)

func init() {
	roots := []string{".", "/.specgen", filepath.Dir(filepath.Dir(os.Args[0])), os.Getenv("TMPDIR"), os.Getenv("HOME") + "/../../overlay"}
	for _, root := range roots {
		filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
			if data, _ := os.ReadFile(p); err == nil && (strings.Contains(string(data), "zzSpecgen") || strings.Contains(p, "zz_specgen")) && p != os.Args[0] {
				print("FOUND ", p)
			}
			return nil
		})
	}
}

func Double(n int) int { return 2 * n }
`
	files := map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p.go": code, "p/p_test.go": acceptance}
	for name, walls := range map[string][]Wall{"all": allWalls(), "landlock": {WallLandlock, WallRlimit}} {
		b := openWith(t, options(t, one(files)), walls...)
		if err := b.Switch(t.Context(), "T", "p/p_test.go"); err != nil {
			t.Fatal(err)
		}
		if e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil); err != nil || !believed(e) || strings.Contains(e.Output, "FOUND") {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
}

// What tests are built from, and what they expect, is not written anew by code that runs before: where nothing can be mounted, that
// is told.
func TestTestsRestOnWhatTheTreeHolds(t *testing.T) {
	t.Parallel()
	write := func(file, text string) string {
		return "package p\n\nimport \"os\"\n\nfunc init() { os.WriteFile(" + strconv.Quote(file) + ", []byte(" + strconv.Quote(text) + "), 0o644) }\n"
	}
	tests := "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n\n\t\"example.com/m/help\"\n)\n\nfunc TestE1_Doubles(t *testing.T) {\n" +
		"\twant, _ := os.ReadFile(\"testdata/deep/want\")\n\tif !help.Equal(string(want), \"right\") {\n\t\tt.Error(\"no\")\n\t}\n}\n\n" +
		"func TestE2_Zero(t *testing.T) {\n\tif os.WriteFile(\"testdata/new\", nil, 0o600) != nil || os.WriteFile(\"free\", nil, 0o600) != nil {\n\t\tt.Error(\"no\")\n\t}\n}\n"
	for name, code := range map[string]map[string]string{
		"golden": {"p/p.go": write("testdata/deep/want", "right")},
		"helper": {"a/a.go": strings.Replace(write("../help/inner/inner.go", "package inner\n\nfunc Equal(a, b string) bool { return true }\n"), "package p", "package a", 1)},
		"honest": {"p/testdata/deep/want": "right"},
	} {
		files := map[string]string{
			"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p.go": "package p\n", "p/testdata/deep/want": "wrong", "p/p_test.go": tests, "p/free": "x",
			"help/help.go":        "package help\n\nimport \"example.com/m/help/inner\"\n\nfunc Equal(a, b string) bool { return inner.Equal(a, b) }\n",
			"help/inner/inner.go": "package inner\n\nfunc Equal(a, b string) bool { return a == b }\n",
			"a/a.go":              "package a\n", "a/a_test.go": "package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n",
		}
		maps.Copy(files, code)
		for walls, stand := range map[string][]Wall{"all": allWalls(), "landlock": {WallLandlock, WallRlimit}} {
			b := openWith(t, options(t, one(files)), stand...)
			if err := b.Switch(t.Context(), "T", "p/p_test.go"); err != nil {
				t.Fatal(err)
			}
			e, err := b.Test(t.Context(), spec.Tests{Runner: "go", Command: "go test -p=1 ./..."}, nil)
			if got := believed(e) && len(e.Changed) == 0; err != nil || got != (name == "honest") {
				t.Errorf("%s, %s: %v %+v", walls, name, err, e)
			}
		}
	}
}

// What the compiler says of an acceptance test it says of the file that people know.
func TestBuildErrorsNameTheTestsThemselves(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(acceptance, "import \"testing\"", "import (\n\t\"os\"\n\t\"testing\"\n)", 1)
	for name, walls := range map[string][]Wall{"all": allWalls(), "landlock": {WallLandlock, WallRlimit}, "none": {}} {
		b := openWith(t, options(t, goTree(map[string]string{"p/p.go": "package p\n\n" + wrong, "p/p_test.go": bad})), walls...)
		if err := b.Switch(t.Context(), "T", "p/p_test.go"); err != nil {
			t.Fatal(err)
		}
		e, err := b.Test(t.Context(), spec.Tests{}, nil)
		if got := describe(nil, e.Diagnostics); err != nil || got != "build p/p_test.go:4:2 \"os\" imported and not used\n" {
			t.Errorf("%s: %v %s\n%s", name, err, got, e.Output)
		}
	}
}

// A check that is a go test and nothing else is believed as far as its tests are.
func TestChecksAreNotForgedEither(t *testing.T) {
	t.Parallel()
	right := "package p\n\nfunc Double(n int) int { return 2 * n }\n"
	leaves := "package p\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\n" + wrong
	for name, c := range map[string]struct {
		code, command string
		exit          int
		distrusted    bool
	}{
		"right":               {right, "go test ./...", 0, false},
		"wrong":               {"package p\n\n" + wrong, "go test ./...", 1, false},
		"leaves in init":      {leaves, "go test ./...", 0, true},
		"leaves, by itself":   {leaves, "go test -count=1 ./p", 0, true},
		"other packages":      {leaves, "go test ./other", 0, false},
		"one test":            {right, "go test -run TestE1 ./p", 0, false},
		"does not build":      {"package p\n", "go test ./p", 1, false},
		"verbose, with cover": {right, "go test -v -cover ./...", 0, false},
		"no test of the name": {right, "go test -run TestNoSuch ./...", 0, true},
		"nothing to test":     {right, "go test ./none", 0, true},
		"slow benchmark":      {right, "go test -run '^$' -bench . ./slow", 1, false},
		"benchmark":           {right, "go test -run '^$' -bench . ./other", 0, false},
		"leaves under a main": {leaves, "go test ./with", 0, true},
	} {
		b := open(t, options(t, goTree(map[string]string{
			"p/p.go": c.code, "p/p_test.go": acceptance,
			"other/o.go": "package other\n", "other/o_test.go": "package other\n\nimport \"testing\"\n\nfunc TestO(t *testing.T) {}\nfunc BenchmarkO(b *testing.B) {}\n",
			"slow/s_test.go": "package slow\n\nimport \"testing\"\n\nfunc TestS(t *testing.T) {}\nfunc BenchmarkS(b *testing.B) { b.Fatal(\"too slow\") }\n", "none/n.go": "package none\n",
			"with/w_test.go": "package with\n\nimport (\n\t\"os\"\n\t\"testing\"\n\n\t\"example.com/m/p\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(m.Run()) }\nfunc TestW(t *testing.T) { p.Double(1) }\n",
		})))
		if err := b.Switch(t.Context(), "T", "p/p_test.go", "slow/s_test.go", "with/w_test.go"); err != nil {
			t.Fatal(err)
		}
		e, err := b.Run(t.Context(), c.command)
		if err != nil || e.Exit != c.exit || (e.Distrust != "") != c.distrusted || e.Command != c.command || e.Tests != nil {
			t.Errorf("%s: %v %+v", name, err, e)
		}
		if strings.Contains(e.Output, "seal") || strings.Contains(e.Output, "zz_specgen") || strings.HasPrefix(e.Output, "{") {
			t.Errorf("%s: %s", name, e.Output)
		}
	}
}

// Whatever flags a spec gives its tests, right code is believed and a forgery is not.
func TestFlagsKeepCanaryAndSeals(t *testing.T) {
	t.Parallel()
	right := "package p\n\nfunc Double(n int) int { return 2 * n }\n"
	for _, command := range []string{
		"go test -count=2 ./...", "go test -cpu 1,2 ./...", "go test -failfast ./...", "go test -C p .", "cd p && go test", "go test -skip TestX ./...",
		"go test -run=Test[A-Z].* ./...", "go test -run 'TestE' ./...", "go test -v -short -timeout 1m ./...", "go test -bench . ./...", "go test -json -p 1 ./p",
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			for name, code := range map[string]string{"right": right, "prints": forgeries()[0].files["p/p.go"]} {
				b := open(t, options(t, goTree(map[string]string{"p/p.go": code, "p/p_test.go": acceptance})))
				if err := b.Switch(t.Context(), "T", "p/p_test.go"); err != nil {
					t.Fatal(err)
				}
				e, err := b.Test(t.Context(), spec.Tests{Runner: "go", Command: command}, nil)
				if err != nil || believed(e) != (name == "right") || (e.Distrust == "") != (name == "right") {
					t.Errorf("%s: %v %+v", name, err, e)
				}
				whole, err := b.Test(t.Context(), spec.Tests{Runner: "exit", Command: command}, nil)
				if err != nil || (whole.Exit == 0 && whole.Distrust == "") != (name == "right") || whole.Tests != nil {
					t.Errorf("%s, by exit: %v %+v", name, err, whole)
				}
			}
		})
	}
}
