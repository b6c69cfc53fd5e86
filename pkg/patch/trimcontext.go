package patch

import (
	"fmt"
	"slices"
)

// maxTrimmed is the number of outer context lines that a hunk may have to lose before it is found.
const maxTrimmed = 3

// trimContext finds a hunk without its outermost context lines, which models make up from memory. As few are dropped as
// will do, a context line must stay between them and the change, and two lines that are not blank in all.
func trimContext(f *finder, h *hunk, t *tier) []match {
	h = h.trimmed()
	for n := 1; n <= maxTrimmed; n++ {
		var out []match
		for head := range n + 1 {
			out = append(out, f.withoutEdges(h, t, head, n-head)...)
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// withoutEdges finds a hunk without its first and last lines, if enough is left on these sides.
func (f *finder) withoutEdges(h *hunk, t *tier, head, foot int) []match {
	lead, tail := h.contexts()
	if head > max(0, lead-1) || foot > max(0, tail-1) {
		return nil
	}
	short := *h
	short.lines, short.oldSide = h.lines[head:len(h.lines)-foot], nil
	if solidLineCount(short.old()) < 2 || head > 0 && !h.anchored(head, lead) || foot > 0 && !h.anchored(len(h.lines)-tail, len(h.lines)-foot) {
		return nil
	}
	found := f.at(&short, t)
	for i, m := range found {
		found[i].cost = head + foot
		if found[i].fault = f.invented(h, m, head, foot); found[i].fault == nil {
			found[i].fault = f.contested(h, m)
		}
	}
	return found
}

// anchored says whether one of some lines is not blank.
func (h *hunk) anchored(from, to int) bool { return solidLineCount(h.lines[from:to]) > 0 }

// invented says why lines at a hunk's edge must not be dropped: they resemble what stands there, or may be added lines
// without their mark.
func (f *finder) invented(h *hunk, m match, head, foot int) *fault {
	dropped := slices.Concat(h.lines[:head], h.lines[len(h.lines)-foot:])
	stands := false
	for i, l := range dropped {
		from, to := m.at-head-1, m.at
		if i >= head {
			from, to = m.end(), m.end()+foot+1
		}
		why, is := f.editedHere(l, from, to)
		if why != nil {
			return why
		}
		stands = stands || is
	}
	atEdge := head > 0 && m.at == 0 || foot > 0 && m.end() == len(f.doc.lines)
	counted := h.head.numbered && h.head.oldCount == len(h.old())-head-foot && h.head.newCount >= len(h.new())
	if atEdge || counted || stands {
		i := slices.IndexFunc(dropped, func(l line) bool { return !f.quotes(l) })
		return unmarked(dropped[max(0, i)])
	}
	return nil
}

// editedHere refuses a context line that resembles one of the lines where it should stand. is says that it is one of them:
// something else in between is foreign then.
func (f *finder) editedHere(l line, from, to int) (why *fault, is bool) {
	for i := max(0, from); i < min(to, len(f.doc.lines)) && !blank(l.text); i++ {
		switch text := f.doc.lines[i].text; {
		case trim(text) == trim(l.text):
			is = true
		case alike(l.text, text):
			why = editInContext(l, i, text)
		}
	}
	if is {
		return nil, true
	}
	return why, false
}

func editInContext(l line, at int, text string) *fault {
	return &fault{reason: EditInContext, candidates: []int{at + 1}, message: fmt.Sprintf(
		"a context line looks like line %d of the file with an edit whose - and + marks are missing\n  hunk: %s\n  file: %s", at+1, visible(l.text), visible(text))}
}
