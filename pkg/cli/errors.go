package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Failure is an error for a person: what happened, where, and what to do next.
type Failure struct {
	Code    Exit
	Kind    string // a word for programs: usage, spec, config, model, repository, sandbox, bug
	Message string
	Hint    string // what to do next; may have several lines
	Err     error  // the cause, shown with -v
}

// Error gives the message.
func (f *Failure) Error() string { return f.Message }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// errFindings ends a command with exit code 3 after it has printed what it found.
var errFindings = errors.New("findings")

// errInterrupted ends a command with exit code 130 after it has said how to go on.
var errInterrupted = errors.New("interrupted")

func usage(hint, format string, args ...any) *Failure {
	return &Failure{Code: ExitUsage, Kind: "usage", Message: fmt.Sprintf(format, args...), Hint: hint}
}

// report prints an error as people are to read it, and gives the exit code.
func report(w io.Writer, err error, verbose bool) Exit {
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errFindings):
		return ExitFindings
	case errors.Is(err, errBadSpec):
		return ExitUsage
	case errors.Is(err, errInterrupted):
		return ExitInterrupted
	}
	f := explain(err)
	_, _ = fmt.Fprintf(w, "specgen: %s\n", f.Message)
	for line := range strings.SplitSeq(f.Hint, "\n") {
		if line != "" {
			_, _ = fmt.Fprintf(w, "  %s\n", line)
		}
	}
	if verbose && f.Err != nil {
		_, _ = fmt.Fprintf(w, "  cause: %v\n", f.Err)
	}
	return f.Code
}
