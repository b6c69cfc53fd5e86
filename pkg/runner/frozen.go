package runner

import (
	"os"
	"path/filepath"
	"slices"
)

// Frozen files are those that decide what a command's result means: acceptance tests, and what says how they are built. The
// code under test runs beside them and could write them anew before they are read, in an interpreted language always, in a
// compiled one where another package runs first. On a root of their own they cannot be written, renamed or covered; where
// nothing can be mounted, a result that was reached with changed ones is marked, see verdict.Execution.

// frozenFiles gives the frozen files that the checkout has.
func (b *Bench) frozenFiles() []string {
	return slices.DeleteFunc(slices.Clone(b.frozen), func(p string) bool {
		info, err := os.Lstat(filepath.Join(b.checkout(), filepath.FromSlash(p)))
		return err != nil || !info.Mode().IsRegular()
	})
}

// changedFrozen gives the frozen files of a command that are not as they were written, as far as the checkout is compared at all.
func (b *Bench) changedFrozen(frozen []string) []string {
	var changed []string
	for _, p := range frozen {
		if known, ok := b.state.Files[p]; ok && stampAt(b.checkout(), p) != known.Stamp {
			changed = append(changed, p)
		}
	}
	return changed
}
