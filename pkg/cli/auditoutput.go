package cli

import (
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
)

// auditOutput is where the events of an audit go.
type auditOutput struct {
	output

	options auditOptions
}

func newAuditOutput(env Env, o auditOptions) *auditOutput {
	return &auditOutput{output: newOutput(env, o.JSON), options: o}
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
		complain(r.env.Stderr, err, r.options.style.Verbose)
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
