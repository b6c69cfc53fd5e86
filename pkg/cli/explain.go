package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
	"github.com/specgen-dev/specgen/pkg/runner"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/render"
)

// explain turns any error into one for a person. What it does not know is a bug of specgen's.
func explain(err error) *Error {
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	for _, reader := range []func(error) *Error{explainHelp, explainSpec, explainConfig, explainModel, explainRepository, explainSandbox, explainSystem} {
		if f := reader(err); f != nil {
			f.Err = err
			return f
		}
	}
	return &Error{Code: ExitBug, Kind: "bug", Message: err.Error(), Hint: "this is a bug in specgen: please report it, with what you did", Err: err}
}

// explainHelp reads what the flag library says when help is asked for a command that there is not.
func explainHelp(err error) *Error {
	ended, ok := errors.AsType[cli.ExitCoder](err) // a program that ended badly is one of these too
	if !ok {
		return nil
	}
	if name, unknown := strings.CutPrefix(ended.Error(), "No help topic for "); unknown {
		return usage("specgen help lists the commands", "there is no command %s", name)
	}
	return nil
}

// placed is an error in a file as people read it: the line with a caret, and what to do.
func placed(text, excerpt, hint string) string {
	if excerpt != "" {
		text += "\n" + excerpt
	}
	if hint != "" {
		text += "\n  " + hint
	}
	return text
}

func explainSpec(err error) *Error {
	var errs spec.Errors
	if !errors.As(err, &errs) || len(errs) == 0 {
		return nil
	}
	var lines []string
	for _, e := range errs {
		lines = append(lines, placed(e.Error(), e.Excerpt, e.Hint))
	}
	return &Error{Code: ExitUsage, Kind: "spec", Message: strings.Join(lines, "\nspecgen: ")}
}

func explainConfig(err error) *Error {
	if errs, ok := errors.AsType[config.Errors](err); ok && len(errs) > 0 {
		var lines []string
		for _, e := range errs {
			lines = append(lines, placed(e.Error(), e.Excerpt, e.Hint))
		}
		return &Error{Code: ExitUsage, Kind: "config", Message: strings.Join(lines, "\nspecgen: ")}
	}
	if untrusted, ok := errors.AsType[*config.UntrustedError](err); ok {
		return &Error{Code: ExitUsage, Kind: "trust", Message: untrusted.Error(), Hint: untrusted.Hint()}
	}
	if unnamed, ok := errors.AsType[*config.NoModelError](err); ok {
		return &Error{Code: ExitUsage, Kind: "usage", Message: unnamed.Error(), Hint: unnamed.Hint()}
	}
	return nil
}

func explainModel(err error) *Error {
	if secret, ok := errors.AsType[*model.SecretError](err); ok {
		return &Error{Code: ExitUsage, Kind: "secret", Message: secret.Error(), Hint: secret.Hint()}
	}
	if large, ok := errors.AsType[*render.TooLargeError](err); ok {
		return &Error{Code: ExitUsage, Kind: "prompt", Message: large.Error(), Hint: "take files out of context, split the component, or raise model.max_prompt_tokens in " + configFile}
	}
	if failed, ok := errors.AsType[*model.Error](err); ok {
		return &Error{Code: ExitModel, Kind: "model-error", Message: failed.Message, Hint: failed.Hint}
	}
	return nil
}

func explainRepository(err error) *Error {
	if errors.Is(err, journal.ErrBusy) {
		return &Error{Code: ExitRepository, Kind: "busy", Message: err.Error(), Hint: "wait for it, or stop it with Ctrl-C where it runs"}
	}
	if r, ok := errors.AsType[*repo.Error](err); ok {
		return &Error{Code: ExitRepository, Kind: "repository", Message: r.Message, Hint: r.Hint}
	}
	if f, ok := errors.AsType[*disk.Error](err); ok {
		return &Error{Code: ExitRepository, Kind: "folder", Message: f.Message, Hint: f.Hint}
	}
	return nil
}

func explainSandbox(err error) *Error {
	if s, ok := errors.AsType[*runner.Error](err); ok {
		return &Error{Code: ExitUsage, Kind: "sandbox", Message: s.Message, Hint: s.Hint}
	}
	return nil
}

// explainSystem knows what the machine may lack: space, permissions, files that went away.
func explainSystem(err error) *Error {
	if errors.Is(err, context.Canceled) {
		return &Error{Code: ExitInterrupted, Kind: "interrupted", Message: "interrupted"}
	}
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return &Error{Code: ExitRepository, Kind: "system", Message: err.Error(), Hint: "nothing was written by halves; mend it and run the command again"}
	}
	return nil
}
