package cli

import (
	"context"
	"embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// The scripts that make a shell ask specgen what can follow.
//
//go:embed completion
var completionScripts embed.FS

// completionWords is the word by which the scripts ask: specgen completion words -- WORD...
const completionWords = "words"

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) completionCommand() *cli.Command {
	return a.command("completion", "bash | zsh | fish | powershell", "a script that completes commands, flags and components",
		`Prints the script for a shell. To have it in every session:

  bash        echo 'source <(specgen completion bash)' >> ~/.bashrc
  zsh         echo 'source <(specgen completion zsh)' >> ~/.zshrc    (after compinit)
  fish        specgen completion fish > ~/.config/fish/completions/specgen.fish
  powershell  specgen completion powershell | Out-String | Invoke-Expression    (in $PROFILE)`,
		nil,
		func(c *cli.Context) error {
			words := c.Args().Slice()
			if len(words) > 1 && words[0] == completionWords {
				return a.printCandidates(c.Context, words[1:])
			}
			args, err := exactly(c, "SHELL")
			if err != nil {
				return err
			}
			text, err := completionScripts.ReadFile("completion/" + args[0])
			if err != nil || !slices.Contains(shells(), args[0]) {
				return usage("one of "+strings.Join(shells(), ", "), "there is no completion for %q", args[0])
			}
			_, err = a.env.Stdout.Write(text)
			return err
		})
}

// candidate is one word that can follow, with what it means.
type candidate struct{ word, meaning string }

// printCandidates answers a script: one candidate a line, its meaning behind a tab. Whatever was typed, it never fails: a
// message would end up in the middle of the command line.
func (a *app) printCandidates(ctx context.Context, words []string) error {
	if words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		return nil
	}
	program := a.program()
	l := readLine(program.Flags, program.Commands, words)
	for _, c := range l.candidates(func(what string) []candidate { return a.present(ctx, l.dir, what) }) {
		meaning := strings.Join(strings.Fields(c.meaning), " ")
		if _, err := fmt.Fprintf(a.env.Stdout, "%s\t%s\n", c.word, meaning); err != nil {
			return err
		}
	}
	return nil
}

// typed is a command line as far as it has been typed.
type typed struct {
	command  string // "" before the command
	flags    []cli.Flag
	commands []*cli.Command // what can follow; none behind a command
	args     []string       // arguments of the command that stand before
	flag     string         // the flag whose value is being typed, without hyphens
	prefix   string         // what stands before the value in the same word: --format=
	last     string         // the part of the word that is being typed
	plain    bool           // behind --, where nothing is a flag
	dir      string         // -C
}

// readLine makes sense of the words; the last is the one being typed, and may be empty.
func readLine(flags []cli.Flag, commands []*cli.Command, words []string) typed {
	l := typed{flags: flags, commands: commands}
	for i := 0; i < len(words)-1; i++ {
		l.take(words[i])
	}
	l.last = words[len(words)-1]
	if l.flag != "" && l.last == "=" { // bash splits words at =
		l.last = ""
	}
	name, value, ok := strings.Cut(l.last, "=")
	if flag := strings.TrimLeft(name, "-"); ok && l.flag == "" && !l.plain && isFlag(name) && flag != "" {
		l.flag, l.prefix, l.last = flag, name+"=", value
	}
	return l
}

// take goes over one finished word.
func (l *typed) take(word string) {
	switch {
	case l.flag != "" && word == "=":
	case l.flag != "":
		if l.flag == "C" {
			l.dir = word
		}
		l.flag = ""
	case word == "--":
		l.plain = true
	case !l.plain && isFlag(word):
		if takesNext(l.flags, word) {
			l.flag = strings.TrimLeft(word, "-")
		}
	case l.command == "" && find(l.commands, word) != nil:
		c := find(l.commands, word)
		l.command, l.flags, l.commands = c.Name, c.Flags, nil
	default:
		l.args = append(l.args, word)
	}
}

