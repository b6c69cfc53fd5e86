package runner

import (
	"bytes"
	"encoding/json"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// goTestCommand is the command with -json, which results are read from, and with the tests named by only alone. A command
// that does not begin with go test is left as it is; GOFLAGS keep results from being cached.
func goTestCommand(command string, only []string) string {
	if command == "" {
		command = "go test ./..."
	}
	m := regexp.MustCompile(`^((?:cd [\w./-]+ && )?go test(?:\s+-C[= ]\S+)?)(\s.*)?$`).FindStringSubmatch(command)
	if m == nil {
		return command
	}
	rest := m[2]
	if !regexp.MustCompile(`\s-{1,2}json\b`).MatchString(rest) {
		rest = " -json" + rest
	}
	if len(only) > 0 {
		rest = regexp.MustCompile(`\s-{1,2}(?:test\.)?run[= ](?:'[^']*'|"[^"]*"|\S+)`).ReplaceAllString(rest, "")
		rest = " -run '" + runPattern(only) + "'" + rest
	}
	return m[1] + rest
}

// runPattern matches the top-level tests of the names. Subtests have no patterns of their own that could be joined.
func runPattern(names []string) string {
	var top []string
	seen := map[string]bool{}
	for _, name := range names {
		name, _, _ = strings.Cut(name, "/")
		if !seen[name] {
			seen[name] = true
			top = append(top, regexp.QuoteMeta(strings.ReplaceAll(name, "'", "")))
		}
	}
	return "^(" + strings.Join(top, "|") + ")$"
}

// goEvent is a line of go test -json, see go doc test2json; build events since Go 1.24.
type goEvent struct {
	Action  string  `json:"Action"`
	Package string  `json:"Package"`
	Test    string  `json:"Test"`
	Output  string  `json:"Output"`
	Elapsed float64 `json:"Elapsed"`

	FailedBuild string `json:"FailedBuild"`
}

type goTestKey struct{ pkg, name string }

type goTest struct {
	reported bool // testing has said how it ended
	runs     int  // beginnings, and below ends: a test may run more than once under one name
	ends     int
	status   verdict.TestStatus
	elapsed  float64
	lines    []string
	disputed bool
}

type goResult struct {
	tests       []verdict.Test
	diagnostics []verdict.Diagnostic
	failed      []failedPackage   // in the order in which they ended
	text        string            // what a person would have seen
	printed     map[string][]byte // by package, in its tests and outside of them
	unbuilt     map[string]bool   // packages that were not built
	cut         bool              // go test was ended before it had told all
}

// ran says whether go test started the tests of a package: it has told of it, and more than that there are none.
func (r goResult) ran(pkg string) bool {
	printed, told := r.printed[pkg]
	return told && !r.unbuilt[pkg] && string(printed) != "?   \t"+pkg+"\t[no test files]\n"
}

// ended says whether go test says of a package that it has failed, or was ended itself.
func (r goResult) ended(pkg string) bool {
	return r.cut || slices.ContainsFunc(r.failed, func(p failedPackage) bool { return p.path == pkg })
}

// failedPackage is one that go test says has failed, with what its process printed outside of tests.
type failedPackage struct{ path, text string }

// crashed says whether more went wrong than that a test failed.
func (p failedPackage) crashed() bool {
	return !strings.Contains("\n"+p.text, "\nFAIL\n") || regexp.MustCompile(`(?m)^exit status (?:[02-9]|1\d)`).MatchString(p.text) ||
		strings.Contains(p.text, "panic: ") || strings.Contains(p.text, "DATA RACE")
}

type goReader struct {
	tests map[goTestKey]*goTest
	order []goTestKey
	said  map[string][]byte // by package, outside of tests
	all   map[string][]byte // by package
	ended []string          // packages that failed
	build diagnostics
	text  strings.Builder
	words words
	// failed are the packages that failed without a build that did, in this order.
	failed []string
}

// goPackage is the name of the result that speaks of a package as a whole.
const goPackage = "(package)"

// readGoTest reads the events of go test -json. A test that began more often than it has results is unfinished; one with
// two results failed; a result without a beginning does not count. A package that failed though none of its tests did, as
// TestMain, a race between tests or an exit leave it, has a result of its own. The code under test shares its process with the
// one who reports, and can forge what it prints; it cannot print past go test.
func readGoTest(stdout, stderr []byte, w words, m goModule) goResult {
	r := &goReader{tests: map[goTestKey]*goTest{}, said: map[string][]byte{}, all: map[string][]byte{}, words: w, build: diagnostics{words: w, sub: m.sub}}
	for line := range bytes.Lines(stdout) {
		var e goEvent
		if line[0] != '{' || json.Unmarshal(line, &e) != nil || e.Action == "" {
			r.plain(string(line)) // go before 1.24 tells build errors as text
			continue
		}
		r.event(e)
	}
	for line := range bytes.Lines(stderr) {
		r.plain(string(line))
	}
	result := goResult{tests: []verdict.Test{}, diagnostics: r.build.all(), text: r.text.String(), printed: r.all, unbuilt: map[string]bool{}}
	for _, p := range r.ended {
		result.unbuilt[p] = !slices.Contains(r.failed, p)
		result.failed = append(result.failed, failedPackage{p, string(r.said[p])})
	}
	m.module = m.path()
	for _, key := range r.order {
		t := r.tests[key]
		silent := strings.HasPrefix(key.name, "Benchmark") && t.ends == 0 // go test tells no result of benchmarks that go well
		if t.runs > 0 && !silent {
			result.tests = append(result.tests, t.result(key, r, m))
		}
	}
	result.tests = append(result.tests, r.packages(result.tests)...)
	return result
}

// packages gives a result to packages that failed for no reason that a test has told.
func (r *goReader) packages(tests []verdict.Test) []verdict.Test {
	told := map[string]bool{}
	for _, t := range tests {
		if t.Status == verdict.TestFailed || t.Status == verdict.TestUnfinished {
			told[t.Suite] = true
		}
	}
	var out []verdict.Test
	for _, pkg := range r.failed {
		if !told[pkg] {
			out = append(out, verdict.Test{
				Name: goPackage, Suite: pkg, Status: verdict.TestUnfinished, Message: "the package failed, and none of its tests did",
			})
		}
	}
	return out
}

func (r *goReader) plain(line string) {
	r.text.WriteString(line)
	r.build.line(strings.TrimRight(r.words.plain(line), "\n"))
}

func (r *goReader) event(e goEvent) {
	if e.Action == "build-output" {
		r.plain(e.Output)
		return
	}
	if !strings.HasPrefix(e.Output, "=== ") {
		r.text.WriteString(e.Output)
	}
	r.all[e.Package] = append(r.all[e.Package], e.Output...)
	if e.Test == "" {
		r.said[e.Package] = append(r.said[e.Package], e.Output...)
		if e.Action == "fail" {
			r.ended = append(r.ended, e.Package)
		}
		if e.Action == "fail" && e.FailedBuild == "" {
			r.failed = append(r.failed, e.Package)
		}
		return
	}
	t := r.test(goTestKey{e.Package, shortName(e.Test)})
	switch e.Action {
	case "run":
		t.runs++
	case "output":
		t.lines = append(t.lines, e.Output)
		t.reported = t.reported || reportsPass(e.Output, e.Test)
	case "pass", "bench":
		if !t.reported {
			return // the process ended with 0, and go test calls that a pass of the test that ran just then
		}
		t.finish(verdict.TestPassed, e.Elapsed)
	case "fail":
		t.finish(verdict.TestFailed, e.Elapsed)
	case "skip":
		t.finish(verdict.TestSkipped, e.Elapsed)
	}
}

// reportsPass says whether a line is the one by which testing tells that a test went well.
func reportsPass(line, test string) bool {
	line = strings.TrimLeft(line, " ")
	return strings.HasPrefix(line, "--- PASS: "+test) || strings.HasPrefix(line, "--- BENCH: "+test)
}

func (r *goReader) test(key goTestKey) *goTest {
	t := r.tests[key]
	if t == nil {
		t = &goTest{}
		r.tests[key] = t
		r.order = append(r.order, key)
	}
	return t
}

func (t *goTest) finish(status verdict.TestStatus, elapsed float64) {
	t.disputed = t.disputed || t.status != "" && t.status != status
	t.status, t.elapsed = status, elapsed
	t.reported = false
	t.ends++
}

func (t *goTest) result(key goTestKey, r *goReader, m goModule) verdict.Test {
	out := verdict.Test{
		Name: key.name, Suite: key.pkg, Status: t.status,
		Duration: time.Duration(t.elapsed * float64(time.Second)),
	}
	switch {
	case t.disputed:
		out.Status, out.Message = verdict.TestFailed, "reported with different results"
		return out
	case t.ends < t.runs && t.status != verdict.TestFailed:
		out.Status = ""
	case t.status == verdict.TestPassed:
		return out
	}
	words := goWords(t.lines, r.words, m.folder(key.pkg))
	if words.text == "" {
		words = r.panicAbove(key, m)
	}
	out.Message, out.File, out.Line = words.text, words.file, words.line
	if out.Status == "" || words.timedOut {
		out.Status = verdict.TestUnfinished
		if out.Message == "" {
			out.Message = "the process ended before this test did"
		}
	}
	return out
}

// panicAbove looks for the panic that ended a subtest: go prints it for the outermost test.
func (r *goReader) panicAbove(key goTestKey, m goModule) goFailure {
	for {
		i := strings.LastIndexByte(key.name, '/')
		if i < 0 {
			return goFailure{}
		}
		key.name = key.name[:i]
		parent := r.tests[key]
		if parent == nil {
			continue
		}
		if f := goWords(parent.lines, r.words, m.folder(key.pkg)); f.panicked {
			return f
		}
	}
}

// goFailure is what a test said itself.
type goFailure struct {
	text, file string
	line       int
	panicked   bool
	timedOut   bool
}

var (
	goMark      = pattern.Lazy(`^( +)([^\s:]+\.go):(\d+): (.*)$`) // how testing.T marks a line
	goFrame     = pattern.Lazy(`^\t(.+\.go):(\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?\s*$`)
	goRecovered = pattern.Lazy(` \[recovered[^\]]*\]`)
)

// goWords takes the test's own words out of its output: a panic with the place in the checkout, or the lines that testing.T
// marks with file and line, with their continuations.
func goWords(lines []string, w words, folder string) goFailure {
	for i, line := range lines {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return goPanic(line, lines[i+1:], w)
		}
	}
	var f goFailure
	var said []string
	indent := -1
	for _, line := range lines {
		line = strings.TrimRight(line, "\n")
		if m := goMark.FindStringSubmatch(line); m != nil {
			indent = len(m[1])
			said = append(said, m[4])
			if f.file == "" && m[2] != "testing.go" { // that is where races are told of
				f.file = w.relative(joinFolder(folder, m[2]), "")
				f.line, _ = strconv.Atoi(m[3]) // digits, by the pattern
			}
			continue
		}
		body := strings.TrimLeft(line, " ")
		if indent >= 0 && len(line)-len(body) >= indent+4 {
			said = append(said, line[indent+4:])
			continue
		}
		indent = -1
	}
	if len(said) == 0 {
		said = exampleWords(lines)
	}
	f.text = w.message(strings.Join(said, "\n"))
	return f
}

