package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// SchemaFor derives a strict JSON Schema from T, which must be a struct: every field required, nothing else allowed. A
// pointer field may be null. The tag jsonschema:"words" describes a field, enum:"a,b" on a string limits its values.
func SchemaFor[T any](name string) (*Schema, error) {
	strict, err := strictSchema(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(strict)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return &Schema{Name: name, Schema: raw}, nil
}

func strictSchema(t reflect.Type) (*jsonschema.Schema, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("a structured answer must be a struct, not %s", t)
	}
	s, err := jsonschema.ForType(t, nil)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", t, err)
	}
	return s, tighten(s, t)
}

// tighten walks schema and type side by side: optional fields become required, enum tags become enumerations.
func tighten(s *jsonschema.Schema, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Slice && s.Items != nil:
		return tighten(s.Items, t.Elem())
	case t.Kind() != reflect.Struct || s.Properties == nil:
		return nil
	}
	s.Required = s.PropertyOrder
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = field.Name
		}
		property := s.Properties[name]
		if property == nil || field.Anonymous {
			continue
		}
		if err := limitValues(property, field); err != nil {
			return err
		}
		if err := tighten(property, field.Type); err != nil {
			return err
		}
	}
	return nil
}

// limitValues applies the enum tag of a string, or of the strings in a list.
func limitValues(property *jsonschema.Schema, field reflect.StructField) error {
	values := field.Tag.Get("enum")
	if values == "" {
		return nil
	}
	t := field.Type
	if t.Kind() == reflect.Slice {
		t, property = t.Elem(), property.Items
	}
	if t.Kind() != reflect.String {
		return fmt.Errorf("field %s: an enum tag needs a string, not %s", field.Name, field.Type)
	}
	for v := range strings.SplitSeq(values, ",") {
		property.Enum = append(property.Enum, v)
	}
	return nil
}

// shape reads answers of one type.
type shape[T any] struct {
	schema   *Schema
	check    *jsonschema.Resolved
	validate func(T) error
}

// newShape prepares T. Reading forgives fields that nobody asked for; missing ones and wrong values it does not.
func newShape[T any](name string, validate func(T) error) (*shape[T], error) {
	schema, err := SchemaFor[T](name)
	if err != nil {
		return nil, err
	}
	lenient, err := strictSchema(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	allowMore(lenient)
	check, err := lenient.Resolve(nil)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return &shape[T]{schema: schema, check: check, validate: validate}, nil
}

func allowMore(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Properties != nil {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		allowMore(p)
	}
	allowMore(s.Items)
}

// read finds the one JSON object in an answer that has the shape. Two different ones are an error: which was meant is not ours to
// guess.
func (s *shape[T]) read(text string) (*T, error) {
	candidates, broken := jsonObjects(text)
	var found []*T
	var texts []string
	first := errors.New("it holds no JSON object")
	if broken != "" {
		first = fmt.Errorf("its JSON is broken: %w", json.Unmarshal([]byte(broken), new(T)))
	}
	for i, c := range candidates {
		value, err := s.decode(c)
		switch {
		case err != nil && i == 0 && broken == "":
			first = err
		case err == nil && !slices.Contains(texts, compact(c)):
			found, texts = append(found, value), append(texts, compact(c))
		}
	}
	switch len(found) {
	case 0:
		return nil, first
	case 1:
		return found[0], s.valid(*found[0])
	}
	return nil, fmt.Errorf("it holds %d different JSON objects of this shape, and only one is wanted", len(found))
}

func (s *shape[T]) decode(raw string) (*T, error) {
	var instance any
	if err := json.Unmarshal([]byte(raw), &instance); err != nil {
		return nil, fmt.Errorf("its JSON is broken: %w", err)
	}
	if err := s.check.Validate(instance); err != nil {
		return nil, fmt.Errorf("its JSON has another shape: %w", err)
	}
	value := new(T)
	if err := json.Unmarshal([]byte(raw), value); err != nil {
		return nil, fmt.Errorf("its JSON has another shape: %w", err)
	}
	return value, nil
}

func (s *shape[T]) valid(value T) error {
	if s.validate == nil {
		return nil
	}
	return s.validate(value)
}
