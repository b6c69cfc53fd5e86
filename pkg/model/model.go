// Package model is the port to language models: a request, a completion, and the one-method interface between them.
// Adapters live below it (openai, replay); doubles for tests beside it. Nothing here knows a vendor.
package model

import (
	"context"
	"encoding/json"
	"time"
)

// Role is on whose behalf a model is asked.
type Role string

// The four roles. Each can have a model of its own.
const (
	Generator Role = "generator"
	Judge     Role = "judge"
	Tightener Role = "tightener"
	Tester    Role = "tester"
)

// Message is one turn of a conversation. Role is system, user or assistant.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Schema asks for an answer that is JSON of this shape. Endpoints without support get it as words.
type Schema struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
}

// Request is everything that is sent. Its digest is the key under which a completion is recorded.
type Request struct {
	Role            Role      `json:"role"`
	Model           string    `json:"model"`
	Messages        []Message `json:"messages"`
	Temperature     *float64  `json:"temperature,omitempty"` // nil: the endpoint's default; 0 is sent as 0
	Seed            *int      `json:"seed,omitempty"`
	MaxOutputTokens int       `json:"max_output_tokens,omitempty"` // 0: the endpoint's default
	Schema          *Schema   `json:"schema,omitempty"`
}

// Usage counts tokens and requests. The zero value is nothing used.
type Usage struct {
	PromptTokens     int  `json:"prompt_tokens"`
	CachedTokens     int  `json:"cached_tokens"`
	CompletionTokens int  `json:"completion_tokens"`
	Requests         int  `json:"requests"`
	Estimated        bool `json:"estimated,omitempty"` // the endpoint reported none: bytes / 3.5
}

// Finish is why a model stopped writing.
type Finish string

// The two ends of an answer that specgen tells apart.
const (
	FinishStop   Finish = "stop"
	FinishLength Finish = "length" // cut at the token limit
)

// Completion is one answer.
type Completion struct {
	Text      string        `json:"text"`
	Reasoning string        `json:"reasoning,omitempty"`
	Finish    Finish        `json:"finish"`
	Model     string        `json:"model"` // as the endpoint names it
	Usage     Usage         `json:"usage"`
	Duration  time.Duration `json:"duration_ns"`
}

// Progress is told while an answer streams in. Tokens is a count of what has arrived, estimated.
type Progress func(tokens int)

// Model answers requests. Implementations are safe for concurrent use.
type Model interface {
	// Complete sends the request and returns the whole answer. progress may be nil. Errors are *Error where the
	// endpoint is to blame, the context's error when it ended.
	Complete(ctx context.Context, req Request, progress Progress) (Completion, error)
}

// ErrorKind says what sort of failure an endpoint had.
type ErrorKind string

// The failures that a person must react to differently.
const (
	ErrAuth        ErrorKind = "auth"         // 401, 403
	ErrNotFound    ErrorKind = "not-found"    // 404: the model or the address
	ErrRateLimit   ErrorKind = "rate-limit"   // 429 after all retries
	ErrServer      ErrorKind = "server"       // 5xx after all retries
	ErrUnreachable ErrorKind = "unreachable"  // no connection
	ErrTimeout     ErrorKind = "timeout"      // idle or total time ran out
	ErrCut         ErrorKind = "cut"          // the stream ended without a finish reason
	ErrBadResponse ErrorKind = "bad-response" // not what the API promises: HTML, broken JSON
	ErrBadRequest  ErrorKind = "bad-request"  // 400: a parameter or the context length
	ErrEmpty       ErrorKind = "empty"        // an answer without text
	ErrReplay      ErrorKind = "replay"       // the transcript does not hold this request
)

// Error is a failure of an endpoint, for a person: what happened, where, what to do.
type Error struct {
	Kind       ErrorKind
	Status     int           // HTTP status, 0 if none
	Message    string        // what happened and where
	Hint       string        // what to do next
	RetryAfter time.Duration // what the endpoint asked for, 0 if nothing
	Err        error
}

// Error gives the message without the hint.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Add sums two counts.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		PromptTokens:     u.PromptTokens + v.PromptTokens,
		CachedTokens:     u.CachedTokens + v.CachedTokens,
		CompletionTokens: u.CompletionTokens + v.CompletionTokens,
		Requests:         u.Requests + v.Requests,
		Estimated:        u.Estimated || v.Estimated,
	}
}

// Total is prompt and completion tokens together.
func (u Usage) Total() int { return u.PromptTokens + u.CompletionTokens }
