package loop

import (
	"context"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Renderer turns a round into a prompt. pkg/stage/render.
type Renderer interface {
	Render(ctx context.Context, round prompts.Round) (prompts.Prompt, error)
	Resend(prompt prompts.Prompt, answer string, again prompts.Resend) (prompts.Prompt, error)
}

// Generator asks the model. attempt is 1-based; vary counts the tries before this one that led nowhere. pkg/stage/generate.
type Generator interface {
	Generate(ctx context.Context, prompt prompts.Prompt, attempt, vary int) (model.Completion, error)
}

// Applier makes a candidate of answers: the first, and what was sent again. An answer that cannot be used is an error that
// Unusable explains. pkg/stage/apply.
type Applier interface {
	Apply(ctx context.Context, sp *spec.Spec, base string, answers []string) (patch.Candidate, error)
}

// Unusable is what an Applier's error is when the answer is to blame: it says so to the model and to a person.
type Unusable interface {
	error
	// Conflicts gives what was refused; no files if the answer held no patch at all.
	Conflicts() patch.Result
}

// Evaluator judges a candidate clause by clause. pkg/stage/evaluate.
type Evaluator interface {
	Evaluate(ctx context.Context, sp *spec.Spec, c patch.Candidate) (verdict.Report, error)
}

// Tightener finds the cause of each failure, and sharpens the spec where it left a gap. pkg/stage/tighten.
type Tightener interface {
	Tighten(ctx context.Context, sp *spec.Spec, c patch.Candidate, r verdict.Report) (verdict.Diagnosis, error)
}

// Branch is the run's branch. It is moved by compare-and-swap only: a branch that someone else moved is an error.
type Branch interface {
	// Commit writes a commit and moves the branch to it.
	Commit(ctx context.Context, parent, tree, message string) (commit string, err error)
	// Move makes the branch hold a commit that was written before.
	Move(ctx context.Context, commit string) error
}

// Trees are the operations on git trees that the loop needs between the stages.
type Trees interface {
	// WriteFile gives the tree with one file replaced or added.
	WriteFile(ctx context.Context, tree, path string, data []byte) (string, error)
	// Carry gives the tree `onto` with all that changed between two others.
	Carry(ctx context.Context, from, to, onto string) (string, error)
	// Diff gives the unified diff between two trees.
	Diff(ctx context.Context, from, to string) (string, error)
}

// Locker gives the text of the lock for an accepted candidate, and its path.
type Locker interface {
	Lock(ctx context.Context, sp *spec.Spec, c patch.Candidate, r verdict.Report) (path string, text []byte, err error)
}

// Recorder is the journal. pkg/journal.
type Recorder interface {
	Append(b journal.Body) error
	Put(data []byte) (name string, err error)
}

// Spend counts what all requests of the run have used so far. pkg/model.
type Spend interface {
	Spent() (used model.Usage, cost float64, priced bool)
}
