package patch

import (
	"regexp"
	"strings"
)

// chunk is a stretch of an answer: a fenced block, or the prose between two of them.
type chunk struct {
	fenced   bool
	info     string // behind the opening fence
	lines    []string
	before   []string // the prose above a fenced block, nearest line last
	unclosed bool     // the answer ends inside the fence
	final    bool     // nothing follows
	path     string   // set where a shell command names the file that the text goes to
}

var fenceLine = regexp.MustCompile("^([ \t]*)(`{3,}|~{3,})([^`]*)$")

// extract cuts an answer into chunks. A CR before each line end is the transport's and goes.
func extract(answer string) []chunk {
	if strings.Count(answer, "\r\n") == strings.Count(answer, "\n") {
		answer = strings.ReplaceAll(answer, "\r\n", "\n")
	}
	lines := splitLines(answer)
	var chunks []chunk
	var prose []string
	inDiff := false // a bare diff has begun: what is indented is its body
	for i := 0; i < len(lines); i++ {
		open := fenceLine.FindStringSubmatch(strings.TrimSuffix(lines[i], "\r"))
		if open == nil || inDiff && open[1] != "" {
			inDiff = inDiff || startsBareDiff(lines[i])
			prose = append(prose, lines[i])
			continue
		}
		end := closing(lines, i+1, open)
		body := lines[i+1 : min(end, len(lines))]
		chunks = appendProse(chunks, prose)
		chunks = append(chunks, chunk{fenced: true, info: strings.TrimSpace(open[3]), lines: outdent(body, open[1]), before: prose, unclosed: end >= len(lines)})
		prose, inDiff = nil, false
		i = end
	}
	chunks = appendProse(chunks, prose)
	if n := len(chunks); n > 0 {
		chunks[n-1].final = true
	}
	return heredocs(chunks)
}

func startsBareDiff(line string) bool {
	return strings.HasPrefix(line, "@@") || strings.HasPrefix(line, "diff --git ") || strings.HasPrefix(line, beginPatch)
}

func appendProse(chunks []chunk, prose []string) []chunk {
	if len(prose) == 0 {
		return chunks
	}
	return append(chunks, chunk{lines: prose})
}

// closing finds the line that closes the fence opened before from; len(lines) if none does. In Markdown a fence with an
// info string opens a block inside the block, and a bare one closes the innermost.
func closing(lines []string, from int, open []string) int {
	nests, depth := isMarkdownInfo(open[3]), 0
	for i := from; i < len(lines); i++ {
		m := fenceLine.FindStringSubmatch(strings.TrimSuffix(lines[i], "\r"))
		if m == nil || m[2][0] != open[2][0] || len(m[2]) < len(open[2]) || len(m[1]) > len(open[1]) {
			continue
		}
		switch {
		case strings.TrimSpace(m[3]) != "":
			if nests {
				depth++
			}
		case depth > 0:
			depth--
		default:
			return i
		}
	}
	return len(lines)
}

func isMarkdownInfo(info string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(info), " ")
	return word == "markdown" || word == "md" || strings.HasSuffix(word, ".md")
}

// outdent takes the fence's own indentation off the lines of a block that stands in a list.
func outdent(lines []string, indent string) []string {
	if indent == "" {
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

var heredocLine = regexp.MustCompile(`<<-?\s*\\?(['"]?)([A-Za-z_]\w*)(['"]?)`)
var heredocTarget = regexp.MustCompile(`(?:>|\btee\b)\s*['"]?([^\s'"<>|&;]+)`)

// heredocs turns shell commands that write a file, or feed a patch to a program, into chunks of what they carry.
func heredocs(chunks []chunk) []chunk {
	var out []chunk
	for _, c := range chunks {
		inner := inside(c)
		if len(inner) == 0 {
			out = append(out, c)
			continue
		}
		out = append(out, inner...)
	}
	return out
}

func inside(c chunk) []chunk {
	var out []chunk
	for i := 0; i < len(c.lines); i++ {
		m := heredocLine.FindStringSubmatch(c.lines[i])
		command := strings.TrimSpace(c.lines[i])
		if m == nil || m[1] != m[3] || !shellWrites(command) {
			continue
		}
		end := i + 1
		for end < len(c.lines) && strings.TrimSpace(c.lines[end]) != m[2] {
			end++
		}
		inner := chunk{fenced: true, lines: c.lines[i+1 : end], unclosed: end == len(c.lines), info: "heredoc"}
		if t := heredocTarget.FindStringSubmatch(strings.Replace(command, m[0], " ", 1)); t != nil && !strings.Contains(command, "patch") {
			inner.path = t[1]
		}
		out = append(out, inner)
		i = end
	}
	return out
}

func shellWrites(command string) bool {
	for _, word := range []string{"cat ", "tee ", "apply_patch", "git apply", "patch "} {
		if strings.HasPrefix(strings.TrimPrefix(command, "$ "), word) {
			return true
		}
	}
	return false
}
