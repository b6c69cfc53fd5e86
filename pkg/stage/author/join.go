package author

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Join puts tests, each of which is a whole file, behind what a file holds; an empty one is begun. Nothing that is there changes but for
// the imports that come in, and the form where it was formatted before. It fails where a name would stand for two things.
func Join(existing patch.File, tests []string) ([]byte, error) {
	out := string(existing.Data)
	for _, source := range tests {
		f, why := parse(source)
		if why != "" {
			return nil, fmt.Errorf("a test for %s cannot be read: %s", existing.Path, why)
		}
		if strings.TrimSpace(out) == "" {
			out = source
			continue
		}
		var err error
		if out, err = join(existing.Path, out, f); err != nil {
			return nil, err
		}
	}
	if formatted, err := format.Source([]byte(out)); err == nil && wasFormatted(existing.Data) {
		return formatted, nil
	}
	return []byte(out), nil
}

func wasFormatted(data []byte) bool {
	formatted, err := format.Source(data)
	return len(data) == 0 || err == nil && bytes.Equal(formatted, data)
}

func join(name, text string, add *goFile) (string, error) {
	f, why := parse(text)
	switch {
	case why != "":
		return "", fmt.Errorf("%s cannot be added to: %s", name, why)
	case f.tree.Name.Name != add.tree.Name.Name:
		return "", fmt.Errorf("%s is of package %s, and the tests are of %s", name, f.tree.Name.Name, add.tree.Name.Name)
	}
	have := Declared(patch.File{Path: name, Data: []byte(text)})
	for _, n := range Declared(patch.File{Data: []byte(add.text)}) {
		if slices.Contains(have, n) {
			return "", fmt.Errorf("%s declares %s already", name, n)
		}
	}
	imports, err := f.missing(name, add, have)
	if err != nil {
		return "", err
	}
	return f.withImports(imports) + "\n" + strings.TrimLeft(add.text[add.bodyAt():], "\n"), nil
}

// bodyAt is where the declarations of a file begin, behind its imports.
func (f *goFile) bodyAt() int {
	at := f.at(f.tree.Name.End())
	for _, d := range f.tree.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			at = f.at(g.End())
		}
	}
	return at
}

// missing gives the imports that come in. Names of a file's imports must not be declared in its package.
func (f *goFile) missing(file string, add *goFile, have []string) (map[string]string, error) {
	there := map[string]string{}
	for _, i := range f.tree.Imports {
		name, p := importName(i)
		there[name] = p
	}
	out := map[string]string{}
	for _, i := range add.tree.Imports {
		name, p := importName(i)
		switch old, ok := there[name]; {
		case ok && old == p:
		case ok:
			return nil, fmt.Errorf("%s imports %q as %s, and a test wants %q", file, old, name, p)
		case slices.Contains(have, name):
			return nil, fmt.Errorf("%s declares %s, which a test imports", file, name)
		default:
			out[name] = p
		}
	}
	return out, nil
}

// withImports is the text of a file with more imports: in its first block of them, or in one of their own.
func (f *goFile) withImports(more map[string]string) string {
	text := strings.TrimRight(f.text, "\n") + "\n"
	if len(more) == 0 {
		return text
	}
	for _, d := range f.tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT || !g.Rparen.IsValid() {
			continue
		}
		var lines strings.Builder
		for _, name := range slices.SortedFunc(maps.Keys(more), func(a, b string) int { return strings.Compare(more[a], more[b]) }) {
			lines.WriteString("\t" + importLine(name, more[name]) + "\n")
		}
		at := f.at(g.Rparen)
		if g.Lparen.IsValid() && len(g.Specs) > 0 {
			at = f.at(g.Lparen) + 1 // the standard library stands first
			return text[:at] + "\n" + strings.TrimRight(lines.String(), "\n") + text[at:]
		}
		return text[:at] + "\n" + lines.String() + text[at:]
	}
	at := f.at(f.tree.Name.End())
	return text[:at] + "\n\n" + importBlock(more) + text[at:]
}
