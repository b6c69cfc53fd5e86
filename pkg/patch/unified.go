package patch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

const gitHeader = "diff --git "

var (
	hunkHeader  = pattern.Lazy(`^@@+\s*-\s*(\d+)(?:\s*,\s*(\d+))?\s+\+\s*(\d+)(?:\s*,\s*(\d+))?\s*@@+(.*)$`)
	bareHeader  = pattern.Lazy(`^@@(?:.*?\.\.\..*?@@|\s*@@|\s*-?\s*\+?\s*@@|$)(.*)$`)
	changeLine  = pattern.Lazy(`^[+-](?:\t|  |[^\s+-])`)
	trailerNext = pattern.Lazy(`^\d+\.\d+`)
	mergeHeader = pattern.Lazy(`^diff --(?:cc|combined) (.+)$`)
	emptyBlob   = pattern.Lazy(`^index [0-9a-f]+\.\.(?:e69de29|473a0f4c)`)
	timeBehind  = pattern.Lazy(`\s+\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*$`)
)

// unifiedReader reads unified diffs, with or without git's headers, counts, and everything else that should be there.
type unifiedReader struct {
	lines    []string
	fenced   bool
	fallback string // the file that hunks without a header belong to
	out      []*section
	cur      *section
	h        *hunk
	headed   bool  // cur has had its --- and +++ lines
	revised  bool  // the words since the last hunk take it back
	ended    *hunk // the hunk after which prose was taken to begin
}

// readUnified reads the diffs of a chunk.
func readUnified(c chunk, fallback string) []*section {
	r := &unifiedReader{lines: c.lines, fenced: c.fenced, fallback: fallback}
	for i := 0; i < len(r.lines); i++ {
		i += r.take(i)
	}
	open := c.unclosed || c.final && !c.fenced // nothing shows that the model got to the end
	if r.h != nil {
		r.h.cut = open
	}
	r.endHunk()
	if len(r.out) > 0 && open {
		if s := r.out[len(r.out)-1]; len(s.hunks) > 0 {
			s.hunks[len(s.hunks)-1].last = true
		}
	}
	for _, s := range r.out {
		s.bareDiff()
	}
	return r.out
}

// take reads the line at i and says how many more it used up.
func (r *unifiedReader) take(i int) int {
	text := strings.TrimSuffix(r.lines[i], "\r")
	isGit := strings.HasPrefix(text, "diff --")
	names, ofGit := strings.CutPrefix(text, gitHeader)
	switch {
	case ofGit && names != "":
		r.section(gitPaths(names))
		r.cur.git = true
	case isGit && mergeHeader.MatchString(text):
		name := unquote(mergeHeader.FindStringSubmatch(text)[1])
		r.section(name, name)
		r.cur.fault = combined()
	case r.isFileHeader(i):
		r.fileHeader(text, strings.TrimSuffix(r.lines[i+1], "\r"))
		return 1
	case strings.HasPrefix(text, "@@"):
		r.hunkHeader(text)
	case r.h == nil && r.cur != nil && extendedWord(text) != "":
		r.extended(text)
	case strings.HasPrefix(text, "Binary files ") && r.cur != nil && r.h == nil, text == "GIT binary patch" && r.cur != nil:
		r.endHunk()
		r.cur.fault = &fault{reason: Unsupported, message: "binary changes cannot be applied"}
	case r.isIndex(i):
		r.endHunk()
	case r.h == nil && r.startsBody(text):
		r.beginHunk(header{}, "")
		r.body(i)
	case r.h != nil:
		r.body(i)
	case r.ended != nil && changeLine.MatchString(text):
		r.ended.fault = &fault{reason: Truncated, message: "it is not clear where this hunk ends; send it between fences"}
	case r.h == nil && corrections.MatchString(text):
		r.revised = true
	}
	return 0
}

// isIndex recognises the two lines that Subversion puts above a file's diff.
func (r *unifiedReader) isIndex(i int) bool {
	const rule = 67
	text := strings.TrimSuffix(r.lines[i], "\r")
	if text == strings.Repeat("=", rule) {
		return r.h == nil
	}
	return strings.HasPrefix(text, "Index: ") && i+1 < len(r.lines) &&
		(strings.HasPrefix(r.lines[i+1], strings.Repeat("=", rule)) || strings.HasPrefix(r.lines[i+1], "--- "))
}

func combined() *fault {
	return &fault{reason: Unsupported, message: "combined diffs of merges cannot be applied; send a plain diff"}
}

