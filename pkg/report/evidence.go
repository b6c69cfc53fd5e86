package report

import (
	"fmt"

	"github.com/specgen-dev/specgen/pkg/syntax"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// names are the tests of one table: full name to the name that is shown.
type names map[string]string

// testNames takes the package off the names of Go tests, unless two of them could then not be told apart.
func testNames(verdicts []verdict.Verdict) names {
	alike := map[string]string{} // short name to the only full name that has it, or to ""
	shown := names{}
	for _, v := range verdicts {
		for _, e := range v.Evidence {
			short := shortName(e.Test)
			if other, met := alike[short]; met && other != e.Test {
				alike[short] = ""
				continue
			}
			alike[short] = e.Test
		}
	}
	for _, v := range verdicts {
		for _, e := range v.Evidence {
			shown[e.Test] = e.Test
			if short := shortName(e.Test); alike[short] == e.Test {
				shown[e.Test] = short
			}
		}
	}
	return shown
}

// shortName is the name of a Go test without its package: the part from the first ".Test" on. Other names stay as they are.
func shortName(full string) string {
	for i, r := range full {
		if r == '.' && syntax.GoRuns(full[i+1:], "Test", "Example", "Fuzz") {
			return full[i+1:]
		}
	}
	return full
}

// observation says in one line what a verdict rests on, and with bound whether its checks are bound.
func (n names) observation(v verdict.Verdict, bound bool) string {
	if v.Refused != "" {
		return oneLine(v.Refused)
	}
	if bad(v) {
		for _, e := range v.Evidence {
			if !e.Passed && v.Status == verdict.Fail {
				return n.evidence(e)
			}
		}
		return oneLine(v.Reason)
	}
	basis := string(v.Basis)
	if bound && (v.Basis == verdict.Executed || v.Basis == verdict.Static) {
		basis += ", " + boundWords(v.Bound)
	}
	if v.Reason != "" {
		return oneLine(basis + " " + v.Reason)
	}
	for _, e := range v.Evidence {
		if e.Kind == verdict.FromTest {
			return oneLine(basis + " " + n[e.Test])
		}
	}
	if len(v.Evidence) > 0 {
		return oneLine(basis + " " + n.evidence(v.Evidence[0]))
	}
	return basis
}

// evidence in one line: the test, its input, what was expected and what came; a rule and where it is broken; a citation.
func (n names) evidence(e verdict.Evidence) string {
	place := ""
	if e.File != "" {
		place = e.File
		if e.Line > 0 {
			place = fmt.Sprintf("%s:%d", e.File, e.Line)
		}
		if e.Line > 0 && e.Col > 0 {
			place = fmt.Sprintf("%s:%d", place, e.Col)
		}
	}
	switch e.Kind {
	case verdict.FromTest:
		return oneLine(n[e.Test] + ": " + said(e))
	case verdict.FromRule:
		return oneLine(join(e.Rule, place, e.Quote, e.Message))
	case verdict.FromCitation:
		return oneLine(join(place, e.Quote, e.Message))
	case verdict.FromObjection:
		return oneLine(said(e) + objected(e))
	case verdict.FromCheck, verdict.FromBuild:
		exit := ""
		if e.Exit != nil {
			exit = fmt.Sprintf("exit %d", *e.Exit)
		}
		return oneLine(join(e.Command, exit, place, e.Message))
	case verdict.FromPerson:
	}
	return oneLine(join(place, e.Message))
}

// said is what a test observed.
func said(e verdict.Evidence) string {
	switch {
	case e.Want != "" && e.Got != "" && e.Input != "":
		return fmt.Sprintf("%s: want %s, got %s", e.Input, e.Want, e.Got)
	case e.Want != "" && e.Got != "":
		return fmt.Sprintf("want %s, got %s", e.Want, e.Got)
	case e.Message != "":
		return e.Message
	case e.Passed:
		return "passed"
	}
	return "failed"
}

// objected says that it was a judge who expected something else of the code, and how often that was run.
func objected(e verdict.Evidence) string {
	switch {
	case e.Passed:
		return ", as the judge expects"
	case e.Message != "":
		return " (" + e.Message + "; the judge's expectation)"
	}
	return " (the judge's expectation)"
}

func join(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += ": "
		}
		out += p
	}
	return out
}
