package loop

import (
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/prompts"
)

// Retry says how an attempt builds on the one before.
type Retry string

// The ways to retry. Auto starts with the shape that fared better with this model, and alternates.
const (
	RetryAuto       Retry = "auto"
	RetryRepair     Retry = "repair"
	RetryRegenerate Retry = "regenerate"
)

// shape chooses the shape of a retry; n counts the retries before it.
func (t Task) shape(n int) prompts.Shape {
	switch t.Retry {
	case RetryRepair:
		return prompts.Repair
	case RetryRegenerate:
		return prompts.Regenerate
	case RetryAuto:
	}
	first, second := prompts.Repair, prompts.Regenerate
	if rate(t.History[string(second)]) > rate(t.History[string(first)]) {
		first, second = second, first
	}
	if n%2 == 0 {
		return first
	}
	return second
}

// rate is the share of tries that led further, by Laplace's rule of succession, so that an unknown shape counts a half.
func rate(s journal.Shape) float64 { return float64(s.Better+1) / float64(s.Tries+2) }
