package pattern_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// A pattern answers as the expression that it stands for.
func TestAnswersAsRegexp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		expr := rapid.SampledFrom([]string{`a(b)?`, `^\s*(x|y)+$`, ``, `(?i)B+`}).Draw(t, "expr")
		text := rapid.StringMatching(`[abBxy \n]{0,12}`).Draw(t, "text")
		p, re := pattern.Lazy(expr), regexp.MustCompile(expr)
		for _, c := range [][2]any{
			{p.String(), re.String()},
			{p.MatchString(text), re.MatchString(text)},
			{p.FindString(text), re.FindString(text)},
			{p.FindStringIndex(text), re.FindStringIndex(text)},
			{p.FindStringSubmatch(text), re.FindStringSubmatch(text)},
			{p.FindStringSubmatchIndex(text), re.FindStringSubmatchIndex(text)},
			{p.FindAllString(text, 2), re.FindAllString(text, 2)},
			{p.FindAllStringIndex(text, -1), re.FindAllStringIndex(text, -1)},
			{p.FindAllStringSubmatch(text, -1), re.FindAllStringSubmatch(text, -1)},
			{p.FindAllStringSubmatchIndex(text, -1), re.FindAllStringSubmatchIndex(text, -1)},
			{p.ReplaceAllString(text, "<$1>"), re.ReplaceAllString(text, "<$1>")},
			{p.ReplaceAllStringFunc(text, func(s string) string { return s + s }), re.ReplaceAllStringFunc(text, func(s string) string { return s + s })},
			{p.Split(text, -1), re.Split(text, -1)},
		} {
			if diff := cmp.Diff(c[1], c[0]); diff != "" {
				t.Fatalf("%s on %q: %s", expr, text, diff)
			}
		}
	})
}

func TestBadExpressionPanicsWhenUsed(t *testing.T) {
	t.Parallel()
	p := pattern.Lazy(`(`)
	defer func() {
		if recover() == nil {
			t.Error("it does not panic")
		}
	}()
	p.MatchString("x")
}
