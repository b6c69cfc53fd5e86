package isbn_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"example.com/isbn-verifier/isbn"
)

func check(t *testing.T, want bool, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got := isbn.IsValid(text); got != want {
			t.Errorf("IsValid(%q): want %v, got %v", text, want, got)
		}
	}
}

// withCheck adds the check character to nine digits, by the remainder of a sum that grows by running totals.
func withCheck(nine string) string {
	running, total := 0, 0
	for _, c := range nine {
		running += int(c - '0')
		total += running
	}
	total += running
	return nine + string("0123456789X"[(11-total%11)%11])
}

func nineDigits(random *rand.Rand) string {
	return fmt.Sprintf("%09d", random.IntN(1_000_000_000))
}

func TestB1_WeightedSum(t *testing.T) {
	check(t, true, "3598215088", "0306406152", "0000000000", "0131103628", "0201633612", "1111111111")
	check(t, false, "3598215089", "3598215087", "0306406151", "0000000001", "1000000000", "0000000010", "8805128954", "1234567890")
}

func TestB2_Dashes(t *testing.T) {
	check(t, true, "3-598-21508-8", "0-306-40615-2", "-3598215088", "3598215088-", "3-5-9-8-2-1-5-0-8-8", "35--982----15088")
	check(t, false, "3-598-21508-9", "0-306-40615-3", "3-5-9-8-2-1-5-0-8-9")
}

func TestE1_LastX(t *testing.T) {
	check(t, true, "359821507X", "3-598-21507-X", "080442957X", "043942089X", "3-598-21507X", "3598215029")
	check(t, false, "3-598-21515-X", "359821508X", "080442958X", "359821501X", "359821502X", "3598215070", "3598215079")
}

func TestE2_XElsewhere(t *testing.T) {
	check(t, false, "3-598-2X507-9", "3-598-2X507-5", "X00000000X", "0X00000009", "00X0000008", "0000X00006", "00000000X2", "35982150XX")
	check(t, true, "359821507X", "0000000000", "043942089X")
}

func TestE3_Length(t *testing.T) {
	check(t, false, "", "-", "00", "X", "359821507", "134456729", "3-598-21507", "000000000", "---------0")
	check(t, false, "3-598-21508-96", "98245726788", "3598215078X", "00000000000", "35982150880", "03598215088", "9780306406157")
	check(t, true, "0000000000", "3598215088", "3-598-21507-X")
}

func TestE4_OtherCharacters(t *testing.T) {
	check(t, false, "3-598-21507-A", "4-598-21507-B", "3-598-P1581-X", "3132P34035", "3598P215088", "00000000P0", "P000000000")
	check(t, false, "359821507x", "3-598-21507-x", " 3598215088", "3598215088 ", "3 598 21508 8", "3598215088\n", "359821508８", "٣٥٩٨٢١٥٠٨٨")
	check(t, false, "3598 215088", "3598.215088", "3–598–21508–8", "+359821508")
	check(t, true, "3598215088", "359821507X", "0306406152")
}

func TestI1_OneCheckCharacter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 11))
	for range 300 {
		nine := nineDigits(random)
		right := withCheck(nine)
		for _, c := range "0123456789X" {
			check(t, nine+string(c) == right, nine+string(c))
		}
		if t.Failed() {
			return
		}
	}
}

func TestI2_FindsSlips(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 11))
	for range 200 {
		valid := withCheck(nineDigits(random))
		check(t, true, valid)
		for i := range 9 {
			slip := []byte(valid)
			slip[i] = '0' + (slip[i]-'0'+byte(1+random.IntN(9)))%10
			check(t, false, string(slip))
			if i < 8 && valid[i] != valid[i+1] {
				slip = []byte(valid)
				slip[i], slip[i+1] = slip[i+1], slip[i]
				check(t, false, string(slip))
			}
		}
		if t.Failed() {
			return
		}
	}
}
