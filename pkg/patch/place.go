package patch

import (
	"fmt"
	"slices"
)

// farFromHeader is the distance from its header at which a unique match is flagged.
const farFromHeader = 200

// placeAll places every hunk of a plan on a document and gives the new content. ok is false if any was refused; what
// became of each is in the plan's results.
func (e *engine) placeAll(p *plan, doc *document) (data []byte, ok bool) {
	f := newFinder(doc, p.hunks, &e.work, e.opt.Similar)
	p.results = make([]HunkResult, len(p.hunks))
	searches := locate(f, p.hunks)
	edits := make([][]edit, len(searches))
	for i, s := range searches {
		p.results[i], edits[i] = place(f, s, p.path, i)
	}
	settleOverlaps(p.results, edits)
	settleDepths(f, p.results, searches)
	if p.refused() {
		return nil, false
	}
	var all []edit
	final := doc.finalNewline()
	for i, s := range searches {
		all = append(all, edits[i]...)
		if h := s.hunk; s.place != nil && s.place.end() == len(doc.lines) && p.results[i].Status == Applied && (h.oldEnd == endBare || h.newEnd == endBare) {
			final = h.newEnd != endBare
		}
	}
	return splice(doc, sorted(all), final), true
}

// place gives what becomes of one hunk, and its edits if it is applied.
func place(f *finder, s *search, name string, index int) (HunkResult, []edit) {
	result := HunkResult{N: index + 1}
	refuse := func(why *fault) (HunkResult, []edit) {
		result.Status, result.Reason, result.Message, result.Candidates = Refused, why.reason, why.message, why.candidates
		return result, nil
	}
	if s.fault != nil {
		return refuse(s.fault)
	}
	if s.twin > 0 {
		result.Status, result.Message = Already, fmt.Sprintf("the same as hunk %d", s.twin)
		return result, nil
	}
	if why := pointless(s.hunk); why != nil {
		return refuse(why)
	}
	if s.place == nil {
		if why := s.anchorless(f); why != nil {
			return refuse(why)
		}
	}
	if s.place == nil || s.place.fault != nil {
		if at, ok := f.applied(s.hunk); ok {
			result.Status, result.Line, result.Message = Already, at+1, "the file holds the result already"
			return result, nil
		}
		return refuse(s.why(f))
	}
	m := *s.place
	result.Tier, result.Line = m.tier.name, m.at+1
	if why := f.check(m, name); why != nil {
		return refuse(why)
	}
	if _, headed := f.headed(m.hunk); !headed && m.already(f.doc) {
		return refuse(&fault{reason: Ambiguous, candidates: []int{m.at + 1}, message: fmt.Sprintf("the added lines stand at line %d already; if they are meant once more, quote the lines after them too", m.at+1)})
	}
	added, why := m.added(f.doc)
	if why != nil {
		return refuse(why)
	}
	edits := m.edits(f.doc, added, index)
	if m.changesNothing(f.doc, edits) {
		return refuse(&fault{reason: NoOp, message: "what the hunk puts there is there already"})
	}
	result.Status, result.Flags = Applied, m.flags()
	return result, edits
}

// flags note what somebody who reads the result may want to look at.
func (m match) flags() []string {
	var out []string
	if m.tier.flag != "" {
		out = append(out, m.tier.flag)
	}
	if m.hunk.head.numbered && abs(m.at-m.hunk.head.place()) > farFromHeader {
		out = append(out, "far-from-header")
	}
	return out
}

// why gives the reason for which a hunk has no place that it may take.
func (s *search) why(f *finder) *fault {
	if s.place == nil {
		return f.notFound(s.hunk)
	}
	return s.place.fault
}

// pointless refuses a hunk that changes nothing.
func pointless(h *hunk) *fault {
	if h.count('+')+h.count('-') == 0 {
		return &fault{reason: NoOp, message: "the hunk has no added and no removed lines; mark what changes with + and -"}
	}
	if h.count('+') == h.count('-') && slices.Equal(texts(h.old()), texts(h.new())) && h.oldEnd == h.newEnd {
		return &fault{reason: NoOp, message: "the hunk removes and adds the same lines"}
	}
	return nil
}

func texts(lines []line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
		if l.cr {
			out[i] += "\r"
		}
	}
	return out
}

