package patch

import (
	"fmt"
	"slices"
	"strings"
)

// tierWhole is the tier of changes that have no hunks.
const tierWhole = "whole"

// act makes the change that a plan asks for, on a path that may be written.
func (e *engine) act(p *plan) error {
	source := p.path
	if p.from != "" {
		source = p.from
	}
	entry, exists, err := e.base.Lookup(source)
	if err != nil {
		return fmt.Errorf("look up %s: %w", source, err)
	}
	if f := e.permitted(p, exists, source); f != nil {
		p.refuse(f)
		return nil
	}
	if why := unreadable(entry.Data); exists && why != "" {
		p.refuse(&fault{reason: Unsupported, message: source + " cannot be patched: " + why})
		return nil
	}
	switch p.action {
	case Delete:
		e.remove(p, entry)
	case Create:
		return e.create(p, entry)
	case Modify, Rename, Chmod:
		e.modify(p, entry, exists)
	}
	return nil
}

// permitted checks what a spec has to grant, and that the source is there.
func (e *engine) permitted(p *plan, exists bool, source string) *fault {
	deny := func(what string) *fault {
		return &fault{reason: ForbiddenPath, message: fmt.Sprintf("the spec does not allow to %s files", what)}
	}
	switch {
	case p.action == Delete && !e.opt.Allow.Delete:
		return deny("delete")
	case p.action == Rename && !e.opt.Allow.Rename:
		return deny("rename")
	case p.newMode&0o170000 == ModeSymlink || p.newMode == ModeSubmodule:
		return &fault{reason: Unsupported, message: "symbolic links and submodules cannot be made"}
	case p.newMode != 0 && p.newMode != ModeFile && p.newMode != ModeExecutable:
		return &fault{reason: Unsupported, message: fmt.Sprintf("the mode %o is none that a file can have", p.newMode)}
	case (p.action == Chmod || p.action == Rename && p.newMode != 0) && !e.opt.Allow.Chmod:
		return deny("change the mode of")
	case !exists && (p.action == Delete || p.action == Rename || p.action == Chmod || p.copied):
		return &fault{reason: Missing, message: source + " does not exist"}
	}
	return nil
}

// remove deletes a file. Where the diff shows its lines, they must be all of it.
func (e *engine) remove(p *plan, entry Entry) {
	if len(p.hunks) > 0 {
		doc := readDocument(entry.Data)
		data, ok := e.placeAll(p, doc)
		if !ok {
			return
		}
		if len(data) > len(doc.mark) {
			p.refuse(&fault{reason: NotFound, message: "the diff deletes the file and does not remove all of its lines"})
			return
		}
	}
	p.accept(Applied, &Change{Path: p.path, Action: Delete})
}

// create adds a file, from its whole text, from a diff of added lines, or as a copy of another.
func (e *engine) create(p *plan, source Entry) error {
	present, exists, err := e.base.Lookup(p.path)
	if err != nil {
		return fmt.Errorf("look up %s: %w", p.path, err)
	}
	var data []byte
	if p.copied {
		doc := readDocument(source.Data)
		out, ok := e.placeAll(p, doc)
		if !ok {
			return nil
		}
		data = out
	} else if f := p.newText(&data); f != nil {
		p.refuse(f)
		return nil
	}
	switch {
	case exists && string(present.Data) == string(data):
		p.accept(Already, nil)
	case exists && len(present.Data) > 0:
		p.refuse(&fault{reason: Exists, message: "the file exists already; send a change of it, or the whole file without calling it new"})
	default:
		e.finish(p, nil, data, !exists)
	}
	return nil
}

// newText is the content of a new file.
func (p *plan) newText(data *[]byte) *fault {
	if p.whole != nil {
		*data = []byte(*p.whole)
		return nil
	}
	var text strings.Builder
	next := 1
	for _, h := range p.hunks {
		switch {
		case h.fault != nil:
			return h.fault
		case len(p.hunks) > 1 && (!h.head.numbered || h.head.newStart != next):
			return &fault{reason: Overlap, message: p.path + " is new and comes in several hunks, which do not say in what order; send it as one"}
		}
		next += h.trimmed().count('+')
		for _, l := range h.trimmed().lines {
			if l.op != '+' {
				return &fault{reason: Missing, message: p.path + " does not exist, and the hunk quotes lines of it; a new file has added lines only"}
			}
			text.WriteString(l.text)
			if l.cr {
				text.WriteString("\r")
			}
			text.WriteString("\n")
		}
		if h.last && h.head.newCount > h.count('+') {
			return &fault{reason: Truncated, message: "the answer ends inside this file"}
		}
	}
	*data = []byte(text.String())
	if n := len(p.hunks); n > 0 && len(*data) > 0 && p.hunks[n-1].newEnd == endBare {
		*data = (*data)[:len(*data)-1]
	}
	return nil
}

