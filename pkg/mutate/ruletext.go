package mutate

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// withComments begins a text rule that searches comments too.
var withComments = pattern.Lazy(`^\(\?P?<comments>\)`)

// withText puts in a text that is forbidden: in a string, as code, or where the rule searches comments in one.
func (r rule) withText() (Mutant, bool) {
	re, err := regexp.Compile(r.a.Value)
	if err != nil {
		return Mutant{}, false
	}
	comments := withComments.MatchString(r.a.Value)
	for _, text := range matching(r.a.Value) {
		for _, f := range r.code() {
			for _, m := range mentionsOf(text, f, comments) {
				if r.shows(re, f, apply(string(f.Data), m.edits), comments) {
					return m, true
				}
			}
		}
	}
	return Mutant{}, false
}

// shows says whether a rule finds more in a file than it did, and the file can still be read.
func (r rule) shows(re *regexp.Regexp, f patch.File, text string, comments bool) bool {
	return parses(f.Path, text) && certain(f.Path, text) && hits(re, f.Path, text, comments) > hits(re, f.Path, string(f.Data), comments)
}

// certain says whether it can be told what is code in a file.
func certain(p, text string) bool { return len(syntax.Read(p, text).Doubts) == 0 }

// hits counts the lines that a text rule finds.
func hits(re *regexp.Regexp, p, text string, comments bool) int {
	if !comments {
		text = blank(p, text)
	}
	n := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		line = strings.TrimRight(line, "\r")
		if !comments {
			line = strings.TrimRight(line, " \t\r")
		}
		if re.MatchString(line) {
			n++
		}
	}
	return n
}

// blank gives a file without its comments. Go's are told by its own scanner.
func blank(p, text string) string {
	f := syntax.Read(p, text)
	if f.Language.Name != syntax.Go {
		return f.Blank()
	}
	out := []byte(text)
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return string(out)
		}
		if from := file.Offset(pos); tok == token.COMMENT && !strings.HasPrefix(literal, "//go:") {
			syntax.Hide(out[from:min(from+len(literal), len(out))])
		}
	}
}

// mentionsOf gives ways to have a text in a file.
func mentionsOf(text string, f patch.File, comments bool) []Mutant {
	var out []string
	plain := !strings.Contains(text, `"`)
	quoted := `"` + strings.ReplaceAll(text, `\`, `\\`) + `"`
	add := func(ok bool, phrases ...string) {
		if ok {
			out = append(out, phrases...)
		}
	}
	switch name := syntax.LanguageOf(f.Path).Name; name {
	case syntax.Go:
		add(comments, "\n// "+text, "\n//"+text, "\n/*\n"+text+"\n*/")
		add(plain, "\nvar _ = "+quoted)
		add(!strings.Contains(text, "`"), "\nvar _ = `"+text+"`", "\nvar _ = `\n"+text+"\n`")
		add(true, "\nfunc _() {\n"+text+"\n}", "\n"+text)
	case "Python":
		add(comments, "# "+text, "#"+text)
		add(plain, stand+" = "+quoted)
		add(!strings.Contains(text, `"""`), stand+" = r\"\"\"\n"+text+"\n\"\"\"")
		add(true, text)
	case "JavaScript", "TypeScript":
		add(comments, "// "+text, "//"+text, "/*\n"+text+"\n*/")
		add(plain, "; var "+stand+" = "+quoted+";")
		add(!strings.ContainsAny(text, "`\\$"), "; var "+stand+" = `\n"+text+"\n`;")
		add(true, text)
	default:
		add(comments, "// "+text, "//"+text, "/*\n"+text+"\n*/")
		out = append(out, inLanguage(name, text, quoted, plain)...)
	}
	return atEnd(f, out)
}

// inLanguage gives ways to have a text in code of further languages; in those of which nothing is known it is a line.
func inLanguage(language, text, quoted string, plain bool) []string {
	var out []string
	switch {
	case !plain:
	case language == "Java":
		out = append(out, "class "+stand+" { String s = "+quoted+"; }")
	case language == "Rust":
		out = append(out, "const ZZ_PLANTED: &str = "+quoted+";")
	case language == "C" || language == "C++":
		out = append(out, "static const char *"+stand+" = "+quoted+";")
	}
	switch {
	case language == "Java" && !strings.Contains(text, `"""`) && !strings.Contains(text, `\`):
		out = append(out, "class "+stand+" { String s = \"\"\"\n"+text+"\n\"\"\"; }")
	case language == "Rust" && !strings.Contains(text, `"##`):
		out = append(out, "const ZZ_PLANTED: &str = r##\"\n"+text+"\n\"##;")
	case language == "C++" && !strings.Contains(text, ")zz\""):
		out = append(out, "static const char *"+stand+" = R\"zz(\n"+text+"\n)zz\";")
	}
	return append(out, text)
}

// withoutText takes the lines away that a rule finds, in all targets.
func (r rule) withoutText() (Mutant, bool) {
	re, err := regexp.Compile(r.a.Value)
	if err != nil || re.MatchString("") {
		return Mutant{}, false
	}
	comments := withComments.MatchString(r.a.Value)
	var m Mutant
	for _, f := range r.code() {
		edits := without(re, f)
		if hits(re, f.Path, apply(string(f.Data), edits), comments) > 0 {
			return Mutant{}, false
		}
		m.edits = append(m.edits, edits...)
		if len(edits) > 0 && m.Path == "" {
			m.Path, m.Line = f.Path, 1+strings.Count(string(f.Data[:edits[0].from]), "\n")
			m.EndLine, m.Was = m.Line, string(f.Data[edits[0].from:edits[0].to])
		}
	}
	return m, len(m.edits) > 0
}

// without empties the lines of a file that an expression matches, with comments or without.
func without(re *regexp.Regexp, f patch.File) []edit {
	raw := strings.Split(string(f.Data), "\n")
	bare := strings.Split(blank(f.Path, string(f.Data)), "\n")
	var out []edit
	at := 0
	for i, line := range raw {
		shown := strings.TrimRight(line, "\r")
		if re.MatchString(shown) || (i < len(bare) && re.MatchString(strings.TrimRight(bare[i], " \t\r"))) {
			out = append(out, edit{path: f.Path, from: at, to: at + len(shown), role: outside})
		}
		at += len(line) + 1
	}
	return out
}
