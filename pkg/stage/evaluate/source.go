package evaluate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/pattern"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// source is a target file as evaluators read it.
type source struct {
	patch.File
	syntax *syntax.File
	uses   func() syntax.Uses
	golang *goFile  // nil for other languages
	lines  []string // comments replaced by blanks
	raw    []string
}

func newSource(f patch.File) *source {
	text := string(f.Data)
	s := &source{File: f, syntax: syntax.Read(f.Path, text), raw: split(text)}
	s.uses = sync.OnceValue(s.syntax.Uses)
	var blanked string
	if s.syntax.Language.Name == syntax.Go {
		s.golang = readGo(f)
		blanked = s.golang.blank()
	} else {
		blanked = s.syntax.Blank()
	}
	s.lines = split(blanked)
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

// doubt says why nobody can tell what is code in the file; "" if that can be told.
func (s *source) doubt() string {
	if len(s.syntax.Doubts) == 0 {
		return ""
	}
	return s.unsure(s.syntax.Doubts[0])
}

func (s *source) unsure(d syntax.Doubt) string {
	line, col := s.syntax.Position(d.Off)
	return fmt.Sprintf("%s:%d:%d: %s", s.Path, line, col, d.Why)
}

// mentions says whether a word occurs in code or strings.
func (s *source) mentions(word string) bool {
	return slices.ContainsFunc(s.lines, func(line string) bool {
		return strings.Contains(line, word) && slices.Contains(wordForm.FindAllString(line, -1), word)
	})
}

var wordForm = pattern.Lazy(`[\pL_][\pL\pN_]*`)
