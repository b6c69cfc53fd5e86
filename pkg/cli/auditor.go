package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// audit is one audit on its way.
type audit struct {
	env      Env
	options  auditOptions
	project  *project // reads from the tree that is audited
	set      *prompts.Set
	opinions *opinions
	chosen   []patch.File // specs
	skipped  []journal.Skipped
	out      *auditOutput

	verdictsAlone bool // nobody asks which clauses lines serve, or what became of clauses since they were agreed on

	now *component // the one that is being audited
}

// component is what an audit knows of the component at hand.
type component struct {
	spec  *spec.Spec
	trees trees
	bench *runner.Bench
}

// openAudit reads what is audited, and finds out which components that are.
func openAudit(ctx context.Context, env Env, o auditOptions, out *auditOutput) (*audit, error) {
	p, err := openProjectOf(ctx, env, o.Rev, o.Flags, o.Rev != "")
	if err != nil {
		return nil, err
	}
	if p.seen == "" {
		if p.repo.Bare() {
			return nil, p.needCommit()
		}
		if p.seen, err = p.repo.Snapshot(ctx, p.baseTree); err != nil {
			return nil, err
		}
	}
	a := &audit{env: env, options: o, project: p, out: out}
	if a.set, err = p.templates(ctx, p.seen); err != nil {
		return nil, err
	}
	if err := p.weighJudge(ctx, a.set); err != nil {
		return nil, err
	}
	if err := a.choose(ctx); err != nil {
		return nil, err
	}
	a.opinions = newOpinions(env, modelOptions{
		config: p.config, roles: []model.Role{model.Judge}, record: o.Record, replay: o.Replay, locate: a.locate(ctx), retried: out.retried,
	}, func() { out.progress.Doing(a.now.spec.Front.Component + "  asking the judge") })
	if (o.Record != "" || o.Replay != "") && a.opinions.missing() == "" {
		return a, a.opinions.open(ctx) // a file that was named is there, whether or not anything is asked
	}
	return a, nil
}

// choose finds the specs that are asked for.
func (a *audit) choose(ctx context.Context) error {
	files, err := a.project.specFiles(ctx)
	if err != nil {
		return err
	}
	if a.options.All {
		if len(files) == 0 {
			return usage("specgen new NAME writes a spec from a template", "there are no specs: no file matches %v", a.project.config.Specs())
		}
		a.chooseAll(files)
		return nil
	}
	taken := map[string]bool{}
	for _, name := range a.options.Names {
		f, ok := a.project.chosen(a.env, files, name)
		if !ok {
			return a.project.unknownComponent(name, components(files))
		}
		if !taken[f.Path] {
			a.chosen = append(a.chosen, f)
		}
		taken[f.Path] = true
	}
	return nil
}

// chooseAll leaves out what is not, or no longer, agreed on. A spec that cannot be read is kept, so that it is said.
func (a *audit) chooseAll(files []patch.File) {
	for _, f := range files {
		sp, err := spec.Parse(f.Path, f.Data)
		if err == nil && (sp.Front.Status == spec.Draft || sp.Front.Status == spec.Superseded) {
			a.skipped = append(a.skipped, journal.Skipped{Component: sp.Front.Component, Spec: f.Path, Status: string(sp.Front.Status)})
			continue
		}
		a.chosen = append(a.chosen, f)
	}
}

// run audits the components one after the other. One that cannot be audited does not keep the others from it.
func (a *audit) run(ctx context.Context) error {
	began := a.env.Clock()
	a.out.begin(components(a.chosen))
	end := a.out.progress.start()
	last := journal.AuditFinished{Skipped: a.skipped}
	code := ExitOK
	for _, f := range a.chosen {
		body, err := a.component(ctx, f)
		if ctx.Err() != nil {
			code, last.Error = ExitInterrupted, failure(context.Canceled)
			break
		}
		code = worst(code, count(&last, body, err))
		a.out.audited(body, err)
	}
	end()
	if err := a.opinions.close(); err != nil {
		code, last.Error = worst(code, explain(err).Code), failure(err)
		complain(a.env.Stderr, err, a.options.style.Verbose)
	}
	last.Usage, last.Cost, last.Priced = a.opinions.Spent()
	last.Priced = last.Priced && len(a.project.config.Prices()) > 0
	last.Exit, last.Duration = int(code), a.env.Clock().Sub(began).Milliseconds()
	a.out.finished(last)
	if code == ExitOK {
		return nil
	}
	return exitError{code}
}

