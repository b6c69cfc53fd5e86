package cli

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// stdout is standard output as commands write to it: writing never fails, and the first trouble is kept for the end of the command.
// A reader that has seen enough and is gone is no trouble: what is under way is brought to its end.
type stdout struct {
	to io.Writer

	mu      sync.Mutex
	trouble error
}

// Write implements io.Writer.
func (s *stdout) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble == nil {
		_, s.trouble = s.to.Write(p)
	}
	return len(p), nil
}

// lost says that a person or a program did not get what was written for it; nil if it did, or wanted no more.
func (s *stdout) lost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble == nil || errors.Is(s.trouble, syscall.EPIPE) || errors.Is(s.trouble, io.ErrClosedPipe) {
		return nil
	}
	return &Error{
		Code: ExitUsage, Kind: "output", Message: "the output could not be written: " + s.trouble.Error(),
		Hint: "free some space where it goes to, or name another place", Err: s.trouble,
	}
}
