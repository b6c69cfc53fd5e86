package prompts

// Testing is the data of the template "tests": one clause, and the spec around it. It knows nothing of the code. What differs between the
// clauses of a component stands last.
type Testing struct {
	Spec    string   // the spec as people wrote it, without its front matter
	Package string   // the package clause of the test
	Under   string   // the name of the package under test
	Import  string   // its import path
	Calls   []string // the functions and methods of the Interface

	Clause  string // its ID
	Text    string
	Section string // behavior, edge-cases, invariants or non-goals
	Name    string // what the test has to be called, where it is all given
	Prefix  string // how its name has to begin, where the rest is free; else ""
}

// Retest is the data of the template "retest": a test was refused, and one more answer is asked for.
type Retest struct {
	Clause  string
	Trouble string // why
	Cut     bool   // it was too long, and is not shown again
}
