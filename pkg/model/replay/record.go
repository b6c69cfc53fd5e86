package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Recorder is a model that writes down what it is asked and what it answers. It is safe for concurrent use.
type Recorder struct {
	model   model.Model
	secrets []string

	mu   sync.Mutex
	w    io.Writer
	seen map[string]int
	err  error // the first failure to write; nothing is written after it
}

// Record answers through m and writes each exchange to w as it completes, the header at once. Values in secrets, and long beginnings of
// them, are written as ***; short dummy values are no secrets (see model.Scrub). Each line is one Write. What ended with the caller's context, or
// never reached an endpoint, is not written.
func Record(m model.Model, w io.Writer, header Header, secrets ...string) *Recorder {
	r := &Recorder{model: m, w: w, secrets: secrets, seen: map[string]int{}}
	first := maps.Clone(header)
	if first == nil {
		first = Header{}
	}
	first["v"], first["kind"] = version, kind
	r.write(first)
	return r
}

// Complete asks and writes. A record that cannot be written is an error: the caller was promised one. The completion is
// returned even so.
func (r *Recorder) Complete(ctx context.Context, req model.Request, progress model.Progress) (model.Completion, error) {
	// Asking for an answer that cannot be kept would waste it.
	if err := r.Err(); err != nil {
		return model.Completion{}, err
	}
	c, err := r.model.Complete(ctx, req, progress)
	var said *model.Error
	if err != nil && (!errors.As(err, &said) || said.Kind == model.ErrReplay) {
		return c, err
	}
	line := exchange{Key: req.Digest(), Request: req, Completion: &c}
	if said != nil {
		line.Error = newFault(said)
		if c == (model.Completion{}) {
			line.Completion = nil
		}
	}
	if failed := r.add(line); failed != nil {
		return c, errors.Join(failed, err)
	}
	return c, err
}

// Err is the first failure to write the transcript.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *Recorder) add(line exchange) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[line.Key]++
	line.N = r.seen[line.Key]
	r.write(line)
	return r.err
}

// write puts one value on a line of its own, scrubbed. The caller holds the lock.
func (r *Recorder) write(value any) {
	if r.err != nil {
		return
	}
	line, err := r.encode(value)
	if err == nil {
		_, err = r.w.Write(line)
	}
	if err != nil {
		r.err = fmt.Errorf("write the transcript: %w", err)
	}
}

// encode scrubs the values before they are escaped, and checks the line after: a secret with a quote in it looks different in JSON.
func (r *Recorder) encode(value any) ([]byte, error) {
	if e, ok := value.(exchange); ok {
		value = e.scrub(r.secrets)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	line := model.Scrub(b.String(), r.secrets)
	if !json.Valid([]byte(line)) || strings.Count(line, "\n") != 1 {
		return nil, errors.New("a secret stands where it cannot be masked; nothing of this exchange was written")
	}
	return []byte(line), nil
}

// scrub gives a copy in which no text holds a secret.
func (e exchange) scrub(secrets []string) exchange {
	clean := func(s string) string { return model.Scrub(s, secrets) }
	messages := make([]model.Message, len(e.Request.Messages))
	for i, m := range e.Request.Messages {
		messages[i] = model.Message{Role: m.Role, Content: clean(m.Content)}
	}
	e.Request.Messages = messages
	if e.Completion != nil {
		c := *e.Completion
		c.Text, c.Reasoning = clean(c.Text), clean(c.Reasoning)
		e.Completion = &c
	}
	if e.Error != nil {
		f := *e.Error
		f.Message, f.Hint = clean(f.Message), clean(f.Hint)
		e.Error = &f
	}
	return e
}
