package evaluate

import (
	"context"
	"fmt"
	"slices"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Opinion is what the judge alone says of one clause, as though nothing else decided it. It is for measuring judges on clauses whose
// truth is known. The policy of the stage has to carry the clause's section.
func (s *Stage) Opinion(ctx context.Context, sp *spec.Spec, c patch.Candidate, clause string) (verdict.Verdict, error) {
	e, err := s.open(ctx, sp, c)
	if err != nil {
		return verdict.Verdict{}, err
	}
	e.clauses = slices.DeleteFunc(e.clauses, func(l *dossier) bool { return l.clause.ID != clause })
	if len(e.clauses) != 1 {
		return verdict.Verdict{}, fmt.Errorf("the spec has no clause %s", clause)
	}
	l := e.clauses[0]
	l.plan, l.waived = plan{judge: true, rules: l.plan.rules}, false
	if err := e.askJudge(ctx); err != nil {
		return verdict.Verdict{}, err
	}
	return e.decide().Verdicts[0], nil
}
