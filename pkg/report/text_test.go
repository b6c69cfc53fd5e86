package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

const runID = "20261123-091502-k3fd"

const branch = "specgen/order-eligibility/" + runID

// diff is the only blob of the runs below.
const diff = "diff --git a/eligibility/eligibility.go b/eligibility/eligibility.go\n--- a/eligibility/eligibility.go\n" +
	"+++ b/eligibility/eligibility.go\n@@ -1,2 +1,3 @@\n package eligibility\n-var old int\n+var a int\n+var b int\n"

func blob(name string) ([]byte, error) {
	if name == "diff" {
		return []byte(diff), nil
	}
	return nil, errors.New("there is no blob " + name)
}

func begin() journal.Body {
	return journal.RunStarted{
		Run: runID, Component: "order-eligibility", Base: "3f2a91c8d0e7", Start: "99aa91c8d0e7", Clauses: 6, Branch: branch,
		Model: "qwen2.5-coder-1.5b-instruct-q4_k_m",
	}
}

func attempt(n int) journal.Body { return journal.AttemptStarted{Attempt: n} }

func answer(tokens int) journal.Body {
	return journal.Completed{Usage: model.Usage{PromptTokens: tokens - 100, CompletionTokens: 100}, Duration: 26 * time.Second}
}

func applied(n int) journal.Body {
	return journal.Applied{Attempt: n, Diff: "diff", Files: []patch.FileResult{
		{Path: "eligibility/eligibility.go", Hunks: []patch.HunkResult{
			{N: 1, Status: patch.Applied, Tier: "exact"},
			{N: 2, Status: patch.Applied, Tier: "exact"},
			{N: 3, Status: patch.Applied, Tier: "indent"},
			{N: 4, Status: patch.Already, Tier: "exact"},
		}},
		{Path: "eligibility/order.go", Hunks: []patch.HunkResult{{N: 1, Status: patch.Applied, Tier: "whole"}}},
	}, Repairs: []patch.Repair{{Path: "eligibility/order.go", Tool: "gofmt"}}}
}

const pkg = "example.com/shop/eligibility."

func test(name, input, want, got string) verdict.Evidence {
	return verdict.Evidence{Kind: verdict.FromTest, Test: pkg + name, Input: input, Want: want, Got: got}
}

// held are the verdicts on six clauses; the first two are replaced.
func held(first, second verdict.Verdict) []verdict.Verdict {
	return []verdict.Verdict{
		first, second,
		{
			Clause: "B1", Text: "An order is eligible if every line is in stock and no hold lies on it.", Status: verdict.Pass, Basis: verdict.Executed,
			Evidence: []verdict.Evidence{{Kind: verdict.FromTest, Test: pkg + "TestB1_InStock/two_lines", Passed: true}},
		},
		{
			Clause: "N12", Text: "No import of pricing.", Status: verdict.Pass, Basis: verdict.Static,
			Evidence: []verdict.Evidence{{Kind: verdict.FromRule, Rule: "forbid import: **/pricing/**", Message: "found nothing in 2 files", Passed: true}},
		},
		{Clause: "I4", Text: "Answers within 200 ms.", Status: verdict.Open, Basis: verdict.Human, Reason: "shown in production"},
		{Clause: "I5", Text: "Decisions are logged.", Status: verdict.Waived, Basis: verdict.Human, Reason: "waived until 2027-01-31 by ada: the log comes later"},
	}
}

func e3(status verdict.Status) verdict.Verdict {
	v := verdict.Verdict{Clause: "E3", Text: "Partial availability without opt-in is ineligible.", Status: status, Basis: verdict.Executed}
	e := test("TestE3_Partial", "1 of 2 lines in stock", "ineligible", "eligible")
	e.Passed = status == verdict.Pass
	v.Evidence = []verdict.Evidence{e}
	return v
}

