package loop

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// finish leaves the branch as the outcome wants it: the accepted code with its lock, or the best candidate on the spec that it
// was judged by. It does so even if the run was interrupted.
func (r *run) finish(ctx context.Context, stop Stop, err error) (Result, error) {
	if err != nil {
		stop, err = reason(ctx, err)
	}
	if (stop == Attempts || stop == NoProgress) && len(r.open) > 0 {
		// More of the same will not help: what may help is a change of the spec that only a person can make.
		stop, r.why = NeedsReview, "a change of "+r.open[0].Clause+" is proposed that the tightener may not make by itself"
	}
	ctx = context.WithoutCancel(ctx)
	commit, err2 := r.settle(ctx, stop)
	if err2 != nil && stop == Accepted {
		stop = InternalError
	}
	return Result{
		Stop: stop, Commit: commit, Attempts: r.attempts, Best: r.best,
		SpecCommits: r.commits, Shapes: r.shapes, Why: r.why,
	}, errors.Join(err, err2)
}

func (r *run) settle(ctx context.Context, stop Stop) (string, error) {
	if r.best == nil {
		return "", r.Branch.Move(ctx, r.head.ID)
	}
	a, tree, note := r.best, r.best.Candidate.Tree, notAccepted
	if stop == Accepted {
		note = accepted
		path, text, err := r.Lock.Lock(ctx, a.Spec, a.Candidate, a.Report)
		if err != nil {
			return a.Commit, err
		}
		if tree, err = r.Trees.WriteFile(ctx, tree, path, text); err != nil {
			return a.Commit, err
		}
	}
	commit, err := r.Branch.Commit(ctx, a.Head.ID, tree, r.message(a, note))
	if err != nil {
		return a.Commit, err
	}
	return commit, nil
}

// note is what a commit message says of the state of its candidate.
type note string

const (
	underEvaluation note = "under evaluation"
	accepted        note = "accepted"
	notAccepted     note = "not accepted"
)

// message is the commit message of a candidate, with trailers for programs.
func (r *run) message(a *Attempt, n note) string {
	var b strings.Builder
	title := r.task.Component + ": regenerate from the spec"
	if n != accepted {
		title = fmt.Sprintf("%s: candidate of attempt %d, %s", r.task.Component, a.N, n)
	}
	fmt.Fprintf(&b, "%s\n\n", title)
	trailer := func(key, value string) { fmt.Fprintf(&b, "%s: %s\n", key, value) }
	trailer("Specgen-Run", r.task.Run)
	trailer("Specgen-Component", r.task.Component)
	trailer("Specgen-Spec", a.Spec.Path+"@"+a.Spec.Digest())
	trailer("Specgen-Model", r.task.Model)
	trailer("Specgen-Prompt", a.prompt.Digest)
	if n != underEvaluation {
		verdicts := a.Report.Summary()
		if n == notAccepted {
			verdicts += ", not accepted"
		}
		trailer("Specgen-Verdict", verdicts)
	}
	trailer("Specgen-Apply", placement(a.Candidate))
	return b.String()
}

// placement says by which tiers the hunks were placed, and which tools repaired the files.
func placement(c patch.Candidate) string {
	words := []string{patch.Result{Files: c.Files}.TierCounts()}
	tools := map[string]int{}
	var order []string
	for _, repair := range c.Repairs {
		if tools[repair.Tool] == 0 {
			order = append(order, repair.Tool)
		}
		tools[repair.Tool]++
	}
	for _, tool := range order {
		words = append(words, fmt.Sprintf("%s=%d", tool, tools[tool]))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// tightenMessage is the commit message of a tightened spec: every change has a why.
func (r *run) tightenMessage(d verdict.Diagnosis) string {
	var clauses []string
	for _, a := range d.Amendments {
		clauses = append(clauses, a.Clause)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: tighten %s\n\n", r.task.Component, strings.Join(clauses, ", "))
	fmt.Fprintf(&b, "Specgen-Run: %s\nSpecgen-Component: %s\n", r.task.Run, r.task.Component)
	for _, a := range d.Amendments {
		fmt.Fprintf(&b, "Spec-Why: %s %s\n", a.Clause, oneLine(a.Why))
	}
	return b.String()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// transcript is how a prompt is kept for people: each message under its role.
func transcript(messages []model.Message) string {
	var b strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&b, "=== %s\n%s\n", m.Role, m.Content)
	}
	return b.String()
}
