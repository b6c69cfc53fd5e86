package verdict

import (
	"fmt"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// Accepted says whether the candidate may be committed: there is a clause, every MUST holds on a basis that the policy
// allows, the code builds, and the spec does not contradict itself. Unknown is never accepted. Where the policy asks for it, every
// changed line has to serve a clause, too.
func (r Report) Accepted(p Policy) bool {
	return r.Upheld(p) && (!p.ServedOnly || r.OutOfScope() == "")
}

// Upheld is Accepted, whatever the lines serve.
func (r Report) Upheld(p Policy) bool {
	return len(r.Verdicts) > 0 && len(r.Build) == 0 && r.Conflict == "" && len(r.Blocking(p)) == 0
}

// Blocking gives the verdicts that keep the candidate from being accepted, in the order of the spec.
func (r Report) Blocking(p Policy) []Verdict {
	var out []Verdict
	for _, v := range r.Verdicts {
		if must(v) && !p.holds(v) {
			out = append(out, v)
		}
	}
	return out
}

// Warnings gives the SHOULD clauses that fail or could not be decided, in the order of the spec.
func (r Report) Warnings() []Verdict {
	var out []Verdict
	for _, v := range r.Verdicts {
		if v.Level == spec.Should && !v.Holds() {
			out = append(out, v)
		}
	}
	return out
}

// Counts is how many clauses have which outcome.
type Counts struct {
	Total  int
	Status map[Status]int
	Basis  map[Basis]int // of those that pass
}

// Counts counts the verdicts by status, and those that pass by basis.
func (r Report) Counts() Counts {
	c := Counts{Total: len(r.Verdicts), Status: map[Status]int{}, Basis: map[Basis]int{}}
	for _, v := range r.Verdicts {
		c.Status[v.Status]++
		if v.Status == Pass {
			c.Basis[v.Basis]++
		}
	}
	return c
}

// OpinionAlone gives the clauses that pass and rest on nothing but a judge's opinion, in the order of the spec.
func (r Report) OpinionAlone() []string {
	var ids []string
	for _, v := range r.Verdicts {
		if v.Status == Pass && v.Basis == Judged {
			ids = append(ids, v.Clause)
		}
	}
	return ids
}

// Summary is the report in one line: 11/11 pass (8 executed, 2 static, 1 judged). What does not pass is counted behind it:
// 9/11 pass (9 executed), 1 fail, 1 unknown.
func (r Report) Summary() string {
	c := r.Counts()
	var bases []string
	for _, b := range []Basis{Executed, Static, Judged, Human} {
		if n := c.Basis[b]; n > 0 {
			bases = append(bases, fmt.Sprintf("%d %s", n, b))
		}
	}
	first := fmt.Sprintf("%d/%d pass", c.Status[Pass], c.Total)
	if len(bases) > 0 {
		first += " (" + strings.Join(bases, ", ") + ")"
	}
	parts := []string{first}
	for _, s := range []Status{Fail, Unknown, Waived, Open} {
		if n := c.Status[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}
