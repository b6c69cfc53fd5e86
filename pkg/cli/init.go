package cli

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/tools/txtar"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/repo"
)

// The first specs with their acceptance tests, one archive for each way to run tests.
//
//go:embed starter/*.txtar
var starters embed.FS

type initOptions struct {
	DryRun  bool
	Verbose bool
}

func (a *app) initCommand() *cli.Command {
	var o initOptions
	return a.command("init", "", "set this repository up: a configuration, and a first spec that runs",
		"Looks at the repository, and writes "+configFile+" and, where there is no spec yet, a small first spec with acceptance tests\nin its language. What is there is left alone; nothing is committed.",
		[]cli.Flag{&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "only say what would be written; with -v also its text", Destination: &o.DryRun}},
		func(c *cli.Context) error {
			if _, err := exactly(c); err != nil {
				return err
			}
			o.Verbose = a.verbose
			return runInit(c.Context, a.env, o)
		})
}

func runInit(ctx context.Context, env Env, o initOptions) error {
	p, err := openWorkingProject(ctx, env)
	if err != nil {
		return err
	}
	s := detect(os.DirFS(p.repo.Root()))
	files, kept, err := p.initFiles(ctx, s)
	if err != nil {
		return err
	}
	if !o.DryRun {
		if err := writeNew(p.repo.Root(), files); err != nil {
			return err
		}
	}
	out := &strings.Builder{}
	describe(out, s)
	listFiles(out, o, files)
	for _, name := range kept {
		_, _ = fmt.Fprintf(out, "kept     %s\n", name)
	}
	if !o.DryRun {
		known, err := p.specFiles(ctx)
		if err != nil {
			return err
		}
		p.initNext(out, env, components(known))
	}
	_, err = fmt.Fprint(env.Stdout, out.String())
	return err
}

// openWorkingProject opens the project of a command that writes into the working tree.
func openWorkingProject(ctx context.Context, env Env) (*project, error) {
	return openWorkingProjectWith(ctx, env, nil)
}

func openWorkingProjectWith(ctx context.Context, env Env, flags config.Flags) (*project, error) {
	p, err := openProject(ctx, env, "", flags)
	if notRepository(err) {
		return nil, &Error{Code: ExitRepository, Kind: "repository", Message: env.Dir + " is not in a git repository", Hint: "git init makes one", Err: err}
	}
	if err == nil && p.repo.Bare() {
		return nil, &Error{
			Code: ExitRepository, Kind: "repository", Message: p.repo.GitDir() + " is a bare repository: there is no working tree to write into",
			Hint: "go to a clone or a linked worktree of it", Err: repo.ErrNoWorkTree,
		}
	}
	return p, err
}

// newFile is a file that a command is about to write.
type newFile struct {
	Path string // from the root of the repository, slash-separated
	Data []byte
}

// initFiles gives what is to be written, and what is there already and keeps the first spec from being written.
func (p *project) initFiles(ctx context.Context, s stack) (files []newFile, kept []string, err error) {
	text, err := p.present(ctx, configFile)
	switch {
	case err != nil:
		return nil, nil, err
	case text != nil:
		kept = append(kept, configFile)
	default:
		files = append(files, newFile{configFile, []byte(initialConfig)})
	}
	specs, err := p.specFiles(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(specs) > 0 {
		return files, append(kept, fmt.Sprintf("%s, so that no first spec is needed", counted(len(specs), "spec", "specs"))), nil
	}
	first, err := starter(s.Starter)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range first {
		taken := path.Dir(f.Path)
		if _, err := os.Lstat(filepath.Join(p.repo.Root(), filepath.FromSlash(taken))); err == nil && taken == "greeting" {
			return files, append(kept, taken+", where the first spec would go; specgen new NAME writes a spec elsewhere"), nil
		}
	}
	return append(files, first...), kept, nil
}

func starter(name string) ([]newFile, error) {
	data, err := starters.ReadFile("starter/" + name + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("first spec: %w", err)
	}
	var files []newFile
	for _, f := range txtar.Parse(data).Files {
		files = append(files, newFile{f.Name, f.Data})
	}
	return files, nil
}

const initialConfig = `# What counts and where it comes from: specgen config show. Every key: specgen config schema.
version: 1

model:
  # Which model to ask, unless --model or SPECGEN_MODEL says so.
  # name: NAME

  # Where, unless --base-url or OPENAI_BASE_URL says so: any OpenAI-compatible endpoint.
  # Whoever clones this repository has to approve it (specgen trust) before a key goes there.
  # base_url: http://localhost:8080/v1

  # The variable that holds the key. The key itself never stands in a file.
  # key_env: OPENAI_API_KEY

budget:
  attempts: 4
`

// writeNew writes files that must not exist. The root cannot be left, not even by a symlink.
func writeNew(dir string, files []newFile) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("the working tree cannot be opened: %w", err)
	}
	defer func() { _ = root.Close() }()
	for _, f := range files {
		if _, err := root.Lstat(filepath.FromSlash(f.Path)); err == nil {
			return existsFailure(f.Path)
		}
	}
	for _, f := range files {
		if err := writeOne(root, f); err != nil {
			return err
		}
	}
	return nil
}

