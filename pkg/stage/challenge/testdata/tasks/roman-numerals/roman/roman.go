// Package roman writes numbers as the Romans did.
package roman

import (
	"fmt"
	"strings"
)

const greatest = 3999

// Numeral writes a number from 1 to 3999 in Roman numerals.
func Numeral(number int) (string, error) {
	if number < 1 || number > greatest {
		return "", fmt.Errorf("%d has no Roman numeral: take a number from 1 to %d", number, greatest)
	}
	var b strings.Builder
	for _, sign := range signs() {
		for number >= sign.value {
			b.WriteString(sign.letters)
			number -= sign.value
		}
	}
	return b.String(), nil
}

type sign struct {
	value   int
	letters string
}

func signs() []sign {
	return []sign{
		{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"},
		{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
	}
}
