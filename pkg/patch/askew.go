package patch

import (
	"slices"
	"strings"
)

// The guards here look at added lines after they were indented. What does not look like the file around it is undecided.

// flattened says whether the hunk lost all indentation, that of its added lines too, so that their depth is not known: every
// line begins at the margin, although the file's do not, and among those added one opens a block.
func (m match) flattened(d *document) bool {
	var added []line
	for _, l := range m.hunk.lines {
		if !l.lent && !blank(l.text) && indentOf(l.text) != "" {
			return false
		}
		if l.op == '+' && !blank(l.text) {
			added = append(added, l)
		}
	}
	pairs := m.pairs(d)
	if !slices.ContainsFunc(pairs, func(p pair) bool { return p.file != "" }) {
		return false
	}
	if pairs[0].first {
		pairs = pairs[1:] // which often lost its indentation alone
	}
	if slices.ContainsFunc(pairs, func(p pair) bool { return p.file != pairs[0].file }) {
		return true
	}
	for i := range added[:max(0, len(added)-1)] {
		if opensBlock(added[i].text) && !closesBlock(added[i+1].text) {
			return true
		}
	}
	return false
}

// opensBlock says whether a line ends as lines do after which others are deeper.
func opensBlock(text string) bool {
	text = trim(text)
	return text != "" && strings.ContainsAny(text[len(text)-1:], "{([:")
}

// continues says the same of lines that go on in the next.
func continues(text string) bool {
	text = trim(text)
	return opensBlock(text) || text != "" && strings.ContainsAny(text[len(text)-1:], ",\\=+-*/&|<>")
}

func closesBlock(text string) bool {
	text = trim(text)
	return text != "" && strings.ContainsAny(text[:1], "})]")
}

// askew says whether an added line was moved away from where it fitted: it stood as deep as its neighbours in the file, and
// does no more, or is deeper than a line can be behind its neighbours.
func (m match) askew(d *document, result []string) bool {
	if m.tier.fold.name == asIs().name {
		return false
	}
	n, at := 0, m.at
	var before *line
	for i, l := range m.hunk.lines {
		if l.op != '+' {
			if !blank(l.text) {
				before = &m.hunk.lines[i]
			}
			at++
			continue
		}
		first := i == 0 || m.hunk.lines[i-1].op != '+'
		if first && !blank(l.text) && m.askewAt(d, l, result[n], before, at) {
			return true
		}
		n++
	}
	return false
}

// askewAt judges the first added line of a run, which goes before line at of the file. before is the quoted line above it.
func (m match) askewAt(d *document, l line, result string, before *line, at int) bool {
	was, is := indentOf(l.text), indentOf(result)
	if was == is {
		return false
	}
	above, below := d.indentNear(at-1, -1), d.indentNear(at, 1)
	unit := d.unit()
	deepest := max(levels(above, unit), levels(below, unit)) + 1
	if levels(is, unit) > deepest && levels(was, unit) <= deepest {
		return true
	}
	adjoins := func(s string) bool { return s == above || s == below }
	if before == nil || before.lent || !adjoins(was) || adjoins(is) {
		return false
	}
	return levels(was, unit) > levels(indentOf(before.text), unit) && !continues(before.text)
}

// indentNear gives the indentation of the nearest line that is not blank, from line i on in steps of 1 or -1.
func (d *document) indentNear(i, step int) string {
	for ; i >= 0 && i < len(d.lines); i += step {
		if !blank(d.lines[i].text) {
			return indentOf(d.lines[i].text)
		}
	}
	return ""
}

// levels is the depth of an indentation in steps, spaces being unit to a step.
func levels(s string, unit int) int {
	tabs := strings.Count(s, "\t")
	return tabs + (len(s)-tabs+unit-1)/unit
}

// unit is the number of spaces to a step in the file: the largest that nearly all lines made with spaces are multiples of.
func (d *document) unit() int {
	if d.step == 0 {
		d.step = d.measureUnit()
	}
	return d.step
}

func (d *document) measureUnit() int {
	const usual, most = 4, 5 // one in five may be aligned to something else
	counts := map[int]int{}
	all := 0
	for _, l := range d.lines {
		if in := indentOf(l.text); len(in) > 1 && !strings.Contains(in, "\t") {
			counts[len(in)]++
			all++
		}
	}
	if all == 0 {
		return usual
	}
	for _, w := range slices.Backward(usualWidths()) {
		off := 0
		for n, times := range counts {
			if n%w != 0 {
				off += times
			}
		}
		if off*most <= all {
			return w
		}
	}
	return usual
}

// foreign says whether added lines bring tabs into a file made with spaces, or spaces into one made with tabs. A hunk of
// a diff that is exactly what its headers say may.
func (m match) foreign(d *document, result []string) bool {
	if m.sure {
		return false
	}
	spaced := func(s string) bool {
		return strings.HasPrefix(s, "  ") && !strings.HasPrefix(strings.TrimLeft(s, " "), "*")
	}
	tabbed := func(s string) bool { return strings.Contains(indentOf(s), "\t") }
	for _, is := range []func(string) bool{spaced, tabbed} {
		other := tabbed
		if is("\t") {
			other = spaced
		}
		brings := slices.ContainsFunc(result, func(s string) bool { return !blank(s) && is(s) })
		quotes := slices.ContainsFunc(m.hunk.old(), func(l line) bool { return !blank(l.text) && is(l.text) })
		if brings && !quotes && d.madeWith(other, is) {
			return true
		}
	}
	return false
}

// madeWith says whether a file is indented in one way and never in another.
func (d *document) madeWith(one, other func(string) bool) bool {
	const least = 5 // lines
	n := 0
	for _, l := range d.lines {
		switch {
		case blank(l.text):
		case other(l.text):
			return false
		case one(l.text):
			n++
		}
	}
	return n >= least
}

// shiftedByOne gives the readings of a hunk whose context lines all came a column short: they lost their operator, or all
// lines lost a blank, also those added.
func shiftedByOne(d *document, m match) []shift {
	plain := verbatim(d, m)
	off := func(s string) (string, bool) { return " " + s, true }
	seen := false
	for i, l := range m.hunk.old() {
		if blank(l.text) {
			continue
		}
		text := d.lines[m.at+i].text
		if l.op != ' ' || !strings.HasPrefix(text, " ") || strings.TrimRight(l.text, blanks) == strings.TrimRight(text, blanks) {
			return plain
		}
		seen = true
	}
	if !seen {
		return plain
	}
	return append(plain, off)
}
