package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo/disk"
	"github.com/specgen-dev/specgen/pkg/report"
)

// What `apply` takes at most.
const (
	applyMaxFiles = 10_000
	applyMaxBytes = 64 << 20
)

type applyOptions struct {
	File    string // the patch; "" and "-": standard input
	In      string // the folder to change
	Check   bool
	JSON    bool
	Stdout  bool
	Similar bool
	NoParse bool
	style   report.Style
}

func (a *app) applyCommand() *cli.Command {
	var o applyOptions
	return a.command("apply", "[--in DIR] [FILE | -]", "apply what a model answered to a folder: all of it, or nothing",
		`Takes a model's answer as it is, from FILE or standard input, with prose and fences around: unified diffs, search/replace blocks,
"*** Begin Patch" and whole files. Hunks are placed by what they say and not by their line numbers; what fits nowhere, or in more
than one place, is refused, and then nothing is written. Works in any folder, in git or not, and needs no spec.

Exits with 0 if all is applied or there already, with 3 if something was refused, which is followed by the text to send back
to the model, and with 2 if there is no patch in it.`,
		[]cli.Flag{
			&cli.StringFlag{Name: "in", Usage: "change the files in `DIR`, by default the current folder", Destination: &o.In},
			&cli.BoolFlag{Name: "check", Usage: "write nothing, only say whether it would apply", Destination: &o.Check},
			&cli.BoolFlag{Name: "json", Usage: "one JSON object: files, and where each hunk went or why not", Destination: &o.JSON},
			&cli.BoolFlag{Name: "stdout", Usage: "write nothing, and print the only changed file as it would be; the report goes to standard error", Destination: &o.Stdout},
			&cli.BoolFlag{Name: "similar", Usage: "also place hunks by similarity alone; each is flagged needs-review", Destination: &o.Similar},
			&cli.BoolFlag{Name: "no-parse", Usage: "do not ask that files which parsed before parse after", Destination: &o.NoParse},
		},
		func(c *cli.Context) error {
			if c.NArg() > 1 {
				_, err := exactly(c, "FILE")
				return err
			}
			o.File, o.style = c.Args().First(), a.style()
			return runApply(c.Context, a.env, o)
		})
}

// runApply reads the patch, places it, and writes the result if nothing stands against it.
func runApply(ctx context.Context, env Env, o applyOptions) error {
	hold := holdInterrupts(env)
	defer hold.end()
	r, err := applied(ctx, hold, env, o)
	if err != nil && !errors.Is(err, errRefused) {
		if o.JSON {
			f := explain(err)
			_ = printApplied(env, o, appliedReport{V: 1, Files: []appliedFile{}, Error: &appliedError{f.Kind, f.Message, f.Hint}})
		}
		return err
	}
	if o.JSON {
		if err := printApplied(env, o, newAppliedReport(r)); err != nil {
			return err
		}
	} else if err := printPlacement(env, o, r); err != nil {
		return err
	}
	switch {
	case err != nil:
		return exitError{ExitFindings}
	case hold.interrupted():
		return &Error{Code: ExitInterrupted, Kind: "interrupted", Message: "interrupted when everything was written"}
	}
	return nil
}

// errRefused says that hunks were refused, which the report tells.
var errRefused = errors.New("refused")

// applied does the work, and gives what there is to report.
func applied(ctx context.Context, hold *hold, env Env, o applyOptions) (patch.Result, error) {
	spareCollector(0)
	text, err := readPatch(env, o.File)
	if err != nil {
		return patch.Result{}, err
	}
	spareCollector(len(text))
	dir, err := openFolder(env, o.In)
	if err != nil {
		return patch.Result{}, err
	}
	defer func() { _ = dir.Close() }()
	r, err := patch.Apply(dir, []string{text}, patch.Options{
		Allow: patch.Permissions{Delete: true, Rename: true, Chmod: true}, Similar: o.Similar, SkipParse: o.NoParse,
		MaxFiles: applyMaxFiles, MaxBytes: applyMaxBytes,
	})
	switch {
	case errors.Is(err, patch.ErrNoPatch):
		return r, usage("a patch is a diff, search/replace blocks, \"*** Begin Patch\", or whole files that are named", "%v", err)
	case err != nil:
		return r, err
	case r.Refused():
		return r, errRefused
	case o.Stdout:
		return r, printResult(env, dir, r)
	case o.Check:
		return r, nil
	}
	ctx, done := hold.write(ctx)
	defer done()
	return r, dir.Write(ctx, r.Changes)
}

