//go:build !linux

package runner

// parent is for the test of what happens when it is killed, which is Linux's.
func parent(_, _, _ string) int { return 1 }
