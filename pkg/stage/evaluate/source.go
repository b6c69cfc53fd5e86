package evaluate

import (
	"bytes"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// source is a target file as evaluators read it.
type source struct {
	patch.File
	language *language
	golang   *goFile // nil for other languages
	blanked  string  // the text with comments replaced by blanks, lines kept
	lines    []string
	raw      []string
}

func newSource(f patch.File) *source {
	s := &source{File: f, language: languageOf(f.Path), raw: split(string(f.Data))}
	if s.language.name == goName {
		s.golang = readGo(f)
		s.blanked = blankGo(f.Data)
	} else {
		s.blanked = s.language.blank(string(f.Data))
	}
	s.lines = split(s.blanked)
	for i, line := range s.lines {
		s.lines[i] = strings.TrimRight(line, " \t\r")
	}
	return s
}

func split(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// original gives a line as it stands in the file, 1-based; "" beyond its end.
func (s *source) original(line int) string {
	if line < 1 || line > len(s.raw) {
		return ""
	}
	return strings.TrimRight(s.raw[line-1], "\r")
}

// binary says whether the file holds no text, so that rules on lines say nothing about it.
func (s *source) binary() bool { return bytes.IndexByte(s.Data, 0) >= 0 }
