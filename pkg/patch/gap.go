package patch

import "slices"

// Bounds of a gap: how many lines a hunk may leave out, how much better than the next it has to fit, and how many ways to
// fit are looked at.
const (
	maxGap       = 3
	gapMargin    = 1
	maxAlignings = 64
)

// acrossGaps finds a hunk that leaves out a few lines of the file between those that it quotes. All that it quotes must be
// there, and another way to fit it must leave out at least two lines more, unless it comes to the same edit.
func acrossGaps(f *finder, h *hunk, t *tier) []match {
	h = h.trimmed()
	old := h.old()
	if len(old) < 3 || solid(old) < weakAnchor {
		return nil
	}
	found := f.alignings(old, t)
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(a, b []int) int { return gapOf(a) - gapOf(b) })
	var out []match
	for _, places := range found {
		out = append(out, f.restore(h, t, places))
	}
	if out[0].cost > maxGap {
		return nil
	}
	for _, why := range []*fault{f.parted(h, found[0], t), f.contested(h, out[0])} {
		if out[0].fault == nil {
			out[0].fault = why
		}
	}
	best := out[:1]
	for _, m := range out[1:] {
		if m.cost <= out[0].cost+gapMargin && !f.sameOutcome(out[0], m) {
			best = append(best, m)
		}
	}
	return best
}

// sameOutcome says whether two matches come to the same edits.
func (f *finder) sameOutcome(a, b match) bool {
	if a.fault != nil || b.fault != nil {
		return false
	}
	added := make([]string, a.hunk.count('+'))
	return sameEdits(a.edits(f.doc, added, 0), b.edits(f.doc, added, 0))
}

// alignings gives the ways to find all quoted lines in order with a few lines of the file between them.
func (f *finder) alignings(old []line, t *tier) [][]int {
	index := f.indexOf(t.fold)
	keys := make([]string, len(old))
	rarest := -1
	for i, l := range old {
		keys[i] = t.fold.of(l.text)
		n := len(index[keys[i]])
		if n == 0 {
			return nil
		}
		if !blank(l.text) && (rarest < 0 || n < len(index[keys[rarest]])) {
			rarest = i
		}
	}
	if rarest < 0 || len(index[keys[rarest]]) > mostVotes {
		return nil
	}
	a := &aligner{f: f, keys: keys, fold: t.fold}
	for _, p := range index[keys[rarest]] {
		tails := a.walk(rarest, p, 1, maxGap+gapMargin, nil)
		heads := a.walk(rarest, p, -1, maxGap+gapMargin, nil)
		a.join(heads, tails)
		if len(a.found) > maxAlignings || f.exhausted() {
			return a.found
		}
	}
	return a.found
}

// aligner finds the quoted lines from one of them outwards.
type aligner struct {
	f     *finder
	keys  []string
	fold  fold
	found [][]int
}

// walk gives the ways to go on from line i at a place, in steps of 1 or -1, leaving out at most budget lines. Each is a list
// of places, the nearest first, with that of line i in front.
func (a *aligner) walk(i, place, step, budget int, sofar []int) [][]int {
	sofar = append(slices.Clone(sofar), place)
	i += step
	if i < 0 || i >= len(a.keys) {
		return [][]int{sofar}
	}
	var out [][]int
	for skip := 0; skip <= budget && a.f.spend(1); skip++ {
		next := place + step*(1+skip)
		if next < 0 || next >= len(a.f.doc.lines) {
			break
		}
		if a.f.key(a.fold, next) == a.keys[i] {
			out = append(out, a.walk(i, next, step, budget-skip, sofar)...)
		}
		if len(out) > maxAlignings {
			break
		}
	}
	return out
}

// join puts what stands before a line and what stands after it together.
func (a *aligner) join(heads, tails [][]int) {
	for _, head := range heads {
		for _, tail := range tails {
			places := slices.Clone(head)
			slices.Reverse(places)
			places = append(places, tail[1:]...)
			if gapOf(places) <= maxGap+gapMargin && len(a.found) <= maxAlignings {
				a.found = append(a.found, places)
			}
		}
	}
}

// gapOf counts the lines that places leave out.
func gapOf(places []int) int { return places[len(places)-1] - places[0] + 1 - len(places) }

// parted refuses a hunk that changes lines on both sides of a gap, unless what it shows on each side is in one place only:
// it may be two hunks that were joined.
func (f *finder) parted(h *hunk, places []int, t *tier) *fault {
	old := h.old()
	for i := 1; i < len(places); i++ {
		if places[i] == places[i-1]+1 || !h.changesBetween(-1, i) || !h.changesBetween(i-1, len(old)) {
			continue
		}
		for _, side := range [][]line{old[:i], old[i:]} {
			if n := len(f.at(&hunk{lines: side}, t)); n != 1 || solidLineCount(side) < 2 {
				return omitted(f.doc, places[i-1]+1, "the hunk does not show it between two changes")
			}
		}
	}
	return nil
}
