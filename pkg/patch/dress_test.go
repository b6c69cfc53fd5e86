package patch_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// each puts something in front of every line.
func each(text string, front func(i int, line string) string) string {
	var out strings.Builder
	for i, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		out.WriteString(front(i, l) + l + "\n")
	}
	return out.String()
}

func before(mark string) func(int, string) string { return func(int, string) string { return mark } }

// dresses are ways in which a diff arrives.
func dresses() map[string]func(diff string) string {
	return map[string]func(diff string) string{
		"prose":         func(d string) string { return "Here it is:\n\n" + d + "\nThat is all.\n" },
		"fence":         func(d string) string { return "`````diff\n" + d + "`````\n" },
		"other fence":   func(d string) string { return "~~~~~\n" + d + "~~~~~\n" },
		"list":          func(d string) string { return "1. Do:\n\n   `````diff\n" + each(d, before("   ")) + "   `````\n" },
		"list, no body": func(d string) string { return "1. Do:\n\n   `````diff\n" + d + "   `````\n" },
		"margin":        func(d string) string { return "1. Do:\n\n" + each(d, before("    ")) + "\n2. Done\n" },
		"fenced margin": func(d string) string { return "`````\n" + each(d, before("\t")) + "`````\n" },
		"mail":          func(d string) string { return "On Monday:\n" + each(d, before("> ")) + "\nYes.\n" },
		"tight mail":    func(d string) string { return each(d, before(">")) },
		"numbers": func(d string) string {
			return "`````diff\n" + each(d, func(i int, _ string) string { return fmt.Sprintf("%4d | ", i+1) }) + "`````\n"
		},
		"cat -n": func(d string) string {
			return each(d, func(i int, _ string) string { return fmt.Sprintf("%6d\t", i+1) })
		},
		"heredoc":  func(d string) string { return "`````sh\ngit apply <<'END_OF_IT'\n" + d + "END_OF_IT\n`````\n" },
		"tag":      func(d string) string { return "<file path=\"f\">\n" + d + "</file>\n" },
		"escaped":  html.EscapeString,
		"twice":    func(d string) string { return "`````diff\n" + d + "`````\nAgain:\n`````diff\n" + d + "`````\n" },
		"carriage": func(d string) string { return strings.ReplaceAll(d, "\n", "\r\n") },
	}
}

// folded leaves the ends of lines out of a comparison: blank lines behind a diff without a fence make it quote more than it
// did, and then the ends in a file that mixes them are the file's.
func folded(data []byte) string { return strings.ReplaceAll(string(data), "\r\n", "\n") }

// TestDressedDiffs: however a right diff is wrapped, it comes to what it says or is refused.
func TestDressedDiffs(t *testing.T) {
	t.Parallel()
	for name, dress := range dresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			placed, all := 0, 0
			rapid.Check(t, func(t *rapid.T) {
				a := text(t, "a")
				b := edited(t, a)
				if a == b || name == "carriage" && strings.Contains(a+b, "\r") {
					return
				}
				all++
				answer := dress(patch.Diff("f", []byte(a), []byte(b)))
				r, err := patch.Apply(files("f", a), []string{answer}, patch.Options{})
				if err != nil || r.Refused() {
					return
				}
				if placed++; len(r.Changes) != 1 || folded(r.Changes[0].Data) != folded([]byte(b)) {
					t.Fatalf("got %+v, want %q\n%s", r.Changes, b, answer)
				}
			})
			t.Logf("%d of %d placed", placed, all)
		})
	}
}
