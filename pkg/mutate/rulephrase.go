package mutate

import (
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// phrases gives ways to say in a file's language that a name is imported, called or declared.
func phrases(subject, name string, f patch.File) []Mutant {
	switch syntax.LanguageOf(f.Path).Name {
	case syntax.Go:
		return goPhrases(subject, name, f)
	case "Python":
		return atEnd(f, pythonPhrases(subject, name))
	case "JavaScript", "TypeScript":
		return atEnd(f, scriptPhrases(subject, name, f))
	case "Java":
		return javaPhrases(subject, name, f)
	case "Rust":
		return atEnd(f, rustPhrases(subject, name))
	case "C", "C++":
		return atEnd(f, clangPhrases(subject, name))
	}
	return nil
}

// atEnd puts each of some texts at the end of a file, on lines of its own.
func atEnd(f patch.File, texts []string) []Mutant {
	before := "\n"
	if n := len(f.Data); n == 0 || f.Data[n-1] == '\n' {
		before = ""
	}
	var out []Mutant
	for _, text := range texts {
		out = append(out, insert(f, len(f.Data), before+text+"\n"))
	}
	return out
}

// goPhrases says it in Go.
func goPhrases(subject, name string, f patch.File) []Mutant {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, f.Path, f.Data, parser.PackageClauseOnly)
	if err != nil {
		return nil
	}
	at := set.PositionFor(tree.Name.End(), false).Offset
	switch subject {
	case spec.SubjectImport:
		return []Mutant{insert(f, at, `; import _ "`+name+`"`)}
	case spec.SubjectIdentifier:
		return atEnd(f, []string{"\nfunc _() { var " + name + " int; _ = " + name + " }"})
	}
	call := name
	var from string
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		pkg, rest, ok := strings.Cut(name[i:], ".")
		if v := strings.LastIndexByte(name, '.'); !ok || v < i {
			return nil
		}
		from = name[:i] + pkg
		call = syntax.GoPackageName(from) + "." + rest
	}
	if rest, ok := strings.CutPrefix(call, "_."); ok {
		call = "interface{}(nil)." + rest
	}
	out := atEnd(f, []string{"\nfunc _() { " + call + "() }"})
	if from != "" {
		out[0].edits = append([]edit{{path: f.Path, from: at, to: at, text: `; import "` + from + `"`, role: outside}}, out[0].edits...)
	}
	return out
}

// received gives the forms in which a call may be written: as it stands, or on something without a name.
func received(name string) []string {
	if rest, ok := strings.CutPrefix(name, "_."); ok {
		return []string{"(0)." + rest}
	}
	return []string{name}
}

func pythonPhrases(subject, name string) []string {
	switch subject {
	case spec.SubjectImport:
		dotted := strings.ReplaceAll(strings.TrimPrefix(name, "./"), "/", ".")
		if strings.HasPrefix(name, ".") {
			return []string{"from " + name + " import " + stand, "from ." + dotted + " import " + stand}
		}
		return []string{"import " + dotted, "from " + dotted + " import " + stand}
	case spec.SubjectIdentifier:
		return keyword(name, name+" = 0", map[string]string{
			"global": "def " + stand + "():\n    global " + stand, "lambda": stand + " = lambda: 0", "yield": "def " + stand + "():\n    yield",
			"async": "async def " + stand + "():\n    pass", "try": "try:\n    pass\nfinally:\n    pass", "class": "class " + stand + ":\n    pass",
			"while": "while False:\n    pass", "assert": "assert True", "del": stand + " = 0\ndel " + stand,
		})
	}
	module, _, ok := cutLast(name, ".")
	out := []string{received(name)[0] + "()"}
	if ok && !strings.HasPrefix(name, "_.") {
		out = append(out, "import "+module+"\n"+name+"()")
	}
	return out
}

