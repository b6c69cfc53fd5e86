package verdict

import (
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Join says with which of its neighbours a line goes that says nothing by itself.
type Join int

// The ways in which a line goes with others.
const (
	Apart      Join = iota // it stands for itself
	ToPrevious             // a closing brace
	ToNext                 // a comment, the head of a group
	Between                // a blank line goes with both neighbours, if these go together
)

// Line is what is known of a line of a file. The zero value serves no clause.
type Line struct {
	Text       string
	Clauses    []string // in the order of their IDs
	By         []string
	Plumbing   string // why it needs no clause, if it does not go with a neighbour
	Join       Join
	Unmeasured bool
}

// claimed says whether anything speaks for the line.
func (l Line) claimed() bool { return len(l.Clauses) > 0 || len(l.By) > 0 }

// like takes over what is known of another line.
func (l Line) like(other Line) Line {
	l.Clauses, l.By, l.Plumbing, l.Unmeasured = other.Clauses, other.By, other.Plumbing, other.Unmeasured
	return l
}

// alike says whether two lines belong into one entry: they serve the same clauses, or need none, or serve none.
func (l Line) alike(other Line) bool {
	return l.claimed() == other.claimed() && l.Unmeasured == other.Unmeasured && (l.Plumbing == "") == (other.Plumbing == "") &&
		slices.Equal(l.Clauses, other.Clauses)
}

// Account makes the entries of a file. lines are all lines of the new file, changed the places that differ from the old one. Each
// changed line is in exactly one entry.
func Account(file string, lines []Line, changed []patch.Alteration) []Entry {
	var out []Entry
	for _, place := range changed {
		if place.Added == 0 {
			out = append(out, Entry{File: file, Line: place.Line, Removed: place.Removed, Plumbing: "removed"})
			continue
		}
		first := len(out)
		for i, l := range settle(lines[place.Line-1 : place.Line-1+place.Added]) {
			out = extend(out, first, file, place.Line+i, l)
		}
		out[first].Removed = place.Removed
	}
	for i := range out {
		if out[i].Unclaimed() {
			out[i].Code = firstCode(lines[out[i].Line-1 : out[i].EndLine])
		}
	}
	return out
}

// settle lets the lines that say nothing by themselves go with their neighbours. No line beyond the run is looked at.
func settle(run []Line) []Line {
	lines := slices.Clone(run)
	var last *Line // the one above that says something
	for i := range lines {
		switch l := &lines[i]; {
		case l.Join == Apart || l.claimed():
			last = l
		case l.Join == ToPrevious && last != nil:
			*l = l.like(*last)
		}
	}
	for i := len(lines) - 2; i >= 0; i-- {
		if l := &lines[i]; l.Join == ToNext && !l.claimed() {
			if below := neighbour(lines, i, 1); below != nil {
				*l = l.like(*below)
			}
		}
	}
	for i := range lines {
		if l := &lines[i]; l.Join == Between && !l.claimed() {
			above, below := neighbour(lines, i, -1), neighbour(lines, i, 1)
			if above != nil && below != nil && above.alike(*below) {
				*l = l.like(*above)
			}
		}
	}
	return lines
}

// neighbour gives the next line in a direction that is not blank.
func neighbour(lines []Line, i, step int) *Line {
	for i += step; i >= 0 && i < len(lines); i += step {
		if lines[i].Join != Between {
			return &lines[i]
		}
	}
	return nil
}

// extend adds a line to the last entry from first on, or begins another.
func extend(out []Entry, first int, file string, n int, l Line) []Entry {
	if len(out) > first {
		last := &out[len(out)-1]
		if l.alike(Line{Clauses: last.Clauses, By: last.By, Plumbing: last.Plumbing, Unmeasured: last.Unmeasured}) {
			last.EndLine = n
			last.By = union(last.By, l.By)
			last.Plumbing = both(last.Plumbing, l.Plumbing)
			return out
		}
	}
	return append(out, Entry{
		File: file, Line: n, EndLine: n, Clauses: slices.Clone(l.Clauses), By: union(nil, l.By), Plumbing: l.Plumbing, Unmeasured: l.Unmeasured,
	})
}

func union(a, b []string) []string {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Blank is what a blank line is for. Beside other plumbing it is not worth a word.
const Blank = "blank"

// both names the plumbing of two runs of lines, each kind once.
func both(a, b string) string {
	switch {
	case b == "" || b == Blank || slices.Contains(strings.Split(a, ", "), b):
		return a
	case a == "" || a == Blank:
		return b
	}
	return a + ", " + b
}

// firstCode is the first line that says something by itself, without its indentation.
func firstCode(lines []Line) string {
	for _, l := range lines {
		if l.Join == Apart {
			return strings.TrimSpace(l.Text)
		}
	}
	return ""
}
