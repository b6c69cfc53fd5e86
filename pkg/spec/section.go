package spec

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// titles are the words by which a section is known, without case, numbering, brackets and closing punctuation.
func titles() map[string]SectionKind {
	return map[string]SectionKind{
		"behavior": Behavior, "behaviour": Behavior, "behaviors": Behavior, "behaviours": Behavior, "happy path": Behavior,
		"expected behavior": Behavior, "expected behaviour": Behavior,
		"edge cases": EdgeCases, "edge case": EdgeCases, "corner cases": EdgeCases, "constraints": EdgeCases, "constraint": EdgeCases,
		"invariants": Invariants, "invariant": Invariants, "must always be true": Invariants, "always true": Invariants,
		"what not to build": NonGoals, "do not build": NonGoals, "non-goals": NonGoals, "non goals": NonGoals, "nongoals": NonGoals,
		"non-goal": NonGoals, "out of scope": NonGoals, "not in scope": NonGoals,
		"intent": Intent, "purpose": Intent,
		"interface": Interface, "interfaces": Interface, "public interface": Interface, "api": Interface, "public api": Interface,
		"examples": Examples, "example": Examples,
		"decisions": Decisions, "decision log": Decisions, "design decisions": Decisions,
	}
}

var (
	titleNumber   = regexp.MustCompile(`^(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.)\s+`)
	titleBrackets = regexp.MustCompile(`\s*[(\[][^()\[\]]*[)\]]`)
	titleParts    = regexp.MustCompile(`\s*(?:/|,|&|\+|\band\b|\bor\b|(?:\s[-–—]|:)\s)\s*`)
	titleAnchor   = regexp.MustCompile(`\s*\{#[^}]*\}\s*$`)
)

// sectionKind says what a heading means. Each part of a heading such as `Edge cases / constraints` must be known, and
// mean the same; where they differ the heading is none that specgen knows.
func sectionKind(title string) SectionKind {
	text := titleAnchor.ReplaceAllString(title, "")
	text = strings.Trim(strings.TrimSpace(text), "*_` \t")
	text = titleNumber.ReplaceAllString(text, "")
	text = titleBrackets.ReplaceAllString(text, "")
	text = strings.ToLower(strings.TrimRight(text, ".:;!?*_ \t"))
	text = strings.ReplaceAll(text, "‑", "-")
	known := titles()
	if kind, ok := known[text]; ok {
		return kind
	}
	kind := Other
	for _, part := range titleParts.Split(text, -1) {
		k, ok := known[strings.TrimSpace(part)]
		if !ok || (kind != Other && k != kind) {
			return Other
		}
		kind = k
	}
	return kind
}

// looksLikeTitle says whether a line of text could be a section title without markup.
func looksLikeTitle(text string) bool {
	if len(text) > 80 || strings.HasSuffix(text, ".") || strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "*_"))
	return unicode.IsUpper(first) && sectionKind(text) != Other
}

// letter is what the IDs of a section begin with; "" for a section that has no clauses.
func (k SectionKind) letter() string {
	switch k {
	case Behavior:
		return "B"
	case EdgeCases:
		return "E"
	case Invariants:
		return "I"
	case NonGoals:
		return "N"
	case Intent, Interface, Examples, Decisions, Other:
		return ""
	}
	return ""
}

// HasClauses says whether clauses live in sections of this kind.
func (k SectionKind) HasClauses() bool { return k.letter() != "" }

// headingTitle is the title that a heading gives the spec: without markup and without the word Spec.
func headingTitle(text string) string {
	text = strings.TrimSpace(titleAnchor.ReplaceAllString(text, ""))
	if m := specTitle.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return text
}

// part is a section with the blocks in it. Parts of one group stand below one heading that specgen knows.
type part struct {
	section *Section
	level   int
	group   int
	blocks  []block
}

// divide groups blocks into sections and gives the spec's title: the first heading, unless it is a section that
// specgen knows. What stands before the first section is one of its own.
func (s *scanner) divide() (title string, parts []*part) {
	group := 0
	for _, b := range s.blocks {
		if b.kind != blockHeading {
			if len(parts) == 0 {
				parts = append(parts, s.part(b.first, b.first, Section{Kind: Other}, 1))
			}
			last := parts[len(parts)-1]
			last.blocks = append(last.blocks, b)
			continue
		}
		kind, name := sectionKind(b.title), b.title
		switch {
		case kind != Other:
			group++
		case title == "" && group == 0:
			title = headingTitle(b.title)
			name = title
		default:
			kind = enclosing(parts, b.level)
			if kind == Other {
				group++
			}
		}
		p := s.part(b.first, b.last+1, Section{Kind: kind, Title: name}, b.level)
		p.group = group
		parts = append(parts, p)
	}
	return title, s.close(parts)
}

func (s *scanner) part(first, body int, section Section, level int) *part {
	section.start, section.body = s.offset(first), s.offset(body)
	section.Pos = s.pos(section.start)
	return &part{section: &section, level: level}
}

// offset is where line i begins; past the last line, the end of the file.
func (s *source) offset(i int) int {
	if i < len(s.lines) {
		return s.lines[i].start
	}
	return len(s.text)
}

// close gives each section its end and body, and drops the title's where nothing stands below it.
func (s *scanner) close(parts []*part) []*part {
	kept := parts[:0]
	for i, p := range parts {
		p.section.end = len(s.text)
		if i+1 < len(parts) {
			p.section.end = parts[i+1].section.start
		}
		p.section.Body = string(s.text[p.section.body:p.section.end])
		if p.group > 0 || len(p.blocks) > 0 {
			kept = append(kept, p)
		}
	}
	return kept
}

// enclosing is the kind of the section that a heading of this level stands in. A heading that specgen does not know
// belongs to it: a `### Stock` below `## Edge cases` must not take its clauses away.
func enclosing(parts []*part, level int) SectionKind {
	for _, p := range slices.Backward(parts) {
		if p.level < level {
			return p.section.Kind
		}
	}
	return Other
}
