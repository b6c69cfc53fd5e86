package evaluate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// anySpec is a spec of one clause, E1, whose tests a runner other than go runs.
func anySpec(runner, test string) string {
	text := "---\ncomponent: shop\ntargets: [\"shop/*\"]\ntests:\n  files: [\"tests/**\"]\n  sealed: [\"sealed/**\"]\n  runner: " + runner +
		"\n  command: run\n---\n# Spec: Shop\n\n## Edge cases\n- **E1** One.\n"
	if test != "" {
		text += "  - test: " + test + "\n"
	}
	return text
}

// ran gives the verdict on E1 after a run with these results; a second run gives the same.
func ran(t *testing.T, specText string, files tree, done verdict.Execution) verdict.Verdict {
	t.Helper()
	if files["shop/shop.x"] == "" {
		files["shop/shop.x"] = "shop\n"
	}
	b := &bench{t: t, tests: []verdict.Execution{done}}
	b.only = func([]string) (verdict.Execution, bool) { return done, true }
	return of(t, decide(t, evaluate.New(files, b, nil, options()), parse(t, specText)), "E1")
}

func passed(suite string, names ...string) verdict.Execution {
	var done verdict.Execution
	for _, name := range names {
		done.Tests = append(done.Tests, verdict.Test{Name: name, Suite: suite, Status: verdict.TestPassed})
	}
	return done
}

func TestOfEqualNamesTheWorstCounts(t *testing.T) {
	t.Parallel()
	one := verdict.Test{Name: "test_e1_a", Suite: "tests.test_a", Status: verdict.TestPassed}
	with := func(status verdict.TestStatus, flaky bool) verdict.Test {
		other := one
		other.Status, other.Flaky, other.Message = status, flaky, "other"
		return other
	}
	files := tree{"tests/test_a.py": "def test_e1_a():\n    assert shop()\n"}
	for name, c := range map[string]struct {
		other verdict.Test
		want  verdict.Status
		says  string
	}{
		"a failure":      {with(verdict.TestFailed, false), verdict.Fail, "test_e1_a failed"},
		"no end":         {with(verdict.TestUnfinished, false), verdict.Unknown, "did not finish"},
		"skipped":        {with(verdict.TestSkipped, false), verdict.Unknown, "was skipped: other"},
		"repeated":       {with(verdict.TestFailed, true), verdict.Unknown, "failed once and then passed: flaky"},
		"who knows what": {with("odd", false), verdict.Unknown, "unknown outcome"},
		"another pass":   {with(verdict.TestPassed, false), verdict.Pass, ""},
	} {
		for _, tests := range [][]verdict.Test{{one, c.other}, {c.other, one}} {
			v := ran(t, anySpec("junit", ""), files, verdict.Execution{Tests: tests})
			if v.Status != c.want || !strings.Contains(v.Reason, c.says) {
				t.Errorf("%s: want %s with %q, got %s: %s", name, c.want, c.says, v.Status, v.Reason)
			}
		}
	}
}

func TestAPassThatDoesNotRepeatIsFlaky(t *testing.T) {
	t.Parallel()
	sp := parse(t, anySpec("tap", "test_e1_*"))
	result := func(a, b verdict.TestStatus) verdict.Execution {
		return verdict.Execution{Exit: 1, Tests: []verdict.Test{{Name: "test_e1_a", Status: a}, {Name: "test_e1_b", Status: b}}}
	}
	b := &bench{t: t, tests: []verdict.Execution{
		result(verdict.TestPassed, verdict.TestFailed), result(verdict.TestFailed, verdict.TestPassed),
	}}
	files := tree{"tests/x": "test_e1_a\ntest_e1_b\n", "shop/x": "x\n"}
	v := of(t, decide(t, evaluate.New(files, b, nil, options()), sp), "E1")
	if v.Status != verdict.Unknown || v.Reason != "test_e1_a passed once and then failed: flaky" {
		t.Errorf("got %s: %s", v.Status, v.Reason)
	}
}

const pyTest = `"""Acceptance tests: test_e1_documented says it all."""
import shop
# test_e1_remarked is for later
NAME = "test_e1_named"

def test_e1_stock():
    """Out of stock."""
    assert shop.order(0) == "inventory"

async def test_e1_late(): assert await shop.late()

class TestGroup:
    @pytest.mark.parametrize("n", [1, 2])
    def test_e1_group(self, n):
        assert shop.order(n)
`

