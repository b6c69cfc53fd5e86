package patch

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

const (
	beginPatch = "*** Begin Patch"
	endPatch   = "*** End Patch"
	addFile    = "*** Add File: "
	updateFile = "*** Update File: "
	deleteFile = "*** Delete File: "
	moveTo     = "*** Move to: "
	endOfFile  = "*** End of File"
)

var v4aMarker = pattern.Lazy(`^\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File: |Move to: |End of File)`)

// v4aReader reads the format between "*** Begin Patch" and "*** End Patch" (V4A): no numbers, places named by @@ chains.
type v4aReader struct {
	out  []*section
	cur  *section
	h    *hunk
	text []string // of an added file, as it arrived
}

// readV4A reads the patches of a chunk.
func readV4A(c chunk) []*section {
	r := &v4aReader{}
	ended := false
	for _, text := range c.lines {
		text = strings.TrimSuffix(text, "\r")
		switch {
		case strings.HasPrefix(text, endPatch):
			r.end()
			ended = true
		case v4aMarker.MatchString(text):
			ended = false
			r.marker(text)
		default:
			r.body(text)
		}
	}
	r.end()
	if n := len(r.out); n > 0 && !ended && (c.unclosed || c.final && !c.fenced) {
		r.out[n-1].fault = &fault{reason: Truncated, message: "the answer ends before \"*** End Patch\"; send this file's changes again"}
	}
	return r.out
}

func (r *v4aReader) marker(text string) {
	name := func(prefix string) string { return headerPath(strings.TrimPrefix(text, prefix)) }
	switch {
	case strings.HasPrefix(text, addFile):
		r.section(name(addFile), Create)
	case strings.HasPrefix(text, updateFile):
		r.section(name(updateFile), Modify)
	case strings.HasPrefix(text, deleteFile):
		r.section(name(deleteFile), Delete)
	case strings.HasPrefix(text, moveTo) && r.cur != nil:
		r.cur.action, r.cur.from, r.cur.path = Rename, r.cur.path, name(moveTo)
	case strings.HasPrefix(text, endOfFile) && r.h != nil:
		r.h.atEnd = true
		r.endHunk()
	case strings.HasPrefix(text, beginPatch):
		r.end()
	}
}

func (r *v4aReader) section(path string, action Action) {
	r.end()
	r.cur = &section{path: path, action: action}
	r.out = append(r.out, r.cur)
}

func (r *v4aReader) body(text string) {
	switch {
	case r.cur == nil:
	case r.cur.action == Create:
		r.text = append(r.text, text)
	case r.cur.action == Delete:
	case strings.HasPrefix(text, "@@"):
		r.header(text)
	case r.h == nil && blank(text):
	default:
		if r.h == nil {
			r.h = &hunk{}
		}
		r.h.add(text)
	}
}

func (r *v4aReader) header(text string) {
	if r.h != nil && len(r.h.lines) > 0 {
		r.endHunk()
	}
	if r.h == nil {
		r.h = &hunk{}
	}
	if m := hunkHeader.FindStringSubmatch(text); m != nil {
		text = m[5] // numbers do not belong here and are not counted on
	}
	scope := strings.TrimSpace(strings.TrimPrefix(text, "@@"))
	scope = strings.TrimSpace(strings.TrimSuffix(scope, "@@"))
	if scope != "" && scope != "..." {
		r.h.scopes = append(r.h.scopes, scope)
	}
}

func (r *v4aReader) endHunk() {
	if r.h != nil && len(r.h.lines) > 0 {
		r.h.soften(false)
		r.cur.hunks = append(r.cur.hunks, r.h)
	}
	r.h = nil
}

func (r *v4aReader) end() {
	if r.cur != nil && r.cur.action == Create {
		r.added()
	}
	r.endHunk()
	r.cur, r.text = nil, nil
}

// added is the text of a new file, whose lines all have a plus in front, or none.
func (r *v4aReader) added() {
	for len(r.text) > 0 && r.text[len(r.text)-1] == "" {
		r.text = r.text[:len(r.text)-1]
	}
	marked, unmarked := 0, 0
	for _, l := range r.text {
		switch {
		case strings.HasPrefix(l, "+"):
			marked++
		case l != "":
			unmarked++
		}
	}
	var text strings.Builder
	for _, l := range r.text {
		text.WriteString(strings.TrimPrefix(l, "+") + "\n")
	}
	whole := text.String()
	r.cur.whole = &whole
	if marked > 0 && unmarked > 0 {
		r.cur.fault = &fault{reason: Markers, message: "some lines of the new file begin with + and others do not; put a + before each"}
	}
}