func cutLast(text, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// keyword gives a text in which a word may stand that is no name.
func keyword(name, plain string, special map[string]string) []string {
	if text, ok := special[name]; ok {
		return []string{text}
	}
	return []string{plain}
}

func scriptPhrases(subject, name string, f patch.File) []string {
	code := string(f.Data)
	switch subject {
	case spec.SubjectImport:
		out := []string{"import * as " + stand + ` from "` + name + `";`, "const " + stand + ` = require("` + name + `");`}
		if ext := path.Ext(f.Path); ext == ".cjs" || (strings.Contains(code, "require(") && !strings.Contains(code, "import ")) {
			out[0], out[1] = out[1], out[0]
		}
		return out
	case spec.SubjectIdentifier:
		return keyword(name, "var "+name+" = 0;", map[string]string{
			"var": "var " + stand + " = 0;", "class": "class " + stand + " { }", "debugger": "debugger;", "any": "let " + stand + ": any;",
			"async": "async function " + stand + "() { }", "with": "with ({}) { }", "function": "function " + stand + "() { }",
			"let": "let " + stand + ";", "const": "const " + stand + " = 0;", "new": "new Object();", "this": "void this;", "delete": "delete {}." + stand + ";",
		})
	}
	var out []string
	for _, call := range received(name) {
		out = append(out, "; "+call+"();", "; new "+call+"();")
	}
	return out
}

func javaPhrases(subject, name string, f patch.File) []Mutant {
	switch subject {
	case spec.SubjectImport:
		at := behindPackage(f)
		dotted := strings.ReplaceAll(name, "/", ".")
		return []Mutant{insert(f, at, " import "+dotted+";"), insert(f, at, " import "+dotted+".*;"), insert(f, at, " import "+dotted+"."+stand+";")}
	case spec.SubjectIdentifier:
		return atEnd(f, keyword(name, "class "+stand+" { int "+name+"; }", map[string]string{
			"synchronized": "class " + stand + " { synchronized void f() { } }", "static": "class " + stand + " { static int n; }",
			"native": "class " + stand + " { native void f(); }", "volatile": "class " + stand + " { volatile int n; }",
			"null": "class " + stand + " { Object n = null; }", "instanceof": "class " + stand + " { boolean b = this instanceof Object; }",
		}))
	}
	call := received(name)[0]
	return atEnd(f, []string{"class " + stand + " { void f() { " + call + "(); } }", "class " + stand + " { void f() { new " + call + "(); } }"})
}

// behindPackage gives where imports may stand in a Java file.
func behindPackage(f patch.File) int {
	s := syntax.Read(f.Path, string(f.Data))
	begun := false
	for _, t := range s.Tokens {
		switch text := s.Text(t); {
		case t.Kind == syntax.Comment:
		case t.Kind == syntax.Name && text == "package":
			begun = true
		case begun && text == ";":
			return s.At(t.End)
		case !begun:
			return s.At(t.Off)
		}
	}
	return len(f.Data)
}

func rustPhrases(subject, name string) []string {
	switch subject {
	case spec.SubjectImport:
		return []string{"use " + strings.ReplaceAll(name, "/", "::") + ";"}
	case spec.SubjectIdentifier:
		return keyword(name, "fn zz_planted() { let "+name+" = 0; }", map[string]string{
			"unsafe": "fn zz_planted() { unsafe { } }", "static": "static ZZ_PLANTED: u8 = 0;", "mut": "fn zz_planted() { let mut zz = 0; }",
			"loop": "fn zz_planted() { loop { break; } }", "dyn": "fn zz_planted(_: &dyn Fn()) { }", "extern": "extern \"C\" { }",
		})
	}
	var out []string
	for _, call := range []string{received(name)[0], strings.ReplaceAll(name, ".", "::"), strings.ReplaceAll(name, "/", "::")} {
		out = append(out, "fn zz_planted() { "+call+"(); }")
	}
	return out
}

func clangPhrases(subject, name string) []string {
	switch subject {
	case spec.SubjectImport:
		return []string{"#include <" + name + ">", `#include "` + name + `"`, "import " + name + ";"}
	case spec.SubjectIdentifier:
		return keyword(name, "int "+name+";", map[string]string{
			"goto": "void " + stand + "(void) { zz: goto zz; }", "static": "static int " + stand + ";", "volatile": "volatile int " + stand + ";",
			"extern": "extern int " + stand + ";", "union": "union " + stand + " { int a; };", "register": "void " + stand + "(void) { register int a; }",
			"new": "int *" + stand + " = new int;", "delete": "void " + stand + "() { delete (int *)0; }", "class": "class " + stand + " { };",
		})
	}
	call := received(name)[0]
	return []string{"void " + stand + "(void) { " + call + "(); }", "void " + stand + "(void) { " + strings.ReplaceAll(call, ".", "::") + "(); }"}
}
