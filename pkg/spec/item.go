package spec

import (
	"fmt"
	"strings"
)

// clauseLines are the lines of a clause before it is read.
type clauseLines struct {
	first, last int
	at          int // offset of the first byte after the bullet
	kind        SectionKind
	bullet      int // column of the bullet; -1 for a paragraph
}

// clauseReader tells a clause's own text from its attachments.
type clauseReader struct {
	*builder
	clauseLines
	clause  *Clause
	words   []string // the lines of the clause's own text
	pending *pendingAttachment
	gap     bool // the line before was blank
}

// pendingAttachment is an attachment whose value may go on over the next line.
type pendingAttachment struct {
	word   attachmentWord
	value  []string // by lines
	at     int      // offset of the word
	valAt  int      // offset of the value
	column int      // of its bullet
}

// read makes a clause of its lines. An item without words and without anything else is nothing.
func (b *builder) read(l clauseLines) *Clause {
	r := &clauseReader{builder: b, clauseLines: l, clause: &Clause{Section: l.kind, start: l.at, textEnd: l.at, lead: true, bullet: l.bullet}}
	c := r.clause
	c.item, c.end = b.lines[l.first].start, b.trimmedEnd(l.last)
	text := b.rest(l.at, l.first)
	id, width := b.cutID(text, l.at, l.kind)
	c.ID, c.Pos, c.textStart = id, b.pos(l.at), l.at+width
	r.own(strings.TrimSpace(text[min(width, len(text)):]), l.first, true)
	for i := l.first + 1; i <= l.last; i++ {
		i = r.line(i)
	}
	r.finish()
	c.Text = strings.Join(r.words, " ")
	if c.Text == "" {
		if c.ID != "" || len(c.Attachments) > 0 {
			b.fail(RuleEmptyClause, l.at, max(len(text), 1), "the clause has no words", "say what must hold, or remove it")
		}
		return nil
	}
	c.Level = levelOf(c.Text)
	return c
}

// line reads line i and gives the last line that was read with it.
func (r *clauseReader) line(i int) int {
	if r.blank(i) {
		r.gap = true
		return i
	}
	gap := r.gap
	r.gap = false
	cols, at := r.indent(i)
	inside := r.bullet >= 0 && cols >= r.bullet+nestBy
	if inside && r.opensFence(i, 0) {
		return r.verbatim(i, r.fenceEnd(i))
	}
	if inside && r.opensComment(i) {
		return r.commentEnd(i)
	}
	text := r.rest(at, i)
	if width := markerWidth(text); inside && width > 0 {
		r.nested(i, cols, at+width, text)
		return i
	}
	if r.pending != nil && (!gap || cols >= r.pending.column+nestBy) {
		r.pending.value = append(r.pending.value, text)
		return i
	}
	r.own(text, i, !gap)
	return i
}

// verbatim takes the lines of a fence into the clause's text.
func (r *clauseReader) verbatim(from, to int) int {
	for i := from; i <= to; i++ {
		r.own(strings.TrimSpace(r.str(i)), i, false)
	}
	return to
}

// own adds a line to the clause's own text. lead says that the line goes on with the first paragraph of the clause,
// so that a sentence can be put right behind it.
func (r *clauseReader) own(text string, i int, lead bool) {
	if text == "" {
		return
	}
	c := r.clause
	r.finish()
	if len(c.Attachments) > 0 {
		c.split = true
	}
	r.words = append(r.words, text)
	c.lead = c.lead && lead
	if !c.split {
		c.textEnd = r.trimmedEnd(i)
	}
}

// nested reads an item inside the clause: an attachment, or text.
func (r *clauseReader) nested(i, cols, at int, text string) {
	word, value, ok := cutAttachment(r.rest(at, i))
	if r.pending != nil && cols >= r.pending.column+nestBy {
		r.fail(RuleBadWord, at, 1, fmt.Sprintf("the attachment %q has an item of its own", r.pending.word.String()), "put it on the attachment's level")
		return
	}
	if !ok {
		r.own(text, i, false)
		return
	}
	r.finish()
	if !word.known() {
		r.unknown(word, at)
		return
	}
	r.pending = &pendingAttachment{word: word, value: []string{value}, at: at, valAt: at + strings.Index(r.rest(at, i), ":") + 1, column: cols}
}

// finish turns the attachment that was being read into one of the clause.
func (r *clauseReader) finish() {
	p := r.pending
	if p == nil {
		return
	}
	r.pending = nil
	for p.valAt < len(r.text) && (r.text[p.valAt] == ' ' || r.text[p.valAt] == '\t') {
		p.valAt++
	}
	if a, ok := r.attachment(p); ok {
		r.clause.Attachments = append(r.clause.Attachments, a)
	}
}
