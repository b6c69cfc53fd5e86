package loop_test

import (
	"context"
	"slices"
	"testing"

	"github.com/specgen-dev/specgen/pkg/loop"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// creeping evaluates as the world does, and gives candidates whose tree is named extra a line that serves no clause.
type creeping struct {
	*world
	bases []string
}

func (c *creeping) Evaluate(ctx context.Context, sp *spec.Spec, candidate patch.Candidate) (verdict.Report, error) {
	c.bases = append(c.bases, candidate.Base)
	r, err := c.world.Evaluate(ctx, sp, candidate)
	r.Ledger = verdict.NewLedger(nil, "")
	if candidate.Tree == "tree-extra" || candidate.Tree == "tree-more" {
		r.Ledger = verdict.NewLedger([]verdict.Entry{{File: "window.go", Line: 12, EndLine: 18, Code: "func Extra() {"}}, "")
	}
	return r, err
}

// A candidate with lines that serve no clause is sent back with what they are where the policy refuses it, and stands where it does not.
// Whatever an answer was written on, it is accounted for against what the run began with.
func TestScopeCreepGoesRoundAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan     []step
		served   bool
		stop     loop.Stop
		attempts int
	}{
		"shown":                {[]step{{text: "extra"}}, false, loop.Accepted, 1},
		"refused, then right":  {[]step{{text: "extra"}, {text: "right"}}, true, loop.Accepted, 2},
		"refused in one way":   {[]step{{text: "extra"}, {text: "more"}, {text: "extra"}}, true, loop.NoProgress, 3},
		"refused to the end":   {[]step{{text: "extra"}, {text: "wrong", fails: []string{"E1"}}, {text: "more"}, {text: "wronger", fails: []string{"B1"}}}, true, loop.Attempts, 4},
		"the others come back": {[]step{{text: "wrong", fails: []string{"E1"}}, {text: "extra"}, {text: "right"}}, true, loop.Accepted, 3},
	} {
		w := &world{plan: c.plan}
		l := w.loop()
		e := &creeping{world: w}
		l.Evaluate = e
		task := w.task(parse(t, specText))
		task.Policy.ServedOnly = c.served
		result, err := l.Run(t.Context(), task)
		if err != nil || result.Stop != c.stop || result.Attempts != c.attempts {
			t.Errorf("%s: %s after %d attempts, %v", name, result.Stop, result.Attempts, err)
		}
		if slices.ContainsFunc(e.bases, func(base string) bool { return base != "tree0" }) {
			t.Errorf("%s: accounted for against %v", name, e.bases)
		}
		if c.served {
			told := slices.ContainsFunc(w.rounds, func(r prompts.Round) bool { return len(r.Feedback.Scope) == 1 })
			if !told {
				t.Errorf("%s: the model was not told", name)
			}
		}
	}
}
