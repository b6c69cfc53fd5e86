package runner

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// words takes out of a program's text what differs between machines and runs, so that equal situations read equally.
type words struct {
	checkout  string
	temporary []string // folders that are called /tmp
	overlaid  []string // pairs: a file that stood in the place of one of the checkout, and that one
	noise     []replacement
}

type replacement struct {
	pattern *regexp.Regexp
	with    string
}

func newWords(in layout) words {
	return words{
		checkout: in.Checkout, temporary: []string{in.Work, in.Tmp},
		noise: []replacement{
			{regexp.MustCompile(`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`), "TIME"},
			{regexp.MustCompile(`\b0x[0-9a-fA-F]{5,16}\b`), "0xADDR"},
			{regexp.MustCompile(`\bgoroutine \d+\b`), "goroutine N"},
			{regexp.MustCompile(`\b(127\.0\.0\.1|localhost|\[::1?\]):\d{4,5}\b`), "$1:PORT"},
			{regexp.MustCompile(`/tmp/[^\s:"')]+`), "/tmp/…"},
			{regexp.MustCompile(` \(\d+\.\d+s\)`), ""},
		},
	}
}

// escapes are the sequences that colour and move.
var escapes = pattern.Lazy("\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)")

// plain makes text readable: no escape sequences, paths relative to the checkout.
func (w words) plain(text string) string {
	if strings.Contains(text, "\x1b") {
		text = escapes.ReplaceAllString(text, "")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if len(w.overlaid) > 0 {
		text = strings.NewReplacer(w.overlaid...).Replace(text) // the compiler names the file that it read
	}
	if w.checkout != "" {
		text = strings.ReplaceAll(text, w.checkout+string(filepath.Separator), "")
	}
	for _, dir := range w.temporary {
		if dir != "" {
			text = strings.ReplaceAll(text, dir, "/tmp")
		}
	}
	return strings.ToValidUTF8(strings.Map(printable, text), "\uFFFD")
}

func printable(r rune) rune {
	if r == '\n' || r == '\t' || r >= ' ' && r != 0x7f {
		return r
	}
	return -1
}

const (
	maxMessageLines = 6
	maxMessageBytes = 800
)

// message is plain without times, addresses and the like, cut to a few lines.
func (w words) message(text string) string {
	text = w.plain(text)
	for _, n := range w.noise {
		text = n.pattern.ReplaceAllString(text, n.with)
	}
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \t\n"); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) > maxMessageLines {
		lines = append(lines[:maxMessageLines], "…")
	}
	text = strings.Join(lines, "\n")
	if len(text) > maxMessageBytes {
		text = strings.ToValidUTF8(text[:maxMessageBytes], "") + "…"
	}
	return text
}

// relative gives a path as the checkout knows it: slash-separated, from its root.
func (w words) relative(path, sub string) string {
	path = strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(w.checkout)+"/")
	if sub != "" && !strings.HasPrefix(path, "/") {
		path = sub + "/" + path
	}
	return strings.TrimPrefix(filepath.ToSlash(filepath.Clean(path)), "./")
}
