// Package isbn checks book numbers with ten places.
package isbn

import "strings"

const places = 10

// IsValid says whether a text is a well-formed ISBN-10 whose check character fits.
func IsValid(isbn string) bool {
	text := strings.ReplaceAll(isbn, "-", "")
	if len(text) != places {
		return false
	}
	sum := 0
	for i := range places {
		value, ok := valueOf(text[i], i == places-1)
		if !ok {
			return false
		}
		sum += value * (places - i)
	}
	return sum%11 == 0
}

func valueOf(c byte, last bool) (int, bool) {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0'), true
	case c == 'X' && last:
		return 10, true
	}
	return 0, false
}
