package verdict

import (
	"fmt"
	"slices"
	"strings"
)

// Standoff is where a judge and the code say different things, and neither has moved: the same objection to the same clause in two
// attempts. More attempts do not settle it, a person can.
type Standoff struct {
	Clause string
	Text   string     // of the clause
	Shown  Evidence   // the objection that was run, or the citation that the clause rules out
	Cited  []Evidence // the lines that the judge names
}

// SameObjection finds a clause that binds and that fails in both of two consecutive reports by the same objection of a judge: in the
// same words, with the same call, expectation and result or, for what lines alone show, with the same quote. Where the lines stand does
// not count.
func SameObjection(prev, now Report) (Standoff, bool) {
	before := prev.byKey()
	for _, v := range now.Verdicts {
		was, ok := before[v.key()]
		if !ok || !v.objected() || !was.objected() {
			continue
		}
		if e, ok := v.repeated(was); ok {
			return Standoff{Clause: v.Clause, Text: v.Text, Shown: e, Cited: v.cited()}, true
		}
	}
	return Standoff{}, false
}

// objected says whether nothing but a judge's objection speaks against a clause that binds.
func (v Verdict) objected() bool { return must(v) && v.Status == Fail && v.Basis == Judged }

// repeated gives the observation that both verdicts rest on: what was run decides where something was run.
func (v Verdict) repeated(was Verdict) (Evidence, bool) {
	kind := FromCitation
	if slices.ContainsFunc(v.Evidence, Evidence.objects) || slices.ContainsFunc(was.Evidence, Evidence.objects) {
		kind = FromObjection
	}
	for _, e := range v.Evidence {
		if e.Passed || e.Kind != kind {
			continue
		}
		same := func(o Evidence) bool {
			return !o.Passed && o.Kind == kind && o.Input == e.Input && o.Want == e.Want && o.Got == e.Got && o.Quote == e.Quote
		}
		if slices.ContainsFunc(was.Evidence, same) {
			return e, true
		}
	}
	return Evidence{}, false
}

func (e Evidence) objects() bool { return e.Kind == FromObjection && !e.Passed }

func (v Verdict) cited() []Evidence {
	return slices.DeleteFunc(slices.Clone(v.Evidence), func(e Evidence) bool { return e.Kind != FromCitation })
}

// String says both sides, for the person who has to decide: E2: the judge says that Window(-1) must give error, because of "is an
// error"; the code gives 0, nil, twice (window.go:8: return 0, nil).
func (s Standoff) String() string {
	var lines, words []string
	for _, c := range s.Cited {
		lines = append(lines, fmt.Sprintf("%s:%d: %s", c.File, c.Line, clip(folded(c.Quote), maxLine)))
		if w := fmt.Sprintf("%q", folded(c.Words)); c.Words != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	because := ""
	if len(words) > 0 {
		because = ", because of " + strings.Join(words, " and ")
	}
	if s.Shown.Kind == FromCitation {
		return fmt.Sprintf("%s: the judge says that the clause rules this out%s; the code has it, twice (%s)", s.Clause, because, strings.Join(lines, "; "))
	}
	return fmt.Sprintf("%s: the judge says that %s must give %s%s; the code gives %s, twice (%s)",
		s.Clause, s.Shown.Input, s.Shown.Want, because, s.Shown.Got, strings.Join(lines, "; "))
}

func folded(text string) string { return strings.Join(strings.Fields(text), " ") }
