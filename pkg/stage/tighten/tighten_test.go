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
	script, sp := model.Script(answers...), parse(t)
	d, err := tighten.New(script, settings(), load(t), mode).Tighten(t.Context(), sp, patch.Candidate{}, targets(), report())
	if err != nil {
		t.Fatal(err)
	}
	if unused := script.Unused(); len(unused) > 0 || len(script.Asked()) != len(answers) {
		t.Fatalf("%d requests for %d answers", len(script.Asked()), len(answers))
	}
	if string(sp.Bytes()) != specText {
		t.Fatal("the spec that was given changed")
	}
	return d
}

// say is an answer with one finding per four texts: clause, cause, sentence, why.
func say(t *testing.T, texts ...string) string {
	t.Helper()
	type finding struct {
		Clause   string `json:"clause"`
		Fact     string `json:"fact"`
		Cause    string `json:"cause"`
		Sentence string `json:"sentence"`
		Why      string `json:"why"`
	}
	all := map[string][]finding{"findings": {}}
	for i := 0; i+3 < len(texts); i += 4 {
		all["findings"] = append(all["findings"], finding{texts[i], "", texts[i+1], texts[i+2], texts[i+3]})
	}
	out, err := json.Marshal(all)
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
	d := diagnose(t, tighten.Auto, say(t, "E1", "spec-gap", gap, why, "N1", "model-miss", "", "the import is there"))
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
	d := diagnose(t, tighten.Propose, say(t, "E1", "spec-gap", gap, why))
	if d.Spec != nil || len(d.Amendments) > 0 || len(d.Proposals) != 1 || d.Proposals[0].Text != gap || d.Review == "" {
		t.Errorf("%+v", d)
	}
}

func TestProposeWithoutAGapNeedsNobody(t *testing.T) {
	t.Parallel()
	d := diagnose(t, tighten.Propose, say(t, "E1", "model-miss", "", "the code is wrong"))
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
	d := diagnose(t, tighten.Auto, say(t, "E1", "spec-gap", gap, why, "N1", "spec-conflict", "", "B1 needs the clock"))
	if d.Review != "N1 may contradict another clause: B1 needs the clock" || d.Spec != nil || len(d.Amendments) > 0 || len(d.Proposals) != 1 {
		t.Errorf("%+v", d)
	}
}

// What spec.Amend holds back is shown with the reason, and the rest is made.
func TestRejectedBecomesProposal(t *testing.T) {
	t.Parallel()
	d := diagnose(t, tighten.Auto, say(t, "E1", "spec-gap", "Negative distances are allowed.", "so it is", "N1", "spec-gap", "No timer starts in the background.", "timers use the clock"))
	if len(d.Proposals) != 1 || d.Proposals[0].Why != `so it is (not made by itself: "allowed" may make an exception or grant a permission)` {
		t.Errorf("%+v", d.Proposals)
	}
	if len(d.Amendments) != 1 || d.Amendments[0].Clause != "N1" || d.Spec == nil || strings.Contains(string(d.Spec.Bytes()), "allowed") {
		t.Errorf("%+v", d)
	}
}

func TestUnusableAnswersAreMisses(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]string{
		"prose":              {"The code is wrong.", "Still wrong."},
		"cut":                {`{"findings":[{"clause":"E1","cau`, `{"findings":`},
		"unknown cause":      {say(t, "E1", "weather", "", "rain"), say(t, "E1", "weather", "", "rain")},
		"no finding":         {`{"findings":[]}`},
		"other clause":       {say(t, "B1", "spec-gap", gap, why, "Z9", "spec-gap", gap, why)},
		"gap, no sentence":   {say(t, "E1", "spec-gap", " ", why)},
		"gap, no why":        {say(t, "E1", "spec-gap", gap, "")},
		"conflict, no why":   {say(t, "E1", "spec-conflict", "", "")},
		"invented number":    {say(t, "E1", "spec-gap", "A distance above 40,000 km is impossible.", why)},
		"number of a sealed": {say(t, "E1", "spec-gap", "A distance above 4711 km is impossible.", why)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diagnose(t, tighten.Auto, answers...)
			if d.Spec != nil || len(d.Amendments)+len(d.Proposals) > 0 || d.Review != "" || len(d.Findings) != 2 {
				t.Errorf("%+v", d)
			}
			for _, f := range d.Findings {
				if f.Cause != verdict.ModelMiss {
					t.Errorf("%+v", f)
				}
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
	d := diagnose(t, tighten.Auto, say(t, "E1", "spec-gap", gap, "because\r\n\nSpecgen-Verdict: \x1b[31mforged\u202e "+strings.Repeat("long ", 100)))
	got := d.Amendments[0].Why
	if !strings.HasPrefix(got, "because Specgen-Verdict: [31mforged long ") || strings.ContainsAny(got, "\x1b\u202e\r\n") || len([]rune(got)) > 200 {
		t.Errorf("%q", got)
	}
}

// The prompt to the byte, with its schema and settings: transcripts and caches depend on it.
func TestRequestIsGolden(t *testing.T) {
	t.Parallel()
	script := model.Script(say(t, "E1", "model-miss", "", "x"))
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
		script := model.Script(say(t, "E1", "model-miss", "", "x"))
		if _, err := tighten.New(script, settings(), load(t), tighten.Auto).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report()); err != nil {
			t.Fatal(err)
		}
		requests = append(requests, script.Asked()...)
	}
	if diff := cmp.Diff(requests[0], requests[1]); diff != "" {
		t.Error(diff)
	}
}
