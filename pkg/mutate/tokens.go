package mutate

import "github.com/specgen-dev/specgen/pkg/patch"

// tokenMutants plants single faults in a file of a language that is read by its tokens.
func tokenMutants(patch.File) []Mutant { return nil }

func (d *degenerate) plantTokens([]patch.File) {}
