package openai

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
)

// fault is the one door through which errors leave this package: no text holds the key.
func (c *Client) fault(e model.Error) *model.Error {
	e.Message = model.Scrub(e.Message, c.secrets())
	e.Hint = model.Scrub(e.Hint, c.secrets())
	if e.Err != nil {
		e.Err = &scrubbedError{text: model.Scrub(e.Err.Error(), c.secrets()), err: e.Err}
	}
	return &e
}

// scrubbedError is a cause without the key in its text.
type scrubbedError struct {
	text string
	err  error
}

// Error gives the text without the key.
func (s *scrubbedError) Error() string { return s.text }

// Is matches what the cause matches. The cause itself stays hidden: its text may hold the key.
func (s *scrubbedError) Is(target error) bool { return errors.Is(s.err, target) }

// blame turns whatever ended a request into an error for a person, or into the caller's own context error.
func (c *Client) blame(parent, ctx context.Context, x *exchange, err error) error {
	if parent.Err() != nil {
		return parent.Err()
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, model.ErrIdleTime):
		return c.timeout(x, cause, fmt.Sprintf("sent nothing for %s", c.opts.IdleTimeout), "raise the idle timeout if this model is slow to begin")
	case errors.Is(cause, model.ErrTotalTime):
		return c.timeout(x, cause, fmt.Sprintf("was not finished after %s", c.opts.TotalTimeout), "raise the total timeout, or lower max_output_tokens")
	}
	var fault *model.Error
	var broken *brokenChunkError
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &broken):
		return c.badResponse(x.address, "sent a broken piece of an answer", broken.raw, broken)
	case x.answered:
		return c.cut(x, err)
	}
	return c.unanswered(x, err)
}

func (c *Client) timeout(x *exchange, cause error, what, hint string) *model.Error {
	return c.fault(model.Error{Kind: model.ErrTimeout, Message: c.where(x) + " " + what, Hint: hint, Err: cause})
}

// where is the address that a request went to, or would have gone to.
func (c *Client) where(x *exchange) string {
	if x.address != "" {
		return x.address
	}
	return c.base
}

// unanswered is a request that got no answer at all.
func (c *Client) unanswered(x *exchange, err error) *model.Error {
	var wrapped *url.Error
	if !errors.As(err, &wrapped) {
		return c.fault(model.Error{
			Kind: model.ErrBadRequest, Message: fmt.Sprintf("the request cannot be sent to %s: %v", c.where(x), err), Err: err,
			Hint: "check the model's name and the extra body keys",
		})
	}
	if !unreachable(err) {
		return c.fault(model.Error{
			Kind: model.ErrCut, Message: fmt.Sprintf("%s closed the connection without an answer: %v", c.where(x), wrapped.Err), Err: err,
			Hint: "check that the server is well; its log may say why",
		})
	}
	return c.fault(model.Error{
		Kind: model.ErrUnreachable, Message: fmt.Sprintf("cannot reach %s: %v", c.where(x), wrapped.Err), Err: err,
		Hint: c.reachHint(err),
	})
}

// unreachable says that the connection itself failed: address, network, TLS.
func unreachable(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var alert tls.AlertError
	var timeout net.Error
	switch {
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect" || op.Op == "remote error"):
		return true
	case errors.As(err, &dns), errors.As(err, &record), errors.As(err, &certificate), errors.As(err, &alert):
		return true
	case errors.Is(err, http.ErrSchemeMismatch):
		return true
	}
	return errors.As(err, &timeout) && timeout.Timeout()
}

func (c *Client) reachHint(err error) string {
	var op *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Sprintf("check base_url (%s): the server does not speak TLS, so begin it with http://", c.base)
	case errors.As(err, &certificate):
		return fmt.Sprintf("check base_url (%s): the server's certificate is not trusted here", c.base)
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return fmt.Sprintf("check base_url (%s) and the proxy in HTTPS_PROXY or HTTP_PROXY", c.base)
	}
	return fmt.Sprintf("check base_url (%s) and that the server is running", c.base)
}

// cut is a response that ended before the answer did.
func (c *Client) cut(x *exchange, cause error) *model.Error {
	if errors.Is(cause, errTooBig) {
		return c.fault(model.Error{
			Kind: model.ErrBadResponse, Message: fmt.Sprintf("%s: %v", c.where(x), errTooBig), Err: errTooBig,
			Hint: fmt.Sprintf("check base_url (%s): no chat endpoint answers so", c.base),
		})
	}
	if cause == nil || errors.Is(cause, io.EOF) {
		cause = io.ErrUnexpectedEOF
	}
	return c.fault(model.Error{
		Kind: model.ErrCut, Message: c.where(x) + " broke the answer off in the middle", Err: cause,
		Hint: "try again; if it happens always, something in between may limit how long answers take",
	})
}

// badResponse is an answer that is not what the API promises; body is what came.
func (c *Client) badResponse(address, what string, body []byte, cause error) *model.Error {
	return c.fault(model.Error{
		Kind: model.ErrBadResponse, Message: fmt.Sprintf("%s %s: %q", address, what, firstWords(body)), Err: cause,
		Hint: fmt.Sprintf("check base_url (%s): it should be the address of an OpenAI-compatible API, often ending in /v1", c.base),
	})
}

// authHint names the variable to set.
func (c *Client) authHint() string {
	switch {
	case c.opts.KeyEnv == "" && c.opts.Key == "":
		return "this endpoint wants a key: set key_env to the name of the environment variable that holds it"
	case c.opts.KeyEnv == "":
		return "check the key"
	case c.opts.Key == "":
		return fmt.Sprintf("this endpoint wants a key: set the environment variable %s", c.opts.KeyEnv)
	}
	return fmt.Sprintf("the key in the environment variable %s was refused: check it, and that it belongs to %s", c.opts.KeyEnv, c.base)
}

// locationHint says what to do about a redirect that was not followed.
func (c *Client) locationHint(resp *http.Response) (target, hint string) {
	location, err := resp.Location()
	if err != nil {
		return "nowhere", fmt.Sprintf("check base_url (%s)", c.base)
	}
	location.RawQuery, location.User = "", nil
	target = location.String()
	return target, fmt.Sprintf("if you trust that address, set base_url to %s: key and prompt are not sent on by themselves",
		strings.TrimSuffix(strings.TrimSuffix(target, chatPath), "/models"))
}
