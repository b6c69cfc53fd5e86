package spec

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

var (
	normative = pattern.Lazy(`\b(NOT RECOMMENDED|NOT REQUIRED|MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED|MAY|OPTIONAL)\b`)
	codeSpans = pattern.Lazy("(?s)```.*?```|``.*?``|`[^`]*`")
	quotes    = pattern.Lazy(`"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»`)
)

// levelOfWord says which level a word of RFC 2119 stands for.
func levelOfWord(word string) Level {
	switch word {
	case "SHOULD", "RECOMMENDED", "NOT RECOMMENDED":
		return Should
	case "MAY", "OPTIONAL", "NOT REQUIRED":
		return May
	default:
		return Must
	}
}

// levelOf is the level of a clause: that of the strongest RFC 2119 word in it, and MUST without any. A clause that both
// obliges and permits, such as "MUST reply and MAY cache", obliges. Words in code and in quotes are mentioned, not used.
func levelOf(text string) Level {
	if !normative.MatchString(text) {
		return Must
	}
	words := normative.FindAllString(unquoted(text), -1)
	level := May
	for _, word := range words {
		if l := levelOfWord(word); l.rank() > level.rank() {
			level = l
		}
	}
	if len(words) == 0 {
		return Must
	}
	return level
}

// rank orders levels: the stronger, the higher.
func (l Level) rank() int {
	switch l {
	case Must:
		return 2
	case Should:
		return 1
	case May:
		return 0
	}
	return -1
}

// Stronger says whether l binds more than m.
func (l Level) Stronger(m Level) bool { return l.rank() > m.rank() }

func hasNormative(text string) bool {
	return normative.MatchString(text) && normative.MatchString(unquoted(text))
}

// unquoted blanks code spans and quotations, byte for byte, so that offsets stay.
func unquoted(text string) string {
	blank := func(s string) string { return strings.Repeat(" ", len(s)) }
	return quotes.ReplaceAllStringFunc(codeSpans.ReplaceAllStringFunc(text, blank), blank)
}
