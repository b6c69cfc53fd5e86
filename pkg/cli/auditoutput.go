package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/report"
)

// auditOutput is where the events of an audit go.
type auditOutput struct {
	env      Env
	json     *json.Encoder // nil for text
	text     *report.Audit
	options  auditOptions
	progress *progress
	stderr   io.Writer
	seq      int
}

func newAuditOutput(env Env, o auditOptions) *auditOutput {
	out := &auditOutput{env: env, options: o, stderr: env.Stderr, progress: newProgress(env, o.JSON)}
	if o.JSON {
		out.json = json.NewEncoder(env.Stdout)
		out.json.SetEscapeHTML(false)
	}
	return out
}

// begin says which components are to come.
func (r *auditOutput) begin(components []string) {
	if r.json == nil {
		r.text = report.NewAudit(r.env.Stdout, r.options.style, report.AuditOf{Components: components, Rev: r.options.Rev, All: r.options.All})
	}
}

// audited shows what was found of a component. Why one could not be audited is said on standard error.
func (r *auditOutput) audited(b journal.Audited, err error) {
	r.event(b)
	if err != nil {
		complain(r.stderr, err, r.options.style.Verbose)
	}
}

// finished shows the end. A text that never began has none.
func (r *auditOutput) finished(b journal.AuditFinished) {
	list := func(names *[]string) {
		if *names == nil {
			*names = []string{}
		}
	}
	list(&b.Accepted)
	list(&b.NotAccepted)
	list(&b.Errors)
	if b.Skipped == nil {
		b.Skipped = []journal.Skipped{}
	}
	r.event(b)
}

// event shows an event. A reader that is gone does not stop the audit.
func (r *auditOutput) event(b journal.Body) {
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
func (r *auditOutput) retried(n model.RetryNotice) {
	r.progress.clear()
	_, _ = fmt.Fprintf(r.stderr, "specgen: %s; again in %s\n", n.Err.Message, report.Duration(n.Wait))
}

func (r *auditOutput) interrupted() {
	r.progress.clear()
	_, _ = fmt.Fprintln(r.stderr, "specgen: finishing; press Ctrl-C again to stop now")
}
