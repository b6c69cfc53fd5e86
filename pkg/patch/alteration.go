package patch

// Alteration is a run of lines of a text that stand where others stood, or nothing did.
type Alteration struct {
	Line    int // the first of the lines, from 1; where none was added, the line in front of which others stood
	Added   int // lines from Line on
	Removed int // lines that stood there before
}

// Alterations are the places at which b differs from a, in order, as finely as lines tell: no line that both have is in one. Of what is
// no text nothing can be told by lines: then the whole is one alteration.
func Alterations(a, b []byte) []Alteration {
	if isBinary(a) || isBinary(b) {
		if string(a) == string(b) {
			return nil
		}
		return []Alteration{{Line: 1, Added: len(keepEnds(b)), Removed: len(keepEnds(a))}}
	}
	var out []Alteration
	line, open := 1, false
	for _, l := range diffLines(keepEnds(a), keepEnds(b)) {
		if l.op == ' ' {
			line, open = line+1, false
			continue
		}
		if !open {
			out, open = append(out, Alteration{Line: line}), true
		}
		last := &out[len(out)-1]
		if l.op == '+' {
			last.Added++
			line++
		} else {
			last.Removed++
		}
	}
	return out
}
