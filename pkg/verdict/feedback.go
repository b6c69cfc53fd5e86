package verdict

// Feedback is what the next attempt is told of the last one: short, structured, the same for equal situations on every
// machine. It never holds a raw log, nor more of a sealed test than that its clause failed.
type Feedback struct {
	Failures []Failure    `json:"failures,omitempty"`
	Build    []Diagnostic `json:"build,omitempty"`
}

// Failure is one clause that does not hold, with the smallest observation that shows it.
type Failure struct {
	Clause string   `json:"clause"`
	Text   string   `json:"text"`
	Test   string   `json:"test,omitempty"`
	Input  string   `json:"input,omitempty"`
	Want   string   `json:"want,omitempty"`
	Got    string   `json:"got,omitempty"`
	Lines  []string `json:"lines,omitempty"` // what else was observed: an assertion's words, a rule with the line that breaks it
}

// Empty says whether there is nothing to tell.
func (f Feedback) Empty() bool { return len(f.Failures) == 0 && len(f.Build) == 0 }
