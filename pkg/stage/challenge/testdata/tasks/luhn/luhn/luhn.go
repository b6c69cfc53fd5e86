// Package luhn checks numbers by their check digit.
package luhn

import "strings"

// Valid says whether the check digit of a number fits.
func Valid(number string) bool {
	digits := strings.ReplaceAll(number, " ", "")
	if len(digits) < 2 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		c := digits[len(digits)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		sum += weigh(int(c-'0'), i%2 == 1)
	}
	return sum%10 == 0
}

func weigh(digit int, doubled bool) int {
	if !doubled {
		return digit
	}
	if digit *= 2; digit > 9 {
		digit -= 9
	}
	return digit
}
