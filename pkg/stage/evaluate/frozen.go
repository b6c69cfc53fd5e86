package evaluate

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// frozen are the acceptance tests: the only ones that count, whatever else a run declares or prints.
//
// A result is known by its name, and by its package, class, module or file where the runner tells them. What runs in the process
// of the tests can print or write results under these names too, and no reader can tell them from true ones: results are worth as
// much as the walls between the code and the report. For languages that are not read (all but Go, Python, JavaScript, TypeScript,
// Java and Kotlin) a name counts as declared where it stands outside of comments.
type frozen struct {
	files []*testFile
}

// testFile is an acceptance test file with the names that it declares.
type testFile struct {
	path     string
	sealed   bool
	suite    string            // Go: the import path of its package; "" where no module says
	funcs    map[string]int    // Go: the tests, examples and fuzz tests with their lines; nil for other languages
	names    []string          // the tests that run for certain, as declared
	universe map[string]bool   // Go: the words of the language that it uses
	hollow   map[string]string // of names: why a test decides nothing, whether or not it passes
	python   *pyTests
	js       *jsTests
	jvm      *jvmTests
	// other languages
	code     string          // the whole file, comments blanked
	words    map[string]bool // its words
	literals map[string]bool // what stands between quotes
	broken   []verdict.Diagnostic
	secrets  []string // of a sealed file: words by which it is known, see sealed.go
}

func freeze(sp *spec.Spec, files []patch.File, modules []module) *frozen {
	f := &frozen{}
	for _, file := range files {
		t := &testFile{path: file.Path, sealed: sp.IsSealed(file.Path), hollow: map[string]string{}}
		if read := readTest(file); read.Language.Name == syntax.Go {
			t.suite = importPath(modules, path.Dir(file.Path))
			t.readGo(file)
		} else {
			t.readOther(read, sp.Front.Tests.Runner)
		}
		if t.sealed {
			t.seal(string(file.Data))
		}
		f.files = append(f.files, t)
	}
	return f
}

// readTest reads a file by its name, or as its first line says where that says nothing.
func readTest(file patch.File) *syntax.File {
	read := syntax.Read(file.Path, string(file.Data))
	if read.Language.Name != "text" {
		return read
	}
	first, _, _ := strings.Cut(string(file.Data[:min(len(file.Data), 200)]), "\n")
	for _, c := range []struct{ extension, interpreter, like string }{
		{".t", "perl", "x.pl"}, {".bats", "bats", "x.sh"}, {"", "python", "x.py"}, {"", "node", "x.js"}, {"", "sh", "x.sh"},
	} {
		shebang := strings.HasPrefix(first, "#!") && strings.Contains(first, c.interpreter)
		if shebang || c.extension != "" && path.Ext(file.Path) == c.extension {
			return syntax.Read(c.like, string(file.Data))
		}
	}
	return read
}

// readGo takes the functions that the go command runs as tests.
func (t *testFile) readGo(file patch.File) {
	t.funcs = map[string]int{}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file.Path, file.Data, parser.SkipObjectResolution|parser.AllErrors|parser.ParseComments)
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
	t.universe = universe(parsed)
	for _, decl := range parsed.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if ok && f.Recv == nil && isTestName(f.Name.Name) {
			t.funcs[f.Name.Name] = set.Position(f.Pos()).Line
			t.names = append(t.names, f.Name.Name)
			if why := hollowGo(parsed, f); why != "" {
				t.hollow[f.Name.Name] = why
			}
		}
	}
}

// readOther reads a file of another language, as far as it is known.
func (t *testFile) readOther(file *syntax.File, runner string) {
	t.code = file.Blank()
	switch file.Language.Name {
	case "Python":
		if runner == "junit" { // what prints TAP has names of its own
			found := readPython(t.path, t.code)
			t.python, t.names = &found, found.tests
		}
	case "JavaScript", "TypeScript":
		found := readJavaScript(t.code)
		t.js = &found
	case "Java", "Kotlin":
		found := readJVM(t.code)
		t.jvm, t.names = &found, found.tests
	}
	t.readAny()
}

// isTestName follows the go command: TestX and Test_x are tests, TestMain and Testimony are none.
func isTestName(name string) bool {
	return name != "TestMain" && syntax.GoRuns(name, "Test", "Example", "Fuzz")
}

// quoted is text between quotes on one line, as tests of many languages are named.
var quoted = pattern.Lazy("\"([^\"\\n]{1,300})\"|'([^'\\n]{1,300})'|`([^`\\n]{1,300})`")

// testWord is a word that may be the name of a test: shells allow more than letters.
var testWord = pattern.Lazy(`[\pL_][\pL\pN_.:-]*`)

