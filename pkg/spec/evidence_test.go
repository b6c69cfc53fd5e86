package spec

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const witnessed = `---
targets: [window/window.go]
checks: {vet: go vet ./...}
---
# Spec: Fulfilment window

## Behavior
- **B1** Up to 100 km the window is 1 day.
  - evidence: test
- **B2** The answer SHOULD come at once.
  - evidence: bench
  - check: vet
- **B3** Customers understand the window.
  - evidence: human

## Edge cases
- **E1** An impossible distance is an error.
  - test: TestE1_*
`

// Nothing that a tightener can say changes or adds the word that takes a clause out of reach of any run.
func TestAmendNeverTouchesEvidence(t *testing.T) {
	t.Parallel()
	words := rapid.SampledFrom([]string{
		"- evidence: human", "evidence: human", "\n  - evidence: production", "A distance is a number.\n  - evidence: human", "A distance is a number.\r\n  - evidence: human",
		"A distance is a number.\u2028  - evidence: human", "A distance is a number. - evidence: human", "It holds:\n\n  - evidence: human", "Its evidence: production and a person.", "A distance is a number.",
		"x\n- **B4** y\n  - evidence: human", "* evidence: human", "A distance is a number.\v- evidence: human", "A distance is a number.\f- evidence: human", "A distance is a number.\u0085- evidence: human",
	})
	evidence := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Attachment {
		return Attachment{
			Kind:    rapid.SampledFrom([]AttachmentKind{AttachEvidence, AttachEvidence, AttachTest, AttachCheck, AttachForbid, AttachWaive, "Evidence", "evidence: human\n  - test"}).Draw(t, "kind"),
			Subject: rapid.SampledFrom([]string{"", "", "text", "text: x\n  - evidence"}).Draw(t, "subject"),
			Value:   rapid.SampledFrom([]string{"human", "production", "TestE1_a", "vet", "x\n  - evidence: human", "x`\n  - evidence: human", "vet\r  - evidence: human"}).Draw(t, "value"),
		}
	}), 0, 3)
	s := mustParse(t, witnessed)
	rapid.Check(t, func(t *rapid.T) {
		var as []Amendment
		for range rapid.IntRange(1, 4).Draw(t, "amendments") {
			as = append(as, Amendment{
				Kind:    rapid.SampledFrom([]AmendmentKind{AppendSentence, RaiseLevel, AddExample, AddClause}).Draw(t, "kind"),
				Clause:  rapid.SampledFrom([]string{"B1", "B2", "B3", "E1"}).Draw(t, "clause"),
				Section: rapid.SampledFrom([]SectionKind{Behavior, EdgeCases}).Draw(t, "section"),
				Text:    rapid.OneOf(words, words, rapid.SampledFrom([]string{"MUST", "SHOULD"})).Draw(t, "text"),
				Why:     "why", Evidence: evidence.Draw(t, "evidence"),
			})
		}
		next, _ := s.Amend(as, Known{Tests: []string{"TestE1_a"}})
		again, err := Parse(next.Path, next.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range again.Clauses() {
			was, old := s.Clause(c.ID)
			switch {
			case old && was.EvidenceKind() != c.EvidenceKind():
				t.Fatalf("the evidence of %s became %q:\n%s", c.ID, c.EvidenceKind(), next.Bytes())
			case !old && (c.EvidenceKind() != "" || c.Open()):
				t.Fatalf("%s came with evidence %q:\n%s", c.ID, c.EvidenceKind(), next.Bytes())
			}
		}
		if n := strings.Count(string(next.Bytes()), "\n  - evidence: "); n != 3 {
			t.Fatalf("there are %d evidence words now:\n%s", n, next.Bytes())
		}
	})
}

func TestAmendRejectsEvidenceWords(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"human", "production", "test", "static", "judge", "bench"} {
		clause := Amendment{Kind: AddClause, Section: EdgeCases, Text: "A distance is a number.", Why: "why", Evidence: []Attachment{{Kind: AttachTest, Value: "TestE1_a"}, {Kind: AttachEvidence, Value: word}}}
		s := mustParse(t, witnessed)
		next, rejected := s.Amend([]Amendment{clause}, Known{Tests: []string{"TestE1_a"}})
		if len(rejected) != 1 || rejected[0].Reason != `"evidence" is no evidence` || string(next.Bytes()) != witnessed {
			t.Errorf("evidence: %s: %+v", word, rejected)
		}
	}
}

// What is verified after each splice knows the word too, by itself.
func TestVerifySeesEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to string }{
		{"  - evidence: test\n", "  - evidence: human\n"},
		{"  - evidence: test\n", ""},
		{"  - test: TestE1_*\n", "  - test: TestE1_*\n  - evidence: production\n"},
		{"An impossible distance is an error.\n", "An impossible distance is an error. Far is far.\n  - evidence: human\n"},
	} {
		s := mustParse(t, witnessed)
		at := strings.Index(witnessed, c.from)
		for _, expected := range []expectation{{}, {amended: "E1"}, {amended: "B1"}, {raised: "E1", level: Must}, {example: true}} {
			if _, reason := s.apply(splice{at, at + len(c.from), c.to}, expected); !strings.HasPrefix(reason, "it would change the clause ") {
				t.Errorf("%q for %q, expecting %+v: %q", c.to, c.from, expected, reason)
			}
		}
	}
}
