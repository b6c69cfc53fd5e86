package mutate

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/syntax"
)

// plantTokens replaces the functions that can be called from outside in files of Python and JavaScript. Other languages check types,
// which their tokens do not tell.
func (d *degenerate) plantTokens(files []patch.File) {
	if d.kind == Fails || d.kind == Table {
		return
	}
	for _, file := range files {
		switch syntax.LanguageOf(file.Path).Name {
		case "Python", "JavaScript", "TypeScript":
		default:
			continue
		}
		s := readTokens(file)
		if s == nil {
			continue
		}
		last := 0
		for i := range s.funcs {
			f := &s.funcs[i]
			if f.from < last || strings.HasPrefix(f.name, "_") || f.name == "constructor" || f.to <= f.from {
				continue // in another function, or of no use to others
			}
			last = f.to
			d.tokenFunction(s, f)
		}
	}
}

// tokenFunction replaces the body of a function.
func (d *degenerate) tokenFunction(s *tokenSource, f *tokenFunc) {
	from, to := s.from(f.from), s.to(f.to-1)
	was := s.text[from:to]
	now := d.tokenBody(s, f)
	if was == now {
		return
	}
	line := 1 + strings.Count(s.text[:from], "\n")
	d.places = append(d.places, Mutant{Path: s.Path, Line: line, EndLine: line + strings.Count(was, "\n"), Func: f.full(), Was: was, Now: now})
	d.edits = append(d.edits, edit{path: s.Path, from: from, to: to, text: now + strings.Repeat("\n", strings.Count(was, "\n")), role: outside})
}

// tokenBody is what a function does instead.
func (d *degenerate) tokenBody(s *tokenSource, f *tokenFunc) string {
	python := s.language == "Python"
	value := s.zeroResult(f)
	switch string(d.kind) {
	case string(Stub):
		d.some = true
		if python {
			return "raise NotImplementedError"
		}
		return `throw new Error("not implemented");`
	case string(Zero):
		d.some = true
	case string(Fixed):
		d.some = true
		value = s.loose("1")
	case string(Identity):
		if own := s.parameter(f); own != "" {
			d.some = true
			value = s.loose(own)
		}
	}
	if python {
		return "return " + value
	}
	return "return " + value + ";"
}

// loose is a value that no type checker minds.
func (s *tokenSource) loose(value string) string {
	if s.syntax.Language.Name == "TypeScript" {
		return value + " as any"
	}
	return value
}

// parameter is the first one that has a plain name and is not the object itself.
func (s *tokenSource) parameter(f *tokenFunc) string {
	for i := f.open + 1; i < s.pairs[f.open]; i++ {
		if s.is(i-1, "(", ",") && s.isName(i) && !s.is(i, "self", "cls", "this") && s.is(i+1, ",", ")", ":", "=", "?") {
			return s.s(i)
		}
		i = max(i, s.pairs[i])
	}
	return ""
}