// readAny takes what may be a name. For languages that are read, only what declares a test may.
func (t *testFile) readAny() {
	t.words, t.literals = map[string]bool{}, map[string]bool{}
	add := func(to map[string]bool, names ...string) {
		for _, name := range names {
			to[name] = true
		}
	}
	switch {
	case t.python != nil:
		add(t.words, slices.Collect(maps.Keys(t.python.defs))...)
		add(t.literals, slices.Collect(maps.Keys(t.python.titles))...)
	case t.js != nil:
		add(t.words, slices.Collect(maps.Keys(t.js.names))...)
		add(t.literals, slices.Collect(maps.Keys(t.js.titles))...)
	case t.jvm != nil:
		add(t.words, slices.Collect(maps.Keys(t.jvm.methods))...)
		add(t.literals, slices.Collect(maps.Keys(t.jvm.titles))...)
	default:
		add(t.words, testWord.FindAllString(t.code, -1)...)
		add(t.words, wordForm.FindAllString(t.code, -1)...)
		for _, m := range quoted.FindAllStringSubmatch(t.code, -1) {
			add(t.literals, strings.TrimSpace(m[1]+m[2]+m[3]))
		}
	}
	delete(t.literals, "")
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

// declaration is a test that a frozen file declares, as the name that a runner would report.
type declaration struct {
	verdict.Test
	file *testFile
	js   jsTest
}

// declared gives the tests for which ok holds and that run for certain if the file does.
func (f *frozen) declared(ok func(name string) bool) []declaration {
	var out []declaration
	for _, t := range f.files {
		for _, name := range t.names {
			if ok(name) {
				out = append(out, declaration{Test: verdict.Test{Name: name, Suite: t.suite}, file: t})
			}
		}
		if t.js == nil {
			continue
		}
		for _, j := range t.js.tests {
			if forms := j.forms(); slices.ContainsFunc(forms, ok) {
				out = append(out, declaration{Test: verdict.Test{Name: forms[0]}, file: t, js: j})
			}
		}
	}
	return out
}

// file gives the frozen file that a reported test comes from. A test that none of them declares does not count. A class may inherit
// its tests, but only from another frozen file.
func (f *frozen) file(test verdict.Test) (*testFile, bool) {
	for _, t := range f.files {
		if t.declares(test) {
			return t, true
		}
	}
	for _, t := range f.files {
		if t.jvm != nil && test.Suite != "" && t.fits(test.Suite) && slices.ContainsFunc(f.files, func(base *testFile) bool {
			return base.jvm != nil && base.mentions(test.Name)
		}) {
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
	return t.fits(test.Suite) && t.mentions(test.Name)
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

// fits says whether what a report calls the class of a test may be this file, or stand in it.
func (t *testFile) fits(suite string) bool {
	switch {
	case suite == "":
		return true
	case path.Ext(suite) == path.Ext(t.path) && path.Ext(suite) != "" && !strings.ContainsAny(suite, " \t"):
		return t.isFile(suite)
	case t.python != nil && pyClassName.MatchString(suite):
		return pyModule(suite, t.path)
	case t.jvm != nil:
		return t.jvm.has(suite)
	}
	return true
}

// pyClassName is what pytest and unittest call a module or class. Other runners of Python have words of their own.
var pyClassName = pattern.Lazy(`^[\pL_][\w]*(\.\w+)*$`)

// isFile says whether a name is the path of this file, as seen from some folder above it.
func (t *testFile) isFile(name string) bool {
	name = path.Clean(name)
	return name == t.path || strings.HasSuffix(t.path, "/"+name) || strings.HasSuffix(name, "/"+t.path)
}

// speaks says whether a result is about the file as a whole: it could not be loaded, or a class of it could not be set up.
func (t *testFile) speaks(test verdict.Test) bool {
	switch {
	case t.funcs != nil:
		return strings.HasPrefix(test.Name, "(") && t.inSuite(test.Suite)
	case path.Ext(test.Name) == path.Ext(t.path) && t.isFile(test.Name):
		return true
	case t.python != nil:
		return test.Suite == "" && pyClassName.MatchString(test.Name) && pyModule(test.Name, t.path)
	case t.jvm != nil:
		return test.Suite == "" && strings.Contains(test.Name, ".") && jvmName.MatchString(test.Name) && t.jvm.has(test.Name)
	}
	return false
}

// empty says why a test of this name decides nothing, "" if it may.
func (t *testFile) empty(name string) string {
	switch {
	case t.funcs != nil:
		return t.hollow[root(name)]
	case t.python != nil:
		return t.python.defs[bare(name)]
	case t.js != nil:
		return t.js.hollow(name)
	case t.jvm != nil && t.jvm.hollow[bare(name)]:
		return emptyTest
	}
	return ""
}

// line is where the file declares a test, 0 where that is not known.
func (t *testFile) line(name string) int {
	if t.python != nil {
		return t.python.lines[name]
	}
	return t.funcs[name]
}

// root is the name of the function that a subtest belongs to.
func root(name string) string {
	name, _, _ = strings.Cut(name, "/")
	return name
}

// bare is a name without its parameters.
func bare(name string) string {
	name = strings.TrimSpace(name)
	if i := strings.IndexAny(name, "[({"); i > 0 {
		name = strings.TrimSpace(name[:i])
	}
	return name
}

// mentions says whether a test's name occurs in the file: as it is, without parameters, or put together of titles.
func (t *testFile) mentions(name string) bool {
	name = strings.TrimSpace(name)
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return false // a mere number, as runners count what has no name
	}
	if (t.python != nil || t.jvm != nil) && identifier.MatchString(bare(name)) {
		return t.words[bare(name)] // a function, and no title
	}
	if slices.ContainsFunc([]string{name, bare(name), root(bare(name))}, t.holds) || t.titled(titleWords(name)) {
		return true
	}
	if t.js != nil {
		suites, ok := t.js.filled(name)
		return ok && (suites == "" || t.titled(titleWords(suites)))
	}
	return false
}

// titleWords splits at what runners join titles by.
func titleWords(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '/' })
	return slices.DeleteFunc(words, func(w string) bool { return w == ">" || w == "›" })
}

// identifier is the name of a function. What else there is are titles, which stand between quotes.
var identifier = pattern.Lazy(`^[\pL_$][\pL\pN_$]*$`)

// holds says whether a file declares a name; for languages that are not read, whether the name stands in it, and not only as a
// part of a longer one.
func (t *testFile) holds(name string) bool {
	switch {
	case name == "":
		return false
	case t.python != nil || t.js != nil || t.jvm != nil:
		return t.words[name] || t.literals[name]
	}
	for at := 0; ; at++ {
		i := strings.Index(t.code[at:], name)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(t.code[:at])
		after, _ := utf8.DecodeRuneInString(t.code[at+len(name):])
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
