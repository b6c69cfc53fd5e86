package cli

import (
	"context"
	"fmt"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/stage/render"
	"github.com/specgen-dev/specgen/prompts"
)

// dryRun prints the first prompt, word for word, and what would be done with the answer. Nothing is sent and nothing written.
func (s *session) dryRun(ctx context.Context) error {
	c := s.project.config
	stage := guardedRender{render.New(s.trees, s.set, c.Role(model.Generator).MaxPromptTokens), s.secretGuard(ctx)}
	prompt, err := stage.Render(ctx, prompts.Round{
		Spec: s.spec, Tree: s.start.Tree, Shape: prompts.First, Format: prompts.Format(c.Role(model.Generator).Format),
	})
	if err != nil {
		return err
	}
	for _, m := range prompt.Messages {
		if _, err := fmt.Fprintf(s.env.Stdout, "=== %s\n%s\n", m.Role, m.Content); err != nil {
			return err
		}
	}
	m := c.Role(model.Generator)
	name := m.Name
	if name == "" {
		name = "no model named"
	}
	_, _ = fmt.Fprintf(s.env.Stderr, "\n%s  %s  about %s tokens to %s at %s\nnothing was sent\n", s.spec.Front.Component,
		report.Count(len(s.spec.Clauses()), "clause"), report.Number(prompt.Tokens), name, m.BaseURL)
	return nil
}
