package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

var (
	idForm  = pattern.Lazy(`^[A-Z]{1,8}-?[0-9]{1,6}[a-z]?$`)
	boldID  = pattern.Lazy(`^(?:\*\*|__)([A-Z]{1,8}-?[0-9]{1,6}[a-z]?)[:.)]?(?:\*\*|__)[:.)]?(?:[ \t]+(?:[-–—:][ \t]+)?|$)`)
	plainID = pattern.Lazy(`^([BEIN][0-9]{1,4})(?:[:.)]|[ \t]+[–—-])[ \t]+`)
	almost  = pattern.Lazy(`^(?:\*\*|__)([A-Za-z]{1,4}[- ]?[0-9]{1,4}[A-Za-z]?)[:.)]?(?:\*\*|__)`)
	taskBox = pattern.Lazy(`^\[[ xX]\][ \t]+`)
)

// builder makes the clauses of one spec.
type builder struct {
	*scanner
	findings []Finding
	checks   map[string]string // the front matter's; nil when it could not be read
}

func (b *builder) find(rule string, offset int, message, fix string) {
	b.findings = append(b.findings, Finding{Rule: rule, Pos: b.pos(offset), Message: message, Fix: fix})
}

// clauses fills the sections that hold clauses: each item, or each paragraph where a section has no list. A paragraph
// that begins with an ID is always one, and a code fence belongs to the clause before it.
func (b *builder) clauses(parts []*part) {
	listed := map[int]bool{}
	for _, p := range parts {
		for _, x := range p.blocks {
			listed[p.group] = listed[p.group] || x.kind == blockItem
		}
	}
	for _, p := range parts {
		if !p.section.Kind.HasClauses() {
			b.lookForObligations(p)
			continue
		}
		b.section(p, listed[p.group])
	}
}

func (b *builder) section(p *part, listed bool) {
	var previous *Clause
	var fences []block // that follow it
	for _, x := range p.blocks {
		var made *Clause
		switch x.kind {
		case blockItem:
			made = b.item(x, p.section.Kind)
		case blockParagraph:
			made = b.paragraph(x, p.section.Kind, listed)
		case blockFence:
			fences = append(fences, x)
			continue
		case blockHeading, blockOther:
		}
		b.extend(previous, fences)
		previous, fences = made, nil
		if made != nil {
			p.section.Clauses = append(p.section.Clauses, made)
		}
	}
	b.extend(previous, fences)
}

// extend gives a clause, if there is one, the fences that follow it.
func (b *builder) extend(c *Clause, fences []block) {
	if c == nil || len(fences) == 0 {
		return
	}
	lines := []string{c.Text}
	for _, x := range fences {
		for i := x.first; i <= x.last; i++ {
			if !b.blank(i) {
				lines = append(lines, strings.TrimSpace(b.str(i)))
			}
		}
		c.end = b.trimmedEnd(x.last)
	}
	c.Text, c.lead = strings.Join(lines, " "), false
	c.Level = levelOf(c.Text)
}

func (b *builder) paragraph(x block, kind SectionKind, listed bool) *Clause {
	_, at := b.indent(x.first)
	if listed && b.explicitID(b.rest(at, x.first), kind) == "" {
		if hasNormative(b.rest(at, x.last)) {
			b.find(RuleMixedSection, at, "this paragraph is no clause, because its section has a list", "make it an item of the list")
		}
		return nil
	}
	return b.read(clauseLines{first: x.first, last: x.last, at: at, kind: kind, bullet: -1})
}

func (b *builder) item(x block, kind SectionKind) *Clause {
	bullet, _ := b.indent(x.first)
	at := b.lines[x.first].start + markerWidth(b.str(x.first))
	if word, rest, ok := cutAttachment(b.rest(at, x.first)); ok && word.known() && word.kind == strings.ToLower(word.kind) {
		b.fail(RuleNotNested, at, len(word.kind), fmt.Sprintf("the attachment %q belongs to no clause", word.kind+": "+rest),
			"indent it by two columns, below the clause that it belongs to")
		return nil
	}
	return b.read(clauseLines{first: x.first, last: x.last, at: at, kind: kind, bullet: bullet})
}

