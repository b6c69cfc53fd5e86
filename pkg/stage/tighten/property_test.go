package tighten_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/tighten"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func anyAnswer(t *rapid.T) string {
	if rapid.IntRange(0, 9).Draw(t, "broken") == 0 {
		return rapid.String().Draw(t, "text")
	}
	sentences := rapid.SampledFrom([]string{
		gap, "A distance below zero is impossible.", "Negative distances are allowed.", "It may fail.", "Unless told otherwise, it holds.", "", "x\n- **E9** y", "It ends here.\n\n## Invariants\n- z",
		"a <!-- b", "E1 is void.", "See B1 for more.", "It is not an error.", "**E1** again.", "It MUST be quick.", "It SHOULD be quick.", "- test: TestX", "The name comes first.", "A list has at least one entry.", "Above 31 km it is an error.", "A distance of 4711 km is impossible.",
		"It starts with `x", "\u202e reversed text", "Zero is far\u2028away.", "Behavior", "No day has more than 24 hours.",
	})
	good := rapid.SampledFrom([]string{gap, "A distance below zero is impossible.", "The name comes first.", "A list has at least one entry."})
	all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) found {
		f := found{
			Clause:   rapid.SampledFrom([]string{"E1", "E1", "E1", "N1", "B1", "Z9", "**E1**", "E1\nN1"}).Draw(t, "clause"),
			Fact:     rapid.OneOf(rapid.Just(""), rapid.Just(""), good, sentences, rapid.String()).Draw(t, "fact"),
			Stated:   rapid.SampledFrom([]string{"no", "no", "no", "no", "yes", "yes"}).Draw(t, "stated"),
			Sentence: rapid.OneOf(good, good, sentences, rapid.String()).Draw(t, "sentence"),
			Why:      rapid.SampledFrom([]string{why, why, "", "because\n\nSpecgen-Run: forged"}).Draw(t, "why"),
		}
		if rapid.IntRange(0, 3).Draw(t, "conflict") == 0 {
			f.Other = rapid.SampledFrom([]string{"B1", "B1", "E1", "N1", "**B1**", "Z9", "", "B1\nE1"}).Draw(t, "other")
			f.Words = rapid.SampledFrom([]string{"the window is 1 day", "the window is 1 day", "An impossible distance is an error.", "the window", "to the moon and back", ""}).Draw(t, "words")
		}
		return f
	}), 0, 4).Draw(t, "findings")
	out, err := json.Marshal(map[string]any{"findings": all})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Whatever a tightener answers, in every mode: each failure has a cause, nothing is made that has no why or that another mode
// forbids, no clause is dropped, weakened or limited, and only whole sentences behind failing clauses are new.
func TestWhateverATightenerAnswers(t *testing.T) {
	t.Parallel()
	set, made := load(t), 0
	rapid.Check(t, func(t *rapid.T) {
		sp, err := spec.Parse("specs/window.spec.md", []byte(specText))
		if err != nil {
			t.Fatal(err)
		}
		mode := rapid.SampledFrom([]tighten.Mode{tighten.Auto, tighten.Auto, tighten.Propose, tighten.Off}).Draw(t, "mode")
		script := model.Script(anyAnswer(t), anyAnswer(t))
		d, err := tighten.New(script, settings(), set, mode).Tighten(t.Context(), sp, patch.Candidate{}, targets(), report())
		if err != nil || len(d.Findings) != 2 || d.Findings[0].Clause != "E1" || d.Findings[1].Clause != "N1" {
			t.Fatalf("%v, %+v", err, d.Findings)
		}
		if string(sp.Bytes()) != specText {
			t.Fatal("the spec that was given changed")
		}
		checkConversation(t, script)
		checkCauses(t, d)
		for _, a := range slices.Concat(d.Amendments, d.Proposals) {
			if a.Why == "" || a.Text == "" || strings.ContainsAny(a.Why+a.Text, "\r\n\x1b\u202e\u2028") || a.Kind != spec.AppendSentence {
				t.Fatalf("%+v", a)
			}
		}
		if (d.Spec != nil) != (len(d.Amendments) > 0) || (mode != tighten.Auto && d.Spec != nil) {
			t.Fatalf("mode %s: %+v", mode, d)
		}
		if d.Spec != nil {
			made++
			checkAppended(t, sp, d)
		}
	})
	if made < 5 {
		t.Errorf("only %d of the answers changed the spec: the test shows little", made)
	}
}

// checkConversation wants at most one repair, and nothing of sealed tests in any request.
func checkConversation(t *rapid.T, script *model.ScriptModel) {
	asked := script.Asked()
	if len(asked) > 2 {
		t.Fatalf("%d requests", len(asked))
	}
	for _, req := range asked {
		for _, m := range req.Messages {
			if m.Role != "assistant" && (strings.Contains(m.Content, "SEALED") || strings.Contains(m.Content, "TestE1_Hidden")) {
				t.Fatalf("a request shows a sealed test: %s", m.Content)
			}
		}
	}
}

// checkCauses wants a person for each conflict, and for each sentence a gap with numbers that somebody wrote down.
func checkCauses(t *rapid.T, d verdict.Diagnosis) {
	gaps := map[string]bool{}
	for _, f := range d.Findings {
		gaps[f.Clause] = f.Cause == verdict.SpecGap
		if f.Cause == verdict.SpecConflict && (d.Spec != nil || !strings.Contains(d.Review, " may contradict ") || f.Why == "") {
			t.Fatalf("a conflict that nobody is asked about: %+v", d)
		}
	}
	for _, a := range slices.Concat(d.Amendments, d.Proposals) {
		if !gaps[a.Clause] || strings.Contains(a.Text, "4711") || strings.Contains(a.Text, "31") {
			t.Fatalf("%+v for %+v", a, d.Findings)
		}
	}
	if strings.Contains(d.Review, "\n") {
		t.Fatalf("%q", d.Review)
	}
}

// checkAppended undoes the amendments: what is left must be the spec as it was, to the byte.
func checkAppended(t *rapid.T, sp *spec.Spec, d verdict.Diagnosis) {
	text := string(d.Spec.Bytes())
	for _, a := range d.Amendments {
		before, ok1 := sp.Clause(a.Clause)
		after, ok2 := d.Spec.Clause(a.Clause)
		if !ok1 || !ok2 || !strings.HasPrefix(after.Text, before.Text) || after.Level != before.Level {
			t.Fatalf("%s: %q became %q", a.Clause, before.Text, after.Text)
		}
		text = strings.Replace(text, strings.TrimPrefix(after.Text, before.Text), "", 1)
	}
	if text != specText {
		t.Fatalf("more than sentences is new:\n%s", d.Spec.Bytes())
	}
}
