package patch

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// format is one of the ways in which models write changes.
type format int

const (
	formatNone format = iota
	formatUnified
	formatBlocks
	formatV4A
)

var (
	v4aStart   = pattern.Lazy(`^\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File: )`)
	patchHead  = pattern.Lazy(`^(?:From [0-9a-f]{7,64} \w{3} \w{3} |Index: \S)`)
	blockStart = pattern.Lazy(`^\s*<{5,}\s*(?:SEARCH|ORIGINAL|OLD|HEAD|BEFORE)?\b`)
)

// reading is what was found in one answer.
type reading struct {
	sections []*section
	seen     string // for the error where no patch was found
}

// reader turns answers into sections. known says whether a path is one of the base's or may be written.
type reader struct {
	known     func(string) bool
	packageAt func(target string) string // the Go package that a file is in, as the base has it; "" if it does not say
	opt       Options
}

// read recognises each chunk's format by what it holds, whatever was asked for.
func (r *reader) read(answer string) reading {
	answer = withoutThoughts(answer)
	answer = strings.TrimPrefix(answer, byteOrderMark)
	out, bare := r.chunks(answer)
	if len(out.sections) == 0 && len(bare) == 0 {
		if text, ok := undressed(answer); ok {
			out, bare = r.chunks(text)
		}
	}
	r.addBare(&out, bare)
	if s := unfenced(answer, r.opt.Sole); s != nil && len(out.sections) == 0 {
		out.sections = append(out.sections, s)
	}
	escaped := mayBeEscaped(answer)
	for _, s := range out.sections {
		s.escaped = escaped
	}
	out.seen = describe(answer, bare)
	return out
}

// chunks reads the chunks of a text. bare are the blocks that do not say what they are.
func (r *reader) chunks(text string) (out reading, bare []chunk) {
	for _, c := range extract(text) {
		n := len(out.sections)
		c.lines = undress(c)
		switch recognise(c) {
		case formatV4A:
			out.sections = append(out.sections, readV4A(c)...)
		case formatBlocks:
			out.sections = append(out.sections, readBlocks(c, r.fallback(c, out.sections), r.known)...)
		case formatUnified:
			out.sections = append(out.sections, readUnified(c, r.fallback(c, out.sections))...)
		case formatNone:
			if c.fenced {
				bare = r.whole(&out, c, bare)
			}
		}
		for _, s := range out.sections[n:] {
			s.revised = s.revised || c.fenced && revises(c.before)
		}
		if c.fault != nil {
			out.sections = faulted(out.sections, n, c)
		}
	}
	return out, bare
}

// faulted puts the reason why a chunk cannot be taken on what was read in it.
func faulted(sections []*section, from int, c chunk) []*section {
	if len(sections) == from {
		sections = append(sections, &section{path: c.path, action: Modify})
	}
	for _, s := range sections[from:] {
		s.fault = c.fault
	}
	return sections
}

// undress takes the margin or the line numbers off a fenced patch, which would be a file with a patch in it else.
func undress(c chunk) []string {
	first := opening(c.lines)
	if !c.fenced || len(first) == 0 || c.info != "" && !isDiffInfo(c.info) {
		return c.lines
	}
	if margin := indentOf(first[0]); margin != "" && !startsUnified(first) {
		if bare := outdent(c.lines, margin); begins(withoutLead(bare)) {
			return bare
		}
	}
	if bare, ok := withoutNumbers(c.lines); ok && begins(withoutLead(bare)) {
		return bare
	}
	return c.lines
}

// withoutLead leaves out the blank lines at the start.
func withoutLead(lines []string) []string {
	for len(lines) > 1 && blank(lines[0]) {
		lines = lines[1:]
	}
	return lines
}

// fallback is the file of a change that names none: the label above it, the only target, or the file before.
func (r *reader) fallback(c chunk, before []*section) string {
	if name, _ := labelOf(chunk{info: c.info, before: c.before, path: c.path}, r.known); name != "" {
		return name
	}
	if r.opt.Sole == "" && len(before) > 0 {
		return before[len(before)-1].path
	}
	return r.opt.Sole
}

// whole takes a block with a path as a file; one without is put by.
func (r *reader) whole(out *reading, c chunk, bare []chunk) []chunk {
	name, skip := labelOf(c, r.known)
	language := languageOf(c.info)
	if name == "" || explains(language) && !sameLanguage(name, language) {
		return append(bare, c)
	}
	out.sections = append(out.sections, wholeSection(name, c, skip))
	return bare
}

