package syntax

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Quote is how strings of one kind are written, as far as a reader by table needs it.
type Quote struct {
	Mark    string // begins and ends them
	Escapes bool   // a backslash hides the next character
	Lines   bool   // may go over several lines
}

// Length is that of the string that text begins with, marks included, in bytes. One that does not end where it must is just its mark.
func (q Quote) Length(text string) int {
	for i := len(q.Mark); i < len(text); i++ {
		switch {
		case q.Escapes && text[i] == '\\':
			i++
		case strings.HasPrefix(text[i:], q.Mark):
			return i + len(q.Mark)
		case text[i] == '\n' && !q.Lines:
			return len(q.Mark)
		}
	}
	return len(q.Mark)
}

var character = pattern.Lazy(`^'(\\[^\n]{1,9}?|[^\\'\n])'`)

// Character is the length in bytes of the one character between quotes that text begins with; 0 if it begins with none: what else
// begins with a quote is a lifetime, a label, a digit separator.
func Character(text string) int { return len(character.FindString(text)) }