// startsBody: a diff can begin without an @@ line where its file is known.
func (r *unifiedReader) startsBody(text string) bool {
	if blank(text) || !r.fenced && text[0] != '+' && text[0] != '-' && text[0] != ' ' {
		return false
	}
	return r.headed && r.cur.fault == nil && len(r.cur.hunks) == 0 || r.cur == nil && r.fenced && r.fallback != ""
}

func (r *unifiedReader) section(oldPath, newPath string) {
	r.endHunk()
	r.headed = false
	r.cur = &section{action: Modify, path: newPath, from: oldPath, revised: r.revised}
	r.out = append(r.out, r.cur)
}

// isFileHeader tells a --- and +++ pair from a removed "-- x" and an added "++ y".
func (r *unifiedReader) isFileHeader(i int) bool {
	if i+1 >= len(r.lines) || !strings.HasPrefix(r.lines[i], "--- ") || !strings.HasPrefix(r.lines[i+1], "+++ ") {
		return false
	}
	if r.h == nil {
		return true
	}
	if i+2 < len(r.lines) && strings.HasPrefix(r.lines[i+2], "@@") {
		return namesFile(r.lines[i]) || namesFile(r.lines[i+1])
	}
	return false
}

// namesFile says whether the line of a header can name a file, unlike a removed "-- remark".
func namesFile(text string) bool {
	name := headerPath(strings.TrimSuffix(text, "\r")[4:])
	return name == devNull || prefixed(name) || looksLikePath(name) || strings.HasPrefix(text[4:], `"`) || strings.Contains(text, "\t")
}

func (r *unifiedReader) fileHeader(first, second string) {
	oldPath, newPath := headerPath(first[4:]), headerPath(second[4:])
	if s := r.cur; s != nil && (s.action == Rename || s.copied) {
		a, b := stripPrefixes(oldPath, newPath)
		if names := []string{s.from, s.path}; !slices.Contains(names, a) || !slices.Contains(names, b) {
			r.section("", "")
		}
	}
	if r.cur == nil || r.headed || r.h != nil || len(r.cur.hunks) > 0 {
		r.section("", "")
	}
	r.headed = true
	s := r.cur
	s.sides = true
	if s.action == Rename || s.copied {
		return
	}
	oldPath, newPath = stripPrefixes(oldPath, newPath)
	gitPath := s.path
	defer func() {
		if s.git && gitPath != s.path && s.fault == nil {
			s.fault = &fault{reason: Unsupported, message: fmt.Sprintf("the headers of one diff name two files, %s and %s", gitPath, s.path)}
		}
	}()
	switch {
	case oldPath == devNull && newPath == devNull:
		s.fault = &fault{reason: Unsupported, message: "both sides of the file header are /dev/null"}
	case oldPath == devNull:
		s.action, s.path, s.from = Create, newPath, ""
	case newPath == devNull:
		s.action, s.path, s.from = Delete, oldPath, ""
	default:
		s.path, s.from = newPath, oldPath
	}
}

func (r *unifiedReader) hunkHeader(text string) {
	if r.cur == nil {
		r.section(r.fallback, r.fallback)
	}
	if strings.HasPrefix(text, "@@@") {
		r.endHunk()
		r.cur.fault = combined()
		return
	}
	if h, scope, ok := readHeader(text); ok {
		r.beginHunk(h, scope)
		return
	}
	if m := bareHeader.FindStringSubmatch(text); m != nil {
		r.beginHunk(header{}, m[1])
		return
	}
	scope := strings.TrimSpace(strings.Trim(text, "@"))
	if r.h != nil && len(r.h.lines) == 0 { // a chain narrows step by step
		r.h.scopes = append(r.h.scopes, scope)
		return
	}
	r.beginHunk(header{}, scope)
}

func (r *unifiedReader) beginHunk(head header, scope string) {
	r.endHunk()
	if r.cur == nil {
		r.section(r.fallback, r.fallback)
	}
	r.h = &hunk{head: head}
	if scope = strings.TrimSpace(scope); scope != "" {
		r.h.scopes = []string{scope}
	}
}

func (r *unifiedReader) endHunk() {
	if r.h == nil {
		return
	}
	switch {
	case len(r.h.lines) > 0:
		r.h.soften(false)
		r.cur.hunks = append(r.cur.hunks, r.h)
	case r.h.head.oldCount+r.h.head.newCount > 0 || r.h.cut:
		r.h.fault = &fault{reason: Truncated, message: "the hunk has a header and no lines; send it again, with all of its lines"}
		r.cur.hunks = append(r.cur.hunks, r.h)
	}
	r.h = nil
}

