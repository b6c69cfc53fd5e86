package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
)

// runOptions are what `specgen run` was asked to do.
type runOptions struct {
	Component string
	Base      string
	Resume    string
	Record    string
	Replay    string
	DryRun    bool
	JSON      bool
	Flags     config.Flags // those that stand for keys of the configuration

	style report.Style
	demo  bool // the demo goes on where no wall can be had, and says so
}

func (a *app) runCommand() *cli.Command {
	var o runOptions
	return a.command("run", "COMPONENT", "take one component through the loop: generate, apply, evaluate, tighten, until it is accepted",
		`Regenerates the targets of a component from its spec, on a branch specgen/COMPONENT/RUN of its own. Nothing in the working
tree or the index changes. COMPONENT is the name in the spec, or the path of the spec.

Spec, acceptance tests, configuration and templates are taken from the working tree; everything else from the base. Ctrl-C
once ends the run cleanly and says how to go on; twice ends it now.`,
		append(o.flags(), settingFlags()...),
		func(c *cli.Context) error {
			o.style = a.style()
			o.Flags = given(c)
			if o.Resume == "" {
				args, err := exactly(c, "COMPONENT")
				if err != nil {
					return err
				}
				o.Component = args[0]
			} else if c.Args().Present() {
				return usage("a resumed run knows its component", "run: --resume takes no COMPONENT")
			}
			return runRun(c.Context, a.env, o)
		})
}

func (o *runOptions) flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "base", Usage: "the revision to stand on, instead of HEAD: `REV`", Destination: &o.Base},
		&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "show what would be sent, and send nothing", Destination: &o.DryRun},
		&cli.StringFlag{Name: "resume", Usage: "go on with `RUN`, which was interrupted or killed; nothing is asked twice", Destination: &o.Resume},
		&cli.StringFlag{Name: "record", Usage: "write every exchange with the model to `FILE`", Destination: &o.Record},
		&cli.StringFlag{Name: "replay", Usage: "answer from the transcript in `FILE`; no endpoint and no key are needed", Destination: &o.Replay},
		&cli.BoolFlag{Name: "json", Usage: "one event a line on standard output; see specgen help formats", Destination: &o.JSON},
	}
}

// runRun takes a component through the loop, and prints what happens: as text, or as events.
func runRun(ctx context.Context, env Env, o runOptions) error {
	out := newRunOutput(env, o)
	ctx, cancel := env.interruptible(ctx, out.interrupted)
	defer cancel()
	finished, err := performRun(ctx, env, o, out)
	if err != nil && finished == nil && o.JSON {
		out.failedEarly(env, o, err)
	}
	if err != nil {
		return err
	}
	if finished == nil { // a dry run
		return nil
	}
	return outcome(*finished)
}

// outcome is the exit of a run that came to its end.
func outcome(f journal.Finished) error {
	switch {
	case f.Outcome == "accepted":
		return nil
	case f.Stop == "interrupted":
		return exitError{ExitInterrupted}
	}
	return exitError{ExitFindings}
}

// runOutput is where a run's events go.
type runOutput struct {
	json     *json.Encoder
	text     *report.Text
	progress *progress
	stderr   io.Writer
	seq      int
	blob     func(name string) ([]byte, error)
}

func newRunOutput(env Env, o runOptions) *runOutput {
	out := &runOutput{stderr: env.Stderr, progress: newProgress(env, o.JSON)}
	if o.JSON {
		out.json = json.NewEncoder(env.Stdout)
		out.json.SetEscapeHTML(false)
		return out
	}
	out.text = report.NewText(env.Stdout, env.Stderr, o.style, func(name string) ([]byte, error) { return out.blob(name) })
	return out
}

// event shows an event. It is called in the order of the journal.
func (r *runOutput) event(e journal.Event) {
	r.progress.Event(e)
	r.seq = e.Seq
	if r.json != nil {
		r.encode(e)
		return
	}
	r.text.Event(e)
}

// encode writes an event as JSON. A reader that is gone does not stop the run; the journal has it.
func (r *runOutput) encode(e journal.Event) {
	if err := r.json.Encode(e); err != nil {
		panic(err) // events can be encoded, and trouble of the output is told at the end
	}
}

func (r *runOutput) interrupted() {
	r.progress.clear()
	_, _ = fmt.Fprintln(r.stderr, "specgen: finishing; press Ctrl-C again to stop now")
}

// failedEarly gives programs the result of a run that never began.
func (r *runOutput) failedEarly(env Env, o runOptions, err error) {
	f := explain(err)
	stop := "error"
	if f.Kind == "hand-edits" || f.Kind == "model-error" {
		stop = f.Kind
	}
	body := journal.Finished{
		Component: o.Component, Outcome: "error", Stop: stop, SpecCommits: []string{}, Verdicts: emptyVerdicts(),
		Error: &journal.Failure{Kind: f.Kind, Message: f.Message, Hint: f.Hint},
	}
	if stop == "hand-edits" {
		body.Outcome = "not-accepted"
	}
	r.encode(journal.Event{V: journal.Version, Seq: r.seq + 1, Time: env.Clock().UTC(), Kind: body.Kind(), Body: body})
}

// runID names a run by its time and four letters that nobody has to guess: 20261123-091502-k3fd.
func runID(now time.Time, random io.Reader) (string, error) {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789" // 32, none alike
	var b [4]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("run ID: %w", err)
	}
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return now.UTC().Format("20060102-150405") + "-" + string(b[:]), nil
}
