package runner

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// builtFrom gives what Go tests rest on besides themselves: the sources of their packages and of all that these import from their
// module, and what stands in testdata folders beside the tests. Code under test runs while other packages are still to be built
// and before a test reads what it expects: it must not write either anew. New files can be written anywhere.
func (b *Bench) builtFrom(tests []string) []string {
	w := sourceWalk{bench: b, seen: map[string]bool{}}
	for _, p := range tests {
		if strings.HasSuffix(p, "_test.go") {
			w.folder(path.Dir(p))
			w.testdata(path.Join(path.Dir(p), "testdata"))
		}
	}
	for len(w.open) > 0 {
		dir := w.open[0]
		w.open = w.open[1:]
		w.imports(dir)
	}
	return w.found
}

// built is what the tests of a tree rest on, for the commands that run on it.
type built struct {
	tree          string
	frozen, files []string
}

type sourceWalk struct {
	bench *Bench
	seen  map[string]bool // folders
	open  []string
	found []string
}

func (w *sourceWalk) folder(dir string) {
	if !w.seen[dir] {
		w.seen[dir] = true
		w.open = append(w.open, dir)
	}
}

func (w *sourceWalk) path(slashed string) string {
	return filepath.Join(w.bench.checkout(), filepath.FromSlash(slashed))
}

// imports takes the sources of a folder and goes on to what they import.
func (w *sourceWalk) imports(dir string) {
	root, module := w.bench.moduleOf(dir)
	entries, _ := os.ReadDir(w.path(dir)) // what cannot be listed is not built
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		name := path.Join(dir, e.Name())
		w.found = append(w.found, name)
		data, err := readIn(w.bench.checkout(), name)
		if err != nil {
			continue
		}
		parsed, _ := parser.ParseFile(token.NewFileSet(), name, data, parser.ImportsOnly) // what does not parse is not built
		if parsed == nil || module == "" {
			continue
		}
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if rest, ok := strings.CutPrefix(imported, module); ok && (rest == "" || rest[0] == '/') {
				w.folder(path.Join(root, rest))
			}
		}
	}
}

func (w *sourceWalk) testdata(dir string) {
	if w.seen[dir] {
		return
	}
	w.seen[dir] = true
	var files []string
	_ = filepath.WalkDir(w.path(dir), func(p string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(w.bench.checkout(), p)
		if err == nil && relErr == nil && d.Type().IsRegular() {
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	if len(files) > manyFiles && w.bench.plan[WallMount] {
		files = []string{dir} // as a whole, where nothing can be written then: a mount for each would take seconds
	}
	w.found = append(w.found, files...)
}

const manyFiles = 500

// moduleOf gives the folder and the name of the module that a folder of the checkout belongs to; "" where there is none.
func (b *Bench) moduleOf(dir string) (root, name string) {
	for at := dir; ; at = path.Dir(at) {
		if data, err := readIn(b.checkout(), path.Join(at, "go.mod")); err == nil {
			return at, moduleName(data)
		}
		if at == "." || at == "/" {
			return "", ""
		}
	}
}
