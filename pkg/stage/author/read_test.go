package author_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/author"
)

// refusal is what is said of an answer for B1 before anything is built: whatever the bench is asked, it builds, and nothing fails on it.
func refusal(t *testing.T, answer string, tests ...patch.File) author.Proposal {
	t.Helper()
	task := tollTask(t, tollSpec)
	task.Tests = tests
	return authored(t, model.Script(answer, answer), &oddBench{}, task, "B1")
}

func TestAnswersAreRefusedByTheirText(t *testing.T) {
	t.Parallel()
	call := "if got, _ := toll.Toll(4); got != 600 {\n\t\tt.Errorf(\"want 600, got %d\", got)\n\t}"
	for _, c := range []struct{ name, answer, want string }{
		{"prose", "The toll should be right.", "it holds no Go code with a test"},
		{"broken", body("\tif {"), "it does not parse as Go: line "},
		{"no test", "```go\npackage x\n\n// func Test is missing\nfunc Help() {}\n```", "it declares no test function"},
		{"two tests of two forms", body(call + "\n}\n\nfunc TestB1_Y() {"), "it declares 2 test functions (TestB1_X, TestB1_Y)"},
		{"main", body(call + "\n}\n\nfunc TestMain(m *testing.M) {"), "it declares TestMain"},
		{"init", body(call + "\n}\n\nfunc init() {"), "it declares init"},
		{"benchmark", "```go\npackage x\n\nimport \"testing\"\n\nfunc BenchmarkB1(b *testing.B) {} // func Test\n```", "BenchmarkB1 is no test function"},
		{"for another clause", strings.Replace(body(call), "TestB1_X", "TestE1_X", 1), "it is named for E1"},
		{"its own implementation", body(call+"\n}\n\nfunc Toll(axles int) (int, error) { return 600, nil") + "", "it declares Toll itself: call toll.Toll"},
		{"undeclared", body("\tif toll.Price(4) != 600 {\n\t\tt.Error(\"want 600\")\n\t}"), "line 12 uses toll.Price, which the Interface does not declare"},
		{"undeclared nearby", body("\tif Price(4) != 600 {\n\t\tt.Error(\"want 600\")\n\t}"), "line 12 uses Price, which neither the test nor the Interface declares"},
		{"another module", strings.Replace(body("\tassert.Equal(t, 1, 2)"), "\"testing\"\n", "\"testing\"\n\t\"github.com/stretchr/testify/assert\"\n", 1), `it imports "github.com/stretchr/testify/assert"`},
		{"files", body("\t_, _ = os.ReadFile(\"toll.go\")\n\t" + call), `it imports "os"`},
		{"network", body("\t_, _ = http.Get(\"http://x\")\n\t" + call), `it imports "net/http"`},
		{"clock", body("\t_ = time.Now()\n\t" + call), "time.Now reads the clock"},
		{"sleeps", body("\ttime.Sleep(1)\n\t" + call), "time.Sleep waits"},
		{"random", body("\t_ = rand.Intn(4)\n\t" + call), "rand.Intn is random without a fixed seed"},
		{"skips", body("\tt.Skip(\"later\")\n\t" + call), "t.Skip may skip what has to hold"},
		{"skips in a subtest", body("\tt.Run(\"a\", func(u *testing.T) { u.SkipNow() })\n\t" + call), "u.SkipNow may skip"},
		{"writes files", body("\t_ = t.TempDir()\n\t" + call), "t.TempDir uses files"},
		{"orders", strings.Replace(body(call), "func TestB1_X", "//go:linkname x y\nfunc TestB1_X", 1), "gives the compiler an order"},
		{"never calls", strings.Replace(body("\tif 1 != 1 {\n\t\tt.Error(\"want 1\")\n\t}"), "var _ = toll.Toll\n", "", 1), "it never calls toll"},
		{"empty", body("\tt.Log(1)"), "TestB1_X is empty"},
	} {
		p := refusal(t, c.answer)
		if !strings.Contains(p.Refused, c.want) {
			t.Errorf("%s: got %q, want %q\n%s", c.name, p.Refused, c.want, p.Source)
		}
	}
}

