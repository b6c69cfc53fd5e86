package model

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Causes of an ErrTimeout error, for errors.Is. A stall may pass, so it is worth another try. Total time that ran out
// would run out again.
var (
	ErrIdleTime  = errors.New("nothing arrived for too long")
	ErrTotalTime = errors.New("the answer took too long")
)

// Defaults of a RetryPolicy.
const (
	defaultAttempts  = 4
	defaultRetryBase = time.Second
	defaultRetryMax  = time.Minute
	retryJitter      = 0.5
	retryMultiplier  = 2
)

// RetryPolicy says how often and after which waits a request is sent again. The zero value has sensible defaults.
type RetryPolicy struct {
	Attempts int           // tries in all, the first among them; 0: 4; 1: no retry
	Base     time.Duration // the first wait, doubled each time; 0: one second
	Max      time.Duration // the longest wait, also when the endpoint asks for more; 0: one minute
	Sleep    func(ctx context.Context, d time.Duration) error
	Rand     func() float64 // from [0, 1), shortens or lengthens each wait by up to a half; nil: exact waits
}

// RetryNotice tells that a try failed and that another follows after Wait.
type RetryNotice struct {
	Role     Role
	Model    string
	Attempt  int // the try that failed, from 1
	Attempts int // how many this sort of failure gets
	Wait     time.Duration
	Err      *Error
}

// Retrier is a model that sends requests again, see Retry.
type Retrier struct {
	model  Model
	policy RetryPolicy
	notify func(RetryNotice)
}

// Retry sends a request again when its failure may pass: rate limits, server errors, cut streams and stalls up to
// policy.Attempts times, no connection three times, an empty answer twice. Wrong keys, unknown models and bad requests are final,
// and so is total time that ran out. Waits grow and honour Retry-After. The usage of failed tries is added to the result. notify may be nil.
func Retry(m Model, policy RetryPolicy, notify func(RetryNotice)) *Retrier {
	return &Retrier{model: m, policy: policy.withDefaults(), notify: notify}
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.Attempts <= 0 {
		p.Attempts = defaultAttempts
	}
	if p.Base <= 0 {
		p.Base = defaultRetryBase
	}
	if p.Max <= 0 {
		p.Max = defaultRetryMax
	}
	if p.Sleep == nil {
		p.Sleep = sleep
	}
	return p
}

// Complete asks until there is an answer, the failure is final, or the tries are used up.
func (r *Retrier) Complete(ctx context.Context, req Request, progress Progress) (Completion, error) {
	waits := &backoff.ExponentialBackOff{
		InitialInterval: r.policy.Base, MaxInterval: r.policy.Max, Multiplier: retryMultiplier,
		// The library's own jitter cannot be seeded.
		RandomizationFactor: 0,
	}
	var used Usage
	for try := 1; ; try++ {
		c, err := r.model.Complete(ctx, req, progress)
		c.Usage = used.Add(c.Usage)
		if err == nil {
			return c, nil
		}
		if ctx.Err() != nil {
			return c, err
		}
		fault, limit := r.tries(c, err)
		if try >= limit {
			return c, exhausted(err, fault, try)
		}
		wait := r.wait(waits.NextBackOff(), fault.RetryAfter)
		if r.notify != nil {
			r.notify(RetryNotice{Role: req.Role, Model: req.Model, Attempt: try, Attempts: limit, Wait: wait, Err: fault})
		}
		if err := r.policy.Sleep(ctx, wait); err != nil {
			return c, err
		}
		used = c.Usage
	}
}

// tries says how many tries in all a failure gets. 1 means that it is final.
func (r *Retrier) tries(c Completion, err error) (*Error, int) {
	var fault *Error
	if !errors.As(err, &fault) {
		return nil, 1
	}
	limit := 1
	switch fault.Kind {
	case ErrRateLimit, ErrServer, ErrCut:
		limit = r.policy.Attempts
	case ErrTimeout:
		if !errors.Is(err, ErrTotalTime) {
			limit = r.policy.Attempts
		}
	case ErrUnreachable:
		limit = min(3, r.policy.Attempts)
	case ErrEmpty:
		// Tokens spent on reasoning alone would be spent so again.
		if c.Finish != FinishLength {
			limit = min(2, r.policy.Attempts)
		}
	case ErrAuth, ErrNotFound, ErrBadResponse, ErrBadRequest, ErrReplay:
	}
	return fault, limit
}

// wait is the endpoint's wish if it has one, else the backoff with jitter; never longer than the policy's maximum.
func (r *Retrier) wait(next, wish time.Duration) time.Duration {
	if wish > 0 {
		return min(wish, r.policy.Max)
	}
	if r.policy.Rand != nil {
		next = time.Duration(float64(next) * (1 + retryJitter*(2*r.policy.Rand()-1)))
	}
	return min(next, r.policy.Max)
}

// exhausted says in the error how often it was tried.
func exhausted(err error, fault *Error, tries int) error {
	if tries < 2 || fault == nil {
		return err
	}
	last := *fault
	last.Message = fmt.Sprintf("%s (tried %d times)", fault.Message, tries)
	return &last
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
