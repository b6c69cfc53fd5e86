package hamming_test

import (
	"math/rand/v2"
	"testing"

	"example.com/hamming/hamming"
)

func check(t *testing.T, left, right string, want int) {
	t.Helper()
	if got, err := hamming.Distance(left, right); err != nil {
		t.Errorf("Distance(%q, %q): want %d, got error %q", left, right, want, err)
	} else if got != want {
		t.Errorf("Distance(%q, %q): want %d, got %d", left, right, want, got)
	}
}

func checkError(t *testing.T, left, right string) {
	t.Helper()
	if got, err := hamming.Distance(left, right); err == nil {
		t.Errorf("Distance(%q, %q): want an error, got %d", left, right, got)
	}
}

// pair makes two strands of a length that differ at a given number of places.
func pair(random *rand.Rand, length, distance int) (left, right string) {
	const letters = "ACGT"
	a, b := make([]byte, length), make([]byte, length)
	for i := range a {
		a[i] = letters[random.IntN(4)]
		b[i] = a[i]
	}
	for _, i := range random.Perm(length)[:distance] {
		for b[i] == a[i] {
			b[i] = letters[random.IntN(4)]
		}
	}
	return string(a), string(b)
}

func TestB1_CountsPlaces(t *testing.T) {
	check(t, "G", "T", 1)
	check(t, "GGACGGATTCTG", "AGGACGGATTCT", 9)
	check(t, "AC", "CA", 2)
	check(t, "ACGT", "TGCA", 4)
	check(t, "ACGTA", "ACGTC", 1)
	check(t, "AACGT", "CACGT", 1)
	check(t, "AAAA", "TATA", 2)
	check(t, "CATCGTAATG", "CATGGTATTC", 3)
}

func TestB2_IdenticalAndOneApart(t *testing.T) {
	check(t, "A", "A", 0)
	check(t, "GGACTGAAATCTG", "GGACTGAAATCTG", 0)
	strand := "GATTACA"
	for i := range strand {
		check(t, strand, strand, 0)
		check(t, strand, strand[:i]+"N"+strand[i+1:], 1)
	}
}

func TestE1_BothEmpty(t *testing.T) {
	check(t, "", "", 0)
	check(t, "A", "C", 1)
	check(t, "AA", "CC", 2)
	check(t, "", "", 0)
	checkError(t, "", "C")
}

func TestE2_DifferentLengths(t *testing.T) {
	checkError(t, "AATG", "AAA")
	checkError(t, "ATA", "AGTG")
	checkError(t, "AAT", "AATG")
	checkError(t, "AATG", "AAT")
	checkError(t, "GG", "GGGGGGGGGG")
	check(t, "AATG", "AAAG", 1)
	check(t, "AATG", "GTAA", 4)
}

func TestE3_OneEmpty(t *testing.T) {
	checkError(t, "", "G")
	checkError(t, "G", "")
	checkError(t, "", "GATTACA")
	checkError(t, "GATTACA", "")
	check(t, "C", "G", 1)
	check(t, "CC", "GG", 2)
}

func TestE4_CapitalAndSmall(t *testing.T) {
	check(t, "A", "a", 1)
	check(t, "gattaca", "GATTACA", 7)
	check(t, "GaTc", "GATC", 2)
	check(t, "acg", "acg", 0)
}

func TestI1_Symmetric(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 4))
	for range 300 {
		length := 1 + random.IntN(40)
		want := random.IntN(length + 1)
		left, right := pair(random, length, want)
		check(t, left, right, want)
		check(t, right, left, want)
		if t.Failed() {
			return
		}
	}
}

func TestI2_AddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 4))
	for range 300 {
		m, n := 1+random.IntN(400), 1+random.IntN(40)
		first, second := random.IntN(m+1), random.IntN(n+1)
		l1, r1 := pair(random, m, first)
		l2, r2 := pair(random, n, second)
		check(t, l1, r1, first)
		check(t, l2, r2, second)
		check(t, l1+l2, r1+r2, first+second)
		if t.Failed() {
			return
		}
	}
}
