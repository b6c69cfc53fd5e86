package verdict_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func clause(id string, level spec.Level, status verdict.Status, evidence ...verdict.Evidence) verdict.Verdict {
	return verdict.Verdict{Clause: id, Level: level, Section: spec.EdgeCases, Text: "Text of " + id, Status: status, Evidence: evidence}
}

func TestFeedback(t *testing.T) {
	t.Parallel()
	one := 1
	r := verdict.Report{Verdicts: []verdict.Verdict{
		clause("B1", spec.Must, verdict.Pass),
		clause("E1", spec.Must, verdict.Fail,
			verdict.Evidence{Kind: verdict.FromTest, Test: "p.TestE1/a", Message: "a long story about what went wrong"},
			verdict.Evidence{Kind: verdict.FromTest, Test: "p.TestE1/b", Input: "f(10)", Want: "3", Got: "4", Message: "f(10): want 3, got 4"},
			verdict.Evidence{Kind: verdict.FromTest, Test: "p.TestE1/c", Input: "f(1)", Want: "3", Got: "4", Message: "f(1): want 3, got 4"},
			verdict.Evidence{Kind: verdict.FromTest, Test: "p.TestE1/d", Passed: true}),
		clause("N1", spec.Must, verdict.Fail,
			verdict.Evidence{Kind: verdict.FromRule, Rule: "forbid import: time", File: "a.go", Line: 3, Quote: "\t\"time\""}),
		clause("I1", spec.Must, verdict.Unknown),
		clause("I2", spec.Should, verdict.Unknown),
		clause("I3", spec.Should, verdict.Fail,
			verdict.Evidence{Kind: verdict.FromCheck, Command: "go vet ./...", Exit: &one, Message: "odd number of arguments"}),
		clause("I4", spec.May, verdict.Fail),
		clause("I5", spec.Must, verdict.Waived),
	}}
	r.Verdicts[3].Reason = "no test ran"
	want := verdict.Feedback{Failures: []verdict.Failure{
		{Clause: "E1", Text: "Text of E1", Test: "p.TestE1/c", Input: "f(1)", Want: "3", Got: "4"},
		{Clause: "N1", Text: "Text of N1", Lines: []string{`forbid import: time: a.go:3: "time"`}},
		{Clause: "I1", Text: "Text of I1", Lines: []string{"could not be decided: no test ran"}},
		{Clause: "I3", Text: "Text of I3", Lines: []string{"go vet ./...: exit 1: odd number of arguments"}},
	}}
	if diff := cmp.Diff(want, r.Feedback()); diff != "" {
		t.Error(diff)
	}
}

func TestFeedbackOnABrokenBuildIsTheBuild(t *testing.T) {
	t.Parallel()
	d := verdict.Diagnostic{File: "a.go", Line: 3, Col: 2, Message: "undefined: x", Source: "\treturn x"}
	r := verdict.Report{
		Build:    []verdict.Diagnostic{d, d, {File: "s_test.go", Line: 9, Message: "undefined: pkg.Secret", Sealed: true}},
		Verdicts: []verdict.Verdict{clause("E1", spec.Must, verdict.Unknown), clause("N1", spec.Must, verdict.Fail)},
	}
	f := r.Feedback()
	if len(f.Build) != 2 || f.Build[0].Source != "return x" || f.Build[0].Message != "undefined: x" {
		t.Errorf("want the error once, with its line; got %+v", f.Build)
	}
	if strings.Contains(f.Build[1].Message, "Secret") || f.Build[1].Line != 0 {
		t.Errorf("want nothing of a sealed test; got %+v", f.Build[1])
	}
	if len(f.Failures) != 1 || f.Failures[0].Clause != "N1" {
		t.Errorf("want N1 alone, since E1 is unknown for want of a build; got %+v", f.Failures)
	}
}

func TestFeedbackNeverTellsSealedEvidence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t)
		for i := range r.Verdicts {
			for j := range r.Verdicts[i].Evidence {
				e := &r.Verdicts[i].Evidence[j]
				if e.Sealed {
					e.Test, e.Message, e.Input, e.Want, e.Got = "SEALED", "SEALED", "SEALED", "SEALED", "SEALED"
					r.Verdicts[i].Reason = "SEALED"
				}
			}
		}
		for _, f := range r.Feedback().Failures {
			text, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "SEALED") {
				t.Fatalf("tells of a sealed test: %s", text)
			}
		}
	})
}

func TestFeedbackIsSmall(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 5000)
	var r verdict.Report
	for range 50 {
		e := verdict.Evidence{Kind: verdict.FromTest, Test: "p.T", Message: strings.Repeat(long+"\n", 20)}
		v := clause("E1", spec.Must, verdict.Fail, e)
		v.Text = long
		r.Verdicts = append(r.Verdicts, v)
		r.Build = append(r.Build, verdict.Diagnostic{File: "a.go", Line: len(r.Verdicts), Message: long})
	}
	text, err := json.Marshal(r.Feedback())
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 20_000 || strings.Contains(string(text), `\ufffd`) {
		t.Errorf("want at most 20 kB of whole characters, got %d", len(text))
	}
}
