package openai_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/openai"
)

func TestModels(t *testing.T) {
	t.Parallel()
	e := serve(t, status(500, ""))
	names, err := e.client(t).Models(t.Context())
	if err != nil || !slices.Equal(names, []string{"zebra", "gpt-oss-20b", "qwen2.5-coder"}) {
		t.Errorf("%v, %v", names, err)
	}
}

func TestModelsInOtherForms(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]model.ErrorKind{
		`[{"id":"a","created":"yesterday"},{"id":"b"}]`: "",
		`{"data":[{"id":"a"},{"id":"b"}]}`:              "",
		`{"models":[]}`:                                 model.ErrBadResponse,
		`{"data":"none"}`:                               model.ErrBadResponse,
		`<html>hello</html>`:                            model.ErrBadResponse,
		``:                                              model.ErrCut,
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		t.Cleanup(s.Close)
		client, err := openai.New(openai.Options{BaseURL: s.URL})
		if err != nil {
			t.Fatal(err)
		}
		names, err := client.Models(t.Context())
		switch {
		case want == "" && (err != nil || !slices.Equal(names, []string{"a", "b"})):
			t.Errorf("%s: %v, %v", body, names, err)
		case want != "" && failure(t, err).Kind != want:
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestOfferNamesTheNearestFirst(t *testing.T) {
	t.Parallel()
	names := []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "gpt-4.1-mini-2025-04-14", "gpt-4o"}
	got := openai.Offer(names, "gpt-4.1-mini")
	has(t, "offer", got, " and 2 more")
	if want := "gpt-4.1-mini-2025-04-14, gpt-4o, a1"; got[:len(want)] != want {
		t.Errorf("Offer = %q", got)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	e := serve(t, func(e *endpoint, w http.ResponseWriter, n int) {
		if _, sent := e.requests()[n-1]["response_format"]; sent {
			events(w, delta(`{"word":"k7-ok"}`), stop, counted, end)
			return
		}
		events(w, delta("Hello"), stop, counted, end)
	})
	found, err := e.client(t).Probe(t.Context(), "")
	if err != nil || len(found.Errors) != 0 || !found.Streaming || !found.Usage || !found.CachedTokens || !found.Schema || found.Latency <= 0 {
		t.Errorf("%+v, %v", found, err)
	}
	if e.requests()[0]["model"] != "zebra" {
		t.Errorf("asked %v", e.requests()[0]["model"])
	}
}

func TestProbeOfAPoorEndpoint(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"Hello!"},"finish_reason":"stop"}]}`)
	}))
	t.Cleanup(s.Close)
	client, err := openai.New(openai.Options{BaseURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.Probe(t.Context(), "m")
	if err != nil || found.Streaming || found.Usage || found.CachedTokens || found.Schema {
		t.Errorf("%+v, %v", found, err)
	}
	if found.Errors[openai.ItemModels] == nil || found.Errors[openai.ItemCompletion] != nil || found.Errors[openai.ItemSchema] == nil {
		t.Errorf("errors %v", found.Errors)
	}
}

func TestProbeWithARefusedKey(t *testing.T) {
	t.Parallel()
	e := serve(t, status(401, `{"error":"no"}`))
	found, err := e.client(t).Probe(t.Context(), "m")
	if err != nil || failure(t, found.Errors[openai.ItemCompletion]).Kind != model.ErrAuth || found.Schema || len(e.requests()) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}