// candidates gives what can stand where the last word is. present looks things up in the repository.
func (l typed) candidates(present func(what string) []candidate) []candidate {
	var all []candidate
	switch {
	case l.flag != "":
		all = flagValues(l.flag)
	case strings.HasPrefix(l.last, "-") && !l.plain:
		all = l.flagNames()
	case l.command == "" && len(l.args) == 0:
		for _, c := range l.commands {
			if !c.Hidden {
				all = append(all, candidate{c.Name, c.Usage})
			}
		}
	case l.command != "":
		all = l.arguments(present)
	}
	var out []candidate
	for _, c := range all {
		next := candidate{l.prefix + c.word, c.meaning}
		if strings.HasPrefix(c.word, l.last) && !slices.Contains(l.args, c.word) && !slices.Contains(out, next) {
			out = append(out, next)
		}
	}
	return out
}

func (l typed) flagNames() []candidate {
	var all []candidate
	for _, f := range append(slices.Clip(l.flags), cli.HelpFlag) {
		meaning := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			meaning = strings.ReplaceAll(d.GetUsage(), "`", "")
		}
		for _, name := range f.Names() {
			if len(name) > 1 {
				all = append(all, candidate{"--" + name, meaning})
			}
		}
	}
	return all
}

// flagValues gives the words that a flag takes; none where they are no closed list.
func flagValues(flag string) []candidate {
	if flag == "section" {
		return plainCandidates(sectionWords())
	}
	for _, s := range settings() {
		if s.flag == flag {
			return plainCandidates(config.Words(s.key))
		}
	}
	return nil
}

func plainCandidates(words []string) []candidate {
	var out []candidate
	for _, w := range words {
		out = append(out, candidate{word: w})
	}
	return out
}

// What can be looked up in a repository.
const (
	presentComponents = "components"
	presentRuns       = "runs"
)

func (l typed) arguments(present func(what string) []candidate) []candidate {
	if l.command == "lint" || l.command == "audit" {
		return present(presentComponents)
	}
	if len(l.args) > 0 {
		return nil
	}
	switch l.command {
	case "run", "tests":
		return present(presentComponents)
	case "show":
		return append(present(presentRuns), candidate{"last", "the newest run"})
	case "completion":
		return plainCandidates(shells())
	case "config":
		return plainCandidates(configWhat())
	case "help":
		return append(plainCandidates(topicNames()), present("commands")...)
	}
	return nil
}

// present looks things up; what cannot be found is left out.
func (a *app) present(ctx context.Context, dir, what string) []candidate {
	env := a.env
	if filepath.IsAbs(dir) {
		env.Dir = dir
	} else if dir != "" {
		env.Dir = filepath.Join(env.Dir, dir)
	}
	switch what {
	case presentComponents:
		return presentSpecs(ctx, env)
	case presentRuns:
		return presentRunIDs(ctx, env)
	}
	var out []candidate
	for _, c := range a.commands() {
		out = append(out, candidate{c.Name, c.Usage})
	}
	return out
}

func presentSpecs(ctx context.Context, env Env) []candidate {
	p, err := openProject(ctx, env, "", nil)
	if err != nil {
		return nil
	}
	files, err := p.specFiles(ctx)
	if err != nil {
		return nil
	}
	var out []candidate
	for _, f := range files {
		sp, err := spec.Parse(f.Path, f.Data)
		if err != nil {
			out = append(out, candidate{stem(f.Path), f.Path})
			continue
		}
		out = append(out, candidate{sp.Front.Component, sp.Title})
	}
	return out
}

func presentRunIDs(ctx context.Context, env Env) []candidate {
	r, err := env.openRepo(ctx)
	if err != nil {
		return nil
	}
	runs, err := r.Runs(ctx)
	if err != nil {
		return nil
	}
	var out []candidate
	for _, run := range slices.Backward(runs) {
		out = append(out, candidate{word: run.ID, meaning: run.When.Format("2006-01-02 15:04")})
	}
	return out
}
