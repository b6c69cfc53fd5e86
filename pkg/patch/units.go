package patch

import (
	"slices"
	"strings"
)

// conversion turns an indentation written in one unit into another.
type conversion func(indent string) (out string, ok bool)

// conversions are the shifts between tabs and spaces, and between spaces of different width, that explain all pairs. A hunk
// can be off by whole steps too; lines of different depth must show that.
func conversions(pairs []pair) []shift {
	var out []shift
	for _, convert := range unitConversions(pairs) {
		got, ok := convert(pairs[0].hunk)
		if !ok {
			continue
		}
		more, isMore := strings.CutSuffix(pairs[0].file, got)
		less, isLess := strings.CutSuffix(got, pairs[0].file)
		if !isMore && !isLess || more+less != "" && !variesInDepth(pairs) {
			continue
		}
		s := shift(func(s string) (string, bool) {
			text, ok := convert(s)
			switch {
			case !ok:
				return "", false
			case isMore:
				return more + text, true
			}
			return strings.CutPrefix(text, less)
		})
		if s.explains(pairs) {
			out = append(out, s)
		}
	}
	return out
}

func variesInDepth(pairs []pair) bool {
	for _, p := range pairs {
		if p.hunk != pairs[0].hunk {
			return true
		}
	}
	return false
}

// usualWidths are the numbers of columns that a step of indentation takes in files made with spaces.
func usualWidths() []int { return []int{2, 3, 4, 8} }

// widths are the columns of a step in a hunk and in the file, 0 where that is not known.
type widths struct{ hunk, file int }

// widths looks at the lines of a hunk for the least difference between two indentations, and at the file.
func (m match) widths(d *document) widths {
	var seen []int
	for _, l := range m.hunk.lines {
		if blank(l.text) || l.lent {
			continue
		}
		if strings.Contains(indentOf(l.text), "\t") {
			return widths{}
		}
		seen = append(seen, len(indentOf(l.text)))
	}
	slices.Sort(seen)
	least := 0
	for i := 1; i < len(seen); i++ {
		if n := seen[i] - seen[i-1]; n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return widths{hunk: least, file: d.unit()}
}

// rivals gives the shift from the hunk's steps to the file's, if it explains lines that are all of one depth.
func rivals(pairs []pair, steps widths) []shift {
	if steps.hunk < 2 || steps.hunk == steps.file || variesInDepth(pairs) || pairs[0].hunk == "" {
		return nil
	}
	convert := rewidth(steps.hunk, steps.file)
	if s := shift(convert); s.explains(pairs) {
		return []shift{s}
	}
	return nil
}

// unitConversions gives the ways in which the model's unit could differ from the file's.
func unitConversions(pairs []pair) []conversion {
	var tabs, fileTabs, rest bool
	for _, p := range pairs {
		tabs = tabs || strings.Contains(p.hunk, "\t")
		fileTabs = fileTabs || strings.Contains(p.file, "\t")
		rest = rest || strings.Contains(strings.TrimLeft(p.file, "\t"), " ")
	}
	var out []conversion
	for _, w := range usualWidths() {
		switch {
		case tabs && !fileTabs:
			out = append(out, toSpaces(w))
		case !tabs && fileTabs:
			out = append(out, toTabs(w, rest))
		case !tabs && !fileTabs:
			for _, to := range usualWidths() {
				if to != w {
					out = append(out, rewidth(w, to))
				}
			}
		}
	}
	return out
}

// toSpaces writes every tab as w spaces.
func toSpaces(w int) conversion {
	return func(s string) (string, bool) {
		return strings.ReplaceAll(s, "\t", strings.Repeat(" ", w)), true
	}
}

// toTabs writes every w spaces as a tab, unless the line has tabs already. Spaces that are left over stay only if the file
// has such.
func toTabs(w int, rest bool) conversion {
	return func(s string) (string, bool) {
		if strings.HasPrefix(s, "\t") {
			return s, true
		}
		n := len(s)
		return strings.Repeat("\t", n/w) + strings.Repeat(" ", n%w), n%w == 0 || rest
	}
}

// rewidth writes steps of one width in another.
func rewidth(from, to int) conversion {
	return func(s string) (string, bool) {
		n := len(s)
		return strings.Repeat(" ", n/from*to), n%from == 0
	}
}
