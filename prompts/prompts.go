// Package prompts holds the templates of everything that specgen asks a model, and renders them. The texts are embedded;
// a repository can replace any of them by a file of the same name in .specgen/prompts/.
//
// A template renders to one text in which a line `=== system`, `=== user` or `=== assistant` begins a message. Stable
// text comes first and what changes between attempts last, so that an endpoint can reuse its cache of the prefix.
package prompts

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/specgen-dev/specgen/pkg/model"
)

//go:embed *.tmpl
var embedded embed.FS

// Embedded gives the templates that are built in, as files named NAME.tmpl.
func Embedded() fs.FS { return embedded }

// Set is a complete set of templates, ready to render.
type Set struct {
	root    *template.Template
	digests map[string]string
}

// Load parses the embedded templates and, over them, those of overrides: file name to text; nil for none. A name among them that
// is not one of the embedded is an error that lists the names.
func Load(overrides map[string][]byte) (*Set, error) {
	set := &Set{root: template.New("").Funcs(functions()).Option("missingkey=error"), digests: map[string]string{}}
	names, err := fs.Glob(embedded, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("embedded templates: %w", err)
	}
	for name := range overrides {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("template %s overrides nothing: the templates are %s", name, strings.Join(names, ", "))
		}
	}
	for _, name := range names {
		text, ok := overrides[name]
		if !ok {
			if text, err = fs.ReadFile(embedded, name); err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
		}
		if _, err := set.root.New(strings.TrimSuffix(name, ".tmpl")).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		sum := sha256.Sum256(text)
		set.digests[strings.TrimSuffix(name, ".tmpl")] = hex.EncodeToString(sum[:])
	}
	return set, nil
}

// Digest identifies the text of a template: hex SHA-256.
func (s *Set) Digest(name string) string { return s.digests[name] }

// Digests gives the digest of every template by name.
func (s *Set) Digests() map[string]string {
	return maps.Clone(s.digests)
}

// Render gives the messages of a template for its data.
func (s *Set) Render(name string, data any) ([]model.Message, error) {
	var out bytes.Buffer
	if err := s.root.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	messages, err := split(out.String())
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return messages, nil
}
