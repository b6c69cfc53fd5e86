package cli

import (
	"context"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
)

func TestTheWorstExitStandsForAll(t *testing.T) {
	t.Parallel()
	order := []Exit{ExitInterrupted, ExitBug, ExitRepository, ExitUsage, ExitModel, ExitFindings, ExitOK}
	for i, a := range order {
		for _, b := range order[i:] {
			if worst(a, b) != a || worst(b, a) != a {
				t.Errorf("of %d and %d: got %d and %d", a, b, worst(a, b), worst(b, a))
			}
		}
	}
}

func TestLinesShownToAJudgeAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shown, text string
		n           int
		want        bool
	}{
		{"token=x", "token=x", 9, true},
		{"3| token=x", "token=x", 3, true},
		{"3| token=x       ", "token=x // why", 3, true},
		{"3| token=x", "token=x", 4, false},
		{"3| ", "anything", 3, false},
		{"a| token=x", "token=x", 3, false},
		{"3| token=x", "3| token=x", 9, true},
	} {
		if got := sameLine(c.shown)(c.n, c.text); got != c.want {
			t.Errorf("%q at line %d of %q: got %v", c.text, c.n, c.shown, got)
		}
	}
}

func TestCodeIsTakenAsChanges(t *testing.T) {
	t.Parallel()
	sp, err := spec.Parse("specs/a.spec.md", []byte("---\ncomponent: a\ntargets: [\"*.go\"]\n---\n# A\n## Behavior\n- **B1** It is.\n"))
	if err != nil {
		t.Fatal(err)
	}
	link := patch.File{Path: "l.go", Mode: patch.ModeSymlink}
	file := patch.File{Path: "a.go", Mode: patch.ModeFile}
	for name, c := range map[string]struct {
		present []patch.File
		changes int
		why     string
	}{
		"nothing":      {nil, 0, "no target file is there yet: specgen run a"},
		"a link alone": {[]patch.File{link}, 0, "l.go is a link, and targets are files: put the file itself there"},
		"a link too":   {[]patch.File{link, file}, 1, ""},
	} {
		changes, why := changesOf(sp, c.present)
		if len(changes) != c.changes || why != c.why {
			t.Errorf("%s: got %d changes, %q", name, len(changes), why)
		}
	}
}

func TestABudgetBoundsTheJudge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		flags []config.Flag
		want  string
	}{
		"none":   {nil, ""},
		"tokens": {[]config.Flag{{Key: "budget.tokens", Value: "120", Name: "--max-tokens"}}, "the judge is not asked: the token budget is spent"},
		"more":   {[]config.Flag{{Key: "budget.tokens", Value: "121", Name: "--max-tokens"}}, ""},
		"time":   {[]config.Flag{{Key: "budget.time", Value: "1m", Name: "--max-time"}}, "the judge is not asked: the time budget is spent"},
	} {
		resolved, err := config.Load(config.Sources{Flags: c.flags, Lookup: func(string) (string, bool) { return "", false }})
		if err != nil {
			t.Fatal(err)
		}
		o := newOpinions(Env{Clock: func() time.Time { return now.Add(time.Minute) }}, modelOptions{config: resolved}, func() {})
		o.began = now
		o.Meter = model.NewMeter(model.Func(func(context.Context, model.Request) (model.Completion, error) {
			return model.Completion{Usage: model.Usage{PromptTokens: 100, CompletionTokens: 20}}, nil
		}), nil)
		if _, err := o.Complete(t.Context(), model.Request{}, nil); err != nil {
			t.Fatal(err)
		}
		if got := o.enough(); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
