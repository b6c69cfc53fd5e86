package journal

import (
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Audited is what an audit says of one component. Audits leave no journal; their events are read from standard output alone.
type Audited struct {
	Component string               `json:"component"`
	Spec      string               `json:"spec"`        // path
	Digest    string               `json:"spec_digest"` // "" where the spec cannot be read
	Revision  string               `json:"revision"`    // the commit that was audited; "" for the working tree
	Tree      string               `json:"tree"`        // what was audited, as git would name it; that of a working tree is not stored
	Outcome   string               `json:"outcome"`     // accepted, not-accepted, error: as of a run that had made this code
	Blocking  []string             `json:"blocking"`    // the clauses that keep it from being accepted, in the order of the spec
	Verdicts  []verdict.Verdict    `json:"verdicts"`
	Opinions  []string             `json:"opinion_alone,omitempty"` // clauses that pass and rest on nothing but a judge's opinion
	Judge     *verdict.JudgeErrors `json:"judge,omitempty"`         // how often that judge was wrong when that was measured
	Build     []verdict.Diagnostic `json:"build,omitempty"`         // why nothing could be executed
	Conflict  string               `json:"conflict,omitempty"`      // where the spec contradicts itself
	Absent    string               `json:"absent,omitempty"`        // why there is no code to evaluate; all clauses are unknown then
	Findings  []SpecFinding        `json:"findings"`                // parts of the spec that nothing can decide; they keep it from being accepted too
	Laundered []Laundered          `json:"laundered,omitempty"`     // clauses that were changed while the code violated them
	Warnings  []string             `json:"warnings"`                // SHOULD clauses that do not hold: ID, status and why
	Tests     verdict.Tally        `json:"tests"`
	Walls     []string             `json:"walls"`         // the isolation in which checks ran; empty where none ran
	Unwalled  []MissingWall        `json:"missing_walls"` // the isolation that could not be had where they ran
	Sandbox   string               `json:"sandbox"`       // auto, require, off
	Duration  int64                `json:"duration_ms"`
	Ledger    *verdict.Ledger      `json:"ledger,omitempty"` // where its clauses hold: which of them each line serves
	Error     *Failure             `json:"error"`            // why it could not be audited
}

// SpecFinding is a part of a spec that nothing can ever decide.
type SpecFinding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Clause  string `json:"clause"` // "" where it is about no single clause
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

// Laundered is a clause that was changed while the code violated it: as it was agreed on, it fails on this code.
type Laundered struct {
	Clause   string `json:"clause"`
	Text     string `json:"text"`            // as it was agreed on
	Now      string `json:"now"`             // what became of it: gone, SHOULD, pass, open
	Evidence string `json:"evidence"`        // what speaks against the code
	Why      string `json:"why,omitempty"`   // of the commit that changed it; without why and owner the code is not accepted
	Owner    string `json:"owner,omitempty"` // of the spec
}

// MissingWall is a kind of isolation that could not be had, and why.
type MissingWall struct {
	Wall   string `json:"wall"`
	Reason string `json:"reason"`
}

// Skipped is a component that an audit of all left out for the status of its spec.
type Skipped struct {
	Component string `json:"component"`
	Spec      string `json:"spec"`
	Status    string `json:"status"`
}

// AuditFinished is the last event of an audit.
type AuditFinished struct {
	Accepted    []string    `json:"accepted"` // components
	NotAccepted []string    `json:"not_accepted"`
	Errors      []string    `json:"errors"` // those that could not be audited
	Skipped     []Skipped   `json:"skipped"`
	Exit        int         `json:"exit"` // with which the process ends
	Usage       model.Usage `json:"usage"`
	Cost        float64     `json:"cost"`
	Priced      bool        `json:"priced"`
	Duration    int64       `json:"duration_ms"`
	Error       *Failure    `json:"error"` // why the audit as a whole did not come to its end
}

// Kind implements Body.
func (Audited) Kind() string { return "audited" }

// Kind implements Body.
func (AuditFinished) Kind() string { return "finished" }
