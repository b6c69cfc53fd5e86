package evaluate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// sealedGo is a sealed test that the trees below hold: none of its words may be in what a generator hears.
const sealedGo = "package thing_test\n\nimport \"testing\"\n\nfunc TestE1_Hidden(t *testing.T) {\n\tif got := Do(); got != 4711 {\n\t\tt.Errorf(\"hidden value: want 4711, got %d\", got)\n\t}\n}\n"

// hears gives all that the next attempt would be told.
func hears(t *testing.T, r verdict.Report) string {
	t.Helper()
	text, err := json.Marshal(r.Feedback())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func tellsNothing(t *testing.T, name, text string) {
	t.Helper()
	for _, secret := range []string{"Hidden", "hidden value", "4711", "sealed_test"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the feedback holds %q: %s", name, secret, text)
		}
	}
}

// TestNothingThatCommandsWriteTellsOfSealedTests: checks, builds, runs that end early and runners that report no tests all write what
// sealed tests say.
func TestNothingThatCommandsWriteTellsOfSealedTests(t *testing.T) {
	t.Parallel()
	const output = "--- FAIL: TestE1_Hidden (0.00s)\n    sealed_test.go:7: hidden value: want 4711, got 0\nFAIL\nexit status 1\nhidden value: want 4711, got 0\n"
	files := goTree()
	files["thing/sealed_test.go"] = sealedGo
	fails := verdict.Execution{Command: "go test ./...", Exit: 1, Output: output}
	missing := verdict.Execution{Command: "go test ./...", Exit: 127, Output: output}
	for name, run := range map[string][]verdict.Execution{
		"a check that runs all tests":   {fails, fails},
		"a check that cannot be run":    {missing, missing},
		"a check that names the places": {{Exit: 1, Output: "thing/sealed_test.go:7: hidden value 4711\n"}, {Exit: 1}},
	} {
		b := goodBench(t, verdict.Execution{Tests: passing()})
		b.commands["go vet ./..."] = run
		r := decide(t, evaluate.New(files, b, nil, options()), parse(t, goSpec))
		tellsNothing(t, name, hears(t, r))
	}
	for name, run := range map[string]verdict.Execution{
		"no test ran":          {Command: "go test ./...", Exit: 1, Output: output},
		"nothing failed":       {Command: "go test ./...", Exit: 1, Output: output, Tests: passing()},
		"it ended by a signal": {Command: "go test ./...", Exit: -1, Signal: "killed", Output: output},
		"its file is named": {Exit: 1, Diagnostics: []verdict.Diagnostic{{
			File: "thing/thing.go", Line: 3, Message: "TestE1_Hidden redeclared in this block\n\tthing/sealed_test.go:5:6: other declaration of TestE1_Hidden",
		}}},
		"it is not believed":  {Command: "go test ./...", Distrust: "other.go embeds thing/sealed_test.go, with what it must not know"},
		"it does not compile": {Exit: 1, Diagnostics: []verdict.Diagnostic{{File: "thing/sealed_test.go", Line: 6, Message: "undefined: Do"}}},
	} {
		r := decide(t, evaluate.New(files, goodBench(t, run, run), nil, options()), parse(t, goSpec))
		if text := hears(t, r); len(text) < 5 {
			t.Errorf("%s: nothing is told at all: %s", name, text)
		} else {
			tellsNothing(t, name, text)
		}
	}
}

// TestCodeThatEmbedsSealedTestsIsNotToldTheirNames: it may have found them by a pattern.
func TestCodeThatEmbedsSealedTestsIsNotToldTheirNames(t *testing.T) {
	t.Parallel()
	files := goTree()
	files["thing/sealed_test.go"] = sealedGo
	files["thing/thing.go"] = "package thing\n\nimport \"embed\"\n\n//go:embed s*_test.go\nvar All embed.FS\n\nfunc Do() int { return 1 }\n"
	r := decide(t, evaluate.New(files, noBench{}, nil, options()), parse(t, goSpec))
	if text := hears(t, r); !strings.Contains(text, "embeds a file, which is an acceptance test") {
		t.Errorf("got %s", text)
	} else {
		tellsNothing(t, "embedded", text)
	}
}

// TestAnExitStatusBesideSealedTestsIsAllThatIsHeard: where a command reports no tests, nobody can tell whose words it wrote.
func TestAnExitStatusBesideSealedTestsIsAllThatIsHeard(t *testing.T) {
	t.Parallel()
	for name, sealed := range map[string]bool{"sealed": true, "open": false} {
		files := tree{"tests/a.sh": "true\n", "shop/shop.x": "shop\n"}
		if sealed {
			files["sealed/b.sh"] = "echo want four\n"
		}
		done := verdict.Execution{Command: "run", Exit: 1, Output: "want four\n"}
		r := decide(t, evaluate.New(files, &bench{t: t, tests: []verdict.Execution{done, done}}, nil, options()), parse(t, anySpec("exit", "")))
		if text := hears(t, r); strings.Contains(text, "four") == sealed || of(t, r, "E1").Status != verdict.Fail {
			t.Errorf("%s: %s %s", name, of(t, r, "E1").Status, text)
		}
	}
}