func i2(status verdict.Status) verdict.Verdict {
	v := verdict.Verdict{
		Clause: "I2", Text: "One inventory call is made however many lines an order has.",
		Status: status, Basis: verdict.Executed, Evidence: []verdict.Evidence{test("TestI2_Calls", "7 lines", "1 call", "7")},
	}
	if status == verdict.Unknown {
		v.Evidence, v.Basis = nil, verdict.NoBasis
		v.Reason = "the judge cited eligibility/eligibility.go:41, which does not say that"
	}
	v.Evidence = append([]verdict.Evidence{}, v.Evidence...)
	for i := range v.Evidence {
		v.Evidence[i].Passed = status == verdict.Pass
	}
	return v
}

func evaluated(n int, verdicts []verdict.Verdict, passed int) journal.Body {
	return journal.Evaluated{Attempt: n, Report: verdict.Report{Verdicts: verdicts, Tests: verdict.Tally{Passed: passed, Total: 9}}}
}

func finished(stop string, attempts, best int, verdicts []verdict.Verdict) journal.Finished {
	f := journal.Finished{
		Run: runID, Component: "order-eligibility", Outcome: "not-accepted", Stop: stop, Branch: branch, Commit: "5e1f9b2c77aa", Base: "3f2a91c8d0e7",
		Attempts: attempts, Best: best, Verdicts: verdicts, Usage: model.Usage{PromptTokens: 2110, CompletionTokens: 200}, Duration: 64_000,
		Walls: []string{"user", "mount", "pid", "network", "ipc", "landlock", "seccomp", "cgroup", "rlimits", "no-new-privileges"},
	}
	if stop == "accepted" {
		f.Outcome = "accepted"
	}
	return f
}

func tightened(n int) journal.Body {
	return journal.Tightened{Attempt: n, Diagnosis: verdict.Diagnosis{
		Findings: []verdict.Finding{
			{Clause: "E3", Cause: verdict.ModelMiss, Why: "E3 says what is expected, and the code decides by the number of lines instead of by what is in stock"},
			{Clause: "I2", Cause: verdict.SpecGap, Why: "I2 leaves open how lines are asked for"},
		},
		Amendments: []spec.Amendment{
			{Kind: spec.AppendSentence, Clause: "I2", Text: "A single request carries all lines of an order.", Why: "attempt 1 asked once per line, which I2 did not rule out"},
			{Kind: spec.AddClause, Clause: "I10", Text: "The request has a deadline.", Why: "attempt 1 waited for ever"},
		},
		Proposals: []spec.Amendment{{Kind: spec.RaiseLevel, Clause: "B1", Text: "MUST", Why: "all callers rely on it"}},
	}}
}

