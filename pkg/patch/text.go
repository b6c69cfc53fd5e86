package patch

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

const byteOrderMark = "\ufeff"

// document is a file of the base, cut into lines that keep their ends.
type document struct {
	mark  string // byte order mark
	lines []docLine
	step  int // spaces to a step of indentation, once that was asked for
}

type docLine struct{ text, eol string }

// readDocument cuts data into lines at LF. A CR before it belongs to the line's end.
func readDocument(data []byte) *document {
	text := string(data)
	d := &document{lines: make([]docLine, 0, bytes.Count(data, []byte("\n"))+1)}
	if rest, ok := strings.CutPrefix(text, byteOrderMark); ok {
		d.mark, text = byteOrderMark, rest
	}
	for text != "" {
		content, rest, found := strings.Cut(text, "\n")
		eol := ""
		if found {
			eol = "\n"
			if strings.HasSuffix(content, "\r") {
				content, eol = content[:len(content)-1], "\r\n"
			}
		} else if strings.HasSuffix(content, "\r") {
			content, eol = content[:len(content)-1], "\r"
		}
		d.lines = append(d.lines, docLine{content, eol})
		text = rest
	}
	return d
}

// finalNewline says whether the file's last line is ended. An empty file counts as one.
func (d *document) finalNewline() bool {
	return len(d.lines) == 0 || strings.HasSuffix(d.lines[len(d.lines)-1].eol, "\n")
}

// eolAt is the line end that fits at line i: that of the line before, of the line itself, of the file, or LF.
func (d *document) eolAt(i int) string {
	for _, j := range []int{i - 1, i, 0} {
		if j >= 0 && j < len(d.lines) && strings.HasSuffix(d.lines[j].eol, "\n") {
			return d.lines[j].eol
		}
	}
	return "\n"
}

// unreadable says why a file's content cannot be patched as text, or "".
func unreadable(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")):
		return "it is a pointer to a file kept outside git (LFS)"
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return "it is UTF-16 text"
	case bytes.IndexByte(data, 0) >= 0:
		return "it is binary"
	}
	return ""
}

// hasPlus says whether any line begins with a plus.
func (d *document) hasPlus() bool {
	return slices.ContainsFunc(d.lines, func(l docLine) bool { return strings.HasPrefix(l.text, "+") })
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// solid counts the characters that are not white space.
func solid(lines []line) int {
	n := 0
	for _, l := range lines {
		for field := range strings.FieldsSeq(l.text) {
			n += utf8.RuneCountInString(field)
		}
	}
	return n
}

// splitLines cuts text at LF. A final LF makes no empty last line.
func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
