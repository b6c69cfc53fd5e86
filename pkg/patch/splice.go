package patch

import (
	"slices"
	"strings"
)

// edit replaces the lines [from, to) of the original.
type edit struct {
	from, to int
	lines    []docLine
	hunk     int // index of the hunk that it is of
}

// edits gives what a placed hunk changes: one edit for each run of removed and added lines. added holds the texts of the
// added lines. A line end comes from the file, unless the hunk wrote down the file's own for every line that it quotes.
func (m match) edits(d *document, added []string, index int) []edit {
	var out []edit
	var cur *edit
	faithful := m.faithful(d)
	at, next := m.at, 0
	for _, l := range m.hunk.lines {
		if l.op == ' ' {
			cur = nil
			at++
			continue
		}
		if cur == nil {
			out = append(out, edit{from: at, to: at, hunk: index})
			cur = &out[len(out)-1]
		}
		if l.op == '-' {
			at++
			cur.to = at
			continue
		}
		eol := d.eolAt(cur.from)
		if cur.to > cur.from && d.lines[cur.from].eol != "" {
			eol = d.lines[cur.from].eol
		}
		if faithful {
			eol = "\n"
			if l.cr {
				eol = "\r\n"
			}
		}
		cur.lines = append(cur.lines, docLine{added[next], eol})
		if next++; next == len(added) && faithful && l.cr && m.hunk.newEnd == endBare {
			cur.lines[len(cur.lines)-1].eol = "\r" // a CR that ends the file is text
		}
	}
	return out
}

// faithful says whether the hunk's quoted lines all end as the file's do.
func (m match) faithful(d *document) bool {
	old := m.hunk.old()
	for i, l := range old {
		if eol := d.lines[m.at+i].eol; !l.lent && eol != "" && l.cr != strings.HasPrefix(eol, "\r") {
			return false
		}
	}
	return len(old) > 0 || len(d.lines) == 0
}

// splice gives the file with the edits made, which are sorted and do not touch. finalNewline says whether the last line is ended.
func splice(d *document, edits []edit, finalNewline bool) []byte {
	n, at := len(d.lines), 0
	for _, e := range edits {
		n += len(e.lines)
	}
	out := make([]docLine, 0, n)
	for _, e := range edits {
		out = append(out, d.lines[at:e.from]...)
		out = append(out, e.lines...)
		at = e.to
	}
	out = append(out, d.lines[at:]...)
	size := len(d.mark)
	for _, l := range out {
		size += len(l.text) + len(l.eol)
	}
	var text strings.Builder
	text.Grow(size + len("\r\n"))
	text.WriteString(d.mark)
	for i, l := range out {
		text.WriteString(l.text)
		switch {
		case l.eol == "\r":
			text.WriteString(l.eol)
			if i < len(out)-1 || finalNewline {
				text.WriteString("\n")
			}
		case i == len(out)-1 && !finalNewline:
		case l.eol == "" && i > 0 && out[i-1].eol != "":
			text.WriteString(out[i-1].eol)
		case l.eol == "":
			text.WriteString(d.eolAt(0))
		default:
			text.WriteString(l.eol)
		}
	}
	return []byte(text.String())
}

// sorted orders edits by place.
func sorted(edits []edit) []edit {
	out := slices.Clone(edits)
	slices.SortStableFunc(out, byPlace)
	return out
}

// byPlace orders edits by where they begin; pure insertions come before replacements of the line that they stand at.
func byPlace(a, b edit) int {
	if a.from != b.from {
		return a.from - b.from
	}
	return a.to - b.to
}

// clash says whether two edits, the first of which does not come later, overlap, or touch so that the order of what they
// add is anyone's guess.
func clash(a, b edit) bool {
	if a.to > b.from {
		return true
	}
	return a.to == b.from && len(a.lines) > 0 && len(b.lines) > 0
}

// unchanged says whether an edit puts back what is there.
func (e edit) unchanged(d *document) bool {
	return e.to-e.from == len(e.lines) && slices.EqualFunc(d.lines[e.from:e.to], e.lines, func(a, b docLine) bool {
		return a.text == b.text && (a.eol == b.eol || a.eol == "" || b.eol == "")
	})
}
