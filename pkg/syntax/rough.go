package syntax

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// rough tells comments from code and strings by a table. Where the table is in doubt it shows more and not less: a rule that hits in a
// comment is a nuisance, one that overlooks code is a hole.
type rough struct {
	line    []string    // begin a comment up to the end of the line
	block   [][2]string // begin and end a comment
	quotes  []Quote     // longest first
	spaced  bool        // a line comment begins only at the start of a word, as in a shell
	nested  bool        // block comments nest
	heredoc bool        // there are documents behind <<WORD
	chars   bool        // ' holds one character, and begins other things too
}

var document = pattern.Lazy(`^<<[-~]?[ \t]*(["']?)([A-Za-z_][A-Za-z0-9_]*)["']?`) // what announces a document on the lines below

// blank replaces comments by blanks and keeps every line where it is.
func (l *rough) blank(text string) string {
	b := blanker{rough: l, text: text, missed: map[string]int{}}
	if strings.HasPrefix(text, "#!") {
		b.keepLine() // it decides what runs the file
	}
	for b.at < len(text) {
		b.step()
	}
	return b.out.String()
}

type blanker struct {
	*rough
	text    string
	at      int
	out     strings.Builder
	pending []string       // words that end the documents which begin on the next line
	missed  map[string]int // how often the end of what a mark begins was looked for in vain
}

func (b *blanker) rest() string { return b.text[b.at:] }

func (b *blanker) keep(n int) {
	n = min(n, len(b.text)-b.at)
	b.out.WriteString(b.text[b.at : b.at+n])
	b.at += n
}

func (b *blanker) hide(n int) {
	hidden := []byte(b.text[b.at : b.at+n])
	Hide(hidden)
	b.out.Write(hidden)
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
		if !strings.HasPrefix(rest, block[0]) || b.hopeless(block[0]) {
			continue
		}
		if n := blockLength(rest, block, b.nested); n > 0 {
			b.hide(n)
			return
		}
		b.missed[block[0]]++
	}
	for _, mark := range b.line {
		if strings.HasPrefix(rest, mark) && (!b.spaced || b.startsWord()) {
			b.hide(toLineEnd(rest))
			return
		}
	}
	for _, q := range b.quotes {
		if strings.HasPrefix(rest, q.Mark) {
			b.keepQuoted(q)
			return
		}
	}
	b.other(rest)
}

// keepQuoted keeps a string, or only its mark where it has no end.
func (b *blanker) keepQuoted(q Quote) {
	n := len(q.Mark)
	if !q.Lines || !b.hopeless(q.Mark) {
		n = q.Length(b.rest())
	}
	if n == len(q.Mark) {
		b.missed[q.Mark]++
	}
	b.keep(n)
}

// other keeps what is neither comment nor plain string.
func (b *blanker) other(rest string) {
	switch {
	case b.chars && rest[0] == '\'':
		b.keep(max(Character(rest), 1))
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

// hopeless says whether an end was missing so often that nobody looks for one more; the rest is then shown as it is.
func (b *blanker) hopeless(mark string) bool { return b.missed[mark] > 64 }

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
		if b.hopeless("<<"+word) || len(b.missed) > 1000 {
			continue
		}
		b.missed["<<"+word]++
		n := 0
		for line := range strings.SplitAfterSeq(b.rest(), "\n") {
			n += len(line)
			if strings.TrimSpace(line) == word {
				b.keep(n)
				b.missed["<<"+word]--
				break
			}
		}
	}
	b.pending = nil
}
