package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
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

func (t *Text) printf(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format, args...) }

func (t *Text) started(b journal.RunStarted) {
	t.run = b
	t.printf("%s  %s  base %s  %s\n", t.style.paint(bold, b.Component), Count(b.Clauses, "clause"), Short(b.Base), b.Model)
	for _, warning := range b.Warnings {
		_, _ = fmt.Fprintf(t.warnings, "specgen: %s\n", warning)
	}
}

// Short is a commit's ID as people write it.
func Short(id string) string { return id[:min(len(id), 7)] }

func (t *Text) refused(b journal.Refused) {
	t.printf("\nattempt %d  %s   answer %d could not be used\n", b.Attempt, t.spent(), b.Round)
	first, _, _ := strings.Cut(b.Reason, "\n")
	if len(b.Files) == 0 {
		t.printf("  %s\n", t.style.cut(oneLine(first), t.style.Width-2))
	}
	for _, f := range b.Files {
		for _, h := range f.Hunks {
			if h.Status == patch.Refused {
				words, _, _ := strings.Cut(h.Message, "\n")
				t.printf("  %s\n", t.style.cut(oneLine(fmt.Sprintf("%s hunk %d  %s  %s", f.Path, h.N, h.Reason, words)), t.style.Width-2))
			}
		}
	}
}

func (t *Text) spent() string {
	return t.style.paint(dim, fmt.Sprintf("%s tokens %s", Number(t.tokens), Duration(t.took)))
}

func (t *Text) evaluated(b journal.Evaluated) {
	placed, tests := "", ""
	if t.last != nil {
		placed = "   " + placement(t.last.Files, t.last.Repairs)
	}
	if b.Report.Tests.Total > 0 {
		tests = fmt.Sprintf("   %d of %s pass", b.Report.Tests.Passed, Count(b.Report.Tests.Total, "test"))
	}
	t.printf("\nattempt %d  %s%s%s\n", b.Attempt, t.spent(), placed, tests)
	for _, d := range b.Report.Build {
		t.printf("  %s\n", t.style.cut(fmt.Sprintf("%s:%d: %s", d.File, d.Line, oneLine(d.Message)), t.style.Width-2))
	}
	Verdicts(t.out, t.style, b.Report.Verdicts, t.style.Verbose)
	t.printf("  %s\n", t.style.paint(dim, b.Report.Summary()))
	if len(b.Regressions) > 0 {
		t.printf("  %s passed before\n", strings.Join(b.Regressions, ", "))
	}
	if len(b.Report.Build) == 0 && b.Report.Conflict != "" {
		t.printf("  %s\n", oneLine(b.Report.Conflict))
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
			if tiers[h.Tier] == 0 {
				order = append(order, h.Tier)
			}
			tiers[h.Tier]++
		}
	}
	var parts []string
	for _, tier := range order {
		switch tier {
		case "exact":
			parts = append(parts, Count(tiers[tier], "hunk")+" exact")
		case "whole":
			parts = append(parts, "written whole")
		default:
			parts = append(parts, fmt.Sprintf("%d by %s", tiers[tier], tier))
		}
	}
	text := Count(len(changed), "file") + ": " + strings.Join(parts, ", ")
	if len(repairs) > 0 {
		text += fmt.Sprintf(", %s", Count(len(repairs), "repair"))
	}
	return text
}

func (t *Text) tightened(b journal.Tightened) {
	d := b.Diagnosis
	if len(d.Findings) == 0 {
		return
	}
	t.printf("\ntighten\n")
	t.tightenLines(d, d.Amendments, false)
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

func (t *Text) tightenLines(d verdict.Diagnosis, amendments []spec.Amendment, _ bool) {
	width := 0
	for _, f := range d.Findings {
		width = max(width, len(f.Clause))
	}
	for _, f := range d.Findings {
		line := fmt.Sprintf("  %s  %s", pad(f.Clause, width), f.Cause)
		said := false
		for _, a := range amendments {
			if a.Clause == f.Clause {
				line += "   " + amendment(a)
				said = true
			}
		}
		if !said && f.Why != "" {
			line += "   " + oneLine(f.Why)
		}
		if !said {
			line = t.style.cut(line, t.style.Width)
		}
		t.printf("%s\n", line)
	}
}

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
	return fmt.Sprintf("%s   why: %s", what, oneLine(a.Why))
}

func trimRight(text string) string { return strings.TrimRight(text, " ") }
