package raindrops_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"example.com/raindrops/raindrops"
)

func check(t *testing.T, want string, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if got := raindrops.Convert(n); got != want {
			t.Errorf("Convert(%d): want %q, got %q", n, want, got)
		}
	}
}

func checkItself(t *testing.T, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		check(t, strconv.Itoa(n), n)
	}
}

func TestB1_OneDrop(t *testing.T) {
	check(t, "Pling", 3, 6, 12, 18, 24, 33, 102, 108)
	checkItself(t, 2, 4, 8, 11)
	check(t, "Plang", 5, 10, 20, 40, 50, 55, 100, 110)
	checkItself(t, 4, 11, 19, 101)
	check(t, "Plong", 7, 14, 28, 56, 77, 91, 98, 112)
	checkItself(t, 8, 13, 29, 76)
}

func TestB2_InOrder(t *testing.T) {
	check(t, "PlingPlang", 15, 30, 45, 90)
	check(t, "PlingPlong", 21, 42, 84, 126)
	check(t, "PlangPlong", 35, 70, 140)
	check(t, "PlingPlangPlong", 105, 210, 315, 1050)
	check(t, "Pling", 3)
	check(t, "Plong", 14)
}

func TestE1_NoDrop(t *testing.T) {
	checkItself(t, 1, 2, 8, 13, 17, 23, 37, 52, 53, 73, 337, 713, 1009, math.MaxInt-3)
	check(t, "Pling", 12)
	check(t, "Plang", 20)
}

func TestE2_PowersSoundOnce(t *testing.T) {
	check(t, "Pling", 9, 27, 81, 18)
	check(t, "Plang", 25, 125, 3125, 50)
	check(t, "Plong", 49, 343, 98)
	check(t, "PlingPlang", 45, 75, 225)
	check(t, "PlingPlangPlong", 315, 525, 735)
}

func TestE3_Zero(t *testing.T) {
	check(t, "PlingPlangPlong", 0, 105, 0)
	checkItself(t, 1, -1, 2)
	check(t, "Pling", 3, -3)
}

func TestE4_Negative(t *testing.T) {
	check(t, "Pling", -3, -9, -12)
	check(t, "Plang", -5, -25)
	check(t, "Plong", -7, -98)
	check(t, "PlingPlong", -21)
	check(t, "PlingPlangPlong", -105)
	checkItself(t, -1, -2, -4, -8, -52, math.MinInt)
}

// drops lists what falls by going through the multiples, not by dividing.
func drops(place int) string {
	sound := ""
	for _, d := range []struct {
		step int
		name string
	}{{3, "Pling"}, {5, "Plang"}, {7, "Plong"}} {
		for multiple := 0; multiple <= 105; multiple += d.step {
			if multiple == place {
				sound += d.name
			}
		}
	}
	return sound
}

func TestI1_Repeats(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 105))
	for place := 0; place < 105; place++ {
		want := drops(place)
		if want == "" {
			continue
		}
		n := place + 105*random.IntN(1_000_000)
		check(t, want, n, n+105)
		if t.Failed() {
			return
		}
	}
}

func TestI2_ReadsBack(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 105))
	for place := 0; place < 105; place++ {
		n := place + 105*random.IntN(1_000_000_000_000)
		got, err := strconv.Atoi(raindrops.Convert(n))
		switch silent := drops(place) == ""; {
		case silent && (err != nil || got != n):
			t.Fatalf("Convert(%d): want %q, got %q", n, strconv.Itoa(n), raindrops.Convert(n))
		case !silent && err == nil:
			t.Fatalf("Convert(%d): want %q, got %q", n, drops(place), raindrops.Convert(n))
		}
	}
}
