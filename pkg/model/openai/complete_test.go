package openai_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/openai"
)

func TestStreamedAnswer(t *testing.T) {
	t.Parallel()
	e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) {
		events(w, `data: {"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":"let me "}}]}`,
			`data: {"error":null,"choices":[{"delta":{"reasoning":"think"}}]}`,
			": keepalive", "event: message\n"+delta("Hel"), delta("lo ✓"), stop, counted, end)
	})
	var told []int
	c, err := e.client(t).Complete(t.Context(), ask("m"), func(n int) { told = append(told, n) })
	if err != nil {
		t.Fatal(err)
	}
	want := model.Usage{PromptTokens: 100, CachedTokens: 80, CompletionTokens: 20, Requests: 1}
	if c.Text != "Hello ✓" || c.Reasoning != "let me think" || c.Finish != model.FinishStop || c.Model != "served" || c.Usage != want {
		t.Errorf("%+v", c)
	}
	if c.Duration <= 0 || len(told) == 0 || told[len(told)-1] == 0 {
		t.Errorf("duration %v, progress %v", c.Duration, told)
	}
	if e.auth[0] != "Bearer "+testKey {
		t.Errorf("Authorization %q", e.auth[0])
	}
}

func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) { events(w, delta("a"), stop, end) })
	c := e.client(t, func(o *openai.Options) {
		o.Key = ""
		o.ExtraBody = map[string]any{"cache_prompt": true, "chat_template_kwargs": map[string]any{"enable_thinking": false}}
	})
	zero, seed := 0.0, 0
	req := ask("m")
	req.Temperature, req.Seed, req.MaxOutputTokens = &zero, &seed, 77
	req.Schema = &model.Schema{Name: "verdict", Schema: json.RawMessage(`{"type":"object"}`)}
	if _, err := c.Complete(t.Context(), req, nil); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(e.requests()[0])
	if err != nil {
		t.Fatal(err)
	}
	has(t, "body", string(raw), `"temperature":0}`, `"seed":0`, `"max_tokens":77`, `"stream":true`, `"stream_options":{"include_usage":true}`,
		`"cache_prompt":true`, `"enable_thinking":false`, `"model":"m"`, `"role":"system"`,
		`"json_schema":{"name":"verdict","schema":{"type":"object"},"strict":true}`, `"type":"json_schema"`)
	if messages := fmt.Sprint(e.requests()[0]["messages"]); messages != "[map[content:Be brief. role:system] map[content:x < y && z role:user]]" {
		t.Errorf("messages arrived changed: %s", messages)
	}
	if e.auth[0] != "" {
		t.Errorf("Authorization %q without a key", e.auth[0])
	}
	if _, err := c.Complete(t.Context(), ask("m"), nil); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"temperature", "seed", "max_tokens", "response_format"} {
		if _, sent := e.requests()[1][key]; sent {
			t.Errorf("%s was sent although unset", key)
		}
	}
}

func TestReasoningModelsGetTheirOwnLimitAndAnyTemperature(t *testing.T) {
	t.Parallel()
	e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) { events(w, delta("a"), stop, end) })
	temperature := 0.3
	for i, name := range []string{"o1-mini", "o3", "o4-mini", "gpt-5-mini"} {
		req := ask(name)
		req.MaxOutputTokens, req.Temperature = 50, &temperature
		if _, err := e.client(t).Complete(t.Context(), req, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body := e.requests()[i]
		if _, old := body["max_tokens"]; old || body["max_completion_tokens"] != 50.0 || body["temperature"] != 0.3 {
			t.Errorf("%s: %v", name, body)
		}
	}
}

