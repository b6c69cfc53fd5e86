package runner

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// tapFrame is one document, or one subtest: a plan and the points that stand at its indentation.
type tapFrame struct {
	indent  int
	name    string // as a comment announced it, or the point that it follows
	follows bool   // its point came first, with a brace
	first   int    // index of its first result
	planned int    // -1: no plan seen
	plans   int
	points  int
	last    int
	highest int
	numbers map[int]bool
}

type tapReader struct {
	words  words
	tests  []verdict.Test
	frames []*tapFrame // open ones; the first is the document
	suite  string      // the program that the document comes from, where prove names it
	// next names the subtest that may begin now, and opener is the point which ended in a brace.
	next   string
	opener *tapFrame

	yaml     []string // lines of the open block, nil outside of one
	yamlAt   int      // its indentation
	fresh    bool     // the line before was a point, so that a block may begin
	comments []string // diagnostics since the last point
	target   int      // index of the last point's result, -1 for none
	targetAt int      // its indentation
	bail     string
	strict   bool
	prove    bool // prove writes between the documents
	told     map[string]bool
}

// readTAP reads TAP 13 and 14: points, plans, directives, YAML and comment diagnostics, subtests, Bail out!, pragmas; several
// documents one after the other, and what prove -v makes of them. What a plan promises and did not come, a plan that is
// missing or comes twice, and points that no plan allows become results of their own that did not pass.
//
// Only the standard output is read for results; stderr gives words to failures, where Test::More puts them. Both belong to the
// process under test: whatever code prints there is read like a test's own line. A plan makes it conspicuous, no more.
func readTAP(stdout, stderr []byte, w words) []verdict.Test {
	r := &tapReader{words: w, tests: []verdict.Test{}}
	r.begin("")
	for line := range bytes.Lines(stdout) {
		r.line(strings.TrimRight(w.plain(string(line)), " \t\n"))
	}
	r.finish()
	explain(r.tests, stderr, w)
	return r.tests
}

// begin starts a document.
func (r *tapReader) begin(suite string) {
	r.suite, r.target, r.next, r.opener, r.strict, r.told = suite, -1, "", nil, false, map[string]bool{}
	r.frames = []*tapFrame{{first: len(r.tests), planned: -1, numbers: map[int]bool{}}}
}

// finish ends a document.
func (r *tapReader) finish() {
	r.endYAML()
	r.endComments()
	for len(r.frames) > 1 {
		r.closeFrame(r.top().name, true)
	}
	r.check(r.frames[0])
	for i := r.frames[0].first; i < len(r.tests); i++ {
		if r.tests[i].Suite == "" {
			r.tests[i].Suite = r.suite
		}
	}
}

func (r *tapReader) top() *tapFrame { return r.frames[len(r.frames)-1] }

func (r *tapReader) line(line string) {
	trimmed := strings.TrimLeft(line, " \t")
	indent := len(line) - len(trimmed)
	if r.bail != "" || r.inYAML(trimmed, indent) {
		return
	}
	fresh := r.fresh
	r.fresh = false
	if r.document(line) || r.structure(trimmed, indent) {
		return
	}
	if p, ok := parsePoint(trimmed); ok {
		r.point(p, indent)
		return
	}
	if text, ok := strings.CutPrefix(trimmed, "#"); ok {
		r.comment(strings.TrimPrefix(text, " "), indent, fresh)
		return
	}
	if r.strict && trimmed != "" {
		r.problem("pragma", "the output is declared strict, and has a line that is not TAP: "+trimmed)
	}
}

var (
	tapVersion = pattern.Lazy(`^TAP version (\d+)$`)
	tapProve   = pattern.Lazy(`^(\S+\.\w+) \.{2,}$`)
	tapPlan    = pattern.Lazy(`^1\.\.(\d+)(?:\s*#.*)?$`)
)

