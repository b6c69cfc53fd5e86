package evaluate

import (
	"path"
	"regexp"
	"strings"
)

const goName = "Go"

// language is what it takes to tell comments from code and strings. Where the table is in doubt it shows more and not
// less: a rule that hits in a comment is a nuisance, one that overlooks code is a hole.
type language struct {
	name    string
	line    []string    // begin a comment up to the end of the line
	block   [][2]string // begin and end a comment
	quotes  []quote     // longest first
	spaced  bool        // a line comment begins only at the start of a word, as in a shell
	nested  bool        // block comments nest
	regexps bool        // there are literals between slashes
	heredoc bool        // there are documents behind <<WORD
	chars   bool        // ' holds one character, and begins other things too
}

type quote struct {
	mark    string
	escapes bool // a backslash hides the next character
	lines   bool // may go over several lines
}

var (
	// character is one character between quotes. What else begins with a quote is a lifetime, a label, a digit separator.
	character = regexp.MustCompile(`^'(\\[^\n]{1,9}?|[^\\'\n])'`)
	// document is what announces a document on the lines below.
	document = regexp.MustCompile(`^<<[-~]?\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)["']?`)
)

const double, single, back = `"`, `'`, "`"

// languages lists what is known, by the name that messages use.
func languages() []*language {
	slashes, stars := []string{"//"}, [][2]string{{"/*", "*/"}}
	plain := []quote{{double, true, false}, {single, true, false}}
	multi := []quote{{double, true, true}, {single, true, true}}
	template := append([]quote{{back, true, true}}, plain...)
	char := []quote{{double, true, true}}
	hash := []string{"#"}
	return []*language{
		{name: goName},
		{name: "JavaScript", line: slashes, block: stars, quotes: template, regexps: true},
		{name: "C", line: slashes, block: stars, quotes: char, chars: true},
		{name: "Rust", line: slashes, block: stars, quotes: char, chars: true, nested: true},
		{name: "Kotlin", line: slashes, block: stars, quotes: append([]quote{{`"""`, false, true}}, char...), chars: true, nested: true},
		{name: "Python", line: hash, quotes: append([]quote{{`"""`, true, true}, {`'''`, true, true}}, plain...)},
		{name: "Ruby", line: hash, quotes: multi, spaced: true, heredoc: true},
		{name: "shell", line: hash, quotes: []quote{{double, true, true}, {single, false, true}}, spaced: true, heredoc: true},
		{name: "hash comments", line: hash, quotes: plain, spaced: true},
		{name: "PHP", line: []string{"//", "#"}, block: stars, quotes: multi},
		{name: "SQL", line: []string{"--"}, block: stars, quotes: []quote{{double, false, true}, {single, false, true}}},
		{name: "Lua", line: []string{"--"}, block: [][2]string{{"--[[", "]]"}}, quotes: plain},
		{name: "CSS", block: stars, quotes: plain},
		{name: "markup", block: [][2]string{{"<!--", "-->"}}},
		{name: "text"},
	}
}

// languageOf goes by the extension, or the whole name. What is not known is text without comments.
func languageOf(p string) *language {
	name := languageName(p)
	var text *language
	for _, l := range languages() {
		if l.name == name {
			return l
		}
		text = l
	}
	return text
}

func languageName(p string) string {
	switch base := path.Base(p); base {
	case "Makefile", "Dockerfile", "Containerfile":
		return "hash comments"
	}
	switch strings.ToLower(path.Ext(p)) {
	case ".go":
		return goName
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx":
		return "JavaScript"
	case ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".cs", ".java", ".proto":
		return "C"
	case ".rs":
		return "Rust"
	case ".kt", ".kts", ".swift", ".scala":
		return "Kotlin"
	case ".py", ".pyi":
		return "Python"
	case ".rb", ".pl", ".pm", ".ex", ".exs":
		return "Ruby"
	case ".sh", ".bash", ".zsh", ".ksh":
		return "shell"
	case ".yaml", ".yml", ".toml", ".mk", ".r", ".tf", ".ini", ".conf":
		return "hash comments"
	case ".php":
		return "PHP"
	case ".sql":
		return "SQL"
	case ".lua":
		return "Lua"
	case ".css":
		return "CSS"
	case ".html", ".xml", ".svg", ".vue":
		return "markup"
	}
	return "text"
}

// blank replaces comments by blanks and keeps every line where it is.
func (l *language) blank(text string) string {
	b := blanker{language: l, text: text}
	if strings.HasPrefix(text, "#!") {
		b.keepLine() // it decides what runs the file
	}
	for b.at < len(text) {
		b.step()
	}
	return b.out.String()
}

