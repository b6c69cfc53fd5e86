package verdict_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

func TestObserve(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		message          string
		input, want, got string
	}{
		{"want 3, got 4", "", "3", "4"},
		{"got 4, want 3", "", "3", "4"},
		{"expected 3, got 4", "", "3", "4"},
		{"expected 3 but got 4", "", "3", "4"},
		{"Expected: 3, actual: 4", "", "3", "4"},
		{"got: 4; want: 3", "", "3", "4"},
		{"Window(5) = 3, want 2", "Window(5)", "2", "3"},
		{"Window(5) = (3, nil); want (2, nil)", "Window(5)", "(2, nil)", "(3, nil)"},
		{`slug "a, got b": want "a-got-b", got ""`, `slug "a, got b"`, `"a-got-b"`, `""`},
		{`slug "x": want "y" with status 0, got "" with status 1`, `slug "x"`, `"y" with status 0`, `"" with status 1`},
		{"7 lines: want 1 call, got 7", "7 lines", "1 call", "7"},
		{`1 of 2 lines in stock: want ineligible, got eligible`, "1 of 2 lines in stock", "ineligible", "eligible"},
		{"assert 2 == 3", "", "3", "2"},
		{"E   assert 'a == b' == 'c'", "", "'c'", "'a == b'"},
		{"expected: 3\n     got: 4", "", "3", "4"},
		{"Not equal:\n expected: 3\n actual  : 4", "", "3", "4"},
		{"something broke\nf(1): want 3, got 4\nf(2): want 5, got 6", "f(1)", "3", "4"},
	} {
		o, ok := verdict.Observe(c.message)
		if !ok || o.Input != c.input || o.Want != c.want || o.Got != c.got {
			t.Errorf("%q: want input %q, want %q, got %q; got %+v, %v", c.message, c.input, c.want, c.got, o, ok)
		}
	}
}

func TestObserveLeavesWhatItCannotSplit(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		"", "boom", "panic: runtime error: index out of range [3] with length 2", "got unexpected error: EOF",
		"want a, want b", "F(1) = 2, want 3; G(1) = 4, want 5", "want a, got b, want c, got d",
		"unwanted 3, forgotten 4", "want (a, got b", "the want ad says: got milk? want more", "assert a == b == c",
		"expected: 1\ngot: 2\nexpected: 3\ngot: 4", "want , got 4", "assert foo(1)",
		"want " + strings.Repeat("x", 1000) + ", got y",
	} {
		if o, ok := verdict.Observe(message); ok {
			t.Errorf("%q: want no split, got %+v", message, o)
		}
	}
}

func TestObserveNeverInventsText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"want ", "got ", ", ", "expected", ": ", `"`, "(", ")", " = ", "é", "x", "\n", "assert ", " == ", "'", "`", "\\"})
		message := strings.Join(rapid.SliceOfN(part, 0, 14).Draw(t, "parts"), "")
		o, ok := verdict.Observe(message)
		if !ok && o != (verdict.Observation{}) {
			t.Fatalf("%q: not ok and yet %+v", message, o)
		}
		for _, value := range []string{o.Input, o.Want, o.Got} {
			if !strings.Contains(message, value) {
				t.Fatalf("%q: %q is not in it", message, value)
			}
		}
		if ok && (o.Want == "" || o.Got == "") {
			t.Fatalf("%q: ok with an empty value: %+v", message, o)
		}
	})
}