func TestOnlyDeclaredPythonTestsCount(t *testing.T) {
	t.Parallel()
	all := []string{"test_e1_stock", "test_e1_late"}
	group := verdict.Test{Name: "test_e1_group[1]", Suite: "tests.test_shop.TestGroup", Status: verdict.TestPassed}
	for name, c := range map[string]struct {
		suite, pattern string
		names          []string
		want           verdict.Status
		says           string
	}{
		"all of them":                  {"tests.test_shop", "", all, verdict.Pass, ""},
		"seen from their folder":       {"test_shop", "", all, verdict.Pass, ""},
		"behind a prefix":              {"ci.tests.test_shop", "", all, verdict.Pass, ""},
		"without a module":             {"", "", all, verdict.Pass, ""},
		"one does not run":             {"tests.test_shop", "", all[:1], verdict.Unknown, "test_e1_late did not run"},
		"defined by the target":        {"shop.shop", "", all, verdict.Unknown, "test_e1_stock did not run; a test of that name ran in shop.shop, where no acceptance file declares it"},
		"in a module of the same name": {"shop.test_shop", "", all, verdict.Unknown, "test_e1_stock did not run"},
		"named in a comment":           {"tests.test_shop", "test_e1_remarked", []string{"test_e1_remarked"}, verdict.Unknown, "tests.test_shop.test_e1_remarked ran, and no acceptance file declares it"},
		"named in a string":            {"tests.test_shop", "test_e1_named", []string{"test_e1_named"}, verdict.Unknown, "no acceptance file declares it"},
		"named in the documentation":   {"tests.test_shop", "test_e1_documented", []string{"test_e1_documented"}, verdict.Unknown, "no acceptance file declares it"},
		"misspelt":                     {"tests.test_shop", "test_e1_stok", all, verdict.Unknown, "no acceptance test that ran is named test_e1_stok; did you mean test_e1_stock?"},
	} {
		done := passed(c.suite, c.names...)
		done.Tests = append(done.Tests, group)
		v := ran(t, anySpec("junit", c.pattern), tree{"tests/test_shop.py": pyTest}, done)
		if v.Status != c.want || !strings.Contains(v.Reason, c.says) {
			t.Errorf("%s: want %s with %q, got %s: %s", name, c.want, c.says, v.Status, v.Reason)
		}
	}
}

func TestOneFunctionNameInTwoPythonFiles(t *testing.T) {
	t.Parallel()
	const text = "def test_e1_a():\n    assert shop()\n"
	files := tree{"tests/test_a.py": text, "tests/test_b.py": text}
	first, second := passed("tests.test_a", "test_e1_a"), passed("tests.test_b", "test_e1_a")
	if v := ran(t, anySpec("junit", ""), files, first); v.Status != verdict.Unknown || v.Reason != "test_e1_a did not run" {
		t.Errorf("want the other file to be missed, got %s: %s", v.Status, v.Reason)
	}
	second.Tests[0].Status, second.Exit = verdict.TestFailed, 1
	second.Tests = append(second.Tests, first.Tests...)
	if v := ran(t, anySpec("junit", ""), files, second); v.Status != verdict.Fail || len(v.Evidence) != 2 {
		t.Errorf("want both to count, got %s: %s", v.Status, v.Reason)
	}
}

func TestEmptyPythonTestsShowNothing(t *testing.T) {
	t.Parallel()
	for body, empty := range map[string]bool{
		"pass": true, "...": true, "return": true, "return None": true, `"""Nothing yet."""`: true, "# nothing\n    pass": true,
		"pass; pass": true, "print('seen')": true, "logging.info('seen: %s', 1)": true, "\"\"\"Two\n    lines.\"\"\"\n    pass": true,
		"print(shop.order())": false, "shop.order()": false, "assert True": false, "pass\n    assert shop.order()": false,
		"raise ValueError": false, "print(\n        'a',\n    )": true, "with shop.open(): pass": false, "return shop.order()": false,
		"x = 'pass'\n    assert x": false, "yield": false,
	} {
		text := "def test_e1_a():\n    " + body + "\n\ndef helper():\n    return 1\n"
		v := ran(t, anySpec("junit", ""), tree{"tests/test_a.py": text}, passed("tests.test_a", "test_e1_a"))
		if (v.Status == verdict.Unknown) != empty || empty && v.Reason != "test_e1_a is empty: there is nothing in it that could fail" {
			t.Errorf("%q: want empty %v, got %s: %s", body, empty, v.Status, v.Reason)
		}
	}
	inline := ran(t, anySpec("junit", ""), tree{"tests/test_a.py": "def test_e1_a(x: int = 1) -> None: pass\n"}, passed("", "test_e1_a"))
	if inline.Status != verdict.Unknown {
		t.Error(inline.Status, inline.Reason)
	}
}

