package evaluate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// tree is a Source of one tree: path -> content.
type tree map[string]string

func (t tree) Files(_ context.Context, _ string, match func(string) bool) ([]patch.File, error) {
	return t.files(match), nil
}

func (t tree) files(match func(string) bool) []patch.File {
	var out []patch.File
	for p, text := range t {
		if match(p) {
			out = append(out, patch.File{Path: p, Mode: patch.ModeFile, Data: []byte(text)})
		}
	}
	slices.SortFunc(out, func(a, b patch.File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// bench answers from a script and notes what it was asked. It fails on what the script does not foresee.
type bench struct {
	t        *testing.T
	tests    []verdict.Execution // results of Test, in order; the last repeats only if again is set
	only     func(only []string) (verdict.Execution, bool)
	commands map[string][]verdict.Execution // results of Run by command, in order
	asked    []string
	tree     string
	probe    func(file patch.File, test string) (verdict.Execution, error)
	covered  map[string][]verdict.Block // by the names of a group, joined with blanks
}

func (b *bench) Switch(_ context.Context, tree string, _ ...string) error {
	b.tree = tree
	b.asked = append(b.asked, "switch "+tree)
	return nil
}

func (b *bench) Run(_ context.Context, command string) (verdict.Execution, error) {
	b.asked = append(b.asked, "run "+command)
	script := b.commands[command]
	if len(script) == 0 {
		return verdict.Execution{}, fmt.Errorf("the script does not foresee %q", command)
	}
	b.commands[command] = script[1:]
	script[0].Command = command
	return script[0], nil
}

func (b *bench) Test(_ context.Context, tests spec.Tests, only []string) (verdict.Execution, error) {
	b.asked = append(b.asked, strings.TrimSpace("test "+strings.Join(only, " ")))
	if only != nil && b.only != nil {
		if done, ok := b.only(only); ok {
			return done, nil
		}
	}
	if len(b.tests) == 0 {
		return verdict.Execution{}, fmt.Errorf("the script does not foresee another test run (%v)", only)
	}
	done := b.tests[0]
	b.tests = b.tests[1:]
	if done.Command == "" {
		done.Command = tests.Command
	}
	return done, nil
}

func (b *bench) Probe(_ context.Context, _ spec.Tests, file patch.File, test string) (verdict.Execution, error) {
	b.asked = append(b.asked, "probe "+test)
	if b.probe == nil {
		return verdict.Execution{}, fmt.Errorf("the script does not foresee a probe of %s", file.Path)
	}
	return b.probe(file, test)
}

func (b *bench) Cover(_ context.Context, _ spec.Tests, groups [][]string) ([][]verdict.Block, error) {
	if b.covered == nil {
		return nil, nil
	}
	var out [][]verdict.Block
	for _, g := range groups {
		out = append(out, b.covered[strings.Join(g, " ")])
	}
	return out, nil
}

// noBench fails when anything is run.
type noBench struct{ evaluate.Bench }

func parse(t *testing.T, text string) *spec.Spec {
	t.Helper()
	sp, err := spec.Parse("specs/thing.spec.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

func today() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func options() evaluate.Options {
	return evaluate.Options{Policy: verdict.DefaultPolicy(), Clock: today}
}

// judge evaluates a candidate that changes nothing, and fails the test on an error.
func decide(t *testing.T, s *evaluate.Stage, sp *spec.Spec, changes ...patch.Change) verdict.Report {
	t.Helper()
	r, err := s.Evaluate(t.Context(), sp, patch.Candidate{Tree: "tree1", Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Verdicts) != len(sp.Clauses()) {
		t.Fatalf("want a verdict for each of %d clauses, got %d", len(sp.Clauses()), len(r.Verdicts))
	}
	for i, c := range sp.Clauses() {
		v := r.Verdicts[i]
		if v.Clause != c.ID || v.Digest != c.Digest() || v.Level != c.Level || v.Section != c.Section || v.Text != c.Text || v.Bound != verdict.NotMeasured {
			t.Fatalf("verdict %d is not about clause %s: %+v", i, c.ID, v)
		}
		if v.Status == verdict.Unknown && v.Reason == "" {
			t.Errorf("%s is unknown without a reason", c.ID)
		}
		if strings.Contains(v.Reason, "\n") {
			t.Errorf("%s: want a reason of one line, got %q", c.ID, v.Reason)
		}
	}
	return r
}

func of(t *testing.T, r verdict.Report, id string) verdict.Verdict {
	t.Helper()
	for _, v := range r.Verdicts {
		if v.Clause == id {
			return v
		}
	}
	t.Fatalf("no verdict on %s", id)
	return verdict.Verdict{}
}

// statuses is a report in short: "B1 pass executed; E1 unknown".
func statuses(r verdict.Report) string {
	var out []string
	for _, v := range r.Verdicts {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", v.Clause, v.Status, v.Basis)))
	}
	return strings.Join(out, "; ")
}
