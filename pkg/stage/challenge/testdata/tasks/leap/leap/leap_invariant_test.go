package leap_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"example.com/leap/leap"
)

func check(t *testing.T, want bool, years ...int) {
	t.Helper()
	for _, year := range years {
		if got := leap.IsLeap(year); got != want {
			t.Errorf("IsLeap(%d): want %v, got %v", year, want, got)
		}
	}
}

func TestB1_MultiplesOf4(t *testing.T) {
	check(t, true, 1996, 1960, 2004, 2020, 2024, 2040, 4, 1204, 9996)
	check(t, false, 1995, 1997, 1959, 1961, 2022, 2100)
}

func TestB2_NoMultiplesOf4(t *testing.T) {
	check(t, false, 2015, 1970, 2001, 2002, 2003, 2005, 2006, 2007, 1, 2, 3)
	check(t, true, 2016, 1972, 2008)
}

func TestE1_Centuries(t *testing.T) {
	check(t, false, 1900, 2100, 1800, 1700, 2200, 1500, 1300, 100, 200, 300, 10100)
	check(t, true, 1896, 1904, 2104, 1796)
}

func TestE2_EveryFourthCentury(t *testing.T) {
	check(t, true, 2000, 2400, 1600, 400, 1200, 800, 10000)
	check(t, false, 1999, 2001, 1900, 2200, 2300, 1000)
}

func TestE3_ZeroAndBefore(t *testing.T) {
	check(t, true, 0, -4, -8, -96, -104, -400, -2000)
	check(t, false, -1, -2, -3, -5, -100, -200, -300, -399, -500)
}

func TestI1_97In400(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 400))
	for range 30 {
		first, leaps := random.IntN(2_000_000)-1_000_000, 0
		for year := first; year < first+400; year++ {
			if leap.IsLeap(year) {
				leaps++
			}
		}
		if leaps != 97 {
			t.Fatalf("IsLeap(%d) to IsLeap(%d): want 97 leap years, got %d", first, first+399, leaps)
		}
	}
}

func TestI2_Repeats(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 400))
	for range 500 {
		place, cycle := random.IntN(400), random.IntN(2_000_000_000)-1_000_000_000
		want := time.Date(2000+place, time.February, 29, 0, 0, 0, 0, time.UTC).Month() == time.February
		year := 400*cycle + place
		check(t, want, year, year-400, year+400)
		if t.Failed() {
			return
		}
	}
}
