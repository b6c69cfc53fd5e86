package spec

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

var (
	componentName = pattern.Lazy(`^[a-z0-9][a-z0-9-]*$`)
	checkName     = pattern.Lazy(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
)

const (
	specSuffix = ".spec.md"
	maxGlob    = 512 // bytes of one pattern
	maxGlobs   = 256 // patterns under one key
)

// runners are the ways in which the outcome of a test command is read.
func runners() []string { return []string{"go", "junit", "tap", "exit"} }

// check fills in what the front matter leaves open and notes every value that cannot be used.
func (r *frontReader) check() {
	r.checkComponent()
	r.checkStatus()
	r.checkTests()
	for _, list := range []struct {
		name  string
		globs []string
	}{
		{"targets", r.front.Targets},
		{"context", r.front.Context},
		{"tests.files", r.front.Tests.Files},
		{"tests.sealed", r.front.Tests.Sealed},
		{"tests.report", r.front.Tests.Report},
		{"cache", r.front.Cache},
	} {
		if len(list.globs) > maxGlobs {
			r.value(list.name, RuleBadPattern, fmt.Sprintf("%s: more than %d patterns", list.name, maxGlobs), "say it with fewer, by `*` and `**`")
			r.ok = false
			return
		}
		for i := range list.globs {
			r.checkGlob(list.name, i, &list.globs[i])
		}
	}
	r.checkTargets()
	r.checkNames()
}

// value notes an error about the value of a key.
func (r *frontReader) value(key, rule, message, hint string) {
	pos, ok := r.pos[key]
	if !ok {
		pos = Position{Line: 1, Col: 1}
	}
	r.failAt(rule, pos, 1, message, hint)
}

func (r *frontReader) checkComponent() {
	f := &r.front
	name, given := f.Component, f.Component != ""
	if !given {
		name = defaultComponent(r.path)
		f.Component = name
	}
	switch {
	case componentName.MatchString(name) && name != "batch":
	case name == "batch":
		r.value("component", RuleBadValue, `component "batch" is reserved: it names the branches of batches`, "choose another name")
	case given:
		r.value("component", RuleBadValue, fmt.Sprintf("component %q is not a name", name), "lower-case letters, digits and hyphens, for instance "+slug(name))
	default:
		r.value("component", RuleBadValue, fmt.Sprintf("the file's name gives no component: %q", name), "add front matter with `component: "+slug(name)+"`, or rename the file")
	}
}

func defaultComponent(file string) string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	if name, ok := strings.CutSuffix(base, specSuffix); ok {
		return name
	}
	return strings.TrimSuffix(base, path.Ext(base))
}

// slug is the nearest component name to a text.
func slug(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if out := strings.Trim(b.String(), "-"); out != "" {
		return out
	}
	return "my-component"
}

func (r *frontReader) checkStatus() {
	f := &r.front
	if f.Status == "" {
		f.Status = Active
	}
	r.oneOf("status", string(f.Status), []string{string(Draft), string(Active), string(Deprecated), string(Superseded)})
	for i, word := range f.Allow {
		r.oneOf(fmt.Sprintf("allow[%d]", i), word, []string{"delete", "rename", "chmod"})
	}
	if f.SupersededBy != "" && !componentName.MatchString(f.SupersededBy) {
		r.value("superseded_by", RuleBadValue, fmt.Sprintf("superseded_by: %q is not the name of a component", f.SupersededBy), "")
	}
}

func (r *frontReader) oneOf(key, word string, words []string) {
	if slices.Contains(words, word) {
		return
	}
	hint := "one of " + strings.Join(words, ", ")
	if near := Nearest(word, words); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	r.value(key, RuleBadValue, fmt.Sprintf("%s: unknown word %q", strings.TrimRight(key, "[]0123456789"), word), hint)
}

// checkTests settles the runner: a command that runs `go test`, or test files of Go alone, need not name theirs.
func (r *frontReader) checkTests() {
	t := &r.front.Tests
	if t.Runner == "" {
		t.Runner = impliedRunner(*t)
		return
	}
	r.oneOf("tests.runner", t.Runner, runners())
	if t.Command == "" && t.Runner != "go" && slices.Contains(runners(), t.Runner) {
		r.value("tests.runner", RuleBadValue, fmt.Sprintf("tests: the runner %s needs a command", t.Runner), "add `command:` below tests")
	}
}

