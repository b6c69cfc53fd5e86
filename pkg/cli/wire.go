package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/loop"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/replay"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/render"
	"github.com/specgen-dev/specgen/pkg/stage/tighten"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

// recalled evaluates a candidate only once: a resumed run takes the verdicts from its journal.
type recalled struct {
	stage  loop.Evaluator
	recall *journal.Recall
}

// Evaluate implements loop.Evaluator.
func (r recalled) Evaluate(ctx context.Context, sp *spec.Spec, c patch.Candidate) (verdict.Report, error) {
	if report, ok := r.recall.Report(sp.Digest(), c.Tree); ok {
		return report, nil
	}
	return r.stage.Evaluate(ctx, sp, c)
}

// tightenStage reads the candidate's files for the tightener: loop.Tightener.
type tightenStage struct {
	source trees
	stage  *tighten.Stage
}

// Tighten implements loop.Tightener.
func (t tightenStage) Tighten(ctx context.Context, sp *spec.Spec, c patch.Candidate, r verdict.Report) (verdict.Diagnosis, error) {
	targets, err := t.source.Files(ctx, c.Tree, sp.IsTarget)
	if err != nil {
		return verdict.Diagnosis{}, err
	}
	return t.stage.Tighten(ctx, sp, c, targets, r)
}

// guardedRender looks for secrets in every prompt before it is kept or sent: loop.Renderer.
type guardedRender struct {
	*render.Stage
	guard model.Model
}

// Render implements loop.Renderer.
func (g guardedRender) Render(ctx context.Context, round prompts.Round) (prompts.Prompt, error) {
	prompt, err := g.Stage.Render(ctx, round)
	if err != nil {
		return prompt, err
	}
	_, err = g.guard.Complete(ctx, model.Request{Messages: prompt.Messages}, nil)
	return prompt, err
}

// secretGuard fails for requests that hold a secret, and sends none.
func (s *session) secretGuard(ctx context.Context) model.Model {
	c := s.project.config
	nobody := model.Func(func(context.Context, model.Request) (model.Completion, error) { return model.Completion{}, nil })
	return model.Guard(nobody, knownSecrets(s.env, c, s.roles()), allowed(c.Config().Secrets.Allow), s.locate(ctx))
}

// recentRuns is how many journals are read for the history of a model.
const recentRuns = 50

// history sums how each shape of retry fared with this model in the runs that are still here.
func (s *session) history() map[string]journal.Shape {
	sums := map[string]journal.Shape{}
	if s.project.config.Config().Retry != config.RetryAuto {
		return sums // nobody chooses by it
	}
	folder := filepath.Dir(s.journal.Dir())
	runs, err := journal.Runs(folder)
	if err != nil {
		return sums
	}
	name := s.project.config.Role("generator").Name
	for _, run := range runs[:min(len(runs), recentRuns)] {
		events, err := journal.Folder(filepath.Join(folder, run)).Events()
		if err != nil || len(events) == 0 {
			continue // a damaged journal of another run is that run's trouble
		}
		started, ok1 := events[0].Body.(journal.RunStarted)
		finished, ok2 := events[len(events)-1].Body.(journal.Finished)
		if !ok1 || !ok2 || started.Model != name || run == s.id {
			continue
		}
		for shape, n := range finished.Shapes {
			sum := sums[shape]
			sum.Tries, sum.Better, sum.Accepted, sum.Tokens = sum.Tries+n.Tries, sum.Better+n.Better, sum.Accepted+n.Accepted, sum.Tokens+n.Tokens
			sums[shape] = sum
		}
	}
	return sums
}

// resumedFlags gives the flags that a run was started with, and after them those given now.
func resumedFlags(options json.RawMessage, now config.Flags) (config.Flags, error) {
	var was terms
	if err := json.Unmarshal(options, &was); err != nil {
		return nil, fmt.Errorf("the options of the run cannot be read: %w", err)
	}
	return append(was.Flags, now...), nil
}

// cacheDir is where checkouts and build caches are: in the user's cache folder.
func cacheDir(env Env) (string, error) {
	if dir := env.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "specgen"), nil
	}
	home := env.Getenv("HOME")
	switch runtime.GOOS {
	case "windows":
		if dir := env.Getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "specgen"), nil
		}
	case "darwin":
		if home != "" {
			return filepath.Join(home, "Library", "Caches", "specgen"), nil
		}
	default:
		if home != "" {
			return filepath.Join(home, ".cache", "specgen"), nil
		}
	}
	return "", usage("set XDG_CACHE_HOME or HOME", "there is no place for checkouts: neither XDG_CACHE_HOME nor HOME is set")
}

// templatesDigest is one digest for all templates.
func templatesDigest(set *prompts.Set) string {
	digests := set.Digests()
	names := make([]string, 0, len(digests))
	for name := range digests {
		names = append(names, name)
	}
	sort.Strings(names)
	sum := sha256.New()
	for _, name := range names {
		_, _ = fmt.Fprintf(sum, "%s %s\n", name, digests[name])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// The fields of a transcript's header that say how it was recorded.
const (
	headerModel  = "model"
	headerDate   = "date"
	headerServer = "endpoint"
)

// transcriptHeader says how a transcript was recorded: the model, its settings and the seed, and when.
func transcriptHeader(env Env, c *config.Resolved) replay.Header {
	m := c.Role(model.Generator)
	header := replay.Header{
		headerModel: m.Name, headerDate: env.Clock().UTC().Format(time.DateOnly), headerServer: "OpenAI-compatible",
		"max_output_tokens": m.MaxOutputTokens,
	}
	if m.Temperature != nil {
		header["temperature"] = *m.Temperature
	}
	if m.Seed != nil {
		header["seed"] = *m.Seed
	}
	return header
}

func emptyVerdicts() []verdict.Verdict { return []verdict.Verdict{} }

func unique(texts []string) []string {
	var out []string
	for _, text := range texts {
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// tail gives the last lines of an output, which say what went wrong.
func tail(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	const most = 5
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}
