// Package render is the stage that turns a round of the loop into the messages that a model is sent: spec, context and
// feedback in, prompt out. It reads trees and fills templates; it decides what form of answer to ask for.
package render

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/prompts"
)

// Source gives the files of a tree. pkg/repo implements it.
type Source interface {
	// Files gives the files of a tree whose path matches, sorted by path.
	Files(ctx context.Context, tree string, match func(path string) bool) ([]patch.File, error)
}

// Stage renders prompts.
type Stage struct {
	source Source
	set    *prompts.Set
	limit  int // tokens; 0: none
}

// New makes the stage. limit is the most that a prompt may take, in estimated tokens; 0 sets none.
func New(source Source, set *prompts.Set, limit int) *Stage {
	return &Stage{source: source, set: set, limit: limit}
}

// smallFile is the size in bytes up to which a file is asked for as a whole: models place hunks in small files no better
// than they rewrite them, and a whole file cannot be misplaced.
const smallFile = 6000

// Render gives the prompt of a round. It fails with *TooLargeError if the prompt is over the limit, and with an error that names
// the file if one that would be shown is no text.
func (s *Stage) Render(ctx context.Context, round prompts.Round) (prompts.Prompt, error) {
	data, err := s.gather(ctx, round)
	if err != nil {
		return prompts.Prompt{}, err
	}
	messages, err := s.set.Render("generate", data)
	if err != nil {
		return prompts.Prompt{}, err
	}
	tokens := model.EstimateTokens(messages)
	if s.limit > 0 && tokens > s.limit {
		return prompts.Prompt{}, tooLarge(data, tokens, s.limit)
	}
	return prompts.Prompt{Messages: messages, Digest: digest(messages), Format: data.Format, Tokens: tokens}, nil
}

// Resend gives the conversation that asks again for what could not be placed: all that was said before, so that it is cached,
// or only how to answer where the feedback can stand alone.
func (s *Stage) Resend(prompt prompts.Prompt, answer string, again prompts.Resend) (prompts.Prompt, error) {
	more, err := s.set.Render("resend", again)
	if err != nil {
		return prompts.Prompt{}, err
	}
	messages := append([]model.Message{}, prompt.Messages...)
	if again.Alone {
		messages = slices.DeleteFunc(messages, func(m model.Message) bool { return m.Role != "system" })
	} else {
		messages = append(messages, model.Message{Role: "assistant", Content: answer})
	}
	messages = append(messages, more...)
	return prompts.Prompt{
		Messages: messages, Digest: digest(messages), Format: prompt.Format, Tokens: model.EstimateTokens(messages),
	}, nil
}

func (s *Stage) gather(ctx context.Context, round prompts.Round) (prompts.Generation, error) {
	sp := round.Spec
	files, err := s.source.Files(ctx, round.Tree, func(p string) bool { return sp.IsTarget(p) || sp.IsContext(p) })
	if err != nil {
		return prompts.Generation{}, err
	}
	data := prompts.Generation{
		Title: sp.Title, Spec: prompts.Body(sp), Targets: sp.Front.Targets,
		Shape: round.Shape, Feedback: round.Feedback, Trouble: round.Trouble,
	}
	var present []patch.File
	for _, f := range files {
		if !utf8.Valid(f.Data) {
			return prompts.Generation{}, fmt.Errorf("%s is no text, and cannot be shown to a model: take it out of context or targets", f.Path)
		}
		if sp.IsTarget(f.Path) {
			present = append(present, f)
			continue
		}
		data.Context = append(data.Context, prompts.Source(f))
	}
	data.Files = targetFiles(sp, present, round.Shape)
	data.Format = format(round, present)
	return data, nil
}

// targetFiles lists what may be written: the files that are there, and those that the spec names without a glob and
// that are not. A regeneration does not see old code.
func targetFiles(sp *spec.Spec, present []patch.File, shape prompts.Shape) []prompts.TargetFile {
	var files []prompts.TargetFile
	have := map[string]bool{}
	for _, f := range present {
		have[f.Path] = true
		if shape == prompts.Regenerate {
			files = append(files, prompts.TargetFile{New: true, SourceFile: prompts.SourceFile{Path: f.Path, Language: prompts.Language(f.Path)}})
			continue
		}
		files = append(files, prompts.TargetFile{SourceFile: prompts.Source(f)})
	}
	for _, target := range sp.Front.Targets {
		if !have[target] && !strings.ContainsAny(target, "*?[{\\") {
			files = append(files, prompts.TargetFile{New: true, SourceFile: prompts.SourceFile{Path: target, Language: prompts.Language(target)}})
		}
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Path < files[j].Path })
	return files
}

func format(round prompts.Round, present []patch.File) prompts.Format {
	if round.Shape == prompts.Regenerate {
		return prompts.Whole // there is no old code to place a hunk in
	}
	if round.Format != prompts.Auto && round.Format != "" {
		return round.Format
	}
	for _, f := range present {
		if len(f.Data) > smallFile {
			return prompts.Diff
		}
	}
	return prompts.Whole
}

func digest(messages []model.Message) string {
	sum := sha256.New()
	for _, m := range messages {
		_, _ = fmt.Fprintf(sum, "%s %d\n%s\n", m.Role, len(m.Content), m.Content)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// TooLargeError says that a prompt does not fit, and what is how big in it.
type TooLargeError struct {
	Tokens, Limit int
	Parts         []Part
}

// Part is one ingredient of a prompt.
type Part struct {
	Name   string
	Tokens int
}

// Error lists the parts, largest first.
func (e *TooLargeError) Error() string {
	var parts []string
	for _, p := range e.Parts {
		parts = append(parts, fmt.Sprintf("%s %d", p.Name, p.Tokens))
	}
	return fmt.Sprintf("the prompt takes about %d tokens and the limit is %d: %s", e.Tokens, e.Limit, strings.Join(parts, ", "))
}

func tooLarge(data prompts.Generation, tokens, limit int) *TooLargeError {
	size := func(text string) int { return model.EstimateTokens([]model.Message{{Content: text}}) }
	parts := []Part{{"spec", size(data.Spec)}}
	for _, f := range data.Context {
		parts = append(parts, Part{path.Clean(f.Path), size(f.Text)})
	}
	for _, f := range data.Files {
		parts = append(parts, Part{path.Clean(f.Path), size(f.Text)})
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].Tokens > parts[j].Tokens })
	return &TooLargeError{Tokens: tokens, Limit: limit, Parts: parts}
}
