package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// What follows is how code is evaluated, whoever asks: a run its candidates, an audit what is there.

// openBench takes a sandboxed checkout for a component. unsandboxed goes on where no wall can be had.
func (p *project) openBench(ctx context.Context, env Env, sp *spec.Spec, source runner.Source, unsandboxed bool) (*runner.Bench, error) {
	c := p.config.Config().Sandbox
	if err := p.config.SandboxAllowed(); err != nil {
		return nil, err
	}
	dir, err := cacheDir(env)
	if err != nil {
		return nil, err
	}
	return runner.Open(ctx, sp.Front.Component, runner.Options{
		Dir: filepath.Join(dir, p.repo.ID()), Source: source, Mode: runner.Mode(c.Mode), Env: env.children(),
		Self: env.Self, Timeout: c.Timeout.Std(), ReadOnly: c.Read, Cache: sp.Front.Cache, Now: env.Clock,
		Limits:           runner.Limits{Output: int64(c.Output), Memory: int64(c.Memory), Processes: c.Processes},
		AllowUnsandboxed: unsandboxed, Hidden: []string{p.repo.Root(), p.repo.CommonDir(), p.repo.GitDir()},
	})
}

// missingWalls says which isolation could not be had.
func missingWalls(w runner.Walls) []journal.MissingWall {
	var missing []journal.MissingWall
	for _, m := range w.Missing {
		missing = append(missing, journal.MissingWall{Wall: string(m.Wall), Reason: m.Reason})
	}
	return missing
}

// standsOn gives the tree that a component is prepared on: the base or, where nothing is committed, the tree at hand.
func (p *project) standsOn(tree string) string { return cmp.Or(p.baseTree, tree) }

// prepareTree runs the spec's prepare commands on a tree, before the code under test is there.
func prepareTree(ctx context.Context, bench *runner.Bench, sp *spec.Spec, tree string) error {
	if len(sp.Front.Prepare) == 0 {
		return nil
	}
	if err := bench.Switch(ctx, tree); err != nil {
		return err
	}
	done, err := bench.Prepare(ctx, sp.Front.Prepare)
	if err != nil {
		return err
	}
	if done.Exit != 0 || done.TimedOut {
		return &Error{
			Code: ExitUsage, Kind: "prepare", Message: fmt.Sprintf("%s: the prepare command failed with exit %d: %s", sp.Path, done.Exit, done.Command),
			Hint: tail(done.Output),
		}
	}
	return nil
}

// policy says which evidence carries a MUST.
func (p *project) policy() verdict.Policy {
	c := p.config.Config().Evaluate
	policy := verdict.Policy{JudgedMust: map[spec.SectionKind]bool{}, RequireBound: c.RequireBound, ServedOnly: c.ScopeCreep == config.ScopeRefuse}
	for _, section := range c.JudgedMust {
		policy.JudgedMust[section] = c.Judge != config.JudgeOff && p.unbelieved == ""
	}
	return policy
}

// evaluation gives the rules of the evaluate stage. bound says which checks have been seen to fail; nil: nobody asks.
func (p *project) evaluation(env Env, bound func(check string) string) evaluate.Options {
	return evaluate.Options{
		Policy: p.policy(), JudgeAlways: p.config.Config().Evaluate.Judge == config.JudgeAlways, Clock: env.Clock, Bound: bound, JudgeErrors: p.judged,
		NoJudge: p.unbelieved,
	}
}

// judge asks m for opinions; nil where none is wanted.
func (p *project) judge(m model.Model, set *prompts.Set) *evaluate.Judge {
	if p.config.Config().Evaluate.Judge == config.JudgeOff || p.unbelieved != "" {
		return nil
	}
	return &evaluate.Judge{Asker: model.NewAsker(m, p.config.Settings(model.Judge)), Prompts: set}
}

// needTargets fails where a spec says of no file that it is the code.
func needTargets(sp *spec.Spec) error {
	if len(sp.Front.Targets) > 0 {
		return nil
	}
	return usage(`add the files that a run may write: targets: ["path/of/the/file"]`, "%s: the spec names no targets", sp.Path)
}

// undecidable says what of a spec no evaluation can ever decide.
func undecidable(ctx context.Context, t trees, sp *spec.Spec, tree string, policy verdict.Policy) ([]evaluate.Problem, error) {
	tests, err := t.Files(ctx, tree, func(p string) bool { return sp.IsTest(p) || path.Base(p) == "go.mod" })
	if err != nil {
		return nil, err
	}
	return evaluate.Decidable(sp, tests, policy), nil
}

// locate finds where a line of a prompt comes from, so that a secret in it can be named by its place.
func locate(ctx context.Context, t trees, tree string, sp *spec.Spec, line string) (name string, n int, ok bool) {
	files, err := t.Files(ctx, tree, func(p string) bool { return sp.IsTarget(p) || sp.IsContext(p) })
	if err != nil {
		return "", 0, false
	}
	is := sameLine(line)
	for _, f := range append(files, patch.File{Path: sp.Path, Data: sp.Bytes()}) {
		n := 0
		for text := range strings.SplitSeq(string(f.Data), "\n") {
			n++
			if is(n, text) {
				return f.Path, n, true
			}
		}
	}
	return "", 0, false
}

// sameLine tells a file's line by what a prompt shows of it: the line itself or, to a judge, its number and the line without comments, or
// a string that was taken out of it.
func sameLine(shown string) func(n int, text string) bool {
	if mark, list, ok := strings.Cut(shown, " = "); ok && strings.Trim(mark, "s0123456789") == "" {
		var held string
		if json.Unmarshal([]byte(list), &held) == nil && held != "" {
			first, _, _ := strings.Cut(held, "\n")
			return func(_ int, text string) bool { return text == shown || strings.Contains(text, first) }
		}
	}
	number, rest, ok := strings.Cut(shown, "| ")
	want, err := strconv.Atoi(number)
	rest = strings.TrimRight(rest, " \t")
	numbered := ok && err == nil && rest != ""
	return func(n int, text string) bool {
		return text == shown || numbered && n == want && strings.HasPrefix(text, rest)
	}
}
