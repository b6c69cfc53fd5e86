package verdict_test

import (
	"encoding/json"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// fault is a planted fault that clauses caught, in lines that the tests of clauses run.
func fault(caught, near []string) verdict.Planted {
	fate := verdict.Survived
	if len(caught) > 0 {
		fate = verdict.Caught
	}
	return verdict.Planted{Kind: "boundary", Fate: fate, Caught: caught, Near: near}
}

func degenerate(kind string, caught ...string) verdict.Planted {
	p := fault(caught, []string{"E1", "B1"})
	p.Kind, p.Degenerate = kind, true
	return p
}

func repeat(n int, p verdict.Planted) []verdict.Planted {
	var out []verdict.Planted
	for range n {
		out = append(out, p)
	}
	return out
}

func TestBind(t *testing.T) {
	t.Parallel()
	mine, nobodys := fault([]string{"E1"}, []string{"E1"}), fault(nil, []string{"E1"})
	others, far := fault([]string{"B1"}, []string{"E1", "B1"}), fault(nil, []string{"B1"})
	with := func(p verdict.Planted, fate verdict.Fate) verdict.Planted { p.Fate = fate; return p }
	rule := verdict.Planted{Kind: "rule", Rule: "forbid import: log", Fate: verdict.Caught, Caught: []string{"E1"}, Near: []string{"E1"}}
	broken := rule
	broken.Fate, broken.Caught = verdict.Survived, nil
	cases := []struct {
		name             string
		basis            verdict.Basis
		planted          []verdict.Planted
		bound, why       string
		caught, survived int
	}{
		{"nothing planted", verdict.Executed, nil, verdict.NotMeasured, "no violation could be planted that it could notice", 0, 0},
		{"judged", verdict.Judged, repeat(9, mine), verdict.NotMeasured, "nothing that is run or read decides it", 0, 0},
		{"caught all", verdict.Executed, repeat(5, mine), verdict.Bound, "", 5, 0},
		{"few, all caught", verdict.Executed, repeat(1, mine), verdict.Bound, "", 1, 0},
		{"few, not all", verdict.Executed, append(repeat(3, mine), nobodys), verdict.Unbound, "notices 3 of 4 violations, and of so few it must notice all", 3, 1},
		{"at the bar", verdict.Executed, append(repeat(7, mine), repeat(3, nobodys)...), verdict.Bound, "", 7, 3},
		{"below the bar", verdict.Executed, append(repeat(6, mine), repeat(3, nobodys)...), verdict.Unbound, "notices 6 of 9 violations: 67 %, and 70 are asked for", 6, 3},
		{"of others, and far away", verdict.Executed, append(append(repeat(1, mine), repeat(9, others)...), repeat(9, far)...), verdict.Bound, "", 1, 0},
		{"notices nothing", verdict.Executed, repeat(2, nobodys), verdict.Unbound, "notices no violation", 0, 2},
		{"only degenerates", verdict.Executed, []verdict.Planted{degenerate("stub", "E1")}, verdict.Unbound, "notices no violation", 0, 0},
		{
			"passes on degenerates", verdict.Executed, append(repeat(9, mine), degenerate("stub", "E1"), degenerate("zero-value", "B1"), degenerate("identity")),
			verdict.Unbound, "passes on zero-value, identity", 9, 0,
		},
		{
			"what says nothing", verdict.Executed,
			[]verdict.Planted{mine, with(nobodys, verdict.Equivalent), with(nobodys, verdict.Indistinct), with(nobodys, verdict.Stillborn), with(nobodys, verdict.Untried)},
			verdict.Bound, "", 1, 0,
		},
		{"a rule", verdict.Static, []verdict.Planted{rule, nobodys, degenerate("stub")}, verdict.Bound, "", 1, 0},
		{"a rule that finds nothing", verdict.Static, []verdict.Planted{rule, broken}, verdict.Unbound, "does not notice a violation of forbid import: log", 1, 1},
		{"tests and a rule that finds nothing", verdict.Executed, append(repeat(9, mine), broken), verdict.Unbound, "does not notice a violation of forbid import: log", 9, 1},
	}
	for _, c := range cases {
		got := verdict.Bind(verdict.Binding{Clause: "E1", Basis: c.basis}, c.planted)
		if got.Bound != c.bound || got.Why != c.why || got.Caught != c.caught || got.Survived != c.survived {
			t.Errorf("%s: got %s (%s), %d caught and %d survived", c.name, got.Bound, got.Why, got.Caught, got.Survived)
		}
	}
}

// TestBindIsMonotonic adds evidence: a violation more that is noticed never unbinds, and one that survives never binds.
func TestBindIsMonotonic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOf(rapid.SampledFrom([]verdict.Planted{
			fault([]string{"E1"}, []string{"E1"}), fault(nil, []string{"E1"}), fault([]string{"B1"}, []string{"E1"}), degenerate("stub", "E1"), degenerate("zero-value"),
		})).Draw(t, "planted")
		b := verdict.Binding{Clause: "E1", Basis: verdict.Executed}
		was := verdict.Bind(b, some).Bound
		if now := verdict.Bind(b, append(some, fault([]string{"E1"}, []string{"E1"}))).Bound; was == verdict.Bound && now != verdict.Bound {
			t.Fatalf("unbound by what was noticed: %v", some)
		}
		if now := verdict.Bind(b, append(some, fault(nil, []string{"E1"}))).Bound; was != verdict.Bound && now == verdict.Bound {
			t.Fatalf("bound by what survived: %v", some)
		}
	})
}

