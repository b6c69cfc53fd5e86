package patch

import (
	"slices"
	"strings"
)

// A shift turns the indentation that a model wrote into the file's. ok is false where it cannot.
type shift func(indent string) (out string, ok bool)

// verbatim leaves added lines as they came.
func verbatim(*document, match) []shift {
	return []shift{func(s string) (string, bool) { return s, true }}
}

// uniform gives the shifts that explain every matched line. One line alone cannot tell a hunk that is off as a whole from
// one whose first line lost its indentation, so both readings stand, unless the line is replaced by one that is off just so.
func uniform(d *document, m match) []shift {
	pairs := m.pairs(d)
	shifts := explanations(pairs, m.widths(d))
	if len(pairs) > 2 && pairs[0].first && !shifted(pairs) && shifted(pairs[1:]) {
		return nil // a first line that lost its indentation explains more than another width of it
	}
	if len(pairs) == 1 && pairs[0].first && len(shifts) > 0 && !m.replacesAlike() {
		shifts = append(shifts, verbatim(d, m)...)
	}
	return shifts
}

// byMode gives the shifts that explain all matched lines, or else all but the first, or else most of them.
func byMode(d *document, m match) []shift {
	if m.mangled(d) {
		return nil
	}
	pairs := m.pairs(d)
	if shifts := uniform(d, m); len(shifts) > 0 {
		return shifts
	}
	if shifts := allButFirst(pairs, m.widths(d)); len(shifts) > 0 {
		return shifts
	}
	if s, ok := m.clipped(pairs); ok {
		return []shift{s}
	}
	return m.majority(d, pairs)
}

// clipped gives the shift of a hunk that was moved to the left as a whole, where lines with less indentation than that stopped
// at the margin. What is added must not have come to the margin: how deep it was is lost.
func (m match) clipped(pairs []pair) (shift, bool) {
	const least = 2
	piece, n := "", 0
	for _, p := range pairs {
		lost, ok := strings.CutSuffix(p.file, p.hunk)
		if p.hunk == "" {
			continue
		}
		if !ok || lost == "" || n > 0 && lost != piece {
			return nil, false
		}
		piece = lost
		n++
	}
	for _, p := range pairs {
		if p.hunk == "" && !strings.HasPrefix(piece, p.file) {
			return nil, false
		}
	}
	for _, l := range m.hunk.lines {
		if l.op == '+' && !blank(l.text) && indentOf(l.text) == "" {
			return nil, false
		}
	}
	return func(s string) (string, bool) { return piece + s, true }, n >= least
}

// allButFirst gives the shifts that explain all matched lines but the first: models often lose the indentation with which
// a block begins, and no other. What then remains must be as it stands in the file, or be at least two lines.
func allButFirst(pairs []pair, steps widths) []shift {
	if len(pairs) < 2 || !pairs[0].first {
		return nil
	}
	rest := pairs[1:]
	if len(rest) == 1 && rest[0].hunk != rest[0].file {
		return nil
	}
	return explanations(rest, steps)
}

// majority gives the shift that explains three of four lines, and among them all that stand next to added ones.
func (m match) majority(d *document, pairs []pair) []shift {
	const least = 3
	near := m.nearAdded(d)
	var out []shift
	for i, p := range pairs {
		for _, s := range explanations([]pair{p}, widths{}) {
			n := 0
			for _, q := range pairs {
				if s.explains([]pair{q}) {
					n++
				}
			}
			if n >= least && 4*n >= 3*len(pairs) && s.explains(near) {
				out = append(out, s)
			}
		}
		if i > len(pairs)/4 {
			break // a shift that three of four lines need explains one of these
		}
	}
	return out
}

// nearAdded gives the indentations of the quoted lines next to added ones.
func (m match) nearAdded(d *document) []pair {
	var out []pair
	var last *pair
	at, open := m.at, false
	for _, l := range m.hunk.lines {
		if l.op == '+' {
			if last != nil && !open {
				out = append(out, *last)
			}
			open = true
			continue
		}
		if !blank(l.text) && !l.lent {
			p := pair{hunk: indentOf(l.text), file: indentOf(d.lines[at].text)}
			last = &p
			if open {
				out = append(out, p)
				open = false
			}
		}
		at++
	}
	return out
}

