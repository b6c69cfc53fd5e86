// Package loop is the product: a spec is rendered, a model generates, its patch is applied, the candidate is evaluated clause by
// clause, and either it is accepted or the loop goes round again with a diagnosis. The loop decides order, attempts,
// budgets and stop reasons, and nothing else; what happens in a stage is behind the interfaces of ports.go.
package loop

import (
	"context"
	"time"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Loop is the pipeline with everything that it needs.
type Loop struct {
	Render   Renderer
	Generate Generator
	Apply    Applier
	Evaluate Evaluator
	Tighten  Tightener

	Branch  Branch
	Trees   Trees
	Lock    Locker
	Journal Recorder
	Spend   Spend
	Clock   func() time.Time
}

// Task is one run: a component and the terms on which it is regenerated.
type Task struct {
	Run       string
	Component string
	Spec      *spec.Spec
	Start     Commit // where the branch stands: the base, with the inputs of the working tree
	Format    prompts.Format
	Retry     Retry
	Policy    verdict.Policy
	Budget    Budget
	Model     string // name, for trailers
	Elapsed   time.Duration
	History   map[string]journal.Shape // how each shape of retry fared with this model before
}

// Commit is a commit with its tree.
type Commit struct{ ID, Tree string }

// Result is the outcome of a run.
type Result struct {
	Stop        Stop
	Commit      string // what the branch holds; empty if there never was a candidate
	Attempts    int
	Best        *Attempt // nil if no answer could be applied
	SpecCommits []string
	Shapes      map[string]journal.Shape
	Why         string // what the stop reason is about, in a sentence; may be empty
}

// Accepted says whether every clause holds on evidence that the policy allows.
func (r Result) Accepted() bool { return r.Stop == Accepted }

// Run takes a task through the loop until it is accepted or there is a reason to stop. The result is valid even with an
// error, which is then what went wrong outside of the candidate: the endpoint, the repository, the sandbox.
func (l *Loop) Run(ctx context.Context, task Task) (Result, error) {
	ctx, cancel := task.Budget.limitTime(ctx, task.Elapsed)
	defer cancel()
	r := newRun(l, task)
	for {
		if stop := r.exhausted(); stop != "" {
			return r.finish(ctx, stop, nil)
		}
		stop, err := r.attempt(ctx)
		if stop != "" || err != nil {
			return r.finish(ctx, stop, err)
		}
	}
}

// attempt goes round once: render, generate, apply, evaluate, and tighten what did not hold. It gives a stop reason if
// there is no point in another.
func (r *run) attempt(ctx context.Context) (Stop, error) {
	a, err := r.begin(ctx)
	if err != nil || a == nil {
		return r.over, err
	}
	usable, err := r.generateAndApply(ctx, a)
	if err != nil || !usable {
		return "", err
	}
	if err := r.evaluate(ctx, a); err != nil {
		return "", err
	}
	if stop := r.judge(a); stop != "" {
		return stop, nil
	}
	return r.tighten(ctx, a)
}
