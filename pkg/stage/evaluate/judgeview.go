package evaluate

import (
	"fmt"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
	"github.com/specgen-dev/specgen/prompts"
)

// view is the code as a judge sees it, the same for all clauses: comments blanked, every line under its number, and strings that could
// hold a sentence taken out of the lines and listed as data. Quotes are compared with its lines.
type view struct {
	files   []prompts.SourceFile
	lines   map[string][]string
	strings string // the list
	texts   []string
	mark    string // begins all marks
	n       int
}

// literal is what stands between the quotes of a string, and where.
type literal struct {
	from, to int
	text     string
}

// The sizes from which a string is no part of the code that is shown, and up to which it is listed, in bytes.
const (
	maxInline = 24
	maxListed = 1000
)

func (e *evaluation) shown() *view {
	v := &view{lines: map[string][]string{}, mark: "‹s"}
	for _, s := range e.targets {
		for strings.Contains(string(s.Data), v.mark) {
			v.mark += "s"
		}
	}
	for _, s := range e.targets {
		lines := split(v.replaced(s))
		var text strings.Builder
		for i, line := range lines {
			lines[i] = strings.TrimRight(line, " \t\r")
			fmt.Fprintf(&text, "%d| %s\n", i+1, lines[i])
		}
		v.lines[s.Path] = lines
		v.files = append(v.files, prompts.SourceFile{Path: s.Path, Language: prompts.Language(s.Path), Text: text.String()})
	}
	return v
}

// replaced is a file without comments in which a mark stands for each string that could hold a sentence. Line ends stay.
func (v *view) replaced(s *source) string {
	var out strings.Builder
	text, done := s.blanked(), 0
	for _, l := range s.literals() {
		if harmless(l.text) && l.to-l.from <= maxInline {
			continue
		}
		v.n++
		out.WriteString(text[done:l.from])
		fmt.Fprintf(&out, "%s%d›", v.mark, v.n)
		out.WriteString(strings.Repeat("\n", strings.Count(text[l.from:l.to], "\n")))
		done = l.to
		v.texts = append(v.texts, oneLine(l.text))
		v.list(l.text)
	}
	out.WriteString(text[done:])
	return out.String()
}

func (v *view) list(text string) {
	size := ""
	if len(text) > maxListed {
		size = fmt.Sprintf(" and so on, %d bytes", len(text))
		text = strings.ToValidUTF8(text[:maxListed], "")
	}
	v.strings += fmt.Sprintf("%s%d = %s%s\n", strings.TrimPrefix(v.mark, "‹"), v.n, prompts.Quote(text), size)
}

// dictates says whether the strings of the code hold both the quote and the words of a citation. Then the code has told the judge what to
// cite, and the judge has done as it was told.
func (v *view) dictates(c citation) bool {
	holds := func(part string) bool {
		part = oneLine(part)
		return slices.ContainsFunc(v.texts, func(text string) bool { return strings.Contains(text, part) })
	}
	return holds(c.Quote) && holds(c.Words)
}

// harmless says whether a string is short, of one word, and of nothing but plain characters: no marks of fences, markup or chat templates.
func harmless(text string) bool {
	if len(text) > maxInline || len(strings.Fields(text)) > 1 {
		return false
	}
	for _, mark := range []string{"<|", "|>", "``", "</", "[/", "[INST", "<<", "{{", "==="} {
		if strings.Contains(text, mark) {
			return false
		}
	}
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) < 0
}

func (s *source) blanked() string {
	if s.golang != nil {
		return s.golang.blank()
	}
	return s.syntax.Blank()
}

// literals gives the strings of a file in their order. A language that is not read has none: where a string begins cannot be told.
func (s *source) literals() []literal {
	if s.golang != nil {
		return s.golang.literals()
	}
	var out []literal
	for _, t := range s.syntax.Tokens {
		if t.Kind != syntax.String {
			continue
		}
		from, to := s.syntax.At(t.Off), s.syntax.At(t.End)
		text := string(s.Data[from:to])
		lead := len(quoteLead.FindString(text))
		tail := len(quoteTail.FindString(text[lead:]))
		out = append(out, literal{from + lead, to - tail, text[lead : len(text)-tail]})
	}
	return out
}

// How a string, a piece of a template or a regular expression begins and ends.
var (
	quoteLead = pattern.Lazy("^(?:[A-Za-z]{0,3}#*(?:\"\"\"|'''|[\"'`/])|\\})?")
	quoteTail = pattern.Lazy("(?:(?:\"\"\"|'''|[\"'`])#*|/[a-z]*|\\$?\\{)?$")
)

// literals gives the strings of a Go file, and what stands in the comments that are no comments: directives, and the C code above
// `import "C"`.
func (g *goFile) literals() []literal {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(g.data))
	var s scanner.Scanner
	s.Init(file, g.data, func(token.Position, string) {}, scanner.ScanComments)
	kept := g.foreign()
	var out []literal
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.COMMENT && (obeyed(text) || kept[file.Offset(pos)]) {
			out = append(out, g.directive(file.Offset(pos)))
		}
		if tok != token.STRING {
			continue
		}
		from := file.Offset(pos) + 1
		length := len(text) - 2
		if text[0] == '`' { // the scanner drops carriage returns
			length = strings.IndexByte(string(g.data[from:]), '`')
		}
		value, err := strconv.Unquote(text)
		if err != nil || length < 0 {
			continue
		}
		out = append(out, literal{from, from + length, value})
	}
}

// directive is what stands in a comment behind its mark and, where it is a directive, behind its name.
func (g *goFile) directive(from int) literal {
	to := commentEnd(g.data, from)
	text := strings.TrimRight(string(g.data[from:to]), "\r")
	lead, tail := len("//"), 0
	if strings.HasPrefix(text, "/*") {
		tail = len("*/")
	}
	if i := strings.IndexAny(text, " \t\n"); obeyed(text) && i > 0 && i <= maxInline {
		lead = i + 1
	}
	return literal{from + lead, from + len(text) - tail, text[lead : len(text)-tail]}
}
