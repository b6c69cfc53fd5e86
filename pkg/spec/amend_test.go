package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const window = `---
targets: [window/window.go]
retired: [E3]
checks: {vet: go vet ./...}
---
# Spec: Fulfilment window

## Behavior
- **B1** Up to 100 km the window is 1 day
  - test: TestB1_*
- **B2** The answer SHOULD come at once.
- **B3** Long ways MAY be shown in weeks.
- **B4** Reasons are listed:
  - far away
- **B5** One.
  - test: TestB5
  
  Two.

## Edge cases
- **E1** An impossible distance is an error.
- Zero is a distance.

## Invariants
- **I1** The address never appears in a log.

## What NOT to build
1. **N1** No call to the clock.
   - forbid import: time
`

func knownTests() Known {
	return Known{Tests: []string{"TestB1_Near", "TestE1_Impossible", "TestE1_Impossible/negative"}}
}

// changed is what Amend did to a text: the lines that differ, and the reasons for what was rejected.
func changed(t *testing.T, text string, as ...Amendment) (*Spec, string) {
	t.Helper()
	s := mustParse(t, text)
	next, rejected := s.Amend(as, knownTests())
	if string(s.Bytes()) != text {
		t.Fatal("Amend changed the spec that it was given")
	}
	var out []string
	for _, r := range rejected {
		out = append(out, "rejected: "+r.Reason)
	}
	plain := strings.NewReplacer("\r", "")
	return next, strings.Join(append(out, diffLines(plain.Replace(text), plain.Replace(string(next.Bytes())))...), "\n")
}

func diffLines(a, b string) []string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	var out []string
	for _, line := range x {
		out = append(out, "-"+line)
	}
	for _, line := range y {
		out = append(out, "+"+line)
	}
	return out
}

func TestAmend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		a    Amendment
		want string
	}{
		{
			"append",
			Amendment{Kind: AppendSentence, Clause: "E1", Text: "A distance below zero or above 20,000 km is impossible."},
			"-- **E1** An impossible distance is an error.\n+- **E1** An impossible distance is an error. A distance below zero or above 20,000 km is impossible.",
		},
		{
			"append before attachments, with the full stop that was missing",
			Amendment{Kind: AppendSentence, Clause: "B1", Text: "A distance of `0` km has the window of 1 day"},
			"-- **B1** Up to 100 km the window is 1 day\n+- **B1** Up to 100 km the window is 1 day. A distance of `0` km has the window of 1 day.",
		},
		{
			"append to a clause without an ID of its own",
			Amendment{Kind: AppendSentence, Clause: "E2", Text: "Its window is 1 day."},
			"-- Zero is a distance.\n+- Zero is a distance. Its window is 1 day.",
		},
		{
			"append behind a nested list",
			Amendment{Kind: AppendSentence, Clause: "B4", Text: "Each reason stands on a line of its own."},
			"+\n+  Each reason stands on a line of its own.",
		},
		{
			"append a denied permission",
			Amendment{Kind: AppendSentence, Clause: "E1", Text: "Values below zero are not valid."},
			"-- **E1** An impossible distance is an error.\n+- **E1** An impossible distance is an error. Values below zero are not valid.",
		},
		{
			"append what there is not",
			Amendment{Kind: AppendSentence, Clause: "E1", Text: "No distance is below 0 km."},
			"-- **E1** An impossible distance is an error.\n+- **E1** An impossible distance is an error. No distance is below 0 km.",
		},
		{
			"append to a prohibition",
			Amendment{Kind: AppendSentence, Clause: "I1", Text: "It must not appear in an error message."},
			"-- **I1** The address never appears in a log.\n+- **I1** The address never appears in a log. It must not appear in an error message.",
		},
		{
			"raise",
			Amendment{Kind: RaiseLevel, Clause: "B2", Text: "MUST"},
			"-- **B2** The answer SHOULD come at once.\n+- **B2** The answer MUST come at once.",
		},
		{
			"raise from the bottom by one",
			Amendment{Kind: RaiseLevel, Clause: "B3", Text: "SHOULD"},
			"-- **B3** Long ways MAY be shown in weeks.\n+- **B3** Long ways SHOULD be shown in weeks.",
		},
		{
			"example",
			Amendment{Kind: AddExample, Text: "A distance of -1 km is an error."},
			"+## Examples\n+- A distance of -1 km is an error.\n+",
		},
		{
			"clause with a test, past the retired ID",
			Amendment{Kind: AddClause, Section: EdgeCases, Text: "A negative distance is an error.", Evidence: []Attachment{{Kind: AttachTest, Value: "TestE1_Impossible/negative"}, {Kind: AttachCheck, Value: "vet"}}},
			"+- **E4** A negative distance is an error.\n+  - test: TestE1_Impossible/negative\n+  - check: vet",
		},
		{
			"clause in a numbered list",
			Amendment{Kind: AddClause, Section: NonGoals, Text: "No randomness in the result.", Evidence: []Attachment{{Kind: AttachForbid, Subject: "import", Value: "math/rand"}}},
			"+2. **N2** No randomness in the result.\n+   - forbid import: math/rand",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, eol := range []string{"\n", "\r\n"} {
				next, got := changed(t, strings.ReplaceAll(window, "\n", eol), tt.a)
				if text := string(next.Bytes()); strings.Count(text, eol) != strings.Count(text, "\n") {
					t.Errorf("with %q: line ends are mixed", eol)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("with %q: %s", eol, diff)
				}
			}
		})
	}
}

