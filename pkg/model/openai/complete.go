package openai

import (
	"context"
	"errors"
	"io"
	"maps"
	"strings"

	vendor "github.com/sashabaranov/go-openai"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Complete sends the request once, always asking for a stream, and collects the answer. An endpoint that refuses to stream, or to count
// tokens while streaming, is asked again without, now and for the client's lifetime. On an error the completion holds what is known of the
// usage, and whatever text arrived.
func (c *Client) Complete(ctx context.Context, req model.Request, progress model.Progress) (model.Completion, error) {
	var used model.Usage
	for {
		how := mode(c.mode.Load())
		done, err := c.try(ctx, req, how, progress)
		done.Usage = used.Add(done.Usage)
		var fault *model.Error
		if err == nil || !errors.As(err, &fault) {
			return done, err
		}
		if next := simpler(how, fault); next != how {
			c.mode.CompareAndSwap(int32(how), int32(next))
			used = done.Usage
			continue
		}
		if fault.Kind == model.ErrNotFound {
			return done, c.suggestModels(ctx, fault, req.Model)
		}
		return done, err
	}
}

// simpler is the mode to try after a refusal, or how itself when the refusal is about something else.
func simpler(how mode, fault *model.Error) mode {
	if fault.Kind != model.ErrBadRequest {
		return how
	}
	said := strings.ToLower(fault.Message)
	optionsRefused := strings.Contains(said, "stream_options") || strings.Contains(said, "include_usage")
	switch {
	case how == streamWithUsage && optionsRefused:
		return streamOnly
	case how != plainJSON && !optionsRefused && strings.Contains(said, "stream"):
		return plainJSON
	}
	return how
}

// try sends one request and collects its answer.
func (c *Client) try(parent context.Context, req model.Request, how mode, progress model.Progress) (model.Completion, error) {
	ctx, w := c.watch(parent)
	defer w.stop()
	began := c.now()
	x := &exchange{client: c, watch: w, merge: c.extraKeys(req, how)}
	stream, err := c.vendorClient(x).CreateChatCompletionStream(ctx, chatRequest(req))
	if err != nil {
		used := model.Usage{}
		if x.answered {
			used.Requests = 1
		}
		return model.Completion{Model: req.Model, Usage: used}, c.blame(parent, ctx, x, err)
	}
	defer func() { _ = stream.Close() }()
	a := &answer{progress: progress}
	err = a.collect(stream)
	c.seen.notice(a)
	done := a.completion(req)
	done.Duration = c.now().Sub(began)
	// What happens to the stream after the last word does no harm to the answer.
	regular := a.finish != "" || (x.ended && errors.Is(err, io.EOF))
	if regular && parent.Err() == nil {
		return done, c.checkAnswer(a, x, req)
	}
	return done, c.blame(parent, ctx, x, err)
}

// vendorClient is go-openai on top of one exchange. It is cheap, and one per request keeps requests apart.
func (c *Client) vendorClient(x *exchange) *vendor.Client {
	config := vendor.DefaultConfig(c.opts.Key)
	config.BaseURL = c.base
	config.HTTPClient = x
	return vendor.NewClientWithConfig(config)
}

// chatRequest is the part of the request that go-openai can express. The rest is in extraKeys.
func chatRequest(req model.Request) vendor.ChatCompletionRequest {
	out := vendor.ChatCompletionRequest{
		Model: req.Model, Seed: req.Seed,
		StreamOptions: &vendor.StreamOptions{IncludeUsage: true},
	}
	for _, m := range req.Messages {
		out.Messages = append(out.Messages, vendor.ChatCompletionMessage{Role: m.Role, Content: m.Content})
	}
	if req.MaxOutputTokens > 0 {
		if isReasoningModel(req.Model) {
			out.MaxCompletionTokens = req.MaxOutputTokens
		} else {
			//nolint:staticcheck // deprecated by one vendor; the others know no other name
			out.MaxTokens = req.MaxOutputTokens
		}
	}
	if req.Schema != nil {
		out.ResponseFormat = &vendor.ChatCompletionResponseFormat{
			Type: vendor.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &vendor.ChatCompletionResponseFormatJSONSchema{
				Name: req.Schema.Name, Strict: true, Schema: req.Schema.Schema,
			},
		}
	}
	return out
}

// isReasoningModel names the models that take max_completion_tokens; go-openai refuses max_tokens for them.
func isReasoningModel(name string) bool {
	for _, prefix := range []string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// extraKeys are merged into the body: what the user adds, what go-openai drops (temperature 0) or judges by itself (temperature for
// reasoning models: the endpoint knows better), and how the answer is wanted. A nil value takes a key out.
func (c *Client) extraKeys(req model.Request, how mode) map[string]any {
	keys := map[string]any{}
	if req.Temperature != nil {
		keys["temperature"] = *req.Temperature
	}
	maps.Copy(keys, c.opts.ExtraBody)
	if how == plainJSON {
		keys["stream"] = nil
	}
	if how != streamWithUsage {
		keys["stream_options"] = nil
	}
	return keys
}