// count adds a component to the result of the audit, and gives the exit code that it alone would have.
func count(last *journal.AuditFinished, body journal.Audited, err error) Exit {
	switch {
	case err != nil:
		last.Errors = append(last.Errors, body.Component)
		return explain(err).Code
	case body.Outcome == outcomeAccepted:
		last.Accepted = append(last.Accepted, body.Component)
		return ExitOK
	}
	last.NotAccepted = append(last.NotAccepted, body.Component)
	return ExitFindings
}

// The outcomes of a component, as of a run.
const (
	outcomeAccepted    = "accepted"
	outcomeNotAccepted = "not-accepted"
	outcomeError       = "error"
)

// component audits one. An error, which the body carries too, is about this component alone.
func (a *audit) component(ctx context.Context, f patch.File) (journal.Audited, error) {
	began := a.env.Clock()
	body := journal.Audited{
		Component: components([]patch.File{f})[0], Spec: f.Path, Tree: a.project.seen, Outcome: outcomeError, Blocking: []string{},
		Verdicts: emptyVerdicts(), Findings: []journal.SpecFinding{}, Warnings: []string{}, Walls: []string{}, Unwalled: []journal.MissingWall{},
		Sandbox: string(a.project.config.Config().Sandbox.Mode),
	}
	if a.project.seen == a.project.baseTree && (a.options.Rev != "" || a.project.repo.Bare()) {
		body.Revision = a.project.base
	}
	err := a.inspect(ctx, f, &body)
	if err != nil {
		body.Outcome, body.Error = outcomeError, failure(err)
	}
	body.Duration = a.env.Clock().Sub(began).Milliseconds()
	return body, err
}

// inspect reads the spec and evaluates the code that it speaks of.
func (a *audit) inspect(ctx context.Context, f patch.File, body *journal.Audited) error {
	sp, err := spec.Parse(f.Path, f.Data)
	if err != nil {
		return err
	}
	body.Digest = sp.Digest()
	if err := needTargets(sp); err != nil {
		return err
	}
	a.now = &component{spec: sp, trees: componentTrees(a.project.repo, sp)}
	policy := a.policy()
	problems, err := undecidable(ctx, a.now.trees, sp, a.project.seen, policy)
	if err != nil {
		return err
	}
	for _, p := range problems {
		body.Findings = append(body.Findings, journal.SpecFinding{
			File: p.Path, Line: p.Pos.Line, Col: p.Pos.Col, Clause: p.Clause, Message: p.Message, Fix: p.Fix,
		})
	}
	weakened, err := a.project.weakened(ctx, a.project.seen, sp)
	if err != nil {
		return err
	}
	body.Warnings = append(body.Warnings, weakened...)
	a.out.progress.Doing(sp.Front.Component + "  running the checks")
	found, err := a.evaluate(ctx, body)
	if err != nil {
		return err
	}
	a.fill(body, found, policy)
	if body.Outcome != outcomeAccepted || a.verdictsAlone {
		return nil
	}
	laundered, unknown, err := a.laundered(ctx, found)
	if err != nil {
		return err
	}
	launder(body, laundered, unknown)
	return nil
}

// launder writes down which clauses were changed while the code violated them. One without a why and an owner keeps the code from
// being accepted.
func launder(body *journal.Audited, found []journal.Laundered, unknown string) {
	body.Laundered = found
	if unknown != "" {
		body.Warnings = append(body.Warnings, unknown)
	}
	for _, l := range found {
		if l.Why == "" {
			body.Outcome = outcomeNotAccepted
		}
	}
}

// policy is that of the project. Where nobody can be asked no opinion counts.
func (a *audit) policy() verdict.Policy {
	policy := a.project.policy()
	if a.opinions.missing() != "" || a.project.unbelieved != "" {
		policy.JudgedMust = nil
	}
	return policy
}

// evaluate takes the code as though a run had written all of its files.
func (a *audit) evaluate(ctx context.Context, body *journal.Audited) (verdict.Report, error) {
	sp, tree := a.now.spec, a.project.seen
	present, err := a.now.trees.Files(ctx, tree, sp.IsTarget)
	if err != nil {
		return verdict.Report{}, err
	}
	code, why := changesOf(sp, present)
	if ignored := a.ignored(); why != "" && len(present) == 0 && ignored != "" {
		why = ignored + " is there, but git leaves it out: it is ignored, or in a repository of its own"
	}
	if why != "" {
		body.Absent = why
		return evaluate.New(a.now.trees, nil, nil, a.project.evaluation(a.env, nil)).Undecided(ctx, sp, tree, why)
	}
	if err := a.project.config.PrepareAllowed(config.Prepare{Spec: sp.Path, Commands: sp.Front.Prepare}); err != nil {
		return verdict.Report{}, err
	}
	if a.now.bench, err = a.project.openBench(ctx, a.env, sp, a.project.repo, false); err != nil {
		return verdict.Report{}, err
	}
	found, err := a.onBench(ctx, patch.Candidate{Tree: tree, Changes: code})
	if err == nil && found.Walls != nil {
		body.Unwalled = append(body.Unwalled, missingWalls(a.now.bench.Walls())...)
	}
	return found, errors.Join(err, a.now.bench.Close())
}

