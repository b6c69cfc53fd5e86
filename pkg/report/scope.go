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

// leastCode is how many columns a line of code must have to be worth showing.
const leastCode = 12

// Scope writes the lines that serve no clause; nothing where there are none. That it was not measured is told to who wants to see all.
func Scope(w io.Writer, s Style, l *verdict.Ledger) {
	if l == nil {
		return
	}
	note := func(text string) {
		for _, line := range s.wrap(oneLine(text), 2) {
			_, _ = fmt.Fprintf(w, "  %s\n", s.paint(dim, line))
		}
	}
	if open := l.Unclaimed(); len(open) > 0 {
		s.places(w, open)
		if len(l.Untraced) > 0 {
			note("it may be there for " + strings.Join(l.Untraced, ", ") + ": a check names no lines")
		}
	}
	if !l.Measured && s.Verbose {
		note("scope creep is not measured: " + l.Why)
	}
}

// places writes where the lines are that serve no clause, each place with its first line of code.
func (s Style) places(w io.Writer, open []verdict.Entry) {
	const title = "scope creep"
	count := s.fit("   "+Count(len(open), "place")+" served by no clause", 2+len(title))
	_, _ = fmt.Fprintf(w, "  %s%s\n", s.paint(yellow, title), count)
	width := 0
	for _, e := range open[:min(len(open), maxScope)] {
		width = max(width, utf8.RuneCountInString(s.fitEnd(oneLine(e.Place()), 4)))
	}
	for i, e := range open {
		if i == maxScope {
			_, _ = fmt.Fprintf(w, "    and %s more\n", Number(len(open)-i))
			break
		}
		line := pad(s.fitEnd(oneLine(e.Place()), 4), width)
		if used := 4 + width + between; s.Width == 0 || s.Width-used >= leastCode {
			line += strings.Repeat(" ", between) + s.fit(oneLine(e.Code), used)
		}
		_, _ = fmt.Fprintf(w, "    %s\n", trimRight(line))
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
