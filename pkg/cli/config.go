package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// configSources is what the configuration is made of: text is specgen.yaml, nil where there is none.
func (e Env) configSources(text []byte, r *repo.Repo, flags config.Flags) config.Sources {
	s := config.Sources{
		Flags: flags, Lookup: e.Lookup, Dir: config.Dir(e.Lookup),
		Repository: config.File{Name: configFile, Data: text},
	}
	if r != nil {
		s.CommonDir = r.CommonDir()
	}
	return s
}

type configOptions struct {
	What  string // show, schema, path
	JSON  bool
	Flags config.Flags
}

// configWhat are the words after "specgen config".
func configWhat() []string { return []string{"show", "schema", "path"} }

func (a *app) configCommand() *cli.Command {
	var o configOptions
	return a.command("config", "[show | schema | path]", "what is configured, and where it came from",
		"show    every key with its value and origin, and which keys of endpoints are set; never the keys themselves\n"+
			"schema  the JSON Schema of "+configFile+", for editors\n"+
			"path    the files that are read\n\n"+
			"Flags beat the environment, that beats "+configFile+", that beats your own configuration, that beats the defaults.",
		append([]cli.Flag{&cli.BoolFlag{Name: "json", Usage: "show as one JSON object", Destination: &o.JSON}}, settingFlags()...),
		func(c *cli.Context) error {
			o.What, o.Flags = "show", given(c)
			if c.Args().Present() {
				args, err := exactly(c, "WHAT")
				if err != nil {
					return err
				}
				o.What = args[0]
			}
			return runConfig(c.Context, a.env, o)
		})
}

func runConfig(ctx context.Context, env Env, o configOptions) error {
	switch o.What {
	case "schema":
		text, err := config.Schema()
		if err == nil {
			_, err = env.Stdout.Write(text)
		}
		return err
	case "path":
		return showPaths(ctx, env)
	case "show":
		return showConfig(ctx, env, o)
	}
	return usage("one of "+strings.Join(configWhat(), ", "), "config: unknown word %q", o.What)
}

// resolveConfig gives the configuration of the repository, or the user's own where there is no repository.
func resolveConfig(ctx context.Context, env Env, flags config.Flags) (*config.Resolved, error) {
	p, err := openProject(ctx, env, "", flags)
	if err == nil {
		return p.config, nil
	}
	if !notRepository(err) {
		return nil, err
	}
	return config.Load(env.configSources(nil, nil, flags))
}

func notRepository(err error) bool {
	var r *repo.Error
	return errors.As(err, &r) && r.Kind == repo.KindNotRepository
}

func showConfig(ctx context.Context, env Env, o configOptions) error {
	resolved, err := resolveConfig(ctx, env, o.Flags)
	if err != nil {
		return err
	}
	if o.JSON {
		enc := json.NewEncoder(env.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(struct {
			V        int                `json:"v"`
			Settings []config.Shown     `json:"settings"`
			Keys     []config.KeyStatus `json:"keys"`
		}{1, resolved.Show(), resolved.Keys()})
	}
	printSettings(env.Stdout, resolved.Show())
	printKeys(env.Stdout, resolved.Keys())
	return nil
}

func printSettings(w io.Writer, settings []config.Shown) {
	rows := make([][]string, 0, len(settings))
	for _, s := range settings {
		rows = append(rows, []string{s.Key, settingText(s.Value), s.Origin.String()})
	}
	printRows(w, rows)
}

// settingText is a value as specgen.yaml would have it in one line.
func settingText(value any) string {
	if value == nil {
		return "-"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return strings.ReplaceAll(strings.Trim(string(text), `"`), `","`, `", "`)
}

func printKeys(w io.Writer, keys []config.KeyStatus) {
	_, _ = fmt.Fprintln(w)
	rows := make([][]string, 0, len(keys))
	for _, k := range keys {
		state, where := "not set", "goes to "+k.BaseURL
		if k.Set {
			state = "set"
		}
		if !k.Allowed {
			where = "is not sent to " + k.BaseURL + " before specgen trust"
		}
		rows = append(rows, []string{k.KeyEnv, state, where, roleList(k.Roles)})
	}
	printRows(w, rows)
}

func roleList(roles []model.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// widestColumn keeps one long value from pushing the columns behind it out of sight.
const widestColumn = 48

// printRows writes rows with aligned columns.
func printRows(w io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if n := len([]rune(cell)); n <= widestColumn {
				widths[i] = max(widths[i], n)
			}
		}
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cell + strings.Repeat(" ", max(0, widths[i]-len([]rune(cell))))
		}
		_, _ = fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "  "), " "))
	}
}

// showPaths lists the files that are read, whether they are there or not.
func showPaths(ctx context.Context, env Env) error {
	var rows [][]string
	r, err := env.openRepo(ctx)
	switch {
	case err == nil && !r.Bare():
		rows = append(rows, pathRow("repository", filepath.Join(r.Root(), configFile)))
	case err != nil && !notRepository(err):
		return err
	}
	dir := config.Dir(env.Lookup)
	if dir == "" {
		rows = append(rows, []string{"yours", "-", "set HOME or XDG_CONFIG_HOME"})
	} else {
		rows = append(rows, pathRow("yours", config.UserPath(dir)), pathRow("approvals", config.NewStore(dir).Path()))
	}
	printRows(env.Stdout, rows)
	return nil
}

func pathRow(what, path string) []string {
	if _, err := os.Stat(path); err != nil {
		return []string{what, path, "not there"}
	}
	return []string{what, path, ""}
}
