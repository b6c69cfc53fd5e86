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

func (t *Text) finished(b journal.Finished) {
	spent := fmt.Sprintf("%s tokens", Number(b.Usage.Total()))
	if b.Priced {
		spent += fmt.Sprintf(", cost %.4f", b.Cost)
	}
	spent += "  " + Duration(time.Duration(b.Duration)*time.Millisecond)
	if b.Outcome == "accepted" {
		t.printf("\n%s   %s\n", t.style.paint(green, "accepted after "+Count(b.Attempts, "attempt")), spent)
	} else {
		head := "not accepted: " + stopWords(b)
		if line := head + "   " + spent; t.style.fit(line, 0) == line {
			head = line
		} else {
			head += "\n  " + spent
		}
		t.printf("\n%s\n", head)
		t.notAccepted(b)
	}
	if b.Outcome == "accepted" && t.style.Table {
		Verdicts(t.out, t.style, b.Verdicts, true)
	}
	t.where(b)
	t.next(b)
}

// stopWords says a stop reason as a person would.
func stopWords(b journal.Finished) string {
	switch b.Stop {
	case "attempts":
		return "no attempt left of " + Number(b.Attempts)
	case "tokens", "cost", "time":
		return "the " + b.Stop + " budget is spent"
	case "no-progress":
		return "no progress in " + Count(b.Attempts, "attempt")
	case "spec-conflict":
		return "the spec contradicts itself"
	case "needs-review":
		return "a person has to decide"
	case "hand-edits":
		return "the targets were edited by hand"
	case "model-error":
		return "the model could not be asked"
	case "interrupted":
		return "interrupted"
	}
	return "an error"
}

func (t *Text) notAccepted(b journal.Finished) {
	if b.Why != "" {
		t.sentence(b.Why, "")
	}
	if b.Best == 0 {
		return
	}
	held := 0
	for _, v := range b.Verdicts {
		if v.Status != verdict.Fail && v.Status != verdict.Unknown {
			held++
		}
	}
	t.printf("  best    attempt %d, %d of %s\n", b.Best, held, Count(len(b.Verdicts), "clause"))
	Verdicts(t.out, t.style, b.Verdicts, t.style.Verbose)
	Scope(t.out, t.style, b.Ledger)
}

func (t *Text) where(b journal.Finished) {
	if b.Branch == "" || b.Commit == "" {
		return
	}
	holds := " (not accepted)"
	if b.Outcome == "accepted" {
		parts := []string{}
		for _, ids := range t.tighten {
			parts = append(parts, "tighten "+ids)
		}
		if t.run.Start != t.run.Base {
			parts = append([]string{"spec"}, parts...)
		}
		holds = "   " + strings.Join(append(parts, "code"), ", ")
	}
	t.printf("  branch  %s%s\n", b.Branch, holds)
	if a, ok := t.applied[b.Best]; ok && t.blob != nil {
		if diff, err := t.blob(a.Diff); err == nil {
			t.stat(string(diff))
		}
	}
	if len(b.Unwalled) > 0 || len(b.Walls) > 0 && t.style.Verbose {
		label := "walls   "
		for _, line := range t.style.wrap(standing(b.Walls, b.Unwalled), 2+len(label)) {
			t.printf("  %s%s\n", label, line)
			label = "        "
		}
	}
}

// stat writes a line per file of a unified diff: path +added -deleted.
func (t *Text) stat(diff string) {
	label := "files   "
	for _, f := range Stat(diff) {
		counts := fmt.Sprintf(" +%d -%d", f.Added, f.Deleted)
		t.printf("  %s%s%s\n", label, t.style.fitEnd(f.Path, 2+len(label)+len(counts)), counts)
		label = "        "
	}
}

// FileStat counts the lines that a diff adds to a file and takes from it.
type FileStat struct {
	Path           string
	Added, Deleted int
}

// Stat reads the counts off a unified diff as specgen writes them.
func Stat(diff string) []FileStat {
	var files []FileStat
	inHunk := false
	for line := range strings.SplitSeq(diff, "\n") {
		switch {
		case strings.HasPrefix(line, "diff --git "):
			inHunk = false
			_, path, _ := strings.Cut(line, " b/")
			files = append(files, FileStat{Path: path})
		case strings.HasPrefix(line, "@@ "):
			inHunk = true
		case inHunk && len(files) > 0 && strings.HasPrefix(line, "+"):
			files[len(files)-1].Added++
		case inHunk && len(files) > 0 && strings.HasPrefix(line, "-"):
			files[len(files)-1].Deleted++
		}
	}
	return files
}

// next says what to do now, as commands that can be pasted.
func (t *Text) next(b journal.Finished) {
	if b.Run == "" {
		return
	}
	short := b.Run[strings.LastIndexByte(b.Run, '-')+1:]
	steps := []step{{"specgen show " + short, "what was asked, answered and found"}}
	switch {
	case b.Outcome == "accepted":
		steps = append(steps, step{"git merge " + b.Branch, "bring it home"})
		if _, none := measured(b.Verdicts); none {
			steps = append(steps, step{"specgen challenge " + b.Component, "whether its checks notice violations: not measured yet"})
		}
	case b.Stop == "interrupted" || b.Stop == "model-error" || b.Stop == "time":
		steps = append([]step{{"specgen run --resume " + b.Run, "go on from here, nothing is asked twice"}}, steps...)
	case slices.ContainsFunc(b.Verdicts, func(v verdict.Verdict) bool { return v.Refused != "" }) && b.Branch != "":
		steps = append(steps, step{"specgen challenge " + b.Component + " --tree " + b.Branch, "the violations that its checks let pass"})
	case b.Commit != "":
		steps = append(steps, step{"git diff " + Short(b.Base) + " " + Short(b.Commit), "the best candidate"})
	}
	label := "next    "
	t.printf("\n")
	if t.style.Dir != "" {
		t.printf("%scd %s\n", label, t.style.Dir)
		label = "        "
	}
	t.style.steps(t.out, label, steps)
}

// step is a command that can be pasted, and what it is for.
type step struct{ command, why string }

// steps writes commands below each other, the first behind the label.
func (s Style) steps(w io.Writer, label string, steps []step) {
	width := 0
	for _, next := range steps {
		width = max(width, utf8.RuneCountInString(next.command))
	}
	for _, next := range steps {
		line := fmt.Sprintf("%s%s   %s", label, pad(next.command, width), next.why)
		if s.fit(line, 0) != line { // a command is never cut; what it is for can be read in its help
			line = label + next.command
		}
		_, _ = fmt.Fprintf(w, "%s\n", line)
		label = strings.Repeat(" ", len(label))
	}
}
