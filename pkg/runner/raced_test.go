//go:build race

package runner

// raced says that the race detector takes several times the memory.
const raced = true
