package report

import (
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Calibration writes how often the evaluator was wrong, for a person.
func Calibration(w io.Writer, s Style, b journal.Calibrated, maxError float64) {
	t := &challengeText{out: w, style: s}
	width := 0
	for _, c := range b.Components {
		width = max(width, utf8.RuneCountInString(c.Component))
	}
	t.printf("%s  %s  %s\n", pad("", width), pad("right code rejected", rateWidth), "wrong code accepted")
	for _, c := range b.Components {
		t.rates(pad(c.Component, width), "", c.Executed)
		if c.Judge != nil {
			t.rates(pad("", width), "judge", *c.Judge)
		}
	}
	for _, l := range b.Left {
		for _, line := range s.wrap(oneLine("left out: "+l.Why), 2) {
			t.printf("  %s\n", line)
		}
	}
	t.wrong(b)
	t.printf("\n%s\n", "tests, checks and rules")
	t.total(b.Executed)
	if b.Judge != nil {
		t.printf("judge %s, prompts %s\n", oneLine(b.Judge.Model), b.Judge.Prompt)
		t.total(b.Judge.Errors)
		t.printf("  %s tokens for %s\n", Number(b.Usage.Total()), Count(b.Judge.Unknown.Of, "question"))
	}
	took := Duration(time.Duration(b.Duration) * time.Millisecond)
	if b.Exit != 0 && len(b.Components) > 0 {
		t.printf("\nover %g %%   %s\n", maxError, took)
		return
	}
	t.printf("\n%s measured   %s\n", Count(len(b.Components), "component"), took)
}

const rateWidth = 34

func (t *challengeText) rates(name, by string, e verdict.Errors) {
	line := fmt.Sprintf("%s  %s  %s  %s", name, pad(e.FalseRejects.String(), rateWidth), pad(e.FalseAccepts.String(), rateWidth), by)
	if e.Unknown.Count > 0 {
		line += fmt.Sprintf(", %d not decided", e.Unknown.Count)
	}
	t.printf("%s\n", trimRight(t.style.fit(line, 0)))
}

// total says both rates of all components together.
func (t *challengeText) total(e verdict.Errors) {
	t.printf("  rejects right code   %s\n", e.FalseRejects)
	t.printf("  accepts wrong code   %s\n", e.FalseAccepts)
	if e.Unknown.Count > 0 {
		t.printf("  does not decide      %s\n", e.Unknown)
	}
}

// wrong lists what was decided wrongly, so that a person can look whether it was.
func (t *challengeText) wrong(b journal.Calibrated) {
	n := 0
	for _, c := range b.Components {
		for _, m := range c.Wrong {
			if n++; n <= maxSurvivors || t.style.Verbose {
				t.misjudged(c.Component, m)
			}
		}
	}
	if n > maxSurvivors && !t.style.Verbose {
		t.printf("\nand %d more: -v shows them\n", n-maxSurvivors)
	}
}

func (t *challengeText) misjudged(component string, m verdict.Misjudged) {
	word, place := "accepted", ""
	if m.Right {
		word = "rejected"
	}
	if m.By == "judge" {
		word += " by the judge on " + m.Clause
	}
	if m.File != "" {
		place = fmt.Sprintf("%s:%d  ", m.File, m.Line)
	}
	t.printf("\n%s\n", t.style.fit(fmt.Sprintf("%s  %s: %s%s", component, word, place, oneLine(m.Note)), 0))
	t.diff(m.Diff)
	if m.Reason != "" {
		t.printf("    %s\n", t.style.fit(oneLine(m.Reason), 4))
	}
}
