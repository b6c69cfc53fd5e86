package clock_test

import (
	"math/rand/v2"
	"testing"

	"example.com/clock/clock"
)

func check(t *testing.T, hour, minute int, want string) {
	t.Helper()
	if got := clock.New(hour, minute).String(); got != want {
		t.Errorf("New(%d, %d).String(): want %q, got %q", hour, minute, want, got)
	}
}

func checkAdd(t *testing.T, hour, minute, minutes int, want string) {
	t.Helper()
	if got := clock.New(hour, minute).Add(minutes).String(); got != want {
		t.Errorf("New(%d, %d).Add(%d).String(): want %q, got %q", hour, minute, minutes, want, got)
	}
}

func checkSubtract(t *testing.T, hour, minute, minutes int, want string) {
	t.Helper()
	if got := clock.New(hour, minute).Subtract(minutes).String(); got != want {
		t.Errorf("New(%d, %d).Subtract(%d).String(): want %q, got %q", hour, minute, minutes, want, got)
	}
}

func checkEqual(t *testing.T, h1, m1, h2, m2 int, want bool) {
	t.Helper()
	if got := clock.New(h1, m1) == clock.New(h2, m2); got != want {
		t.Errorf("New(%d, %d) == New(%d, %d): want %v, got %v", h1, m1, h2, m2, want, got)
	}
}

// faces lists what a clock shows in the course of a day, minute by minute, as the hands go round.
func faces() []string {
	var out []string
	for _, h1 := range "012" {
		for _, h2 := range "0123456789" {
			if h1 == '2' && h2 > '3' {
				break
			}
			for _, m1 := range "012345" {
				for _, m2 := range "0123456789" {
					out = append(out, string([]rune{h1, h2, ':', m1, m2}))
				}
			}
		}
	}
	return out
}

func TestB1_Shows(t *testing.T) {
	check(t, 8, 0, "08:00")
	check(t, 11, 9, "11:09")
	check(t, 0, 0, "00:00")
	check(t, 23, 59, "23:59")
	check(t, 0, 7, "00:07")
	check(t, 12, 30, "12:30")
	check(t, 13, 5, "13:05")
}

func TestB2_Add(t *testing.T) {
	checkAdd(t, 10, 0, 3, "10:03")
	checkAdd(t, 6, 41, 0, "06:41")
	checkAdd(t, 0, 45, 40, "01:25")
	checkAdd(t, 10, 0, 59, "10:59")
	checkAdd(t, 10, 0, 60, "11:00")
	checkAdd(t, 10, 0, 61, "11:01")
	checkAdd(t, 0, 45, 160, "03:25")
	c := clock.New(9, 15)
	if later := c.Add(50).String(); later != "10:05" || c.String() != "09:15" {
		t.Errorf("c = New(9, 15), c.Add(50).String(): want \"10:05\" and c still \"09:15\", got %q and %q", later, c.String())
	}
}

func TestB3_Subtract(t *testing.T) {
	checkSubtract(t, 10, 3, 3, "10:00")
	checkSubtract(t, 10, 3, 4, "09:59")
	checkSubtract(t, 10, 3, 30, "09:33")
	checkSubtract(t, 10, 3, 70, "08:53")
	checkSubtract(t, 6, 15, 160, "03:35")
	checkSubtract(t, 6, 15, 0, "06:15")
	c := clock.New(9, 15)
	if earlier := c.Subtract(20).String(); earlier != "08:55" || c.String() != "09:15" {
		t.Errorf("c = New(9, 15), c.Subtract(20).String(): want \"08:55\" and c still \"09:15\", got %q and %q", earlier, c.String())
	}
}

func TestE1_HoursRollOver(t *testing.T) {
	check(t, 23, 0, "23:00")
	check(t, 24, 0, "00:00")
	check(t, 25, 0, "01:00")
	check(t, 48, 0, "00:00")
	check(t, 71, 10, "23:10")
	check(t, 100, 0, "04:00")
	check(t, 2401, 30, "01:30")
}

