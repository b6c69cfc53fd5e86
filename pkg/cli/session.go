package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/loop"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/apply"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/stage/generate"
	"github.com/specgen-dev/specgen/pkg/stage/render"
	"github.com/specgen-dev/specgen/pkg/stage/tighten"
	"github.com/specgen-dev/specgen/prompts"
)

// session is one run on its way: what it stands on and what it holds open.
type session struct {
	env     Env
	options runOptions
	project *project
	spec    *spec.Spec
	set     *prompts.Set
	id      string
	start   loop.Commit
	trees   trees
	resumed *journal.RunStarted // the first event of a run that goes on; nil for a new one

	warnings []string
	journal  *journal.Journal
	recall   *journal.Recall
	models   *models
	bench    *runner.Bench
	bound    func(check string) string // which checks have been seen to fail
	branch   *branch
	out      *runOutput
}

// performRun prepares a run, takes it through the loop and settles it. finished is nil if the run never began, or was dry.
func performRun(ctx context.Context, env Env, o runOptions, out *runOutput) (finished *journal.Finished, err error) {
	s := &session{env: env, options: o, out: out}
	if o.Resume != "" {
		err = s.takeUp(ctx)
	} else {
		err = s.prepare(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	if o.DryRun {
		return nil, s.dryRun(ctx)
	}
	finished, err = s.run(ctx)
	return finished, errors.Join(err, s.close())
}

// prepare reads everything that a new run works from, and refuses what cannot lead anywhere before a request is paid for.
func (s *session) prepare(ctx context.Context) error {
	p, err := openProject(ctx, s.env, s.options.Base, s.options.Flags)
	if err != nil {
		return err
	}
	s.project = p
	if err := p.needCommit(); err != nil {
		return err
	}
	if s.spec, err = p.find(ctx, s.env, s.options.Component); err != nil {
		return err
	}
	in, err := p.gather(ctx, s.spec)
	if err != nil {
		return err
	}
	weakened, err := p.weakened(ctx, p.baseTree, s.spec)
	if err != nil {
		return err
	}
	s.warnings = slices.Concat(in.warnings, weakened)
	s.trees = componentTrees(p.repo, s.spec)
	if s.set, err = p.templates(ctx, in.start); err != nil {
		return err
	}
	if err := p.weighJudge(ctx, s.set); err != nil {
		return err
	}
	if p.unbelieved != "" {
		s.warnings = append(s.warnings, p.unbelieved)
	}
	if err := s.admit(ctx, in); err != nil {
		return err
	}
	now := s.env.Clock()
	if s.id, err = runID(now, s.env.Random); err != nil {
		return err
	}
	if s.options.DryRun {
		s.start = loop.Commit{ID: p.base, Tree: in.start}
		return nil
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	s.start, err = p.commitInputs(ctx, in, s.id, now)
	return err
}

// admit says whether a run of this spec can lead anywhere.
func (s *session) admit(ctx context.Context, in inputs) error {
	if err := needTargets(s.spec); err != nil {
		return err
	}
	edits, err := s.project.handEdits(ctx, s.spec)
	if err != nil {
		return err
	}
	if len(edits) > 0 {
		return handEditsFailure(s.spec, edits)
	}
	problems, err := undecidable(ctx, s.trees, s.spec, in.start, s.project.policy())
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		return s.project.config.PrepareAllowed(config.Prepare{Spec: s.spec.Path, Commands: s.spec.Front.Prepare})
	}
	var lines, hints []string
	if s.project.unbelieved != "" {
		hints = append(hints, s.project.unbelieved)
	}
	for _, problem := range problems {
		lines = append(lines, problem.String())
		hints = append(hints, problem.Fix)
	}
	return &Error{Code: ExitUsage, Kind: "spec", Message: strings.Join(lines, "\nspecgen: "), Hint: strings.Join(unique(hints), "\n")}
}

// takeUp prepares a run that goes on, from the inputs in its journal.
func (s *session) takeUp(ctx context.Context) error {
	r, err := s.env.openRepo(ctx)
	if err != nil {
		return err
	}
	files, err := openRun(ctx, r, s.options.Resume)
	if err != nil {
		return err
	}
	events, err := files.Events()
	if err != nil {
		return err
	}
	started, err := resumable(events, s.options.Resume)
	if err != nil {
		return err
	}
	s.resumed, s.id = started, started.Run
	if s.options.Flags, err = resumedFlags(started.Options, s.options.Flags); err != nil {
		return err
	}
	if s.project, err = openProject(ctx, s.env, started.Base, s.options.Flags); err != nil {
		return err
	}
	tree, err := r.TreeOf(ctx, started.Start)
	if err != nil {
		return err
	}
	s.start = loop.Commit{ID: started.Start, Tree: tree}
	found, err := r.Files(ctx, tree, func(p string) bool { return p == started.Spec }, repo.Under(started.Spec)...)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return &Error{Code: ExitRepository, Kind: "repository", Message: started.Spec + " is not in " + started.Start, Hint: "start a new run"}
	}
	if s.spec, err = spec.Parse(started.Spec, found[0].Data); err != nil {
		return err
	}
	s.options.Component = started.Component
	s.trees = componentTrees(r, s.spec)
	if s.set, err = s.project.templates(ctx, tree); err != nil {
		return err
	}
	if err := s.project.weighJudge(ctx, s.set); err != nil {
		return err
	}
	return s.open(ctx)
}

// resumable gives the first event of a run if there is anything left to do in it.
func resumable(events []journal.Event, name string) (*journal.RunStarted, error) {
	if len(events) == 0 {
		return nil, usage("start a new run", "run %s has no events", name)
	}
	started, ok := events[0].Body.(journal.RunStarted)
	if !ok {
		return nil, usage("start a new run", "run %s cannot go on: its journal does not begin with its start", name)
	}
	if last, ok := events[len(events)-1].Body.(journal.Finished); ok && last.Outcome == "accepted" {
		return nil, usage("specgen show "+name+" prints it", "run %s was accepted; there is nothing to go on with", name)
	}
	return &started, nil
}

// open takes hold of what a run needs outside of the repository: a sandboxed checkout, the journal, the models.
func (s *session) open(ctx context.Context) error {
	var err error
	if s.bound, err = s.project.boundBy(ctx, s.spec.Front.Component); err != nil {
		return err
	}
	s.models, err = openModels(ctx, s.env, modelOptions{
		config: s.project.config, roles: s.roles(), record: s.options.Record, replay: s.options.Replay,
		locate: s.locate(ctx), retried: s.retried,
	})
	if err != nil {
		return err
	}
	if s.bench, err = s.project.openBench(ctx, s.env, s.spec, s.project.repo, s.options.demo); err != nil {
		return err
	}
	state, err := s.project.repo.StateDir()
	if err != nil {
		return err
	}
	if s.journal, err = journal.Open(filepath.Join(state, runsFolder, s.id), s.env.Clock, s.out.event); err != nil {
		return err
	}
	s.out.blob = s.journal.Blob
	s.recall = journal.NewRecall(s.journal.Past())
	s.models.keep(s.journal, s.recall)
	return nil
}

// roles are those that this run may ask.
func (s *session) roles() []model.Role {
	roles := []model.Role{model.Generator}
	c := s.project.config.Config()
	if c.Evaluate.Judge != config.JudgeOff {
		roles = append(roles, model.Judge)
	}
	if c.Tighten != config.TightenOff {
		roles = append(roles, model.Tightener)
	}
	return roles
}

// loop wires the stages.
func (s *session) loop(ctx context.Context) (*loop.Loop, loop.Task) {
	c := s.project.config
	trees := s.trees
	tightener := tightenStage{trees, tighten.New(s.models, c.Settings(model.Tightener), s.set, tighten.Mode(c.Config().Tighten))}
	evaluator := measured{
		stage:  evaluate.New(trees, s.bench, s.project.judge(s.models, s.set), s.project.evaluation(s.env, s.bound)),
		policy: s.project.policy(), measure: s.measure,
	}
	l := &loop.Loop{
		Render:   guardedRender{render.New(trees, s.set, c.Role(model.Generator).MaxPromptTokens), s.secretGuard(ctx)},
		Generate: generate.New(s.models, c.Settings(model.Generator), s.out.progress.Tokens),
		Apply:    apply.New(trees, s.bench, apply.WithFormatters(c.Config().Format...)),
		Evaluate: recalled{evaluator, s.recall},
		Tighten:  tightener,
		Branch:   s.branch, Trees: trees, Journal: s.journal, Spend: s.models, Clock: s.env.Clock,
		Lock: locker{trees: trees, run: s.id, model: c.Role(model.Generator).Name, templates: s.set.Digests()},
	}
	return l, s.task()
}

func (s *session) task() loop.Task {
	c := s.project.config
	budget := c.Config().Budget
	return loop.Task{
		Run: s.id, Component: s.spec.Front.Component, Spec: s.spec, Start: s.start,
		Format: prompts.Format(c.Role(model.Generator).Format), Retry: loop.Retry(c.Config().Retry), Policy: s.project.policy(),
		Budget: loop.Budget{Attempts: budget.Attempts, Tokens: budget.Tokens, Cost: budget.Cost, Time: budget.Time.Std()},
		Model:  c.Role(model.Generator).Name, Elapsed: journal.Elapsed(s.journal.Past()), History: s.history(),
	}
}

// run begins the branch and the journal, goes round the loop, and keeps what happened.
func (s *session) run(ctx context.Context) (*journal.Finished, error) {
	began := s.env.Clock()
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	if err := prepareTree(ctx, s.bench, s.spec, s.start.Tree); err != nil {
		return s.finish(ctx, loop.Result{Stop: loop.InternalError}, err, began)
	}
	l, task := s.loop(ctx)
	end := s.out.progress.start()
	result, err := l.Run(ctx, task)
	end()
	return s.finish(ctx, result, err, began)
}

// begin puts the branch where the run starts, and opens the journal's stream.
func (s *session) begin(ctx context.Context) error {
	s.branch = &branch{repo: s.project.repo, name: branchName(s.spec.Front.Component, s.id), at: repo.Zero}
	if s.resumed != nil {
		at, err := s.project.repo.Ref(ctx, "refs/heads/"+s.branch.name)
		if err != nil && !errors.Is(err, repo.ErrNotFound) {
			return err
		}
		if err == nil {
			s.branch.at = at
		}
		if err := s.journal.Append(journal.RunResumed{Run: s.id, Elapsed: journal.Elapsed(s.journal.Past())}); err != nil {
			return err
		}
		return s.branch.Move(ctx, s.start.ID)
	}
	options, err := terms{Flags: s.options.Flags, Config: s.project.config.Config()}.encode()
	if err != nil {
		return err
	}
	err = s.journal.Append(journal.RunStarted{
		Run: s.id, Component: s.spec.Front.Component, Base: s.project.base, Start: s.start.ID, Spec: s.spec.Path,
		Digest: s.spec.Digest(), Clauses: len(s.spec.Clauses()), Branch: s.branch.name,
		Model: s.project.config.Role(model.Generator).Name, Templates: templatesDigest(s.set), Options: options, Warnings: s.warnings,
	})
	if err != nil {
		return err
	}
	return s.branch.Move(ctx, s.start.ID)
}

// finish writes the result, and keeps the run as one commit in git.
func (s *session) finish(ctx context.Context, result loop.Result, failed error, began time.Time) (*journal.Finished, error) {
	ctx = context.WithoutCancel(ctx)
	used, cost, priced := s.models.Spent()
	body := journal.Finished{
		Run: s.id, Component: s.spec.Front.Component, Outcome: "not-accepted", Stop: string(result.Stop),
		Branch: s.branch.name, Commit: result.Commit, Base: s.project.base, Attempts: result.Attempts,
		Verdicts: emptyVerdicts(), Usage: used, Cost: cost, Priced: priced && len(s.project.config.Prices()) > 0,
		Duration:    (s.env.Clock().Sub(began) + journal.Elapsed(s.journal.Past())).Milliseconds(),
		SpecCommits: append([]string{}, result.SpecCommits...), Why: result.Why, Shapes: result.Shapes,
		Walls: s.bench.Walls().Names(), Unwalled: missingWalls(s.bench.Walls()),
	}
	if result.Best != nil {
		best := result.Best.Report
		body.Best, body.Verdicts, body.Ledger, body.Opinions = result.Best.N, best.Verdicts, best.Ledger, best.OpinionAlone()
		body.Judge = best.Judge
	}
	switch {
	case failed != nil:
		f := explain(failed)
		body.Outcome, body.Error = "error", &journal.Failure{Kind: f.Kind, Message: f.Message, Hint: f.Hint}
	case result.Accepted():
		body.Outcome = "accepted"
	}
	if result.Commit == "" && s.start.ID == s.project.base && len(result.SpecCommits) == 0 {
		// Nothing was made that the branch could hold.
		failed = errors.Join(failed, s.branch.drop(ctx))
		body.Branch = ""
	}
	if err := s.journal.Append(body); err != nil {
		return nil, errors.Join(failed, err)
	}
	return &body, errors.Join(failed, s.keep(ctx))
}

// keep stores the run in git, where it can be fetched and survives clones.
func (s *session) keep(ctx context.Context) error {
	files, err := journal.All(s.journal.Dir())
	if err != nil {
		return err
	}
	attempts := map[string]string{}
	events, err := journal.Folder(s.journal.Dir()).Events()
	if err != nil {
		return err
	}
	for _, e := range events {
		if a, ok := e.Body.(journal.Applied); ok {
			attempts[fmt.Sprint(a.Attempt)] = a.Tree
		}
	}
	_, err = s.project.repo.SaveRun(ctx, repo.Run{ID: s.id, Files: files, Attempts: attempts})
	return err
}

func (s *session) close() error {
	var errs []error
	if s.models != nil {
		errs = append(errs, s.models.close())
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	if s.bench != nil {
		errs = append(errs, s.bench.Close())
	}
	return errors.Join(errs...)
}

// retried tells that a request is sent again.
func (s *session) retried(n model.RetryNotice) {
	_ = s.journal.Append(journal.Retried{Message: n.Err.Message, Wait: n.Wait})
}

// locate finds where a line of a prompt comes from.
func (s *session) locate(ctx context.Context) model.Locate {
	return func(line string) (string, int, bool) { return locate(ctx, s.trees, s.start.Tree, s.spec, line) }
}
