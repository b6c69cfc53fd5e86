// Package leap knows how long the years of the Gregorian calendar are.
package leap

// IsLeap says whether a year of the Gregorian calendar has 366 days.
func IsLeap(year int) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}
