package tighten

import (
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// maxMore is how many observations of a clause are shown beyond the smallest, which is all that the generator is told. A
// gap often shows in several ways, and a sentence that closes it by half costs another attempt.
const maxMore = 3

const maxLine = 240 // bytes; what is longer is no observation but an output

// failed gives the failures that something was observed of. What could not be decided, such as after a failed build, is no
// evidence of a gap; and sealed tests stay sealed.
func failed(r verdict.Report) []verdict.Failure {
	open := map[string][]verdict.Evidence{}
	for _, v := range r.Verdicts {
		for _, e := range v.Evidence {
			if v.Status == verdict.Fail && !e.Passed && !e.Sealed {
				open[v.Clause] = append(open[v.Clause], e)
			}
		}
	}
	var out []verdict.Failure
	for _, f := range r.Feedback().Failures {
		if evidence := open[f.Clause]; len(evidence) > 0 {
			f.Lines = append(slices.Clip(f.Lines), more(f, evidence)...)
			out = append(out, f)
		}
	}
	return out
}

// more gives the lines of a clause's failing tests that expect something else than what is shown already.
func more(f verdict.Failure, evidence []verdict.Evidence) []string {
	seen := map[string]bool{f.Want: true}
	for _, line := range f.Lines {
		seen[expectation(line)] = true
	}
	var out []string
	for _, e := range evidence {
		if e.Kind != verdict.FromTest {
			continue
		}
		for _, line := range assertions(e) {
			if want := expectation(line); !seen[want] && len(out) < maxMore && len(line) <= maxLine {
				seen[want] = true
				out = append(out, line)
			}
		}
	}
	return out
}

// assertions are the lines of a failing test: its message, or its parts where there is none.
func assertions(e verdict.Evidence) []string {
	if e.Message == "" && e.Want != "" && e.Got != "" {
		return []string{strings.TrimPrefix(e.Input+": ", ": ") + "want " + e.Want + ", got " + e.Got}
	}
	var out []string
	for line := range strings.SplitSeq(e.Message, "\n") {
		out = append(out, strings.Join(strings.Fields(line), " "))
	}
	return out
}

// expectation is what makes a line say something new: what it wants, or all of it.
func expectation(line string) string {
	if o, ok := verdict.Observe(line); ok {
		return o.Want
	}
	return line
}
