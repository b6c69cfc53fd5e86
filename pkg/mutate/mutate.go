// Package mutate plants violations into code: source files in, changed source files out. Whoever has checks for the code can then
// see which violations they catch. A check that passes on broken code proves nothing about the code that it passed on.
//
// The operators are the sufficient ones of Offutt, Lee, Rothermel, Untch and Zapf ("An experimental determination of sufficient
// mutant operators", ACM TOSEM 5(2), 1996), and a few that follow from what goes wrong in practice: an error that is dropped, a
// guard that is missing, arguments in the wrong order. Combine puts many mutants into one program, each chosen when it runs: mutant
// schemata after Untch, Offutt and Harrold ("Mutation analysis using mutant schemata", ISSTA 1993).
//
// Floor 0: values in, values out. Nothing is run here, and nothing is promised about types: a mutant parses, and nearly all
// compile.
package mutate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// Kind is what sort of fault a mutant has.
type Kind string

// The kinds of single faults.
const (
	Condition Kind = "condition"  // a condition turned round, joined otherwise, or with a part left out
	Boundary  Kind = "boundary"   // off by one: < for <=
	Operator  Kind = "operator"   // + for -
	Constant  Kind = "constant"   // another number, text or truth value
	Return    Kind = "return"     // another result
	Statement Kind = "statement"  // a statement left out, or a loop ended early
	ErrorPath Kind = "error-path" // an error that is dropped, or not looked at
	Arguments Kind = "arguments"  // two arguments changed round
	Body      Kind = "body"       // one function that gives zero values at once
	Rule      Kind = "rule"       // what a static rule forbids, or without what it requires
)

// The kinds of degenerate implementations: all exported functions and methods of all files are replaced at once.
const (
	Stub     Kind = "stub"            // panics
	Zero     Kind = "zero-value"      // gives zero values
	Identity Kind = "identity"        // gives its first parameter of the result's type back
	Fixed    Kind = "constant-result" // gives the same value, other than zero, each time
	Fails    Kind = "always-error"    // gives an error each time
	Table    Kind = "first-example"   // knows the right results of the first call only
)

// Mutant is a planted violation.
type Mutant struct {
	// ID is 12 hex digits: a digest of path, kind, function, the two texts, and the how-manieth of such places it is. It does not
	// change when lines above the place come or go.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Path, Line and EndLine, from 1, say where the place is in the original; for a degenerate implementation, the first of them.
	Path    string `json:"path"`
	Line    int    `json:"line"`
	EndLine int    `json:"end_line"`
	Func    string `json:"func,omitempty"` // the function around it, Type.Method for a method
	Was     string `json:"was"`            // the text that was replaced
	Now     string `json:"now"`            // what stands in its place
	Note    string `json:"note"`           // what was done, in a few words

	edits []edit
	drop  []string     // paths that are left out
	add   []patch.File // files that come in
}

// Degenerate says whether the mutant replaces all exported functions at once.
func (m Mutant) Degenerate() bool {
	return slices.Contains([]Kind{Stub, Zero, Identity, Fixed, Fails, Table}, m.Kind)
}

// Apply gives the files with the violation. Those that it does not touch stay what they are.
func (m Mutant) Apply(files []patch.File) []patch.File {
	out := make([]patch.File, 0, len(files)+len(m.add))
	for _, f := range files {
		if slices.Contains(m.drop, f.Path) {
			continue
		}
		if i := slices.IndexFunc(m.add, func(a patch.File) bool { return a.Path == f.Path }); i >= 0 {
			continue
		}
		if edits := of(m.edits, f.Path); len(edits) > 0 {
			f.Data = []byte(apply(string(f.Data), edits))
		}
		out = append(out, f)
	}
	return append(out, m.add...)
}

// Mutants gives all single faults that can be planted in files of languages that are known, by path and place. Two never give the
// same text.
func Mutants(files []patch.File) []Mutant {
	out := goMutants(files)
	for _, f := range files {
		if name := syntax.LanguageOf(f.Path).Name; name != syntax.Go {
			out = append(out, tokenMutants(f)...)
		}
	}
	order := map[Kind]int{}
	for i, k := range []Kind{Condition, Boundary, Operator, Constant, Return, Statement, ErrorPath, Arguments, Body} {
		order[k] = i
	}
	slices.SortStableFunc(out, func(a, b Mutant) int {
		x, y := a.edits[0], b.edits[0]
		return cmp.Or(strings.Compare(a.Path, b.Path), x.from-y.from, x.to-y.to, order[a.Kind]-order[b.Kind], strings.Compare(a.Now, b.Now))
	})
	identify(out)
	return out
}

// identify gives mutants their IDs.
func identify(all []Mutant) {
	seen := map[string]int{}
	for i, m := range all {
		key := strings.Join([]string{m.Path, string(m.Kind), m.Func, m.Was, m.Now}, "\x00")
		all[i].ID = digest(key + "\x00" + strconv.Itoa(seen[key]))
		seen[key]++
	}
}

// digest is a short one: 12 hex digits.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
