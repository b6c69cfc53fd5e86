package runner

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

// canary is a test that always fails, built beside the acceptance tests of a Go package for the length of one command. The
// code under test shares its process with the tests and can write whatever go test reads: the lines of a test that
// passed, for tests that never ran. It cannot know this one. Where the canary did not fail, with its own word, the process
// did not tell the truth, and what it says of passing tests is dropped. Its name begins as those of the acceptance tests do, so
// that who forges by a pattern forges it too. Who knows the acceptance tests by name is met by their seals, see seal.go.
//
// The files that hold both are shown to the go command alone: they do not stand in the checkout.
//
// What it cannot stop is code that goes through its own process, symbol by symbol, to find out what must fail.
type canary struct {
	name  string
	word  string                  // what it says
	seals sealer                  // what the acceptance tests say that pass
	files map[string]string       // of the checkout: path -> content
	in    map[string]bool         // import paths of the packages that it was planted in
	rests map[string]bool         // import paths of the packages with sealed tests
	sings bool                    // it is planted at all, and not only seals
	known func(suite string) bool // whether a package of this name has a folder of its own
	leak  string                  // how code under test could read all this
}

// newCanary names the canary of a Bench once, so that what was compiled with it is compiled once.
func (b *Bench) newCanary() *canary {
	text, secret := rand.Text(), rand.Text() //nolint:forbidigo // nobody must be able to foretell them
	return &canary{name: text[:10], word: strings.ToLower(text[10:]), seals: sealer{secret: secret}}
}

// plant lays canary and seals out for a job that is a go test command and makes the command run the canary along. Where a test that
// fails would change more than results there are seals alone. It gives nil, and leaves the job as it is, without tests to seal.
func (b *Bench) plant(j *job) *canary {
	if !sealsFit(j.script) {
		return nil
	}
	c := b.hatch(cdOf(j.script))
	script := j.script
	if canaryFits(script) {
		script, c.sings = alsoRun(withoutFailFast(script), c.name)
	}
	b.layOut(c)
	if len(c.files) == 0 {
		return nil
	}
	j.overlay = c.files
	if c.sings {
		j.script = script
	}
	return c
}

// hatch makes a canary for commands that run in a folder of the checkout.
func (b *Bench) hatch(sub string) *canary {
	if b.canary == nil {
		b.canary = b.newCanary()
	}
	c := &canary{word: b.canary.word, files: map[string]string{}, in: map[string]bool{}, rests: map[string]bool{}}
	c.seals = sealer{secret: b.canary.seals.secret, words: map[string][]string{}}
	c.name = b.testPrefix() + b.canary.name
	c.known = b.knownFrom(sub)
	return c
}

// layOut makes the files that the go command reads in the place of the tree's.
func (b *Bench) layOut(c *canary) {
	folders := goFolders{bench: b, known: map[string]goFolder{}}
	maps.Copy(c.files, b.seen)
	for _, p := range append(b.frozenFiles(), sortedKeys(b.seen)...) {
		b.plantBeside(c, p, folders)
	}
}

// canaryFits says whether a command, which seals fit, runs tests in a way that a failing one does not change. After one that failed
// no benchmark runs.
func canaryFits(command string) bool {
	return !regexp.MustCompile(`\s-{1,2}(?:test\.)?(?:skip|bench)\b`).MatchString(command)
}

// chooses says whether a command runs some tests and not others.
func chooses(command string) bool {
	return regexp.MustCompile(`\s-{1,2}(?:test\.)?(?:run|skip|bench|short)\b`).MatchString(command)
}

// sealsFit says whether a command is go test and its flags, and tests something.
func sealsFit(command string) bool {
	m := regexp.MustCompile(`^(?:cd [\w./-]+ && )?go test(\s.*)?$`).FindStringSubmatch(command)
	if m == nil {
		return false
	}
	bare := regexp.MustCompile(`'[^']*'|"[^"]*"`).ReplaceAllString(m[1], "Q")
	return !strings.ContainsAny(bare, "'\";&|<>$`()\n\\") &&
		!regexp.MustCompile(`\s-{1,2}(?:test\.)?(?:fuzz|list|c|n|o|exec|toolexec|overlay|args)\b`).MatchString(bare)
}

// testPrefix is how the names of the acceptance tests begin: TestE1_, or Test where they follow no convention.
func (b *Bench) testPrefix() string {
	prefix := regexp.MustCompile(`(?m)^func (Test[A-Z]+\d+_)`)
	for _, p := range b.frozenFiles() {
		if !strings.HasSuffix(p, "_test.go") {
			continue
		}
		data, err := readIn(b.checkout(), p)
		if m := prefix.FindSubmatch(data); err == nil && m != nil {
			return string(m[1])
		}
	}
	return "Test"
}

