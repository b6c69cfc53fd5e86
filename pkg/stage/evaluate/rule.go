package evaluate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
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
	line  int // 0 where it is about the file as a whole
	col   int // in bytes, as compilers count
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
	if message, _ := patternProblem(a, e.spec); message != "" {
		f = finding{unknown: message}
	}
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
			Kind: verdict.FromRule, Rule: a.Rule(), File: h.file, Line: h.line, Col: h.col, EndLine: h.line, Quote: h.quote,
			Passed: p.status == verdict.Pass,
		})
	}
	return out
}

func placeOf(h hit) string {
	if h.line == 0 {
		return h.file
	}
	return fmt.Sprintf("%s:%d:%d", h.file, h.line, h.col)
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
		return e.findText(a)
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
var includeComments = pattern.Lazy(`^\(\?P?<comments>\)`)

// findText searches code and strings line by line, and comments only where the pattern asks for them.
func (e *evaluation) findText(a spec.Attachment) finding {
	re, err := regexp.Compile(a.Value)
	if err != nil {
		return finding{unknown: fmt.Sprintf("the pattern cannot be read: %v", err)}
	}
	comments := includeComments.MatchString(a.Value)
	var f finding
	for _, s := range e.targets {
		f.read++
		lines, doubt := s.lines, s.doubt()
		switch {
		case s.binary():
			f.unknown = s.Path + " is no text"
			continue
		case comments:
			lines = s.raw
		case doubt != "":
			f.unknown = doubt + ": nobody can tell what is a comment there"
			if a.Kind == spec.AttachRequire {
				continue // what is found may be a comment
			}
		}
		for i, line := range lines {
			if at := re.FindStringIndex(strings.TrimRight(line, "\r")); at != nil {
				f.hits = append(f.hits, hit{s.Path, i + 1, at[0] + 1, s.original(i + 1)})
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

// findName reads one file for imports, calls or identifiers.
func (e *evaluation) findName(a spec.Attachment, s *source) (hits []hit, unknown string) {
	switch {
	case s.binary():
		return nil, s.Path + " is no text"
	case !s.syntax.Language.Reads():
		return nil, fmt.Sprintf("%s: there is no reader for the %ss of %s", s.Path, a.Subject, s.syntax.Language.Name)
	case s.golang != nil && len(s.golang.errors) > 0:
		return nil, fmt.Sprintf("%s does not parse", s.Path)
	}
	lines := map[int]bool{}
	add := func(off int) {
		line, col := s.syntax.Position(off)
		if !lines[line] {
			lines[line] = true
			hits = append(hits, hit{s.Path, line, col, s.original(line)})
		}
	}
	if a.Subject == spec.SubjectIdentifier {
		s.identifiers(func(name string, off int) {
			if doublestar.MatchUnvalidated(a.Value, name) {
				add(off)
			}
		})
	} else {
		uses, unsure := e.usesOf(a.Subject, s)
		unknown = unsure
		p := seek(a.Value)
		for _, u := range uses {
			if p.means(u) {
				add(u.Off)
			}
		}
	}
	if doubt := s.doubt(); doubt != "" {
		unknown = doubt + ": nobody can tell what is code there"
	}
	return hits, unknown
}

func (s *source) identifiers(do func(name string, off int)) {
	if s.golang != nil {
		s.golang.identifiers(do)
		return
	}
	s.syntax.Names(do)
}

// usesOf gives the imports or the calls of a file, and why some of them cannot be told.
func (e *evaluation) usesOf(subject string, s *source) (uses []syntax.Use, unsure string) {
	imports := subject == spec.SubjectImport
	switch {
	case s.golang != nil && imports:
		return s.golang.imports(e.modules), ""
	case s.golang != nil:
		return s.golang.calls(), ""
	}
	uses, doubts := s.uses().Calls, s.uses().Lost
	if imports {
		uses, doubts = s.uses().Imports, append(slices.Clone(doubts), s.uses().Unsure...)
	}
	if len(doubts) > 0 {
		unsure = s.unsure(doubts[0])
	}
	return uses, unsure
}

// sought is what a rule on imports or calls looks for.
type sought struct {
	glob   string
	all    bool   // everything of a package, such as time.*: then a value like time.Second, which may be no function, is none of its business
	module string // what stands before the last part, where that says something: whoever has the module whole has the part too
}

func seek(glob string) sought {
	p := sought{glob: glob, all: glob == "*" || strings.HasSuffix(glob, ".*") || strings.HasSuffix(glob, "::*")}
	if i := strings.LastIndex(glob, "::"); i > 0 {
		p.module = glob[:i]
	} else if i := strings.LastIndexByte(glob, '.'); i > 0 {
		p.module = glob[:i]
	}
	if strings.Trim(p.module, "*?.:/_") == "" || !doublestar.ValidatePattern(p.module) {
		p.module = ""
	}
	return p
}

// means says whether the pattern means a use under one of its forms.
func (p sought) means(u syntax.Use) bool {
	glob := p.glob
	switch {
	case u.Whole && p.module == "", u.Value && p.all && !u.Whole:
		return false
	case u.Whole:
		glob = p.module
	}
	for _, form := range u.Forms {
		if doublestar.MatchUnvalidated(glob, form) {
			return true
		}
	}
	return false
}