// mangled says whether the hunk was written with typographic characters where the file has plain ones or the other way
// round, or with other white space inside lines, so that what it adds may be off too.
func (m match) mangled(d *document) bool {
	if m.tier.fold.name != squeezed().name {
		return false
	}
	var suspect, spaced bool
	for _, l := range m.hunk.lines {
		if l.op == '+' {
			suspect = suspect || typographic(l.text)
			spaced = spaced || strings.ContainsAny(trim(l.text), blanks)
		}
	}
	for i, l := range m.hunk.old() {
		text := d.lines[m.at+i].text
		switch {
		case l.lent || trim(l.text) == trim(text) || squeeze(l.text) != squeeze(text):
		case typographic(l.text) != typographic(text):
			if suspect || l.op == '-' && typographic(text) {
				return true
			}
		case spaced:
			return true
		}
	}
	return false
}

// replacesAlike says whether the only line that the base has is removed, and what comes in its place begins with the same
// indentation.
func (m match) replacesAlike() bool {
	var gone *line
	for i, l := range m.hunk.lines {
		switch {
		case blank(l.text) && l.op == ' ':
		case l.op == '-' && gone == nil:
			gone = &m.hunk.lines[i]
		case l.op == '+' && gone != nil:
			return indentOf(l.text) == indentOf(gone.text)
		default:
			return false
		}
	}
	return false
}

// added gives the texts of the lines that the hunk adds, in order, indented as the file is; or why that is undecided.
func (m match) added(d *document) ([]string, *fault) {
	lines := m.hunk.texts('+')
	if !slices.ContainsFunc(lines, func(l string) bool { return !blank(l) }) {
		return lines, nil
	}
	result := m.reading(d, m.tier.shifts(d, m), lines)
	if result == nil || !m.firstAdded(d, lines, result) || m.flattened(d) || m.askew(d, result) || m.foreign(d, result) {
		return nil, undecided()
	}
	return result, nil
}

// reading gives what the ways to indent lines come to: all the same, or else the one alone with indentation that the lines
// around have, or the one alone in steps of the file's width; nil if it is open which is meant.
func (m match) reading(d *document, shifts []shift, lines []string) []string {
	var readings [][]string
	for _, s := range shifts {
		text, ok := s.all(lines)
		if ok && !slices.ContainsFunc(readings, func(r []string) bool { return slices.Equal(r, text) }) {
			readings = append(readings, text)
		}
	}
	if len(readings) == 1 {
		return readings[0]
	}
	around, unit := m.around(d), d.unit()
	for _, fits := range []func(indent string) bool{
		func(indent string) bool { return around[indent] },
		func(indent string) bool { return len(indent)%unit == 0 || strings.Contains(indent, "\t") },
	} {
		left := slices.DeleteFunc(slices.Clone(readings), func(r []string) bool {
			return slices.ContainsFunc(r, func(l string) bool { return !blank(l) && !fits(indentOf(l)) })
		})
		if len(left) == 1 {
			return left[0]
		}
	}
	return nil
}

// around gives the indentations of the lines of the file that are near a place.
func (m match) around(d *document) map[string]bool {
	const far = 10 // lines
	out := map[string]bool{}
	for i := max(0, m.at-far); i < min(m.end()+far, len(d.lines)); i++ {
		out[indentOf(d.lines[i].text)] = true
	}
	return out
}

func undecided() *fault {
	return &fault{reason: Indent, message: "the hunk's indentation differs from the file's and it is not clear by how much; copy the lines with their exact indentation"}
}

func (s shift) all(lines []string) ([]string, bool) {
	out := make([]string, len(lines))
	for i, l := range lines {
		if blank(l) {
			out[i] = l
			continue
		}
		indent := indentOf(l)
		shifted, ok := s(indent)
		if !ok {
			return nil, false
		}
		out[i] = shifted + l[len(indent):]
	}
	return out, true
}

