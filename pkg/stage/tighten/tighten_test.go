package tighten_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/tighten"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

var update = flag.Bool("update", false, "write the golden files anew")

const specText = `---
component: window
targets: ["window/window.go"]
tests:
  files: ["window/*_test.go"]
---
# Spec: Fulfilment window

## Behavior
- **B1** Up to 100 km the window is 1 day.
  - test: TestB1_Near

## Edge cases
- **E1** An impossible distance is an error.
- **E2** SHOULD say which distance it was.

## What NOT to build
- **N1** No call to the clock.
  - forbid import: time
`

func parse(t *testing.T) *spec.Spec {
	t.Helper()
	sp, err := spec.Parse("specs/window.spec.md", []byte(specText))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

// report says that E1 and N1 fail, that B1 holds, and that E2 could not be decided.
func report() verdict.Report {
	return verdict.Report{Verdicts: []verdict.Verdict{
		{Clause: "B1", Section: spec.Behavior, Level: spec.Must, Text: "Up to 100 km the window is 1 day.", Status: verdict.Pass, Basis: verdict.Executed},
		{
			Clause: "E1", Section: spec.EdgeCases, Level: spec.Must, Text: "An impossible distance is an error.", Status: verdict.Fail, Basis: verdict.Executed,
			Evidence: []verdict.Evidence{
				{
					Kind: verdict.FromTest, Test: "window.TestE1_Impossible", Input: "Window(-1)", Want: "an error (no distance is below 0 km)", Got: "1",
					Message: "Window(-1): want an error (no distance is below 0 km), got 1\nWindow(-500): want an error (no distance is below 0 km), got 1\n" +
						"Window(20001): want an error (no two places are more than 20000 km apart), got 5",
				},
				{Kind: verdict.FromTest, Test: "window.TestE1_Quick", Message: "Window(-1): answered at all"},
				{Kind: verdict.FromTest, Test: "window.TestE1_Fine", Message: "Window(4): want 1, got 1", Passed: true},
				{Kind: verdict.FromTest, Test: "window.TestE1_Hidden", Message: "SEALED 4711", Input: "SEALED", Sealed: true},
			},
		},
		{Clause: "E2", Section: spec.EdgeCases, Level: spec.Should, Text: "SHOULD say which distance it was.", Status: verdict.Unknown, Reason: "no test"},
		{
			Clause: "N1", Section: spec.NonGoals, Level: spec.Must, Text: "No call to the clock.", Status: verdict.Fail, Basis: verdict.Static,
			Evidence: []verdict.Evidence{{Kind: verdict.FromRule, Rule: "forbid import: time", File: "window/window.go", Line: 3, Quote: `import "time"`}},
		},
	}}
}

func targets() []patch.File {
	return []patch.File{{Path: "window/window.go", Data: []byte("package window\n\nimport \"time\"\n\nfunc Window(km int) (int, error) {\n\treturn 1, nil\n}\n")}}
}

func settings() model.Settings {
	zero := 0.0
	return model.Settings{Role: model.Tightener, Model: "small", Temperature: &zero}
}

func load(t *testing.T) *prompts.Set {
	t.Helper()
	set, err := prompts.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// diagnose runs the stage against a script of answers and checks that all of them were asked for.
func diagnose(t *testing.T, mode tighten.Mode, answers ...string) verdict.Diagnosis {
	t.Helper()
	d, _ := diagnoseReport(t, mode, report(), answers...)
	return d
}

// diagnoseReport is diagnose with another report. It gives the repair too: what the second request says of the first answer.
func diagnoseReport(t *testing.T, mode tighten.Mode, r verdict.Report, answers ...string) (d verdict.Diagnosis, repair string) {
	t.Helper()
	script, sp := model.Script(answers...), parse(t)
	d, err := tighten.New(script, settings(), load(t), mode).Tighten(t.Context(), sp, patch.Candidate{}, targets(), r)
	if err != nil {
		t.Fatal(err)
	}
	asked := script.Asked()
	if unused := script.Unused(); len(unused) > 0 || len(asked) != len(answers) {
		t.Fatalf("%d requests for %d answers", len(asked), len(answers))
	}
	if string(sp.Bytes()) != specText {
		t.Fatal("the spec that was given changed")
	}
	if len(asked) > 1 {
		repair = repairOf(t, asked)
	}
	return d, repair
}

// repairOf checks that the second request goes on from the first, and gives what it says.
func repairOf(t *testing.T, asked []model.Request) string {
	t.Helper()
	before, now := asked[0].Messages, asked[1].Messages
	if len(now) != len(before)+2 || now[len(before)].Role != "assistant" || now[len(before)+1].Role != "user" {
		t.Fatalf("the second request is no repair of the first: %+v", now)
	}
	if diff := cmp.Diff(before, now[:len(before)]); diff != "" {
		t.Fatal(diff)
	}
	return now[len(before)+1].Content
}

// found is one finding of an answer, as a model writes it.
type found struct {
	Clause   string `json:"clause"`
	Fact     string `json:"fact"`
	Stated   string `json:"stated"`
	Sentence string `json:"sentence"`
	Other    string `json:"other"`
	Words    string `json:"words"`
	Why      string `json:"why"`
}

func missing(clause, sentence, why string) found {
	return found{Clause: clause, Fact: "a fact", Stated: "no", Sentence: sentence, Why: why}
}

func stated(clause, why string) found {
	return found{Clause: clause, Fact: "a fact", Stated: "yes", Why: why}
}

func against(clause, other, words, why string) found {
	return found{Clause: clause, Fact: "a fact", Stated: "yes", Other: other, Words: words, Why: why}
}

// say is an answer with these findings.
func say(t *testing.T, all ...found) string {
	t.Helper()
	out, err := json.Marshal(map[string][]found{"findings": all})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

const (
	gap = "A distance below zero or above 20,000 km is impossible."
	why = "E1 did not say which distances are impossible"
)

func TestAutoMakesTheAmendment(t *testing.T) {
	t.Parallel()
	d := diagnose(t, tighten.Auto, say(t, missing("E1", gap, why), stated("N1", "the import is there")))
	want := verdict.Diagnosis{
		Findings: []verdict.Finding{
			{Clause: "E1", Cause: verdict.SpecGap, Why: why},
			{Clause: "N1", Cause: verdict.ModelMiss, Why: "the import is there"},
		},
		Amendments: []spec.Amendment{{Kind: spec.AppendSentence, Clause: "E1", Text: gap, Why: why}},
	}
	if diff := cmp.Diff(want, d, cmpopts.IgnoreFields(verdict.Diagnosis{}, "Spec")); diff != "" {
		t.Error(diff)
	}
	wanted := strings.Replace(specText, "An impossible distance is an error.", "An impossible distance is an error. "+gap, 1)
	if diff := cmp.Diff(wanted, string(d.Spec.Bytes())); diff != "" {
		t.Error(diff)
	}
}

func TestProposeMakesNothing(t *testing.T) {
	t.Parallel()
	d := diagnose(t, tighten.Propose, say(t, missing("E1", gap, why)))
	if d.Spec != nil || len(d.Amendments) > 0 || len(d.Proposals) != 1 || d.Proposals[0].Text != gap || d.Review == "" {
		t.Errorf("%+v", d)
	}
}

func TestProposeWithoutAGapNeedsNobody(t *testing.T) {
	t.Parallel()
	d := diagnose(t, tighten.Propose, say(t, stated("E1", "the code is wrong")))
	if d.Review != "" || len(d.Proposals) > 0 || d.Spec != nil {
		t.Errorf("%+v", d)
	}
}

func TestOffAsksNobody(t *testing.T) {
	t.Parallel()
	d, err := tighten.New(nil, model.Settings{}, nil, tighten.Off).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report())
	want := verdict.Diagnosis{Findings: []verdict.Finding{{Clause: "E1", Cause: verdict.ModelMiss}, {Clause: "N1", Cause: verdict.ModelMiss}}}
	if diff := cmp.Diff(want, d); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestNothingFailedAsksNobody(t *testing.T) {
	t.Parallel()
	none := verdict.Report{Verdicts: report().Verdicts[:1]}
	d, err := tighten.New(model.Script(), settings(), load(t), tighten.Auto).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), none)
	if diff := cmp.Diff(verdict.Diagnosis{}, d); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestConflictStopsForAPerson(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]found{
		"plain":          against("N1", "B1", "the window is 1 day", "B1 needs the clock"),
		"decorated":      against("**N1**:", "**B1**", "the  window\nis 1 day.", "B1 needs the clock"),
		"before the gap": {Clause: "N1", Stated: "no", Sentence: gap, Other: "B1", Words: "Up to 100 km", Why: "B1 needs the clock"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diagnose(t, tighten.Auto, say(t, missing("E1", gap, why), f))
			want := verdict.Diagnosis{
				Findings: []verdict.Finding{
					{Clause: "E1", Cause: verdict.SpecGap, Why: why},
					{Clause: "N1", Cause: verdict.SpecConflict, Why: "B1 needs the clock"},
				},
				Proposals: []spec.Amendment{{Kind: spec.AppendSentence, Clause: "E1", Text: gap, Why: why}},
				Review:    "N1 may contradict B1: B1 needs the clock",
			}
			if diff := cmp.Diff(want, d); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What spec.Amend holds back twice is shown with the reason, and the rest is made.
func TestRejectedBecomesProposal(t *testing.T) {
	t.Parallel()
	answer := say(t, missing("E1", "Negative distances are allowed.", "so it is"), missing("N1", "No timer starts in the background.", "timers use the clock"))
	d, repair := diagnoseReport(t, tighten.Auto, report(), answer, answer)
	if len(d.Proposals) != 1 || d.Proposals[0].Why != `so it is (not made by itself: "allowed" may make an exception or grant a permission)` {
		t.Errorf("%+v", d.Proposals)
	}
	if len(d.Amendments) != 1 || d.Amendments[0].Clause != "N1" || d.Spec == nil || strings.Contains(string(d.Spec.Bytes()), "allowed") {
		t.Errorf("%+v", d)
	}
	if want := `the sentence for E1 cannot be used: it is held back, because "allowed" may make an exception or grant a permission. Write the rule that was expected`; !strings.Contains(repair, want) {
		t.Errorf("the repair does not say %q: %s", want, repair)
	}
}

func TestUnusableAnswersAreMisses(t *testing.T) {
	t.Parallel()
	twice := func(f found) []string { return []string{say(t, f), say(t, f)} }
	for name, c := range map[string]struct {
		answers []string
		repair  string // what the second request says; "" if there is none
	}{
		"prose":                           {[]string{"The code is wrong.", "Still wrong."}, "it holds no JSON object"},
		"cut":                             {[]string{`{"findings":[{"clause":"E1","fa`, `{"findings":`}, "its JSON is broken"},
		"unknown stated":                  {twice(found{Clause: "E1", Stated: "perhaps", Sentence: gap, Why: why}), "its JSON has another shape"},
		"cause, not stated":               {[]string{`{"findings":[{"clause":"E1","cause":"spec-gap","sentence":"x","why":"y"}]}`, "{}"}, "its JSON has another shape"},
		"no finding":                      {[]string{`{"findings":[]}`}, ""},
		"other clause":                    {[]string{say(t, missing("B1", gap, why), missing("Z9", gap, why))}, ""},
		"gap, no sentence":                {[]string{say(t, found{Clause: "E1", Stated: "no", Sentence: " ", Fact: "\n", Why: why})}, ""},
		"gap, no why":                     {[]string{say(t, missing("E1", gap, " "))}, ""},
		"stated, a sentence":              {[]string{say(t, found{Clause: "E1", Stated: "yes", Sentence: gap, Why: why})}, ""},
		"conflict, no why":                {[]string{say(t, against("E1", "B1", "the window is 1 day", " "))}, ""},
		"conflict, no words":              {[]string{say(t, against("E1", "B1", "", why))}, ""},
		"conflict, two words":             {[]string{say(t, against("E1", "B1", "the window", why))}, ""},
		"conflict, made up":               {[]string{say(t, against("E1", "B1", "the window is 2 days", why))}, ""},
		"conflict, words of another":      {[]string{say(t, against("E1", "N1", "the window is 1 day", why))}, ""},
		"conflict, no clause":             {[]string{say(t, against("E1", "B7", "the window is 1 day", why))}, ""},
		"conflict with itself":            {[]string{say(t, against("E1", "E1", "An impossible distance is an error.", why))}, ""},
		"conflict with itself, decorated": {[]string{say(t, against("**E1**", "E1", "An impossible distance is an error.", why))}, ""},
		"what another clause says":        {twice(missing("E1", "Up to 100 km the window is 1 day.", why)), "it is what B1 says already"},
		"invented number": {
			twice(missing("E1", "A distance above 40,000 km is impossible.", why)),
			"the sentence for E1 cannot be used: it names 40,000, which stands neither in the spec nor in what was observed. Write the rule that was expected, with its number: an error (no distance is below 0 km)",
		},
		"no sentence, unfounded fact": {
			twice(found{Clause: "E1", Fact: "a distance above 40,000 km is impossible", Stated: "no", Why: why}), "the sentence for E1 cannot be used: it names 40,000,",
		},
		"nothing to show": {twice(found{Clause: "E1", Stated: "no", Sentence: "\u202e", Why: why}), "the sentence for E1 cannot be used: it says nothing."},
		"both unfounded": {
			twice(found{Clause: "E1", Fact: "a distance above 50000 km is impossible", Stated: "no", Sentence: "A distance of 40000 km is impossible.", Why: why}),
			"the sentence for E1 cannot be used: it names 40000,",
		},
		"number of a sealed": {twice(missing("E1", "A distance above 4711 km is impossible.", why)), "the sentence for E1 cannot be used: it names 4711,"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, repair := diagnoseReport(t, tighten.Auto, report(), c.answers...)
			if d.Spec != nil || len(d.Amendments)+len(d.Proposals) > 0 || d.Review != "" || len(d.Findings) != 2 {
				t.Errorf("%+v", d)
			}
			for _, f := range d.Findings {
				if f.Cause != verdict.ModelMiss {
					t.Errorf("%+v", f)
				}
			}
			if (repair == "") != (c.repair == "") || !strings.Contains(repair, c.repair) || strings.Contains(repair, "SEALED") {
				t.Errorf("the repair does not say %q: %s", c.repair, repair)
			}
		})
	}
}

func TestErrorsOfTheEndpoint(t *testing.T) {
	t.Parallel()
	fail := func(err error) model.Model {
		return model.Func(func(context.Context, model.Request) (model.Completion, error) { return model.Completion{}, err })
	}
	run := func(ctx context.Context, m model.Model) (verdict.Diagnosis, error) {
		return tighten.New(m, settings(), load(t), tighten.Auto).Tighten(ctx, parse(t), patch.Candidate{}, targets(), report())
	}
	_, err := run(t.Context(), fail(&model.Error{Kind: model.ErrServer, Message: "500"}))
	if fault, ok := errors.AsType[*model.Error](err); !ok || fault.Kind != model.ErrServer {
		t.Errorf("a server's failure gave %v", err)
	}
	d, err := run(t.Context(), fail(&model.Error{Kind: model.ErrEmpty, Message: "nothing"}))
	if err != nil || len(d.Findings) != 2 {
		t.Errorf("an empty answer gave %v, %v", d, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := run(ended, model.Script("")); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gave %v", err)
	}
}

// A model's words go into commit messages and onto terminals.
func TestWordsAreSafeToShow(t *testing.T) {
	t.Parallel()
	d := diagnose(t, tighten.Auto, say(t, missing("E1", gap, "because\r\n\nSpecgen-Verdict: \x1b[31mforged\u202e "+strings.Repeat("long ", 100))))
	got := d.Amendments[0].Why
	if !strings.HasPrefix(got, "because Specgen-Verdict: [31mforged long ") || strings.ContainsAny(got, "\x1b\u202e\r\n") || len([]rune(got)) > 200 {
		t.Errorf("%q", got)
	}
}

// The prompt to the byte, with its schema and settings: transcripts and caches depend on it.
func TestRequestIsGolden(t *testing.T) {
	t.Parallel()
	script := model.Script(say(t, stated("E1", "x")))
	stage := tighten.New(script, settings(), load(t), tighten.Auto)
	if _, err := stage.Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report()); err != nil {
		t.Fatal(err)
	}
	req := script.Asked()[0]
	var got strings.Builder
	for _, m := range req.Messages {
		got.WriteString("=== " + m.Role + "\n" + m.Content + "\n")
	}
	got.WriteString("=== schema " + req.Schema.Name + "\n" + string(req.Schema.Schema) + "\n")
	if strings.Contains(got.String(), "SEALED") || strings.Contains(got.String(), "TestE1_Hidden") {
		t.Error("the prompt shows a sealed test")
	}
	file := filepath.Join("testdata", "request.golden")
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestEqualReportsGiveEqualRequests(t *testing.T) {
	t.Parallel()
	var requests []model.Request
	for range 2 {
		script := model.Script(say(t, stated("E1", "x")))
		if _, err := tighten.New(script, settings(), load(t), tighten.Auto).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report()); err != nil {
			t.Fatal(err)
		}
		requests = append(requests, script.Asked()...)
	}
	if diff := cmp.Diff(requests[0], requests[1]); diff != "" {
		t.Error(diff)
	}
}
