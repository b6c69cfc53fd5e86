package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// maxScope is how many places are shown that serve no clause.
const maxScope = 8

// Scope writes the lines that serve no clause; nothing where there are none. That it was not measured is told to who wants to see all.
func Scope(w io.Writer, s Style, l *verdict.Ledger) {
	if l == nil {
		return
	}
	open := l.Unclaimed()
	if len(open) > 0 {
		_, _ = fmt.Fprintf(w, "  %s   %s served by no clause\n", s.paint(yellow, "scope creep"), Count(len(open), "place"))
	}
	width := 0
	for _, e := range open[:min(len(open), maxScope)] {
		width = max(width, utf8.RuneCountInString(oneLine(e.Place())))
	}
	for i, e := range open {
		if i == maxScope {
			_, _ = fmt.Fprintf(w, "    and %d more\n", len(open)-i)
			break
		}
		_, _ = fmt.Fprintf(w, "    %s\n", s.fit(trimRight(pad(oneLine(e.Place()), width)+"   "+oneLine(e.Code)), 4))
	}
	note := func(text string) {
		for _, line := range s.wrap(oneLine(text), 2) {
			_, _ = fmt.Fprintf(w, "  %s\n", s.paint(dim, line))
		}
	}
	if len(open) > 0 && len(l.Untraced) > 0 {
		note(strings.Join(l.Untraced, ", ") + " may be what they are for: a check names no lines")
	}
	if !l.Measured && s.Verbose {
		note("scope creep is not measured: " + l.Why)
	}
}

// opened lists for a person what no run can show, by who has to: 1 open: I4 production has to show it.
func opened(verdicts []verdict.Verdict) []string {
	var ids, why []string
	byReason := map[string][]string{}
	for _, v := range verdicts {
		if v.Status != verdict.Open {
			continue
		}
		ids = append(ids, v.Clause)
		if len(byReason[v.Reason]) == 0 {
			why = append(why, v.Reason)
		}
		byReason[v.Reason] = append(byReason[v.Reason], v.Clause)
	}
	if len(ids) == 0 {
		return nil
	}
	var parts []string
	for _, reason := range why {
		parts = append(parts, strings.Join(byReason[reason], ", ")+" "+reason)
	}
	return []string{fmt.Sprintf("%d open: %s", len(ids), strings.Join(parts, "; "))}
}

// beyond is what there is to say of a component besides its verdicts: what is left to a person, and what no clause asked for.
func (a *Audit) beyond(b journal.Audited) {
	for _, line := range opened(b.Verdicts) {
		a.sentence(2, "", line)
	}
	Scope(a.out, a.style, b.Ledger)
}
