package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
)

// testsOptions are what `specgen tests` was asked to do.
type testsOptions struct {
	Component   string
	Clauses     []string // IDs; none: those that need a test and have none
	Accept      bool
	Disagreeing bool
	Sealed      int // percent
	Out         string
	Record      string
	Replay      string
	JSON        bool
	Flags       config.Flags

	style report.Style
}

func (a *app) testsCommand() *cli.Command {
	var o testsOptions
	return a.command("tests", "COMPONENT", "acceptance tests from the spec, written blind: the tester never sees the code",
		`Asks the model (role tester) for one acceptance test for each MUST and SHOULD that should have one and has none, from the spec alone. A
test is kept if it compiles against the Interface section and calls nothing else, fails on every degenerate implementation (stub,
zero values, its input, one constant, errors, first example only), and gives the same result twice on the code that is there. One
that is refused is asked for once more, with the reason. COMPONENT is the name in the spec, or the path of the spec.

On a terminal each test is shown, and you accept or drop it. What is accepted goes into a file that tests.files of the spec match, and
is part of the spec from then on: no run may change it. Elsewhere nothing is written without --accept. A test that fails on the code
that is there is not written by --accept alone: either the code is wrong or the test is. Only tests of Go are written.`,
		append(o.flags(), testerFlags()...),
		func(c *cli.Context) error {
			args, err := exactly(c, "COMPONENT")
			if err != nil {
				return err
			}
			o.style, o.Flags, o.Component = a.style(), given(c), args[0]
			for _, list := range c.StringSlice("clause") {
				o.Clauses = append(o.Clauses, strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })...)
			}
			if err := o.check(); err != nil {
				return err
			}
			return runTests(c.Context, a.env, o)
		})
}

func (o *testsOptions) flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "clause", Usage: "only for these clauses, also where they have a test: `E1,E2`"},
		&cli.BoolFlag{Name: "accept", Usage: "write all that passed every check, without asking", Destination: &o.Accept},
		&cli.BoolFlag{Name: "disagreeing", Usage: "with --accept: also those that fail on the code that is there", Destination: &o.Disagreeing},
		&cli.IntFlag{Name: "sealed", Usage: "seal the tests of `PERCENT` of the clauses: they go where tests.sealed says, and --seed decides which", Destination: &o.Sealed},
		&cli.StringFlag{Name: "out", Usage: "write into `FILE`, which tests.files must match", Destination: &o.Out},
		&cli.StringFlag{Name: "record", Usage: "write every exchange with the tester to `FILE`", Destination: &o.Record},
		&cli.StringFlag{Name: "replay", Usage: "let the tester answer from the transcript in `FILE`", Destination: &o.Replay},
		&cli.BoolFlag{Name: "json", Usage: "one event a line on standard output; see specgen help formats", Destination: &o.JSON},
	}
}

// testerFlags are the settings that matter where tests are written.
func testerFlags() []cli.Flag {
	usages := map[string]string{
		"seed":       "sampling seed: `N`; also decides which clauses --sealed takes",
		"max-tokens": "ask for no more tests after `N` tokens, prompts and answers together",
		"max-cost":   "ask for no more tests once `COST` is spent, in the currency of model.prices",
		"max-time":   "ask for no more tests after `TIME`, such as 10m",
	}
	left := slices.DeleteFunc(settings(), func(s setting) bool {
		return slices.Contains([]string{"format", "max-attempts", "retry", "tighten", "judge"}, s.flag)
	})
	for i, s := range left {
		if usage, ok := usages[s.flag]; ok {
			left[i].usage = usage
		}
	}
	return flagsOf(left)
}

// check refuses what cannot be meant.
func (o *testsOptions) check() error {
	switch {
	case o.Sealed < 0 || o.Sealed > 100:
		return usage("--sealed 30 seals three of ten", "tests: --sealed takes a share from 0 to 100 percent, and not %d", o.Sealed)
	case o.Disagreeing && !o.Accept:
		return usage("specgen tests "+o.Component+" --accept --disagreeing", "tests: --disagreeing goes with --accept")
	case o.Out != "" && o.Sealed > 0 && o.Sealed < 100:
		return usage("give one of them", "tests: --out names one file, and --sealed divides the tests between two")
	}
	return nil
}

// runTests has the tests written, tries them, and writes those that are accepted.
func runTests(ctx context.Context, env Env, o testsOptions) error {
	out := newTestsOutput(env, o)
	ctx, cancel := env.interruptible(ctx, out.interrupted)
	defer cancel()
	t, err := openTests(ctx, env, o, out)
	if err == nil {
		err = t.run(ctx)
		return errors.Join(err, t.close())
	}
	if ctx.Err() != nil {
		err = context.Canceled // whatever broke off because of it
	}
	out.event(journal.TestsWritten{
		Accepted: []string{}, Open: []string{}, Files: []journal.TestsFile{}, Exit: int(explain(err).Code), Error: failure(err),
	})
	return err
}
