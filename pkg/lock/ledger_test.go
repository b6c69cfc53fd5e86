package lock_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/lock"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func TestLedgerIsKeptWithoutPlumbing(t *testing.T) {
	t.Parallel()
	sp := parse(t, "## Behavior\n- **B1** Gives a window.\n  - evidence: test\n- **B2** It is quick.\n")
	report := verdict.Report{
		Verdicts: []verdict.Verdict{{Clause: "B1", Status: verdict.Pass, Basis: verdict.Executed}, {Clause: "B2", Status: verdict.Pass, Basis: verdict.Judged}},
		Ledger: verdict.NewLedger([]verdict.Entry{
			{File: "b.go", Line: 9, EndLine: 12, Code: "func extra() {}"},
			{File: "a.go", Line: 1, EndLine: 2, Plumbing: "package, import"},
			{File: "a.go", Line: 3, EndLine: 8, Clauses: []string{"B1", "B2"}, By: []string{"test"}, Removed: 2},
			{File: "a.go", Line: 12, Plumbing: "removed", Removed: 3},
			{File: "a.go", Line: 20, EndLine: 20, By: []string{"interface"}},
		}, ""),
	}
	l := lock.New(sp, report, nil, nil)
	want := &lock.Ledger{Measured: true, Files: []lock.LedgerOfFile{
		{Path: "a.go", Ranges: []lock.Range{{Line: 3, EndLine: 8, Clauses: []string{"B1", "B2"}, By: []string{"test"}}, {Line: 20, EndLine: 20, Clauses: []string{}, By: []string{"interface"}}}},
		{Path: "b.go", Ranges: []lock.Range{{Line: 9, EndLine: 12, Clauses: []string{}}}},
	}}
	if diff := cmp.Diff(want, l.Ledger); diff != "" {
		t.Error(diff)
	}
	if l.Clauses[0].Evidence != spec.EvidenceTest || l.Clauses[1].Evidence != "" {
		t.Errorf("want the evidence words of the spec, got %+v", l.Clauses)
	}
	text, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := lock.Parse("x", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(l, again); diff != "" {
		t.Error(diff)
	}
}

// What was written before there was a ledger says nothing about it; what was written since stays readable.
func TestLocksWithAndWithoutLedgerStayReadable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		ledger   bool
		evidence spec.EvidenceKind
	}{"testdata/v1.json": {}, "testdata/v1-ledger.json": {true, spec.EvidenceTest}} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		l, err := lock.Parse(name, text)
		if err != nil {
			t.Fatal(err)
		}
		if (l.Ledger != nil) != want.ledger || l.Clauses[0].Evidence != want.evidence {
			t.Errorf("%s: read as %+v", name, l)
		}
		if want.ledger && (len(l.Ledger.Files[0].Ranges) != 2 || l.Ledger.Files[0].Ranges[0].EndLine != 9) {
			t.Errorf("%s: read as %+v", name, l.Ledger)
		}
	}
}

func parse(t *testing.T, body string) *spec.Spec {
	t.Helper()
	sp, err := spec.Parse("specs/window.spec.md", []byte("---\ncomponent: window\ntargets: [\"window.go\"]\n---\n# Spec: Window\n\n"+body))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

func TestWeakened(t *testing.T) {
	t.Parallel()
	agreed := func(id, text string, status verdict.Status, basis verdict.Basis, evidence spec.EvidenceKind) lock.Lock {
		return lock.Lock{Clauses: []lock.Clause{{ID: id, Text: text, Status: status, Basis: basis, Evidence: evidence}}}
	}
	const says = ": a weakening; say why in the commit"
	for name, c := range map[string]struct {
		lock lock.Lock
		now  string // the clause and its evidence
		want []string
	}{
		"test to human":                  {agreed("B1", "x", verdict.Pass, verdict.Executed, "test"), "**B1** x\n  - evidence: human", []string{"B1: its evidence was test and is human now" + says}},
		"test to production":             {agreed("B1", "x", verdict.Pass, verdict.Executed, "test"), "**B1** x\n  - evidence: production", []string{"B1: its evidence was test and is production now" + says}},
		"bench to human":                 {agreed("B1", "x", verdict.Pass, verdict.Executed, "bench"), "**B1** x\n  - evidence: human", []string{"B1: its evidence was bench and is human now" + says}},
		"no word, by its basis":          {agreed("B1", "x", verdict.Pass, verdict.Executed, ""), "**B1** x\n  - evidence: human", []string{"B1: its evidence was test and is human now" + says}},
		"no word, by a rule":             {agreed("B1", "x", verdict.Pass, verdict.Static, ""), "**B1** x\n  - evidence: human", []string{"B1: its evidence was static and is human now" + says}},
		"no word, by a judge":            {agreed("B1", "x", verdict.Pass, verdict.Judged, ""), "**B1** x\n  - evidence: human", []string{"B1: its evidence was judge and is human now" + says}},
		"waived":                         {agreed("B1", "x", verdict.Waived, verdict.Human, ""), "**B1** x\n  - evidence: human", []string{"B1: its evidence was waived for a time and is human now" + says}},
		"a SHOULD that failed":           {agreed("B1", "x", verdict.Fail, verdict.Executed, ""), "**B1** x\n  - evidence: human", []string{"B1: its evidence was test and is human now" + says}},
		"undecided":                      {agreed("B1", "x", verdict.Unknown, "", ""), "**B1** x\n  - evidence: human", []string{"B1: its evidence was not named and is human now" + says}},
		"reworded under its ID":          {agreed("B1", "other words", verdict.Pass, verdict.Executed, "test"), "**B1** x\n  - evidence: human", []string{"B1: its evidence was test and is human now" + says}},
		"under another ID by its text":   {agreed("B9", "the  window", verdict.Pass, verdict.Executed, "test"), "**B1** the window\n  - evidence: human", []string{"B1: its evidence was test and is human now" + says}},
		"another clause of these words":  {agreed("B2", "x", verdict.Pass, verdict.Executed, "test"), "**B1** x\n  - evidence: human\n- **B2** x", nil},
		"it was open":                    {agreed("B1", "x", verdict.Open, verdict.Human, "human"), "**B1** x\n  - evidence: human", nil},
		"it was open in an old lock":     {agreed("B1", "x", verdict.Open, verdict.Human, ""), "**B1** x\n  - evidence: production", nil},
		"human to production":            {agreed("B1", "x", verdict.Open, verdict.Human, "human"), "**B1** x\n  - evidence: production", nil},
		"human to test is no weakening":  {agreed("B1", "x", verdict.Open, verdict.Human, "human"), "**B1** x\n  - evidence: test", nil},
		"test to judge is another thing": {agreed("B1", "x", verdict.Pass, verdict.Executed, "test"), "**B1** x\n  - evidence: judge", nil},
		"a clause that is new":           {agreed("B7", "y", verdict.Pass, verdict.Executed, "test"), "**B1** x\n  - evidence: human", nil},
	} {
		got := c.lock.Weakened(parse(t, "## Behavior\n- "+c.now+"\n"))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
