package evaluate

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// jsTests is what can be read of a file of JavaScript or TypeScript tests without a parser.
type jsTests struct {
	titles map[string]string // what may be the title of a test or suite, with the reason why it decides nothing
	names  map[string]bool   // functions
	tables []*regexp.Regexp  // of titles with placeholders, for the names that come of them
	tests  []jsTest          // those that run for certain if the file does
}

// jsTest is a test with the titles of what it stands in.
type jsTest struct {
	title  string
	suites []string
}

var (
	jsCall   = pattern.Lazy(`(?:^|[^\w$.])((?:(?:t|st|ctx|tap|Deno|QUnit|test|it|describe)\.)?(?:test|it|xit|xtest|specify|describe|xdescribe|suite|context|scenario|feature))((?:\.\w+)*)\s*\(\s*$`)
	jsEach   = pattern.Lazy("[)`]\\s*\\(\\s*$") // test.each(table)("title"
	jsVaries = pattern.Lazy("(?:^|[^\\w$.])(?:[\\w$]+\\.)?(?:test|it|specify|describe)((?:\\.\\w+)*)\\s*\\(\\s*[^\\s\"'`)]")
	jsFunc   = pattern.Lazy(`\bfunction\s*\*?\s*([\w$]+)|\b(?:const|let|var)\s+([\w$]+)\s*=`)
	jsBody   = pattern.Lazy(`^\s*,\s*(?:\{[^{}]*\}\s*,\s*)?(?:async\s*)?(?:function\s*[\w$]*\s*\([^()]*\)|\([^()]*\)\s*=>|[\w$]+\s*=>)\s*\{`)
	jsIdle   = pattern.Lazy(`^\s*(?:(?:console\.\w+\([^()]*\)|return)?\s*;?\s*)*\}`)
)

