package patch

import "bytes"

const tierExact = "exact"

// clean applies hunks that are exactly what their headers say to the bytes of a file, as a program wrote them: every line
// where it should be, in order and apart, none at an end of the file where line ends and margins need a second look. ok is
// false for all others, which go through the cascade; for these it comes to the same.
func clean(p *plan, base []byte) (data []byte, ok bool) {
	if bytes.HasPrefix(base, []byte(byteOrderMark)) || bytes.IndexByte(base, '\r') >= 0 || !bytes.HasSuffix(base, []byte("\n")) {
		return nil, false
	}
	c := &cursor{base: base}
	c.out = make([]byte, 0, len(base)+p.size())
	results, nothing := make([]HunkResult, len(p.hunks)), &document{}
	for i, h := range p.hunks {
		if !h.plain() || unwelcome(p.path, h.texts('+'), nothing, true) != nil || !c.place(h) {
			return nil, false
		}
		results[i] = HunkResult{N: i + 1, Status: Applied, Tier: tierExact, Line: h.head.place() + 1}
	}
	p.results = results
	return append(c.out, base[c.copied:]...), true
}

// plain says whether a hunk has right counts, shows as much before its changes as after, and no odd lines.
func (h *hunk) plain() bool {
	lead, tail := h.contexts()
	if h.fault != nil || h.blocks || h.atEnd || h.oldEnd != endUnsaid || h.newEnd != endUnsaid || lead == 0 || lead != tail || !h.exactCounts() || pointless(h) != nil {
		return false
	}
	for _, l := range h.lines {
		if l.cr || l.soft {
			return false
		}
	}
	return true
}

// cursor walks through a file once.
type cursor struct {
	base   []byte
	out    []byte
	at     int // in base: the begin of a line
	line   int // its number, from 0
	copied int // in base: what is in out already, replaced or not
}

// place goes to the line that a hunk names and makes its changes there.
func (c *cursor) place(h *hunk) bool {
	if h.head.place() < c.line {
		return false
	}
	for ; c.line < h.head.place(); c.line++ {
		n := bytes.IndexByte(c.base[c.at:], '\n')
		if n < 0 {
			return false
		}
		c.at += n + 1
	}
	for _, l := range h.lines {
		if l.op == '+' {
			c.out = append(c.out, c.base[c.copied:c.at]...)
			c.copied = c.at
			c.out = append(append(c.out, l.text...), '\n')
			continue
		}
		end := c.at + len(l.text)
		if end >= len(c.base) || c.base[end] != '\n' || string(c.base[c.at:end]) != l.text {
			return false
		}
		if l.op == '-' {
			c.out = append(c.out, c.base[c.copied:c.at]...)
			c.copied = end + 1
		}
		c.at, c.line = end+1, c.line+1
	}
	return true
}
