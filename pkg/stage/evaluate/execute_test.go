package evaluate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const goSpec = `---
component: thing
targets: ["thing/thing.go"]
tests:
  files: ["thing/*_invariant_test.go"]
  sealed: ["thing/sealed_test.go"]
  runner: go
  command: go test -json ./thing/...
checks:
  build: go build ./...
  vet: go vet ./...
---
# Spec: Thing

## Behavior
- **B1** It does the thing.

## Edge cases
- **E1** One.
- **E10** Ten.
- **E2** Two.
  - test: TestRenamed
  - test: TestOther*

## Invariants
- **I1** Always.
  - check: vet
`

const goTests = `package thing_test

import "testing"

func TestB1_Does(t *testing.T) { thing.Do() }
func TestE1_One(t *testing.T) { thing.Do() }
func TestE10_Ten(t *testing.T) { thing.Do() }
func TestRenamed(t *testing.T) { thing.Do() }
func TestOther_A(t *testing.T) { thing.Do() }
func TestOther_B(t *testing.T) { thing.Do() }
func TestMain(m *testing.M) {}
func helper() {}
`

func goTree() tree {
	return tree{
		"go.mod": "module example.com/shop\n", "thing/thing.go": "package thing\n\nfunc Do() int { return 1 }\n",
		"thing/thing_invariant_test.go": goTests,
	}
}

const suite = "example.com/shop/thing"

func test(name string, status verdict.TestStatus, message ...string) verdict.Test {
	return verdict.Test{Name: name, Suite: suite, Status: status, Message: strings.Join(message, "\n")}
}

func passing(except ...verdict.Test) []verdict.Test {
	var out []verdict.Test
	for _, name := range []string{"TestB1_Does", "TestE1_One", "TestE10_Ten", "TestRenamed", "TestOther_A", "TestOther_B"} {
		out = append(out, test(name, verdict.TestPassed))
	}
	for _, e := range except {
		for i := range out {
			if out[i].Name == e.Name {
				out[i] = e
			}
		}
		if strings.Contains(e.Name, "/") || e.Suite != suite {
			out = append(out, e)
		}
	}
	return out
}

func without(tests []verdict.Test, name string) []verdict.Test {
	var out []verdict.Test
	for _, t := range tests {
		if t.Name != name {
			out = append(out, t)
		}
	}
	return out
}

func exits(codes ...int) []verdict.Execution {
	var out []verdict.Execution
	for _, c := range codes {
		out = append(out, verdict.Execution{Exit: c, Walls: []string{"user", "net"}})
	}
	return out
}

func goodBench(t *testing.T, tests ...verdict.Execution) *bench {
	t.Helper()
	return &bench{t: t, tests: tests, commands: map[string][]verdict.Execution{"go build ./...": exits(0), "go vet ./...": exits(0)}}
}

const allPass = "B1 pass executed; E1 pass executed; E10 pass executed; E2 pass executed; I1 pass executed"

func TestEverythingRunsOnceForAllClauses(t *testing.T) {
	t.Parallel()
	b := goodBench(t, verdict.Execution{Tests: passing(), Walls: []string{"user"}})
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	if diff := cmp.Diff(allPass, statuses(r)); diff != "" {
		t.Error(diff)
	}
	want := []string{"switch tree1", "run go build ./...", "test", "run go vet ./..."}
	if diff := cmp.Diff(want, b.asked); diff != "" {
		t.Error(diff)
	}
	if !r.Accepted(verdict.DefaultPolicy()) || r.Tests != (verdict.Tally{Passed: 6, Total: 6}) || r.Tree != "tree1" {
		t.Errorf("want it accepted with 6 of 6 tests; got %+v", r)
	}
	if diff := cmp.Diff([]string{"user"}, r.Walls); diff != "" {
		t.Error("want the walls that stood in every run", diff)
	}
	if e := of(t, r, "E1").Evidence; len(e) != 1 || e[0].Test != suite+".TestE1_One" {
		t.Errorf("want E1 to rest on its own test and not on E10's; got %+v", e)
	}
}

