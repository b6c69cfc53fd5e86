package patch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAlterations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b string
		want []Alteration
	}{
		"nothing":              {"a\nb\n", "a\nb\n", nil},
		"a new file":           {"", "a\nb\n", []Alteration{{1, 2, 0}}},
		"without a last end":   {"", "a\nb", []Alteration{{1, 2, 0}}},
		"a file that is gone":  {"a\nb\n", "", []Alteration{{1, 0, 2}}},
		"one line in another":  {"a\nb\nc\n", "a\nx\nc\n", []Alteration{{2, 1, 1}}},
		"two places, one line": {"a\nb\nc\n", "x\nb\ny\nz\n", []Alteration{{1, 1, 1}, {3, 2, 1}}},
		"lines that are gone":  {"a\nb\nc\nd\n", "a\nd\n", []Alteration{{2, 0, 2}}},
		"at the end":           {"a\nb\n", "a\n", []Alteration{{2, 0, 1}}},
		"no text":              {"a\x00\n", "b\x00\nc\n", []Alteration{{1, 2, 1}}},
		"no text, the same":    {"a\x00\n", "a\x00\n", nil},
	} {
		if diff := cmp.Diff(c.want, Alterations([]byte(c.a), []byte(c.b))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestAlterationsAreTheDiff: what they do not name stands in both texts, in order.
func TestAlterationsAreTheDiff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n"}), 0, 12), func(lines []string) string { return strings.Join(lines, "") })
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		old, now := keepEnds([]byte(a)), keepEnds([]byte(b))
		var rest []string
		was, at := 0, 1
		for _, p := range Alterations([]byte(a), []byte(b)) {
			if p.Line < at || p.Added+p.Removed == 0 {
				t.Fatalf("%+v comes after line %d", p, at)
			}
			rest = append(rest, now[at-1:p.Line-1]...)
			was += p.Line - at + p.Removed
			at = p.Line + p.Added
			old = append(old[:was-p.Removed:was-p.Removed], old[was:]...)
			was -= p.Removed
		}
		rest = append(rest, now[at-1:]...)
		if diff := cmp.Diff(strings.Join(old, ""), strings.Join(rest, "")); diff != "" {
			t.Fatal(diff)
		}
	})
}
