package patch

import (
	"go/parser"
	"go/token"
	"path"
	"strings"
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
func sole(blocks []chunk, target string) *section {
	fitting := fittingBlocks(blocks, target)
	if len(fitting) > 1 {
		fitting = distinct(complete(fitting, target))
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

// complete keeps the blocks that can be a whole file. Only for Go is that known.
func complete(blocks []chunk, target string) []chunk {
	if path.Ext(target) != ".go" {
		return blocks
	}
	var out []chunk
	for _, b := range blocks {
		if hasPackageClause(strings.Join(b.lines, "\n")) {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return blocks
	}
	return out
}

func hasPackageClause(text string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
	return err == nil
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
