package openai

import (
	"encoding/json"
	"fmt"
	"strings"

	vendor "github.com/sashabaranov/go-openai"

	"github.com/specgen-dev/specgen/pkg/model"
)

// chunk is one piece of an answer. go-openai's own type lacks some vendors' fields. A whole answer has message in place of delta.
type chunk struct {
	Model   string  `json:"model"`
	Choices []piece `json:"choices"`
	Usage   *usage  `json:"usage"`
}

type piece struct {
	Delta        words  `json:"delta"`
	Message      words  `json:"message"`
	FinishReason string `json:"finish_reason"`
}

type words struct {
	Content          text `json:"content"`
	Reasoning        text `json:"reasoning"`
	ReasoningContent text `json:"reasoning_content"`
	Refusal          text `json:"refusal"`
}

// text is a string, or a list of parts with strings in them.
type text string

// UnmarshalJSON takes what vendors send: a string, null, or parts. Anything else is no text.
func (t *text) UnmarshalJSON(raw []byte) error {
	var whole string
	if json.Unmarshal(raw, &whole) == nil {
		*t = text(whole)
		return nil
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) == nil {
		for _, p := range parts {
			*t += text(p.Text)
		}
	}
	return nil
}

// usage is what endpoints report. Where cached tokens stand differs.
type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Details    struct {
		Cached *int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
	Cached   *int `json:"cached_tokens"`
	CacheHit *int `json:"prompt_cache_hit_tokens"`
}

// cached is how many prompt tokens came from the provider's cache, and whether it says so at all.
func (u *usage) cached() (n int, reported bool) {
	for _, p := range []*int{u.Details.Cached, u.Cached, u.CacheHit} {
		if p != nil {
			n, reported = max(n, *p), true
		}
	}
	return n, reported
}

// answer is collected from chunks.
type answer struct {
	progress model.Progress
	text     strings.Builder
	thoughts strings.Builder
	refusal  strings.Builder
	finish   string
	model    string
	usage    *usage
}

// collect reads the stream to its end, which is io.EOF both after the end mark and when the connection broke off.
func (a *answer) collect(stream *vendor.ChatCompletionStream) error {
	for {
		raw, err := stream.RecvRaw()
		if err != nil {
			return err
		}
		var c chunk
		if err := json.Unmarshal(raw, &c); err != nil {
			return &brokenChunkError{raw: raw, err: err}
		}
		a.add(c)
	}
}

// brokenChunkError is a data line that is not the JSON of a chunk.
type brokenChunkError struct {
	raw []byte
	err error
}

// Error gives the parser's words.
func (b *brokenChunkError) Error() string { return b.err.Error() }

// Unwrap gives the parser's error.
func (b *brokenChunkError) Unwrap() error { return b.err }

func (a *answer) add(c chunk) {
	if c.Model != "" {
		a.model = c.Model
	}
	if c.Usage != nil {
		a.usage = c.Usage
	}
	if len(c.Choices) == 0 {
		return
	}
	// Only one answer is asked for.
	p := c.Choices[0]
	for _, w := range []words{p.Delta, p.Message} {
		a.text.WriteString(string(w.Content))
		a.refusal.WriteString(string(w.Refusal))
		if w.ReasoningContent != "" {
			a.thoughts.WriteString(string(w.ReasoningContent))
		} else {
			a.thoughts.WriteString(string(w.Reasoning))
		}
	}
	if p.FinishReason != "" {
		a.finish = strings.ToLower(p.FinishReason)
	}
	if a.progress != nil {
		a.progress(a.tokens())
	}
}

// tokens estimates what has arrived.
func (a *answer) tokens() int {
	return model.EstimateBytes(a.text.Len() + a.thoughts.Len())
}

// completion is what was collected so far.
func (a *answer) completion(req model.Request) model.Completion {
	thoughts, said := splitThoughts(a.text.String())
	c := model.Completion{
		Text: said, Reasoning: a.thoughts.String() + thoughts,
		Finish: model.FinishStop, Model: a.model, Usage: a.used(req),
	}
	if c.Model == "" {
		c.Model = req.Model
	}
	if a.finish == "length" || a.finish == "max_tokens" {
		c.Finish = model.FinishLength
	}
	return c
}

// splitThoughts takes a leading <think> block out of the text: some servers leave it there.
func splitThoughts(s string) (thoughts, said string) {
	inner, found := strings.CutPrefix(strings.TrimLeft(s, " \r\n"), "<think>")
	if !found {
		return "", s
	}
	thoughts, said, closed := strings.Cut(inner, "</think>")
	if !closed {
		return "", s
	}
	return strings.TrimSpace(thoughts), strings.TrimLeft(said, " \r\n")
}

// used is the usage as reported, or estimated where none was.
func (a *answer) used(req model.Request) model.Usage {
	if a.usage == nil || a.usage.Prompt == 0 {
		return model.Usage{
			PromptTokens: model.EstimateTokens(req.Messages), CompletionTokens: a.tokens(), Requests: 1, Estimated: true,
		}
	}
	cached, _ := a.usage.cached()
	return model.Usage{
		PromptTokens: a.usage.Prompt, CachedTokens: cached, CompletionTokens: a.usage.Completion, Requests: 1,
	}
}

// notice remembers what the answer shows of the endpoint.
func (t *traits) notice(a *answer) {
	if a.usage == nil || a.usage.Prompt == 0 {
		return
	}
	t.usage.Store(true)
	if _, reported := a.usage.cached(); reported {
		t.cached.Store(true)
	}
}

// checkAnswer finds answers that are complete and yet of no use.
func (c *Client) checkAnswer(a *answer, x *exchange, req model.Request) error {
	if a.finish == "content_filter" {
		return c.fault(model.Error{
			Kind: model.ErrBadResponse, Message: fmt.Sprintf("%s: the content filter stopped the answer of %s", x.address, req.Model),
			Hint: "the provider's filter objected: change the wording or use another model",
		})
	}
	if _, said := splitThoughts(a.text.String()); strings.TrimSpace(said) != "" {
		return nil
	}
	fault := model.Error{
		Kind: model.ErrEmpty, Message: fmt.Sprintf("%s: %s answered with no text", x.address, req.Model),
		Hint: "try again, or try another model",
	}
	switch {
	case a.finish == "length" || a.finish == "max_tokens":
		fault.Message += ": the token limit was used up before the first word"
		fault.Hint = "raise max_output_tokens: reasoning counts towards it"
	case a.refusal.Len() > 0:
		fault.Message += ": it refused: " + firstWords([]byte(a.refusal.String()))
		fault.Hint = "change the wording or use another model"
	}
	return c.fault(fault)
}
