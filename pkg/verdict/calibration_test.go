package verdict_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// The intervals are those of R's binom.confint(x, n, methods = "wilson") and of worked examples in the literature.
func TestWilson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		count, of int
		low, high float64
	}{
		{0, 10, 0, 0.2775},
		{10, 10, 0.7225, 1},
		{5, 10, 0.2366, 0.7634},
		{1, 20, 0.0089, 0.2361},
		{3, 40, 0.0258, 0.1986},
		{0, 600, 0, 0.0064},
		{81, 263, 0.2553, 0.3662},
		{0, 0, 0, 1},
	} {
		low, high := verdict.Rate{Count: c.count, Of: c.of}.Wilson()
		if math.Abs(low-c.low) > 6e-5 || math.Abs(high-c.high) > 6e-5 {
			t.Errorf("%d of %d: want %.4f to %.4f, got %.4f to %.4f", c.count, c.of, c.low, c.high, low, high)
		}
	}
	if got := (verdict.Rate{Count: 3, Of: 40}).String(); got != "3 of 40, 7.5 % (2.6 to 19.9)" {
		t.Error(got)
	}
}

func TestWilsonHoldsTheRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 5000).Draw(t, "of")
		r := verdict.Rate{Count: rapid.IntRange(0, of).Draw(t, "count"), Of: of}
		low, high := r.Wilson()
		if low < 0 || high > 1 || low > r.Share() || high < r.Share() || low >= high {
			t.Fatalf("%v: %f to %f", r, low, high)
		}
		other := verdict.Rate{Count: r.Count * 4, Of: r.Of * 4}
		l, h := other.Wilson()
		if h-l >= high-low {
			t.Fatalf("%v: more observations make it less certain", r)
		}
	})
}

func TestCalibrateCountsWhatIsWrong(t *testing.T) {
	t.Parallel()
	at := func(fate verdict.Fate, neutral bool) verdict.Planted {
		return verdict.Planted{Kind: "x", Note: "y", Fate: fate, Neutral: neutral, File: "a.go", Line: 3}
	}
	c := verdict.Challenge{Component: "x", Planted: []verdict.Planted{
		at(verdict.Caught, false), at(verdict.Caught, false), at(verdict.Survived, false), at(verdict.Stillborn, false), at(verdict.Equivalent, false),
		at(verdict.Indistinct, false), at(verdict.Untried, false), at(verdict.Survived, true), at(verdict.Caught, true), at(verdict.Stillborn, true),
	}}
	got := c.Calibrate()
	want := verdict.Errors{FalseRejects: verdict.Rate{Count: 1, Of: 3}, FalseAccepts: verdict.Rate{Count: 1, Of: 3}}
	if got.Executed != want || len(got.Wrong) != 2 || got.Wrong[0].Right || !got.Wrong[1].Right {
		t.Errorf("%+v", got)
	}
	if c.Count(verdict.Caught) != 2 || len(c.Survivors()) != 1 {
		t.Error("rewrites count among the violations")
	}
	if want.Within(33) || !want.Within(34) || (verdict.Errors{}).Within(100) {
		t.Error("Within: both rates have to be known, and within")
	}
}

// TestOldCalibrationsAreRead holds kept rates readable.
func TestOldCalibrationsAreRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/judge-v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var j verdict.JudgeErrors
	if err := json.Unmarshal(text, &j); err != nil {
		t.Fatal(err)
	}
	if j.V != 1 || j.Model != "small" || j.Prompt == "" || j.FalseAccepts != (verdict.Rate{Count: 3, Of: 20}) || j.Unknown.Of != 40 {
		t.Errorf("%+v", j)
	}
}
