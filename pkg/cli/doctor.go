package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/openai"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/runner"
)

type doctorOptions struct {
	JSON    bool
	Offline bool
	Flags   config.Flags
	style   report.Style
}

func (a *app) doctorCommand() *cli.Command {
	var o doctorOptions
	return a.command("doctor", "", "what git, the sandbox and the endpoint can do here",
		"Looks at this machine, this repository and the configured endpoint. Asks the endpoint two small questions, of a few\nhundred tokens at most. Exits with 0 if a run can go ahead.",
		append([]cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "one JSON object", Destination: &o.JSON},
			&cli.BoolFlag{Name: "offline", Usage: "do not ask the endpoint", Destination: &o.Offline},
		}, settingFlags()...),
		func(c *cli.Context) error {
			if _, err := exactly(c); err != nil {
				return err
			}
			o.Flags, o.style = given(c), a.style()
			return runDoctor(c.Context, a.env, o)
		})
}

// check is one line of the doctor's report.
type check struct {
	Name   string `json:"name"`
	State  string `json:"state"` // ok, warning, failed
	Detail string `json:"detail"`
	Hint   string `json:"hint,omitempty"`
	code   Exit
}

func good(name, format string, args ...any) check {
	return check{Name: name, State: "ok", Detail: fmt.Sprintf(format, args...)}
}

func runDoctor(ctx context.Context, env Env, o doctorOptions) error {
	checks := []check{good("specgen", "%s, %s/%s", env.Version, runtime.GOOS, runtime.GOARCH)}
	p, found := doctorRepository(ctx, env, o.Flags)
	checks = append(checks, found...)
	checks = append(checks, doctorSandbox(ctx, env, p))
	if p != nil && !o.Offline {
		checks = append(checks, doctorEndpoint(ctx, env, p.config)...)
	}
	if o.JSON {
		if err := json.NewEncoder(env.Stdout).Encode(struct {
			V      int     `json:"v"`
			Checks []check `json:"checks"`
		}{1, checks}); err != nil {
			return err
		}
	} else {
		printChecks(env.Stdout, o.style, checks)
	}
	return doctorOutcome(checks)
}

// doctorOutcome is the worst of what failed.
func doctorOutcome(checks []check) error {
	for _, code := range []Exit{ExitRepository, ExitUsage, ExitModel} {
		for _, c := range checks {
			if c.State == "failed" && c.code == code {
				return exitError{code}
			}
		}
	}
	return nil
}

func printChecks(w io.Writer, s report.Style, checks []check) {
	width := 0
	for _, c := range checks {
		width = max(width, len(c.Name))
	}
	for _, c := range checks {
		_, _ = fmt.Fprintf(w, "%s %-*s  %s\n", s.Mark(c.State), width, c.Name, c.Detail)
		for line := range strings.SplitSeq(c.Hint, "\n") {
			if line != "" {
				_, _ = fmt.Fprintf(w, "  %-*s  %s\n", width, "", line)
			}
		}
	}
}

func failedCheck(name string, err error) check {
	f := explain(err)
	return check{Name: name, State: "failed", Detail: f.Message, Hint: f.Hint, code: f.Code}
}

func doctorRepository(ctx context.Context, env Env, flags config.Flags) (*project, []check) {
	p, err := openProject(ctx, env, "", flags)
	if err != nil {
		return nil, []check{failedCheck("repository", err)}
	}
	at := p.repo.Root()
	if p.repo.Bare() {
		at = p.repo.GitDir() + " (bare)"
	}
	checks := []check{good("repository", "%s", at)}
	if p.base == "" {
		checks = append(checks, failedCheck("commit", p.needCommit()))
	}
	files, err := p.specFiles(ctx)
	switch {
	case err != nil:
		checks = append(checks, failedCheck("specs", err))
	case len(files) == 0:
		checks = append(checks, check{Name: "specs", State: "warning", Detail: "none yet", Hint: "specgen init sets the repository up; specgen new NAME writes a spec"})
	default:
		checks = append(checks, good("specs", "%d: %s", len(files), strings.Join(components(files), ", ")))
	}
	return p, checks
}

func doctorSandbox(ctx context.Context, env Env, p *project) check {
	dir, err := cacheDir(env)
	if err != nil {
		return failedCheck("sandbox", err)
	}
	walls, err := runner.Probe(ctx, runner.Options{Dir: filepath.Join(dir, "doctor"), Env: env.children(), Self: env.Self, Now: env.Clock})
	if err != nil {
		return failedCheck("sandbox", err)
	}
	c := good("sandbox", "%s", walls.String())
	if walls.Complete() {
		return c
	}
	c.State, c.Hint = "warning", "checks run with the walls that stand; sandbox.mode: require refuses instead"
	if !walls.Protects() && (p == nil || p.config.Config().Sandbox.Mode != config.SandboxOff) {
		c.State, c.code = "failed", ExitUsage
		c.Hint = "specgen does not run model-written code here; grant user namespaces or Landlock, or set sandbox.mode: off"
	}
	return c
}

// probeTime bounds what the doctor waits for an endpoint.
const probeTime = 2 * time.Minute

func doctorEndpoint(ctx context.Context, env Env, c *config.Resolved) []check {
	m := c.Role(model.Generator)
	client, err := openEndpoint(env, c, model.Generator)
	if err != nil {
		return []check{failedCheck("endpoint", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	can, err := client.Probe(ctx, m.Name)
	if err != nil {
		return []check{failedCheck("endpoint", &model.Error{Kind: model.ErrTimeout, Message: m.BaseURL + " did not answer in " + report.Duration(probeTime), Err: err})}
	}
	return endpointChecks(m, can)
}

func endpointChecks(m config.Model, can openai.Capabilities) []check {
	checks := []check{good("endpoint", "%s  %s", m.BaseURL, m.Name)}
	item := func(name, key string, ok bool, yes, no string) {
		switch {
		case can.Errors[key] != nil:
			checks = append(checks, failedCheck(name, can.Errors[key]))
		case ok:
			checks = append(checks, good(name, "%s", yes))
		default:
			checks = append(checks, check{Name: name, State: "warning", Detail: no})
		}
	}
	offered := strings.Join(can.Models[:min(len(can.Models), 8)], ", ")
	item("models", openai.ItemModels, len(can.Models) > 0, fmt.Sprintf("%d: %s", len(can.Models), offered), "the endpoint lists none")
	if m.Name == "" {
		return append(checks, check{Name: "model", State: "failed", Detail: "none is named", Hint: "name one with --model, SPECGEN_MODEL, or model.name in " + configFile, code: ExitUsage})
	}
	item("answers", openai.ItemCompletion, true, "after "+report.Duration(can.Latency), "")
	if can.Errors[openai.ItemCompletion] != nil {
		return checks
	}
	item("streaming", openai.ItemCompletion, can.Streaming, "yes", "no: answers arrive as a whole")
	item("usage", openai.ItemCompletion, can.Usage, map[bool]string{true: "counted, with cached tokens", false: "counted"}[can.CachedTokens], "not reported: tokens are estimated")
	structured := check{Name: "structured", State: "warning", Detail: "answers do not keep to a JSON Schema; they are checked, and asked for again"}
	if can.Schema {
		structured = good("structured", "answers keep to a JSON Schema")
	}
	return append(checks, structured)
}
