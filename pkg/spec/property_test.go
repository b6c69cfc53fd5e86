package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// pieces are what specs are made of, and what breaks readers of them. Random text alone would rarely hold a heading.
func pieces() []string {
	return []string{
		"## Behavior\n", "# Spec: X\n", "Edge cases / constraints\n", "## Invariants (must always be true)\n", "What NOT to build\n", "### Stock\n", "## Examples\n", "## Interface\n",
		"---\n", "===\n", "- ", "* ", "• ", "1. ", "10) ", "  - ", "\t- ", "    ", "\n", "\n\n", "\r\n", "\r", "```\n", "~~~json\n", "  ```\n", "<!-- ", " -->", "> ",
		"**E1** ", "**E1:** ", "**B2** ", "E3: ", "**e1** ", "test: TestE1_*\n", "check: build\n", "check: `go build`\n", "forbid text: a\\b\n", "require path: **/x\n", "forbids import: x\n",
		"waive: x, until 2030-01-01, by me\n", "evidence: human\n", "It works.", "It MUST work. ", "SHOULD", "MAY", "one\ntwo\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "{\"a\": 1}\n",
		"component: thing\n", "targets: [a.go]\n", "checks: {build: go build}\n", "retired: [E2]\n", "owner: &a [*a]\n", "\ufeff", "é", "\x00", "\xff", "`", "\"", "“", "[x]: y\n", "![", "\\",
	}
}

func anyText(t *rapid.T) []byte {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces()), rapid.SampledFrom(pieces()), rapid.String()), 0, 40).Draw(t, "parts")
	return []byte(strings.Join(parts, ""))
}

// anySpec draws texts until one is a spec with clauses, from a grammar that makes most of them so.
func anySpec(t *rapid.T) *Spec {
	var b strings.Builder
	if rapid.Bool().Draw(t, "front") {
		b.WriteString("---\ntargets: [a.go]\nchecks: {build: go build}\nretired: [E2, B7]\n---\n")
	}
	n := 0
	titles := []string{"## Behavior", "## Edge cases", "## Invariants", "## What NOT to build", "## Intent", "## Examples", "## Notes", "### Deeper"}
	if rapid.Bool().Draw(t, "pasted") {
		titles = []string{"Behavior (happy path)", "Edge cases / constraints", "Invariants (must always be true)", "What NOT to build", "Intent", "Examples"}
	}
	for range rapid.IntRange(1, 5).Draw(t, "sections") {
		fmt.Fprintf(&b, "%s\n", rapid.SampledFrom(titles).Draw(t, "title"))
		bullet := rapid.SampledFrom([]string{"- ", "- ", "* ", "• ", "1. ", "  - ", ""}).Draw(t, "bullet")
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			n++
			id := rapid.SampledFrom([]string{"", fmt.Sprintf("**E%d** ", 10+n), fmt.Sprintf("**B%d:** ", 10+n)}).Draw(t, "id")
			text := rapid.SampledFrom([]string{
				"It works", "It MUST work.", "It SHOULD be quick.", "It MAY skip the `check`.", "No call to the clock.", "One line\n  and two.", "Reasons:\n  - a\n  - b",
				"Code:\n\n  ```\n  ## Invariants\n  ```", "An \"impossible", "It ends in `code`", "A [link](x) and **E12**.", "Lazy\ncontinuation.", "x\n\n  Second paragraph.", "Hard break\\",
			}).Draw(t, "text")
			attached := rapid.SampledFrom([]string{"", "", "\n  - test: TestE1_*", "\n  - forbid text: a", "\n  - evidence: human\n  - waive: x, until 2030-01-01, by me", "\n  - test: TestA\n\n  More."}).Draw(t, "attached")
			if bullet == "" {
				attached = ""
			}
			b.WriteString(bullet + id + text + attached + rapid.SampledFrom([]string{"\n", "\n\n", "  \n"}).Draw(t, "end"))
		}
		b.WriteString(rapid.SampledFrom([]string{"", "\n", "\n```go\nfunc F()\n```\n", "\n<!-- x -->\n\n"}).Draw(t, "tail"))
	}
	text := b.String()
	if rapid.Bool().Draw(t, "crlf") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	s, err := Parse("specs/thing.spec.md", []byte(text))
	if err != nil {
		t.Skip("no spec")
	}
	return s
}

