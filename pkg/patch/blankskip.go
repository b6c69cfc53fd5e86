package patch

import "slices"

// skipBlanks finds a hunk by its lines that are not blank: blank ones are easily lost, and easily made up.
func skipBlanks(f *finder, h *hunk, t *tier) []match {
	h = h.trimmed()
	old := h.old()
	var want []int // indices of the lines that are not blank
	for i, l := range old {
		if !blank(l.text) {
			want = append(want, i)
		}
	}
	lines := f.solidLines()
	if len(want) < 2 || len(want) > len(lines) || solid(old) < weakAnchor {
		return nil
	}
	var out []match
	for _, start := range f.solidStarts(old, want, t) {
		places, ok := f.fitSolid(old, want, lines[start:start+len(want)], t)
		if !ok {
			continue
		}
		out = append(out, f.restoreBlanks(h, t, want, places))
	}
	return out
}

// solidLines are the lines of the document that are not blank.
func (f *finder) solidLines() []int {
	if f.solid == nil {
		f.solid = make([]int, 0, len(f.doc.lines))
		for i, l := range f.doc.lines {
			if !blank(l.text) {
				f.solid = append(f.solid, i)
			}
		}
	}
	return f.solid
}

// solidStarts gives the positions in solidLines at which the wanted lines could begin.
func (f *finder) solidStarts(old []line, want []int, t *tier) []int {
	quoted := make([]line, len(want))
	for i, j := range want {
		quoted[i] = old[j]
	}
	rarest, places := f.rarest(quoted, t)
	lines := f.solidLines()
	var out []int
	for _, p := range places {
		n, _ := slices.BinarySearch(lines, p)
		i := n - rarest
		if i >= 0 && i+len(want) <= len(lines) {
			out = append(out, i)
		}
	}
	return out
}

// fitSolid says whether the wanted lines are those of the document, and where.
func (f *finder) fitSolid(old []line, want, lines []int, t *tier) ([]int, bool) {
	places := make([]int, len(old))
	for i := range places {
		places[i] = absent
	}
	for i, j := range want {
		if !f.spend(1) || t.fold.of(old[j].text) != f.key(t.fold, lines[i]) {
			return nil, false
		}
		places[j] = lines[i]
	}
	return places, true
}

// restoreBlanks finds a place for the blank lines of a hunk between those that have theirs.
func (f *finder) restoreBlanks(h *hunk, t *tier, want, places []int) match {
	old := h.old()
	var why *fault
	from := -1 // index of the last quoted line that is not blank
	for _, to := range append(slices.Clone(want), len(old)) {
		low, high := f.blanksBetween(places, from, to)
		if wrong := f.unplaced(h, from, to, low, high); wrong != nil {
			why = wrong
		}
		for k := range min(to-from-1, high-low) {
			if from < 0 {
				places[to-1-k] = high - 1 - k
			} else {
				places[from+1+k] = low + k
			}
		}
		from = to
	}
	for i, l := range old {
		if places[i] == absent && l.op == '-' {
			why = &fault{reason: NotFound, message: "the hunk removes a blank line that the file does not have"}
		}
	}
	m := f.restore(h, t, places)
	if why != nil {
		m.fault = why
	}
	return m
}

// unplaced refuses blank lines next to a change that are not as many as the file has between the lines low and high. At its
// edges a hunk need not show all there are.
func (f *finder) unplaced(h *hunk, from, to, low, high int) *fault {
	shown, there := to-from-1, high-low
	edge := from < 0 || to == len(h.old())
	switch {
	case shown == there || edge && shown < there || !h.changesBetween(from, to):
		return nil
	case shown > there:
		return unmarked(h.old()[from+1])
	}
	return omitted(f.doc, low, "blank lines next to the change are missing in the hunk")
}

// blanksBetween gives the blank lines of the file between two quoted ones: before the first and after the last, those that
// adjoin it.
func (f *finder) blanksBetween(places []int, from, to int) (low, high int) {
	switch {
	case from < 0:
		high = places[to]
		low = high
		for low > 0 && blank(f.doc.lines[low-1].text) {
			low--
		}
	case to == len(places):
		low = places[from] + 1
		high = low
		for high < len(f.doc.lines) && blank(f.doc.lines[high].text) {
			high++
		}
	default:
		low, high = places[from]+1, places[to]
	}
	return low, high
}

// changesBetween says whether lines are added or removed between two quoted lines, given by their indices among them.
func (h *hunk) changesBetween(from, to int) bool {
	i := -1
	for _, l := range h.lines {
		if l.op != '+' {
			i++
		}
		if i >= to {
			break
		}
		if l.op == '+' && i >= from || l.op == '-' && i > from {
			return true
		}
	}
	return false
}
