package evaluate

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// applyRules decides the static rules of all clauses.
func (e *evaluation) applyRules() {
	for _, l := range e.active() {
		for _, a := range l.plan.rules {
			l.add(e.rule(a))
		}
	}
}

// hit is a place that a rule speaks of.
type hit struct {
	file  string
	line  int
	quote string
}

// finding is what reading the targets for a rule gave.
type finding struct {
	hits    []hit
	read    int    // how many files were read
	unknown string // why something could not be read; hits that were found count all the same
}

// maxHits bounds the evidence of one rule.
const maxHits = 10

func (e *evaluation) rule(a spec.Attachment) part {
	p := part{basis: verdict.Static}
	f := e.find(a)
	found := len(f.hits) > 0
	forbid := a.Kind == spec.AttachForbid
	switch {
	case forbid && found:
		p.status, p.reason = verdict.Fail, fmt.Sprintf("%s: %d in %s", a.Rule(), len(f.hits), placeOf(f.hits[0]))
	case f.unknown != "" && !found:
		p.status, p.reason, p.basis = verdict.Unknown, f.unknown, verdict.NoBasis
	case !forbid && !found: // every require has to find something
		p.status, p.reason = verdict.Fail, fmt.Sprintf("%s: found in none of %s", a.Rule(), files(f.read))
	default:
		p.status = verdict.Pass
	}
	p.evidence = e.ruleEvidence(a, p, f)
	return p
}

func (e *evaluation) ruleEvidence(a spec.Attachment, p part, f finding) []verdict.Evidence {
	if len(f.hits) == 0 {
		message := "found in none of " + files(f.read)
		if p.status == verdict.Unknown {
			message = p.reason
		}
		return []verdict.Evidence{{
			Kind: verdict.FromRule, Rule: a.Rule(), Message: message, Passed: p.status == verdict.Pass,
		}}
	}
	var out []verdict.Evidence
	for _, h := range f.hits[:min(len(f.hits), maxHits)] {
		out = append(out, verdict.Evidence{
			Kind: verdict.FromRule, Rule: a.Rule(), File: h.file, Line: h.line, EndLine: h.line, Quote: h.quote,
			Passed: p.status == verdict.Pass,
		})
	}
	return out
}

func placeOf(h hit) string {
	if h.line == 0 {
		return h.file
	}
	return fmt.Sprintf("%s:%d", h.file, h.line)
}

func files(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}

func (e *evaluation) find(a spec.Attachment) finding {
	switch a.Subject {
	case spec.SubjectPath:
		return e.findPath(a.Value)
	case spec.SubjectDependency:
		return e.findDependency(a.Value)
	}
	if len(e.targets) == 0 {
		return finding{unknown: "there is no target file to read"}
	}
	if a.Subject == spec.SubjectText {
		return e.findText(a.Value)
	}
	var all finding
	for _, s := range e.targets {
		all.read++
		hits, unknown := e.findName(a, s)
		all.hits = append(all.hits, hits...)
		if unknown != "" && all.unknown == "" {
			all.unknown = unknown
		}
	}
	return all
}

// includeComments is a group that may begin a text rule: `(?P<comments>)`, or `(?<comments>)`. It matches nothing by itself and says
// that comments are searched too.
var includeComments = regexp.MustCompile(`^\(\?P?<comments>\)`)

// findText searches code and strings line by line, and comments only where the pattern asks for them.
func (e *evaluation) findText(pattern string) finding {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return finding{unknown: fmt.Sprintf("the pattern cannot be read: %v", err)}
	}
	comments := includeComments.MatchString(pattern)
	var f finding
	for _, s := range e.targets {
		f.read++
		if s.binary() {
			f.unknown = s.Path + " is no text"
			continue
		}
		lines := s.lines
		if comments {
			lines = s.raw
		}
		for i, line := range lines {
			if re.MatchString(strings.TrimRight(line, "\r")) {
				f.hits = append(f.hits, hit{s.Path, i + 1, s.original(i + 1)})
			}
		}
	}
	return f
}

