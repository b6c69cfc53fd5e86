package mutate

import (
	"path"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

func isManifest(p string) bool { return manifestLanguage(p) != "" }

var requirementsName = pattern.Lazy(`^requirements[\w.-]*\.txt$`)

// manifestLanguage is the language whose packages a file names; "" for other files.
func manifestLanguage(p string) string {
	switch base := path.Base(p); {
	case base == "go.mod":
		return syntax.Go
	case base == "package.json":
		return "JavaScript"
	case base == "pom.xml":
		return "Java"
	case requirementsName.MatchString(base):
		return "Python"
	}
	return ""
}

// withDependency puts a dependency into the manifest of a target.
func (r rule) withDependency() (Mutant, bool) {
	for _, f := range r.files {
		language := manifestLanguage(f.Path)
		if language == "" || !r.governs(f.Path, language) {
			continue
		}
		for _, name := range instances(r.a.Value) {
			if m, ok := dependOn(name, f); ok {
				return m, true
			}
		}
	}
	return Mutant{}, false
}

// governs says whether a manifest stands above a target of its language, and no nearer one of Go's does.
func (r rule) governs(manifest, language string) bool {
	above := func(m, p string) bool {
		dir := path.Dir(m)
		return dir == "." || strings.HasPrefix(p, dir+"/")
	}
	return slices.ContainsFunc(r.files, func(f patch.File) bool {
		name := syntax.LanguageOf(f.Path).Name
		if name == "TypeScript" {
			name = "JavaScript"
		}
		if isManifest(f.Path) || name != language || !r.isTarget(f.Path) || !above(manifest, f.Path) {
			return false
		}
		return language != syntax.Go || !slices.ContainsFunc(r.files, func(o patch.File) bool {
			return path.Base(o.Path) == "go.mod" && above(o.Path, f.Path) && len(path.Dir(o.Path)) > len(path.Dir(manifest)) && path.Dir(o.Path) != "."
		})
	})
}

var (
	dependencies = pattern.Lazy(`"dependencies"\s*:\s*\{\s*`)
	moduleMajor  = pattern.Lazy(`[/.]v([0-9]+)$`)
)

// dependOn names a package in a manifest.
func dependOn(name string, f patch.File) (Mutant, bool) {
	text := string(f.Data)
	switch manifestLanguage(f.Path) {
	case syntax.Go:
		major := "0"
		if v := moduleMajor.FindStringSubmatch(name); v != nil {
			major = v[1]
		}
		return atEnd(f, []string{"\nrequire " + name + " v" + major + ".0.0"})[0], !strings.ContainsAny(name, " \t\"`\\")
	case "Python":
		return atEnd(f, []string{name})[0], true
	case "JavaScript":
		entry := `"` + name + `": "1.0.0"`
		if at := dependencies.FindStringIndex(text); at != nil {
			if !strings.HasPrefix(text[at[1]:], "}") {
				entry += ", "
			}
			return insert(f, at[1], entry), true
		}
		at := strings.IndexByte(text, '{') + 1
		entry = `"dependencies": {` + entry + "}"
		if !strings.HasPrefix(strings.TrimSpace(text[at:]), "}") {
			entry += ","
		}
		return insert(f, at, entry), at > 0
	}
	group, artifact, ok := strings.Cut(name, ":")
	if !ok {
		if group, artifact, ok = strings.Cut(name, "/"); !ok {
			artifact = "planted"
		}
	}
	entry := "<dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>1</version></dependency>"
	if at := strings.LastIndex(text, "</dependencies>"); at >= 0 {
		return insert(f, at, entry), true
	}
	at := strings.LastIndex(text, "</project>")
	return insert(f, max(at, 0), "<dependencies>"+entry+"</dependencies>"), at >= 0
}
