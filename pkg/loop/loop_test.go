package loop_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/loop"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

const specText = `---
component: window
targets: ["window.go"]
---
# Spec: Window

## Behavior
- **B1** Gives a window.
  - test: TestB1

## Edge cases
- **E1** An impossible distance is an error.
  - test: TestE1
`

func parse(t interface{ Fatal(args ...any) }, text string) *spec.Spec {
	sp, err := spec.Parse("specs/window.spec.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

// world is everything around the loop: scripted stages, and a branch and a journal that remember.
type world struct {
	plan    []step // what happens in each request to the generator
	asked   int
	rounds  []prompts.Round
	resends []prompts.Resend
	events  []journal.Body
	branch  []string // commits in the order in which the branch held them
	spent   model.Usage
	commits map[string]string // commit -> tree
	tighten func(sp *spec.Spec, r verdict.Report) verdict.Diagnosis
	now     time.Time
	cancel  context.CancelFunc
	locked  bool
}

// step is one answer of the model and what it is worth.
type step struct {
	text   string // the answer; also the candidate's tree
	bad    bool   // cannot be applied
	finish model.Finish
	err    error
	fails  []string // clauses that the candidate does not hold
	judged bool     // a judge's objection says so, and the code goes on giving the same
	cancel bool
}

func (w *world) loop() *loop.Loop {
	w.commits = map[string]string{"base": "tree0"}
	w.now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &loop.Loop{
		Render: w, Generate: w, Apply: w, Evaluate: w, Tighten: w, Branch: w, Trees: w, Lock: w, Journal: w, Spend: w,
		Clock: func() time.Time { return w.now },
	}
}

func (w *world) task(sp *spec.Spec) loop.Task {
	return loop.Task{
		Run: "20260102-030405-test", Component: "window", Spec: sp, Start: loop.Commit{ID: "base", Tree: "tree0"},
		Policy: verdict.DefaultPolicy(), Budget: loop.Budget{Attempts: 4}, Retry: loop.RetryAuto, Model: "m",
	}
}

func (w *world) Render(_ context.Context, r prompts.Round) (prompts.Prompt, error) {
	w.rounds = append(w.rounds, r)
	return prompts.Prompt{Messages: []model.Message{{Role: "user", Content: "do"}}, Digest: "d", Tokens: 10}, nil
}

func (w *world) Resend(p prompts.Prompt, _ string, again prompts.Resend) (prompts.Prompt, error) {
	w.resends = append(w.resends, again)
	return p, nil
}

func (w *world) current() step { return w.plan[min(w.asked, len(w.plan))-1] }

func (w *world) Generate(context.Context, prompts.Prompt, int, int) (model.Completion, error) {
	w.asked++
	s := w.current()
	if s.cancel {
		w.cancel()
		return model.Completion{}, context.Canceled
	}
	w.spent = w.spent.Add(model.Usage{PromptTokens: 10, CompletionTokens: 5, Requests: 1})
	return model.Completion{Text: s.text, Finish: s.finish}, s.err
}

type unusable struct{ result patch.Result }

func (u unusable) Error() string           { return "cannot be placed" }
func (u unusable) Conflicts() patch.Result { return u.result }

func (w *world) Apply(_ context.Context, _ *spec.Spec, base string, _ []string) (patch.Candidate, error) {
	if s := w.current(); s.bad {
		return patch.Candidate{}, unusable{patch.Result{Files: []patch.FileResult{{
			Path: "window.go", Hunks: []patch.HunkResult{{N: 1, Status: patch.Refused, Reason: patch.NotFound}},
		}}}}
	}
	return patch.Candidate{Base: base, Tree: "tree-" + w.current().text}, nil
}

func (w *world) Evaluate(_ context.Context, sp *spec.Spec, c patch.Candidate) (verdict.Report, error) {
	r := verdict.Report{Spec: sp.Digest(), Tree: c.Tree}
	for _, clause := range sp.Clauses() {
		v := verdict.Verdict{
			Clause: clause.ID, Digest: clause.Digest(), Section: clause.Section, Level: clause.Level, Text: clause.Text,
			Status: verdict.Pass, Basis: verdict.Executed,
		}
		for _, id := range w.current().fails {
			if id == clause.ID {
				v.Status = verdict.Fail
				v.Evidence = []verdict.Evidence{{Kind: verdict.FromTest, Test: "Test" + id, Message: "want a, got " + w.current().text}}
				if w.current().judged {
					v.Basis, v.Evidence = verdict.Judged, objection(w.current().text)
				}
			}
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	return r, nil
}

func objection(text string) []verdict.Evidence {
	return []verdict.Evidence{
		{Kind: verdict.FromObjection, Input: "Window(-1)", Want: "error", Got: "0, nil", Message: "twice"},
		{Kind: verdict.FromCitation, File: "window.go", Line: 8, EndLine: 8, Quote: "return 0, nil // " + text, Words: "is an error"},
	}
}

func (w *world) Tighten(_ context.Context, sp *spec.Spec, _ patch.Candidate, r verdict.Report) (verdict.Diagnosis, error) {
	if w.tighten != nil {
		return w.tighten(sp, r), nil
	}
	return verdict.Diagnosis{}, nil
}

func (w *world) Commit(_ context.Context, _, tree, _ string) (string, error) {
	id := fmt.Sprintf("commit%d", len(w.commits))
	w.commits[id] = tree
	w.branch = append(w.branch, id)
	return id, nil
}

func (w *world) Move(_ context.Context, commit string) error {
	w.branch = append(w.branch, commit)
	return nil
}

func (w *world) WriteFile(_ context.Context, tree, path string, _ []byte) (string, error) {
	return tree + "+" + path, nil
}

func (w *world) Carry(_ context.Context, _, to, onto string) (string, error) {
	return onto + "*" + to, nil
}
func (w *world) Diff(context.Context, string, string) (string, error) { return "", nil }

func (w *world) Lock(context.Context, *spec.Spec, patch.Candidate, verdict.Report) (string, []byte, error) {
	w.locked = true
	return ".specgen/lock/window.json", []byte("{}"), nil
}

func (w *world) Append(b journal.Body) error { w.events = append(w.events, b); return nil }
func (w *world) Put([]byte) (string, error)  { return "blob", nil }

func (w *world) Spent() (model.Usage, float64, bool) { return w.spent, 0, false }

func (w *world) run(t interface {
	Fatal(args ...any)
	Context() context.Context
}, task loop.Task,
) (loop.Result, error) {
	l := w.loop()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.cancel = cancel
	_ = t
	return l.Run(ctx, task)
}

func TestAcceptedAfterARejectedAttempt(t *testing.T) {
	t.Parallel()
	w := &world{plan: []step{{text: "a", fails: []string{"E1"}}, {text: "b"}}}
	got, err := w.run(t, w.task(parse(t, specText)))
	if err != nil || !got.Accepted() || got.Attempts != 2 || got.Best.N != 2 {
		t.Fatalf("want accepted at the second attempt, got %+v %v", got, err)
	}
	if tree := w.commits[w.branch[len(w.branch)-1]]; tree != "tree-b+.specgen/lock/window.json" {
		t.Errorf("the branch must hold the accepted tree with its lock alone, got %s", tree)
	}
	if w.rounds[0].Shape != prompts.First || w.rounds[1].Shape != prompts.Repair || w.rounds[1].Feedback.Empty() {
		t.Errorf("the second round must carry feedback: %+v", w.rounds[1])
	}
	if w.rounds[1].Tree != "tree0*tree-a" {
		t.Errorf("a repair shows the candidate on the spec's head, got %s", w.rounds[1].Tree)
	}
}

func TestStopReasons(t *testing.T) {
	t.Parallel()
	fail := func(text string, ids ...string) step { return step{text: text, fails: ids} }
	broken := &model.Error{Kind: model.ErrServer, Message: "503"}
	cases := []struct {
		name    string
		plan    []step
		change  func(*loop.Task)
		want    loop.Stop
		attempt int
		wantErr error
	}{
		{"attempts", []step{fail("a", "E1"), fail("b", "B1"), fail("c", "E1", "B1"), fail("d", "E1")}, nil, loop.Attempts, 4, nil},
		{"same tree", []step{fail("a", "E1"), fail("b", "B1"), fail("a", "E1"), fail("b", "B1")}, nil, loop.NoProgress, 4, nil},
		{"same failures", []step{fail("a", "E1")}, func(task *loop.Task) { task.Budget.Attempts = 9 }, loop.NoProgress, 3, nil},
		{"a repetition is got over", []step{fail("a", "E1"), fail("a", "E1"), {text: "b"}}, nil, loop.Accepted, 3, nil},
		{"tokens", []step{fail("a", "E1"), fail("b", "E1")}, func(task *loop.Task) { task.Budget.Tokens = 20 }, loop.Tokens, 1, nil},
		{"tokens before the first request", []step{fail("a")}, func(task *loop.Task) { task.Budget.Tokens = 5 }, loop.Tokens, 0, nil},
		{"model error", []step{fail("a", "E1"), {err: broken}}, nil, loop.ModelError, 2, broken},
		{"interrupted", []step{fail("a", "E1"), {cancel: true}}, nil, loop.Interrupted, 2, nil},
		{"time", []step{{cancel: true}}, func(task *loop.Task) { task.Budget.Time, task.Elapsed = time.Minute, time.Hour }, loop.Time, 1, nil},
		{"cut off", []step{{text: "a", finish: model.FinishLength}, {text: "b"}}, nil, loop.Accepted, 2, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &world{plan: c.plan}
			task := w.task(parse(t, specText))
			if c.change != nil {
				c.change(&task)
			}
			got, err := w.run(t, task)
			if got.Stop != c.want || got.Attempts != c.attempt || !errors.Is(err, c.wantErr) {
				t.Errorf("want %s after %d (%v), got %s after %d (%v)", c.want, c.attempt, c.wantErr, got.Stop, got.Attempts, err)
			}
		})
	}
}

func TestAnAnswerThatCannotBePlacedIsAskedForAgainInTheSameAttempt(t *testing.T) {
	t.Parallel()
	w := &world{plan: []step{{text: "a", bad: true}, {text: "b", bad: true}, {text: "c"}}}
	got, err := w.run(t, w.task(parse(t, specText)))
	if err != nil || !got.Accepted() || got.Attempts != 1 {
		t.Fatalf("want accepted in one attempt, got %+v %v", got, err)
	}
	if len(w.resends) != 2 || w.resends[0].Whole || !w.resends[1].Whole {
		t.Errorf("want a part asked for first and the whole file then, got %+v", w.resends)
	}
}

func TestTheBranchHoldsTheBestCandidateOnItsSpec(t *testing.T) {
	t.Parallel()
	sharpen := func(sp *spec.Spec, _ verdict.Report) verdict.Diagnosis {
		text := strings.Replace(string(sp.Bytes()), "is an error.", "is an error. Negative is impossible.", 1)
		return verdict.Diagnosis{
			Findings:   []verdict.Finding{{Clause: "E1", Cause: verdict.SpecGap}},
			Amendments: []spec.Amendment{{Kind: spec.AppendSentence, Clause: "E1", Text: "Negative is impossible.", Why: "it was open"}},
			Spec:       parse(t, text),
		}
	}
	w := &world{plan: []step{{text: "a", fails: []string{"E1"}}, {text: "b", fails: []string{"E1", "B1"}}}, tighten: sharpen}
	task := w.task(parse(t, specText))
	task.Budget.Attempts = 2
	got, err := w.run(t, task)
	if err != nil || got.Stop != loop.Attempts || got.Best.N != 1 {
		t.Fatalf("want the first attempt to be the best, got %+v %v", got, err)
	}
	last := w.commits[w.branch[len(w.branch)-1]]
	if last != "tree-a" || got.Best.Head.ID != "base" || w.locked {
		t.Errorf("want tree-a on the base without a lock, got %s on %s", last, got.Best.Head.ID)
	}
	if len(got.SpecCommits) != 1 {
		t.Errorf("want one commit for the tightened spec, got %v", got.SpecCommits)
	}
}

func TestNeedsReviewStops(t *testing.T) {
	t.Parallel()
	w := &world{plan: []step{{text: "a", fails: []string{"E1"}}}, tighten: func(*spec.Spec, verdict.Report) verdict.Diagnosis {
		return verdict.Diagnosis{Findings: []verdict.Finding{{Clause: "E1", Cause: verdict.SpecGap}}, Review: "E1 leaves open which distances are impossible"}
	}}
	got, err := w.run(t, w.task(parse(t, specText)))
	if err != nil || got.Stop != loop.NeedsReview || got.Why == "" {
		t.Fatalf("want needs-review with its reason, got %+v %v", got, err)
	}
}

// TestAJudgeAndTheCodeDisagreeTwice: neither has moved, so a person is asked, who is shown both sides. The tightener is not.
func TestAJudgeAndTheCodeDisagreeTwice(t *testing.T) {
	t.Parallel()
	object := func(text string) step { return step{text: text, fails: []string{"E1"}, judged: true} }
	tightened := 0
	w := &world{plan: []step{object("a"), {bad: true, text: "x"}, object("b"), {text: "c"}}}
	w.tighten = func(*spec.Spec, verdict.Report) verdict.Diagnosis { tightened++; return verdict.Diagnosis{} }
	got, err := w.run(t, w.task(parse(t, specText)))
	if err != nil || got.Stop != loop.NeedsReview || w.asked > 4 || tightened != 1 {
		t.Fatalf("got %+v %v", got, err)
	}
	want := `E1: the judge says that Window(-1) must give error, because of "is an error"; the code gives 0, nil, twice (window.go:8: return 0, nil // b)`
	if got.Why != want {
		t.Errorf("got %s", got.Why)
	}
	if w.rounds[len(w.rounds)-1].Feedback.Failures[0].Input != "Window(-1)" {
		t.Errorf("the model was told nothing of what was run: %+v", w.rounds[1].Feedback)
	}
	w = &world{plan: []step{object("a"), {text: "b", fails: []string{"E1"}}, object("c"), {text: "d"}}}
	if got, err = w.run(t, w.task(parse(t, specText))); err != nil || !got.Accepted() {
		t.Errorf("objections that are not of consecutive attempts: got %+v %v", got, err)
	}
}

// Whatever the stages do, the run ends inside its budget, accepts only what holds, and leaves the branch on something that
// was committed.
func TestTheLoopAsAStateMachine(t *testing.T) {
	t.Parallel()
	sp := parse(t, specText)
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"B1", "E1"}), rapid.ID[string])
		plan := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			s := step{text: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "text"), fails: ids.Draw(t, "fails"), judged: rapid.Bool().Draw(t, "judged")}
			switch rapid.IntRange(0, 7).Draw(t, "trouble") {
			case 0:
				s.bad = true
			case 1:
				s.finish = model.FinishLength
			case 2:
				s.err = &model.Error{Kind: model.ErrTimeout, Message: "stalled"}
			case 3:
				s.cancel = true
			}
			return s
		}), 1, 12).Draw(t, "plan")
		w := &world{plan: plan}
		task := w.task(sp)
		task.Budget = loop.Budget{Attempts: rapid.IntRange(1, 5).Draw(t, "attempts"), Tokens: rapid.SampledFrom([]int{0, 40, 100}).Draw(t, "tokens")}
		got, err := w.run(t, task)
		if got.Stop == "" || got.Attempts > task.Budget.Attempts {
			t.Fatalf("stop %q after %d of %d attempts", got.Stop, got.Attempts, task.Budget.Attempts)
		}
		if got.Accepted() != (got.Best != nil && got.Best.Report.Accepted(task.Policy)) || got.Accepted() != w.locked {
			t.Fatalf("accepted %v, locked %v, best %+v", got.Accepted(), w.locked, got.Best)
		}
		if (err != nil) != (got.Stop == loop.ModelError || got.Stop == loop.InternalError) {
			t.Fatalf("stop %s with error %v", got.Stop, err)
		}
		if (got.Stop == loop.NeedsReview) != w.twice() || (got.Why == "" && got.Stop == loop.NeedsReview) {
			t.Fatalf("stop %s (%s), and the judge said the same of two attempts in a row: %v", got.Stop, got.Why, w.twice())
		}
		last := w.branch[len(w.branch)-1]
		if _, ok := w.commits[last]; !ok {
			t.Fatalf("the branch ends on %s, which nobody committed", last)
		}
		if got.Best != nil && !strings.HasPrefix(w.commits[last], got.Best.Candidate.Tree) {
			t.Fatalf("the branch ends on %s, the best is %s", w.commits[last], got.Best.Candidate.Tree)
		}
	})
}

// twice says, by the journal alone, whether the last two candidates failed a clause by the same objection.
func (w *world) twice() bool {
	var reports []verdict.Report
	for _, e := range w.events {
		if b, ok := e.(journal.Evaluated); ok {
			reports = append(reports, b.Report)
		}
	}
	if len(reports) < 2 || reports[len(reports)-1].Accepted(verdict.DefaultPolicy()) {
		return false
	}
	failed := func(r verdict.Report) string {
		ids := ""
		for _, v := range r.Verdicts {
			if v.Basis == verdict.Judged {
				ids += v.Clause
			}
		}
		return ids
	}
	return strings.ContainsAny(strings.ReplaceAll(failed(reports[len(reports)-1]), "1", ""), failed(reports[len(reports)-2]))
}