// document reads the lines between documents.
func (r *tapReader) document(line string) bool {
	if m := tapVersion.FindStringSubmatch(line); m != nil {
		if root := r.frames[0]; root.plans > 0 || root.points > 0 || len(r.frames) > 1 {
			r.finish()
			r.begin(r.suite)
		}
		if m[1] != "13" && m[1] != "14" {
			r.problem("version", "version "+m[1]+" of TAP is not known")
		}
		return true
	}
	if m := tapProve.FindStringSubmatch(line); m != nil {
		if r.prove || r.frames[0].points > 0 || r.frames[0].plans > 0 {
			r.finish()
		}
		r.begin(r.words.relative(m[1], ""))
		r.prove = true
		return true
	}
	if !r.prove {
		return false
	}
	if why, ok := strings.CutPrefix(line, "Dubious, "); ok {
		r.dubious(why)
		return true
	}
	return line == "ok" // prove's own word on a document
}

// dubious is what prove says of a program that failed, whatever its points were.
func (r *tapReader) dubious(why string) {
	if r.told["exit"] {
		return
	}
	for _, t := range r.tests[r.frames[0].first:] {
		if t.Status == verdict.TestFailed {
			return
		}
	}
	r.problem("exit", why)
}

// structure reads what is neither point nor comment.
func (r *tapReader) structure(trimmed string, indent int) bool {
	if len(trimmed) >= len("Bail out!") && strings.EqualFold(trimmed[:len("Bail out!")], "Bail out!") {
		r.bail = strings.TrimSpace("bail out: " + strings.TrimSpace(trimmed[len("Bail out!"):]))
		return true
	}
	if m := tapPlan.FindStringSubmatch(trimmed); m != nil {
		r.frame(indent)
		f := r.top()
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = maxCount
		}
		f.planned = max(f.planned, min(n, maxCount))
		f.plans++
		return true
	}
	switch {
	case trimmed == "{" && r.target >= 0 && indent == r.targetAt:
		r.opener = &tapFrame{name: r.tests[r.target].Name}
	case trimmed == "}" && len(r.frames) > 1 && r.top().follows && indent < r.top().indent:
		r.endComments()
		r.closeFrame(r.top().name, true)
		r.target = -1
	case trimmed == "pragma +strict":
		r.strict = true
	case trimmed == "pragma -strict":
		r.strict = false
	default:
		return strings.HasPrefix(trimmed, "pragma ") || tapVersion.MatchString(trimmed)
	}
	return true
}

// frame makes the innermost frame the one of an indentation: it opens a subtest, or closes those that are done.
func (r *tapReader) frame(indent int) {
	for len(r.frames) > 1 && r.top().indent > indent && (len(r.frames) == 2 || r.frames[len(r.frames)-2].indent >= indent) {
		r.closeFrame(r.top().name, true)
	}
	if r.top().indent >= indent || len(r.frames) >= maxNesting {
		return
	}
	f := &tapFrame{indent: indent, name: r.next, first: len(r.tests), planned: -1, numbers: map[int]bool{}}
	if r.opener != nil {
		f.name, f.follows = r.opener.name, true
	}
	r.next, r.opener = "", nil
	r.frames = append(r.frames, f)
}

// maxNesting bounds how deep subtests nest.
const maxNesting = 50

// closeFrame ends a subtest: its results bear the name of the test that it belongs to, or of the program. A plan is told to be
// wrong only where that test does not say so itself.
func (r *tapReader) closeFrame(name string, checked bool) {
	f := r.top()
	r.frames = r.frames[:len(r.frames)-1]
	prefix, suite := "", ""
	switch {
	case len(r.frames) == 1 && tapProgram.MatchString(name):
		suite = r.words.relative(name, "")
	case name != "":
		prefix = name + "/"
	}
	if checked {
		r.check(f)
	}
	for i := f.first; i < len(r.tests); i++ {
		r.tests[i].Name = shortName(prefix + r.tests[i].Name)
		r.tests[i].Suite = suite
	}
}

// tapProgram is the name of a test that is a whole file, as runners of several files give it.
var tapProgram = pattern.Lazy(`^[\w@./-]*\w\.(?:[cm]?[jt]sx?|t|sh|bats|py|pl|rb|php|lua)$`)

