package apply

import (
	"path"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// options turns a spec into the engine's rules.
func options(sp *spec.Spec, l Limits) patch.Options {
	return patch.Options{
		Writable:  sp.IsTarget,
		Protected: func(name string) string { return protected(sp, name) },
		Allow: patch.Permissions{
			Delete: slices.Contains(sp.Front.Allow, "delete"),
			Rename: slices.Contains(sp.Front.Allow, "rename"),
			Chmod:  slices.Contains(sp.Front.Allow, "chmod"),
		},
		Sole:     sole(sp.Front.Targets),
		MaxFiles: l.Files,
		MaxBytes: l.Bytes,
	}
}

// sole is the only file that a run may write, "" if there are several or a pattern.
func sole(targets []string) string {
	if len(targets) != 1 || strings.ContainsAny(targets[0], `*?[]{}\!`) || strings.HasSuffix(targets[0], "/") {
		return ""
	}
	return targets[0]
}

// shortName is what Windows calls a file whose name is long, such as GITMOD~1.
var shortName = pattern.Lazy(`^[^/]{1,6}~[0-9]+(?:\.[^/]{0,3})?$`)

// protected says why a path is never written by a run, targets or not; "" if it may be. File systems without case and with
// short names are thought of.
func protected(sp *spec.Spec, name string) string {
	folded := strings.ToLower(name)
	base := path.Base(folded)
	switch {
	case folded == strings.ToLower(sp.Path), strings.HasSuffix(folded, ".spec.md"), strings.HasPrefix(folded, "specs/"):
		return name + " is a spec"
	case isTest(sp, name):
		return name + " is an acceptance test"
	case folded == "specgen.yaml", folded == "specgen.yml", strings.HasPrefix(folded, ".specgen/"):
		return name + " belongs to specgen"
	case base == ".gitmodules", base == ".gitattributes":
		return name + " steers git"
	case isCI(folded):
		return name + " belongs to CI"
	}
	for part := range strings.SplitSeq(name, "/") {
		if shortName.MatchString(part) {
			return name + " can be the short name of another file"
		}
	}
	return ""
}

// isTest also sees an acceptance test that is spelt with other case.
func isTest(sp *spec.Spec, name string) bool {
	if sp.IsTest(name) {
		return true
	}
	folded := *sp
	folded.Front.Tests.Files = lower(sp.Front.Tests.Files)
	folded.Front.Tests.Sealed = lower(sp.Front.Tests.Sealed)
	return folded.IsTest(strings.ToLower(name))
}

func lower(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.ToLower(s)
	}
	return out
}

// isCI knows the files by which the usual services are steered. name is in lower case.
func isCI(name string) bool {
	top, _, nested := strings.Cut(name, "/")
	switch top {
	case ".github", ".gitlab", ".ci", ".circleci", ".buildkite", ".forgejo", ".gitea", ".woodpecker", ".teamcity", ".semaphore", ".azure-pipelines":
		return nested
	case "jenkinsfile", ".gitlab-ci.yml", ".gitlab-ci.yaml", ".travis.yml", ".drone.yml", ".woodpecker.yml", "azure-pipelines.yml",
		"bitbucket-pipelines.yml", "appveyor.yml", ".appveyor.yml", "cloudbuild.yaml", "cloudbuild.yml", ".cirrus.yml", "buildspec.yml":
		return !nested
	}
	return false
}