// runs are the event streams, each with what makes it worth a file.
func runs() map[string][]journal.Body {
	first := held(e3(verdict.Fail), i2(verdict.Unknown))
	regressed := journal.Evaluated{
		Attempt: 2, Report: verdict.Report{Verdicts: held(e3(verdict.Fail), i2(verdict.Fail)), Tests: verdict.Tally{Passed: 7, Total: 9}}, Regressions: []string{"I2"},
	}
	good := held(e3(verdict.Pass), i2(verdict.Pass))
	noBuild := held(e3(verdict.Unknown), i2(verdict.Unknown))[:2]
	noBuild[0].Reason = "the code does not build"
	noBuild[1].Reason = "the code does not build"
	stopped := finished("interrupted", 1, 0, []verdict.Verdict{})
	failed := finished("model-error", 1, 0, []verdict.Verdict{})
	failed.Outcome, failed.Commit, failed.Branch = "error", "", ""
	failed.Error = &journal.Failure{Kind: "model-error", Message: "the endpoint answered 500", Hint: "try again"}
	failed.Priced, failed.Cost = true, 0.01234
	objected, opined := held(e3(verdict.Fail), i2(verdict.Pass)), held(e3(verdict.Pass), i2(verdict.Pass))
	objected[0].Basis, objected[0].Evidence = verdict.Judged, []verdict.Evidence{
		{Kind: verdict.FromObjection, Input: "Decide(Order{Lines: 2})", Want: "Ineligible, nil", Got: "Eligible, nil", Message: "twice"},
		{Kind: verdict.FromCitation, File: "eligibility/eligibility.go", Line: 41, EndLine: 41, Quote: "return Eligible, nil", Words: "is ineligible"},
	}
	opined[0].Basis, opined[0].Evidence = verdict.Judged, []verdict.Evidence{
		{Kind: verdict.FromCitation, File: "eligibility/eligibility.go", Line: 41, EndLine: 41, Quote: "return Ineligible, nil", Words: "is ineligible", Passed: true},
		{Kind: verdict.FromObjection, Input: "Decide(Order{Lines: 2})", Want: "Ineligible, nil", Got: "Ineligible, nil", Passed: true},
	}
	review := finished("needs-review", 3, 1, first)
	review.Why = "a change of B1 is proposed that the tightener may not make by itself, since it would forbid what a caller may rely on today"
	return map[string][]journal.Body{
		"accepted": {
			begin(), attempt(1), answer(412), applied(1), evaluated(1, first, 7), tightened(1),
			attempt(2), answer(1388), applied(2), evaluated(2, good, 9), finished("accepted", 2, 2, good),
		},
		"no-progress": {
			begin(), attempt(1), answer(412), applied(1), evaluated(1, first, 7), attempt(2), answer(388), applied(2), regressed,
			attempt(3), answer(388), applied(3), evaluated(3, first, 7), finished("no-progress", 3, 1, first),
		},
		"judged": {
			begin(), attempt(1), answer(412), applied(1), evaluated(1, objected, 8),
			attempt(2), answer(388), applied(2), evaluated(2, opined, 9), finished("accepted", 2, 2, opined),
		},
		"needs-review": {begin(), attempt(1), answer(412), applied(1), evaluated(1, first, 7), review},
		"build": {
			begin(), attempt(1), answer(412), applied(1), journal.Evaluated{Attempt: 1, Report: verdict.Report{
				Verdicts: noBuild, Build: []verdict.Diagnostic{
					{File: "eligibility/eligibility.go", Line: 12, Col: 4, Message: "undefined: inventory.Reserve"},
					{File: "eligibility/eligibility.go", Line: 40, Col: 9, Message: "cannot use order (variable of type Order) as *Order value in argument to decide"},
				},
			}}, finished("attempts", 1, 1, noBuild),
		},
		"refused": {
			begin(), attempt(1), answer(412),
			journal.Refused{Attempt: 1, Round: 1, Reason: "1 hunk of 2 could not be placed", Files: []patch.FileResult{{Path: "eligibility/eligibility.go", Hunks: []patch.HunkResult{
				{N: 1, Status: patch.Applied, Tier: "exact"},
				{N: 2, Status: patch.Refused, Reason: patch.NotFound, Message: "the line \"return Eligible, nil\" is not in the file; nearest is line 40\n  40 | return Ineligible, nil"},
			}}}},
			answer(150), applied(1), evaluated(1, good, 9), finished("accepted", 1, 1, good),
		},
		"interrupted": {begin(), attempt(1), journal.Retried{Message: "the endpoint is busy", Wait: 2 * time.Second}, answer(412), stopped},
		"error":       {journal.RunResumed{Elapsed: 90 * time.Second}, begin(), attempt(1), journal.Refused{Attempt: 1, Round: 1, Reason: "the answer is empty"}, failed},
	}
}

// styles are the screens that people have.
func styles() map[string]report.Style {
	return map[string]report.Style{
		"pipe":            {UTF8: true},
		"pipe-ascii":      {},
		"80":              {UTF8: true, Width: 80},
		"80-ascii":        {Width: 80},
		"80-colour":       {UTF8: true, Width: 80, Color: true},
		"80-verbose":      {UTF8: true, Width: 80, Verbose: true},
		"140":             {UTF8: true, Width: 140},
		"140-colour":      {UTF8: true, Width: 140, Color: true, Table: true},
		"140-ascii-table": {Width: 140, Table: true},
	}
}