// exampleWords are what go test says of an example whose output is another.
func exampleWords(lines []string) []string {
	for i, line := range lines {
		if line == "got:\n" && i > 0 && strings.HasPrefix(lines[i-1], "--- FAIL: Example") {
			return lines[i:]
		}
	}
	return nil
}

func goPanic(first string, trace []string, w words) goFailure {
	f := goFailure{panicked: true}
	text := goRecovered.ReplaceAllString(strings.TrimRight(first, "\n"), "")
	f.text = w.message(text)
	if strings.HasPrefix(first, "panic: test timed out after ") {
		f.timedOut = true
		return f // whose goroutine it was cannot be told
	}
	for _, line := range trace {
		m := goFrame.FindStringSubmatch(line)
		if m == nil || !strings.HasPrefix(m[1], w.checkout+string(filepath.Separator)) {
			continue
		}
		f.file = w.relative(m[1], "")
		f.line, _ = strconv.Atoi(m[2]) // digits, by the pattern
		return f
	}
	return f
}

// goModule tells the folder of a package.
type goModule struct {
	dir    string // the checkout on the host
	sub    string // the folder that the command ran in
	module string // the module's path, once it is read; "" where none is known
}

// path reads the name of the module that the command ran in.
func (m goModule) path() string {
	data, err := readIn(m.dir, path.Join(m.sub, "go.mod"))
	if err != nil {
		return ""
	}
	return moduleName(data)
}

// moduleName reads the module directive of a go.mod, on one line or in a block; "" where it has none.
func moduleName(data []byte) string {
	block := ""
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(line))
		switch {
		case len(fields) == 0:
		case fields[0] == ")":
			block = ""
		case len(fields) == 2 && fields[1] == "(":
			block = fields[0]
		case block == "module":
			return strings.Trim(fields[0], "\"`")
		case block == "" && fields[0] == "module" && len(fields) > 1:
			return strings.Trim(fields[1], "\"`")
		}
	}
	return ""
}

// folder is that of a package, slash-separated; "" for one of another module.
func (m goModule) folder(pkg string) string {
	rest, ok := strings.CutPrefix(pkg, m.module)
	if !ok || m.module == "" {
		return ""
	}
	return strings.Trim(m.sub+rest, "/")
}

func joinFolder(folder, file string) string {
	if folder == "" || filepath.IsAbs(file) {
		return file
	}
	return folder + "/" + file
}
