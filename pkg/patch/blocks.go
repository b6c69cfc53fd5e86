package patch

import (
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

var (
	searchMark  = pattern.Lazy(`^\s*<{5,}\s*(?:SEARCH|ORIGINAL|OLD|HEAD|BEFORE)?\s*(.*?)\s*$`)
	divideMark  = pattern.Lazy(`^\s*={5,}\s*$`)
	replaceMark = pattern.Lazy(`^\s*>{5,}\s*(?:REPLACE|UPDATED|NEW|AFTER)?.*$`)
)

// readBlocks reads search and replace blocks. The path stands on a line before each block, or once for several.
func readBlocks(c chunk, fallback string, known func(string) bool) []*section {
	var out []*section
	name := fallback
	if label, _ := labelOf(chunk{info: c.info, before: c.before, path: c.path}, known); label != "" {
		name = label
	}
	for i := 0; i < len(c.lines); i++ {
		m := searchMark.FindStringSubmatch(c.lines[i])
		if n := len(out); m == nil && n > 0 && divideMark.MatchString(c.lines[i]) || m == nil && n > 0 && replaceMark.MatchString(c.lines[i]) {
			out[n-1].fault = tangled() // the block before ended at a mark that was text
			continue
		}
		if m == nil {
			if found := linePath(strings.TrimSuffix(c.lines[i], "\r"), "", known); found != "" {
				name = found
			} else if found := firstLinePath(chunk{lines: c.lines[i : i+1]}, known); found != "" {
				name = found
			}
			continue
		}
		if looksLikePath(m[1]) && m[1] != "" {
			name = m[1]
		}
		s, used := readBlock(c.lines[i:])
		s.path = name
		out = append(out, s)
		i += used
	}
	return out
}

// readBlock reads one block that starts at the first line; used counts the lines after it.
func readBlock(lines []string) (s *section, used int) {
	indent := lines[0][:len(lines[0])-len(strings.TrimLeft(lines[0], " \t"))]
	var divides []int
	end, nested := -1, false
	for i := 1; i < len(lines) && end < 0; i++ {
		switch {
		case divideMark.MatchString(lines[i]):
			divides = append(divides, i)
		case searchMark.MatchString(lines[i]):
			nested = true
		case replaceMark.MatchString(lines[i]):
			end = i
		}
	}
	s = &section{action: Modify}
	divides = dividers(lines, divides)
	switch {
	case end < 0:
		s.fault = &fault{reason: Truncated, message: "a search block has no end mark; send it again with its >>>>>>> REPLACE line"}
		return s, len(lines)
	case len(divides) == 0:
		s.fault = &fault{reason: Markers, message: "a search block has no ======= line between search and replacement"}
		return s, end
	case len(divides) > 1 || nested:
		s.fault = tangled()
		return s, end
	}
	search := outdent(lines[1:divides[0]], indent)
	replace := outdent(lines[divides[0]+1:end], indent)
	if len(search) == 0 || len(search) == 1 && blank(search[0]) {
		text := strings.Join(replace, "\n") + "\n"
		s.action, s.whole = Create, &text
		return s, end
	}
	s.hunks = []*hunk{blockHunk(search, replace)}
	return s, end
}

// blockHunk makes a hunk of a search and a replace text: what both have is context, so that its bytes come from the file.
func blockHunk(search, replace []string) *hunk {
	h := &hunk{blocks: true}
	for _, d := range diffLines(search, replace) {
		h.lines = append(h.lines, newLine(d.op, d.text, d.text))
	}
	h.soften(true)
	return h
}

func tangled() *fault {
	return &fault{reason: Markers, message: "a search block holds marks of such blocks as text, so that its two parts cannot be told apart; send the whole file"}
}

// dividers leaves out the ===== lines that underline a title, where one of another length divides the block.
func dividers(lines []string, divides []int) []int {
	if len(divides) < 2 {
		return divides
	}
	mark := len(strings.TrimRight(strings.TrimLeft(lines[0], " \t"), " \tABCDEFGHIJKLMNOPQRSTUVWXYZ\r"))
	var out []int
	for _, i := range divides {
		title, rule := strings.TrimSpace(lines[i-1]), strings.TrimSpace(lines[i])
		if len(rule) == mark || utf8.RuneCountInString(title) != len(rule) {
			out = append(out, i)
		}
	}
	return out
}

var searchBegin = pattern.Lazy(`^\s*<{5,}\s*(?:SEARCH|ORIGINAL)\s*$`)

// blockSpan counts the lines of the search and replace block with which lines begin, 0 if they begin with none that is whole.
// Nothing in it is a fence.
func blockSpan(lines []string) int {
	if !strings.Contains(lines[0], "<<<<<") || !searchBegin.MatchString(strings.TrimSuffix(lines[0], "\r")) {
		return 0
	}
	divided := false
	for i, l := range lines[1:] {
		switch {
		case strings.Contains(l, "<<<<<") && searchBegin.MatchString(strings.TrimSuffix(l, "\r")):
			return 0
		case strings.Contains(l, "=====") && divideMark.MatchString(l):
			divided = true
		case divided && strings.Contains(l, ">>>>>") && replaceMark.MatchString(l):
			return i + 2
		}
	}
	return 0
}
