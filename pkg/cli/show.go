package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/report"
)

type showOptions struct {
	Run      string
	Attempt  int
	Prompts  bool
	Answers  bool
	Diffs    bool
	Verdicts bool
	JSON     bool
	style    report.Style
}

func (a *app) showCommand() *cli.Command {
	var o showOptions
	return a.command("show", "RUN", "print a past run: prompts, answers, diffs, verdicts",
		"Prints a run from its journal. RUN is a run ID, its last four letters, or \"last\". Without flags it prints the course of\nthe run with all verdicts and the diff of its best candidate. Writes nothing.",
		[]cli.Flag{
			&cli.IntFlag{Name: "attempt", Usage: "only attempt `N`", Destination: &o.Attempt},
			&cli.BoolFlag{Name: "prompts", Usage: "what the model was sent", Destination: &o.Prompts},
			&cli.BoolFlag{Name: "answers", Usage: "what the model answered, word for word", Destination: &o.Answers},
			&cli.BoolFlag{Name: "diffs", Usage: "the diff of every candidate", Destination: &o.Diffs},
			&cli.BoolFlag{Name: "verdicts", Usage: "only the verdicts", Destination: &o.Verdicts},
			&cli.BoolFlag{Name: "json", Usage: "the events, one JSON object a line", Destination: &o.JSON},
		},
		func(c *cli.Context) error {
			args, err := exactly(c, "RUN")
			if err != nil {
				return err
			}
			o.Run, o.style = args[0], a.style()
			o.style.Verbose = true
			return runShow(c.Context, a.env, o)
		})
}

func runShow(ctx context.Context, env Env, o showOptions) error {
	r, err := env.openRepo(ctx)
	if err != nil {
		return err
	}
	files, err := openRun(ctx, r, o.Run)
	if err != nil {
		return err
	}
	events, err := files.Events()
	if err != nil {
		return &Error{Code: ExitRepository, Kind: "repository", Message: err.Error(), Hint: "the journal of the run is damaged", Err: err}
	}
	if o.JSON {
		return printEvents(env.Stdout, events)
	}
	s := shower{out: env.Stdout, files: files, options: o}
	return s.print(journal.LastSession(events), report.NewText(env.Stdout, env.Stderr, o.style, files.Blob))
}

func printEvents(w io.Writer, events []journal.Event) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// shower prints the events of a run with the blobs that are asked for.
type shower struct {
	out     io.Writer
	files   journal.Files
	options showOptions
}

func (s shower) print(events []journal.Event, text *report.Text) error {
	last := lastDiff(events)
	attempt := 0
	for _, e := range events {
		if started, ok := e.Body.(journal.AttemptStarted); ok {
			attempt = started.Attempt
		}
		_, ends := e.Body.(journal.Finished)
		if s.options.Attempt > 0 && attempt != s.options.Attempt && attempt > 0 && !ends {
			continue
		}
		if ends && s.options.Attempt == 0 && !s.options.Diffs && !s.options.Verdicts {
			if err := s.diff("diff of the best candidate", last); err != nil {
				return err
			}
		}
		if err := s.event(e, text); err != nil {
			return err
		}
	}
	return nil
}

// event prints an event and, if they are asked for, the blobs that belong to it.
func (s shower) event(e journal.Event, text *report.Text) error {
	o := s.options
	text.Event(e)
	switch b := e.Body.(type) {
	case journal.AttemptStarted:
		if o.Prompts {
			return s.blob(fmt.Sprintf("prompt of attempt %d", b.Attempt), b.Prompt)
		}
	case journal.Completed:
		if o.Answers {
			return s.blob(fmt.Sprintf("answer of the %s", b.Role), b.Answer)
		}
	case journal.Finished:
		if b.Error != nil { // a live run says it on standard error
			_, err := fmt.Fprintf(s.out, "\n%s\n", placed(b.Error.Message, "", b.Error.Hint))
			return err
		}
	case journal.Applied:
		if o.Diffs {
			return s.diff(fmt.Sprintf("diff of attempt %d", b.Attempt), b.Diff)
		}
	}
	return nil
}

func (s shower) blob(title, name string) error {
	return s.dressed(title, name, func(text string) string { return text })
}

// diff prints a diff, on a terminal with its changed words marked.
func (s shower) diff(title, name string) error {
	return s.dressed(title, name, s.options.style.Diff)
}

func (s shower) dressed(title, name string, dress func(string) string) error {
	if name == "" {
		return nil
	}
	data, err := s.files.Blob(name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\n--- %s\n%s\n", title, strings.TrimRight(dress(string(data)), "\n"))
	return err
}

// lastDiff is the diff of the best candidate of a finished run, or of the last candidate so far.
func lastDiff(events []journal.Event) string {
	diffs := map[int]string{}
	last := 0
	for _, e := range events {
		switch b := e.Body.(type) {
		case journal.Applied:
			diffs[b.Attempt], last = b.Diff, b.Attempt
		case journal.Finished:
			last = b.Best
		}
	}
	return diffs[last]
}

// runsFolder is where live journals are, below the state folder of the repository.
const runsFolder = "runs"

// openRun finds a run by its ID, the end of it, or "last": in the live journals, and among the runs kept in git.
func openRun(ctx context.Context, r *repo.Repo, name string) (journal.Files, error) {
	folder := filepath.Join(r.StatePath(), runsFolder)
	live, err := journal.Runs(folder)
	if err != nil {
		return nil, err
	}
	kept, err := r.Runs(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]time.Time{}
	for _, k := range kept {
		known[k.ID] = k.When
	}
	for _, run := range live {
		if began := journal.Began(filepath.Join(folder, run)); !began.IsZero() {
			known[run] = began
		}
	}
	run, err := chooseRun(name, known)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(folder, run)); err == nil {
		return journal.Folder(filepath.Join(folder, run)), nil
	}
	data, err := r.LoadRun(ctx, run)
	if err != nil {
		return nil, err
	}
	return journal.Memory(data), nil
}

// chooseRun resolves what a person typed to one run. known are the runs with the time when they began; a run that was kept in git
// and is not here any more has the time when it was kept.
func chooseRun(name string, known map[string]time.Time) (string, error) {
	found := map[string]bool{}
	newest := ""
	for run, began := range known {
		if newest == "" || began.After(known[newest]) || began.Equal(known[newest]) && run > newest {
			newest = run
		}
		if run == name || strings.HasSuffix(run, "-"+name) {
			found[run] = true
		}
	}
	if name == "last" && newest != "" {
		return newest, nil
	}
	switch len(found) {
	case 1:
		for run := range found {
			return run, nil
		}
	case 0:
		hint := "there are no runs here yet"
		if newest != "" {
			hint = "the newest run is " + newest
		}
		return "", usage(hint, "there is no run %q", name)
	}
	return "", usage("name it in full", "%d runs end in %q", len(found), name)
}
