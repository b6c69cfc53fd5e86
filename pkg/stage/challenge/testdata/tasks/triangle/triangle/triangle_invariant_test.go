package triangle_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/triangle/triangle"
)

// sides are three lengths in any order.
type sides [3]float64

func (s sides) orders() []sides {
	a, b, c := s[0], s[1], s[2]
	return []sides{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}}
}

// kind is what the three answers are together.
type kind struct{ equilateral, isosceles, scalene bool }

var (
	none        = kind{}
	equilateral = kind{equilateral: true, isosceles: true}
	isosceles   = kind{isosceles: true}
	scalene     = kind{scalene: true}
)

func report(t *testing.T, name string, s sides, want, got bool) {
	t.Helper()
	if got != want {
		t.Errorf("%s(%v, %v, %v): want %v, got %v", name, s[0], s[1], s[2], want, got)
	}
}

func checkEquilateral(t *testing.T, want bool, all ...sides) {
	t.Helper()
	for _, s := range all {
		report(t, "IsEquilateral", s, want, triangle.IsEquilateral(s[0], s[1], s[2]))
	}
}

func checkIsosceles(t *testing.T, want bool, all ...sides) {
	t.Helper()
	for _, s := range all {
		report(t, "IsIsosceles", s, want, triangle.IsIsosceles(s[0], s[1], s[2]))
	}
}

func checkScalene(t *testing.T, want bool, all ...sides) {
	t.Helper()
	for _, s := range all {
		report(t, "IsScalene", s, want, triangle.IsScalene(s[0], s[1], s[2]))
	}
}

// check asks all three questions about lengths in every order.
func check(t *testing.T, want kind, all ...sides) {
	t.Helper()
	for _, s := range all {
		checkEquilateral(t, want.equilateral, s.orders()...)
		checkIsosceles(t, want.isosceles, s.orders()...)
		checkScalene(t, want.scalene, s.orders()...)
	}
}

func TestB1_Equilateral(t *testing.T) {
	checkEquilateral(t, true, sides{2, 2, 2}, sides{1, 1, 1}, sides{1000, 1000, 1000})
	checkEquilateral(t, false, sides{2, 3, 2}, sides{3, 2, 2}, sides{2, 2, 3}, sides{5, 4, 6}, sides{3, 4, 5})
}

func TestB2_Isosceles(t *testing.T) {
	checkIsosceles(t, true, sides{3, 4, 4}, sides{4, 4, 3}, sides{4, 3, 4}, sides{4, 4, 4}, sides{7, 7, 1})
	checkIsosceles(t, false, sides{2, 3, 4}, sides{4, 3, 2}, sides{3, 5, 4})
}

func TestB3_Scalene(t *testing.T) {
	checkScalene(t, true, sides{5, 4, 6}, sides{3, 4, 5}, sides{13, 12, 5})
	checkScalene(t, false, sides{4, 4, 4}, sides{4, 4, 3}, sides{3, 4, 3}, sides{4, 3, 3})
}

func TestE1_NoLengths(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	check(t, none, sides{0, 0, 0}, sides{0, 2, 2}, sides{0, 3, 4}, sides{-1, -1, -1}, sides{-2, 3, 3}, sides{-3, -4, -5}, sides{-1, 3, 4})
	check(t, none, sides{inf, inf, inf}, sides{inf, inf, 1}, sides{inf, 2, 2}, sides{nan, nan, nan})
	check(t, none, sides{nan, 3, 4}, sides{nan, 2, 2}, sides{nan, inf, 1}, sides{-inf, 3, 4})
	check(t, equilateral, sides{1, 1, 1}, sides{1e300, 1e300, 1e300})
	check(t, isosceles, sides{1, 2, 2}, sides{1, 3, 3})
	check(t, scalene, sides{2, 3, 4}, sides{3, 4, 5})
}

func TestE2_TooLong(t *testing.T) {
	check(t, none, sides{1, 1, 3}, sides{7, 3, 2}, sides{1, 2, 4}, sides{2, 2, 5}, sides{1, 1, 2.25}, sides{1, 2, 3.125}, sides{10, 20, 31})
	check(t, isosceles, sides{2, 2, 3}, sides{2, 2, 3.75})
	check(t, scalene, sides{4, 3, 2}, sides{10, 20, 29})
}

func TestE3_Flat(t *testing.T) {
	check(t, isosceles, sides{1, 1, 2}, sides{2, 4, 2}, sides{0.5, 0.5, 1})
	check(t, scalene, sides{1, 2, 3}, sides{2, 5, 7}, sides{0.25, 0.5, 0.75})
	check(t, none, sides{1, 1, 2.0625}, sides{1, 2, 3.0625})
	check(t, equilateral, sides{1, 1, 1})
}

func TestE4_Fractions(t *testing.T) {
	check(t, equilateral, sides{0.5, 0.5, 0.5}, sides{0.1, 0.1, 0.1})
	check(t, isosceles, sides{0.5, 0.4, 0.5}, sides{2.75, 2.75, 2.25})
	check(t, scalene, sides{0.5, 0.4, 0.6}, sides{2.5, 2.25, 2.75}, sides{1, 1 + 1e-12, 1 - 1e-12})
	check(t, isosceles, sides{1, 1, 1 + 1e-12}, sides{1, 1, math.Nextafter(1, 2)}, sides{1e-9, 1e-9, 1.5e-9})
}

// drawn makes lengths in quarters, so that sums are exact, with what kind they are by integers.
func drawn(random *rand.Rand) (sides, kind) {
	n := [3]int{random.IntN(12) - 1, random.IntN(12) - 1, random.IntN(12) - 1}
	s := sides{float64(n[0]) / 4, float64(n[1]) / 4, float64(n[2]) / 4}
	sum, longest, shortest := n[0]+n[1]+n[2], max(n[0], n[1], n[2]), min(n[0], n[1], n[2])
	different := map[int]bool{n[0]: true, n[1]: true, n[2]: true}
	switch {
	case shortest <= 0 || 2*longest > sum:
		return s, none
	case len(different) == 1:
		return s, equilateral
	case len(different) == 2:
		return s, isosceles
	}
	return s, scalene
}

func TestI1_AnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	for range 2000 {
		s, want := drawn(random)
		check(t, want, s)
		if t.Failed() {
			return
		}
	}
}

func TestI2_OneKind(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))
	for range 5000 {
		s, want := drawn(random)
		iso, sca := triangle.IsIsosceles(s[0], s[1], s[2]), triangle.IsScalene(s[0], s[1], s[2])
		if triangles := want != none; (iso != sca) != triangles || iso && sca {
			t.Fatalf("IsIsosceles(%[1]v, %[2]v, %[3]v), IsScalene(%[1]v, %[2]v, %[3]v): want %[4]v, %[5]v, got %[6]v, %[7]v",
				s[0], s[1], s[2], want.isosceles, want.scalene, iso, sca)
		}
	}
}
