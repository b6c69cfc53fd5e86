package patch

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"
)

// search is what is known of one hunk on its way from candidates to a place.
type search struct {
	hunk  *hunk
	found []match
	place *match
	fault *fault
	twin  int  // the number of the hunk before that is the same, 0 for none
	named bool // the place was chosen by the line that encloses it
}

// locate finds the place of every hunk in the original file, so that they can come in any order.
func locate(f *finder, hunks []*hunk) []*search {
	if all := allHeaded(f, hunks); all != nil {
		return all
	}
	searches := make([]*search, len(hunks))
	first := map[string]int{}
	for i, h := range hunks {
		searches[i] = &search{hunk: h, fault: h.fault}
		if h.fault != nil {
			continue
		}
		if !h.head.numbered {
			key := h.key()
			if searches[i].twin = first[key]; first[key] > 0 {
				continue
			}
			first[key] = i + 1
		}
		s := searches[i]
		if s.found = f.find(h); len(s.found) > 0 && !s.found[0].tells() {
			s.found = nil
		}
		switch {
		case f.exhausted():
			s.fault = repetitive()
		case len(s.found) == 1:
			s.settle(f)
		case len(s.found) > 1 && s.found[0].tier.alone:
			s.ambiguous()
		}
	}
	byScope(f, searches)
	byOrder(searches)
	byHeader(f, searches)
	for _, s := range searches {
		s.ambiguous()
		s.doubtful(f)
	}
	return searches
}

// allHeaded: a diff whose every hunk matches exactly at its header line, with right counts, goes there, repeated text or
// not. Repeated text that lost a line of context would match there too, one line off; its two sides are unequal then.
func allHeaded(f *finder, hunks []*hunk) []*search {
	out := make([]*search, len(hunks))
	for i, h := range hunks {
		m, ok := f.headed(h)
		if !ok || h.fault != nil || len(h.old()) == 0 && len(f.doc.lines) > 0 {
			return nil
		}
		if !m.even(f.doc) && len(f.at(h, m.tier)) > 1 {
			return nil
		}
		m.sure = true
		out[i] = &search{hunk: h, place: &m}
	}
	return out
}

// even says whether the hunk's two sides are of one length in this place.
func (m match) even(d *document) bool { return m.hunk.even(m.at == 0, m.end() == len(d.lines)) }