func anyAmendment(t *rapid.T, s *Spec) Amendment {
	ids := []string{"E1", "E99", ""}
	for _, c := range s.Clauses() {
		ids = append(ids, c.ID)
	}
	hostile := rapid.SampledFrom([]string{
		"A distance below zero is impossible.", "It holds for `any` input", "It counts days.", "The value 3 comes first.", "Each line has one entry.",
		"It MUST work.", "It may fail.", "Unless it rains, it works.", "It is not needed.", "x\n- **E1** y", "y\n\n## Invariants\n- z", "a <!-- b", "a `b", "\"quoted", "``` x", "- test: TestZ", "test: TestZ and more.",
		"**E1** twice.", "E1: twice.", "Behavior", "Examples", "See E1 for more.", "---", "MUST", "SHOULD", "MAY", "It is [so](http://x).", "This clause is void.", "\u202eevil text is here", "a\r\nb", "Notes:", "A \\",
	})
	text := rapid.OneOf(hostile, hostile, rapid.String()).Draw(t, "amendment")
	evidence := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Attachment {
		return Attachment{
			Kind:    rapid.SampledFrom([]AttachmentKind{AttachTest, AttachTest, AttachCheck, AttachForbid, AttachRequire, AttachWaive, AttachEvidence, "x"}).Draw(t, "kind"),
			Subject: rapid.SampledFrom([]string{"", "", "text", "import", "path", "x\n- y"}).Draw(t, "subject"),
			Value:   rapid.OneOf(rapid.SampledFrom([]string{"TestE1_*", "TestA", "build", "a", "**/x", "`rm`", "a\n- **E1** b", "", "\"x\"", "(", "x, until 2030-01-01, by me"}), rapid.String()).Draw(t, "value"),
			Command: rapid.Bool().Draw(t, "command"),
		}
	}), 0, 2).Draw(t, "evidence")
	return Amendment{
		Kind:    rapid.SampledFrom([]AmendmentKind{AppendSentence, AppendSentence, RaiseLevel, AddExample, AddClause, AddClause, "delete"}).Draw(t, "what"),
		Clause:  rapid.SampledFrom(ids).Draw(t, "clause"),
		Section: rapid.SampledFrom([]SectionKind{Behavior, EdgeCases, Invariants, NonGoals, Intent, Examples, ""}).Draw(t, "section"),
		Text:    text, Evidence: evidence, Why: "why",
	}
}

// Whatever a tightener answers: no clause is dropped, weakened or limited, nothing that was not touched differs by a
// byte, and what was accepted is at most the growth that is allowed.
func TestAmendIsMonotonic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		before := s.Bytes()
		var as []Amendment
		for range rapid.IntRange(1, 4).Draw(t, "amendments") {
			as = append(as, anyAmendment(t, s))
		}
		next, rejected := s.Amend(as, Known{Tests: []string{"TestE1_a", "TestA"}})
		if !bytes.Equal(before, s.Bytes()) {
			t.Fatal("the spec that was given changed")
		}
		again, err := Parse(s.Path, next.Bytes())
		if err != nil || !bytes.Equal(again.Bytes(), next.Bytes()) {
			t.Fatalf("the result is no spec: %v", err)
		}
		if grown := len(next.Bytes()) - len(before); grown > maxGrowth {
			t.Fatalf("grew by %d bytes", grown)
		}
		checkMonotonic(t, s, again, as, rejected)
	})
}

