package syntax

import (
	"path"
	"strings"
)

// Language is what is known of a language.
type Language struct {
	Name string

	lex    func(*File)      // reads its tokens; nil where only the comments are known
	names  func(*File) Uses // reads its imports and calls
	rough  *rough
	typed  bool // TypeScript
	jsx    bool // elements may stand among code
	plainC bool // what C++ alone has is not certain
}

// Go is the name of the language that this package leaves to go/parser.
const Go = "Go"

// Reads says whether the imports, calls and identifiers of the language can be told; Go's are told elsewhere.
func (l *Language) Reads() bool { return l.lex != nil || l.Name == Go }

func (l *Language) blank(text string) string { return l.rough.blank(text) }

// Readable lists the languages whose syntax is read.
func Readable() []string {
	return []string{Go, "Python", "JavaScript", "TypeScript", "Java", "Rust", "C", "C++"}
}

// LanguageOf goes by the extension, or the whole name. What is not known is text without comments.
func LanguageOf(p string) *Language {
	switch path.Base(p) {
	case "Makefile", "Dockerfile", "Containerfile":
		return &Language{Name: path.Base(p), rough: hashes()}
	}
	switch ext := strings.ToLower(path.Ext(p)); ext {
	case ".go":
		return &Language{Name: Go, rough: slashes()}
	case ".js", ".mjs", ".cjs", ".jsx":
		return &Language{Name: "JavaScript", lex: lexScript, names: scriptNames, jsx: true}
	case ".ts", ".mts", ".cts", ".tsx":
		return &Language{Name: "TypeScript", lex: lexScript, names: scriptNames, typed: true, jsx: ext == ".tsx"}
	case ".py", ".pyi":
		return &Language{Name: "Python", lex: lexPython, names: pythonNames}
	case ".java":
		return &Language{Name: "Java", lex: lexJava, names: javaNames}
	case ".rs":
		return &Language{Name: "Rust", lex: lexRust, names: rustNames}
	case ".c", ".h":
		return &Language{Name: "C", lex: lexC, names: clangNames, plainC: true}
	case ".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".ipp", ".inl":
		return &Language{Name: "C++", lex: lexC, names: clangNames}
	default:
		return roughly(ext)
	}
}

func escaped() []Quote { return []Quote{{`"`, true, true}} }

func plain() []Quote { return []Quote{{`"`, true, false}, {`'`, true, false}} }

func multi() []Quote { return []Quote{{`"`, true, true}, {`'`, true, true}} }

func stars() [][2]string { return [][2]string{{"/*", "*/"}} }

func slashes() *rough {
	return &rough{line: []string{"//"}, block: stars(), quotes: escaped(), chars: true}
}

func hashes() *rough { return &rough{line: []string{"#"}, quotes: plain(), spaced: true} }

func kotlin() *rough {
	return &rough{line: []string{"//"}, block: stars(), quotes: append([]Quote{{`"""`, false, true}}, escaped()...), chars: true, nested: true}
}

func ruby() *rough {
	return &rough{line: []string{"#"}, quotes: multi(), spaced: true, heredoc: true}
}

func shell() *rough {
	return &rough{line: []string{"#"}, quotes: []Quote{{`"`, true, true}, {`'`, false, true}}, spaced: true, heredoc: true}
}

// roughly gives the languages of which only the comments are known.
func roughly(ext string) *Language {
	switch ext {
	case ".cs":
		return &Language{Name: "C#", rough: slashes()}
	case ".proto":
		return &Language{Name: "Protocol Buffers", rough: slashes()}
	case ".kt", ".kts":
		return &Language{Name: "Kotlin", rough: kotlin()}
	case ".swift":
		return &Language{Name: "Swift", rough: kotlin()}
	case ".scala":
		return &Language{Name: "Scala", rough: kotlin()}
	case ".rb":
		return &Language{Name: "Ruby", rough: ruby()}
	case ".pl", ".pm":
		return &Language{Name: "Perl", rough: ruby()}
	case ".ex", ".exs":
		return &Language{Name: "Elixir", rough: ruby()}
	case ".sh", ".bash", ".zsh", ".ksh":
		return &Language{Name: "shell", rough: shell()}
	case ".yaml", ".yml", ".toml", ".mk", ".r", ".tf", ".ini", ".conf":
		return &Language{Name: strings.TrimPrefix(ext, ".") + " files", rough: hashes()}
	case ".php":
		return &Language{Name: "PHP", rough: &rough{line: []string{"//", "#"}, block: stars(), quotes: multi()}}
	case ".sql":
		return &Language{Name: "SQL", rough: &rough{line: []string{"--"}, block: stars(), quotes: []Quote{{`"`, false, true}, {`'`, false, true}}}}
	case ".lua":
		return &Language{Name: "Lua", rough: &rough{line: []string{"--"}, block: [][2]string{{"--[[", "]]"}}, quotes: plain()}}
	case ".css":
		return &Language{Name: "CSS", rough: &rough{block: stars(), quotes: plain()}}
	case ".html", ".xml", ".svg", ".vue":
		return &Language{Name: "markup", rough: &rough{block: [][2]string{{"<!--", "-->"}}}}
	}
	return &Language{Name: "text", rough: &rough{}}
}
