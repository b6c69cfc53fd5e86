// Package generate is the stage that asks a model for an implementation: messages in, completion out. Retries, metering,
// recording and journaling are decorators of the model that it is given.
package generate

import (
	"context"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/prompts"
)

// Stage asks the generator.
type Stage struct {
	model    model.Model
	settings model.Settings
	progress model.Progress
}

// New makes the stage. progress may be nil.
func New(m model.Model, settings model.Settings, progress model.Progress) *Stage {
	return &Stage{model: m, settings: settings, progress: progress}
}

// hotter is how much each step of variation adds to the temperature, and hottest where it ends.
const (
	hotter  = 0.2
	hottest = 1.0
)

// Generate asks for an answer to the prompt. vary is how often before a try like this one led nowhere: each adds to the
// temperature, and so does every attempt to the seed, since a small model asked the same gives the same.
func (s *Stage) Generate(ctx context.Context, prompt prompts.Prompt, attempt, vary int) (model.Completion, error) {
	return s.model.Complete(ctx, s.vary(attempt, vary).Request(prompt.Messages), s.progress)
}

func (s *Stage) vary(attempt, vary int) model.Settings {
	settings := s.settings
	if settings.Seed != nil {
		seed := *settings.Seed + attempt - 1
		settings.Seed = &seed
	}
	if settings.Temperature != nil && vary > 0 {
		warm := max(*settings.Temperature, min(*settings.Temperature+hotter*float64(vary), hottest))
		settings.Temperature = &warm
	}
	return settings
}
