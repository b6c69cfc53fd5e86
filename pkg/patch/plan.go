package patch

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// plan is everything that the answers say about one file, and what came of it.
type plan struct {
	section

	results []HunkResult // one for each hunk, or one for the whole file
	change  *Change
	kept    bool // the file is as the answer wants it already
	forbid  bool // the path was refused, whatever the content
	entire  bool // the file was refused, and not one hunk or another
	early   *early
}

// collect merges the sections of one answer by file, in order of first mention.
func (e *engine) collect(sections []*section) []*plan {
	var out []*plan
	byPath := map[string]*plan{}
	for _, s := range sections {
		e.normalise(s)
		p := byPath[s.path]
		if p == nil {
			p = &plan{section: *s}
			p.hunks = slices.Clone(s.hunks)
			byPath[s.path] = p
			out = append(out, p)
			continue
		}
		e.join(p, s)
	}
	return out
}

// normalise settles which file a section means.
func (e *engine) normalise(s *section) {
	if s.path == "" && s.fault == nil {
		s.fault = &fault{reason: NoAnchor, message: "the change does not say which file it is of; put the path on the line before it"}
	}
	if s.path = e.meant(s.path, s.whole != nil); s.from != "" && s.action != Modify && s.action != Chmod {
		s.from = e.meant(s.from, false)
	}
	if s.action == Modify || s.action == Chmod {
		e.settleOld(s)
	}
	if s.action == Rename && s.from == s.path {
		s.action, s.from = Modify, ""
	}
	e.tidy(s)
}

// withoutTree takes the first folders off two paths that differ in them only, as "diff -r old new" writes them.
func (e *engine) withoutTree(oldPath, newPath string) (string, bool) {
	_, a, okA := strings.Cut(oldPath, "/")
	_, b, okB := strings.Cut(newPath, "/")
	return a, okA && okB && a == b && badPath(a) == "" && e.present(a) && !e.present(oldPath) && !e.present(newPath)
}

// settleOld looks at a diff whose two sides name different files without saying that one is renamed.
func (e *engine) settleOld(s *section) {
	if s.from == s.path {
		s.from = ""
		return
	}
	if name, ok := e.withoutTree(s.from, s.path); ok {
		s.from, s.path = "", name
		return
	}
	old := e.meant(s.from, false)
	s.from = ""
	if old == "" || old == s.path {
		return
	}
	_, hasOld, _ := e.base.Lookup(old)
	_, hasNew, _ := e.base.Lookup(s.path)
	switch {
	case hasNew && !hasOld:
	case hasNew && strings.TrimSuffix(old, path.Ext(old)) == s.path: // x.go.orig
	case s.fault == nil:
		s.fault = &fault{reason: Unsupported, message: fmt.Sprintf("the two sides name different files, %s and %s; a rename needs \"rename from\" and \"rename to\" lines", old, s.path)}
	}
}

// meant gives the path that a model meant: as written, without a diff's prefix that was not taken off, or the only target
// where nothing but its folder is missing. A whole file may be a new one, in a folder that is called like a prefix.
func (e *engine) meant(name string, whole bool) string {
	if badPath(name) != "" || e.present(name) {
		return name
	}
	if prefixed(name) && (name[0] == 'a' || name[0] == 'b') && e.present(name[2:]) && (!whole || !e.writable(name)) {
		return name[2:]
	}
	if sole := e.opt.Sole; sole != "" && path.Base(name) == path.Base(sole) && !e.writable(name) {
		return sole
	}
	return name
}

func (e *engine) present(name string) bool {
	_, ok, err := e.base.Lookup(name)
	return ok && err == nil
}

func (e *engine) writable(name string) bool { return e.opt.Writable == nil || e.opt.Writable(name) }

