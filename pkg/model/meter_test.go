package model_test

import (
	"context"
	"math"
	"sync"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
)

func using(u model.Usage, err error) model.Func {
	return func(context.Context, model.Request) (model.Completion, error) {
		return model.Completion{Usage: u}, err
	}
}

func TestMeterCountsTokensAndCost(t *testing.T) {
	t.Parallel()
	prices := model.Prices{"m": {Input: 2, CachedInput: 0.5, Output: 10}}
	used := model.Usage{PromptTokens: 1_000_000, CachedTokens: 400_000, CompletionTokens: 100_000, Requests: 1}
	meter := model.NewMeter(using(used, nil), prices)
	failed := meter.Share(using(model.Usage{PromptTokens: 500_000, Requests: 2, Estimated: true}, fault(model.ErrCut)))
	_, _ = meter.Complete(t.Context(), ask("x"), nil)
	_, _ = failed.Complete(t.Context(), ask("x"), nil)
	total, cost, priced := meter.Spent()
	want := model.Usage{PromptTokens: 1_500_000, CachedTokens: 400_000, CompletionTokens: 100_000, Requests: 3, Estimated: true}
	if total != want || !priced || math.Abs(cost-(0.6*2+0.4*0.5+0.1*10+0.5*2)) > 1e-9 {
		t.Errorf("Spent() = %+v, %v, %v", total, cost, priced)
	}
}

func TestMeterSaysWhenAModelHasNoPrice(t *testing.T) {
	t.Parallel()
	meter := model.NewMeter(using(model.Usage{Requests: 1}, fault(model.ErrAuth)), nil)
	_, _ = meter.Complete(t.Context(), ask("x"), nil)
	if _, _, priced := meter.Spent(); !priced {
		t.Error("a request that used no tokens needs no price")
	}
	_, _ = meter.Share(using(model.Usage{PromptTokens: 1}, nil)).Complete(t.Context(), ask("x"), nil)
	if _, _, priced := meter.Spent(); priced {
		t.Error("tokens without a price, and yet priced")
	}
	free := model.NewMeter(using(model.Usage{PromptTokens: 1}, nil), model.Prices{"m": {}})
	_, _ = free.Complete(t.Context(), ask("x"), nil)
	if _, cost, priced := free.Spent(); cost != 0 || !priced {
		t.Errorf("a free model costs %v, priced %v", cost, priced)
	}
}

func TestCachedInputWithoutAPriceCostsAsInput(t *testing.T) {
	t.Parallel()
	got := model.Price{Input: 3}.Cost(model.Usage{PromptTokens: 1_000_000, CachedTokens: 1_000_000})
	if got != 3 {
		t.Errorf("cost %v, want 3", got)
	}
}

func TestMeterCountsConcurrentRequests(t *testing.T) {
	t.Parallel()
	meter := model.NewMeter(using(model.Usage{PromptTokens: 1, Requests: 1}, nil), nil)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { _, _ = meter.Complete(t.Context(), ask("x"), nil) })
	}
	wg.Wait()
	if total, _, _ := meter.Spent(); total.Requests != 50 {
		t.Errorf("counted %d of 50", total.Requests)
	}
}
