package verdict

import (
	"cmp"
	"slices"
	"strings"
)

// key identifies a clause across revisions: a clause that was reworded is another one.
type key struct{ clause, digest string }

func (v Verdict) key() key { return key{v.Clause, v.Digest} }

func (r Report) byKey() map[key]Verdict {
	out := make(map[key]Verdict, len(r.Verdicts))
	for _, v := range r.Verdicts {
		out[v.key()] = v
	}
	return out
}

// Compare is positive if a is the better candidate, negative if b is, and zero if there is nothing to choose. What
// decides, in this order: no conflict, a build, the MUST clauses that both were judged by, all others of them, the clauses
// that only one was judged by, the share of tests that pass, and how strong the evidence is.
func Compare(a, b Report) int {
	x, y := a.score(b), b.score(a)
	return slices.Compare(x, y)
}

// Better says whether a is a better candidate than b. It is false if they are equally good.
func Better(a, b Report) bool { return Compare(a, b) > 0 }

// score gives numbers of which the first that differs decides; more is better.
func (r Report) score(other Report) []int {
	shared := other.byKey()
	var binding, rest, own, strength int
	for _, v := range r.Verdicts {
		_, both := shared[v.key()]
		switch {
		case !v.Holds() && !both:
			own-- // counted as a debt, since the other report may have fewer clauses
		case !v.Holds() || !both:
		case must(v):
			binding++
		default:
			rest++
		}
		strength += v.Basis.strength()
	}
	share := 0
	if r.Tests.Total > 0 {
		share = r.Tests.Passed * 1000 / r.Tests.Total
	}
	return []int{yes(r.Conflict == ""), yes(len(r.Build) == 0), binding, rest, own, share, strength}
}

func yes(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (b Basis) strength() int {
	switch b {
	case Executed:
		return 4
	case Static:
		return 3
	case Judged:
		return 2
	case Human:
		return 1
	case NoBasis:
	}
	return 0
}

// Stronger says whether b is the stronger basis of the two.
func (b Basis) Stronger(other Basis) bool { return b.strength() > other.strength() }

// Regressions gives the verdicts of now on clauses that passed before, in the same words, and fail now.
func Regressions(prev, now Report) []Verdict {
	before := prev.byKey()
	var out []Verdict
	for _, v := range now.Verdicts {
		if was, ok := before[v.key()]; ok && was.Status == Pass && v.Status == Fail {
			out = append(out, v)
		}
	}
	return out
}

// SameFailures says whether two candidates fail alike: the same clauses, in the same words, with the same observations.
// Line numbers do not count, since code that is wrong in the same way may have moved.
func SameFailures(a, b Report) bool {
	return slices.Equal(a.failures(), b.failures())
}

// failures lists what is wrong as sorted texts that can be compared.
func (r Report) failures() []string {
	var out []string
	for _, v := range r.Verdicts {
		if v.Holds() {
			continue
		}
		parts := []string{v.Clause, v.Digest, string(v.Status)}
		if v.Status == Unknown {
			parts = append(parts, v.Reason)
		}
		out = append(out, strings.Join(append(parts, observations(v.Evidence)...), "\x00"))
	}
	for _, d := range r.Build {
		out = append(out, strings.Join([]string{"", d.File, d.Message}, "\x00"))
	}
	if r.Conflict != "" {
		out = append(out, "\x00"+r.Conflict)
	}
	for _, e := range r.Ledger.Unclaimed() {
		out = append(out, strings.Join([]string{"\x00scope", e.File, e.Code}, "\x00"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func observations(evidence []Evidence) []string {
	var out []string
	for _, e := range evidence {
		if e.Passed {
			continue
		}
		out = append(out, strings.Join([]string{
			string(e.Kind), e.Test, e.Rule, e.Command, e.Message, e.Input, e.Want, e.Got, e.Quote,
		}, "\x01"))
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
