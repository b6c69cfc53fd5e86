package spec

import "strings"

// blockKind is what a run of lines is.
type blockKind int

const (
	blockHeading blockKind = iota
	blockItem
	blockParagraph
	blockFence
	blockOther // a quote, a comment, a rule across the page, a link definition: no clause
)

// block is a run of lines at the top level of a spec. An item holds its nested items, fences and paragraphs.
type block struct {
	kind        blockKind
	first, last int    // line indexes, both inclusive; last is never blank
	level       int    // of a heading: 1 to 6
	title       string // of a heading, as written
	bare        bool   // a heading without markup, in a pasted text
}

// scanner cuts the lines after the front matter into blocks. It follows CommonMark where it matters for clauses (fences,
// lazy continuation, what interrupts a paragraph) and is more generous to pasted text: bullets such as •, and nesting
// by any two columns.
type scanner struct {
	*source
	plain  bool // section titles need no markup
	titled bool // the line `Spec: Title` was read
	blocks []block
	open   []openBlock // fences and comments that nothing closes
	closes []int       // per line, the next one that ends a comment
}

type openBlock struct {
	line int
	what string
}

// nestBy is how many columns a line must be indented beyond a bullet to belong to its item.
const nestBy = 2

// scan reads the lines from on. A text in which no heading is a section that specgen knows is taken for a pasted one,
// and read again with bare titles.
func (s *source) scan(from int) *scanner {
	markdown := &scanner{source: s}
	markdown.run(from)
	for _, b := range markdown.blocks {
		if b.kind == blockHeading && sectionKind(b.title) != Other {
			return markdown
		}
	}
	pasted := &scanner{source: s, plain: true}
	pasted.run(from)
	return pasted
}

func (s *scanner) run(from int) {
	for i := from; i < len(s.lines); {
		if s.blank(i) {
			i++
			continue
		}
		b := s.block(i)
		s.blocks = append(s.blocks, b)
		i = b.last + 1
	}
}

// block reads the block that begins at line i.
func (s *scanner) block(i int) block {
	if b, ok := s.heading(i); ok {
		return b
	}
	switch text := s.str(i); {
	case s.opensFence(i, tabStop):
		return block{kind: blockFence, first: i, last: s.fenceEnd(i)}
	case s.opensComment(i):
		return block{kind: blockOther, first: i, last: s.commentEnd(i)}
	case isRule(text), isLink(text):
		return block{kind: blockOther, first: i, last: i}
	case strings.HasPrefix(strings.TrimSpace(text), ">"):
		return block{kind: blockOther, first: i, last: s.paragraphEnd(i)}
	case markerWidth(text) > 0:
		return block{kind: blockItem, first: i, last: s.itemEnd(i)}
	}
	if s.underlined(i) {
		level := 2
		if strings.Contains(s.str(i+1), "=") {
			level = 1
		}
		return block{kind: blockHeading, first: i, last: i + 1, level: level, title: strings.TrimSpace(s.str(i))}
	}
	return block{kind: blockParagraph, first: i, last: s.paragraphEnd(i)}
}

// underlined says whether the one-line paragraph i is a heading by the line below it. A whole sentence above a rule is
// not, unless the line is of equal signs: a clause must not get lost for a missing blank line.
func (s *scanner) underlined(i int) bool {
	if i+1 >= len(s.lines) || !isUnderline(s.str(i+1)) {
		return false
	}
	text := strings.TrimSpace(s.str(i))
	return strings.Contains(s.str(i+1), "=") || sectionKind(text) != Other || !strings.HasSuffix(text, ".")
}

func (s *scanner) heading(i int) (block, bool) {
	text := s.str(i)
	if level, title, ok := heading(text); ok {
		return block{kind: blockHeading, first: i, last: i, level: level, title: title}, true
	}
	if !s.plain {
		return block{}, false
	}
	if m := specTitle.FindStringSubmatch(text); m != nil && !s.titled && len(s.blocks) == 0 {
		s.titled = true
		return block{kind: blockHeading, first: i, last: i, level: 1, title: text, bare: true}, true
	}
	if s.bareTitle(i) {
		return block{kind: blockHeading, first: i, last: i, level: 2, title: strings.TrimSpace(text), bare: true}, true
	}
	return block{}, false
}

// bareTitle says whether line i reads as a section title without markup: the words of a known section and nothing else,
// with a capital, at the margin, and not in the middle of a sentence that goes on over the line.
func (s *scanner) bareTitle(i int) bool {
	text := strings.TrimRight(s.str(i), " \t")
	if !looksLikeTitle(text) {
		return false
	}
	before := i > 0 && !s.blank(i-1) && !endsSentence(s.str(i-1)) && markerWidth(s.str(i-1)) == 0
	after := i+1 < len(s.lines) && !s.blank(i+1) && markerWidth(s.str(i+1)) == 0
	return !before || !after
}