const jsTest = `import test from "node:test"; // test("E1: remarked", () => {})
const note = "E1: noted";
/* it('E1: blocked', () => {}) */
test("E1: out of stock", () => { assert.equal(order(0), "E1: expected"); });
describe('shop', () => { it('sells', async () => { await sell() }); });
test("E1: empty", () => {});
test('E1: logs', async function () { console.log('seen'); });
test("E1: none");
describe("shop", () => { test.each([[1, 2]])("E1: %i gives $b", (a, b) => { assert.equal(order(a), b) }) });
test(` + "`${x}`" + `, () => { order(x) });
test.todo("E1: todo");
test("E1: 'quoted' / more", { timeout: 5 }, (t) => { t.ok(order(1)); });
`

func TestOnlyDeclaredJavaScriptTestsCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		name string
		want verdict.Status
		says string
	}{
		"declared":                {"E1: out of stock", verdict.Pass, ""},
		"with quotes and a slash": {"E1: 'quoted' / more", verdict.Pass, ""},
		"nested by a blank":       {"shop sells", verdict.Pass, ""},
		"nested by a slash":       {"shop/sells", verdict.Pass, ""},
		"in a comment":            {"E1: remarked", verdict.Unknown, "no acceptance file declares it"},
		"in a block comment":      {"E1: blocked", verdict.Unknown, "no acceptance file declares it"},
		"in a string":             {"E1: noted", verdict.Unknown, "no acceptance file declares it"},
		"out of a table":          {"E1: 1 gives 2", verdict.Pass, ""},
		"out of one in a suite":   {"shop E1: 1 gives 2", verdict.Pass, ""},
		"out of one elsewhere":    {"mall E1: 1 gives 2", verdict.Unknown, "no acceptance file declares it"},
		"a title that is a value": {"E1: anything", verdict.Unknown, "no acceptance file declares it"},
		"a subtest nobody wrote":  {"shop buys", verdict.Unknown, "no acceptance file declares it"},
		"empty":                   {"E1: empty", verdict.Unknown, "E1: empty is empty: there is nothing in it that could fail"},
		"empty, with its suite":   {"shop E1: empty", verdict.Unknown, "is empty"},
		"only logs":               {"E1: logs", verdict.Unknown, "is empty"},
		"without a body":          {"E1: none", verdict.Unknown, "is empty"},
		"todo, which jest passes": {"E1: todo", verdict.Unknown, "E1: todo is a todo: there is nothing to run"},
	} {
		pattern := `"` + strings.ReplaceAll(c.name, `'`, "?") + `"`
		v := ran(t, anySpec("junit", pattern), tree{"tests/shop.test.js": jsTest}, passed("", c.name))
		if v.Status != c.want || !strings.Contains(v.Reason, c.says) {
			t.Errorf("%s: want %s with %q, got %s: %s", name, c.want, c.says, v.Status, v.Reason)
		}
	}
	loop := "for (const name of ['E1: a', 'E1: b']) {\n  test(name, () => assert(order(name)));\n}\n"
	if v := ran(t, anySpec("tap", ""), tree{"tests/shop.test.js": loop}, passed("", "E1: a", "E1: b")); v.Status != verdict.Pass {
		t.Errorf("want titles out of a list to count, got %s: %s", v.Status, v.Reason)
	}
}

// TestJavaScriptTestsThatDidNotRunAreMissed: code that calls process.exit(0) ends node --test with the tests so far, a plan that
// agrees with them, and exit 0.
func TestJavaScriptTestsThatDidNotRunAreMissed(t *testing.T) {
	t.Parallel()
	const text = `test("E1: a", () => { ok(/E1: (/.test("E1: re")) });
describe("E1: suite", () => {
  it('b', () => { order() });
  if (late) { it('c', () => { order() }) }
});
test("E1: parent", async (t) => { await t.test("child", () => { order() }) });
function more() { test("E1: never called", () => { order() }) }
test("E1: " + name, () => { order() });
`
	all := []string{"E1: a", "E1: suite b", "E1: parent/child"}
	for name, c := range map[string]struct {
		names []string
		want  string
	}{
		"all":             {all, ""},
		"by other joints": {[]string{"E1: a", "E1: suite > b", "E1: parent child", "E1: parent"}, ""},
		"the first alone": {all[:1], "E1: suite b did not run"},
		"the last absent": {all[:2], "E1: parent child did not run"},
		"assertions only": {[]string{"E1: never called"}, ""},
	} {
		v := ran(t, anySpec("tap", "E1*"), tree{"tests/shop.test.js": text}, passed("", c.names...))
		if v.Reason != c.want {
			t.Errorf("%s: want %q, got %s: %q", name, c.want, v.Status, v.Reason)
		}
	}
}

