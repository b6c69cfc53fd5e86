package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Example is one entry of the Examples section. Three forms are read:
//
//   - a row of a Markdown table: an object whose keys are the table's head. A cell that is JSON (3, true, "a", [1, 2])
//     is that value, any other is text. The column example, name, case or title gives the title.
//   - a fenced block, titled by the list item that holds it, by the paragraph or by the heading before it. Blocks of
//     the language json are data, others are text.
//   - a list item without a block: a sentence, which is all there is to it.
type Example struct {
	Title    string          // may be empty
	Data     json.RawMessage // nil where the example is text
	Language string          // of a block that is not JSON
	Text     string          // of such a block
	Pos      Position
}

// Fixture is the example as JSON that a test can read: {"title", "data"} or {"title", "language", "text"}. Equal
// examples give equal bytes. It ends in a line end.
func (e Example) Fixture() ([]byte, error) { return marshal(e.fixture()) }

// Examples gives the entries of the Examples sections in document order.
func (s *Spec) Examples() []Example { return slices.Clone(s.examples) }

// Fixture is all examples as one JSON array.
func (s *Spec) Fixture() ([]byte, error) {
	all := make([]fixture, len(s.examples))
	for i, e := range s.examples {
		all[i] = e.fixture()
	}
	return marshal(all)
}

type fixture struct {
	Title    string          `json:"title"`
	Data     json.RawMessage `json:"data,omitempty"`
	Language string          `json:"language,omitempty"`
	Text     string          `json:"text,omitempty"`
}

func (e Example) fixture() fixture {
	return fixture{Title: e.Title, Data: e.Data, Language: e.Language, Text: e.Text}
}

func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("example: %w", err)
	}
	return out.Bytes(), nil
}

// collect reads the sections that are neither clauses nor prose: Interface and Examples.
func (b *builder) collect(s *Spec, parts []*part) {
	for _, p := range parts {
		switch p.section.Kind {
		case Interface:
			for _, x := range p.blocks {
				s.surface = append(s.surface, b.fences(x)...)
			}
		case Examples:
			s.examples = append(s.examples, b.examples(p)...)
			s.lastExample = b.listEnd(p)
		case Behavior, EdgeCases, Invariants, NonGoals, Intent, Decisions, Other:
		}
	}
}

// listEnd is the end of the section's list, if the section ends in one.
func (b *builder) listEnd(p *part) listEnd {
	if len(p.blocks) == 0 || p.blocks[len(p.blocks)-1].kind != blockItem {
		return listEnd{}
	}
	x := p.blocks[len(p.blocks)-1]
	return listEnd{marker: b.str(x.first)[:markerWidth(b.str(x.first))], end: b.trimmedEnd(x.last)}
}

func (b *builder) examples(p *part) []Example {
	var out []Example
	title := ""
	if sectionKind(p.section.Title) != Examples {
		title = p.section.Title
	}
	inherited := title
	for _, x := range p.blocks {
		switch x.kind {
		case blockItem:
			out = append(out, b.itemExample(x)...)
			title = inherited
		case blockFence:
			out = append(out, b.codeExamples(b.fences(x), title)...)
			title = inherited
		case blockParagraph:
			if rows, ok := b.table(x); ok {
				out = append(out, rows...)
				continue
			}
			_, at := b.indent(x.first)
			title = strings.TrimRight(fold(b.rest(at, x.last)), ":")
		case blockHeading, blockOther:
		}
	}
	return out
}

// itemExample reads a list item: its blocks, or its words alone.
func (b *builder) itemExample(x block) []Example {
	codes := b.fences(x)
	last := x.last
	if len(codes) > 0 {
		last = codes[0].first - 2
	}
	at := b.lines[x.first].start + markerWidth(b.str(x.first))
	title := ""
	if last >= x.first {
		title = fold(b.rest(at, last))
	}
	if len(codes) > 0 {
		return b.codeExamples(codes, strings.TrimRight(title, ":"))
	}
	if title == "" {
		return nil
	}
	return []Example{{Title: title, Pos: b.pos(at)}}
}