// The modes that git gives to folders and plain files, before the umask.
const (
	folderMode = 0o777
	plainMode  = 0o666
)

func writeOne(root *os.Root, f newFile) error {
	name := filepath.FromSlash(f.Path)
	if dir := folder(f.Path); dir != "" {
		if err := root.MkdirAll(filepath.FromSlash(dir), folderMode); err != nil {
			return unwritable(f.Path, err)
		}
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, plainMode)
	if errors.Is(err, fs.ErrExist) {
		return existsFailure(f.Path)
	}
	if err != nil {
		return unwritable(f.Path, err)
	}
	_, err = file.Write(f.Data)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = root.Remove(name) // half a file is worse than none
		return unwritable(f.Path, err)
	}
	return nil
}

func existsFailure(name string) error {
	return usage("move it away first, or choose another name", "%s exists, and is not written over", name)
}

func unwritable(name string, err error) error {
	return &Error{Code: ExitUsage, Kind: "usage", Message: fmt.Sprintf("%s cannot be written: %v", name, err), Hint: "look at the permissions of the folder", Err: err}
}

func describe(out *strings.Builder, s stack) {
	found := "nothing that says which language: POSIX shell, which is everywhere"
	if s.Found != "" {
		found = fmt.Sprintf("%s, by %s", s.Language, s.Found)
	}
	_, _ = fmt.Fprintf(out, "found    %s\n", found)
	if s.Found != "" {
		_, _ = fmt.Fprintf(out, "tests    %s   runner %s\n", named(s.Command, "name"), s.Runner)
	}
}

func listFiles(out *strings.Builder, o initOptions, files []newFile) {
	verb := "wrote"
	if o.DryRun {
		verb = "would write"
	}
	for _, f := range files {
		_, _ = fmt.Fprintf(out, "%-8s %s\n", verb, f.Path)
		if o.DryRun && o.Verbose {
			for line := range strings.Lines(string(f.Data)) {
				_, _ = fmt.Fprintf(out, "    %s", line)
			}
		}
	}
	if len(files) == 0 {
		_, _ = fmt.Fprintln(out, "nothing to write")
	}
}

// initNext says what to do now, leaving out what is done already.
func (p *project) initNext(out *strings.Builder, env Env, known []string) {
	var steps [][2]string
	if p.base == "" {
		steps = append(steps, [2]string{`git add -A && git commit -m "Begin"`, "a run stands on a commit"})
	}
	if p.config.Role("generator").Name == "" {
		if env.Getenv(config.EnvBaseURL) == "" {
			steps = append(steps, [2]string{"export " + config.EnvBaseURL + "=URL", "your endpoint; its key goes into " + config.DefaultKeyEnv})
		}
		steps = append(steps, [2]string{"export " + config.EnvModel + "=NAME", "or model.name in " + configFile})
	}
	steps = append(steps, [2]string{"specgen doctor", "what git, the sandbox and the endpoint can do here"})
	component := "NAME"
	if len(known) == 0 {
		steps = append(steps, [2]string{"specgen new NAME", "a spec from a template"})
	} else {
		component = known[0]
	}
	printNext(out, append(steps, [2]string{"specgen run " + component, "from the spec to accepted code on a branch"}))
}

// printNext writes the commands to try next, with what each is for.
func printNext(out *strings.Builder, steps [][2]string) {
	width := 0
	for _, s := range steps {
		width = max(width, len(s[0]))
	}
	label := "next"
	_, _ = fmt.Fprintln(out)
	for _, s := range steps {
		_, _ = fmt.Fprintf(out, "%-8s %-*s   %s\n", label, width, s[0], s[1])
		label = ""
	}
}
