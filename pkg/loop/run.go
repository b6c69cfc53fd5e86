package loop

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Attempt is one candidate with its verdicts.
type Attempt struct {
	N         int
	Shape     prompts.Shape
	Spec      *spec.Spec // the revision that it was generated from and judged by
	Head      Commit     // the commit with that revision
	Candidate patch.Candidate
	Report    verdict.Report
	Commit    string

	prompt  prompts.Prompt
	base    string // the tree that the answer changes
	tokens  int    // spent before it
	repeats bool   // the same candidate was there before
}

// run is the state of one Loop.Run.
type run struct {
	*Loop
	task Task

	spec     *spec.Spec // as tightened so far
	head     Commit     // the branch's commit with that spec
	attempts int
	best     *Attempt
	last     *Attempt
	trouble  string                    // why the last answer could not be used
	retries  int                       // attempts that built on one before
	idle     int                       // attempts in a row that led nowhere
	same     int                       // attempts in a row with the same failures on the same spec
	seen     map[string]verdict.Report // of each candidate, by spec revision and tree
	repeats  int                       // candidates that were there before
	shapes   map[string]journal.Shape
	commits  []string
	over     Stop             // set where an attempt cannot even be opened
	why      string           // what the stop is about
	open     []spec.Amendment // proposals that wait for a person
}

func newRun(l *Loop, task Task) *run {
	return &run{
		Loop: l, task: task, spec: task.Spec, head: task.Start,
		seen: map[string]verdict.Report{}, shapes: map[string]journal.Shape{},
	}
}

// exhausted says whether a budget forbids another attempt.
func (r *run) exhausted() Stop {
	used, cost, _ := r.Spend.Spent()
	return r.task.Budget.spent(r.attempts, 0, used, cost)
}

// begin renders the prompt of the next attempt. It gives nil, and sets over, if the budget cannot pay for it.
func (r *run) begin(ctx context.Context) (*Attempt, error) {
	used, cost, _ := r.Spend.Spent()
	a := &Attempt{
		N: r.attempts + 1, Shape: prompts.First, Spec: r.spec, Head: r.head, base: r.head.Tree, tokens: used.Total(),
	}
	round := prompts.Round{Spec: r.spec, Format: r.task.Format, Trouble: r.trouble}
	if r.last != nil {
		a.Shape = r.task.shape(r.retries)
		r.retries++
		round.Feedback = r.last.Report.Feedback()
	}
	if a.Shape == prompts.Repair {
		tree, err := r.Trees.Carry(ctx, r.last.Head.Tree, r.last.Candidate.Tree, r.head.Tree)
		if err != nil {
			return nil, err
		}
		a.base = tree
	}
	round.Tree, round.Shape = a.base, a.Shape
	prompt, err := r.Render.Render(ctx, round)
	if err != nil {
		return nil, err
	}
	if r.over = r.task.Budget.spent(r.attempts, prompt.Tokens, used, cost); r.over != "" {
		return nil, nil //nolint:nilnil // over says why there is no attempt
	}
	r.attempts++
	a.prompt = prompt
	blob, err := r.Journal.Put([]byte(transcript(prompt.Messages)))
	if err != nil {
		return nil, err
	}
	return a, r.Journal.Append(journal.AttemptStarted{
		Attempt: a.N, Shape: string(a.Shape), Format: string(prompt.Format), Prompt: blob, Tokens: prompt.Tokens,
	})
}

// resends is how often the parts of an answer that could not be placed are asked for again within one attempt, before the
// whole file is asked for once. A re-send that leaves all as it was is the last of them.
const resends = 3

// generateAndApply asks the model and applies what it answers. An answer that cannot be placed is asked for again, in part
// and at last as a whole; usable is false if that led to nothing.
func (r *run) generateAndApply(ctx context.Context, a *Attempt) (usable bool, err error) {
	talk := conversation{prompt: a.prompt}
	prompt := a.prompt
	var answers []string
	for round := 1; ; round++ {
		done, err := r.Generate.Generate(ctx, prompt, a.N, r.idle)
		if err != nil {
			return false, err
		}
		if done.Finish == model.FinishLength {
			return false, r.unusable(a, round, cutOff(done), nil)
		}
		answers = append(answers, done.Text)
		a.Candidate, err = r.Apply.Apply(ctx, r.spec, a.base, answers)
		if err == nil {
			return true, r.applied(ctx, a)
		}
		var bad Unusable
		if !errors.As(err, &bad) {
			return false, err
		}
		conflicts := bad.Conflicts()
		if len(conflicts.Files) == 0 || talk.over || changesNothing(conflicts) {
			return false, r.unusable(a, round, bad.Error(), conflicts.Files)
		}
		if err := r.refused(a, round, bad.Error(), conflicts.Files); err != nil {
			return false, err
		}
		if prompt, err = talk.again(r.Render, done.Text, conflicts, round); err != nil {
			return false, err
		}
		used, cost, _ := r.Spend.Spent()
		if r.task.Budget.spent(0, prompt.Tokens, used, cost) != "" {
			return false, nil // the loop's own check of the budget ends the run
		}
	}
}

