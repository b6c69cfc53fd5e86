package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// apiKey is the key that scripts work with. It may be nowhere but in the header of a request.
const apiKey = "sk-script-Zk3vQ81bTn5Xw7Rp2Lc9" //nolint:gosec // it opens nothing

// What each good answer says that it used.
const promptTokens, cachedTokens, completionTokens = 100, 40, 20

const chatPath = "/v1/chat/completions"

// endpoint is a real server that speaks the OpenAI API, and misbehaves by plan.
type endpoint struct {
	server *httptest.Server
	work   string
	vars   []string
	open   bool // wants no key

	mu     sync.Mutex
	steps  []string
	repeat bool // the last step is for all requests that follow
	asked  []request
	errs   []error
}

// request is a chat request as it arrived.
type request struct {
	body  []byte
	key   string
	start time.Time
}

// cmdEndpoint starts a server and points the environment at it: endpoint [-open] STEP...
//
// A step is what one chat request gets, in order; "STEP..." at the end serves all that follow. Steps are
//
//	NAME                 the file answers/NAME.md or NAME as an answer, streamed, with usage
//	cut:NAME             the first half of it, then the connection is closed
//	stall:NAME           the first half of it, then silence
//	slow:NAME            spread over half a second
//	length:NAME          with finish reason "length"
//	plain:NAME           as one JSON object
//	run=SCRIPT:STEP      runs SCRIPT by sh in $WORK before the step
//	empty, html          an answer without text; a page instead of JSON
//	401 404 429 429/1 500 ...   an error with that status, after the slash its Retry-After
func cmdEndpoint(ts *testscript.TestScript, neg bool, args []string) {
	b := of(ts)
	b.needSandbox(ts)
	e := &endpoint{work: b.work, vars: b.vars}
	if len(args) > 0 && args[0] == "-open" {
		e.open, args = true, args[1:]
	}
	if neg {
		ts.Fatalf("usage: endpoint [-open] STEP...")
	}
	for i, arg := range args {
		last, dots := strings.CutSuffix(arg, "...")
		if dots && i == len(args)-1 {
			e.repeat = true
			arg = last
		}
		e.steps = append(e.steps, arg)
		if name := e.answerName(arg); name != "" {
			_, err := e.answer(name)
			ts.Check(err)
		}
	}
	e.server = httptest.NewServer(e)
	b.endpoints = append(b.endpoints, e)
	ts.Setenv("OPENAI_BASE_URL", e.server.URL+"/v1")
	ts.Setenv("ENDPOINT", e.server.URL+"/v1")
	ts.Setenv("OPENAI_API_KEY", apiKey)
	ts.Setenv("KEY", apiKey)
	ts.Setenv("SPECGEN_MODEL", "test-model")
}

// ServeHTTP answers as planned.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case key != apiKey && !e.open:
		e.note(r.URL.Path, body, key)
		fail(w, http.StatusUnauthorized, "", "Incorrect API key provided")
	case r.URL.Path == "/v1/models":
		_, _ = fmt.Fprint(w, `{"object":"list","data":[{"id":"test-model","object":"model"},{"id":"other-model","object":"model"}]}`)
	case r.URL.Path == chatPath:
		e.step(w, r, e.next(body, key))
	default:
		http.NotFound(w, r)
	}
}

func (e *endpoint) note(path string, body []byte, key string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if path == chatPath {
		e.asked = append(e.asked, request{body, key, time.Now()})
	}
}

// next takes the step of a request off the plan.
func (e *endpoint) next(body []byte, key string) string {
	e.note(chatPath, body, key)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.steps) == 0 {
		e.errs = append(e.errs, fmt.Errorf("request %d was not expected: %s", len(e.asked), last(body)))
		return "418"
	}
	step := e.steps[0]
	if len(e.steps) > 1 || !e.repeat {
		e.steps = e.steps[1:]
	}
	return step
}

// last is the end of what a request says, for messages.
func last(body []byte) string {
	return string(body[max(0, len(body)-500):])
}

// step answers one chat request.
func (e *endpoint) step(w http.ResponseWriter, r *http.Request, step string) {
	mode, name, found := strings.Cut(step, ":")
	if !found {
		mode, name = "", step
	}
	if script, ok := strings.CutPrefix(mode, "run="); ok {
		e.run(r.Context(), script)
		e.step(w, r, name)
		return
	}
	if status, wait, _ := strings.Cut(step, "/"); isStatus(status) {
		code, _ := strconv.Atoi(status)
		fail(w, code, wait, http.StatusText(code))
		return
	}
	switch step {
	case "html":
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<html><head><title>Welcome</title></head><body><h1>It works</h1></body></html>")
		return
	case "empty":
		stream(w, r, "", "stop", 0)
		return
	}
	text, err := e.answer(name)
	if err != nil {
		fail(w, http.StatusInternalServerError, "", err.Error())
		return
	}
	e.give(w, r, mode, text)
}

