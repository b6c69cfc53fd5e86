package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The kinds of evidence by which a line serves a clause, as Entry.By names them.
const (
	ByTest      = "test"      // a passing test of the clause ran it
	ByRule      = "rule"      // a rule of the clause requires what stands there
	ByCitation  = "citation"  // a verified citation rests on it
	ByInterface = "interface" // the Interface section declares it; it names no clause
)

// Ledger is the reverse of the verdicts: of each line that a candidate changes, the clauses that it serves, by evidence. What serves
// none, and is no plumbing, does more than the spec asks for.
type Ledger struct {
	// Measured says that all evidence could be traced to lines. Without it some entries are not measured, and Why says why.
	Measured bool   `json:"measured"`
	Why      string `json:"why,omitempty"`
	// Untraced are the clauses that hold by commands alone, which name no lines.
	Untraced []string `json:"untraced,omitempty"`
	Entries  []Entry  `json:"entries"` // by file and line
}

// Entry is a run of changed lines that serve the same clauses.
type Entry struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`               // in the new file
	EndLine int      `json:"end_line,omitempty"` // 0 where nothing was added: then Removed lines stood in front of Line
	Clauses []string `json:"clauses,omitempty"`
	By      []string `json:"by,omitempty"` // test, rule, citation, interface
	// Plumbing says what the lines are that need no clause: imports, comments, declarations that other lines use.
	Plumbing string `json:"plumbing,omitempty"`
	// Unmeasured says that a test might claim the lines, and nobody can tell.
	Unmeasured bool   `json:"unmeasured,omitempty"`
	Removed    int    `json:"removed,omitempty"` // lines that stood there before
	Code       string `json:"code,omitempty"`    // the first line of what serves no clause
}

// NewLedger puts the entries of all files in order. why says what could not be measured; "" where that is nothing.
func NewLedger(entries []Entry, why string) *Ledger {
	l := &Ledger{Measured: why == "", Why: why, Entries: append([]Entry{}, entries...)}
	slices.SortStableFunc(l.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.EndLine, b.EndLine))
	})
	for _, e := range l.Entries {
		if e.Unmeasured && l.Measured {
			l.Measured, l.Why = false, fmt.Sprintf("nobody can tell whether the tests run %s", e.Place())
		}
	}
	return l
}

// Unclaimed says whether the lines serve no clause, although they should and that can be told.
func (e Entry) Unclaimed() bool {
	return len(e.Clauses) == 0 && len(e.By) == 0 && e.Plumbing == "" && !e.Unmeasured
}

// Unclaimed gives the entries whose lines serve no clause. A ledger that was not drawn up has none.
func (l *Ledger) Unclaimed() []Entry {
	if l == nil {
		return nil
	}
	var out []Entry
	for _, e := range l.Entries {
		if e.Unclaimed() {
			out = append(out, e)
		}
	}
	return out
}

// Clauses gives the clauses that any line serves, in the order of their IDs.
func (l *Ledger) Clauses() []string {
	if l == nil {
		return nil
	}
	var out []string
	for _, e := range l.Entries {
		out = append(out, e.Clauses...)
	}
	slices.SortFunc(out, compareIDs)
	return slices.Compact(out)
}

// compareIDs puts E2 before E10.
func compareIDs(a, b string) int {
	x, y := strings.TrimRight(a, "0123456789"), strings.TrimRight(b, "0123456789")
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// Place is where the lines are, for people: window.go:12-18.
func (e Entry) Place() string {
	if e.EndLine <= e.Line {
		return fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return fmt.Sprintf("%s:%d-%d", e.File, e.Line, e.EndLine)
}

// OutOfScope says why a report does not show that every changed line serves a clause; "" where it does.
func (r Report) OutOfScope() string {
	switch open := r.Ledger.Unclaimed(); {
	case len(open) > 0:
		return fmt.Sprintf("%s serves no clause", open[0].Place()) + others(len(open)-1)
	case r.Ledger == nil:
		return "nobody can tell which clause a line serves: no clause rests on a test, a required text or a citation"
	case !r.Ledger.Measured:
		return "which clause a line serves is not measured: " + r.Ledger.Why
	}
	return ""
}

func others(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and neither does 1 other place"
	}
	return fmt.Sprintf(", and neither do %d other places", n)
}

// maxScope bounds how many places feedback tells of.
const maxScope = 8

// scope tells the next attempt which lines serve no clause.
func (r Report) scope() []string {
	open := r.Ledger.Unclaimed()
	var out []string
	for i, e := range open {
		if i == maxScope {
			return append(out, fmt.Sprintf("and %d more", len(open)-i))
		}
		lines := fmt.Sprintf("lines %d-%d of %s serve", e.Line, e.EndLine, e.File)
		if e.EndLine <= e.Line {
			lines = fmt.Sprintf("line %d of %s serves", e.Line, e.File)
		}
		out = append(out, lines+" no clause: remove what is there, or make it part of what a clause asks for: "+clip(e.Code, maxLine))
	}
	if len(out) == 0 && r.Ledger != nil && !r.Ledger.Measured {
		out = append(out, r.OutOfScope())
	}
	return out
}
