package challenge

import (
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// result puts together what came of the violations.
func (r *campaign) result(took time.Duration) verdict.Challenge {
	out := verdict.Challenge{
		V: verdict.ChallengeVersion, Component: r.spec.Front.Component, Spec: r.spec.Digest(), Tree: r.candidate.Tree,
		Seed: r.opt.Seed, Covered: r.covered, Clauses: []verdict.Binding{}, Planted: []verdict.Planted{}, Duration: took.Milliseconds(),
	}
	for _, p := range r.plants {
		out.Planted = append(out.Planted, r.planted(p))
	}
	for i, c := range r.spec.Clauses() {
		b := verdict.Binding{Clause: c.ID, Digest: c.Digest(), Check: verdict.CheckDigest(r.spec, c, r.tests), Text: c.Text}
		if v := r.base.Verdicts[i]; v.Status == verdict.Pass {
			b.Basis = v.Basis
		}
		out.Clauses = append(out.Clauses, verdict.Bind(b, out.Planted))
	}
	return out
}

func (r *campaign) planted(p plant) verdict.Planted {
	out := verdict.Planted{
		ID: p.ID, Kind: string(p.Kind), Degenerate: p.Degenerate(), Neutral: p.neutral(), Rule: p.rule, File: p.Path, Line: p.Line, Func: p.Func,
		Note: p.Note, Fate: p.fate, Caught: []string{}, Near: []string{},
	}
	out.Caught, out.Near = append(out.Caught, p.caught...), append(out.Near, p.near...)
	if !out.Degenerate {
		out.Diff = r.diff(p)
	}
	return out
}

// diff shows what was planted, without the lines that name the file.
func (r *campaign) diff(p plant) string {
	var text strings.Builder
	after := p.Apply(r.files)
	for _, now := range after {
		was := []byte(nil)
		for _, old := range r.files {
			if old.Path == now.Path {
				was = old.Data
			}
		}
		if string(was) == string(now.Data) && was != nil {
			continue
		}
		_, hunks, _ := strings.Cut(patch.Diff(now.Path, was, now.Data), "\n@@")
		if hunks != "" {
			text.WriteString("@@" + hunks)
		}
	}
	return text.String()
}
