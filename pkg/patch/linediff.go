package patch

import (
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// diffLine is a line of a diff: ' ' in both, '-' in the first only, '+' in the second only.
type diffLine struct {
	op   byte
	text string
}

// Limits beyond which a diff is one replacement of all by all: go-diff numbers distinct lines by code points and panics
// when they run out, and its time grows with the product of what differs.
const (
	maxDistinctLines = 1_000_000
	maxDiffProduct   = 400_000_000
)

// diffLines compares two texts line by line.
func diffLines(a, b []string) []diffLine {
	from, toA, toB := 0, len(a), len(b)
	for from < toA && from < toB && a[from] == b[from] {
		from++
	}
	for toA > from && toB > from && a[toA-1] == b[toB-1] {
		toA, toB = toA-1, toB-1
	}
	out := make([]diffLine, 0, len(a)+len(b)-from-(len(b)-toB))
	out = appendLines(out, ' ', a[:from])
	out = append(out, diffMiddle(a[from:toA], b[from:toB])...)
	return appendLines(out, ' ', a[toA:])
}

func appendLines(out []diffLine, op byte, lines []string) []diffLine {
	for _, l := range lines {
		out = append(out, diffLine{op, l})
	}
	return out
}

func diffMiddle(a, b []string) []diffLine {
	var out []diffLine
	numbers := map[string]rune{}
	first, ok := asRunes(a, numbers)
	second, okB := asRunes(b, numbers)
	if len(a) == 0 || len(b) == 0 || !ok || !okB || len(a)*len(b) > maxDiffProduct {
		return appendLines(appendLines(out, '-', a), '+', b)
	}
	engine := diffmatchpatch.New()
	engine.DiffTimeout = 0 // equal input gives an equal diff, however slow the machine
	for _, d := range engine.DiffMainRunes(first, second, false) {
		n := utf8.RuneCountInString(d.Text)
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			out = appendLines(out, ' ', a[:n])
			a, b = a[n:], b[n:]
		case diffmatchpatch.DiffDelete:
			out = appendLines(out, '-', a[:n])
			a = a[n:]
		case diffmatchpatch.DiffInsert:
			out = appendLines(out, '+', b[:n])
			b = b[n:]
		}
	}
	return out
}

// asRunes gives each distinct line a code point of its own, leaving out the surrogates, which no string can hold.
func asRunes(lines []string, numbers map[string]rune) ([]rune, bool) {
	const surrogates, after = 0xd800, 0xe000
	out := make([]rune, len(lines))
	for i, l := range lines {
		r, ok := numbers[l]
		if !ok {
			if len(numbers) >= maxDistinctLines {
				return nil, false
			}
			r = rune(len(numbers) + 1) //nolint:gosec // G115: bounded by maxDistinctLines
			if r >= surrogates {
				r += after - surrogates
			}
			numbers[l] = r
		}
		out[i] = r
	}
	return out, true
}
