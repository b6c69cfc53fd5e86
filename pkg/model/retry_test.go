package model_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
)

// failing fails with these errors in turn, each having used ten prompt tokens, and then answers.
func failing(calls *int, faults ...error) model.Func {
	return func(context.Context, model.Request) (model.Completion, error) {
		*calls++
		used := model.Usage{PromptTokens: 10, Requests: 1}
		if *calls <= len(faults) {
			return model.Completion{Usage: used}, faults[*calls-1]
		}
		return model.Completion{Text: "ok", Finish: model.FinishStop, Usage: used}, nil
	}
}

func fault(kind model.ErrorKind) error { return &model.Error{Kind: kind, Message: string(kind)} }

func recordSleep(waits *[]time.Duration) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
}

func TestRetryGivesEachFailureItsTries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err   error
		tries int
	}{
		{fault(model.ErrRateLimit), 4},
		{fault(model.ErrServer), 4},
		{fault(model.ErrCut), 4},
		{&model.Error{Kind: model.ErrTimeout, Err: model.ErrIdleTime}, 4},
		{&model.Error{Kind: model.ErrTimeout, Err: model.ErrTotalTime}, 1},
		{fault(model.ErrUnreachable), 3},
		{fault(model.ErrEmpty), 2},
		{fault(model.ErrAuth), 1},
		{fault(model.ErrNotFound), 1},
		{fault(model.ErrBadRequest), 1},
		{fault(model.ErrBadResponse), 1},
		{fault(model.ErrReplay), 1},
		{&model.SecretError{Path: "x"}, 1},
		{errors.New("disk full"), 1},
	}
	for _, tt := range tests {
		var calls int
		var waits []time.Duration
		m := model.Retry(failing(&calls, slices.Repeat([]error{tt.err}, 9)...), model.RetryPolicy{Sleep: recordSleep(&waits)}, nil)
		c, err := m.Complete(t.Context(), ask("x"), nil)
		if calls != tt.tries || err == nil || len(waits) != tt.tries-1 {
			t.Errorf("%v: %d tries, %d waits, want %d tries", tt.err, calls, len(waits), tt.tries)
		}
		if c.Usage.PromptTokens != 10*tt.tries || c.Usage.Requests != tt.tries {
			t.Errorf("%v: usage %+v after %d tries", tt.err, c.Usage, tt.tries)
		}
		if said := strings.Contains(err.Error(), fmt.Sprintf("tried %d times", tt.tries)); said != (tt.tries > 1) {
			t.Errorf("%v: message %q", tt.err, err)
		}
	}
}

func TestRetryWaitsGrowAndHonourRetryAfter(t *testing.T) {
	t.Parallel()
	var calls int
	var waits []time.Duration
	var notices []model.RetryNotice
	m := model.Retry(failing(&calls,
		fault(model.ErrServer),
		fault(model.ErrServer),
		&model.Error{Kind: model.ErrRateLimit, RetryAfter: 7 * time.Second},
		&model.Error{Kind: model.ErrRateLimit, RetryAfter: time.Hour},
	), model.RetryPolicy{Attempts: 5, Base: time.Second, Max: 20 * time.Second, Sleep: recordSleep(&waits)},
		func(n model.RetryNotice) { notices = append(notices, n) })
	c, err := m.Complete(t.Context(), ask("x"), nil)
	want := []time.Duration{time.Second, 2 * time.Second, 7 * time.Second, 20 * time.Second}
	if err != nil || !slices.Equal(waits, want) || c.Usage.Requests != 5 {
		t.Fatalf("waits %v (want %v), usage %+v, err %v", waits, want, c.Usage, err)
	}
	last := notices[3]
	if len(notices) != 4 || last.Attempt != 4 || last.Attempts != 5 || last.Wait != 20*time.Second || last.Err.RetryAfter != time.Hour {
		t.Errorf("notices %+v", notices)
	}
}

func TestRetryJitterStaysWithinHalf(t *testing.T) {
	t.Parallel()
	for _, r := range []float64{0, 0.5, 0.999} {
		var calls int
		var waits []time.Duration
		policy := model.RetryPolicy{Base: 10 * time.Second, Sleep: recordSleep(&waits), Rand: func() float64 { return r }}
		_, _ = model.Retry(failing(&calls, fault(model.ErrServer)), policy, nil).Complete(t.Context(), ask("x"), nil)
		want := time.Duration(float64(10*time.Second) * (0.5 + r))
		if len(waits) != 1 || waits[0] != want {
			t.Errorf("rand %v: waits %v, want %v", r, waits, want)
		}
	}
}

func TestRetryStopsAtOnceWhenCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var calls int
	policy := model.RetryPolicy{Sleep: func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}}
	m := model.Retry(failing(&calls, slices.Repeat([]error{fault(model.ErrServer)}, 9)...), policy, nil)
	if _, err := m.Complete(ctx, ask("x"), nil); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("err %v after %d calls", err, calls)
	}
}

func TestDefaultSleepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var calls int
	m := model.Retry(failing(&calls, fault(model.ErrServer)), model.RetryPolicy{Base: time.Hour, Max: time.Hour}, nil)
	if _, err := m.Complete(ctx, ask("x"), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err %v", err)
	}
}

func TestRetryDoesNotRepeatReasoningThatUsedUpTheLimit(t *testing.T) {
	t.Parallel()
	calls := 0
	inner := model.Func(func(context.Context, model.Request) (model.Completion, error) {
		calls++
		return model.Completion{Finish: model.FinishLength}, fault(model.ErrEmpty)
	})
	_, err := model.Retry(inner, model.RetryPolicy{}, nil).Complete(t.Context(), ask("x"), nil)
	if calls != 1 || err == nil {
		t.Errorf("%d calls, err %v", calls, err)
	}
}
