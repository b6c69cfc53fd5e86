package patch

import (
	"slices"
	"strings"
)

// section is what one answer says about one file, whatever format it was written in.
type section struct {
	path    string
	from    string // source of a rename or a copy
	action  Action
	copied  bool // from stays where it is
	newMode uint32
	hunks   []*hunk
	whole   *string // the complete new content; hunks is empty then
	fault   *fault  // the parser's reason for refusing it
	git     bool    // it began with "diff --git"
	sides   bool    // it had --- and +++ lines
	index   bool    // it had an index line
	empty   bool    // which says that the file is empty afterwards
	escaped bool    // the answer may be escaped as a whole
	revised bool    // the words above it take back what came before
}

// fault is a reason with the text that goes with it.
type fault struct {
	reason     Reason
	message    string
	candidates []int // 1-based lines of the base
}

// hunk is one contiguous change. Its body is the truth, its header a hint.
type hunk struct {
	head   header
	scopes []string // lines that enclose the place: the text behind @@, or the chain of V4A
	lines  []line
	atEnd  bool // it ends where the file ends
	oldEnd end
	newEnd end
	blocks bool // made from search and replace blocks, where every line was written out on both sides
	last   bool // nothing in the answer shows that the model got to the end of it
	cut    bool // the answer ends with its header
	fault  *fault

	oldSide []line // computed once; lines do not change after a hunk is read
}

// header holds the numbers of a unified diff's @@ line.
type header struct {
	numbered           bool
	oldStart, oldCount int
	newStart, newCount int
}

// end is what a hunk says of the end of the file.
type end int

const (
	endUnsaid end = iota
	endBare       // marked: no newline at end of file
)

// line is a line of a hunk's body.
type line struct {
	op   byte   // ' ', '-' or '+'
	text string // without operator and line end
	raw  string // as it arrived, without line end
	cr   bool   // it ended in CR LF
	soft bool   // it may be no part of the hunk: a blank at the edge that arrived without an operator
	lent bool   // the hunk left it out, and it comes from the file
}

func newLine(op byte, text, raw string) line {
	l := line{op: op, text: text, raw: raw}
	if n := len(text); n > 0 && text[n-1] == '\r' {
		l.text, l.cr = text[:n-1], true
	}
	if n := len(raw); n > 0 && raw[n-1] == '\r' {
		l.raw = raw[:n-1]
	}
	return l
}

// old gives the lines that the base must hold.
func (h *hunk) old() []line {
	if h.oldSide == nil {
		h.oldSide = h.side('-')
	}
	return h.oldSide
}

// new gives the lines that the result holds in their place.
func (h *hunk) new() []line { return h.side('+') }

func (h *hunk) side(op byte) []line {
	out := make([]line, 0, len(h.lines))
	for _, l := range h.lines {
		if l.op == ' ' || l.op == op {
			out = append(out, l)
		}
	}
	return out
}

func (h *hunk) count(op byte) int {
	n := 0
	for _, l := range h.lines {
		if l.op == op {
			n++
		}
	}
	return n
}

// only gives the lines with an operator.
func only(lines []line, op byte) []line {
	var out []line
	for _, l := range lines {
		if l.op == op {
			out = append(out, l)
		}
	}
	return out
}

// texts gives the texts of the lines with an operator.
func (h *hunk) texts(op byte) []string {
	var out []string
	for _, l := range h.lines {
		if l.op == op {
			out = append(out, l.text)
		}
	}
	return out
}

// exactCounts says whether the header's counts are those of the body.
func (h *hunk) exactCounts() bool {
	if !h.head.numbered {
		return false
	}
	context := h.count(' ')
	return h.head.oldCount == context+h.count('-') && h.head.newCount == context+h.count('+')
}

// trimmed is the hunk without the lines at its edges that may not belong to it.
func (h *hunk) trimmed() *hunk {
	from, to := 0, len(h.lines)
	for to > from && h.lines[to-1].soft {
		to--
	}
	for from < to && h.lines[from].soft {
		from++
	}
	if from == 0 && to == len(h.lines) {
		return h
	}
	out := *h
	out.lines, out.oldSide = h.lines[from:to], nil
	return &out
}

// soften marks the blank lines at the end of the body, and with both also at its start, that came without an operator.
func (h *hunk) soften(both bool) {
	for i := len(h.lines) - 1; i >= 0 && h.lines[i].op == ' ' && h.lines[i].raw == ""; i-- {
		h.lines[i].soft = true
	}
	for n := len(h.lines); n > 0 && h.lines[n-1].soft && h.head.numbered && len(h.old()) > h.head.oldCount && len(h.new()) > h.head.newCount; n-- {
		h.lines, h.oldSide = h.lines[:n-1], nil // its header says that it ended before
	}
	for i := 0; both && i < len(h.lines) && h.lines[i].op == ' ' && h.lines[i].raw == ""; i++ {
		h.lines[i].soft = true
	}
}

// asWritten is the hunk at a place where its context lines stand without their operator: a line that begins with a minus may
// then be one of them too. ok is false where some context lines have theirs.
func (h *hunk) asWritten(have []docLine, t *tier) (_ *hunk, ok bool) {
	var marked []int
	bare := true
	i := 0
	for j, l := range h.lines {
		if l.op == '+' {
			continue
		}
		isRaw := t.fold.of(l.raw) == t.fold.of(have[i].text)
		switch {
		case l.op == '-' && t.fold.of(l.text) != t.fold.of(have[i].text):
			marked = append(marked, j)
		case l.op == ' ' && !isRaw:
			bare = false
		}
		i++
	}
	if len(marked) == 0 {
		return h, true
	}
	out := *h
	out.lines, out.oldSide = slices.Clone(h.lines), nil
	for _, j := range marked {
		out.lines[j] = newLine(' ', h.lines[j].raw, h.lines[j].raw)
	}
	return &out, bare && h.count(' ') > 0
}

// reindents says whether a hunk changes nothing but the indentation of lines.
func (h *hunk) reindents() bool {
	gone, come := only(h.lines, '-'), only(h.lines, '+')
	return len(gone) > 0 && slices.EqualFunc(gone, come, func(a, b line) bool { return trim(a.text) == trim(b.text) })
}

// key is what two hunks that say the same have in common.
func (h *hunk) key() string {
	var out strings.Builder
	out.WriteString(strings.Join(h.scopes, "\n"))
	for _, l := range h.lines {
		out.WriteByte('\n')
		out.WriteByte(l.op)
		out.WriteString(l.text)
	}
	return out.String()
}
