package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// maxSize is the largest file that is read; the largest in practice is a hundredth of it.
const maxSize = 256 << 10

const byteOrderMark = "\xef\xbb\xbf"

// layer is what one source says: values by key, each with its place.
type layer map[string]entry

type entry struct {
	value  reflect.Value
	origin Origin
	node   ast.Node // where a file says it; nil else
	unset  bool     // gives back what is set for all roles
}

// inherits says whether the entry leaves a role with what is set for all: an empty text does.
func (e entry) inherits(name string) bool {
	return strings.HasPrefix(name, rolesPrefix) && (e.unset || (e.value.Kind() == reflect.String && e.value.IsZero()))
}

// document is a configuration file on its way to a layer.
type document struct {
	name   string
	source Source
	lines  []string
	allow  func(key string) bool // which keys may stand here; nil: all
	layer  layer
	errs   Errors
}

// decode reads a file strictly: unknown keys, wrong types and values out of range are errors with their place.
func decode(name string, source Source, data []byte, allow func(string) bool) (layer, Errors) {
	text := strings.TrimPrefix(string(data), byteOrderMark)
	d := &document{name: name, source: source, allow: allow, layer: layer{}, lines: strings.Split(text, "\n")}
	if len(data) > maxSize || !utf8.ValidString(text) {
		d.fail("", place{line: 1, col: 1}, "not a text file of at most 256 KiB", "see specgen config schema for what may stand here")
		return nil, d.errs
	}
	body, ok := d.parse(text)
	if !ok {
		return nil, d.errs
	}
	if d.version(body) {
		d.mapping(body, reflect.TypeFor[Config](), "")
		d.check()
	}
	slices.SortStableFunc(d.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Origin.Col, b.Origin.Col))
	})
	return d.layer, d.errs
}

// parse gives the mapping that the file holds; nil for an empty file.
func (d *document) parse(text string) (body ast.Node, ok bool) { //nolint:ireturn // the library's nodes are interfaces
	file, err := parseYAML(text)
	if err != nil {
		at, message, hint := place{line: 1, col: 1}, err.Error(), "look at quotes, brackets and indentation, which is made of spaces"
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			at, message = tokenPlace(syntax.GetToken()), syntax.GetMessage()
		}
		d.fail("", at, visible(message), hint)
		return nil, false
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			d.fail("", nodePlace(doc.Body), "a second document", "keep one, and remove the line ---")
			return nil, false
		}
		body = doc.Body
	}
	return body, true
}

// parseYAML turns a panic of the parser, which foreign text could provoke, into an error.
func parseYAML(text string) (file *ast.File, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("not readable as YAML: %v", trouble)
		}
	}()
	return parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey()) // mapping says it better
}

// version is looked at before anything else: in a file of another version no other message would make sense.
func (d *document) version(body ast.Node) bool {
	entries, isMap := pairs(body)
	if body != nil && !isMap {
		d.fail("", nodePlace(body), "keys and values are expected here", "begin with: version: 1")
		return false
	}
	for _, e := range entries {
		if e.Key.GetToken().Value != "version" {
			continue
		}
		number, ok := e.Value.(*ast.IntegerNode)
		switch {
		case ok && number.Token.Value == fmt.Sprint(Version):
			return true
		case ok:
			d.fail("version", nodePlace(e.Value), "version "+number.Token.Value+" is not known to this specgen, which reads version 1",
				"use a newer specgen, or write the file for version: 1")
		default:
			d.fail("version", nodePlace(e.Value), "the version is not a number", "write version: 1")
		}
		return false
	}
	d.fail("version", place{line: 1, col: 1}, "version is missing", "begin with: version: 1")
	return false
}

func (d *document) mapping(node ast.Node, t reflect.Type, prefix string) {
	if node == nil || node.Type() == ast.NullType {
		return
	}
	entries, ok := pairs(node)
	if !ok {
		message, hint := strings.TrimSuffix(prefix, ".")+" takes keys and values", "the keys are "+strings.Join(fieldNames(t), ", ")
		if special(node) {
			message, hint = notPlain, writeOut
		}
		d.fail(prefix, nodePlace(node), message, hint)
		return
	}
	first := map[string]int{}
	for _, e := range entries {
		key := e.Key.GetToken()
		if line, twice := first[key.Value]; twice {
			d.fail(prefix+key.Value, tokenPlace(key), fmt.Sprintf("%s is set twice, first in line %d", visible(mask(key.Value)), line), "keep one of them")
			continue
		}
		first[key.Value] = key.Position.Line
		d.pair(e, t, prefix)
	}
}

func (d *document) pair(e *ast.MappingValueNode, t reflect.Type, prefix string) {
	name := e.Key.GetToken().Value
	if _, plain := e.Key.(*ast.StringNode); !plain {
		d.fail("", nodePlace(e.Key), "only plain keys are understood here", "write the keys out, without ?, << or numbers")
		return
	}
	f, ok := field(t, name)
	if !ok {
		d.unknown(e, t, prefix)
		return
	}
	if d.allow != nil && !d.allow(prefix+name) {
		d.fail(prefix+name, nodePlace(e.Key), prefix+name+" can be set in the repository only", "move it to "+FileName)
		return
	}
	if f.Type.Kind() == reflect.Struct {
		d.mapping(e.Value, f.Type, prefix+name+".")
		return
	}
	d.leaf(prefix+name, f.Type, e.Value)
}