// join adds a further section of the same file, or of the same answer in another format.
func (e *engine) join(p *plan, s *section) {
	switch {
	case s.fault != nil:
		p.fault = s.fault
	case p.fault != nil:
	case s.revised && !sameSection(&p.section, s):
		p.fault = &fault{reason: Ambiguous, message: "the answer changes this file twice and takes back the first; send only what is meant"}
	case s.from != p.from && s.from != "" && p.from != "", s.copied != p.copied && s.action == p.action:
		p.fault = &fault{reason: Overlap, message: "the answer makes this file of two others"}
	case s.newMode != 0 && p.newMode != 0 && s.newMode != p.newMode:
		p.fault = &fault{reason: Overlap, message: "the answer gives this file two modes"}
	case s.action == Create && p.action == Create && s.whole == nil && p.whole == nil:
		if !sameSection(&p.section, s) {
			p.fault = &fault{reason: Ambiguous, message: "the answer holds two different versions of this new file; send one"}
		}
	case s.whole != nil && p.whole != nil:
		e.joinWhole(p, s)
	case s.whole != nil || p.whole != nil:
		e.joinMixed(p, s)
	case p.action == s.action, s.action == Modify && p.action != Create && p.action != Delete:
		p.hunks = append(p.hunks, s.hunks...)
	case (p.action == Modify || p.action == Chmod) && (s.action == Rename || s.action == Chmod):
		p.action, p.from = s.action, s.from
		p.newMode = max(p.newMode, s.newMode)
		p.hunks = append(p.hunks, s.hunks...)
	default:
		p.fault = &fault{reason: Overlap, message: fmt.Sprintf("the answer wants to %s and to %s this file", p.action, s.action)}
	}
}

// sameSection says whether two sections say the same.
func sameSection(a, b *section) bool {
	if a.action != b.action || (a.whole == nil) != (b.whole == nil) || len(a.hunks) != len(b.hunks) {
		return false
	}
	if a.whole != nil && *a.whole != *b.whole {
		return false
	}
	return slices.EqualFunc(a.hunks, b.hunks, func(x, y *hunk) bool {
		return x.newEnd == y.newEnd && slices.EqualFunc(x.trimmed().lines, y.trimmed().lines, func(k, l line) bool { return k.op == l.op && k.text == l.text })
	})
}

// joinWhole chooses between two versions of a file: equal ones are one, and one that quotes the base gives way.
func (e *engine) joinWhole(p *plan, s *section) {
	entry, ok, _ := e.base.Lookup(p.path)
	switch {
	case *p.whole == *s.whole:
	case ok && sameText(*s.whole, string(entry.Data)):
	case ok && sameText(*p.whole, string(entry.Data)):
		p.whole, p.action = s.whole, s.action
	default:
		p.fault = &fault{reason: Ambiguous, message: "the answer holds two different versions of this file; send one"}
	}
}

// joinMixed sees a whole file and hunks for it. They go together only if the whole one quotes the base.
func (e *engine) joinMixed(p *plan, s *section) {
	whole, hunks := p.whole, s.hunks
	if s.whole != nil {
		whole, hunks = s.whole, p.hunks
	}
	entry, ok, _ := e.base.Lookup(p.path)
	if !ok || !sameText(*whole, string(entry.Data)) {
		p.fault = &fault{reason: Overlap, message: "the answer holds this file as a whole and as hunks; send one of the two"}
		return
	}
	p.whole, p.hunks, p.action = nil, hunks, Modify
}

// sameText compares two files but for line ends and blank lines at the end.
func sameText(a, b string) bool {
	fold := func(s string) string {
		return strings.TrimRight(strings.ReplaceAll(strings.TrimPrefix(s, byteOrderMark), "\r\n", "\n"), "\n")
	}
	return fold(a) == fold(b)
}

// refused says whether anything of the file was refused.
func (p *plan) refused() bool {
	return slices.ContainsFunc(p.results, func(r HunkResult) bool { return r.Status == Refused })
}

// size is the number of bytes that the answers sent for the file.
func (p *plan) size() int {
	n := 0
	if p.whole != nil {
		n = len(*p.whole)
	}
	for _, h := range p.hunks {
		for _, l := range h.lines {
			n += len(l.text) + 1
		}
	}
	return n
}

// refuse marks every hunk, or the file as a whole, with one fault.
func (p *plan) refuse(f *fault) {
	p.change, p.kept, p.entire = nil, false, true
	n := max(1, len(p.hunks))
	p.results = make([]HunkResult, n)
	for i := range p.results {
		p.results[i] = HunkResult{N: i + 1, Status: Refused, Reason: f.reason, Message: f.message, Candidates: f.candidates}
	}
}

// accept notes the change of a file that has no hunks.
func (p *plan) accept(status HunkStatus, change *Change) {
	p.change, p.kept = change, change == nil
	p.results = []HunkResult{{N: 1, Status: status, Tier: tierWhole}}
}
