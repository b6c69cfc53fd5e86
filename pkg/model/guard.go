package model

import (
	"context"
	"fmt"
	"strings"
)

// SecretError stops a request that holds what looks like a credential. Nothing was sent.
type SecretError struct {
	Path string // where the line comes from, or "message N" where that is not known
	Line int    // in that file or message, from 1
	Rule string
	Name string // what to allow it by
	Mask string // the first characters of the value
}

// Error says where the secret is.
func (e *SecretError) Error() string {
	return fmt.Sprintf("%s:%d: looks like a secret (%s, %s); nothing was sent", e.Path, e.Line, e.Rule, e.Mask)
}

// Hint says what to do.
func (e *SecretError) Hint() string {
	return fmt.Sprintf("take it out of what the model is shown, or allow it by its name: %s", e.Name)
}

// Locate says which file and line a line of a prompt comes from.
type Locate func(line string) (path string, n int, ok bool)

// Guarded is a model that sends no secrets, see Guard.
type Guarded struct {
	model  Model
	known  []string
	allow  func(Secret) bool
	locate Locate
}

// Guard stops requests that hold a secret with a *SecretError, before they are sent. known are values that must never leave, such as
// keys from the environment. allow, if not nil, lets a find pass; a known value passes never. locate, if not nil, finds the file.
func Guard(m Model, known []string, allow func(Secret) bool, locate Locate) *Guarded {
	return &Guarded{model: m, known: known, allow: allow, locate: locate}
}

// Complete passes the request on if it holds no secret.
func (g *Guarded) Complete(ctx context.Context, req Request, progress Progress) (Completion, error) {
	for i, m := range req.Messages {
		if err := g.check(i+1, m.Content); err != nil {
			return Completion{}, err
		}
	}
	return g.model.Complete(ctx, req, progress)
}

func (g *Guarded) check(message int, text string) error {
	for _, s := range FindSecrets(text, g.known) {
		if s.Rule != KnownValue && g.allow != nil && g.allow(s) {
			continue
		}
		path, line := g.place(message, text, s.Line)
		return &SecretError{Path: path, Line: line, Rule: s.Rule, Name: s.Name, Mask: s.Excerpt}
	}
	return nil
}

// place is the file and line of line n of a message, or the message itself.
func (g *Guarded) place(message int, text string, n int) (string, int) {
	if g.locate != nil {
		if path, line, ok := g.locate(lineOf(text, n)); ok {
			return path, line
		}
	}
	return fmt.Sprintf("message %d", message), n
}

func lineOf(text string, n int) string {
	for line := range strings.Lines(text) {
		if n--; n == 0 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}