// spareCollector lets garbage lie for longer where there is little of it: the process ends soon. A large patch keeps to the usual, so that
// memory stays in proportion to it.
func spareCollector(size int) {
	const little, most, usual = 8 << 20, 1000, 100 // percent
	percent := most
	if size > little {
		percent = usual
	}
	debug.SetGCPercent(percent)
}

// readPatch reads FILE, or standard input.
func readPatch(env Env, name string) (string, error) {
	var text strings.Builder
	input := env.Stdin
	switch {
	case name == "" && env.StdinTerminal:
		return "", usage("specgen apply answer.md, or pipe the answer in: pbpaste | specgen apply\n\"specgen apply -\" reads what you type, up to Ctrl-D", "apply: there is nothing to apply")
	case name != "" && name != "-":
		file, err := os.Open(within(env.Dir, name))
		if err != nil {
			return "", usage("name the file with the answer, or - for standard input", "%v", err)
		}
		defer func() { _ = file.Close() }()
		if info, err := file.Stat(); err == nil {
			text.Grow(int(min(info.Size(), applyMaxBytes)))
		}
		input = file
	}
	_, err := io.Copy(&text, io.LimitReader(input, applyMaxBytes+1))
	switch {
	case err != nil:
		return "", usage("name the file with the answer, or - for standard input", "read the patch: %v", err)
	case text.Len() > applyMaxBytes:
		return "", usage("apply it in parts", "the patch is larger than %d MiB", applyMaxBytes>>20)
	}
	return text.String(), nil
}

// within gives the path of a file that is named from a folder.
func within(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

func openFolder(env Env, name string) (*disk.Folder, error) {
	dir := within(env.Dir, name)
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, usage("--in names the folder to change", "%v", err)
	case !info.IsDir():
		return nil, usage("--in names the folder to change", "%s is no folder", dir)
	}
	return disk.Open(dir, disk.Options{Random: env.Random, Clock: env.Clock})
}

// printResult writes the content of the one file that the patch is of.
func printResult(env Env, dir *disk.Folder, r patch.Result) error {
	if len(r.Changes) > 1 || len(r.Changes) == 0 && len(r.Files) > 1 {
		return usage("leave --stdout out, or apply the files one by one", "--stdout prints one file, and the patch is of %d", max(len(r.Changes), len(r.Files)))
	}
	var data []byte
	switch {
	case len(r.Changes) == 0: // it is there already
		entry, _, err := dir.Lookup(r.Files[0].Path)
		if err != nil {
			return err
		}
		data = entry.Data
	case r.Changes[0].Action == patch.Delete:
		return usage("leave --stdout out", "--stdout prints a file, and the patch deletes %s", r.Changes[0].Path)
	default:
		data = r.Changes[0].Data
	}
	_, err := env.Stdout.Write(data)
	return err
}

func (o applyOptions) reportTo(env Env) io.Writer {
	if o.Stdout {
		return env.Stderr
	}
	return env.Stdout
}

func printPlacement(env Env, o applyOptions, r patch.Result) error {
	style := o.style
	if o.Stdout {
		style.Color = style.Color && env.StderrTerminal
	}
	out := bufio.NewWriter(o.reportTo(env))
	report.Placement(out, style, r, !o.Check && !o.Stdout)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}
