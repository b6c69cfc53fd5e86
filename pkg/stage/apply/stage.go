// Package apply makes a candidate of a model's answers: the patch engine places what they change on the base tree, the
// rules of the spec decide which paths may be written, and what was written is put in order mechanically, so that an unused
// import never costs an attempt. A stage: values in, values out; git and the sandbox are interfaces.
package apply

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Store reads and writes trees by ID.
type Store interface {
	Tree(ctx context.Context, id string) (patch.Tree, error)
	// WriteTree stores base with the changes made and gives the new tree's ID.
	WriteTree(ctx context.Context, base string, changes []patch.Change) (string, error)
}

// Differ is a Store that can compare two trees. One that cannot has the written paths looked up instead.
type Differ interface {
	Changes(ctx context.Context, from, to string) ([]patch.Delta, error)
}

// Workshop runs a command in a sandboxed checkout of a tree and gives back the content of those paths that it changed. A
// command that fails changes nothing.
type Workshop interface {
	Rewrite(ctx context.Context, tree, command string, paths []string) (map[string][]byte, verdict.Execution, error)
}

// Stage applies answers. It holds no state between calls.
type Stage struct {
	store    Store
	workshop Workshop
	limits   Limits

	formatters []string
}

// Limits bound a patch. Zero values are the engine's own: 100 files, 1 MiB.
type Limits struct {
	Files int
	Bytes int
}

// Option changes what New builds.
type Option func(*Stage)

// WithLimits replaces the engine's limits.
func WithLimits(l Limits) Option { return func(s *Stage) { s.limits = l } }

// WithFormatters has commands run before those of the spec.
func WithFormatters(commands ...string) Option {
	return func(s *Stage) { s.formatters = commands }
}

// New builds the stage. Without a workshop the format commands of specs are not run.
func New(store Store, w Workshop, opts ...Option) *Stage {
	s := &Stage{store: store, workshop: w}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Apply places the answers on the tree named base and stores the result. Answers after the first are re-sends. An answer that
// cannot be used is a *Conflict, which wraps patch.ErrNoPatch where it holds no patch; nothing is stored then.
func (s *Stage) Apply(ctx context.Context, sp *spec.Spec, base string, answers []string) (patch.Candidate, error) {
	tree, err := s.store.Tree(ctx, base)
	if err != nil {
		return patch.Candidate{}, fmt.Errorf("read the base tree: %w", err)
	}
	result, err := patch.Apply(tree, answers, options(sp, s.limits))
	if err != nil {
		return patch.Candidate{}, unusable(err)
	}
	if result.Refused() {
		return patch.Candidate{}, &Conflict{Result: result}
	}
	changes, repairs := repairGo(tree, result.Changes)
	changes, err = withoutNoise(tree, changes)
	if err != nil {
		return patch.Candidate{}, err
	}
	id, err := s.write(ctx, base, changes)
	if err != nil {
		return patch.Candidate{}, err
	}
	c := patch.Candidate{Base: base, Tree: id, Changes: changes, Files: result.Files, Repairs: repairs}
	return s.format(ctx, sp, c)
}

// withoutNoise drops changes that the repairs have undone.
func withoutNoise(base patch.Tree, changes []patch.Change) ([]patch.Change, error) {
	var out []patch.Change
	for _, c := range changes {
		entry, ok, err := base.Lookup(c.Path)
		if err != nil {
			return nil, fmt.Errorf("look up %s: %w", c.Path, err)
		}
		if c.Action == patch.Modify && ok && entry.Mode == c.Mode && bytes.Equal(entry.Data, c.Data) {
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

// format runs the format commands, the spec's own last, on what was written, each on the result of the one before.
func (s *Stage) format(ctx context.Context, sp *spec.Spec, c patch.Candidate) (patch.Candidate, error) {
	if s.workshop == nil || len(c.Changes) == 0 {
		return c, nil
	}
	for _, command := range slices.Concat(s.formatters, sp.Front.Format) {
		files, run, err := s.workshop.Rewrite(ctx, c.Tree, command, written(c.Changes))
		if err != nil {
			return patch.Candidate{}, fmt.Errorf("format command %q: %w", command, err)
		}
		if run.Exit != 0 {
			continue // a formatter that cannot read the file leaves it to the checks
		}
		changes, repairs := take(c.Changes, files, command)
		if len(repairs) == 0 {
			continue
		}
		if c.Tree, err = s.write(ctx, c.Base, changes); err != nil {
			return patch.Candidate{}, err
		}
		c.Changes, c.Repairs = changes, append(c.Repairs, repairs...)
	}
	return c, nil
}

// written gives the paths that a patch wrote.
func written(changes []patch.Change) []string {
	var out []string
	for _, c := range changes {
		if c.Action != patch.Delete {
			out = append(out, c.Path)
		}
	}
	return out
}

// take puts what a formatter made of the written files into the changes. Other files are none of its business, and a
// result that no longer parses is not taken.
func take(changes []patch.Change, files map[string][]byte, command string) ([]patch.Change, []patch.Repair) {
	out := slices.Clone(changes)
	var repairs []patch.Repair
	for i, c := range out {
		data, ok := files[c.Path]
		if !ok || c.Action == patch.Delete || bytes.Equal(data, c.Data) || parses(c.Path, c.Data) && !parses(c.Path, data) {
			continue
		}
		out[i].Data = data
		repairs = append(repairs, patch.Repair{Path: c.Path, Tool: command, Note: "reformatted"})
	}
	return out, repairs
}
