package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/lock"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// laundered finds clauses that were changed while the code violated them: the clause as it was agreed on, with the tests of then, fails
// on the code that is there, and nothing of the spec of now says so. Whatever the words are, this code was wrong and is right now. It is
// looked for where the code is accepted and the spec or its tests are not those of the lock any more. unknown says why it could not be
// told; "" if it was.
func (a *audit) laundered(ctx context.Context, now verdict.Report) (found []journal.Laundered, unknown string, err error) {
	agreed, ok, err := a.project.agreed(ctx, a.project.seen, a.now.spec)
	if err != nil || !ok {
		return nil, "", err
	}
	present, err := a.now.trees.Files(ctx, a.project.seen, a.now.spec.IsTest)
	if err != nil || agreed.Judges(a.now.spec, present) {
		return nil, "", err
	}
	old, tests, why := a.asAgreed(ctx, agreed)
	if why != "" {
		return nil, why, nil
	}
	was, err := a.evaluateAsAgreed(ctx, old, tests)
	if err != nil {
		return nil, "", err
	}
	for _, v := range was.Verdicts {
		if v.Status == verdict.Fail && v.Level != spec.Should && v.Level != spec.May {
			if how := fateOf(v, a.now.spec, now); how != "" {
				found = append(found, journal.Laundered{Clause: v.Clause, Text: v.Text, Now: how, Evidence: firstAgainst(v)})
			}
		}
	}
	return found, "", a.excuse(ctx, found)
}

// asAgreed reads the spec and the acceptance tests of the lock. why says what is not there any more.
func (a *audit) asAgreed(ctx context.Context, agreed lock.Lock) (old *spec.Spec, tests []patch.File, why string) {
	gone := "it cannot be told whether a clause was changed while the code violated it: git does not have %s as it was agreed on"
	text, err := a.project.repo.ReadBlob(ctx, agreed.Spec.Blob)
	if err != nil {
		return nil, nil, fmt.Sprintf(gone, agreed.Spec.Path)
	}
	if old, err = spec.Parse(agreed.Spec.Path, text); err != nil {
		return nil, nil, fmt.Sprintf(gone, agreed.Spec.Path)
	}
	for _, t := range agreed.Tests {
		data, err := a.project.repo.ReadBlob(ctx, t.Blob)
		if err != nil {
			return nil, nil, fmt.Sprintf(gone, t.Path)
		}
		tests = append(tests, patch.File{Path: t.Path, Mode: patch.ModeFile, Data: data})
	}
	return old, tests, ""
}

// evaluateAsAgreed evaluates the code by the spec and the tests of the lock. Nobody is asked: what only a judge decided is unknown.
func (a *audit) evaluateAsAgreed(ctx context.Context, old *spec.Spec, tests []patch.File) (verdict.Report, error) {
	present, err := a.now.trees.Files(ctx, a.project.seen, func(p string) bool { return a.now.spec.IsTest(p) || old.IsTest(p) || old.IsTarget(p) })
	if err != nil {
		return verdict.Report{}, err
	}
	var gone []string
	var code []patch.File
	for _, f := range present {
		switch {
		case old.IsTarget(f.Path):
			code = append(code, f)
		case !slices.ContainsFunc(tests, func(t patch.File) bool { return t.Path == f.Path }):
			gone = append(gone, f.Path)
		}
	}
	changes, _ := changesOf(old, code)
	p := newPlanting(a.project.repo, a.project.seen)
	tree := p.Plant(tests, gone)
	bench, err := a.project.openBench(ctx, a.env, old, p, false)
	if err != nil {
		return verdict.Report{}, err
	}
	options := a.project.evaluation(a.env, nil)
	options.NoJudge, options.NoLedger = "nobody is asked about a spec of before", true
	found, err := evaluate.New(p, bench, nil, options).Evaluate(ctx, old, patch.Candidate{Tree: tree, Changes: changes})
	if err == nil && a.project.baseTree != "" {
		err = bench.Switch(ctx, a.project.baseTree)
	}
	return found, errors.Join(err, bench.Close())
}

// fateOf says what became of a clause that the code violates; "" where the spec of now says too that it does.
func fateOf(was verdict.Verdict, sp *spec.Spec, now verdict.Report) string {
	c, ok := sp.Clause(was.Clause)
	if !ok {
		return "gone"
	}
	i := slices.IndexFunc(now.Verdicts, func(v verdict.Verdict) bool { return v.Clause == was.Clause })
	switch {
	case i < 0 || now.Verdicts[i].Status == verdict.Waived:
		return "" // a waiver says itself who grants it, why, and until when
	case c.Level != was.Level && (c.Level == spec.Should || c.Level == spec.May):
		return string(c.Level)
	case now.Verdicts[i].Status == verdict.Fail || now.Verdicts[i].Status == verdict.Unknown:
		return ""
	}
	return string(now.Verdicts[i].Status)
}

// firstAgainst is what speaks against a clause, in a few words.
func firstAgainst(v verdict.Verdict) string {
	for _, e := range v.Evidence {
		if !e.Passed {
			parts := slices.DeleteFunc([]string{e.Test, e.Rule, e.Command, e.Message}, func(s string) bool { return s == "" })
			return strings.Join(strings.Fields(strings.Join(parts, ": ")), " ")
		}
	}
	return v.Reason
}

// excuse looks for a why in the commits that changed the spec, "Spec-Why: E1 ...", which counts where the spec has an owner.
func (a *audit) excuse(ctx context.Context, found []journal.Laundered) error {
	if len(found) == 0 || a.project.base == "" || a.now.spec.Front.Owner == "" {
		return nil
	}
	whys, err := a.project.repo.TrailersOf(ctx, a.project.base, a.now.spec.Path, "Spec-Why")
	if err != nil {
		return err
	}
	for i := range found {
		for _, why := range whys {
			if id, reason, ok := strings.Cut(why, " "); ok && id == found[i].Clause {
				found[i].Why, found[i].Owner = strings.TrimSpace(reason), a.now.spec.Front.Owner
			}
		}
	}
	return nil
}
