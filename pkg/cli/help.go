package cli

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/spec"
)

const appHelp = `{{.Name}}: {{.Usage}}

  {{.UsageText}}

COMMANDS
{{range .VisibleCommands}}{{if not .HideHelp}}  {{printf "%-12s" .Name}} {{.Usage}}
{{end}}{{end}}
FLAGS
  -C DIR         work in DIR
  -v, --verbose  show everything, also what passed and causes of errors
  --no-color     no colour (also NO_COLOR)
  --version      the version

` + exitCodesHelp + `

Begin with:  specgen demo           watch a spec become accepted code
             specgen init           set this repository up
             specgen help formats   what programs can read
`

const commandHelp = `specgen {{.Name}}: {{.Usage}}

  {{.UsageText}}

{{.Description}}
{{if .VisibleFlags}}
FLAGS
{{range .VisibleFlags}}  {{.}}
{{end}}{{end}}`

func (a *app) helpCommand() *cli.Command {
	return a.command("help", "[COMMAND | TOPIC]", "help on a command or a topic: "+strings.Join(topicNames(), ", "), "", nil,
		func(c *cli.Context) error {
			if !c.Args().Present() {
				return cli.ShowAppHelp(c)
			}
			name := c.Args().First()
			if text, ok := topics()[name]; ok {
				_, err := fmt.Fprint(a.env.Stdout, text)
				return err
			}
			if find(c.App.Commands, name) != nil {
				return cli.ShowCommandHelp(c, name)
			}
			hint := "specgen help lists the commands; topics are " + strings.Join(topicNames(), ", ")
			if near := spec.Nearest(name, topicNames()); near != "" {
				hint = fmt.Sprintf("did you mean %q? %s", near, hint)
			}
			return usage(hint, "there is no command or topic %q", name)
		})
}

func topicNames() []string { return []string{"formats"} }

func topics() map[string]string { return map[string]string{"formats": formatsHelp} }

