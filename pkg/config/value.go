package config

import (
	"encoding"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// What a setting takes, as messages say it. example gives a hint for some of them.
const (
	wantText     = "text"
	wantNumber   = "a number"
	wantWhole    = "a whole number"
	wantBool     = "true or false"
	wantDuration = "a duration with its unit"
	wantSize     = "a size with its unit"
	wantList     = "a list of texts"
)

func example(want string) string {
	switch want {
	case wantText:
		return `put it in quotes if it is meant as text: "1.5"`
	case wantDuration:
		return "for instance 90s, 5m or 1h30m"
	case wantSize:
		return "for instance 512MiB or 2GB"
	case wantList:
		return `for instance ["a", "b"]`
	}
	return ""
}

// fromNode reads a value of a YAML file. want is "" on success, else what would have been right.
func fromNode(t reflect.Type, node ast.Node) (value reflect.Value, want string) {
	if t.Kind() == reflect.Slice {
		return sliceFromNode(t, node)
	}
	if t.Kind() == reflect.Pointer {
		inner, want := fromNode(t.Elem(), node)
		return pointerTo(inner, want)
	}
	want = wanted(t)
	switch node := node.(type) {
	case *ast.StringNode:
		if t.Kind() == reflect.String || textual(t) {
			return fromText(t, node.Value)
		}
	case *ast.LiteralNode:
		if t.Kind() == reflect.String {
			return fromText(t, strings.TrimSpace(node.Value.Value))
		}
	case *ast.BoolNode:
		if t.Kind() == reflect.Bool {
			return reflect.ValueOf(node.Value), ""
		}
	case *ast.IntegerNode:
		if t.Kind() != reflect.String {
			return fromText(t, node.Token.Value)
		}
	case *ast.FloatNode:
		if t.Kind() == reflect.Float64 {
			return fromText(t, node.Token.Value)
		}
	}
	return reflect.Value{}, want
}

func sliceFromNode(t reflect.Type, node ast.Node) (reflect.Value, string) {
	seq, ok := node.(*ast.SequenceNode)
	if !ok {
		return reflect.Value{}, wanted(t)
	}
	out := reflect.MakeSlice(t, 0, len(seq.Values))
	for _, n := range seq.Values {
		v, want := fromNode(t.Elem(), n)
		if want != "" {
			return reflect.Value{}, wanted(t)
		}
		out = reflect.Append(out, v)
	}
	return out, ""
}

// fromText reads a value of a flag or a variable: lists are separated by commas.
func fromText(t reflect.Type, text string) (reflect.Value, string) {
	want := wanted(t)
	if t.Kind() == reflect.Pointer {
		inner, want := fromText(t.Elem(), text)
		return pointerTo(inner, want)
	}
	if textual(t) {
		p := reflect.New(t)
		u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](p)
		if !ok || u.UnmarshalText([]byte(text)) != nil {
			return reflect.Value{}, want
		}
		return p.Elem(), ""
	}
	if t.Kind() == reflect.Slice {
		return sliceFromText(t, text)
	}
	out := reflect.New(t).Elem()
	if !setScalar(out, text) {
		return reflect.Value{}, want
	}
	return out, ""
}

// setScalar says whether the text is a value of the kind.
func setScalar(out reflect.Value, text string) bool {
	t := out.Type()
	switch t.Kind() { //nolint:exhaustive // Config has no other kinds, which TestEveryKeyCanBeSet checks
	case reflect.String:
		if allowed := words(t); allowed != nil && !slices.Contains(allowed, text) {
			return false
		}
		out.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return false
		}
		out.SetBool(b)
	case reflect.Int:
		n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, strconv.IntSize)
		if err != nil {
			return false
		}
		out.SetInt(n)
	case reflect.Float64:
		f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
		out.SetFloat(f)
	default:
		return false
	}
	return true
}

func sliceFromText(t reflect.Type, text string) (reflect.Value, string) {
	out := reflect.MakeSlice(t, 0, 1)
	if text == "" {
		return out, ""
	}
	for part := range strings.SplitSeq(text, ",") {
		v, want := fromText(t.Elem(), strings.TrimSpace(part))
		if want != "" {
			return reflect.Value{}, wanted(t)
		}
		out = reflect.Append(out, v)
	}
	return out, ""
}

func pointerTo(v reflect.Value, want string) (reflect.Value, string) {
	if want != "" {
		return reflect.Value{}, want
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p, ""
}

// textual says whether the type reads itself: durations and sizes.
func textual(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// wanted says what a setting of this type takes.
func wanted(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Duration]():
		return wantDuration
	case reflect.TypeFor[Size]():
		return wantSize
	}
	if allowed := words(t); allowed != nil {
		return strings.Join(allowed, ", ")
	}
	switch t.Kind() { //nolint:exhaustive // Config has no other kinds
	case reflect.Pointer:
		return wanted(t.Elem())
	case reflect.Slice:
		if allowed := words(t.Elem()); allowed != nil {
			return "a list of " + strings.Join(allowed, ", ")
		}
		return wantList
	case reflect.Bool:
		return wantBool
	case reflect.Int:
		return wantWhole
	case reflect.Float64:
		return wantNumber
	}
	return wantText
}
