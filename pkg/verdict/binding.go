package verdict

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// Fate is what became of a planted violation.
type Fate string

// The fates. Only caught and survived say something of the checks.
const (
	Caught     Fate = "caught"     // a clause did not pass with it
	Survived   Fate = "survived"   // every clause passed all the same
	Equivalent Fate = "equivalent" // it makes no difference: the compiler makes the same program of it
	Indistinct Fate = "indistinct" // no check noticed it, and thousands of inputs that run its lines do not tell it from the code
	Stillborn  Fate = "stillborn"  // it does not build
	Untried    Fate = "untried"    // the time was up before its turn
)

// Planted is one violation that was planted into accepted code, and what the checks said of it.
type Planted struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"` // condition, boundary, ..., or the degenerate implementation: stub, zero-value, ...
	Degenerate bool     `json:"degenerate,omitempty"`
	Neutral    bool     `json:"neutral,omitempty"` // it makes no difference, and must not be noticed
	Rule       string   `json:"rule,omitempty"`    // the static rule that it breaks
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Func       string   `json:"func,omitempty"`
	Note       string   `json:"note"` // what was done, in a few words
	Diff       string   `json:"diff"` // unified, without its header
	Fate       Fate     `json:"fate"`
	Caught     []string `json:"caught"` // clauses that did not pass with it
	Near       []string `json:"near"`   // clauses whose own tests run its lines; all where that is not measured
}

// Breaks says whether a static rule of the clause was found broken.
func (v Verdict) Breaks(rule string) bool {
	return slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Kind == FromRule && e.Rule == rule && !e.Passed })
}

// Binding is what a challenge found of the checks of one clause: whether they have been seen to fail on violations.
type Binding struct {
	Clause   string   `json:"clause"`
	Digest   string   `json:"digest"` // of the clause
	Check    string   `json:"check"`  // CheckDigest: what was measured
	Text     string   `json:"text"`
	Basis    Basis    `json:"basis"`
	Bound    string   `json:"bound"`            // bound, unbound or not-measured
	Why      string   `json:"why,omitempty"`    // why it is not bound
	Passes   []string `json:"passes,omitempty"` // degenerate implementations that its checks let pass
	Caught   int      `json:"caught"`           // violations that its checks noticed
	Survived int      `json:"survived"`         // violations in lines that its own tests run and that no clause's check noticed
}

// Score is the share of the violations of the clause that its checks noticed, from 0 to 1: its own are those that they noticed, and
// those in the lines that they run which nobody did. What other clauses notice alone is their business. 0 where there are none.
func (b Binding) Score() float64 {
	if b.Caught+b.Survived == 0 {
		return 0
	}
	return float64(b.Caught) / float64(b.Caught+b.Survived)
}

// The bar of a bound check: it fails on every degenerate implementation, and notices this share of the violations of its clause, of which
// there should be so many. Where the code gives fewer it has to notice all, and one at least.
const (
	BoundScore = 0.7
	BoundLeast = 5
)

