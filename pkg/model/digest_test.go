package model_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
)

func full() model.Request {
	return model.Request{
		Role: model.Judge, Model: "m", Messages: []model.Message{{Role: "system", Content: "s"}, {Role: "user", Content: "u"}},
		Temperature: new(0.5), Seed: new(7), MaxOutputTokens: 9,
		Schema: &model.Schema{Name: "n", Schema: json.RawMessage(`{"type":"object","properties":{"a":{},"b":{}}}`)},
	}
}

// The digest is written into transcripts: this value must never change while their version stays 1.
func TestDigestIsStable(t *testing.T) {
	t.Parallel()
	const want = "2c6e934acb36a3fd98744850a4a977496ce9bf923069a5af31547f459f57d3a0"
	if got := full().Digest(); got != want {
		t.Errorf("Digest() = %s, want %s", got, want)
	}
}

func TestDigestCoversWhatIsSentAndNothingElse(t *testing.T) {
	t.Parallel()
	base := full().Digest()
	same := map[string]func(*model.Request){
		"role": func(r *model.Request) { r.Role = model.Tester },
		"schema space": func(r *model.Request) {
			r.Schema.Schema = json.RawMessage(` {"properties":{"b":{},"a":{}}, "type":"object"}`)
		},
	}
	for name, change := range same {
		r := full()
		change(&r)
		if r.Digest() != base {
			t.Errorf("%s changes the digest", name)
		}
	}
	differ := map[string]func(*model.Request){
		"model":              func(r *model.Request) { r.Model = "n" },
		"message":            func(r *model.Request) { r.Messages[1].Content += " " },
		"message role":       func(r *model.Request) { r.Messages[1].Role = "assistant" },
		"message added":      func(r *model.Request) { r.Messages = append(r.Messages, model.Message{}) },
		"temperature":        func(r *model.Request) { r.Temperature = new(0.6) },
		"temperature 0":      func(r *model.Request) { r.Temperature = new(0.0) },
		"temperature unset":  func(r *model.Request) { r.Temperature = nil },
		"seed":               func(r *model.Request) { r.Seed = new(0) },
		"seed unset":         func(r *model.Request) { r.Seed = nil },
		"max output":         func(r *model.Request) { r.MaxOutputTokens = 0 },
		"schema":             func(r *model.Request) { r.Schema = nil },
		"schema name":        func(r *model.Request) { r.Schema.Name = "x" },
		"schema big numbers": func(r *model.Request) { r.Schema.Schema = json.RawMessage(`{"maximum":9007199254740993}`) },
		"schema neighbour":   func(r *model.Request) { r.Schema.Schema = json.RawMessage(`{"maximum":9007199254740992}`) },
		"schema not JSON":    func(r *model.Request) { r.Schema.Schema = json.RawMessage(`{`) },
	}
	seen := map[string]string{base: "base"}
	for name, change := range differ {
		r := full()
		change(&r)
		if other, dup := seen[r.Digest()]; dup {
			t.Errorf("%s has the digest of %s", name, other)
		}
		seen[r.Digest()] = name
	}
}

func TestDigestSurvivesJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := model.Request{Model: rapid.String().Draw(t, "model"), MaxOutputTokens: rapid.Int().Draw(t, "max")}
		for _, text := range rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "messages") {
			r.Messages = append(r.Messages, model.Message{Role: "user", Content: text})
		}
		if rapid.Bool().Draw(t, "has temperature") {
			r.Temperature = new(rapid.Float64Range(0, 2).Draw(t, "temperature"))
		}
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back model.Request
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if back.Digest() != r.Digest() {
			t.Fatalf("digest changed through %s", raw)
		}
	})
}

func TestEstimateTokens(t *testing.T) {
	t.Parallel()
	if got := model.EstimateTokens(nil); got != 0 {
		t.Errorf("nothing is %d tokens", got)
	}
	got := model.EstimateTokens([]model.Message{{Content: "0123456"}, {Content: "01234567"}})
	if got != 2+4+3+4 {
		t.Errorf("EstimateTokens = %d", got)
	}
}
