package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// TestsOf is what tests are written for.
type TestsOf struct {
	Component string
	Clauses   []string // those that are asked for, in order
	Model     string
	Accept    bool   // all that pass the checks are written
	Disagree  bool   // also those that disagree with the code
	Record    string // the transcript that is written; "" for none
	Fault     string // why the code cannot be built; "" if it can, or where there is none
}

// Tests writes for a person how tests come to be, event by event.
type Tests struct {
	out   io.Writer
	style Style
	of    TestsOf
	ids   int // width
	ends  map[string]int
	open  string // the first clause that was refused
}

// NewTests writes to out.
func NewTests(out io.Writer, style Style, of TestsOf) *Tests {
	t := &Tests{out: out, style: style, of: of, ends: map[string]int{}}
	for _, id := range of.Clauses {
		t.ids = max(t.ids, utf8.RuneCountInString(id))
	}
	component := style.fit(of.Component, 0)
	rest := "  " + Count(len(of.Clauses), "clause") + " to test"
	if of.Model != "" {
		rest += "  " + oneLine(of.Model)
	}
	t.printf("%s%s\n", style.paint(bold, component), style.fit(rest, utf8.RuneCountInString(component)))
	if of.Fault != "" {
		t.sentence(2, of.Fault)
	}
	t.printf("\n")
	return t
}

func (t *Tests) printf(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format, args...) }

// sentence writes text that is read whole.
func (t *Tests) sentence(indent int, text string) {
	for _, line := range t.style.wrap(oneLine(text), indent) {
		t.printf("%s%s\n", strings.Repeat(" ", indent), line)
	}
}

// Event writes what there is to say about an event.
func (t *Tests) Event(e journal.Event) {
	switch b := e.Body.(type) {
	case journal.TestAuthored:
		t.authored(b)
	case journal.TestsWritten:
		t.written(b)
	}
}

func (t *Tests) authored(b journal.TestAuthored) {
	t.ends[b.Status]++
	if b.Status != journal.TestAccepted && t.open == "" {
		t.open = b.Clause
	}
	status := map[string]verdict.Status{
		journal.TestAccepted: verdict.Pass, journal.TestRefused: verdict.Fail, journal.TestDropped: verdict.Open, journal.TestProposed: verdict.Pass,
	}[b.Status]
	if status == "" {
		status = verdict.Unknown
	}
	sign, color := t.style.sign(status)
	lead := fmt.Sprintf("  %s %s  ", sign, pad(b.Clause, t.ids))
	for i, line := range t.style.wrap(oneLine(t.words(b)), utf8.RuneCountInString(lead)) {
		if i > 0 {
			t.printf("%s%s\n", strings.Repeat(" ", utf8.RuneCountInString(lead)), line)
			continue
		}
		t.printf("  %s %s  %s\n", t.style.paint(color, sign), pad(b.Clause, t.ids), line)
	}
	if t.style.Verbose && b.Source != "" {
		Code(t.out, 4, b.Source)
	}
}

// words is what became of a clause.
func (t *Tests) words(b journal.TestAuthored) string {
	checks := Checks(b)
	sealed := ""
	if b.Sealed {
		sealed = ", sealed"
	}
	switch b.Status {
	case journal.TestAccepted:
		return b.Test + sealed + ": " + checks
	case journal.TestProposed:
		return b.Test + sealed + ": " + checks + "; not written: " + b.Reason
	case journal.TestDropped:
		return b.Test + " dropped"
	case journal.TestRefused:
		return "refused after " + Count(b.Answers, "answer") + ": " + b.Reason
	case journal.TestDisagrees:
		return b.Test + " " + b.Reason
	}
	return b.Reason
}

// Checks says in a few words what a test that passed was checked against.
func Checks(b journal.TestAuthored) string {
	text := "fails on " + Count(len(b.Fails), "degenerate implementation")
	switch b.Agreement {
	case "agrees":
		return text + ", agrees with the code"
	case "disagrees":
		return text + ", disagrees with the code"
	}
	return text + ", there is no code yet"
}

// Code writes source text, indented, without what would command a terminal.
func Code(out io.Writer, indent int, source string) {
	clean := strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return '?'
		}
		return r
	}, source)
	for line := range strings.SplitSeq(strings.TrimRight(clean, "\n"), "\n") {
		_, _ = fmt.Fprintln(out, strings.TrimRight(strings.Repeat(" ", indent)+line, " "))
	}
}

// Disagreement says how a test and the code get on that do not.
func Disagreement(input, want, got, said string) string {
	if want == "" || got == "" {
		return "disagrees with the code: " + said
	}
	if input != "" {
		input += ": "
	}
	return fmt.Sprintf("disagrees with the code: %swant %s, got %s", input, want, got)
}

func (t *Tests) written(b journal.TestsWritten) {
	if b.Error != nil && len(b.Accepted)+len(b.Open) == 0 {
		return // said on standard error
	}
	if len(b.Files) > 0 {
		t.printf("\n")
	}
	for _, f := range b.Files {
		text := Count(len(f.Tests), "test")
		if f.Sealed {
			text += ", never shown to the generator"
		}
		t.printf("wrote   %s   %s   %s\n", f.Path, text, t.style.paint(dim, Short(f.Blob)))
	}
	all := len(b.Accepted) + len(b.Open)
	text := fmt.Sprintf("%d of %s got a test", len(b.Accepted), Count(all, "clause"))
	took := fmt.Sprintf("   %s tokens  %s", Number(b.Usage.Total()), Duration(time.Duration(b.Duration)*time.Millisecond))
	if b.Priced {
		took = fmt.Sprintf("   %s tokens, %.4f  %s", Number(b.Usage.Total()), b.Cost, Duration(time.Duration(b.Duration)*time.Millisecond))
	}
	if len(b.Open) == 0 {
		text = t.style.paint(green, text)
	}
	t.printf("\n%s%s\n", text, took)
	t.next(b)
}

// next says what to do now, as commands that can be pasted.
func (t *Tests) next(b journal.TestsWritten) {
	var steps []step
	name := t.of.Component
	if len(b.Files) > 0 {
		steps = append(steps, step{"specgen audit " + name, "evaluate the code with them"})
		if f := b.Files[0]; f.New {
			steps = append(steps, step{"git add " + f.Path, "they are part of the spec from now on"})
		} else {
			steps = append(steps, step{"git diff " + f.Path, "what came in; it is part of the spec from now on"})
		}
	}
	if t.ends[journal.TestProposed] > 0 {
		again := "specgen tests " + name + " --accept"
		if t.of.Record != "" {
			again += " --replay " + t.of.Record
		}
		steps = append(steps, step{again, "write all that passed every check"})
	}
	if t.ends[journal.TestDisagrees] > 0 {
		steps = append(steps, step{"specgen tests " + name + " -v", "the tests that disagree: one of spec, test and code is wrong"})
	}
	if t.ends[journal.TestRefused] > 0 {
		steps = append(steps, step{"specgen tests " + name + " --clause " + t.open + " --seed 2", "ask for another one, or write it by hand"})
	}
	if len(steps) == 0 {
		return
	}
	t.printf("\n")
	t.style.steps(t.out, "next    ", steps)
}
