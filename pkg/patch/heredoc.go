package patch

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Shell commands that write a file, or feed a patch to a program. They are read, not run: what only a shell could tell is
// refused.

const shellWord = `(?:"([^"]+)"|'([^']+)'|([^\s'"<>|&;()]+))`

var (
	heredocLine = pattern.Lazy(`<<(-?)\s*(\\?)(['"]?)([A-Za-z_]\w*)(['"]?)`)
	redirection = pattern.Lazy(`(?:^|[^>&\d])(>{1,2}\|?)\s*` + shellWord)
	teeCommand  = pattern.Lazy(`\btee\s+((?:-\S+\s+)*)` + shellWord)
	feedsPatch  = pattern.Lazy(`(?:^|[|;&]\s*|\bsudo\s+)(?:apply_patch|applypatch|git\s+(?:-\S+\s+)*(?:apply|am)|patch)(?:\s|$)`)
	prelude     = pattern.Lazy(`^(?:\$ |sudo\s+|mkdir\s+(?:-p\s+)?[^\s&;]+\s*(?:&&|;)\s*)+`)
	writer      = pattern.Lazy(`^(?:cat|tee|apply_patch|applypatch|git|patch)(?:\s|$)`)
	expansion   = pattern.Lazy("\\$[\\w({]|`|\\\\[$`\\\\]|\\\\$")
	moves       = pattern.Lazy(`^(?:\$ )?(?:cd|pushd)\s+(.+)$`)
	otherEdits  = pattern.Lazy(`^(?:\$ )?(?:sudo\s+)?(?:sed\s+(?:-\S+\s+)*-\w*i|perl\s+-\w*i|rm\s|mv\s|cp\s|git\s+(?:rm|mv)\s|truncate\s|dd\s|(?:echo|printf)\s.*>)`)
)

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
	if !runsCommands(c) {
		return nil
	}
	var out []chunk
	var beside *fault // something else that the commands do
	for i := 0; i < len(c.lines); i++ {
		command := strings.TrimSpace(c.lines[i])
		m := heredocLine.FindStringSubmatch(command)
		switch {
		case startsBareDiff(command):
			return out // a diff of a script is no script
		case m == nil || m[3] != m[5] || !c.fenced && !carries(command, m):
			beside = besides(c, command, beside)
			continue
		}
		end := terminator(c.lines, i+1, m)
		if h, ok := heredoc(command, m, c.lines[i+1:min(end, len(c.lines))], c.lines[min(end, len(c.lines)):]); ok {
			h.before, h.unclosed = c.before, end == len(c.lines)
			if h.fault == nil {
				h.fault = beside
			}
			out = append(out, h)
		}
		i = end
	}
	if n := len(out); n > 0 && beside != nil && out[n-1].fault == nil {
		out[n-1].fault = beside
	}
	return out
}

// besides looks at a command that carries no text: one that goes elsewhere or edits a file changes what the others mean.
func besides(c chunk, command string, before *fault) *fault {
	switch {
	case before != nil || !c.fenced:
		return before
	case moves.MatchString(command):
		if where := strings.Trim(moves.FindStringSubmatch(command)[1], `'" `); where != "." && !strings.Contains(where, "--show-toplevel") {
			return &fault{reason: Unsupported, message: "the commands change the folder by cd; name the files from the root of the repository"}
		}
	case otherEdits.MatchString(command):
		return &fault{reason: Unsupported, message: "commands are not run, and \"" + command + "\" changes files; send what the files hold then"}
	}
	return before
}

// terminator finds the line that ends a heredoc: it holds the word and nothing else, with <<- behind tabs.
func terminator(lines []string, from int, m []string) int {
	for i := from; i < len(lines); i++ {
		text := strings.TrimRight(lines[i], "\r")
		if m[1] != "" {
			text = strings.TrimLeft(text, "\t")
		}
		if text == m[4] {
			return i
		}
	}
	return len(lines)
}

// carries says whether a command writes the text behind it anywhere. A sentence that speaks of a heredoc does not.
func carries(command string, m []string) bool {
	command = prelude.ReplaceAllString(command, "")
	if !writer.MatchString(command) {
		return false
	}
	command = strings.Replace(command, m[0], " ", 1)
	name, _ := target(command)
	return name != "" || feedsPatch.MatchString(command)
}

// heredoc makes a chunk of the text that a command is given. ok is false if the command does not write it anywhere.
func heredoc(command string, m, body, rest []string) (c chunk, ok bool) {
	command = prelude.ReplaceAllString(command, "")
	if !writer.MatchString(command) {
		return chunk{}, false
	}
	c = chunk{fenced: true, info: "heredoc", lines: body}
	text := strings.Join(body, "\n")
	switch {
	case m[1] != "" && (strings.HasPrefix(text, "\t") || strings.Contains(text, "\n\t")):
		c.fault = &fault{reason: Unsupported, message: "<<- takes the tabs off the lines; use << with the delimiter in quotes"}
	case m[2]+m[3] == "" && expansion.MatchString(text):
		c.fault = &fault{reason: Unsupported, message: "a shell would replace $, ` or \\ in this text; put the delimiter in quotes, <<'EOF'"}
	}
	command = strings.Replace(command, m[0], " ", 1)
	if feedsPatch.MatchString(command) {
		return c, true
	}
	name, appends := target(command)
	switch {
	case name == "":
		return chunk{}, false
	case fedLater(name, rest):
		return c, true
	case appends:
		c.fault = &fault{reason: Unsupported, message: "text is only appended to this file; send the whole file, or a diff"}
	case strings.ContainsAny(name, "$`*?~"):
		c.fault = &fault{reason: Unsupported, message: "the name of the file holds characters that a shell replaces"}
	}
	c.path = name
	return c, true
}

// target is the file that a command writes to, and whether it only appends to it.
func target(command string) (name string, appends bool) {
	if m := teeCommand.FindStringSubmatch(command); m != nil {
		return m[2] + m[3] + m[4], strings.Contains(m[1], "-a")
	}
	if m := redirection.FindStringSubmatch(command); m != nil {
		return m[2] + m[3] + m[4], strings.HasPrefix(m[1], ">>")
	}
	return "", false
}

// fedLater says whether a command further down gives the file to a program that applies patches.
func fedLater(name string, rest []string) bool {
	for _, l := range rest {
		if command := strings.TrimSpace(l); strings.Contains(command, name) && feedsPatch.MatchString(command) {
			return true
		}
	}
	return false
}

func startsBareDiff(line string) bool {
	return strings.HasPrefix(line, "@@") || strings.HasPrefix(line, "diff --git ") || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, beginPatch)
}

// runsCommands says whether a chunk can be commands for the reader to run, and not a script that is wanted itself.
func runsCommands(c chunk) bool {
	if c.path != "" || infoPath(c.info) != "" || pathAbove(c.before, "", func(string) bool { return false }) != "" {
		return false
	}
	for _, l := range opening(c.lines) {
		if strings.HasPrefix(l, "#!") {
			return false
		}
	}
	return true
}
