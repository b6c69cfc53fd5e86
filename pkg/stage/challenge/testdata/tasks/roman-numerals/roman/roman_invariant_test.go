package roman_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/roman-numerals/roman"
)

func check(t *testing.T, number int, want string) {
	t.Helper()
	if got, err := roman.Numeral(number); err != nil {
		t.Errorf("Numeral(%d): want %q, got error %q", number, want, err)
	} else if got != want {
		t.Errorf("Numeral(%d): want %q, got %q", number, want, got)
	}
}

type written struct {
	number int
	want   string
}

func checkAll(t *testing.T, all []written) {
	t.Helper()
	for _, w := range all {
		check(t, w.number, w.want)
	}
}

func checkErrors(t *testing.T, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if got, err := roman.Numeral(n); err == nil {
			t.Errorf("Numeral(%d): want an error, got %q", n, got)
		}
	}
}

func numeral(t *testing.T, number int) string {
	t.Helper()
	got, err := roman.Numeral(number)
	if err != nil {
		t.Fatalf("Numeral(%d): want no error, got error %q", number, err)
	}
	return got
}

// read adds the letters of a numeral up.
func read(numeral string) int {
	values := map[byte]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
	sum := 0
	for i := range len(numeral) {
		value := values[numeral[i]]
		if i+1 < len(numeral) && value < values[numeral[i+1]] {
			value = -value
		}
		sum += value
	}
	return sum
}

func TestB1_Sums(t *testing.T) {
	checkAll(t, []written{
		{1, "I"}, {2, "II"}, {3, "III"}, {5, "V"}, {6, "VI"}, {8, "VIII"}, {10, "X"}, {16, "XVI"}, {27, "XXVII"}, {50, "L"}, {66, "LXVI"}, {100, "C"},
		{166, "CLXVI"}, {500, "D"}, {666, "DCLXVI"}, {1000, "M"}, {1666, "MDCLXVI"}, {3888, "MMMDCCCLXXXVIII"},
	})
}

func TestB2_FoursAndNines(t *testing.T) {
	checkAll(t, []written{
		{4, "IV"}, {9, "IX"}, {14, "XIV"}, {19, "XIX"}, {40, "XL"}, {90, "XC"}, {400, "CD"}, {900, "CM"}, {141, "CXLI"}, {402, "CDII"}, {911, "CMXI"},
		{93, "XCIII"}, {59, "LIX"}, {1400, "MCD"}, {3900, "MMMCM"},
	})
}

func TestB3_PlaceByPlace(t *testing.T) {
	checkAll(t, []written{
		{49, "XLIX"}, {48, "XLVIII"}, {99, "XCIX"}, {95, "XCV"}, {45, "XLV"}, {450, "CDL"}, {490, "CDXC"}, {495, "CDXCV"}, {499, "CDXCIX"}, {990, "CMXC"},
		{995, "CMXCV"}, {999, "CMXCIX"}, {575, "DLXXV"}, {1999, "MCMXCIX"}, {2444, "MMCDXLIV"},
	})
}

func TestB3_ZeroPlaces(t *testing.T) {
	checkAll(t, []written{
		{20, "XX"}, {101, "CI"}, {105, "CV"}, {200, "CC"}, {1000, "M"}, {1001, "MI"}, {1004, "MIV"}, {1009, "MIX"}, {1040, "MXL"}, {1024, "MXXIV"},
		{2020, "MMXX"}, {3000, "MMM"}, {3001, "MMMI"}, {800, "DCCC"}, {1900, "MCM"},
	})
}

func TestE1_SmallestAndGreatest(t *testing.T) {
	check(t, 1, "I")
	check(t, 2, "II")
	check(t, 3998, "MMMCMXCVIII")
	check(t, 3999, "MMMCMXCIX")
	checkErrors(t, 0, 4000)
}

func TestE2_ZeroAndBelow(t *testing.T) {
	checkErrors(t, 0, -1, -2, -4, -10, -1000, -3999, math.MinInt)
	check(t, 1, "I")
	check(t, 4, "IV")
	random := rand.New(rand.NewPCG(1, 3999))
	for range 100 {
		checkErrors(t, -random.IntN(1_000_000))
	}
}

func TestE3_TooGreat(t *testing.T) {
	checkErrors(t, 4000, 4001, 4999, 5000, 9000, 10000, 65537, 1<<32+1)
	check(t, 3999, "MMMCMXCIX")
	check(t, 3000, "MMM")
	random := rand.New(rand.NewPCG(2, 3999))
	for range 100 {
		checkErrors(t, 4000+random.IntN(1_000_000))
	}
}

func TestI1_ReadsBack(t *testing.T) {
	for number := 1; number <= 3999; number++ {
		if got := numeral(t, number); read(got) != number {
			t.Fatalf("Numeral(%d): want letters that sum up to %d, got %q, which is %d", number, number, got, read(got))
		}
	}
}

func TestI2_FewRepeats(t *testing.T) {
	for number := 1; number <= 3999; number++ {
		got := numeral(t, number)
		if strings.Trim(got, "IVXLCDM") != "" || !strings.ContainsAny(got, "IVXLCDM") {
			t.Fatalf("Numeral(%d): want letters of I, V, X, L, C, D and M, got %q", number, got)
		}
		for _, row := range []string{"IIII", "XXXX", "CCCC", "MMMM"} {
			if strings.Contains(got, row) {
				t.Fatalf("Numeral(%d): want no %s, got %q", number, row, got)
			}
		}
		for _, once := range []string{"V", "L", "D"} {
			if strings.Count(got, once) > 1 {
				t.Fatalf("Numeral(%d): want %s at most once, got %q", number, once, got)
			}
		}
	}
	check(t, 4, "IV")
	check(t, 3888, "MMMDCCCLXXXVIII")
}
