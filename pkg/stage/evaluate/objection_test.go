package evaluate_test

import (
	"context"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// probed answers as the test of an objection does: gave is what the call gives, "" for what is expected.
func probed(gave ...string) func(patch.File, string) (verdict.Execution, error) {
	n := 0
	return func(file patch.File, test string) (verdict.Execution, error) {
		word := regexp.MustCompile(`objection[0-9a-f]{16}`).Find(file.Data)
		got := gave[min(n, len(gave)-1)]
		n++
		result := verdict.Test{Name: test, Status: verdict.TestPassed}
		if got != "" {
			result.Status, result.Message = verdict.TestFailed, string(word)+" differs "+hex.EncodeToString([]byte(got))
		}
		return verdict.Execution{Command: "go test", Tests: []verdict.Test{result}, Walls: []string{"net"}}, nil
	}
}

// tried evaluates the clause B1 with a judge that gives these answers, on a bench that runs calls.
func tried(t *testing.T, b *bench, answers ...string) (verdict.Verdict, *model.ScriptModel) {
	t.Helper()
	m := model.Script(answers...)
	only, _, _ := strings.Cut(judgedSpec, "\n## What NOT")
	r := decide(t, evaluate.New(tree{"thing.go": judgedCode}, b, newJudge(t, m), options()), parse(t, only))
	if left := m.Unused(); len(left) > 0 {
		t.Errorf("%d answers were never asked for", len(left))
	}
	return of(t, r, "B1"), m
}

const expectsTwo = `{"expected": "2"}`

func fails(call, expected string) string {
	return objects("fail", "nothing", "two", call, expected, good("gives one"))
}

func TestAnObjectionThatIsRunIsAFail(t *testing.T) {
	t.Parallel()
	b := &bench{t: t, probe: probed("1")}
	v, m := tried(t, b, fails("Do( )", "2"), expectsTwo)
	if v.Status != verdict.Fail || v.Basis != verdict.Judged || v.By != "judy" {
		t.Fatalf("got %+v", v)
	}
	want := verdict.Evidence{Kind: verdict.FromObjection, Input: "Do()", Want: "2", Got: "1", Message: "twice"}
	if v.Evidence[0] != want || v.Evidence[1].Kind != verdict.FromCitation || v.Evidence[1].Words != "gives one" {
		t.Errorf("want the objection and its citation, got %+v", v.Evidence)
	}
	if got := strings.Join(b.asked, ", "); got != "switch tree1, probe TestZZSpecgenObjection, probe TestZZSpecgenObjection" {
		t.Errorf("want the candidate's tree and two runs, got %s", got)
	}
	second := m.Asked()[1]
	var all []string
	for _, message := range second.Messages {
		all = append(all, message.Content)
	}
	text := strings.Join(all, "\n")
	for _, not := range []string{"return 1", "seen", "two", "thing.go", "objection", "fail"} {
		if strings.Contains(text, not) {
			t.Errorf("the second request holds %q: %s", not, text)
		}
	}
	for _, want := range []string{"func Do() int", "Do gives one.", "Do()", "behavior"} {
		if !strings.Contains(text, want) {
			t.Errorf("the second request lacks %q: %s", want, text)
		}
	}
	if second.Role != model.Judge || second.Schema == nil || second.Schema.Name != "expectation" {
		t.Errorf("got %+v", second)
	}
}

func TestARefutedObjectionIsAskedOnceMore(t *testing.T) {
	t.Parallel()
	b := &bench{t: t, probe: probed("")}
	v, m := tried(t, b, fails("Do()", "2"), expectsTwo, answer("pass", "", "", good("gives one")))
	if v.Status != verdict.Pass || v.Basis != verdict.Judged {
		t.Fatalf("want the cited pass to count, got %+v", v)
	}
	if e := v.Evidence[len(v.Evidence)-1]; e.Kind != verdict.FromObjection || !e.Passed || e.Got != "2" {
		t.Errorf("want what was run among the evidence, got %+v", v.Evidence)
	}
	first, again := m.Asked()[0].Messages[1].Content, m.Asked()[2].Messages[1].Content
	if !strings.Contains(again, "The code was run. What was called, and what it gave:\n\n```go\nDo()\n```\n```go\n2\n```\n") || strings.Contains(first, "was run.") {
		t.Errorf("want the fact and nothing else, got %s", again)
	}
	if shared := commonPrefix(first, again); !strings.Contains(shared, "return 1") || !strings.Contains(shared, "Do gives one.") {
		t.Errorf("want the fact behind code and clause; shared is %q", shared)
	}
	for _, word := range []string{"wrong", "earlier", "before", "objection", "refuted"} {
		if strings.Contains(again, word) {
			t.Errorf("the judge is told of an earlier verdict: %q", word)
		}
	}
	v, _ = tried(t, &bench{t: t, probe: probed("")}, fails("Do()", "2"), expectsTwo, fails("Do()", "2"), expectsTwo)
	if v.Status != verdict.Unknown || !strings.Contains(v.Reason, "for the second time") || !strings.Contains(v.Reason, "Do() gives 2") {
		t.Errorf("want unknown, got %+v", v)
	}
	v, _ = tried(t, &bench{t: t, probe: probed("", "1")}, fails("Do()", "2"), expectsTwo, fails("Do()", "2"), expectsTwo)
	if v.Status != verdict.Fail || v.Evidence[0].Got != "1" {
		t.Errorf("want the second objection to count, got %+v", v)
	}
	v, _ = tried(t, &bench{t: t, probe: probed("")}, fails("Do()", "2"), expectsTwo, answer("unknown", "", ""))
	if v.Status != verdict.Unknown {
		t.Errorf("want unknown, got %+v", v)
	}
}

// TestWhatCannotBeRunIsUnknown, and the objection is told all the same.
func TestWhatCannotBeRunIsUnknown(t *testing.T) {
	t.Parallel()
	gives := func(done verdict.Execution) func(patch.File, string) (verdict.Execution, error) {
		return func(patch.File, string) (verdict.Execution, error) { return done, nil }
	}
	one := func(status verdict.TestStatus, message string) []verdict.Test {
		return []verdict.Test{{Name: "TestZZSpecgenObjection", Status: status, Message: message}}
	}
	for name, c := range map[string]struct {
		probe   func(patch.File, string) (verdict.Execution, error)
		answers []string
		why     string
	}{
		"two expectations": {nil, []string{fails("Do()", "2"), `{"expected": "3"}`}, "by the clause alone Do() gives 3, and the judge expects 2"},
		"no expectation":   {nil, []string{fails("Do()", "2"), `{"expected": "unknown"}`}, "nobody can tell what Do() gives"},
		"void expectation": {nil, []string{fails("Do()", "2"), `{"expected": "two"}`, `{"expected": "two"}`}, "gave no expectation that can be read"},
		"no call":          {nil, []string{fails("", ""), fails("", "")}, "there is no call"},
		"foreign call":     {nil, []string{fails("os.Exit(1)", "2"), fails("os.Exit(1)", "2")}, "cannot be run: Exit is no exported method of the code"},
		"no values":        {nil, []string{fails("Do()", "two of them"), fails("Do()", "two of them")}, "no list of Go values"},
		"no module": {func(patch.File, string) (verdict.Execution, error) {
			return verdict.Execution{}, errors.New("no go.mod stands above it")
		}, nil, "cannot be run: no go.mod stands above it"},
		"does not compile": {gives(verdict.Execution{Exit: 1, Diagnostics: []verdict.Diagnostic{{Message: "undefined: x"}}}), nil, "it does not compile: undefined: x"},
		"too long":         {gives(verdict.Execution{TimedOut: true, Exit: -1}), nil, "it did not finish in"},
		"tampered":         {gives(verdict.Execution{Changed: []string{"thing_test.go"}, Tests: one(verdict.TestPassed, "")}), nil, "thing_test.go was changed"},
		"distrusted":       {gives(verdict.Execution{Distrust: "nobody sang", Tests: one(verdict.TestPassed, "")}), nil, "nobody sang"},
		"distrusted away":  {gives(verdict.Execution{Distrust: "nobody sang"}), nil, "nobody sang"},
		"nothing ran":      {gives(verdict.Execution{Command: "go test"}), nil, "it could not be run: go test: exit 0"},
		"skipped":          {gives(verdict.Execution{Tests: one(verdict.TestSkipped, "")}), nil, "it ended before it was finished"},
		"ended":            {gives(verdict.Execution{Tests: one(verdict.TestUnfinished, "panic: x")}), nil, "it ended before it was finished: panic: x"},
		"no finding":       {gives(verdict.Execution{Tests: one(verdict.TestFailed, "differs 31")}), nil, "shows nothing"},
		"a forged finding": {gives(verdict.Execution{Tests: one(verdict.TestFailed, "objection0123456789abcdef differs 31")}), nil, "shows nothing"},
		"flaky":            {probed("1", "3"), nil, "two runs of its objection differ: 1 and 3"},
		"flaky to right":   {probed("1", ""), nil, "two runs of its objection differ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := c.answers
			if answers == nil {
				answers = []string{fails("Do()", "2"), expectsTwo}
			}
			v, _ := tried(t, &bench{t: t, probe: c.probe}, answers...)
			if v.Status != verdict.Unknown || v.Basis != verdict.NoBasis || !strings.Contains(v.Reason, c.why) || !strings.Contains(v.Reason, "thing.go:8: ") ||
				!strings.Contains(v.Reason, ": expected ") {
				t.Errorf("want unknown because of %q, got %s: %s", c.why, v.Status, v.Reason)
			}
		})
	}
}

