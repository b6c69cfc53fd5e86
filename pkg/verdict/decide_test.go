package verdict_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func drawVerdict(t *rapid.T, id string) verdict.Verdict {
	return verdict.Verdict{
		Clause: id,
		Digest: rapid.SampledFrom([]string{"d1", "d2"}).Draw(t, "digest"),
		Section: rapid.SampledFrom([]spec.SectionKind{
			spec.Behavior, spec.EdgeCases, spec.Invariants, spec.NonGoals,
		}).Draw(t, "section"),
		Level: rapid.SampledFrom([]spec.Level{spec.Must, spec.Must, spec.Should, spec.May, ""}).Draw(t, "level"),
		Status: rapid.SampledFrom([]verdict.Status{
			verdict.Pass, verdict.Pass, verdict.Pass, verdict.Fail, verdict.Unknown, verdict.Waived, verdict.Open, "", "PASS",
		}).Draw(t, "status"),
		Basis: rapid.SampledFrom([]verdict.Basis{
			verdict.Executed, verdict.Static, verdict.Judged, verdict.Human, verdict.NoBasis, "hearsay",
		}).Draw(t, "basis"),
		Bound:    rapid.SampledFrom([]string{verdict.Bound, verdict.Unbound, verdict.NotMeasured, ""}).Draw(t, "bound"),
		Evidence: rapid.SliceOfN(rapid.Custom(drawEvidence), 0, 3).Draw(t, "evidence"),
	}
}

func drawEvidence(t *rapid.T) verdict.Evidence {
	return verdict.Evidence{
		Kind:    rapid.SampledFrom([]verdict.EvidenceKind{verdict.FromTest, verdict.FromRule}).Draw(t, "kind"),
		Test:    rapid.SampledFrom([]string{"p.TestA", "p.TestB"}).Draw(t, "test"),
		Message: rapid.SampledFrom([]string{"m", "want 1, got 2", "secret"}).Draw(t, "message"),
		Line:    rapid.IntRange(0, 5).Draw(t, "line"),
		Passed:  rapid.Bool().Draw(t, "passed"),
		Sealed:  rapid.Bool().Draw(t, "sealed"),
	}
}

func drawReport(t *rapid.T) verdict.Report {
	var r verdict.Report
	for i := range rapid.IntRange(0, 6).Draw(t, "n") {
		r.Verdicts = append(r.Verdicts, drawVerdict(t, fmt.Sprintf("B%d", i+1)))
	}
	if rapid.IntRange(0, 9).Draw(t, "conflicting") == 0 {
		r.Conflict = "the tests do not compile"
	}
	if rapid.IntRange(0, 9).Draw(t, "broken") == 0 {
		r.Build = []verdict.Diagnostic{{File: "a.go", Line: 1, Message: "syntax error"}}
	}
	r.Tests.Total = rapid.IntRange(0, 9).Draw(t, "total")
	r.Tests.Passed = rapid.IntRange(0, r.Tests.Total).Draw(t, "passed")
	return r
}

func drawPolicy(t *rapid.T) verdict.Policy {
	p := verdict.Policy{JudgedMust: map[spec.SectionKind]bool{}, RequireBound: rapid.Bool().Draw(t, "requireBound")}
	for _, s := range []spec.SectionKind{spec.Behavior, spec.EdgeCases, spec.Invariants, spec.NonGoals} {
		p.JudgedMust[s] = rapid.Bool().Draw(t, string(s))
	}
	return p
}

// carried is the rule of what a MUST may rest on, said a second time and differently.
func carried(p verdict.Policy, v verdict.Verdict) bool {
	known := map[verdict.Basis]bool{verdict.Executed: true, verdict.Static: true, verdict.Human: true, verdict.Judged: p.JudgedMust[v.Section]}
	measured := map[verdict.Basis]bool{verdict.Executed: true, verdict.Static: true}
	return known[v.Basis] && (!p.RequireBound || !measured[v.Basis] || v.Bound == "bound")
}

