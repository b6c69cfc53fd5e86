package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const frontFence = "---"

// frontReader reads front matter node by node, so that every message has the place of the very value it speaks of.
type frontReader struct {
	*source
	front Front
	pos   map[string]Position // "targets", "targets[1]", "tests.files[0]", "checks.build" to where it stands
	ok    bool                // the block was YAML and a mapping
}

// frontKeys are all keys, in the order in which the documentation names them.
func frontKeys() []string {
	return []string{
		"component", "status", "owner", "targets", "context", "tests", "checks", "depends", "prepare", "cache", "retired",
		"allow", "format", "review", "superseded_by",
	}
}

func testsKeys() []string { return []string{"files", "runner", "command", "report", "sealed"} }

// readFront reads the front matter and gives it with the index of the first line after it.
func (s *source) readFront() (*frontReader, int) {
	r := &frontReader{source: s, pos: map[string]Position{}, ok: true}
	first, last, found := s.findFront()
	if !found {
		return r, first
	}
	if last < 0 {
		s.failAt(RuleFrontSyntax, Position{Line: first + 1, Col: 1}, len(frontFence), "the front matter is not closed", `end it with a line "---"`)
		r.ok = false
		return r, len(s.lines)
	}
	r.decode(first+1, last)
	return r, last + 1
}

// findFront looks for the fences. Blank lines before the first are forgiven where what follows is closed and looks
// like front matter, because there a rule across the page would be the other reading.
func (s *source) findFront() (first, last int, found bool) {
	for first < len(s.lines) && s.blank(first) {
		first++
	}
	if first == len(s.lines) || strings.TrimRight(s.str(first), " \t") != frontFence {
		return 0, 0, false
	}
	for i := first + 1; i < len(s.lines); i++ {
		if t := strings.TrimRight(s.str(i), " \t"); t == frontFence || t == "..." {
			return first, i, first == 0 || s.startsWithKey(first+1, i)
		}
	}
	return first, -1, first == 0
}

func (s *source) startsWithKey(from, to int) bool {
	for i := from; i < to; i++ {
		text := strings.TrimSpace(s.str(i))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		key, _, ok := strings.Cut(text, ":")
		return ok && slices.Contains(frontKeys(), key)
	}
	return false
}

// decode reads the lines [from, to) as YAML.
func (r *frontReader) decode(from, to int) {
	file, err := r.parse(from, to)
	if err != nil {
		r.ok = false
		r.syntaxError(err, from)
		return
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return
	}
	body := file.Docs[0].Body
	if _, comment := body.(*ast.CommentGroupNode); comment {
		return
	}
	entries, ok := mapping(body)
	if !ok {
		r.ok = false
		r.at(body, RuleFrontSyntax, "front matter is a list of `key: value` lines", "the keys are "+strings.Join(frontKeys(), ", "))
		return
	}
	for _, entry := range entries {
		r.key(entry)
	}
}

// parse runs the YAML parser on the block, preceded by as many empty lines as the file has before it, so that its line
// numbers are the file's. A panic of the parser on hostile text is an error like any other.
func (r *frontReader) parse(from, to int) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("cannot be read as YAML: %v", p)
		}
	}()
	var text strings.Builder
	text.WriteString(strings.Repeat("\n", from))
	for i := from; i < to; i++ {
		text.WriteString(r.str(i))
		text.WriteByte('\n')
	}
	return parser.ParseBytes([]byte(text.String()), 0)
}

func (r *frontReader) syntaxError(err error, from int) {
	pos, message := Position{Line: from + 1, Col: 1}, err.Error()
	if yamlError, ok := errors.AsType[yaml.Error](err); ok {
		message = yamlError.GetMessage()
		if t := yamlError.GetToken(); t != nil && t.Position != nil {
			pos = r.bytePos(t.Position.Line, t.Position.Column)
		}
	}
	message, _, _ = strings.Cut(message, "\n")
	r.failAt(RuleFrontSyntax, pos, 1, "front matter: "+message, "")
}

// bytePos translates the YAML parser's column, which counts characters.
func (r *frontReader) bytePos(row, col int) Position {
	if row < 1 || row > len(r.lines) {
		return Position{Line: max(row, 1), Col: 1}
	}
	runes := []rune(r.str(row - 1))
	return Position{Line: row, Col: len(string(runes[:min(max(col-1, 0), len(runes))])) + 1}
}

func (r *frontReader) place(n ast.Node) Position {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return Position{Line: 1, Col: 1}
	}
	return r.bytePos(n.GetToken().Position.Line, n.GetToken().Position.Column)
}

func (r *frontReader) at(n ast.Node, rule, message, hint string) {
	width := 1
	if text, ok := scalar(n); ok {
		width = max(len(text), 1)
	}
	r.failAt(rule, r.place(n), width, message, hint)
}

