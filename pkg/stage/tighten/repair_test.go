package tighten_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/tighten"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// far says that E1 fails for one input, 20038, by a rule that names 20037.
func far(message ...string) verdict.Report {
	return verdict.Report{Verdicts: []verdict.Verdict{{
		Clause: "E1", Section: spec.EdgeCases, Level: spec.Must, Text: "An impossible distance is an error.", Status: verdict.Fail, Basis: verdict.Executed,
		Evidence: []verdict.Evidence{{
			Kind: verdict.FromTest, Test: "window.TestE1_Impossible", Input: "Window(20038)", Want: "an error (a distance above 20037 km is impossible)", Got: "5",
			Message: strings.Join(append([]string{"Window(20038): want an error (a distance above 20037 km is impossible), got 5"}, message...), "\n"),
		}},
	}}}
}

const (
	ofTheInput = "A distance of 20038 km is impossible."
	ofTheRule  = "A distance above 20037 km is impossible."
)

func checkMade(t *testing.T, d verdict.Diagnosis, clause, sentence string) {
	t.Helper()
	if len(d.Amendments) != 1 || d.Amendments[0].Clause != clause || d.Amendments[0].Text != sentence || d.Spec == nil {
		t.Fatalf("%+v", d)
	}
	before, _ := parse(t).Clause(clause)
	wanted := strings.Replace(specText, before.Text, before.Text+" "+sentence, 1)
	if diff := cmp.Diff(wanted, string(d.Spec.Bytes())); diff != "" {
		t.Error(diff)
	}
}

// A sentence about the one input would let a generator hard-code it.
func TestSentenceOfTheInputIsAMissIfRepeated(t *testing.T) {
	t.Parallel()
	answer := say(t, missing("E1", ofTheInput, why))
	d, repair := diagnoseReport(t, tighten.Auto, far(), answer, answer)
	want := verdict.Diagnosis{Findings: []verdict.Finding{{
		Clause: "E1", Cause: verdict.ModelMiss, Why: "the tightener's sentence speaks of the one input 20038, and not of the rule",
	}}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	const said = "That answer cannot be used: the sentence for E1 cannot be used: it speaks of the one input 20038, and not of the rule. " +
		"Write the rule that was expected, with its number: an error (a distance above 20037 km is impossible)."
	if !strings.HasPrefix(repair, said) {
		t.Errorf("the repair does not begin with %q: %s", said, repair)
	}
}

func TestRepairedSentenceIsUsed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sentence, repair string }{
		"of the input":   {ofTheInput, "speaks of the one input 20038, and not of the rule"},
		"written 20,038": {"A distance of 20,038 km is impossible.", "speaks of the one input 20,038, and not of the rule"},
		"invented":       {"A distance above 40000 km is impossible.", "names 40000, which stands neither in the spec nor in what was observed"},
		"permission":     {"A distance above 20037 km is allowed to fail.", `is held back, because "allowed" may make an exception or grant a permission`},
		"repeats":        {"An impossible distance is an error.", "is held back, because the clause says so already"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, repair := diagnoseReport(t, tighten.Auto, far(), say(t, missing("E1", c.sentence, "first")), say(t, missing("E1", ofTheRule, why)))
			checkMade(t, d, "E1", ofTheRule)
			if !strings.Contains(repair, "the sentence for E1 cannot be used: it "+c.repair) {
				t.Errorf("the repair does not say %q: %s", c.repair, repair)
			}
			if len(d.Proposals) > 0 || d.Amendments[0].Why != why || d.Findings[0].Cause != verdict.SpecGap {
				t.Errorf("something of the first answer is left: %+v", d)
			}
		})
	}
}

// A founded sentence is asked for once, though its number is the input's: the expectation names it too.
func TestInputThatTheRuleNames(t *testing.T) {
	t.Parallel()
	r := far()
	r.Verdicts[0].Evidence[0].Want = "an error (a distance from 20038 km on is impossible)"
	const sentence = "A distance from 20038 km on is impossible."
	checkMade(t, diagnoseOf(t, r, say(t, missing("E1", sentence, why))), "E1", sentence)
}