// firstAdded settles the line that replaces a first line which lost its indentation. In a replace block it is the first
// line too and lost the same; in a diff that is not known, and the answer is false.
func (m match) firstAdded(d *document, lines, result []string) bool {
	if m.tier.strict || len(m.hunk.lines) < 2 || m.hunk.lines[0].op != '-' || len(uniform(d, m)) > 0 {
		return true
	}
	first := m.hunk.lines[0].text
	if indentOf(first) == indentOf(d.lines[m.at].text) {
		return true
	}
	for _, l := range m.hunk.lines {
		switch {
		case l.op == ' ':
			return true
		case l.op == '-':
			continue
		case indentOf(l.text) != indentOf(first) || blank(l.text):
			return true
		case !m.hunk.blocks:
			return false
		}
		result[0] = indentOf(d.lines[m.at].text) + strings.TrimLeft(lines[0], " \t")
		return true
	}
	return true
}

// indentLike gives the indentation that a line has, or that it has when its first blank is no operator, if the file says so.
func (l line) indentLike(text string) string {
	if l.op == ' ' && indentOf(l.raw) == indentOf(text) {
		return indentOf(l.raw)
	}
	return indentOf(l.text)
}

func indentOf(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \t"))] }

// pair is the indentation of one line as the model wrote it and as the file has it.
type pair struct {
	hunk, file string
	first      bool // the hunk's first line that the base has
}

// pairs gives the indentations of the matched lines that are not blank. A context line may have lost its operator, unless all
// lines are off by the same.
func (m match) pairs(d *document) []pair {
	var plain, like []pair
	for i, l := range m.hunk.old() {
		if blank(l.text) || l.lent {
			continue
		}
		text := d.lines[m.at+i].text
		plain = append(plain, pair{indentOf(l.text), indentOf(text), i == 0})
		like = append(like, pair{l.indentLike(text), indentOf(text), i == 0})
	}
	if shifted(plain) {
		return plain
	}
	return like
}

// constant gives the one shift by a fixed piece of indentation that explains a pair.
func constant(p pair, spaced bool) (shift, bool) {
	if d, ok := strings.CutSuffix(p.file, p.hunk); ok {
		return func(s string) (string, bool) {
			// Spaces behind tabs that no matched line has: the model's unit is not the file's, and nothing tells them apart.
			if strings.HasSuffix(d, "\t") && strings.HasPrefix(s, " ") && !spaced {
				return "", false
			}
			return d + s, true
		}, true
	}
	if d, ok := strings.CutSuffix(p.hunk, p.file); ok {
		return func(s string) (string, bool) { return strings.CutPrefix(s, d) }, true
	}
	return nil, false
}

// explains says whether a shift gives the file's indentation for every pair.
func (s shift) explains(pairs []pair) bool {
	for _, p := range pairs {
		if got, ok := s(p.hunk); !ok || got != p.file {
			return false
		}
	}
	return true
}

// explanations gives the shifts that explain all pairs: the constant one if there is one, or else those between units. Lines
// of one depth alone are explained by a constant and by the steps of the hunk and of the file, if these differ.
func explanations(pairs []pair, steps widths) []shift {
	if len(pairs) == 0 {
		return nil
	}
	if s, ok := constantOf(pairs); ok {
		return append([]shift{s}, rivals(pairs, steps)...)
	}
	if slices.ContainsFunc(pairs, func(p pair) bool { return p.hunk != "" && p.hunk == p.file }) {
		return nil // what is as it stands in the file was not written in another unit
	}
	return conversions(pairs)
}

// constantOf gives the shift by a fixed piece that explains all pairs.
func constantOf(pairs []pair) (shift, bool) {
	spaced := slices.ContainsFunc(pairs, func(p pair) bool { return strings.HasPrefix(p.hunk, " ") })
	for _, p := range pairs {
		if s, ok := constant(p, spaced); ok && s.explains(pairs) {
			return s, true
		}
	}
	return nil, false
}

func shifted(pairs []pair) bool {
	_, ok := constantOf(pairs)
	return ok
}
