package evaluate_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const undecidedSpec = `---
component: thing
targets: ["thing.go"]
---
# Spec: Thing

## Behavior
- **B1** Do gives one.
- **B2** Do gives no two.
  - waive: known, until 2999-01-01, by ada

## What NOT to build
- **N1** Nothing is printed.
  - forbid import: fmt
`

func TestUndecidedKnowsOnlyWaivers(t *testing.T) {
	t.Parallel()
	r, err := evaluate.New(tree{}, noBench{}, nil, options()).Undecided(t.Context(), parse(t, undecidedSpec), "t", "there is no code")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]verdict.Status{"B1": verdict.Unknown, "B2": verdict.Waived, "N1": verdict.Unknown} {
		v := of(t, r, id)
		if v.Status != want || want == verdict.Unknown && v.Reason != "there is no code" {
			t.Errorf("%s: got %s, %q", id, v.Status, v.Reason)
		}
	}
	if r.Accepted(verdict.DefaultPolicy()) {
		t.Error("accepted")
	}
}

func TestWhyNoJudgeIsThereIsSaid(t *testing.T) {
	t.Parallel()
	opt := options()
	opt.NoJudge = "no model is named"
	r := decide(t, evaluate.New(tree{"thing.go": judgedCode}, noBench{}, nil, opt), parse(t, judgedSpec))
	if v := of(t, r, "B1"); v.Status != verdict.Unknown || !strings.HasPrefix(v.Reason, "no model is named, and nothing else decides this clause: ") {
		t.Errorf("got %s, %q", v.Status, v.Reason)
	}
}

func TestEnoughKeepsTheJudgeFromBeingAsked(t *testing.T) {
	t.Parallel()
	opt := options()
	m := model.Script(answer("pass", "", "", good("gives one")))
	opt.Enough = func() string {
		if len(m.Asked()) == 1 {
			return "the budget is spent"
		}
		return ""
	}
	r := decide(t, evaluate.New(tree{"thing.go": judgedCode}, noBench{}, newJudge(t, m), opt), parse(t, judgedSpec))
	if v := of(t, r, "B1"); v.Status != verdict.Pass {
		t.Errorf("B1: got %s, %q", v.Status, v.Reason)
	}
	if v := of(t, r, "N1"); v.Status != verdict.Unknown || v.Reason != "the budget is spent" {
		t.Errorf("N1: got %s, %q", v.Status, v.Reason)
	}
}