func TestAnUnreadableCallIsAskedForOnceMore(t *testing.T) {
	t.Parallel()
	v, m := tried(t, &bench{t: t, probe: probed("1")}, fails("thing.Do()", "2"), fails("Do()", "2"), expectsTwo)
	if v.Status != verdict.Fail {
		t.Errorf("got %s: %s", v.Status, v.Reason)
	}
	again := m.Asked()[1].Messages
	if last := again[len(again)-1].Content; !strings.Contains(last, "thing is nothing that a method can be called on") && !strings.Contains(last, "Do is no exported method") {
		t.Errorf("want what is wrong with the call, got %s", last)
	}
}

func TestWithoutABenchNothingIsRun(t *testing.T) {
	t.Parallel()
	m := model.Script(fails("Do()", "2"), expectsTwo, answer("unknown", "", ""))
	r := decide(t, evaluate.New(tree{"thing.go": judgedCode}, nil, newJudge(t, m), options()), parse(t, judgedSpec))
	if v := of(t, r, "B1"); v.Status != verdict.Unknown || !strings.Contains(v.Reason, "nothing to run it in") {
		t.Errorf("got %+v", v)
	}
}

// TestOtherLanguagesAreNotRun: an objection stands in words, for people.
func TestOtherLanguagesAreNotRun(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(strings.Split(judgedSpec, "\n## What NOT")[0], "thing.go", "thing.py")
	m := model.Script(answer("fail", "nothing", "two", cite{"thing.py", 2, 2, "return 1", "gives one"}))
	r := decide(t, evaluate.New(tree{"thing.py": "def do():\n    return 1\n"}, noBench{}, newJudge(t, m), options()), parse(t, text))
	v := of(t, r, "B1")
	if v.Status != verdict.Unknown || !strings.Contains(v.Reason, "cannot be run") || !strings.Contains(v.Reason, "thing.py:2: nothing: expected two") {
		t.Errorf("got %s: %s", v.Status, v.Reason)
	}
	if text := m.Asked()[0].Messages[1].Content; strings.Contains(text, "It will be run") {
		t.Error("want no call asked for")
	}
}

