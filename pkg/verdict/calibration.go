package verdict

// Calibration is how often the evaluator was wrong on one component: on code that is known to be right, and on code that is known to
// be wrong.
type Calibration struct {
	Component string  `json:"component"`
	Spec      string  `json:"spec"` // digest
	Executed  Errors  `json:"executed"`
	Judge     *Errors `json:"judge,omitempty"` // nil: nobody was asked
	// Wrong lists what was decided wrongly, for a person to look at.
	Wrong []Misjudged `json:"wrong"`
}

// Errors are the two ways of being wrong, and what was left open.
type Errors struct {
	FalseRejects Rate `json:"false_rejects"` // of right code: not let pass
	FalseAccepts Rate `json:"false_accepts"` // of wrong code: let pass
	Unknown      Rate `json:"unknown"`       // of all: not decided. A judge that does not know is not wrong, and of no use
}

// Add puts two together.
func (e Errors) Add(other Errors) Errors {
	sum := func(a, b Rate) Rate { return Rate{a.Count + b.Count, a.Of + b.Of} }
	return Errors{
		FalseRejects: sum(e.FalseRejects, other.FalseRejects), FalseAccepts: sum(e.FalseAccepts, other.FalseAccepts),
		Unknown: sum(e.Unknown, other.Unknown),
	}
}

// Within says whether both rates are known and at most so many percent.
func (e Errors) Within(percent float64) bool {
	return e.FalseRejects.Of > 0 && e.FalseAccepts.Of > 0 && 100*e.FalseRejects.Share() <= percent && 100*e.FalseAccepts.Share() <= percent
}

// Misjudged is one wrong decision.
type Misjudged struct {
	By     string `json:"by"`               // executed or judge
	Clause string `json:"clause,omitempty"` // that the judge was asked about
	Right  bool   `json:"right"`            // the code was right, and was rejected; else it was wrong, and was let pass
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Note   string `json:"note"`
	Diff   string `json:"diff,omitempty"`
	Reason string `json:"reason,omitempty"` // what was said
}

// CalibrationVersion is the format of a calibration that is kept.
const CalibrationVersion = 1

// JudgeErrors are the errors of a judge, as they were last measured.
type JudgeErrors struct {
	V      int    `json:"v"`
	Model  string `json:"model"`
	Prompt string `json:"prompt"` // digest of the templates that it is asked by
	Errors
}

// Calibrate puts a challenge with changes that make no difference into rates: what was noticed of these is a false reject, and what no
// check noticed of the violations a false accept.
func (c Challenge) Calibrate() Calibration {
	out := Calibration{Component: c.Component, Spec: c.Spec, Wrong: []Misjudged{}}
	out.Executed.FalseRejects.Add(false) // the code itself, which was accepted
	for _, p := range c.Planted {
		if p.Fate != Caught && p.Fate != Survived {
			continue
		}
		wrong := (p.Fate == Caught) == p.Neutral
		if p.Neutral {
			out.Executed.FalseRejects.Add(wrong)
		} else {
			out.Executed.FalseAccepts.Add(wrong)
		}
		if wrong {
			out.Wrong = append(out.Wrong, Misjudged{By: "executed", Right: p.Neutral, File: p.File, Line: p.Line, Note: p.Kind + ": " + p.Note, Diff: p.Diff})
		}
	}
	return out
}
