package verdict

import "time"

// TestStatus is what a test runner said of one test.
type TestStatus string

// The outcomes of a test. A test that was started and never finished did not pass.
const (
	TestPassed     TestStatus = "passed"
	TestFailed     TestStatus = "failed"
	TestSkipped    TestStatus = "skipped"
	TestUnfinished TestStatus = "unfinished" // the process ended before the test did: panic, exit, timeout
)

// Test is one test, subtest or test case as its runner reported it.
type Test struct {
	Name     string        `json:"name"`            // the name that clauses match: TestE1_OutOfStock/two_lines, test_e1_out_of_stock
	Suite    string        `json:"suite,omitempty"` // Go package, JUnit class or file; with Name it is unique
	Status   TestStatus    `json:"status"`
	Flaky    bool          `json:"flaky,omitempty"` // it failed, and passed when the runner repeated it; Status is failed
	File     string        `json:"file,omitempty"`  // where it failed, checkout-relative, if known
	Line     int           `json:"line,omitempty"`
	Message  string        `json:"message,omitempty"` // the assertion's own words, without time, addresses or paths
	Duration time.Duration `json:"duration_ns"`
}

// FullName is how reports name the test: suite.name, or the name alone.
func (t Test) FullName() string {
	if t.Suite == "" {
		return t.Name
	}
	return t.Suite + "." + t.Name
}

// Diagnostic is one error of a compiler or parser.
type Diagnostic struct {
	File    string `json:"file"` // checkout-relative
	Line    int    `json:"line"`
	Col     int    `json:"col,omitempty"`
	Message string `json:"message"`
	Source  string `json:"source,omitempty"` // the line itself, where it belongs to the code under test
	Sealed  bool   `json:"sealed,omitempty"` // it stands in a test that the generator never sees
}

// Execution is what came of running one command in a sandboxed checkout.
type Execution struct {
	Command     string        `json:"command"`
	Exit        int           `json:"exit"` // -1 when a signal ended it
	TimedOut    bool          `json:"timed_out,omitempty"`
	Truncated   bool          `json:"truncated,omitempty"` // the output went over its limit and the process was killed or cut
	Signal      string        `json:"signal,omitempty"`
	Tests       []Test        `json:"tests,omitempty"`       // nil for runner exit and plain checks
	Diagnostics []Diagnostic  `json:"diagnostics,omitempty"` // of a build that failed
	Output      string        `json:"output,omitempty"`      // the end of what was written, capped
	Walls       []string      `json:"walls,omitempty"`       // the isolation that stood: user, pid, mount, ipc, net, landlock, rlimit
	Distrust    string        `json:"distrust,omitempty"`    // why nothing that speaks for the code is believed: passed tests are left out of Tests, and an exit 0 counts for nothing
	Changed     []string      `json:"changed,omitempty"`     // acceptance tests that were written while it ran: what it says counts for nothing
	Duration    time.Duration `json:"duration_ns"`
}

// BuildFailed says whether nothing could be run because the code does not build.
func (e Execution) BuildFailed() bool { return len(e.Diagnostics) > 0 }
