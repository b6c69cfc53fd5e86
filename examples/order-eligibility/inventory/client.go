// Package inventory speaks to the inventory service.
package inventory

import "context"

// Client asks the inventory service what is in stock.
type Client interface {
	// Available gives the units in stock for each SKU; a SKU that the service does not know is absent. One call is one
	// request, however many SKUs it names. It returns with an error as soon as ctx ends.
	Available(ctx context.Context, skus []string) (map[string]int, error)
}
