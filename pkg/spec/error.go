package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules of the parser. Errors and findings carry one, so that a program can tell them apart.
const (
	RuleUnreadable   = "SG001" // not UTF-8, binary, too large
	RuleNoID         = "SG002" // a clause without an ID of its own
	RuleDuplicateID  = "SG003" // an ID declared twice
	RuleRetiredID    = "SG004" // an ID that was retired is used again
	RuleFrontSyntax  = "SG005" // front matter that is not YAML, or is not closed
	RuleUnknownKey   = "SG006" // a key of the front matter that does not exist
	RuleBadValue     = "SG007" // a value of the front matter that is not understood
	RuleUnknownWord  = "SG008" // an attachment that does not exist
	RuleBadWord      = "SG009" // an attachment whose value is not understood
	RuleBadPattern   = "SG010" // a glob, a path or a regular expression that cannot be used, or can match nothing
	RuleOverlap      = "SG011" // targets that match acceptance tests
	RuleNoClauses    = "SG012" // a spec that asks for nothing
	RuleOutside      = "SG013" // an obligation that stands where clauses are not read
	RuleBareTitle    = "SG014" // a line that looks like a section title and is none
	RuleUnclosed     = "SG015" // a code fence or a comment that swallows the rest of the file
	RuleBadExample   = "SG016" // an example that cannot be exported
	RuleNoTargets    = "SG017" // a spec that governs no files
	RuleMalformedID  = "SG018" // a bold first word that is almost an ID
	RuleSealedShown  = "SG019" // a sealed test that context would show
	RuleNotNested    = "SG020" // an attachment that belongs to no clause
	RuleEmptyClause  = "SG021" // a clause without words
	RuleMixedSection = "SG022" // a paragraph beside a list, which is no clause
)

// Error is one reason why a spec cannot be used.
type Error struct {
	Path    string   `json:"path"`
	Pos     Position `json:"pos"`
	Rule    string   `json:"rule"`
	Message string   `json:"message"`
	Hint    string   `json:"hint,omitempty"`    // what to do, as a sentence without a full stop
	Excerpt string   `json:"excerpt,omitempty"` // the line, and below it a caret under the place; two lines
}

// Error gives `file:line:col: message`, without excerpt and hint.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Pos.Line, e.Pos.Col, e.Message)
}

// Errors is everything that is wrong with a spec file, in the order of the file. Parse gives no other error.
type Errors []*Error

// Error gives one line per error.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each error.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

func (es Errors) sorted() Errors {
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return es
}

// The longest part of a line that an excerpt shows, in characters, and how much of it stands before the caret.
const (
	excerptWidth  = 100
	excerptBefore = 40
)

// excerpt draws a line and marks width bytes of it from the byte offset col. What a terminal would obey is made visible
// instead, since a spec is foreign text.
func excerpt(line string, col, width int) string {
	col = min(max(col, 0), len(line))
	marked := []rune(visible(line[col:min(len(line), col+width)]))
	before, after := []rune(visible(line[:col])), []rune(visible(line[min(len(line), col+width):]))
	if len(before)+len(marked)+len(after) > excerptWidth && len(before) > excerptBefore {
		before = append([]rune("…"), before[len(before)-excerptBefore:]...)
	}
	shown := slices.Concat(before, marked, after)
	if len(shown) > excerptWidth {
		shown = append(shown[:excerptWidth:excerptWidth], '…')
	}
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(before))
	tail := max(min(len(marked), excerptWidth-len(before))-1, 0)
	return string(shown) + "\n" + pad + "^" + strings.Repeat("~", tail)
}

func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || (r != '\t' && !unicode.IsPrint(r)) {
			return '·'
		}
		return r
	}, text)
}
