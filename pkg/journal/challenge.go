package journal

import "github.com/specgen-dev/specgen/pkg/verdict"

// Challenged is the result of a challenge: the contract for programs.
type Challenged struct {
	verdict.Challenge
	V     int      `json:"v,omitempty"` // the event has its own: this hides the one of the file that is kept
	Kept  string   `json:"kept"`        // the ref under which it is kept
	Exit  int      `json:"exit"`
	Error *Failure `json:"error"`
}

// Kind implements Body.
func (Challenged) Kind() string { return "challenged" }
