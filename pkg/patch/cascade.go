package patch

// tier is a row of the cascade: how much a hunk may differ from the file and still be found, and how its added lines are
// indented then.
type tier struct {
	name   string
	fold   fold                                // two lines are equal if they are equal under it
	find   func(*finder, *hunk, *tier) []match // all places, those included that the tier itself must refuse
	shifts func(d *document, m match) []shift  // the ways to indent what is added; they must all come to the same
	bare   bool                                // a context line that begins with a blank may have lost its operator
	strict bool                                // a place without a way to indent is no match
	choose bool                                // the line in the hunk's header may choose between places
	alone  bool                                // neither scope nor order may choose between places either
	flag   string                              // noted with every hunk so placed
}

// cascade is the order in which a hunk is looked for. The first tier with a place decides, and the place must be the only one.
func cascade() []tier {
	return []tier{
		// Every line as it stands in the file.
		{name: "exact", fold: asIs(), find: contiguous, shifts: verbatim, choose: true},
		// Trailing blanks and line ends differ.
		{name: "rstrip", fold: trimRight(), find: contiguous, shifts: verbatim, choose: true},
		// Context lines came without their operator.
		{name: "bare", fold: trimRight(), find: contiguous, shifts: shiftedByOne, bare: true, choose: true},
		// All lines are off by the same indentation.
		{name: "indent", fold: trimBoth(), find: contiguous, shifts: uniform, strict: true, choose: true},
		// Lines differ in indentation, which matters if any are added.
		{name: "trim", fold: trimBoth(), find: contiguous, shifts: byMode, choose: true},
		// White space inside lines, quotes, dashes and the composition of characters differ.
		{name: "folded", fold: squeezed(), find: contiguous, shifts: byMode, choose: true},
		// Blank lines are missing, or are too many.
		{name: "blank-skip", fold: squeezed(), find: skipBlanks, shifts: byMode, flag: "blank-lines"},
		// "..." stands for lines that were left out.
		{name: "ellipsis", fold: squeezed(), find: acrossEllipsis, shifts: byMode, flag: "ellipsis"},
		// A few lines of the file are missing between context lines.
		{name: "gap", fold: squeezed(), find: acrossGaps, shifts: byMode, alone: true, flag: "gap"},
		// The outermost context lines are not in the file.
		{name: "trim-context", fold: trimRight(), find: trimContext, shifts: verbatim, alone: true, flag: "context-dropped"},
	}
}

// similarTier is the one after the last, for those who ask for it: lines that merely resemble those of the file.
func similarTier() tier {
	return tier{name: "similar", fold: squeezed(), find: resembling, shifts: byMode, alone: true, flag: "needs-review"}
}
