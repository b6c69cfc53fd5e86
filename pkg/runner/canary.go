package runner

import (
	"crypto/rand"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// canaries are tests that always fail, one planted beside the acceptance tests of each Go package for the length of one command.
// The code under test shares its process with the tests and can write whatever go test reads: the lines of a test that
// passed, for tests that never ran. It cannot know this one. Where the canary did not fail, with its own word, the process
// did not tell the truth, and what it says of passing tests is dropped. Its name begins as those of the acceptance tests do, so
// that who forges by a pattern forges it too. Its source is gone before the test starts.
//
// What it cannot stop is code that goes through its own process, symbol by symbol, to find out what must fail.
type canaries struct {
	files map[string]string // of the checkout: path -> content
	in    map[string]canary // by import path
}

type canary struct {
	name string
	word string // what it says
}

// canaryFile is the name of a canary's source, without the part that makes it another than all others.
const canaryFile = "zz_specgen_*_test.go"

// newCanary names the canary of a package once for a Bench, so that what was compiled with it is compiled once.
func (b *Bench) newCanary(importPath, prefix string) canary {
	if b.canaries == nil {
		b.canaries = map[string]canary{}
	}
	known, ok := b.canaries[importPath]
	if !ok {
		text := rand.Text() //nolint:forbidigo // nobody must be able to foretell it
		known = canary{name: text[:10], word: strings.ToLower(text[10:])}
		b.canaries[importPath] = known
	}
	return canary{name: prefix + known.name, word: known.word}
}

// plant lays canaries out for a job that is a go test command and makes the command run them along. It gives nil, and leaves the
// job as it is, without a package that a canary can be planted in.
func (b *Bench) plant(j *job) *canaries {
	if !canaryFits(j.script) {
		return nil
	}
	c := &canaries{files: map[string]string{}, in: map[string]canary{}}
	for _, p := range b.frozenFiles() {
		b.plantBeside(c, p)
	}
	script, ok := alsoRun(j.script, c.names())
	if !ok || len(c.files) == 0 {
		return nil
	}
	j.script, j.plant = script, c.files
	return c
}

// names lists the canaries.
func (c *canaries) names() []string {
	var all []string
	for _, p := range sortedKeys(c.in) {
		all = append(all, c.in[p].name)
	}
	return all
}

// canaryFits says whether a command runs tests in a way that a failing one does not change.
func canaryFits(command string) bool {
	m := regexp.MustCompile(`^(?:cd [\w./-]+ && )?go test(\s.*)?$`).FindStringSubmatch(command)
	if m == nil {
		return false
	}
	bare := regexp.MustCompile(`'[^']*'|"[^"]*"`).ReplaceAllString(m[1], "Q")
	return !strings.ContainsAny(bare, "'\";&|<>$`()\n\\") &&
		!regexp.MustCompile(`\s-{1,2}(?:test\.)?(?:fuzz|list|skip|c|n|o|exec|toolexec|overlay|args)\b`).MatchString(bare)
}

// alsoRun lets a command's own -run through to more tests. ok is false where it cannot be read.
func alsoRun(command string, names []string) (with string, ok bool) {
	flag := regexp.MustCompile(`(\s-{1,2}(?:test\.)?run[= ])('[^']*'|"[^"$` + "`" + `\\]*"|[\w./^-]+)(\s|$)`)
	if !regexp.MustCompile(`\s-{1,2}(?:test\.)?run\b`).MatchString(command) {
		return command, true
	}
	found := flag.FindStringSubmatchIndex(command)
	if found == nil {
		return command, false
	}
	value := strings.Trim(command[found[4]:found[5]], `'"`)
	return command[:found[4]] + "'" + value + "|^(" + strings.Join(names, "|") + ")$'" + command[found[5]:], true
}

// plantBeside plants the canary in the package of a frozen test file. A package with a TestMain of its own decides by what it likes
// how its process ends: there a failing test could hide that it did.
func (b *Bench) plantBeside(c *canaries, frozen string) {
	dir := path.Dir(frozen)
	importPath := b.importPath(dir)
	_, known := c.in[importPath]
	if !strings.HasSuffix(frozen, "_test.go") || known || importPath == "" || b.hasTestMain(dir) {
		return
	}
	source, err := os.ReadFile(filepath.Join(b.checkout(), filepath.FromSlash(frozen)))
	if err != nil {
		return
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), frozen, source, parser.PackageClauseOnly)
	if err != nil {
		return
	}
	prefix := "Test"
	if m := regexp.MustCompile(`(?m)^func (Test[A-Z]+\d+_)`).FindSubmatch(source); m != nil {
		prefix = string(m[1])
	}
	planted := b.newCanary(importPath, prefix)
	c.in[importPath] = planted
	at := path.Join(dir, strings.Replace(canaryFile, "*", strings.ToLower(planted.name[len(prefix):]), 1))
	c.files[at] = fmt.Sprintf("package %s\n\nimport \"testing\"\n\nfunc %s(t *testing.T) {\n\tt.Parallel()\n\tt.Error(%q)\n}\n",
		parsed.Name.Name, planted.name, planted.word)
}

