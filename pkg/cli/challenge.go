package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// challengeOptions are what `specgen challenge` was asked to do.
type challengeOptions struct {
	Component string
	Tree      string
	Seed      uint64
	Most      int
	Time      time.Duration
	Workers   int
	MinBound  float64
	JSON      bool
	Flags     config.Flags

	style report.Style
}

// The defaults of a challenge.
const (
	defaultMost      = 400
	defaultChallenge = 10 * time.Minute
)

func (a *app) challengeCommand() *cli.Command {
	o := challengeOptions{}
	return a.command("challenge", "COMPONENT", "plant violations into accepted code, and see which of them the checks of each clause notice",
		`Changes the code of a component in many ways that make it wrong, one at a time, and evaluates each: implementations that panic, give
zero values, their own argument, always the same, always an error, or know one example; conditions, boundaries, constants, results,
statements, error paths and arguments changed; and one violation of each static rule. A clause is bound if its own checks fail on
all of the first kind and notice 70 % of the violations that concern it; else its evidence proves little. What no check noticed is
shown as a diff. No model is asked.

The code must be accepted as it stands: specgen audit says whether it is. Working tree, index and branches are not touched. The result
is kept under refs/specgen/bound/COMPONENT, and shown beside verdicts as long as the clause and the acceptance tests stay what they
are; with evaluate.require_bound only bound evidence counts. The same seed plants the same violations. Exits with 3 if the code is not
accepted, or under --min-bound.`,
		[]cli.Flag{
			&cli.StringFlag{Name: "tree", Usage: "challenge revision `REV` in place of the working tree", Destination: &o.Tree},
			&cli.Uint64Flag{Name: "seed", Usage: "which violations are chosen where there are more than --max: `N`", Value: 1, Destination: &o.Seed},
			&cli.IntFlag{Name: "max", Usage: "plant `N` violations in code at most; 0: all", Value: defaultMost, Destination: &o.Most},
			&cli.DurationFlag{Name: "time", Usage: "plant no more after `TIME`; what was not tried is counted", Value: defaultChallenge, Destination: &o.Time},
			&cli.IntFlag{Name: "jobs", Usage: "try `N` violations at a time; 0: as many as there are processors", Destination: &o.Workers},
			&cli.Float64Flag{Name: "min-bound", Usage: "exit with 3 if fewer than `PERCENT` of the clauses with checks are bound", Destination: &o.MinBound},
			&cli.StringFlag{Name: "sandbox", Usage: "`MODE` auto, require (all walls or nothing), off"},
			&cli.BoolFlag{Name: "json", Usage: "one event a line on standard output; see specgen help formats", Destination: &o.JSON},
		},
		func(c *cli.Context) error {
			args, err := exactly(c, "COMPONENT")
			if err != nil {
				return err
			}
			o.Component, o.style = args[0], a.style()
			o.Flags = slices.DeleteFunc(given(c), func(f config.Flag) bool { return f.Name == "--seed" }) // it is no model's here
			if err := o.check(); err != nil {
				return err
			}
			return runChallenge(c.Context, a.env, o)
		})
}

// check refuses what cannot be meant.
func (o *challengeOptions) check() error {
	switch {
	case o.Most < 0 || o.Workers < 0 || o.Time < 0:
		return usage("give a number that is not negative", "challenge: --max, --jobs and --time count up from 0")
	case o.MinBound < 0 || o.MinBound > 100:
		return usage("--min-bound 80 asks for four clauses of five", "challenge: --min-bound is a percentage, from 0 to 100")
	}
	return nil
}

// runChallenge challenges a component, keeps what it finds, and prints it.
func runChallenge(ctx context.Context, env Env, o challengeOptions) error {
	out := newOutput(env, o.JSON)
	var c *challenger
	err := out.working(ctx, func(ctx context.Context) (err error) {
		if c, err = openChallenger(ctx, env, o, out.progress); err != nil {
			return err
		}
		return c.run(ctx)
	})
	switch {
	case err == nil:
		return c.print(&out)
	case o.JSON:
		body := journal.Challenged{Exit: int(explain(err).Code), Error: failure(err)}
		body.Component, body.Clauses, body.Planted = o.Component, []verdict.Binding{}, []verdict.Planted{}
		out.event(body)
	}
	return err
}

// print shows the result. The exit is 3 where fewer clauses are bound than asked for.
func (c *challenger) print(out *output) error {
	bound, of := c.found.Binds()
	exit := ExitOK
	if float64(bound)*100 < c.options.MinBound*float64(of) {
		exit = ExitFindings
	}
	if c.options.JSON {
		out.event(journal.Challenged{Challenge: c.found, Kept: c.kept, Exit: int(exit)})
	} else {
		report.Challenge(c.env.Stdout, c.options.style, c.found, report.ChallengeOf{Where: c.where(), MinBound: c.options.MinBound})
	}
	return exited(int(exit))
}

// exited is the error of an exit that is not 0.
func exited(exit int) error {
	if exit == int(ExitOK) {
		return nil
	}
	return exitError{Exit(exit)}
}

// where names what was challenged.
func (c *challenger) where() string {
	if c.options.Tree != "" {
		return report.Short(c.audit.project.base)
	}
	return "working tree"
}

// notAcceptedYet is how a challenge stops at code that its own spec does not accept.
func notAcceptedYet(body journal.Audited) *Error {
	var why []string
	for _, v := range body.Verdicts {
		if v.Status == "fail" {
			why = append(why, v.Clause+" fails")
		}
	}
	reason := strings.Join(why, ", ")
	switch {
	case body.Absent != "":
		reason = body.Absent
	case body.Conflict != "":
		reason = body.Conflict
	case len(body.Build) > 0:
		reason = "the code does not build"
	case reason == "":
		reason = "no clause passes"
	}
	return &Error{
		Code: ExitFindings, Kind: "not-accepted", Message: fmt.Sprintf("%s: only accepted code can be challenged: %s", body.Component, reason),
		Hint: "specgen audit " + body.Component + " shows what it lacks",
	}
}
