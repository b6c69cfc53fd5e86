package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxErrorBody is how much of an error's body is read, in bytes.
const maxErrorBody = 64 << 10

var errTooBig = fmt.Errorf("the response is larger than %d MB", maxBody>>20)

// exchange is the HTTPClient that go-openai gets: one request and its response. Failures come out as *model.Error; whatever form a good
// chat answer has, it comes out as a stream of data lines.
type exchange struct {
	client   *Client
	watch    *watch
	merge    map[string]any // into the request body; a nil value takes the key out
	list     bool           // the answer is a list and not a chat: kept in raw
	raw      []byte
	address  string // where the request went
	answered bool   // the endpoint answered, with whatever status
	ended    bool   // the answer came to its end mark
}

// Do sends the request.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	if err := mergeBody(req, x.merge); err != nil {
		return nil, err
	}
	x.address = req.URL.Redacted()
	req.Header.Set("User-Agent", x.client.opts.UserAgent)
	resp, err := x.client.http.Do(req) //nolint:gosec // the address is the one that the user configured
	if err != nil {
		return nil, err
	}
	x.answered = true
	x.watch.life()
	resp.Body = &limited{body: resp.Body, left: maxBody, life: x.watch.life}
	if resp.StatusCode < http.StatusOK || resp.StatusCode >= http.StatusMultipleChoices {
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		return nil, x.client.statusFault(x.address, resp, body)
	}
	if err := x.normalise(resp); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// mergeBody puts keys into the JSON body of a request.
func mergeBody(req *http.Request, keys map[string]any) error {
	if req.Body == nil || len(keys) == 0 {
		return nil
	}
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("read the request's body: %w", err)
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		return fmt.Errorf("read the request's body: %w", err)
	}
	for key, value := range keys {
		if value == nil {
			delete(body, key)
			continue
		}
		if body[key], err = json.Marshal(value); err != nil {
			return fmt.Errorf("extra body key %q: %w", key, err)
		}
	}
	if raw, err = json.Marshal(body); err != nil {
		return fmt.Errorf("write the request's body: %w", err)
	}
	req.ContentLength = int64(len(raw))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	req.Body, err = req.GetBody()
	return err
}

// normalise replaces the body of a good response: lists are read whole, chats become data lines.
func (x *exchange) normalise(resp *http.Response) error {
	r := bufio.NewReader(resp.Body)
	head := peekText(r)
	if !x.list && isStream(resp.Header, head) {
		x.client.seen.stream.Store(true)
		resp.Body = &dataLines{src: r, body: resp.Body, from: x}
		return nil
	}
	if !bytes.HasPrefix(head, []byte("{")) && !bytes.HasPrefix(head, []byte("[")) {
		return x.notJSON(r)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if x.list {
		x.raw = raw
		resp.Body = withClose(bytes.NewReader(raw), resp.Body)
		return nil
	}
	line, err := x.asDataLine(raw)
	if err != nil {
		return err
	}
	resp.Body = withClose(bytes.NewReader(line), resp.Body)
	return nil
}

// asDataLine makes a stream of one chunk from a whole answer, so that both are read by the same code.
func (x *exchange) asDataLine(raw []byte) ([]byte, error) {
	var line bytes.Buffer
	if err := json.Compact(&line, raw); err != nil {
		return nil, x.client.badResponse(x.address, "answered with broken JSON", raw, err)
	}
	if said, ok := errorObject(raw); ok {
		return nil, x.client.objectFault(x.address, said)
	}
	var probe struct {
		Choices []json.RawMessage `json:"choices"`
	}
	if err := json.Unmarshal(raw, &probe); err != nil || len(probe.Choices) == 0 {
		return nil, x.client.badResponse(x.address, "answered with JSON that holds no choices", raw, err)
	}
	x.ended = true
	return append(dataLine(line.Bytes()), "data: "+doneMark+"\n"...), nil
}

// notJSON tells what came instead.
func (x *exchange) notJSON(r io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(r, maxErrorBody))
	switch {
	case err != nil:
		return err
	case len(bytes.TrimSpace(raw)) == 0:
		return x.client.cut(x, nil)
	}
	return x.client.badResponse(x.address, "answered with something that is not JSON", raw, nil)
}

// peekText gives the first bytes of a body without white space and byte order mark, as far as they have arrived.
func peekText(r *bufio.Reader) []byte {
	for {
		b, err := r.Peek(1)
		if err != nil {
			return nil
		}
		if !bytes.ContainsAny(b, " \t\r\n\xef\xbb\xbf") {
			break
		}
		_, _ = r.Discard(1)
	}
	head, _ := r.Peek(min(r.Buffered(), len("retry:")))
	return head
}

func isStream(h http.Header, head []byte) bool {
	if strings.HasPrefix(h.Get("Content-Type"), "text/event-stream") {
		return true
	}
	for _, field := range []string{":", "data:", "event:", "id:", "retry:"} {
		if bytes.HasPrefix(head, []byte(field)) {
			return true
		}
	}
	return false
}

// limited is a body that reports every sign of life and ends with errTooBig.
type limited struct {
	body io.ReadCloser
	left int64
	life func()
}

// Read reads on until too much has come.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.body.Read(p)
	if n > 0 {
		l.life()
	}
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooBig
	}
	return n, err
}

// Close closes the connection's body.
func (l *limited) Close() error { return l.body.Close() }

type closing struct {
	io.Reader
	io.Closer
}

func withClose(r io.Reader, c io.Closer) io.ReadCloser { return closing{r, c} }
