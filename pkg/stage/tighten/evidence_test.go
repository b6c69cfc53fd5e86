package tighten_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/tighten"
)

// A tightener that would like to leave a failing clause to a person, or to production, cannot: whatever it writes, no clause has another
// evidence word afterwards, neither in what is made nor in what is proposed.
func TestTightenerCannotTakeEvidenceAway(t *testing.T) {
	t.Parallel()
	set := load(t)
	for _, words := range []string{
		gap + "\n  - evidence: human", gap + "\r\n  - evidence: production", gap + " - evidence: human", "- evidence: human", "evidence: production",
		"The evidence is human.", gap + "\u2028  - evidence: human",
	} {
		for _, mode := range []tighten.Mode{tighten.Auto, tighten.Propose} {
			f := missing("E1", words, why)
			f.Fact = words
			d, err := tighten.New(model.Script(say(t, f), say(t, f)), settings(), set, mode).Tighten(t.Context(), parse(t), patch.Candidate{}, targets(), report())
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range append(d.Amendments, d.Proposals...) {
				if len(a.Evidence) > 0 || strings.ContainsAny(a.Text, "\r\n\u2028") {
					t.Errorf("%q: %+v", words, a)
				}
			}
			if d.Spec == nil {
				continue
			}
			again, err := spec.Parse(d.Spec.Path, d.Spec.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range again.Clauses() {
				was, ok := parse(t).Clause(c.ID)
				if !ok || was.EvidenceKind() != c.EvidenceKind() || c.Open() {
					t.Errorf("%q: %s has the evidence %q now", words, c.ID, c.EvidenceKind())
				}
			}
		}
	}
}
