package author

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Sealed chooses the clauses whose tests the generator is not to see: so many percent of them, rounded up. Equal clauses of a component
// and equal seeds give the same choice on every machine, whatever their order.
func Sealed(component string, clauses []string, percent, seed int) map[string]bool {
	const all = 100
	key := func(id string) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", component, id, seed))
		return hex.EncodeToString(sum[:])
	}
	order := slices.Clone(clauses)
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(key(a), key(b)) })
	sealed := map[string]bool{}
	for _, id := range order[:min((len(order)*percent+all-1)/all, len(order))] {
		sealed[id] = true
	}
	return sealed
}
