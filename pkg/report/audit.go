package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// AuditOf is what an audit is about.
type AuditOf struct {
	Components []string // in the order in which they come
	Rev        string   // as the person named it; "" for the working tree
	All        bool
}

// Audit writes an audit for a person, event by event. One component is shown with its header; of several those that hold have a line each.
type Audit struct {
	out   io.Writer
	style Style
	of    AuditOf
	width int // of the names
	where string
	open  journal.Audited // the last whose checks ran without some wall
	gap   bool            // the last that was written was a block, and wants a blank line behind it
	seen  map[string]journal.Audited
}

// NewAudit writes to out.
func NewAudit(out io.Writer, style Style, of AuditOf) *Audit {
	a := &Audit{out: out, style: style, of: of, where: "working tree", seen: map[string]journal.Audited{}}
	for _, name := range of.Components {
		a.width = max(a.width, utf8.RuneCountInString(name))
	}
	return a
}

// Event writes what there is to say about an event.
func (a *Audit) Event(e journal.Event) {
	switch b := e.Body.(type) {
	case journal.Audited:
		if b.Revision != "" {
			a.where = Short(b.Revision)
		}
		if b.Error != nil {
			return // said on standard error
		}
		a.seen[b.Component] = b
		if len(a.of.Components) == 1 {
			a.alone(b)
		} else {
			a.amongOthers(b)
		}
	case journal.AuditFinished:
		a.finished(b)
	}
}

func (a *Audit) printf(format string, args ...any) { _, _ = fmt.Fprintf(a.out, format, args...) }

// sentence writes text that is read whole: wrapped at the width, and indented, from the second line on a little more.
func (a *Audit) sentence(indent int, color, text string) {
	lead := strings.Repeat(" ", indent)
	for _, line := range a.style.wrap(oneLine(text), indent+2) {
		a.printf("%s%s\n", lead, a.style.paint(color, line))
		lead = strings.Repeat(" ", indent+2)
	}
}

// alone shows the only component of an audit.
func (a *Audit) alone(b journal.Audited) {
	component := a.style.fit(b.Component, 0)
	rest := fmt.Sprintf("  %s  %s", Count(len(b.Verdicts), "clause"), a.where)
	a.printf("%s%s\n", a.style.paint(bold, component), a.style.fit(rest, utf8.RuneCountInString(component)))
	a.details(b)
	a.sentence(2, dim, counts(b))
	a.beyond(b)
	a.walls(b)
	took := "   " + Duration(time.Duration(b.Duration)*time.Millisecond)
	warnings, _ := warned(b)
	if b.Outcome == "accepted" {
		a.printf("\n%s%s\n", a.style.paint(green, a.style.fit("accepted as it stands"+warnings, len(took))), took)
		return
	}
	a.printf("\n%s%s\n", a.style.fit("not accepted: "+reasons(b)+warnings, len(took)), took)
}

// amongOthers shows one of several: a line, and below it what speaks against it.
func (a *Audit) amongOthers(b journal.Audited) {
	holds := b.Outcome == "accepted"
	status := verdict.Fail
	if holds {
		status = verdict.Pass
	}
	sign, color := a.style.sign(status)
	if a.gap {
		a.printf("\n")
	}
	lead := sign + " " + pad(b.Component, a.width) + "  "
	warnings, _ := warned(b)
	for i, line := range a.style.wrap(oneLine(counts(b)+warnings), utf8.RuneCountInString(lead)) {
		if holds {
			line = a.style.paint(dim, line)
		}
		if i > 0 {
			a.printf("%s%s\n", strings.Repeat(" ", utf8.RuneCountInString(lead)), line)
			continue
		}
		a.printf("%s %s  %s\n", a.style.paint(color, sign), pad(b.Component, a.width), line)
	}
	a.gap = !holds || a.style.Verbose
	if len(b.Unwalled) > 0 {
		a.open = b
	}
	if a.gap {
		a.details(b)
	}
	a.beyond(b)
	if a.style.Verbose {
		a.walls(b)
	}
}

// maxDiagnostics is how many errors of a compiler are shown; the first says most.
const maxDiagnostics = 10

