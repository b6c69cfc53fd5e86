package patch

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Guards refuse hunks that can be placed and should not be.

// The words of omissions, as parts of the expressions below.
const (
	parts = `(?:code|file|functions?|methods?|class(?:es)?|implementations?|module|content|lines|imports?|fields?|tests?|cases?|logic|struct|package|body|program)`
	verbs = `(?:(?:remains?|stays?|is|are|goes|continues?)(?:\s+(?:here|unchanged|the\s+same(?:\s+as\s+(?:before|above))?|as\s+(?:before|is)))?|here|unchanged|as\s+before|as\s+is)`
	trail = `(?:\s+` + verbs + `)?[.]?`
)

var (
	commentLead = pattern.Lazy(`^(?://+|#+|/\*+|\*+|--+|<!--|;+|%+|\(\*|\{/\*|"""|'''|rem\b|REM\b)\s*`)
	commentTail = pattern.Lazy(`\s*(?:\*/\}?|-->|\*\)|"""|'''|\]|\)|>)$`)
	dotsFirst   = pattern.Lazy(`(?i)^(?:\.\.\.+|…).*\b(?:rest|remainder|existing|unchanged|remaining|same|previous|other|others|omitted|code|implementation|before|above|continues?|etc)\b`)
	dotsLast    = pattern.Lazy(`(?i)\b(?:rest|remainder|existing|unchanged|remaining|same as|omitted|other|previous)\b.*(?:\.\.\.+|…)$`)
	restOf      = pattern.Lazy(`(?i)^(?:keep\s+)?(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the\s+|your\s+|this\s+)?(?:existing\s+|original\s+)?` + parts + trail + `$`)
	existing    = pattern.Lazy(`(?i)^(?:keep\s+)?(?:all\s+)?(?:the\s+|your\s+)?(?:existing|previous|original|unchanged|other|remaining)\s+(?:code|` + parts + `\s+` + verbs + `)` + trail + `$`)
	stays       = pattern.Lazy(`(?i)^(?:(?:the\s+|this\s+)?(?:rest|everything\s+else|` + parts + `)\s+` + verbs + `|same\s+as\s+(?:before|above|original)|no\s+changes?\s+(?:here|needed|below|above|required)|(?:code\s+)?omitted(?:\s+for\s+brevity)?|snip(?:ped)?|unchanged\s+(?:code|lines))[.]?$`)
	onlyDots    = pattern.Lazy(`^(?:\.\.\.+|…)$`)
	oursMark    = pattern.Lazy(`^(?:<{7}|>{7}|\|{7})(?: |$)`)
	fenceMark   = pattern.Lazy("^\\s*(?:```|~~~)")
)

// isPlaceholder says whether a line stands for code that the model left out. name is the file's: prose may say such things.
func isPlaceholder(text, name string) bool {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || !strings.ContainsAny(trimmed[:1], "/#*-<;%({\"'[.rR") && trimmed[0] < utf8.RuneSelf {
		return false // neither a comment nor dots
	}
	body := withoutLeadOf(trimmed)
	comment := body != trimmed
	if lead := strings.TrimSuffix(trimmed, body); onlyDots.MatchString(body) && (strings.HasSuffix(lead, "\t") || strings.HasSuffix(lead, "   ")) {
		return false // the example of a doc comment
	}
	if isProse(name) {
		comment = strings.HasPrefix(trimmed, "<!--")
	}
	if !comment && !strings.HasPrefix(trimmed, "[") && !strings.HasPrefix(trimmed, "...") && !strings.HasPrefix(trimmed, "…") {
		return false
	}
	if body != "" && strings.ContainsAny(body[len(body)-1:], "/}>)\"']") {
		body = commentTail.ReplaceAllString(body, "")
	}
	body = strings.TrimLeft(body, "([<")
	switch {
	case comment:
		return omission(body)
	case strings.HasPrefix(trimmed, "["):
		return omits(body)
	case strings.HasPrefix(trimmed, "..."), strings.HasPrefix(trimmed, "…"):
		return omission(body) && !strings.ContainsAny(body, "=;{}") || onlyDots.MatchString(trimmed) && path.Ext(name) == ".go"
	}
	return false
}

// withoutLeadOf takes away what begins a comment. Most begin with slashes.
func withoutLeadOf(comment string) string {
	if strings.HasPrefix(comment, "//") {
		return strings.TrimLeft(strings.TrimLeft(comment, "/"), "\t\n\f\r ")
	}
	return comment[len(commentLead.FindString(comment)):]
}

// omission says whether the text of a comment says that code was left out, in words or by its dots.
func omission(body string) bool {
	return omits(body) || dotted(body) && (dotsFirst.MatchString(body) || dotsLast.MatchString(body) || onlyDots.MatchString(body))
}

