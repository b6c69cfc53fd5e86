package mutate

import (
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// Violations plants one violation of a static rule: what it forbids is put in, what it requires is taken away. The files are those
// that the targets mean, and for a rule on dependencies the manifests. ok is false where nothing can be planted.
func Violations(a spec.Attachment, files []patch.File, targets []string) (m Mutant, ok bool) {
	r := rule{a: a, files: files, targets: targets}
	switch {
	case a.Kind == spec.AttachRequire && a.Subject == spec.SubjectText:
		m, ok = r.withoutText()
	case a.Kind == spec.AttachRequire && a.Subject == spec.SubjectPath:
		m, ok = r.withoutPath()
	case a.Kind != spec.AttachForbid:
	case a.Subject == spec.SubjectPath:
		m, ok = r.withPath()
	case a.Subject == spec.SubjectDependency:
		m, ok = r.withDependency()
	case a.Subject == spec.SubjectText:
		m, ok = r.withText()
	default:
		m, ok = r.withName()
	}
	if !ok {
		return Mutant{}, false
	}
	m.Kind, m.Note = Rule, "against "+a.Rule()
	all := []Mutant{m}
	identify(all)
	return all[0], true
}

// rule is a rule that is to be broken.
type rule struct {
	a       spec.Attachment
	files   []patch.File
	targets []string
}

// isTarget says whether a path is one that the rule looks at.
func (r rule) isTarget(p string) bool {
	if len(r.targets) == 0 {
		return !isManifest(p)
	}
	return slices.ContainsFunc(r.targets, func(t string) bool { return t == p || doublestar.MatchUnvalidated(t, p) })
}

// code gives the targets that are text.
func (r rule) code() []patch.File {
	return slices.DeleteFunc(slices.Clone(r.files), func(f patch.File) bool {
		return !r.isTarget(f.Path) || slices.Contains(f.Data, 0)
	})
}

// insert puts text into a file.
func insert(f patch.File, at int, text string) Mutant {
	line := 1 + strings.Count(string(f.Data[:at]), "\n")
	return Mutant{
		Path: f.Path, Line: line, EndLine: line, Now: text, edits: []edit{{path: f.Path, from: at, to: at, text: text, role: outside}},
	}
}

// withName puts in an import, a call or a name.
func (r rule) withName() (Mutant, bool) {
	for _, name := range instances(r.a.Value) {
		for _, f := range r.code() {
			for _, m := range phrases(r.a.Subject, name, f) {
				if text := apply(string(f.Data), m.edits); r.found(f.Path, text) && parses(f.Path, text) {
					return m, true
				}
			}
		}
	}
	return Mutant{}, false
}

// found says whether a reader of the language sees what was put in. Go has a reader elsewhere, which sees what is written plainly.
func (r rule) found(p, text string) bool {
	f := syntax.Read(p, text)
	if f.Language.Name == syntax.Go {
		return true
	}
	ok := false
	uses := f.Uses()
	list := uses.Calls
	switch r.a.Subject {
	case spec.SubjectIdentifier:
		f.Names(func(name string, _ int) { ok = ok || doublestar.MatchUnvalidated(r.a.Value, name) })
		return ok
	case spec.SubjectImport:
		list = uses.Imports
	}
	return slices.ContainsFunc(list, func(u syntax.Use) bool {
		return !u.Value && !u.Whole && slices.ContainsFunc(u.Forms, func(form string) bool { return doublestar.MatchUnvalidated(r.a.Value, form) })
	})
}

// parses says whether a file can be read; of languages other than Go nobody can say.
func parses(p, text string) bool {
	if syntax.LanguageOf(p).Name != syntax.Go {
		return true
	}
	_, err := parser.ParseFile(token.NewFileSet(), p, text, parser.SkipObjectResolution)
	return err == nil
}

// withPath adds a file under a path that is forbidden.
func (r rule) withPath() (Mutant, bool) {
	for _, p := range r.paths() {
		taken := slices.ContainsFunc(r.files, func(f patch.File) bool { return f.Path == p })
		if taken || !doublestar.MatchUnvalidated(r.a.Value, p) || !r.isTarget(p) {
			continue
		}
		data := ""
		if syntax.LanguageOf(p).Name == syntax.Go {
			data = "package " + r.packageOf(p) + "\n"
		}
		file := patch.File{Path: p, Mode: patch.ModeFile, Data: []byte(data)}
		return Mutant{Path: p, Line: 1, EndLine: 1, Now: data, add: []patch.File{file}}, true
	}
	return Mutant{}, false
}

// paths gives paths that may mean what both the rule and the targets mean.
func (r rule) paths() []string {
	out := instances(r.a.Value)
	for _, t := range r.targets {
		for _, p := range instances(t) {
			out = append(out, p)
			for _, own := range instances(r.a.Value) {
				out = append(out, path.Join(path.Dir(p), path.Base(own)), path.Join(path.Dir(own), path.Base(p)), strings.TrimSuffix(own, path.Ext(own))+path.Ext(p))
			}
		}
	}
	return out
}

// packageOf is the name of the package in the folder of a path.
func (r rule) packageOf(p string) string {
	for _, f := range r.files {
		if path.Dir(f.Path) != path.Dir(p) || syntax.LanguageOf(f.Path).Name != syntax.Go {
			continue
		}
		if tree, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.PackageClauseOnly); err == nil {
			return tree.Name.Name
		}
	}
	return "planted"
}

// withoutPath leaves all files out that are required.
func (r rule) withoutPath() (Mutant, bool) {
	var m Mutant
	for _, f := range r.files {
		if r.isTarget(f.Path) && doublestar.MatchUnvalidated(r.a.Value, f.Path) {
			m.drop = append(m.drop, f.Path)
		}
	}
	if len(m.drop) == 0 {
		return m, false
	}
	m.Path, m.Line, m.EndLine = m.drop[0], 1, 1
	m.Was = strings.Join(m.drop, ", ")
	return m, true
}