func TestMappingOfResults(t *testing.T) {
	t.Parallel()
	fail := verdict.TestFailed
	for _, c := range []struct {
		name   string
		tests  []verdict.Test
		exit   int
		want   string // statuses that differ from a pass
		reason string
	}{
		{"E1 fails and E10 does not", passing(test("TestE1_One", fail, "want 1, got 2")), 1, "E1 fail executed", "TestE1_One failed"},
		{"E10 fails and E1 does not", passing(test("TestE10_Ten", fail)), 1, "E10 fail executed", "TestE10_Ten failed"},
		{"one of several attachments fails", passing(test("TestOther_B", fail)), 1, "E2 fail executed", "TestOther_B failed"},
		{"a subtest fails", passing(test("TestE1_One", fail), test("TestE1_One/a", fail, "x"), test("TestE1_One/b", verdict.TestPassed)), 1, "E1 fail executed", "TestE1_One/a failed"},
		{"skipped", passing(test("TestE1_One", verdict.TestSkipped)), 0, "E1 unknown", "TestE1_One was skipped"},
		{"all subtests skipped", passing(test("TestE1_One", verdict.TestPassed), test("TestE1_One/a", verdict.TestSkipped)), 0, "E1 unknown", "TestE1_One ran nothing: all of it was skipped"},
		{"one of two subtests skipped", passing(test("TestE1_One/a", verdict.TestSkipped), test("TestE1_One/b", verdict.TestPassed)), 0, "", ""},
		{"one of a glob skipped", passing(test("TestOther_A", verdict.TestSkipped)), 0, "E2 unknown", "TestOther_A was skipped"},
		{"one of a glob missing", without(passing(), "TestOther_A"), 0, "E2 unknown", "TestOther_A did not run"},
		{"an attachment without a result", without(passing(), "TestRenamed"), 0, "E2 unknown", "TestRenamed did not run"},
		{"a convention without a result", without(passing(), "TestE1_One"), 0, "E1 unknown", "TestE1_One did not run"},
		{"a test of another package does not count", append(without(passing(), "TestE1_One"), verdict.Test{Name: "TestE1_One", Suite: "example.com/shop/other", Status: verdict.TestPassed}), 0, "E1 unknown", "TestE1_One did not run; a test of that name ran in example.com/shop/other, where no acceptance file declares it"},
		{"a test that no frozen file declares does not count", append(without(passing(), "TestE1_One"), test("TestE1_Invented", verdict.TestPassed)), 0, "E1 unknown", "TestE1_One is gone; TestE1_Invented ran, and no acceptance file declares it"},
		{"nor does its failure there", append(passing(), verdict.Test{Name: "TestE1_One", Suite: "example.com/shop/other", Status: fail}), 1, "", ""},
		{"nor does a stranger's failure", append(passing(), test("TestE1_Invented", fail)), 1, "", ""},
		{"an outcome that nobody knows", passing(test("TestE1_One", "great")), 0, "E1 unknown", `TestE1_One has the unknown outcome "great"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			again := verdict.Execution{Tests: c.tests, Exit: c.exit}
			b := goodBench(t, again, again)
			r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
			want := allPass
			if c.want != "" {
				id, _, _ := strings.Cut(c.want, " ")
				want = strings.Replace(allPass, id+" pass executed", c.want, 1)
				if got := of(t, r, id).Reason; got != c.reason {
					t.Errorf("want reason %q, got %q", c.reason, got)
				}
			}
			if diff := cmp.Diff(want, statuses(r)); diff != "" {
				t.Error(diff)
			}
			if r.Accepted(verdict.DefaultPolicy()) != (c.want == "") {
				t.Error("accepted is wrong")
			}
		})
	}
}

func TestNothingRan(t *testing.T) {
	t.Parallel()
	b := goodBench(t, verdict.Execution{Exit: 0, Output: "testing: warning: no tests to run\n"})
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	want := "B1 unknown; E1 unknown; E10 unknown; E2 unknown; I1 pass executed"
	if diff := cmp.Diff(want, statuses(r)); diff != "" {
		t.Error(diff)
	}
	if reason := of(t, r, "E1").Reason; !strings.HasPrefix(reason, "no test ran") {
		t.Errorf("got reason %q", reason)
	}
}

func TestFailureIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	failing := passing(
		test("TestE1_One", verdict.TestFailed), test("TestE1_One/a", verdict.TestFailed, "f(1): want 3, got 4"),
		test("TestRenamed", verdict.TestFailed, "once"),
	)
	b := goodBench(t, verdict.Execution{Tests: failing, Exit: 1}, verdict.Execution{Exit: 1, Tests: []verdict.Test{
		test("TestE1_One", verdict.TestFailed), test("TestE1_One/a", verdict.TestFailed, "f(1): want 3, got 4"), test("TestRenamed", verdict.TestPassed),
	}})
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	want := []string{"switch tree1", "run go build ./...", "test", "test TestE1_One TestRenamed", "run go vet ./..."}
	if diff := cmp.Diff(want, b.asked); diff != "" {
		t.Error(diff)
	}
	e := of(t, r, "E1")
	if e.Status != verdict.Fail || e.Evidence[0].Input != "f(1)" || e.Evidence[0].Want != "3" || e.Evidence[0].Got != "4" {
		t.Errorf("want the failure with its values, got %+v", e)
	}
	flaky := of(t, r, "E2")
	if flaky.Status != verdict.Unknown || !strings.Contains(flaky.Reason, "flaky") {
		t.Errorf("want a failure that does not repeat to be unknown, got %+v", flaky)
	}
	if diff := cmp.Diff([]verdict.Cause{verdict.EvaluatorNoise}, flaky.Causes); diff != "" {
		t.Error(diff)
	}
	if r.Tests.Passed != 4 {
		t.Errorf("want 4 tests to pass, got %d", r.Tests.Passed)
	}
}

func TestConfirmingCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	b := goodBench(t, verdict.Execution{Tests: passing(test("TestE1_One", verdict.TestFailed)), Exit: 1})
	b.commands["go vet ./..."] = exits(1)
	opt := options()
	opt.NoConfirm = true
	r := decide(t, evaluate.New(goTree(), b, nil, opt), parse(t, goSpec))
	if of(t, r, "E1").Status != verdict.Fail || of(t, r, "I1").Status != verdict.Fail {
		t.Error(statuses(r))
	}
}

func TestTestsAfterAPanicAreRunAgain(t *testing.T) {
	t.Parallel()
	// TestE1_One ends the process, and so does TestE10_Ten; of the tests behind them nothing is reported.
	ending := map[string]bool{"TestE1_One": true, "TestE10_Ten": true}
	run := func(names []string) verdict.Execution {
		var done verdict.Execution
		for _, name := range names {
			if ending[name] {
				done.Exit = 2
				done.Tests = append(done.Tests, test(name, verdict.TestUnfinished, strings.Repeat("panic: boom", len(name)%2)))
				break
			}
			done.Tests = append(done.Tests, test(name, verdict.TestPassed))
		}
		return done
	}
	b := goodBench(t, run([]string{"TestB1_Does", "TestE1_One"}))
	b.only = func(only []string) (verdict.Execution, bool) { return run(only), true }
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	want := "B1 pass executed; E1 fail executed; E10 fail executed; E2 pass executed; I1 pass executed"
	if diff := cmp.Diff(want, statuses(r)); diff != "" {
		t.Error(diff)
	}
	asked := []string{
		"switch tree1", "run go build ./...", "test",
		"test TestE10_Ten TestRenamed TestOther_A TestOther_B", // what E1 cut off
		"test TestRenamed TestOther_A TestOther_B",             // what E10 cut off
		"test TestE1_One", "test TestE10_Ten", // by themselves
		"test TestE1_One TestE10_Ten", // to confirm the failures
		"run go vet ./...",
	}
	if diff := cmp.Diff(asked, b.asked); diff != "" {
		t.Error(diff)
	}
	for id, says := range map[string]string{"E1": "ended (exit 2) before the test did", "E10": "panic: boom"} {
		if e := of(t, r, id).Evidence[0]; !strings.Contains(e.Message, says) {
			t.Errorf("%s: want %q, got %q", id, says, e.Message)
		}
	}
}

func TestTestsThatNeverRunAreNotAskedForForever(t *testing.T) {
	t.Parallel()
	b := goodBench(t, verdict.Execution{Exit: 1, Tests: []verdict.Test{test("TestB1_Does", verdict.TestFailed)}})
	runs := 0
	b.only = func([]string) (verdict.Execution, bool) { runs++; return verdict.Execution{Exit: 2}, true }
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	if want := "B1 fail executed; E1 unknown; E10 unknown; E2 unknown; I1 pass executed"; statuses(r) != want || runs != 2 {
		t.Errorf("want %s after 2 more runs\ngot  %s after %d", want, statuses(r), runs)
	}
}

func TestTimeoutTwiceIsAFailure(t *testing.T) {
	t.Parallel()
	hang := func(limit time.Duration) verdict.Execution {
		return verdict.Execution{Exit: -1, TimedOut: true, Duration: limit, Tests: []verdict.Test{test("TestE1_One", verdict.TestUnfinished)}}
	}
	b := goodBench(t, hang(10*time.Second))
	b.only = func(only []string) (verdict.Execution, bool) {
		if slices.Contains(only, "TestE1_One") {
			return hang(10 * time.Second), true
		}
		return verdict.Execution{Tests: passing()[2:]}, true
	}
	opt := options()
	opt.NoConfirm = true
	r := decide(t, evaluate.New(goTree(), b, nil, opt), parse(t, goSpec))
	v := of(t, r, "E1")
	if v.Status != verdict.Fail || v.Evidence[0].Message != "did not finish in 10 s" {
		t.Errorf("got %+v", v)
	}
	if of(t, r, "E10").Status != verdict.Pass {
		t.Error("want the others to be run again", statuses(r))
	}
}

func TestBuildFailureIsUnknownAndNothingElseRuns(t *testing.T) {
	t.Parallel()
	b := goodBench(t)
	b.commands["go build ./..."] = []verdict.Execution{{Exit: 1, Diagnostics: []verdict.Diagnostic{{File: "thing/thing.go", Line: 3, Col: 25, Message: "undefined: x"}}}}
	r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
	if diff := cmp.Diff("B1 unknown; E1 unknown; E10 unknown; E2 unknown; I1 unknown", statuses(r)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"switch tree1", "run go build ./..."}, b.asked); diff != "" {
		t.Error(diff)
	}
	want := []verdict.Diagnostic{{File: "thing/thing.go", Line: 3, Col: 25, Message: "undefined: x", Source: "func Do() int { return 1 }"}}
	if diff := cmp.Diff(want, r.Build); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(of(t, r, "E1").Reason, "build") || r.Accepted(verdict.DefaultPolicy()) {
		t.Error("want reason build, and no acceptance")
	}
	if f := r.Feedback(); len(f.Failures) != 0 || len(f.Build) != 1 {
		t.Errorf("want the compiler's words as feedback and nothing else, got %+v", f)
	}
}

func TestWhoseFaultABuildFailureIs(t *testing.T) {
	t.Parallel()
	const testFile = "thing/thing_invariant_test.go"
	for _, c := range []struct {
		name     string
		found    []verdict.Diagnostic
		conflict bool
	}{
		{"a missing declaration is the candidate's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "undefined: thing.New"}}, false},
		{"a wrong signature is the candidate's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "assignment mismatch: 2 variables but thing.Do returns 1 value"}}, false},
		{"a missing method is the candidate's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "x.Close undefined (type thing.T has no field or method Close)"}}, false},
		{"an unused import is the test's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: `"os" imported and not used`}}, true},
		{"an unused variable is the test's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "declared and not used: x"}}, true},
		{"an unknown package is the test's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "package foo/bar is not in std (/go/src/foo/bar)"}}, true},
		{"the target's package is the candidate's", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "package example.com/shop/thing is not in std (/go/src/example.com)"}}, false},
		{"mixed with a missing declaration", []verdict.Diagnostic{{File: testFile, Line: 3, Message: `"os" imported and not used`}, {File: testFile, Line: 5, Message: "undefined: thing.New"}}, false},
		{"mixed with the code's own", []verdict.Diagnostic{{File: testFile, Line: 3, Message: `"os" imported and not used`}, {File: "thing/thing.go", Line: 5, Message: "missing return"}}, false},
		{"a name that the code declares too", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "Do redeclared in this block"}}, false},
		{"a name that the tests declare twice", []verdict.Diagnostic{{File: testFile, Line: 3, Message: "helper redeclared in this block"}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := goodBench(t, verdict.Execution{Exit: 1, Diagnostics: c.found})
			r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
			if (r.Conflict != "") != c.conflict || (len(r.Build) > 0) == c.conflict || r.Accepted(verdict.DefaultPolicy()) {
				t.Errorf("want conflict %v, got %q and build %v", c.conflict, r.Conflict, r.Build)
			}
			if v := of(t, r, "E1"); v.Status != verdict.Unknown {
				t.Errorf("want unknown, got %s", v.Status)
			}
		})
	}
}

func TestTestsThatDoNotParseAreAConflictBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	files := goTree()
	files["thing/thing_invariant_test.go"] = goTests + "func TestE3(t *testing.T) {\n"
	r := decide(t, evaluate.New(files, noBench{}, nil, options()), parse(t, goSpec))
	if !strings.Contains(r.Conflict, "thing/thing_invariant_test.go:") {
		t.Errorf("want the place in the conflict, got %q", r.Conflict)
	}
}

func TestCodeThatDoesNotParseIsNotRun(t *testing.T) {
	t.Parallel()
	files := goTree()
	files["thing/thing.go"] = "package thing\n\nfunc Do() int {\n"
	changed := patch.Change{Path: "thing/thing.go", Action: patch.Modify, Data: []byte(files["thing/thing.go"])}
	r := decide(t, evaluate.New(files, noBench{}, nil, options()), parse(t, goSpec), changed)
	if len(r.Build) == 0 || r.Build[0].File != "thing/thing.go" || of(t, r, "E1").Status != verdict.Unknown {
		t.Errorf("want the parser's words as a build failure, got %+v", r)
	}
}

func TestSealedTestsAreMarked(t *testing.T) {
	t.Parallel()
	files := goTree()
	files["thing/sealed_test.go"] = "package thing_test\n\nimport \"testing\"\n\nfunc TestE1_Sealed(t *testing.T) { Do() }\n"
	sealed := test("TestE1_Sealed", verdict.TestFailed, "want secret, got 4")
	run := verdict.Execution{Exit: 1, Tests: append(passing(), sealed)}
	r := decide(t, evaluate.New(files, goodBench(t, run, run), nil, options()), parse(t, goSpec))
	if v := of(t, r, "E1"); v.Status != verdict.Fail || !v.Evidence[1].Sealed || v.Evidence[0].Sealed {
		t.Errorf("want the sealed test to count and to be marked, got %+v", v)
	}
	for _, f := range r.Feedback().Failures {
		if text := strings.Join(f.Lines, " ") + f.Test + f.Want; strings.Contains(text, "ealed_") || strings.Contains(text, "secret") || strings.Contains(text, "TestE1_Sealed") {
			t.Errorf("feedback tells of a sealed test: %+v", f)
		}
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		runs []verdict.Execution
		want verdict.Status
		says string
	}{
		{"passes", exits(0), verdict.Pass, ""},
		{"fails twice", []verdict.Execution{{Exit: 1, Output: "a\nb\nc\nodd arguments\n"}, {Exit: 1}}, verdict.Fail, "odd arguments"},
		{"fails at a place", []verdict.Execution{{Exit: 1, Output: "thing/thing.go:3:2: odd arguments\n"}, {Exit: 1}}, verdict.Fail, "odd arguments"},
		{"fails and then passes", exits(1, 0), verdict.Unknown, "flaky"},
		{"does not exist", []verdict.Execution{{Exit: 127, Output: "sh: go: not found"}, {Exit: 127}}, verdict.Unknown, "could not be run"},
		{"takes too long", []verdict.Execution{{Exit: -1, TimedOut: true, Duration: 3 * time.Second}}, verdict.Unknown, "did not finish in 3 s"},
		{"is killed", []verdict.Execution{{Exit: -1, Signal: "killed"}, {Exit: -1, Signal: "killed"}}, verdict.Unknown, "killed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := goodBench(t, verdict.Execution{Tests: passing()})
			b.commands["go vet ./..."] = c.runs
			r := decide(t, evaluate.New(goTree(), b, nil, options()), parse(t, goSpec))
			v := of(t, r, "I1")
			if v.Status != c.want || len(b.commands["go vet ./..."]) != 0 {
				t.Fatalf("want %s, got %s (%s); %d runs left", c.want, v.Status, v.Reason, len(b.commands["go vet ./..."]))
			}
			if text := v.Reason + v.Evidence[0].Message; !strings.Contains(text, c.says) {
				t.Errorf("want %q, got %q", c.says, text)
			}
		})
	}
}

func TestRunnerExit(t *testing.T) {
	t.Parallel()
	sp := parse(t, `---
component: thing
targets: ["thing.sh"]
tests:
  files: ["check.sh"]
  runner: exit
  command: sh check.sh
---
# Spec: Thing

## Invariants
- **I1** Always.
- **I2** Not that.
  - forbid text: that
`)
	files := tree{"thing.sh": "echo this\n", "check.sh": "exit 0\n"}
	for _, c := range []struct {
		runs []verdict.Execution
		want string
	}{
		{exits(0), "I1 pass executed; I2 pass static"},
		{exits(1, 1), "I1 fail executed; I2 pass static"},
		{exits(1, 0), "I1 unknown; I2 pass static"},
		{exits(127, 127), "I1 unknown; I2 pass static"},
		{[]verdict.Execution{{Exit: -1, TimedOut: true}}, "I1 unknown; I2 pass static"},
	} {
		b := &bench{t: t, tests: c.runs}
		r := decide(t, evaluate.New(files, b, nil, options()), sp)
		if diff := cmp.Diff(c.want, statuses(r)); diff != "" {
			t.Error(diff)
		}
		if len(b.tests) != 0 {
			t.Errorf("%d runs left", len(b.tests))
		}
	}
}

func TestAnEarlyEndIsNoPass(t *testing.T) {
	t.Parallel()
	sp := parse(t, `---
component: slug
targets: ["slug.sh"]
tests:
  files: ["tests/*"]
  runner: tap
  command: sh tests/x
---
# Spec: Slug

## Edge cases
- **E1** One.
  - test: test_e1_*
`)
	files := tree{"slug.sh": "echo\n", "tests/x": "test_e1_one\ntest_e1_two\n"}
	one := verdict.Test{Name: "test_e1_one", Status: verdict.TestPassed}
	for name, c := range map[string]struct {
		run  verdict.Execution
		says string
	}{
		"the plan promised more": {verdict.Execution{Exit: 1, Tests: []verdict.Test{one, {Name: "2", Status: verdict.TestUnfinished, Message: "it did not come"}}}, "ended early: it did not come"},
		"no reason is told":      {verdict.Execution{Exit: 3, Tests: []verdict.Test{one}}, "no test failed, and yet sh tests/x: exit 3"},
		"time ran out":           {verdict.Execution{Exit: -1, TimedOut: true, Tests: []verdict.Test{one}}, "did not finish"},
	} {
		b := &bench{t: t, tests: []verdict.Execution{c.run}}
		b.only = func([]string) (verdict.Execution, bool) { return c.run, true }
		r := decide(t, evaluate.New(files, b, nil, options()), sp)
		if v := of(t, r, "E1"); v.Status != verdict.Unknown || !strings.Contains(v.Reason, c.says) {
			t.Errorf("%s: want unknown with %q, got %s: %s", name, c.says, v.Status, v.Reason)
		}
	}
}

// TestAStoppedRunIsSaid: code that hangs was told only that no test of a name ran (B3), so the next attempt hung again.
func TestAStoppedRunIsSaid(t *testing.T) {
	t.Parallel()
	sp := parse(t, `---
component: slug
targets: ["slug.sh"]
tests:
  files: ["tests/*"]
  runner: tap
  command: sh tests/x
---
# Spec: Slug

## Edge cases
- **E1** One.
  - test: test_e1_*
`)
	for name, ran := range map[string][]verdict.Test{
		"before any test": nil,
		"after another":   {{Name: "test_b1_one", Status: verdict.TestPassed}},
	} {
		stopped := verdict.Execution{Exit: -1, TimedOut: true, Duration: time.Second, Tests: ran, Output: "ok 1 - test_b1_one\n"}
		b := &bench{t: t, tests: []verdict.Execution{stopped}}
		b.only = func([]string) (verdict.Execution, bool) { return stopped, true }
		r := decide(t, evaluate.New(tree{"slug.sh": "echo\n", "tests/x": "echo $name\n"}, b, nil, options()), sp)
		const want = "sh tests/x did not finish in 1 s"
		if v := of(t, r, "E1"); v.Status != verdict.Unknown || !strings.HasSuffix(v.Reason, want) {
			t.Errorf("%s: want unknown with %q, got %s: %q", name, want, v.Status, v.Reason)
		}
		failures := r.Feedback().Failures
		if len(failures) != 1 || !strings.Contains(fmt.Sprint(failures[0]), want) {
			t.Errorf("%s: the feedback is %+v", name, failures)
		}
	}
}

func TestTapAndJunitNames(t *testing.T) {
	t.Parallel()
	const text = `---
component: slug
targets: ["slug.sh"]
tests:
  files: ["tests/*"]
  runner: RUNNER
  command: run
---
# Spec: Slug

## Edge cases
- **E1** One.
  - test: NAME
`
	for _, c := range []struct {
		name, runner, pattern, file string
		test                        verdict.Test
		want                        verdict.Status
	}{
		{"shell function", "tap", "test_e1_*", "test_e1_one() {\n", verdict.Test{Name: "test_e1_one"}, verdict.Pass},
		{"invented name", "tap", "test_e1_*", "test_e1_one() {\n", verdict.Test{Name: "test_e1_two"}, verdict.Unknown},
		{"part of a name", "tap", "test_e1*", "test_e1_one() {\n", verdict.Test{Name: "test_e1"}, verdict.Unknown},
		{"with parameters", "junit", "test_e1_*", "def test_e1_one(x):\n", verdict.Test{Name: "test_e1_one[3-4]"}, verdict.Pass},
		{"titles joined", "junit", "slug E1 *", "describe('slug', () => it('E1 one word'))\n", verdict.Test{Name: "slug E1 one word"}, verdict.Pass},
		{"titles joined with others", "junit", "slug E1 *", "describe('slug', () => it('E1 one word'))\n", verdict.Test{Name: "slug E1 two words"}, verdict.Unknown},
		{"from the frozen file", "junit", "test_e1_*", "def test_e1_one():\n", verdict.Test{Name: "test_e1_one", File: "tests/x"}, verdict.Pass},
		{"from another file", "junit", "test_e1_*", "def test_e1_one():\n", verdict.Test{Name: "test_e1_one", File: "slug_test.py"}, verdict.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sp := parse(t, strings.NewReplacer("RUNNER", c.runner, "NAME", c.pattern).Replace(text))
			c.test.Status = verdict.TestPassed
			b := &bench{t: t, tests: []verdict.Execution{{Tests: []verdict.Test{c.test}}}}
			r := decide(t, evaluate.New(tree{"slug.sh": "echo\n", "tests/x": c.file}, b, nil, options()), sp)
			if v := of(t, r, "E1"); v.Status != c.want {
				t.Errorf("want %s, got %s: %s", c.want, v.Status, v.Reason)
			}
		})
	}
}

// A report that cannot be read is no pass, although what was read of the others says so.
func TestUnreadableReportsAreNoPass(t *testing.T) {
	t.Parallel()
	spec := strings.NewReplacer("runner: go", "runner: junit", `["thing/*_invariant_test.go"]`, `["thing/*.py"]`).Replace(goSpec)
	files := tree{"thing/thing.go": "package thing\n", "thing/t.py": "def TestE1_One():\n    assert thing.do() == 1\n"}
	one := verdict.Test{Name: "TestE1_One", Status: verdict.TestPassed}
	lost := verdict.Test{Name: "reports/z.xml", File: "reports/z.xml", Status: verdict.TestUnfinished, Message: "the report cannot be read"}
	for want, tests := range map[verdict.Status][]verdict.Test{verdict.Pass: {one}, verdict.Unknown: {one, lost}} {
		b := goodBench(t, verdict.Execution{Tests: tests})
		r := decide(t, evaluate.New(files, b, nil, options()), parse(t, spec))
		if v := of(t, r, "E1"); v.Status != want {
			t.Errorf("%s: %s %s", want, v.Status, v.Reason)
		}
	}
}