const javaTest = `package shop.tests;

class OrderTest { // void testE1_remarked()
    String note = "testE1_noted";
    @Test void testE1_stock() { assertEquals('"', order(0)); }
    @ParameterizedTest @ValueSource(ints = {1}) void testE1_param(int n) { testE1_called(n); return; }
    @Test @DisplayName("E1: shown") void shown() { assertTrue(order(1)); }
    @Nested class Inner { @Test void testE1_inner() { fail(); } }
}
`

func TestOnlyDeclaredJavaTestsCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		suite, name string
		want        verdict.Status
	}{
		"declared":            {"shop.tests.OrderTest", "testE1_stock", verdict.Pass},
		"with parentheses":    {"shop.tests.OrderTest", "testE1_stock()", verdict.Pass},
		"with parameters":     {"shop.tests.OrderTest", "testE1_param(int)[1]", verdict.Pass},
		"by its display name": {"shop.tests.OrderTest", "E1: shown", verdict.Pass},
		"nested":              {"shop.tests.OrderTest$Inner", "testE1_inner", verdict.Pass},
		"of another package":  {"shop.OrderTest", "testE1_stock", verdict.Unknown},
		"of another class":    {"shop.tests.Order", "testE1_stock", verdict.Unknown},
		"in a comment":        {"shop.tests.OrderTest", "testE1_remarked", verdict.Unknown},
		"in a string":         {"shop.tests.OrderTest", "testE1_noted", verdict.Unknown},
	} {
		files := tree{"tests/shop/tests/OrderTest.java": javaTest}
		if v := ran(t, anySpec("junit", ""), files, passed(c.suite, c.name)); v.Status != c.want {
			t.Errorf("%s: want %s, got %s: %s", name, c.want, v.Status, v.Reason)
		}
	}
	plain := tree{"tests/PlainTest.java": "class PlainTest {\n  @Test void testE1_a() { order(); }\n  @Test @Tag(\"x\")\n  public void testE1_b() throws Exception { // later\n  }\n}\n"}
	for names, want := range map[string]string{
		"testE1_a": "testE1_b did not run", "testE1_a() testE1_b()": "testE1_b() is empty: there is nothing in it that could fail",
	} {
		if v := ran(t, anySpec("junit", ""), plain, passed("PlainTest", strings.Fields(names)...)); v.Status != verdict.Unknown || v.Reason != want {
			t.Errorf("%s: want %q, got %s: %q", names, want, v.Status, v.Reason)
		}
	}
	inherits := tree{"tests/Base.java": "abstract class Base {\n  @Test void testE1_a() { order(); }\n}\n", "tests/SubTest.java": "class SubTest extends Base {}\n"}
	for class, want := range map[string]verdict.Status{"SubTest": verdict.Pass, "EvilTest": verdict.Unknown} {
		if v := ran(t, anySpec("junit", ""), inherits, passed(class, "testE1_a")); v.Status != want {
			t.Errorf("%s inherits: want %s, got %s: %s", class, want, v.Status, v.Reason)
		}
	}
	done := passed("shop.tests.OrderTest", "testE1_stock")
	done.Exit, done.Tests = 1, append(done.Tests, verdict.Test{Name: "shop.tests.OrderTest$Inner", Status: verdict.TestFailed, Message: "no server"})
	v := ran(t, anySpec("junit", ""), tree{"tests/shop/tests/OrderTest.java": javaTest}, done)
	if v.Status != verdict.Unknown || v.Reason != "tests/shop/tests/OrderTest.java: no server" {
		t.Errorf("want a class that could not be set up to be missed, got %s: %s", v.Status, v.Reason)
	}
}

func TestFilesThatCouldNotBeLoadedAreNamed(t *testing.T) {
	t.Parallel()
	failed := func(name string) verdict.Execution {
		return verdict.Execution{Exit: 1, Tests: []verdict.Test{{Name: name, Status: verdict.TestFailed, Message: "SyntaxError:\n bad"}}}
	}
	for name, c := range map[string]struct{ report, file, text string }{
		"pytest": {"tests.test_shop", "tests/test_shop.py", "def test_e1_a():\n    assert shop()\n"},
		"jest":   {"tests/shop.test.js", "tests/shop.test.js", "test('E1: a', () => { order() })\n"},
		"tap":    {"shop.t", "tests/shop.t", "ok(1, 'E1: a');\n"},
	} {
		v := ran(t, anySpec("junit", ""), tree{c.file: c.text}, failed(c.report))
		if v.Status != verdict.Unknown || !strings.Contains(v.Reason, c.file+": SyntaxError: bad") && !strings.HasPrefix(v.Reason, "no test ran") {
			t.Errorf("%s: got %s: %s", name, v.Status, v.Reason)
		}
		if name != "pytest" {
			continue
		}
		done := failed(c.report)
		done.Tests = append(done.Tests, verdict.Test{Name: "test_e1_b", Suite: "tests.test_b", Status: verdict.TestPassed})
		v = ran(t, anySpec("junit", "test_e1_b"), tree{c.file: c.text, "tests/test_b.py": "def test_e1_b():\n    assert shop()\n"}, done)
		if v.Status != verdict.Unknown || v.Reason != "tests/test_shop.py: SyntaxError: bad" {
			t.Errorf("want the others not to stand alone, got %s: %s", v.Status, v.Reason)
		}
	}
}

