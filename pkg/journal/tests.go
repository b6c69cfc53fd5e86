package journal

import "github.com/specgen-dev/specgen/pkg/model"

// The ends that asking for a test can come to.
const (
	TestAccepted  = "accepted"  // it is written, and part of the spec from then on
	TestRefused   = "refused"   // it did not pass the checks
	TestDisagrees = "disagrees" // it passed them, fails on the code that is there, and nobody decided which of them is wrong
	TestDropped   = "dropped"   // a person did not want it
	TestProposed  = "proposed"  // it passed the checks, and nobody was there to accept it
	TestUnasked   = "unasked"   // the tester was not asked
)

// TestAuthored is what came of asking for a test of one clause. Writing tests leaves no journal; its events are read from standard
// output alone.
type TestAuthored struct {
	Clause    string   `json:"clause"`
	Text      string   `json:"text"` // of the clause
	Test      string   `json:"test"` // its name; "" where no answer could be read
	Status    string   `json:"status"`
	Reason    string   `json:"reason"`    // why it is not accepted; "" where it is
	File      string   `json:"file"`      // where it is written, or would be
	Sealed    bool     `json:"sealed"`    // the generator never sees it
	Answers   int      `json:"answers"`   // of the model; the second is asked for where the first is refused
	Fails     []string `json:"fails"`     // the degenerate implementations that it was seen to fail on
	Agreement string   `json:"agreement"` // no-code, agrees, disagrees; "" where it did not come to that
	Input     string   `json:"input,omitempty"`
	Want      string   `json:"want,omitempty"`
	Got       string   `json:"got,omitempty"`
	Source    string   `json:"source"` // a whole Go file that holds it alone
}

// TestsWritten is the last event of writing tests.
type TestsWritten struct {
	Component string      `json:"component"`
	Spec      string      `json:"spec"` // path
	Digest    string      `json:"spec_digest"`
	Accepted  []string    `json:"accepted"` // clauses with a new test
	Open      []string    `json:"open"`     // clauses that were asked for and got none
	Files     []TestsFile `json:"files"`
	Exit      int         `json:"exit"` // with which the process ends
	Usage     model.Usage `json:"usage"`
	Cost      float64     `json:"cost"`
	Priced    bool        `json:"priced"`
	Duration  int64       `json:"duration_ms"`
	Error     *Failure    `json:"error"`
}

// TestsFile is a file of acceptance tests that was written.
type TestsFile struct {
	Path   string   `json:"path"`
	Blob   string   `json:"blob"` // git blob ID of what it holds now
	Tests  []string `json:"tests"`
	Sealed bool     `json:"sealed"`
	New    bool     `json:"new"`
}

// Kind implements Body.
func (TestAuthored) Kind() string { return "test-authored" }

// Kind implements Body.
func (TestsWritten) Kind() string { return "tests-written" }
