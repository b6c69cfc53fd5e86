package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Text writes a run for a person, event by event, live or from its journal.
type Text struct {
	out   io.Writer
	style Style
	blob  func(name string) ([]byte, error)

	run      journal.RunStarted
	tokens   int // of the attempt
	took     time.Duration
	last     *journal.Applied
	applied  map[int]journal.Applied
	tighten  []string
	warnings io.Writer
}

// NewText writes results to out and warnings to warnings. blob reads the journal's blobs.
func NewText(out, warnings io.Writer, style Style, blob func(name string) ([]byte, error)) *Text {
	return &Text{out: out, warnings: warnings, style: style, blob: blob, applied: map[int]journal.Applied{}}
}

// Event writes what there is to say about an event.
func (t *Text) Event(e journal.Event) {
	switch b := e.Body.(type) {
	case journal.RunStarted:
		t.started(b)
	case journal.RunResumed:
		t.printf("resumed after %s\n", Duration(b.Elapsed))
	case journal.AttemptStarted:
		t.tokens, t.took, t.last = 0, 0, nil
	case journal.Completed:
		t.tokens += b.Usage.Total()
		t.took += b.Duration
	case journal.Retried:
		_, _ = fmt.Fprintf(t.warnings, "specgen: %s; again in %s\n", b.Message, Duration(b.Wait))
	case journal.Warned:
		_, _ = fmt.Fprintf(t.warnings, "specgen: %s\n", b.Message)
	case journal.Refused:
		t.refused(b)
	case journal.Applied:
		t.last = &b
		t.applied[b.Attempt] = b
	case journal.Evaluated:
		t.evaluated(b)
	case journal.Tightened:
		t.tightened(b)
	case journal.Finished:
		t.finished(b)
	}
}

// sentence writes text that is read whole: wrapped at the width, and indented.
func (t *Text) sentence(text, color string) {
	for _, line := range t.style.wrap(oneLine(text), 2) {
		t.printf("  %s\n", t.style.paint(color, line))
	}
}

func (t *Text) printf(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format, args...) }

func (t *Text) started(b journal.RunStarted) {
	t.run = b
	component := t.style.fit(b.Component, 0)
	rest := fmt.Sprintf("  %s  base %s  %s", Count(b.Clauses, "clause"), Short(b.Base), oneLine(b.Model))
	t.printf("%s%s\n", t.style.paint(bold, component), t.style.fit(rest, utf8.RuneCountInString(component)))
	for _, warning := range b.Warnings {
		_, _ = fmt.Fprintf(t.warnings, "specgen: %s\n", warning)
	}
}

// Short is a commit's ID as people write it.
func Short(id string) string { return id[:min(len(id), 7)] }

func (t *Text) refused(b journal.Refused) {
	t.attempt(b.Attempt, fmt.Sprintf("answer %d could not be used", b.Round), "")
	first, _, _ := strings.Cut(b.Reason, "\n")
	if len(b.Files) == 0 {
		t.printf("  %s\n", t.style.fit(oneLine(first), 2))
	}
	for _, f := range b.Files {
		for _, h := range f.Hunks {
			if h.Status == patch.Refused {
				words, _, _ := strings.Cut(h.Message, "\n")
				t.printf("  %s\n", t.style.fit(fmt.Sprintf("%s hunk %d  %s  %s", f.Path, h.N, h.Reason, oneLine(words)), 2))
			}
		}
	}
}

// attempt begins what there is to say about an attempt: what it cost, and what came of it. Of the two parts the first gives way
// where there is no room for both.
func (t *Text) attempt(n int, first, second string) {
	label, spent := fmt.Sprintf("attempt %d  ", n), fmt.Sprintf("%s tokens %s", Number(t.tokens), Duration(t.took))
	if first != "" {
		first = "   " + t.style.fit(first, utf8.RuneCountInString(label+spent+second)+3)
	}
	t.printf("\n%s%s%s%s\n", label, t.style.paint(dim, spent), first, second)
}

func (t *Text) evaluated(b journal.Evaluated) {
	placed, tests := "", ""
	if t.last != nil {
		placed = placement(t.last.Files, t.last.Repairs)
	}
	if b.Report.Tests.Total > 0 {
		tests = fmt.Sprintf("   %d of %s pass", b.Report.Tests.Passed, Count(b.Report.Tests.Total, "test"))
	}
	t.attempt(b.Attempt, placed, tests)
	for _, d := range b.Report.Build {
		t.printf("  %s\n", t.style.fit(fmt.Sprintf("%s:%d: %s", d.File, d.Line, oneLine(d.Message)), 2))
	}
	Verdicts(t.out, t.style, b.Report.Verdicts, t.style.Verbose)
	t.sentence(summary(b.Report), dim)
	for _, line := range opened(b.Report.Verdicts) {
		t.sentence(line, "")
	}
	Scope(t.out, t.style, b.Report.Ledger)
	if len(b.Regressions) > 0 {
		t.sentence(strings.Join(b.Regressions, ", ")+" passed before", "")
	}
	if len(b.Report.Build) == 0 && b.Report.Conflict != "" {
		t.sentence(b.Report.Conflict, "")
	}
}

// placement says where an answer went: 2 files: 3 hunks exact, 1 by indent.
func placement(files []patch.FileResult, repairs []patch.Repair) string {
	var changed []patch.FileResult
	for _, f := range files {
		if len(f.Hunks) > 0 {
			changed = append(changed, f)
		}
	}
	tiers := map[string]int{}
	var order []string
	for _, f := range changed {
		for _, h := range f.Hunks {
			tier := h.Tier
			if h.Status == patch.Already {
				tier = string(h.Status)
			}
			if tiers[tier] == 0 {
				order = append(order, tier)
			}
			tiers[tier]++
		}
	}
	var parts []string
	for _, tier := range order {
		switch tier {
		case "exact":
			parts = append(parts, Count(tiers[tier], "hunk")+" exact")
		case "whole":
			parts = append(parts, "written whole")
		case string(patch.Already):
			parts = append(parts, fmt.Sprintf("%d already there", tiers[tier]))
		default:
			parts = append(parts, fmt.Sprintf("%d by %s", tiers[tier], tier))
		}
	}
	text := Count(len(changed), "file")
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	if len(repairs) > 0 {
		text += fmt.Sprintf(", %s", Count(len(repairs), "repair"))
	}
	return text
}

// summary is how many clauses rest on what, and how many of them on nothing but what a judge thinks.
func summary(r verdict.Report) string {
	text := r.Summary()
	switch n := len(r.OpinionAlone()); n {
	case 0:
		return text
	case 1:
		text += "; 1 rests on a judge's opinion alone"
	default:
		text += fmt.Sprintf("; %d rest on a judge's opinion alone", n)
	}
	if r.Judge != nil {
		text += fmt.Sprintf(" (measured: it accepts wrong code %s, and rejects right code %s)", r.Judge.FalseAccepts, r.Judge.FalseRejects)
	}
	return text
}