// TestAFileThatFailsAsAWhole: node-tap gives each file the outcome of what stands in it.
func TestAFileThatFailsAsAWhole(t *testing.T) {
	t.Parallel()
	result := func(name string, status verdict.TestStatus) verdict.Test {
		return verdict.Test{Name: name, Suite: "shop.t", Status: status}
	}
	whole := verdict.Test{Name: "shop.t", Status: verdict.TestFailed}
	files := tree{"tests/shop.t": "ok(order(), 'E1: a');\nok(order(), 'E2: b');\n"}
	spec := anySpec("tap", "") + "- **E2** Two.\n"
	if v := ran(t, spec, files, verdict.Execution{Exit: 1, Tests: []verdict.Test{result("E1: a", verdict.TestPassed), result("E2: b", verdict.TestFailed), whole}}); v.Status != verdict.Pass {
		t.Errorf("want the failure of E2 to explain it, got %s: %s", v.Status, v.Reason)
	}
	if v := ran(t, spec, files, verdict.Execution{Exit: 1, Tests: []verdict.Test{result("E1: a", verdict.TestPassed), result("E2: b", verdict.TestPassed), whole}}); v.Reason != "tests/shop.t failed as a whole" {
		t.Errorf("want nothing to explain it, got %s: %s", v.Status, v.Reason)
	}
}

func TestResultsOfAnotherFileDoNotCount(t *testing.T) {
	t.Parallel()
	for suite, want := range map[string]verdict.Status{"tests/shop.t": verdict.Pass, "shop.t": verdict.Pass, "other/shop.t": verdict.Unknown, "evil.t": verdict.Unknown, "": verdict.Pass} {
		v := ran(t, anySpec("tap", ""), tree{"tests/shop.t": "# E1: remarked\nok(order(), 'E1: a');\n"}, passed(suite, "E1: a"))
		if v.Status != want {
			t.Errorf("%q: want %s, got %s: %s", suite, want, v.Status, v.Reason)
		}
	}
	v := ran(t, anySpec("tap", "E1*"), tree{"tests/shop.t": "# E1: remarked\nok(order(), 'E1: a');\n"}, passed("", "E1: remarked"))
	if v.Status != verdict.Unknown {
		t.Errorf("a comment declares nothing, got %s", v.Status)
	}
}

// TestWhoseNameBeginsWithAnID pins what belongs to E1 by convention. Without the word test an ID counts as it is written: a title
// in small letters, as "e1 out of stock", is not taken for one.
func TestWhoseNameBeginsWithAnID(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"E1: out of stock": true, "E1 out of stock": true, "E1": true, "E1 - out": true, "test_e1_out": true, "test E1 out": true, "TestE1_Out": true,
		"Test e1": true, "testE1_out()": true, "E1/out": true,
		"E10: out": false, "E1x: out": false, "test_e10_out": false, "test_e1x": false, "TestE1Out": false, "e1 out of stock": false,
		"out E1": false, "E1é": false, "testing E1": false,
	} {
		v := ran(t, anySpec("tap", ""), tree{"tests/x": "\"" + name + "\"\n\"E1: other\"\n"}, passed("", name, "E1: other"))
		got := false
		for _, e := range v.Evidence {
			got = got || e.Test == name
		}
		if got != want {
			t.Errorf("%q: want %v, got %v (%s)", name, want, got, v.Reason)
		}
	}
}

