package patch

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestLooks: what an expression matches passes the look that saves running it.
func TestLooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expression *regexp.Regexp
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
