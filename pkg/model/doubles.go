package model

import (
	"context"
	"fmt"
	"sync"
)

// Func makes a model of a function. It must be safe for concurrent use if the model is used so.
type Func func(ctx context.Context, req Request) (Completion, error)

// Complete calls the function and tells progress once, at the end.
func (f Func) Complete(ctx context.Context, req Request, progress Progress) (Completion, error) {
	if err := ctx.Err(); err != nil {
		return Completion{}, err
	}
	c, err := f(ctx, req)
	if err == nil && progress != nil {
		progress(c.Usage.CompletionTokens)
	}
	return c, err
}

// Echo is a model that answers with the last message, as if it had been written by the model named in the request.
func Echo() Func {
	return func(_ context.Context, req Request) (Completion, error) {
		if len(req.Messages) == 0 {
			return Completion{}, &Error{Kind: ErrBadRequest, Status: 400, Message: "echo: no messages"}
		}
		return Answer(req, req.Messages[len(req.Messages)-1].Content), nil
	}
}

// Answer is a finished completion of req with this text and an estimated usage.
func Answer(req Request, text string) Completion {
	return Completion{
		Text: text, Finish: FinishStop, Model: req.Model,
		Usage: Usage{
			PromptTokens: EstimateTokens(req.Messages), CompletionTokens: EstimateText(text),
			Requests: 1, Estimated: true,
		},
	}
}

// ScriptModel answers in turn from a list. It fails on a call beyond the list and reports what was never asked for.
type ScriptModel struct {
	mu      sync.Mutex
	answers []string
	asked   []Request
}

// Script is a model that gives these answers, one a call, in order.
func Script(answers ...string) *ScriptModel { return &ScriptModel{answers: answers} }

// Complete gives the next answer, or an ErrReplay error when the script is at its end.
func (s *ScriptModel) Complete(ctx context.Context, req Request, progress Progress) (Completion, error) {
	if err := ctx.Err(); err != nil {
		return Completion{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, req)
	if len(s.asked) > len(s.answers) {
		return Completion{}, &Error{
			Kind:    ErrReplay,
			Message: fmt.Sprintf("the script has %d answers, and this is call %d (%s)", len(s.answers), len(s.asked), req.Role),
		}
	}
	c := Answer(req, s.answers[len(s.asked)-1])
	if progress != nil {
		progress(c.Usage.CompletionTokens)
	}
	return c, nil
}

// Asked gives all requests so far, those beyond the script among them.
func (s *ScriptModel) Asked() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.asked...)
}

// Unused gives the answers that nobody has asked for. A test that leaves some has not run what it thinks.
func (s *ScriptModel) Unused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.answers[min(len(s.asked), len(s.answers)):]...)
}