func TestEmptyGoTestsShowNothing(t *testing.T) {
	t.Parallel()
	for body, empty := range map[string]bool{
		"": true, "// nothing yet": true, "t.Log(\"seen\")": true, "t.Helper(); t.Parallel()": true, "fmt.Println(\"seen\")": true, "return": true,
		"_ = 1": true, "x := []int{1}; _ = x": true, "var x = 1; _ = x": true, "t.Run(\"a\", func(t *testing.T) {})": true,
		"t.Run(\"a\", func(s *testing.T) { s.Log(\"seen\") })": true, "for range 3 {}": true, "for range []int{1} { t.Run(\"a\", func(t *testing.T) {}) }": true,
		"{}": true, "defer t.Log()": true, "println(\"a\")": true, "log.Printf(\"a\")": true,
		"Do()": false, "t.Log(Do())": false, "t.Run(\"a\", check)": false, "t.Fatal()": false, "if Do() != 1 { t.Fatal() }": false, "x := Do(); _ = x": false,
		"t.Skip(\"later\")": false, "<-c": false, "_ = <-c": false, "go Do()": false, "for Do() {}": false, "t.Run(\"a\", func(t *testing.T) { Do() })": false,
		"check(t)": false, "order.Log()": false, "x.t.Log()": false, "t.Cleanup(func() { Do() })": false, "select {}": false, "panic(1)": false,
	} {
		files := goTree()
		files["thing/thing_invariant_test.go"] = strings.Replace(goTests, "func TestE1_One(t *testing.T) { thing.Do() }", "func TestE1_One(t *testing.T) {"+body+"\n}", 1)
		b := goodBench(t, verdict.Execution{Tests: passing()})
		v := of(t, decide(t, evaluate.New(files, b, nil, options()), parse(t, goSpec)), "E1")
		if (v.Status == verdict.Unknown) != empty || empty && v.Reason != "TestE1_One is empty: there is nothing in it that could fail" {
			t.Errorf("%q: want empty %v, got %s: %s", body, empty, v.Status, v.Reason)
		}
	}
}

func TestGoResultsThatAreNot(t *testing.T) {
	t.Parallel()
	const example = "func ExampleDo() { thing.Do() }\nfunc ExampleDo_two() {\n\tthing.Do()\n\t// Output:\n}\n"
	for name, c := range map[string]struct {
		tests []verdict.Test
		exit  int
		say   func(done *verdict.Execution)
		id    string
		want  string
	}{
		"a folder that ends in _test":   {tests: append(without(passing(), "TestE1_One"), verdict.Test{Name: "TestE1_One", Suite: suite + "_test", Status: verdict.TestPassed}), id: "E1", want: "TestE1_One did not run; a test of that name ran in " + suite + "_test, where no acceptance file declares it"},
		"renamed":                       {tests: append(without(passing(), "TestE1_One"), test("TestE1_Onee", verdict.TestPassed)), id: "E1", want: "TestE1_One is gone; TestE1_Onee ran, and no acceptance file declares it"},
		"skipped, and why":              {tests: passing(test("TestE1_One", verdict.TestSkipped, "no\ndatabase")), id: "E1", want: "TestE1_One was skipped: no database"},
		"a package that fails alone":    {tests: append(passing(test("TestElse", verdict.TestFailed)), verdict.Test{Name: "(package)", Suite: suite, Status: verdict.TestUnfinished, Message: "it failed"}, verdict.Test{Name: "TestX", Suite: "other", Status: verdict.TestFailed}), exit: 1, id: "E1", want: "thing/thing_invariant_test.go: it failed"},
		"another package fails alone":   {tests: append(passing(), verdict.Test{Name: "(package)", Suite: "example.com/shop/other", Status: verdict.TestUnfinished}), exit: 1, id: "E1"},
		"more output than is kept":      {tests: append(passing(), verdict.Test{Name: "TestX", Suite: "other", Status: verdict.TestFailed}), exit: -1, say: func(d *verdict.Execution) { d.Truncated = true }, id: "E1", want: "the tests wrote more than is kept, and results may be missing"},
		"an example that is not run":    {tests: passing(), id: "E2", want: "ExampleDo did not run"},
		"an example that only compiles": {tests: append(passing(), test("ExampleDo", verdict.TestPassed), test("ExampleDo_two", verdict.TestPassed)), id: "E2", want: "ExampleDo is only compiled and never run: it has no `// Output:` comment"},
	} {
		files := goTree()
		text := goSpec
		if c.id == "E2" {
			files["thing/thing_invariant_test.go"] += example
			text = strings.Replace(text, "  - test: TestRenamed\n", "  - test: ExampleDo\n  - test: ExampleDo_two\n  - test: TestRenamed\n", 1)
		}
		done := verdict.Execution{Tests: c.tests, Exit: c.exit}
		if c.say != nil {
			c.say(&done)
		}
		b := goodBench(t, done, done)
		b.only = func([]string) (verdict.Execution, bool) { return verdict.Execution{Exit: 1}, true }
		v := of(t, decide(t, evaluate.New(files, b, nil, options()), parse(t, text)), c.id)
		if v.Reason != c.want || (v.Status == verdict.Pass) != (c.want == "") {
			t.Errorf("%s: want %q, got %s: %q", name, c.want, v.Status, v.Reason)
		}
	}
}