// details are the verdicts that a person has to look at, and what the spec leaves undecidable.
func (a *Audit) details(b journal.Audited) {
	for i, d := range b.Build {
		if i == maxDiagnostics && !a.style.Verbose {
			a.printf("  and %s\n", Count(len(b.Build)-i, "more error"))
			break
		}
		a.printf("  %s\n", a.style.fit(diagnostic(d), 2))
	}
	if len(b.Build) == 0 && b.Conflict != "" {
		a.sentence(2, "", b.Conflict)
	}
	if b.Absent != "" && !a.style.Verbose {
		sign, color := a.style.sign(verdict.Unknown)
		a.printf("  %s %s\n", a.style.paint(color, sign), a.style.fit(oneLine(b.Absent), 3+utf8.RuneCountInString(sign)))
	} else {
		Verdicts(a.out, a.style, b.Verdicts, a.style.Verbose)
	}
	if a.style.Verbose {
		if _, none := measured(b.Verdicts); none {
			a.sentence(2, dim, "its checks are not measured: specgen challenge "+b.Component)
		}
	}
	for _, f := range b.Findings {
		a.finding(b, f)
	}
	for _, l := range b.Laundered {
		a.laundered(l)
	}
	_, others := warned(b)
	for _, w := range others {
		a.sentence(2, "", w)
	}
}

// laundered says which clause was changed while the code violated it, how that shows, and what to do.
func (a *Audit) laundered(l journal.Laundered) {
	text := fmt.Sprintf("%s was changed while the code violated it: as it was agreed on it fails, and now it is %s: %s", l.Clause, l.Now, l.Evidence)
	if l.Why != "" {
		a.sentence(2, "", text)
		a.sentence(4, dim, fmt.Sprintf("why: %s (%s)", l.Why, l.Owner))
		return
	}
	a.sentence(2, red, text)
	a.sentence(4, dim, "it was: "+l.Text)
	a.sentence(4, "", fmt.Sprintf("take the clause back, or mend the code; if it is meant, the spec needs an owner, and its commit a line \"Spec-Why: %s reason\"", l.Clause))
}

// finding says where the spec leaves something undecidable, and what to do. Why is said by the verdict already, where there is one.
func (a *Audit) finding(b journal.Audited, f journal.SpecFinding) {
	place := fmt.Sprintf("%s:%d:%d: ", f.File, f.Line, f.Col)
	said := b.Absent == "" && slices.ContainsFunc(b.Verdicts, func(v verdict.Verdict) bool {
		return v.Clause == f.Clause && v.Status == verdict.Unknown && v.Reason != ""
	})
	if said {
		a.sentence(2, "", place+f.Clause+": "+f.Fix)
		return
	}
	a.sentence(2, "", place+f.Message)
	a.sentence(4, dim, f.Fix)
}

func diagnostic(d verdict.Diagnostic) string {
	switch {
	case d.File == "":
		return oneLine(d.Message)
	case d.Line == 0:
		return oneLine(d.File + ": " + d.Message)
	}
	return oneLine(fmt.Sprintf("%s:%d: %s", d.File, d.Line, d.Message))
}

// counts is how many clauses rest on what, and how many tests passed.
func counts(b journal.Audited) string {
	text := summary(verdict.Report{Verdicts: b.Verdicts, Judge: b.Judge})
	if b.Tests.Total > 0 {
		text += fmt.Sprintf("; %d of %s pass", b.Tests.Passed, Count(b.Tests.Total, "test"))
	}
	return text
}

// walls says what the checks could reach, where that is more than it should be.
func (a *Audit) walls(b journal.Audited) {
	switch {
	case len(b.Unwalled) == 0 && (!a.style.Verbose || len(b.Walls) == 0):
	case b.Sandbox == "off":
		a.sentence(2, "", "the checks ran without a sandbox")
	default:
		a.sentence(2, "", "walls: "+standing(b.Walls, b.Unwalled))
	}
}

// standing lists the walls that stood, and those that did not with the reasons, each reason once.
func standing(walls []string, unwalled []journal.MissingWall) string {
	text := "none"
	if len(walls) > 0 {
		text = strings.Join(walls, ", ")
	}
	for i, m := range unwalled {
		text += map[bool]string{true: "; missing: ", false: ", "}[i == 0] + m.Wall
		if i == len(unwalled)-1 || unwalled[i+1].Reason != m.Reason {
			text += " (" + m.Reason + ")"
		}
	}
	return text
}