const checkedSpec = "---\ncomponent: x\ntargets: [\"x.go\"]\ntests:\n  files: [\"x_test.go\"]\n  runner: go\nchecks:\n  vet: go vet ./...\n---\n# Spec\n\n" +
	"## Behavior\n- **B1** Does it.\n- **B2** Is tidy.\n  - check: vet\n"

func TestCheckDigestChangesWithWhatIsMeasured(t *testing.T) {
	t.Parallel()
	digest := func(text, id string, tests ...patch.File) string {
		sp, err := spec.Parse("x.spec.md", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c, _ := sp.Clause(id)
		return verdict.CheckDigest(sp, c, tests)
	}
	one, two := patch.File{Path: "a_test.go", Data: []byte("one")}, patch.File{Path: "b_test.go", Data: []byte("two")}
	base := digest(checkedSpec, "B1", one, two)
	if digest(checkedSpec, "B1", two, one) != base {
		t.Error("the order of files counts")
	}
	for name, other := range map[string]string{
		"a test":        digest(checkedSpec, "B1", one, patch.File{Path: "b_test.go", Data: []byte("three")}),
		"a name":        digest(checkedSpec, "B1", one, patch.File{Path: "c_test.go", Data: []byte("two")}),
		"fewer tests":   digest(checkedSpec, "B1", one),
		"the clause":    digest(checkedSpec[:len(checkedSpec)-40]+"twice.\n", "B1", one, two),
		"another check": digest(checkedSpec, "B2", one, two),
	} {
		if other == base && name != "the clause" {
			t.Errorf("%s does not count", name)
		}
	}
	vet := digest(checkedSpec, "B2", one)
	if digest("---\ncomponent: x\ntargets: [\"x.go\"]\ntests:\n  files: [\"x_test.go\"]\n  runner: go\nchecks:\n  vet: go vet .\n---\n# Spec\n\n## Behavior\n- **B1** Does it.\n- **B2** Is tidy.\n  - check: vet\n", "B2", one) == vet {
		t.Error("the command of a named check does not count")
	}
}

func TestPolicyRefusesWhatIsNotBound(t *testing.T) {
	t.Parallel()
	p := verdict.Policy{RequireBound: true}
	v := verdict.Verdict{Clause: "E1", Status: verdict.Pass, Basis: verdict.Executed, Section: spec.EdgeCases, Level: spec.Must}
	for bound, want := range map[string]string{
		verdict.Bound: "", verdict.Unbound: "unbound: its checks let violations pass", verdict.NotMeasured: "not measured whether its checks notice violations",
		"": "not measured whether its checks notice violations",
	} {
		v.Bound = bound
		r := verdict.Report{Verdicts: []verdict.Verdict{v}}
		if got := p.Refuses(v); got != want || r.Accepted(p) != (want == "") || len(r.Unproven(p)) != len(r.Blocking(p)) {
			t.Errorf("%s: %q, accepted %v", bound, got, r.Accepted(p))
		}
		if got := (verdict.Policy{}).Refuses(v); got != "" || len(r.Unproven(verdict.Policy{})) != 0 {
			t.Errorf("%s: refused by a policy that does not ask: %q", bound, got)
		}
	}
	v.Basis = verdict.Judged
	if got := p.Refuses(v); got == "" {
		t.Error("a judge's opinion carries a MUST of edge cases")
	}
	v.Status = verdict.Fail
	if r := (verdict.Report{Verdicts: []verdict.Verdict{v}}); p.Refuses(v) != "" || len(r.Unproven(p)) != 0 {
		t.Error("a failure is for the model to mend")
	}
}

// TestOldChallengesAreRead holds kept results readable.
func TestOldChallengesAreRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/challenge-v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var c verdict.Challenge
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	bound, of := c.Binds()
	if c.V != 1 || c.Component != "clamp" || bound != 2 || of != 3 || len(c.Survivors()) != 1 || c.Count(verdict.Caught) != 17 {
		t.Errorf("%+v: %d of %d, %d survivors, %d caught", c, bound, of, len(c.Survivors()), c.Count(verdict.Caught))
	}
	if c.Of(c.Clauses[0].Check) != verdict.Bound || c.Of("other") != verdict.NotMeasured {
		t.Error("what is bound is not found by its digest")
	}
}
