package patch

import "strings"

// tier is a row of the cascade: how much a hunk may differ from the file and still be found, and how its added lines are
// indented then.
type tier struct {
	name   string
	fold   func(string) string            // two lines are equal if they are equal under it
	bare   bool                           // a context line that begins with a blank may have lost its operator
	shifts func(*document, match) []shift // the ways to indent what is added; they must all come to the same
	strict bool                           // a place without such a way is no match
}

// cascade is the order in which a hunk is looked for. The first tier with candidates decides, and the match must be unique.
func cascade() []tier {
	return []tier{
		{name: "exact", fold: asIs, shifts: verbatim},                   // every line as it stands in the file
		{name: "rstrip", fold: trimRight, shifts: verbatim},             // trailing blanks differ
		{name: "bare", fold: trimRight, shifts: verbatim, bare: true},   // context lines came without their operator
		{name: "indent", fold: trimBoth, shifts: uniform, strict: true}, // all lines are off by the same indentation
		{name: "trim", fold: trimBoth, shifts: allButFirst},             // lines differ in indentation: it matters if any are added
	}
}

const blanks = " \t\r\f\v"

func asIs(s string) string      { return s }
func trimRight(s string) string { return strings.TrimRight(s, blanks) }
func trimBoth(s string) string  { return strings.Trim(s, blanks) }

// match is where a hunk can go.
type match struct {
	hunk *hunk // as matched: soft lines at its edges may be gone
	tier *tier
	at   int // 0-based
}

// finder looks for hunks in one document.
type finder struct {
	doc   *document
	index map[string]map[string][]int // folding -> line -> where
	work  *int                        // lines compared so far, in the whole patch
}

// maxWork bounds the line comparisons of a patch, which repeated lines could drive up with the square of their number.
const maxWork = 20_000_000

func newFinder(doc *document, work *int) *finder {
	return &finder{doc: doc, index: map[string]map[string][]int{}, work: work}
}

// find gives all matches at the first tier that has any.
func (f *finder) find(h *hunk) []match {
	variants := []*hunk{h}
	if t := h.trimmed(); t != h && len(t.old()) > 0 {
		variants = append(variants, t)
	}
	rows := cascade()
	for i := range rows {
		for _, v := range variants {
			if found := f.at(v, &rows[i]); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// at gives all matches at one tier.
func (f *finder) at(h *hunk, t *tier) []match {
	want := h.old()
	if len(want) == 0 || len(want) > len(f.doc.lines) {
		return nil
	}
	name := foldName(t)
	have := f.doc.folded(name, t.fold)
	var out []match
	for _, start := range f.starts(want, t, name, have) {
		if f.equal(want, have, start, t) {
			m := match{hunk: h, tier: t, at: start}
			if !t.strict || len(t.shifts(f.doc, m)) > 0 {
				out = append(out, m)
			}
		}
	}
	return f.ending(h, out)
}

// foldName names a tier's folding: tiers that fold alike share the folded lines.
func foldName(t *tier) string {
	switch t.name {
	case "bare":
		return "rstrip"
	case "trim":
		return "indent"
	}
	return t.name
}

// starts gives the places worth comparing: those of the hunk's rarest line.
func (f *finder) starts(want []line, t *tier, name string, have []string) []int {
	index := f.indexOf(name, have)
	rarest, fewest := 0, -1
	for i, l := range want {
		n := 0
		for _, text := range l.readings(t) {
			n += len(index[text])
		}
		if fewest < 0 || n < fewest {
			rarest, fewest = i, n
		}
		if n == 0 {
			return nil
		}
	}
	*f.work += len(want) + fewest
	var out []int
	for _, text := range want[rarest].readings(t) {
		for _, p := range index[text] {
			if p >= rarest && p-rarest+len(want) <= len(have) {
				out = append(out, p-rarest)
			}
		}
	}
	return out
}

// indexOf gives the places of every line under a folding.
func (f *finder) indexOf(name string, have []string) map[string][]int {
	if index, ok := f.index[name]; ok {
		return index
	}
	index := map[string][]int{}
	for i, key := range have {
		index[key] = append(index[key], i)
	}
	f.index[name] = index
	return index
}

// readings gives what the line can say under a tier.
func (l line) readings(t *tier) []string {
	text := t.fold(l.text)
	if raw := t.fold(l.raw); t.bare && l.op == ' ' && raw != text {
		return []string{text, raw}
	}
	return []string{text}
}

func (f *finder) equal(want []line, have []string, start int, t *tier) bool {
	for i, l := range want {
		*f.work++
		if *f.work > maxWork {
			return false
		}
		if key := have[start+i]; t.fold(l.text) != key && (!t.bare || l.op != ' ' || t.fold(l.raw) != key) {
			return false
		}
	}
	return true
}

// ending prefers the matches at the file's end for a hunk that says it ends there.
func (f *finder) ending(h *hunk, found []match) []match {
	if !h.atEnd && h.oldEnd == endUnsaid {
		return found
	}
	for _, m := range found {
		if m.end() == len(f.doc.lines) {
			return []match{m}
		}
	}
	return found
}

// end is the line after the last that the hunk covers.
func (m match) end() int { return m.at + len(m.hunk.old()) }

// headed gives the exact match at the hunk's own line number, if its counts are right too.
func (f *finder) headed(h *hunk) (match, bool) {
	if !h.exactCounts() {
		return match{}, false
	}
	at := h.head.place()
	want := h.old()
	if at < 0 || at+len(want) > len(f.doc.lines) {
		return match{}, false
	}
	for i, l := range want {
		if f.doc.lines[at+i].text != l.text {
			return match{}, false
		}
	}
	return match{hunk: h, tier: &cascade()[0], at: at}, true
}

// place is the 0-based line that the header names.
func (h header) place() int {
	if h.oldCount == 0 {
		return h.oldStart
	}
	return h.oldStart - 1
}
