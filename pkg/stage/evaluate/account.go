package evaluate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// account draws up the reverse ledger of a candidate whose clauses hold: which clauses each line serves that it changes. Others cost
// nothing. There is none where no clause rests on evidence that could name a line.
func (e *evaluation) account(ctx context.Context) error {
	if e.opt.NoLedger || !e.report.Upheld(e.opt.Policy) || len(e.targets) == 0 {
		return nil
	}
	a := &account{evaluation: e, claims: map[spot]*claim{}, blocks: map[string][]verdict.Block{}}
	a.byRules()
	a.byCitations()
	traced, err := a.byTests(ctx)
	if err != nil {
		return err
	}
	if !traced && len(a.claims) == 0 {
		return nil
	}
	base, err := a.base(ctx)
	if err != nil {
		return err
	}
	e.report.Ledger = a.ledger(base)
	return nil
}

// account is a ledger on its way.
type account struct {
	*evaluation
	claims   map[spot]*claim
	blocks   map[string][]verdict.Block // of all tests, by file
	counted  bool                       // the blocks that ran are known
	tested   bool                       // some clause holds by tests, so that a line may serve it
	why      string                     // what could not be measured
	untraced []string
	surface  map[string]bool // names that the Interface section declares: Push, Stack.Push
}

type spot struct {
	file string
	line int
}

// claim is what speaks for a line.
type claim struct {
	clauses, by []string
}

func (a *account) claim(file string, line int, clause, by string) {
	at := spot{file, line}
	c := a.claims[at]
	if c == nil {
		c = &claim{}
		a.claims[at] = c
	}
	if clause != "" && !slices.Contains(c.clauses, clause) {
		c.clauses = append(c.clauses, clause)
	}
	if !slices.Contains(c.by, by) {
		c.by = append(c.by, by)
	}
}

// claimed says whether anything speaks for a line.
func (a *account) claimed(file string, line int) bool { return a.claims[spot{file, line}] != nil }

// byRules lets rules claim the lines that hold what they require. A forbid that found nothing speaks for no line.
func (a *account) byRules() {
	for _, l := range a.clauses {
		for _, r := range l.plan.rules {
			if r.Kind != spec.AttachRequire {
				continue
			}
			for _, h := range a.find(r).hits {
				if h.line > 0 {
					a.claim(h.file, h.line, l.clause.ID, verdict.ByRule)
				}
			}
		}
	}
}

// byCitations lets the citations of a judge claim what they quote, where its opinion carries a pass.
func (a *account) byCitations() {
	for _, v := range a.report.Verdicts {
		for _, c := range v.Evidence {
			if v.Status != verdict.Pass || c.Kind != verdict.FromCitation || !c.Passed {
				continue
			}
			for line := c.Line; line <= max(c.EndLine, c.Line); line++ {
				a.claim(c.File, line, v.Clause, verdict.ByCitation)
			}
		}
	}
}

// byTests lets the passing tests of each clause claim the lines that they run. traced says whether any clause rests on tests.
func (a *account) byTests(ctx context.Context) (traced bool, err error) {
	var clauses []string
	var groups [][]string
	for i, l := range a.clauses {
		names, whole := a.passing(l)
		switch {
		case whole:
			a.tested, a.why = true, "the exit status of the tests' command tells of no line"
		case len(names) > 0:
			clauses, groups = append(clauses, l.clause.ID), append(groups, names)
		case len(l.plan.checks) > 0 && a.report.Verdicts[i].Status == verdict.Pass:
			a.untraced = append(a.untraced, l.clause.ID)
		}
	}
	if len(groups) == 0 {
		return a.tested, nil
	}
	a.tested = true
	return true, a.cover(ctx, clauses, groups)
}

// passing gives the tests of a clause that passed, without package. whole says that the command as a whole stands for them.
func (a *account) passing(l *dossier) (names []string, whole bool) {
	for _, r := range l.plan.tests {
		if r.whole {
			return nil, !l.waived
		}
		if a.results == nil {
			continue
		}
		for _, o := range a.results.all() {
			if r.matches(o.Name) && o.Status == verdict.TestPassed && o.flaky == "" && o.empty == "" && !slices.Contains(names, root(o.Name)) {
				names = append(names, root(o.Name))
			}
		}
	}
	slices.Sort(names)
	return names, false
}