func (b *Bench) hasTestMain(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(b.checkout(), filepath.FromSlash(dir), "*_test.go")) // the pattern is a good one
	return slices.ContainsFunc(found, func(name string) bool {
		data, err := os.ReadFile(name) //nolint:gosec // of the checkout
		return err != nil || regexp.MustCompile(`\bfunc\s+TestMain\s*\(`).Match(data)
	})
}

// importPath names the package in a folder of the checkout, by the nearest go.mod; "" where there is none.
func (b *Bench) importPath(dir string) string {
	for at := dir; ; at = path.Dir(at) {
		data, err := os.ReadFile(filepath.Join(b.checkout(), filepath.FromSlash(at), "go.mod"))
		if err == nil {
			name := moduleName(data)
			if name == "" || at == dir {
				return name
			}
			return name + "/" + strings.TrimPrefix(strings.TrimPrefix(dir, at), "/")
		}
		if at == "." {
			return ""
		}
	}
}

// settle puts what go test said into the execution of its command, without the canary. Where the canary did not fail as it must,
// nothing that passed in its package is left. Where nothing else failed, the command did not either.
func (c *canaries) settle(e *verdict.Execution, r goResult, w words) {
	e.Tests, e.Diagnostics, e.Output = r.tests, r.diagnostics, tail(w.plain(r.text))
	if c != nil {
		e.Output = c.unsaid(e.Output)
		sang := c.sang(r.tests, e.Exit)
		e.Tests, e.Distrust = c.believed(r.tests, sang)
		if e.Exit == 1 && len(r.diagnostics) == 0 && c.alone(e.Tests, r.failed, sang) {
			e.Exit = 0
			e.Output = regexp.MustCompile(`(?m)^(?:FAIL|exit status 1|FAIL\t.*)\n`).ReplaceAllString(e.Output, "")
		}
	}
	if e.Exit == 0 {
		e.Diagnostics = nil // what a test printed is not the compiler's
	}
}

// unsaid is a text without the lines of canaries.
func (c *canaries) unsaid(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !slices.ContainsFunc(sortedKeys(c.in), func(p string) bool {
			return strings.Contains(line, c.in[p].name) || strings.Contains(line, c.in[p].word)
		}) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// is says whether a result is that of a canary.
func (c *canaries) is(t verdict.Test) bool {
	own, planted := c.in[t.Suite]
	return planted && t.Name == own.name
}

// sang gives the packages whose canary failed as it must, so that go test did too.
func (c *canaries) sang(tests []verdict.Test, exit int) map[string]bool {
	in := map[string]bool{}
	for _, t := range tests {
		if c.is(t) && t.Status == verdict.TestFailed && t.Message == c.in[t.Suite].word && exit != 0 {
			in[t.Suite] = true
		}
	}
	return in
}

// believed leaves out the canary, and what passed where it did not sing. distrust says so for a person.
func (c *canaries) believed(tests []verdict.Test, sang map[string]bool) (left []verdict.Test, distrust string) {
	left = []verdict.Test{}
	for _, t := range tests {
		_, planted := c.in[t.Suite]
		switch {
		case c.is(t):
		case t.Status == verdict.TestPassed && planted && !sang[t.Suite]:
			distrust = "the test process of " + t.Suite + " did not report a test that must fail: it ended early, or what it printed is not so"
		default:
			left = append(left, t)
		}
	}
	return left, distrust
}

// alone says whether the canaries are all that failed.
func (c *canaries) alone(tests []verdict.Test, failed []failedPackage, sang map[string]bool) bool {
	other := slices.ContainsFunc(tests, func(t verdict.Test) bool {
		return t.Status == verdict.TestFailed || t.Status == verdict.TestUnfinished
	})
	crashed := slices.ContainsFunc(failed, func(p failedPackage) bool { return !sang[p.path] || p.crashed() })
	return len(failed) > 0 && !other && !crashed
}
