package grains_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/grains/grains"
)

func check(t *testing.T, n int, want uint64) {
	t.Helper()
	if got, err := grains.Square(n); err != nil {
		t.Errorf("Square(%d): want %d, got error %q", n, want, err)
	} else if got != want {
		t.Errorf("Square(%d): want %d, got %d", n, want, got)
	}
}

func checkErrors(t *testing.T, squares ...int) {
	t.Helper()
	for _, n := range squares {
		if got, err := grains.Square(n); err == nil {
			t.Errorf("Square(%d): want an error, got %d", n, got)
		}
	}
}

func checkTotal(t *testing.T, want uint64) {
	t.Helper()
	if got := grains.Total(); got != want {
		t.Errorf("Total(): want %d, got %d", want, got)
	}
}

func square(t *testing.T, n int) uint64 {
	t.Helper()
	got, err := grains.Square(n)
	if err != nil {
		t.Fatalf("Square(%d): want no error, got error %q", n, err)
	}
	return got
}

func TestB1_FirstSquares(t *testing.T) {
	check(t, 1, 1)
	check(t, 2, 2)
	check(t, 3, 4)
	check(t, 1, 1)
}

func TestB2_Doubles(t *testing.T) {
	check(t, 4, 8)
	check(t, 16, 32768)
	check(t, 32, 2147483648)
	check(t, 33, 4294967296)
	for n := 2; n <= 64; n++ {
		check(t, n, 2*square(t, n-1))
	}
}

func TestB3_Total(t *testing.T) {
	const total = 18446744073709551615
	checkTotal(t, total)
	check(t, 2, 2)
	checkTotal(t, total)
	check(t, 64, 9223372036854775808)
	checkTotal(t, total)
	checkTotal(t, total)
}

func TestE1_LastSquare(t *testing.T) {
	check(t, 64, 9223372036854775808)
	check(t, 63, 4611686018427387904)
	check(t, 62, 2305843009213693952)
	checkErrors(t, 65)
}

func TestE2_BelowTheFirst(t *testing.T) {
	checkErrors(t, 0, -1, -2, -63, -64, -65, math.MinInt)
	check(t, 1, 1)
	check(t, 2, 2)
	random := rand.New(rand.NewPCG(1, 64))
	for range 100 {
		checkErrors(t, -random.IntN(1_000_000))
	}
}

func TestE3_AboveTheLast(t *testing.T) {
	checkErrors(t, 65, 66, 100, 127, 128, 129, 256, 257, math.MaxInt)
	check(t, 64, 9223372036854775808)
	check(t, 63, 4611686018427387904)
	random := rand.New(rand.NewPCG(2, 64))
	for range 100 {
		checkErrors(t, 65+random.IntN(1_000_000))
	}
}

func TestI1_TotalIsSum(t *testing.T) {
	var sum uint64
	for n := 64; n >= 1; n-- {
		grainsOn := square(t, n)
		if sum+grainsOn <= sum {
			t.Fatalf("Square(%d): want a number that keeps the sum growing, got %d", n, grainsOn)
		}
		sum += grainsOn
	}
	checkTotal(t, sum)
}

func TestI2_OneMoreThanAllBefore(t *testing.T) {
	var before uint64
	for n := 1; n <= 64; n++ {
		check(t, n, before+1)
		before += square(t, n)
	}
}
