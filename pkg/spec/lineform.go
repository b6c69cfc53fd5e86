package spec

import (
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// The forms of single lines. Every line of a spec is asked for most of them, so the first byte decides where it can.

var (
	headingForm = pattern.Lazy(`^(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	linkForm    = pattern.Lazy(`^\[[^\]]+\]:[ \t]*\S`)
	specTitle   = pattern.Lazy(`(?i)^spec(?:ification)?\s*:\s*(\S.*?)\s*$`)
)

const whiteSpace = " \t"

// margin takes off up to three blanks, beyond which Markdown reads no blocks but items.
func margin(text string) string {
	for i := 0; i < tabStop-1 && strings.HasPrefix(text, " "); i++ {
		text = text[1:]
	}
	return text
}

// heading reads `## Title`.
func heading(text string) (level int, title string, ok bool) {
	text = margin(text)
	if !strings.HasPrefix(text, "#") {
		return 0, "", false
	}
	m := headingForm.FindStringSubmatch(text)
	if m == nil {
		return 0, "", false
	}
	return len(m[1]), strings.TrimSpace(m[2]), true
}

// isUnderline says whether a line makes a heading of the one above.
func isUnderline(text string) bool {
	text = strings.TrimRight(margin(text), whiteSpace)
	return text != "" && (strings.Trim(text, "=") == "" || len(text) > 1 && strings.Trim(text, "-") == "")
}

// isRule says whether a line is a rule across the page.
func isRule(text string) bool {
	text = margin(text)
	if text == "" || !strings.ContainsRune("*-_", rune(text[0])) {
		return false
	}
	return strings.Count(text, text[:1]) >= 3 && strings.Trim(text, text[:1]+whiteSpace) == ""
}

func isLink(text string) bool {
	text = margin(text)
	return strings.HasPrefix(text, "[") && linkForm.MatchString(text)
}

// fenceBar gives the characters that open a code fence, "" if the line opens none.
func fenceBar(text string) string {
	text = strings.TrimLeft(text, whiteSpace)
	if text == "" || (text[0] != '`' && text[0] != '~') {
		return ""
	}
	info := strings.TrimLeft(text, text[:1])
	bar := text[:len(text)-len(info)]
	if len(bar) < 3 || (text[0] == '`' && strings.Contains(info, "`")) {
		return ""
	}
	return bar
}

// bullets are the characters that begin an item. The first three are Markdown's, the others come with pasted text.
const bullets = "-*+•◦‣▪●○·–"

// marker is the beginning of an item: its bullet or number, with the white space around it.
type marker struct {
	width  int // bytes
	number string
	empty  bool // nothing stands behind it
}

// cutMarker reads `- `, `• `, `3. ` and the like.
func cutMarker(text string) (marker, bool) {
	rest := strings.TrimLeft(text, whiteSpace)
	if rest == "" {
		return marker{}, false
	}
	m := marker{}
	if r, size := utf8.DecodeRuneInString(rest); strings.ContainsRune(bullets, r) {
		rest = rest[size:]
	} else {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if digits == "" || len(digits) > 9 {
			return marker{}, false
		}
		m.number, rest = digits, rest[len(digits):]
		if rest == "" || (rest[0] != '.' && rest[0] != ')') {
			return marker{}, false
		}
		rest = rest[1:]
	}
	behind := strings.TrimLeft(rest, whiteSpace)
	if behind == rest && rest != "" {
		return marker{}, false
	}
	m.width, m.empty = len(text)-len(behind), behind == ""
	return m, true
}

// markerWidth is the width of the marker that a line begins with, 0 without one.
func markerWidth(text string) int {
	m, _ := cutMarker(text)
	return m.width
}

// endsSentence says whether a line ends where a sentence, a title or a quotation can end.
func endsSentence(text string) bool {
	text = strings.TrimRight(text, whiteSpace)
	r, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && strings.ContainsRune(".!?:;)]`|\"”*_", r)
}
