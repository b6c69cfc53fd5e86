package patch

import "slices"

// match is where a hunk can go.
type match struct {
	hunk  *hunk // as matched: soft lines at its edges may be gone, and lines that it left out put back
	tier  *tier
	at    int    // 0-based
	cost  int    // lines that had to be put back or dropped
	fault *fault // why it must not go there, although it fits
	sure  bool   // all hunks of the file fit exactly where their headers say
}

// end is the line after the last that the hunk covers.
func (m match) end() int { return m.at + len(m.hunk.old()) }

// finder looks for hunks in one document.
type finder struct {
	doc     *document
	rows    []tier
	similar *tier                       // nil: not asked for
	hunks   []*hunk                     // all that are looked for
	index   map[string]map[string][]int // fold -> line of a hunk -> where
	solid   []int                       // the lines that are not blank; see solidLines
	told    int                         // lines looked at to explain refusals
	work    *int                        // lines compared so far, in the whole patch
}

// maxWork bounds the line comparisons of a patch, which repeated lines could drive up with the square of their number.
const maxWork = 10_000_000

// shiftCost is the work of looking at the indentation of a line, in comparisons.
const shiftCost = 10

func newFinder(doc *document, hunks []*hunk, work *int, resembling bool) *finder {
	f := &finder{doc: doc, rows: cascade(), hunks: hunks, index: map[string]map[string][]int{}, work: work}
	if resembling {
		row := similarTier()
		f.similar = &row
	}
	return f
}

// row gives a tier by its name.
func (f *finder) row(name string) *tier {
	for i := range f.rows {
		if f.rows[i].name == name {
			return &f.rows[i]
		}
	}
	return nil
}

// find gives all matches at the first tier that has any.
func (f *finder) find(h *hunk) []match {
	if f.exhausted() {
		return nil
	}
	reindents := h.reindents()
	for i := range f.rows {
		if row := &f.rows[i]; reindents && !row.strict && row.fold.name != asIs().name && row.fold.name != trimRight().name {
			continue // what it changes is what these rows leave out
		}
		found := f.rows[i].find(f, h, &f.rows[i])
		if f.similar != nil && len(found) > 0 && !slices.ContainsFunc(found, func(m match) bool { return m.fault == nil }) {
			found = nil // there is a tier left for those who asked for it
		}
		if len(found) > 0 || f.exhausted() {
			return found
		}
	}
	if f.similar != nil {
		return f.similar.find(f, h, f.similar)
	}
	return nil
}

// spend counts work and says whether there is any left.
func (f *finder) spend(n int) bool {
	*f.work += n
	return !f.exhausted()
}

func (f *finder) exhausted() bool { return *f.work > maxWork }

// contiguous gives the places where all lines stand together.
func contiguous(f *finder, h *hunk, t *tier) []match {
	if found := f.at(h, t); len(found) > 0 {
		return found
	}
	if short := h.trimmed(); short != h {
		return f.at(short, t)
	}
	return nil
}

// mostMatches is how many places of one hunk are kept. There are more only where a file repeats itself throughout.
const mostMatches = 1000

// at gives the places of a hunk as it is.
func (f *finder) at(h *hunk, t *tier) []match {
	want := h.old()
	if len(want) == 0 || len(want) > len(f.doc.lines) {
		return nil
	}
	var out []match
	rarest, places := f.rarest(want, t)
	weight := weightOf(want)
	for _, p := range places {
		start := p - rarest
		if start < 0 || start+len(want) > len(f.doc.lines) || !f.equal(want, start, t) {
			continue
		}
		if len(out) >= mostMatches && start != h.head.place() {
			continue
		}
		m, ok := match{hunk: h, tier: t, at: start}, true
		if t.bare {
			m.hunk, ok = h.asWritten(f.doc.lines[start:], t)
		}
		if ok && t.strict {
			ok = f.spend(shiftCost*weight) && len(t.shifts(f.doc, m)) > 0
		}
		if ok {
			out = append(out, m)
		}
	}
	return f.ending(h, out)
}

// weightOf counts lines, long ones several times.
func weightOf(lines []line) int {
	n := len(lines)
	for _, l := range lines {
		n += len(l.text) / 64
	}
	return n
}

// rarest picks the quoted line that the file has least often, and gives its places.
func (f *finder) rarest(want []line, t *tier) (line int, places []int) {
	index := f.indexOf(t.fold)
	fewest := -1
	for i, l := range want {
		n := 0
		for _, text := range l.readings(t) {
			n += len(index[text])
		}
		if n == 0 {
			return 0, nil
		}
		if fewest < 0 || n < fewest {
			line, fewest = i, n
		}
	}
	if !f.spend(len(want) + fewest) {
		return 0, nil
	}
	for _, text := range want[line].readings(t) {
		if places == nil {
			places = index[text]
			continue
		}
		places = append(slices.Clone(places), index[text]...)
	}
	return line, places
}

// quotes says whether a line of a hunk stands anywhere in the file, white space around it aside.
func (f *finder) quotes(l line) bool {
	by := trimBoth()
	return len(f.indexOf(by)[by.of(l.text)]) > 0
}

// indexOf gives the places of the lines of all hunks under a fold.
func (f *finder) indexOf(by fold) map[string][]int {
	if index, ok := f.index[by.name]; ok {
		return index
	}
	index := map[string][]int{}
	for _, h := range f.hunks {
		for _, l := range h.lines {
			index[by.of(l.text)] = nil
			if l.raw != l.text {
				index[by.of(l.raw)] = nil
			}
		}
	}
	var buffer []byte
	for i := range f.doc.lines {
		text := f.doc.lines[i].text
		if by.name == squeezed().name {
			buffer = appendSqueezed(buffer[:0], text)
			if places, ok := index[string(buffer)]; ok {
				index[string(buffer)] = append(places, i)
			}
			continue
		}
		key := by.of(text)
		if places, ok := index[key]; ok {
			index[key] = append(places, i)
		}
	}
	f.index[by.name] = index
	return index
}

// key is a line of the file under a fold.
func (f *finder) key(by fold, i int) string { return by.of(f.doc.lines[i].text) }

// readings gives what the line can say under a tier.
func (l line) readings(t *tier) []string {
	text := t.fold.of(l.text)
	if !t.bare || l.op == '+' {
		return []string{text}
	}
	if raw := t.fold.of(l.raw); raw != text {
		return []string{text, raw}
	}
	return []string{text}
}

func (f *finder) equal(want []line, start int, t *tier) bool {
	for i, l := range want {
		if !f.spend(1) {
			return false
		}
		if key := f.key(t.fold, start+i); t.fold.of(l.text) != key && (!t.bare || t.fold.of(l.raw) != key) {
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
	return match{hunk: h, tier: &f.rows[0], at: at}, true
}

// place is the 0-based line that the header names.
func (h header) place() int {
	if h.oldCount == 0 {
		return h.oldStart
	}
	return h.oldStart - 1
}