// TestATestThatLeavesTheProcessFails: go test ends well, and nothing but the missing result tells.
func TestATestThatLeavesTheProcessFails(t *testing.T) {
	t.Parallel()
	left := test("TestE1_One", verdict.TestUnfinished, "the process ended before this test did")
	b := goodBench(t, verdict.Execution{Tests: []verdict.Test{test("TestB1_Does", verdict.TestPassed), left}})
	b.only = func(only []string) (verdict.Execution, bool) {
		var done verdict.Execution
		for _, name := range only {
			if name == "TestE1_One" {
				done.Tests = append(done.Tests, left)
				break
			}
			done.Tests = append(done.Tests, test(name, verdict.TestPassed))
		}
		return done, true
	}
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	if want := "B1 pass executed; E1 fail executed; E10 pass executed; E2 pass executed; I1 pass executed"; statuses(r) != want {
		t.Errorf("want %s\ngot  %s", want, statuses(r))
	}
}

// TestATestThatLeftTheProcessDoesNotPassByItself: code that ends the process with 0 at its seventh call had its last test counted
// as passed by go test, and by itself that test comes to six calls.
func TestATestThatLeftTheProcessDoesNotPassByItself(t *testing.T) {
	t.Parallel()
	left := test("TestE1_One", verdict.TestUnfinished, "the process ended before this test did")
	for name, c := range map[string]struct {
		done verdict.Execution
		want verdict.Status
	}{
		"it ended the process":          {verdict.Execution{Tests: passing(left)}, verdict.Unknown},
		"badly":                         {verdict.Execution{Exit: 1, Tests: passing(left)}, verdict.Unknown},
		"a goroutine of it panicked":    {verdict.Execution{Exit: 1, Tests: passing(test("TestE1_One", verdict.TestUnfinished, "panic: behind the back"))}, verdict.Unknown},
		"another failed by itself":      {verdict.Execution{Exit: 1, Tests: passing(left, test("TestE10_Ten", verdict.TestFailed, "want 1"))}, verdict.Unknown},
		"another panicked beside it":    {verdict.Execution{Exit: 1, Tests: passing(left, test("TestE10_Ten", verdict.TestFailed, "panic: boom"))}, verdict.Pass},
		"time ran out":                  {verdict.Execution{Exit: -1, TimedOut: true, Tests: passing(left)}, verdict.Pass},
		"time ran out for go test":      {verdict.Execution{Exit: 1, Tests: passing(test("TestE1_One", verdict.TestUnfinished, "panic: test timed out after 1s"))}, verdict.Pass},
		"its subtest ended the process": {verdict.Execution{Tests: passing(left, test("TestE1_One/a", verdict.TestUnfinished))}, verdict.Unknown},
	} {
		b := goodBench(t, c.done)
		b.only = func(only []string) (verdict.Execution, bool) {
			if slices.Contains(only, "TestE10_Ten") {
				return verdict.Execution{Exit: 1, Tests: []verdict.Test{test("TestE10_Ten", verdict.TestFailed)}}, true
			}
			return verdict.Execution{Tests: []verdict.Test{test("TestE1_One", verdict.TestPassed), test("TestE1_One/a", verdict.TestPassed)}}, true
		}
		v := of(t, decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec)), "E1")
		if v.Status != c.want || c.want == verdict.Unknown && v.Reason != "TestE1_One ended its process once and then passed: flaky" {
			t.Errorf("%s: want %s, got %s: %s", name, c.want, v.Status, v.Reason)
		}
	}
}

func TestReasonsDoNotNameSealedTests(t *testing.T) {
	t.Parallel()
	const text = "def test_e1_secret():\n    assert shop()\n"
	for name, done := range map[string]verdict.Execution{
		"not run": passed("tests.test_a", "test_e1_a"),
		"skipped": {Tests: []verdict.Test{{Name: "test_e1_a", Status: verdict.TestPassed}, {Name: "test_e1_secret", Suite: "sealed.test_s", Status: verdict.TestSkipped, Message: "secret"}}},
	} {
		v := ran(t, anySpec("junit", ""), tree{"tests/test_a.py": "def test_e1_a():\n    assert shop()\n", "sealed/test_s.py": text}, done)
		if v.Status != verdict.Unknown || !strings.HasPrefix(v.Reason, "a sealed acceptance test ") || strings.Contains(v.Reason, "secret") {
			t.Errorf("%s: got %s: %s", name, v.Status, v.Reason)
		}
	}
}

