// Package spaceage tells ages in the years of other planets.
package spaceage

import (
	"fmt"
	"math"
)

const secondsPerYear = 31557600

// On gives the age in years of a planet for a number of seconds.
func On(planet string, seconds float64) (float64, error) {
	years, ok := periods()[planet]
	if !ok {
		return 0, fmt.Errorf("%q is none of the eight planets: write it like Earth", planet)
	}
	if !(seconds >= 0) || math.IsInf(seconds, 1) {
		return 0, fmt.Errorf("nobody is %v seconds old: take a number from 0 on", seconds)
	}
	return seconds / secondsPerYear / years, nil
}

// periods are the years of the planets, in years of Earth.
func periods() map[string]float64 {
	return map[string]float64{
		"Mercury": 0.2408467, "Venus": 0.61519726, "Earth": 1, "Mars": 1.8808158,
		"Jupiter": 11.862615, "Saturn": 29.447498, "Uranus": 84.016846, "Neptune": 164.79132,
	}
}
