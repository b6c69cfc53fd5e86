package lock

import (
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Weakened names the clauses whose evidence no run can show any more, though it could when the lock was written: what a test decided is
// left to a person or to production now. Clauses are known by their ID, or else by their text.
func (l Lock) Weakened(sp *spec.Spec) []string {
	var out []string
	for _, c := range sp.Clauses() {
		agreed, ok := l.clause(sp, c)
		if !ok || !c.Open() || agreed.Status == verdict.Open {
			continue
		}
		out = append(out, fmt.Sprintf("%s: its evidence was %s and is %s now: a weakening; say why in the commit", c.ID, agreed.evidence(), c.EvidenceKind()))
	}
	return out
}

// clause finds what was agreed on a clause: under its ID or, where no clause of that ID was agreed on, in its words. Words that stand
// under an ID which the spec still has belong to that clause.
func (l Lock) clause(sp *spec.Spec, c *spec.Clause) (Clause, bool) {
	for _, agreed := range l.Clauses {
		if agreed.ID == c.ID {
			return agreed, true
		}
	}
	words := fold(c.Text)
	for _, agreed := range l.Clauses {
		if _, taken := sp.Clause(agreed.ID); !taken && fold(agreed.Text) == words {
			return agreed, true
		}
	}
	return Clause{}, false
}

func fold(text string) string { return strings.Join(strings.Fields(text), " ") }

// evidence is the word for what a clause rested on: its own, or that of the basis on which it was accepted.
func (c Clause) evidence() string {
	if c.Evidence != "" {
		return string(c.Evidence)
	}
	switch c.Basis {
	case verdict.Executed:
		return string(spec.EvidenceTest)
	case verdict.Static:
		return string(spec.EvidenceStatic)
	case verdict.Judged:
		return string(spec.EvidenceJudge)
	case verdict.Human, verdict.NoBasis:
	}
	if c.Status == verdict.Waived {
		return "waived for a time"
	}
	return "not named"
}
