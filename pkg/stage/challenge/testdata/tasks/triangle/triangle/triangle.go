// Package triangle tells the kinds of triangles apart.
package triangle

import "math"

// IsEquilateral says whether three lengths make a triangle with three equal sides.
func IsEquilateral(a, b, c float64) bool {
	return isTriangle(a, b, c) && a == b && b == c
}

// IsIsosceles says whether three lengths make a triangle with two equal sides or three.
func IsIsosceles(a, b, c float64) bool {
	return isTriangle(a, b, c) && (a == b || b == c || a == c)
}

// IsScalene says whether three lengths make a triangle whose sides all differ.
func IsScalene(a, b, c float64) bool {
	return isTriangle(a, b, c) && a != b && b != c && a != c
}

// isTriangle is false for lengths that are not numbers, since those compare with nothing.
func isTriangle(a, b, c float64) bool {
	return a > 0 && b > 0 && c > 0 && max(a, b, c) < math.Inf(1) &&
		a+b >= c && b+c >= a && a+c >= b
}
