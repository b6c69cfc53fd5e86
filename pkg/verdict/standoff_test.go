package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// objected is a report on one clause to which a judge objects by what running a call gave.
func objected(input, want, got string) verdict.Report {
	return verdict.Report{Verdicts: []verdict.Verdict{{
		Clause: "E2", Digest: "d", Level: spec.Must, Section: spec.EdgeCases, Text: "No distance is an error.", Status: verdict.Fail, Basis: verdict.Judged,
		Evidence: []verdict.Evidence{
			{Kind: verdict.FromObjection, Input: input, Want: want, Got: got, Message: "twice"},
			{Kind: verdict.FromCitation, File: "window.go", Line: 8, EndLine: 8, Quote: "\treturn 0, nil", Words: "is an error"},
		},
	}}}
}

// forbidden is a report on one clause that a cited line breaks.
func forbidden(line int, quote string) verdict.Report {
	return verdict.Report{Verdicts: []verdict.Verdict{{
		Clause: "N1", Digest: "d", Level: spec.Must, Section: spec.NonGoals, Status: verdict.Fail, Basis: verdict.Judged,
		Evidence: []verdict.Evidence{{Kind: verdict.FromCitation, File: "a.go", Line: line, EndLine: line, Quote: quote, Words: "No state"}},
	}}}
}

func TestSameObjection(t *testing.T) {
	t.Parallel()
	one := objected("Window(-1)", "error", "0, nil")
	both, ok := verdict.SameObjection(one, objected("Window(-1)", "error", "0, nil"))
	want := `E2: the judge says that Window(-1) must give error, because of "is an error"; the code gives 0, nil, twice (window.go:8: return 0, nil)`
	if !ok || both.String() != want || both.Text != "No distance is an error." {
		t.Errorf("got %v, %s", ok, both)
	}
	moved := objected("Window(-1)", "error", "0, nil")
	moved.Verdicts[0].Evidence[1].Line, moved.Verdicts[0].Evidence[1].Quote = 20, "return zero()"
	if both, ok = verdict.SameObjection(one, moved); !ok || both.Cited[0].Line != 20 {
		t.Error("what the code gives is the same, wherever that stands")
	}
	both, ok = verdict.SameObjection(forbidden(3, "var seen int"), forbidden(9, "var seen int"))
	if want := `N1: the judge says that the clause rules this out, because of "No state"; the code has it, twice (a.go:9: var seen int)`; !ok || both.String() != want {
		t.Errorf("got %v, %s", ok, both)
	}
}

func TestOtherObjectionsAreNoStandoff(t *testing.T) {
	t.Parallel()
	one := func() verdict.Report { return objected("Window(-1)", "error", "0, nil") }
	change := func(do func(v *verdict.Verdict)) verdict.Report {
		r := one()
		do(&r.Verdicts[0])
		return r
	}
	for name, now := range map[string]verdict.Report{
		"another call":        objected("Window(-2)", "error", "0, nil"),
		"another expectation": objected("Window(-1)", "1, nil", "0, nil"),
		"another result":      objected("Window(-1)", "error", "7, nil"),
		"another clause":      change(func(v *verdict.Verdict) { v.Clause = "E3" }),
		"reworded":            change(func(v *verdict.Verdict) { v.Digest = "e" }),
		"a test":              change(func(v *verdict.Verdict) { v.Basis = verdict.Executed }),
		"not run":             change(func(v *verdict.Verdict) { v.Status, v.Basis = verdict.Unknown, verdict.NoBasis }),
		"no MUST":             change(func(v *verdict.Verdict) { v.Level = spec.Should }),
		"refuted":             change(func(v *verdict.Verdict) { v.Evidence[0].Passed = true }),
		"by lines alone":      change(func(v *verdict.Verdict) { v.Evidence = v.Evidence[1:] }),
		"nothing":             {},
	} {
		if both, ok := verdict.SameObjection(one(), now); ok {
			t.Errorf("%s: %s", name, both)
		}
		if both, ok := verdict.SameObjection(now, one()); ok {
			t.Errorf("%s, the other way: %s", name, both)
		}
	}
	if _, ok := verdict.SameObjection(forbidden(3, "var seen int"), forbidden(3, "var kept int")); ok {
		t.Error("another quote is another objection")
	}
}

// TestSameObjectionProperties: it is symmetric, and never found where a report is accepted.
func TestSameObjectionProperties(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"a", "b"})
	report := rapid.Custom(func(t *rapid.T) verdict.Report {
		r := objected(word.Draw(t, "input"), word.Draw(t, "want"), word.Draw(t, "got"))
		v := &r.Verdicts[0]
		v.Status = rapid.SampledFrom([]verdict.Status{verdict.Pass, verdict.Fail, verdict.Unknown, verdict.Waived}).Draw(t, "status")
		v.Level = rapid.SampledFrom([]spec.Level{spec.Must, spec.Should}).Draw(t, "level")
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := report.Draw(t, "a"), report.Draw(t, "b")
		one, ok := verdict.SameObjection(a, b)
		two, ko := verdict.SameObjection(b, a)
		if ok != ko || cmp.Diff(one.Shown, two.Shown) != "" {
			t.Fatalf("%v %v", one, two)
		}
		if ok && (a.Accepted(verdict.DefaultPolicy()) || b.Accepted(verdict.DefaultPolicy()) || !verdict.SameFailures(a, b)) {
			t.Fatalf("a standoff between %v and %v", a, b)
		}
	})
}

func TestFeedbackOfAnObjectionThatWasRun(t *testing.T) {
	t.Parallel()
	got := objected("Window(-1)", "error", "0, nil").Feedback()
	want := verdict.Feedback{Failures: []verdict.Failure{{
		Clause: "E2", Text: "No distance is an error.", Input: "Window(-1)", Want: "error", Got: "0, nil", Lines: []string{"window.go:8: return 0, nil"},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOpinionAlone(t *testing.T) {
	t.Parallel()
	r := report("++-?")
	r.Verdicts[1].Basis, r.Verdicts[2].Basis = verdict.Judged, verdict.Judged
	if diff := cmp.Diff([]string{"B"}, r.OpinionAlone()); diff != "" {
		t.Error(diff)
	}
}
