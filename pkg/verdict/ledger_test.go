package verdict_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// line makes a line from a short form: "B1,B2 test" is claimed, "=" serves nothing, "?" is not measured, "." is blank, "//" a comment,
// "}" a closing brace, "!import" plumbing.
func line(form string) verdict.Line {
	l := verdict.Line{Text: "\t" + form}
	switch {
	case form == "=":
	case form == "?":
		l.Unmeasured = true
	case form == ".":
		l.Join, l.Plumbing = verdict.Between, verdict.Blank
	case form == "//":
		l.Join, l.Plumbing = verdict.ToNext, "comment"
	case form == "}":
		l.Join, l.Plumbing = verdict.ToPrevious, "bracket"
	case form[0] == '!':
		l.Plumbing = form[1:]
	default:
		clauses, by, _ := strings.Cut(form, " ")
		l.By = []string{by}
		if clauses != "-" {
			l.Clauses = strings.Split(clauses, ",")
		}
	}
	return l
}

// short is an entry in a line: 3-5 B1,B2 by test.
func short(e verdict.Entry) string {
	out := fmt.Sprintf("%d-%d", e.Line, e.EndLine)
	if e.Removed > 0 {
		out += fmt.Sprintf(" -%d", e.Removed)
	}
	switch {
	case e.Plumbing != "":
		return out + " !" + e.Plumbing
	case e.Unmeasured:
		return out + " ?"
	case e.Unclaimed():
		return out + " = " + e.Code
	}
	return out + " " + strings.Join(e.Clauses, ",") + " by " + strings.Join(e.By, ",")
}

func TestAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines   string
		changed []patch.Alteration
		want    []string
	}{
		"one clause":                       {"B1 test|B1 test|}", nil, []string{"1-3 B1 by test"}},
		"a function that serves nothing":   {"!package|.|//|B1 test|B1 test|}|.|//|=|=|}", nil, []string{"1-2 !package", "3-6 B1 by test", "7-7 !blank", "8-11 = ="}},
		"other clauses, other entries":     {"B1,E1 test|B1 test|B1,E1 test|}", nil, []string{"1-1 B1,E1 by test", "2-2 B1 by test", "3-4 B1,E1 by test"}},
		"by several kinds":                 {"B1 test|B1 rule|B1 citation", nil, []string{"1-3 B1 by citation,rule,test"}},
		"an error branch":                  {"B1 test|=|}|B1 test|}", nil, []string{"1-1 B1 by test", "2-3 = =", "4-5 B1 by test"}},
		"a comment goes with what is next": {"B1 test|//|=", nil, []string{"1-1 B1 by test", "2-3 = ="}},
		"a comment before a brace":         {"B1 test|//|}|.|=", nil, []string{"1-3 B1 by test", "4-4 !blank", "5-5 = ="}},
		"a comment by itself":              {"B1 test|.|//|.|B1 test", nil, []string{"1-5 B1 by test"}},
		"blank lines within":               {"=|.|.|=", nil, []string{"1-4 = ="}},
		"the interface names no clause":    {"- interface|B1 test|}", nil, []string{"1-1  by interface", "2-3 B1 by test"}},
		"plumbing of several kinds":        {"!package|.|!import|!import|}|.|!declaration", nil, []string{"1-7 !package, import, declaration"}},
		"not measured":                     {"B1 rule|?|.|?|}", nil, []string{"1-1 B1 by rule", "2-5 ?"}},
		"nothing but braces":               {"}|.|//", nil, []string{"1-3 !bracket, comment"}},
		"what did not change is left out":  {"B1 test|=|B1 test|=|}", []patch.Alteration{{Line: 2, Added: 1, Removed: 4}}, []string{"2-2 -4 = ="}},
		"a brace of what did not change":   {"=|}|B1 test", []patch.Alteration{{Line: 2, Added: 2}}, []string{"2-2 !bracket", "3-3 B1 by test"}},
		"two places do not join":           {"=|B1 test|=", []patch.Alteration{{Line: 1, Added: 1}, {Line: 3, Added: 1}}, []string{"1-1 = =", "3-3 = ="}},
		"lines that are gone":              {"B1 test|}", []patch.Alteration{{Line: 2, Removed: 3}}, []string{"2-0 -3 !removed"}},
		"at the end":                       {"B1 test", []patch.Alteration{{Line: 2, Removed: 1}}, []string{"2-0 -1 !removed"}},
	} {
		var lines []verdict.Line
		for form := range strings.SplitSeq(c.lines, "|") {
			lines = append(lines, line(form))
		}
		if c.changed == nil {
			c.changed = []patch.Alteration{{Line: 1, Added: len(lines)}}
		}
		var got []string
		for _, e := range verdict.Account("a.go", lines, c.changed) {
			got = append(got, short(e))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestAccountIsADoubleEntry: each changed line is in exactly one entry, none other is, and what an entry says of clauses some line of it
// bears out.
func TestAccountIsADoubleEntry(t *testing.T) {
	t.Parallel()
	forms := rapid.SliceOfN(rapid.SampledFrom([]string{"B1 test", "B1,E1 test", "E1 rule", "- interface", "=", "?", ".", "//", "}", "!import"}), 0, 24)
	rapid.Check(t, func(t *rapid.T) {
		var lines []verdict.Line
		for _, form := range forms.Draw(t, "lines") {
			lines = append(lines, line(form))
		}
		changed := drawChanges(t, len(lines))
		owner, removed := map[int]int{}, 0
		entries := verdict.Account("a.go", lines, changed)
		for i, e := range entries {
			removed += e.Removed
			for n := e.Line; n <= e.EndLine; n++ {
				if _, twice := owner[n]; twice {
					t.Fatalf("line %d is in two entries of %v", n, entries)
				}
				owner[n] = i
			}
			checkBorneOut(t, e, lines)
		}
		for _, place := range changed {
			removed -= place.Removed
			for n := place.Line; n < place.Line+place.Added; n++ {
				if _, ok := owner[n]; !ok {
					t.Fatalf("line %d is in no entry of %v", n, entries)
				}
				delete(owner, n)
			}
		}
		if len(owner) > 0 || removed != 0 {
			t.Fatalf("%v: lines that did not change: %v; removed lines too many: %d", entries, owner, removed)
		}
	})
}

func drawChanges(t *rapid.T, n int) []patch.Alteration {
	var out []patch.Alteration
	for at := 1; at <= n+1; {
		p := patch.Alteration{Line: at, Added: rapid.IntRange(0, n+1-at).Draw(t, "added"), Removed: rapid.IntRange(0, 3).Draw(t, "removed")}
		if p.Added+p.Removed > 0 {
			out = append(out, p)
		}
		at += p.Added + 1 + rapid.IntRange(0, 3).Draw(t, "apart")
	}
	return out
}

func checkBorneOut(t *rapid.T, e verdict.Entry, lines []verdict.Line) {
	if e.EndLine == 0 {
		return
	}
	within := lines[e.Line-1 : e.EndLine]
	some := func(is func(verdict.Line) bool) bool { return slices.ContainsFunc(within, is) }
	switch {
	case len(e.Clauses) > 0 && !some(func(l verdict.Line) bool { return slices.Equal(l.Clauses, e.Clauses) }):
		t.Fatalf("no line bears out %v", e)
	case e.Unclaimed() && !some(func(l verdict.Line) bool {
		return l.Join == verdict.Apart && len(l.By) == 0 && l.Plumbing == "" && !l.Unmeasured
	}):
		t.Fatalf("no line is unserved in %v", e)
	case !e.Unclaimed() && some(func(l verdict.Line) bool {
		return l.Join == verdict.Apart && len(l.By) == 0 && l.Plumbing == "" && !l.Unmeasured
	}):
		t.Fatalf("a line that serves nothing hides in %v", e)
	case !e.Unmeasured && some(func(l verdict.Line) bool { return l.Unmeasured }):
		t.Fatalf("a line that was not measured hides in %v", e)
	}
	for _, by := range e.By {
		if !some(func(l verdict.Line) bool { return slices.Contains(l.By, by) }) {
			t.Fatalf("nothing bears out %q in %v", by, e)
		}
	}
}

func TestLedgerIsSortedAndFailsClosed(t *testing.T) {
	t.Parallel()
	l := verdict.NewLedger([]verdict.Entry{
		{File: "b.go", Line: 1, EndLine: 2, Clauses: []string{"E10", "E2"}}, {File: "a.go", Line: 9, EndLine: 9, Unmeasured: true}, {File: "a.go", Line: 2, EndLine: 3, Clauses: []string{"B1", "E2"}},
	}, "")
	if got := []string{l.Entries[0].Place(), l.Entries[1].Place(), l.Entries[2].Place()}; !slices.Equal(got, []string{"a.go:2-3", "a.go:9", "b.go:1-2"}) {
		t.Errorf("want the entries by file and line, got %v", got)
	}
	if diff := cmp.Diff([]string{"B1", "E2", "E10"}, l.Clauses()); diff != "" {
		t.Error(diff)
	}
	if l.Measured || l.Why == "" {
		t.Errorf("an entry that was not measured must not be hidden: %+v", l)
	}
}

func TestServedOnly(t *testing.T) {
	t.Parallel()
	holds := verdict.Report{Verdicts: []verdict.Verdict{{Clause: "B1", Level: spec.Must, Section: spec.Behavior, Status: verdict.Pass, Basis: verdict.Executed}}}
	served := verdict.Entry{File: "a.go", Line: 1, EndLine: 4, Clauses: []string{"B1"}, By: []string{"test"}}
	extra := verdict.Entry{File: "a.go", Line: 6, EndLine: 9, Code: "func Extra() {"}
	for name, c := range map[string]struct {
		ledger *verdict.Ledger
		accept bool
		why    string
	}{
		"all served":    {verdict.NewLedger([]verdict.Entry{served}, ""), true, ""},
		"one is not":    {verdict.NewLedger([]verdict.Entry{served, extra}, ""), false, "a.go:6-9 serves no clause"},
		"several":       {verdict.NewLedger([]verdict.Entry{extra, {File: "b.go", Line: 1, EndLine: 1}, {File: "c.go", Line: 1, EndLine: 1}}, ""), false, "a.go:6-9 serves no clause, and neither do 2 other places"},
		"not measured":  {verdict.NewLedger([]verdict.Entry{served}, "runner tap"), false, "which clause a line serves is not measured: runner tap"},
		"not drawn up":  {nil, false, "nobody can tell which clause a line serves: no clause rests on a test, a required text or a citation"},
		"plumbing only": {verdict.NewLedger([]verdict.Entry{{File: "a.go", Line: 1, EndLine: 1, Plumbing: "package"}}, ""), true, ""},
	} {
		r := holds
		r.Ledger = c.ledger
		policy := verdict.DefaultPolicy()
		if !r.Accepted(policy) || !r.Upheld(policy) {
			t.Errorf("%s: without the policy the ledger decides nothing", name)
		}
		policy.ServedOnly = true
		if r.Accepted(policy) != c.accept || r.OutOfScope() != c.why || !r.Upheld(policy) {
			t.Errorf("%s: accepted %v, %q", name, r.Accepted(policy), r.OutOfScope())
		}
	}
}

func TestFeedbackOnScope(t *testing.T) {
	t.Parallel()
	r := verdict.Report{Ledger: verdict.NewLedger([]verdict.Entry{
		{File: "window.go", Line: 12, EndLine: 18, Code: "func Extra() int {"}, {File: "window.go", Line: 30, EndLine: 30, Code: "return 0, errFar"},
	}, "")}
	want := []string{
		"lines 12-18 of window.go serve no clause: remove what is there, or make it part of what a clause asks for: func Extra() int {",
		"line 30 of window.go serves no clause: remove what is there, or make it part of what a clause asks for: return 0, errFar",
	}
	if diff := cmp.Diff(want, r.Feedback().Scope); diff != "" {
		t.Error(diff)
	}
	if r.Feedback().Empty() {
		t.Error("there is something to tell")
	}
	moved := verdict.Report{Ledger: verdict.NewLedger([]verdict.Entry{{File: "window.go", Line: 13, EndLine: 19, Code: "func Extra() int {"}, {File: "window.go", Line: 31, EndLine: 31, Code: "return 0, errFar"}}, "")}
	if !verdict.SameFailures(r, moved) || verdict.SameFailures(r, verdict.Report{}) {
		t.Error("lines that moved are the same failure, and none are another")
	}
	for n := range 9 {
		moved.Ledger.Entries = append(moved.Ledger.Entries, verdict.Entry{File: "x.go", Line: n + 1, EndLine: n + 1})
	}
	if got := moved.Feedback().Scope; len(got) != 9 || got[8] != "and 3 more" {
		t.Errorf("got %d lines, the last %q", len(got), got[len(got)-1])
	}
}
