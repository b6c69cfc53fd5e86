package evaluate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Judge is a model's opinion on the clauses that nothing else decides. It proposes: what it says counts only with citations that
// have been compared byte for byte with what it was shown, and an objection to behavior only when it has been run.
type Judge struct {
	Asker   *model.Asker // asks the model of the role judge
	Prompts *prompts.Set // holds the templates "judge" and "expect"
}

// opinion is what a judge answers where an objection can be run. The places come first, so that they are looked up before it is decided.
type opinion struct {
	Citations   []citation `json:"citations" jsonschema:"the lines that the verdict rests on"`
	Input       string     `json:"input" jsonschema:"for fail: the input or the situation that breaks the clause; else empty"`
	Expectation string     `json:"expectation" jsonschema:"for fail: what the clause says must happen then; else empty"`
	Verdict     string     `json:"verdict" enum:"pass,fail,unknown"`
	Call        string     `json:"call" jsonschema:"for fail: one Go expression that shows it; else empty"`
	Expected    string     `json:"expected" jsonschema:"for fail: what the clause says that the call gives; else empty"`
}

// inWords is an opinion where an objection cannot be run.
type inWords struct {
	Citations   []citation `json:"citations" jsonschema:"the lines that the verdict rests on"`
	Input       string     `json:"input" jsonschema:"for fail: the input or the situation that breaks the clause; else empty"`
	Expectation string     `json:"expectation" jsonschema:"for fail: what the clause says must happen then; else empty"`
	Verdict     string     `json:"verdict" enum:"pass,fail,unknown"`
}

// byLines is an opinion where lines alone show what it says.
type byLines struct {
	Citations []citation `json:"citations" jsonschema:"the lines that the verdict rests on"`
	Verdict   string     `json:"verdict" enum:"pass,fail,unknown"`
}

type citation struct {
	File    string `json:"file"`
	Line    int    `json:"line" jsonschema:"number of the first line that is quoted"`
	EndLine int    `json:"end_line" jsonschema:"number of the last line that is quoted"`
	Quote   string `json:"quote" jsonschema:"these lines exactly as shown, without their numbers"`
	Words   string `json:"words" jsonschema:"the words of the clause that the lines speak to, copied from it"`
}

// askJudge asks about what is left, one clause at a time. The files come first in every prompt, so that an endpoint can keep them.
func (e *evaluation) askJudge(ctx context.Context) error {
	e.view = e.shown()
	for _, l := range e.active() {
		advice := !l.plan.judge
		if advice && (!e.opt.JudgeAlways || l.plan.open || l.plan.missing != "" || e.judge == nil) {
			continue
		}
		if !e.opt.JudgeAlways && l.failed() {
			continue // decided, and stronger
		}
		if why := e.unjudged(l); why != "" {
			if !advice {
				l.unknown(why)
			}
			continue
		}
		p, err := e.judged(ctx, l)
		if err != nil {
			return err
		}
		p.advice = advice
		l.add(p)
	}
	return nil
}

// failed says whether something speaks against the clause already.
func (l *dossier) failed() bool {
	return slices.ContainsFunc(l.parts, func(p part) bool { return p.status == verdict.Fail })
}

// unjudged says why the judge is not asked about a clause; "" if it is.
func (e *evaluation) unjudged(l *dossier) string {
	c := l.clause
	switch {
	case e.report.Conflict != "":
		return e.report.Conflict
	case len(e.report.Build) > 0:
		return notBuilt
	case e.judge == nil:
		return cmp.Or(e.opt.NoJudge, "no judge is asked") + ", and nothing else decides this clause: add a `test:`, a `check:` or a rule"
	case len(e.view.files) == 0:
		return "there is no target file to judge"
	case c.Level != spec.Should && c.Level != spec.May && c.EvidenceKind() != spec.EvidenceJudge &&
		l.plan.judge && !e.opt.Policy.Carries(verdict.Judged, c.Section):
		return fmt.Sprintf("a judge's opinion does not carry a MUST of %s: add a `test:`, a `check:` or a rule", c.Section)
	case e.opt.Enough != nil:
		return e.opt.Enough()
	}
	return ""
}

// judged asks about one clause. An objection to behavior is run; if the code does what it expects, the judge is told what the code does
// and asked once more.
func (e *evaluation) judged(ctx context.Context, l *dossier) (part, error) {
	first, err := e.ask(ctx, l, nil)
	if err != nil || first.settled {
		return first.part, err
	}
	one, err := e.try(ctx, l, first.opinion)
	if err != nil || one.void != "" || !one.ran.equal {
		return first.tried(one), err
	}
	if e.opt.Enough != nil {
		if why := e.opt.Enough(); why != "" {
			return first.refuted(one, why), nil
		}
	}
	second, err := e.ask(ctx, l, e.view.fact(one))
	if err != nil {
		return part{}, err
	}
	if second.settled {
		second.part.evidence = append(second.part.evidence, one.evidence())
		return second.part, nil
	}
	two, err := e.try(ctx, l, second.opinion)
	if err == nil && two.void == "" && two.ran.equal {
		return second.refuted(two, "what it objects to does not happen, for the second time"), nil
	}
	return second.tried(two), err
}

// asked is an answer of the judge. It is settled if nothing is left to be run.
type asked struct {
	part    part
	opinion opinion
	settled bool
}