// warned names the SHOULD clauses that do not hold. others are the warnings that are about no clause.
func warned(b journal.Audited) (text string, others []string) {
	var ids []string
	for _, w := range b.Warnings {
		id, _, _ := strings.Cut(w, " ")
		if slices.ContainsFunc(b.Verdicts, func(v verdict.Verdict) bool { return v.Clause == id }) {
			ids = append(ids, id)
		} else {
			others = append(others, w)
		}
	}
	if len(ids) > 0 {
		text = fmt.Sprintf(", %s: %s", Count(len(ids), "warning"), strings.Join(ids, ", "))
	}
	return text, others
}

// reasons says in a few words what keeps the code from being accepted.
func reasons(b journal.Audited) string {
	switch {
	case b.Absent != "":
		return "there is no code yet"
	case len(b.Build) > 0 && b.Build[0].Line == 0 && b.Build[0].File != "":
		return "the code is refused" // by a gate: a compiler names lines
	case len(b.Build) > 0:
		return "the code does not build"
	case b.Conflict != "":
		return "the spec contradicts itself"
	case len(b.Verdicts) == 0:
		return "the spec has no clause"
	case slices.ContainsFunc(b.Laundered, func(l journal.Laundered) bool { return l.Why == "" }):
		return "the spec was changed to what the code does"
	case len(b.Blocking) > 0:
		return strings.Join(b.Blocking, ", ")
	case len(b.Findings) == 0:
		if why := (verdict.Report{Ledger: b.Ledger}).OutOfScope(); why != "" {
			return why // nothing else is left that could speak against it
		}
	}
	return "the spec leaves open how that is decided"
}

func (a *Audit) finished(b journal.AuditFinished) {
	if len(a.of.Components) > 1 {
		a.summary(b)
		if !a.style.Verbose {
			a.walls(a.open)
		}
	}
	for i, s := range b.Skipped {
		if i == 0 {
			a.printf("skipped   ")
		} else {
			a.printf(", ")
		}
		a.printf("%s (%s)", s.Component, s.Status)
	}
	if len(b.Skipped) > 0 {
		a.printf("\n")
	}
	if len(a.of.Components) == 0 {
		a.printf("nothing was audited: no spec is active or deprecated\n")
	}
	a.next(b)
}

// summary is how several components fared.
func (a *Audit) summary(b journal.AuditFinished) {
	audited := len(b.Accepted) + len(b.NotAccepted) + len(b.Errors)
	took := "   " + Duration(time.Duration(b.Duration)*time.Millisecond)
	if len(b.Accepted) == len(a.of.Components) {
		a.printf("\n%s%s\n", a.style.paint(green, fmt.Sprintf("all %d components accepted as they stand", audited)), took)
		return
	}
	text := fmt.Sprintf("%d of %s accepted", len(b.Accepted), Count(len(a.of.Components), "component"))
	if n := len(b.Errors); n > 0 {
		text += fmt.Sprintf(", %d could not be audited", n)
	}
	if n := len(a.of.Components) - audited; n > 0 {
		text += fmt.Sprintf(", %d not looked at", n)
	}
	a.printf("\n%s%s\n", text, took)
}

// next says what to do now, as commands that can be pasted.
func (a *Audit) next(end journal.AuditFinished) {
	if len(end.NotAccepted) == 0 {
		return
	}
	name, rev := end.NotAccepted[0], ""
	if a.of.Rev != "" {
		rev = " --rev " + a.of.Rev
	}
	b := a.seen[name]
	var steps []step
	if b.Absent == "" && !a.style.Verbose {
		steps = append(steps, step{"specgen audit " + name + rev + " -v", "every clause with its evidence"})
	}
	switch {
	case len(b.Findings) > 0 || b.Conflict != "": // a run would refuse the spec too
	case b.Absent != "":
		steps = append(steps, step{"specgen run " + name, "have it written from its spec"})
	default:
		steps = append(steps, step{"specgen run " + name, "have it written anew from its spec"})
	}
	if len(steps) == 0 {
		return
	}
	a.printf("\n")
	a.style.steps(a.out, "next    ", steps)
}
