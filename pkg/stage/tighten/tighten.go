// Package tighten is the stage that looks for the cause of each failure. Where the spec left a gap it has the spec amended, by
// additions alone: what a model proposes passes through spec.Amend, which cannot weaken anything. What it cannot make use of
// counts as the model's miss and changes nothing.
package tighten

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// Mode says what happens with an amendment.
type Mode string

// The modes.
const (
	Auto    Mode = "auto"    // it is made
	Propose Mode = "propose" // it is shown, and a person decides
	Off     Mode = "off"     // nobody is asked; every failure is the model's miss
)

// Stage finds causes and amends specs.
type Stage struct {
	asker *model.Asker
	set   *prompts.Set
	mode  Mode
}

// New makes the stage. With mode Off the model may be nil.
func New(m model.Model, settings model.Settings, set *prompts.Set, mode Mode) *Stage {
	return &Stage{asker: model.NewAsker(m, settings), set: set, mode: mode}
}

// answer is what the tightener's model is asked for. The fact comes first, so that it is looked for before it is judged.
type answer struct {
	Findings []finding `json:"findings"`
}

type finding struct {
	Clause   string `json:"clause" jsonschema:"ID of a clause that does not hold"`
	Fact     string `json:"fact" jsonschema:"the fact that the check expects and the specification does not say; empty if there is none"`
	Cause    string `json:"cause" enum:"model-miss,spec-gap,spec-conflict"`
	Sentence string `json:"sentence" jsonschema:"for spec-gap: one sentence that says the fact; else empty"`
	Why      string `json:"why" jsonschema:"the reason, in a few words"`
}

// Tighten gives a cause for each clause that failed, and the tightened spec where a gap was found. targets are the files of the
// candidate. An answer that cannot be used is no error; the endpoint's failure is, and the context's end.
func (s *Stage) Tighten(ctx context.Context, sp *spec.Spec, _ patch.Candidate, targets []patch.File, r verdict.Report) (verdict.Diagnosis, error) {
	failures := failed(r)
	if len(failures) == 0 {
		return verdict.Diagnosis{}, nil
	}
	if s.mode == Off {
		return verdict.Diagnosis{Findings: misses(failures, "")}, nil
	}
	got, err := s.ask(ctx, sp, targets, failures)
	if unusable(err) {
		return verdict.Diagnosis{Findings: misses(failures, "the tightener's answer could not be used")}, nil
	}
	if err != nil {
		return verdict.Diagnosis{}, err
	}
	return s.diagnose(sp, failures, got), nil
}

// unusable says whether an answer came and is of no use. An answer without text is no failure of the endpoint either.
func unusable(err error) bool {
	if _, ok := errors.AsType[*model.UnusableError](err); ok {
		return true
	}
	fault, ok := errors.AsType[*model.Error](err)
	return ok && fault.Kind == model.ErrEmpty
}

func misses(failures []verdict.Failure, why string) []verdict.Finding {
	var out []verdict.Finding
	for _, f := range failures {
		out = append(out, verdict.Finding{Clause: f.Clause, Cause: verdict.ModelMiss, Why: why})
	}
	return out
}

func (s *Stage) ask(ctx context.Context, sp *spec.Spec, targets []patch.File, failures []verdict.Failure) (answer, error) {
	data := prompts.Tightening{Spec: prompts.Body(sp), Failures: failures}
	for _, f := range targets {
		data.Files = append(data.Files, prompts.Source(f))
	}
	messages, err := s.set.Render("tighten", data)
	if err != nil {
		return answer{}, err
	}
	got, _, err := model.AskFor[answer](ctx, s.asker, messages, "findings", nil)
	return got, err
}

// diagnose turns the answer into findings, one per failure, and amendments.
func (s *Stage) diagnose(sp *spec.Spec, failures []verdict.Failure, got answer) verdict.Diagnosis {
	var d verdict.Diagnosis
	var wanted []spec.Amendment
	for _, f := range failures {
		found, ok := find(got, f.Clause)
		cause := cause(found, ok)
		why := oneLine(found.Why, maxWhy)
		if cause == verdict.SpecGap {
			if invented := inventedNumber(found.Sentence, sp, failures); invented != "" {
				cause, why = verdict.ModelMiss, "the tightener named "+invented+", which stands neither in the spec nor in what was observed"
			} else {
				wanted = append(wanted, spec.Amendment{Kind: spec.AppendSentence, Clause: f.Clause, Text: oneLine(found.Sentence, maxSentence), Why: why})
			}
		}
		if cause == verdict.SpecConflict {
			d.Review = f.Clause + " may contradict another clause: " + why
		}
		d.Findings = append(d.Findings, verdict.Finding{Clause: f.Clause, Cause: cause, Why: why})
	}
	if d.Review != "" {
		d.Proposals = wanted // a contradiction is for a person, and so is all that was found with it
		return d
	}
	return s.amend(sp, d, wanted)
}

func find(got answer, clause string) (finding, bool) {
	for _, f := range got.Findings {
		if strings.Trim(f.Clause, "*: ") == clause {
			return f, true
		}
	}
	return finding{}, false
}

// cause takes a gap for one only if it comes with a sentence and a why, since every change of a spec has a why.
func cause(f finding, answered bool) verdict.Cause {
	switch {
	case !answered:
		return verdict.ModelMiss
	case f.Cause == string(verdict.SpecConflict) && f.Why != "":
		return verdict.SpecConflict
	case f.Cause == string(verdict.SpecGap) && strings.TrimSpace(f.Sentence) != "" && strings.TrimSpace(f.Why) != "":
		return verdict.SpecGap
	}
	return verdict.ModelMiss
}

// amend makes what is wanted, as the mode says. What spec.Amend holds back becomes a proposal.
func (s *Stage) amend(sp *spec.Spec, d verdict.Diagnosis, wanted []spec.Amendment) verdict.Diagnosis {
	if len(wanted) == 0 {
		return d
	}
	next, rejected := sp.Amend(wanted, spec.Known{})
	held := map[string]bool{}
	for _, r := range rejected {
		held[r.Amendment.Clause] = true
		proposal := r.Amendment
		proposal.Why += " (not made by itself: " + r.Reason + ")"
		d.Proposals = append(d.Proposals, proposal)
	}
	var made []spec.Amendment
	for _, a := range wanted {
		if !held[a.Clause] {
			made = append(made, a)
		}
	}
	if s.mode == Propose {
		d.Proposals = append(made, d.Proposals...)
		d.Review = "the spec leaves something open in " + clauses(d.Proposals) + "; a sentence is proposed"
		return d
	}
	if len(made) > 0 {
		d.Amendments, d.Spec = made, next
	}
	return d
}

func clauses(as []spec.Amendment) string {
	var ids []string
	for _, a := range as {
		ids = append(ids, a.Clause)
	}
	return strings.Join(ids, ", ")
}

// What is kept of a model's words, in characters. They go into commit messages and onto terminals.
const (
	maxWhy      = 200
	maxSentence = 600 // of a proposal: what is made is bounded by spec.Amend
)

// oneLine is a text without line ends and without what a terminal would obey, cut at limit characters.
func oneLine(text string, limit int) string {
	printable := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	runes := []rune(strings.Join(strings.Fields(printable), " "))
	if len(runes) > limit {
		return strings.TrimSpace(string(runes[:limit-1])) + "…"
	}
	return string(runes)
}