func (b *builder) codeExamples(codes []CodeBlock, title string) []Example {
	var out []Example
	for _, code := range codes {
		e := Example{Title: title, Pos: code.Pos, Language: code.Language, Text: code.Text}
		if strings.EqualFold(code.Language, "json") {
			data, ok := b.jsonOf(code)
			if !ok {
				continue
			}
			e.Data, e.Language, e.Text = data, "", ""
		}
		out = append(out, e)
	}
	return out
}

// jsonOf reads a block as one JSON value and notes where it is none.
func (b *builder) jsonOf(code CodeBlock) (json.RawMessage, bool) {
	var data json.RawMessage
	err := json.Unmarshal([]byte(code.Text), &data)
	if err == nil {
		var out bytes.Buffer
		if err = json.Compact(&out, data); err == nil {
			return out.Bytes(), true
		}
	}
	row := code.first
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		row += strings.Count(code.Text[:min(max(int(syntax.Offset)-1, 0), len(code.Text))], "\n")
	}
	row = min(row, len(b.lines)-1)
	_, at := b.indent(row)
	b.fail(RuleBadExample, at, max(len(b.rest(at, row)), 1), "the example is not JSON: "+err.Error(), "correct it, or call the block by another language")
	return nil, false
}

var (
	tableRule  = pattern.Lazy(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)
	tableTitle = pattern.Lazy(`(?i)^(example|name|case|title)$`)
)

// table reads a paragraph as a Markdown table; ok says whether it is one.
func (b *builder) table(x block) (rows []Example, ok bool) {
	if x.last == x.first || !strings.Contains(b.str(x.first), "|") || !tableRule.MatchString(b.str(x.first+1)) {
		return nil, false
	}
	head := cells(b.str(x.first))
	for i, name := range head {
		if name == "" || slices.Contains(head[:i], name) {
			_, at := b.indent(x.first)
			b.fail(RuleBadExample, at, 1, "the table's columns need names, and different ones", "each column is a key of the example")
			return nil, true
		}
	}
	for i := x.first + 2; i <= x.last; i++ {
		_, at := b.indent(i)
		values := cells(b.str(i))
		if len(values) != len(head) {
			b.fail(RuleBadExample, at, len(b.rest(at, i)), fmt.Sprintf("the row has %d cells and the table %d columns", len(values), len(head)),
				"a `|` inside a cell is written `\\|`")
			continue
		}
		rows = append(rows, rowExample(head, values, b.pos(at)))
	}
	return rows, true
}

func rowExample(head, values []string, pos Position) Example {
	e := Example{Pos: pos}
	var object bytes.Buffer
	object.WriteByte('{')
	for i, name := range head {
		if e.Title == "" && tableTitle.MatchString(name) {
			e.Title = values[i]
			continue
		}
		if object.Len() > 1 {
			object.WriteByte(',')
		}
		object.Write(quoteJSON(name))
		object.WriteByte(':')
		object.Write(cellJSON(values[i]))
	}
	object.WriteByte('}')
	e.Data = object.Bytes()
	return e
}

// cellJSON is a cell's value: itself where it is JSON, else its text.
func cellJSON(text string) []byte {
	if len(text) > 2 && text[0] == '`' && text[len(text)-1] == '`' {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(text)); err == nil && out.Len() > 0 {
		return out.Bytes()
	}
	return quoteJSON(text)
}

// quoteJSON writes a text as a JSON string. Encoding a string cannot fail.
func quoteJSON(text string) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		return []byte(`""`)
	}
	return bytes.TrimSpace(out.Bytes())
}

// cells cuts a row of a table at its bars. A bar behind a backslash is part of a cell.
func cells(row string) []string {
	row = strings.TrimSpace(row)
	row = strings.TrimPrefix(row, "|")
	var out []string
	var cell strings.Builder
	for i := 0; i < len(row); i++ {
		switch {
		case row[i] == '\\' && i+1 < len(row) && row[i+1] == '|':
			cell.WriteByte('|')
			i++
		case row[i] == '|':
			out = append(out, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(row[i])
		}
	}
	if rest := strings.TrimSpace(cell.String()); rest != "" || !strings.HasSuffix(row, "|") {
		out = append(out, rest)
	}
	return out
}
