// Package pricing speaks to the pricing service. It is part of the shop and no business of an eligibility check.
package pricing

import "context"

// Client asks the pricing service.
type Client interface {
	// Quote gives the price of one unit in cents.
	Quote(ctx context.Context, sku string) (int, error)
}
