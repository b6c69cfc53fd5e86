package loop

import (
	"context"
	"errors"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Stop is why a run ended.
type Stop string

// The stop reasons.
const (
	Accepted      Stop = "accepted"
	Attempts      Stop = "attempts"
	Tokens        Stop = "tokens"
	Cost          Stop = "cost"
	Time          Stop = "time"
	NoProgress    Stop = "no-progress"
	SpecConflict  Stop = "spec-conflict"
	NeedsReview   Stop = "needs-review"
	HandEdits     Stop = "hand-edits"
	ModelError    Stop = "model-error"
	Interrupted   Stop = "interrupted"
	InternalError Stop = "error" // the repository, the sandbox or specgen itself failed
)

// errTime is the cause of a context that the time budget ended.
var errTime = errors.New("the time budget is spent")

// Budget bounds a run. Zero values are no bound.
type Budget struct {
	Attempts int
	Tokens   int
	Cost     float64
	Time     time.Duration
}

func (b Budget) limitTime(ctx context.Context, elapsed time.Duration) (context.Context, context.CancelFunc) {
	if b.Time <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, max(b.Time-elapsed, time.Nanosecond), errTime)
}

// spent says which bound is reached, if the next request takes at least so many tokens.
func (b Budget) spent(attempts, next int, used model.Usage, cost float64) Stop {
	switch {
	case b.Attempts > 0 && attempts >= b.Attempts:
		return Attempts
	case b.Tokens > 0 && used.Total()+next >= b.Tokens:
		return Tokens
	case b.Cost > 0 && cost >= b.Cost:
		return Cost
	}
	return ""
}

// reason turns the error that ended an attempt into a stop reason. A nil error that is returned with it is no news: the person
// pressed Ctrl-C, or the time is spent.
func reason(ctx context.Context, err error) (Stop, error) {
	if stop := endedBy(context.Cause(ctx)); stop != "" {
		return stop, nil
	}
	if _, ok := errors.AsType[*model.Error](err); ok {
		return ModelError, err
	}
	return InternalError, err
}

// endedBy gives the stop reason of a run whose context ended with this cause, or "" where it did not end.
func endedBy(cause error) Stop {
	switch {
	case cause == nil:
		return ""
	case errors.Is(cause, errTime):
		return Time
	}
	return Interrupted
}
