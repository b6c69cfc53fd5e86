package evaluate_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// What each evidence word asks for, and what it makes of evidence that is attached beside it. The word demands: without what it names
// nothing else decides the clause. What stands beside it counts too, and whatever fails is a fail. Human and production leave a clause
// open, and never block it, unless something that was attached speaks against it or could not be run.
func TestEvidenceWords(t *testing.T) {
	t.Parallel()
	const (
		rule, breach = "  - forbid text: FORBIDDEN", "  - require text: ABSENT"
		check, named = "  - check: `lint`", "  - test: TestE10_Ten"
	)
	for _, c := range []struct {
		word, beside string
		fails        bool // the test
		lint         int
		want, reason string
		blocks       bool
	}{
		{"test", named, false, 0, "pass executed", "", false},
		{"test", named, true, 0, "fail executed", "", true},
		{"test", "", false, 0, "unknown", "no acceptance test belongs to this clause", true},
		{"test", rule, false, 0, "unknown", "no acceptance test belongs to this clause", true},
		{"test", check, false, 0, "unknown", "no acceptance test belongs to this clause", true},
		{"test", named + "\n" + rule, false, 0, "pass executed", "", false},

		{"static", rule, false, 0, "pass static", "", false},
		{"static", breach, false, 0, "fail static", "", true},
		{"static", "", false, 0, "unknown", "no rule stands with this clause", true},
		{"static", named, false, 0, "unknown", "no rule stands with this clause", true},
		{"static", named + "\n" + rule, false, 0, "pass executed", "", false},
		{"static", named + "\n" + rule, true, 0, "fail executed", "", true},

		{"judge", "", false, 0, "unknown", "nobody is asked", true},
		{"judge", rule, false, 0, "unknown", "nobody is asked", true},
		{"judge", named, true, 0, "fail executed", "", true},

		{"bench", check, false, 0, "pass executed", "", false},
		{"bench", check, false, 1, "fail executed", "", true},
		{"bench", "", false, 0, "unknown", "no command measures this clause: cite one with `check:`", true},
		{"bench", named, false, 0, "unknown", "no command measures this clause: cite one with `check:`", true},

		{"human", "", false, 0, "open human", "a person has to look at it", false},
		{"production", "", false, 0, "open human", "production has to show it", false},
		{"human", named, false, 0, "open human", "a person has to look at it", false},
		{"production", rule + "\n" + check, false, 0, "open human", "production has to show it", false},
		{"human", named, true, 0, "fail executed", "", true},
		{"human", breach, false, 0, "fail static", "", true},
		{"production", check, false, 1, "fail executed", "", true},
		{"production", "  - test: TestE11_Gone", false, 0, "unknown", "no acceptance test that ran is named TestE11_Gone", true},
	} {
		name := strings.TrimSpace(c.word + " with " + strings.Join(strings.Fields(c.beside), " "))
		front, _, _ := strings.Cut(goSpec, "## ")
		text := front + "## Edge cases\n- **E99** It holds.\n  - evidence: " + c.word + "\n" + c.beside + "\n"
		files := goTree()
		status := verdict.TestPassed
		if c.fails {
			status = verdict.TestFailed
		}
		run := verdict.Execution{Tests: []verdict.Test{test("TestE10_Ten", status)}}
		b := &bench{t: t, tests: []verdict.Execution{run, run}, commands: map[string][]verdict.Execution{"lint": exits(c.lint, c.lint), "go build ./...": exits(0)}}
		o := options()
		o.NoJudge = "nobody is asked"
		sp := parse(t, text)
		r := decide(t, evaluate.New(files, b, nil, o), sp)
		v := of(t, r, "E99")
		if got := strings.TrimSpace(string(v.Status) + " " + string(v.Basis)); got != c.want || !strings.Contains(v.Reason, c.reason) {
			t.Errorf("%s: want %s (%s), got %s (%s)", name, c.want, c.reason, got, v.Reason)
		}
		if blocks := len(r.Blocking(o.Policy)) > 0; blocks != c.blocks || r.Accepted(o.Policy) == c.blocks {
			t.Errorf("%s: blocks %v, accepted %v", name, blocks, r.Accepted(o.Policy))
		}
	}
}