// conversation is what was said within one attempt, apart from the questions that stand alone.
type conversation struct {
	prompt prompts.Prompt
	said   string // the answer to it
	last   string // what was refused in the round before
	alone  bool   // the last question stood alone
	over   bool   // the whole file was asked for: there is nothing more to ask
}

// again asks for what was refused: alone where hunks failed among others that matched, as a whole where that has led nowhere.
func (c *conversation) again(render Renderer, answer string, conflicts patch.Result, round int) (prompts.Prompt, error) {
	if !c.alone {
		c.said = answer
	}
	ask := prompts.Resend{Feedback: conflicts.Feedback()}
	ask.Whole = round > resends || ask.Feedback == c.last
	c.last, c.over, c.alone = ask.Feedback, ask.Whole, false
	if text, ok := conflicts.Partial(); ok && !ask.Whole && c.prompt.Format != prompts.Whole {
		ask.Feedback, ask.Alone, c.alone = text, true, true
	}
	next, err := render.Resend(c.prompt, c.said, ask)
	if err == nil && !c.alone {
		c.prompt = next
	}
	return next, err
}

// changesNothing says whether all that was refused already is as the answer wants it: sending it again would change nothing.
func changesNothing(result patch.Result) bool {
	for _, f := range result.Files {
		for _, h := range f.Hunks {
			if h.Status == patch.Refused && h.Reason != patch.NoOp {
				return false
			}
		}
	}
	return true
}

func cutOff(done model.Completion) string {
	return fmt.Sprintf("it was cut off after %d tokens, before it was complete", done.Usage.CompletionTokens)
}

// unusable ends an attempt without a candidate: cause bad-output.
func (r *run) unusable(a *Attempt, round int, why string, files []patch.FileResult) error {
	r.trouble = why
	r.idle++
	r.count(a, false)
	return r.refused(a, round, why, files)
}

func (r *run) refused(a *Attempt, round int, why string, files []patch.FileResult) error {
	return r.Journal.Append(journal.Refused{Attempt: a.N, Round: round, Reason: why, Files: files})
}

// applied puts the candidate on the branch, where it stays while it is evaluated.
func (r *run) applied(ctx context.Context, a *Attempt) error {
	r.trouble = ""
	diff, err := r.Trees.Diff(ctx, a.Head.Tree, a.Candidate.Tree)
	if err != nil {
		return err
	}
	blob, err := r.Journal.Put([]byte(diff))
	if err != nil {
		return err
	}
	if a.Commit, err = r.Branch.Commit(ctx, a.Head.ID, a.Candidate.Tree, r.message(a, underEvaluation)); err != nil {
		return err
	}
	return r.Journal.Append(journal.Applied{
		Attempt: a.N, Tree: a.Candidate.Tree, Diff: blob,
		Files: a.Candidate.Files, Repairs: a.Candidate.Repairs, Commit: a.Commit,
	})
}

func (r *run) evaluate(ctx context.Context, a *Attempt) error {
	began := r.Clock()
	report, repeated := r.seen[a.revision()]
	if !repeated {
		candidate := a.Candidate
		candidate.Base = a.Head.Tree // all that the attempts before changed is the candidate's too
		var err error
		if report, err = r.Evaluate.Evaluate(ctx, r.spec, candidate); err != nil {
			return err
		}
		r.seen[a.revision()] = report
	}
	a.repeats = repeated
	a.Report = report
	return r.Journal.Append(journal.Evaluated{
		Attempt: a.N, Report: report, Accepted: report.Accepted(r.task.Policy),
		Regressions: r.regressions(report), Duration: r.Clock().Sub(began),
	})
}

// revision names what is evaluated: a tree, by a revision of the spec.
func (a *Attempt) revision() string { return a.Spec.Digest() + " " + a.Candidate.Tree }

func (r *run) regressions(now verdict.Report) []string {
	if r.best == nil {
		return nil
	}
	var ids []string
	for _, v := range verdict.Regressions(r.best.Report, now) {
		ids = append(ids, v.Clause)
	}
	return ids
}

