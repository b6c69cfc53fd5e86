package mutate

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// Sample chooses n mutants, spread evenly over functions and kinds. The same seed chooses the same ones; they keep their order.
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
	functions, kinds, pairs := map[string]int{}, map[Kind]int{}, map[string]int{}
	for range max(n, 0) {
		best := -1
		var score [3]int
		for _, i := range order {
			m := all[i]
			place := m.Path + "\x00" + m.Func
			s := [3]int{pairs[place+string(m.Kind)], functions[place], kinds[m.Kind]}
			if !chosen[i] && (best < 0 || fewer(s, score)) {
				best, score = i, s
			}
		}
		m := all[best]
		place := m.Path + "\x00" + m.Func
		chosen[best] = true
		functions[place]++
		kinds[m.Kind]++
		pairs[place+string(m.Kind)]++
	}
	var out []Mutant
	for i, m := range all {
		if chosen[i] {
			out = append(out, m)
		}
	}
	return out
}

// fewer says which mutant comes first: the function that was chosen least often, of its kinds the one that was, and of all the
// kind that was.
func fewer(a, b [3]int) bool {
	return cmp.Or(a[1]-b[1], a[0]-b[0], a[2]-b[2]) < 0
}

// lot is a number that depends on the mutant and the seed alone.
func lot(m Mutant, seed uint64) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, seed))
	_, _ = h.Write([]byte(m.ID + string(m.Kind) + m.Path + m.Was + m.Now))
	return h.Sum64()
}
