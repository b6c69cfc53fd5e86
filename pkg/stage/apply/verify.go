package apply

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// write stores the changes and then looks whether the stored tree differs from the base in exactly these paths.
func (s *Stage) write(ctx context.Context, base string, changes []patch.Change) (string, error) {
	id, err := s.store.WriteTree(ctx, base, changes)
	if err != nil {
		return "", fmt.Errorf("store the candidate: %w", err)
	}
	if d, ok := s.store.(Differ); ok {
		return id, verifyDeltas(ctx, d, base, id, changes)
	}
	return id, s.verifyPaths(ctx, id, changes)
}

// intended gives what shall be at each path that differs: the mode, 0 for nothing.
func intended(changes []patch.Change) map[string]uint32 {
	out := map[string]uint32{}
	for _, c := range changes {
		if c.From != "" && c.Action == patch.Rename {
			out[c.From] = 0
		}
		out[c.Path] = c.Mode
		if c.Action == patch.Delete {
			out[c.Path] = 0
		}
	}
	return out
}

func verifyDeltas(ctx context.Context, d Differ, from, to string, changes []patch.Change) error {
	deltas, err := d.Changes(ctx, from, to)
	if err != nil {
		return fmt.Errorf("compare the candidate with its base: %w", err)
	}
	want := intended(changes)
	for _, delta := range deltas {
		mode, ok := want[delta.Path]
		if !ok || mode != delta.Mode {
			return fmt.Errorf("the stored tree differs from its base at %s in a way that the patch does not ask for", delta.Path)
		}
		delete(want, delta.Path)
	}
	if len(want) > 0 {
		return fmt.Errorf("the stored tree lacks the change of %s", slices.Sorted(keys(want))[0])
	}
	return nil
}

func keys(m map[string]uint32) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// verifyPaths reads back what was written.
func (s *Stage) verifyPaths(ctx context.Context, id string, changes []patch.Change) error {
	tree, err := s.store.Tree(ctx, id)
	if err != nil {
		return fmt.Errorf("read the candidate: %w", err)
	}
	want := intended(changes)
	for _, c := range changes {
		entry, ok, err := tree.Lookup(c.Path)
		switch {
		case err != nil:
			return fmt.Errorf("look up %s: %w", c.Path, err)
		case ok != (want[c.Path] != 0), ok && (entry.Mode != want[c.Path] || !bytes.Equal(entry.Data, c.Data)):
			return fmt.Errorf("the stored tree does not hold the change of %s", c.Path)
		}
	}
	return nil
}
