package apply

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// repairGo puts the written Go files in order: imports that are missing or unused, then gofmt. It reads the tree alone, runs
// nothing and knows no environment, so that equal patches come out equal on every machine; golang.org/x/tools/imports asks
// the go command and the module cache, and chooses between packages of one name at random.
func repairGo(base patch.Tree, changes []patch.Change) ([]patch.Change, []patch.Repair) {
	view := newOverlay(base, changes)
	out := slices.Clone(changes)
	var repairs []patch.Repair
	for i, c := range out {
		if c.Action == patch.Delete || path.Ext(c.Path) != ".go" {
			continue
		}
		data, notes := repairFile(view, base, c)
		out[i].Data = data
		repairs = append(repairs, notes...)
	}
	return out, repairs
}

// repairFile gives the file in order, and what was done. A file that does not parse stays as it is.
func repairFile(view *overlay, base patch.Tree, c patch.Change) ([]byte, []patch.Repair) {
	data := c.Data
	var repairs []patch.Repair
	fixed, note := fixImports(view, c.Path, data)
	if note != "" {
		data = fixed
		repairs = append(repairs, patch.Repair{Path: c.Path, Tool: "imports", Note: note})
	}
	if !formatted(base, c) {
		return data, repairs
	}
	pretty, err := format.Source(data)
	if err == nil && !bytes.Equal(pretty, data) {
		data = pretty
		repairs = append(repairs, patch.Repair{Path: c.Path, Tool: "gofmt", Note: "reformatted"})
	}
	return data, repairs
}

// formatted says whether the file is to be kept in gofmt's form: it is new, or was so before. One that was not would change
// in lines that the patch has nothing to do with.
func formatted(base patch.Tree, c patch.Change) bool {
	source := c.Path
	if c.From != "" {
		source = c.From
	}
	entry, ok, err := base.Lookup(source)
	if err != nil {
		return false
	}
	if !ok {
		return true
	}
	pretty, err := format.Source(entry.Data)
	return err != nil || bytes.Equal(pretty, entry.Data)
}

// parses says whether a file can be read by the parser for its language, true where none is at hand.
func parses(name string, data []byte) bool {
	if path.Ext(name) != ".go" {
		return true
	}
	_, err := parser.ParseFile(token.NewFileSet(), "", data, parser.SkipObjectResolution)
	return err == nil
}

// overlay is a tree with the changes of a patch over it.
type overlay struct {
	base    patch.Tree
	changed map[string]patch.Change
}

func newOverlay(base patch.Tree, changes []patch.Change) *overlay {
	o := &overlay{base: base, changed: map[string]patch.Change{}}
	for _, c := range changes {
		o.changed[c.Path] = c
		if c.Action == patch.Rename {
			o.changed[c.From] = patch.Change{Path: c.From, Action: patch.Delete}
		}
	}
	return o
}

// read gives a file's content, nil if it is not there.
func (o *overlay) read(name string) []byte {
	if c, ok := o.changed[name]; ok {
		return c.Data
	}
	entry, ok, err := o.base.Lookup(name)
	if err != nil || !ok || entry.Mode != patch.ModeFile && entry.Mode != patch.ModeExecutable {
		return nil
	}
	return entry.Data
}

// names lists a folder.
func (o *overlay) names(dir string) []string {
	names, err := o.base.Names(dir)
	if err != nil {
		return nil
	}
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		c, ok := o.changed[path.Join(dir, n)]
		return ok && c.Action == patch.Delete
	})
	for name, c := range o.changed {
		rest := name
		if dir != "" {
			var ok bool
			if rest, ok = strings.CutPrefix(name, dir+"/"); !ok {
				continue
			}
		}
		if first, _, _ := strings.Cut(rest, "/"); c.Action != patch.Delete && !slices.Contains(names, first) {
			names = append(names, first)
		}
	}
	slices.Sort(names)
	return names
}

// goFiles gives the contents of a package's files other than the named one.
func (o *overlay) goFiles(dir, except string) [][]byte {
	var out [][]byte
	for _, n := range o.names(dir) {
		full := path.Join(dir, n)
		if path.Ext(n) == ".go" && full != except {
			if data := o.read(full); data != nil {
				out = append(out, data)
			}
		}
	}
	return out
}