func TestAnswersInOtherForms(t *testing.T) {
	t.Parallel()
	whole := `{"model":"served","choices":[{"message":{"role":"assistant","content":"hi","reasoning":"because"},"finish_reason":"stop"}],
		"usage":{"prompt_tokens":10,"completion_tokens":3,"prompt_cache_hit_tokens":8}}`
	tests := map[string]struct {
		chat      func(w http.ResponseWriter)
		text      string
		reasoning string
		finish    model.Finish
		estimated bool
	}{
		"plain JSON instead of a stream": {func(w http.ResponseWriter) { _, _ = io.WriteString(w, whole) }, "hi", "because", model.FinishStop, false},
		"a stream without its content type": {func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, "\n"+delta("hi")+"\n\n"+stop+"\n\n"+counted+"\n\n"+end)
		}, "hi", "", model.FinishStop, false},
		"usage absent":                {func(w http.ResponseWriter) { events(w, delta("hi"), stop, end) }, "hi", "", model.FinishStop, true},
		"usage null":                  {func(w http.ResponseWriter) { events(w, delta("hi"), stop, `data: {"choices":[],"usage":null}`, end) }, "hi", "", model.FinishStop, true},
		"no finish reason but done":   {func(w http.ResponseWriter) { events(w, delta("hi"), end) }, "hi", "", model.FinishStop, true},
		"no done but finish reason":   {func(w http.ResponseWriter) { events(w, delta("hi"), stop) }, "hi", "", model.FinishStop, true},
		"dropped after the last word": {func(w http.ResponseWriter) { events(w, delta("hi"), stop); drop(w) }, "hi", "", model.FinishStop, true},
		"cut at the token limit":      {func(w http.ResponseWriter) { events(w, delta("hi"), cutShort, counted, end) }, "hi", "", model.FinishLength, false},
		"carriage returns":            {func(w http.ResponseWriter) { events(w, delta("hi")+"\r", stop+"\r", end+"\r") }, "hi", "", model.FinishStop, true},
		"no blank after the colon":    {func(w http.ResponseWriter) { events(w, strings.Replace(delta("hi"), ": ", ":", 1), stop, end) }, "hi", "", model.FinishStop, true},
		"thoughts in the text":        {func(w http.ResponseWriter) { events(w, delta("<think>\nhm"), delta("m</think>\n\nhi"), stop, end) }, "hi", "hmm", model.FinishStop, true},
		"content in parts": {func(w http.ResponseWriter) {
			events(w, `data: {"choices":[{"delta":{"content":[{"type":"text","text":"h"},{"type":"text","text":"i"}]}}]}`, stop, end)
		}, "hi", "", model.FinishStop, true},
		"hundreds of comments": {func(w http.ResponseWriter) {
			events(w, delta("h")+strings.Repeat("\n: processing\n", 900), delta("i"), stop, end)
		}, "hi", "", model.FinishStop, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) { tt.chat(w) })
			c, err := e.client(t).Complete(t.Context(), ask("m"), nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.Text != tt.text || c.Reasoning != tt.reasoning || c.Finish != tt.finish || c.Usage.Estimated != tt.estimated {
				t.Errorf("%+v", c)
			}
			if c.Usage.Requests != 1 || c.Usage.PromptTokens == 0 || c.Usage.CompletionTokens == 0 {
				t.Errorf("usage %+v", c.Usage)
			}
			if len(e.requests()) != 1 {
				t.Errorf("%d requests", len(e.requests()))
			}
		})
	}
}

func TestRefusedStreamOptionsAreLeftOutFromThenOn(t *testing.T) {
	t.Parallel()
	e := serve(t, func(e *endpoint, w http.ResponseWriter, n int) {
		if _, sent := e.requests()[n-1]["stream_options"]; sent {
			status(400, `{"detail":"Unrecognized request argument: stream_options"}`)(e, w, n)
			return
		}
		events(w, delta("hi"), stop, end)
	})
	c := e.client(t)
	for range 2 {
		if done, err := c.Complete(t.Context(), ask("m"), nil); err != nil || done.Text != "hi" {
			t.Fatalf("%+v, %v", done, err)
		}
	}
	if got := len(e.requests()); got != 3 {
		t.Errorf("%d requests, want 3: the refusal should be remembered", got)
	}
}

func TestRefusedStreamingFallsBackToOnePiece(t *testing.T) {
	t.Parallel()
	e := serve(t, func(e *endpoint, w http.ResponseWriter, n int) {
		if on, _ := e.requests()[n-1]["stream"].(bool); on {
			status(400, `{"error":{"message":"Streaming is not supported by this deployment"}}`)(e, w, n)
			return
		}
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}`)
	})
	done, err := e.client(t).Complete(t.Context(), ask("m"), nil)
	if err != nil || done.Text != "hi" || done.Usage.Requests != 2 {
		t.Errorf("%+v, %v", done, err)
	}
}

// A slow server that sends comments is alive: the idle time must count from the last byte of any sort.
func TestKeepaliveCommentsCountAsLife(t *testing.T) {
	t.Parallel()
	e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) {
		for range 12 {
			events(w, ": still reading")
			time.Sleep(50 * time.Millisecond)
		}
		events(w, delta("hi"), stop, end)
	})
	c := e.client(t, func(o *openai.Options) { o.IdleTimeout = 400 * time.Millisecond })
	if done, err := c.Complete(t.Context(), ask("m"), nil); err != nil || done.Text != "hi" {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestCancelledRequestGivesTheContextsError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	e := serve(t, func(e *endpoint, w http.ResponseWriter, _ int) {
		events(w, delta("half"))
		cancel()
		<-e.quit
	})
	_, err := e.client(t).Complete(ctx, ask("m"), nil)
	if err != context.Canceled { //nolint:errorlint // the context's own error is promised
		t.Errorf("err %v", err)
	}
}

func TestManyRequestsAtOnce(t *testing.T) {
	t.Parallel()
	e := serve(t, func(e *endpoint, w http.ResponseWriter, n int) {
		events(w, delta(fmt.Sprint(e.requests()[n-1]["model"])), stop, counted, end)
	})
	c := e.client(t)
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	got := make([]string, len(names))
	done := make(chan struct{})
	for i, name := range names {
		go func() {
			defer func() { done <- struct{}{} }()
			answer, err := c.Complete(t.Context(), ask(name), nil)
			if err == nil {
				got[i] = answer.Text
			}
		}()
	}
	for range names {
		<-done
	}
	for i, name := range names {
		if len(got[i]) != 1 {
			t.Errorf("%s: %q", name, got[i])
		}
	}
}
