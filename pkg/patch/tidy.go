package patch

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// What stands in the lines of a hunk and is not of the file: byte order marks, line numbers, entities. The file decides.

// tidy takes it out, or gives the section a fault where it is not clear what is meant.
func (e *engine) tidy(s *section) {
	if len(s.hunks) == 0 && !s.escaped {
		return
	}
	source := s.path
	if s.from != "" {
		source = s.from
	}
	entry, ok, err := e.base.Lookup(source)
	if err != nil || badPath(source) != "" {
		return
	}
	text := sync.OnceValue(func() string { return "\n" + strings.ReplaceAll(string(entry.Data), "\r\n", "\n") + "\n" })
	for _, f := range []*fault{s.unmark(ok), s.unnumber(text), s.unescape(text)} {
		if f != nil && s.fault == nil {
			s.fault = f
		}
	}
}

// rewrite gives each line of the hunks that pick names another text.
func (s *section) rewrite(pick func(line) bool, text func(string) string) {
	for _, h := range s.hunks {
		for i, l := range h.lines {
			if pick(l) {
				h.lines[i].text, h.lines[i].raw = text(l.text), text(l.raw)
			}
		}
		h.oldSide = nil
	}
}

// some says whether a line of the hunks is such a one.
func (s *section) some(such func(line) bool) bool {
	return slices.ContainsFunc(s.hunks, func(h *hunk) bool { return slices.ContainsFunc(h.lines, such) })
}

// unmark takes the byte order mark off lines: the file keeps the one that it has.
func (s *section) unmark(present bool) *fault {
	marked := func(l line) bool { return strings.HasPrefix(l.text, byteOrderMark) }
	if !s.some(marked) {
		return nil
	}
	ops := map[byte]int{}
	for _, h := range s.hunks {
		for _, l := range h.lines {
			if marked(l) {
				ops[l.op]++
			}
		}
	}
	if !present {
		return nil
	}
	if ops['-'] != ops['+'] {
		return &fault{reason: Unsupported, message: "the change adds or removes a byte order mark, which stays as it is in the file; leave it out"}
	}
	s.rewrite(marked, func(t string) string { return strings.Replace(t, byteOrderMark, "", 1) })
	return nil
}

var shownNumber = pattern.Lazy(`^\s*\d+\s*\| ?`)

// unnumber takes the numbers off the lines of hunks that quote the file as it was shown, with a number before each line.
func (s *section) unnumber(text func() string) *fault {
	if !s.some(func(l line) bool { return strings.Contains(l.text, "|") }) {
		return nil
	}
	for _, h := range s.hunks {
		if f := h.unnumber(text); f != nil {
			return f
		}
	}
	return nil
}

func (h *hunk) unnumber(text func() string) *fault {
	var quoted, added []string
	for _, l := range h.lines {
		switch {
		case l.op == '+':
			added = append(added, l.text)
		case !blank(l.text):
			quoted = append(quoted, l.text)
		}
	}
	old, all := 0, 0
	for _, l := range quoted {
		if strings.Contains(l, "|") && shownNumber.MatchString(l) && !strings.Contains(text(), "\n"+l+"\n") {
			old++
		}
	}
	for _, l := range added {
		if strings.Contains(l, "|") && shownNumber.MatchString(l) {
			all++
		}
	}
	doubt := &fault{reason: Markers, message: "some lines begin with line numbers and others do not; send them as they are in the file, without numbers"}
	switch {
	case old == 0 && all == 0:
		return nil
	case strings.Contains(text(), "|") && shownInFile(text()):
		return nil // the file has such lines itself
	case old == 0 && all > 0 && all == len(added):
		return doubt
	case old == 0:
		return nil
	case old != len(quoted) || all > 0 && all != len(added):
		return doubt
	}
	for i, l := range h.lines {
		number := shownNumber.FindString(l.text)
		h.lines[i].text, h.lines[i].raw = l.text[len(number):], strings.Replace(l.raw, number, "", 1)
	}
	h.oldSide = nil
	return nil
}

func shownInFile(text string) bool {
	for line := range strings.Lines(text) {
		if shownNumber.MatchString(line) {
			return true
		}
	}
	return false
}

var entity = pattern.Lazy(`&(?:lt|gt|amp|quot|#39|apos);`)

// mayBeEscaped says whether an answer could be escaped as a whole, as some pages do: it has entities, and no sign that would be one.
func mayBeEscaped(answer string) bool {
	return entity.MatchString(answer) && !strings.ContainsAny(entity.ReplaceAllString(answer, ""), "<>&")
}

// unescape reads the entities of an answer that may be escaped as a whole. The lines that it quotes tell: they are in the file
// as they stand, or as they read. Where none tells, entities that come into a file which is no markup are refused.
func (s *section) unescape(text func() string) *fault {
	if !s.escaped {
		return nil
	}
	plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&apos;", "'", "&amp;", "&")
	comes := s.whole != nil && entity.MatchString(*s.whole)
	for _, h := range s.hunks {
		for _, l := range h.lines {
			switch {
			case !entity.MatchString(l.text):
			case l.op == '+':
				comes = true
			case strings.Contains(text(), strings.TrimSpace(l.text)):
				return nil
			case strings.Contains(text(), strings.TrimSpace(plain.Replace(l.text))):
				s.rewrite(func(line) bool { return true }, plain.Replace)
				return nil
			}
		}
	}
	if !comes || isMarkup(s.path) || entity.MatchString(text()) {
		return nil
	}
	return &fault{reason: Markers, message: "the answer has entities such as &lt; and it is not clear whether they are meant; quote a line that has one, or send the signs themselves"}
}

func isMarkup(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".xhtml", ".xml", ".svg", ".xsl", ".vue", ".svelte", ".jsx", ".tsx", ".md", ".mdx", ".markdown", ".rst", ".adoc", ".php", ".erb", ".tmpl", ".hbs", ".plist":
		return true
	}
	return false
}
