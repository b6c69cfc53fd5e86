package patch

import (
	"fmt"
	"slices"
	"strings"
)

// again is what a model needs to write a refused hunk again without the conversation before it.
type again struct {
	sent string // the hunk as it arrived
	near string // the file's text where it may belong, each stretch fenced
}

// Partial is the text that asks for the refused hunks again, and can stand alone: each with the hunk as it was sent and with the
// file's own text near it. ok is false where that is not enough: nothing matched, a file was refused as a whole, or
// nothing in the file is like the hunk.
func (r Result) Partial() (text string, ok bool) {
	placed := 0
	var out strings.Builder
	for _, f := range r.Files {
		placed += len(f.Hunks) - f.refused()
		if f.refused() == 0 {
			continue
		}
		var refused, matched []int
		for _, h := range f.Hunks {
			if h.Status != Refused {
				matched = append(matched, h.N)
				continue
			}
			if h.again.sent == "" || h.again.near == "" {
				return "", false
			}
			refused = append(refused, h.N)
			fmt.Fprintf(&out, "%syou sent:\n%s\nthe file:\n%s\n", h.feedback(f), fenced(h.again.sent), h.again.near)
		}
		fmt.Fprintf(&out, "%s\n\n", f.request(refused, matched))
	}
	return strings.TrimRight(out.String(), "\n"), placed > 0 && out.Len() > 0
}

// mostAgain is the number of refused hunks of a file from which a request that shows each is no smaller than one for the file.
const mostAgain = 20

// remember notes for each refused hunk of a file what a model needs to write it again.
func (e *engine) remember(p *plan) {
	if n := len(p.results) - p.placed(); n == 0 || n > mostAgain || p.entire || len(p.hunks) != len(p.results) || p.action == Create || p.action == Delete {
		return
	}
	source := p.path
	if p.from != "" {
		source = p.from
	}
	entry, ok, err := e.base.Lookup(source)
	if err != nil || !ok || unreadable(entry.Data) != "" {
		return
	}
	work := 0
	f := newFinder(readDocument(entry.Data), p.hunks, &work, false)
	for i, h := range p.hunks {
		if r := &p.results[i]; r.Status == Refused && placeable(r.Reason) {
			r.again = again{sent: h.text(), near: f.near(h.trimmed(), r.Candidates)}
		}
	}
}

// placeable says whether a hunk that was refused for that reason could be placed if it were written otherwise.
func placeable(why Reason) bool {
	return slices.Contains([]Reason{NotFound, Ambiguous, OmitsLine, EditInContext, Indent, NoOp, Overlap, Markers, Placeholder}, why)
}

// text is the hunk as a diff shows it, without the numbers that nobody counts on.
func (h *hunk) text() string {
	var out strings.Builder
	out.WriteString("@@ ... @@ " + strings.Join(h.scopes, " "))
	for _, l := range h.lines {
		out.WriteString("\n" + string(l.op) + l.text)
	}
	return out.String()
}

// Limits of what is shown of a file for one hunk.
const (
	nearMargin = 6 // lines around the hunk
	nearPlaces = 3
	nearLines  = 60
)

// near gives the file's text around the candidates of a hunk, or where it fits best.
func (f *finder) near(h *hunk, candidates []int) string {
	var starts []int
	for _, line := range candidates[:min(len(candidates), nearPlaces)] {
		starts = append(starts, line-1)
	}
	if len(starts) == 0 {
		best, ok := f.nearest(h)
		if !ok {
			return ""
		}
		starts = []int{best.at}
	}
	slices.Sort(starts)
	var spans [][2]int
	for _, at := range starts {
		from := max(at-nearMargin, 0)
		to := min(at+len(h.old())+nearMargin, from+nearLines, len(f.doc.lines))
		if n := len(spans); n > 0 && from <= spans[n-1][1] {
			spans[n-1][1] = max(to, spans[n-1][1])
		} else if from < to {
			spans = append(spans, [2]int{from, to})
		}
	}
	var out []string
	for _, s := range spans {
		var text []string
		for _, l := range f.doc.lines[s[0]:s[1]] {
			text = append(text, l.text)
		}
		out = append(out, fmt.Sprintf("lines %d to %d\n%s", s[0]+1, s[1], fenced(strings.Join(text, "\n"))))
	}
	return strings.Join(out, "\n")
}

// fenced puts a text between fences that do not occur in it.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "\n" + text + "\n" + fence
}
