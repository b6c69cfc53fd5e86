package patch

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// ErrNoPatch says that an answer holds no change in any known format. It is wrapped with what the answer was instead.
var ErrNoPatch = errors.New("no patch found in the answer")

// Limits that Options replace.
const (
	defaultMaxFiles = 100
	defaultMaxBytes = 1 << 20
)

// engine applies the answers of one conversation to one base.
type engine struct {
	base  Tree
	opt   Options
	plans []*plan
	work  int
}

// Apply reads the patch in the first answer, whatever its format, and places it on base. Further answers are re-sends:
// what matched before is kept, the refused hunks of a file are replaced by those of the new answer, and a whole file
// replaces all. The result changes all files or none; what could not be placed is a refused hunk in it. Whole files that are
// as they were are an answer too, which says that the base is right: nothing is refused then, and nothing changes.
//
// The error is ErrNoPatch when no answer holds a patch, or what the tree answered when it could not be read.
func Apply(base Tree, answers []string, opt Options) (Result, error) {
	if opt.MaxFiles == 0 {
		opt.MaxFiles = defaultMaxFiles
	}
	if opt.MaxBytes == 0 {
		opt.MaxBytes = defaultMaxBytes
	}
	e := &engine{base: guarded{base, map[string]bool{}}, opt: opt}
	r := &reader{known: e.known, packageAt: e.packageAt, opt: opt}
	seen := "there is no answer"
	for _, answer := range answers {
		if ahead, ok := base.(Prefetcher); ok {
			ahead.Prefetch(mentioned(answer, opt.MaxFiles))
		}
		found := r.read(answer)
		seen = found.seen
		if len(found.sections) == 0 {
			continue
		}
		e.take(e.collect(found.sections))
		if err := e.resolve(); err != nil {
			return Result{}, err
		}
	}
	if len(e.plans) == 0 {
		return Result{}, fmt.Errorf("%w: %s", ErrNoPatch, seen)
	}
	return e.result(), nil
}

// known says whether a path can be meant as one of a file: it is there, or it may be written.
func (e *engine) known(name string) bool {
	return badPath(name) == "" && (name == e.opt.Sole || e.present(name) || e.opt.Writable != nil && e.opt.Writable(name))
}

// packageAt reads the package clause of a Go file of the base, or else of one beside it that is no test.
func (e *engine) packageAt(target string) string {
	dir := path.Dir(target)
	if dir == "." {
		dir = "" // the root
	}
	names, err := e.base.Names(dir)
	if err != nil {
		return ""
	}
	for _, name := range append([]string{path.Base(target)}, names...) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") && name != path.Base(target) {
			continue
		}
		if entry, ok, err := e.base.Lookup(path.Join(dir, name)); err == nil && ok {
			if found := packageClause(string(entry.Data)); found != "" {
				return found
			}
		}
	}
	return ""
}

// take merges the plans of an answer into those before. A forbidden file that a later answer leaves out is gone.
func (e *engine) take(next []*plan) {
	mentioned := map[string]bool{}
	before := len(e.plans)
	for _, n := range next {
		mentioned[n.path] = true
		i := slices.IndexFunc(e.plans[:before], func(p *plan) bool {
			return p.path == n.path || p.action == Rename && p.from == n.path && n.action == Modify && p.refused()
		})
		if i < 0 {
			e.plans = append(e.plans, n)
			continue
		}
		e.plans[i].resend(n)
	}
	e.plans = slices.DeleteFunc(e.plans, func(p *plan) bool {
		return p.forbid && !mentioned[p.path] || p.path == "" && p.refused() && !mentioned[""] && p.named(next)
	})
}

// resolve finds what each plan comes to.
func (e *engine) resolve() error {
	e.work = 0
	e.tryClean()
	total := 0
	for i, p := range e.plans {
		p.results, p.change, p.kept, p.forbid, p.entire = nil, nil, false, false, false
		total += p.size()
		switch {
		case i >= e.opt.MaxFiles:
			p.refuse(&fault{reason: TooLarge, message: fmt.Sprintf("the patch changes more than %d files", e.opt.MaxFiles)})
			continue
		case total > e.opt.MaxBytes:
			p.refuse(&fault{reason: TooLarge, message: fmt.Sprintf("the patch is larger than %d bytes", e.opt.MaxBytes)})
			continue
		}
		if err := e.resolvePlan(p); err != nil {
			return err
		}
	}
	e.refuseCollisions()
	return nil
}

// resolvePlan checks the path and hands over to what the action needs.
func (e *engine) resolvePlan(p *plan) error {
	if p.path == "" {
		p.refuse(p.fault)
		return nil
	}
	for _, name := range []string{p.path, p.from} {
		if name == "" {
			continue
		}
		why, err := e.forbidden(name, p.copied && name == p.from)
		if err != nil {
			return err
		}
		if why != "" {
			p.refuse(&fault{reason: ForbiddenPath, message: why + "; leave this file out"})
			p.forbid = true
			return nil
		}
	}
	if p.fault != nil {
		p.refuse(p.fault)
		return nil
	}
	return e.act(p)
}

