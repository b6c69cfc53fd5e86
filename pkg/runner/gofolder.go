package runner

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// goFolders are folders of a checkout as planting sees them, each read once for a command.
type goFolders struct {
	bench *Bench
	known map[string]goFolder
}

type goFolder struct {
	testMain bool          // the tests of the folder have a TestMain
	embeds   []namedSource // sources that embed something, frozen ones aside
}

type namedSource struct{ name, text string }

// in reads a folder. What cannot be listed or read is not built.
func (f goFolders) in(dir string) goFolder {
	if folder, ok := f.known[dir]; ok {
		return folder
	}
	var folder goFolder
	entries, _ := os.ReadDir(filepath.Join(f.bench.checkout(), filepath.FromSlash(dir)))
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		name := path.Join(dir, e.Name())
		data, err := readIn(f.bench.checkout(), name)
		if err != nil {
			continue
		}
		folder.testMain = folder.testMain || hasTestMain(e.Name(), data)
		if bytes.Contains(data, []byte("//go:embed")) && !slices.Contains(f.bench.frozen, name) {
			folder.embeds = append(folder.embeds, namedSource{name, string(data)})
		}
	}
	f.known[dir] = folder
	return folder
}

// hasTestMain says whether a file that go builds tests from declares TestMain, by its syntax: the words alone may stand in a comment,
// and what cannot be parsed is not built.
func hasTestMain(name string, data []byte) bool {
	if !strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || !bytes.Contains(data, []byte("TestMain")) {
		return false
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
	return err == nil && slices.ContainsFunc(parsed.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv == nil && f.Name.Name == "TestMain"
	})
}

// embedding says which source has a frozen test in its own program by go:embed: the copy that the go command reads, with its seals
// and its canary. "" if none has, as in all projects that only embed what they want.
func (f goFolders) embedding(frozen string) string {
	for dir := path.Dir(frozen); ; dir = path.Dir(dir) {
		for _, s := range f.in(dir).embeds {
			if embeds(s.text, strings.TrimPrefix(strings.TrimPrefix(frozen, dir), "/")) {
				return s.name + " embeds " + frozen + ", with what it must not know: let go:embed name what it needs"
			}
		}
		if dir == "." || dir == "/" {
			return ""
		}
	}
}

var (
	embedLine    = pattern.Lazy(`(?m)^[ \t]*//go:embed[ \t]+(.*)$`)
	embedPattern = pattern.Lazy("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|\\S+")
)

// embeds says whether a source embeds a file, which is named as seen from its folder, or a folder on the way to it.
func embeds(source, file string) bool {
	parts := strings.Split(file, "/")
	for _, line := range embedLine.FindAllStringSubmatch(source, -1) {
		for _, p := range embedPattern.FindAllString(line[1], -1) {
			if plain, err := strconv.Unquote(p); err == nil {
				p = plain
			}
			p = strings.TrimPrefix(p, "all:")
			for i := range parts {
				if ok, _ := path.Match(p, strings.Join(parts[:i+1], "/")); ok || p == "." {
					return true
				}
			}
		}
	}
	return false
}
