package evaluate

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// frozen are the acceptance tests: the only ones that count, whatever else a run declares or prints.
type frozen struct {
	files []*testFile
}

// testFile is an acceptance test file with the names that it declares.
type testFile struct {
	path     string
	sealed   bool
	suite    string          // Go: the import path of its package; "" where no module says
	funcs    map[string]int  // Go: the tests, examples and fuzz tests with their lines; nil for other languages
	names    []string        // of funcs, as declared
	text     string          // other languages: the whole file
	words    map[string]bool // its words
	literals map[string]bool // what stands between quotes
	broken   []verdict.Diagnostic
}

func freeze(sp *spec.Spec, files []patch.File, modules []module) *frozen {
	f := &frozen{}
	for _, file := range files {
		t := &testFile{path: file.Path, sealed: sp.IsSealed(file.Path)}
		if strings.HasSuffix(file.Path, ".go") {
			t.suite = importPath(modules, path.Dir(file.Path))
			t.readGo(file)
		} else {
			t.readAny(string(file.Data))
		}
		f.files = append(f.files, t)
	}
	return f
}

// readGo takes the functions that the go command runs as tests.
func (t *testFile) readGo(file patch.File) {
	t.funcs = map[string]int{}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file.Path, file.Data, parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		var list scanner.ErrorList
		if !errors.As(err, &list) {
			list = scanner.ErrorList{{Pos: token.Position{Filename: file.Path, Line: 1}, Msg: err.Error()}}
		}
		t.broken = syntaxErrors(file.Path, list)
		return
	}
	if !strings.HasSuffix(file.Path, "_test.go") {
		return
	}
	for _, decl := range parsed.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if ok && f.Recv == nil && isTestName(f.Name.Name) {
			t.funcs[f.Name.Name] = set.Position(f.Pos()).Line
			t.names = append(t.names, f.Name.Name)
		}
	}
}

// isTestName follows the go command: TestX and Test_x are tests, TestMain and Testimony are none.
func isTestName(name string) bool {
	for _, prefix := range []string{"Test", "Example", "Fuzz"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || name == "TestMain" {
			continue
		}
		first, _ := utf8.DecodeRuneInString(rest)
		return rest == "" || !unicode.IsLower(first)
	}
	return false
}

// quoted is text between quotes on one line, as tests of many languages are named.
var quoted = regexp.MustCompile("\"([^\"\\n]{1,300})\"|'([^'\\n]{1,300})'|`([^`\\n]{1,300})`")

// testWord is a word that may be the name of a test: shells allow more than letters.
var testWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\pL_][\pL\pN_.:-]*`) })

func (t *testFile) readAny(text string) {
	t.text, t.words, t.literals = text, map[string]bool{}, map[string]bool{}
	for _, w := range testWord().FindAllString(text, -1) {
		t.words[w] = true
	}
	for _, w := range wordForm().FindAllString(text, -1) {
		t.words[w] = true
	}
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		for _, inner := range m[1:] {
			if inner = strings.TrimSpace(inner); inner != "" {
				t.literals[inner] = true
			}
		}
	}
}

// any says whether a frozen file declares a name for which ok holds. For languages that are not read, what it mentions counts.
func (f *frozen) any(ok func(name string) bool) bool {
	for _, t := range f.files {
		for name := range t.funcs {
			if ok(name) {
				return true
			}
		}
		for _, names := range []map[string]bool{t.words, t.literals} {
			for name := range names {
				if ok(name) {
					return true
				}
			}
		}
	}
	return false
}

// declared gives the Go tests for which ok holds, as the names that a runner would report.
func (f *frozen) declared(ok func(name string) bool) []verdict.Test {
	var out []verdict.Test
	for _, t := range f.files {
		for _, name := range t.names {
			if ok(name) {
				out = append(out, verdict.Test{Name: name, Suite: t.suite})
			}
		}
	}
	return out
}

// file gives the frozen file that a reported test comes from. A test that none of them declares does not count.
func (f *frozen) file(test verdict.Test) (*testFile, bool) {
	for _, t := range f.files {
		if t.declares(test) {
			return t, true
		}
	}
	return nil, false
}

func (t *testFile) declares(test verdict.Test) bool {
	if t.funcs != nil {
		_, ok := t.funcs[root(test.Name)]
		return ok && t.inSuite(test.Suite)
	}
	// Where a test failed may be anywhere. One that passed and names its file must name this one.
	if test.Status == verdict.TestPassed && test.File != "" && path.Clean(test.File) != t.path {
		return false
	}
	return t.mentions(test.Name)
}

// inSuite says whether go reports the file's tests under this import path. That of external tests is their package's own: a path
// that ends in _test is another folder.
func (t *testFile) inSuite(suite string) bool {
	if suite == "" || t.suite != "" {
		return suite == "" || suite == t.suite
	}
	dir := path.Dir(t.path)
	return dir == "." || suite == dir || strings.HasSuffix(suite, "/"+dir)
}

// root is the name of the function that a subtest belongs to.
func root(name string) string {
	name, _, _ = strings.Cut(name, "/")
	return name
}

// mentions says whether a test's name occurs in the file: as it is, without parameters, or put together of titles.
func (t *testFile) mentions(name string) bool {
	name = strings.TrimSpace(name)
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return false // a mere number, as runners count what has no name
	}
	bare := name
	if i := strings.IndexAny(name, "[("); i > 0 {
		bare = strings.TrimSpace(name[:i])
	}
	return slices.ContainsFunc([]string{name, bare, root(bare)}, t.holds) || t.titled(strings.Fields(name))
}

// holds says whether a name stands in the file, and not only as a part of a longer one.
func (t *testFile) holds(name string) bool {
	if name == "" {
		return false
	}
	for at := 0; ; at++ {
		i := strings.Index(t.text[at:], name)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(t.text[:at])
		after, _ := utf8.DecodeRuneInString(t.text[at+len(name):])
		if !partOfWord(before) && !partOfWord(after) {
			return true
		}
	}
}

func partOfWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// titled says whether words are a sequence of titles that stand in the file, as runners that nest suites join them.
func (t *testFile) titled(words []string) bool {
	const longest = 40
	if len(words) == 0 || len(words) > longest {
		return false
	}
	reached := make([]bool, len(words)+1)
	reached[0] = true
	for i := range words {
		for j := i + 1; reached[i] && j <= len(words); j++ {
			if t.literals[strings.Join(words[i:j], " ")] {
				reached[j] = true
			}
		}
	}
	return reached[len(words)]
}

// broken gives what is wrong with frozen files that cannot be parsed: no code can help that.
func (f *frozen) broken() []verdict.Diagnostic {
	var out []verdict.Diagnostic
	for _, t := range f.files {
		out = append(out, t.broken...)
	}
	return out
}
