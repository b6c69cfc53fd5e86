package patch

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// chunk is a stretch of an answer: a fenced block, or the prose between two of them.
type chunk struct {
	fenced   bool
	info     string // behind the opening fence
	lines    []string
	before   []string // the prose above a fenced block, nearest line last
	unclosed bool     // the answer ends inside the fence
	final    bool     // nothing follows
	path     string   // set where a shell command or a tag names the file that the text goes to
	fault    *fault   // why what it holds cannot be taken
}

var fenceLine = pattern.Lazy("^([ \t]*)(`{3,}|~{3,})([^`]*)$")

// openFence is fenceLine's match, with a glance first: it is asked for every line of an answer.
func openFence(line string) []string {
	if t := strings.TrimLeft(line, " \t"); !strings.HasPrefix(t, "```") && !strings.HasPrefix(t, "~~~") {
		return nil
	}
	return fenceLine.FindStringSubmatch(line)
}

// withoutCarriage takes away a CR before each line end: it is the transport's. If only some lines have it, it is the file's.
func withoutCarriage(answer string) string {
	if strings.Count(answer, "\r\n") == strings.Count(answer, "\n") {
		return strings.ReplaceAll(answer, "\r\n", "\n")
	}
	return answer
}

// extract cuts an answer into chunks.
func extract(answer string) []chunk {
	lines := splitLines(withoutCarriage(answer))
	var chunks []chunk
	var prose []string
	var diff bareDiff
	for i := 0; i < len(lines); i++ {
		if c, used := tagged(lines[i:]); used > 0 && !diff.active {
			c.before = prose
			chunks = append(appendProse(chunks, prose), c)
			prose, i = nil, i+used-1
			continue
		}
		if n := blockSpan(lines[i:]); n > 0 {
			prose = append(prose, lines[i:i+n]...)
			i += n - 1
			continue
		}
		open := openFence(strings.TrimSuffix(lines[i], "\r"))
		if open == nil || diff.holds(open[1], lines[i:]) {
			diff.see(lines[i])
			prose = append(prose, lines[i])
			continue
		}
		end := closing(lines, i+1, open)
		body := lines[i+1 : min(end, len(lines))]
		chunks = appendProse(chunks, prose)
		chunks = append(chunks, chunk{fenced: true, info: strings.TrimSpace(open[3]), lines: outdent(body, open[1]), before: prose, unclosed: end >= len(lines)})
		prose, diff = nil, bareDiff{}
		i = end
	}
	chunks = appendProse(chunks, prose)
	if n := len(chunks); n > 0 {
		chunks[n-1].final = true
	}
	return heredocs(chunks)
}

// bareDiff follows a diff that stands in an answer without a fence, so that a fence which is a line of it is known as one.
type bareDiff struct {
	tally
	active bool // a hunk or a patch has begun, and no prose after it
	blank  bool // the last line was
}

// tally counts down the lines that a hunk's header promises.
type tally struct {
	numbered bool
	old, new int
}

// open says whether lines are still to come.
func (t *tally) open() bool { return t.numbered && (t.old > 0 || t.new > 0) }

func (t *tally) see(line string) {
	switch {
	case strings.HasPrefix(line, "@@"):
		*t = tally{}
		if h, _, ok := readHeader(line); ok {
			*t = tally{true, h.oldCount, h.newCount}
		}
	case strings.HasPrefix(line, "+"):
		t.new--
	case strings.HasPrefix(line, "-"):
		t.old--
	case !strings.HasPrefix(line, `\`):
		t.old, t.new = t.old-1, t.new-1
	}
}

func (d *bareDiff) see(line string) {
	if strings.HasPrefix(line, "@@") || strings.HasPrefix(line, "diff --git ") || strings.HasPrefix(line, beginPatch) {
		d.active = true
	}
	if d.active && d.blank && !d.open() && line != "" && !strings.ContainsAny(line[:1], " +-@\t*d\\") {
		d.active = false // words after a blank line
	}
	d.tally.see(line)
	d.blank = blank(line)
}

// holds says whether the fence with which rest begins is a line of the diff.
func (d *bareDiff) holds(indent string, rest []string) bool {
	if !d.active {
		return false
	}
	if indent != "" || d.open() || !d.blank {
		return true
	}
	for _, l := range rest[1:] { // a further hunk of the same file
		switch {
		case strings.HasPrefix(l, "@@"):
			return true
		case strings.HasPrefix(l, "--- "), strings.HasPrefix(l, "diff "):
			return false
		}
	}
	return false
}

func appendProse(chunks []chunk, prose []string) []chunk {
	if len(prose) == 0 {
		return chunks
	}
	return append(chunks, chunk{lines: prose})
}

// closing finds the line that closes the fence opened before from; len(lines) if none does. In Markdown a fence with an
// info string opens a block inside the block, and a bare one closes the innermost. In a diff, a fence after which the diff
// goes on is a line of it.
func closing(lines []string, from int, open []string) int {
	nests, depth := isMarkdownInfo(open[3]), 0
	diff := isDiffInfo(strings.TrimSpace(open[3])) || startsUnified(opening(lines[from:]))
	var count tally
	for i := from; i < len(lines); i++ {
		if n := blockSpan(lines[i:]); n > 0 {
			i += n - 1
			continue
		}
		m := fenceLine.FindStringSubmatch(strings.TrimSuffix(lines[i], "\r"))
		if m == nil || m[2][0] != open[2][0] || len(m[2]) < len(open[2]) || len(m[1]) > len(open[1]) {
			count.see(strings.TrimPrefix(lines[i], open[1]))
			continue
		}
		switch {
		case strings.TrimSpace(m[3]) != "":
			if nests {
				depth++
			}
		case depth > 0:
			depth--
		case diff && goesOn(lines[i+1:], count.open()):
			count.see(lines[i])
		default:
			return i
		}
	}
	return len(lines)
}

// goesOn says whether a diff goes on behind a fence: its lines follow at once, or are owed by the header and one more
// closing fence stands there than opening ones.
func goesOn(rest []string, owed bool) bool {
	closers, openers := 0, 0
	for _, l := range rest {
		if m := fenceLine.FindStringSubmatch(strings.TrimSuffix(l, "\r")); m != nil {
			if strings.TrimSpace(m[3]) != "" {
				openers++
			} else {
				closers++
			}
		}
	}
	if closers == 0 {
		return false
	}
	return strings.ContainsAny(rest[0][:min(1, len(rest[0]))], " +-@") || owed && (closers-openers)%2 == 1
}

func isMarkdownInfo(info string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(info), " ")
	return word == "markdown" || word == "md" || strings.HasSuffix(word, ".md")
}

// outdent takes the fence's own indentation off the lines of a block that stands in a list. A block whose first line does not
// have it is not indented with its fence.
func outdent(lines []string, indent string) []string {
	if first := opening(lines); indent == "" || len(first) > 0 && !strings.HasPrefix(first[0], indent) {
		return lines
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimPrefix(l, indent)
		if out[i] == l && blank(l) {
			out[i] = ""
		}
	}
	return out
}
