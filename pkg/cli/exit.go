package cli

import "slices"

// Exit is an exit code. The codes are the same for every command and part of the contract for programs.
type Exit int

// The exit codes.
const (
	ExitOK          Exit = 0   // accepted, clean
	ExitBug         Exit = 1   // a bug in specgen
	ExitUsage       Exit = 2   // usage, configuration or spec
	ExitFindings    Exit = 3   // not accepted, findings, drift
	ExitModel       Exit = 4   // model or provider
	ExitRepository  Exit = 5   // repository
	ExitInterrupted Exit = 130 // interrupted
)

// worst is the exit code that stands for both: 1 > 5 > 2 > 4 > 3 > 0. An interrupt beats all: what it kept from being done is not known.
func worst(a, b Exit) Exit {
	order := []Exit{ExitOK, ExitFindings, ExitModel, ExitUsage, ExitRepository, ExitBug, ExitInterrupted}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

const exitCodesHelp = `EXIT CODES
   0    accepted, clean
   1    a bug in specgen
   2    usage, configuration or spec
   3    not accepted, findings, drift
   4    model or provider
   5    repository
   130  interrupted`
