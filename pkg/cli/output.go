package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/report"
)

// output is where the events of a command go that leaves no journal: into a text, or one a line as JSON.
type output struct {
	env      Env
	json     *json.Encoder                       // nil for text
	text     interface{ Event(e journal.Event) } // nil before it begins
	progress *progress
	seq      int
}

func newOutput(env Env, asJSON bool) output {
	out := output{env: env, progress: newProgress(env, asJSON)}
	if asJSON {
		out.json = json.NewEncoder(env.Stdout)
		out.json.SetEscapeHTML(false)
	}
	return out
}

// event shows an event. A reader that is gone does not stop the work.
func (r *output) event(b journal.Body) {
	r.seq++
	e := journal.Event{V: journal.Version, Seq: r.seq, Time: r.env.Clock().UTC(), Kind: b.Kind(), Body: b}
	r.progress.Doing("")
	r.progress.Event(e)
	switch {
	case r.json != nil:
		if err := r.json.Encode(e); err != nil {
			panic(err) // events can be encoded, and trouble of the output is told at the end
		}
	case r.text != nil:
		r.text.Event(e)
	}
}

// retried tells that a request is sent again.
func (r *output) retried(n model.RetryNotice) {
	r.progress.clear()
	_, _ = fmt.Fprintf(r.env.Stderr, "specgen: %s; again in %s\n", n.Err.Message, report.Duration(n.Wait))
}

func (r *output) interrupted() {
	r.progress.clear()
	_, _ = fmt.Fprintln(r.env.Stderr, "specgen: finishing; press Ctrl-C again to stop now")
}

// working does something while the progress is shown. Whatever broke off because of an interruption was interrupted.
func (r *output) working(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, cancel := r.env.interruptible(ctx, r.progress.clear)
	defer cancel()
	end := r.progress.start()
	err := do(ctx)
	end()
	if ctx.Err() != nil {
		return context.Canceled
	}
	return err
}
