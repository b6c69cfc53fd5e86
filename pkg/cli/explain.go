package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/render"
)

// explain turns any error into one for a person. What it does not know is a bug of specgen's.
func explain(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	for _, reader := range []func(error) *Failure{explainSpec, explainConfig, explainModel, explainRepository, explainSandbox, explainSystem} {
		if f := reader(err); f != nil {
			f.Err = err
			return f
		}
	}
	return &Failure{Code: ExitBug, Kind: "bug", Message: err.Error(), Hint: "this is a bug in specgen: please report it, with what you did", Err: err}
}

func explainSpec(err error) *Failure {
	var errs spec.Errors
	if !errors.As(err, &errs) || len(errs) == 0 {
		return nil
	}
	var lines []string
	for _, e := range errs {
		text := e.Error()
		if e.Excerpt != "" {
			text += "\n" + e.Excerpt
		}
		if e.Hint != "" {
			text += "\n  " + e.Hint
		}
		lines = append(lines, text)
	}
	return &Failure{Code: ExitUsage, Kind: "spec", Message: strings.Join(lines, "\nspecgen: ")}
}

func explainConfig(err error) *Failure {
	var errs config.Errors
	if errors.As(err, &errs) && len(errs) > 0 {
		var lines []string
		for _, e := range errs {
			text := e.Error()
			if e.Excerpt != "" {
				text += "\n" + e.Excerpt
			}
			if e.Hint != "" {
				text += "\n  " + e.Hint
			}
			lines = append(lines, text)
		}
		return &Failure{Code: ExitUsage, Kind: "config", Message: strings.Join(lines, "\nspecgen: ")}
	}
	var untrusted *config.UntrustedError
	if errors.As(err, &untrusted) {
		return &Failure{Code: ExitUsage, Kind: "trust", Message: untrusted.Error(), Hint: untrusted.Hint()}
	}
	var unnamed *config.NoModelError
	if errors.As(err, &unnamed) {
		return &Failure{Code: ExitUsage, Kind: "usage", Message: unnamed.Error(), Hint: unnamed.Hint()}
	}
	return nil
}

func explainModel(err error) *Failure {
	var secret *model.SecretError
	if errors.As(err, &secret) {
		return &Failure{Code: ExitUsage, Kind: "secret", Message: secret.Error(), Hint: secret.Hint()}
	}
	var large *render.TooLargeError
	if errors.As(err, &large) {
		return &Failure{Code: ExitUsage, Kind: "prompt", Message: large.Error(), Hint: "take files out of context, split the component, or raise model.max_prompt_tokens in " + configFile}
	}
	var failed *model.Error
	if errors.As(err, &failed) {
		return &Failure{Code: ExitModel, Kind: "model-error", Message: failed.Message, Hint: failed.Hint}
	}
	return nil
}

func explainRepository(err error) *Failure {
	if errors.Is(err, journal.ErrBusy) {
		return &Failure{Code: ExitRepository, Kind: "busy", Message: err.Error(), Hint: "wait for it, or stop it with Ctrl-C where it runs"}
	}
	var r *repo.Error
	if errors.As(err, &r) {
		return &Failure{Code: ExitRepository, Kind: "repository", Message: r.Message, Hint: r.Hint}
	}
	return nil
}

func explainSandbox(err error) *Failure {
	var s *runner.Error
	if errors.As(err, &s) {
		return &Failure{Code: ExitUsage, Kind: "sandbox", Message: s.Message, Hint: s.Hint}
	}
	return nil
}

// explainSystem knows what the machine may lack: space, permissions, files that went away.
func explainSystem(err error) *Failure {
	if errors.Is(err, context.Canceled) {
		return &Failure{Code: ExitInterrupted, Kind: "interrupted", Message: "interrupted"}
	}
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return &Failure{Code: ExitRepository, Kind: "system", Message: err.Error(), Hint: "nothing was written by halves; mend it and run the command again"}
	}
	return nil
}