// onBench prepares the checkout, evaluates, and leaves the checkout at a tree that git has: the next audit then writes the difference, and
// not all files.
func (a *audit) onBench(ctx context.Context, c patch.Candidate) (verdict.Report, error) {
	bench, base := a.now.bench, a.project.standsOn(c.Tree)
	if err := prepareTree(ctx, bench, a.now.spec, base); err != nil {
		return verdict.Report{}, err
	}
	known, err := a.project.boundBy(ctx, a.now.spec.Front.Component)
	if err != nil {
		return verdict.Report{}, err
	}
	options := a.project.evaluation(a.env, known)
	options.NoLedger = a.verdictsAlone
	options.Policy, options.Enough, options.NoJudge = a.policy(), a.opinions.enough, cmp.Or(a.opinions.missing(), a.project.unbelieved)
	judge := a.project.judge(a.opinions, a.set)
	if options.NoJudge != "" {
		judge = nil
	}
	found, err := evaluate.New(a.now.trees, bench, judge, options).Evaluate(ctx, a.now.spec, c)
	if err != nil || base == c.Tree || found.Walls == nil {
		return found, err
	}
	return found, bench.Switch(ctx, base)
}

// changesOf gives the code that is there as the changes that would have made it, so that the gates look at all of it. why says that there
// is none.
func changesOf(sp *spec.Spec, present []patch.File) (code []patch.Change, why string) {
	why = "no target file is there yet: specgen run " + sp.Front.Component
	for _, f := range present {
		if f.Mode != patch.ModeFile && f.Mode != patch.ModeExecutable {
			why = f.Path + " is a link, and targets are files: put the file itself there"
			continue
		}
		code = append(code, patch.Change{Action: patch.Modify, Path: f.Path, Mode: f.Mode})
	}
	if len(code) > 0 {
		return code, ""
	}
	return nil, why
}

// ignored names a target that is in the working tree all the same, where the tree that is audited has none.
func (a *audit) ignored() string {
	if a.options.Rev != "" || a.project.repo.Bare() {
		return ""
	}
	for _, target := range a.now.spec.Front.Targets {
		info, err := os.Stat(filepath.Join(a.project.repo.Root(), filepath.FromSlash(target)))
		if err == nil && info.Mode().IsRegular() {
			return target
		}
	}
	return ""
}

// fill writes down what was found.
func (a *audit) fill(body *journal.Audited, found verdict.Report, policy verdict.Policy) {
	body.Verdicts, body.Build, body.Conflict, body.Tests, body.Ledger = found.Verdicts, found.Build, found.Conflict, found.Tests, found.Ledger
	if body.Verdicts == nil {
		body.Verdicts = emptyVerdicts()
	}
	body.Walls, body.Opinions, body.Judge = append(body.Walls, found.Walls...), found.OpinionAlone(), found.Judge
	for _, v := range found.Blocking(policy) {
		body.Blocking = append(body.Blocking, v.Clause)
	}
	if a.project.config.Config().Evaluate.Judge == config.JudgeAlways && a.opinions.missing() != "" {
		body.Warnings = append(body.Warnings, "nobody took the second look that evaluate.judge asks for: "+a.opinions.missing())
	}
	if a.project.unbelieved != "" {
		body.Warnings = append(body.Warnings, a.project.unbelieved)
	}
	for _, v := range found.Warnings() {
		body.Warnings = append(body.Warnings, fmt.Sprintf("%s %s: %s", v.Clause, v.Status, v.Reason))
	}
	body.Outcome = outcomeNotAccepted
	if found.Accepted(policy) && len(body.Findings) == 0 && body.Absent == "" {
		body.Outcome = outcomeAccepted
	}
}

// locate finds where a line of a prompt comes from, for the component at hand.
func (a *audit) locate(ctx context.Context) model.Locate {
	return func(line string) (string, int, bool) {
		return locate(ctx, a.now.trees, a.project.seen, a.now.spec, line)
	}
}