// give sends an answer, whole or not.
func (e *endpoint) give(w http.ResponseWriter, r *http.Request, mode, text string) {
	switch mode {
	case "cut":
		half(w, text)
		hijacked, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = hijacked.Close()
		}
	case "stall":
		half(w, text)
		<-r.Context().Done()
	case "slow":
		stream(w, r, text, "stop", 500*time.Millisecond)
	case "length":
		stream(w, r, text, "length", 0)
	case "plain":
		w.Header().Set("Content-Type", "application/json")
		write(w, map[string]any{
			"id": "c", "object": "chat.completion", "model": "test-model", "usage": usage(),
			"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": text}}},
		})
	default:
		stream(w, r, text, "stop", 0)
	}
}

func isStatus(text string) bool { return regexp.MustCompile(`^[45]\d\d$`).MatchString(text) }

func fail(w http.ResponseWriter, status int, retryAfter, message string) {
	kind, code := "server_error", "error"
	switch status {
	case http.StatusUnauthorized:
		kind, code = "invalid_request_error", "invalid_api_key"
	case http.StatusNotFound:
		kind, code, message = "invalid_request_error", "model_not_found", "The model does not exist"
	case http.StatusTooManyRequests:
		kind, code = "requests", "rate_limit_exceeded"
	}
	w.Header().Set("Content-Type", "application/json")
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	write(w, map[string]any{"error": map[string]any{"message": message, "type": kind, "code": code}})
}

// stream sends an answer piece by piece as server-sent events, its usage last.
func stream(w http.ResponseWriter, r *http.Request, text, finish string, spread time.Duration) {
	w.Header().Set("Content-Type", "text/event-stream")
	pieces := split(text, 10)
	for _, piece := range pieces {
		chunk(w, map[string]any{"index": 0, "delta": map[string]any{"content": piece}})
		select {
		case <-r.Context().Done():
			return
		case <-time.After(spread / time.Duration(len(pieces))):
		}
	}
	chunk(w, map[string]any{"index": 0, "delta": map[string]any{}, "finish_reason": finish})
	event(w, map[string]any{"id": "c", "object": "chat.completion.chunk", "model": "test-model", "choices": []any{}, "usage": usage()})
	_, _ = fmt.Fprint(w, "data: [DONE]\n\n")
}

// half sends the first half of an answer.
func half(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	chunk(w, map[string]any{"index": 0, "delta": map[string]any{"content": text[:len(text)/2]}})
}

func chunk(w http.ResponseWriter, choice map[string]any) {
	event(w, map[string]any{"id": "c", "object": "chat.completion.chunk", "model": "test-model", "choices": []any{choice}})
}

func event(w http.ResponseWriter, value any) {
	_, _ = io.WriteString(w, "data: ")
	write(w, value)
	_, _ = io.WriteString(w, "\n\n")
	_ = http.NewResponseController(w).Flush()
}

// write sends a value as JSON.
func write(w io.Writer, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // a bug of this file
	}
	_, _ = w.Write(data)
}

func usage() map[string]any {
	return map[string]any{
		"prompt_tokens": promptTokens, "completion_tokens": completionTokens, "total_tokens": promptTokens + completionTokens,
		"prompt_tokens_details": map[string]any{"cached_tokens": cachedTokens},
	}
}

// split cuts a text into n pieces of runes; at least one, which may be empty.
func split(text string, n int) []string {
	runes := []rune(text)
	size := len(runes)/n + 1
	var pieces []string
	for len(runes) > size {
		pieces = append(pieces, string(runes[:size]))
		runes = runes[size:]
	}
	return append(pieces, string(runes))
}

// answerName gives the file that a step answers with, or "".
func (e *endpoint) answerName(step string) string {
	name := step[strings.LastIndexByte(step, ':')+1:]
	status, _, _ := strings.Cut(name, "/")
	if name == "html" || name == "empty" || isStatus(status) {
		return ""
	}
	return name
}

// answer reads an answer of the script or of its project.
func (e *endpoint) answer(name string) (string, error) {
	for _, path := range []string{filepath.Join(e.work, name), filepath.Join(e.work, "answers", name+".md")} {
		if data, err := os.ReadFile(path); err == nil {
			return string(data), nil
		}
	}
	return "", fmt.Errorf("there is no answer %q", name)
}

