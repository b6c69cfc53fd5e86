package report

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Verdicts writes the verdict table: one line per clause. all shows what passed too; else it is only counted.
func Verdicts(w io.Writer, s Style, verdicts []verdict.Verdict, all bool) {
	var rows []verdict.Verdict
	for _, v := range verdicts {
		if all || v.Status == verdict.Fail || v.Status == verdict.Unknown {
			rows = append(rows, v)
		}
	}
	columns := s.columns(rows)
	for _, v := range rows {
		s.row(w, v, columns)
	}
}

type columns struct{ id, text, evidence int } // widths; 0: as long as it is

// columns divides the width: clause text gets what it needs up to half of the room, the evidence the rest.
func (s Style) columns(rows []verdict.Verdict) columns {
	c := columns{}
	for _, v := range rows {
		c.id = max(c.id, utf8.RuneCountInString(v.Clause))
		c.text = max(c.text, utf8.RuneCountInString(oneLine(v.Text)))
	}
	if s.Width == 0 {
		return c
	}
	sign, _ := s.sign(verdict.Pass)
	room := max(s.Width-2-utf8.RuneCountInString(sign)-1-c.id-2-3, 20)
	c.text = min(c.text, room/2)
	c.evidence = room - c.text
	return c
}

func (s Style) row(w io.Writer, v verdict.Verdict, c columns) {
	sign, color := s.sign(v.Status)
	text := pad(s.cut(oneLine(v.Text), c.text), c.text)
	evidence := s.cut(observation(v), c.evidence)
	line := fmt.Sprintf("%s  %s   %s", pad(v.Clause, c.id), text, evidence)
	if v.Status == verdict.Pass || v.Status == verdict.Waived || v.Status == verdict.Open {
		line = s.paint(dim, line)
	}
	_, _ = fmt.Fprintf(w, "  %s %s\n", s.paint(color, sign), trimRight(line))
}

// observation says in one line what a verdict rests on.
func observation(v verdict.Verdict) string {
	if v.Status == verdict.Fail || v.Status == verdict.Unknown {
		for _, e := range v.Evidence {
			if !e.Passed && v.Status == verdict.Fail {
				return Evidence(e)
			}
		}
		return oneLine(v.Reason)
	}
	basis := string(v.Basis)
	if v.Reason != "" {
		return oneLine(basis + " " + v.Reason)
	}
	for _, e := range v.Evidence {
		if e.Kind == verdict.FromTest {
			return basis + " " + e.Test
		}
	}
	if len(v.Evidence) > 0 {
		return oneLine(basis + " " + Evidence(v.Evidence[0]))
	}
	return basis
}

// Evidence in one line: the test, its input, what was expected and what came; a rule and where it is broken; a citation.
func Evidence(e verdict.Evidence) string {
	place := ""
	if e.File != "" {
		place = e.File
		if e.Line > 0 {
			place = fmt.Sprintf("%s:%d", e.File, e.Line)
		}
	}
	switch e.Kind {
	case verdict.FromTest:
		return oneLine(e.Test + ": " + said(e))
	case verdict.FromRule:
		return oneLine(join(e.Rule, place, e.Quote, e.Message))
	case verdict.FromCitation:
		return oneLine(join(place, e.Quote, e.Message))
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

// Counts says how many clauses hold on which basis: 8 pass (6 executed, 2 static).
func Counts(verdicts []verdict.Verdict) string {
	return verdict.Report{Verdicts: verdicts}.Summary()
}
