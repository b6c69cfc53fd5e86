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

// outline is a spec's clauses, one per line, for tables.
func outline(s *Spec) string {
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
	if diff := cmp.Diff(want, outline(s)); diff != "" {
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
	if diff := cmp.Diff(want, outline(s)); diff != "" {
		t.Error(diff)
	}
}
