package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// Schema gives the JSON Schema of specgen.yaml (draft 2020-12), made from Config: for editors, and for those who would
// rather read it. Equal versions of specgen give equal bytes.
func Schema() ([]byte, error) {
	s, err := jsonschema.For[Config](&jsonschema.ForOptions{TypeSchemas: typeSchemas()})
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = FileName
	s.Description = "configuration of specgen for one repository"
	if err := finish(s, reflect.ValueOf(Defaults(false)), "", false); err != nil {
		return nil, err
	}
	s.Required = []string{"version"}
	version := any(Version)
	s.Properties["version"].Const = &version
	s.Properties["version"].Default = nil
	return encode(s)
}

func encode(s *jsonschema.Schema) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return out.Bytes(), nil
}

// typeSchemas describes the types that are not what Go takes them for.
func typeSchemas() map[reflect.Type]*jsonschema.Schema {
	out := map[reflect.Type]*jsonschema.Schema{
		// 0 alone needs no unit.
		reflect.TypeFor[Duration](): {Types: []string{"string", "integer"}, Pattern: `^(0|([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$`, Maximum: new(0.0), Minimum: new(0.0)},
		reflect.TypeFor[Size]():     {Types: []string{"string", "integer"}, Pattern: sizePattern.String(), Minimum: new(0.0)},
	}
	for _, t := range []reflect.Type{
		reflect.TypeFor[AnswerFormat](), reflect.TypeFor[Retry](), reflect.TypeFor[Tighten](), reflect.TypeFor[SandboxMode](),
		reflect.TypeFor[JudgePolicy](), reflect.TypeFor[ScopePolicy](), reflect.TypeFor[spec.SectionKind](),
	} {
		var enum []any
		for _, w := range words(t) {
			enum = append(enum, w)
		}
		out[t] = &jsonschema.Schema{Type: "string", Enum: enum}
	}
	return out
}

// finish adds what the types do not say: every key is optional, may be left empty in no other way, and has a default.
// inherited says that the value comes from elsewhere, so that there is no default.
func finish(s *jsonschema.Schema, v reflect.Value, prefix string, inherited bool) error {
	s.Required = nil
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("json")
		child := s.Properties[name]
		plain(child)
		inherits := inherited || prefix+name == strings.TrimSuffix(rolesPrefix, ".")
		if f.Type.Kind() == reflect.Struct {
			if err := finish(child, v.Field(i), prefix+name+".", inherits); err != nil {
				return err
			}
			continue
		}
		bound(child, setting(prefix+name))
		if inherits || unsetByDefault(v.Field(i)) {
			continue
		}
		text, err := json.Marshal(v.Field(i).Interface())
		if err != nil {
			return fmt.Errorf("schema: %s: %w", prefix+name, err)
		}
		child.Default = text
	}
	return nil
}

// unsetByDefault says that a key without a value means something that no value says.
func unsetByDefault(v reflect.Value) bool {
	return (v.Kind() == reflect.Pointer && v.IsNil()) || (v.Kind() == reflect.String && v.Len() == 0)
}

// plain takes null from the types: nothing after a key means that it is not set.
func plain(s *jsonschema.Schema) {
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
}

// bound repeats what check demands of numbers, addresses and names.
func bound(s *jsonschema.Schema, name string) {
	zero, one := 0.0, 1.0
	switch {
	case name == "model.seed" || name == "version":
	case name == "budget.attempts":
		s.Minimum = &one
	case name == "model.temperature":
		s.Minimum, s.Maximum = &zero, new(float64(maxTemperature))
	case s.Type == "integer" || s.Type == "number":
		s.Minimum = &zero
	case name == baseURLSetting:
		s.Pattern = `^https?://[^@?#\s]+$`
	case name == keyEnvSetting:
		s.Pattern = variableName.String()
	case name == "specs":
		s.MinItems = new(1)
	}
}