func TestEmptyTestsAreFoundBeforeAnythingIsPaidFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ runner, file, text, want string }{
		{"go", "tests/x_test.go", "package x\n\nfunc TestE1(t *testing.T) {}\n", "tests/x_test.go:3:1: the acceptance test TestE1 is empty: there is nothing in it that could fail"},
		{"junit", "tests/test_x.py", "import x\n\ndef test_e1():\n    pass\n", "tests/test_x.py:3:1: the acceptance test test_e1 is empty: there is nothing in it that could fail"},
	} {
		found := evaluate.Decidable(parse(t, anySpec(c.runner, "")), []patch.File{{Path: c.file, Mode: patch.ModeFile, Data: []byte(c.text)}}, verdict.DefaultPolicy())
		if len(found) != 1 || found[0].String() != c.want {
			t.Errorf("want %s, got %v", c.want, found)
		}
	}
}

// TestManyResultsAreWeighedInTime would take hours if the time grew with the square of their number.
func TestManyResultsAreWeighedInTime(t *testing.T) {
	t.Parallel()
	done := verdict.Execution{Exit: 1}
	for i := range 100_000 {
		done.Tests = append(done.Tests, verdict.Test{Name: fmt.Sprintf("E1: a/%d", i), Status: verdict.TestPassed})
	}
	done.Tests = append(done.Tests, verdict.Test{Name: "E1: a", Status: verdict.TestFailed})
	if v := ran(t, anySpec("tap", ""), tree{"tests/x": "E1: a\n"}, done); v.Status != verdict.Fail {
		t.Errorf("got %s: %s", v.Status, v.Reason)
	}
}

// TestAVerdictIsThatOfAllItsTests compares with a naive model: E1 passes if and only if each of its three declared tests has
// results in the right package, all of them passes, nothing declared failed besides, and the exit agrees.
func TestAVerdictIsThatOfAllItsTests(t *testing.T) {
	t.Parallel()
	sp := parse(t, strings.Replace(goSpec, "  - test: TestRenamed\n", "", 1))
	files := goTree()
	files["thing/thing_invariant_test.go"] = strings.NewReplacer("TestOther_A", "TestE1_Two", "TestOther_B", "TestE1_Three").Replace(goTests)
	ours := []string{"TestE1_One", "TestE1_Two", "TestE1_Three"}
	rapid.Check(t, func(rt *rapid.T) {
		result := rapid.Custom(func(rt *rapid.T) verdict.Test {
			r := verdict.Test{
				Name:   rapid.SampledFrom(append(ours, "TestE1_Two/sub", "TestE10_Ten", "TestE1_Invented")).Draw(rt, "name"),
				Suite:  rapid.SampledFrom([]string{suite, suite, suite, suite + "_test", "example.com/shop"}).Draw(rt, "suite"),
				Status: rapid.SampledFrom([]verdict.TestStatus{verdict.TestPassed, verdict.TestPassed, verdict.TestPassed, verdict.TestPassed, verdict.TestFailed, verdict.TestSkipped, verdict.TestUnfinished, "odd"}).Draw(rt, "status"),
			}
			if rapid.IntRange(0, 20).Draw(rt, "flaky") == 0 {
				r.Status, r.Flaky = verdict.TestFailed, true
			}
			return r
		})
		done := verdict.Execution{Tests: rapid.SliceOfN(result, 0, 4).Draw(rt, "tests"), Exit: rapid.IntRange(0, 1).Draw(rt, "exit")}
		if rapid.Bool().Draw(rt, "complete") {
			for _, name := range ours {
				done.Tests = append(done.Tests, test(name, verdict.TestPassed))
			}
		}
		good, has, troubled := true, map[string]bool{}, false
		for _, r := range done.Tests {
			bad := r.Status == verdict.TestFailed || r.Status == verdict.TestUnfinished || r.Flaky
			troubled = troubled || bad
			if r.Suite != suite || r.Name == "TestE10_Ten" || r.Name == "TestE1_Invented" {
				continue
			}
			has[r.Name] = true
			sub := r.Name == "TestE1_Two/sub" && r.Status == verdict.TestSkipped && !r.Flaky // its parent tells
			good = good && (sub || r.Status == verdict.TestPassed && !r.Flaky)
		}
		for _, name := range ours {
			good = good && has[name]
		}
		good = good && (done.Exit == 0 || troubled)
		b := goodBench(t, done)
		b.only = func([]string) (verdict.Execution, bool) { return done, true }
		r, err := evaluate.New(files, b, nil, options()).Evaluate(t.Context(), sp, patch.Candidate{Tree: "tree1"})
		if err != nil {
			rt.Fatal(err)
		}
		if v := of(t, r, "E1"); (v.Status == verdict.Pass) != good {
			rt.Fatalf("want pass %v, got %s: %s", good, v.Status, v.Reason)
		}
	})
}
