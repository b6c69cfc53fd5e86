package evaluate

import (
	"context"
	"errors"
	"fmt"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// trial is a judge's objection to behavior, and what became of it.
type trial struct {
	opinion opinion
	call    call
	want    expected
	ran     ran
	times   int    // how often it was run
	void    string // why nothing has run it, or why that shows nothing; "" if it was run and shows something
}

// expectation is what somebody answers who sees the clause and the call, and no code.
type expectation struct {
	Expected string `json:"expected" jsonschema:"the results as Go values separated by commas; or error in the place of one, or panic alone, or unknown alone"`
}

// try has an objection run, if a second request that sees no code expects the same of it.
func (e *evaluation) try(ctx context.Context, l *dossier, o opinion) (trial, error) {
	t := e.read(o)
	if t.void != "" {
		return t, nil
	}
	var err error
	if t.void, err = e.doubted(ctx, l, t); err != nil || t.void != "" {
		return t, err
	}
	return t, e.run(ctx, &t)
}

// read reads what an objection wants to have run.
func (e *evaluation) read(o opinion) trial {
	t := trial{opinion: o}
	var err error
	if t.call, err = e.readCall(o.Call); err != nil {
		t.cannot(err)
		return t
	}
	if t.want, err = readExpected(o.Expected, t.call.surface); err != nil {
		t.cannot(err)
	} else if len(t.want.values) > maxResults {
		t.cannot(fmt.Errorf("it expects %d results", len(t.want.values)))
	}
	return t
}

// cannot notes why nothing can be run.
func (t *trial) cannot(err error) { t.void = "its objection cannot be run: " + err.Error() }

// doubted says why an expectation does not count: a second request, which sees no code, does not give the same.
func (e *evaluation) doubted(ctx context.Context, l *dossier, t trial) (string, error) {
	if e.opt.Enough != nil {
		if why := e.opt.Enough(); why != "" {
			return "nobody was asked whether it expects the right thing: " + why, nil
		}
	}
	messages, err := e.judge.Prompts.Render("expect", prompts.Expectation{
		Declarations: e.declarations(t.call), Clause: l.clause.Text, Section: string(l.clause.Section), Call: e.view.renamed(t.call.text),
	})
	if err != nil {
		return "", err
	}
	readable := func(x expectation) error {
		if x.Expected == openWord {
			return nil
		}
		if _, err := readExpected(e.view.back(x.Expected), t.call.surface); err != nil {
			return errors.New(e.view.told(err))
		}
		return nil
	}
	second, _, err := model.AskFor(ctx, e.judge.Asker, messages, "expectation", readable)
	var bad *model.UnusableError
	switch {
	case errors.As(err, &bad):
		return "a second request without code gave no expectation that can be read: " + oneLine(bad.Err.Error()), nil
	case err != nil:
		return "", fmt.Errorf("judge of %s: %w", l.clause.ID, err)
	case second.Expected == openWord:
		return fmt.Sprintf("by the clause alone nobody can tell what %s gives", t.call.text), nil
	}
	other, err := readExpected(e.view.back(second.Expected), t.call.surface)
	if err != nil {
		return "", err
	}
	if other.String() != t.want.String() {
		return fmt.Sprintf("by the clause alone %s gives %s, and the judge expects %s", t.call.text, other, t.want), nil
	}
	return "", nil
}

// run runs the call. What differs from the expectation is run once more, because what does not repeat says nothing.
func (e *evaluation) run(ctx context.Context, t *trial) error {
	if e.bench == nil {
		t.cannot(errors.New("there is nothing to run it in"))
		return nil
	}
	if err := e.atCandidate(ctx); err != nil {
		return err
	}
	word := t.call.word(e.candidate.Tree, t.want)
	file := t.call.test(t.want, word)
	for t.void == "" && t.times < 2 {
		done, err := e.bench.Probe(ctx, e.spec.Front.Tests, file, objectionTest)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			t.cannot(err)
			continue
		}
		e.keepWalls(done)
		t.note(findingOf(done, word, t.want))
		if t.ran.equal || e.opt.NoConfirm {
			break
		}
	}
	return nil
}

// note takes over what a run showed.
func (t *trial) note(now ran) {
	t.times++
	switch {
	case now.doubt != "":
		t.void = "running its objection shows nothing: " + now.doubt
	case t.times > 1 && now != t.ran:
		t.void = fmt.Sprintf("two runs of its objection differ: %s and %s", t.ran.got, now.got)
	default:
		t.ran = now
	}
}

// atCandidate makes the checkout hold the candidate, if nothing has done so yet.
func (e *evaluation) atCandidate(ctx context.Context) error {
	if e.switched {
		return nil
	}
	e.switched = true
	return e.bench.Switch(ctx, e.candidate.Tree, e.held()...)
}

// evidence is what was run.
func (t trial) evidence() verdict.Evidence {
	e := verdict.Evidence{
		Kind: verdict.FromObjection, Input: oneLine(t.call.text), Want: t.want.String(), Got: t.ran.got, Passed: t.ran.equal,
	}
	if t.times > 1 {
		e.Message = "twice"
	}
	return e
}

// said is the objection in the words that there are.
func (t trial) said() string {
	if t.call.text != "" && t.opinion.Expected != "" {
		return shorten(oneLine(t.call.text)+": expected "+oneLine(t.opinion.Expected), maxObjection)
	}
	return objection(t.opinion)
}