func (r *unifiedReader) body(i int) {
	text := r.lines[i]
	switch {
	case strings.HasPrefix(text, `\`):
		r.h.markEnd()
	case r.isTrailer(i):
		r.ended = r.h
		r.endHunk()
		r.cur, r.headed = nil, false
	case r.isProse(i):
		r.ended = r.h
		r.endHunk()
		r.revised = r.revised || corrections.MatchString(text)
		r.cur, r.headed = nil, false
	default:
		r.h.add(text)
	}
}

// add reads a line of a body. One without an operator is context, an empty one blank context.
func (h *hunk) add(text string) {
	if h.lines == nil {
		const usual = 64 // what a header promises need not come
		h.lines = make([]line, 0, min(max(h.head.oldCount, h.head.newCount)+1, usual))
	}
	if text == "" || text == "\r" {
		h.lines = append(h.lines, newLine(' ', text, text))
		return
	}
	switch op := text[0]; op {
	case ' ', '-', '+':
		h.lines = append(h.lines, newLine(op, text[1:], text))
	default:
		h.lines = append(h.lines, newLine(' ', text, text))
	}
}

// markEnd notes "\ No newline at end of file" for the side of the line before it.
func (h *hunk) markEnd() {
	if len(h.lines) == 0 {
		return
	}
	op := h.lines[len(h.lines)-1].op
	if op != '+' {
		h.oldEnd = endBare
	}
	if op != '-' {
		h.newEnd = endBare
	}
}

// isTrailer recognises the "-- " and version with which git format-patch ends.
func (r *unifiedReader) isTrailer(i int) bool {
	return strings.HasPrefix(r.lines[i], "--") && strings.TrimRight(r.lines[i], " \r") == "--" && i+1 < len(r.lines) && trailerNext.MatchString(r.lines[i+1])
}

// isProse recognises where an unfenced diff ends and the model talks on: words after a blank line, when the header does
// not say that more is to come.
func (r *unifiedReader) isProse(i int) bool {
	text := r.lines[i]
	if r.fenced || i == 0 || text == "" || strings.ContainsAny(text[:1], " +-\t") || strings.TrimSpace(r.lines[i-1]) != "" {
		return false
	}
	h := r.h
	return !h.head.numbered || h.count(' ')+h.count('-') >= h.head.oldCount
}

// extendedWord gives the words with which such a line begins, "" if it is none.
func extendedWord(text string) string {
	for _, word := range []string{
		"index", "old mode", "new mode", "deleted file mode", "new file mode", "copy from", "copy to",
		"rename from", "rename to", "similarity index", "dissimilarity index",
	} {
		if rest, ok := strings.CutPrefix(text, word); ok && strings.HasPrefix(rest, " ") {
			return word
		}
	}
	return ""
}

// extended reads the lines that git puts between "diff --git" and "---".
func (r *unifiedReader) extended(text string) {
	s := r.cur
	word := extendedWord(text)
	value := text[len(word)+len(" "):]
	switch word {
	case "index":
		s.empty = emptyBlob.MatchString(text)
		s.index = true
	case "new file mode":
		s.action, s.newMode = Create, octal(value)
	case "deleted file mode":
		s.action = Delete
	case "new mode":
		s.newMode = octal(value)
		if s.action == Modify {
			s.action = Chmod
		}
	case "rename from":
		s.action, s.from = Rename, unquote(value)
	case "rename to":
		s.action, s.path = Rename, unquote(value)
	case "copy from":
		s.action, s.copied, s.from = Create, true, unquote(value)
	case "copy to":
		s.action, s.copied, s.path = Create, true, unquote(value)
	}
}

// bareDiff refuses a diff without hunks that does not say all by its headers: the rest of it is missing.
func (s *section) bareDiff() {
	switch {
	case len(s.hunks) > 0 || s.fault != nil || s.whole != nil:
	case s.action == Modify, s.action == Create && !s.copied && !s.addsEmpty():
		s.fault = &fault{reason: Truncated, message: "the diff of this file has no hunks; send them"}
	}
}

// addsEmpty says whether git's headers alone add an empty file.
func (s *section) addsEmpty() bool {
	return s.git && s.newMode != 0 && !s.sides && (s.empty || !s.index)
}

func number(s string, absent int) int {
	if s == "" {
		return absent
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return absent
	}
	return n
}

func octal(s string) uint32 {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 8, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
