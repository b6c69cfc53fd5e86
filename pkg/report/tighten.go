package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func (t *Text) tightened(b journal.Tightened) {
	d := b.Diagnosis
	if len(d.Findings)+len(d.Amendments)+len(d.Proposals) == 0 {
		return
	}
	t.printf("\ntighten\n")
	t.findings(d)
	for _, p := range d.Proposals {
		t.printf("  proposed, not applied: %s\n", amendment(p))
	}
	if len(d.Amendments) > 0 {
		var ids []string
		for _, a := range d.Amendments {
			ids = append(ids, a.Clause)
		}
		t.tighten = append(t.tighten, strings.Join(ids, ", "))
	}
}

// findings writes a line for each clause with its cause, and the amendments behind the clause that they are about. Clauses that are
// new come last.
func (t *Text) findings(d verdict.Diagnosis) {
	id, cause := 0, 0
	amended := map[string][]string{}
	for _, f := range d.Findings {
		id, cause = max(id, utf8.RuneCountInString(f.Clause)), max(cause, len(f.Cause))
	}
	for _, a := range d.Amendments {
		id = max(id, utf8.RuneCountInString(a.Clause))
		amended[a.Clause] = append(amended[a.Clause], amendment(a))
	}
	row := func(clause string, c verdict.Cause, text string) string {
		return trimRight(fmt.Sprintf("  %s  %s   %s", pad(clause, id), pad(string(c), cause), text))
	}
	for _, f := range d.Findings {
		changes := amended[f.Clause]
		if len(changes) == 0 {
			t.printf("%s\n", t.style.fit(row(f.Clause, f.Cause, oneLine(f.Why)), 0))
			continue
		}
		t.change(row(f.Clause, f.Cause, changes[0]))
		for _, change := range changes[1:] {
			t.change(row("", "", change))
		}
		delete(amended, f.Clause)
	}
	for _, a := range d.Amendments {
		for _, change := range amended[a.Clause] {
			t.change(row(a.Clause, "", change))
		}
		delete(amended, a.Clause)
	}
}

// change writes the line of an amendment. Nothing of it is cut; where it is too long the why has a line of its own.
func (t *Text) change(line string) {
	if what, why, ok := strings.Cut(line, whyMark); ok && t.style.fit(line, 0) != line {
		t.printf("%s\n        why: %s\n", what, why)
		return
	}
	t.printf("%s\n", line)
}

// whyMark stands between an amendment and its why.
const whyMark = "   why: "

// amendment says what changes in the spec, whole: it is what a person defends.
func amendment(a spec.Amendment) string {
	what := fmt.Sprintf("+ %q", oneLine(a.Text))
	switch a.Kind {
	case spec.RaiseLevel:
		what = "level " + a.Text
	case spec.AddClause:
		what = fmt.Sprintf("new clause %q", oneLine(a.Text))
	case spec.AddExample:
		what = fmt.Sprintf("example %q", oneLine(a.Text))
	case spec.AppendSentence:
	}
	return what + whyMark + oneLine(a.Why)
}
