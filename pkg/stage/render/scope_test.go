package render_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// What serves no clause is told as such: the clauses hold, and a model that is told otherwise would change what is right.
func TestPromptOnScopeCreep(t *testing.T) {
	t.Parallel()
	const line = "lines 12-18 of window.go serve no clause"
	failure := verdict.Failure{Clause: "E2", Text: "A SHOULD that fails."}
	for _, c := range []struct {
		round          prompts.Round
		wanted, absent []string
	}{
		{
			prompts.Round{Shape: prompts.Repair, Feedback: verdict.Feedback{Scope: []string{line}}},
			[]string{"The code above holds every clause, and does more than the clauses ask for:\n\n- " + line + "\n", "Change the code so that each line serves a clause, and all clauses still hold."},
			[]string{"does not hold"},
		},
		{
			prompts.Round{Shape: prompts.Repair, Feedback: verdict.Feedback{Scope: []string{line}, Failures: []verdict.Failure{failure}}},
			[]string{"does not hold these clauses yet:\n\n- E2: A SHOULD that fails.\n- " + line + "\n"},
			nil,
		},
		{
			prompts.Round{Shape: prompts.Regenerate, Feedback: verdict.Feedback{Scope: []string{line}}},
			[]string{"An earlier attempt, which you do not see, did more than the clauses ask for. Write nothing like it:\n\n- " + line + "\n"},
			[]string{"did not hold"},
		},
		{
			prompts.Round{Shape: prompts.Regenerate, Feedback: verdict.Feedback{Failures: []verdict.Failure{failure}}},
			[]string{"did not hold these clauses. Take special care that your code does:\n\n- E2"},
			[]string{line},
		},
	} {
		s, sp := stage(t, 0, patch.File{Path: "window/window.go", Mode: patch.ModeFile, Data: []byte("package window\n")})
		c.round.Spec = sp
		prompt, err := s.Render(t.Context(), c.round)
		if err != nil {
			t.Fatal(err)
		}
		got := text(prompt.Messages)
		for _, want := range c.wanted {
			if !strings.Contains(got, want) {
				t.Errorf("%q is missing in\n%s", want, got)
			}
		}
		for _, other := range c.absent {
			if strings.Contains(got, other) {
				t.Errorf("%q must not stand in\n%s", other, got)
			}
		}
	}
}
