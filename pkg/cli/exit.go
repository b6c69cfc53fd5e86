package cli

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

const exitCodesHelp = `EXIT CODES
   0    accepted, clean
   1    a bug in specgen
   2    usage, configuration or spec
   3    not accepted, findings, drift
   4    model or provider
   5    repository
   130  interrupted`
