// Package openai talks to any endpoint with an OpenAI-compatible chat API. It is the one home of go-openai: the library builds requests and
// reads streams, one HTTPClient wrapper (exchange) adds what it lacks: extra body keys, timeouts, size limits, errors that
// say what to do. Retries, counting and recording are decorators in pkg/model.
package openai

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Default limits. Reading a long prompt takes a local model minutes, in which nothing arrives.
const (
	defaultIdle  = 5 * time.Minute
	defaultTotal = 30 * time.Minute
	dialTimeout  = 15 * time.Second
	maxRedirects = 3
	maxBody      = 50 << 20 // bytes of one response
)

// chatPath is what go-openai appends to the base URL.
const chatPath = "/chat/completions"

// Timer is what AfterFunc gives: *time.Timer fits.
type Timer interface {
	Stop() bool
	Reset(d time.Duration) bool
}

// Options say where the endpoint is and how patient to be with it.
type Options struct {
	BaseURL      string         // such as https://api.openai.com/v1; http or https
	Key          string         // sent as a bearer token; empty: no Authorization header
	KeyEnv       string         // the environment variable that Key comes from, for hints only
	HTTP         *http.Client   // nil: proxies from the environment, sane connection limits. Its redirect policy is replaced
	IdleTimeout  time.Duration  // longest silence, before the first byte too; 0: five minutes; negative: none
	TotalTimeout time.Duration  // longest answer; 0: half an hour; negative: none
	ExtraBody    map[string]any // keys added to every chat request, such as cache_prompt or min_p
	UserAgent    string         // empty: specgen

	Now       func() time.Time                      // nil: durations stay 0
	AfterFunc func(d time.Duration, f func()) Timer // nil: time.AfterFunc
}

// Client is a model behind an OpenAI-compatible endpoint. It is safe for concurrent use.
type Client struct {
	opts Options
	base string
	http *http.Client
	mode atomic.Int32 // the most that this endpoint has been found to understand, see mode
	seen traits
}

// traits are what answers have shown of the endpoint.
type traits struct{ stream, usage, cached atomic.Bool }

// mode is how a chat request asks for its answer. Endpoints that refuse one are asked in the next.
type mode int32

const (
	streamWithUsage mode = iota
	streamOnly           // the endpoint refuses stream_options
	plainJSON            // the endpoint refuses to stream
)

// New checks the options; nothing is sent. Errors name the option and are for a person.
func New(opts Options) (*Client, error) {
	base, err := baseURL(opts.BaseURL)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(opts.ExtraBody)) {
		if slices.Contains([]string{"model", "messages", "stream", "stream_options"}, key) {
			return nil, fmt.Errorf("extra body: %q is set by specgen itself: take it out", key)
		}
	}
	opts.IdleTimeout = orDefault(opts.IdleTimeout, defaultIdle)
	opts.TotalTimeout = orDefault(opts.TotalTimeout, defaultTotal)
	if opts.UserAgent == "" {
		opts.UserAgent = "specgen"
	}
	if opts.AfterFunc == nil {
		opts.AfterFunc = func(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
	}
	return &Client{opts: opts, base: base, http: guardRedirects(opts.HTTP)}, nil
}

// baseURL gives the address without a trailing slash or the path that requests append.
func baseURL(raw string) (string, error) {
	if strings.TrimSpace(raw) == "" {
		return "", errors.New("base_url is empty: set it to the endpoint's address, such as http://127.0.0.1:8080/v1")
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		// The parser's words repeat the address, which may hold a password.
		return "", errors.New("base_url is not an address: it should look like http://127.0.0.1:8080/v1")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return "", fmt.Errorf("base_url %q: begin it with http:// or https:// and a host", u.Redacted())
	case u.User != nil:
		return "", fmt.Errorf("base_url %q: leave user and password out, and name the variable of the key in key_env", u.Redacted())
	case u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("base_url %q: leave out what follows the path", u.Scheme+"://"+u.Host+u.Path)
	}
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(u.String(), "/"), chatPath), "/"), nil
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// guardRedirects gives a client that follows redirects only within the same host and only with the method unchanged. Go
// itself keeps the key back from other hosts, but would send them the prompt.
func guardRedirects(given *http.Client) *http.Client {
	guarded := http.Client{Transport: defaultTransport()}
	if given != nil {
		guarded = *given
	}
	guarded.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		from := via[0]
		sameHost := req.URL.Host == from.URL.Host && (req.URL.Scheme == from.URL.Scheme || req.URL.Scheme == "https")
		if sameHost && req.Method == from.Method && len(via) <= maxRedirects {
			return nil
		}
		return http.ErrUseLastResponse
	}
	return &guarded
}

func defaultTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: dialTimeout,
	}
}

// secrets are the values that must not appear in any text.
func (c *Client) secrets() []string { return []string{c.opts.Key} }

// now is the clock's time, or the zero time without a clock.
func (c *Client) now() time.Time {
	if c.opts.Now == nil {
		return time.Time{}
	}
	return c.opts.Now()
}

var _ model.Model = (*Client)(nil)
