package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func unserved(n int) []verdict.Entry {
	var out []verdict.Entry
	for i := range n {
		out = append(out, verdict.Entry{
			File: "eligibility/eligibility.go", Line: 10 * (i + 1), EndLine: 10*(i+1) + i, Code: fmt.Sprintf("func extra%d(order Order, holds []Hold, at time.Time, and, what, not string) (Result, error) {", i),
		})
	}
	return out
}

func scope(l *verdict.Ledger, style report.Style) string {
	var out bytes.Buffer
	report.Scope(&out, style, l)
	return out.String()
}

func TestScope(t *testing.T) {
	t.Parallel()
	claimed := verdict.Entry{File: "a.go", Line: 1, EndLine: 9, Clauses: []string{"B1"}, By: []string{"test"}}
	wide := report.Style{UTF8: true}
	untraced := verdict.NewLedger([]verdict.Entry{{File: "a.go", Line: 3, EndLine: 3, Code: "var x = 1"}}, "")
	untraced.Untraced = []string{"E2", "I1"}
	unmeasured := verdict.NewLedger([]verdict.Entry{claimed}, "which lines tests run is measured for Go alone")
	for name, c := range map[string]struct {
		ledger *verdict.Ledger
		style  report.Style
		want   string
	}{
		"none":                 {nil, wide, ""},
		"all served":           {verdict.NewLedger([]verdict.Entry{claimed}, ""), wide, ""},
		"untraced":             {untraced, wide, "  scope creep   1 place served by no clause\n    a.go:3   var x = 1\n  it may be there for E2, I1: a check names no lines\n"},
		"not measured":         {unmeasured, wide, ""},
		"not measured, all":    {unmeasured, report.Style{UTF8: true, Verbose: true}, "  scope creep is not measured: which lines tests run is measured for Go alone\n"},
		"cut, and not to mess": {verdict.NewLedger(unserved(2), ""), report.Style{UTF8: true, Width: 60}, "  scope creep   2 places served by no clause\n    eligibility/eligibility.go:10      func extra0(order Or…\n    eligibility/eligibility.go:20-21   func extra1(order Or…\n"},
	} {
		if diff := cmp.Diff(c.want, scope(c.ledger, c.style)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := scope(verdict.NewLedger(unserved(11), ""), wide); strings.Count(got, "\n") != 10 || !strings.HasSuffix(got, "    and 3 more\n") {
		t.Errorf("want eight places and how many more, got\n%s", got)
	}
	for name, style := range styles() {
		for _, width := range []int{0, 20, 40, 80} {
			style.Width = width
			got := scope(verdict.NewLedger(unserved(9), ""), style)
			checkWidth(t, got, style)
			checkSigns(t, got, style)
			if width == 20 && !strings.Contains(got, ".go:80-87\n") {
				t.Errorf("%s: the place is cut:\n%s", name, got)
			}
		}
	}
}

// What models wrote commands no terminal.
func TestScopeCommandsNoTerminal(t *testing.T) {
	t.Parallel()
	evil := "\x1b[2J\x1b]0;title\a ok\r\n\u202egnp.exe\x9b1m"
	l := verdict.NewLedger([]verdict.Entry{{File: "a" + evil + ".go", Line: 1, EndLine: 2, Code: evil}}, evil)
	l.Untraced = []string{evil}
	got := scope(l, report.Style{UTF8: true, Verbose: true})
	if i := strings.IndexAny(got, "\x1b\a\r\u202e\u009b\x00"); i >= 0 {
		t.Errorf("%q at byte %d of\n%q", got[i], i, got)
	}
}

// The scope of a candidate stands behind its verdicts, in a run, in what is left of one that was not accepted, and in an audit.
func TestScopeIsShown(t *testing.T) {
	t.Parallel()
	verdicts := held(e3(verdict.Pass), i2(verdict.Pass))
	ledger := verdict.NewLedger(unserved(1), "")
	of := evaluated(1, verdicts, 9)
	body, ok := of.(journal.Evaluated)
	if !ok {
		t.Fatal("no evaluation")
	}
	body.Report.Ledger = ledger
	last := finished("attempts", 1, 1, verdicts)
	last.Ledger = ledger
	if got := show([]journal.Body{begin(), attempt(1), answer(500), applied(1), body, last}, report.Style{UTF8: true}); strings.Count(got, "  scope creep   1 place served by no clause\n    eligibility/eligibility.go:10   func extra0(") != 2 {
		t.Errorf("a run:\n%s", got)
	}
	const name = "order-eligibility"
	audited := auditedComponent(name, "not-accepted", verdicts)
	audited.Ledger = ledger
	c := auditCase{report.AuditOf{Components: []string{name}}, []journal.Body{audited, journal.AuditFinished{NotAccepted: []string{name}}}}
	got := showAudit(c, report.Style{UTF8: true})
	for _, want := range []string{"\n    eligibility/eligibility.go:10   func extra0(", "\nnot accepted: eligibility/eligibility.go:10 serves no clause   ", "\n  1 open: I4 shown in production\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("an audit misses %q:\n%s", want, got)
		}
	}
}