// unknown names the nearest key, also one that stands elsewhere. What looks like an attempt to write a key into the file
// is answered as such, and its value not shown.
func (d *document) unknown(e *ast.MappingValueNode, t reflect.Type, prefix string) {
	name, at := e.Key.GetToken().Value, nodePlace(e.Key)
	if keyWord(name) {
		if e.Value != nil && e.Value.GetToken().Position.Line == at.line {
			at.hideFrom = nodePlace(e.Value).col
		}
		d.fail(prefix+name, at, "a key never stands in a file, and "+visible(name)+" is none of the settings",
			"name the variable that holds it: key_env: "+DefaultKeyEnv+"; then change the key if this file was shared")
		return
	}
	where := "here"
	if prefix != "" {
		where = "under " + strings.TrimSuffix(prefix, ".")
	}
	known := fieldNames(t)
	hint := "the keys " + where + " are " + strings.Join(known, ", ")
	if near := spec.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %s? %s", near, hint)
	} else if other := elsewhere(name); other != "" {
		hint = fmt.Sprintf("did you mean %s? %s", other, hint)
	}
	d.fail(prefix+name, at, fmt.Sprintf("there is no key %s %s", visible(mask(name)), where), hint)
}

// elsewhere finds a key of that name in another section.
func elsewhere(name string) string {
	for _, k := range keys() {
		if k.name == name || strings.HasSuffix(k.name, "."+name) {
			return k.name
		}
	}
	return ""
}

// leaf reads one value. Nothing after the colon leaves the key as it was.
func (d *document) leaf(name string, t reflect.Type, node ast.Node) {
	if node == nil || node.Type() == ast.NullType {
		return
	}
	value, want := fromNode(t, node)
	at := nodePlace(node)
	if want != "" {
		message, hint := mismatch(setting(name), want, firstWord(node))
		if special(node) {
			message, hint = notPlain, writeOut
		}
		if setting(name) == keyEnvSetting {
			at.hideFrom = at.col
		}
		d.fail(name, at, message, hint)
		return
	}
	d.layer[name] = entry{value: value, node: node, origin: d.origin(at)}
}

// firstWord gives the text that stands there, or the first of a list.
func firstWord(node ast.Node) string {
	if seq, ok := node.(*ast.SequenceNode); ok && len(seq.Values) > 0 {
		node = seq.Values[0]
	}
	return node.GetToken().Value
}

// mismatch says what a setting takes, and names the nearest word where it takes one of a few.
func mismatch(name, want, got string) (message, hint string) {
	short := name[strings.LastIndexByte(name, '.')+1:]
	hint = example(want)
	k, ok := findKey(name)
	if !ok {
		return short + " takes " + want, hint
	}
	allowed := words(k.typ)
	if k.typ.Kind() == reflect.Slice {
		allowed = words(k.typ.Elem())
	}
	if near := spec.Nearest(got, allowed); near != "" {
		hint = "did you mean " + near + "?"
	}
	return short + " takes " + want, hint
}

// What is said of YAML that means more than it shows: anchors, aliases, tags.
const (
	notPlain = "anchors, aliases and tags are not understood here"
	writeOut = "write the value out"
)

func special(node ast.Node) bool {
	switch node.Type() { //nolint:exhaustive // all others are plain
	case ast.AnchorType, ast.AliasType, ast.TagType, ast.MergeKeyType:
		return true
	default:
		return false
	}
}

func (d *document) origin(at place) Origin {
	col := at.col
	if line := d.line(at.line); line != "" {
		runes := []rune(line)
		col = len(string(runes[:min(max(at.col-1, 0), len(runes))])) + 1
	}
	return Origin{Source: d.source, Name: d.name, Line: at.line, Col: col}
}

func (d *document) line(n int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return strings.TrimSuffix(d.lines[n-1], "\r")
}

func (d *document) fail(key string, at place, message, hint string) {
	line := d.line(at.line)
	if at.hideFrom > 0 {
		line = hide(line, at.hideFrom-1)
	}
	e := &Error{Origin: d.origin(at), Key: key, Message: message, Hint: hint}
	if strings.TrimSpace(line) != "" {
		e.Excerpt = excerpt(line, at.col-1, at.width)
	}
	d.errs = append(d.errs, e)
}

// hide blanks all that stands from a column on, counted in characters from 0.
func hide(line string, from int) string {
	runes := []rune(line)
	if from >= len(runes) {
		return line
	}
	return string(runes[:from]) + "********"
}

// place is a spot of a file; columns and widths are in characters.
type place struct {
	line, col, width int
	hideFrom         int // the column from which on nothing may be shown; 0: none
}

func tokenPlace(t *token.Token) place {
	return place{line: t.Position.Line, col: t.Position.Column, width: utf8.RuneCountInString(strings.TrimSpace(t.Value))}
}

// nodePlace is where a node begins. A mapping begins with its first key, where the parser has its colon.
func nodePlace(n ast.Node) place {
	if entries, ok := pairs(n); ok && len(entries) > 0 {
		return tokenPlace(entries[0].Key.GetToken())
	}
	return tokenPlace(n.GetToken())
}

func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}
