package runner

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func junit(reports ...string) string {
	files := map[string][]byte{}
	for i, text := range reports {
		files[string(rune('a'+i))+".xml"] = []byte(text)
	}
	return describe(readJUnit(files, newWords(insideRoot())), nil)
}

func suiteOf(attributes, cases string) string {
	return "<testsuite name='s' " + attributes + ">" + cases + "</testsuite>"
}

func TestJUnitDialects(t *testing.T) {
	t.Parallel()
	const ok = `<testcase classname="c" name="e1"/>`
	for name, c := range map[string]struct{ in, want string }{
		"repeated until it passed": {
			suiteOf("", `<testcase classname="com.shop.OrderTest" name="e1" time="1,234.5"><flakyFailure message="once"/></testcase>`),
			"failed [com.shop.OrderTest] [e1] flaky \"once\"\n",
		},
		"failed again":              {suiteOf("", `<testcase name="e1"><rerunFailure message="twice"/></testcase>`), "failed [] [e1] \"twice\"\n"},
		"not run":                   {suiteOf("", `<testcase classname="c" name="e2" status="notrun"/>`), "skipped [c] [e2]\n"},
		"run and completed":         {suiteOf("", `<testcase classname="c" name="e2" status="run" result="completed"/>`), "passed [c] [e2]\n"},
		"failed by attribute":       {suiteOf("", `<testcase classname="c" name="e2" status="failed"/>`), "failed [c] [e2]\n"},
		"a word nobody knows":       {suiteOf("", `<testcase classname="c" name="e2" status="inconclusive"/>`), "unfinished [c] [e2] \"the report calls its outcome \\\"inconclusive\\\"\"\n"},
		"failure and skipped":       {suiteOf("", `<testcase name="e1"><skipped/><failure message="m"/></testcase>`), "failed [] [e1] \"m\"\n"},
		"todo that fails":           {suiteOf("", `<testcase name="e1"><failure message="m"/><skipped type="todo" message="later"/></testcase>`), "skipped [] [e1] \"later\"\n"},
		"failure deep inside":       {suiteOf("", `<testcase name="e1"><result><failure message="m"/></result></testcase>`), "failed [] [e1] \"m\"\n"},
		"case within a case":        {suiteOf("", `<testcase name="e1"><testcase name="e2"><error/></testcase></testcase>`), "failed [] [e2]\npassed [] [e1]\n"},
		"words in output are words": {suiteOf("", `<testcase name="e1"><system-out>&lt;failure/&gt;<![CDATA[<failure/>]]></system-out></testcase>`), "passed [] [e1]\n"},
		"suites in suites": {
			"<testsuites tests='2' failures='1'>" + suiteOf("tests='2' failures='1'", ok+suiteOf("tests='1' failures='1'", `<testcase name="e2"><failure>t</failure></testcase>`)) + "</testsuites>",
			"passed [c] [e1]\nfailed [] [e2] \"t\"\n",
		},
		"fewer than counted":         {suiteOf("tests='3'", ok), "passed [c] [e1]\nunfinished [] [s] \"the report counts 3 tests and shows 1\"\n"},
		"fewer in the whole":         {"<testsuites tests='2'>" + suiteOf("tests='1'", ok) + "</testsuites>", "passed [c] [e1]\nunfinished [] [report] \"the report counts 2 tests and shows 1\"\n"},
		"an error that is not shown": {suiteOf("tests='1' errors='1'", ok), "passed [c] [e1]\nunfinished [] [s] \"the report counts 1 failures and errors and shows 0\"\n"},
		"an error of the suite":      {suiteOf("tests='1' errors='1'", ok+`<error message="no server"/>`), "passed [c] [e1]\nunfinished [] [s] \"no server\"\n"},
		"more than counted":          {suiteOf("tests='0' errors='0'", ok), "passed [c] [e1]\n"},
		"counts that are none":       {suiteOf("tests='many' failures='-1' errors='NaN'", ok), "passed [c] [e1]\n"},
		"counts out of all measure":  {suiteOf("tests='1e300'", ok), "passed [c] [e1]\nunfinished [] [s] \"the report counts 1073741824 tests and shows 1\"\n"},
		"pytest counts subtests":     {"<testsuite name='pytest' tests='3'>" + ok + "</testsuite>", "passed [c] [e1]\n"},
		"a place":                    {suiteOf("", `<testcase name="e1" file="/checkout/tests/a.py" line="7"/>`), "passed [] [e1] tests/a.py:7\n"},
		"a name of space":            {suiteOf("", `<testcase classname=" e1 " name=" e1"/>`), "passed [] [e1]\n"},
		"entities":                   {suiteOf("", `<testcase name="a &lt;b&gt; &#x41;&amp;"/>`), "passed [] [a <b> A&]\n"},
		"zero tests":                 {"<testsuites/>", ""},
	} {
		if got := junit(c.in); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestJUnitFilesThatAreNotWhole(t *testing.T) {
	t.Parallel()
	const whole = `<testsuite><testcase classname="c" name="e1"/></testsuite>`
	bomb := `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>` + suiteOf("", `<testcase name="&b;"/>`)
	for name, c := range map[string]struct{ in, says string }{
		"cut":               {`<testsuites><testsuite><testcase name="cut" classname="c"/>`, "unexpected EOF"},
		"cut in a case":     {`<testsuite><testcase name="cut"><failure message="m">`, "unexpected EOF"},
		"empty":             {"", "it is empty"},
		"no XML":            {"ok 1", "it is empty"},
		"an entity bomb":    {bomb, "invalid character entity &b;"},
		"an odd encoding":   {`<?xml version="1.0" encoding="EBCDIC"?>` + whole, "the encoding ebcdic is not known"},
		"nested too deeply": {strings.Repeat("<testsuite>", 600), "nested too deeply"},
		"mixed up":          {`<testsuite><testcase name="a"></testsuite></testcase>`, "element <testcase> closed by </testsuite>"},
		"two of them":       {whole + "<testsuite>", "unexpected EOF"},
	} {
		got := junit(whole, c.in)
		if !strings.Contains(got, "passed [c] [e1]\n") || !strings.Contains(got, "unfinished [] [b.xml] b.xml:0") || !strings.Contains(got, c.says) {
			t.Errorf("%s: want the first file, and %q of the second, got\n%s", name, c.says, got)
		}
	}
	if got := junit(`<testsuite><testcase name="cut"><failure message="m">`); !strings.HasPrefix(got, `failed [] [cut] "m"`) {
		t.Errorf("want the failure that stands before the cut, got\n%s", got)
	}
	const coverage = `<coverage line-rate="1"/>`
	if got := junit(whole, coverage); got != "passed [c] [e1]\n" {
		t.Errorf("want another tool's file to be passed over, got\n%s", got)
	}
	if got := junit(coverage); !strings.Contains(got, "unfinished") || !strings.Contains(got, "it holds no test suite") {
		t.Errorf("want it said where there is no other, got\n%s", got)
	}
}

func TestJUnitEncodings(t *testing.T) {
	t.Parallel()
	text := func(encoding string) string {
		return `<?xml version="1.0" encoding="` + encoding + `"?><testsuite><testcase name="é"/></testsuite>`
	}
	wide := func(order binary.AppendByteOrder) string {
		var s []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + text("UTF-16"))) {
			s = order.AppendUint16(s, u)
		}
		return string(s)
	}
	for name, in := range map[string]string{
		"UTF-8": text("UTF-8"), "with a mark": "\ufeff" + text("utf-8"),
		"ISO 8859-1": strings.ReplaceAll(text("ISO-8859-1"), "é", "\xe9"), "declared wrongly": strings.ReplaceAll(text("UTF-8"), "é", "\xe9"),
		"UTF-16, little end first": wide(binary.LittleEndian), "UTF-16, big end first": wide(binary.BigEndian),
	} {
		if got := junit(in); got != "passed [] [é]\n" {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := junit("<testsuite><testcase name='a\x1b[31m\x00b'/></testsuite>"); got != "passed [] [a\uFFFD[31m\uFFFDb]\n" {
		t.Errorf("control characters: got %q", got)
	}
}

func TestSameNameInTwoJUnitFilesIsKeptTwice(t *testing.T) {
	t.Parallel()
	const ok, bad = `<testsuite><testcase classname="c" name="e1"/></testsuite>`, `<testsuite><testcase classname="c" name="e1"><failure/></testcase></testsuite>`
	for _, files := range [][]string{{ok, bad}, {bad, ok}} {
		if got := junit(files...); !strings.Contains(got, "failed [c] [e1]\n") || !strings.Contains(got, "passed [c] [e1]\n") {
			t.Error(got)
		}
	}
}

func tap(in string) string {
	return describe(readTAP([]byte(in), nil, newWords(insideRoot())), nil)
}

func TestTAPOddities(t *testing.T) {
	t.Parallel()
	const did, noPlan = "\"the plan promised this test and it did not come\"\n", "unfinished [] [plan] \"no plan: the run may have ended early\"\n"
	for in, want := range map[string]string{
		"":                                        "",
		"ok 1 - a\n":                              "passed [] [a]\n" + noPlan,
		"1..1\nok 1 - a\nok 2 - b\n":              "passed [] [a]\npassed [] [b]\nunfinished [] [plan] \"more tests came than the plan says\"\n",
		"1..1\nok 2 - b\nok 1 - a\n":              "passed [] [b]\npassed [] [a]\nunfinished [] [plan] \"more tests came than the plan says\"\n",
		"1..1\nnot ok 1 - a\nok 1 - a\n":          "failed [] [a]\nfailed [] [a] \"test number 1 came twice\"\nunfinished [] [plan] \"more tests came than the plan says\"\n",
		"1..2\nok 1 - a\nok 1 - b\n":              "passed [] [a]\nfailed [] [b] \"test number 1 came twice\"\nunfinished [] [2] " + did,
		"ok - a\nok - b\n1..2\n":                  "passed [] [a]\npassed [] [b]\n",
		"Bail out! broken\n":                      "unfinished [] [bail out] \"bail out: broken\"\n",
		"bail OUT!\n":                             "unfinished [] [bail out] \"bail out:\"\n",
		"1..2\nok 1\r\nokay, no test\nok 2\n":     "passed [] [1]\npassed [] [2]\n",
		"1..1\nnot ok 1 - x\n# got 1\n# want 2\n": "failed [] [x] \"got 1\\nwant 2\"\n",
		"1..3\nok 2 - b\n":                        "passed [] [b]\nunfinished [] [1] " + did + "unfinished [] [3] " + did,
		"1..3\nok 1 - a\n1..1\n":                  "passed [] [a]\nunfinished [] [2] " + did + "unfinished [] [3] " + did + "unfinished [] [plan] \"the plan came twice: which of them holds cannot be told\"\n",
		"1..1\nok 1 - a\n1..1\n":                  "passed [] [a]\nunfinished [] [plan] \"the plan came twice: which of them holds cannot be told\"\n",
		"1..0 # skip no database\n":               "",
		"1..0\nok 1 - a\n":                        "passed [] [a]\nunfinished [] [plan] \"more tests came than the plan says\"\n",
		"1..1 # for one\nok 1 - a\n":              "passed [] [a]\n",
		"1..99999999999999999999\nok 1 - a\n":     "",
		// directives
		"1..1\nnot ok 1 - x # TODO later\n":     "skipped [] [x] \"todo: later\"\n",
		"1..1\nok 1 - x # todo: later\n":        "skipped [] [x] \"todo: later\"\n",
		"1..1\nok 1 - x # Skipped: none\n":      "skipped [] [x] \"none\"\n",
		"1..1\nok 1 # SKIP\n":                   "skipped [] [1]\n",
		"1..1\nnot ok 1 - x # SKIP none\n":      "failed [] [x] \"none\"\n",
		"1..1\nok 1 - see \\# TODO\n":           "passed [] [see # TODO]\n",
		"1..1\nok 1 - see \\\\# TODO\n":         "skipped [] [see \\] \"todo:\"\n",
		"1..1\nnot ok 1 - the # todos\n":        "failed [] [the # todos]\n",
		"1..1\nok 1 - issue #12 # time=1.5ms\n": "passed [] [issue #12]\n",
		"1..1\nok 1 - x {\n":                    "passed [] [x]\n",
		// versions, pragmas, several documents
		"TAP version 14\n1..1\nok 1 - a\n":                                 "passed [] [a]\n",
		"TAP version 99\n1..1\nok 1 - a\n":                                 "unfinished [] [version] \"version 99 of TAP is not known\"\npassed [] [a]\n",
		"pragma +strict\n1..1\nok 1 - a\nhello\nworld\n":                   "passed [] [a]\nunfinished [] [pragma] \"the output is declared strict, and has a line that is not TAP: hello\"\n",
		"pragma +strict\npragma -strict\n1..1\nok 1 - a\nhello\n":          "passed [] [a]\n",
		"TAP version 13\n1..2\nok 1 - a\nTAP version 13\n1..1\nok 1 - b\n": "passed [] [a]\nunfinished [] [2] " + did + "passed [] [b]\n",
		"1..1\nok 1 - a\nTAP version 13\nok 1 - b\n":                       "passed [] [a]\npassed [] [b]\n" + noPlan,
	} {
		got := tap(in)
		if strings.Contains(in, "99999999999") {
			if n := strings.Count(got, "unfinished"); n != maxMissing {
				t.Errorf("%q: want %d missing, got %d", in, maxMissing, n)
			}
			continue
		}
		if got != want {
			t.Errorf("%q\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestTAPSubtests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"after their comment": {
			"1..1\n# Subtest: outer\n    # Subtest: inner\n        ok 1 - leaf\n        1..1\n    ok 1 - inner\n    1..1\nok 1 - outer\n",
			"passed [] [outer/inner/leaf]\npassed [] [outer/inner]\npassed [] [outer]\n",
		},
		"between braces": {
			"1..2\nok 1 - outer {\n    ok 1 - leaf\n    not ok 2 - other # TODO no\n    1..2\n}\nok 2 - next\n",
			"passed [] [outer]\npassed [] [outer/leaf]\nskipped [] [outer/other] \"todo: no\"\npassed [] [next]\n",
		},
		"a brace of its own, behind the block": {
			"1..1\nnot ok 1 - outer\n  ---\n  message: m\n  ...\n{\n    not ok 1 - leaf\n    1..1\n}\n",
			"failed [] [outer] \"m\"\nfailed [] [outer/leaf]\n",
		},
		"a plan that is not kept": {
			"1..1\n# Subtest: outer\n    1..3\n    ok 1 - leaf\nok 1 - outer\n",
			"passed [] [outer/leaf]\nunfinished [] [outer/2] \"the plan promised this test and it did not come\"\nunfinished [] [outer/3] \"the plan promised this test and it did not come\"\npassed [] [outer]\n",
		},
		"no plan": {
			"1..1\n# Subtest: outer\n    ok 1 - leaf\nok 1 - outer\n",
			"passed [] [outer/leaf]\nunfinished [] [outer/plan] \"no plan: the run may have ended early\"\npassed [] [outer]\n",
		},
		"a plan that the outer test tells of": {"1..1\n    1..3\n    ok 1 - leaf\nnot ok 1 - outer\n", "passed [] [outer/leaf]\nfailed [] [outer]\n"},
		"an outer test that never came": {
			"1..1\n# Subtest: outer\n    ok 1 - leaf\n    1..1\n",
			"passed [] [outer/leaf]\nunfinished [] [1] \"the plan promised this test and it did not come\"\n",
		},
		"an outer test that contradicts": {"1..1\n    not ok 1 - leaf\n    1..1\nok 1 - outer\n", "failed [] [outer/leaf]\npassed [] [outer]\n"},
		"a whole file": {
			"1..1\n# Subtest: t/a.test.mjs\n    ok 1 - leaf\n    1..1\nok 1 - t/a.test.mjs\n",
			"passed [t/a.test.mjs] [leaf]\npassed [] [t/a.test.mjs]\n",
		},
		"bail out inside": {"1..2\n    1..2\n    ok 1 - leaf\n    Bail out! now\n", "passed [] [leaf]\nunfinished [] [2] \"bail out: now\"\nunfinished [] [1] \"bail out: now\"\nunfinished [] [2] \"bail out: now\"\n"},
	} {
		if got := tap(c.in); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// A block of diagnostics hid what stood behind it: whoever printed three hyphens made the failures below disappear.
func TestTAPBlocksHideNothing(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"printed by the code":   "1..2\nok 1 - a\n---\nnot ok 2 - b\n...\n",
		"never closed":          "1..2\nok 1 - a\n  ---\n  x: 1\nnot ok 2 - b\n",
		"not right below":       "1..2\nok 1 - a\nhello\n  ---\n  not ok 2 - b\n  ...\n",
		"closed at other width": "1..2\nok 1 - a\n  ---\n    ...\nnot ok 2 - b\n",
	} {
		if got := tap(in); !strings.Contains(got, "failed [] [") && !strings.Contains(got, "unfinished [] [") {
			t.Errorf("%s: the failure is gone:\n%s", name, got)
		}
	}
	want := "failed [] [a] \"no\\nexpected: 1\\ngot: 2\"\n"
	if got := tap("1..1\nnot ok 1 - a\n  ---\n  message: no\n  expected: 1\n  actual: 2\n  text: |\n    ok 2 - no test\n\n    1..5\n    Bail out!\n  ...\n"); got != want {
		t.Errorf("got %s", got)
	}
}

func TestTAPUnderProve(t *testing.T) {
	t.Parallel()
	const head = "t/a.t .. \n1..1\nok 1 - a\nok\n"
	for name, c := range map[string]struct{ in, want string }{
		"two files":       {head + "t/b.t ... \n1..1\nnot ok 1 - b\nDubious, test returned 1 (wstat 256, 0x100)\nFailed 1/1 subtests\n", "passed [t/a.t] [a]\nfailed [t/b.t] [b]\n"},
		"no test at all":  {head + "t/b.t .. \nNo subtests run \n", "passed [t/a.t] [a]\nunfinished [t/b.t] [plan] \"no plan: the run may have ended early\"\n"},
		"a bad exit":      {"t/b.t .. \n1..1\nok 1 - b\nDubious, test returned 3\n", "passed [t/b.t] [b]\nunfinished [t/b.t] [exit] \"test returned 3\"\n"},
		"a skipped file":  {head + "t/b.t .. \n1..0 # SKIP not here\nskipped: not here\n", "passed [t/a.t] [a]\n"},
		"a header of lie": {"1..2\nok 1 - a\nt/b.t .. \nok 2 - b\n", "passed [] [a]\nunfinished [] [2] \"the plan promised this test and it did not come\"\npassed [t/b.t] [b]\nunfinished [t/b.t] [plan] \"no plan: the run may have ended early\"\n"},
	} {
		if got := tap(c.in); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestTAPIsReadFromTheStandardOutputAlone(t *testing.T) {
	t.Parallel()
	w := newWords(insideRoot())
	if got := readTAP(nil, []byte("1..1\nok 1 - a\n"), w); len(got) != 0 {
		t.Error(got)
	}
	stderr := "#   Failed test 'a'\n#   at t/a.t line 3.\n#          got: '1'\n#     expected: '2'\n# Looks like you failed 1 test of 2.\n"
	want := "failed [] [a] \"at t/a.t line 3.\\ngot: '1'\\nexpected: '2'\"\npassed [] [b]\n"
	if got := describe(readTAP([]byte("1..2\nnot ok 1 - a\nok 2 - b\n"), []byte(stderr), w), nil); got != want {
		t.Errorf("got %s", got)
	}
}

func goEvents(lines ...string) string {
	var s strings.Builder
	for _, line := range lines {
		action, rest, _ := strings.Cut(line, " ")
		name, output, _ := strings.Cut(rest, "|")
		fmt.Fprintf(&s, "{\"Action\":%q,\"Package\":\"p\",\"Test\":%q,\"Output\":%q}\n", action, name, output)
	}
	r := readGoTest([]byte(s.String()), nil, newWords(insideRoot()), goModule{})
	return describe(r.tests, r.diagnostics)
}

func TestGoEvents(t *testing.T) {
	t.Parallel()
	const passes = "output TestA|--- PASS: TestA (0.00s)\n"
	for name, c := range map[string]struct {
		events []string
		want   string
	}{
		"passed":                          {[]string{"run TestA", passes, "pass TestA"}, "passed [p] [TestA]\n"},
		"the process left with 0":         {[]string{"run TestA", "output TestA|ok  \tp\t0.1s\n", "pass TestA"}, "unfinished [p] [TestA] \"the process ended before this test did\"\n"},
		"left behind a diff":              {[]string{"run TestA", "output TestA|--- expected\n", "pass TestA"}, "unfinished [p] [TestA] \"the process ended before this test did\"\n"},
		"left in the second round":        {[]string{"run TestA", passes, "pass TestA", "run TestA", "pass TestA"}, "unfinished [p] [TestA] \"the process ended before this test did\"\n"},
		"failed in the first round":       {[]string{"run TestA", "output TestA|--- FAIL: TestA\n", "fail TestA", "run TestA"}, "failed [p] [TestA]\n"},
		"one of two rounds failed":        {[]string{"run TestA", "fail TestA", "run TestA", passes, "pass TestA"}, "failed [p] [TestA] \"reported with different results\"\n"},
		"no beginning":                    {[]string{passes, "pass TestA"}, ""},
		"a package that failed by itself": {[]string{"run TestA", passes, "pass TestA", "fail "}, "passed [p] [TestA]\nunfinished [p] [(package)] \"the package failed, and none of its tests did\"\n"},
		"a benchmark":                     {[]string{"run BenchmarkA", "output BenchmarkA|BenchmarkA-2 \t1 ns/op\n"}, ""},
	} {
		if got := goEvents(c.events...); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// A report that is too large, or one too many, was passed over in silence: its failures with it.
func TestWhatIsNotCollectedIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range maxCollected + 2 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("TEST-%03d.xml", i)), []byte("<testsuite/>"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "large.xml"), make([]byte, maxCollectedSize+1), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeQuietly(root)
	all, unread, err := collect(root, []string{"large.xml", "TEST-*.xml", "TEST-00*.xml"})
	want := []string{"large.xml", "TEST-256.xml", "TEST-257.xml"}
	if err != nil || len(all) != maxCollected || !slices.Equal(unread, want) {
		t.Errorf("want %d files and %v unread, got %d and %v (%v)", maxCollected, want, len(all), unread, err)
	}
}
