package evaluate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// dependency is one that a manifest names, under all forms in which a pattern may mean it.
type dependency struct {
	forms     []string
	line, col int
}

// manifest is a file that says what code depends on.
type manifest struct {
	patch.File
	language string // whose code it is for
	depends  []dependency
	unknown  string // why not all can be read
}

// manifestOf gives the language whose dependencies a file names; "" for other files. go.mod is read as a module.
func manifestOf(p string) string {
	base := path.Base(p)
	switch base {
	case "go.work":
		return syntax.Go
	case "package.json", "deno.json", "deno.jsonc":
		return "JavaScript"
	case "pom.xml", "build.gradle", "build.gradle.kts":
		return "Java"
	case "Cargo.toml":
		return "Rust"
	case "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml":
		return "Python"
	}
	inFolder := path.Base(path.Dir(p)) == "requirements"
	if path.Ext(base) == ".txt" && (strings.HasPrefix(base, "requirements") || strings.HasSuffix(base, "requirements.txt") || inFolder) {
		return "Python"
	}
	return ""
}

func readManifest(f patch.File) manifest {
	m := manifest{File: f, language: manifestOf(f.Path)}
	switch base := path.Base(f.Path); {
	case base == "go.work":
		m.depends, m.unknown = readWork(f)
	case base == "package.json":
		m.packages()
	case base == "pom.xml":
		m.project()
	case path.Ext(base) == ".txt":
		m.requirements()
	case silent(base, f.Data):
	default:
		m.unknown = fmt.Sprintf("there is no reader for %s, so nobody can tell what it depends on", f.Path)
	}
	return m
}

