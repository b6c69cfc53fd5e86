//go:build !linux

package runner

// Init is never the inside of a sandbox here: there is none on this system.
func Init(_ []string) (exit int, handled bool) { return 0, false }
