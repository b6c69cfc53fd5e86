package patch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// The dresses in which a patch can come: tags around it, a blank margin, the marks of a quotation, line numbers in front.

var (
	tagOpen  = pattern.Lazy(`^<file\s+(?:path|name|filename|src)=(?:"([^"<>]+)"|'([^'<>]+)')[^<>]*>\s*$`)
	tagClose = pattern.Lazy(`^</file>\s*$`)
	numbered = pattern.Lazy(`^\s*(\d+)(\s*\||: |:|\t)(.*)$`)
)

// tagged reads <file path="..."> ... </file> at the head of lines; used counts its lines, 0 if there is none.
func tagged(lines []string) (c chunk, used int) {
	if !strings.Contains(lines[0], "<") {
		return chunk{}, 0
	}
	m := tagOpen.FindStringSubmatch(strings.TrimSuffix(lines[0], "\r"))
	if m == nil {
		return chunk{}, 0
	}
	c = chunk{fenced: true, path: m[1] + m[2]}
	end, closers := 0, 0
	for i := 1; i < len(lines) && !tagOpen.MatchString(strings.TrimSuffix(lines[i], "\r")); i++ {
		if tagClose.MatchString(strings.TrimSuffix(lines[i], "\r")) {
			end, closers = i, closers+1
		}
	}
	switch {
	case closers == 0:
		c.unclosed, c.lines = true, lines[1:]
		return c, len(lines)
	case closers > 1:
		c.fault = &fault{reason: Markers, message: "it is not clear which </file> ends this file; send it between fences"}
	}
	c.lines = unwrapped(lines[1:end])
	return c, end + 1
}

// unwrapped takes away the fence or the CDATA mark that alone stands between a tag and its text.
func unwrapped(lines []string) []string {
	from, to := 0, len(lines)
	for from < to && blank(lines[from]) {
		from++
	}
	for to > from && blank(lines[to-1]) {
		to--
	}
	if to-from < 2 {
		return lines
	}
	first, last := lines[from], lines[to-1]
	open, end := fenceLine.FindStringSubmatch(first), fenceLine.FindStringSubmatch(last)
	fenced := open != nil && end != nil && open[2] == end[2] && blank(end[3])
	if fenced || strings.TrimSpace(first) == "<![CDATA[" && strings.TrimSpace(last) == "]]>" {
		return lines[from+1 : to-1]
	}
	return lines
}

// begins says whether a patch begins with the line that stands first.
func begins(lines []string) bool {
	text := lines[0]
	return strings.HasPrefix(text, "diff --git ") || strings.HasPrefix(text, "--- ") && len(lines) > 1 && strings.HasPrefix(lines[1], "+++ ") ||
		v4aStart.MatchString(text) || hunkHeader.MatchString(text) || blockStart.MatchString(text)
}

// undressed gives the text of an answer in which no patch was found without quotation marks, margins and line numbers. ok is
// false if none of them is around a patch.
func undressed(answer string) (text string, ok bool) {
	lines := splitLines(withoutCarriage(answer))
	for _, strip := range []func([]string) ([]string, bool){unquoted, unnumbered, outdented} {
		if next, changed := strip(lines); changed {
			lines, ok = next, true
		}
	}
	return strings.Join(lines, "\n") + "\n", ok
}

// unquoted takes the marks of an e-mail's quotation off runs of lines that hold a patch.
func unquoted(lines []string) (out []string, ok bool) {
	out = slices.Clone(lines)
	for i := 0; i < len(lines); i++ {
		end := i
		for end < len(lines) && strings.HasPrefix(lines[end], ">") {
			end++
		}
		for _, mark := range []string{"> ", ">"} {
			if bare, fits := withoutMark(lines[i:end], mark); fits {
				copy(out[i:], bare)
				ok = true
				break
			}
		}
		i = max(i, end)
	}
	return out, ok
}

// withoutMark takes a mark off all lines. fits is false if one lacks it, or no patch begins behind it.
func withoutMark(lines []string, mark string) (out []string, fits bool) {
	for _, l := range lines {
		rest, found := strings.CutPrefix(l, mark)
		if !found && strings.TrimSuffix(l, "\r") != strings.TrimRight(mark, " ") {
			return nil, false
		}
		if !found {
			rest = ""
		}
		out = append(out, rest)
	}
	for i := range out {
		if begins(out[i:]) {
			return out, true
		}
	}
	return nil, false
}

// unnumbered takes the line numbers off a text in which every line has one, each the next.
func unnumbered(lines []string) (out []string, ok bool) {
	from, to := 0, len(lines)
	for from < to && !numbered.MatchString(lines[from]) {
		from++
	}
	for to > from && !numbered.MatchString(lines[to-1]) {
		to--
	}
	bare, ok := withoutNumbers(lines[from:to])
	if !ok || !slices.ContainsFunc(bare, func(l string) bool { return strings.HasPrefix(l, "@@") || v4aStart.MatchString(l) }) {
		return lines, false
	}
	return slices.Concat(lines[:from], bare, lines[to:]), true
}

// withoutNumbers gives the lines without the numbers in front, which must go up by one, and without the blank behind them
// where each line with text has it.
func withoutNumbers(lines []string) (out []string, ok bool) {
	if len(lines) < 2 {
		return nil, false
	}
	padded := true
	last := 0
	for i, l := range lines {
		m := numbered.FindStringSubmatch(l)
		if m == nil {
			return nil, false
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || i > 0 && n != last+1 {
			return nil, false
		}
		last = n
		out = append(out, m[3])
		padded = padded && (m[3] == "" || m[3][0] == ' ') && strings.HasSuffix(m[2], "|")
	}
	for i := range out {
		if padded {
			out[i] = strings.TrimPrefix(out[i], " ")
		}
	}
	return out, true
}

// outdented takes the margin off patches that are indented as a whole, as in an item of a list.
func outdented(lines []string) (out []string, ok bool) {
	out = slices.Clone(lines)
	for i := 0; i < len(lines); i++ {
		margin := indentOf(lines[i])
		if margin == "" || blank(lines[i]) || !begins(outdent(lines[i:min(i+2, len(lines))], margin)) {
			continue
		}
		end := i
		for end < len(lines) && (strings.HasPrefix(lines[end], margin) || blank(lines[end])) {
			end++
		}
		copy(out[i:], outdent(lines[i:end], margin))
		i, ok = end, true
	}
	return out, ok
}