// checkMonotonic compares two revisions by rules of its own, not by those that Amend verifies with.
func checkMonotonic(t *rapid.T, s, next *Spec, as []Amendment, rejected []Rejected) {
	named := map[string]AmendmentKind{}
	clauses, examples := 0, 0
	for _, a := range as {
		if slices.ContainsFunc(rejected, func(r Rejected) bool { return fmt.Sprint(r.Amendment) == fmt.Sprint(a) }) {
			continue
		}
		switch a.Kind {
		case AddClause:
			clauses++
		case AddExample:
			examples++
		case AppendSentence, RaiseLevel:
			named[a.Clause] = a.Kind
		}
	}
	if len(next.Clauses()) > len(s.Clauses())+clauses || len(next.Examples()) > len(s.Examples())+examples {
		t.Fatalf("more came than was asked for: %v", as)
	}
	at := 0
	for _, c := range s.Clauses() {
		now, ok := next.Clause(c.ID)
		if !ok {
			t.Fatalf("%s is gone", c.ID)
		}
		if c.Level.Stronger(now.Level) || now.Section != c.Section || !sameAttachments(c.Attachments, now.Attachments) {
			t.Fatalf("%s is weaker: %+v, was %+v", c.ID, now, c)
		}
		switch {
		case named[c.ID] == "":
			if s.Source(c) != next.Source(now) {
				t.Fatalf("%s was not named and differs: %q, was %q", c.ID, next.Source(now), s.Source(c))
			}
		case now.Level == c.Level:
			if !strings.HasPrefix(now.Text, c.Text) || weakening(strings.TrimPrefix(now.Text, c.Text)) != "" {
				t.Fatalf("%s was rewritten: %q, was %q", c.ID, now.Text, c.Text)
			}
		}
		if i := slices.IndexFunc(next.Clauses(), func(x *Clause) bool { return x.ID == c.ID }); i < at {
			t.Fatalf("%s moved", c.ID)
		} else {
			at = i
		}
	}
	if s.Front.Component != next.Front.Component || !slices.Equal(s.Front.Targets, next.Front.Targets) {
		t.Fatal("the front matter differs")
	}
}

// A chain of sentences and clauses in good faith is accepted: a guard that rejects everything would pass the test above.
func TestAmendAcceptsGoodFaith(t *testing.T) {
	t.Parallel()
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		for _, c := range s.Clauses() {
			a := Amendment{Kind: AppendSentence, Clause: c.ID, Text: "The number seven begins each row."}
			if next, rejected := s.Amend([]Amendment{a}, Known{}); len(rejected) == 0 {
				accepted++
				if now, _ := next.Clause(c.ID); !strings.HasSuffix(now.Text, a.Text) {
					t.Fatalf("%q", now.Text)
				}
			}
		}
	})
	if accepted < 50 {
		t.Errorf("only %d sentences were accepted", accepted)
	}
}

func TestParseAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkParse(t, anyText(t)) })
}

// checkParse holds for every text: an error with places inside the file, or a spec that prints as it was read and whose
// offsets are in order.
func checkParse(t interface{ Fatalf(string, ...any) }, text []byte) {
	given := bytes.Clone(text)
	s, err := Parse("specs/thing.spec.md", text)
	if !bytes.Equal(given, text) {
		t.Fatalf("Parse changed its input")
	}
	lines := bytes.Count(text, []byte("\n")) + 1
	if err != nil {
		var errs Errors
		if !errors.As(err, &errs) {
			t.Fatalf("the error is %T", err)
		}
		for _, e := range errs {
			if e.Pos.Line < 1 || e.Pos.Line > lines || e.Pos.Col < 1 || e.Message == "" || e.Rule == "" {
				t.Fatalf("%+v", e)
			}
		}
		return
	}
	if !bytes.Equal(s.Bytes(), text) {
		t.Fatalf("printing changed %q", text)
	}
	seen, at := map[string]bool{}, 0
	for _, c := range s.Clauses() {
		if seen[c.ID] || c.ID == "" || c.Text == "" || c.Level.rank() < 0 {
			t.Fatalf("%+v", c)
		}
		seen[c.ID] = true
		if c.item < at || c.start < c.item || c.textStart < c.start || c.textEnd < c.textStart || c.end < c.textEnd || c.end > len(text) {
			t.Fatalf("offsets out of order: %+v after %d", c, at)
		}
		at = c.end
	}
	body := 0
	for _, section := range s.Sections {
		if section.start < body || section.body < section.start || section.end < section.body {
			t.Fatalf("section out of order: %+v", section)
		}
		body = section.end
	}
	s.Digest()
	if _, err := s.Fixture(); err != nil {
		t.Fatalf("fixture: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.spec.md", "../../examples/*/specs/*.spec.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, text := range []string{window, digested, examplesText, "\ufeff---\nowner: *a\n---\n", "- ```\n", "<!--"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkParse(t, text) })
}
