package evaluate

import (
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// embeds names an acceptance test that a Go file may take into its program by a go:embed directive; "" if it takes none. Directives
// are read as the go command does, see go doc embed: anywhere in the file, with patterns that may be quoted.
func (e *evaluation) embeds(s *source) string {
	parsed, err := parser.ParseFile(token.NewFileSet(), s.Path, s.Data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "" // it does not build
	}
	for _, group := range parsed.Comments {
		for _, c := range group.List {
			rest, ok := strings.CutPrefix(c.Text, "//go:embed")
			if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
				continue
			}
			patterns, certain := embedPatterns(rest)
			for _, t := range e.frozen.files {
				if !certain || mayEmbed(patterns, path.Dir(s.Path), t.path) {
					return t.called()
				}
			}
		}
	}
	return ""
}

// called is how a file is named to who may not know of it.
func (t *testFile) called() string {
	if t.sealed {
		return "a file"
	}
	return t.path
}

// embedPatterns reads the patterns of a directive. They are not certain where the go command would refuse them.
func embedPatterns(text string) (patterns []string, certain bool) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		end := strings.IndexAny(text+" ", " \t")
		pattern := text[:end]
		if text[0] == '"' || text[0] == '`' {
			quoted, err := strconv.QuotedPrefix(text)
			if err != nil {
				return nil, false
			}
			pattern, _ = strconv.Unquote(quoted) // what QuotedPrefix gives can be unquoted
			end = len(quoted)
		}
		text = text[end:]
		patterns = append(patterns, strings.TrimPrefix(pattern, "all:"))
	}
	return patterns, true
}

// mayEmbed says whether one of the patterns of a file in dir means a test file, a folder that it is in, or any test beside it: what
// is built along with acceptance tests stands there too.
func mayEmbed(patterns []string, dir, test string) bool {
	rel := test
	if dir != "." {
		var below bool
		if rel, below = strings.CutPrefix(test, dir+"/"); !below {
			return false
		}
	}
	elements := strings.Split(rel, "/")
	for _, pattern := range patterns {
		parts := strings.Split(path.Clean(pattern), "/")
		if pattern == "." || len(parts) <= len(elements) && meansAll(parts, elements) {
			return true
		}
	}
	return false
}

// meansAll says whether the parts of a pattern mean the first elements of a test's path.
func meansAll(parts, elements []string) bool {
	for i, part := range parts {
		if i == len(elements)-1 {
			return meansTest(part, elements[i]) || meansTest(part, builtBeside)
		}
		if ok, err := path.Match(part, elements[i]); err == nil && !ok {
			return false
		}
	}
	return true
}

// builtBeside is how the names of files begin that specgen keeps for what it builds along with acceptance tests, see pkg/runner: now a
// name in positions alone, but who embeds it looks for what must stay unknown. How they go on nobody knows.
const builtBeside = "zz_specgen_"

// meansTest says whether a pattern can mean a test file whose name begins as one does, by what it begins and ends with itself.
func meansTest(part, begins string) bool {
	const end, meta = "_test.go", `*?[]\\`
	either := func(has func(s, part string) bool, a, b string) bool { return has(a, b) || has(b, a) }
	first := strings.IndexAny(part, meta)
	if first < 0 {
		return part == begins || begins == builtBeside && strings.HasPrefix(part, begins)
	}
	return either(strings.HasPrefix, part[:first], begins) && either(strings.HasSuffix, part[strings.LastIndexAny(part, meta)+1:], end)
}
