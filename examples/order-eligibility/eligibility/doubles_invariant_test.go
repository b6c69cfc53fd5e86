package eligibility_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"example.com/eligibility/eligibility"
	"example.com/eligibility/fraud"
)

// secret is the reason of every hold in these tests.
const secret = "card 4711 reported stolen"

var errDown = errors.New("service is down")

// stock is an inventory service that counts its requests.
type stock struct {
	units  map[string]int
	err    error
	silent bool // gives no answer until the caller stops waiting
	calls  int
}

func (s *stock) Available(ctx context.Context, skus []string) (map[string]int, error) {
	s.calls++
	if s.silent {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(3 * time.Second): // a check that waits for ever would only slow the tests down
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	found := map[string]int{}
	for _, sku := range skus {
		if n, ok := s.units[sku]; ok {
			found[sku] = n
		}
	}
	return found, nil
}

// register is a register of holds: it holds every order or none.
type register struct {
	held bool
	err  error
}

func (r register) Find(context.Context, string) (fraud.Hold, bool, error) {
	switch {
	case r.err != nil:
		return fraud.Hold{}, false, r.err
	case r.held:
		return fraud.Hold{Reason: secret}, true, nil
	}
	return fraud.Hold{}, false, nil
}

// desk is a checker with its surroundings.
type desk struct {
	stock *stock
	holds register
	log   bytes.Buffer
}

func (d *desk) check(order eligibility.Order) eligibility.Result {
	checker := eligibility.Checker{
		Stock:   d.stock,
		Holds:   d.holds,
		Log:     slog.New(slog.NewJSONHandler(&d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Timeout: 50 * time.Millisecond,
	}
	return checker.Check(context.Background(), order)
}

// records gives what was logged.
func (d *desk) records(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range bytes.Lines(d.log.Bytes()) {
		record := map[string]any{}
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatalf("log record %s: %v", line, err)
		}
		all = append(all, record)
	}
	return all
}

// order makes an order of two units of each SKU.
func order(partial bool, skus ...string) eligibility.Order {
	o := eligibility.Order{ID: "A-17", AcceptPartial: partial}
	for _, sku := range skus {
		o.Lines = append(o.Lines, eligibility.Line{SKU: sku, Quantity: 2})
	}
	return o
}

// expect compares a result with what a clause promises. A nil list equals an empty one.
func expect(t *testing.T, input string, got, want eligibility.Result) {
	t.Helper()
	if got.Eligible != want.Eligible || got.Reason != want.Reason ||
		!slices.Equal(got.Ship, want.Ship) || !slices.Equal(got.Blocked, want.Blocked) {
		t.Errorf("%s: want %s, got %s", input, text(want), text(got))
	}
}

func text(r eligibility.Result) string {
	word := "ineligible"
	if r.Eligible {
		word = "eligible"
	}
	ship, block := append([]string{}, r.Ship...), append([]string{}, r.Blocked...)
	out, _ := json.Marshal(map[string]any{"reason": r.Reason, "ship": ship, "blocked": block})
	return word + " " + string(out)
}
