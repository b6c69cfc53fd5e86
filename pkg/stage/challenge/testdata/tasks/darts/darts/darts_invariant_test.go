package darts_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/darts/darts"
)

type place struct{ x, y float64 }

func check(t *testing.T, want int, places ...place) {
	t.Helper()
	for _, p := range places {
		if got := darts.Score(p.x, p.y); got != want {
			t.Errorf("Score(%v, %v): want %d, got %d", p.x, p.y, want, got)
		}
	}
}

func TestB1_Inner(t *testing.T) {
	check(t, 10, place{0, 0}, place{-0.1, -0.1}, place{0.7, 0.7}, place{0.5, -0.5}, place{-0.99, 0}, place{0, 0.75})
	check(t, 5, place{0, 1.5}, place{1.25, 0}, place{-0.75, 0.75})
}

func TestB2_Middle(t *testing.T) {
	check(t, 5, place{0.8, -0.8}, place{-3.5, 3.5}, place{0.5, -4}, place{-1.5, 0}, place{0, 4.99}, place{2, 2}, place{-3, -3})
	check(t, 10, place{0.6, -0.6})
	check(t, 1, place{5.25, 0}, place{-4, 4})
}

func TestB3_OuterAndBeyond(t *testing.T) {
	check(t, 1, place{-3.6, -3.6}, place{-7, 7}, place{0, 9.5}, place{5.5, 0}, place{-6, -6}, place{9, 4}, place{0, -9.99})
	check(t, 5, place{0, -4.5}, place{3, 3})
	check(t, 0, place{-9, 9}, place{7.1, -7.1}, place{10.5, 0}, place{0, -11}, place{100, 100}, place{-1e6, 0}, place{1e200, 1e200})
}

func TestE1_OnTheLine(t *testing.T) {
	check(t, 10, place{1, 0}, place{-1, 0}, place{0, 1}, place{0, -1})
	check(t, 5, place{5, 0}, place{-5, 0}, place{0, 5}, place{0, -5}, place{3, 4}, place{-4, 3}, place{-3, -4})
	check(t, 1, place{10, 0}, place{-10, 0}, place{0, 10}, place{0, -10}, place{6, 8}, place{-8, -6})
}

func TestE2_JustOutside(t *testing.T) {
	check(t, 5, place{1.001, 0}, place{0, -1.0001}, place{-1.000001, 0}, place{0.001, 1}, place{0.601, 0.8})
	check(t, 1, place{5.001, 0}, place{0, -5.0001}, place{-5.000001, 0}, place{0.01, 5}, place{3.0001, 4}, place{-4, -3.0001})
	check(t, 0, place{10.001, 0}, place{0, -10.0001}, place{-10.000001, 0}, place{0.1, 10}, place{6.0001, 8}, place{-8, -6.0001})
	check(t, 10, place{0.999, 0}, place{0, -0.9999})
}

func TestE3_Round(t *testing.T) {
	check(t, 5, place{0.8, 0.8}, place{-1, 1}, place{0.9, -0.5})
	check(t, 1, place{4, 4}, place{-5, -5}, place{4.5, 2.5}, place{5, 1})
	check(t, 0, place{8, 8}, place{-10, 10}, place{9, 5}, place{10, 1})
	check(t, 10, place{0.7, 0.7}, place{-0.9, 0.25})
	check(t, 1, place{7, 7})
}

func TestE4_NoNumbers(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	check(t, 0, place{nan, 0}, place{0, nan}, place{nan, nan}, place{inf, 0}, place{0, -inf}, place{inf, nan}, place{nan, -inf}, place{-inf, inf})
	check(t, 10, place{0, 0}, place{0.5, 0})
	check(t, 5, place{2, 0})
	check(t, 1, place{0, 7})
}

// byIntegers scores a place that is given in eighths of a unit, without rounding.
func byIntegers(x, y int) int {
	switch square := x*x + y*y; {
	case square <= 8*8:
		return 10
	case square <= 40*40:
		return 5
	case square <= 80*80:
		return 1
	}
	return 0
}

func TestI1_Mirrored(t *testing.T) {
	for i := 0; i <= 88; i++ {
		for j := i; j <= 88; j++ {
			x, y := float64(i)/8, float64(j)/8
			check(t, byIntegers(i, j), place{x, y}, place{-x, y}, place{x, -y}, place{-x, -y}, place{y, x}, place{-y, x}, place{y, -x}, place{-y, -x})
			if t.Failed() {
				return
			}
		}
	}
}

func TestI2_NeverMoreFartherOut(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 10))
	for range 200 {
		sin, cos := math.Sincos(2 * math.Pi * random.Float64())
		last, seen := 10, map[int]bool{}
		for step := 0; step <= 48; step++ {
			far := float64(step) / 4
			got := darts.Score(far*cos, far*sin)
			if got > last {
				t.Fatalf("Score(%v, %v): want at most %d, as nearer to the centre, got %d", far*cos, far*sin, last, got)
			}
			last = got
			seen[got] = true
		}
		if !seen[10] || !seen[5] || !seen[1] || !seen[0] || len(seen) != 4 {
			t.Fatalf("Score(%[1]v, %[2]v) to Score(12*%[1]v, 12*%[2]v): want 10, 5, 1 and 0 on the way, got %[3]v", cos, sin, seen)
		}
	}
}
