package model

import (
	"context"
	"sync"
)

// Price is what a million tokens cost, in whatever currency the user thinks in.
type Price struct {
	Input       float64 `json:"input"`
	CachedInput float64 `json:"cached_input"` // 0: as Input, so that an unknown discount never lets a limit pass
	Output      float64 `json:"output"`
}

// Prices holds prices by the model name that is asked for. A free model has a zero Price; a missing one has no price.
type Prices map[string]Price

// Cost is what this use costs at this price.
func (p Price) Cost(u Usage) float64 {
	cached := p.CachedInput
	if cached == 0 {
		cached = p.Input
	}
	fresh := max(0, u.PromptTokens-u.CachedTokens)
	return (float64(fresh)*p.Input + float64(u.CachedTokens)*cached + float64(u.CompletionTokens)*p.Output) / 1e6
}

// Meter counts what goes through it. Failed requests count with the tokens that are known to have been used.
type Meter struct {
	model Model
	total *tally
}

// tally is shared by all meters that were made from each other.
type tally struct {
	mu       sync.Mutex
	prices   Prices
	usage    Usage
	cost     float64
	unpriced bool
}

// NewMeter counts the requests to m.
func NewMeter(m Model, prices Prices) *Meter {
	return &Meter{model: m, total: &tally{prices: prices}}
}

// Share counts the requests to another model into the same sums.
func (m *Meter) Share(other Model) *Meter { return &Meter{model: other, total: m.total} }

// Complete passes the request on and counts what it used.
func (m *Meter) Complete(ctx context.Context, req Request, progress Progress) (Completion, error) {
	c, err := m.model.Complete(ctx, req, progress)
	m.total.add(req.Model, c.Usage)
	return c, err
}

// Spent gives the sums so far. priced is false when a model without a price has used tokens; cost is then a part only.
func (m *Meter) Spent() (used Usage, cost float64, priced bool) {
	m.total.mu.Lock()
	defer m.total.mu.Unlock()
	return m.total.usage, m.total.cost, !m.total.unpriced
}

func (t *tally) add(name string, u Usage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.usage = t.usage.Add(u)
	price, known := t.prices[name]
	t.cost += price.Cost(u)
	if !known && u.Total() > 0 {
		t.unpriced = true
	}
}