// The smallest observation is not the only one: another one's input is no rule either, and another one's rule is one.
func TestInputsOfAllObservations(t *testing.T) {
	t.Parallel()
	const more = "Window(20041): want an error (a distance above 20040 km is unknown), got 5"
	bad := say(t, missing("E1", "A distance of 20041 km is unknown.", why))
	d, repair := diagnoseReport(t, tighten.Auto, far(more), bad, bad)
	if d.Spec != nil || len(d.Proposals) > 0 || d.Findings[0].Cause != verdict.ModelMiss {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(repair, "the sentence for E1 cannot be used: it speaks of the one input 20041") {
		t.Error(repair)
	}
	const rule = "Window(500): want an error (a distance above 20038 km is unknown), got 5"
	const sentence = "A distance above 20038 km is unknown."
	checkMade(t, diagnoseOf(t, far(rule), say(t, missing("E1", sentence, why))), "E1", sentence)
}

// Small models name the fact and then write a sentence about the one input. The fact is used then, and nobody is asked again.
func TestFactStandsInForItsSentence(t *testing.T) {
	t.Parallel()
	for name, sentence := range map[string]string{
		"none": "", "blank": " \n", "of the input": ofTheInput, "invented": "A distance above 40000 km is impossible.",
		"permission": "A distance above 20037 km is allowed to fail.", "markup": "A **distance** above 20037 km is impossible.",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := found{Clause: "E1", Fact: "a distance above 20037 km is impossible", Stated: "no", Sentence: sentence, Why: why}
			d := diagnoseOf(t, far(), say(t, f))
			if len(d.Amendments) != 1 || d.Amendments[0].Text != strings.TrimSuffix(ofTheRule, ".") || len(d.Proposals) > 0 || d.Spec == nil {
				t.Fatalf("%+v", d)
			}
			wanted := strings.Replace(specText, "An impossible distance is an error.", "An impossible distance is an error. "+ofTheRule, 1)
			if diff := cmp.Diff(wanted, string(d.Spec.Bytes())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A sentence that can be used is the one that is used, whatever the fact says.
func TestSentenceGoesBeforeItsFact(t *testing.T) {
	t.Parallel()
	f := found{Clause: "E1", Fact: "distances above 20037 km are impossible", Stated: "no", Sentence: ofTheRule, Why: why}
	checkMade(t, diagnoseOf(t, far(), say(t, f)), "E1", ofTheRule)
}

func diagnoseOf(t *testing.T, r verdict.Report, answers ...string) verdict.Diagnosis {
	t.Helper()
	d, _ := diagnoseReport(t, tighten.Auto, r, answers...)
	return d
}

// The last answer that can be read counts, finding by finding, when the repair brought nothing.
func TestLastReadableAnswerIsUsed(t *testing.T) {
	t.Parallel()
	const timers = "No timer starts in the background."
	half := say(t, missing("E1", "A distance above 40000 km is impossible.", why), missing("N1", timers, why))
	for name, answers := range map[string][]string{
		"prose after it":    {half, "I cannot do better."},
		"cut after it":      {half, `{"findings":[{"clause":"E1"`},
		"repeated":          {half, half},
		"prose before it":   {"The code is wrong.", half},
		"another before it": {say(t, missing("E1", "A distance above 50000 km is impossible.", "x")), half},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, repair := diagnoseReport(t, tighten.Auto, report(), answers...)
			checkMade(t, d, "N1", timers)
			if repair == "" || d.Findings[0].Cause != verdict.ModelMiss || !strings.Contains(d.Findings[0].Why, "names 40000,") {
				t.Errorf("%+v", d)
			}
		})
	}
}

// An answer without text is as unusable as prose.
func TestEmptyRepairLeavesTheFirstAnswer(t *testing.T) {
	t.Parallel()
	const timers = "No timer starts in the background."
	first := say(t, missing("E1", "A distance above 40000 km is impossible.", why), missing("N1", timers, why))
	asked := 0
	m := model.Func(func(_ context.Context, req model.Request) (model.Completion, error) {
		if asked++; asked > 1 {
			return model.Completion{}, &model.Error{Kind: model.ErrEmpty, Message: "nothing"}
		}
		return model.Answer(req, first), nil
	})
	d, err := tighten.New(m, settings(), load(t), tighten.Auto).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report())
	if err != nil || asked != 2 {
		t.Fatalf("%v after %d requests", err, asked)
	}
	checkMade(t, d, "N1", timers)
}

// The endpoint's failure is an error, also while a sentence is repaired: nothing is made of half a conversation.
func TestEndpointFailsWhileRepairing(t *testing.T) {
	t.Parallel()
	script := model.Script(say(t, missing("E1", "A distance above 40000 km is impossible.", why), missing("N1", "No timer starts.", why)))
	d, err := tighten.New(script, settings(), load(t), tighten.Auto).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report())
	if diff := cmp.Diff(verdict.Diagnosis{}, d); diff != "" || err == nil {
		t.Errorf("%v, %s", err, diff)
	}
}
