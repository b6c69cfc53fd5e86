package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/spec"
)

type trustOptions struct {
	List    bool
	Revoke  bool
	Yes     bool
	JSON    bool
	Digests []string // with Revoke: which; none: all
}

func (a *app) trustCommand() *cli.Command {
	var o trustOptions
	return a.command("trust", "[--yes | --list | --revoke [DIGEST...]]", "approve what this repository cannot grant itself",
		"A repository cannot send your key to an address of its choice, run prepare commands, or open the sandbox, before you\n"+
			"have approved exactly that. Shows what it wants, and asks. An approval is for this repository, and for this address,\n"+
			"variable, command or path: any other needs a new one.\n\n"+
			"In CI the environment approves: "+config.EnvBaseURL+" or --base-url approves keys for that address, prepare commands and\n"+
			"the sandbox; "+config.EnvTrust+"=DIGEST,... approves exactly these, "+config.EnvTrust+"=1 everything. The digest keeps a pull\n"+
			"request from changing the address; 1 does not.",
		[]cli.Flag{
			&cli.BoolFlag{Name: "list", Usage: "what you have approved for this repository", Destination: &o.List},
			&cli.BoolFlag{Name: "revoke", Usage: "take approvals back: those named, or all for this repository", Destination: &o.Revoke},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "approve without asking", Destination: &o.Yes},
			&cli.BoolFlag{Name: "json", Usage: "one JSON object; approves only with --yes", Destination: &o.JSON},
		},
		func(c *cli.Context) error {
			o.Digests = c.Args().Slice()
			if len(o.Digests) > 0 && !o.Revoke {
				return usage("specgen trust approves what it shows; only --revoke takes digests", "trust: unexpected argument %q", o.Digests[0])
			}
			if o.Revoke && (o.Yes || o.List) {
				return usage("specgen trust --help shows the flags", "trust: --revoke stands alone")
			}
			return runTrust(c.Context, a.env, o)
		})
}

func runTrust(ctx context.Context, env Env, o trustOptions) error {
	store := config.NewStore(config.Dir(env.Lookup))
	if !o.Revoke && !o.List {
		p, err := openProject(ctx, env, "", nil)
		if err != nil {
			return err
		}
		return approveTrust(ctx, env, p, store, o)
	}
	r, err := env.openRepo(ctx)
	if err != nil {
		return err
	}
	if o.Revoke {
		return revokeTrust(env, r, store, o.Digests)
	}
	return listTrust(env, r, store, o.JSON)
}

// trustReport is what programs read.
type trustReport struct {
	V        int          `json:"v"`
	Requests []trustEntry `json:"requests"`
}

type trustEntry struct {
	Digest string `json:"digest"`
	config.Request
}

func reportOf(requests []config.Request) trustReport {
	r := trustReport{V: 1, Requests: []trustEntry{}}
	for _, q := range requests {
		r.Requests = append(r.Requests, trustEntry{Digest: q.Digest(), Request: q})
	}
	return r
}

func approveTrust(ctx context.Context, env Env, p *project, store config.Store, o trustOptions) error {
	prepare, err := p.prepareCommands(ctx, env.Stderr)
	if err != nil {
		return err
	}
	requests := p.config.Requests(prepare)
	var open []config.Item
	for _, q := range requests {
		if q.Approval == "" {
			open = append(open, q.Item)
		}
	}
	ok := false
	if len(open) > 0 {
		if !o.JSON {
			printRequests(env.Stdout, requests)
		}
		if ok, err = consent(env, o, len(open)); err != nil {
			return err
		}
	}
	if ok {
		if err := store.Approve(p.repo.CommonDir(), open, env.Clock()); err != nil {
			return approvalFailure(err)
		}
		for i := range requests {
			if requests[i].Approval == "" {
				requests[i].Approval = "user"
			}
		}
	}
	return trustOutcome(env, o, requests, len(open), ok)
}