// forbidden says why a path may not be touched, or "". One that is only read need not be writable.
func (e *engine) forbidden(name string, readOnly bool) (string, error) {
	why, err := unsafePath(e.base, name)
	if err != nil || why != "" || readOnly {
		return why, err
	}
	if e.opt.Protected != nil {
		if why := e.opt.Protected(name); why != "" {
			return why, nil
		}
	}
	if !e.writable(name) {
		return name + " is outside the targets", nil
	}
	return "", nil
}

// refuseMoved refuses changes of a file that the patch itself takes away from its place, and a second rename of it.
func (e *engine) refuseMoved() {
	moved := map[string]*plan{}
	for _, p := range e.plans {
		if p.change == nil || p.change.Action != Rename {
			continue
		}
		if other := moved[p.from]; other != nil {
			p.refuse(&fault{reason: Overlap, message: fmt.Sprintf("%s is renamed twice, to %s and to %s", p.from, other.path, p.path)})
		}
		moved[p.from] = p
	}
	for _, p := range e.plans {
		if other := moved[p.path]; other != nil && (p.change != nil || p.kept) {
			p.refuse(&fault{reason: Overlap, message: fmt.Sprintf("the answer changes this file and renames it to %s; put both into the diff of the new name", other.path)})
		}
	}
}

// refuseCollisions refuses files that the patch itself puts in each other's way.
func (e *engine) refuseCollisions() {
	e.refuseMoved()
	folded := map[string]*plan{}
	for _, p := range e.plans {
		if p.change == nil || p.action == Delete {
			continue
		}
		if other := folded[foldPath(p.path)]; other != nil {
			p.refuse(&fault{reason: ForbiddenPath, message: fmt.Sprintf("%s and %s differ only in case or composition", other.path, p.path)})
			continue
		}
		folded[foldPath(p.path)] = p
	}
	for _, p := range e.plans {
		if p.change == nil {
			continue
		}
		for i, c := range p.path {
			if c != '/' {
				continue
			}
			if other := folded[foldPath(p.path[:i])]; other != nil {
				p.refuse(&fault{reason: ForbiddenPath, message: other.path + " cannot be a file and a folder"})
				break
			}
		}
	}
}

// result is what there is to tell. Changes stays empty if anything was refused.
func (e *engine) result() Result {
	var r Result
	for _, p := range e.plans {
		e.remember(p)
		file := FileResult{Path: p.path, Action: p.action, Hunks: p.results}
		if p.action == Rename {
			file.From = p.from
		}
		if p.change != nil {
			file.Action = p.change.Action
			file.Added, file.Removed = e.lineCounts(p)
			r.Changes = append(r.Changes, *p.change)
		}
		r.Files = append(r.Files, file)
	}
	if r.Refused() {
		r.Changes = nil
	}
	return r
}

func (e *engine) lineCounts(p *plan) (added, removed int) {
	if p.results[0].Tier != tierWhole {
		for i, h := range p.hunks {
			if i < len(p.results) && p.results[i].Status == Applied {
				added, removed = added+h.count('+'), removed+h.count('-')
			}
		}
		return added, removed
	}
	entry, _, err := e.base.Lookup(p.path)
	if err != nil {
		return 0, 0
	}
	s := Stat(p.path, entry.Data, p.change.Data)
	return s.Added, s.Removed
}

// Refused says whether anything was refused, so that nothing is changed.
func (r Result) Refused() bool {
	return slices.ContainsFunc(r.Files, func(f FileResult) bool { return f.refused() > 0 })
}

func (f FileResult) refused() int {
	n := 0
	for _, h := range f.Hunks {
		if h.Status == Refused {
			n++
		}
	}
	return n
}

// TierCounts says how many hunks went in by which tier, in the cascade's order: "exact=5 indent=1". Whole files count as whole.
func (r Result) TierCounts() string {
	counts := map[string]int{}
	for _, f := range r.Files {
		for _, h := range f.Hunks {
			switch h.Status {
			case Applied:
				counts[h.Tier]++
			case Already:
				counts[string(Already)]++
			case Refused:
				counts[string(Refused)]++
			}
		}
	}
	var names []string
	for _, t := range append(cascade(), similarTier()) {
		names = append(names, t.name)
	}
	var out []string
	for _, name := range append(names, tierWhole, string(Already), string(Refused)) {
		if counts[name] > 0 {
			out = append(out, fmt.Sprintf("%s=%d", name, counts[name]))
		}
	}
	return strings.Join(out, " ")
}

// Stat gives the lines added and removed in each file that changes.
func (r Result) Stat() []FileStat {
	var out []FileStat
	for _, f := range r.Files {
		if f.Added+f.Removed > 0 || slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Path == f.Path }) {
			out = append(out, FileStat{Path: f.Path, Added: f.Added, Removed: f.Removed})
		}
	}
	return out
}
