package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// ChallengeOf is what a challenge was about.
type ChallengeOf struct {
	Where    string  // working tree, or a revision
	MinBound float64 // percent of clauses that must be bound; 0: none
}

// maxSurvivors is how many violations that nobody noticed are shown; the rest is counted.
const maxSurvivors = 12

// Challenge writes the result of a challenge for a person.
func Challenge(w io.Writer, s Style, c verdict.Challenge, of ChallengeOf) {
	t := &challengeText{out: w, style: s, of: of}
	name := s.fit(c.Component, 0)
	rest := fmt.Sprintf("  %s  %s  %s, seed %d", Count(len(c.Clauses), "clause"), of.Where, Count(len(c.Planted), "violation"), c.Seed)
	t.printf("%s%s\n\n", s.paint(bold, name), s.fit(rest, utf8.RuneCountInString(name)))
	t.clauses(c)
	t.survivors(c)
	t.end(c)
}

type challengeText struct {
	out   io.Writer
	style Style
	of    ChallengeOf
}

func (t *challengeText) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(t.out, format, args...)
}

// clauses writes a line for each clause: bound or not, how many violations its checks noticed, and below it why that is too few.
func (t *challengeText) clauses(c verdict.Challenge) {
	id, score := 0, 0
	for _, b := range c.Clauses {
		id, score = max(id, utf8.RuneCountInString(b.Clause)), max(score, len(noticed(b)))
	}
	for _, b := range c.Clauses {
		sign, color := t.style.sign(boundStatus(b.Bound))
		lead := fmt.Sprintf("%s  %s  %s   ", pad(b.Clause, id), pad(boundWords(b.Bound), len("not measured")), pad(noticed(b), score))
		used := 2 + utf8.RuneCountInString(sign) + 1 + utf8.RuneCountInString(lead)
		line := lead + t.style.fit(oneLine(b.Text), used)
		if b.Bound == verdict.Bound {
			line = t.style.paint(dim, line)
		}
		t.printf("  %s %s\n", t.style.paint(color, sign), trimRight(line))
		if b.Why != "" {
			indent := strings.Repeat(" ", 2+utf8.RuneCountInString(sign)+1+id+2)
			for _, line := range t.style.wrap(oneLine(b.Why), len(indent)) {
				t.printf("%s%s\n", indent, line)
			}
		}
	}
}

func boundStatus(bound string) verdict.Status {
	switch bound {
	case verdict.Bound:
		return verdict.Pass
	case verdict.Unbound:
		return verdict.Fail
	}
	return verdict.Unknown
}

func boundWords(bound string) string {
	if bound == verdict.Bound || bound == verdict.Unbound {
		return bound
	}
	return "not measured"
}

// noticed is how many violations of a clause its checks noticed.
func noticed(b verdict.Binding) string {
	if b.Caught+b.Survived == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", b.Caught, b.Caught+b.Survived)
}

// survivors shows what no check noticed: small diffs, as they are.
func (t *challengeText) survivors(c verdict.Challenge) {
	all := c.Survivors()
	if len(all) == 0 {
		return
	}
	t.printf("\n%s\n", "no check noticed "+map[bool]string{true: "this one", false: "these " + Number(len(all))}[len(all) == 1])
	for i, p := range all {
		if i == maxSurvivors && !t.style.Verbose {
			t.printf("  and %s: -v shows them\n", Number(len(all)-i)+" more")
			break
		}
		head := fmt.Sprintf("%s:%d", p.File, p.Line)
		if p.Degenerate {
			head = "the whole code"
		}
		head += fmt.Sprintf("  %s: %s", p.Kind, oneLine(p.Note))
		if len(p.Near) > 0 && !p.Degenerate {
			head += "   run by " + strings.Join(p.Near, ", ")
		}
		t.printf("  %s\n", t.style.fit(head, 2))
		t.diff(p.Diff)
	}
}

// diff shows the lines that a violation changes, without what stands around them.
func (t *challengeText) diff(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		color := red
		switch {
		case strings.HasPrefix(line, "-"):
		case strings.HasPrefix(line, "+"):
			color = green
		default:
			continue
		}
		line = line[:1] + " " + strings.TrimSpace(oneLine(line[1:]))
		t.printf("    %s\n", t.style.paint(color, t.style.fit(line, 4)))
	}
}

func (t *challengeText) end(c verdict.Challenge) {
	took := time.Duration(c.Duration) * time.Millisecond
	var counts []string
	for _, f := range []struct {
		fate verdict.Fate
		word string
	}{{verdict.Caught, "caught"}, {verdict.Survived, "survived"}, {verdict.Equivalent, "make no difference"}, {verdict.Indistinct, "that no input told from the code"}, {verdict.Stillborn, "do not build"}, {verdict.Untried, "not tried: the time was up"}} {
		if n := c.Count(f.fate); n > 0 {
			counts = append(counts, Number(n)+" "+f.word)
		}
	}
	bound, of := c.Binds()
	t.printf("\n%s   %s\n", strings.Join(counts, ", "), Duration(took))
	line := fmt.Sprintf("%d of %s with checks bound", bound, Count(of, "clause"))
	enough := float64(bound)*100 >= t.of.MinBound*float64(of)
	switch {
	case !enough:
		line += fmt.Sprintf(": %g %% are asked for", t.of.MinBound)
	case bound == of:
		line = t.style.paint(green, line)
	}
	t.printf("%s\n", line)
	if bound < of {
		t.printf("\n")
		t.style.steps(t.out, "next    ", []step{{"specgen tests " + c.Component, "have tests written for what nobody notices, without sight of the code"}})
	}
}
