package model

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// UnusableError is an answer that could not be read as what was asked for, also after one request to repair it.
type UnusableError struct {
	Name string // of the schema
	Text string // the last answer
	Err  error  // what is wrong with it
}

// Error says what is wrong.
func (e *UnusableError) Error() string {
	return fmt.Sprintf("the model's answer (%s) cannot be used: %v", e.Name, e.Err)
}

// Unwrap gives the cause.
func (e *UnusableError) Unwrap() error { return e.Err }

// Asker asks a model for answers in the form of Go values. It remembers whether the endpoint takes JSON schemas. It is safe for concurrent use.
type Asker struct {
	Settings Settings
	Progress Progress // told about every answer; may be nil

	model Model
	takes *schemaSupport
}

// schemaSupport is what is known of an endpoint. While nothing is known one request goes first and the others wait, so that equal
// runs send equal requests however they are scheduled: transcripts depend on it.
type schemaSupport struct {
	first chan struct{} // holds one token
	known atomic.Bool
	words atomic.Bool // schemas are refused: they are written into the prompt
}

// NewAsker asks m with these settings.
func NewAsker(m Model, s Settings) *Asker {
	return &Asker{Settings: s, model: m, takes: &schemaSupport{first: make(chan struct{}, 1)}}
}

// With is an asker of the same model with other settings, for instance another seed. Both share what they learn of the endpoint.
func (a *Asker) With(s Settings) *Asker {
	return &Asker{Settings: s, Progress: a.Progress, model: a.model, takes: a.takes}
}

// AskFor asks for a T. Its JSON Schema goes along under name (letters, digits, - and _); an endpoint that refuses schemas gets it in
// words. validate, which may be nil, checks what a schema cannot say. An answer that cannot be read, or that validate refuses, is sent back once with
// the reason; then the error is *UnusableError. The completion is the last one, with the usage of all requests.
func AskFor[T any](ctx context.Context, a *Asker, messages []Message, name string, validate func(T) error) (T, Completion, error) {
	var zero T
	s, err := newShape(name, validate)
	if err != nil {
		return zero, Completion{}, err
	}
	c, err := a.ask(ctx, messages, s.schema, false)
	if err != nil {
		return zero, c, err
	}
	value, fault := s.readWhole(c)
	if fault == nil {
		return *value, c, nil
	}
	again, err := a.ask(ctx, repair(messages, c, s.schema, fault), s.schema, true)
	again.Usage = c.Usage.Add(again.Usage)
	again.Duration += c.Duration
	if err != nil {
		return zero, again, err
	}
	if value, fault = s.readWhole(again); fault != nil {
		return zero, again, &UnusableError{Name: name, Text: again.Text, Err: fault}
	}
	return *value, again, nil
}

// readWhole reads an answer, and says so when one that cannot be read was cut.
func (s *shape[T]) readWhole(c Completion) (*T, error) {
	value, err := s.read(c.Text)
	if c.Finish == FinishLength && err != nil {
		return value, fmt.Errorf("it was cut off at the token limit: %w", err)
	}
	return value, err
}

// ask sends one request, with the schema in the form that the endpoint takes. spelled says that the messages hold it in words already.
func (a *Asker) ask(ctx context.Context, messages []Message, schema *Schema, spelled bool) (Completion, error) {
	words := a.Settings.Request(messages)
	if !spelled {
		words.Messages = addWords(messages, inWords(schema))
	}
	req := a.Settings.Request(messages)
	req.Schema = schema
	leave, err := a.takes.enter(ctx)
	if err != nil {
		return Completion{}, err
	}
	defer leave()
	if a.takes.words.Load() {
		return a.model.Complete(ctx, words, a.Progress)
	}
	return a.learn(ctx, req, words)
}

// enter waits for its turn while nothing is known. leave gives the turn back.
func (s *schemaSupport) enter(ctx context.Context) (leave func(), err error) {
	leave = func() {}
	if s.known.Load() {
		return leave, nil
	}
	select {
	case s.first <- struct{}{}:
	case <-ctx.Done():
		return leave, ctx.Err()
	}
	release := func() { <-s.first }
	if s.known.Load() {
		release()
		return leave, nil
	}
	return release, nil
}

// learn asks with the schema and, where that is refused, in words.
func (a *Asker) learn(ctx context.Context, req, words Request) (Completion, error) {
	c, err := a.model.Complete(ctx, req, a.Progress)
	var fault *Error
	if !errors.As(err, &fault) || fault.Kind != ErrBadRequest {
		if err == nil {
			a.takes.known.Store(true)
		}
		return c, err
	}
	second, err := a.model.Complete(ctx, words, a.Progress)
	second.Usage = c.Usage.Add(second.Usage)
	// Only a request that passes without its schema shows that the schema was the trouble.
	if err == nil {
		a.takes.words.Store(true)
		a.takes.known.Store(true)
	}
	return second, err
}

// addWords puts words at the end of the last message of the user: many chat templates refuse two in a row.
func addWords(messages []Message, words string) []Message {
	out := append([]Message(nil), messages...)
	if last := len(out) - 1; last >= 0 && out[last].Role == "user" {
		out[last].Content += "\n\n" + words
		return out
	}
	return append(out, Message{Role: "user", Content: words})
}

// inWords asks for the schema's shape in the prompt.
func inWords(s *Schema) string {
	return "Answer with one JSON object and nothing else, in a fenced block that begins with ```json. " +
		"It must match this JSON Schema:\n\n```json\n" + string(s.Schema) + "\n```"
}

// repair continues the conversation with what is wrong with the answer. A cut answer is not shown again: small models then write
// about the cut and not about the question.
func repair(messages []Message, c Completion, s *Schema, fault error) []Message {
	if c.Finish == FinishLength {
		return addWords(messages, "Be brief: a long answer is cut off. "+inWords(s))
	}
	return append(append([]Message(nil), messages...),
		Message{Role: "assistant", Content: c.Text},
		Message{Role: "user", Content: fmt.Sprintf("That answer cannot be used: %v.\n\n%s", fault, inWords(s))})
}
