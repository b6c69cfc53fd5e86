package luhn_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/luhn/luhn"
)

func check(t *testing.T, want bool, numbers ...string) {
	t.Helper()
	for _, n := range numbers {
		if got := luhn.Valid(n); got != want {
			t.Errorf("Valid(%q): want %v, got %v", n, want, got)
		}
	}
}

func digits(random *rand.Rand, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte('0' + random.IntN(10))
	}
	return string(out)
}

// checkDigit is the one that makes the digits before it valid: what each digit counts is read from two tables.
func checkDigit(before string) byte {
	plain := [10]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	doubled := [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	table, other := doubled, plain
	sum := 0
	for i := len(before); i > 0; i-- {
		sum += table[before[i-1]-'0']
		table, other = other, table
	}
	return byte('0' + (1000000-sum)%10)
}

func TestB1_DoublesAndSums(t *testing.T) {
	check(t, true, "18", "26", "34", "42", "1230", "4242", "0000", "1313")
	check(t, false, "81", "62", "43", "24", "11", "1234", "2424", "01", "1314", "19", "27")
}

func TestB2_GreaterThan9(t *testing.T) {
	check(t, true, "59", "67", "75", "83", "91", "5959", "6775", "6767", "4539319503436467")
	check(t, false, "50", "60", "70", "80", "90", "58", "66", "8273123273520569")
}

func TestB3_FromTheRight(t *testing.T) {
	check(t, true, "059", "091", "109", "117", "125", "055444285", "09524588", "234567891234", "79927398713")
	check(t, false, "104", "118", "123", "12357", "055444286", "123456789012345678902", "066123478", "108", "79927398710")
}

func TestE1_TooShort(t *testing.T) {
	check(t, false, "", "0", "1", "5", "9", " 0", "0 ", " ", "   ")
	check(t, true, "00", "18", "0 0", "26", "000")
}

func TestE2_Blanks(t *testing.T) {
	check(t, true, "055 444 285", "095 245 88", "234 567 891 234", "0000 0", " 59", "59 ", "  5   9  ", "1 0 9", "4539 3195 0343 6467")
	check(t, false, "055 444 286", "8273 1232 7352 0569", " 0", "0 ", "  1", "1 2345 6789 1234 5678 9012", "5  8")
}

func TestE3_OtherCharacters(t *testing.T) {
	check(t, false, "059a", "a059", "055-444-285", "055# 444$ 285", "055b 444 285", ":9", "59%59", "/9", "0x00", "+59", "-59", "5.9")
	check(t, false, "59\n", "\t59", "5\t9", "59\r\n", "5\u00a09", "٥٩", "５９", "0０", "59é")
	check(t, true, "059", "055 444 285", "59", "5959")
}

func TestE4_Long(t *testing.T) {
	check(t, true, "9999999999 9999999999 9999999999 9999999999", strings.Repeat("18", 5000), strings.Repeat("59", 10000), strings.Repeat("0", 30000))
	check(t, false, "9999999999 9999999999 9999999999 9999999998", strings.Repeat("18", 5000)+"19", strings.Repeat("0", 30000)+"1", "1"+strings.Repeat("0", 30000))
	random := rand.New(rand.NewPCG(4, 10))
	for _, n := range []int{16, 19, 20, 21, 64, 1001} {
		before := digits(random, n)
		check(t, true, before+string(checkDigit(before)))
	}
}

func TestI1_OneCheckDigit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 10))
	for range 300 {
		before := digits(random, 1+random.IntN(30))
		right := checkDigit(before)
		for c := byte('0'); c <= '9'; c++ {
			check(t, c == right, before+string(c))
		}
		if t.Failed() {
			return
		}
	}
}

func TestI2_FindsSlips(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 10))
	for range 200 {
		before := digits(random, 1+random.IntN(20))
		valid := before + string(checkDigit(before))
		check(t, true, valid)
		for i := range len(valid) {
			slip := []byte(valid)
			slip[i] = '0' + (slip[i]-'0'+byte(1+random.IntN(9)))%10
			check(t, false, string(slip))
		}
		if t.Failed() {
			return
		}
	}
}
