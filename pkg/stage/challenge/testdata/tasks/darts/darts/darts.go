// Package darts scores single throws at a board.
package darts

// Score gives the points of a dart that has landed x to the right of the centre and y above it.
func Score(x, y float64) int {
	square := x*x + y*y
	switch {
	case square <= 1*1:
		return 10
	case square <= 5*5:
		return 5
	case square <= 10*10:
		return 1
	}
	return 0
}
