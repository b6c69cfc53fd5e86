package openai_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/openai"
)

// failure is what a person gets to see of one.
func failure(t *testing.T, err error) *model.Error {
	t.Helper()
	var fault *model.Error
	if !errors.As(err, &fault) {
		t.Fatalf("no *model.Error: %v", err)
	}
	for _, text := range []string{fault.Message, fault.Hint, err.Error(), fmt.Sprintf("%+v %v", fault, fault.Err)} {
		if strings.Contains(text, testKey[:12]) {
			t.Errorf("the key is in %q", text)
		}
	}
	if fault.Message == "" || fault.Hint == "" || strings.ContainsAny(fault.Message, "\n\x1b") {
		t.Errorf("message %q, hint %q", fault.Message, fault.Hint)
	}
	return fault
}

func TestStatusesAndWhatToDoAboutThem(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		chat    func(*endpoint, http.ResponseWriter, int)
		kind    model.ErrorKind
		message string
		hint    string
	}{
		"401":                {status(401, `{"error":{"message":"Incorrect API key provided: `+testKey+`. Find your key"}}`), model.ErrAuth, "answered 401: Incorrect API key provided: ***.", "TEST_KEY"},
		"401 short echo":     {status(401, `{"error":{"message":"bad key `+testKey[:20]+`..."}}`), model.ErrAuth, "bad key ***...", "TEST_KEY"},
		"403":                {status(403, `forbidden`), model.ErrAuth, "answered 403: forbidden", "TEST_KEY"},
		"402":                {status(402, `{"error":"no credits"}`), model.ErrAuth, "no credits", "credit"},
		"quota":              {status(429, `{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}`), model.ErrAuth, "quota", "credit"},
		"404 model":          {status(404, `{"error":{"message":"The model does not exist"}}`), model.ErrNotFound, "answered 404: The model does not exist", "offers: qwen2.5-coder, "},
		"400 unknown model":  {status(400, `{"error":{"message":"qwen is not a valid model ID"}}`), model.ErrNotFound, "not a valid model", "offers:"},
		"429":                {status(429, `{"error":{"message":"slow down"}}`), model.ErrRateLimit, "slow down", "wait"},
		"500":                {status(500, "boom"), model.ErrServer, "answered 500: boom", "try again"},
		"503 page":           {status(503, "<html><head><title>Service Unavailable</title></head><body>come back</body></html>"), model.ErrServer, "503: Service Unavailable come back", "try again"},
		"400 context":        {status(400, `{"error":{"message":"This model's maximum context length is 8192 tokens"}}`), model.ErrBadRequest, "maximum context length", "does not fit"},
		"400 llama context":  {status(400, `{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error"}}`), model.ErrBadRequest, "context size", "does not fit"},
		"413":                {status(413, ``), model.ErrBadRequest, "answered 413", "does not fit"},
		"400 temperature":    {status(400, `{"error":{"message":"Unsupported value: 'temperature' does not support 0"}}`), model.ErrBadRequest, "temperature", "leave temperature out"},
		"422 list":           {status(422, `{"detail":[{"loc":["body","seed"],"msg":"not permitted"}]}`), model.ErrBadRequest, "not permitted", "parameter"},
		"error as text":      {status(400, `{"error":"bad thing"}`), model.ErrBadRequest, "answered 400: bad thing", "parameter"},
		"vllm shape":         {status(400, `{"object":"error","message":"odd","type":"BadRequestError","code":400}`), model.ErrBadRequest, "odd", "parameter"},
		"empty 502":          {status(502, ``), model.ErrServer, "answered 502", "try again"},
		"control characters": {status(500, "a\x1b[2Jb\nc"), model.ErrServer, "a [2Jb c", "try again"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := serve(t, tt.chat)
			c, err := e.client(t).Complete(t.Context(), ask("qwen2.5-code"), nil)
			fault := failure(t, err)
			if fault.Kind != tt.kind || c.Usage.Requests != 1 || c.Usage.Total() != 0 {
				t.Errorf("kind %s, usage %+v", fault.Kind, c.Usage)
			}
			has(t, "message", fault.Message, tt.message, e.URL+"/v1/chat/completions")
			has(t, "hint", fault.Hint, tt.hint)
		})
	}
}

