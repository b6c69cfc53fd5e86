package window

import "testing"

// want checks that every distance has the window that its clause promises.
func want(t *testing.T, days int, distances ...int) {
	t.Helper()
	for _, km := range distances {
		got, err := Window(km)
		switch {
		case err != nil:
			t.Errorf("Window(%d): want %d, got error %q", km, days, err)
		case got != days:
			t.Errorf("Window(%d): want %d, got %d", km, days, got)
		}
	}
}

func TestB1_NearbyTakesOneDay(t *testing.T) {
	want(t, 1, 0, 1, 99, 100)
}

func TestB2_RegionTakesTwoDays(t *testing.T) {
	want(t, 2, 101, 300, 500)
}

func TestB3_CountryTakesThreeDays(t *testing.T) {
	want(t, 3, 501, 1000, 2000)
}

// The farthest place on Earth is 20037 km away: a parcel can still go there.
func TestB4_FartherTakesFiveDays(t *testing.T) {
	want(t, 5, 2001, 10000, 20037)
}

// Half of the Earth's circumference is 20037 km: no two places are farther apart.
func TestE1_ImpossibleDistance(t *testing.T) {
	const below, above = "a distance below 0 km is impossible", "a distance above 20037 km is impossible"
	for _, c := range []struct {
		km  int
		why string
	}{{-1, below}, {-500, below}, {20038, above}, {50000, above}} {
		if got, err := Window(c.km); err == nil {
			t.Errorf("Window(%d): want an error (%s), got %d", c.km, c.why, got)
		}
	}
}

func TestI1_FartherIsNeverSooner(t *testing.T) {
	nearer, days := 0, 0
	for km := 0; km <= 20037; km++ {
		got, err := Window(km)
		if err != nil {
			continue // E1 and B4 say which distances are errors
		}
		if got < 1 || got < days {
			t.Fatalf("Window(%d): want at least %d as for %d km, got %d", km, max(days, 1), nearer, got)
		}
		nearer, days = km, got
	}
	if days == 0 {
		t.Fatal("Window(0) to Window(20037): want a window for each, got only errors")
	}
}
