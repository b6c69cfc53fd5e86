package mutate_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
)

// readPackage reads the Go files of a folder of this repository, without its tests.
func readPackage(t *testing.T, dir string) []patch.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal("no files in ", dir, err)
	}
	var out []patch.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, patch.File{Path: dir + "/" + filepath.Base(name), Mode: patch.ModeFile, Data: data})
	}
	return out
}

// checker type-checks a package with one file changed at a time.
type checker struct {
	set   *token.FileSet
	imp   types.Importer
	trees map[string]*ast.File
}

func newChecker(t *testing.T, files []patch.File) *checker {
	t.Helper()
	c := &checker{set: token.NewFileSet(), trees: map[string]*ast.File{}}
	c.imp = importer.ForCompiler(c.set, "source", nil)
	for _, f := range files {
		tree, err := parser.ParseFile(c.set, f.Path, f.Data, 0)
		if err != nil {
			t.Fatal(err)
		}
		c.trees[f.Path] = tree
	}
	if err := c.check(nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *checker) check(changed []patch.File) error {
	trees := maps.Clone(c.trees)
	for _, f := range changed {
		tree, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, 0)
		if err != nil {
			return err
		}
		trees[f.Path] = tree
	}
	var list []*ast.File
	for _, tree := range trees {
		list = append(list, tree)
	}
	var first error
	config := types.Config{Importer: c.imp, Error: func(err error) {
		if first == nil {
			first = err
		}
	}}
	_, _ = config.Check("p", c.set, list, nil)
	return first
}

// differing gives the files that a mutant changes.
func differing(before, after []patch.File) []patch.File {
	was := map[string]string{}
	for _, f := range before {
		was[f.Path] = string(f.Data)
	}
	var out []patch.File
	for _, f := range after {
		if was[f.Path] != string(f.Data) {
			out = append(out, f)
		}
	}
	return out
}

// Nearly all mutants of real code compile: those that do not are violations that no check has to catch.
func TestGoMutantsCompile(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"pkg/spec", "pkg/verdict", "pkg/syntax"} {
		files := readPackage(t, dir)
		c := newChecker(t, files)
		all := mutate.Sample(mutate.Mutants(files), 60, 1)
		bad := 0
		for _, m := range all {
			if err := c.check(differing(files, m.Apply(files))); err != nil {
				bad++
				t.Logf("%s:%d %s %q -> %q: %v", m.Path, m.Line, m.Kind, m.Was, m.Now, err)
			}
		}
		t.Logf("%s: %d of %d mutants compile", dir, len(all)-bad, len(all))
		if bad*20 > len(all) {
			t.Errorf("%s: only %d of %d mutants compile", dir, len(all)-bad, len(all))
		}
	}
}
