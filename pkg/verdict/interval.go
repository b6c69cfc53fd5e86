package verdict

import (
	"fmt"
	"math"
)

// Rate is how often something happened of so many times.
type Rate struct {
	Count int `json:"count"`
	Of    int `json:"of"`
}

// Add counts one more observation.
func (r *Rate) Add(happened bool) {
	r.Of++
	r.Count += count(happened)
}

// Share is Count of Of, from 0 to 1; 0 where nothing was observed.
func (r Rate) Share() float64 {
	if r.Of == 0 {
		return 0
	}
	return float64(r.Count) / float64(r.Of)
}

// z95 is the 97.5 % quantile of the normal distribution: two-sided 95 %.
const z95 = 1.959963984540054

// Wilson is the interval in which the true rate lies with 95 % confidence, from 0 to 1: E. B. Wilson, Probable inference, the law of
// succession, and statistical inference, 1927. It holds for few observations and for rates of 0 and 1 too. Without any it is 0 to 1.
func (r Rate) Wilson() (low, high float64) {
	if r.Of == 0 {
		return 0, 1
	}
	n, p := float64(r.Of), r.Share()
	middle := (p + z95*z95/(2*n)) / (1 + z95*z95/n)
	half := z95 / (1 + z95*z95/n) * math.Sqrt(p*(1-p)/n+z95*z95/(4*n*n))
	low, high = max(middle-half, 0), min(middle+half, 1)
	if r.Count == 0 {
		low = 0
	}
	if r.Count == r.Of {
		high = 1
	}
	return low, high
}

// String is the rate with its counts and its interval: 3 of 40, 7.5 % (2.6 to 19.9).
func (r Rate) String() string {
	low, high := r.Wilson()
	return fmt.Sprintf("%d of %d, %.1f %% (%.1f to %.1f)", r.Count, r.Of, 100*r.Share(), 100*low, 100*high)
}
