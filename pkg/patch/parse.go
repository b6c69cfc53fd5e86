package patch

import (
	"path"
	"regexp"
	"slices"
	"strings"
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
	v4aStart   = regexp.MustCompile(`^\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File: )`)
	blockStart = regexp.MustCompile(`^\s*<{5,}\s*(?:SEARCH|ORIGINAL|OLD|HEAD|BEFORE)?\b`)
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
	if _, after, thought := strings.Cut(answer, "</think>"); thought {
		answer = after // what a model thinks before it answers is no answer
	}
	chunks := extract(answer)
	var out reading
	var bare []chunk
	for _, c := range chunks {
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
	}
	r.addBare(&out, bare)
	if s := unfenced(answer, r.opt.Sole); s != nil && len(out.sections) == 0 {
		out.sections = append(out.sections, s)
	}
	out.seen = describe(answer, chunks, bare)
	return out
}

// fallback is the file of a change that names none: the label above it, the only target, or the file before.
func (r *reader) fallback(c chunk, before []*section) string {
	if name, _ := labelOf(chunk{info: c.info, before: c.before}, r.known); name != "" {
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
	}
	for _, text := range lines {
		switch {
		case v4aStart.MatchString(text):
			return formatV4A
		case blockStart.MatchString(text) && hasLine(c.lines, divideMark):
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
		switch {
		case strings.HasPrefix(text, "diff --git "):
			return true
		case strings.HasPrefix(text, "--- ") && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "+++ "):
			return true
		case strings.HasPrefix(text, "@@ ") && i == 0, hunkHeader.MatchString(text):
			return true
		}
	}
	return false
}

func hasLine(lines []string, re *regexp.Regexp) bool {
	return slices.ContainsFunc(lines, re.MatchString)
}

// describe says what an answer without a patch was instead.
func describe(answer string, chunks, bare []chunk) string {
	switch {
	case blank(answer):
		return "the answer is empty"
	case len(bare) > 0 && bare[len(bare)-1].unclosed:
		return "the answer ends inside an unterminated code fence"
	case len(bare) > 0:
		return "the answer holds code blocks, but none with the path of a file"
	case len(chunks) > 0 && strings.HasPrefix(strings.TrimSpace(answer), "<") && strings.Contains(strings.ToLower(answer), "<html"):
		return "the answer is an HTML page"
	}
	return "the answer is prose only"
}
