// Package replay records exchanges with a model and answers from the record, without a model. A transcript is JSON lines: a
// header, then one line per exchange in the order of completion. Requests are found by the digest of what is sent and by which occurrence of it
// this is, so equal requests get their answers in the recorded order.
//
// Format, version 1. Older versions stay readable.
//
//	{"v":1,"kind":"specgen-transcript", ...}                  free fields: model, settings, seed, date, endpoint
//	{"key":"<digest>","n":1,"request":{...},"completion":{...}}
//	{"key":"<digest>","n":2,"request":{...},"error":{...}}    an error may come with a completion that holds its usage
//
// A line without key gets the digest of its request, so that a transcript can be written by hand.
package replay

import (
	"errors"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
)

// version is what Record writes and the newest that Open reads.
const version = 1

// kind names the format in a transcript's first line.
const kind = "specgen-transcript"

// Header describes a transcript: model, settings, seed, date, endpoint, whatever helps to make it anew. The keys v and kind are
// set by Record.
type Header map[string]any

// exchange is one line of a transcript.
type exchange struct {
	Key        string            `json:"key,omitempty"`
	N          int               `json:"n,omitempty"` // which occurrence of the key, from 1
	Request    model.Request     `json:"request"`
	Completion *model.Completion `json:"completion,omitempty"`
	Error      *fault            `json:"error,omitempty"`
}

// fault is a *model.Error as it is written down. Its cause is kept as far as retries depend on it.
type fault struct {
	Kind       model.ErrorKind `json:"kind"`
	Status     int             `json:"status,omitempty"`
	Message    string          `json:"message"`
	Hint       string          `json:"hint,omitempty"`
	RetryAfter time.Duration   `json:"retry_after_ns,omitempty"`
	Cause      string          `json:"cause,omitempty"`
}

// The causes that are kept.
const (
	causeIdle  = "idle"
	causeTotal = "total"
)

func newFault(e *model.Error) *fault {
	f := &fault{Kind: e.Kind, Status: e.Status, Message: e.Message, Hint: e.Hint, RetryAfter: e.RetryAfter}
	switch {
	case errors.Is(e, model.ErrIdleTime):
		f.Cause = causeIdle
	case errors.Is(e, model.ErrTotalTime):
		f.Cause = causeTotal
	}
	return f
}

func (f *fault) error() *model.Error {
	e := &model.Error{Kind: f.Kind, Status: f.Status, Message: f.Message, Hint: f.Hint, RetryAfter: f.RetryAfter}
	switch f.Cause {
	case causeIdle:
		e.Err = model.ErrIdleTime
	case causeTotal:
		e.Err = model.ErrTotalTime
	}
	return e
}
