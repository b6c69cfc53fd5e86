// Package verdict is what an evaluation says: one verdict per clause with its evidence, and the questions that a report
// answers (accepted or not, how many on which basis, better or worse than another). Pure domain, no I/O.
package verdict

import "github.com/specgen-dev/specgen/pkg/spec"

// Status is the outcome for one clause.
type Status string

// The five outcomes. Unknown is never accepted.
const (
	Pass    Status = "pass"
	Fail    Status = "fail"
	Unknown Status = "unknown" // could not be decided
	Waived  Status = "waived"  // a person lets it stand until a date
	Open    Status = "open"    // evidence that no diff can show: human, production
)

// Basis is what a verdict rests on, strongest first.
type Basis string

// The kinds of evidence that can carry a verdict.
const (
	Executed Basis = "executed"
	Static   Basis = "static"
	Judged   Basis = "judged"
	Human    Basis = "human"
	NoBasis  Basis = ""
)

// Cause is why a clause did not hold.
type Cause string

// The causes that a diagnosis can name.
const (
	ModelMiss      Cause = "model-miss"
	SpecGap        Cause = "spec-gap"
	SpecConflict   Cause = "spec-conflict"
	BadOutput      Cause = "bad-output"
	EvaluatorNoise Cause = "evaluator-noise"
)

// EvidenceKind says where a piece of evidence comes from.
type EvidenceKind string

// The kinds of evidence.
const (
	FromTest      EvidenceKind = "test"
	FromCheck     EvidenceKind = "check"
	FromRule      EvidenceKind = "rule"
	FromBuild     EvidenceKind = "build"
	FromCitation  EvidenceKind = "citation"
	FromObjection EvidenceKind = "objection" // a judge's expectation of a call, and what running it gave
	FromPerson    EvidenceKind = "person"
)

// Evidence is one observation that a verdict rests on. Only the fields of its kind are set.
type Evidence struct {
	Kind    EvidenceKind `json:"kind"`
	Test    string       `json:"test,omitempty"` // package.Test/sub
	File    string       `json:"file,omitempty"`
	Line    int          `json:"line,omitempty"`
	Col     int          `json:"col,omitempty"` // of Line, from 1, in bytes; 0 where only the line is known
	EndLine int          `json:"end_line,omitempty"`
	Rule    string       `json:"rule,omitempty"` // as in the spec: forbid import: **/pricing/**
	Command string       `json:"command,omitempty"`
	Exit    *int         `json:"exit,omitempty"`
	Message string       `json:"message,omitempty"` // one or a few lines; never a raw log
	Input   string       `json:"input,omitempty"`
	Want    string       `json:"want,omitempty"`
	Got     string       `json:"got,omitempty"`
	Quote   string       `json:"quote,omitempty"` // verbatim text of File, Line to EndLine
	Words   string       `json:"words,omitempty"` // the words of the clause that the quote speaks to
	Passed  bool         `json:"passed"`          // this observation speaks for the clause
	Sealed  bool         `json:"sealed,omitempty"`
}

// Verdict is the outcome for one clause.
type Verdict struct {
	Clause   string           `json:"clause"`
	Digest   string           `json:"digest"` // of the clause
	Section  spec.SectionKind `json:"section"`
	Level    spec.Level       `json:"level"`
	Text     string           `json:"text,omitempty"` // of the clause
	Status   Status           `json:"status"`
	Basis    Basis            `json:"basis"`
	Evidence []Evidence       `json:"evidence"`
	Reason   string           `json:"reason"`            // one line; empty on a plain pass
	Bound    string           `json:"bound"`             // bound, unbound or not-measured: whether its checks were seen to fail on a violation
	Refused  string           `json:"refused,omitempty"` // why the policy does not let a pass count; "" where it does
	By       string           `json:"by,omitempty"`      // who decided: specgen, a model's name, a person
	Causes   []Cause          `json:"causes,omitempty"`  // set when an evaluator already knows
}