// mapping gives the entries of a node that is a mapping. The parser has two node types for it.
func mapping(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	default:
		return nil, false
	}
}

// scalar gives the text of a node that is one value, as it was written: `true` and `1.20` stay what they are. Nothing
// at all, and null, are the empty text.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case nil:
		return "", true
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	default:
		return "", false
	}
}

func (r *frontReader) key(entry *ast.MappingValueNode) {
	name, _ := scalar(entry.Key)
	r.pos[name] = r.place(entry.Key)
	f := &r.front
	switch name {
	case "component":
		f.Component = r.text(name, entry.Value)
	case "status":
		f.Status = Status(r.text(name, entry.Value))
	case "owner":
		f.Owner = r.text(name, entry.Value)
	case "review":
		f.Review = r.text(name, entry.Value)
	case "superseded_by":
		f.SupersededBy = r.text(name, entry.Value)
	case "tests":
		r.tests(entry.Value)
	case "checks":
		f.Checks = r.texts(name, entry.Value)
	default:
		r.listKey(name, entry)
	}
}

func (r *frontReader) listKey(name string, entry *ast.MappingValueNode) {
	f := &r.front
	lists := map[string]*[]string{
		"targets": &f.Targets, "context": &f.Context, "depends": &f.Depends, "prepare": &f.Prepare, "cache": &f.Cache,
		"retired": &f.Retired, "allow": &f.Allow, "format": &f.Format,
	}
	if list, ok := lists[name]; ok {
		*list = r.list(name, entry.Value)
		return
	}
	r.unknownKey(entry.Key, name, "", frontKeys())
}

func (r *frontReader) unknownKey(n ast.Node, name, inside string, keys []string) {
	hint := "the keys are " + strings.Join(keys, ", ")
	if near := Nearest(name, keys); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	r.at(n, RuleUnknownKey, fmt.Sprintf("unknown key %q%s", name, inside), hint)
}

func (r *frontReader) tests(n ast.Node) {
	if text, ok := scalar(n); ok && text == "" {
		return
	}
	entries, ok := mapping(n)
	if !ok {
		r.at(n, RuleBadValue, "tests: its keys stand indented below it", "for instance `tests:`, and on the next line `  files: [\"pkg/*_test.go\"]`")
		return
	}
	for _, entry := range entries {
		key, _ := scalar(entry.Key)
		name := "tests." + key
		r.pos[name] = r.place(entry.Key)
		switch key {
		case "files":
			r.front.Tests.Files = r.list(name, entry.Value)
		case "runner":
			r.front.Tests.Runner = r.text(name, entry.Value)
		case "command":
			r.front.Tests.Command = r.text(name, entry.Value)
		case "report":
			r.front.Tests.Report = r.list(name, entry.Value)
		case "sealed":
			r.front.Tests.Sealed = r.list(name, entry.Value)
		default:
			r.unknownKey(entry.Key, key, " in tests", testsKeys())
		}
	}
}

func (r *frontReader) text(name string, n ast.Node) string {
	text, ok := scalar(n)
	if !ok {
		r.at(n, RuleBadValue, name+": one value is wanted here, and this is "+describe(n), "")
		return ""
	}
	if n != nil && text != "" {
		r.pos[name] = r.place(n)
	}
	return strings.TrimSpace(text)
}

func (r *frontReader) list(name string, n ast.Node) []string {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		text, isText := scalar(n)
		if isText && text == "" {
			return nil
		}
		hint := ""
		if isText {
			hint = fmt.Sprintf("write %s: [%q]", name[strings.LastIndexByte(name, '.')+1:], text)
		}
		r.at(n, RuleBadValue, name+": a list is wanted here, and this is "+describe(n), hint)
		return nil
	}
	out := make([]string, 0, len(sequence.Values))
	for i, value := range sequence.Values {
		text := r.text(fmt.Sprintf("%s[%d]", name, i), value)
		if _, isText := scalar(value); isText && text == "" {
			r.at(value, RuleBadValue, name+": an entry is empty", "")
		}
		out = append(out, text)
	}
	return out
}

func (r *frontReader) texts(name string, n ast.Node) map[string]string {
	if text, ok := scalar(n); ok && text == "" {
		return nil
	}
	entries, ok := mapping(n)
	if !ok {
		r.at(n, RuleBadValue, name+": names with values are wanted here, and this is "+describe(n), "for instance `build: go build ./...`, indented below it")
		return nil
	}
	out := make(map[string]string, len(entries))
	for _, entry := range entries {
		key, _ := scalar(entry.Key)
		out[key] = r.text(name+"."+key, entry.Value)
		r.pos[name+"."+key] = r.place(entry.Key)
	}
	return out
}

func describe(n ast.Node) string {
	switch n.(type) {
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "an anchor, an alias or a tag, which specs do not use"
	default:
		return "one value"
	}
}