// withoutFailFast lets all tests run: the canary must not be the first that fails.
func withoutFailFast(command string) string {
	return regexp.MustCompile(`\s-{1,2}(?:test\.)?failfast(?:=\S+)?(\s|$)`).ReplaceAllString(command, "$1")
}

// alsoRun lets a command's own -run through to one more test. ok is false where it cannot be read.
func alsoRun(command, name string) (with string, ok bool) {
	flag := regexp.MustCompile(`(\s-{1,2}(?:test\.)?run[= ])('[^']*'|"[^"$` + "`" + `\\]*"|[\w./^-]+)(\s|$)`)
	if !regexp.MustCompile(`\s-{1,2}(?:test\.)?run\b`).MatchString(command) {
		return command, true
	}
	found := flag.FindStringSubmatchIndex(command)
	if found == nil {
		return command, false
	}
	value := strings.Trim(command[found[4]:found[5]], `'"`)
	return command[:found[4]] + "'" + value + "|^" + name + "[0-9a-f]*$'" + command[found[5]:], true
}

// plantBeside seals the tests of a frozen file, and plants the canary in its package. A package with a TestMain of its own decides
// by what it likes how its process ends: there a failing test could hide that it did.
func (b *Bench) plantBeside(c *canary, frozen string, folders goFolders) {
	if !strings.HasSuffix(frozen, "_test.go") {
		return
	}
	data, err := b.read(frozen)
	if err != nil {
		return
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, frozen, data, parser.SkipObjectResolution)
	if err != nil {
		return // it does not build either
	}
	dir, more := path.Dir(frozen), ""
	suite := b.importPath(dir)
	c.rests[suite] = true
	if c.sings && !folders.in(dir).testMain {
		// One in each file: which of them are built is decided by tags, systems and the package that they belong to. It does not run in
		// parallel: one that waits is a goroutine more, and there are tests that count them.
		more = fmt.Sprintf("\nfunc %s%s(t *%s.T) {\n\tt.Error(%q)\n}\n", c.name, c.seals.digest(frozen)[:8], c.seals.testing(frozen), c.word)
		c.in[suite] = true
	}
	c.files[frozen] = c.seals.seal(frozen, data, set, parsed, more)
	c.leak = cmp.Or(c.leak, folders.embedding(frozen))
}

// importPath names the package in a folder of the checkout, by the nearest go.mod; "" where there is none.
func (b *Bench) importPath(dir string) string {
	root, name := b.moduleOf(dir)
	if name == "" || root == dir {
		return name
	}
	return name + "/" + strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
}

// settle puts what go test said into the execution of its command, without the canary. Where the canary did not fail as it must,
// nothing that passed in its package is left. Where nothing else failed, the command did not either.
func (c *canary) settle(e *verdict.Execution, r goResult, w words) {
	e.Tests, e.Diagnostics, e.Output = r.tests, r.diagnostics, tail(w.plain(r.text))
	if c != nil {
		e.Output = regexp.MustCompile(`(?m)^.*(?:`+c.name+`|`+c.word+`|`+c.seals.mark()+`).*\n`).ReplaceAllString(e.Output, "")
		sang := c.sang(r, e.Exit)
		e.Tests, e.Distrust = c.believed(r, sang)
		if e.Exit == 1 && len(r.diagnostics) == 0 && c.alone(e.Tests, r.failed, sang) {
			e.Exit = 0
			e.Output = regexp.MustCompile(`(?m)^(?:FAIL|exit status 1|FAIL\t.*)\n`).ReplaceAllString(e.Output, "")
		}
	}
	if e.Exit == 0 {
		e.Diagnostics = nil // what a test printed is not the compiler's
	}
}

// says tells the canary's words: its own, once for each time that it ran.
func (c *canary) says(message string) bool {
	for line := range strings.SplitSeq(message, "\n") {
		if line != c.word {
			return false
		}
	}
	return true
}

// is says whether a test is a canary.
func (c *canary) is(t verdict.Test) bool { return strings.HasPrefix(t.Name, c.name) }

