package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// titled says which section is known by a title without case, numbering, brackets and closing punctuation; Other if none.
func titled(text string) SectionKind {
	switch text {
	case "behavior", "behaviour", "behaviors", "behaviours", "happy path", "expected behavior", "expected behaviour":
		return Behavior
	case "edge cases", "edge case", "corner cases", "constraints", "constraint":
		return EdgeCases
	case "invariants", "invariant", "must always be true", "always true":
		return Invariants
	case "what not to build", "do not build", "non-goals", "non goals", "nongoals", "non-goal", "out of scope", "not in scope":
		return NonGoals
	case "intent", "purpose":
		return Intent
	case "interface", "interfaces", "public interface", "api", "public api":
		return Interface
	case "examples", "example":
		return Examples
	case "decisions", "decision log", "design decisions":
		return Decisions
	default:
		return Other
	}
}

var (
	titleNumber   = pattern.Lazy(`^(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.)\s+`)
	titleBrackets = pattern.Lazy(`\s*[(\[][^()\[\]]*[)\]]`)
	titleParts    = pattern.Lazy(`\s*(?:/|,|&|\+|\band\b|\bor\b|(?:\s[-–—]|:)\s)\s*`)
	titleAnchor   = pattern.Lazy(`\s*\{#[^}]*\}\s*$`)
)

// maxTitle is how long a title that specgen knows can be, in bytes.
const maxTitle = 80

// sectionKind says what a heading means. Each part of a heading such as `Edge cases / constraints` must be known, and
// mean the same; where they differ the heading is none that specgen knows.
func sectionKind(title string) SectionKind {
	if len(title) > 2*maxTitle {
		return Other
	}
	text := titleAnchor.ReplaceAllString(title, "")
	text = strings.Trim(strings.TrimSpace(text), "*_` \t")
	text = titleNumber.ReplaceAllString(text, "")
	text = titleBrackets.ReplaceAllString(text, "")
	text = strings.ToLower(strings.TrimRight(text, ".:;!?*_ \t"))
	text = strings.ReplaceAll(text, "‑", "-")
	if kind := titled(text); kind != Other {
		return kind
	}
	kind := Other
	for _, part := range titleParts.Split(text, -1) {
		k := titled(strings.TrimSpace(part))
		if k == Other || (kind != Other && k != kind) {
			return Other
		}
		kind = k
	}
	return kind
}

// looksLikeTitle says whether a line of text could be a section title without markup.
func looksLikeTitle(text string) bool {
	if len(text) > maxTitle || strings.HasSuffix(text, ".") || strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t") {
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
	group, headings := 0, outline{}
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
			kind = headings.enclosing(b.level)
			if kind == Other {
				group++
			}
		}
		p := s.part(b.first, b.last+1, Section{Kind: kind, Title: name}, b.level)
		p.group = group
		headings.add(b.level, kind, b.first+1)
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

// outline remembers the last heading of each level, to know what a deeper one stands in.
type outline [7]struct {
	kind SectionKind
	at   int // when it came
}

func (o *outline) add(level int, kind SectionKind, at int) {
	o[level].kind, o[level].at = kind, at
}

// enclosing is the kind of the section that a heading of this level stands in. A heading that specgen does not know
// belongs to it: a `### Stock` below `## Edge cases` must not take its clauses away.
func (o *outline) enclosing(level int) SectionKind {
	kind, latest := Other, 0
	for _, h := range o[:level] {
		if h.at > latest {
			kind, latest = h.kind, h.at
		}
	}
	return kind
}