const formatsHelp = `What programs can read

specgen run --json writes one event a line to standard output, each with

  "v"      the version of the format, now 1
  "seq"    1, 2, 3 ... without gaps
  "time"   RFC 3339, UTC
  "event"  its kind

A reader must skip kinds and fields that it does not know. The kinds, in the order of a run:

  run-started      run, component, base, start, spec, spec_digest, clauses, branch, model, templates, options, warnings
  run-resumed      run, elapsed_ns                             (a run that goes on; what follows was not there before)
  attempt-started  attempt, shape, format, prompt, prompt_tokens_estimate
  completed        role, key, request, answer, model, finish, usage, duration_ns, recalled
  retried          message, wait_ns
  refused          attempt, round, reason, files               (an answer that could not be applied)
  applied          attempt, tree, diff, files, repairs, commit
  evaluated        attempt, report, accepted, regressions, duration_ns, recalled
  tightened        attempt, diagnosis, spec, spec_digest, commits
  warned           message
  result           the last line, below

prompt, request, answer, diff and spec of these are names of blobs in the journal: SHA-256 in hex. "specgen show RUN" prints them.

The last line:

  {"v":1,"seq":12,"time":"...","event":"result","run":"20261123-091502-k3fd","component":"order-eligibility",
   "outcome":"accepted|not-accepted|error",
   "stop":"accepted|attempts|tokens|cost|time|no-progress|spec-conflict|needs-review|hand-edits|model-error|interrupted|error",
   "branch":"specgen/...","commit":"...","base":"...","attempts":2,
   "verdicts":[{"clause":"E1","digest":"...","section":"behavior|edge-cases|invariants|non-goals","level":"MUST|SHOULD|MAY",
     "text":"...","status":"pass|fail|unknown|waived|open","basis":"executed|static|judged|human|","evidence":[{"kind":"test","test":"...",
     "file":"...","line":1,"message":"...","input":"...","want":"...","got":"...","passed":false}],"reason":"...",
     "bound":"bound|unbound|not-measured","refused":"..."}],
   "best":2,"why":"...","walls":["user","pid","mount","ipc","net","landlock","seccomp","rlimit","overlay"],
   "missing_walls":[{"wall":"net","reason":"..."}],
   "ledger":{"measured":true,"why":"...","untraced":["E4"],"entries":[{"file":"...","line":12,"end_line":18,"clauses":["B1"],
     "by":["test","rule","citation","interface"],"plumbing":"package, import","unmeasured":true,"removed":2,"code":"..."}]},
   "usage":{"prompt_tokens":0,"cached_tokens":0,"completion_tokens":0,"requests":0},"cost":0,"priced":false,
   "duration_ms":0,"spec_commits":["..."],"error":{"kind":"...","message":"...","hint":"..."}|null}

best is the attempt that the branch holds, why a sentence on the stop reason, walls the isolation in which checks ran; missing_walls is left out where
nothing is missing. ledger says of a candidate whose clauses hold which of them each changed line serves, and by which evidence: an entry with
none of clauses, by, plumbing and unmeasured serves no clause, and code is its first line; one without end_line is of lines that are gone.
bound says whether the clause's checks were seen to fail on violations (specgen challenge), refused why the policy does not let a pass count; it
is left out where it does. measured says that nothing of it is unmeasured, why what is; untraced are clauses that hold by commands, which name no lines.
An evidence also has "col" where a rule points at a column, and a verdict "by", who decided. "opinion_alone" lists the clauses that
pass and rest on nothing but a judge's opinion; it is left out where there are none. An evidence of kind "objection" is a call that a judge expects
something of: input, want and got.

An error before a run has begun gives the result line alone, with "run":"".

specgen audit --json writes events too, with the same v, seq, time and event: one "audited" for each component as it is done, and "finished" last.

  {"v":1,"seq":1,"time":"...","event":"audited","component":"order-eligibility","spec":"specs/order-eligibility.spec.md",
   "spec_digest":"...","revision":"the commit|","tree":"...","outcome":"accepted|not-accepted|error","blocking":["E3"],
   "verdicts":[as above],"build":[{"file":"...","line":1,"message":"..."}],"conflict":"...","absent":"...",
   "findings":[{"file":"...","line":31,"col":3,"clause":"E4","message":"...","fix":"..."}],"warnings":["E2 fail: ..."],
   "laundered":[{"clause":"E1","text":"...","now":"gone|SHOULD|pass|open","evidence":"...","why":"...","owner":"..."}],
   "tests":{"passed":9,"total":11},"walls":["user",...],"missing_walls":[{"wall":"net","reason":"..."}],"sandbox":"auto|require|off",
   "duration_ms":0,"ledger":{as above, of all lines},"error":{"kind":"...","message":"...","hint":"..."}|null}
  {"v":1,"seq":2,"time":"...","event":"finished","accepted":["..."],"not_accepted":["..."],"errors":["..."],
   "skipped":[{"component":"...","spec":"...","status":"draft|superseded"}],"exit":3,"usage":{as above},"cost":0,"priced":false,
   "duration_ms":0,"error":null}

build, conflict, absent, ledger and opinion_alone are left out where there is nothing to say; all else is always there, lists as [] where they are empty.
laundered are clauses that were changed while the code violated them, left out where there are none; one without a why keeps the code from being accepted.
accepted is what a run would say of this code. blocking are the clauses that keep it from that, and findings the parts of the spec that
nothing can decide, which do so too. revision is "" for the working tree, whose tree is not stored. absent says why there is no code to
evaluate, walls in which isolation checks ran, exit how the process ends. An error before the first component gives "finished" alone.

specgen challenge --json writes one event:

  {"v":1,"seq":1,"time":"...","event":"challenged","component":"...","spec":"digest","tree":"...","seed":1,"covered":true,
   "clauses":[{"clause":"E1","digest":"...","check":"...","text":"...","basis":"executed","bound":"bound|unbound|not-measured","why":"...",
     "passes":["always-error"],"caught":12,"survived":1}],
   "planted":[{"id":"...","kind":"boundary|...|stub|...|rule","degenerate":true,"rule":"...","file":"...","line":1,"func":"...","note":"...",
     "diff":"...","fate":"caught|survived|equivalent|indistinct|stillborn|untried","caught":["E1"],"near":["E1","B1"]}],
   "duration_ms":0,"kept":"refs/specgen/bound/...","exit":0,"error":null}

check is the digest of what was measured: the clause, the acceptance tests and the commands. caught are the clauses that did not pass with the
violation, near those whose own tests run its lines; covered says that this was measured. passes are the degenerate implementations that the
checks of a clause let pass. refs/specgen/bound/COMPONENT holds the same as challenge.json, with "v" in front.

specgen calibrate --json writes one event:

  {"v":1,"seq":1,"time":"...","event":"calibrated","components":[{"component":"...","spec":"digest",
     "executed":{"false_rejects":{"count":0,"of":11},"false_accepts":{"count":0,"of":24},"unknown":{"count":0,"of":0}},"judge":{as executed},
     "wrong":[{"by":"executed|judge","clause":"...","right":false,"file":"...","line":1,"note":"...","diff":"...","reason":"..."}]}],
   "left_out":[{"component":"...","why":"..."}],"executed":{as above, of all},"judge":{"v":1,"model":"...","prompt":"...",as executed, of all},
   "kept":"refs/specgen/judge/...","usage":{as above},"cost":0,"priced":false,"duration_ms":0,"exit":0,"error":null}

right says that the code was right and was rejected. judge is left out where nobody was asked.

specgen tests --json writes events too: one "test-authored" for each clause that is asked for, and "tests-written" last.

  {"v":1,"seq":1,"time":"...","event":"test-authored","clause":"E1","text":"...","test":"TestE1_OutOfStock",
   "status":"accepted|refused|disagrees|dropped|proposed|unasked","reason":"...","file":"...","sealed":false,"answers":1,
   "fails":["stub","zero-value","identity","constant-result","always-error","first-example"],"agreement":"no-code|agrees|disagrees|",
   "input":"...","want":"...","got":"...","source":"package ..."}
  {"v":1,"seq":2,"time":"...","event":"tests-written","component":"...","spec":"...","spec_digest":"...","accepted":["E1"],"open":["E2"],
   "files":[{"path":"...","blob":"...","tests":["..."],"sealed":false,"new":true}],"exit":3,"usage":{as above},"cost":0,"priced":false,
   "duration_ms":0,"error":null}

fails are the degenerate implementations that the test was seen to fail on: a refused test passes on another. input, want and got say
how test and code disagree, where that can be told. source is a file that holds the test alone, or what was answered in its place; blob
is what git calls the whole file now. proposed tests passed every check, and nobody was asked: --accept writes them.

specgen apply --json prints one object:

  {"v":1,"applied":true|false,"files":[{"path":"...","from":"...","action":"modify|create|delete|rename|mode",
     "hunks":[{"n":1,"status":"applied|already|refused","tier":"exact|rstrip|indent|trim|...|whole","line":40,"flags":["..."],
       "reason":"|NOT-FOUND|AMBIGUOUS|OMITS-LINE|...","candidates":[40,112],"message":"..."}]}],
   "error":{"kind":"...","message":"...","hint":"..."}}

applied says that nothing was refused; with --check and --stdout, that it would apply. A hunk's status says what became of it alone:
where one is refused nothing is written, and "applied" is what found its place. from is there for renames alone, error only where there
was no patch to report on. line is of the file before the patch, 0 where there is none to name.

Attachments of clauses in a spec

  test: NAME-OR-GLOB          every test that matches must pass; without it TestE1_... and test_e1_... belong to E1
  check: NAME or ` + "`command`" + `   a named command of the front matter, or a command
  forbid | require SUBJECT: PATTERN
      text         a regular expression on code and strings; comments count where it begins with (?P<comments>)
      import, call, identifier, dependency    by the language's own syntax; globs
      path         a glob on the target files
  evidence: test | static | judge | human | production | bench
  waive: reason, until YYYY-MM-DD, by WHO

` + exitCodesHelp + `
`
