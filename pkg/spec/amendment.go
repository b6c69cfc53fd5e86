package spec

// AmendmentKind is one of the ways in which a spec can be tightened without weakening anything.
type AmendmentKind string

// The amendments. There is none that removes, replaces or limits.
const (
	AppendSentence AmendmentKind = "append-sentence" // one sentence at the end of a clause whose own text stays
	RaiseLevel     AmendmentKind = "raise-level"     // MAY to SHOULD to MUST
	AddExample     AmendmentKind = "add-example"     // an entry of the Examples section
	AddClause      AmendmentKind = "add-clause"      // a new clause with evidence
)

// Amendment is one change of a spec, with its why.
type Amendment struct {
	Kind     AmendmentKind `json:"kind"`
	Clause   string        `json:"clause,omitempty"`   // the clause that is amended; for add-clause the ID it was given
	Section  SectionKind   `json:"section,omitempty"`  // add-clause: where it goes
	Text     string        `json:"text,omitempty"`     // the sentence, the example, the clause's text, the new level
	Evidence []Attachment  `json:"evidence,omitempty"` // add-clause: an existing test, a named check, a static rule
	Why      string        `json:"why"`
}
