package runner

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const maxDiagnostics = 50

// readDiagnostics finds the errors of the go command in its text: file:line:col with what follows, continued by lines that
// begin with a tab. sub is the folder that the command ran in.
func readDiagnostics(text []byte, w words, sub string) []verdict.Diagnostic {
	d := diagnostics{words: w, sub: sub}
	for line := range strings.Lines(w.plain(string(text))) {
		d.line(strings.TrimRight(line, "\n"))
	}
	return d.all()
}

type diagnostics struct {
	words words
	sub   string
	found []verdict.Diagnostic
	other []verdict.Diagnostic // of the go command itself, without a place
	open  bool                 // the last line can be continued
}

var (
	goPlace = pattern.Lazy(`^(?:vet: )?([^\s:][^:]*\.[A-Za-z]+):(\d+)(?::(\d+))?: (.*)$`)
	goCycle = pattern.Lazy(`^\t(imports \S+ from \S+: import cycle not allowed.*)$`)
)

func (d *diagnostics) line(line string) {
	if len(d.found) >= maxDiagnostics*maxDiagnostics {
		return // a build says no more than that; what does was made to cost time
	}
	if m := goCycle.FindStringSubmatch(line); m != nil {
		d.found = append(d.found, verdict.Diagnostic{Message: m[1]})
	}
	if m := goPlace.FindStringSubmatch(line); m != nil {
		n, _ := strconv.Atoi(m[2]) // digits, by the pattern
		col, _ := strconv.Atoi(m[3])
		d.found = append(d.found, verdict.Diagnostic{File: d.words.relative(m[1], d.sub), Line: n, Col: col, Message: stableWording(m[4])})
		d.open = true
		return
	}
	detail, continued := strings.CutPrefix(line, "\t")
	if continued && d.open && (strings.HasPrefix(detail, "have ") || strings.HasPrefix(detail, "want ")) {
		d.found[len(d.found)-1].Message += "; " + detail
		return
	}
	d.open = d.open && continued
	message, own := strings.CutPrefix(line, "go: ")
	if own && !strings.HasPrefix(message, "downloading ") && !strings.HasPrefix(message, "finding ") {
		d.other = append(d.other, verdict.Diagnostic{File: "go.mod", Message: d.words.message(message)})
	}
}

func (d *diagnostics) all() []verdict.Diagnostic {
	found := d.found
	if len(found) == 0 {
		found = d.other
	}
	var unique []verdict.Diagnostic
	for _, f := range found {
		// A package is compiled once more for its tests.
		if f.Message != "too many errors" && !slices.Contains(unique, f) {
			unique = append(unique, f)
		}
	}
	return unique[:min(len(unique), maxDiagnostics)]
}

// stableWording gives the commonest errors the same words for all versions of Go.
func stableWording(message string) string {
	for _, r := range []struct{ pattern, with string }{
		{`^(\S+) declared (?:and|but) not used$`, "declared and not used: $1"},
		{`^("[^"]+") imported but not used`, "$1 imported and not used"},
		{`^undeclared name: `, "undefined: "},
		{`^missing return at end of function$`, "missing return"},
		{`^(package \S+ is not in) (?:std|GOROOT).*$`, "$1 std"},
		{`^(?:no required module provides package|cannot find module providing package) ([^\s;:]+).*$`, "no required module provides package $1"},
	} {
		message = regexp.MustCompile(r.pattern).ReplaceAllString(message, r.with)
	}
	return message
}

// isGoCommand says whether what the command prints can be read as the go command's.
func isGoCommand(command string) bool {
	return regexp.MustCompile(`^(?:cd [\w./-]+ && )?go (?:build|vet|test|run|install)\b`).MatchString(command)
}

// cdOf gives the folder that a command changes to first, or "".
func cdOf(command string) string {
	m := regexp.MustCompile(`^(?:cd ([\w./-]+) && )?(?:go \w+\s+-C[= ]([\w./-]+)(?:\s|$))?`).FindStringSubmatch(command)
	return strings.Trim(strings.TrimPrefix(path.Join(m[1], m[2]), "./"), "/")
}