func (r *tapReader) point(p tapPoint, indent int) {
	r.endComments()
	name := r.parent(p, indent)
	r.frame(indent)
	f := r.top()
	t := verdict.Test{Name: name, Status: p.status()}
	if p.directive != "" {
		t.Message = p.words()
	} else if p.name != "" && name != shortName(p.name) {
		t.Message = p.name // the point says why, instead of what
	}
	if p.number == 0 {
		p.number = min(f.last, maxCount) + 1
	}
	if f.numbers[p.number] && t.Status == verdict.TestPassed {
		t.Status, t.Message = verdict.TestFailed, fmt.Sprintf("test number %d came twice", p.number)
	}
	f.points++
	f.last, f.highest, f.numbers[p.number] = p.number, max(f.highest, p.number), true
	if t.Name == "" {
		t.Name = strconv.Itoa(p.number)
	}
	r.tests = append(r.tests, t)
	r.target, r.targetAt, r.fresh, r.next, r.opener = len(r.tests)-1, indent, true, "", nil
	if p.brace {
		r.opener = &tapFrame{name: t.Name}
	}
}

// parent closes the subtests that a point is the outcome of, and gives the point's name. Test::More has none for a subtest
// that was skipped or is empty: the comment above it does.
func (r *tapReader) parent(p tapPoint, indent int) string {
	name := shortName(p.name)
	for len(r.frames) > 1 && r.top().indent > indent {
		f := r.top()
		if f.follows {
			r.closeFrame(f.name, true)
			continue
		}
		if f.name != "" && (name == "" || strings.HasPrefix(name, "No tests run for subtest ")) {
			name = f.name
		}
		r.closeFrame(name, p.status() == verdict.TestPassed)
	}
	return name
}

// comment takes an announcement of a subtest, or words about the last point. An announcement stands inside of the subtest that
// is its parent, and may be the first line there.
func (r *tapReader) comment(text string, indent int, fresh bool) {
	if name, ok := strings.CutPrefix(text, "Subtest:"); ok {
		if indent > r.top().indent {
			r.frame(indent)
		}
		r.next = shortName(strings.TrimSpace(unescape(name)))
		return
	}
	r.fresh = fresh && text == ""
	if r.target >= 0 && !tapCounts.MatchString(text) {
		r.comments = append(r.comments, text)
	}
}

// tapCounts are the comments that node and node-tap count in.
var tapCounts = pattern.Lazy(`^(?:time=|\{ total:|(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$)`)

// check adds what the plan of a document or subtest makes of its points.
func (r *tapReader) check(f *tapFrame) {
	add := func(name, message string) {
		r.tests = append(r.tests, verdict.Test{Name: name, Status: verdict.TestUnfinished, Message: message})
	}
	reason := r.bail
	if reason == "" {
		reason = "the plan promised this test and it did not come"
	}
	for n, missing := 1, 0; n <= f.planned && missing < maxMissing; n++ {
		if !f.numbers[n] {
			missing++
			add(strconv.Itoa(n), reason)
		}
	}
	switch {
	case r.bail != "" && f.planned < 0:
		add("bail out", r.bail)
	case f.planned < 0 && (len(r.tests) > f.first || r.prove && f == r.frames[0]):
		add("plan", "no plan: the run may have ended early")
	case f.plans > 1:
		add("plan", "the plan came twice: which of them holds cannot be told")
	case f.planned >= 0 && max(f.highest, f.points) > f.planned:
		add("plan", "more tests came than the plan says")
	}
}

// maxMissing bounds how many tests that did not come are listed.
const maxMissing = 100

// problem adds a result that says what is wrong with the output itself, once for each name and document.
func (r *tapReader) problem(name, message string) {
	if !r.told[name] {
		r.told[name] = true
		r.tests = append(r.tests, verdict.Test{Name: name, Status: verdict.TestUnfinished, Message: r.words.message(message)})
	}
}