func TestAuthHintWithoutAKey(t *testing.T) {
	t.Parallel()
	e := serve(t, status(401, `{"error":"no key"}`))
	_, err := e.client(t, func(o *openai.Options) { o.Key = "" }).Complete(t.Context(), ask("m"), nil)
	has(t, "hint", failure(t, err).Hint, "set the environment variable TEST_KEY")
	_, err = e.client(t, func(o *openai.Options) { o.Key, o.KeyEnv = "", "" }).Complete(t.Context(), ask("m"), nil)
	has(t, "hint", failure(t, err).Hint, "key_env")
}

func TestRetryAfterInEachForm(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		headers []string
		want    time.Duration
	}{
		{nil, 0},
		{[]string{"Retry-After", "7"}, 7 * time.Second},
		{[]string{"Retry-After", "0.5"}, 500 * time.Millisecond},
		{[]string{"Retry-After-Ms", "250", "Retry-After", "7"}, 250 * time.Millisecond},
		{[]string{"Retry-After", date.Add(time.Minute).Format(http.TimeFormat), "Date", date.Format(http.TimeFormat)}, time.Minute},
		{[]string{"Retry-After", date.Format(http.TimeFormat), "Date", date.Add(time.Minute).Format(http.TimeFormat)}, 0},
		{[]string{"Retry-After", "soon"}, 0},
		{[]string{"Retry-After", "-3"}, 0},
	}
	for _, tt := range tests {
		e := serve(t, status(429, `{}`, tt.headers...))
		_, err := e.client(t).Complete(t.Context(), ask("m"), nil)
		if fault := failure(t, err); fault.RetryAfter != tt.want || fault.Kind != model.ErrRateLimit {
			t.Errorf("%v: %v, want %v", tt.headers, fault.RetryAfter, tt.want)
		}
	}
}

func TestServerErrorsAndThenSuccessThroughRetry(t *testing.T) {
	t.Parallel()
	e := serve(t, func(e *endpoint, w http.ResponseWriter, n int) {
		if n < 3 {
			status(500, "boom")(e, w, n)
			return
		}
		events(w, delta("hi"), stop, counted, end)
	})
	var waits []time.Duration
	policy := model.RetryPolicy{Sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }}
	c, err := model.Retry(e.client(t), policy, nil).Complete(t.Context(), ask("m"), nil)
	if err != nil || c.Text != "hi" || len(waits) != 2 || c.Usage.Requests != 3 || c.Usage.PromptTokens != 100 {
		t.Errorf("%+v, %v, waits %v", c, err, waits)
	}
}

func TestBadAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		chat    func(e *endpoint, w http.ResponseWriter)
		kind    model.ErrorKind
		message string
		tokens  bool // the failure is known to have cost tokens
	}{
		"cut in mid-stream":   {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("half")); drop(w) }, model.ErrCut, "in the middle", true},
		"ended in mid-stream": {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("half")) }, model.ErrCut, "in the middle", true},
		"cut inside a line": {func(_ *endpoint, w http.ResponseWriter) {
			events(w, delta("half"))
			_, _ = io.WriteString(w, `data: {"choices":[{"de`)
		}, model.ErrCut, "in the middle", true},
		"dropped before the first": {func(_ *endpoint, w http.ResponseWriter) { drop(w) }, model.ErrCut, "in the middle", false},
		"hung up":                  {func(_ *endpoint, w http.ResponseWriter) { hangUp(w) }, model.ErrCut, "without an answer", false},
		"stream of nothing":        {func(_ *endpoint, w http.ResponseWriter) { events(w, ": hello") }, model.ErrCut, "in the middle", true},
		"body of nothing":          {func(_ *endpoint, w http.ResponseWriter) { w.WriteHeader(200) }, model.ErrCut, "in the middle", false},
		"stall":                    {func(e *endpoint, w http.ResponseWriter) { events(w, delta("half")); <-e.quit }, model.ErrTimeout, "sent nothing for 200ms", true},
		"stall before the first":   {func(e *endpoint, _ http.ResponseWriter) { <-e.quit }, model.ErrTimeout, "sent nothing for 200ms", false},
		"empty answer":             {func(_ *endpoint, w http.ResponseWriter) { events(w, delta(" \n"), stop, counted, end) }, model.ErrEmpty, "no text", true},
		"all reasoning":            {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("<think>x</think>"), cutShort, end) }, model.ErrEmpty, "token limit", true},
		"refusal": {func(_ *endpoint, w http.ResponseWriter) {
			events(w, `data: {"choices":[{"delta":{"refusal":"I will not"}}]}`, stop, end)
		}, model.ErrEmpty, "I will not", true},
		"content filter": {func(_ *endpoint, w http.ResponseWriter) {
			events(w, delta("ha"), `data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}`, end)
		}, model.ErrBadResponse, "content filter", true},
		"HTML": {func(_ *endpoint, w http.ResponseWriter) {
			_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><style>p{}</style><title>Welcome to nginx!</title>")
		}, model.ErrBadResponse, `"Welcome to nginx!"`, false},
		"broken JSON":  {func(_ *endpoint, w http.ResponseWriter) { _, _ = io.WriteString(w, `{"choices":[`) }, model.ErrBadResponse, "broken JSON", false},
		"other JSON":   {func(_ *endpoint, w http.ResponseWriter) { _, _ = io.WriteString(w, `{"hello":"world"}`) }, model.ErrBadResponse, "no choices", false},
		"broken chunk": {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("a"), "data: {oops}", stop, end) }, model.ErrBadResponse, "{oops}", true},
		"error in mid-stream": {func(_ *endpoint, w http.ResponseWriter) {
			events(w, delta("a"), `data: {"error":{"message":"CUDA out of memory","code":500}}`, end)
		}, model.ErrServer, "CUDA out of memory", true},
		"error after a comment":       {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("a"), ": hm", `data: { "error" : "boom" }`) }, model.ErrServer, "boom", true},
		"error event":                 {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("a"), "event: error\ndata: overloaded") }, model.ErrServer, "overloaded", true},
		"error outside of the format": {func(_ *endpoint, w http.ResponseWriter) { events(w, delta("a"), `{"error":{"message":"worker died"}}`) }, model.ErrServer, "worker died", true},
		"rate limit in mid-stream": {func(_ *endpoint, w http.ResponseWriter) {
			events(w, delta("a"), `data: {"error":{"message":"tokens per minute","type":"rate_limit_error"}}`)
		}, model.ErrRateLimit, "tokens per minute", true},
		"error as a 200": {func(_ *endpoint, w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"error":{"message":"no slot","code":503}}`)
		}, model.ErrServer, "no slot", false},
		"giant body": {func(_ *endpoint, w http.ResponseWriter) { giant(w) }, model.ErrBadResponse, "larger than 50 MB", false},
		"the key echoed in mid-stream": {func(_ *endpoint, w http.ResponseWriter) {
			events(w, `data: {"error":{"message":"who is `+testKey+`?"}}`)
		}, model.ErrServer, "who is ***?", true},
		"the key echoed in a page": {func(_ *endpoint, w http.ResponseWriter) { _, _ = io.WriteString(w, "<p>Bearer "+testKey) }, model.ErrBadResponse, "Bearer ***", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := serve(t, func(e *endpoint, w http.ResponseWriter, _ int) { tt.chat(e, w) })
			client := e.client(t, func(o *openai.Options) {
				if strings.HasPrefix(name, "stall") {
					o.IdleTimeout = 200 * time.Millisecond
				}
			})
			c, err := client.Complete(t.Context(), ask("m"), nil)
			fault := failure(t, err)
			if fault.Kind != tt.kind {
				t.Errorf("kind %s, want %s", fault.Kind, tt.kind)
			}
			has(t, "message", fault.Message, tt.message, e.URL+"/v1/chat/completions")
			if (c.Usage.Total() > 0) != tt.tokens {
				t.Errorf("usage %+v", c.Usage)
			}
		})
	}
}

// hangUp closes the connection without a byte.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// quietTLS is a server with a certificate that nobody trusts, and without a log of those who say so.
func quietTLS(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func giant(w http.ResponseWriter) {
	block := strings.Repeat(" ", 1<<20)
	_, _ = io.WriteString(w, `{"choices":[`)
	for range 52 {
		if _, err := io.WriteString(w, block); err != nil {
			return
		}
	}
}

func TestTotalTimeEndsAnAnswerThatNeverEnds(t *testing.T) {
	t.Parallel()
	e := serve(t, func(e *endpoint, w http.ResponseWriter, _ int) {
		for {
			events(w, delta("word "))
			select {
			case <-e.quit:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	_, err := e.client(t, func(o *openai.Options) { o.TotalTimeout = 300 * time.Millisecond }).Complete(t.Context(), ask("m"), nil)
	fault := failure(t, err)
	if fault.Kind != model.ErrTimeout || !errors.Is(err, model.ErrTotalTime) {
		t.Errorf("%+v", fault)
	}
}

// firing is a timer that goes off only when the test says so.
type firing struct{ f func() }

func (firing) Stop() bool               { return true }
func (firing) Reset(time.Duration) bool { return true }

func TestTimersCanBeInjected(t *testing.T) {
	t.Parallel()
	armed := make(chan firing, 2)
	e := serve(t, func(e *endpoint, w http.ResponseWriter, _ int) {
		events(w, delta("half"))
		(<-armed).f()
		<-e.quit
	})
	client := e.client(t, func(o *openai.Options) {
		o.IdleTimeout, o.TotalTimeout = time.Hour, -1
		o.AfterFunc = func(_ time.Duration, f func()) openai.Timer {
			armed <- firing{f}
			return firing{f}
		}
	})
	_, err := client.Complete(t.Context(), ask("m"), nil)
	if !errors.Is(err, model.ErrIdleTime) {
		t.Errorf("err %v", err)
	}
	has(t, "message", failure(t, err).Message, "sent nothing for 1h0m0s")
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String() + "/v1"
	_ = l.Close()
	secure := quietTLS(t)
	open := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(open.Close)
	for name, tt := range map[string]struct{ url, hint string }{
		"refused":       {closed, "is running"},
		"unknown host":  {"http://no-such-host.invalid/v1", "check base_url"},
		"untrusted":     {secure.URL + "/v1", "not trusted"},
		"TLS to a http": {strings.Replace(open.URL, "http:", "https:", 1), "begin it with http://"},
	} {
		client, err := openai.New(openai.Options{BaseURL: tt.url, Key: testKey, HTTP: &http.Client{Transport: &http.Transport{}}})
		if err != nil {
			t.Fatal(err)
		}
		done, err := client.Complete(t.Context(), ask("m"), nil)
		fault := failure(t, err)
		if fault.Kind != model.ErrUnreachable || done.Usage.Requests != 0 {
			t.Errorf("%s: %s, usage %+v", name, fault.Kind, done.Usage)
		}
		has(t, name, fault.Message, "cannot reach "+tt.url)
		has(t, name, fault.Hint, "check base_url ("+tt.url+")", tt.hint)
	}
}

func TestPlainHTTPToATLSServerSaysSo(t *testing.T) {
	t.Parallel()
	e := quietTLS(t)
	client, err := openai.New(openai.Options{BaseURL: strings.Replace(e.URL, "https:", "http:", 1) + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Complete(t.Context(), ask("m"), nil)
	has(t, "hint", failure(t, err).Hint, "https://")
}

func TestWrongPathSuggestsV1(t *testing.T) {
	t.Parallel()
	e := serve(t, status(200, ""))
	_, err := e.client(t, func(o *openai.Options) { o.BaseURL = e.URL }).Complete(t.Context(), ask("m"), nil)
	fault := failure(t, err)
	if fault.Kind != model.ErrNotFound {
		t.Errorf("kind %s", fault.Kind)
	}
	has(t, "hint", fault.Hint, "try "+e.URL+"/v1")
}

func TestRedirectsToAnotherHostCarryNeitherKeyNorPrompt(t *testing.T) {
	t.Parallel()
	for _, code := range []int{301, 302, 307, 308} {
		var reached []string
		other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			reached = append(reached, r.Header.Get("Authorization")+string(body))
		}))
		t.Cleanup(other.Close)
		e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) {
			w.Header().Set("Location", other.URL+"/v1/chat/completions?key=1")
			w.WriteHeader(code)
		})
		_, err := e.client(t).Complete(t.Context(), ask("m"), nil)
		fault := failure(t, err)
		if fault.Kind != model.ErrBadResponse || fault.Status != code || len(reached) != 0 {
			t.Errorf("%d: %v, the other host saw %q", code, err, reached)
		}
		has(t, "message", fault.Message, "redirects to "+other.URL)
		has(t, "hint", fault.Hint, "set base_url to "+other.URL+"/v1:")
	}
}

func TestRedirectWithinTheHostIsFollowed(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /old/chat/completions", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/new/chat/completions", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("POST /new/chat/completions", func(w http.ResponseWriter, r *http.Request) {
		events(w, delta(r.Header.Get("Authorization")[:6]), stop, end)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	client, err := openai.New(openai.Options{BaseURL: s.URL + "/old/", Key: testKey, HTTP: s.Client()})
	if err != nil {
		t.Fatal(err)
	}
	if done, err := client.Complete(t.Context(), ask("m"), nil); err != nil || done.Text != "Bearer" {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestNewChecksItsOptions(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"":                             "empty",
		"localhost:8080/v1":            "begin it with http",
		"/v1":                          "begin it with http",
		"ftp://host/v1":                "begin it with http",
		"http://":                      "begin it with http",
		"http://me:hunter2@host/v1":    "leave user and password out",
		"https://host/v1?api-key=1234": "leave out what follows",
		"http://ho st:%zz":             "not an address",
	} {
		_, err := openai.New(openai.Options{BaseURL: url})
		if err == nil {
			t.Errorf("%q: no error", url)
			continue
		}
		has(t, url, err.Error(), want, "base_url")
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "1234") {
			t.Errorf("%q: %v", url, err)
		}
	}
	_, err := openai.New(openai.Options{BaseURL: "http://h/v1", ExtraBody: map[string]any{"messages": 1}})
	if err == nil || !strings.Contains(err.Error(), `"messages"`) {
		t.Errorf("err %v", err)
	}
}

func TestBaseURLMayNameTheWholePath(t *testing.T) {
	t.Parallel()
	e := serve(t, func(_ *endpoint, w http.ResponseWriter, _ int) { events(w, delta("hi"), stop, end) })
	for _, suffix := range []string{"/v1", "/v1/", "/v1/chat/completions", "/v1/chat/completions/"} {
		_, err := e.client(t, func(o *openai.Options) { o.BaseURL = e.URL + suffix }).Complete(t.Context(), ask("m"), nil)
		if err != nil {
			t.Errorf("%s: %v", suffix, err)
		}
	}
}
