package cli

import (
	"fmt"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// testPlaces are the files that new tests go into; sealed is "" where none is sealed.
type testPlaces struct{ open, sealed string }

// folders are those that a test may stand in, and the one of the package.
func (p testPlaces) folders(dir string) []string {
	folders := []string{dir}
	for _, name := range []string{p.open, p.sealed} {
		if name != "" {
			folders = append(folders, path.Dir(name))
		}
	}
	return folders
}

// placeTests finds file names that the globs of the spec match. It fails before anything is asked, with what the spec lacks.
func placeTests(p *project, env Env, sp *spec.Spec, dir string, o testsOptions) (testPlaces, error) {
	var places testPlaces
	if o.Out != "" {
		name := p.relative(env, o.Out+".md") // names are relative to where they are typed
		name = strings.TrimSuffix(name, ".md")
		return places, outPlace(sp, name, o, &places)
	}
	if o.Sealed < 100 {
		if places.open = placeIn(sp, sp.Front.Tests.Files, dir, false); places.open == "" {
			return places, noPlace(sp, dir, "files", "no name for a file of Go tests can be told from tests.files of the spec")
		}
	}
	if o.Sealed > 0 {
		if places.sealed = placeIn(sp, sp.Front.Tests.Sealed, dir, true); places.sealed == "" {
			return places, noPlace(sp, dir, "sealed", "no name for a file of sealed tests can be told from tests.sealed of the spec")
		}
	}
	return places, nil
}

// outPlace takes the file that a person named, if the spec's globs take it.
func outPlace(sp *spec.Spec, name string, o testsOptions, places *testPlaces) error {
	switch {
	case !strings.HasSuffix(name, "_test.go"):
		return usage("name a file that ends in _test.go", "tests: --out %s is no test file of Go", o.Out)
	case o.Sealed == 100 && !sp.IsSealed(name):
		return usage("in the front matter of "+sp.Path+":\n  tests:\n    sealed: ["+fmt.Sprintf("%q", name)+"]", "tests: tests.sealed does not match %s", name)
	case !sp.IsTest(name):
		return usage("in the front matter of "+sp.Path+":\n  tests:\n    files: ["+fmt.Sprintf("%q", name)+"]", "tests: tests.files does not match %s", name)
	case o.Sealed == 0 && sp.IsSealed(name):
		return usage("--sealed 100 puts all tests there", "tests: %s is for sealed tests", name)
	}
	if o.Sealed == 100 {
		places.sealed = name
	} else {
		places.open = name
	}
	return nil
}

func noPlace(sp *spec.Spec, dir, key, message string) error {
	word := map[string]string{"files": "invariant", "sealed": "sealed"}[key]
	at := sp.FrontPos("tests." + key)
	return usage(fmt.Sprintf("in the front matter of %s:\n  tests:\n    %s: [%q]\n    runner: go", sp.Path, key, path.Join(dir, "*_"+word+"_test.go")),
		"%s:%d:%d: %s", sp.Path, at.Line, at.Col, message)
}

// inOpenFolder is a name in the package's folder where a glob leaves the folder open.
func inOpenFolder(glob, name string) string {
	if strings.ContainsAny(path.Dir(glob), "*?[{") {
		return name
	}
	return ""
}

// placeIn gives the name of a file of Go tests that a glob matches: the component's name stands for a star, and the package's folder for
// folders that are left open.
func placeIn(sp *spec.Spec, globs []string, dir string, sealed bool) string {
	fits := func(name string) bool {
		return strings.HasSuffix(name, "_test.go") && !strings.ContainsAny(name, "*?[{\\") && sp.IsTest(name) && sp.IsSealed(name) == sealed
	}
	own := strings.ReplaceAll(sp.Front.Component, "-", "_")
	for _, glob := range globs {
		base := path.Base(glob)
		filled := strings.ReplaceAll(strings.Replace(base, "*", own, 1), "*", "")
		if base == "**" || base == "*" {
			filled = own + "_test.go"
		}
		for _, name := range []string{
			glob, inOpenFolder(glob, path.Join(dir, filled)), path.Join(path.Dir(glob), filled), path.Join(strings.ReplaceAll(path.Dir(glob), "**", "."), filled), path.Join(dir, filled),
			path.Join(dir, own+"_invariant_test.go"), path.Join(dir, own+"_sealed_test.go"), path.Join(dir, own+"_test.go"),
		} {
			if matcher([]string{glob})(name) && fits(name) {
				return name
			}
		}
	}
	return ""
}
