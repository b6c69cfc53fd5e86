package openai_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/replay"
)

// A server that repeats the key in every way must not get it into a recording, an error or a notice.
func TestTheKeyIsInNoRecordingAndNoError(t *testing.T) {
	t.Parallel()
	echoes := []func(e *endpoint, w http.ResponseWriter, n int){
		status(500, "boom "+testKey),
		status(429, `{"error":{"message":"for `+testKey[:18]+`...","code":"`+testKey+`"}}`, "Retry-After", "1"),
		func(_ *endpoint, w http.ResponseWriter, _ int) {
			events(w, delta("half "+testKey), `data: {"error":"`+testKey+`"}`)
		},
		func(_ *endpoint, w http.ResponseWriter, _ int) {
			events(w, delta("your key is "+testKey), `data: {"choices":[{"delta":{"reasoning":"`+testKey+`"}}]}`, stop, end)
		},
		status(401, `{"detail":["`+testKey+`"]}`),
		func(_ *endpoint, w http.ResponseWriter, _ int) { _, _ = io.WriteString(w, "<b>"+testKey) },
		func(_ *endpoint, w http.ResponseWriter, _ int) { events(w, delta("a"), "data: {"+testKey, end) },
	}
	e := serve(t, func(e *endpoint, w http.ResponseWriter, n int) { echoes[n-1](e, w, n) })
	var seen strings.Builder
	var recording bytes.Buffer
	policy := model.RetryPolicy{Sleep: func(context.Context, time.Duration) error { return nil }}
	retried := model.Retry(e.client(t), policy, func(n model.RetryNotice) { fmt.Fprintf(&seen, "%+v %+v\n", n, *n.Err) })
	recorder := replay.Record(retried, &recording, replay.Header{"key": testKey}, testKey)
	for range 4 {
		_, err := recorder.Complete(t.Context(), hinting(), nil)
		fmt.Fprintf(&seen, "%v %+v\n", err, err)
	}
	if got := len(e.requests()); got != len(echoes) {
		t.Errorf("%d requests, want %d", got, len(echoes))
	}
	for what, text := range map[string]string{"errors": seen.String(), "recording": recording.String()} {
		if strings.Contains(text, testKey[:12]) || strings.Contains(text, testKey[8:]) {
			t.Errorf("the key is in the %s:\n%s", what, text)
		}
		if !strings.Contains(text, "***") {
			t.Errorf("nothing was masked in the %s:\n%s", what, text)
		}
	}
	if got := strings.Count(recording.String(), "\n"); got != 5 {
		t.Errorf("%d lines recorded, want 5", got)
	}
}

// hinting is a request that holds the key, as no guarded one would.
func hinting() model.Request {
	req := ask("m")
	req.Messages[1].Content = "is it " + testKey + "?"
	return req
}
