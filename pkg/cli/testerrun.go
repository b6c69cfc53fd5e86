package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/author"
)

// run asks for the tests one after the other, and writes what was accepted, whatever came in between.
func (t *tester) run(ctx context.Context) error {
	last := journal.TestsWritten{
		Component: t.spec.Front.Component, Spec: t.spec.Path, Digest: t.spec.Digest(), Accepted: []string{}, Open: clauseIDs(t.wanted), Files: []journal.TestsFile{},
	}
	if len(t.wanted) == 0 {
		return t.nothing(last)
	}
	t.out.begin(report.TestsOf{
		Component: t.spec.Front.Component, Clauses: clauseIDs(t.wanted), Model: t.project.config.Settings(model.Tester).Model,
		Accept: t.options.Accept, Disagree: t.options.Disagreeing, Record: t.options.Record, Fault: t.stage.Fault(),
	})
	end := t.out.progress.start()
	err := t.clauses(ctx, &last)
	end()
	err = errors.Join(err, t.opinions.close())
	if ctx.Err() != nil {
		err = context.Canceled
	}
	files, wrote := t.shelf.write(context.WithoutCancel(ctx)) // what a person accepted is not lost
	if last.Files = files; wrote != nil {
		last.Open, last.Accepted, last.Files = clauseIDs(t.wanted), []string{}, []journal.TestsFile{}
		err = errors.Join(wrote, err)
	}
	return t.finish(last, err)
}

// nothing says that no test is missing.
func (t *tester) nothing(last journal.TestsWritten) error {
	t.out.event(last)
	if t.options.JSON {
		return nil
	}
	_, err := fmt.Fprintf(t.env.Stdout, "%s: every clause that should have a test has one\n\nnext    specgen tests %s --clause ID   a further test of a clause\n",
		t.spec.Front.Component, t.spec.Front.Component)
	return err
}

func (t *tester) finish(last journal.TestsWritten, err error) error {
	code := ExitOK
	if len(last.Open) > 0 {
		code = ExitFindings
	}
	if err != nil {
		code, last.Error = explain(err).Code, failure(err)
	}
	last.Usage, last.Cost, last.Priced = t.opinions.Spent()
	last.Priced = last.Priced && len(t.project.config.Prices()) > 0
	last.Exit, last.Duration = int(code), t.env.Clock().Sub(t.began).Milliseconds()
	t.out.event(last)
	switch {
	case err != nil:
		return err
	case code != ExitOK:
		return exitError{code}
	}
	return nil
}

// clauses asks for a test of each clause. A person who quits, and a budget that is spent, leave the rest open.
func (t *tester) clauses(ctx context.Context, last *journal.TestsWritten) error {
	stop := ""
	for _, c := range t.wanted {
		if stop == "" {
			stop = t.enough()
		}
		b := journal.TestAuthored{Clause: c.ID, Text: c.Text, Status: journal.TestUnasked, Reason: stop, Sealed: t.sealed[c.ID], File: t.place(c), Fails: []string{}}
		if stop == "" {
			t.doing = t.spec.Front.Component + "  " + c.ID
			p, err := t.stage.Author(ctx, c)
			if err != nil {
				return err
			}
			if b = t.decide(b, p); b.Status == answerQuit {
				b.Status, stop = journal.TestDropped, "you quit before it"
			}
		}
		if b.Status == journal.TestAccepted {
			last.Accepted = append(last.Accepted, c.ID)
			last.Open = slices.DeleteFunc(last.Open, func(id string) bool { return id == c.ID })
		}
		t.out.event(b)
	}
	return nil
}

func (t *tester) place(c *spec.Clause) string {
	if t.sealed[c.ID] {
		return t.places.sealed
	}
	return t.places.open
}

// decide says what becomes of a proposal: a person does where one is there, and else the flags do.
func (t *tester) decide(b journal.TestAuthored, p author.Proposal) journal.TestAuthored {
	b.Test, b.Source, b.Answers, b.Agreement = p.Test, p.Source, p.Answers, string(p.Agrees)
	b.Fails = append(b.Fails, p.Fails...)
	disagrees := p.Agrees == author.Disagrees
	if disagrees {
		b.Input, b.Want, b.Got = p.Seen.Input, p.Seen.Want, p.Seen.Got
		b.Reason = report.Disagreement(b.Input, b.Want, b.Got, p.Said)
	}
	switch {
	case p.Refused != "":
		b.Status, b.Reason = journal.TestRefused, p.Refused
	case t.out.asks():
		b.Status = t.out.ask(b)
	case disagrees && !t.options.Disagreeing:
		b.Status = journal.TestDisagrees
	case !t.options.Accept:
		b.Status, b.Reason = journal.TestProposed, "nobody is asked without a terminal; --accept writes it"
	default:
		b.Status = journal.TestAccepted
	}
	if b.Status == journal.TestAccepted {
		return t.keep(b, p)
	}
	return b
}

// keep puts an accepted test into its file, if that can take it.
func (t *tester) keep(b journal.TestAuthored, p author.Proposal) journal.TestAuthored {
	if why := t.shelf.add(b.File, p); why != "" {
		b.Status, b.Reason = journal.TestRefused, why
		return b
	}
	t.stage.Keep(p)
	b.Reason = ""
	return b
}

// enough says which budget is spent, so that nobody is asked any more.
func (t *tester) enough() string {
	budget := t.project.config.Config().Budget
	used, cost, _ := t.opinions.Spent()
	switch {
	case budget.Tokens > 0 && used.Total() >= budget.Tokens:
		return "the tester is not asked: the token budget is spent"
	case budget.Cost > 0 && cost >= budget.Cost:
		return "the tester is not asked: the cost budget is spent"
	case budget.Time.Std() > 0 && t.env.Clock().Sub(t.began) >= budget.Time.Std():
		return "the tester is not asked: the time budget is spent"
	}
	return ""
}

func (t *tester) close() error {
	err := t.shelf.close()
	if t.bench != nil {
		err = errors.Join(err, t.bench.Close())
	}
	return err
}
