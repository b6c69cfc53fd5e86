package collatz_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/collatz-conjecture/collatz"
)

func check(t *testing.T, number, want int) {
	t.Helper()
	if got, err := collatz.Steps(number); err != nil {
		t.Errorf("Steps(%d): want %d, got error %q", number, want, err)
	} else if got != want {
		t.Errorf("Steps(%d): want %d, got %d", number, want, got)
	}
}

func checkErrors(t *testing.T, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if got, err := collatz.Steps(n); err == nil {
			t.Errorf("Steps(%d): want an error, got %d", n, got)
		}
	}
}

func steps(t *testing.T, number int) int {
	t.Helper()
	got, err := collatz.Steps(number)
	if err != nil {
		t.Fatalf("Steps(%d): want no error, got error %q", number, err)
	}
	return got
}

func TestB1_Even(t *testing.T) {
	check(t, 2, 1)
	check(t, 4, 2)
	check(t, 16, 4)
	check(t, 1024, 10)
	check(t, 1<<40, 40)
	check(t, 10, 6)
	check(t, 20, 7)
	check(t, 12, 9)
	check(t, 1000000, 152)
}

func TestB2_Odd(t *testing.T) {
	check(t, 3, 7)
	check(t, 5, 5)
	check(t, 7, 16)
	check(t, 9, 19)
	check(t, 21, 7)
	check(t, 85, 9)
	check(t, 341, 11)
	check(t, 27, 111)
	check(t, 97, 118)
	check(t, 871, 178)
	check(t, 77031, 350)
	check(t, 27, 111)
}

func TestE1_One(t *testing.T) {
	check(t, 1, 0)
	check(t, 2, 1)
	check(t, 3, 7)
	check(t, 1, 0)
	checkErrors(t, 0, -1)
}

func TestE2_Zero(t *testing.T) {
	checkErrors(t, 0)
	check(t, 2, 1)
	check(t, 3, 7)
	check(t, 1, 0)
	checkErrors(t, 0)
}

func TestE3_Negative(t *testing.T) {
	checkErrors(t, -1, -2, -5, -15, -16, -17, -1024, math.MinInt, math.MinInt+1)
	check(t, 2, 1)
	check(t, 15, 17)
	check(t, 16, 4)
}

func TestE4_Above32Bits(t *testing.T) {
	check(t, 113383, 247)
	check(t, 159487, 183)
	check(t, 837799, 524)
	check(t, 63728127, 949)
	check(t, 75128138247, 1228)
	check(t, 1<<62, 62)
	check(t, 1<<62+1<<61, 68)
	check(t, 1410123943, 770) // rises to 7125885122794452160
}

func TestE5_AboveTheGreatestInt(t *testing.T) {
	checkErrors(t, math.MaxInt, math.MaxInt-1, 1<<62-1, 3074457345618258601, 3074457345618258603)
	checkErrors(t, 8528817511, 12327829503, 23035537407, 3716509988199)
	check(t, 3074457345618258602, 64) // rises to 4611686018427387904
	check(t, 1410123943, 770)
	check(t, 27, 111)
}

func TestI1_TwiceANumber(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 27))
	for range 500 {
		n := 1 + random.IntN(100_000_000)
		check(t, 2*n, steps(t, n)+1)
		check(t, 8*n, steps(t, n)+3)
		if t.Failed() {
			return
		}
	}
	check(t, 1<<20, 20)
}

func TestI2_OddNumber(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 27))
	for range 500 {
		n := 3 + 2*random.IntN(50_000_000)
		check(t, n, steps(t, (3*n+1)/2)+2)
		if t.Failed() {
			return
		}
	}
	check(t, 3, 7)
}