// readJavaScript finds the strings that tests are called with. Where tests are also called with something else, as in a loop over
// titles, any string may be a title.
func readJavaScript(code string) jsTests {
	t := jsTests{titles: map[string]string{}, names: map[string]bool{}}
	var all []jsString
	masked := mask(scriptMarks(), code, func(from, to int, text string) {
		all = append(all, jsString{from, to, strings.TrimSpace(text)})
	})
	var sites []*jsSite
	for _, m := range jsFunc.FindAllStringSubmatch(masked, -1) {
		t.names[m[1]+m[2]] = true
	}
	varies := slices.ContainsFunc(jsVaries.FindAllStringSubmatch(masked, -1), func(m []string) bool {
		return !strings.HasSuffix(m[1], ".each") // its titles stand behind the table
	})
	for _, s := range all {
		const window = 120 // what stands before a title is short
		before, after := masked[max(0, s.from-window):s.from], masked[s.to:]
		call := jsCall.FindStringSubmatch(before)
		switch {
		case call != nil:
			t.add(s.text, jsHollow(call, after))
			sites = append(sites, &jsSite{
				open: s.from - len(before) + strings.LastIndexByte(before, '('), title: s.text,
				plain: jsPlain.MatchString(call[1]+call[2]) && jsAlone.MatchString(after) && !jsHole.MatchString(s.text) && !strings.Contains(s.text, `\`),
			})
		case varies, jsEach.MatchString(before), strings.HasSuffix(strings.TrimRight(before, " \t\r\n"), ",") && closes(after):
			t.add(s.text, "")
		}
	}
	t.tests = jsCertain(masked, sites)
	return t
}

type jsString struct {
	from, to int
	text     string
}

// jsSite is a call with a title.
type jsSite struct {
	open   int // where its parenthesis is
	title  string
	suites []string // the titles of the calls that it stands in
	plain  bool     // it is a test and no suite, and its title is what it will be called
	inner  bool     // there are others in it
}

// jsAlone is what stands behind a title that is not a part of one.
var jsAlone = pattern.Lazy(`^\s*[,)]`)

// jsPlain are the ways to call a test that is reported, be it as skipped.
var jsPlain = pattern.Lazy(`^(?:(?:t|st|ctx|tap|Deno|QUnit)\.)?(?:test|it|specify|xit|xtest)(?:\.(?:only|skip|todo|concurrent|serial|failing))?$`)

// jsCertain gives the tests that stand at the left of a file, or right in suites and tests that do. What stands in another block,
// as that of a condition or of a function, may or may not run.
func jsCertain(masked string, sites []*jsSite) []jsTest {
	w := jsWalk{at: map[int]*jsSite{}}
	for _, s := range sites {
		w.at[s.open] = s
	}
	for i := range len(masked) {
		switch masked[i] {
		case '(', '[', '{':
			w.open(w.at[i])
		case ')', ']', '}':
			w.close()
		}
	}
	var tests []jsTest
	for _, s := range w.found {
		if !s.inner {
			tests = append(tests, jsTest{s.title, s.suites})
		}
	}
	return tests
}

// jsWalk follows the brackets of a file.
type jsWalk struct {
	at       map[int]*jsSite // calls by the place of their parenthesis
	brackets []*jsSite       // open ones, nil for those of no call with a title
	around   []*jsSite       // the calls among them
	found    []*jsSite
}

func (w *jsWalk) open(s *jsSite) {
	if s != nil {
		if s.plain && len(w.brackets) <= 2*len(w.around) { // a call opens a parenthesis and the brace of a function
			w.found = append(w.found, s)
		}
		for _, a := range w.around {
			a.inner = true
			s.suites = append(s.suites, a.title)
		}
		w.around = append(w.around, s)
	}
	w.brackets = append(w.brackets, s)
}

func (w *jsWalk) close() {
	n := len(w.brackets)
	if n == 0 {
		return
	}
	if w.brackets[n-1] != nil {
		w.around = w.around[:len(w.around)-1]
	}
	w.brackets = w.brackets[:n-1]
}

// forms are the names that runners make of a test and what it stands in.
func (j jsTest) forms() []string {
	titles := append(slices.Clone(j.suites), j.title)
	return []string{strings.Join(titles, " "), strings.Join(titles, "/"), strings.Join(titles, " > "), j.title}
}

// is says whether a result bears the name of the test, alone or behind something else.
func (j jsTest) is(name string) bool {
	forms := j.forms()
	return name == j.title || slices.ContainsFunc(forms[:3], func(form string) bool { return endsWithTitle(name, form) })
}

// jsHole is what a runner, or the language, puts a value in place of.
var jsHole = pattern.Lazy(`%[sdifjoOpc#$]|\$\{[^}]*\}|\$[\w.#]+`)

// add keeps a title. One that stands there twice is hollow only if both are. One with placeholders must begin with words of its
// own, or any name would come of it.
func (t *jsTests) add(title, why string) {
	holes := jsHole.FindAllStringIndex(title, -1)
	if len(holes) > 0 && strings.ContainsFunc(title[:holes[0][0]], unicode.IsLetter) {
		pattern, at := `(?:^|[ />›])`, 0
		for _, hole := range holes {
			pattern += regexp.QuoteMeta(title[at:hole[0]]) + `.*`
			at = hole[1]
		}
		if table, err := regexp.Compile(pattern + regexp.QuoteMeta(title[at:]) + `$`); err == nil { // text that is no UTF-8 makes no pattern
			t.tables = append(t.tables, table)
		}
	}
	if old, twice := t.titles[title]; twice && old == "" {
		why = ""
	}
	t.titles[title] = why
}

func closes(after string) bool { return strings.HasPrefix(strings.TrimLeft(after, " \t\r\n"), ")") }

// jsHollow says why a test that is called like that decides nothing, as far as the text lets one know.
func jsHollow(call []string, after string) string {
	name := call[1][strings.LastIndexByte(call[1], '.')+1:]
	if name != "test" && name != "it" && name != "specify" {
		return ""
	}
	body := jsBody.FindStringIndex(after)
	switch {
	case strings.Contains(call[2], ".todo"):
		return todoTest
	case closes(after):
		return emptyTest
	case body != nil && jsIdle.MatchString(after[body[1]:]):
		return emptyTest
	}
	return ""
}

// filled says whether a name, or its end, comes of a title with placeholders, and gives what stands in front of it.
func (t *jsTests) filled(name string) (string, bool) {
	for _, table := range t.tables {
		if at := table.FindStringIndex(name); at != nil {
			return strings.TrimSpace(name[:at[0]]), true
		}
	}
	return "", false
}

// hollow says why a test of this name decides nothing. Runners join the titles of suites in front of a test's own: the longest
// title that ends the name is the test's.
func (t *jsTests) hollow(name string) string {
	best, why := 0, ""
	for title, w := range t.titles {
		if len(title) > best && endsWithTitle(name, title) {
			best, why = len(title), w
		}
	}
	return why
}

func endsWithTitle(name, title string) bool {
	if name == title {
		return true
	}
	front, ok := strings.CutSuffix(name, title)
	return ok && strings.ContainsAny(front[len(front)-1:], " />›")
}