func (e *evaluation) ask(ctx context.Context, l *dossier, fact *prompts.Fact) (asked, error) {
	structural := l.structural()
	messages, err := e.judge.Prompts.Render("judge", prompts.Judgement{
		Files: e.view.files, Strings: e.view.held(l.clause), Clause: l.clause.Text, Section: string(l.clause.Section),
		Structural: structural, Runnable: len(e.surfaces()) > 0, Fact: fact,
	})
	if err != nil {
		return asked{}, err
	}
	answers := 0
	check := func(o opinion) error {
		answers++
		if err := e.verify(l.clause, o, structural); err != nil {
			return err
		}
		return e.unreadable(e.view.meantBy(o), structural, answers > 1)
	}
	o, done, err := e.answered(ctx, messages, structural, check)
	by := cmp.Or(done.Model, e.judge.Asker.Settings.Model)
	var bad *model.UnusableError
	switch {
	case errors.As(err, &bad):
		return asked{settled: true, part: part{
			status: verdict.Unknown, by: by, causes: []verdict.Cause{verdict.EvaluatorNoise},
			reason: "the judge's answer is void: " + oneLine(bad.Err.Error()),
		}}, nil
	case err != nil:
		return asked{}, fmt.Errorf("judge of %s: %w", l.clause.ID, err)
	}
	o = e.view.meantBy(o)
	return asked{
		part: opinionPart(o, by), opinion: o,
		settled: structural || o.Verdict != string(verdict.Fail),
	}, nil
}

// answered asks for an opinion in the shape that the clause needs: a small model fills in whatever it is asked for.
func (e *evaluation) answered(ctx context.Context, messages []model.Message, structural bool, check func(opinion) error) (opinion, model.Completion, error) {
	switch {
	case structural:
		lines := func(x byLines) opinion { return opinion{Citations: x.Citations, Verdict: x.Verdict} }
		x, done, err := model.AskFor(ctx, e.judge.Asker, messages, "judgement", func(x byLines) error { return check(lines(x)) })
		return lines(x), done, err
	case len(e.surfaces()) == 0:
		words := func(x inWords) opinion {
			return opinion{Citations: x.Citations, Input: x.Input, Expectation: x.Expectation, Verdict: x.Verdict}
		}
		x, done, err := model.AskFor(ctx, e.judge.Asker, messages, "judgement", func(x inWords) error { return check(words(x)) })
		return words(x), done, err
	}
	return model.AskFor(ctx, e.judge.Asker, messages, "judgement", check)
}

// unreadable says what is wrong with the call of an objection, for the judge, who is asked once more. The second time it stands as it is:
// an objection that nobody can run is unknown, and can be read by people.
func (e *evaluation) unreadable(o opinion, structural, again bool) error {
	if o.Verdict != string(verdict.Fail) || structural || again || len(e.surfaces()) == 0 {
		return nil
	}
	c, err := e.readCall(o.Call)
	if err != nil {
		return fmt.Errorf("its call cannot be run: %s", e.view.told(err))
	}
	if _, err := readExpected(o.Expected, c.surface); err != nil {
		return fmt.Errorf("its expected result cannot be compared: %s", e.view.told(err))
	}
	return nil
}

// structural says whether the clause forbids something or concerns the structure of the code, so that lines can show that it is
// broken. Behavior has to be shown by running it.
func (l *dossier) structural() bool {
	return l.clause.Section == spec.NonGoals || len(l.plan.rules) > 0
}

// opinionPart is what an opinion says where lines alone can show it.
func opinionPart(o opinion, by string) part {
	p := part{status: verdict.Unknown, by: by}
	for _, c := range o.Citations {
		p.evidence = append(p.evidence, verdict.Evidence{
			Kind: verdict.FromCitation, File: c.File, Line: c.Line, EndLine: c.EndLine,
			Quote: c.Quote, Words: c.Words, Passed: o.Verdict == string(verdict.Pass),
		})
	}
	switch o.Verdict {
	case string(verdict.Pass):
		p.status, p.basis = verdict.Pass, verdict.Judged
	case string(verdict.Fail):
		p.status, p.basis, p.reason = verdict.Fail, verdict.Judged, "the judge objects to "+o.place()
	default:
		p.reason = "the judge could not decide it"
	}
	return p
}

// tried is what an objection says after somebody tried to run it: it fails the clause if the code gives something else than is expected.
func (a asked) tried(t trial) part {
	p := a.part
	if t.void == "" {
		p.reason = fmt.Sprintf("the judge objects to %s: %s, got %s", a.opinion.place(), t.said(), t.ran.got)
		p.evidence = append([]verdict.Evidence{t.evidence()}, p.evidence...)
		return p
	}
	p.status, p.basis = verdict.Unknown, verdict.NoBasis
	p.reason = fmt.Sprintf("the judge objects, and %s: %s: %s", t.void, a.opinion.place(), t.said())
	return p
}

// refuted is what is left of an objection after the code did what it expects.
func (a asked) refuted(t trial, why string) part {
	p := a.part
	p.status, p.basis = verdict.Unknown, verdict.NoBasis
	p.causes = []verdict.Cause{verdict.EvaluatorNoise}
	p.reason = fmt.Sprintf("the judge objects to %s, but %s gives %s, as it expects: %s", a.opinion.place(), t.call.text, t.want, why)
	p.evidence = append(p.evidence, t.evidence())
	return p
}

// place is the first line that an opinion cites.
func (o opinion) place() string {
	if len(o.Citations) == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", o.Citations[0].File, o.Citations[0].Line)
}

const maxObjection = 300

func objection(o opinion) string {
	return shorten(oneLine(o.Input)+": expected "+oneLine(o.Expectation), maxObjection)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
