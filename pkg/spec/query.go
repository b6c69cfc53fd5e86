package spec

import (
	"bytes"
	"slices"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// Bytes gives the file as it was read, to the byte. The caller may change the slice.
func (s *Spec) Bytes() []byte { return bytes.Clone(s.src) }

// Body gives what stands after the front matter, as people wrote it.
func (s *Spec) Body() string { return string(s.src[s.body:]) }

// Plain says whether the spec was read as pasted text, whose section titles have no markup.
func (s *Spec) Plain() bool { return s.plain }

// FrontPos says where a key or an entry of the front matter stands: "targets", "targets[1]", "tests.files[0]",
// "checks.build". What is not in the file is at its beginning.
func (s *Spec) FrontPos(key string) Position {
	if pos, ok := s.pos[key]; ok {
		return pos
	}
	return Position{Line: 1, Col: 1}
}

// Clauses gives all clauses in document order.
func (s *Spec) Clauses() []*Clause {
	var out []*Clause
	for _, section := range s.Sections {
		out = append(out, section.Clauses...)
	}
	return out
}

// Clause gives the clause with an ID, explicit or positional.
func (s *Spec) Clause(id string) (*Clause, bool) {
	for _, c := range s.Clauses() {
		if c.ID == id {
			return c, true
		}
	}
	return nil, false
}

// Section gives the first section of a kind.
func (s *Spec) Section(kind SectionKind) (*Section, bool) {
	for _, section := range s.Sections {
		if section.Kind == kind {
			return section, true
		}
	}
	return nil, false
}

// Source is the clause as it stands in the file: from its bullet to its last attachment.
func (s *Spec) Source(c *Clause) string { return string(s.src[c.item:c.end]) }

// IsTarget says whether a run may write a path. Acceptance tests are never targets.
func (s *Spec) IsTarget(path string) bool {
	return matchesAny(s.Front.Targets, path) && !s.IsTest(path)
}

// IsTest says whether a path is an acceptance test, sealed or not.
func (s *Spec) IsTest(path string) bool {
	return matchesAny(s.Front.Tests.Files, path) || s.IsSealed(path)
}

// IsSealed says whether a path is a test whose results the generator never sees.
func (s *Spec) IsSealed(path string) bool { return matchesAny(s.Front.Tests.Sealed, path) }

// IsContext says whether a file is shown to the model for reading. Sealed tests never are.
func (s *Spec) IsContext(path string) bool {
	return matchesAny(s.Front.Context, path) && !s.IsSealed(path)
}

func matchesAny(globs []string, path string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool { return doublestar.MatchUnvalidated(glob, path) })
}

// Attached gives the clause's attachments of a kind.
func (c *Clause) Attached(kind AttachmentKind) []Attachment {
	var out []Attachment
	for _, a := range c.Attachments {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// EvidenceKind is what the clause's `evidence:` asks for, "" if it has none.
func (c *Clause) EvidenceKind() EvidenceKind {
	for _, a := range c.Attached(AttachEvidence) {
		return EvidenceKind(a.Value)
	}
	return ""
}

// Open says whether the clause asks for evidence that no diff can show.
func (c *Clause) Open() bool {
	return c.EvidenceKind() == EvidenceHuman || c.EvidenceKind() == EvidenceProduction
}

// Rules gives the clause's static rules, forbid and require.
func (c *Clause) Rules() []Attachment {
	return append(c.Attached(AttachForbid), c.Attached(AttachRequire)...)
}

// Checks gives the clause's checks, named ones and commands.
func (c *Clause) Checks() []Attachment { return c.Attached(AttachCheck) }

// Waiver gives the waiver that holds on a day, if there is one.
func (c *Clause) Waiver(day time.Time) (Attachment, bool) {
	for _, a := range c.Attached(AttachWaive) {
		if day.Format(dateForm) <= a.Until {
			return a, true
		}
	}
	return Attachment{}, false
}

// Rule is how reports name a static rule: `forbid import: **/pricing/**`.
func (a Attachment) Rule() string {
	word := attachmentWord{string(a.Kind), a.Subject}
	return word.String() + ": " + a.Value
}
