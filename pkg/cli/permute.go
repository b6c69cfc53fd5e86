package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// permute moves flags that stand behind arguments in front of them, for each command down the tree, up to "--". The
// library stops at the first argument, and would take `run NAME --dry-run` for a run of two components.
func permute(flags []cli.Flag, commands []*cli.Command, args []string) []string {
	var front, rest []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return append(append(front, rest...), args[i:]...)
		case isFlag(arg):
			front = append(front, arg)
			if takesNext(flags, arg) && i+1 < len(args) {
				i++
				front = append(front, args[i])
			}
		case len(rest) == 0 && find(commands, arg) != nil:
			sub := find(commands, arg)
			return append(append(front, arg), permute(sub.Flags, sub.Subcommands, args[i+1:])...)
		default:
			rest = append(rest, arg)
		}
	}
	return append(front, rest...)
}

func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

func find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// takesNext says whether the argument after a flag is its value.
func takesNext(flags []cli.Flag, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			d, ok := f.(cli.DocGenerationFlag)
			return ok && d.TakesValue()
		}
	}
	return false
}