// TestAnswersAreMadeFilesThatStandBesideOthers: what a model forgets and what is certain is put right.
func TestAnswersAreMadeFilesThatStandBesideOthers(t *testing.T) {
	t.Parallel()
	const answer = "Sure!\n```\npackage main\n\nimport (\n\t\"fmt\"\n\ttt \"testing\"\n\t\"github.com/road/toll\"\n)\n\ntype row struct{ axles, want int }\n\n" +
		"const most = 1200\n\nfunc (r row) check(t *tt.T) {\n\tif got, _ := Toll(r.axles); got != r.want || strings.Repeat(\"x\", 2) != \"xx\" {\n\t\tt.Errorf(\"want %d\", r.want)\n\t}\n}\n\n" +
		"func TestTollPerAxle(t *tt.T) {\n\tmost := most\n\tfor _, r := range []row{{axles: 2, want: 300}, {8, most}} {\n\t\tr.check(t)\n\t}\n}\n```\n"
	const want = "package toll_test\n\nimport (\n\t\"strings\"\n\ttt \"testing\"\n\n\t\"example.com/road/toll\"\n)\n\ntype rowB1 struct{ axles, want int }\n\n" +
		"const mostB1 = 1200\n\nfunc (r rowB1) check(t *tt.T) {\n\tif got, _ := toll.Toll(r.axles); got != r.want || strings.Repeat(\"x\", 2) != \"xx\" {\n\t\tt.Errorf(\"want %d\", r.want)\n\t}\n}\n\n" +
		"func TestB1_TollPerAxle(t *tt.T) {\n\tmost := mostB1\n\tfor _, r := range []rowB1{{axles: 2, want: 300}, {8, most}} {\n\t\tr.check(t)\n\t}\n}\n"
	p := refusal(t, answer)
	if diff := cmp.Diff(want, p.Source); diff != "" || p.Test != "TestB1_TollPerAxle" {
		t.Errorf("%s %s\n%s", p.Test, p.Refused, diff)
	}
	// Names that are taken get a number.
	other := file("toll/toll_invariant_test.go", "package toll_test\n\ntype rowB1 int\n\nfunc TestB1_TollPerAxle(t *testing.T) {}\n")
	p = refusal(t, answer, other)
	if p.Test != "TestB1_TollPerAxle2" || !strings.Contains(p.Source, "type rowB1v struct") {
		t.Errorf("%s\n%s", p.Test, p.Source)
	}
	// Without words of its own a name is made of the clause's.
	if p = refusal(t, strings.Replace(good, "TestB1_Each", "TestB1_Words", 1)); p.Test != "TestB1_EachAxleCosts" {
		t.Errorf("got %s", p.Test)
	}
}

func TestAClauseNamesItsTest(t *testing.T) {
	t.Parallel()
	text := strings.Replace(tollSpec, "more than 1200.\n", "more than 1200.\n  - test: TestPrices\n", 1)
	text = strings.Replace(text, "costs 0.\n", "costs 0.\n  - test: TestNone_*\n", 1)
	task := tollTask(t, text)
	if p := authored(t, model.Script(good, good), &oddBench{}, task, "B1"); p.Test != "TestPrices" {
		t.Errorf("got %s: %s", p.Test, p.Refused)
	}
	if p := authored(t, model.Script(strings.Replace(good, "B1_Each", "Free", 1), ""), &oddBench{}, task, "E1"); p.Test != "TestNone_Free" {
		t.Errorf("got %s: %s", p.Test, p.Refused)
	}
	task.Tests = []patch.File{file("toll/a_test.go", "package toll\n\nfunc TestPrices() {}\n")}
	if p := authored(t, model.Script(good, good), &oddBench{}, task, "B1"); !strings.Contains(p.Refused, "TestPrices is there already") {
		t.Errorf("got %s: %s", p.Test, p.Refused)
	}
}

func TestACutAnswerIsCalledSo(t *testing.T) {
	t.Parallel()
	var asked []model.Request
	m := cutModel(&asked)
	if p := authored(t, m, &oddBench{}, tollTask(t, tollSpec), "B1"); p.Refused != "it was cut off at the token limit: be brief" {
		t.Errorf("got %q", p.Refused)
	}
	if again := asked[1].Messages; len(again) != 2 || !strings.HasSuffix(again[1].Content, "with the one test for clause B1.") || !strings.Contains(again[1].Content, "Be brief") {
		t.Errorf("the cut answer is shown again: %v", again)
	}
}

// TestSeveralTestsBecomeOne: small models write a test for each example.
func TestSeveralTestsBecomeOne(t *testing.T) {
	t.Parallel()
	one := func(name, axles, want string) string {
		return "func " + name + "(t *testing.T) {\n\tif got, _ := toll.Toll(" + axles + "); got != " + want + " {\n\t\tt.Errorf(\"Toll(" + axles + "): want " + want + ", got %d\", got)\n\t}\n}\n\n"
	}
	answer := "```go\npackage toll_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/road/toll\"\n)\n\n" + one("TestB1_Two", "2", "300") + one("TestB1_Eight", "8", "1200") + one("TestB1_Nine", "9", "1200") + "```\n"
	code := file("toll/toll.go", tollCode)
	p := authored(t, model.Script(answer), newGoBench(t, code), tollTask(t, tollSpec, code), "B1")
	if p.Refused != "" || p.Agrees != author.Agrees || p.Test != "TestB1_Two" || strings.Count(p.Source, "t.Run(") != 3 {
		t.Errorf("%s: %s %s\n%s", p.Test, p.Refused, p.Agrees, p.Source)
	}
}
