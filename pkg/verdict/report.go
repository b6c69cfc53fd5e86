package verdict

import "github.com/specgen-dev/specgen/pkg/spec"

// Report is the evaluation of one candidate against one revision of a spec: a verdict per clause, in the spec's order.
type Report struct {
	Spec     string       `json:"spec"` // digest of the spec that it was judged by
	Tree     string       `json:"tree"` // the candidate's tree
	Verdicts []Verdict    `json:"verdicts"`
	Build    []Diagnostic `json:"build,omitempty"` // why nothing could be executed
	// Conflict is set when the spec's own parts contradict each other, so that no code can satisfy them: for instance
	// errors that stand in the acceptance tests alone. It stops a run.
	Conflict string   `json:"conflict,omitempty"`
	Walls    []string `json:"walls,omitempty"` // the isolation under which checks ran
	Tests    Tally    `json:"tests"`
	// Judge is how often the judge was wrong when that was last measured; nil where no clause rests on its opinion, or nobody measured.
	Judge  *JudgeErrors `json:"judge,omitempty"`
	Ledger *Ledger      `json:"ledger,omitempty"` // of a candidate whose clauses hold: which of them each line serves
}

// Tally counts the tests that ran.
type Tally struct {
	Passed int `json:"passed"`
	Total  int `json:"total"`
}

// Finding is what a diagnosis says of one clause that did not hold.
type Finding struct {
	Clause string `json:"clause"`
	Cause  Cause  `json:"cause"`
	Why    string `json:"why,omitempty"`
}

// Diagnosis is what the tightener makes of a report: a cause for each clause that does not hold, and the amendments of
// the spec that follow, each with a why.
type Diagnosis struct {
	Findings   []Finding        `json:"findings"`
	Amendments []spec.Amendment `json:"amendments,omitempty"` // applied to Spec, in order
	Proposals  []spec.Amendment `json:"proposals,omitempty"`  // not applied: a person has to decide
	Spec       *spec.Spec       `json:"-"`                    // the tightened spec; nil when nothing was amended
	Review     string           `json:"review,omitempty"`     // why a person is needed; empty if none is
}
