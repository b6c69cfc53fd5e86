package report

import (
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// ANSI colours of diffs. A changed word is turned around in the colour of its line.
const (
	cyan    = "36"
	reverse = "7"
)

// Diff dresses a unified diff for a terminal as git does: headers bold, places cyan, what goes red and what comes green, and in
// lines that replace others the words that differ turned around. What would command the terminal is made visible. Without
// colour the diff stays as it is, byte for byte.
func (s Style) Diff(text string) string {
	if !s.Color {
		return text
	}
	var out strings.Builder
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	inHunk := false
	for i := 0; i < len(lines); {
		switch line := lines[i]; {
		case strings.HasPrefix(line, "diff --git "):
			inHunk = false
			out.WriteString(s.paint(bold, tame(line)) + "\n")
		case strings.HasPrefix(line, "@@"):
			inHunk = true
			out.WriteString(s.place(line) + "\n")
		case !inHunk:
			out.WriteString(s.paint(bold, tame(line)) + "\n")
		case line != "" && (line[0] == '-' || line[0] == '+'):
			end := i
			for end < len(lines) && lines[end] != "" && (lines[end][0] == '-' || lines[end][0] == '+') {
				end++
			}
			s.change(&out, lines[i:end])
			i = end
			continue
		default:
			out.WriteString(tame(line) + "\n")
		}
		i++
	}
	return out.String()
}

// place dresses the head of a hunk: its numbers, and the line that encloses it.
func (s Style) place(line string) string {
	if end := strings.Index(line[2:], "@@"); end >= 0 {
		return s.paint(cyan, tame(line[:end+4])) + tame(line[end+4:])
	}
	return s.paint(cyan, tame(line))
}

// change dresses a run of removed and added lines. Where as many come as go, each replaces the one in its place.
func (s Style) change(out *strings.Builder, lines []string) {
	goes := 0
	for goes < len(lines) && lines[goes][0] == '-' {
		goes++
	}
	olds, news := lines[:goes], lines[goes:]
	if len(olds) != len(news) {
		for _, l := range lines {
			out.WriteString(s.paint(colorOf(l), tame(l)) + "\n")
		}
		return
	}
	var before, after strings.Builder
	for i := range olds {
		old, now, ok := patch.Words(olds[i][1:], news[i][1:])
		if !ok {
			old, now = []patch.Part{{Text: olds[i][1:]}}, []patch.Part{{Text: news[i][1:]}}
		}
		before.WriteString(s.parts('-', old) + "\n")
		after.WriteString(s.parts('+', now) + "\n")
	}
	out.WriteString(before.String() + after.String())
}

func (s Style) parts(op byte, parts []patch.Part) string {
	color := colorOf(string(op))
	var out strings.Builder
	out.WriteString(s.paint(color, string(op)))
	for _, p := range parts {
		if p.Changed {
			out.WriteString(s.paint(color+";"+reverse, tame(p.Text)))
			continue
		}
		out.WriteString(s.paint(color, tame(p.Text)))
	}
	return out.String()
}

func colorOf(line string) string {
	if line[0] == '-' {
		return red
	}
	return green
}

// tame makes visible what would command the terminal: ^[ for escape, and a mark for what turns the direction of text. Tabs stay.
func tame(text string) string {
	const caret, bits = '@', 0x1f
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			out.WriteRune(r)
		case r < ' ':
			out.WriteString("^" + string(r&bits+caret))
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			out.WriteRune(unicode.ReplacementChar)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
