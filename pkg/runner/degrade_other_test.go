//go:build !linux || (!amd64 && !arm64)

package runner

// runScenario is for machines that grant less of a sandbox, which are made with a filter on system calls.
func runScenario(_, _ string) int { return 1 }
