package config

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/jsonschema-go/jsonschema"
)

func resolvedSchema(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// instance reads a YAML file as JSON has it.
func instance(data []byte) (any, error) {
	text, err := yaml.YAMLToJSON(bytes.ReplaceAll(data, []byte("\xef\xbb\xbf"), nil))
	if err != nil {
		return nil, err
	}
	var v any
	return v, json.Unmarshal(text, &v)
}

func TestSchemaIsStable(t *testing.T) {
	t.Parallel()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/schema.json", text)
	for range 5 {
		again, err := Schema()
		if err != nil || !bytes.Equal(text, again) {
			t.Fatal("two calls differ")
		}
	}
}

func TestSchemaAgreesWithTheParser(t *testing.T) {
	t.Parallel()
	s := resolvedSchema(t)
	for _, name := range []string{"testdata/v1/full.yaml", "testdata/v1/least.yaml", "testdata/v1/flow.yaml", "testdata/v1/off.yaml"} {
		v, err := instance(read(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused := 0
	names, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// What a schema cannot see: YAML itself, and what the look of a text says.
	beyond := []string{
		"anchor", "tag", "two-documents", "duplicate-key", "half-prices", "key-without-prefix", "key-as-name", "url-homograph",
		"specs-outside", "specs-bad-glob", "read-relative", "merge-key",
	}
	for _, name := range names {
		data := read(t, name)
		base := strings.TrimSuffix(filepath.Base(name), ".yaml")
		v, err := instance(data)
		if err != nil {
			continue
		}
		if s.Validate(v) == nil {
			if !strings.Contains(" "+strings.Join(beyond, " ")+" ", " "+base+" ") {
				t.Errorf("%s is refused by the parser and not by the schema", name)
			}
			continue
		}
		refused++
	}
	if refused < 15 {
		t.Errorf("only %d files were refused", refused)
	}
}

// TestSchemaDescribesEveryKey: an editor has something to show everywhere.
func TestSchemaDescribesEveryKey(t *testing.T) {
	t.Parallel()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root jsonschema.Schema
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys() {
		s := &root
		for part := range strings.SplitSeq(k.name, ".") {
			if s = s.Properties[part]; s == nil {
				t.Fatalf("%s is missing", k.name)
			}
			if s.Description == "" {
				t.Errorf("%s: %s has no description", k.name, part)
			}
		}
		if strings.HasPrefix(k.name, rolesPrefix) && s.Default != nil {
			t.Errorf("%s has a default, though it comes from model", k.name)
		}
		if words(k.typ) != nil && len(s.Enum) != len(words(k.typ)) {
			t.Errorf("%s: %v", k.name, s.Enum)
		}
	}
}
