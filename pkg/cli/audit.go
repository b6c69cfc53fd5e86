package cli

import (
	"context"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
)

// auditOptions are what `specgen audit` was asked to do.
type auditOptions struct {
	Names  []string // components or paths of specs
	All    bool
	Rev    string
	Record string
	Replay string
	JSON   bool
	Flags  config.Flags

	style report.Style
}

func (a *app) auditCommand() *cli.Command {
	var o auditOptions
	return a.command("audit", "COMPONENT... | --all", "evaluate the code that is there against its spec, clause by clause; generate nothing",
		`Evaluates the targets of components as a run evaluates its candidates: static rules, acceptance tests and checks in the sandbox, and
the judge for what is left. COMPONENT is the name in the spec, or the path of the spec. Exits with 0 if a run would accept the
code as it is, and with 3 if not.

Spec, tests, configuration and code are those of the working tree, committed or not, but for what git ignores; with --rev all of it is
read from a revision. A working tree without any commit can be audited too. Nothing is written to the repository: no branch, no ref,
no journal, no file. Without a model, or with --judge off, clauses that only a judge could decide are unknown; so are those for
which the budgets leave nothing to ask a judge with.`,
		append(o.flags(), judgeFlags()...),
		func(c *cli.Context) error {
			o.style = a.style()
			o.Flags = given(c)
			o.Names = c.Args().Slice()
			if err := o.check(); err != nil {
				return err
			}
			return runAudit(c.Context, a.env, o)
		})
}

func (o *auditOptions) flags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "all", Usage: "every component whose spec is active or deprecated", Destination: &o.All},
		&cli.StringFlag{Name: "rev", Usage: "audit revision `REV` in place of the working tree", Destination: &o.Rev},
		&cli.StringFlag{Name: "record", Usage: "write every exchange with the judge to `FILE`", Destination: &o.Record},
		&cli.StringFlag{Name: "replay", Usage: "let the judge answer from the transcript in `FILE`", Destination: &o.Replay},
		&cli.BoolFlag{Name: "json", Usage: "one event a line on standard output; see specgen help formats", Destination: &o.JSON},
	}
}

// check refuses what cannot be meant.
func (o *auditOptions) check() error {
	const hint = "specgen audit COMPONENT... audits some, specgen audit --all every active and deprecated one"
	switch {
	case o.All && len(o.Names) > 0:
		return usage(hint, "audit: --all takes no COMPONENT")
	case !o.All && len(o.Names) == 0:
		return usage(hint, "audit: COMPONENT is missing")
	}
	return nil
}

// runAudit evaluates what is there, one component after the other, and prints what it finds: as text, or as events.
func runAudit(ctx context.Context, env Env, o auditOptions) error {
	out := newAuditOutput(env, o)
	ctx, cancel := env.interruptible(ctx, out.interrupted)
	defer cancel()
	a, err := openAudit(ctx, env, o, out)
	if ctx.Err() != nil {
		err = context.Canceled // whatever broke off because of it
	}
	if err != nil {
		out.finished(journal.AuditFinished{Exit: int(explain(err).Code), Error: failure(err)})
		return err
	}
	return a.run(ctx)
}

// failure is an error as events carry it.
func failure(err error) *journal.Failure {
	f := explain(err)
	return &journal.Failure{Kind: f.Kind, Message: f.Message, Hint: f.Hint}
}
