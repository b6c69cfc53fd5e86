package lock

import "github.com/specgen-dev/specgen/pkg/verdict"

// Ledger says which clauses the lines serve that the run changed, in the files as they were accepted. It is what is left of the
// reverse ledger of an evaluation: plumbing and removed lines are not kept.
type Ledger struct {
	Measured bool           `json:"measured"`
	Why      string         `json:"why,omitempty"` // what could not be measured
	Files    []LedgerOfFile `json:"files"`         // by path
}

// LedgerOfFile is the part of one file.
type LedgerOfFile struct {
	Path   string  `json:"path"`
	Ranges []Range `json:"ranges"` // from top to bottom
}

// Range is a run of lines that serve the same clauses. Without clauses and without By they serve none.
type Range struct {
	Line       int      `json:"line"`
	EndLine    int      `json:"end_line"`
	Clauses    []string `json:"clauses"`
	By         []string `json:"by,omitempty"`
	Unmeasured bool     `json:"unmeasured,omitempty"` // a test might claim them, and nobody could tell
}

// kept gives what the lock keeps of a ledger; nil where there is none.
func kept(l *verdict.Ledger) *Ledger {
	if l == nil {
		return nil
	}
	out := &Ledger{Measured: l.Measured, Why: l.Why, Files: []LedgerOfFile{}}
	for _, e := range l.Entries {
		if e.Plumbing != "" {
			continue
		}
		if n := len(out.Files); n == 0 || out.Files[n-1].Path != e.File {
			out.Files = append(out.Files, LedgerOfFile{Path: e.File})
		}
		last := &out.Files[len(out.Files)-1]
		last.Ranges = append(last.Ranges, Range{
			Line: e.Line, EndLine: e.EndLine, Clauses: append([]string{}, e.Clauses...), By: e.By, Unmeasured: e.Unmeasured,
		})
	}
	return out
}
