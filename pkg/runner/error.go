package runner

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// Kind says what sort of trouble kept a command from being run.
type Kind string

// The kinds of Error.
const (
	KindSandbox   Kind = "sandbox"   // the isolation asked for cannot be had
	KindToolchain Kind = "toolchain" // a program that a command needs is not installed
	KindDisk      Kind = "disk"      // no room
	KindSource    Kind = "source"    // the repository could not give a tree or a file
	KindUsage     Kind = "usage"     // the spec asks for something that cannot be done
	KindSystem    Kind = "system"    // anything else
)

// Error is trouble of the system, not a result of the code under test. It ends in what to do.
type Error struct {
	Kind    Kind
	Message string
	Hint    string
	Err     error // the cause, or nil
}

// Error gives message, cause and hint.
func (e *Error) Error() string {
	text := e.Message
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// systemError wraps err with what was being done. A full disk gets its own kind.
func systemError(doing string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &Error{Kind: KindDisk, Message: doing, Err: err, Hint: "free some space and run the command again"}
	}
	return &Error{Kind: KindSystem, Message: doing, Err: err}
}

func sourceError(doing string, err error) error {
	return &Error{Kind: KindSource, Message: doing, Err: err, Hint: "check the repository with git fsck"}
}

// refusedError is a sandbox that could not be built as planned.
type refusedError struct{ Missing }

func (e *refusedError) Error() string {
	return "the sandbox could not be built: " + e.String()
}

func wallRefused(err error) bool {
	_, refused := errors.AsType[*refusedError](err)
	return refused
}

func refusal(mode Mode, w Walls) error {
	why := make([]string, 0, len(w.Missing))
	for _, m := range w.Missing {
		why = append(why, m.String())
	}
	e := &Error{Kind: KindSandbox, Message: "the sandbox cannot be built here: " + strings.Join(why, "; ")}
	if mode == Require {
		e.Hint = "sandbox: require wants every wall; grant them or use sandbox: auto"
		return e
	}
	e.Hint = "model-written code would run unprotected; allow user namespaces, or set sandbox: off if this machine is itself disposable"
	return e
}

func notFound(program string) error {
	return &Error{
		Kind:    KindToolchain,
		Message: fmt.Sprintf("%s: not found", program),
		Hint:    "install it, put its folder on PATH, or list the folder under sandbox read-only paths",
	}
}
