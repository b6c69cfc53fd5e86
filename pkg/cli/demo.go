package cli

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/urfave/cli/v2"
	"golang.org/x/tools/txtar"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model/replay"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/report"
)

// The demo's repository and what a real model answered in it. The first is examples/fulfilment-window as one file, since Go
// does not embed folders with a go.mod; a test compares them. `task record` makes the second anew.
var (
	//go:embed demo/example.txtar
	demoExample []byte
	//go:embed demo/transcript.jsonl
	demoTranscript []byte
)

const demoComponent = "fulfilment-window"

type demoOptions struct {
	Keep   string
	Live   bool
	JSON   bool
	Record string
	Seeds  int
	Flags  config.Flags
	style  report.Style
}

func (a *app) demoCommand() *cli.Command {
	var o demoOptions
	return a.command("demo", "", "watch a spec become accepted code, in a fresh temporary repository",
		`Unpacks a small spec with its acceptance tests into a fresh repository and runs it: the answers of the model are replayed from
a transcript that was recorded from a real one; git, the sandbox and the tests are real. It needs no network and no key.`,
		append([]cli.Flag{
			&cli.StringFlag{Name: "keep", Usage: "make the repository in `DIR`, which must be empty or new", Destination: &o.Keep},
			&cli.BoolFlag{Name: "live", Usage: "ask your own endpoint instead of replaying", Destination: &o.Live},
			&cli.BoolFlag{Name: "json", Usage: "one event a line, as specgen run --json", Destination: &o.JSON},
			&cli.StringFlag{Name: "record", Usage: "record the transcript anew into `FILE`, from your own endpoint", Destination: &o.Record},
			&cli.IntFlag{Name: "seeds", Usage: "with --record: try so many seeds, until a run is first rejected and then accepted", Value: 20, Destination: &o.Seeds},
		}, settingFlags()...),
		func(c *cli.Context) error {
			if _, err := exactly(c); err != nil {
				return err
			}
			o.Flags, o.style = given(c), a.style()
			if o.Record != "" {
				return recordDemo(c.Context, a.env, o)
			}
			return runDemo(c.Context, a.env, o)
		})
}

// runDemo unpacks the example and takes it through the loop.
func runDemo(ctx context.Context, env Env, o demoOptions) error {
	dir, err := demoFolder(env, o.Keep)
	if err != nil {
		return err
	}
	env = demoEnv(env, dir)
	if err := unpackDemo(ctx, env, dir); err != nil {
		return err
	}
	run := runOptions{Component: demoComponent, JSON: o.JSON, Flags: o.Flags, style: o.style, demo: true}
	run.style.Table, run.style.Dir = true, dir
	source := "your endpoint"
	if !o.Live {
		if run.Replay, run.Flags, source, err = demoReplay(dir); err != nil {
			return err
		}
		defer func() { _ = os.Remove(run.Replay) }()
	}
	if !o.JSON {
		_, _ = fmt.Fprintf(env.Stdout, "a fresh repository: a spec, its acceptance tests, and no code\n%s\nanswers from %s\n\n", dir, source)
	}
	out := newRunOutput(env, run)
	ctx, cancel := env.interruptible(ctx, out.interrupted)
	defer cancel()
	finished, err := performRun(ctx, env, run, out)
	if err != nil {
		return err
	}
	return outcome(*finished)
}

// demoFolder gives an empty folder: the one that is named, or a temporary one that stays, so that it can be looked at.
func demoFolder(env Env, keep string) (string, error) {
	if keep == "" {
		return os.MkdirTemp("", "specgen-demo-")
	}
	dir := absolute(env, keep)
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		return "", usage("name an empty or a new folder", "%s is not empty", dir)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", usage("name an empty or a new folder", "%v", err)
	}
	return dir, os.MkdirAll(dir, 0o750)
}

// demoEnv works in the demo's repository, with nothing of the user's git configuration: no signatures, hooks or filters.
func demoEnv(env Env, dir string) Env {
	env.Dir = dir
	env.Environ = repo.Alone(env.Environ)
	return env
}