// modify changes a file, by hunks or as a whole. A whole file that is not there yet is a new one.
func (e *engine) modify(p *plan, entry Entry, exists bool) {
	switch {
	case p.action == Rename && e.present(p.path):
		p.refuse(&fault{reason: Exists, message: p.path + " exists already"})
	case p.whole != nil && exists && len(entry.Data) > 0 && blank(*p.whole):
		p.refuse(&fault{reason: Placeholder, message: "the block for this file is empty; to empty the file send a diff that removes its lines"})
	case p.whole != nil:
		e.replace(p, entry, exists)
	case !exists && p.addsOnly():
		p.action = Create
		var data []byte
		if f := p.newText(&data); f != nil {
			p.refuse(f)
			return
		}
		e.finish(p, nil, data, true)
	case !exists:
		p.refuse(&fault{reason: Missing, message: p.path + " does not exist; for a new file send all of it"})
	default:
		data, ok := p.clean(entry.Data)
		if !ok {
			data, ok = e.placeAll(p, readDocument(entry.Data))
		}
		if ok {
			e.finish(p, entry.Data, data, false)
		}
	}
}

// addsOnly says whether the hunks quote nothing, as for a file that is new.
func (p *plan) addsOnly() bool {
	return len(p.hunks) > 0 && !slices.ContainsFunc(p.hunks, func(h *hunk) bool { return len(h.trimmed().old()) > 0 })
}

// replace puts a whole file in the place of the one there, which lends it its line ends, byte order mark and last newline.
func (e *engine) replace(p *plan, entry Entry, exists bool) {
	data := []byte(*p.whole)
	if exists {
		data = dressed(*p.whole, entry.Data)
	}
	if exists && string(data) == string(entry.Data) {
		p.accept(Already, nil)
		return
	}
	e.finish(p, entry.Data, data, !exists)
}

// dressed gives a text the line ends, byte order mark and final newline of the file that it replaces.
func dressed(text string, base []byte) []byte {
	d := readDocument(base)
	text = strings.TrimPrefix(text, byteOrderMark)
	if len(d.lines) > 0 && !strings.Contains(text, "\r\n") && d.eolAt(0) == "\r\n" {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if !d.finalNewline() {
		text = strings.TrimRight(text, "\r\n")
	}
	return []byte(d.mark + text)
}

// finish runs the guards that look at the result as a whole, and notes the change.
func (e *engine) finish(p *plan, before, data []byte, isNew bool) {
	wholly := p.whole != nil || len(p.hunks) == 0 || isNew
	if f := p.unfit(wholly, before, data); f != nil {
		p.refuse(f)
		return
	}
	if why := unreadable(data); why != "" {
		p.refuse(&fault{reason: Unsupported, message: "the new content cannot be taken: " + why})
		return
	}
	if f := e.unparsable(p, before, data, isNew); f != nil {
		if len(p.hunks) > 1 {
			f.message += "; send all hunks of this file again"
		}
		p.refuse(f)
		return
	}
	change := e.changeOf(p, data, isNew)
	if !isNew && string(before) == string(data) && (change.Action == Modify || change.Action == Chmod && e.modeOf(p.path) == change.Mode) {
		if p.kept = true; len(p.results) == 0 {
			p.accept(Already, nil)
		}
		return
	}
	if wholly && p.action != Rename && p.action != Chmod {
		p.accept(Applied, change)
		return
	}
	p.change = change
	if len(p.results) == 0 {
		p.results = []HunkResult{{N: 1, Status: Applied, Tier: tierWhole}}
	}
}

// unfit looks for what no file should hold, in one that was sent as a whole or is new.
func (p *plan) unfit(wholly bool, before, data []byte) *fault {
	if p.whole != nil {
		if f := notWhole(*p.whole, before); f != nil {
			return f
		}
	}
	if !wholly {
		return nil
	}
	return unwelcome(p.path, splitLines(string(data)), readDocument(before), p.counted())
}

// counted says whether the file comes from hunks whose headers count their lines right.
func (p *plan) counted() bool {
	return p.whole == nil && len(p.hunks) > 0 && !slices.ContainsFunc(p.hunks, func(h *hunk) bool { return !h.exactCounts() })
}

// modeOf is the mode that a file of the base has, 0 if it is not there.
func (e *engine) modeOf(name string) uint32 {
	entry, _, err := e.base.Lookup(name)
	if err != nil {
		return 0
	}
	return entry.Mode
}

// changeOf keeps the mode that the file has. A new one is 644.
func (e *engine) changeOf(p *plan, data []byte, isNew bool) *Change {
	c := &Change{Path: p.path, From: p.from, Action: p.action, Mode: ModeFile, Data: data}
	if c.Data == nil {
		c.Data = []byte{}
	}
	source := p.path
	if p.from != "" {
		source = p.from
	}
	if entry, ok, err := e.base.Lookup(source); err == nil && ok {
		c.Mode = entry.Mode
	}
	if p.newMode != 0 && e.opt.Allow.Chmod {
		c.Mode = p.newMode
	}
	switch {
	case isNew || p.copied:
		c.Action, c.From = Create, ""
	case p.action == Create:
		c.Action = Modify
	}
	return c
}
