package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// widestBar is how many signs show what changed in a file, where no terminal says how wide it is.
const widestBar = 40

// Placement writes what became of each file and hunk of a patch, and the text to send back where something was refused. wrote says
// whether the files were to be written, or only looked at.
func Placement(w io.Writer, s Style, r patch.Result, wrote bool) {
	p := placed{out: w, style: s, files: r.Files}
	p.measure()
	for _, f := range r.Files {
		p.file(f)
	}
	p.summary(r, wrote)
}

// placed is the report on one patch.
type placed struct {
	out   io.Writer
	style Style
	files []patch.FileResult

	sign, name, action, count, bar int // widths of columns
	most                           int // lines changed in one file, at most
}

// measure finds the widths of the columns. A path gives way until a bar of ten signs has room.
func (p *placed) measure() {
	mark, _ := p.style.sign(verdict.Pass)
	p.sign = utf8.RuneCountInString(mark)
	for _, f := range p.files {
		p.name = max(p.name, utf8.RuneCountInString(p.title(f)))
		p.action = max(p.action, len(f.Action))
		p.most = max(p.most, f.Added+f.Removed)
	}
	p.count = len(fmt.Sprint(p.most))
	p.bar = widestBar
	if p.style.Width > 0 {
		others := p.sign + 1 + 2 + p.action + 2 + p.count + 1
		p.name = min(p.name, max(p.style.Width-others-10, 10))
		p.bar = max(p.style.Width-others-p.name, 1)
	}
	p.bar = min(p.bar, p.most)
}

func (p *placed) title(f patch.FileResult) string {
	name := visible(f.Path)
	switch {
	case f.From != "":
		name = visible(f.From) + " => " + name
	case f.Path == "":
		name = "(no path)"
	}
	return name
}

// file writes the line of a file and those of its hunks.
func (p *placed) file(f patch.FileResult) {
	s := p.style
	status := verdict.Pass
	if slices.ContainsFunc(f.Hunks, func(h patch.HunkResult) bool { return h.Status == patch.Refused }) {
		status = verdict.Fail
	}
	mark, color := s.sign(status)
	name := s.cutFront(p.title(f), p.name)
	counts := ""
	if status == verdict.Pass && f.Added+f.Removed > 0 {
		counts = fmt.Sprintf("%*d ", p.count, f.Added+f.Removed) + p.barOf(f)
	}
	line := pad(name, p.name) + "  " + pad(string(f.Action), p.action) + "  " + counts
	p.write(s.paint(color, mark), " ", trimRight(line), "\n")
	for _, h := range f.Hunks {
		p.hunk(h)
	}
}

// barOf shows the lines added and removed in proportion, as git's diffstat does.
func (p *placed) barOf(f patch.FileResult) string {
	added, removed := f.Added, f.Removed
	if p.most > p.bar {
		total := max(1, (added+removed)*p.bar/p.most)
		plus := (added*total + (added+removed)/2) / (added + removed)
		if added > 0 && removed > 0 && total > 1 {
			plus = min(max(plus, 1), total-1)
		}
		added, removed = plus, total-plus
	}
	return p.style.paint(green, strings.Repeat("+", added)) + p.style.paint(red, strings.Repeat("-", removed))
}

// hunk writes where one hunk went, and by which tier of the cascade.
func (p *placed) hunk(h patch.HunkResult) {
	s := p.style
	label := "hunk " + strconv.Itoa(h.N)
	if h.Tier == "whole" {
		label = "file"
	}
	line := pad(label, 8) + "  "
	switch h.Status {
	case patch.Refused:
		mark, color := s.sign(verdict.Fail)
		line += pad(string(h.Reason), 9) + "  " + inShort(h.Message)
		p.printf("  %s %s\n", s.paint(color, mark), trimRight(s.fit(line, p.sign+3)))
		return
	case patch.Already:
		line += pad("already", 9)
	case patch.Applied:
		line += pad(h.Tier, 9)
	}
	if h.Line > 0 {
		line += "  line " + strconv.Itoa(h.Line)
	}
	indent := strings.Repeat(" ", p.sign+3)
	if len(h.Flags) == 0 {
		p.write(indent, s.paint(dim, trimRight(line)), "\n")
		return
	}
	flags := s.fit("  "+oneLine(strings.Join(h.Flags, ", ")), p.sign+3+utf8.RuneCountInString(line))
	p.printf("%s%s%s\n", indent, s.paint(dim, line), s.paint(yellow, flags))
}

// summary says what came of it all, and last what to send back.
func (p *placed) summary(r patch.Result, wrote bool) {
	refused, hunks := 0, 0
	for _, f := range r.Files {
		for _, h := range f.Hunks {
			hunks++
			if h.Status == patch.Refused {
				refused++
			}
		}
	}
	switch {
	case refused > 0:
		p.printf("\n%s: %d of %s refused\n", p.style.paint(red, "nothing written"), refused, Count(hunks, "hunk"))
		p.printf("\nsend this back to the model:\n\n%s\n", harmless(r.Feedback()))
	case len(r.Changes) == 0:
		p.printf("\n%s: all of it is there already\n", p.style.paint(green, "nothing to do"))
	default:
		verb := map[bool]string{true: "applied", false: "would apply"}[wrote]
		p.printf("\n%s   %s\n", p.style.paint(green, verb), p.style.fit(placement(r.Files, nil), len(verb)+3))
	}
}

// write is printf for the lines of which there are thousands.
func (p *placed) write(texts ...string) {
	for _, text := range texts {
		_, _ = io.WriteString(p.out, text)
	}
}

func (p *placed) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format, args...) }

// cutFront shortens a path to n columns, and keeps its end, which says most.
func (s Style) cutFront(name string, n int) string {
	runes := []rune(name)
	if len(runes) <= n {
		return name
	}
	tail := s.ellipsis()
	return tail + string(runes[len(runes)-max(n-utf8.RuneCountInString(tail), 0):])
}

// visible shows a path on one line: what would command the terminal is escaped, as are bytes that are no text.
func visible(name string) string {
	const most = 300
	if odd := func(r rune) bool { return r < ' ' || r > '~' }; len(name) <= most && !strings.ContainsFunc(name, odd) {
		return name
	}
	var out strings.Builder
	for _, r := range name {
		if out.Len() > most {
			return out.String() + "..."
		}
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			fmt.Fprintf(&out, "\\u%04x", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// harmless takes out of a text of many lines what would command the terminal, and leaves its lines and tabs.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// inShort gives the first sentence of what a model is told, with the line of code that it announces.
func inShort(message string) string {
	first, rest, _ := strings.Cut(message, "\n")
	if strings.HasSuffix(first, ":") {
		next, _, _ := strings.Cut(rest, "\n")
		first += " " + next
	}
	return oneLine(first)
}
