package patch

import "github.com/specgen-dev/specgen/pkg/pattern"

// ellipsisLine is a context line that stands for others: three dots, or a comment that holds nothing else, or that says so.
var ellipsisLine = pattern.Lazy(`^(?://+|#+|/\*+|--+|<!--|;+|%+|\(\*|\{/\*)?\s*(?:\.{3,}|…)(?:[^"'=;{}]*(?:\.{3,}|…))?\s*(?:\*/\}?|-->|\*\))?$`)

// stretch is a part of a hunk between two such lines.
type stretch struct {
	from, to int // quoted lines
	changes  bool
	at       []int // where it stands
}

// acrossEllipsis finds a hunk in which "..." stands for lines of the file. What it shows between the dots must be found in
// order; a part with changes in one place only, by two lines or more.
func acrossEllipsis(f *finder, h *hunk, t *tier) []match {
	h = h.trimmed()
	stretches, ok := h.stretches()
	if !ok {
		return nil
	}
	old := h.old()
	for i := range stretches {
		s := &stretches[i]
		part := &hunk{lines: old[s.from:s.to]}
		for _, m := range f.at(part, t) {
			s.at = append(s.at, m.at)
		}
		if len(s.at) == 0 || len(s.at) > mostVotes {
			return nil
		}
	}
	if !keepOrder(stretches) {
		return nil
	}
	places := make([]int, len(old))
	for i := range places {
		places[i] = absent
	}
	chosen, why := f.chooseStretches(stretches, old)
	for i, s := range stretches {
		for j := s.from; j < s.to; j++ {
			places[j] = chosen[i] + j - s.from
		}
	}
	m := f.restoreDots(h, t, places)
	if why != nil {
		m.fault = why
	}
	return []match{m}
}

// stretches cuts a hunk at its dots. ok is false if it has none, if what is around them is removed, so that nobody can say how
// much goes, or if lines are added between dots and nothing.
func (h *hunk) stretches() (out []stretch, ok bool) {
	cur := stretch{}
	n, dots, adrift := 0, false, false
	end := func() {
		cur.to = n
		adrift = adrift || cur.changes && cur.to == cur.from
		if cur.to > cur.from {
			out = append(out, cur)
		}
	}
	var before byte
	for i, l := range h.lines {
		if l.op == '+' {
			cur.changes = true
			before = l.op
			continue
		}
		if l.op == ' ' && ellipsisLine.MatchString(trim(l.text)) {
			removes := before == '-' || before == '+' && i+1 < len(h.lines) && h.lines[i+1].op == '-'
			if removes {
				return nil, false
			}
			end()
			dots = true
			n++
			cur = stretch{from: n}
			before = ' '
			continue
		}
		cur.changes = cur.changes || l.op == '-'
		before = l.op
		n++
	}
	end()
	return out, dots && !adrift && len(out) > 0
}

// keepOrder drops the places of each stretch that no choice for the others leaves in order, and says whether any are left.
func keepOrder(stretches []stretch) bool {
	low := 0
	for i := range stretches {
		s := &stretches[i]
		for len(s.at) > 0 && s.at[0] < low {
			s.at = s.at[1:]
		}
		if len(s.at) == 0 {
			return false
		}
		low = s.at[0] + s.to - s.from
	}
	high := -1
	for i := len(stretches) - 1; i >= 0; i-- {
		s := &stretches[i]
		for n := len(s.at); high >= 0 && n > 0 && s.at[n-1]+s.to-s.from > high; n-- {
			s.at = s.at[:n-1]
		}
		if len(s.at) == 0 {
			return false
		}
		high = s.at[len(s.at)-1]
	}
	return true
}

// chooseStretches settles where each part goes: one with changes has one place; one without is what is nearest to it.
func (f *finder) chooseStretches(stretches []stretch, old []line) (chosen []int, why *fault) {
	chosen = make([]int, len(stretches))
	anchor := -1
	for i, s := range stretches {
		chosen[i] = s.at[0]
		if !s.changes {
			continue
		}
		if anchor < 0 {
			anchor = i
		}
		if len(s.at) > 1 {
			lines := make([]int, len(s.at))
			for j, at := range s.at {
				lines[j] = at + 1
			}
			why = &fault{reason: Ambiguous, candidates: lines, message: "what the hunk shows next to \"...\" is in several places (lines " + list(lines, 8) + "); show the lines themselves"}
		}
		if solidLineCount(old[s.from:s.to]) < 2 && solid(old[s.from:s.to]) < 2*weakAnchor {
			why = &fault{reason: NoAnchor, message: "too little stands between \"...\" and the change to know the place; show the lines themselves"}
		}
	}
	for i := anchor - 1; i >= 0; i-- {
		s := stretches[i]
		for _, at := range s.at {
			if at+s.to-s.from <= chosen[i+1] {
				chosen[i] = at
			}
		}
	}
	return chosen, why
}

func solidLineCount(lines []line) int {
	n := 0
	for _, l := range lines {
		if !blank(l.text) {
			n++
		}
	}
	return n
}

// restoreDots puts the lines back for which the dots stand.
func (f *finder) restoreDots(h *hunk, t *tier, places []int) match {
	out := *h
	out.lines, out.oldSide = nil, nil
	if places[0] == absent || places[len(places)-1] == absent {
		out.last = false // its counts say nothing about whether it was cut
	}
	first, i := -1, 0
	for _, l := range h.lines {
		if l.op == '+' {
			out.lines = append(out.lines, l)
			continue
		}
		place := places[i]
		i++
		if place == absent { // the dots themselves: the lines go here
			if next, from := nextPlace(places, i), lastPlace(places, i-1); from >= 0 && next >= 0 {
				out.lines = append(out.lines, f.doc.lend(from+1, next)...)
			}
			continue
		}
		if first < 0 {
			first = place
		}
		out.lines = append(out.lines, l)
	}
	return match{hunk: &out, tier: t, at: first}
}

func nextPlace(places []int, i int) int {
	for ; i < len(places); i++ {
		if places[i] != absent {
			return places[i]
		}
	}
	return -1
}

func lastPlace(places []int, i int) int {
	for ; i >= 0; i-- {
		if places[i] != absent {
			return places[i]
		}
	}
	return -1
}
