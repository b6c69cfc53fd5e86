package patch

import (
	"fmt"
	"strings"
)

// visible shows a line with its leading and trailing white space made visible: → for a tab, · for a blank, ¶ at the end of trailing ones.
func visible(s string) string {
	lead := indentOf(s)
	rest := s[len(lead):]
	body := strings.TrimRight(rest, " \t\r")
	show := strings.NewReplacer("\t", "→", " ", "·", "\r", "␍")
	return show.Replace(lead) + body + show.Replace(rest[len(body):])
}

// alignment is the place where a hunk that matches nowhere fits best.
type alignment struct {
	at    int // may be negative at the start of the file
	score int // lines that are equal but for white space around them
}

// votes lets every line of the hunk say where the hunk would begin; none does if that takes too long.
func (f *finder) votes(h *hunk) map[int]int {
	where := f.indexOf(trimBoth())
	votes := map[int]int{}
	for i, l := range h.old() {
		places := where[trim(l.text)]
		if blank(l.text) || len(places) > mostVotes {
			continue // a line that is everywhere tells nothing
		}
		for _, p := range places {
			votes[p-i]++
		}
		if !f.spend(10 * len(places)) {
			return nil
		}
	}
	return votes
}

// nearest finds the place that most lines speak for. ok is false if none does.
func (f *finder) nearest(h *hunk) (best alignment, ok bool) {
	votes := f.votes(h)
	hint := 0
	if h.head.numbered {
		hint = h.head.place()
	}
	for at, n := range votes {
		better := n > best.score
		if n == best.score {
			a, b := abs(at-hint), abs(best.at-hint)
			better = a < b || a == b && at < best.at
		}
		if better {
			best, ok = alignment{at, n}, true
		}
	}
	return best, ok
}

// rival gives another place, apart from where a hunk was put, in which all of its lines but one stand together.
func (f *finder) rival(h *hunk, m match) (at int, ok bool) {
	votes := f.votes(h)
	n := solidLineCount(h.old())
	for place, score := range votes {
		if score >= max(2, n-1) && (place >= m.end() || place+len(h.old()) <= m.at) && (!ok || place < at) {
			at, ok = place, true
		}
	}
	return at, ok
}

// contested refuses a place that another one comes close to.
func (f *finder) contested(h *hunk, m match) *fault {
	at, ok := f.rival(h, m)
	if !ok {
		return nil
	}
	lines := []int{m.at + 1, at + 1}
	return &fault{reason: Ambiguous, candidates: lines, message: fmt.Sprintf("the hunk nearly fits %d places (lines %s); copy the lines around the change exactly", len(lines), list(lines, len(lines)))}
}

// mostVotes is the number of copies beyond which a line has no say in where a hunk belongs.
const mostVotes = 500

// notFound explains why a hunk is nowhere: the first line that differs, and the nearest real text.
func (f *finder) notFound(h *hunk) *fault {
	h = h.trimmed()
	old := h.old()
	if f.exhausted() {
		return repetitive()
	}
	best, ok := f.nearest(h)
	if !ok {
		return f.nothingLike(old)
	}
	i := f.firstDiffering(old, best.at)
	if i >= len(old) {
		return &fault{reason: NotFound, message: "the hunk's lines do not stand together in the file; nearest text:\n" + f.excerpt(best.at, len(old))}
	}
	here := best.at + i
	switch {
	case f.skips(h, i, here) > 0:
		return f.skipped(h, i, here)
	case old[i].op == ' ' && here >= 0 && here < len(f.doc.lines) && alike(old[i].text, f.doc.lines[here].text) && f.restMatches(old, best.at, i):
		return editInContext(old[i], here, f.doc.lines[here].text)
	}
	return &fault{reason: NotFound, message: fmt.Sprintf("first diverging line of the hunk:\n  hunk: %s\n  file: %s\nnearest text:\n%s",
		visible(old[i].text), f.lineAt(here), f.excerpt(best.at, len(old)))}
}

func (f *finder) lineAt(i int) string {
	if i < 0 || i >= len(f.doc.lines) {
		return "(no line)"
	}
	return visible(f.doc.lines[i].text)
}

