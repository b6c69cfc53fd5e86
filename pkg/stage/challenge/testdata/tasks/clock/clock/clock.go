// Package clock knows times of day without a date.
package clock

import "fmt"

const (
	hour = 60
	day  = 24 * hour
)

// Clock is a time of day.
type Clock struct {
	after int // minutes after midnight, fewer than a day has
}

// New gives the clock at an hour and a minute.
func New(h, m int) Clock {
	after := (h*hour + m) % day
	if after < 0 {
		after += day
	}
	return Clock{after}
}

// Add gives the clock a number of minutes later.
func (c Clock) Add(minutes int) Clock { return New(0, c.after+minutes) }

// Subtract gives the clock a number of minutes earlier.
func (c Clock) Subtract(minutes int) Clock { return c.Add(-minutes) }

// String gives the time that the clock shows.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.after/hour, c.after%hour) }
