package prompts

import "github.com/specgen-dev/specgen/pkg/verdict"

// Tightening is the data of the template "tighten": the clauses that a candidate does not hold, with what was observed, and
// the code. It shows no log, and nothing of sealed tests.
type Tightening struct {
	Spec     string // the spec as people wrote it, without its front matter
	Failures []verdict.Failure
	Files    []SourceFile
}
