package verdict

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// Feedback is what the next attempt is told of the last one: short, structured, the same for equal situations on every
// machine. It never holds a raw log, nor more of a sealed test than that its clause failed.
type Feedback struct {
	Failures []Failure    `json:"failures,omitempty"`
	Build    []Diagnostic `json:"build,omitempty"`
	Scope    []string     `json:"scope,omitempty"` // the lines that serve no clause, once all clauses hold
}

// Failure is one clause that does not hold, with the smallest observation that shows it.
type Failure struct {
	Clause string   `json:"clause"`
	Text   string   `json:"text"`
	Test   string   `json:"test,omitempty"`
	Input  string   `json:"input,omitempty"`
	Want   string   `json:"want,omitempty"`
	Got    string   `json:"got,omitempty"`
	Lines  []string `json:"lines,omitempty"` // what else was observed: an assertion's words, a rule with the line that breaks it
}

// Empty says whether there is nothing to tell.
func (f Feedback) Empty() bool { return len(f.Failures) == 0 && len(f.Build) == 0 && len(f.Scope) == 0 }

// The sizes of feedback, in bytes and counts. A small model repeats what it is shown; more does not help it.
const (
	maxFailures    = 12
	maxDiagnostics = 8
	maxText        = 400
	maxLine        = 240
	maxLines       = 3
)

// Feedback gives what the next attempt should know: of each MUST that fails or could not be decided, and of each SHOULD
// that fails, the smallest observation. If the code does not build, what could not be decided for that reason is left out.
func (r Report) Feedback() Feedback {
	f := Feedback{Build: diagnostics(r.Build), Scope: r.scope()}
	for _, v := range r.Verdicts {
		if len(f.Failures) == maxFailures {
			break
		}
		if v.worthTelling() && (v.Status != Unknown || len(r.Build) == 0) {
			f.Failures = append(f.Failures, failure(v))
		}
	}
	return f
}

func (v Verdict) worthTelling() bool {
	if v.Holds() {
		return false
	}
	return must(v) || (v.Level == spec.Should && v.Status == Fail)
}

// hiddenBuild is all that is said of an error that stands in a sealed test.
const hiddenBuild = "a test that is not shown does not compile with this code: keep every declaration of the Interface exactly"

func diagnostics(all []Diagnostic) []Diagnostic {
	var out []Diagnostic
	seen := map[Diagnostic]bool{}
	for _, d := range all {
		if d.Sealed {
			d = Diagnostic{Message: hiddenBuild}
		}
		d.Message, d.Source = clip(firstLines(d.Message, 2), maxLine), clip(strings.TrimSpace(d.Source), maxLine)
		if seen[d] || len(out) == maxDiagnostics {
			continue
		}
		seen[d] = true
		out = append(out, d)
	}
	return out
}

func failure(v Verdict) Failure {
	f := Failure{Clause: v.Clause, Text: clip(v.Text, maxText)}
	open, sealed := against(v.Evidence)
	if len(open) == 0 && sealed {
		f.Lines = []string{"this clause does not hold, by a test that is not shown"}
		return f
	}
	if e, ok := smallest(open); ok {
		f.observe(e)
	}
	for _, e := range open {
		if !e.measured() {
			f.add(describe(e))
		}
	}
	if len(open) == 0 {
		f.add(undecided(v))
	}
	return f
}

func undecided(v Verdict) string {
	if v.Reason == "" {
		return "this clause does not hold"
	}
	if v.Status == Unknown {
		return "could not be decided: " + v.Reason
	}
	return v.Reason
}

// against gives the open evidence that speaks against a clause, and says whether the verdict rests on sealed evidence, so
// that its reason may tell of it.
func against(evidence []Evidence) (open []Evidence, sealed bool) {
	for _, e := range evidence {
		sealed = sealed || e.Sealed
		if !e.Passed && !e.Sealed {
			open = append(open, e)
		}
	}
	return open, sealed
}

// measured says whether the evidence is what code gave where something else was expected: a test, or an objection that was run.
func (e Evidence) measured() bool { return e.Kind == FromTest || e.Kind == FromObjection }

// smallest chooses the result that says most in the fewest words.
func smallest(evidence []Evidence) (Evidence, bool) {
	var best Evidence
	found := false
	for _, e := range evidence {
		if !e.measured() {
			continue
		}
		if !found || smaller(e, best) {
			best, found = e, true
		}
	}
	return best, found
}

func smaller(a, b Evidence) bool {
	x, y := a.Want != "" && a.Got != "", b.Want != "" && b.Got != ""
	if x != y {
		return x
	}
	if x {
		return len(a.Input)+len(a.Want)+len(a.Got) < len(b.Input)+len(b.Want)+len(b.Got)
	}
	if (a.Message == "") != (b.Message == "") {
		return a.Message != ""
	}
	return len(a.Message) < len(b.Message)
}

// observe takes a result over. Its words are left out where want and got say it all.
func (f *Failure) observe(e Evidence) {
	f.Test = e.Test
	if e.Want != "" && e.Got != "" {
		f.Input, f.Want, f.Got = clip(e.Input, maxLine), clip(e.Want, maxLine), clip(e.Got, maxLine)
		return
	}
	f.Input = clip(e.Input, maxLine)
	if e.Message == "" {
		f.add(e.Test + " failed")
		return
	}
	for line := range strings.SplitSeq(e.Message, "\n") {
		f.add(strings.TrimSpace(line))
	}
}

func (f *Failure) add(line string) {
	if line == "" || len(f.Lines) == maxLines {
		return
	}
	f.Lines = append(f.Lines, clip(strings.Join(strings.Fields(line), " "), maxLine))
}

// describe is a rule hit, a check, a citation in one line.
func describe(e Evidence) string {
	place := e.File
	if e.File != "" && e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	var parts []string
	for _, part := range []string{e.Rule, e.Command, exit(e), place, strings.TrimSpace(e.Quote), firstLines(e.Message, maxLines)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Want != "" && e.Got != "" {
		parts = append(parts, fmt.Sprintf("expected %s, got %s", e.Want, e.Got))
	}
	return strings.Join(parts, ": ")
}

func exit(e Evidence) string {
	if e.Exit == nil {
		return ""
	}
	return fmt.Sprintf("exit %d", *e.Exit)
}

func firstLines(text string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// clip cuts text at a rune boundary so that it takes at most size bytes, and marks the cut.
func clip(text string, size int) string {
	if len(text) <= size {
		return text
	}
	cut := size - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
