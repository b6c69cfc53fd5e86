package spec

import (
	"runtime"
	"strings"
	"testing"
)

// What Parse allocates grows with the size of a file and not with its square, whatever the file is made of, so that no
// text of a megabyte makes specgen hang. Bytes are compared and not seconds, because a busy machine has slow seconds.
//
//nolint:paralleltest // counts what the whole process allocates
func TestParseIsLinear(t *testing.T) {
	const small, factor = 1 << 12, 6
	for name, piece := range map[string]string{
		"lines": "a\n", "items": "- a\n", "nested": "- a\n  - b\n", "comments": "<!-- a\n", "comment tails": "<!-- a\n--> b\n", "fences": "```\n",
		"fences of a clause": "```\n```\n\n", "attachments": "  - test: a\n", "tables": "| a |\n|---|\n| 1 |\n\n", "paragraphs": "a\n\n", "titles": "Behavior\n",
		"IDs": "- **E1** a\n", "bars": "| a ", "quotes": "\"`", "bullets": "-\n", "indentation": "  ", "waivers": ", until ,", "headings": "# a\n",
	} {
		for _, front := range []string{"## Behavior\n", "## Behavior\n- x\n", "Behavior\n", "## Examples\n"} {
			few, many := allocated(front+strings.Repeat(piece, small/len(piece))), allocated(front+strings.Repeat(piece, factor*small/len(piece)))
			if many > few*factor*2 {
				t.Errorf("%s behind %q: %d KiB for %d KiB, and %d for %d times as much", name, front, few>>10, small>>10, many>>10, factor)
			}
		}
	}
}

func allocated(text string) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _ = Parse("thing.spec.md", []byte(text))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