// tells says whether a match rests on enough: where indentation or more is left out, brackets alone are everywhere.
func (m match) tells() bool {
	if m.tier.fold.name == asIs().name || m.tier.fold.name == trimRight().name {
		return true
	}
	return slices.ContainsFunc(m.hunk.old(), func(l line) bool {
		return !l.lent && strings.ContainsFunc(l.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	})
}

// settle accepts the only match, unless looser readings show a place that the header speaks for more.
func (s *search) settle(f *finder) {
	m := s.found[0]
	loose := f.at(m.hunk, f.row("trim"))
	if s.hunk.head.numbered && len(loose) > 1 {
		want := s.hunk.head.place()
		for _, other := range loose {
			if other.at != m.at && abs(other.at-want) < abs(m.at-want) {
				s.found = loose
				return
			}
		}
	}
	if !s.hunk.head.numbered && len(loose) > 1 && solid(m.hunk.old()) < weakAnchor {
		s.found = loose
		return
	}
	s.place = &m
}

// doubtful refuses a place that something else speaks against: the hunk nearly fits where its header says.
func (s *search) doubtful(f *finder) {
	if s.place == nil || s.named || !f.nearlyAtHeader(*s.place) {
		return
	}
	at, named := s.place.at+1, s.place.hunk.head.place()+1
	s.place, s.fault = nil, &fault{reason: Ambiguous, candidates: []int{at, named}, message: fmt.Sprintf(
		"the hunk fits line %d, and nearly fits line %d, which its header names; quote more of the lines around it", at, named)}
}

// nearlyAtHeader says whether most of the hunk's lines stand, in order, where its header says, while it fits elsewhere only:
// then it is more likely a hunk of that place with something missing.
func (f *finder) nearlyAtHeader(m match) bool {
	h := m.hunk.head
	old := m.hunk.old()
	switch {
	case !h.numbered || m.at == h.place():
		return false
	case abs(m.at-h.place()) <= nearby:
		return f.beginsAt(m.hunk, h.place())
	}
	// What the hunk itself covers says nothing about the place that its header names.
	from, to := h.place()-nearby, h.place()+len(old)+2*nearby
	if m.at > from {
		to = min(to, m.at)
	} else {
		from = max(from, m.end())
	}
	said, seen := f.inOrder(old, from, to)
	return said >= 2 && 10*seen >= 6*said
}

// nearby is the number of lines by which a place may be off and still be the same.
const nearby = 3

// inOrder counts the lines that are not blank, and those of them that stand between two lines of the file in order.
func (f *finder) inOrder(old []line, from, to int) (said, seen int) {
	from, to = max(0, from), min(to, len(f.doc.lines))
	for _, l := range old {
		if blank(l.text) || l.lent {
			continue
		}
		said++
		for i := from; i < to && f.spend(1); i++ {
			if f.same(l, i) {
				seen++
				from = i + 1
				break
			}
		}
	}
	return said, seen
}

// beginsAt says whether a hunk fits a place as far as its first change, a removed line included.
func (f *finder) beginsAt(h *hunk, at int) bool {
	n := firstChange(h)
	if n < len(h.lines) && h.lines[n].op == '-' {
		n++
	}
	for i, l := range h.old()[:min(n, len(h.old()))] {
		if !f.same(l, at+i) {
			return false
		}
	}
	return n > 0
}

// weakAnchor is the number of characters below which a text says little about a place.
const weakAnchor = 10

// byScope narrows by the line that encloses the hunk: the text behind @@, or a chain of such lines.
func byScope(f *finder, searches []*search) {
	for _, s := range searches {
		if s.place != nil || s.fault != nil || len(s.found) < 2 || len(s.hunk.scopes) == 0 {
			continue
		}
		var inside []match
		for _, m := range s.found {
			if f.within(m, s.hunk.scopes) {
				inside = append(inside, m)
			}
		}
		switch {
		case f.exhausted():
			s.fault = repetitive()
		case len(inside) > 0:
			s.take(inside)
			s.named = s.place != nil && f.once(s.hunk.scopes[0]) && !f.chain(s.hunk.scopes, s.hunk.head.place()+firstChange(s.hunk))
		}
	}
}

// once says whether the file has a line that encloses others once: one of several cannot name a place.
func (f *finder) once(scope string) bool {
	n := 0
	for i := 0; i < len(f.doc.lines) && f.spend(1) && n < 2; i++ {
		if says(trim(f.doc.lines[i].text), scope) {
			n++
		}
	}
	return n == 1
}

// says compares a line with a scope, which git cuts off where it is long.
func says(text, scope string) bool {
	const long = 20
	return text == scope || len(scope) > long && strings.HasPrefix(text, scope)
}

func (s *search) take(found []match) {
	s.found = found
	if len(found) == 1 {
		s.place = &found[0]
	}
}

// within says whether a match lies in the block that the last line of the chain opens, the lines of the chain each in the
// block of the one before. Git names the last line at the outermost level before the hunk, models the function around it.
func (f *finder) within(m match, scopes []string) bool {
	return f.chain(scopes, m.at) || f.chain(scopes, m.at+firstChange(m.hunk))
}

func (f *finder) chain(scopes []string, limit int) bool {
	for _, scope := range slices.Backward(scopes) {
		at := f.opener(scope, limit)
		if at < 0 {
			return false
		}
		limit = at
	}
	return true
}

// opener finds the nearest line above limit that says scope, with no other line of its kind in between.
func (f *finder) opener(scope string, limit int) int {
	depth := -1
	for i := min(limit, len(f.doc.lines)) - 1; i >= 0 && f.spend(1); i-- {
		text := f.doc.lines[i].text
		trimmed := trim(text)
		if says(trimmed, scope) {
			if depth >= 0 && len(indentOf(text)) >= depth {
				return -1
			}
			return i
		}
		if opens(trimmed) && (depth < 0 || len(indentOf(text)) < depth) {
			depth = len(indentOf(text))
		}
	}
	return -1
}

// opens says whether a line can open a block such as a function: it begins with a word. What ends a block does not.
func opens(trimmed string) bool {
	if trimmed == "" {
		return false
	}
	c := trimmed[0]
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// firstChange counts the hunk's lines before the first that changes.
func firstChange(h *hunk) int {
	for i, l := range h.lines {
		if l.op != ' ' {
			return i
		}
	}
	return 0
}

// byOrder takes the candidate that keeps the hunks in order, if one alone does. Numbers order them; without numbers their
// order in the answer counts only between two hunks that have their place.
func byOrder(searches []*search) {
	ordered := slices.Clone(searches)
	numbered := !slices.ContainsFunc(ordered, func(s *search) bool { return !s.hunk.head.numbered })
	if numbered {
		sort.SliceStable(ordered, func(i, j int) bool { return ordered[i].hunk.head.oldStart < ordered[j].hunk.head.oldStart })
	}
	if !monotonic(ordered) {
		return
	}
	for i, s := range ordered {
		if s.place != nil || s.fault != nil || len(s.found) < 2 {
			continue
		}
		low, high := bounds(ordered, i)
		if low < 0 && high < 0 || !numbered && (low < 0 || high < 0) {
			continue
		}
		s.between(low, high)
	}
}

// between takes the only candidate between two lines, if there is one.
func (s *search) between(low, high int) {
	var inside []match
	for _, m := range s.found {
		if m.at >= low && (high < 0 || m.end() <= high) {
			inside = append(inside, m)
		}
	}
	if len(inside) == 1 {
		s.take(inside)
	}
}

func monotonic(searches []*search) bool {
	last := -1
	for _, s := range searches {
		if s.place != nil {
			if s.place.at < last {
				return false
			}
			last = s.place.at
		}
	}
	return true
}

// bounds gives the start of the placed hunk before i and the end of the one after it, since the context of neighbours can
// overlap; -1 where there is none.
func bounds(searches []*search, i int) (low, high int) {
	low, high = -1, -1
	for j, s := range searches {
		switch {
		case s.place == nil:
		case j < i:
			low = s.place.at
		case j > i && high < 0:
			high = s.place.end()
		}
	}
	return low, high
}

// byHeader takes the candidate at the header's line, or where that line is after all hunks that have their place turned out
// to be off by the same. A number that is merely near is not believed: wrong ones are near some copy of a repeated text
// sooner or later, and the model is asked for more context at less cost.
func byHeader(f *finder, searches []*search) {
	offset, ok := offsets(searches)
	if !ok {
		return
	}
	for _, s := range searches {
		if s.place != nil || s.fault != nil || len(s.found) < 2 || !s.hunk.head.numbered || !s.found[0].tier.choose {
			continue
		}
		want := s.hunk.head.place() + offset
		i := slices.IndexFunc(s.found, func(m match) bool { return m.at == want })
		if i >= 0 && s.found[i].even(f.doc) {
			s.take(s.found[i : i+1])
		}
	}
}

// offsets gives how far the headers of the placed hunks are off. ok is false if they do not agree.
func offsets(searches []*search) (offset int, ok bool) {
	known := false
	for _, s := range searches {
		if s.place == nil || !s.hunk.head.numbered {
			continue
		}
		d := s.place.at - s.hunk.head.place()
		if known && d != offset {
			return 0, false
		}
		offset, known = d, true
	}
	return offset, true
}

func abs(n int) int { return max(n, -n) }

// ambiguous refuses a hunk that has several candidates still.
func (s *search) ambiguous() {
	if s.place != nil || s.fault != nil || len(s.found) < 2 {
		return
	}
	s.fault = several(s.found)
}

// several refuses a hunk that fits more than one place.
func several(found []match) *fault {
	lines := make([]int, 0, len(found))
	for _, m := range found {
		lines = append(lines, m.at+1)
	}
	return &fault{
		reason: Ambiguous, candidates: lines,
		message: fmt.Sprintf("the hunk fits %d places (lines %s); add the lines around it until only one fits", len(lines), list(lines, 8)),
	}
}

// list prints numbers, the first few of them.
func list(numbers []int, most int) string {
	var out []string
	for i, n := range numbers {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(numbers)-most))
			break
		}
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, ", ")
}

// repetitive is the answer where the bound on work was reached.
func repetitive() *fault {
	return &fault{reason: TooLarge, message: "finding the hunk takes too long, since the file or the patch repeats itself; send the whole file"}
}