func TestAmendPasted(t *testing.T) {
	t.Parallel()
	const text = "Spec: Window\n\nEdge cases\n• An impossible distance is an error"
	_, got := changed(t, text,
		Amendment{Kind: AppendSentence, Clause: "E1", Text: "A distance below zero is impossible."},
		Amendment{Kind: AddClause, Section: EdgeCases, Text: "Zero km takes one day.", Evidence: []Attachment{{Kind: AttachTest, Value: "TestB1_*"}}},
		Amendment{Kind: AddExample, Text: "The way of 5 km takes one day."},
	)
	want := "-• An impossible distance is an error\n+• An impossible distance is an error. A distance below zero is impossible.\n+• **E2** Zero km takes one day.\n+  - test: TestB1_*\n+\n+Examples\n+- The way of 5 km takes one day.\n+"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAmendRejects(t *testing.T) {
	t.Parallel()
	sentence := func(text string) Amendment { return Amendment{Kind: AppendSentence, Clause: "E1", Text: text} }
	clause := func(text string, evidence ...Attachment) Amendment {
		return Amendment{Kind: AddClause, Section: EdgeCases, Text: text, Evidence: evidence}
	}
	test := Attachment{Kind: AttachTest, Value: "TestB1_*"}
	for _, tt := range []struct {
		a    Amendment
		want string
	}{
		{Amendment{Kind: "delete-clause", Clause: "E1"}, `there is no amendment "delete-clause"`},
		{Amendment{Kind: AppendSentence, Clause: "E9", Text: "A distance below zero is impossible."}, `there is no clause "E9"`},
		{sentence("Unless the user is an admin, a distance below zero is impossible."), `"unless" may make an exception or grant a permission`},
		{sentence("The system may accept it."), `"accept" may make an exception or grant a permission`},
		{sentence("The system may round it."), `"may" may make an exception or grant a permission`},
		{sentence("Distances of `unless` are impossible."), `"unless" may make an exception or grant a permission`},
		{sentence("Negative distances are allowed."), `"allowed" may make an exception or grant a permission`},
		{sentence("The error is not required for negative distances."), `"not required" may make an exception or grant a permission`},
		{sentence("A negative distance isn’t one."), `"isn't" may make an exception or grant a permission`},
		{sentence("An un-less distance."), `"unless" may make an exception or grant a permission`},
		{sentence("Other than that, zero is a distance."), `"other than" may make an exception or grant a permission`},
		{sentence("A negative distance is not an error."), "it may deny what the clause says"},
		{sentence("A distance is never impossible."), "it may deny what the clause says"},
		{sentence("No distance is impossible."), "it may deny what the clause says"},
		{sentence("No error is raised below zero."), "it may deny what the clause says"},
		{sentence("No error comes of it."), "it may deny what the clause says"},
		{sentence("A negative distance is possible."), `"possible" may make an exception or grant a permission`},
		{Amendment{Kind: AppendSentence, Clause: "I1", Text: "The address appears in the audit log."}, "it may deny what the clause says"},
		{sentence("This clause is void."), `"clause" may make an exception or grant a permission`},
		{sentence("It goes before E2 and the others."), "it speaks of the clause E2"},
		{sentence("It goes before B17 and the others."), "it speaks of the clause B17"},
		{sentence("It goes before E3, which is gone."), "it speaks of the clause E3"},
		{sentence("Zero is impossible. One is impossible."), "it is more than one sentence"},
		{sentence("Zero is impossible.\n- **E9** One."), "it is more than one line"},
		{sentence("Zero is imposs\u0456ble."), `it holds the character '\u0456'`},
		{sentence("Zero is impossible\u2028again."), `it holds the character '\u2028'`},
		{sentence("Zero is \x1b[31mimpossible."), `it holds the character '\x1b'`},
		{sentence("Zero is impossible <!-- and more."), "it holds markup"},
		{sentence("Zero is ~~impossible~~ so."), "it holds markup"},
		{sentence("Zero is **impossible** so."), "it holds markup"},
		{sentence("See http://example.com for more."), "it holds markup"},
		{sentence("Zero is `impossible."), "a quote or backquote is not closed"},
		{sentence("```` Zero is impossible."), "it holds markup"},
		{sentence("- Zero is impossible."), "it does not begin like a sentence"},
		{sentence("1. Zero is impossible."), "it begins like a clause of its own"},
		{sentence("E7: zero is impossible."), "it begins like a clause of its own"},
		{sentence("Zero is impossible:"), "it does not end like a sentence"},
		{sentence("Zero."), "it is no sentence"},
		{sentence(strings.Repeat("Very ", 60) + "far."), "it is longer than 240 bytes"},
		{sentence("An impossible distance is an error."), "the clause says so already"},
		{Amendment{Kind: AppendSentence, Clause: "B5", Text: "It counts in days."}, "the clause's text goes on after its attachments, so that it has no one end"},
		{Amendment{Kind: AppendSentence, Clause: "B2", Text: "It MUST come as a number."}, "it would change the clause B2"},
		{Amendment{Kind: RaiseLevel, Clause: "B2", Text: "MAY"}, `"MAY" is no level to raise to`},
		{Amendment{Kind: RaiseLevel, Clause: "E1", Text: "MUST"}, "E1 is MUST already"},
		{Amendment{Kind: RaiseLevel, Clause: "B3", Text: "must"}, `"must" is no level to raise to`},
		{Amendment{Kind: RaiseLevel, Clause: "Z1", Text: "MUST"}, `there is no clause "Z1"`},
		{Amendment{Kind: AddExample, Text: "Negative distances are fine."}, `"fine" may make an exception or grant a permission`},
		{clause("A negative distance is an error."), "a new clause needs evidence: an existing test, a named check or a static rule"},
		{clause("A negative distance is an error.", Attachment{Kind: AttachTest, Value: "TestNew"}), `no test is named "TestNew"`},
		{clause("A negative distance is an error.", Attachment{Kind: AttachCheck, Value: "new"}), `no check is named "new"`},
		{clause("A negative distance is an error.", Attachment{Kind: AttachCheck, Value: "vet", Command: true}), `"check: vet" is no evidence that can be added without a person`},
		{clause("A negative distance is an error.", Attachment{Kind: AttachCheck, Value: "`rm -rf /`"}), "\"check: `rm -rf /`\" is no evidence that can be added without a person"},
		{clause("A negative distance is an error.", Attachment{Kind: AttachWaive, Value: "x, until 2030-01-01, by me"}), `"waive" is no evidence`},
		{clause("A negative distance is an error.", Attachment{Kind: AttachEvidence, Value: "human"}), `"evidence" is no evidence`},
		{clause("A negative distance is an error.", Attachment{Kind: AttachForbid, Subject: "text", Value: "a("}), "the spec could not be read any more: specs/thing.spec.md:24:18: forbid text: cannot be read: missing closing ): `a(`"},
		{clause("A negative distance is an error.", Attachment{Kind: AttachForbid, Subject: "text", Value: "`a`"}), "\"forbid text: `a`\" is no evidence that can be added without a person"},
		{clause("A negative distance is an error.", Attachment{Kind: AttachForbid, Subject: "import", Value: `"a"`}), "it would not be read as the clause that it is meant to be"},
		{clause("A negative distance SHOULD be an error.", test), `"should" may make an exception or grant a permission`},
		{clause("Zero is a distance.", test), "E2 says so already"},
		{clause("An impossible distance is never an error.", test), "it may deny what E1 says"},
		{Amendment{Kind: AddClause, Section: Intent, Text: "A negative distance is an error.", Evidence: []Attachment{test}}, `the spec has no section "intent" with a list to add to`},
	} {
		next, got := changed(t, window, tt.a)
		if diff := cmp.Diff("rejected: "+tt.want, got); diff != "" {
			t.Errorf("%s %q: %s", tt.a.Kind, tt.a.Text, diff)
		}
		if string(next.Bytes()) != window {
			t.Errorf("%q: the spec changed", tt.a.Text)
		}
	}
}

func TestAmendRaiseRejectsExceptions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"An admin MAY skip the check.":              `rejected: with "skip" the clause may make an exception for another`,
		"It MAY be quick and MAY be slow.":          "rejected: B1 has no one word that gives it its level",
		"Caching is NOT RECOMMENDED.":               `rejected: "NOT RECOMMENDED" cannot be raised by another word`,
		"It MAY NOT be quick.":                      `rejected: "MAY" cannot be raised by another word`,
		"It says `MAY` and SHOULD be quick.":        "-- It says `MAY` and SHOULD be quick.\n+- It says `MAY` and MUST be quick.",
		"A RECOMMENDED field, and it MAY be empty.": `rejected: with "may" the clause may make an exception for another`,
	} {
		_, got := changed(t, "## Behavior\n- "+text+"\n", Amendment{Kind: RaiseLevel, Clause: "B1", Text: "MUST"})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// A paragraph of a section without a list must not become text when a list begins below it.
func TestAmendAddsNoListBelowParagraphs(t *testing.T) {
	t.Parallel()
	_, got := changed(t, "## Edge cases\nAn impossible distance is an error.\n", Amendment{
		Kind: AddClause, Section: EdgeCases, Text: "Zero takes one day.", Evidence: []Attachment{{Kind: AttachTest, Value: "TestB1_*"}},
	})
	if got != `rejected: the spec has no section "edge-cases" with a list to add to` {
		t.Error(got)
	}
}

func TestAmendIsBounded(t *testing.T) {
	t.Parallel()
	text := "## Behavior\n"
	var as []Amendment
	for n := range strings.FieldsSeq("one two three four five six seven eight nine ten") {
		text += "- The " + n + ".\n"
		as = append(as, Amendment{Kind: AddExample, Text: "An example by the name of " + n + " " + strings.Repeat("long ", 38) + "here."})
	}
	s := mustParse(t, text)
	next, rejected := s.Amend(as, Known{})
	if grown := len(next.Bytes()) - len(text); grown > maxGrowth || len(next.Examples()) != 5 || len(rejected) != 5 {
		t.Errorf("grew by %d bytes, %d examples, %d rejected", grown, len(next.Examples()), len(rejected))
	}
	twice := Amendment{Kind: AppendSentence, Clause: "B1", Text: "It counts from zero."}
	again := Amendment{Kind: AppendSentence, Clause: "B1", Text: "It counts from two."}
	next, rejected = s.Amend([]Amendment{twice, again}, Known{})
	if c, _ := next.Clause("B1"); c.Text != "The one. It counts from zero." || len(rejected) != 1 || rejected[0].Reason != "B1 was amended already this time" {
		t.Errorf("%q, %v", c.Text, rejected)
	}
}
