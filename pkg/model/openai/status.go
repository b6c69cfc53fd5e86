package openai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/model"
)

// maxWords is how much of a foreign text is quoted, in characters.
const maxWords = 160

// said is what an error object says. Vendors differ in its shape.
type said struct {
	message string
	kind    string // "type" and "code", lower case
	status  int    // 0 if the object names none
}

// statusFault is the error that a status and body mean.
func (c *Client) statusFault(address string, resp *http.Response, body []byte) *model.Error {
	words, ok := errorObject(body)
	if !ok {
		words.message = firstWords(body)
	}
	words.status = resp.StatusCode
	if resp.StatusCode < http.StatusBadRequest {
		target, hint := c.locationHint(resp)
		return c.fault(model.Error{
			Kind: model.ErrBadResponse, Status: resp.StatusCode, Message: fmt.Sprintf("%s redirects to %s", address, target), Hint: hint,
		})
	}
	fault := c.objectFault(address, words)
	fault.RetryAfter = c.retryAfter(resp.Header)
	return fault
}

// objectFault is the error that the endpoint's own words mean, whether they came with a status or in the middle of a stream.
func (c *Client) objectFault(address string, words said) *model.Error {
	kind, hint := c.classify(words)
	answered := "reported an error"
	if words.status != 0 {
		answered = fmt.Sprintf("answered %d", words.status)
	}
	message := strings.TrimSuffix(fmt.Sprintf("%s %s: %s", address, answered, words.message), ": ")
	return c.fault(model.Error{Kind: kind, Status: words.status, Message: message, Hint: hint})
}

// classify reads status, type, code and words, in this order of trust.
func (c *Client) classify(w said) (model.ErrorKind, string) {
	text := strings.ToLower(w.message)
	switch {
	case w.status == http.StatusPaymentRequired, strings.Contains(w.kind, "insufficient_quota"):
		return model.ErrAuth, "the account behind the key has no credit left: add some, or use another key"
	case w.status == http.StatusUnauthorized, w.status == http.StatusForbidden, containsAny(w.kind, "authentication", "invalid_api_key", "permission"):
		return model.ErrAuth, c.authHint()
	case w.status == http.StatusTooManyRequests, containsAny(w.kind, "rate_limit"):
		return model.ErrRateLimit, "wait, send fewer requests at once, or ask the provider for a higher limit"
	case w.status == http.StatusNotFound, w.status == http.StatusMethodNotAllowed, unknownModel(w, text):
		return model.ErrNotFound, fmt.Sprintf("check the model's name and base_url (%s)", c.base)
	case w.status == http.StatusRequestEntityTooLarge, containsAny(w.kind, "context_length"), tooLong(text):
		return model.ErrBadRequest, "the prompt does not fit: give fewer context files, split the component, lower max_output_tokens, or use a model with a larger context"
	case w.status >= http.StatusInternalServerError, w.status == http.StatusRequestTimeout:
		return model.ErrServer, "the endpoint has trouble: try again later, or look at its log"
	case w.status >= http.StatusBadRequest, containsAny(w.kind, "invalid_request"):
		return model.ErrBadRequest, c.requestHint(text)
	}
	return model.ErrServer, "the endpoint has trouble: try again later, or look at its log"
}

// requestHint says what to change for the commonest refusals.
func (c *Client) requestHint(text string) string {
	switch {
	case strings.Contains(text, "http request to an https server"):
		return fmt.Sprintf("begin base_url (%s) with https://", c.base)
	case strings.Contains(text, "temperature"):
		return "leave temperature out of the settings for this model"
	case containsAny(text, "max_tokens", "max_completion_tokens"):
		return "change or leave out max_output_tokens for this model"
	case containsAny(text, "response_format", "json_schema"):
		return "this endpoint does not take a JSON schema"
	}
	return "the endpoint refused a parameter: change the settings for this model"
}

func unknownModel(w said, text string) bool {
	if containsAny(w.kind, "model_not_found") {
		return true
	}
	return w.status < http.StatusInternalServerError && strings.Contains(text, "model") &&
		containsAny(text, "does not exist", "not a valid model", "model not found", "unknown model", "invalid model", "no such model")
}

func tooLong(text string) bool {
	return containsAny(text, "context length", "context window", "context size", "maximum context", "context_length",
		"too many tokens", "prompt is too long", "input is too long", "reduce the length", "exceeds the context", "exceed context")
}

func containsAny(text string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// errorObject reads an error in any of its usual shapes: {"error": {...}}, {"error": "..."}, {"object": "error", ...}, {"detail": ...}.
func errorObject(body []byte) (said, bool) {
	var outer struct {
		Error   json.RawMessage `json:"error"`
		Object  string          `json:"object"`
		Message json.RawMessage `json:"message"`
		Detail  json.RawMessage `json:"detail"`
		Choices json.RawMessage `json:"choices"`
	}
	if json.Unmarshal(body, &outer) != nil {
		return said{}, false
	}
	switch {
	case present(outer.Error):
		return innerError(outer.Error), true
	case outer.Object == "error":
		return innerError(body), true
	case outer.Choices != nil:
		return said{}, false
	case present(outer.Message):
		return said{message: plain(outer.Message)}, true
	case present(outer.Detail):
		return said{message: plain(outer.Detail)}, true
	}
	return said{}, false
}

// innerError reads the object itself, or the text that stands in its place.
func innerError(raw json.RawMessage) said {
	var inner struct {
		Message json.RawMessage `json:"message"`
		Type    json.RawMessage `json:"type"`
		Code    json.RawMessage `json:"code"`
		Status  json.RawMessage `json:"status"`
	}
	if json.Unmarshal(raw, &inner) != nil {
		return said{message: plain(raw)}
	}
	out := said{message: plain(inner.Message), kind: strings.ToLower(plain(inner.Type) + " " + plain(inner.Code))}
	for _, number := range []json.RawMessage{inner.Code, inner.Status} {
		if n, err := strconv.Atoi(plain(number)); err == nil && n >= http.StatusBadRequest && n < 600 {
			out.status = n
		}
	}
	return out.orText(raw)
}

// orText fills in the words of an error that has none.
func (s said) orText(raw []byte) said {
	if s.message == "" {
		s.message = firstWords(raw)
	}
	return s
}

func present(raw json.RawMessage) bool {
	trimmed := string(bytes.TrimSpace(raw))
	return trimmed != "" && trimmed != "null" && trimmed != "{}" && trimmed != `""` && trimmed != "false"
}

// plain is a JSON string's text, or the JSON itself.
func plain(raw json.RawMessage) string {
	if !present(raw) {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return oneLine(s)
	}
	return firstWords(raw)
}

// markup matches the tags of a page, and what a browser would not show.
var markup = regexp.MustCompile(`(?is)<(script|style)\b.*?</(?:script|style)>|<[^>]*>`)

// firstWords is the beginning of a foreign text, on one line, without tags and control characters.
func firstWords(body []byte) string {
	text := string(body)
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		if bare := strings.TrimSpace(markup.ReplaceAllString(text, " ")); bare != "" {
			text = bare
		}
	}
	runes := []rune(oneLine(text))
	if len(runes) > maxWords {
		return strings.TrimSpace(string(runes[:maxWords])) + "..."
	}
	return string(runes)
}

// oneLine folds white space and drops what could move a terminal's cursor.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// retryAfter reads how long the endpoint asks to wait: milliseconds, seconds, or a date by the server's own clock.
func (c *Client) retryAfter(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	value := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 {
		return time.Duration(s * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = c.now()
	}
	if now.IsZero() {
		return 0
	}
	return max(0, at.Sub(now))
}
