package patch

import (
	"bytes"
	"fmt"
	"strings"
)

// contextLines is what a unified diff shows around a change.
const contextLines = 3

// FileStat is how much of a file changed.
type FileStat struct {
	Path    string `json:"path"`
	Added   int    `json:"added"`   // lines
	Removed int    `json:"removed"` // lines
	Binary  bool   `json:"binary,omitempty"`
}

// Stat counts the lines added and removed between two contents of a file. nil is a file that is not there.
func Stat(path string, a, b []byte) FileStat {
	s := FileStat{Path: path}
	if isBinary(a) || isBinary(b) {
		s.Binary = true
		return s
	}
	for _, l := range diffLines(keepEnds(a), keepEnds(b)) {
		switch l.op {
		case '+':
			s.Added++
		case '-':
			s.Removed++
		}
	}
	return s
}

// Diff gives the unified diff between two contents of the file at path, with git's headers, "" if they are equal. nil is a
// file that is not there, so that the diff adds or deletes it.
func Diff(path string, a, b []byte) string { return DiffModes(path, ModeFile, ModeFile, a, b) }

// DiffModes is Diff of a file that has those modes before and after. The mode of a file that is not there does not matter.
func DiffModes(path string, before, after uint32, a, b []byte) string {
	chmod := a != nil && b != nil && before != after
	if bytes.Equal(a, b) && (a == nil) == (b == nil) && !chmod {
		return ""
	}
	var out strings.Builder
	oldName, newName := quote("a/"+path), quote("b/"+path)
	fmt.Fprintf(&out, "diff --git %s %s\n", oldName, newName)
	switch {
	case a == nil:
		fmt.Fprintf(&out, "new file mode %o\n", after)
		oldName = devNull
	case b == nil:
		fmt.Fprintf(&out, "deleted file mode %o\n", before)
		newName = devNull
	case chmod:
		fmt.Fprintf(&out, "old mode %o\nnew mode %o\n", before, after)
	}
	if isBinary(a) || isBinary(b) {
		fmt.Fprintf(&out, "Binary files %s and %s differ\n", oldName, newName)
		return out.String()
	}
	if bytes.Equal(a, b) {
		return out.String()
	}
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", tabbed(oldName), tabbed(newName))
	writeHunks(&out, diffLines(keepEnds(a), keepEnds(b)))
	return out.String()
}

func isBinary(data []byte) bool { return bytes.IndexByte(data, 0) >= 0 }

// keepEnds cuts text into lines that keep their LF.
func keepEnds(data []byte) []string {
	lines := strings.SplitAfter(string(data), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// writeHunks groups a diff into hunks with three lines of context.
func writeHunks(out *strings.Builder, lines []diffLine) {
	oldLine, newLine := 1, 1
	for i := 0; i < len(lines); {
		if lines[i].op == ' ' {
			i, oldLine, newLine = i+1, oldLine+1, newLine+1
			continue
		}
		from, to := hunkSpan(lines, i)
		back := i - from
		oldCount, newCount := writeHunk(out, lines[from:to], oldLine-back, newLine-back)
		oldLine, newLine = oldLine-back+oldCount, newLine-back+newCount
		i = to
	}
}

// hunkSpan gives the lines of the hunk whose first change is at i: changes that are at most twice the context apart share one.
func hunkSpan(lines []diffLine, i int) (from, to int) {
	from = max(0, i-contextLines)
	last := i
	for j := i; j < len(lines) && j-last <= 2*contextLines; j++ {
		if lines[j].op != ' ' {
			last = j
		}
	}
	return from, min(len(lines), last+1+contextLines)
}

func writeHunk(out *strings.Builder, lines []diffLine, oldStart, newStart int) (oldCount, newCount int) {
	for _, l := range lines {
		if l.op != '+' {
			oldCount++
		}
		if l.op != '-' {
			newCount++
		}
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(oldStart, oldCount), span(newStart, newCount))
	for _, l := range lines {
		out.WriteByte(l.op)
		out.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
	return oldCount, newCount
}

func span(start, count int) string {
	switch count {
	case 0:
		return fmt.Sprintf("%d,0", start-1)
	case 1:
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}

// quote writes a path as git does: in C style if it holds a quote, a backslash or a control character.
func quote(path string) string {
	plain := func(r rune) bool { return r >= ' ' && r != '"' && r != '\\' && r != 0x7f }
	if strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range []byte(path) {
		switch {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&out, `\%03o`, c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// tabbed marks the end of a path with blanks, as git does in file headers.
func tabbed(path string) string {
	if strings.Contains(path, " ") && !strings.HasPrefix(path, `"`) {
		return path + "\t"
	}
	return path
}
