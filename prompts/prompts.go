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
	"errors"
	"fmt"
	"io/fs"
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

// Load parses the embedded templates and, over them, those that overrides holds under the same names (nil: none). A file
// of overrides whose name is not one of the embedded is an error that lists the names.
func Load(overrides fs.FS) (*Set, error) {
	set := &Set{root: template.New("").Funcs(functions()).Option("missingkey=error"), digests: map[string]string{}}
	names, err := fs.Glob(embedded, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("embedded templates: %w", err)
	}
	if err := refuseUnknown(overrides, names); err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := read(overrides, name)
		if err != nil {
			return nil, err
		}
		if _, err := set.root.New(strings.TrimSuffix(name, ".tmpl")).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		sum := sha256.Sum256(text)
		set.digests[strings.TrimSuffix(name, ".tmpl")] = hex.EncodeToString(sum[:])
	}
	return set, nil
}

func refuseUnknown(overrides fs.FS, names []string) error {
	if overrides == nil {
		return nil
	}
	found, err := fs.Glob(overrides, "*.tmpl")
	if err != nil {
		return fmt.Errorf("template overrides: %w", err)
	}
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	for _, name := range found {
		if !known[name] {
			return fmt.Errorf("template %s overrides nothing: the templates are %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}

func read(overrides fs.FS, name string) ([]byte, error) {
	if overrides != nil {
		text, err := fs.ReadFile(overrides, name)
		if err == nil {
			return text, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
	}
	text, err := fs.ReadFile(embedded, name)
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return text, nil
}

// Digest identifies the text of a template: hex SHA-256.
func (s *Set) Digest(name string) string { return s.digests[name] }

// Digests gives the digest of every template by name.
func (s *Set) Digests() map[string]string {
	out := make(map[string]string, len(s.digests))
	for name, digest := range s.digests {
		out[name] = digest
	}
	return out
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
