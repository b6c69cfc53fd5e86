package prompts

// Judgement is the data of the template "judge": one clause, and the code that is judged by it. It tells nothing of who wrote the
// code, in which attempt, or what was said of it before.
type Judgement struct {
	Files      []SourceFile // with comments blanked, texts replaced by marks, long names by others, and every line under its number
	Strings    string       // which words of the clause the texts hold, one text a line; "" where they hold none
	Clause     string       // the text of the clause
	Section    string       // behavior, edge-cases, invariants or non-goals
	Structural bool         // the clause forbids something or concerns the structure: lines can show that it is broken
	Runnable   bool         // an objection can be run: it is Go
	Fact       *Fact        // nil where nothing is known
}

// Fact is what running the code has shown.
type Fact struct {
	Call  string // a Go expression
	Gives string // its results
}

// Expectation is the data of the template "expect": what does a clause say that a call gives? No code goes with it.
type Expectation struct {
	Declarations string // of what is called, without bodies
	Clause       string
	Section      string
	Call         string // a Go expression
}
