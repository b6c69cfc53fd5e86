package generate_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/stage/generate"
	"github.com/specgen-dev/specgen/prompts"
)

// heard keeps the last request, and answers by its fields.
type heard struct {
	request  model.Request
	progress bool
	err      error
}

func (h *heard) Complete(_ context.Context, request model.Request, progress model.Progress) (model.Completion, error) {
	h.request, h.progress = request, progress != nil
	return model.Completion{Text: "answer"}, h.err
}

func ask(t interface{ Context() context.Context }, settings model.Settings, attempt, vary int) model.Request {
	h := &heard{}
	_, _ = generate.New(h, settings, nil).Generate(t.Context(), prompts.Prompt{}, attempt, vary)
	return h.request
}

// TestGenerateAsks sends the prompt by the settings, and gives back what came.
func TestGenerateAsks(t *testing.T) {
	t.Parallel()
	broken := errors.New("no line")
	h := &heard{err: broken}
	settings := model.Settings{Role: "generator", Model: "m", MaxOutputTokens: 700}
	prompt := prompts.Prompt{Messages: []model.Message{{Role: "system", Content: "be brief"}, {Role: "user", Content: "write"}}}
	done, err := generate.New(h, settings, func(int) {}).Generate(t.Context(), prompt, 1, 0)
	if !errors.Is(err, broken) || done.Text != "answer" || !h.progress {
		t.Errorf("got %q, %v, progress %v", done.Text, err, h.progress)
	}
	if r := h.request; r.Model != "m" || r.Role != "generator" || r.MaxOutputTokens != 700 || len(r.Messages) != 2 || r.Messages[1].Content != "write" {
		t.Errorf("asked %+v", r)
	}
}

// TestGenerateVariesTheSeed adds one for every attempt, and none to a seed that nobody set.
func TestGenerateVariesTheSeed(t *testing.T) {
	t.Parallel()
	seed := 7
	for attempt, want := range map[int]int{1: 7, 2: 8, 5: 11} {
		if got := ask(t, model.Settings{Seed: &seed}, attempt, 0); got.Seed == nil || *got.Seed != want {
			t.Errorf("attempt %d: seed %v, want %d", attempt, got.Seed, want)
		}
	}
	if seed != 7 {
		t.Errorf("the settings were changed: seed %d", seed)
	}
	if got := ask(t, model.Settings{}, 3, 3); got.Seed != nil || got.Temperature != nil {
		t.Errorf("what was left to the endpoint was set: %+v", got)
	}
}

// TestGenerateWarms adds to the temperature for each try that led nowhere, up to one.
func TestGenerateWarms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		temperature float64
		vary        int
		want        float64
	}{{0, 0, 0}, {0, 1, 0.2}, {0.2, 2, 0.6}, {0.2, 9, 1}, {1.5, 0, 1.5}, {1.5, 3, 1.5}} {
		got := ask(t, model.Settings{Temperature: &c.temperature}, 1, c.vary)
		if got.Temperature == nil || math.Abs(*got.Temperature-c.want) > 1e-9 {
			t.Errorf("%v after %d: got %v, want %v", c.temperature, c.vary, got.Temperature, c.want)
		}
	}
}

// TestGenerateNeverCools holds for every temperature: more variation is never colder, and it ends at one or where it began.
func TestGenerateNeverCools(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		began := rapid.Float64Range(0, 2).Draw(r, "temperature")
		settings := model.Settings{Temperature: &began}
		vary := rapid.IntRange(0, 20).Draw(r, "vary")
		now, next := *ask(t, settings, 1, vary).Temperature, *ask(t, settings, 1, vary+1).Temperature
		if now < began || next < now || next > max(began, 1) {
			r.Errorf("from %v: %v, then %v", began, now, next)
		}
	})
}
