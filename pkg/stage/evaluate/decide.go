package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// decider is who decides where no model and no person does.
const decider = "specgen"

// decide makes the verdicts out of what was observed.
func (e *evaluation) decide() verdict.Report {
	for _, l := range e.clauses {
		e.report.Verdicts = append(e.report.Verdicts, e.verdict(l))
	}
	return e.report
}

func (e *evaluation) verdict(l *dossier) verdict.Verdict {
	c := l.clause
	v := verdict.Verdict{
		Clause: c.ID, Digest: c.Digest(), Section: c.Section, Level: c.Level, Text: c.Text,
		Evidence: []verdict.Evidence{}, Bound: verdict.NotMeasured, By: decider,
	}
	if l.waived {
		return waived(v, l.waiver)
	}
	for _, p := range l.parts {
		v.Evidence = append(v.Evidence, p.evidence...)
	}
	l.weigh(&v)
	v.Bound = e.bound(c, v.Basis)
	v.Refused = e.opt.Policy.Refuses(v)
	if note := e.lapsed(c); note != "" && v.Status != verdict.Open {
		v.Reason = strings.TrimSuffix(note+"; "+v.Reason, "; ")
	}
	v.Reason = oneLine(v.Reason)
	e.sealReason(&v)
	return v
}

// bound says whether the checks that a clause rests on have been seen to fail on violations.
func (e *evaluation) bound(c *spec.Clause, basis verdict.Basis) string {
	if e.opt.Bound == nil || basis != verdict.Executed && basis != verdict.Static {
		return verdict.NotMeasured
	}
	return e.opt.Bound(verdict.CheckDigest(e.spec, c, e.testFiles))
}

func waived(v verdict.Verdict, a spec.Attachment) verdict.Verdict {
	v.Status, v.Basis, v.By = verdict.Waived, verdict.Human, a.By
	v.Reason = fmt.Sprintf("waived until %s by %s: %s", a.Until, a.By, a.Value)
	v.Evidence = append(v.Evidence, verdict.Evidence{Kind: verdict.FromPerson, Message: v.Reason, Passed: true})
	return v
}

// lapsed says that the clause had a waiver which no longer holds.
func (e *evaluation) lapsed(c *spec.Clause) string {
	all := c.Attached(spec.AttachWaive)
	switch {
	case len(all) == 0:
		return ""
	case e.opt.Clock == nil:
		return "its waiver does not count, because nobody knows the day"
	}
	return fmt.Sprintf("the waiver by %s ended on %s", all[len(all)-1].By, all[len(all)-1].Until)
}

// weigh puts the parts together: any fail is a fail, else anything unknown is unknown, else it passes on the strongest basis
// that carries it. Evidence that no diff can show leaves a clause open where nothing speaks against it.
func (l *dossier) weigh(v *verdict.Verdict) {
	status := func(s verdict.Status) func(part) bool {
		return func(p part) bool { return p.status == s && (!p.advice || s != verdict.Unknown) }
	}
	for _, s := range []verdict.Status{verdict.Fail, verdict.Unknown, verdict.Pass} {
		if i := slices.IndexFunc(l.parts, status(s)); i >= 0 {
			v.Status = s
			l.settle(v, l.parts[i])
			break
		}
	}
	switch {
	case v.Status == "" && !l.plan.open:
		v.Status, v.Reason = verdict.Unknown, "nothing decides this clause"
	case l.plan.open && (v.Status == "" || v.Status == verdict.Pass):
		v.Status, v.Basis, v.Reason = verdict.Open, verdict.Human, openReason(l.clause.EvidenceKind())
	}
}

// settle takes reason and basis from the parts that carry the status. first is the first of them.
func (l *dossier) settle(v *verdict.Verdict, first part) {
	v.Reason, v.By, v.Causes = first.reason, decider, first.causes
	if first.by != "" {
		v.By = first.by
	}
	if v.Status == verdict.Unknown {
		return
	}
	for _, p := range l.parts {
		if p.status != v.Status || p.advice && p.status == verdict.Pass {
			continue
		}
		if p.basis.Stronger(v.Basis) {
			v.Basis, v.By = p.basis, decider
			if p.by != "" {
				v.By = p.by
			}
		}
	}
}

func openReason(kind spec.EvidenceKind) string {
	if kind == spec.EvidenceProduction {
		return "production has to show it"
	}
	return "a person has to look at it"
}