// run does something behind specgen's back while it waits for its answer.
func (e *endpoint) run(ctx context.Context, script string) {
	cmd := exec.CommandContext(ctx, "sh", script) //nolint:gosec // a script of the test
	cmd.Dir, cmd.Env = e.work, e.vars
	if out, err := cmd.CombinedOutput(); err != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.errs = append(e.errs, fmt.Errorf("%s: %w\n%s", script, err, out))
	}
}

// audit says what was wrong with the requests as a whole.
func (e *endpoint) audit() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	errs := e.errs
	if len(e.steps) > 0 && !e.repeat {
		errs = append(errs, fmt.Errorf("these steps of the endpoint were never asked for: %s", strings.Join(e.steps, " ")))
	}
	for n, r := range e.asked {
		if bytes.Contains(r.body, []byte(apiKey)) {
			errs = append(errs, fmt.Errorf("the body of request %d holds the key", n+1))
		}
	}
	return errors.Join(errs...)
}

// cmdRequests asserts what the last endpoint was asked:
//
//	requests count N             how many chat requests there were
//	requests unique              no two were equal
//	requests has [@N] REGEXP     the messages of a request, or of request N, match
//	requests keyless             no request carried a key
//	requests apart N DURATION    request N came at least DURATION after the one before
func cmdRequests(ts *testscript.TestScript, neg bool, args []string) {
	b := of(ts)
	if len(b.endpoints) == 0 || len(args) == 0 {
		ts.Fatalf("usage: endpoint ..., then [!] requests count|unique|has|keyless|apart ...")
	}
	e := b.endpoints[len(b.endpoints)-1]
	e.mu.Lock()
	defer e.mu.Unlock()
	holds, what := e.holds(ts, args)
	if holds == neg {
		ts.Fatalf("requests %s: %v, %s", strings.Join(args, " "), holds, what)
	}
}

func (e *endpoint) holds(ts *testscript.TestScript, args []string) (holds bool, what string) {
	switch {
	case args[0] == "count" && len(args) == 2:
		return strconv.Itoa(len(e.asked)) == args[1], fmt.Sprintf("there were %d", len(e.asked))
	case args[0] == "unique":
		return e.unique(), ""
	case args[0] == "keyless":
		for _, r := range e.asked {
			if r.key != "" {
				return false, "one carried a key"
			}
		}
		return true, ""
	case args[0] == "has" && len(args) > 1:
		return e.has(ts, args[1:])
	case args[0] == "apart" && len(args) == 3:
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		least, err := time.ParseDuration(args[2])
		ts.Check(err)
		gap := e.asked[n-1].start.Sub(e.asked[n-2].start)
		return gap >= least, fmt.Sprintf("they were %s apart", gap)
	}
	ts.Fatalf("requests: unknown words %v", args)
	return false, ""
}

func (e *endpoint) unique() bool {
	seen := map[string]bool{}
	for _, r := range e.asked {
		if seen[string(r.body)] {
			return false
		}
		seen[string(r.body)] = true
	}
	return true
}

func (e *endpoint) has(ts *testscript.TestScript, args []string) (holds bool, what string) {
	from, to := 0, len(e.asked)
	if number, ok := strings.CutPrefix(args[0], "@"); ok {
		n, err := strconv.Atoi(number)
		ts.Check(err)
		if n < 1 || n > len(e.asked) {
			ts.Fatalf("there were %d requests", len(e.asked))
		}
		from, to, args = n-1, n, args[1:]
	}
	pattern, err := regexp.Compile("(?m)" + strings.Join(args, " "))
	ts.Check(err)
	for _, r := range e.asked[from:to] {
		text := readable(ts, r.body)
		if pattern.MatchString(text) {
			return true, "in:\n" + text
		}
		what += text
	}
	return false, "in:\n" + what
}

// readable gives a request's messages as text, and its other keys as JSON.
func readable(ts *testscript.TestScript, body []byte) string {
	var chat struct {
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
	}
	ts.Check(json.Unmarshal(body, &chat))
	var text strings.Builder
	for _, m := range chat.Messages {
		fmt.Fprintf(&text, "=== %s\n%s\n", m.Role, m.Content)
	}
	rest := map[string]json.RawMessage{}
	ts.Check(json.Unmarshal(body, &rest))
	delete(rest, "messages")
	other, err := json.Marshal(rest)
	ts.Check(err)
	return text.String() + string(other) + "\n"
}