// judge compares an evaluated attempt with those before it, and gives a stop reason if it is accepted or leads nowhere.
func (r *run) judge(a *Attempt) Stop {
	better := r.best == nil || verdict.Better(a.Report, r.best.Report)
	if better {
		r.best = a
	}
	r.count(a, better)
	if a.Report.Accepted(r.task.Policy) {
		r.best = a
		return Accepted
	}
	if unproven := a.Report.Unproven(r.task.Policy); len(unproven) > 0 {
		r.best, r.last, r.why = a, a, "the code holds, and not enough is known of the checks of "+clauses(unproven)
		return NeedsReview
	}
	if a.Report.Conflict != "" {
		r.last, r.why = a, a.Report.Conflict
		return SpecConflict
	}
	if stop := r.standoff(a); stop != "" {
		return stop
	}
	return r.progress(a)
}

// standoff stops where a judge objects for the second time to what the code still does: a person has to say who is right.
func (r *run) standoff(a *Attempt) Stop {
	if r.last == nil {
		return ""
	}
	both, ok := verdict.SameObjection(r.last.Report, a.Report)
	if !ok {
		return ""
	}
	r.last, r.why = a, both.String()
	return NeedsReview
}

// How long a standstill is borne: attempts in a row that fail in the same way on the same spec, and candidates that were there before.
// Each changes the shape of the next attempt and warms the temperature, which gets a small model out of it half of the time.
const (
	samePatience   = 3
	repeatPatience = 2
)

// progress looks for a standstill.
func (r *run) progress(a *Attempt) Stop {
	if a.repeats {
		r.repeats++
	}
	same := r.last != nil && r.last.Spec.Digest() == a.Spec.Digest() && verdict.SameFailures(r.last.Report, a.Report)
	switch {
	case same:
		r.same++
		r.idle++
	case a.repeats:
		r.same = 1
		r.idle++
	default:
		r.same, r.idle = 1, 0
	}
	r.last = a
	switch {
	case r.repeats >= repeatPatience:
		r.why = "the model goes on writing the same code"
		return NoProgress
	case r.same >= samePatience:
		r.why = fmt.Sprintf("the same clauses failed in the same way in %d attempts", r.same)
		return NoProgress
	}
	return ""
}

// tighten asks for the cause of each failure, and carries on with the sharpened spec if there is one.
func (r *run) tighten(ctx context.Context, a *Attempt) (Stop, error) {
	if stop := r.exhausted(); stop != "" {
		return stop, nil // nobody could make use of the diagnosis
	}
	diagnosis, err := r.Tighten.Tighten(ctx, r.spec, a.Candidate, a.Report)
	if err != nil {
		return "", err
	}
	if diagnosis.Findings == nil {
		diagnosis.Findings = []verdict.Finding{} // a list for programs, also where nothing was diagnosed
	}
	event := journal.Tightened{Attempt: a.N, Diagnosis: diagnosis}
	r.open = diagnosis.Proposals
	if diagnosis.Spec != nil {
		if event, err = r.amend(ctx, event); err != nil {
			return "", err
		}
	}
	if err := r.Journal.Append(event); err != nil {
		return "", err
	}
	return r.decide(diagnosis), nil
}

// decide stops where the diagnosis needs a person.
func (r *run) decide(d verdict.Diagnosis) Stop {
	if d.Review == "" {
		return ""
	}
	r.why = d.Review
	for _, f := range d.Findings {
		if f.Cause == verdict.SpecConflict {
			return SpecConflict
		}
	}
	return NeedsReview
}

// amend commits the tightened spec and goes on from there.
func (r *run) amend(ctx context.Context, event journal.Tightened) (journal.Tightened, error) {
	next := event.Diagnosis.Spec
	tree, err := r.Trees.WriteFile(ctx, r.head.Tree, next.Path, next.Bytes())
	if err != nil {
		return event, err
	}
	commit, err := r.Branch.Commit(ctx, r.head.ID, tree, r.tightenMessage(event.Diagnosis))
	if err != nil {
		return event, err
	}
	if event.Spec, err = r.Journal.Put(next.Bytes()); err != nil {
		return event, err
	}
	r.spec, r.head = next, Commit{ID: commit, Tree: tree}
	r.commits = append(r.commits, commit)
	event.Digest, event.Commits = next.Digest(), []string{commit}
	return event, nil
}

// count keeps the numbers per shape.
func (r *run) count(a *Attempt, better bool) {
	used, _, _ := r.Spend.Spent()
	s := r.shapes[string(a.Shape)]
	s.Tries++
	s.Tokens += used.Total() - a.tokens
	if better {
		s.Better++
	}
	if better && a.Report.Accepted(r.task.Policy) {
		s.Accepted++
	}
	r.shapes[string(a.Shape)] = s
}

// clauses names the clauses of verdicts.
func clauses(all []verdict.Verdict) string {
	var ids []string
	for _, v := range all {
		ids = append(ids, v.Clause)
	}
	return strings.Join(ids, ", ")
}
