package evaluate_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Where no line may serve no clause, a spec whose tests tell of no lines can never be accepted. That is said before a request is paid for.
func TestDecidableUnderRefusedScopeCreep(t *testing.T) {
	t.Parallel()
	const message = "evaluate.scope_creep refuses lines that serve no clause"
	rules := "---\ncomponent: thing\ntargets: [thing.sh]\ntests: {files: [t.sh], runner: tap, command: sh t.sh}\n---\n# Spec: Thing\n\n## What NOT to build\n- **N1** No x.\n  - forbid text: x\n"
	for name, c := range map[string]struct {
		text   string
		served bool
		want   bool
	}{
		"go":                  {goSpec, true, false},
		"tap":                 {strings.Replace(goSpec, "runner: go", "runner: tap", 1), true, true},
		"exit":                {strings.Replace(goSpec, "runner: go", "runner: exit", 1), true, true},
		"tap, only shown":     {strings.Replace(goSpec, "runner: go", "runner: tap", 1), false, false},
		"tap, but rules only": {rules, true, false},
	} {
		policy := verdict.DefaultPolicy()
		policy.ServedOnly = c.served
		got := problems(evaluate.Decidable(parse(t, c.text), goTree().files(func(string) bool { return true }), policy))
		if strings.Contains(got, message) != c.want {
			t.Errorf("%s: got\n%s", name, got)
		}
		if c.want && !strings.Contains(got, "specs/thing.spec.md:7:") {
			t.Errorf("%s: want the place of the runner, got\n%s", name, got)
		}
	}
}