// silent says whether a file that may name dependencies names none: the words for it are not there.
func silent(base string, data []byte) bool {
	if base != "pyproject.toml" && base != "setup.cfg" {
		return false
	}
	return !bytes.Contains(data, []byte("depend")) && !bytes.Contains(data, []byte("requires")) && !bytes.Contains(data, []byte(`\`))
}

func (m *manifest) add(off int, forms ...string) {
	before := m.Data[:off]
	line := bytes.Count(before, []byte("\n"))
	m.depends = append(m.depends, dependency{forms: forms, line: line + 1, col: off - bytes.LastIndexByte(before, '\n')})
}

// packages reads package.json: the names in its lists of dependencies, and what they are fetched as.
func (m *manifest) packages() {
	dec := json.NewDecoder(bytes.NewReader(m.Data))
	p := packageReader{manifest: m}
	for {
		t, err := dec.Token()
		if err != nil {
			if len(p.keys) > 0 || dec.InputOffset() == 0 {
				m.unknown = m.Path + " does not parse"
			}
			return
		}
		p.token(t, int(dec.InputOffset()))
	}
}

// packageReader follows the tokens of a package.json.
type packageReader struct {
	*manifest
	keys []string // of what is open
	key  string   // the name whose value is to come
}

func (p *packageReader) token(t json.Token, end int) {
	switch v := t.(type) {
	case json.Delim:
		if v == '{' || v == '[' {
			p.keys = append(p.keys, p.key)
		} else {
			p.keys = p.keys[:len(p.keys)-1]
		}
	case string:
		off := bytes.LastIndexByte(p.Data[:end-1], '"')
		if p.key == "" { // a name, or an element of a list
			if listsPackages(p.keys) {
				p.add(off, v)
			}
			p.key = v
			return
		}
		if listsPackages(p.keys) {
			p.add(off, fetched(v))
		}
	}
	p.key = ""
}

func listsPackages(keys []string) bool {
	for _, k := range keys {
		switch k {
		case "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "bundledDependencies", "bundleDependencies", "overrides", "resolutions":
			return true
		}
	}
	return false
}

// fetched gives the package behind a version such as npm:other@1.2.
func fetched(version string) string {
	name, ok := strings.CutPrefix(version, "npm:")
	if !ok {
		return version
	}
	if i := strings.LastIndexByte(name, '@'); i > 0 {
		name = name[:i]
	}
	return name
}

// project reads pom.xml: its dependencies, wherever they stand, and its parent, whose own nobody can see.
func (m *manifest) project() {
	dec := xml.NewDecoder(bytes.NewReader(m.Data))
	for {
		t, err := dec.Token()
		if err != nil {
			if err.Error() != "EOF" {
				m.unknown = m.Path + " does not parse"
			}
			return
		}
		start, ok := t.(xml.StartElement)
		if !ok || (start.Name.Local != "dependency" && start.Name.Local != "parent") {
			continue
		}
		off := bytes.LastIndexByte(m.Data[:dec.InputOffset()], '<')
		var d struct {
			Group    string `xml:"groupId"`
			Artifact string `xml:"artifactId"`
		}
		if err := dec.DecodeElement(&d, &start); err != nil {
			m.unknown = m.Path + " does not parse"
			return
		}
		group, artifact := strings.TrimSpace(d.Group), strings.TrimSpace(d.Artifact)
		m.add(off, group+":"+artifact, group+"/"+artifact, group)
		switch {
		case strings.Contains(group+artifact, "${"):
			m.unknown = m.Path + " names a dependency by a property"
		case start.Name.Local == "parent":
			m.unknown = fmt.Sprintf("%s takes dependencies from %s:%s, which nobody can see", m.Path, group, artifact)
		}
	}
}

var requirementForm = pattern.Lazy(`^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*(?:$|[;@=<>!~ ])`)

// requirements reads a list for pip.
func (m *manifest) requirements() {
	off := 0
	for raw := range strings.SplitAfterSeq(string(m.Data), "\n") {
		at := off + len(raw) - len(strings.TrimLeft(raw, " \t"))
		off += len(raw)
		line, _, _ := strings.Cut(" "+strings.TrimSpace(raw), " #")
		line = strings.TrimSpace(line)
		switch name := requirementForm.FindStringSubmatch(line); {
		case line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "--hash"):
		case name != nil:
			m.add(at, name[1], normal(name[1]))
		case strings.Contains(line, "#egg="):
			_, egg, _ := strings.Cut(line, "#egg=")
			m.add(at, egg, normal(egg))
		case strings.HasPrefix(line, "-i"), strings.HasPrefix(line, "--index-url"), strings.HasPrefix(line, "--extra-index-url"):
		default:
			m.unknown = fmt.Sprintf("%s has a line that names no package: %s", m.Path, line)
		}
		if strings.HasSuffix(line, `\`) && !strings.Contains(line, "--hash") && !strings.Contains(raw, "==") {
			m.unknown = m.Path + " has lines that go on"
		}
	}
}

// normal is the form of a Python package's name that counts (PEP 503).
func normal(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(name))
}

// findDependency reads the manifests of what the targets belong to.
func (e *evaluation) findDependency(pattern string) finding {
	var f finding
	seen := map[string]bool{}
	for _, s := range e.targets {
		depends, unknown := e.dependsOf(s, &f, seen)
		if unknown != "" && f.unknown == "" {
			f.unknown = unknown
		}
		for _, d := range depends {
			if d.matches(pattern) {
				f.hits = append(f.hits, d.hit)
			}
		}
	}
	if f.read == 0 && f.unknown == "" {
		f.unknown = "there is no target file whose dependencies could be looked up"
	}
	return f
}

// found is a dependency, and where it is named.
type found struct {
	dependency
	hit
}

func (d dependency) matches(pattern string) bool {
	for _, form := range d.forms {
		if doublestar.MatchUnvalidated(pattern, form) || doublestar.MatchUnvalidated(normal(pattern), form) {
			return true
		}
	}
	return false
}

// dependsOf gives what a target depends on, of the manifests that were not looked at yet.
func (e *evaluation) dependsOf(s *source, f *finding, seen map[string]bool) (out []found, unknown string) {
	language := s.syntax.Language.Name
	if language == "TypeScript" {
		language = "JavaScript"
	}
	some := false
	add := func(file string, data []byte, depends []dependency, why string) {
		some = true
		if unknown == "" {
			unknown = why
		}
		if seen[file] {
			return
		}
		seen[file] = true
		f.read++
		lines := split(string(data))
		for _, d := range depends {
			quote := ""
			if d.line <= len(lines) {
				quote = strings.TrimSpace(lines[d.line-1])
			}
			out = append(out, found{d, hit{file, d.line, d.col, quote}})
		}
	}
	if language == syntax.Go {
		if m, ok := governing(e.modules, path.Dir(s.Path)); ok {
			add(m.file, m.data, m.depends, m.unknown)
		}
	}
	for _, m := range e.manifests {
		if m.language == language && within(path.Dir(s.Path), path.Dir(m.Path)) && (some || language != syntax.Go) {
			add(m.Path, m.Data, m.depends, m.unknown)
		}
	}
	if !some {
		unknown = fmt.Sprintf("no manifest that can be read says what %s depends on", s.Path)
	}
	return out, unknown
}

func within(dir, root string) bool {
	return root == "." || dir == root || strings.HasPrefix(dir, root+"/")
}

// AsksForDependencies says whether a clause has a rule on dependencies: only then are manifests read.
func AsksForDependencies(sp *spec.Spec) bool {
	for _, c := range sp.Clauses() {
		for _, a := range c.Rules() {
			if a.Subject == spec.SubjectDependency {
				return true
			}
		}
	}
	return false
}