func TestAcceptedIfAndOnlyIfEveryMustPassesAndNoneIsUnknown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, p := drawReport(t), drawPolicy(t)
		want := len(r.Verdicts) > 0 && r.Conflict == "" && len(r.Build) == 0
		for _, v := range r.Verdicts {
			if v.Level == spec.Should || v.Level == spec.May {
				continue
			}
			answered := v.Status == verdict.Waived || v.Status == verdict.Open
			want = want && (answered || v.Status == verdict.Pass && carried(p, v))
		}
		if got := r.Accepted(p); got != want {
			t.Fatalf("want accepted %v, got %v", want, got)
		}
		if blocked := len(r.Blocking(p)) > 0; blocked && r.Accepted(p) {
			t.Fatal("accepted with blocking verdicts")
		}
	})
}

func TestNothingIsAcceptedOnNothing(t *testing.T) {
	t.Parallel()
	if (verdict.Report{}).Accepted(verdict.DefaultPolicy()) {
		t.Error("a report without clauses is accepted")
	}
	v := verdict.Verdict{Clause: "B1", Level: spec.Must, Section: spec.Behavior, Status: verdict.Pass}
	if (verdict.Report{Verdicts: []verdict.Verdict{v}}).Accepted(verdict.DefaultPolicy()) {
		t.Error("a pass without a basis is accepted")
	}
	var none verdict.Policy
	if none.Carries(verdict.Judged, spec.Behavior) {
		t.Error("the zero policy believes a judge")
	}
}

func TestDefaultPolicyBelievesJudgesInTwoSections(t *testing.T) {
	t.Parallel()
	p := verdict.DefaultPolicy()
	for section, want := range map[spec.SectionKind]bool{
		spec.Behavior: true, spec.NonGoals: true, spec.Invariants: false, spec.EdgeCases: false,
	} {
		v := verdict.Verdict{Clause: "X1", Section: section, Level: spec.Must, Status: verdict.Pass, Basis: verdict.Judged}
		if got := (verdict.Report{Verdicts: []verdict.Verdict{v}}).Accepted(p); got != want {
			t.Errorf("%s: want %v, got %v", section, want, got)
		}
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	pass := func(n int, b verdict.Basis) []verdict.Verdict {
		var out []verdict.Verdict
		for range n {
			out = append(out, verdict.Verdict{Status: verdict.Pass, Basis: b, Level: spec.Must})
		}
		return out
	}
	all := append(append(pass(8, verdict.Executed), pass(2, verdict.Static)...), pass(1, verdict.Judged)...)
	for _, c := range []struct {
		verdicts []verdict.Verdict
		want     string
	}{
		{all, "11/11 pass (8 executed, 2 static, 1 judged)"},
		{
			append(pass(1, verdict.Executed), verdict.Verdict{Status: verdict.Fail}, verdict.Verdict{Status: verdict.Unknown}, verdict.Verdict{Status: verdict.Waived}),
			"1/4 pass (1 executed), 1 fail, 1 unknown, 1 waived",
		},
		{nil, "0/0 pass"},
	} {
		if diff := cmp.Diff(c.want, verdict.Report{Verdicts: c.verdicts}.Summary()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWarningsAreShouldsThatDoNotHold(t *testing.T) {
	t.Parallel()
	r := verdict.Report{Verdicts: []verdict.Verdict{
		{Clause: "B1", Level: spec.Should, Status: verdict.Fail},
		{Clause: "B2", Level: spec.Must, Status: verdict.Pass, Basis: verdict.Executed},
		{Clause: "B3", Level: spec.Should, Status: verdict.Unknown},
		{Clause: "B4", Level: spec.May, Status: verdict.Fail},
		{Clause: "B5", Level: spec.Should, Status: verdict.Pass, Basis: verdict.Static},
	}}
	var ids []string
	for _, v := range r.Warnings() {
		ids = append(ids, v.Clause)
	}
	if diff := cmp.Diff([]string{"B1", "B3"}, ids); diff != "" {
		t.Error(diff)
	}
	if !r.Accepted(verdict.DefaultPolicy()) {
		t.Error("a failing SHOULD is a warning, not a refusal")
	}
}
