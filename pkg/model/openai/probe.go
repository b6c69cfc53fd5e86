package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
)

// probeTokens bounds what a probe may cost, in output tokens of each of its two requests.
const probeTokens = 256

// probeWord is what no model says by itself.
const probeWord = "k7-ok"

// Capabilities are what an endpoint was seen to do.
type Capabilities struct {
	Models       []string
	Streaming    bool
	Usage        bool          // it counts tokens
	CachedTokens bool          // it says how many prompt tokens came from its cache
	Schema       bool          // an answer with a JSON schema kept to it
	Latency      time.Duration // of the first small request, 0 without a clock
	Errors       map[string]error
}

// The items of Capabilities.Errors.
const (
	ItemModels     = "models"
	ItemCompletion = "completion"
	ItemSchema     = "schema"
)

// Probe asks the endpoint for its models and two small answers, and says what it can do. It costs a few hundred tokens at most. Failures stand in
// Errors by item; the returned error is only the context's. With name empty the first model on offer is asked.
func (c *Client) Probe(ctx context.Context, name string) (Capabilities, error) {
	found := Capabilities{Errors: map[string]error{}}
	var err error
	if found.Models, err = c.Models(ctx); err != nil {
		found.Errors[ItemModels] = err
	}
	if name == "" && len(found.Models) > 0 {
		name = found.Models[0]
	}
	c.probeCompletion(ctx, name, &found)
	if found.Errors[ItemCompletion] == nil {
		c.probeSchema(ctx, name, &found)
	}
	return found, ctx.Err()
}

func (c *Client) probeCompletion(ctx context.Context, name string, found *Capabilities) {
	done, err := c.Complete(ctx, probeRequest(name), nil)
	var fault *model.Error
	// A model that only reasoned within the limit has still answered.
	if err != nil && (!errors.As(err, &fault) || fault.Kind != model.ErrEmpty) {
		found.Errors[ItemCompletion] = err
	}
	found.Latency = done.Duration
	found.Streaming = c.seen.stream.Load()
	found.Usage = c.seen.usage.Load()
	found.CachedTokens = c.seen.cached.Load()
}

func (c *Client) probeSchema(ctx context.Context, name string, found *Capabilities) {
	req := probeRequest(name)
	req.Schema = &model.Schema{Name: "probe", Schema: json.RawMessage(
		`{"type":"object","properties":{"word":{"type":"string","enum":["` + probeWord + `"]}},"required":["word"],"additionalProperties":false}`)}
	done, err := c.Complete(ctx, req, nil)
	if err != nil {
		found.Errors[ItemSchema] = err
		return
	}
	var got struct {
		Word string `json:"word"`
	}
	if json.Unmarshal([]byte(done.Text), &got) == nil && got.Word == probeWord {
		found.Schema = true
		return
	}
	found.Errors[ItemSchema] = fmt.Errorf("the schema was accepted and not kept to: %q", firstWords([]byte(done.Text)))
}

func probeRequest(name string) model.Request {
	temperature := 0.0
	req := model.Request{
		Model: name, MaxOutputTokens: probeTokens, Temperature: &temperature,
		Messages: []model.Message{{Role: "user", Content: "Say hello in one word."}},
	}
	if isReasoningModel(name) {
		req.Temperature = nil
	}
	return req
}