func (a *account) cover(ctx context.Context, clauses []string, groups [][]string) error {
	if !slices.ContainsFunc(a.targets, func(s *source) bool { return s.golang != nil }) {
		a.why = "which lines tests run is measured for Go alone"
		return nil
	}
	covered, err := a.bench.Cover(ctx, a.spec.Front.Tests, groups)
	if err != nil {
		return err
	}
	if len(covered) != len(groups) {
		a.why = "the tests' command is more than can be taken apart to see which lines each test runs"
		return nil
	}
	a.counted = true
	for i, blocks := range covered {
		if len(blocks) == 0 && a.why == "" {
			a.counted, a.why = false, fmt.Sprintf("which lines the tests of %s run could not be measured", clauses[i])
		}
		for _, b := range blocks {
			a.blocks[b.File] = append(a.blocks[b.File], b)
			for line := b.Line; b.Ran && line <= b.EndLine; line++ {
				a.claim(b.File, line, clauses[i], verdict.ByTest)
			}
		}
	}
	return nil
}

// base gives the target files as they were, by path. An audit has no base: then all lines are new.
func (a *account) base(ctx context.Context) (map[string][]byte, error) {
	out := map[string][]byte{}
	if a.candidate.Base == "" {
		return out, nil
	}
	files, err := a.source.Files(ctx, a.candidate.Base, a.spec.IsTarget)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		out[f.Path] = f.Data
	}
	for _, c := range a.candidate.Changes {
		if _, there := out[c.Path]; c.Action == patch.Rename && !there {
			out[c.Path] = out[c.From]
			delete(out, c.From)
		}
	}
	return out, nil
}

// ledger accounts for every line that differs from the base.
func (a *account) ledger(base map[string][]byte) *verdict.Ledger {
	a.readInterface()
	golang := a.readGo()
	var entries []verdict.Entry
	here := map[string]bool{}
	for _, s := range a.targets {
		here[s.Path] = true
		changed := patch.Alterations(base[s.Path], s.Data)
		switch {
		case s.binary():
			for _, c := range changed {
				entries = append(entries, verdict.Entry{File: s.Path, Line: 1, EndLine: max(c.Added, 1), Removed: c.Removed, Unmeasured: true})
			}
		case s.golang != nil && s.golang.file != nil:
			entries = append(entries, verdict.Account(s.Path, golang.lines(s), changed)...)
		default:
			entries = append(entries, verdict.Account(s.Path, a.lines(s), changed)...)
		}
	}
	for p, was := range base {
		if !here[p] {
			entries = append(entries, verdict.Account(p, nil, patch.Alterations(was, nil))...)
		}
	}
	l := verdict.NewLedger(entries, "")
	if !l.Measured && a.why != "" {
		l.Why = a.why
	}
	l.Untraced = a.untraced
	return l
}

// lines is what is known of each line of a file that is not Go.
func (a *account) lines(s *source) []verdict.Line {
	imports := map[int]bool{}
	if s.syntax.Language.Reads() && s.golang == nil {
		for _, u := range s.uses().Imports {
			line, _ := s.syntax.Position(u.Off)
			imports[line] = true
		}
	}
	out := make([]verdict.Line, len(s.raw))
	for i := range out {
		out[i] = a.line(s, i+1)
		if out[i].Join == verdict.Apart && imports[i+1] {
			out[i].Plumbing = "import"
		}
		out[i].Unmeasured = a.tested && open(out[i])
	}
	return out
}

// open says whether nothing is known of a line that accounts for it.
func open(l verdict.Line) bool {
	return l.Join == verdict.Apart && l.Plumbing == "" && len(l.Clauses) == 0 && len(l.By) == 0
}

// line is what can be told of a line in any language: who claims it, and whether it says anything by itself.
func (a *account) line(s *source, n int) verdict.Line {
	l := verdict.Line{Text: s.original(n)}
	if c := a.claims[spot{s.Path, n}]; c != nil {
		l.Clauses, l.By = c.clauses, c.by
		return l
	}
	l.Join, l.Plumbing = layout(l.Text, s.lines[n-1])
	return l
}

// layout says of a line with which neighbours it goes if it holds no more than a comment, brackets or blanks.
func layout(text, code string) (verdict.Join, string) {
	const closers = ")]};,"
	code = strings.TrimSpace(code)
	switch {
	case strings.TrimSpace(text) == "":
		return verdict.Between, verdict.Blank
	case code == "" || obeyed(code):
		return verdict.ToNext, "comment"
	case strings.Trim(code, closers) == "":
		return verdict.ToPrevious, "bracket"
	case strings.Trim(code, "{([") == "":
		return verdict.ToNext, "bracket"
	}
	return verdict.Apart, ""
}