// starts says whether line i begins a block of its own even right below a line of text. ordered says that the text
// belongs to a numbered list, which any number goes on with; elsewhere only a 1 begins one.
func (s *scanner) starts(i int, ordered bool) bool {
	text := s.str(i)
	if s.opensFence(i, tabStop) || s.opensComment(i) || isRule(text) || strings.HasPrefix(text, ">") {
		return true
	}
	if m, ok := cutMarker(text); ok {
		return m.interrupts(ordered)
	}
	if _, _, ok := heading(text); ok {
		return true
	}
	return s.declares(i) || s.plain && s.bareTitle(i)
}

// declares says whether line i, at the margin below other text, begins with an ID after the end of a sentence or of an
// attachment. Pasted text often loses the blank line there. In the middle of a sentence an ID is a citation.
func (s *scanner) declares(i int) bool {
	text := s.str(i)
	if i == 0 || text == "" || !strings.ContainsRune("*_BEIN", rune(text[0])) || (!boldID.MatchString(text) && !plainID.MatchString(text)) {
		return false
	}
	before := s.str(i - 1)
	if width := markerWidth(before); width > 0 {
		_, _, attached := cutAttachment(before[width:])
		return attached || endsSentence(before)
	}
	return endsSentence(before)
}

// interrupts says whether a marker begins an item right below a line of text. An empty one does not.
func (m marker) interrupts(ordered bool) bool {
	return ordered || !m.empty && (m.number == "" || m.number == "1")
}

func (s *scanner) paragraphEnd(i int) int {
	for i+1 < len(s.lines) && !s.blank(i+1) && !s.starts(i+1, false) {
		i++
	}
	return i
}

// itemEnd finds the last line of the item that begins at line i: what is indented below its bullet, and lines of text
// that go on without indentation.
func (s *scanner) itemEnd(i int) int {
	bullet, _ := s.indent(i)
	m, _ := cutMarker(s.str(i))
	last, gap := i, false
	for j := i + 1; j < len(s.lines); j++ {
		if s.blank(j) {
			gap = true
			continue
		}
		cols, _ := s.indent(j)
		inside := cols >= bullet+nestBy
		switch {
		case inside && s.opensFence(j, 0):
			j = s.fenceEnd(j)
		case inside && s.opensComment(j):
			j = s.commentEnd(j)
		case !inside && (gap || s.starts(j, m.number != "") || s.emptyItem(j)):
			return last
		}
		last, gap = j, false
	}
	return last
}

// emptyItem says whether line i is a bullet and nothing else, which is an item where it follows one.
func (s *scanner) emptyItem(i int) bool {
	m, ok := cutMarker(s.str(i))
	return ok && m.empty
}

// opensFence says whether line i begins a code fence that is indented by fewer than limit columns; 0 is no limit.
func (s *scanner) opensFence(i, limit int) bool {
	bar := fenceBar(s.str(i))
	cols, _ := s.indent(i)
	return bar != "" && (limit == 0 || cols < limit)
}

// fenceEnd gives the line that closes the fence opened at line i. One that nothing closes swallows the rest of the file.
func (s *scanner) fenceEnd(i int) int {
	bar := fenceBar(s.str(i))
	for j := i + 1; j < len(s.lines); j++ {
		text := strings.TrimSpace(s.str(j))
		if len(text) >= len(bar) && strings.Trim(text, bar[:1]) == "" {
			return j
		}
	}
	s.open = append(s.open, openBlock{i, "code fence"})
	return s.lastText(i)
}

// opensComment says whether line i begins a comment that fills whole lines. One with text behind it is text.
func (s *scanner) opensComment(i int) bool {
	if !strings.HasPrefix(strings.TrimSpace(s.str(i)), "<!--") {
		return false
	}
	end := s.commentClose(i)
	return end < 0 || strings.HasSuffix(strings.TrimSpace(s.str(end)), "-->")
}

// commentClose gives the first line from i on that ends a comment, -1 if none does. The answers are kept, so that a
// file of nothing but openings is read in one pass.
func (s *scanner) commentClose(i int) int {
	if s.closes == nil {
		s.closes = make([]int, len(s.lines))
		next := -1
		for j := len(s.lines) - 1; j >= 0; j-- {
			if strings.Contains(s.str(j), "-->") {
				next = j
			}
			s.closes[j] = next
		}
	}
	return s.closes[i]
}

func (s *scanner) commentEnd(i int) int {
	if end := s.commentClose(i); end >= 0 {
		return end
	}
	s.open = append(s.open, openBlock{i, "comment"})
	return s.lastText(i)
}

// lastText is the last line of the file that is not blank.
func (s *scanner) lastText(i int) int {
	last := len(s.lines) - 1
	for last > i && s.blank(last) {
		last--
	}
	return last
}