func impliedRunner(t Tests) string {
	goFiles := len(t.Files) > 0
	for _, glob := range t.Files {
		goFiles = goFiles && strings.HasSuffix(glob, "_test.go")
	}
	switch {
	case strings.HasPrefix(t.Command, "go test"), t.Command == "" && goFiles:
		return "go"
	case t.Command != "":
		return "exit"
	default:
		return ""
	}
}

// checkGlob notes what makes a pattern unusable, and drops a leading "./", which means nothing and would never match.
func (r *frontReader) checkGlob(name string, i int, glob *string) {
	for strings.HasPrefix(*glob, "./") {
		*glob = strings.TrimLeft((*glob)[2:], "/")
	}
	if *glob == "" {
		return // an empty entry was noted when it was read
	}
	if message, hint := globProblem(*glob); message != "" {
		r.value(fmt.Sprintf("%s[%d]", name, i), RuleBadPattern, fmt.Sprintf("%s: %q %s", name, *glob, message), hint)
	}
}

var drive = pattern.Lazy(`^[A-Za-z]:`)

// globProblem says why a pattern cannot name files of a repository, and what to write instead.
func globProblem(glob string) (message, hint string) {
	switch {
	case strings.HasPrefix(glob, "/"), strings.HasPrefix(glob, `\\`), drive.MatchString(glob), strings.HasPrefix(glob, "~"):
		return "is absolute", "paths begin at the repository's root"
	case slices.Contains(strings.Split(glob, "/"), ".."):
		return "leads out of its folder", "paths begin at the repository's root, without `..`"
	case strings.HasPrefix(glob, "!"):
		return "begins with `!`, which patterns do not know", "name what is meant"
	case regexp.MustCompile(`\\[^*?\[\]{}\\,!-]`).MatchString(glob) || strings.HasSuffix(glob, `\`):
		return "holds a backslash", "separate folders with `/`"
	case strings.HasSuffix(glob, "/"):
		return "names a folder", fmt.Sprintf("write %q for all files in it", glob+"**")
	case !doublestar.ValidatePattern(glob):
		return "is not a pattern", "a bracket or a brace may be open"
	case len(glob) > maxGlob:
		return "is too long", ""
	default:
		return "", ""
	}
}

// checkTargets refuses targets that could write what no run may write: acceptance tests, and specgen's and git's own files.
func (r *frontReader) checkTargets() {
	tests := slices.Concat(r.front.Tests.Files, r.front.Tests.Sealed)
	for i, target := range r.front.Targets {
		key := fmt.Sprintf("targets[%d]", i)
		if first, _, _ := strings.Cut(target, "/"); strings.EqualFold(first, ".git") || strings.EqualFold(first, ".specgen") {
			r.value(key, RuleBadPattern, fmt.Sprintf("targets: %q lies in %s, which a run never writes", target, first), "")
		}
		for _, test := range tests {
			if overlap(target, test) {
				r.value(key, RuleOverlap, fmt.Sprintf("targets: %q matches acceptance tests (%q)", target, test),
					"a run can never write its own tests: name the source files one by one, or move the tests")
				break
			}
		}
	}
}

func (r *frontReader) checkNames() {
	f := &r.front
	for i, name := range f.Depends {
		key := fmt.Sprintf("depends[%d]", i)
		switch {
		case name == "":
		case name == f.Component:
			r.value(key, RuleBadValue, "depends: the component depends on itself", "")
		case !componentName.MatchString(name):
			r.value(key, RuleBadValue, fmt.Sprintf("depends: %q is not the name of a component", name), "")
		}
	}
	for i, id := range f.Retired {
		if id != "" && !idForm.MatchString(id) {
			r.value(fmt.Sprintf("retired[%d]", i), RuleBadValue, fmt.Sprintf("retired: %q is not a clause ID", id), "an ID is letters and a number, such as E4")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Checks)) {
		switch {
		case !checkName.MatchString(name):
			r.value("checks."+name, RuleBadValue, fmt.Sprintf("checks: %q is not a name", name), "letters, digits, `-`, `_` and `.`")
		case f.Checks[name] == "":
			r.value("checks."+name, RuleBadValue, fmt.Sprintf("checks: %q has no command", name), "")
		}
	}
}