// anchorless settles a hunk that quotes nothing: it has a place in an empty file and, if it says so, at the end of one.
func (s *search) anchorless(f *finder) *fault {
	h := s.hunk.trimmed()
	if len(h.old()) > 0 {
		return nil
	}
	if len(f.doc.lines) == 0 || h.atEnd {
		s.place = &match{hunk: h, tier: f.row("exact"), at: len(f.doc.lines)}
		return nil
	}
	return &fault{reason: NoAnchor, message: "the hunk quotes no line of the file, so that its place is not known; show the lines around it"}
}

// check runs the guards that look at a hunk in its place.
func (f *finder) check(m match, name string) *fault {
	if why := unwelcome(name, m.hunk.texts('+'), f.doc, m.hunk.exactCounts()); why != nil {
		return why
	}
	if why := m.cutShort(f.doc); why != nil {
		return why
	}
	if _, sure := f.headed(m.hunk); !sure {
		for _, why := range []*fault{f.takenForAdded(m), m.unmarkedRemoval(f.doc), m.unordered(f.doc)} {
			if why != nil {
				return why
			}
		}
	}
	return m.omitsLine(f.doc)
}

// changesNothing says whether the edits put back what is there. A hunk about the file's last newline does change something.
func (m match) changesNothing(d *document, edits []edit) bool {
	if m.hunk.oldEnd != m.hunk.newEnd && m.end() == len(d.lines) {
		return false
	}
	for _, e := range edits {
		if !e.unchanged(d) {
			return false
		}
	}
	return true
}

// settleDepths looks again at hunks that stand as they are in the file while others of the same file were written with other
// indentation: they may belong where they would stand with that too, and what they add is as deep as a quoted line shows.
func settleDepths(f *finder, results []HunkResult, searches []*search) {
	moved := func(s *search) bool {
		return s.place != nil && slices.ContainsFunc(s.place.pairs(f.doc), func(p pair) bool { return p.hunk != p.file && !p.first })
	}
	if !slices.ContainsFunc(searches, moved) {
		return
	}
	for i, s := range searches {
		if results[i].Status != Applied || s.place == nil || moved(s) {
			continue
		}
		if why := f.depthless(*s.place); why != nil {
			results[i] = HunkResult{N: results[i].N, Status: Refused, Reason: why.reason, Message: why.message, Candidates: why.candidates}
		}
	}
}

// depthless says why a hunk may be off by some indentation without its quoted lines showing it.
func (f *finder) depthless(m match) *fault {
	if others := f.at(m.hunk, f.row("trim")); len(others) > 1 {
		return several(others)
	}
	if solid(only(m.hunk.lines, '+')) == 0 {
		return nil
	}
	pairs := m.pairs(f.doc)
	flat := !slices.ContainsFunc(m.hunk.lines, func(l line) bool { return l.op == '+' && !blank(l.text) && indentOf(l.text) != "" })
	if len(pairs) == 0 || !flat && !slices.ContainsFunc(pairs, func(p pair) bool { return p.file != "" }) {
		return undecided()
	}
	return nil
}

// settleOverlaps refuses hunks that get into the way of one before them. One that says the same as another is the other.
func settleOverlaps(results []HunkResult, edits [][]edit) {
	var taken []edit // of the hunks that stay, by place
	for i, own := range edits {
		other, clashes := -1, false
		for _, e := range own {
			if near, ok := clashing(taken, e); ok {
				other, clashes = near.hunk, true
				break
			}
		}
		switch {
		case clashes && sameEdits(own, edits[other]):
			results[i].Status, results[i].Message = Already, fmt.Sprintf("the same as hunk %d", results[other].N)
			edits[i] = nil
		case clashes:
			results[i].Status, results[i].Reason = Refused, Overlap
			results[i].Message = fmt.Sprintf("the hunk and hunk %d change the same lines, or add lines at the same place; send them as one", results[other].N)
		default:
			for _, e := range own {
				at, _ := slices.BinarySearchFunc(taken, e, byPlace)
				taken = slices.Insert(taken, at, e)
			}
		}
	}
}

func sameEdits(a, b []edit) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].from != b[i].from || a[i].to != b[i].to || len(a[i].lines) != len(b[i].lines) {
			return false
		}
		for j := range a[i].lines {
			if a[i].lines[j] != b[i].lines[j] {
				return false
			}
		}
	}
	return true
}

// clashing gives the edit among those taken, which are in order and apart, that another one overlaps.
func clashing(taken []edit, e edit) (edit, bool) {
	at, _ := slices.BinarySearchFunc(taken, e, byPlace)
	if at > 0 && clash(taken[at-1], e) {
		return taken[at-1], true
	}
	if at < len(taken) && clash(e, taken[at]) {
		return taken[at], true
	}
	return edit{}, false
}