// dotted says whether a text begins or ends with dots.
func dotted(body string) bool {
	return strings.HasPrefix(body, "...") || strings.HasPrefix(body, "…") || strings.HasSuffix(body, "...") || strings.HasSuffix(body, "…")
}

func omits(body string) bool {
	return mayOmit(body) && (restOf.MatchString(body) || existing.MatchString(body) || stays.MatchString(body))
}

// mayOmit looks for the words without one of which none of the expressions matches: most comments have none of them.
func mayOmit(body string) bool {
	if !isASCII(body) {
		return true // letters beyond ASCII can stand for some of it where case does not count
	}
	body = strings.ToLower(body)
	return slices.ContainsFunc([]string{
		"rest", "remain", "existing", "previous", "original", "change", "other",
		"stay", "is", "are", "goes", "continue", "here", "before", "same", "omitted", "snip",
	}, func(word string) bool { return strings.Contains(body, word) })
}

func isProse(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc":
		return true
	}
	return false
}

// unwelcome finds the first added line that no file should get: a placeholder, a conflict marker or a fence that the file
// did not have before. Where a header counted the lines, what may have come in from around the patch was meant.
func unwelcome(name string, added []string, base *document, counted bool) *fault {
	for _, text := range added {
		trimmed := strings.TrimSpace(text)
		why := unwelcomeLine(name, text, trimmed, counted)
		if why != nil && !base.has(trimmed) {
			return why
		}
	}
	return nil
}

