package cli

import (
	"cmp"
	"context"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// calibrateOptions are what `specgen calibrate` was asked to do.
type calibrateOptions struct {
	Names    []string
	All      bool
	Tree     string
	Seed     uint64
	Most     int
	Rewrites int
	Judge    int
	MaxError float64
	Record   string
	Replay   string
	JSON     bool
	Flags    config.Flags

	style report.Style
}

// The defaults of a calibration.
const (
	defaultCalibrated = 20
	defaultRewrites   = 10
)

func (a *app) calibrateCommand() *cli.Command {
	var o calibrateOptions
	return a.command("calibrate", "COMPONENT... | --all", "measure the evaluator: how often it rejects right code, and accepts wrong code",
		`Measures the evaluator on your own specs. Right code is the accepted code, and the same code rewritten so that it does the same; wrong
code has a violation planted, as specgen challenge plants them. What the tests, checks and rules reject of the one and accept of
the other is counted, with 95 % confidence intervals (Wilson). What no check noticed may also make no difference that anybody cares for:
it is listed, so that you can look.

With --opinions N the model of the role judge is asked too, about N clauses of each component whose checks are known to notice violations:
once about the right code and once about a violation that these checks noticed. Its rates are kept with its name and the digest of its
prompts, and shown beside its verdicts from then on; evaluate.max_judge_error refuses a judge that is worse, or was never measured.

Components whose code is not accepted are left out and named. Nothing is written but refs/specgen/judge/*, with --opinions. Exits with 3
over --max-error, or if nothing could be measured.`,
		append(o.flags(), judgeFlagsBut("max-tokens", "max-cost", "max-time", "judge", "seed")...),
		func(c *cli.Context) error {
			o.Names, o.style, o.Flags = c.Args().Slice(), a.style(), given(c)
			if err := o.check(); err != nil {
				return err
			}
			return runCalibrate(c.Context, a.env, o)
		})
}

func (o *calibrateOptions) flags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "all", Usage: "every component whose spec is active or deprecated", Destination: &o.All},
		&cli.StringFlag{Name: "tree", Usage: "the code of revision `REV` in place of the working tree", Destination: &o.Tree},
		&cli.Uint64Flag{Name: "plant-seed", Usage: "which violations and rewrites are chosen: `N`", Value: 1, Destination: &o.Seed},
		&cli.IntFlag{Name: "max", Usage: "plant `N` violations in the code of each component; 0: all", Value: defaultCalibrated, Destination: &o.Most},
		&cli.IntFlag{Name: "rewrites", Usage: "rewrite the code of each component in `N` ways", Value: defaultRewrites, Destination: &o.Rewrites},
		&cli.IntFlag{Name: "opinions", Usage: "ask the judge about `N` clauses of each component, twice each; 0: not at all", Destination: &o.Judge},
		&cli.Float64Flag{Name: "max-error", Usage: "exit with 3 if a rate of false accepts or false rejects is over `PERCENT`", Value: 100, Destination: &o.MaxError},
		&cli.StringFlag{Name: "record", Usage: "write every exchange with the judge to `FILE`", Destination: &o.Record},
		&cli.StringFlag{Name: "replay", Usage: "let the judge answer from the transcript in `FILE`", Destination: &o.Replay},
		&cli.BoolFlag{Name: "json", Usage: "one event a line on standard output; see specgen help formats", Destination: &o.JSON},
	}
}

// judgeFlagsBut are judgeFlags but for some.
func judgeFlagsBut(names ...string) []cli.Flag {
	return slices.DeleteFunc(judgeFlags(), func(f cli.Flag) bool { return slices.Contains(names, f.Names()[0]) })
}

// check refuses what cannot be meant.
func (o *calibrateOptions) check() error {
	const hint = "specgen calibrate COMPONENT... measures on some, specgen calibrate --all on every active and deprecated one"
	switch {
	case o.All && len(o.Names) > 0:
		return usage(hint, "calibrate: --all takes no COMPONENT")
	case !o.All && len(o.Names) == 0:
		return usage(hint, "calibrate: COMPONENT is missing")
	case o.Most < 0 || o.Rewrites < 0 || o.Judge < 0:
		return usage("give a number that is not negative", "calibrate: --max, --rewrites and --opinions count up from 0")
	case o.MaxError < 0 || o.MaxError > 100:
		return usage("--max-error 2 asks for two wrong decisions of a hundred at most", "calibrate: --max-error is a percentage, from 0 to 100")
	}
	return nil
}

// runCalibrate measures the evaluator on components, one after the other, and prints what it finds.
func runCalibrate(ctx context.Context, env Env, o calibrateOptions) error {
	out := newOutput(env, o.JSON)
	var body journal.Calibrated
	err := out.working(ctx, func(ctx context.Context) error {
		c, err := openCalibrator(ctx, env, o, out.progress)
		if err == nil {
			body, err = c.run(ctx)
		}
		return err
	})
	if err != nil {
		body = journal.Calibrated{Components: []verdict.Calibration{}, Left: []journal.LeftOut{}, Exit: int(explain(err).Code), Error: failure(err)}
	}
	switch {
	case o.JSON:
		out.event(body)
	case err == nil:
		report.Calibration(env.Stdout, o.style, body, o.MaxError)
	}
	return cmp.Or(err, exited(body.Exit))
}
