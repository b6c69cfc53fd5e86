package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Error is an error for a person: what happened, where, and what to do next.
type Error struct {
	Code    Exit
	Kind    string // a word for programs: usage, spec, config, model, repository, sandbox, bug
	Message string
	Hint    string // what to do next; may have several lines
	Err     error  // the cause, shown with -v
}

// Error gives the message.
func (f *Error) Error() string { return f.Message }

// Unwrap gives the cause.
func (f *Error) Unwrap() error { return f.Err }

// exitError ends a command with a code after it has printed why.
type exitError struct{ code Exit }

// Error says nothing that a person has not read already.
func (e exitError) Error() string { return fmt.Sprintf("exit %d", e.code) }

func usage(hint, format string, args ...any) *Error {
	return &Error{Code: ExitUsage, Kind: "usage", Message: fmt.Sprintf(format, args...), Hint: hint}
}

// complain prints an error as people are to read it, and gives the exit code.
func complain(w io.Writer, err error, verbose bool) Exit {
	if err == nil {
		return ExitOK
	}
	if ended, ok := errors.AsType[exitError](err); ok {
		return ended.code
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