// Bind decides whether a clause's checks are bound by what was planted. rules is how many static rules the clause has that a violation
// was planted for; each of these must have been noticed.
func Bind(b Binding, planted []Planted) Binding {
	b.Bound, b.Why, b.Passes, b.Caught, b.Survived = NotMeasured, "", nil, 0, 0
	if b.Basis != Executed && b.Basis != Static {
		b.Why = "nothing that is run or read decides it"
		return b
	}
	degenerates, missed := 0, ""
	for _, p := range planted {
		noticed := slices.Contains(p.Caught, b.Clause)
		switch {
		case p.Fate == Stillborn || p.Fate == Equivalent || p.Fate == Indistinct || p.Fate == Untried || p.Neutral:
		case p.Rule != "":
			if slices.Contains(p.Near, b.Clause) {
				b.Caught += count(noticed)
				b.Survived += count(!noticed)
				if !noticed {
					missed = p.Rule
				}
			}
		case b.Basis == Static: // its rules are not about what the code does
		case p.Degenerate:
			degenerates++
			if !noticed {
				b.Passes = append(b.Passes, p.Kind)
			}
		case noticed:
			b.Caught++
		case p.Fate == Survived && slices.Contains(p.Near, b.Clause):
			b.Survived++
		}
	}
	b.Bound, b.Why = b.judge(degenerates, missed)
	return b
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (b Binding) judge(degenerates int, missed string) (bound, why string) {
	own := b.Caught + b.Survived
	switch {
	case own == 0 && degenerates == 0:
		return NotMeasured, "no violation could be planted that it could notice"
	case missed != "":
		return Unbound, "does not notice a violation of " + missed
	case len(b.Passes) > 0:
		return Unbound, "passes on " + strings.Join(b.Passes, ", ")
	case b.Caught == 0:
		return Unbound, "notices no violation"
	case b.Basis == Static || own < BoundLeast && b.Survived == 0:
		return Bound, ""
	case own < BoundLeast:
		return Unbound, fmt.Sprintf("notices %d of %d violations, and of so few it must notice all", b.Caught, own)
	case b.Score() < BoundScore:
		return Unbound, fmt.Sprintf("notices %d of %d violations: %.0f %%, and %.0f are asked for", b.Caught, own, 100*b.Score(), 100*BoundScore)
	}
	return Bound, ""
}

// CheckDigest is what a binding is valid for: the clause, how tests are run, the acceptance tests' contents and the commands that it
// cites. It does not cover the code: a check that was seen to fail is believed of the next code too. tests are the acceptance tests.
// Hex SHA-256.
func CheckDigest(sp *spec.Spec, c *spec.Clause, tests []patch.File) string {
	h := sha256.New()
	write := func(parts ...string) {
		for _, p := range parts {
			_, _ = fmt.Fprintf(h, "%d:%s,", len(p), p)
		}
	}
	write("specgen check 1", c.Digest(), sp.Front.Tests.Runner, strings.Join(strings.Fields(sp.Front.Tests.Command), " "))
	for _, t := range slices.SortedFunc(slices.Values(tests), func(a, b patch.File) int { return strings.Compare(a.Path, b.Path) }) {
		write(t.Path, spec.BlobID(t.Data))
	}
	for _, a := range c.Checks() {
		if !a.Command {
			write(sp.Front.Checks[a.Value])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Challenge is what planting violations into the code of a component showed of its checks.
type Challenge struct {
	V         int       `json:"v"`
	Component string    `json:"component"`
	Spec      string    `json:"spec"` // digest
	Tree      string    `json:"tree"` // of the code that was challenged
	Seed      uint64    `json:"seed"`
	Covered   bool      `json:"covered"` // which lines a clause's tests run was measured
	Clauses   []Binding `json:"clauses"`
	Planted   []Planted `json:"planted"`
	Duration  int64     `json:"duration_ms"`
}

// ChallengeVersion is the format of a challenge that is kept.
const ChallengeVersion = 1

// Of gives whether checks are bound, by their CheckDigest.
func (c Challenge) Of(check string) string {
	for _, b := range c.Clauses {
		if b.Check == check {
			return b.Bound
		}
	}
	return NotMeasured
}

// Count says how many planted violations had a fate.
func (c Challenge) Count(fate Fate) int {
	n := 0
	for _, p := range c.Planted {
		n += count(p.Fate == fate && !p.Neutral)
	}
	return n
}

// Survivors are the violations that no check noticed, degenerate implementations aside.
func (c Challenge) Survivors() []Planted {
	return slices.DeleteFunc(slices.Clone(c.Planted), func(p Planted) bool { return p.Fate != Survived || p.Neutral })
}

// Binds gives how many clauses with executed or static evidence have bound checks, and how many there are.
func (c Challenge) Binds() (bound, of int) {
	for _, b := range c.Clauses {
		if b.Basis == Executed || b.Basis == Static {
			of++
			bound += count(b.Bound == Bound)
		}
	}
	return bound, of
}