func TestASpentBudgetLeavesAnObjectionOpen(t *testing.T) {
	t.Parallel()
	for asked, want := range map[int]string{1: "nobody was asked whether it expects the right thing: spent", 2: "as it expects: spent"} {
		opt, m := options(), model.Script(fails("Do()", "2"), expectsTwo)
		opt.Enough = func() string {
			if len(m.Asked()) >= asked {
				return "spent"
			}
			return ""
		}
		r := decide(t, evaluate.New(tree{"thing.go": judgedCode}, &bench{t: t, probe: probed("")}, newJudge(t, m), opt), parse(t, judgedSpec))
		if v := of(t, r, "B1"); v.Status != verdict.Unknown || !strings.Contains(v.Reason, want) || len(m.Asked()) != asked {
			t.Errorf("after %d requests: got %s: %s", len(m.Asked()), v.Status, v.Reason)
		}
	}
}

// TestAnEndedContextIsNoVerdict: an interrupted run says nothing of the code.
func TestAnEndedContextIsNoVerdict(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := &bench{t: t, probe: func(patch.File, string) (verdict.Execution, error) {
		cancel()
		return verdict.Execution{}, errors.New("killed")
	}}
	stage := evaluate.New(tree{"thing.go": judgedCode}, b, newJudge(t, model.Script(fails("Do()", "2"), expectsTwo)), options())
	if _, err := stage.Evaluate(ctx, parse(t, judgedSpec), candidate()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestTheWallsOfAnObjectionAreReported, and the tree is switched to once.
func TestTheWallsOfAnObjectionAreReported(t *testing.T) {
	t.Parallel()
	text := strings.Replace(judgedSpec, "gives one.\n", "gives one.\n- **B2** It is built.\n  - check: `true`\n", 1)
	b := &bench{t: t, probe: probed("1"), commands: map[string][]verdict.Execution{"true": {{Walls: []string{"net", "user"}}}}}
	m := model.Script(fails("Do()", "2"), expectsTwo, answer("unknown", "", ""))
	r := decide(t, evaluate.New(tree{"thing.go": judgedCode}, b, newJudge(t, m), options()), parse(t, text))
	if !slices.Equal(r.Walls, []string{"net"}) || slices.Index(b.asked[1:], "switch tree1") >= 0 {
		t.Errorf("walls %v, asked %v", r.Walls, b.asked)
	}
	if got := statuses(r); got != "B1 fail judged; B2 pass executed; N1 unknown" {
		t.Error(got)
	}
}

// TestNothingIsAskedWhereSomethingElseDecides.
func TestNothingIsAskedWhereSomethingElseDecides(t *testing.T) {
	t.Parallel()
	text, _, _ := strings.Cut(judgedSpec, "\n## What NOT")
	text = strings.Replace(text, "gives one.\n", "gives one.\n  - check: `false`\n  - evidence: judge\n- **B2** Do is built.\n  - check: `true`\n", 1)
	run := func(always bool, answers ...string) (string, int) {
		b := &bench{t: t, commands: map[string][]verdict.Execution{"true": {{}}, "false": {{Exit: 1}, {Exit: 1}}}}
		m, opt := model.Script(answers...), options()
		opt.JudgeAlways = always
		return statuses(decide(t, evaluate.New(tree{"thing.go": judgedCode}, b, newJudge(t, m), opt), parse(t, text))), len(m.Asked())
	}
	if got, n := run(false); got != "B1 fail executed; B2 pass executed" || n != 0 {
		t.Errorf("got %s after %d requests", got, n)
	}
	pass := answer("pass", "", "", good("Do"))
	if got, n := run(true, answer("pass", "", "", good("gives one")), strings.Replace(pass, `"words":"Do"`, `"words":"Do is built."`, 1)); got != "B1 fail executed; B2 pass executed" || n != 2 {
		t.Errorf("got %s after %d requests", got, n)
	}
}
