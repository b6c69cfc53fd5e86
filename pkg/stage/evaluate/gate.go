package evaluate

import (
	"fmt"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// gate says why the candidate may not be looked at, and at which path: it changes what a run must not change. Both are "" if
// it may.
func (e *evaluation) gate() (p, why string) {
	for _, change := range e.candidate.Changes {
		for _, p := range []string{change.Path, change.From} {
			if p == "" && change.Action != patch.Rename {
				continue
			}
			if why := e.untouchable(p); why != "" {
				return p, fmt.Sprintf("the candidate changes %s, %s", p, why)
			}
		}
		if change.Mode == patch.ModeSymlink || change.Mode == patch.ModeSubmodule {
			return change.Path, fmt.Sprintf("the candidate makes %s a link, and targets are files", change.Path)
		}
	}
	return "", ""
}

func (e *evaluation) untouchable(p string) string {
	first, _, _ := strings.Cut(p, "/")
	switch {
	case p == "" || path.Clean(p) != p || path.IsAbs(p) || first == "..":
		return "which is no plain path"
	case strings.EqualFold(first, ".git") || strings.EqualFold(first, ".specgen") || p == "specgen.yaml":
		return "which belongs to git or specgen"
	case p == e.spec.Path:
		return "which is the spec"
	case e.spec.IsTest(p):
		return "which is an acceptance test"
	case !e.spec.IsTarget(p):
		return "which is not a target of the spec"
	}
	if e.opt.Protected != nil {
		return e.opt.Protected(p)
	}
	return ""
}

// refused is the report of a candidate that is not looked at: nothing is known of any clause, and it cannot be accepted even
// where no clause is a MUST.
func (e *evaluation) refused(p, why string) verdict.Report {
	e.report.Build = append(e.report.Build, verdict.Diagnostic{File: p, Message: why})
	for _, l := range e.active() {
		l.add(part{status: verdict.Unknown, reason: why, causes: []verdict.Cause{verdict.BadOutput}})
	}
	return e.decide()
}

// parses notes the changed files that cannot be read, as a compiler would: nothing needs to be run to know that.
func (e *evaluation) parses() {
	changed := map[string]bool{}
	for _, change := range e.candidate.Changes {
		changed[change.Path] = true
	}
	for _, s := range e.targets {
		if s.golang == nil || !changed[s.Path] || ignoredByGo(s.Path) {
			continue
		}
		for _, d := range s.golang.errors {
			e.report.Build = append(e.report.Build, e.located(d))
		}
	}
}

// ignoredByGo says whether the go command looks past a file, so that it need not parse.
func ignoredByGo(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if part == "testdata" || strings.HasPrefix(part, "_") || strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

// located adds to a diagnostic the line that it speaks of, if that is code under test, and whether it stands in a sealed test or speaks
// of one.
func (e *evaluation) located(d verdict.Diagnostic) verdict.Diagnostic {
	d.Sealed = d.Sealed || e.spec.IsSealed(path.Clean(d.File)) || e.tellsOfSealed(d.Message)
	for _, s := range e.targets {
		if s.Path == d.File {
			d.Source = s.original(d.Line)
		}
	}
	return d
}
