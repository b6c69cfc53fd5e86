// Package raindrops turns numbers into the sound of rain.
package raindrops

import "strconv"

// Convert gives the sound of a number.
func Convert(number int) string {
	sound := ""
	if number%3 == 0 {
		sound += "Pling"
	}
	if number%5 == 0 {
		sound += "Plang"
	}
	if number%7 == 0 {
		sound += "Plong"
	}
	if sound == "" {
		return strconv.Itoa(number)
	}
	return sound
}
