package challenge

import (
	"context"
	"slices"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// judge asks for opinions on clauses of which the truth is known: they hold for the code, by checks that are bound, and they do not with
// a violation that these checks noticed.
func (r *campaign) judge(ctx context.Context, found verdict.Challenge, out *verdict.Calibration) error {
	f := r.fields[0]
	opinion := r.opt.Opinion(f, f)
	out.Judge = &verdict.Errors{}
	for _, b := range r.known(found) {
		of := &questions{campaign: r, field: f, opinion: opinion, clause: b.Clause, out: out}
		if err := of.ask(ctx, nil); err != nil {
			return err
		}
		if i := r.violationOf(b.Clause); i >= 0 {
			if err := of.ask(ctx, &r.plants[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// known gives the clauses whose truth is known, as many as wanted, spread over the spec.
func (r *campaign) known(found verdict.Challenge) []verdict.Binding {
	bound := slices.DeleteFunc(slices.Clone(found.Clauses), func(b verdict.Binding) bool { return b.Bound != verdict.Bound })
	if len(bound) <= r.opt.Judge {
		return bound
	}
	var out []verdict.Binding
	for i := range r.opt.Judge {
		out = append(out, bound[i*len(bound)/r.opt.Judge])
	}
	return out
}

// violationOf chooses a violation that a clause's checks noticed, by the seed; -1 if there is none. One that few other clauses noticed is
// about this one.
func (r *campaign) violationOf(clause string) int {
	var mine []mutate.Mutant
	fewest := 0
	for _, p := range r.plants {
		if p.fate != verdict.Caught || p.Degenerate() || p.neutral() || !slices.Contains(p.caught, clause) {
			continue
		}
		if n := len(p.caught); len(mine) == 0 || n < fewest {
			mine, fewest = nil, n
		}
		if len(p.caught) == fewest {
			mine = append(mine, p.Mutant)
		}
	}
	if len(mine) == 0 {
		return -1
	}
	chosen := mutate.Sample(mine, 1, r.opt.Seed)[0]
	return slices.IndexFunc(r.plants, func(p plant) bool { return p.ID == chosen.ID })
}

// questions are those about one clause.
type questions struct {
	campaign *campaign
	field    *field
	opinion  Opinion
	clause   string
	out      *verdict.Calibration
}

// ask asks about the code, or about the code with a violation, and notes whether the answer is right.
func (q *questions) ask(ctx context.Context, p *plant) error {
	if p != nil {
		q.field.now = &p.Mutant
		defer func() { q.field.now = nil }()
	}
	v, err := q.opinion.Opinion(ctx, q.campaign.spec, q.campaign.candidate, q.clause)
	if err != nil {
		return err
	}
	wrong := v.Status == verdict.Fail
	rate := &q.out.Judge.FalseRejects
	said := verdict.Misjudged{By: "judge", Clause: q.clause, Right: true, Note: "the code as it is", Reason: v.Reason}
	if p != nil {
		wrong, rate = v.Status == verdict.Pass, &q.out.Judge.FalseAccepts
		said.Right, said.File, said.Line, said.Note, said.Diff = false, p.Path, p.Line, string(p.Kind)+": "+p.Note, q.campaign.diff(*p)
	}
	rate.Add(wrong)
	q.out.Judge.Unknown.Add(v.Status == verdict.Unknown)
	if wrong {
		q.out.Wrong = append(q.out.Wrong, said)
	}
	q.campaign.opt.Progress(q.out.Judge.Unknown.Of, 2*q.campaign.opt.Judge)
	return nil
}