// unwelcomeLine says what is wrong with one of them.
func unwelcomeLine(name, text, trimmed string, counted bool) *fault {
	switch {
	case isPlaceholder(text, name) && (!counted || !onlyDots.MatchString(withoutLeadOf(trimmed))):
		return &fault{reason: Placeholder, message: fmt.Sprintf("the line %q stands for code that was left out; write the code itself", trimmed)}
	case text != "" && strings.ContainsAny(text[:1], "<>|") && oursMark.MatchString(text):
		return &fault{reason: Markers, message: fmt.Sprintf("the added line %q is a conflict marker", trimmed)}
	case !counted && (strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~")) && fenceMark.MatchString(text) && !isProse(name):
		return &fault{reason: Markers, message: fmt.Sprintf("the added line %q is a code fence and no part of the file", trimmed)}
	case !counted && isEscaped(text):
		return &fault{reason: Markers, message: fmt.Sprintf("the added line %q holds \\n where a line should end; write the lines themselves", trimmed)}
	case strings.IndexByte(text, 0) >= 0:
		return &fault{reason: Unsupported, message: "an added line holds a NUL byte"}
	}
	return nil
}

// isEscaped says whether a line holds several that were joined by a written "\n", outside of quotes.
func isEscaped(text string) bool {
	if !strings.Contains(text, `\n`) {
		return false
	}
	unescaped := strings.NewReplacer(`\\`, "", `\"`, "", `\'`, "")
	for from := 0; ; {
		i := strings.Index(text[from:], `\n`)
		if i < 0 {
			return false
		}
		i += from
		from = i + len(`\n`)
		before := unescaped.Replace(text[:i])
		quoted := strings.Count(before, `"`)%2 == 1 || strings.Count(before, "'")%2 == 1 || strings.Count(before, "`")%2 == 1
		rest := text[from:]
		if !quoted && (strings.HasPrefix(rest, "\t") || strings.HasPrefix(rest, "  ") || blank(text[:i]) && strings.HasPrefix(rest, "//")) {
			return true
		}
	}
}

// has says whether a line of the document is that text, white space around it aside.
func (d *document) has(trimmed string) bool {
	return slices.ContainsFunc(d.lines, func(l docLine) bool { return strings.TrimSpace(l.text) == trimmed })
}

// unmarkedRemoval refuses a hunk that shows lines as context right before the lines that resemble them, if its header says
// that so many of them were to be removed.
func (m match) unmarkedRemoval(d *document) *fault {
	h := m.hunk
	k := len(h.new()) - h.head.newCount
	const most = 3
	if !h.head.numbered || h.head.oldCount != len(h.old()) || k < 1 || k > most {
		return nil
	}
	at := m.at
	for i, l := range h.lines {
		if l.op == '+' {
			continue
		}
		at++
		if l.op != ' ' || i+1 >= len(h.lines) {
			continue
		}
		next := h.lines[i+1]
		if blank(l.text) || next.op == '+' && alike(l.text, next.text) {
			return &fault{reason: EditInContext, candidates: []int{at}, message: fmt.Sprintf(
				"line %d stays in the file although the hunk's header counts fewer lines: %s; mark it with - if it is to go, or correct the header", at, visible(d.lines[at-1].text))}
		}
	}
	return nil
}

// unordered refuses a hunk without context whose added lines stand on both sides of what it removes: the lines between them
// are not shown.
func (m match) unordered(d *document) *fault {
	h := m.hunk
	before, after := h.edges()
	if h.blocks || h.count(' ') > 0 || h.count('-') == 0 || len(before) == 0 || len(after) == 0 {
		return nil
	}
	return omitted(d, m.at, "the hunk shows no context, so that it is open where each of the added lines goes")
}

// takenForAdded refuses an added line that the file has as it was written, with its plus: it may be context that lost its
// operator, unless the counts of the header speak for it.
func (f *finder) takenForAdded(m match) *fault {
	if m.hunk.blocks || !f.doc.hasPlus() {
		return nil
	}
	index := f.indexOf(trimRight())
	for _, l := range m.hunk.lines {
		if l.op != '+' || l.raw == "+" {
			continue
		}
		if at := index[trimRight().of(l.raw)]; len(at) > 0 {
			return &fault{reason: Ambiguous, candidates: []int{at[0] + 1}, message: fmt.Sprintf(
				"the added line %q stands in the file with its plus (line %d), so that it may be context without its blank in front; write the blank before every context line", l.raw, at[0]+1)}
		}
	}
	return nil
}

// omitsLine refuses a hunk that leaves out a file line right next to lines that it adds: the place is known, the order is
// not. Where a diff has numbers it was meant to show what stands on both sides of an insertion.
func (m match) omitsLine(d *document) *fault {
	h := m.hunk
	before, after := h.edges()
	end := m.end()
	if end < len(d.lines) {
		for _, l := range after {
			if trim(l.raw) == trim(d.lines[end].text) {
				return omitted(d, end, "it looks like an added line, which then needs its blank in front")
			}
		}
	}
	if !h.head.numbered || h.blocks || m.tier.bare {
		return nil
	}
	short := h.head.oldCount > h.count(' ')+h.count('-')
	if short || !m.even(d) {
		if at, slides := m.slides(d); slides {
			return omitted(d, at, "the hunk shows more lines on one side than on the other, and one of several like it may be missing")
		}
	}
	return m.atMargin(d, before, after, short)
}

// atMargin refuses a hunk that begins or ends with added lines a few lines from the start or the end of the file: diffs that
// show nothing there are of changes at the very start and end, so that a line of this one is missing.
func (m match) atMargin(d *document, before, after []line, short bool) *fault {
	h, end := m.hunk, m.end()
	if len(after) > 0 && (h.pureTail() || h.lopsided(short)) && end < len(d.lines) && end+contextLines >= len(d.lines) {
		return omitted(d, end, "the hunk ends with added lines and does not show it")
	}
	if (len(before) > 0 && h.pureHead() || h.headless(short)) && m.at > 0 && m.at <= contextLines {
		return omitted(d, m.at-1, "the hunk begins with added lines and does not show it")
	}
	return nil
}

// slides says whether a change of the hunk could as well be made a line earlier or later, because the lines there are
// equal, and names one.
func (m match) slides(d *document) (at int, ok bool) {
	same := func(i, j int) bool {
		return i >= 0 && j < len(d.lines) && trim(d.lines[i].text) == trim(d.lines[j].text)
	}
	added, why := m.added(d)
	if why != nil {
		return 0, false
	}
	for _, e := range m.edits(d, added, 0) {
		switch {
		case same(e.from-1, e.from):
			return e.from - 1, true
		case e.to > e.from && same(e.to-1, e.to):
			return e.to, true
		}
	}
	return 0, false
}

func omitted(d *document, at int, why string) *fault {
	return &fault{
		reason: OmitsLine, candidates: []int{at + 1},
		message: fmt.Sprintf("line %d stands right next to the added lines: %s; %s; say where it goes", at+1, visible(d.lines[at].text), why),
	}
}

// edges gives the added lines with which the hunk begins and ends.
func (h *hunk) edges() (before, after []line) {
	i := 0
	for i < len(h.lines) && h.lines[i].op == '+' {
		i++
	}
	j := len(h.lines)
	for j > i && h.lines[j-1].op == '+' {
		j--
	}
	return h.lines[:i], h.lines[j:]
}

// pureTail says whether the added lines at the hunk's end follow context, so that they replace nothing.
func (h *hunk) pureTail() bool {
	_, after := h.edges()
	i := len(h.lines) - len(after) - 1
	return i >= 0 && h.lines[i].op == ' '
}

// pureHead says the same of those at its start.
func (h *hunk) pureHead() bool {
	before, _ := h.edges()
	return len(before) < len(h.lines) && h.lines[len(before)].op == ' '
}

// lopsided says whether the hunk ends with lines that replace others and shows nothing behind them, although it shows lines
// before, or its header promises more: a line that belongs between what goes and what comes may be missing.
func (h *hunk) lopsided(short bool) bool {
	lead, _ := h.contexts()
	return lead >= 3 || short && lead >= 2
}

// headless says the same of a hunk that begins with added lines and goes on with removed ones.
func (h *hunk) headless(short bool) bool {
	before, _ := h.edges()
	_, tail := h.contexts()
	return len(before) > 0 && !h.pureHead() && (tail >= 3 || short && tail >= 2)
}

// contexts counts the context lines before the first change and after the last.
func (h *hunk) contexts() (lead, tail int) {
	for i := len(h.lines) - 1; i >= 0 && h.lines[i].op == ' '; i-- {
		tail++
	}
	return firstChange(h), tail
}

// even says whether the hunk shows as much of the file before its changes as after them, or as much as there is.
func (h *hunk) even(atStart, atEnd bool) bool {
	lead, tail := h.contexts()
	return lead == tail || lead < tail && atStart || tail < lead && atEnd
}

// cutShort refuses the last hunk of an answer that has no end where the header promises more: a line or two if the body ends
// in changes, more if it ends in context.
func (m match) cutShort(d *document) *fault {
	h := m.hunk
	if !h.last || !h.head.numbered || len(h.lines) == 0 {
		return nil
	}
	const much = 3 // lines that no slip of counting explains
	missingOld, missingNew := h.head.oldCount-h.count(' ')-h.count('-'), h.head.newCount-h.count(' ')-h.count('+')
	context, atEnd := h.lines[len(h.lines)-1].op == ' ', m.end() == len(d.lines)
	switch {
	case missingOld <= 0 && missingNew <= 0:
		return nil
	case missingOld == 0 && !context, !context && !atEnd, missingNew >= much && (missingOld >= much || missingOld == 0):
		return &fault{reason: Truncated, message: "the answer ends inside this hunk"}
	}
	return nil
}

// already says whether the file holds the result of the hunk at the place where it would go, so that making the change
// again would double it.
func (m match) already(d *document) bool {
	if m.hunk.count('+') == 0 || len(m.hunk.new()) <= len(m.hunk.old()) {
		return false
	}
	before, _ := m.hunk.edges()
	return d.holds(m.hunk.new(), m.at) || d.holds(m.hunk.new(), m.at-len(before))
}

// holds says whether the document has the lines at a place, trailing blanks aside.
func (d *document) holds(lines []line, at int) bool {
	if at < 0 || at+len(lines) > len(d.lines) {
		return false
	}
	for i, l := range lines {
		if strings.TrimRight(d.lines[at+i].text, blanks) != strings.TrimRight(l.text, blanks) {
			return false
		}
	}
	return true
}

// applied looks for the result of a hunk whose old side is nowhere: then it was made before. The result must stand in one
// place only, say enough, and where the hunk has numbers stand at them.
func (f *finder) applied(h *hunk) (at int, ok bool) {
	result := &hunk{head: h.head}
	var added []line
	for _, l := range h.trimmed().lines {
		if l.op == '+' {
			added = append(added, l)
		}
		if l.op != '-' {
			l.op = ' '
			result.lines = append(result.lines, l)
		}
	}
	const telling = 4 // lines that show where others were removed
	counted := h.exactCounts()
	removesOnly := counted && len(added) == 0 && len(result.lines) >= telling
	if !removesOnly && solid(added) < weakAnchor || solid(result.lines) < weakAnchor {
		return 0, false
	}
	found := f.at(result, f.row("rstrip"))
	if len(found) != 1 || f.stillBefore(h, found[0]) {
		return 0, false
	}
	far := abs(found[0].at-(h.head.newStart-1)) > nearby
	switch {
	case counted && (far || !h.even(found[0].at == 0, found[0].end() == len(f.doc.lines))):
		return 0, false
	case h.head.numbered && !counted && (far || solid(only(h.lines, '-')) < weakAnchor):
		return 0, false
	}
	return found[0].at, true
}

// stillBefore says whether most of what a hunk quotes stands somewhere else than the result that was found, or what it removes
// stands anywhere: it is then that place's hunk, misquoted, and was not made.
func (f *finder) stillBefore(h *hunk, found match) bool {
	for _, l := range h.lines {
		if l.op == '-' && len(trim(l.text)) >= weakAnchor && f.quotes(l) && !slices.ContainsFunc(h.new(), func(n line) bool { return trim(n.text) == trim(l.text) }) {
			return true
		}
	}
	for at := range f.votes(h) {
		if at < found.end() && at+len(h.old()) > found.at {
			continue
		}
		if said, seen := f.inOrder(h.old(), at-nearby, at+len(h.old())+2*nearby); 10*seen >= 6*said || f.exhausted() {
			return true
		}
	}
	return false
}
