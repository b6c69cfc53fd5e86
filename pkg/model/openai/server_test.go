package openai_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/openai"
)

// testKey is long enough to be scrubbed, and must appear in no error.
const testKey = "sk-test-a8Kd3mQ7zLp2vBn9TrWxYs1uT4Fg"

// endpoint is a real server whose answer to a chat request is chosen by the test.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []map[string]any
	auth   []string
	quit   chan struct{} // closed when the test ends, so that stalled handlers return
}

// serve starts an endpoint. n counts chat requests from 1.
func serve(t *testing.T, chat func(e *endpoint, w http.ResponseWriter, n int)) *endpoint {
	t.Helper()
	e := &endpoint{quit: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, r *http.Request) { chat(e, w, e.note(r)) })
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"zebra","created":1.5},{"id":"gpt-oss-20b"},{"id":"qwen2.5-coder"}]}`)
	})
	e.Server = httptest.NewServer(mux)
	t.Cleanup(func() { close(e.quit); e.CloseClientConnections(); e.Close() })
	return e
}

func (e *endpoint) note(r *http.Request) int {
	raw, _ := io.ReadAll(r.Body)
	var body map[string]any
	_ = json.Unmarshal(raw, &body)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bodies = append(e.bodies, body)
	e.auth = append(e.auth, r.Header.Get("Authorization"))
	return len(e.bodies)
}

func (e *endpoint) requests() []map[string]any {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]map[string]any(nil), e.bodies...)
}

func (e *endpoint) client(t *testing.T, change ...func(*openai.Options)) *openai.Client {
	t.Helper()
	opts := openai.Options{BaseURL: e.URL + "/v1", Key: testKey, KeyEnv: "TEST_KEY", Now: time.Now}
	for _, c := range change {
		c(&opts)
	}
	c, err := openai.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// events writes a stream, each chunk flushed.
func events(w http.ResponseWriter, lines ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, l := range lines {
		_, _ = fmt.Fprintf(w, "%s\n\n", l)
		flush(w)
	}
}

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// drop breaks the connection off without a proper end.
func drop(w http.ResponseWriter) {
	flush(w)
	panic(http.ErrAbortHandler)
}

func delta(text string) string {
	// What Go quotes is JSON for the texts used here.
	return fmt.Sprintf(`data: {"model":"served","choices":[{"index":0,"delta":{"content":%q},"finish_reason":null}]}`, text)
}

const (
	stop     = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
	cutShort = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}`
	counted  = `data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":80}}}`
	end      = `data: [DONE]`
)

func ask(name string) model.Request {
	return model.Request{Role: model.Generator, Model: name, Messages: []model.Message{
		{Role: "system", Content: "Be brief."}, {Role: "user", Content: "x < y && z"},
	}}
}

func status(code int, body string, headers ...string) func(*endpoint, http.ResponseWriter, int) {
	return func(_ *endpoint, w http.ResponseWriter, _ int) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func has(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s %q lacks %q", what, text, p)
		}
	}
}