func TestE2_MinutesRollOver(t *testing.T) {
	check(t, 1, 59, "01:59")
	check(t, 1, 60, "02:00")
	check(t, 1, 61, "02:01")
	check(t, 0, 160, "02:40")
	check(t, 0, 1723, "04:43")
	check(t, 23, 60, "00:00")
	check(t, 25, 160, "03:40")
	check(t, 201, 3001, "11:01")
	check(t, 72, 8640, "00:00")
}

func TestE3_Negative(t *testing.T) {
	check(t, -1, 15, "23:15")
	check(t, -24, 0, "00:00")
	check(t, -25, 0, "23:00")
	check(t, -91, 0, "05:00")
	check(t, 1, -1, "00:59")
	check(t, 1, -40, "00:20")
	check(t, 2, -60, "01:00")
	check(t, 1, -160, "22:20")
	check(t, 1, -4820, "16:40")
	check(t, -25, -160, "20:20")
	check(t, -121, -5810, "22:10")
	check(t, 0, -1440, "00:00")
}

func TestE4_PastMidnight(t *testing.T) {
	checkAdd(t, 23, 59, 1, "00:00")
	checkAdd(t, 23, 59, 2, "00:01")
	checkAdd(t, 5, 32, 1500, "06:32")
	checkAdd(t, 1, 1, 3500, "11:21")
	checkAdd(t, 0, 3, -4, "23:59")
	checkAdd(t, 0, 0, -2881, "23:59")
	checkSubtract(t, 0, 3, 4, "23:59")
	checkSubtract(t, 0, 0, 160, "21:20")
	checkSubtract(t, 5, 32, 1500, "04:32")
	checkSubtract(t, 2, 20, 3000, "00:20")
	checkSubtract(t, 23, 0, -90, "00:30")
}

func TestI1_EqualByWhatTheyShow(t *testing.T) {
	checkEqual(t, 15, 37, 15, 36, false)
	checkEqual(t, 14, 37, 15, 37, false)
	checkEqual(t, 3, 5, 15, 5, false)
	checkEqual(t, 18, 7, -54, -11513, true)
	checkEqual(t, 24, 0, 0, 0, true)
	shown := faces()
	random := rand.New(rand.NewPCG(1, 1440))
	for range 500 {
		at, other := random.IntN(1440), random.IntN(1440)
		days, hours := random.IntN(2001)-1000, random.IntN(2001)-1000
		check(t, hours, at-60*hours+1440*days, shown[at])
		checkEqual(t, at/60, at%60, hours, at-60*hours+1440*days, true)
		checkEqual(t, at/60, at%60, hours, other-60*hours+1440*days, at == other)
		if moved := clock.New(0, other).Add(at - other + 1440*days); moved != clock.New(0, at) {
			t.Errorf("New(0, %d).Add(%d) == New(0, %d): want true, got false, for %q", other, at-other+1440*days, at, moved.String())
		}
		if t.Failed() {
			return
		}
	}
}

func TestI2_AddsUp(t *testing.T) {
	shown := faces()
	random := rand.New(rand.NewPCG(2, 1440))
	for range 500 {
		at, first, second := random.IntN(1440), random.IntN(20001)-10000, random.IntN(20001)-10000
		c := clock.New(0, at)
		want := shown[((at+first+second)%1440+1440)%1440]
		twice, once := c.Add(first).Add(second), c.Add(first+second)
		if twice.String() != want || once != twice {
			t.Fatalf("New(0, %[1]d).Add(%[2]d).Add(%[3]d): want %[4]q, as by Add(%[5]d), got %[6]q and %[7]q",
				at, first, second, want, first+second, twice.String(), once.String())
		}
		if back := twice.Subtract(second).Subtract(first); back != c || back.String() != shown[at] {
			t.Fatalf("New(0, %[1]d).Add(%[2]d).Add(%[3]d).Subtract(%[3]d).Subtract(%[2]d): want %[4]q, got %[5]q", at, first, second, shown[at], back.String())
		}
	}
}