type blanker struct {
	*language
	text    string
	at      int
	out     strings.Builder
	pending []string // words that end the documents which begin on the next line
}

func (b *blanker) rest() string { return b.text[b.at:] }

func (b *blanker) keep(n int) {
	n = min(n, len(b.text)-b.at)
	b.out.WriteString(b.text[b.at : b.at+n])
	b.at += n
}

func (b *blanker) hide(n int) {
	for i := b.at; i < b.at+n; i++ {
		if c := b.text[i]; c == '\n' || c == '\t' || c == '\r' {
			b.out.WriteByte(c)
		} else {
			b.out.WriteByte(' ')
		}
	}
	b.at += n
}

func (b *blanker) keepLine() { b.keep(toLineEnd(b.rest())) }

func toLineEnd(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

func (b *blanker) step() {
	rest := b.rest()
	for _, block := range b.block {
		if n := blockLength(rest, block, b.nested); n > 0 {
			b.hide(n)
			return
		}
	}
	for _, mark := range b.line {
		if strings.HasPrefix(rest, mark) && (!b.spaced || b.startsWord()) {
			b.hide(toLineEnd(rest))
			return
		}
	}
	for _, q := range b.quotes {
		if strings.HasPrefix(rest, q.mark) {
			b.keep(q.length(rest))
			return
		}
	}
	b.other(rest)
}

// other keeps what is neither comment nor plain string.
func (b *blanker) other(rest string) {
	switch {
	case b.chars && rest[0] == '\'':
		b.keep(max(len(character.FindString(rest)), 1))
	case b.regexps && rest[0] == '/' && b.expectsValue():
		b.keep(regexpLength(rest))
	case b.heredoc && strings.HasPrefix(rest, "<<"):
		b.openDocument(rest)
	case rest[0] == '\n' && len(b.pending) > 0:
		b.keep(1)
		b.keepDocuments()
	case rest[0] == '\\' && b.spaced:
		b.keep(2)
	default:
		b.keep(1)
	}
}

// startsWord says whether a new word begins here.
func (b *blanker) startsWord() bool {
	return b.at == 0 || strings.IndexByte(" \t\n\r;(|&", b.text[b.at-1]) >= 0
}

// blockLength is the length of the block comment that text begins with; 0 if it begins with none, or with one that never ends.
func blockLength(text string, block [2]string, nested bool) int {
	if !strings.HasPrefix(text, block[0]) {
		return 0
	}
	depth := 1
	for i := len(block[0]); i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], block[1]):
			if depth--; depth == 0 {
				return i + len(block[1])
			}
			i += len(block[1]) - 1
		case nested && strings.HasPrefix(text[i:], block[0]):
			depth++
			i += len(block[0]) - 1
		}
	}
	return 0
}

// length is that of the string that text begins with. One that does not end where it must is just its mark.
func (q quote) length(text string) int {
	for i := len(q.mark); i < len(text); i++ {
		switch {
		case q.escapes && text[i] == '\\':
			i++
		case strings.HasPrefix(text[i:], q.mark):
			return i + len(q.mark)
		case text[i] == '\n' && !q.lines:
			return len(q.mark)
		}
	}
	return len(q.mark)
}

// expectsValue says whether a slash begins a regular expression: nothing that could be divided stands before it.
func (b *blanker) expectsValue() bool {
	before := strings.TrimRight(b.text[:b.at], " \t\r\n")
	if before == "" || strings.IndexByte("(,=:[!&|?{};+-*%<>~^", before[len(before)-1]) >= 0 {
		return true
	}
	for _, word := range []string{"return", "typeof", "case", "in", "of", "delete", "void"} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return false
}

func regexpLength(text string) int {
	class := false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			return 1
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			return i + 1
		}
	}
	return 1
}

// openDocument remembers the word that ends a document, if one begins on the next line.
func (b *blanker) openDocument(rest string) {
	m := document.FindStringSubmatch(rest)
	if m == nil {
		b.keep(2)
		return
	}
	b.pending = append(b.pending, m[2])
	b.keep(len(m[0]))
}

// keepDocuments keeps the lines of pending documents: what looks like a comment there is data. A document whose end is
// missing is none.
func (b *blanker) keepDocuments() {
	for _, word := range b.pending {
		n := 0
		for line := range strings.SplitAfterSeq(b.rest(), "\n") {
			n += len(line)
			if strings.TrimSpace(line) == word {
				b.keep(n)
				break
			}
		}
	}
	b.pending = nil
}