// trustOutcome says how it ended. What is still open makes exit code 3, so that a script can tell.
func trustOutcome(env Env, o trustOptions, requests []config.Request, open int, approved bool) error {
	if o.JSON {
		if err := json.NewEncoder(env.Stdout).Encode(reportOf(requests)); err != nil {
			return err
		}
	}
	var text string
	switch {
	case len(requests) == 0:
		text = "this repository wants nothing that needs your approval"
	case open == 0:
		text = "everything that this repository wants is approved   specgen trust --list shows it"
	case approved:
		text = fmt.Sprintf("approved %s for this repository   specgen trust --revoke takes it back", counted(open, "thing", "things"))
	default:
		_, _ = fmt.Fprintln(env.Stderr, "nothing was approved")
		return exitError{ExitFindings}
	}
	if !o.JSON {
		_, _ = fmt.Fprintln(env.Stdout, text)
	}
	return nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// consent asks on a terminal. Elsewhere only --yes is consent.
func consent(env Env, o trustOptions, open int) (bool, error) {
	if o.Yes {
		return true, nil
	}
	if o.JSON {
		return false, nil
	}
	if !env.StdinTerminal || !env.StderrTerminal {
		return false, usage("look at what it wants, then: specgen trust --yes", "there is no terminal to ask for approval on")
	}
	_, _ = fmt.Fprintf(env.Stderr, "approve %s for this repository? [y/N] ", counted(open, "thing", "things"))
	answer, err := bufio.NewReader(io.LimitReader(env.Stdin, 100)).ReadString('\n')
	if err != nil {
		_, _ = fmt.Fprintln(env.Stderr)
		return false, nil //nolint:nilerr // the end of the input is a no
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes", nil
}

func printRequests(w io.Writer, requests []config.Request) {
	_, _ = fmt.Fprintln(w, "this repository wants to")
	for _, q := range requests {
		state := ""
		if q.Approval != "" {
			state = "   (approved by the " + q.Approval + ")"
		}
		_, _ = fmt.Fprintf(w, "  %s%s\n      %s   digest %s\n", q.Item, state, strings.Join(q.Wanted, ", "), q.Digest())
	}
	_, _ = fmt.Fprintln(w)
}

// prepareCommands gives the commands that specs want to have run first. A spec that cannot be read is named and left out: nothing of
// it can be run either.
func (p *project) prepareCommands(ctx context.Context, warn io.Writer) ([]config.Prepare, error) {
	files, err := p.specFiles(ctx)
	if err != nil {
		return nil, err
	}
	var out []config.Prepare
	for _, f := range files {
		sp, err := spec.Parse(f.Path, f.Data)
		if err != nil {
			_, _ = fmt.Fprintf(warn, "specgen: %s cannot be read and is left out; specgen lint says why\n", f.Path)
			continue
		}
		if len(sp.Front.Prepare) > 0 {
			out = append(out, config.Prepare{Spec: f.Path, Commands: sp.Front.Prepare})
		}
	}
	return out, nil
}

func listTrust(env Env, r *repo.Repo, store config.Store, asJSON bool) error {
	mine, err := store.In(r.CommonDir())
	if err != nil {
		return approvalFailure(err)
	}
	if asJSON {
		return json.NewEncoder(env.Stdout).Encode(struct {
			V         int               `json:"v"`
			Approvals []config.Approval `json:"approvals"`
		}{1, append([]config.Approval{}, mine...)})
	}
	if len(mine) == 0 {
		_, _ = fmt.Fprintln(env.Stdout, "you have approved nothing for this repository")
	}
	for _, a := range mine {
		_, _ = fmt.Fprintf(env.Stdout, "%s  %s  %s\n", a.Digest(), a.Time.Format("2006-01-02"), a.Item)
	}
	return nil
}

func revokeTrust(env Env, r *repo.Repo, store config.Store, digests []string) error {
	n, err := store.Revoke(r.CommonDir(), digests...)
	if err != nil {
		return approvalFailure(err)
	}
	if n == 0 && len(digests) > 0 {
		return usage("specgen trust --list shows the digests", "no approval of this repository has the digest %s", strings.Join(digests, " or "))
	}
	_, err = fmt.Fprintf(env.Stdout, "took back %s\n", counted(n, "approval", "approvals"))
	return err
}

func approvalFailure(err error) error {
	return &Error{Code: ExitUsage, Kind: "config", Message: err.Error(), Hint: "approvals are kept in your own configuration folder; specgen config path shows where", Err: err}
}
