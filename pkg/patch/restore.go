package patch

import "fmt"

// The tiers from blank-skip on find a hunk although it leaves lines of the file out, or quotes some that are not there. They
// say for every quoted line which line of the file it is, and the hunk is then restored: it gets the lines that it left out.

// absent is the place of a quoted line that the file does not have.
const absent = -1

// restore makes the hunk that fits the file from one whose quoted lines stand at places, which rise. Lines of the file
// between them are put back as context. The match carries a fault where that leaves open in what order lines go, or whether
// a line was meant to stay.
func (f *finder) restore(h *hunk, t *tier, places []int) match {
	restored := *h
	restored.lines, restored.oldSide = make([]line, 0, len(h.lines)+maxGap), nil
	r := &restorer{f: f, out: &restored, next: -1}
	i := 0
	for _, l := range h.lines {
		if l.op == '+' {
			r.pending = append(r.pending, l)
			continue
		}
		if places[i] == absent {
			r.drop(l)
		} else {
			r.take(l, places[i])
		}
		i++
	}
	r.flush()
	m := match{hunk: r.out, tier: t, at: r.first, cost: r.back + r.dropped, fault: r.fault}
	if m.fault == nil {
		m.fault = f.fate(h, r)
	}
	return m
}

// restorer walks a hunk and the file side by side.
type restorer struct {
	f       *finder
	out     *hunk
	first   int // the line of the file where the hunk begins
	next    int // the line of the file after the last taken; -1 before the first
	last    byte
	pending []line // added lines since the last quoted one
	dropped int    // quoted lines that the file does not have
	back    int    // lines put back
	edge    bool   // a line was put back next to a removed one
	at      int    // the first line put back
	fault   *fault
}

// take goes on with a quoted line that stands at a place.
func (r *restorer) take(l line, place int) {
	if r.next < 0 {
		r.first, r.next = place, place
	}
	if n := place - r.next; n > 0 {
		r.putBack(l, place, n)
	}
	r.flush()
	r.out.lines = append(r.out.lines, l)
	r.next, r.last = place+1, l.op
}

// putBack fills the gap before a quoted line.
func (r *restorer) putBack(l line, place, n int) {
	switch {
	case len(r.pending) > 0:
		r.refuse(omitted(r.f.doc, r.next, "the hunk does not show it"))
	case r.last == '-' && l.op == '-':
		r.refuse(&fault{reason: OmitsLine, candidates: []int{r.next + 1}, message: fmt.Sprintf(
			"line %d stands between lines that are removed: %s; say whether it goes too", r.next+1, visible(r.f.doc.lines[r.next].text))})
	case r.last == '-' || l.op == '-':
		r.edge = true
	}
	if r.back == 0 {
		r.at = r.next
	}
	r.back += n
	r.out.lines = append(r.out.lines, r.f.doc.lend(r.next, place)...)
}

// lend gives the lines [from, to) as the context of a hunk that left them out.
func (d *document) lend(from, to int) []line {
	var out []line
	for i := from; i < to; i++ {
		text := d.lines[i].text
		out = append(out, line{op: ' ', text: text, raw: " " + text, lent: true})
	}
	return out
}

// drop leaves a quoted line out that the file does not have. Next to added lines it may be one of them.
func (r *restorer) drop(l line) {
	r.dropped++
	if len(r.pending) > 0 || len(r.out.lines) > 0 && r.out.lines[len(r.out.lines)-1].op == '+' {
		r.refuse(unmarked(l))
	}
	r.flush()
}

func (r *restorer) flush() {
	r.out.lines = append(r.out.lines, r.pending...)
	r.pending = nil
}

func (r *restorer) refuse(why *fault) {
	if r.fault == nil {
		r.fault = why
	}
}

func unmarked(l line) *fault {
	return &fault{reason: EditInContext, message: fmt.Sprintf("a line without a mark is not in the file and stands next to added lines: %q; mark it with + if it is one of them, and leave it out otherwise", visible(l.text))}
}

// fate settles whether the lines that a hunk left out were meant to stay. The counts in its header can say so. Without them
// lines between two context lines stay, and lines next to a removed one are not ours to decide.
func (f *finder) fate(h *hunk, r *restorer) *fault {
	if r.back == 0 {
		return nil
	}
	if h.head.numbered {
		missingOld := h.head.oldCount - len(h.old())
		missingNew := h.head.newCount - len(h.new())
		switch {
		case missingOld == r.back && missingNew == r.back:
			return nil
		case missingOld == r.back:
			return omitted(f.doc, r.at, "the hunk does not show it, and its header says that it is removed")
		}
	}
	if r.edge {
		return omitted(f.doc, r.at, "the hunk does not show it, so that it may be meant to go or to stay")
	}
	return nil
}