func unpackDemo(ctx context.Context, env Env, dir string) error {
	for _, f := range txtar.Parse(demoExample).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			return err
		}
	}
	_, err := repo.Create(ctx, dir, "A spec and its acceptance tests", repo.Options{Env: env.children(), Clock: env.Clock})
	return err
}

// demoReplay puts the transcript where the run can read it, and gives the settings that it was recorded with.
func demoReplay(dir string) (path string, flags config.Flags, source string, err error) {
	player, err := replay.Open(bytes.NewReader(demoTranscript))
	if err != nil {
		return "", nil, "", err
	}
	path = filepath.Join(dir, ".git", "specgen-transcript.jsonl")
	if err := os.WriteFile(path, demoTranscript, 0o600); err != nil {
		return "", nil, "", err
	}
	header := player.Header()
	source = fmt.Sprintf("a transcript of %v, recorded on %v", header[headerModel], header[headerDate])
	return path, recordedFlags(header), source, nil
}

// recordedFlags are the settings of a transcript as flags: they are part of what is sent, and so of what is replayed.
func recordedFlags(header replay.Header) config.Flags {
	flags := config.Flags{{Key: "tighten", Value: "auto", Name: "the demo"}, {Key: "retry", Value: "auto", Name: "the demo"}}
	for name, key := range map[string]string{
		headerModel: "model.name", "temperature": "model.temperature", "seed": "model.seed", "max_output_tokens": "model.max_output_tokens",
	} {
		switch v := header[name].(type) {
		case string:
			flags = append(flags, config.Flag{Key: key, Value: v, Name: "the transcript"})
		case float64:
			flags = append(flags, config.Flag{Key: key, Value: strconv.FormatFloat(v, 'f', -1, 64), Name: "the transcript"})
		}
	}
	return flags
}

// recordDemo tries one seed after the other until a run is rejected, tightened and then accepted, and keeps its transcript as it was
// recorded.
func recordDemo(ctx context.Context, env Env, o demoOptions) error {
	target := absolute(env, o.Record)
	for seed := 1; seed <= o.Seeds; seed++ {
		dir, err := os.MkdirTemp("", "specgen-record-")
		if err != nil {
			return err
		}
		finished, err := recordSeed(ctx, demoEnv(env, dir), o, dir, seed)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(env.Stderr, "seed %d: %s after %s, %s\n\n", seed, finished.Stop, report.Count(finished.Attempts, "attempt"),
			report.Count(len(finished.SpecCommits), "tightening"))
		if finished.Outcome == "accepted" && finished.Attempts > 1 && len(finished.SpecCommits) > 0 {
			text, err := os.ReadFile(filepath.Join(dir, ".git", "recording.jsonl")) //nolint:gosec // written by this process
			if err != nil {
				return err
			}
			return os.WriteFile(target, text, 0o600) //nolint:gosec // the file that --record names
		}
	}
	return usage("try more with --seeds, or another model", "none of %d seeds gave a run that was first rejected and then accepted", o.Seeds)
}

func recordSeed(ctx context.Context, env Env, o demoOptions, dir string, seed int) (*journal.Finished, error) {
	if err := unpackDemo(ctx, env, dir); err != nil {
		return nil, err
	}
	flags := append(config.Flags{
		{Key: "model.temperature", Value: "0.2", Name: "--record"}, {Key: "model.max_output_tokens", Value: "700", Name: "--record"},
	}, o.Flags...)
	flags = append(flags, config.Flag{Key: "model.seed", Value: strconv.Itoa(seed), Name: "--record"},
		config.Flag{Key: "tighten", Value: "auto", Name: "--record"}, config.Flag{Key: "retry", Value: "auto", Name: "--record"})
	run := runOptions{
		Component: demoComponent, Flags: flags, style: o.style, demo: true, Record: filepath.Join(dir, ".git", "recording.jsonl"),
	}
	return performRun(ctx, env, run, newRunOutput(env, run))
}