// findPath looks at the targets that are there and at all that the candidate changes.
func (e *evaluation) findPath(glob string) finding {
	var f finding
	seen := map[string]bool{}
	look := func(p string) {
		if p == "" || seen[p] {
			return
		}
		seen[p] = true
		f.read++
		if doublestar.MatchUnvalidated(glob, p) {
			f.hits = append(f.hits, hit{file: p})
		}
	}
	gone := map[string]bool{}
	for _, c := range e.candidate.Changes {
		if c.Action == "delete" {
			gone[c.Path] = true
			continue
		}
		look(c.Path)
	}
	for _, s := range e.targets {
		if !gone[s.Path] {
			look(s.Path)
		}
	}
	if f.read == 0 {
		f.unknown = "there is no target file to look at"
	}
	return f
}

// findDependency reads the modules that the targets belong to.
func (e *evaluation) findDependency(pattern string) finding {
	var f finding
	seen := map[string]bool{}
	for _, s := range e.targets {
		m, ok := governing(e.modules, path.Dir(s.Path))
		if !ok {
			f.unknown = "no go.mod says what " + s.Path + " depends on, and other manifests cannot be read yet"
			continue
		}
		if seen[m.file] {
			continue
		}
		seen[m.file] = true
		f.read++
		for _, r := range m.requires {
			if r.matches(pattern) {
				f.hits = append(f.hits, hit{m.file, r.line, strings.TrimSpace(m.lines[r.line-1])})
			}
		}
	}
	if f.read == 0 && f.unknown == "" {
		f.unknown = "there is no target file whose dependencies could be looked up"
	}
	return f
}

// matches says whether a pattern means one of the forms of a name.
func (n named) matches(pattern string) bool {
	for _, form := range n.forms {
		if doublestar.MatchUnvalidated(pattern, form) {
			return true
		}
	}
	return false
}

// findName reads one file for imports, calls or identifiers.
func (e *evaluation) findName(a spec.Attachment, s *source) (hits []hit, unknown string) {
	if s.golang == nil {
		return findForeign(a, s)
	}
	if len(s.golang.errors) > 0 {
		return nil, fmt.Sprintf("%s does not parse", s.Path)
	}
	var names []named
	switch a.Subject {
	case spec.SubjectImport:
		names = s.golang.imports(e.modules)
	case spec.SubjectCall:
		names = s.golang.calls()
	case spec.SubjectIdentifier:
		names = s.golang.identifiers()
	default:
		return nil, fmt.Sprintf("nobody knows how to look for %q", a.Subject)
	}
	lines := map[int]bool{}
	for _, n := range names {
		if lines[n.line] || (n.value && anyName(a.Value)) || !n.matches(a.Value) {
			continue
		}
		lines[n.line] = true
		hits = append(hits, hit{s.Path, n.line, s.original(n.line)})
	}
	return hits, ""
}

// anyName says whether a pattern means everything of a package, such as time.*: then a value like time.Second, which may be no
// function, is none of its business.
func anyName(pattern string) bool { return strings.HasSuffix(pattern, ".*") || pattern == "*" }

// findForeign decides what can be decided without reading the language: a name that occurs nowhere, neither in code nor in a
// string, is not used. All else is unknown.
func findForeign(a spec.Attachment, s *source) (hits []hit, unknown string) {
	unreadable := fmt.Sprintf("%s: there is no reader for the %ss of %s", s.Path, a.Subject, s.language.name)
	if s.binary() || strings.ContainsAny(a.Value, "*?[{\\") {
		return nil, unreadable
	}
	for _, word := range wordForm().FindAllString(a.Value, -1) {
		if !s.mentions(word, a.Subject == spec.SubjectImport) {
			return nil, ""
		}
	}
	return nil, unreadable
}

// mentions says whether a word occurs in code or strings; as a part of a longer word only if part says so.
func (s *source) mentions(word string, part bool) bool {
	if part {
		return strings.Contains(s.blanked, word)
	}
	return slices.Contains(wordForm().FindAllString(s.blanked, -1), word)
}

var wordForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\pL_][\pL\pN_]*`) })
