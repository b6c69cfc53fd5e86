// Package hamming measures how far two strands of DNA are apart.
package hamming

import "fmt"

// Distance counts the places at which two strands differ. They must be of the same length.
func Distance(left, right string) (int, error) {
	if len(left) != len(right) {
		return 0, fmt.Errorf("strands of %d and %d letters cannot be compared: make them equally long", len(left), len(right))
	}
	distance := 0
	for i := range len(left) {
		if left[i] != right[i] {
			distance++
		}
	}
	return distance, nil
}
