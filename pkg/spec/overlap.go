package spec

import (
	"slices"
	"strings"
)

// overlap says whether any path at all matches both globs. It is decided on the patterns, without a list of files,
// because a run can create files that do not exist yet. Each glob becomes a finite automaton, and the question whether
// their product reaches acceptance. Where a pattern is too large to decide, the answer is yes.
func overlap(a, b string) bool {
	left, right := expandBraces(a), expandBraces(b)
	if left == nil || right == nil {
		return true
	}
	for _, l := range left {
		for _, r := range right {
			if meet(automaton(l), automaton(r)) {
				return true
			}
		}
	}
	return false
}

// maxAlternatives bounds how many patterns braces may stand for.
const maxAlternatives = 64

// expandBraces gives the patterns without braces that a pattern stands for, nil if they are too many.
func expandBraces(glob string) []string {
	open := strings.IndexByte(glob, '{')
	if open < 0 || (open > 0 && glob[open-1] == '\\') {
		return []string{glob}
	}
	depth, from := 0, open+1
	var parts []string
	for i := open; i < len(glob); i++ {
		switch glob[i] {
		case '\\':
			i++
		case '{':
			depth++
		case ',':
			if depth == 1 {
				parts = append(parts, glob[from:i])
				from = i + 1
			}
		case '}':
			depth--
			if depth > 0 {
				continue
			}
			parts = append(parts, glob[from:i])
			return joinAlternatives(glob[:open], parts, glob[i+1:])
		}
	}
	return []string{glob}
}

func joinAlternatives(before string, parts []string, after string) []string {
	var out []string
	for _, part := range parts {
		expanded := expandBraces(before + part + after)
		if expanded == nil || len(out)+len(expanded) > maxAlternatives {
			return nil
		}
		out = append(out, expanded...)
	}
	return out
}

// runeSet is a set of characters: ranges, or all but them.
type runeSet struct {
	ranges []runeRange
	not    bool
}

type runeRange struct{ lo, hi rune }

func oneRune(r rune) runeSet { return runeSet{ranges: []runeRange{{r, r}}} }
func anyRune() runeSet       { return runeSet{not: true} }
func notSlash() runeSet      { return runeSet{ranges: []runeRange{{'/', '/'}}, not: true} }

func (s runeSet) has(r rune) bool {
	in := slices.ContainsFunc(s.ranges, func(x runeRange) bool { return x.lo <= r && r <= x.hi })
	return in != s.not
}

// meets says whether a character lies in both sets. The borders of the ranges and their neighbours are enough to try.
func (s runeSet) meets(t runeSet) bool {
	tries := []rune{0}
	for _, x := range slices.Concat(s.ranges, t.ranges) {
		tries = append(tries, x.lo-1, x.lo, x.hi, x.hi+1)
	}
	return slices.ContainsFunc(tries, func(r rune) bool { return r >= 0 && s.has(r) && t.has(r) })
}

// state of an automaton: it goes to next on a character of on, and to each of free without one.
type state struct {
	on   runeSet
	next int // -1: nowhere
	free []int
}

// automaton reads a glob without braces. The last state accepts.
func automaton(glob string) []state {
	var states []state
	add := func(s state) { states = append(states, s) }
	runes := []rune(glob)
	for i := 0; i < len(runes); i++ {
		n := len(states)
		atStart := i == 0 || runes[i-1] == '/'
		switch {
		case atStart && hasAt(runes, i, "**/"):
			// any number of folders, also none: free to the end, or anything and then a slash
			add(state{next: -1, free: []int{n + 1, n + 3}})
			add(state{on: anyRune(), next: n + 1, free: []int{n + 2}})
			add(state{on: oneRune('/'), next: n + 3})
			i += 2
		case atStart && string(runes[i:]) == "**":
			add(state{on: anyRune(), next: n, free: []int{n + 1}})
			i++
		case runes[i] == '*':
			add(state{on: notSlash(), next: n, free: []int{n + 1}})
		case runes[i] == '?':
			add(state{on: notSlash(), next: n + 1})
		case runes[i] == '[':
			set, width := class(runes[i:])
			add(state{on: set, next: n + 1})
			i += width - 1
		case runes[i] == '\\' && i+1 < len(runes):
			i++
			add(state{on: oneRune(runes[i]), next: n + 1})
		default:
			add(state{on: oneRune(runes[i]), next: n + 1})
		}
	}
	// `dir/**` matches `dir` too, and so it reads its slash and what follows or nothing. A repository has no file and
	// folder of one name, so that leaving it out changes no answer.
	return append(states, state{next: -1})
}

func hasAt(runes []rune, i int, text string) bool {
	return strings.HasPrefix(string(runes[i:]), text)
}

// class reads `[a-z]` or `[^a-z]` and gives its characters and its width.
func class(runes []rune) (runeSet, int) {
	set, i := runeSet{}, 1
	if i < len(runes) && (runes[i] == '^' || runes[i] == '!') {
		set = runeSet{not: true, ranges: []runeRange{{'/', '/'}}}
		i++
	}
	for first := true; i < len(runes) && (first || runes[i] != ']'); first = false {
		lo := runes[i]
		if lo == '\\' && i+1 < len(runes) {
			i++
			lo = runes[i]
		}
		hi := lo
		if i+2 < len(runes) && runes[i+1] == '-' && runes[i+2] != ']' {
			hi = runes[i+2]
			i += 2
		}
		set.ranges = append(set.ranges, runeRange{lo, hi})
		i++
	}
	return set, min(i+1, len(runes))
}

// meet explores the pairs of states that both automata can be in after the same characters.
func meet(a, b []state) bool {
	type pair struct{ a, b int }
	seen := map[pair]bool{{0, 0}: true}
	queue := []pair{{0, 0}}
	visit := func(p pair) {
		if !seen[p] {
			seen[p] = true
			queue = append(queue, p)
		}
	}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if p.a == len(a)-1 && p.b == len(b)-1 {
			return true
		}
		x, y := a[p.a], b[p.b]
		for _, next := range x.free {
			visit(pair{next, p.b})
		}
		for _, next := range y.free {
			visit(pair{p.a, next})
		}
		if x.next >= 0 && y.next >= 0 && x.on.meets(y.on) {
			visit(pair{x.next, y.next})
		}
	}
	return false
}
