package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/challenge"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// violations are planted into the code of one component, whoever asks: a challenge, a calibration, or a run that has to know whether
// checks are bound.
type violations struct {
	env      Env
	project  *project
	spec     *spec.Spec
	trees    trees
	tree     string // whose code is challenged
	progress *progress
	workers  int // 0: as many as there are processors

	planting *planting
	benches  []*runner.Bench
}

// plant challenges the code, of which base is the report.
func (v *violations) plant(ctx context.Context, base verdict.Report, o challenge.Options) (found verdict.Challenge, err error) {
	err = v.on(ctx, o, func(stage *challenge.Stage, c patch.Candidate) error {
		found, err = stage.Challenge(ctx, v.spec, c, base)
		return err
	})
	return found, err
}

// calibrate measures the evaluator on the code, of which base is the report.
func (v *violations) calibrate(ctx context.Context, base verdict.Report, o challenge.Options) (found verdict.Calibration, err error) {
	err = v.on(ctx, o, func(stage *challenge.Stage, c patch.Candidate) error {
		_, found, err = stage.Calibrate(ctx, v.spec, c, base)
		return err
	})
	return found, err
}

// on has something done with the stage, on checkouts that are open as long.
func (v *violations) on(ctx context.Context, o challenge.Options, do func(*challenge.Stage, patch.Candidate) error) error {
	if err := v.open(ctx); err != nil {
		return errors.Join(err, v.close(ctx))
	}
	stage, c, err := v.stage(ctx, o)
	if err == nil {
		err = do(stage, c)
	}
	return errors.Join(err, v.close(ctx))
}

// open takes a checkout for each worker.
func (v *violations) open(ctx context.Context) error {
	v.planting = newPlanting(v.project.repo, v.tree)
	workers := v.workers
	if workers == 0 {
		workers = runtime.NumCPU()
	}
	for range workers {
		bench, err := v.project.openBench(ctx, v.env, v.spec, v.planting, false)
		if err != nil {
			return err
		}
		v.benches = append(v.benches, bench)
		if err := prepareTree(ctx, bench, v.spec, v.project.standsOn(v.tree)); err != nil {
			return err
		}
	}
	return nil
}

// close leaves the checkouts at a tree that git has, so that the next command writes only what differs from it.
func (v *violations) close(ctx context.Context) error {
	var errs []error
	for _, b := range v.benches {
		if v.project.baseTree != "" {
			errs = append(errs, b.Switch(context.WithoutCancel(ctx), v.project.baseTree)) // also after an interruption
		}
		errs = append(errs, b.Close())
	}
	v.benches = nil
	return errors.Join(errs...)
}

// stage is the challenge stage, with the code as a candidate.
func (v *violations) stage(ctx context.Context, o challenge.Options) (*challenge.Stage, patch.Candidate, error) {
	present, err := v.trees.Files(ctx, v.tree, v.spec.IsTarget)
	if err != nil {
		return nil, patch.Candidate{}, err
	}
	code, _ := changesOf(v.spec, present)
	o.Clock = v.env.Clock
	o.Progress = func(done, of int) {
		v.progress.Still(fmt.Sprintf("%s  %d of %s tried", v.spec.Front.Component, done, report.Count(of, "violation")))
	}
	if o.Evaluator == nil {
		o.Evaluator = v.evaluator
	}
	var workers []challenge.Worker
	for _, b := range v.benches {
		workers = append(workers, challenge.Worker{Bench: challengeBench{b}, Plant: v.planting.Plant})
	}
	v.progress.Doing(v.spec.Front.Component + "  building the violations")
	return challenge.New(v.trees, workers, o), patch.Candidate{Tree: v.tree, Changes: code}, nil
}

// evaluator is the evaluate stage without a judge. That a failure repeats need not be shown: the code without the violation passed.
func (v *violations) evaluator(source challenge.Source, checkout challenge.Checkout) challenge.Evaluator {
	o := v.project.evaluation(v.env, nil)
	o.NoConfirm, o.NoLedger, o.NoJudge = true, true, "nobody is asked about violations"
	return evaluate.New(source, checkout, nil, o)
}

// challengeBench is a runner.Bench as the stage sees it.
type challengeBench struct{ *runner.Bench }

// Compile implements challenge.Bench.
func (b challengeBench) Compile(ctx context.Context, tests spec.Tests, seen []patch.File, exact bool) (challenge.Programs, verdict.Execution, error) {
	built, done, err := b.Bench.Compile(ctx, runner.Build{Tests: tests, Seen: seen, Exact: exact, NoVet: true})
	if err != nil || built == nil {
		return nil, done, err
	}
	return built, done, nil
}

// Reach implements challenge.Bench.
func (b challengeBench) Reach(ctx context.Context, tests spec.Tests, seen []patch.File, only []string) ([]verdict.Block, error) {
	found, err := b.CoverBuild(ctx, runner.Build{Tests: tests, Seen: seen, NoVet: true}, [][]string{only})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// boundFile is where a kept challenge stands in its commit.
const boundFile = "challenge.json"

func boundName(component string) string { return "bound/" + component }

// keepBound stores what a challenge found, where runs, audits and reports find it, and gives the ref.
func (p *project) keepBound(ctx context.Context, found verdict.Challenge) (string, error) {
	return p.keep(ctx, boundName(found.Component), boundFile, found, "Challenge of "+found.Component)
}

// boundBy gives what the last challenge of a component found, by the digests of its checks. One that cannot be read measures nothing.
func (p *project) boundBy(ctx context.Context, component string) (func(check string) string, error) {
	var kept verdict.Challenge
	ok, err := p.kept(ctx, boundName(component), boundFile, &kept)
	if err != nil {
		return nil, err
	}
	if !ok || kept.V > verdict.ChallengeVersion {
		kept = verdict.Challenge{}
	}
	return kept.Of, nil
}

// measured is an evaluate stage that measures whether checks are bound where the policy asks for it and nobody has: on the first code
// that holds otherwise.
type measured struct {
	stage   *evaluate.Stage
	policy  verdict.Policy
	measure func(ctx context.Context, sp *spec.Spec, c patch.Candidate, base verdict.Report) (verdict.Challenge, error)
}

// Evaluate implements loop.Evaluator.
func (m measured) Evaluate(ctx context.Context, sp *spec.Spec, c patch.Candidate) (verdict.Report, error) {
	report, err := m.stage.Evaluate(ctx, sp, c)
	if err != nil {
		return report, err
	}
	unknown := false
	for _, v := range report.Unproven(m.policy) {
		unknown = unknown || v.Bound == verdict.NotMeasured
	}
	if !unknown {
		return report, nil
	}
	found, err := m.measure(ctx, sp, c, report)
	if err != nil {
		return report, err
	}
	for i := range report.Verdicts {
		v := &report.Verdicts[i]
		v.Bound = found.Clauses[i].Bound
		v.Refused = m.policy.Refuses(*v)
	}
	return report, nil
}