func (f *finder) same(l line, i int) bool {
	return i >= 0 && i < len(f.doc.lines) && trim(l.text) == trim(f.doc.lines[i].text)
}

// firstDiffering is the index of the first line that is not at its place, counted from the first that is.
func (f *finder) firstDiffering(old []line, at int) int {
	matched := false
	for i, l := range old {
		if f.same(l, at+i) {
			matched = true
		} else if matched {
			return i
		}
	}
	for i, l := range old {
		if !f.same(l, at+i) {
			return i
		}
	}
	return len(old)
}

// restMatches says whether all other lines of the hunk are in their place.
func (f *finder) restMatches(old []line, at, but int) bool {
	for i, l := range old {
		if i != but && !f.same(l, at+i) {
			return false
		}
	}
	return true
}

// mostSkipped is the number of file lines that a hunk can leave out and still be told so.
const mostSkipped = 3

// skips gives the number of file lines that the hunk leaves out before its i-th line, if that alone is what is wrong.
func (f *finder) skips(h *hunk, i, here int) int {
	old := h.old()
	for k := 1; k <= mostSkipped; k++ {
		all := true
		for j := i; j < len(old) && all; j++ {
			all = f.same(old[j], here+k+j-i)
		}
		for j := range i {
			all = all && f.same(old[j], here-i+j)
		}
		if all {
			return k
		}
	}
	return 0
}

// skipped words it: right next to added lines their order is open.
func (f *finder) skipped(h *hunk, i, here int) *fault {
	n, seen := 0, false
	for _, l := range h.lines {
		if l.op == '+' {
			seen = n == i || seen
			continue
		}
		n++
	}
	text := fmt.Sprintf("the hunk leaves out line %d of the file: %s", here+1, visible(f.doc.lines[here].text))
	if seen {
		return &fault{reason: OmitsLine, candidates: []int{here + 1}, message: text + "; it stands right next to the added lines, so say where it goes"}
	}
	return &fault{reason: NotFound, message: text + "; nearest text:\n" + f.excerpt(here-i, len(h.old())+1)}
}

// mostTold bounds the lines that are looked at to explain refusals, in a whole file.
const mostTold = 20_000

// nothingLike answers where no line of the hunk is in the file: the line most like the hunk's longest.
func (f *finder) nothingLike(old []line) *fault {
	var longest line
	for _, l := range old {
		if len(l.text) > len(longest.text) {
			longest = l
		}
	}
	best, at := 0.0, -1
	for i, l := range f.doc.lines {
		if f.told++; f.told > mostTold {
			break
		}
		if s := similarity(longest.text, l.text); s > best {
			best, at = s, i
		}
	}
	text := "no line of the hunk is in the file"
	if len(f.doc.lines) == 0 {
		return &fault{reason: NotFound, message: "the file is empty"}
	}
	if at >= 0 && best >= 0.3 {
		text += "; nearest text:\n" + f.excerpt(at-1, 3)
	}
	return &fault{reason: NotFound, message: text}
}

// excerpt shows lines of the file with their numbers, not too many.
func (f *finder) excerpt(at, n int) string {
	var out []string
	const most = 12
	for i := max(at, 0); i < min(at+n, len(f.doc.lines)); i++ {
		if len(out) == most {
			out = append(out, "  ...")
			break
		}
		out = append(out, fmt.Sprintf("%5d| %s", i+1, f.doc.lines[i].text))
	}
	return strings.Join(out, "\n")
}

// alike says whether a context line resembles a file line so much that it is that line, edited.
func alike(a, b string) bool { return similarity(a, b) >= 0.5 }

// similarity compares two lines by their pairs of characters (Dice), between 0 and 1.
func similarity(a, b string) float64 {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == b {
		return 1
	}
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	const most = 250 // characters that are compared, as many as a count can hold
	a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	var counts [1 << 14]uint8 // by pair; the pairs of other characters than ASCII share entries
	pair := func(s string, i int) int { return (int(s[i])<<7 ^ int(s[i+1])) & (len(counts) - 1) }
	for i := range len(a) - 1 {
		counts[pair(a, i)]++
	}
	common := 0
	for i := range len(b) - 1 {
		if p := pair(b, i); counts[p] > 0 {
			counts[p]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b)-2)
}
