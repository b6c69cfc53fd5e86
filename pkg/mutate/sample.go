package mutate

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// Sample chooses n mutants, spread evenly over functions and kinds: of the function that was chosen least often the kind that was, and
// of equals the kind that was chosen least often of all. The same seed chooses the same ones; they keep their order.
func Sample(all []Mutant, n int, seed uint64) []Mutant {
	if n >= len(all) {
		return slices.Clone(all)
	}
	order := make([]int, len(all))
	luck := make([]uint64, len(all))
	for i, m := range all {
		order[i], luck[i] = i, lot(m, seed)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(luck[a], luck[b]), a-b) })
	chosen := make([]bool, len(all))
	function, kind, pair := groups(all)
	functions, kinds, pairs := map[int]int{}, map[int]int{}, map[int]int{}
	for range max(n, 0) {
		best := -1
		var score [3]int
		for _, i := range order {
			if chosen[i] {
				continue
			}
			s := [3]int{functions[function[i]], pairs[pair[i]], kinds[kind[i]]}
			if best < 0 || slices.Compare(s[:], score[:]) < 0 {
				best, score = i, s
			}
		}
		chosen[best] = true
		functions[function[best]]++
		kinds[kind[best]]++
		pairs[pair[best]]++
	}
	var out []Mutant
	for i, m := range all {
		if chosen[i] {
			out = append(out, m)
		}
	}
	return out
}

// groups numbers the functions, the kinds and the kinds of each function that mutants have.
func groups(all []Mutant) (function, kind, pair []int) {
	seen := map[[3]string]int{}
	number := func(key [3]string) int {
		if _, ok := seen[key]; !ok {
			seen[key] = len(seen)
		}
		return seen[key]
	}
	for _, m := range all {
		function = append(function, number([3]string{m.Path, m.Func}))
		kind = append(kind, number([3]string{"", "", string(m.Kind)}))
		pair = append(pair, number([3]string{m.Path, m.Func, string(m.Kind)}))
	}
	return function, kind, pair
}

// lot is a number that depends on the mutant and the seed alone.
func lot(m Mutant, seed uint64) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, seed))
	_, _ = h.Write([]byte(m.ID + string(m.Kind) + m.Path + m.Was + m.Now))
	return h.Sum64()
}
