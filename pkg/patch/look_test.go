package patch

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// TestLooks: what an expression matches passes the look that saves running it.
func TestLooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expression *pattern.Pattern
		look       func(string) bool
	}{
		{restOf, mayOmit},
		{existing, mayOmit},
		{stays, mayOmit},
		{dotsFirst, dotted},
		{dotsLast, dotted},
		{onlyDots, dotted},
		{device, startsLikeDevice},
	} {
		t.Run(c.expression.String(), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				text := rapid.StringMatching(c.expression.String()).Draw(t, "text")
				if c.expression.MatchString(text) && !c.look(text) {
					t.Fatalf("%q is not looked at", text)
				}
			})
		})
	}
}

// TestMentioned gives the files that diffs change, none where nobody may go, and no more than are wanted.
func TestMentioned(t *testing.T) {
	t.Parallel()
	answer := "+++ at the start\n+++ b/x/y.go\n--- a/z\r\n+++ b/z\r\n+++ plain.txt\t2024-01-01\n+++ /dev/null\n+++ b/../up\n+++ b/.git/config\n ++ no\n+++ last"
	want := []string{"x/y.go", "z", "plain.txt", "last"}
	if got := mentioned(answer, 10); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := mentioned(answer, 2); !slices.Equal(got, want[:2]) {
		t.Errorf("%q, want %q", got, want[:2])
	}
}
