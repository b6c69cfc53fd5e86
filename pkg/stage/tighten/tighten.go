// Package tighten is the stage that looks for the cause of each failure. Where the spec left a gap it has the spec amended, by
// additions alone: what a model proposes passes through spec.Amend, which cannot weaken anything. What it cannot make use of
// counts as the model's miss and changes nothing.
package tighten

import (
	"context"
	"errors"
	"fmt"
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
	Fact     string `json:"fact" jsonschema:"the fact that the check expects, in the words of the observation"`
	Stated   string `json:"stated" enum:"yes,no" jsonschema:"whether that fact stands in the specification"`
	Sentence string `json:"sentence" jsonschema:"if it does not: one sentence that says the fact; else empty"`
	Other    string `json:"other" jsonschema:"the ID of another clause that cannot hold beside this one; empty if there is none"`
	Words    string `json:"words" jsonschema:"the words of that other clause, copied; else empty"`
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
	var last answer
	got, _, err := model.AskFor(ctx, s.asker, messages, "findings", func(a answer) error {
		last = a
		return s.check(sp, failures, a)
	})
	if unusable(err) && len(last.Findings) > 0 {
		return last, nil // it can be read, and what cannot be used of it becomes a proposal or a miss
	}
	return got, err
}

// check tells the model once which of its sentences cannot be used, and why.
func (s *Stage) check(sp *spec.Spec, failures []verdict.Failure, a answer) error {
	for _, f := range failures {
		found, ok := find(a, f.Clause)
		if cause(sp, found, ok) != verdict.SpecGap {
			continue
		}
		if _, trouble := usable(sp, f, found, failures); trouble != nil {
			return fmt.Errorf("the sentence for %s cannot be used: it %s. Write the rule that was expected, with its number: %s", f.Clause, trouble.words, f.Want)
		}
	}
	return nil
}

// trouble is why a sentence cannot be appended.
type trouble struct {
	words     string
	unfounded bool // it says what nobody observed; else spec.Amend holds it back, and a person may think otherwise
}

// fewestWords is how many words a fact must have to stand as a sentence.
const fewestWords = 4

// usable gives the amendment that a finding asks for: by its sentence or, where that cannot be used, by the fact itself. Small
// models name the fact and then write a sentence about the one input that was tried.
func usable(sp *spec.Spec, f verdict.Failure, found finding, failures []verdict.Failure) (spec.Amendment, *trouble) {
	nothing := &trouble{"says nothing", true}
	first, problem := spec.Amendment{}, nothing
	for _, text := range []string{found.Sentence, found.Fact} {
		if text == found.Fact && len(strings.Fields(text)) < fewestWords {
			continue // a name or a number, and no sentence
		}
		a := amendment(f.Clause, text, found.Why)
		if a.Text == "" {
			continue
		}
		t := objection(sp, a, f, failures)
		if t == nil {
			return a, nil
		}
		if problem == nothing {
			first, problem = a, t
		}
	}
	return first, problem
}

// objection says why an amendment cannot be made; nil if it can.
func objection(sp *spec.Spec, a spec.Amendment, f verdict.Failure, failures []verdict.Failure) *trouble {
	if id := standsIn(sp, a); id != "" {
		return &trouble{"is what " + id + " says already", true}
	}
	if n := inventedNumber(a.Text, sp, failures); n != "" {
		return &trouble{"names " + n + ", which stands neither in the spec nor in what was observed", true}
	}
	if n := inputNumber(a.Text, f); n != "" {
		return &trouble{"speaks of the one input " + n + ", and not of the rule", true}
	}
	if _, rejected := sp.Amend([]spec.Amendment{a}, spec.Known{}); len(rejected) > 0 {
		return &trouble{"is held back, because " + rejected[0].Reason, false}
	}
	return nil
}

// standsIn gives another clause that says what the amendment would add: nothing is open then.
func standsIn(sp *spec.Spec, a spec.Amendment) string {
	text := strings.TrimSuffix(strings.Join(strings.Fields(a.Text), " "), ".")
	for _, c := range sp.Clauses() {
		if c.ID != a.Clause && text != "" && strings.Contains(strings.Join(strings.Fields(c.Text), " "), text) {
			return c.ID
		}
	}
	return ""
}

func amendment(clause, text, why string) spec.Amendment {
	return spec.Amendment{Kind: spec.AppendSentence, Clause: clause, Text: sentence(text), Why: oneLine(why, maxWhy)}
}

// sentence begins a text like a sentence, if its first word is one of lower case.
func sentence(text string) string {
	runes := []rune(oneLine(text, maxSentence))
	if len(runes) > 1 && unicode.IsLower(runes[0]) && (unicode.IsLower(runes[1]) || runes[1] == ' ') {
		runes[0] = unicode.ToUpper(runes[0])
	}
	return string(runes)
}

// diagnose turns the answer into findings, one per failure, and amendments.
func (s *Stage) diagnose(sp *spec.Spec, failures []verdict.Failure, got answer) verdict.Diagnosis {
	var d verdict.Diagnosis
	var wanted []spec.Amendment
	for _, f := range failures {
		found, ok := find(got, f.Clause)
		cause := cause(sp, found, ok)
		why := oneLine(found.Why, maxWhy)
		if cause == verdict.SpecGap {
			a, trouble := usable(sp, f, found, failures)
			if trouble != nil && trouble.unfounded {
				cause, why = verdict.ModelMiss, "the tightener's sentence "+trouble.words
			} else {
				wanted = append(wanted, a)
			}
		}
		if cause == verdict.SpecConflict {
			d.Review = f.Clause + " may contradict " + found.Other + ": " + why
		}
		d.Findings = append(d.Findings, verdict.Finding{Clause: f.Clause, Cause: cause, Why: why})
	}
	if d.Review != "" {
		d.Proposals = wanted // a contradiction is for a person, and so is all that was found with it
		return d
	}
	return s.amend(sp, d, wanted)
}

// find gives the finding for a clause, with IDs as the spec writes them: models copy its asterisks and colons too.
func find(got answer, clause string) (finding, bool) {
	for _, f := range got.Findings {
		f.Clause, f.Other = strings.Trim(f.Clause, "*: "), strings.Trim(f.Other, "*: ")
		if f.Clause == clause {
			return f, true
		}
	}
	return finding{}, false
}

// cause takes a gap for one only if it comes with a sentence and a why, since every change of a spec has a why; and a conflict only
// with words that really stand in another clause.
func cause(sp *spec.Spec, f finding, answered bool) verdict.Cause {
	why := strings.TrimSpace(f.Why) != ""
	switch {
	case !answered:
		return verdict.ModelMiss
	case why && cited(sp, f):
		return verdict.SpecConflict
	case f.Stated == "no" && why && strings.TrimSpace(f.Sentence+f.Fact) != "":
		return verdict.SpecGap
	}
	return verdict.ModelMiss
}

// cited says whether a conflict quotes at least three words of another clause.
func cited(sp *spec.Spec, f finding) bool {
	const fewest = 3
	other, ok := sp.Clause(f.Other)
	words := strings.Join(strings.Fields(f.Words), " ")
	return ok && other.ID != f.Clause && len(strings.Fields(words)) >= fewest && strings.Contains(strings.Join(strings.Fields(other.Text), " "), words)
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
