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
	s.path = e.meant(s.path)
	if s.action == Modify || s.action == Chmod {
		e.settleOld(s)
	}
	if s.action == Rename && s.from == s.path {
		s.action, s.from = Modify, ""
	}
}

// settleOld looks at a diff whose two sides name different files without saying that one is renamed.
func (e *engine) settleOld(s *section) {
	old := e.meant(s.from)
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
// where nothing but its folder is missing.
func (e *engine) meant(name string) string {
	if badPath(name) != "" || e.present(name) {
		return name
	}
	if prefixed(name) && (name[0] == 'a' || name[0] == 'b') && e.present(name[2:]) {
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
	case s.whole != nil && p.whole != nil:
		e.joinWhole(p, s)
	case s.whole != nil || p.whole != nil:
		e.joinMixed(p, s)
	case p.action == s.action || s.action == Modify:
		p.hunks = append(p.hunks, s.hunks...)
	case p.action == Modify && (s.action == Rename || s.action == Chmod):
		p.action, p.from, p.newMode = s.action, s.from, s.newMode
		p.hunks = append(p.hunks, s.hunks...)
	default:
		p.fault = &fault{reason: Overlap, message: fmt.Sprintf("the answer wants to %s and to %s this file", p.action, s.action)}
	}
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

// resend takes in what a later answer says about the file: a whole file replaces all, hunks replace those refused.
func (p *plan) resend(next *plan) {
	if next.fault != nil || next.whole != nil || p.whole != nil || p.fault != nil || next.action != Modify || p.forbid {
		*p = *next
		return
	}
	var hunks []*hunk
	fresh := next.hunks
	for i, h := range p.hunks {
		if i < len(p.results) && p.results[i].Status == Refused {
			if len(fresh) > 0 {
				hunks, fresh = append(hunks, fresh[0]), fresh[1:]
			}
			continue
		}
		hunks = append(hunks, h)
	}
	hunks = append(hunks, fresh...)
	p.hunks = hunks
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
	p.change, p.kept = nil, false
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
