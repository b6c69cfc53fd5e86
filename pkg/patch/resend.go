package patch

import (
	"slices"
	"sort"
	"strings"
)

// What a later answer says about a file: it was asked for the hunks that were refused, and brings some of them, all, or more.

// resend takes it in. A whole file, or another kind of change, replaces all; a hunk replaces the refused hunk that it is
// like. What no hunk answers stays refused, and what matched is kept.
func (p *plan) resend(next *plan) {
	switch {
	case next.fault != nil && p.placed() > 0 && !p.forbid:
		for i := range p.hunks {
			if p.results[i].Status == Refused {
				h := *p.hunks[i]
				h.fault, p.hunks[i] = next.fault, &h
			}
		}
		return
	case next.fault != nil || next.whole != nil || p.whole != nil || p.fault != nil || p.forbid || len(p.hunks) != len(p.results) || !p.goesOn(next):
		*p = *next
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(next.hunks), p.repeats)
	by := p.answers(fresh)
	used := map[*hunk]bool{}
	var hunks []*hunk
	for i, h := range p.hunks {
		switch f := by[i]; {
		case p.results[i].Status != Refused:
			hunks = append(hunks, h)
		case f != nil:
			hunks, used[f] = append(hunks, f), true
		case p.results[i].Reason == NoOp && h.count('+')+h.count('-') > 0: // there is nothing to send for it
		case !p.covered(h, fresh, by):
			hunks = append(hunks, h)
		}
	}
	for _, f := range fresh {
		if !used[f] {
			hunks = append(hunks, f)
		}
	}
	p.hunks = hunks
}

// goesOn says whether a later answer is about the same kind of change.
func (p *plan) goesOn(next *plan) bool {
	switch p.action {
	case Create, Delete:
		return false
	case Modify, Rename, Chmod:
	}
	return next.action == Modify || next.action == p.action && next.from == p.from
}

// placed counts the hunks that matched.
func (p *plan) placed() int {
	n := 0
	for _, r := range p.results {
		if r.Status != Refused {
			n++
		}
	}
	return n
}

// repeats says whether a hunk is one that matched, sent once more.
func (p *plan) repeats(f *hunk) bool {
	for i, h := range p.hunks {
		if p.results[i].Status != Refused && sameHunk(h, f) {
			return true
		}
	}
	return false
}

// farApart is the distance of their header lines from which two hunks of one text are two.
const farApart = 4

// sameHunk says whether two hunks make the same change in the same place: their changes are equal, and so is the context that
// both show.
func sameHunk(a, b *hunk) bool {
	if a.head.numbered && b.head.numbered && abs(a.head.oldStart-b.head.oldStart) >= farApart {
		return false
	}
	beforeA, coreA, afterA := a.split()
	beforeB, coreB, afterB := b.split()
	if !sameLines(coreA, coreB) {
		return false
	}
	n, m := min(len(beforeA), len(beforeB)), min(len(afterA), len(afterB))
	return sameLines(beforeA[len(beforeA)-n:], beforeB[len(beforeB)-n:]) && sameLines(afterA[:m], afterB[:m]) &&
		(n+m > 0 || len(beforeA)+len(afterA) == len(beforeB)+len(afterB))
}

// split gives the context before the first change, the lines up to the last change, and the context behind.
func (h *hunk) split() (before, core, after []line) {
	lines := h.trimmed().lines
	from, to := 0, len(lines)
	for from < to && lines[from].op == ' ' {
		from++
	}
	for to > from && lines[to-1].op == ' ' {
		to--
	}
	return lines[:from], lines[from:to], lines[to:]
}

func sameLines(a, b []line) bool {
	return slices.EqualFunc(a, b, func(x, y line) bool { return x.op == y.op && strings.TrimSpace(x.text) == strings.TrimSpace(y.text) })
}

// likeness from which a hunk is taken for another version of a refused one.
const likeness = 0.3

// answers pairs refused hunks, by index, with new ones: those most alike first, and the rest in order where there are as many
// of one as of the other.
func (p *plan) answers(fresh []*hunk) map[int]*hunk {
	type pair struct {
		old, new int
		score    float64
	}
	var pairs []pair
	var refused []int
	for i, h := range p.hunks {
		if p.results[i].Status != Refused {
			continue
		}
		refused = append(refused, i)
		for j, f := range fresh {
			if s := resembles(h, f); s >= likeness {
				pairs = append(pairs, pair{i, j, s})
			}
		}
	}
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].score > pairs[j].score })
	by, taken := map[int]*hunk{}, map[int]bool{}
	for _, c := range pairs {
		if by[c.old] == nil && !taken[c.new] {
			by[c.old], taken[c.new] = fresh[c.new], true
		}
	}
	if len(refused) != len(fresh) {
		return by
	}
	next := 0
	for _, i := range refused {
		for by[i] == nil && taken[next] {
			next++
		}
		if by[i] == nil {
			by[i], taken[next] = fresh[next], true
		}
	}
	return by
}

// resembles says how much of what two hunks quote, and to a lesser part of what they add, is the same: up to 1.25, and more
// where their numbers agree.
func resembles(a, b *hunk) float64 {
	score := common(texted(a, false), texted(b, false)) + common(texted(a, true), texted(b, true))/4
	if a.head.numbered && b.head.numbered && abs(a.head.oldStart-b.head.oldStart) < farApart {
		score += likeness
	}
	return score
}

// texted counts the texts of the lines that a hunk adds, or of those that it quotes.
func texted(h *hunk, added bool) map[string]int {
	out := map[string]int{}
	for _, l := range h.lines {
		if (l.op == '+') == added && !blank(l.text) {
			out[strings.TrimSpace(l.text)]++
		}
	}
	return out
}

// common is the share of what two collections have in common (Dice).
func common(a, b map[string]int) float64 {
	both, all := 0, 0
	for text, n := range a {
		both, all = both+min(n, b[text]), all+n
	}
	for _, n := range b {
		all += n
	}
	if all == 0 {
		return 0
	}
	return 2 * float64(both) / float64(all)
}

// covered says whether a hunk that answers another one brings the changes of this one too.
func (p *plan) covered(h *hunk, fresh []*hunk, by map[int]*hunk) bool {
	changes := changed(h)
	if len(changes) == 0 || solid(changes) < weakAnchor {
		return false
	}
	for _, f := range fresh {
		need := len(changes)
		for i, other := range by {
			if other == f {
				need += len(changed(p.hunks[i]))
			}
		}
		if have := changed(f); len(have) >= need && holdsAll(have, changes) {
			return true
		}
	}
	return false
}

func changed(h *hunk) []line {
	return slices.DeleteFunc(slices.Clone(h.lines), func(l line) bool { return l.op == ' ' })
}

// holdsAll says whether all lines of one collection are in the other, as often.
func holdsAll(have, want []line) bool {
	count := map[string]int{}
	key := func(l line) string { return string(l.op) + strings.TrimSpace(l.text) }
	for _, l := range have {
		count[key(l)]++
	}
	for _, l := range want {
		if count[key(l)]--; count[key(l)] < 0 {
			return false
		}
	}
	return true
}

// named says whether a later answer brings, with a path, what an earlier one brought without.
func (p *plan) named(next []*plan) bool {
	return slices.ContainsFunc(next, func(n *plan) bool {
		switch {
		case n.path == "":
			return true
		case len(p.hunks) == 0:
			return n.whole != nil || len(n.hunks) > 0
		}
		for _, h := range p.hunks {
			if !slices.ContainsFunc(n.hunks, func(f *hunk) bool { return resembles(h, f) >= likeness }) {
				return false
			}
		}
		return true
	})
}