// show writes a run the way a person with this screen sees it, warnings last.
func show(bodies []journal.Body, style report.Style) string {
	var out, warnings bytes.Buffer
	text := report.NewText(&out, &warnings, style, blob)
	for i, b := range bodies {
		text.Event(journal.Event{V: journal.Version, Seq: i + 1, Kind: b.Kind(), Body: b})
	}
	if warnings.Len() > 0 {
		fmt.Fprintf(&out, "-- standard error --\n%s", warnings.String())
	}
	return out.String()
}

// TestText compares each run on each screen with what it is known to look like: testdata/RUN.STYLE.golden.
func TestText(t *testing.T) {
	t.Parallel()
	for run, bodies := range runs() {
		for name, style := range styles() {
			t.Run(run+"/"+name, func(t *testing.T) {
				t.Parallel()
				got := show(bodies, style)
				checkWidth(t, got, style)
				checkSigns(t, got, style)
				golden(t, filepath.Join("testdata", run+"."+name+".golden"), got)
			})
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.ReplaceAll(string(want), "\r\n", "\n"); text != got {
		t.Errorf("%s: run the test with -update if this is right\n--- want\n%s\n--- got\n%s", path, text, got)
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// checkWidth holds every line to the width, but for those that are to be pasted or read whole.
func checkWidth(t *testing.T, text string, style report.Style) {
	t.Helper()
	whole := regexp.MustCompile(`^  branch |^(next|    )    (specgen|git) |^  \S+ .*   why: |^  proposed, not applied: |^ +(level|\+|new clause) |^        why: `)
	for line := range strings.SplitSeq(ansi.ReplaceAllString(text, ""), "\n") {
		if n := utf8.RuneCountInString(line); style.Width > 0 && n > style.Width && !whole.MatchString(line) {
			t.Errorf("%d columns of %d: %s", n, style.Width, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("blanks at the end: %q", line)
		}
	}
}

// checkSigns holds the text to what the screen can show.
func checkSigns(t *testing.T, text string, style report.Style) {
	t.Helper()
	if strings.Contains(text, "\x1b") != style.Color {
		t.Errorf("colour: want %v", style.Color)
	}
	for _, r := range text {
		if r >= utf8.RuneSelf && !style.UTF8 {
			t.Fatalf("%q cannot be shown without UTF-8", r)
		}
	}
}

// TestTextCutsLongText shows the sign of a cut on both kinds of screens, and no cut where nothing is to be cut.
func TestTextCutsLongText(t *testing.T) {
	t.Parallel()
	long := "This clause goes on and on: " + strings.Repeat("more of it, ", 20) + "END"
	v := held(e3(verdict.Fail), i2(verdict.Pass))[:1]
	v[0].Text = long
	bodies := []journal.Body{attempt(1), evaluated(1, v, 0)}
	for name, c := range map[string]struct {
		style report.Style
		want  string
	}{
		"UTF-8": {report.Style{UTF8: true, Width: 80}, "…"}, "ASCII": {report.Style{Width: 80}, "..."}, "pipe": {report.Style{UTF8: true}, "END   TestE3_Partial: 1 of 2"},
	} {
		got := show(bodies, c.style)
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %q is missing in\n%s", name, c.want, got)
		}
		if !strings.Contains(got, "want ineligible, got eligible") {
			t.Errorf("%s: what was observed is cut in\n%s", name, got)
		}
		checkWidth(t, got, c.style)
	}
}

// TestTextCommandsNoTerminal holds the renderer to plain text: models, and the code that they wrote, have a say in what it shows.
func TestTextCommandsNoTerminal(t *testing.T) {
	t.Parallel()
	evil := "\x1b[2J\x1b]0;title\a ok\r\n\u202egnp.exe\x9b1m"
	v := held(e3(verdict.Fail), i2(verdict.Unknown))[:2]
	v[0].Evidence[0] = verdict.Evidence{Kind: verdict.FromTest, Test: pkg + "TestE3_Partial" + evil, Message: evil}
	v[1].Reason = evil
	diagnosis := verdict.Diagnosis{
		Findings:   []verdict.Finding{{Clause: "E3", Cause: verdict.ModelMiss, Why: evil}},
		Amendments: []spec.Amendment{{Kind: spec.AppendSentence, Clause: "I2", Text: evil, Why: evil}},
	}
	last := finished("needs-review", 1, 1, v)
	last.Why = evil
	got := show([]journal.Body{
		begin(), attempt(1),
		journal.Refused{Attempt: 1, Round: 1, Reason: evil},
		evaluated(1, v, 0),
		journal.Evaluated{Attempt: 1, Report: verdict.Report{Conflict: evil}},
		journal.Evaluated{Attempt: 1, Report: verdict.Report{Build: []verdict.Diagnostic{{File: "a.go", Line: 1, Message: evil}}}},
		journal.Tightened{Attempt: 1, Diagnosis: diagnosis},
		last,
	}, report.Style{UTF8: true, Verbose: true})
	if i := strings.IndexAny(got, "\x1b\a\r\u202e\u009b\x00"); i >= 0 {
		t.Errorf("%q at byte %d of\n%q", got[i], i, got)
	}
}

// TestVerdictsNamesTests takes packages off where that leaves no doubt, and the JSON keeps them.
func TestVerdictsNamesTests(t *testing.T) {
	t.Parallel()
	failing := func(clause string, tests ...string) verdict.Verdict {
		v := verdict.Verdict{Clause: clause, Text: "Holds.", Status: verdict.Fail}
		for _, name := range tests {
			v.Evidence = append(v.Evidence, verdict.Evidence{Kind: verdict.FromTest, Test: name, Message: "no"})
		}
		return v
	}
	for name, c := range map[string]struct {
		verdicts []verdict.Verdict
		want     []string
	}{
		"go":                  {[]verdict.Verdict{failing("A", "example.com/x/y.TestA/b.TestC")}, []string{"   TestA/b.TestC: no"}},
		"python stays":        {[]verdict.Verdict{failing("A", "tests.test_order.test_a")}, []string{"   tests.test_order.test_a: no"}},
		"no test of Go's":     {[]verdict.Verdict{failing("A", "example.Testing.x")}, []string{"   example.Testing.x: no"}},
		"no suite":            {[]verdict.Verdict{failing("A", "TestA")}, []string{"   TestA: no"}},
		"met again":           {[]verdict.Verdict{failing("A", "x/a.TestA"), failing("B", "x/a.TestA")}, []string{"A  Holds.   TestA: no", "B  Holds.   TestA: no"}},
		"alike":               {[]verdict.Verdict{failing("A", "x/a.TestA"), failing("B", "x/b.TestA")}, []string{"   x/a.TestA: no", "   x/b.TestA: no"}},
		"alike and met again": {[]verdict.Verdict{failing("A", "x/a.TestA"), failing("B", "x/b.TestA"), failing("C", "x/b.TestA")}, []string{"   x/a.TestA: no", "C  Holds.   x/b.TestA: no"}},
		"alike, not shown":    {[]verdict.Verdict{failing("A", "x/a.TestA", "x/b.TestA")}, []string{"   x/a.TestA: no"}},
	} {
		var out bytes.Buffer
		report.Verdicts(&out, report.Style{}, c.verdicts, false)
		for _, want := range c.want {
			if !strings.Contains(out.String(), want+"\n") {
				t.Errorf("%s: %q is missing in\n%s", name, want, out.String())
			}
		}
		data, err := json.Marshal(c.verdicts)
		if err != nil || !strings.Contains(string(data), fmt.Sprintf("%q", c.verdicts[0].Evidence[0].Test)) {
			t.Errorf("%s: the full name is missing in %s (%v)", name, data, err)
		}
	}
}
