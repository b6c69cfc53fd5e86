package cli

import (
	"context"
	"slices"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/challenge"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// challenger is one challenge on its way: an audit of the code, and then the violations.
type challenger struct {
	env      Env
	options  challengeOptions
	audit    *audit
	progress *progress
	found    verdict.Challenge
	kept     string // the ref that holds the result
}

// openSilentAudit opens an audit of which nothing is printed, and for which nobody is asked for an opinion.
func openSilentAudit(ctx context.Context, env Env, o auditOptions, p *progress, command string) (*audit, error) {
	o.Flags = append(slices.Clone(o.Flags), config.Flag{Key: "evaluate.judge", Value: string(config.JudgeOff), Name: "specgen " + command})
	a, err := openAudit(ctx, env, o, &auditOutput{output: output{env: env, progress: p}, options: o})
	if err == nil {
		a.verdictsAlone = true
	}
	return a, err
}

// openChallenger finds the component.
func openChallenger(ctx context.Context, env Env, o challengeOptions, p *progress) (*challenger, error) {
	asked := auditOptions{Names: []string{o.Component}, Rev: o.Tree, Flags: o.Flags, style: o.style}
	a, err := openSilentAudit(ctx, env, asked, p, "challenge")
	if err != nil {
		return nil, err
	}
	return &challenger{env: env, options: o, audit: a, progress: p}, nil
}

// run audits the code, plants the violations, and keeps what was found.
func (c *challenger) run(ctx context.Context) error {
	body, err := c.audit.component(ctx, c.audit.chosen[0])
	if err != nil {
		return err
	}
	if !challengeable(body) {
		return notAcceptedYet(body)
	}
	o := challenge.Options{Seed: c.options.Seed, Most: c.options.Most}
	if c.options.Time > 0 {
		o.Deadline = c.env.Clock().Add(c.options.Time)
	}
	v := c.audit.violations()
	v.workers = c.options.Workers
	if c.found, err = v.plant(ctx, verdict.Report{Verdicts: body.Verdicts}, o); err != nil {
		return err
	}
	c.kept, err = c.audit.project.keepBound(ctx, c.found)
	return err
}

// challengeable says whether there is anything to measure checks on: code that no clause speaks against.
func challengeable(body journal.Audited) bool {
	passes := slices.ContainsFunc(body.Verdicts, func(v verdict.Verdict) bool { return v.Status == verdict.Pass })
	fails := slices.ContainsFunc(body.Verdicts, func(v verdict.Verdict) bool { return v.Status == verdict.Fail })
	return passes && !fails && body.Conflict == "" && body.Absent == "" && len(body.Build) == 0
}

// violations are those of the component that was audited last.
func (a *audit) violations() *violations {
	return &violations{
		env: a.env, project: a.project, spec: a.now.spec, trees: a.now.trees, tree: a.project.seen, progress: a.out.progress,
	}
}

// measure challenges a candidate of a run.
func (s *session) measure(ctx context.Context, sp *spec.Spec, c patch.Candidate, base verdict.Report) (verdict.Challenge, error) {
	v := &violations{env: s.env, project: s.project, spec: sp, trees: s.trees, tree: c.Tree, progress: s.out.progress}
	o := challenge.Options{Seed: 1, Most: defaultMost, Deadline: s.env.Clock().Add(defaultChallenge)}
	found, err := v.plant(ctx, base, o)
	if err != nil {
		return found, err
	}
	_, err = s.project.keepBound(ctx, found)
	return found, err
}
