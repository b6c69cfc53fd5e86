package mutate

import (
	"cmp"
	"slices"
	"strings"
)

// edit replaces the bytes from..to of a file.
type edit struct {
	path     string
	from, to int
	text     string
	role     role
}

// role is what an edit is for, beside the fault itself.
type role uint8

const (
	fault   role = iota
	uses         // keeps an import from being unused: of no use where the original stays beside the mutant
	outside      // stands outside of the functions that change: an import, or what is appended
)

// of gives the edits of one file.
func of(edits []edit, path string) []edit {
	var out []edit
	for _, e := range edits {
		if e.path == path {
			out = append(out, e)
		}
	}
	return out
}

// apply makes edits that do not overlap. Those at the same place come in their order.
func apply(text string, edits []edit) string {
	return applyFrom(text, 0, edits)
}

// applyFrom makes edits in a part of a file that begins at an offset. What lies outside of it is left alone.
func applyFrom(part string, base int, edits []edit) string {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	var out strings.Builder
	done := 0
	for _, e := range edits {
		from, to := e.from-base, e.to-base
		if from < done || to > len(part) {
			continue
		}
		out.WriteString(part[done:from])
		out.WriteString(e.text)
		done = to
	}
	out.WriteString(part[done:])
	return out.String()
}
