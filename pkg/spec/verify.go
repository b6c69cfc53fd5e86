package spec

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// expectation is what an amendment is meant to change, and nothing else may.
type expectation struct {
	amended  string // the clause that has a sentence more
	raised   string // the clause whose level is now level
	level    Level
	added    string // the clause that is new
	evidence []Attachment
	example  bool // there is one example more
}

// apply makes the splice and reads the result, which must differ from s as expected and in nothing else.
func (s *Spec) apply(cut splice, want expectation) (*Spec, string) {
	text := slices.Concat(s.src[:cut.from], []byte(cut.text), s.src[cut.to:])
	next, err := Parse(s.Path, text)
	if err != nil {
		return nil, "the spec could not be read any more: " + strings.SplitN(err.Error(), "\n", 2)[0]
	}
	if reason := want.compare(s, next); reason != "" {
		return nil, reason
	}
	return next, ""
}

// compare says what differs between two revisions beyond what was expected, "" if nothing.
func (w expectation) compare(old, next *Spec) string {
	if !sameFront(old, next) || old.Title != next.Title || old.plain != next.plain {
		return "it would change more than clauses"
	}
	before, after := old.Clauses(), next.Clauses()
	if w.added != "" {
		i := slices.IndexFunc(after, func(c *Clause) bool { return c.ID == w.added })
		if i < 0 || !w.isNew(after[i]) {
			return "it would not be read as the clause that it is meant to be"
		}
		after = slices.Delete(slices.Clone(after), i, i+1)
	}
	if len(before) != len(after) {
		return "it would change how many clauses there are"
	}
	for i, c := range before {
		if !w.holds(old, next, c, after[i]) {
			return "it would change the clause " + c.ID
		}
	}
	return w.compareRest(old, next)
}

func sameFront(old, next *Spec) bool {
	return reflect.DeepEqual(old.Front, next.Front) && maps.Equal(old.pos, next.pos)
}

// isNew says whether the new clause carries its evidence, all of it and no other, and binds.
func (w expectation) isNew(c *Clause) bool {
	return c.Level == Must && !c.Positional && !c.split && sameAttachments(w.evidence, c.Attachments)
}

func sameAttachments(a, b []Attachment) bool {
	return slices.EqualFunc(a, b, func(x, y Attachment) bool {
		x.Pos, y.Pos = Position{}, Position{}
		return x == y
	})
}

// holds says whether a clause is what it was, or what the amendment makes of it.
func (w expectation) holds(old, next *Spec, before, after *Clause) bool {
	same := before.ID == after.ID && before.Positional == after.Positional && before.Section == after.Section &&
		sameAttachments(before.Attachments, after.Attachments)
	switch before.ID {
	case w.amended:
		return same && before.Level == after.Level && len(after.Text) > len(before.Text) && strings.HasPrefix(after.Text, before.Text)
	case w.raised:
		return same && after.Level == w.level
	default:
		return same && before.Level == after.Level && old.Source(before) == next.Source(after)
	}
}

// compareRest looks at what is not a clause: sections, their order and text, examples, interface.
func (w expectation) compareRest(old, next *Spec) string {
	sections := next.Sections
	if w.example && len(sections) == len(old.Sections)+1 && sections[len(sections)-1].Kind == Examples {
		sections = sections[:len(sections)-1]
	}
	if len(old.Sections) != len(sections) {
		return "it would change which sections there are"
	}
	for i, section := range old.Sections {
		if section.Kind != sections[i].Kind || section.Title != sections[i].Title {
			return "it would change which sections there are"
		}
		mine := section.Kind.HasClauses() || (w.example && section.Kind == Examples)
		if !mine && strings.TrimRight(section.Body, "\r\n") != strings.TrimRight(sections[i].Body, "\r\n") {
			return "it would change the section " + section.Title
		}
	}
	more := 0
	if w.example {
		more = 1
	}
	if len(next.surface) != len(old.surface) || len(next.examples) != len(old.examples)+more {
		return "it would change the examples or the interface"
	}
	return ""
}
