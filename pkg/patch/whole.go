package patch

import (
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// wholeSection is a block that holds a file from its first line to its last.
func wholeSection(name string, c chunk, skip int) *section {
	text := strings.Join(c.lines[skip:], "\n")
	if skip > 0 {
		text = strings.TrimLeft(text, "\n")
	}
	if text != "" {
		text += "\n"
	}
	s := &section{path: name, action: Modify, whole: &text}
	if c.unclosed {
		s.fault = &fault{reason: Truncated, message: "the answer ends inside this file; send the whole file again, and close its fence"}
	}
	return s
}

// sole picks the one bare block that is meant for the only target. nil without a message: there is none.
func (r *reader) sole(blocks []chunk, target string) *section {
	fitting := fittingBlocks(blocks, target)
	if len(fitting) > 1 {
		fitting = distinct(r.complete(fitting, target))
	}
	switch len(fitting) {
	case 0:
		return nil
	case 1:
		_, skip := labelOf(fitting[0], func(s string) bool { return s == target || s == path.Base(target) })
		return wholeSection(target, fitting[0], skip)
	}
	return &section{path: target, action: Modify, fault: &fault{
		reason:  Ambiguous,
		message: "the answer holds several code blocks that could be this file; send one block with the whole file, and its path on the line before",
	}}
}

// fittingBlocks are the blocks in the target's language, or else the single block in no language.
func fittingBlocks(blocks []chunk, target string) []chunk {
	var same, unnamed []chunk
	for _, b := range blocks {
		language := languageOf(b.info)
		switch {
		case language == "":
			unnamed = append(unnamed, b)
		case sameLanguage(target, language):
			same = append(same, b)
		}
	}
	switch {
	case len(same) > 0:
		return same
	case len(unnamed) > 0:
		return unnamed
	case len(blocks) == 1 && path.Ext(target) == "" && !explains(languageOf(blocks[0].info)):
		return blocks
	}
	return nil
}

// explains says whether a block in that language tells the reader something rather than being a file.
func explains(language string) bool {
	switch language {
	case "bash", "sh", "shell", "console", "zsh", "text", "txt", "plaintext", "output", "log":
		return true
	}
	return false
}

// complete keeps the blocks that can be the whole target. Only for Go is that known: such a file has a package clause, that
// of the package which the target is in, and declares tests only if its name says so.
func (r *reader) complete(blocks []chunk, target string) []chunk {
	if path.Ext(target) != ".go" {
		return blocks
	}
	keep := func(blocks []chunk, fits func(text string) bool) []chunk {
		var out []chunk
		for _, b := range blocks {
			if fits(strings.Join(b.lines, "\n")) {
				out = append(out, b)
			}
		}
		if len(out) == 0 {
			return blocks
		}
		return out
	}
	blocks = keep(blocks, func(text string) bool { return packageClause(text) != "" })
	blocks = keep(blocks, func(text string) bool { return testFunction.MatchString(text) == strings.HasSuffix(target, "_test.go") })
	want := r.packageAt(target)
	return keep(blocks, func(text string) bool { return want != "" && packageClause(text) == want })
}

var testFunction = pattern.Lazy(`(?m)^func (?:Test|Benchmark|Example|Fuzz)\w*\(`)

// packageClause gives the name of the package that a text belongs to, "" if it does not say.
func packageClause(text string) string {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return file.Name.Name
}

// unfenced takes an answer that is nothing but the target's text. Only for Go is that known for sure.
func unfenced(answer, target string) *section {
	if path.Ext(target) != ".go" || packageClause(answer) == "" || syntaxError(target, []byte(answer)) != "" {
		return nil
	}
	return wholeSection(target, chunk{lines: splitLines(answer)}, 0)
}

func distinct(blocks []chunk) []chunk {
	seen := map[string]bool{}
	var out []chunk
	for _, b := range blocks {
		text := strings.Join(b.lines, "\n")
		if !seen[text] {
			seen[text] = true
			out = append(out, b)
		}
	}
	return out
}

// notWhole refuses a text that is no file but something about one: a diff without its headers, or lines with their numbers.
func notWhole(text string, before []byte) *fault {
	lines := splitLines(text)
	added, marked, other := 0, 0, 0
	for _, l := range lines {
		switch {
		case blank(l):
		case strings.HasPrefix(l, "+"):
			added++
		case strings.ContainsAny(l[:1], " \t-@\\"):
			marked++
		default:
			other++
		}
	}
	switch had := string(before); {
	case other == 0 && added > 0 && !strings.Contains("\n"+had, "\n+"):
		return &fault{reason: Markers, message: "the block looks like a diff and not like the file; put it in a block of diff, or send the whole file"}
	case len(lines) > 2 && hasNumbers(lines) && !hasNumbers(splitLines(had)):
		return &fault{reason: Markers, message: "the lines begin with their numbers, which are no part of the file; send them without"}
	}
	return nil
}

// hasNumbers says whether every line begins with its number.
func hasNumbers(lines []string) bool {
	if len(lines) < 2 || !strings.HasPrefix(strings.TrimLeft(lines[0], " "), "1") {
		return false
	}
	_, ok := withoutNumbers(lines)
	return ok
}
