package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// Main runs the command line in env and gives the exit code.
func Main(ctx context.Context, env Env) (code int) {
	out := &stdout{to: env.Stdout}
	env.Stdout = out
	a := &app{env: env}
	defer func() {
		if trouble := recover(); trouble != nil {
			_, _ = fmt.Fprintf(env.Stderr, "specgen: a bug: %v\n  please report it with the lines below and what you did\n%s", trouble, debug.Stack())
			code = int(ExitBug)
		}
	}()
	exit := complain(env.Stderr, a.run(ctx), a.verbose)
	return int(worst(exit, complain(env.Stderr, out.lost(), a.verbose)))
}

// app is one command line on its way: the flags of all commands.
type app struct {
	env     Env
	verbose bool
	noColor bool
}

func (a *app) run(ctx context.Context) error {
	program := a.program()
	args := permute(program.Flags, program.Commands, a.env.Args)
	return program.RunContext(ctx, append([]string{"specgen"}, args...))
}

func (a *app) program() *cli.App {
	commands := a.commands()
	return &cli.App{
		Name:        "specgen",
		Usage:       "the spec is the program: regenerate code from specs, and accept it clause by clause",
		UsageText:   "specgen [-C DIR] COMMAND [ARGUMENTS]",
		HideVersion: true,                                // the library's flag takes -v, which is ours
		Writer:      a.env.Stdout, ErrWriter: io.Discard, // errors are printed once, by complain
		Commands: commands, HideHelpCommand: true, DisableSliceFlagSeparator: true,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "C", Usage: "work in `DIR`"},
			&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "show everything, also what passed and causes of errors", Destination: &a.verbose},
			&cli.BoolFlag{Name: "no-color", Usage: "no colour (also NO_COLOR)", Destination: &a.noColor},
			&cli.BoolFlag{Name: "version", Usage: "the version"},
			cli.HelpFlag, // the library leaves it out beside a help command of one's own
		},
		Before:          a.enter,
		CommandNotFound: nil,
		Action:          a.unknown,
		OnUsageError: func(_ *cli.Context, err error, _ bool) error {
			return usage("specgen help lists the commands and their flags", "%v", err)
		},
		ExitErrHandler:        func(*cli.Context, error) {},
		CustomAppHelpTemplate: appHelp,
		EnableBashCompletion:  true,
	}
}

// enter applies the flags that all commands share.
func (a *app) enter(c *cli.Context) error {
	if dir := c.String("C"); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(a.env.Dir, dir)
		}
		a.env.Dir = dir
	}
	return nil
}

// unknown answers a missing or unknown command.
func (a *app) unknown(c *cli.Context) error {
	if c.Bool("version") {
		_, err := fmt.Fprintf(a.env.Stdout, "specgen %s\n", a.env.Version)
		return err
	}
	if !c.Args().Present() {
		return cli.ShowAppHelp(c)
	}
	name := c.Args().First()
	var names []string
	for _, command := range c.App.Commands {
		names = append(names, command.Names()...)
	}
	hint := "specgen help lists the commands"
	if near := spec.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return usage(hint, "there is no command %q", name)
}

// command puts a command together: every one has the shared flags, the exit codes in its help, and one way to report bad flags.
func (a *app) command(name, arguments, short, long string, flags []cli.Flag, action cli.ActionFunc) *cli.Command {
	flags = append(flags,
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "show everything, also what passed and causes of errors", Destination: &a.verbose},
		&cli.BoolFlag{Name: "no-color", Usage: "no colour (also NO_COLOR)", Destination: &a.noColor},
	)
	return &cli.Command{
		Name: name, Usage: short, UsageText: strings.TrimSpace("specgen " + name + " " + arguments),
		Description: strings.TrimSpace(long) + "\n\n" + exitCodesHelp,
		Flags:       flags, Action: action, HideHelpCommand: true, CustomHelpTemplate: commandHelp,
		OnUsageError: func(_ *cli.Context, err error, _ bool) error {
			return usage("specgen "+name+" --help shows the flags", "%v", err)
		},
	}
}

// exactly gives the arguments of a command if there are as many as names.
func exactly(c *cli.Context, names ...string) ([]string, error) {
	args := c.Args().Slice()
	if len(args) == len(names) {
		return args, nil
	}
	hint := c.Command.UsageText
	if len(args) < len(names) {
		return nil, usage(hint, "%s: %s is missing", c.Command.Name, names[len(args)])
	}
	return nil, usage(hint, "%s: unexpected argument %q", c.Command.Name, args[len(names)])
}
