// Package fraud reads the register of fraud holds.
package fraud

import "context"

// Hold stops an order until an investigator has looked at it.
type Hold struct {
	Reason string // for investigators' eyes only
}

// Holds looks orders up in the register.
type Holds interface {
	// Find gives the active hold of an order; held is false if there is none.
	Find(ctx context.Context, orderID string) (hold Hold, held bool, err error)
}
