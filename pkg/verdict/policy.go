package verdict

import "github.com/specgen-dev/specgen/pkg/spec"

// The values of Verdict.Bound: whether the evidence has been seen to fail on a violation of its clause.
const (
	Bound       = "bound"
	Unbound     = "unbound"
	NotMeasured = "not-measured"
)

// Policy says which evidence may carry a MUST. The zero value is the strictest about judges: none is believed.
type Policy struct {
	// JudgedMust lists the sections in which a judge's verified opinion may alone carry a MUST.
	JudgedMust map[spec.SectionKind]bool
	// RequireBound asks of executed and static evidence that it has been seen to fail on a violation.
	RequireBound bool
	// ServedOnly accepts no candidate with a line that serves no clause, or of which that cannot be told.
	ServedOnly bool
}

// DefaultPolicy believes a judge about behavior and non-goals. Invariants and edge cases are where judges are wrong most
// often, so these need a test, a check or a rule.
func DefaultPolicy() Policy {
	return Policy{JudgedMust: map[spec.SectionKind]bool{spec.Behavior: true, spec.NonGoals: true}}
}

// Carries says whether a pass on this basis counts for a MUST of that section.
func (p Policy) Carries(basis Basis, section spec.SectionKind) bool {
	switch basis {
	case Executed, Static, Human:
		return true
	case Judged:
		return p.JudgedMust[section]
	case NoBasis:
	}
	return false
}

// holds says whether the policy lets a verdict stand for a clause that is a MUST.
func (p Policy) holds(v Verdict) bool {
	switch v.Status {
	case Waived, Open:
		return true
	case Pass:
		return p.Carries(v.Basis, v.Section) && p.bound(v)
	case Fail, Unknown:
	}
	return false
}

func (p Policy) bound(v Verdict) bool {
	if !p.RequireBound || (v.Basis != Executed && v.Basis != Static) {
		return true
	}
	return v.Bound == Bound
}

// Refuses says why a pass does not count, "" where it does, and where there is no pass.
func (p Policy) Refuses(v Verdict) string {
	switch {
	case v.Status != Pass || !must(v) || p.holds(v):
		return ""
	case p.bound(v):
		return "a judge's opinion does not carry a MUST of " + string(v.Section)
	case v.Bound == Unbound:
		return "unbound: its checks let violations pass"
	}
	return "not measured whether its checks notice violations"
}

// Unproven gives the clauses that keep a report from being accepted for no other reason than that their checks are not bound: no
// change of the code can help.
func (r Report) Unproven(p Policy) []Verdict {
	free := p
	free.RequireBound = false
	if !p.RequireBound || !r.Accepted(free) {
		return nil
	}
	return r.Blocking(p)
}

// must says whether a clause binds. A level that nobody knows binds too: fail closed.
func must(v Verdict) bool { return v.Level != spec.Should && v.Level != spec.May }

// Holds says whether the clause needs no more work: it passed, or a person answers for it. It knows no policy.
func (v Verdict) Holds() bool { return v.Status == Pass || v.Status == Waived || v.Status == Open }
