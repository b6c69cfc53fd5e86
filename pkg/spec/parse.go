package spec

import (
	"slices"
	"strings"
)

// Parse reads a spec. path is what messages name and what the component's name defaults from; src is not changed and
// not kept by the caller's slice. The error, if any, is of type Errors and holds everything that is wrong with the file.
func Parse(path string, src []byte) (*Spec, error) {
	s := newSource(path, slices.Clone(src))
	if !s.readable() {
		return nil, s.errs
	}
	front, body := s.readFront()
	front.check()
	scan := s.scan(body)
	title, parts := scan.divide()
	b := &builder{scanner: scan, checks: front.namedChecks()}
	b.clauses(parts)
	spec := &Spec{Path: path, Front: front.front, Title: title, src: s.text, body: s.offset(body), plain: scan.plain, pos: front.pos}
	for _, p := range parts {
		spec.Sections = append(spec.Sections, p.section)
	}
	b.number(spec.Sections, front.front.Retired)
	b.collect(spec, parts)
	b.whole(spec)
	if len(s.errs) > 0 {
		return nil, s.errs.sorted()
	}
	slices.SortStableFunc(b.findings, func(x, y Finding) int { return x.Pos.Line - y.Pos.Line })
	spec.Findings = b.findings
	return spec, nil
}

// namedChecks gives the named checks for clauses to cite; nil says that they could not be read.
func (r *frontReader) namedChecks() map[string]string {
	switch {
	case !r.ok:
		return nil
	case r.front.Checks == nil:
		return map[string]string{}
	default:
		return r.front.Checks
	}
}

// whole notes what can be said of the file as a whole only.
func (b *builder) whole(s *Spec) {
	seen := map[int]bool{}
	for _, open := range b.open {
		if !seen[open.line] {
			seen[open.line] = true
			_, at := b.indent(open.line)
			b.fail(RuleUnclosed, at, len(strings.TrimSpace(b.str(open.line))), "the "+open.what+" is never closed: it swallows the rest of the file", "close it")
		}
	}
	if len(s.Clauses()) == 0 {
		b.find(RuleNoClauses, 0, "the spec has no clauses", "write what must hold under Behavior, Edge cases, Invariants or What NOT to build")
	}
	if len(s.Front.Targets) == 0 {
		b.find(RuleNoTargets, 0, "the spec governs no files", "name them in the front matter's `targets`")
	}
	for _, glob := range s.Front.Context {
		if slices.Contains(s.Front.Tests.Sealed, glob) {
			b.findings = append(b.findings, Finding{
				Rule: RuleSealedShown, Pos: s.FrontPos("context"), Message: "context names the sealed tests " + glob + ", which are never shown",
				Fix: "remove it from context or from tests.sealed",
			})
		}
	}
	b.lookForTitles()
}

// lookForTitles finds lines that would be section titles in pasted text, in a file whose titles are headings.
func (b *builder) lookForTitles() {
	if b.plain {
		return
	}
	for _, x := range b.blocks {
		if x.kind != blockParagraph && x.kind != blockItem {
			continue
		}
		for i := x.first; i <= x.last; i++ {
			if looksLikeTitle(strings.TrimRight(b.str(i), " \t")) && b.bareTitle(i) {
				b.find(RuleBareTitle, b.lines[i].start, "this line looks like a section title and is text, because the other titles are headings", "make it a heading: `## "+strings.Trim(b.str(i), "* _")+"`")
			}
		}
	}
}
