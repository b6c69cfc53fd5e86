package patch

import (
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Labels are the ways in which models say which file a block of code belongs to.

var (
	infoKey     = pattern.Lazy(`^(?:title|file|filename|path|name)[=:]["']?([^"'\s]+)["']?$`)
	labelWords  = pattern.Lazy(`(?i)^(?:(?:new |updated |modified |full |complete |the )*(?:file ?name|file ?path|file|path)\s*:)\s*`)
	commentPath = pattern.Lazy(`^\s*(?://|#|--|;|%|/\*|<!--|\(\*)\s*(.*?)\s*(?:\*/|-->|\*\))?\s*$`)
	plainLabel  = pattern.Lazy(`^\s*(FILE:.*?)\s*$`) // as the prompt shows it
	quotedWord  = pattern.Lazy("`([^`\\s]+)`|\\*\\*([^*\\s]+)\\*\\*")
	pathShape   = pattern.Lazy(`^[\w@+.~()\[\]\\/-]*[\w)\]]$`)
	extension   = pattern.Lazy(`^\.[a-z][a-z0-9]{0,7}$`)
	listNumber  = pattern.Lazy(`^(?:\d+[.)]|[-*+])\s+`)
	noteBehind  = pattern.Lazy(`\s+\((?:new|new file|updated|modified|create|created|full|complete|unchanged)\)$`)
)

// labelOf finds the path that a block's surroundings name. inside counts the first lines of the block that are label and
// not content.
func labelOf(c chunk, known func(string) bool) (name string, inside int) {
	first := firstLinePath(c, known)
	if c.path != "" {
		return c.path, 0
	}
	name = infoPath(c.info)
	if name == "" {
		name = pathAbove(c.before, languageOf(c.info), known)
	}
	if name == "" {
		name = first
	}
	if first != "" && (first == name || path.Base(first) == path.Base(name)) {
		return name, 1
	}
	return name, 0
}

// infoPath reads ```go path/x.go, ```go:path/x.go, ```path/x.go and ```go title="path/x.go".
func infoPath(info string) string {
	for i, word := range strings.Fields(info) {
		if m := infoKey.FindStringSubmatch(word); m != nil {
			return m[1]
		}
		if _, after, ok := strings.Cut(word, ":"); ok && i == 0 && looksLikePath(after) {
			return after
		}
		word = strings.Trim(word, "`\"'(){}")
		if looksLikePath(word) && (i > 0 || strings.ContainsAny(word, "./")) {
			return word
		}
	}
	return ""
}

// languageOf is the language in a fence's info string, "" if it names none.
func languageOf(info string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(info), " ")
	word, _, _ = strings.Cut(word, ":")
	word = strings.Trim(strings.ToLower(word), "{}.")
	if strings.ContainsAny(word, "/.=") {
		return ""
	}
	return word
}

// pathAbove reads the last line with text above a block, and the one before it where that is a mere "```".
func pathAbove(before []string, language string, known func(string) bool) string {
	for i := len(before) - 1; i >= 0 && i >= len(before)-4; i-- {
		if blank(before[i]) {
			continue
		}
		return linePath(before[i], language, known)
	}
	return ""
}

func linePath(text, language string, known func(string) bool) string {
	if name := barePath(text); name != "" {
		return name
	}
	// Prose such as "Here is the new `x/y.go`:" names a file only if there is no doubt which.
	found := map[string]bool{}
	var name string
	for _, m := range quotedWord.FindAllStringSubmatch(text, -1) {
		word := m[1] + m[2]
		if looksLikePath(word) && (known(word) || sameLanguage(word, language)) {
			found[word], name = true, word
		}
	}
	if len(found) == 1 {
		return name
	}
	return ""
}

// barePath gives the path if the line holds nothing else, in any of the common dresses.
func barePath(text string) string {
	t := strings.TrimSpace(text)
	t = strings.TrimSpace(strings.TrimLeft(t, "#"))
	t = listNumber.ReplaceAllString(t, "")
	for {
		next := strings.TrimSpace(strings.TrimSuffix(t, ":"))
		next = noteBehind.ReplaceAllString(next, "")
		next = labelWords.ReplaceAllString(next, "")
		next = unwrap(next)
		if next == t {
			break
		}
		t = next
	}
	if looksLikePath(t) {
		return t
	}
	return ""
}

func unwrap(s string) string {
	for _, q := range []string{"**", "__", "`", `"`, "'", "*"} {
		if len(s) > 2*len(q) && strings.HasPrefix(s, q) && strings.HasSuffix(s, q) {
			return strings.TrimSpace(s[len(q) : len(s)-len(q)])
		}
	}
	// **File:** `x` has its marks around a part only.
	if rest, ok := strings.CutPrefix(s, "**"); ok {
		if a, b, ok := strings.Cut(rest, "**"); ok && labelWords.MatchString(strings.TrimSuffix(strings.TrimSpace(a), ":")+":") {
			return strings.TrimSpace(strings.TrimPrefix(b, ":"))
		}
	}
	return s
}

// firstLinePath reads a first line of the block that is a comment with a path and nothing else, or such a label without one.
func firstLinePath(c chunk, known func(string) bool) string {
	if len(c.lines) == 0 {
		return ""
	}
	m := commentPath.FindStringSubmatch(c.lines[0])
	if m == nil {
		m = plainLabel.FindStringSubmatch(c.lines[0])
	}
	if m == nil {
		return ""
	}
	name := strings.TrimSpace(labelWords.ReplaceAllString(m[1], ""))
	name = strings.Trim(name, "`")
	if looksLikePath(name) && (known(name) || sameLanguage(name, languageOf(c.info)) || labelWords.MatchString(m[1])) {
		return name
	}
	return ""
}

// looksLikePath says whether a word can be meant as the path of a file: a folder or an extension, and no sentence.
func looksLikePath(s string) bool {
	if s == "" || len(s) > 400 || !pathShape.MatchString(s) || strings.Contains(s, "://") {
		return false
	}
	return extension.MatchString(path.Ext(s)) || strings.Contains(s, "/") || bareNames(s)
}

func bareNames(s string) bool {
	switch s {
	case "Makefile", "Dockerfile", "LICENSE", "README", "Jenkinsfile", "Rakefile", "Gemfile", "CMakeLists.txt":
		return true
	}
	return false
}

// sameLanguage says whether a file of that name can hold a block in that language. A block without a language fits all.
func sameLanguage(name, language string) bool {
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	if ext == "" {
		return false
	}
	return language == "" || language == ext || extensionOf(language) == ext
}

// extensionOf gives the usual extension of a language as fences name it.
func extensionOf(language string) string {
	switch language {
	case "golang":
		return "go"
	case "python", "python3", "py3":
		return "py"
	case "javascript", "node":
		return "js"
	case "typescript":
		return "ts"
	case "rust":
		return "rs"
	case "ruby":
		return "rb"
	case "bash", "shell", "zsh", "posix":
		return "sh"
	case "markdown":
		return "md"
	case "yml":
		return "yaml"
	case "c++", "cxx", "cc":
		return "cpp"
	case "csharp", "c#":
		return "cs"
	case "kotlin":
		return "kt"
	case "perl":
		return "pl"
	case "haskell":
		return "hs"
	case "elixir":
		return "ex"
	case "makefile", "make":
		return "mk"
	}
	return language
}
