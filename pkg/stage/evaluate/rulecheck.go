package evaluate

import (
	"fmt"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// RuleProblems lists the static rules of a spec that can match nothing, in any tree: their clauses would hold, or fail, whatever the
// code is. A run gives `unknown` for them.
func RuleProblems(sp *spec.Spec) []Problem {
	var out []Problem
	for _, c := range sp.Clauses() {
		for _, a := range c.Rules() {
			if message, fix := patternProblem(a, sp); message != "" {
				out = append(out, Problem{Path: sp.Path, Pos: a.Pos, Clause: c.ID, Message: a.Rule() + ": " + message, Fix: fix})
			}
		}
	}
	return out
}

// patternProblem says why a rule can match nothing, and what to write instead.
func patternProblem(a spec.Attachment, sp *spec.Spec) (message, fix string) {
	switch a.Subject {
	case spec.SubjectText:
		if _, err := regexp.Compile(a.Value); err != nil {
			return fmt.Sprintf("the pattern cannot be read: %v", err), "text rules are regular expressions in Go's syntax (RE2)"
		}
		return "", ""
	case spec.SubjectPath:
		return pathProblem(a.Value, sp.Front.Targets)
	}
	if !doublestar.ValidatePattern(a.Value) {
		return "the pattern cannot be read", "a bracket or a brace may be open"
	}
	if message, fix = shapeProblem(a); message != "" {
		return message, fix
	}
	return readerProblem(a, sp.Front.Targets)
}

// shapeProblem looks for what no name of the subject holds.
func shapeProblem(a spec.Attachment) (message, fix string) {
	v := a.Value
	switch bare := strings.Trim(v, "\"'`<>"); {
	case bare != v:
		return "the names are compared without quotes", fmt.Sprintf("write `%s %s: %s`", a.Kind, a.Subject, bare)
	case strings.ContainsAny(v, " \t;\"`"):
		return "no name holds a blank, a quote or a semicolon", "write the name alone, such as `forbid import: net/http`"
	}
	switch a.Subject {
	case spec.SubjectImport, spec.SubjectDependency:
		if strings.HasPrefix(v, "/") {
			bare := strings.Trim(v, "/")
			return "no name begins with a slash", fmt.Sprintf("write `%s`, or `**/%s` for any place", bare, bare)
		}
		if strings.HasSuffix(v, "/") {
			return "no name ends in a slash", fmt.Sprintf("write `%s**` for all below it", v)
		}
	case spec.SubjectCall:
		if name, _, ok := strings.Cut(v, "("); ok {
			return "the brackets of a call belong to no name", fmt.Sprintf("write `%s call: %s`", a.Kind, name)
		}
		if strings.HasSuffix(v, ".") || strings.HasSuffix(v, ":") || strings.HasSuffix(v, "/") {
			return "the name of what is called is missing", fmt.Sprintf("write `%s*` for all of it", v)
		}
	case spec.SubjectIdentifier:
		if strings.ContainsAny(v, "./:()") {
			return "an identifier is one word", "use `forbid call:` for something of a package, and `forbid import:` for the package"
		}
	}
	return "", ""
}

// readerProblem looks for targets in languages that nobody reads.
func readerProblem(a spec.Attachment, targets []string) (message, fix string) {
	var names []string
	for _, t := range targets {
		if name := targetLanguage(t); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if a.Subject == spec.SubjectDependency {
		return manifestProblem(names)
	}
	for _, name := range names {
		if !slices.Contains(syntax.Readable(), name) {
			return fmt.Sprintf("there is no reader for the %ss of %s", a.Subject, name),
				"use `forbid text:` with a regular expression, or a `check:`; read are " + strings.Join(syntax.Readable(), ", ")
		}
	}
	if a.Subject == spec.SubjectIdentifier && slices.Equal(names, []string{syntax.Go}) && token.IsKeyword(a.Value) {
		return "a keyword of Go is no identifier", fmt.Sprintf("use `forbid text: \\b%s\\b`", a.Value)
	}
	return "", ""
}

func manifestProblem(names []string) (message, fix string) {
	for _, name := range names {
		switch name {
		case syntax.Go, "JavaScript", "TypeScript", "Python", "Java":
		default:
			return "there is no reader for the manifests of " + name, "use a `check:` with the language's own tool; read are go.mod, package.json, requirements.txt and pom.xml"
		}
	}
	return "", ""
}

// targetLanguage gives the language of what a target means; "" where the glob does not say.
func targetLanguage(target string) string {
	base := path.Base(target)
	if ext := path.Ext(base); strings.ContainsAny(ext, "*?[{") || (ext == "" && strings.ContainsAny(base, "*?[{")) {
		return ""
	}
	return syntax.LanguageOf(base).Name
}

// pathProblem looks for globs that mean no target.
func pathProblem(glob string, targets []string) (message, fix string) {
	if !doublestar.ValidatePattern(glob) {
		return "the pattern cannot be read", "a bracket or a brace may be open"
	}
	for _, t := range targets {
		if mayMeet(glob, t) {
			return "", ""
		}
	}
	if len(targets) == 0 {
		return "", ""
	}
	return "it means no file that the targets mean", "paths begin at the repository's root; the targets are " + strings.Join(targets, ", ")
}

// mayMeet says whether two globs may mean the same path. Where that is hard to say, yes.
func mayMeet(a, b string) bool { return meet(strings.Split(a, "/"), strings.Split(b, "/"), 40) }

func meet(a, b []string, fuel int) bool {
	switch {
	case fuel == 0:
		return true
	case len(a) == 0 && len(b) == 0:
		return true
	case len(a) > 0 && a[0] == "**":
		return meet(a[1:], b, fuel-1) || (len(b) > 0 && meet(a, b[1:], fuel-1))
	case len(b) > 0 && b[0] == "**":
		return meet(b, a, fuel-1)
	case len(a) == 0 || len(b) == 0:
		return false
	}
	return partsMeet(a[0], b[0]) && meet(a[1:], b[1:], fuel-1)
}

func partsMeet(a, b string) bool {
	wildA, wildB := strings.ContainsAny(a, `*?[{\\`), strings.ContainsAny(b, `*?[{\\`)
	switch {
	case wildA && wildB:
		return true
	case wildA:
		return doublestar.MatchUnvalidated(a, b)
	case wildB:
		return doublestar.MatchUnvalidated(b, a)
	}
	return a == b
}
