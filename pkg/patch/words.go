package patch

import (
	"slices"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Part is a stretch of a line, and whether it differs from the other line.
type Part struct {
	Text    string
	Changed bool
}

// Limits of comparing two lines word by word: beyond them, and for lines that have little in common, they are shown as they are.
const (
	maxWordLine = 2000 // bytes
	leastCommon = 0.3  // of the longer line
)

// Words compares a line with the one that replaces it, and gives both in stretches that are equal or differ. ok is false if
// showing what differs would say no more than showing both.
func Words(before, after string) (old, now []Part, ok bool) {
	if max(len(before), len(after)) > maxWordLine || !utf8.ValidString(before) || !utf8.ValidString(after) {
		return nil, nil, false
	}
	engine := diffmatchpatch.New()
	engine.DiffTimeout = 0 // equal lines give equal stretches, however slow the machine
	common := 0
	for _, d := range engine.DiffCleanupSemantic(engine.DiffMain(before, after, false)) {
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			common += len(d.Text)
			old, now = append(old, Part{d.Text, false}), append(now, Part{d.Text, false})
		case diffmatchpatch.DiffDelete:
			old = append(old, Part{d.Text, true})
		case diffmatchpatch.DiffInsert:
			now = append(now, Part{d.Text, true})
		}
	}
	differs := func(p Part) bool { return p.Changed }
	enough := float64(common) >= leastCommon*float64(max(len(before), len(after)))
	return old, now, enough && (slices.ContainsFunc(old, differs) || slices.ContainsFunc(now, differs))
}
