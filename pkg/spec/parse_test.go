package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mustParse reads a text that has to be a spec.
func mustParse(t *testing.T, text string) *Spec {
	t.Helper()
	s, err := Parse("specs/thing.spec.md", []byte(text))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	if string(s.Bytes()) != text {
		t.Fatalf("printing changed the text: %q", s.Bytes())
	}
	return s
}

// outlined is a spec's clauses, one per line, for tables.
func outlined(s *Spec) string {
	var b strings.Builder
	for _, c := range s.Clauses() {
		id := c.ID
		if c.Positional {
			id += "?"
		}
		fmt.Fprintf(&b, "%d:%d %s %s %s\n", c.Pos.Line, c.Pos.Col, id, c.Level, c.Text)
		for _, a := range c.Attachments {
			fmt.Fprintf(&b, "  %d:%d %s|%s|%s|%v|%s|%s\n", a.Pos.Line, a.Pos.Col, a.Kind, a.Subject, a.Value, a.Command, a.Until, a.By)
		}
	}
	return b.String()
}

func parseFile(t *testing.T, name string) *Spec {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse("specs/"+name, src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseMarkdown(t *testing.T) {
	t.Parallel()
	s := parseFile(t, "order-eligibility.spec.md")
	want := `21:3 B1 MUST With every line in stock and no hold, the result is eligible and carries a fulfilment window.
24:3 E1 MUST When a line item is out of stock the result is ineligible with reason ` + "`inventory`" + ` and lists the blocked SKUs.
  25:5 test||TestE1_OutOfStock|false||
26:3 E2 SHOULD SHOULD log a warning when the inventory service answers slowly.
29:3 I1 MUST The reason of a fraud hold never appears in a response.
  30:5 test||TestI1_*|false||
33:3 N1 MUST No caching at this layer.
  34:5 forbid|text|(?i)\bcache\b|false||
35:3 N2 MUST No call to the pricing service.
  36:5 forbid|import|**/pricing/**|false||
`
	if diff := cmp.Diff(want, outlined(s)); diff != "" {
		t.Error(diff)
	}
	if len(s.Findings) > 0 || s.Title != "Order eligibility check" || s.Front.Component != "order-eligibility" {
		t.Errorf("findings %v, title %q, component %q", s.Findings, s.Title, s.Front.Component)
	}
}

func TestParsePasted(t *testing.T) {
	t.Parallel()
	s := parseFile(t, "pasted.spec.md")
	want := `10:5 B1? MUST With every line in stock and no hold, the result is eligible and carries a fulfilment window.
12:5 B2? SHOULD E1 of the old handbook SHOULD be quoted in the log.
15:4 E1? MUST A line out of stock makes the result ineligible.
16:4 E2? MAY Orders of 100 lines or more MAY be split.
  17:6 test||TestE2_*|false||
18:1 E4 MUST a timeout of the inventory service is ineligible.
21:1 I1? MUST The reason of a fraud hold never appears in a response.
24:1 I2? MUST A decision is logged once.
27:3 N1? MUST No caching.
  28:4 forbid|text|(?i)\bcache\b|false||
29:3 N7 MUST No call to the pricing service, whatever E1 says.
  30:5 forbid|import|**/pricing/**|false||
  31:5 waive||moves out with the next release, to be sure|false|2031-01-31|Ada
`
	if diff := cmp.Diff(want, outlined(s)); diff != "" {
		t.Error(diff)
	}
}

func TestParseForms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"minimal", "## Behavior\n- It works.\n", "2:3 B1? MUST It works.\n"},
		{"no line end at the end", "## Behavior\n- It works.", "2:3 B1? MUST It works.\n"},
		{"carriage returns", "# Spec: X\r\n\r\n## Behavior\r\n- It works\r\n  well.\r\n  - test: TestX\r\n", "4:3 B1? MUST It works well.\n  6:5 test||TestX|false||\n"},
		{"byte order mark", "\ufeff## Behavior\n- It works.\n", "2:3 B1? MUST It works.\n"},
		{"byte order mark before front matter", "\ufeff---\nowner: me\n---\n## Behavior\n- It works.\n", "5:3 B1? MUST It works.\n"},
		{"tabs", "## Behavior\n-\tIt works.\n\t- test: TestX\n", "2:3 B1? MUST It works.\n  3:4 test||TestX|false||\n"},
		{"any level and case", "###### EDGE CASES:\n- x\n# What not to build.\n- y\n", "2:3 E1? MUST x\n4:3 N1? MUST y\n"},
		{"numbered headings", "## 2. Behaviour\n- x\n## 3.1 Invariants (must always be true)\n- y\n", "2:3 B1? MUST x\n4:3 I1? MUST y\n"},
		{"setext heading", "Behavior\n--------\n- x\n\nEdge cases\n===\n- y\n", "3:3 B1? MUST x\n7:3 E1? MUST y\n"},
		{"a sentence above a rule is no heading", "## Behavior\nIt works.\n---\n", "2:1 B1? MUST It works.\n"},
		{"unknown heading below a section keeps its clauses", "## Edge cases\n### Stock\n- x\n### Holds\n- y\n## Notes\n- z\n", "3:3 E1? MUST x\n5:3 E2? MUST y\n"},
		{"paragraphs of a section with a list below are no clauses", "## Behavior\nThese hold:\n### Stock\n- x\n", "4:3 B1? MUST x\n"},
		{"paragraphs", "## Behavior\nOne\nclause.\n\nTwo.\n", "2:1 B1? MUST One clause.\n5:1 B2? MUST Two.\n"},
		{"lazy continuation", "## Behavior\n- one\ntwo\n- three\n", "2:3 B1? MUST one two\n4:3 B2? MUST three\n"},
		{"a paragraph after a list ends the item", "## Behavior\n- one\n\ntwo\n", "2:3 B1? MUST one\n"},
		{"an indented paragraph belongs to the item", "## Behavior\n- one\n\n  two\n", "2:3 B1? MUST one two\n"},
		{"fence in an item", "## Behavior\n- one\n  ```\n  ## Invariants\n  - no item\n    - test: none\n  ```\n  two\n- three\n", "2:3 B1? MUST one ``` ## Invariants - no item - test: none ``` two\n9:3 B2? MUST three\n"},
		{"heading in a fence", "## Behavior\n- one\n\n~~~md\n## Invariants\n- no clause\n~~~\n- two\n", "2:3 B1? MUST one ~~~md ## Invariants - no clause ~~~\n8:3 B2? MUST two\n"},
		{"comments", "## Behavior\n<!-- - **B9** no\n- clause -->\n- one\n  <!-- - test: TestNo -->\n  - test: TestYes\n", "4:3 B1? MUST one\n  6:5 test||TestYes|false||\n"},
		{"text behind a comment counts", "## Behavior\n<!-- why --> It MUST work.\n", "2:1 B1? MUST <!-- why --> It MUST work.\n"},
		{"quotes are remarks", "## Behavior\n- one\n\n> Not a clause.\n", "2:3 B1? MUST one\n"},
		{"numbered list", "## Behavior\n1. one\n2) two\n10. three\n    - test: T\n", "2:4 B1? MUST one\n3:4 B2? MUST two\n4:5 B3? MUST three\n  5:7 test||T|false||\n"},
		{"a year at the begin of a wrapped line is no item", "## Behavior\n- It was built in\n  2024. It works.\n\nand since\n2025. Yes.\n", "2:3 B1? MUST It was built in 2024. It works.\n"},
		{"explicit IDs", "## Behavior\n- **B2** a\n- **B3:** b\n- **B4**: c\n- **B5.** d\n- __B6__ — e\n- B7: f\n- [ ] **B8** g\n- h\n", "2:3 B2 MUST a\n3:3 B3 MUST b\n4:3 B4 MUST c\n5:3 B5 MUST d\n6:3 B6 MUST e\n7:3 B7 MUST f\n8:3 B8 MUST g\n9:3 B1? MUST h\n"},
		{"citing is not declaring", "## Edge cases\n- As **E1** says, see E2: yes.\n- **E1** x, like B1: y\n", "2:3 E2? MUST As **E1** says, see E2: yes.\n3:3 E1 MUST x, like B1: y\n"},
		{"a plain prefix of another section is text", "## Edge cases\n- B1: x\n", "2:3 E1? MUST B1: x\n"},
		{"numbers of retired IDs are not counted", "---\nretired: [B1, B2]\n---\n## Behavior\n- x\n", "5:3 B3? MUST x\n"},
		{"nested text", "## Behavior\n- one:\n  - a\n  - for example: b\n  - test: T\n", "2:3 B1? MUST one: - a - for example: b\n  5:5 test||T|false||\n"},
		{"command over two lines", "## Behavior\n- one\n  - check: `go vet ./... &&\n    go test ./...`\n", "2:3 B1? MUST one\n  3:5 check||go vet ./... && go test ./...|true||\n"},
		{"empty items are nothing", "## Behavior\n-\n- one\n-   \n-\n- two\n", "3:3 B1? MUST one\n6:3 B2? MUST two\n"},
		{"bullets of other kinds", "## Behavior\n* one\n+ two\n• three\n", "2:3 B1? MUST one\n3:3 B2? MUST two\n4:5 B3? MUST three\n"},
		{"plain text without blank lines", "Spec: X\nIntent\nWhy.\nBehavior\n• one\nEdge cases\n• two\nInvariants\nthree\n", "5:5 B1? MUST one\n7:5 E1? MUST two\n9:1 I1? MUST three\n"},
		{"plain text in bold", "**Behavior (happy path)**\n\nIt works.\n\n**What NOT to build:**\n\n- caching\n", "3:1 B1? MUST It works.\n7:3 N1? MUST caching\n"},
		{"an ID after a sentence begins a paragraph", "## Behavior\nOne. See\n**B9** for more.\n**B2** Two.\n", "2:1 B1? MUST One. See **B9** for more.\n4:1 B2 MUST Two.\n"},
		{"rules across the page", "## Behavior\n- one\n\n***\n\n- two\n- - -\n", "2:3 B1? MUST one\n6:3 B2? MUST two\n"},
		{"front matter after blank lines", "\n\n---\nowner: me\n---\n## Behavior\n- x\n", "7:3 B1? MUST x\n"},
		{"a rule at the top is no front matter", "\n---\n\n## Behavior\n- x\n\n---\n", "5:3 B1? MUST x\n"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, outlined(mustParse(t, tt.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Level{
		"it works":                          Must,
		"it must work, and should be fast":  Must, // lower case says nothing
		"it SHOULD work":                    Should,
		"it SHOULD NOT fail":                Should,
		"it is NOT RECOMMENDED":             Should,
		"it MAY fail":                       May,
		"OPTIONAL":                          May,
		"it is NOT REQUIRED":                May,
		"it SHALL work":                     Must,
		"it MAY cache and MUST reply":       Must,
		"it logs `MAY` and SHOULD be quiet": Should,
		"it says \"you MAY\" aloud":         Must,
		"it says “you SHOULD” aloud":        Must,
		"MAYBE it works":                    Must,
		"the **SHOULD** counts":             Should,
	} {
		if got := levelOf(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	s := mustParse(t, `# Spec: X
The service MUST be quick.

## Intent
**B7** hides here.

## Behavior
- one
- **b2** two
Invariants
- three

It MUST be four.
`)
	var got strings.Builder
	for _, f := range s.Findings {
		fmt.Fprintf(&got, "%d:%d %s %s\n", f.Pos.Line, f.Pos.Col, f.Rule, f.Message)
	}
	want := `1:1 SG017 the spec governs no files
2:1 SG013 this reads like a clause, and clauses are read under Behavior, Edge cases, Invariants and What NOT to build only
5:1 SG013 this reads like a clause, and clauses are read under Behavior, Edge cases, Invariants and What NOT to build only
8:3 SG002 the clause has no ID and is B1 for now, by its place
9:3 SG018 "b2" is bold like an ID and is none
9:3 SG002 the clause has no ID and is B2 for now, by its place
10:1 SG014 this line looks like a section title and is text, because the other titles are headings
11:3 SG002 the clause has no ID and is B3 for now, by its place
13:1 SG022 this paragraph is no clause, because its section has a list
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}