// explicitID gives the ID that a text begins with, "" if none. In running text an ID is a citation.
func (b *builder) explicitID(text string, kind SectionKind) string {
	if m := boldID.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	if m := plainID.FindStringSubmatch(text); m != nil && m[1][:1] == kind.letter() {
		return m[1]
	}
	return ""
}

// cutID takes the ID off the beginning of a clause and gives the width of what was taken.
func (b *builder) cutID(text string, at int, kind SectionKind) (id string, width int) {
	width = len(taskBox.FindString(text))
	text = text[width:]
	if m := boldID.FindStringSubmatch(text); m != nil {
		return m[1], width + len(m[0])
	}
	if m := plainID.FindStringSubmatch(text); m != nil && m[1][:1] == kind.letter() {
		return m[1], width + len(m[0])
	}
	if m := almost.FindStringSubmatch(text); m != nil {
		b.find(RuleMalformedID, at+width, fmt.Sprintf("%q is bold like an ID and is none", m[1]), "an ID is capital letters and a number, such as E1, followed by a blank")
	}
	return "", width
}

// number gives every clause without an ID one that is counted: the letter of its section and the next number that no
// clause has, and none had.
func (b *builder) number(sections []*Section, retired []string) {
	taken := map[string]bool{}
	for _, id := range retired {
		taken[id] = true
	}
	b.declared(sections, retired, taken)
	next := map[string]int{}
	for _, s := range sections {
		for _, c := range s.Clauses {
			if c.ID != "" {
				continue
			}
			letter := c.Section.letter()
			c.ID, next[letter] = freeID(letter, next[letter]+1, taken)
			c.Positional = true
			b.find(RuleNoID, c.start, fmt.Sprintf("the clause has no ID and is %s for now, by its place", c.ID), "`specgen fmt` writes IDs down")
		}
	}
}

// freeID gives the first ID from a number on that is not taken, and its number.
func freeID(letter string, n int, taken map[string]bool) (string, int) {
	for taken[letter+strconv.Itoa(n)] {
		n++
	}
	return letter + strconv.Itoa(n), n
}

// declared notes IDs that stand twice or were retired, and marks all as taken.
func (b *builder) declared(sections []*Section, retired []string, taken map[string]bool) {
	first := map[string]Position{}
	for _, s := range sections {
		for _, c := range s.Clauses {
			if c.ID == "" {
				continue
			}
			if pos, twice := first[c.ID]; twice {
				b.failAt(RuleDuplicateID, c.Pos, len(c.ID)+4, fmt.Sprintf("%s is declared twice (first at line %d)", c.ID, pos.Line),
					"give one of them another ID")
				continue
			}
			first[c.ID] = c.Pos
			if taken[c.ID] && slices.Contains(retired, c.ID) {
				b.failAt(RuleRetiredID, c.Pos, len(c.ID)+4, c.ID+" is retired and must not be used again", "give the clause a new ID")
			}
			taken[c.ID] = true
		}
	}
}

// lookForObligations finds RFC 2119 words and IDs where clauses are not read, so that none is written in vain.
func (b *builder) lookForObligations(p *part) {
	for _, x := range p.blocks {
		if x.kind != blockItem && x.kind != blockParagraph {
			continue
		}
		at := b.lines[x.first].start + markerWidth(b.str(x.first))
		if boldID.MatchString(b.rest(at, x.first)) || (p.section.Kind == Other && hasNormative(b.rest(at, x.last))) {
			b.find(RuleOutside, at, "this reads like a clause, and clauses are read under Behavior, Edge cases, Invariants and What NOT to build only",
				"move it to one of them")
		}
	}
}
