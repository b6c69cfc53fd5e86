package prompts

// Judgement is the data of the template "judge": one clause, and the code that is judged by it. It tells nothing of who wrote the
// code, in which attempt, or what was said of it before.
type Judgement struct {
	Files      []SourceFile // with comments blanked and every line under its number
	Clause     string       // the text of the clause
	Section    string       // behavior, edge-cases, invariants or non-goals
	Structural bool         // the clause forbids something or concerns the structure: lines can show that it is broken
}
