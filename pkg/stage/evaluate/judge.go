package evaluate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Judge is a model's opinion on the clauses that nothing else decides. It proposes: what it says counts only with citations that
// have been compared byte for byte with what it was shown.
type Judge struct {
	Asker   *model.Asker // asks the model of the role judge
	Prompts *prompts.Set // holds the template "judge"
}

// opinion is what a judge answers. The places come first, so that they are looked up before it is decided.
type opinion struct {
	Citations   []citation `json:"citations" jsonschema:"the lines that the verdict rests on"`
	Input       string     `json:"input" jsonschema:"for fail: the input or the situation that breaks the clause; else empty"`
	Expectation string     `json:"expectation" jsonschema:"for fail: what the clause says must happen then; else empty"`
	Verdict     string     `json:"verdict" enum:"pass,fail,unknown"`
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
	var shown []prompts.SourceFile
	for _, s := range e.targets {
		shown = append(shown, prompts.SourceFile{Path: s.Path, Language: prompts.Language(s.Path), Text: s.numbered()})
	}
	for _, l := range e.active() {
		advice := !l.plan.judge
		if advice && (!e.opt.JudgeAlways || l.plan.open || l.plan.missing != "" || e.judge == nil) {
			continue
		}
		if why := e.unjudged(l, shown); why != "" {
			if !advice {
				l.unknown(why)
			}
			continue
		}
		p, err := e.judged(ctx, l, shown)
		if err != nil {
			return err
		}
		p.advice = advice
		l.add(p)
	}
	return nil
}

// unjudged says why the judge is not asked about a clause; "" if it is.
func (e *evaluation) unjudged(l *dossier, shown []prompts.SourceFile) string {
	c := l.clause
	switch {
	case e.report.Conflict != "":
		return e.report.Conflict
	case len(e.report.Build) > 0:
		return notBuilt
	case e.judge == nil:
		return cmp.Or(e.opt.NoJudge, "no judge is asked") + ", and nothing else decides this clause: add a `test:`, a `check:` or a rule"
	case len(shown) == 0:
		return "there is no target file to judge"
	case c.Level != spec.Should && c.Level != spec.May && c.EvidenceKind() != spec.EvidenceJudge &&
		l.plan.judge && !e.opt.Policy.Carries(verdict.Judged, c.Section):
		return fmt.Sprintf("a judge's opinion does not carry a MUST of %s: add a `test:`, a `check:` or a rule", c.Section)
	case e.opt.Enough != nil:
		return e.opt.Enough()
	}
	return ""
}

func (e *evaluation) judged(ctx context.Context, l *dossier, shown []prompts.SourceFile) (part, error) {
	structural := l.structural()
	messages, err := e.judge.Prompts.Render("judge", prompts.Judgement{
		Files: shown, Clause: l.clause.Text, Section: string(l.clause.Section), Structural: structural,
	})
	if err != nil {
		return part{}, err
	}
	check := func(o opinion) error { return e.verify(l.clause, o, structural) }
	o, done, err := model.AskFor(ctx, e.judge.Asker, messages, "judgement", check)
	by := done.Model
	if by == "" {
		by = e.judge.Asker.Settings.Model
	}
	var bad *model.UnusableError
	switch {
	case errors.As(err, &bad):
		return part{
			status: verdict.Unknown, by: by, causes: []verdict.Cause{verdict.EvaluatorNoise},
			reason: "the judge's answer is void: " + oneLine(bad.Err.Error()),
		}, nil
	case err != nil:
		return part{}, fmt.Errorf("judge of %s: %w", l.clause.ID, err)
	}
	return e.opinionPart(o, by, structural), nil
}

// structural says whether the clause forbids something or concerns the structure of the code, so that lines can show that it is
// broken. Behavior has to be shown by running it.
func (l *dossier) structural() bool {
	return l.clause.Section == spec.NonGoals || len(l.plan.rules) > 0
}

func (e *evaluation) opinionPart(o opinion, by string, structural bool) part {
	p := part{status: verdict.Unknown, by: by}
	for _, c := range o.Citations {
		p.evidence = append(p.evidence, verdict.Evidence{
			Kind: verdict.FromCitation, File: c.File, Line: c.Line, EndLine: c.EndLine,
			Quote: c.Quote, Words: c.Words, Passed: o.Verdict == string(verdict.Pass),
		})
	}
	first := ""
	if len(o.Citations) > 0 {
		first = fmt.Sprintf("%s:%d", o.Citations[0].File, o.Citations[0].Line)
	}
	switch {
	case o.Verdict == string(verdict.Pass):
		p.status, p.basis = verdict.Pass, verdict.Judged
	case o.Verdict != string(verdict.Fail):
		p.reason = "the judge could not decide it"
	case structural:
		p.status, p.basis, p.reason = verdict.Fail, verdict.Judged, "the judge objects to "+first
	default:
		p.reason = "the judge objects, and nothing has run its objection: " + first + ": " + objection(o)
	}
	return p
}

const maxObjection = 300

func objection(o opinion) string {
	return shorten(oneLine(o.Input)+": expected "+oneLine(o.Expectation), maxObjection)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// numbered is the file as a judge sees it: comments blanked, and every line under its own number.
func (s *source) numbered() string {
	var b strings.Builder
	for i, line := range s.lines {
		fmt.Fprintf(&b, "%d| %s\n", i+1, line)
	}
	return b.String()
}
