package evaluate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/prompts"
)

// view is the code as a judge sees it, the same for all clauses and whatever the code says: comments blanked, every line under its number,
// a mark in the place of every string that could hold a sentence, and an alias for every name that could be one. What could talk to a
// judge is not shown, so that nothing depends on it. Quotes are compared with its lines.
type view struct {
	*aliases
	files  []prompts.SourceFile
	lines  map[string][]string // by the path that is shown
	source map[string]*source  // likewise
	texts  []string            // what the marks stand for, by their numbers
}

// maxInline is the size up to which a string can be shown, in bytes.
const maxInline = 24

func (e *evaluation) shown() *view {
	v := &view{aliases: e.newAliases(), lines: map[string][]string{}, source: map[string]*source{}}
	for _, s := range e.targets {
		name := v.file(s.Path)
		lines := split(v.replaced(s))
		lines = append(lines, make([]string, len(s.lines)-len(lines))...) // a text without an end may end in blank lines
		var text strings.Builder
		for i, line := range lines {
			lines[i] = strings.TrimRight(line, " \t\r")
			fmt.Fprintf(&text, "%d| %s\n", i+1, lines[i])
		}
		v.lines[name], v.source[name] = lines, s
		v.files = append(v.files, prompts.SourceFile{Path: name, Language: prompts.Language(name), Text: text.String()})
	}
	return v
}

// replaced is a file without comments, sentences and names that could be some. Line ends stay. In a language that is not read only the
// comments go.
func (v *view) replaced(s *source) string {
	pieces := s.pieces()
	if pieces == nil && !s.syntax.Language.Reads() {
		return s.syntax.Blank()
	}
	hidden := sentences(pieces)
	text, done := string(s.Data), 0
	var out strings.Builder
	for i, p := range pieces {
		var now string
		switch {
		case p.kind == aComment:
			now = " "
		case p.kind == aName:
			if now = v.name(p.text); now == p.text {
				now = text[p.from:p.to]
			}
		case hidden[i]:
			now = p.quote + v.mark(p.text) + p.quote
		default:
			continue
		}
		out.WriteString(seen(text[done:p.from]) + now + strings.Repeat("\n", strings.Count(text[p.from:p.to], "\n")))
		done = p.to
	}
	return out.String() + seen(text[done:])
}

// seen leaves nothing in a text that only looks like something else.
func seen(text string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) && !strings.ContainsRune("\n\t\r", r) {
			return '?'
		}
		return r
	}, text)
}

// mark stands for a text. It is of a letter that stands nowhere else.
func (v *view) mark(text string) string {
	v.texts = append(v.texts, text)
	return fmt.Sprintf("‹s%d›", len(v.texts))
}

// sentences says which texts are hidden: all that are more than a word, and words that make a sentence with those beside them: two that
// are joined, and more of a list than a name may have.
func sentences(pieces []piece) []bool {
	hidden := make([]bool, len(pieces))
	for _, run := range runs(pieces, listed) {
		hide(pieces, run, maxNameWords, hidden)
	}
	for _, run := range runs(pieces, glued) {
		if len(run) > 1 {
			hide(pieces, run, 1, hidden)
		}
	}
	for i, p := range pieces {
		hidden[i] = hidden[i] || p.kind == aText && !harmless(p.text)
	}
	return hidden
}

// runs are the texts that stand beside each other, joined at least like that.
func runs(pieces []piece, least joint) [][]int {
	var out [][]int
	for i, p := range pieces {
		if p.kind != aText {
			continue
		}
		if p.joined < least || len(out) == 0 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], i)
	}
	return out
}

// hide hides the texts of a run that has more words than a limit.
func hide(pieces []piece, run []int, limit int, hidden []bool) {
	n := 0
	for _, i := range run {
		n += words(pieces[i].text)
	}
	for _, i := range run {
		hidden[i] = hidden[i] || n > limit && pieces[i].text != ""
	}
}

// held lists which words of a clause the hidden strings hold, in the order of the clause. The words are the clause's: of what a string
// says beyond them nothing is shown, nor that there is more.
func (v *view) held(c *spec.Clause) string {
	wanted := telling(c.Text)
	var out strings.Builder
	for i, text := range v.texts {
		has := map[string]bool{}
		for _, word := range telling(text) {
			has[strings.ToLower(word)] = true
		}
		var found []string
		for _, word := range wanted {
			if has[strings.ToLower(word)] {
				found = append(found, strconv.Quote(word))
			}
		}
		if len(found) > 0 {
			fmt.Fprintf(&out, "s%d: holds %s\n", i+1, strings.Join(found, ", "))
		}
	}
	return out.String()
}

// telling are the words of a text that have four letters or more, and its numbers, each once.
func telling(text string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		number := strings.IndexFunc(word, unicode.IsLetter) < 0
		same := func(other string) bool { return strings.EqualFold(other, word) }
		if (number || len([]rune(word)) >= 4) && !slices.ContainsFunc(out, same) {
			out = append(out, word)
		}
	}
	return out
}

// harmless says whether a string is short, of one word as names go, and of nothing but plain characters: no marks of fences, markup or chat
// templates.
func harmless(text string) bool {
	if len(text) > maxInline || len(strings.Fields(text)) > 1 || words(text) > maxNameWords {
		return false
	}
	for _, mark := range []string{"<|", "|>", "``", "</", "[/", "[INST", "<<", "{{", "==="} {
		if strings.Contains(text, mark) {
			return false
		}
	}
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) < 0
}