// sang gives the packages whose canaries failed as they must, so that go test did too.
func (c *canary) sang(r goResult, exit int) map[string]bool {
	in, off := map[string]bool{}, map[string]bool{}
	for _, t := range r.tests {
		if !c.is(t) {
			continue
		}
		in[t.Suite] = true
		off[t.Suite] = off[t.Suite] || t.Status != verdict.TestFailed || !c.says(t.Message) || exit == 0 || !r.ended(t.Suite)
	}
	maps.DeleteFunc(in, func(suite string, _ bool) bool { return off[suite] })
	return in
}

// believed leaves out the canary, and what passed where it did not sing. distrust says so for a person.
func (c *canary) believed(r goResult, sang map[string]bool) (left []verdict.Test, distrust string) {
	left = []verdict.Test{}
	for _, t := range r.tests {
		if c.is(t) {
			continue
		}
		doubt, drop := "", false
		if t.Status == verdict.TestPassed {
			doubt, drop = c.doubt(t, r, sang)
		}
		distrust = cmp.Or(distrust, doubt)
		if !drop {
			left = append(left, t)
		}
	}
	return left, distrust
}

// doubt says whether a test that passed must be left out, and why if that is more than a process that ended before the canary: one
// that a test crashed has told of those before it by their seals.
func (c *canary) doubt(t verdict.Test, r goResult, sang map[string]bool) (why string, drop bool) {
	switch {
	case c.leak != "":
		return c.leak, true
	case !c.seals.sealed(t.Name, r.printed[t.Suite]):
		return unsealed(t), true
	case sang[t.Suite]:
		return "", false
	case c.in[t.Suite] && r.ended(t.Suite):
		top, _, _ := strings.Cut(t.Name, "/")
		return "", !c.seals.said(top, r.printed[t.Suite])
	case c.in[t.Suite] || c.strays(t.Suite, r, sang):
		return silent(t.Suite), true
	}
	return "", false
}

// strays says whether a package without a canary could be one that has one: where the canary of another is silent that should not be,
// or no package of its name is known. That others were not asked for, or not built, says nothing.
func (c *canary) strays(suite string, r goResult, sang map[string]bool) bool {
	lost := false
	for planted := range c.in {
		if r.ran(planted) && !sang[planted] && !r.ended(planted) {
			return true
		}
		lost = lost || r.printed[planted] == nil
	}
	return lost && !c.known(suite)
}

// caught says how the process of a package was caught at not telling the truth, in a go test command that ended with an exit; "" if
// none was.
func (c *canary) caught(r goResult, exit int, command string) string {
	if c == nil {
		return ""
	}
	told := map[string]bool{}
	for _, t := range r.tests {
		told[t.Suite] = told[t.Suite] || !c.is(t)
	}
	for _, suite := range sortedKeys(c.rests) {
		if r.ran(suite) && !told[suite] && !chooses(command) {
			return "the test process of " + suite + " ended without a test"
		}
	}
	if c.leak != "" {
		return c.leak
	}
	sang := c.sang(r, exit)
	for _, suite := range sortedKeys(c.in) {
		if r.ran(suite) && !sang[suite] {
			return silent(suite)
		}
	}
	for _, t := range r.tests {
		if t.Status == verdict.TestPassed && !c.is(t) && c.rests[t.Suite] && !c.seals.sealed(t.Name, r.printed[t.Suite]) {
			return unsealed(t)
		}
	}
	return ""
}

// knownFrom tells, for a command that runs in a folder, packages of the checkout by their names.
func (b *Bench) knownFrom(sub string) func(suite string) bool {
	m := goModule{dir: b.checkout(), sub: sub}
	m.module = m.path()
	return func(suite string) bool {
		dir := path.Clean(m.folder(suite))
		tests, _ := filepath.Glob(filepath.Join(b.checkout(), filepath.FromSlash(dir), "*_test.go")) // none where it cannot be listed
		return len(tests) > 0 && b.importPath(dir) == suite
	}
}

func silent(suite string) string {
	return "the test process of " + suite + " did not report a test that must fail: it ended early, or what it printed is not so"
}

func unsealed(t verdict.Test) string {
	return "the test process of " + t.Suite + " says that " + t.Name + " passed, and the test itself does not"
}

// alone says whether the canaries are all that failed.
func (c *canary) alone(tests []verdict.Test, failed []failedPackage, sang map[string]bool) bool {
	other := slices.ContainsFunc(tests, func(t verdict.Test) bool {
		return t.Status == verdict.TestFailed || t.Status == verdict.TestUnfinished
	})
	crashed := slices.ContainsFunc(failed, func(p failedPackage) bool { return !sang[p.path] || p.crashed() })
	return len(failed) > 0 && !other && !crashed
}
