package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/challenge"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// calibrator measures the evaluator on one component after the other.
type calibrator struct {
	env      Env
	options  calibrateOptions
	audit    *audit
	progress *progress
	opinions *opinions // of the judge that is measured; nil: nobody is asked
	asker    *model.Asker
}

func openCalibrator(ctx context.Context, env Env, o calibrateOptions, p *progress) (*calibrator, error) {
	asked := auditOptions{Names: o.Names, All: o.All, Rev: o.Tree, Flags: o.Flags, style: o.style}
	a, err := openSilentAudit(ctx, env, asked, p, "calibrate")
	if err != nil {
		return nil, err
	}
	c := &calibrator{env: env, options: o, audit: a, progress: p}
	if o.Judge == 0 {
		return c, nil
	}
	c.opinions = newOpinions(env, modelOptions{
		config: a.project.config, roles: []model.Role{model.Judge}, record: o.Record, replay: o.Replay, locate: a.locate(ctx), retried: a.out.retried,
	}, func() {})
	c.asker = model.NewAsker(c.opinions, a.project.config.Settings(model.Judge))
	return c, c.opinions.open(ctx)
}

// run measures, puts the rates together, and keeps those of the judge.
func (c *calibrator) run(ctx context.Context) (journal.Calibrated, error) {
	began := c.env.Clock()
	out := journal.Calibrated{Components: []verdict.Calibration{}, Left: []journal.LeftOut{}}
	for _, f := range c.audit.chosen {
		body, err := c.audit.component(ctx, f)
		if ctx.Err() != nil {
			return out, errors.Join(ctx.Err(), c.close())
		}
		if err != nil || !challengeable(body) {
			why := notAcceptedYet(body).Message
			if err != nil {
				why = err.Error()
			}
			out.Left = append(out.Left, journal.LeftOut{Component: body.Component, Why: why})
			continue
		}
		one, err := c.component(ctx, verdict.Report{Verdicts: body.Verdicts})
		if err != nil {
			return out, errors.Join(err, c.close())
		}
		out.Components = append(out.Components, one)
		out.Executed = out.Executed.Add(one.Executed)
		if one.Judge != nil {
			sum := one.Judge.Add(out.Judged())
			out.Judge = &verdict.JudgeErrors{V: verdict.CalibrationVersion, Errors: sum}
		}
	}
	out.Duration = c.env.Clock().Sub(began).Milliseconds()
	if err := c.finish(ctx, &out); err != nil {
		return out, errors.Join(err, c.close())
	}
	return out, c.close()
}

func (c *calibrator) close() error {
	if c.opinions == nil {
		return nil
	}
	return c.opinions.close()
}

// component measures on the component that was audited last.
func (c *calibrator) component(ctx context.Context, base verdict.Report) (verdict.Calibration, error) {
	v := c.audit.violations()
	o := challenge.Options{Seed: c.options.Seed, Most: c.options.Most, Rewrites: c.options.Rewrites, Judge: c.options.Judge}
	if c.opinions != nil {
		o.Opinion = c.opinion
	}
	return v.calibrate(ctx, base, o)
}

// opinion is the judge alone, believed in every section.
func (c *calibrator) opinion(source challenge.Source, checkout challenge.Checkout) challenge.Opinion {
	o := c.audit.project.evaluation(c.env, nil)
	o.Policy = verdict.Policy{JudgedMust: map[spec.SectionKind]bool{
		spec.Behavior: true, spec.EdgeCases: true, spec.Invariants: true, spec.NonGoals: true,
	}}
	return evaluate.New(source, checkout, &evaluate.Judge{Asker: c.asker, Prompts: c.audit.set}, o)
}

// finish names the judge, keeps its rates, and decides the exit.
func (c *calibrator) finish(ctx context.Context, out *journal.Calibrated) error {
	out.Exit = int(ExitOK)
	over := func(e verdict.Errors) bool {
		return 100*e.FalseAccepts.Share() > c.options.MaxError || 100*e.FalseRejects.Share() > c.options.MaxError
	}
	if len(out.Components) == 0 || over(out.Executed) || out.Judge != nil && over(out.Judge.Errors) {
		out.Exit = int(ExitFindings)
	}
	if out.Judge == nil {
		return nil
	}
	out.Judge.Model, out.Judge.Prompt = c.audit.project.config.Role(model.Judge).Name, judgePrompt(c.audit.set)
	out.Usage, out.Cost, out.Priced = c.opinions.Spent()
	var err error
	out.Kept, err = c.audit.project.keep(ctx, judgeName(out.Judge.Model, out.Judge.Prompt), judgeFile, out.Judge, "Calibration of the judge "+out.Judge.Model)
	return err
}

// judgeFile is where the rates of a judge stand in their commit.
const judgeFile = "calibration.json"

// judgeName is where the rates of a judge are kept: by its model and by how it is asked.
func judgeName(name, prompt string) string {
	sum := sha256.Sum256([]byte(name + "\x00" + prompt))
	return "judge/" + hex.EncodeToString(sum[:8])
}

// judgePrompt is the digest of the templates that a judge is asked by.
func judgePrompt(set *prompts.Set) string {
	digests := set.Digests()
	sum := sha256.Sum256([]byte(digests["judge"] + "\x00" + digests["expect"]))
	return hex.EncodeToString(sum[:8])
}

// judgeErrors gives the rates of the judge that the configuration names, as they were last measured; nil if they never were.
func (p *project) judgeErrors(ctx context.Context, set *prompts.Set) (*verdict.JudgeErrors, error) {
	name := p.config.Role(model.Judge).Name
	var kept verdict.JudgeErrors
	ok, err := p.kept(ctx, judgeName(name, judgePrompt(set)), judgeFile, &kept)
	if err != nil || !ok || kept.V > verdict.CalibrationVersion {
		return nil, err
	}
	return &kept, nil
}

// weighJudge finds out whether the policy believes the judge. How often it was wrong is read only where that is asked.
func (p *project) weighJudge(ctx context.Context, set *prompts.Set) error {
	name, c := p.config.Role(model.Judge).Name, p.config.Config().Evaluate
	if name == "" || c.Judge == config.JudgeOff {
		return nil
	}
	p.judged = func(ctx context.Context) (*verdict.JudgeErrors, error) { return p.judgeErrors(ctx, set) }
	const everyone = 100
	if c.MaxJudgeError >= everyone {
		return nil
	}
	rates, err := p.judged(ctx)
	switch {
	case err != nil:
		return err
	case rates == nil:
		p.unbelieved = fmt.Sprintf("the judge %s is not believed, because nobody has measured it with these prompts (specgen calibrate --opinions)", name)
	case !rates.Within(c.MaxJudgeError):
		p.unbelieved = fmt.Sprintf("the judge %s is not believed: it accepts wrong code %s and rejects right code %s, and evaluate.max_judge_error is %g",
			name, rates.FalseAccepts, rates.FalseRejects, c.MaxJudgeError)
	}
	return nil
}