// addBare gives the bare blocks to the only target, unless the answer speaks of it elsewhere. Without a target a bare block
// that is a whole Go file beside other changes may not be dropped silently.
func (r *reader) addBare(out *reading, bare []chunk) {
	for _, s := range out.sections {
		if s.path == r.opt.Sole || path.Base(s.path) == path.Base(r.opt.Sole) {
			return
		}
	}
	if r.opt.Sole != "" {
		if s := r.sole(bare, r.opt.Sole); s != nil {
			out.sections = append(out.sections, s)
		}
		return
	}
	for _, c := range bare {
		if len(out.sections) > 0 && packageClause(strings.Join(c.lines, "\n")) != "" {
			why := &fault{reason: NoAnchor, message: "a code block holds a whole file without saying which; put its path on the line before"}
			out.sections = append(out.sections, &section{action: Modify, fault: why})
			return
		}
	}
}

// recognise tells a chunk's format. Fenced blocks are judged by how they begin, so that a file that quotes a diff stays a file.
func recognise(c chunk) format {
	lines := c.lines
	if c.fenced {
		lines = opening(lines)
		if len(lines) > 0 && patchHead.MatchString(lines[0]) {
			return formatUnified
		}
	}
	divided := sync.OnceValue(func() bool { return hasLine(c.lines, divideMark) })
	for _, text := range lines {
		switch {
		case strings.HasPrefix(text, "*** ") && v4aStart.MatchString(text):
			return formatV4A
		case strings.Contains(text, "<<<<<") && blockStart.MatchString(text) && divided():
			return formatBlocks
		}
	}
	if isDiffInfo(c.info) || startsUnified(lines) {
		return formatUnified
	}
	return formatNone
}

// opening is what decides about a fenced block: its first lines with text.
func opening(lines []string) []string {
	var out []string
	for _, l := range lines {
		if !blank(l) {
			out = append(out, l)
		}
		if len(out) == 3 {
			break
		}
	}
	return out
}

func isDiffInfo(info string) bool {
	switch languageOf(info) {
	case "diff", "patch", "udiff", "unified", "gitdiff":
		return true
	}
	return strings.HasPrefix(info, "diff ") || strings.HasPrefix(info, "diff:")
}

func startsUnified(lines []string) bool {
	for i, text := range lines {
		text = strings.TrimSuffix(text, "\r")
		switch {
		case strings.HasPrefix(text, "diff --git "), strings.HasPrefix(text, "diff --cc "), strings.HasPrefix(text, "diff --combined "):
			return true
		case i == 0 && bareHeader.MatchString(text):
			return true
		case strings.HasPrefix(text, "--- ") && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "+++ "):
			return true
		case strings.HasPrefix(text, "@@ ") && i == 0, hunkHeader.MatchString(text):
			return true
		}
	}
	return false
}

func hasLine(lines []string, re *pattern.Pattern) bool {
	return slices.ContainsFunc(lines, re.MatchString)
}

// describe says what an answer without a patch was instead.
func describe(answer string, bare []chunk) string {
	switch {
	case blank(answer):
		return "the answer is empty"
	case len(bare) > 0 && bare[len(bare)-1].unclosed:
		return "the answer ends inside an unterminated code fence"
	case len(bare) > 0:
		return "the answer holds code blocks, but none with the path of a file"
	case strings.HasPrefix(strings.TrimSpace(answer), "<") && strings.Contains(strings.ToLower(answer), "<html"):
		return "the answer is an HTML page"
	}
	return "the answer is prose only"
}

// corrections are the words with which a model takes back what it wrote before.
var corrections = pattern.Lazy(`(?i)\b(?:scratch that|on second thought|my mistake|i made an? (?:mistake|error)|` +
	`(?:ignore|disregard|forget) (?:the |my )?(?:above|previous|earlier|first|last)|(?:here is|here's|this is) (?:the|a|my) (?:corrected|fixed|revised)|` +
	`(?:corrected|revised|fixed) (?:version|diff|patch|file|code|block)|let me (?:fix|correct|redo|revise|rewrite) (?:that|this|it|the))\b|` +
	`^\W*(?:actually|wait|oops|hmm|sorry|correction)\b\s*[,.:!…—-]`)

// revises says whether the prose above a block takes back what came before it.
func revises(prose []string) bool { return slices.ContainsFunc(prose, corrections.MatchString) }

// withoutThoughts drops what a model thinks before it answers, which is no answer. Some servers leave the opening mark out: then
// the closing one stands on a line of its own, and no patch and no open fence before it.
func withoutThoughts(answer string) string {
	const opening, closing = "<think>", "</think>"
	before, after, found := strings.Cut(answer, closing)
	switch {
	case !found:
		return answer
	case strings.HasPrefix(strings.TrimSpace(before), opening):
		return after
	case before != "" && !strings.HasSuffix(before, "\n") || !strings.HasPrefix(after, "\n") && after != "":
		return answer
	}
	fences := 0
	for _, l := range splitLines(before) {
		if openFence(strings.TrimSuffix(l, "\r")) != nil {
			fences++
		}
	}
	if fences%2 == 1 || startsUnified(splitLines(before)) {
		return answer
	}
	return after
}
