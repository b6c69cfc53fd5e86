package spaceage_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/space-age/spaceage"
)

// planets go from the sun outwards.
var planets = []string{"Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"}

// check allows for the last digits of a float, and for no rounding.
func check(t *testing.T, planet string, seconds, want float64) {
	t.Helper()
	got, err := spaceage.On(planet, seconds)
	if err != nil {
		t.Errorf("On(%q, %v): want %v, got error %q", planet, seconds, want, err)
	} else if !(math.Abs(got-want) <= 1e-9*want) {
		t.Errorf("On(%q, %v): want %v, got %v", planet, seconds, want, got)
	}
}

func checkErrors(t *testing.T, seconds float64, names ...string) {
	t.Helper()
	for _, name := range names {
		if got, err := spaceage.On(name, seconds); err == nil {
			t.Errorf("On(%q, %v): want an error, got %v", name, seconds, got)
		}
	}
}

func age(t *testing.T, planet string, seconds float64) float64 {
	t.Helper()
	got, err := spaceage.On(planet, seconds)
	if err != nil {
		t.Fatalf("On(%q, %v): want no error, got error %q", planet, seconds, err)
	}
	return got
}

func TestB1_Earth(t *testing.T) {
	check(t, "Earth", 31557600, 1)
	check(t, "Earth", 63115200, 2)
	check(t, "Earth", 1000000000, 31.688087814029)
	check(t, "Earth", 15778800, 0.5)
}

func TestB2_Nearer(t *testing.T) {
	check(t, "Mercury", 31557600*0.2408467, 1)
	check(t, "Mercury", 2134835688, 280.879334239858)
	check(t, "Venus", 31557600*0.61519726, 1)
	check(t, "Venus", 189839836, 9.778426831369)
	check(t, "Mercury", 31557600*0.2408467*30, 30)
}

func TestB3_Farther(t *testing.T) {
	check(t, "Mars", 31557600*1.8808158, 1)
	check(t, "Jupiter", 31557600*11.862615*2, 2)
	check(t, "Saturn", 31557600*29.447498*3, 3)
	check(t, "Uranus", 31557600*84.016846*0.5, 0.5)
	check(t, "Neptune", 31557600*164.79132*0.25, 0.25)
	check(t, "Mars", 2129871239, 35.884187517994)
	check(t, "Neptune", 1821023456, 0.350168632578)
}

func TestE1_OtherNames(t *testing.T) {
	checkErrors(t, 680804807, "Sun", "Moon", "Pluto", "", "Vulcan", "Ceres", "Terra", "Mercur", "Marsh", "Earth2")
	check(t, "Earth", 31557600, 1)
	check(t, "Venus", 31557600*0.61519726*2, 2)
}

func TestE2_AsWritten(t *testing.T) {
	checkErrors(t, 31557600, "earth", "EARTH", "eArth", " Earth", "Earth ", "Earth\n", "mars", "NEPTUNE", "sATURN", "jupiter")
	check(t, "Earth", 31557600, 1)
	check(t, "Mars", 31557600*1.8808158*2, 2)
}

func TestE3_Zero(t *testing.T) {
	for _, planet := range planets {
		check(t, planet, 0, 0)
	}
	check(t, "Earth", 31557600, 1)
	check(t, "Earth", 315576, 0.01)
	check(t, "Saturn", 31557600*29.447498, 1)
	checkErrors(t, 0, "Sun", "")
}

func TestE4_NoSeconds(t *testing.T) {
	for _, seconds := range []float64{-1, -0.001, -31557600, math.Inf(1), math.Inf(-1), math.NaN()} {
		checkErrors(t, seconds, planets...)
	}
	check(t, "Earth", 31557600, 1)
	check(t, "Uranus", 31557600*84.016846*2, 2)
	check(t, "Earth", 0, 0)
}

func TestI1_Proportional(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 8))
	for range 100 {
		seconds := 1 + 3e9*random.Float64()
		check(t, "Earth", seconds, seconds/31557600)
		for _, planet := range planets {
			check(t, planet, 2*seconds, 2*age(t, planet, seconds))
			check(t, planet, seconds/1024, age(t, planet, seconds)/1024)
			if once, more := age(t, planet, seconds), age(t, planet, seconds+0.5); !(once < more) {
				t.Fatalf("On(%q, %v): want more than %v, got %v", planet, seconds+0.5, once, more)
			}
		}
		if t.Failed() {
			return
		}
	}
}

func TestI2_LowerFartherOut(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 8))
	for range 100 {
		seconds := 1 + 3e9*random.Float64()
		last := math.Inf(1)
		for _, planet := range planets {
			got := age(t, planet, seconds)
			if !(got > 0 && got < last) {
				t.Fatalf("On(%q, %v): want more than 0 and less than %v, got %v", planet, seconds, last, got)
			}
			last = got
		}
	}
}
