// Package config knows how specgen is told what to do: the file specgen.yaml of a repository, the user's own
// configuration, the environment and flags. It resolves them to one value per key that remembers where it came from,
// and decides to which address a key may go. It stands at the top, and only pkg/cli reads it: everything below takes
// options.
//
// A repository is foreign until its user has approved it. What it may do by itself is what cannot hurt: choose a model,
// budgets, policies. What it needs approval for are the entries of Item.
package config

import (
	"time"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// FileName is the repository's configuration, at its root.
const FileName = "specgen.yaml"

// Version is the version of the file's format. Other versions are refused with what to do.
const Version = 1

// Config is specgen.yaml. Every key but version has a default; Defaults gives them.
type Config struct {
	Version  int      `json:"version" jsonschema:"version of the format; always 1"`
	Model    Model    `json:"model" jsonschema:"the model that every role asks, unless roles says otherwise"`
	Roles    Roles    `json:"roles" jsonschema:"what a role does differently from model; a key that is not set here is taken from there"`
	Budget   Budget   `json:"budget" jsonschema:"where a run stops though it is not accepted"`
	Retry    Retry    `json:"retry" jsonschema:"how an attempt builds on the one before: repair shows the candidate and what fails, regenerate starts afresh with the failures as examples, auto starts with what has worked for the model and alternates"`
	Tighten  Tighten  `json:"tighten" jsonschema:"what to do where the spec left a gap: auto amends it, propose shows the amendment and stops, off leaves it; propose is the default in CI"`
	Sandbox  Sandbox  `json:"sandbox" jsonschema:"the walls around code that a model wrote"`
	Evaluate Evaluate `json:"evaluate" jsonschema:"which evidence a clause needs"`
	Specs    []string `json:"specs" jsonschema:"globs of the spec files, from the root of the repository"`
	Format   []string `json:"format" jsonschema:"formatter commands, run in the sandbox on written targets; a spec's own come after"`
	Secrets  Secrets  `json:"secrets" jsonschema:"what looks like a secret and is none"`
}

// Model says which model is asked, where, and how.
type Model struct {
	BaseURL         string       `json:"base_url" jsonschema:"address of an OpenAI-compatible endpoint, up to and with /v1; the key goes there only once the user has approved it"`
	Name            string       `json:"name" jsonschema:"name of the model as the endpoint lists it"`
	KeyEnv          string       `json:"key_env" jsonschema:"name of the environment variable that holds the key; the key itself never stands in a file"`
	Temperature     *float64     `json:"temperature" jsonschema:"sampling temperature; not set: the endpoint's default"`
	Seed            *int         `json:"seed" jsonschema:"sampling seed; not set: the endpoint chooses"`
	MaxOutputTokens int          `json:"max_output_tokens" jsonschema:"longest answer in tokens; 0: the endpoint's default"`
	MaxPromptTokens int          `json:"max_prompt_tokens" jsonschema:"longest prompt in tokens; a prompt that cannot fit is an error that lists what is how big; 0: no limit"`
	Format          AnswerFormat `json:"format" jsonschema:"the form of answer asked for; auto suits it to the work and the model; any form that arrives is understood"`
	Prices          Prices       `json:"prices" jsonschema:"prices per million tokens in the currency you think in; they belong to the model named beside them"`
	IdleTimeout     Duration     `json:"idle_timeout" jsonschema:"longest silence of the endpoint"`
	TotalTimeout    Duration     `json:"total_timeout" jsonschema:"longest time for one answer"`
}

// Prices are per million tokens. They count once Input and Output are both set; 0 is a price too.
type Prices struct {
	Input       *float64 `json:"input" jsonschema:"price of a million prompt tokens"`
	CachedInput *float64 `json:"cached_input" jsonschema:"price of a million prompt tokens that the provider had cached; not set: as input"`
	Output      *float64 `json:"output" jsonschema:"price of a million answer tokens"`
}

// Set says whether there is enough to count costs with.
func (p Prices) Set() bool { return p.Input != nil && p.Output != nil }

// Roles hold what a role does differently from Model.
type Roles struct {
	Generator Model `json:"generator" jsonschema:"writes the code"`
	Judge     Model `json:"judge" jsonschema:"gives an opinion on clauses that no check can decide"`
	Tightener Model `json:"tightener" jsonschema:"finds causes of failures and gaps in the spec"`
	Tester    Model `json:"tester" jsonschema:"writes acceptance tests without sight of the code"`
}

// Budget bounds a run. 0 is no bound.
type Budget struct {
	Attempts int      `json:"attempts" jsonschema:"most attempts of a run"`
	Tokens   int      `json:"tokens" jsonschema:"most tokens of a run, prompts and answers together; 0: no limit"`
	Cost     float64  `json:"cost" jsonschema:"most that a run may cost, in the currency of prices, which it needs; 0: no limit"`
	Time     Duration `json:"time" jsonschema:"most wall time of a run; 0s: no limit"`
}

// Sandbox sets the walls and limits for commands that run model-written code.
type Sandbox struct {
	Mode      SandboxMode `json:"mode" jsonschema:"auto uses what the system grants, require refuses unless all walls stand, off has no walls and needs the user's approval"`
	Timeout   Duration    `json:"timeout" jsonschema:"longest time of one command"`
	Memory    Size        `json:"memory" jsonschema:"most memory of one command; 0: no limit"`
	Processes int         `json:"processes" jsonschema:"most processes of one command at a time; 0: no limit"`
	Output    Size        `json:"output" jsonschema:"most output kept of one command"`
	Read      []string    `json:"read" jsonschema:"absolute paths outside the checkout that commands may read besides the system's; needs the user's approval"`
}

// Evaluate is the policy for evidence.
type Evaluate struct {
	Judge         JudgePolicy        `json:"judge" jsonschema:"when a model's opinion is asked: auto for clauses without other evidence, always for all, off never"`
	JudgedMust    []spec.SectionKind `json:"judged_must" jsonschema:"sections whose MUST clauses may rest on a model's opinion alone"`
	MaxJudgeError float64            `json:"max_judge_error" jsonschema:"most wrong decisions of a judge in percent, on right code as on wrong code, as specgen calibrate --opinions measured them; a judge that is worse, or was not measured, is not believed; 100 believes any"`
	RequireBound  bool               `json:"require_bound" jsonschema:"count a check only if it has been seen to fail on a violation"`
	ScopeCreep    ScopePolicy        `json:"scope_creep" jsonschema:"what becomes of changed lines that serve no clause: show lists them, refuse accepts no candidate with one, nor one of which that cannot be told"`
}

// Secrets names exceptions of the search for secrets in prompts.
type Secrets struct {
	Allow []string `json:"allow" jsonschema:"rules, rule:digest names or paths whose findings are no secrets"`
}

// The defaults that are more than zero.
const (
	DefaultBaseURL = "https://api.openai.com/v1"
	DefaultKeyEnv  = "OPENAI_API_KEY"

	defaultAttempts     = 4
	anyJudge            = 100 // percent of wrong decisions
	defaultIdleTimeout  = Duration(2 * time.Minute)
	defaultTotalTimeout = Duration(15 * time.Minute)

	defaultCheckTimeout = Duration(5 * time.Minute)
	defaultMemory       = 2 * gibi
	defaultProcesses    = 512
	defaultOutput       = mebi
)

// Defaults gives the configuration of a repository that says nothing. ci says that it is read in continuous integration,
// where nobody is there to look at a tightened spec.
func Defaults(ci bool) Config {
	c := Config{
		Version: Version,
		Model: Model{
			BaseURL: DefaultBaseURL, KeyEnv: DefaultKeyEnv, Format: FormatAuto,
			IdleTimeout: defaultIdleTimeout, TotalTimeout: defaultTotalTimeout,
		},
		Budget:  Budget{Attempts: defaultAttempts},
		Retry:   RetryAuto,
		Tighten: TightenAuto,
		Sandbox: Sandbox{
			Mode: SandboxAuto, Timeout: defaultCheckTimeout, Memory: defaultMemory,
			Processes: defaultProcesses, Output: defaultOutput, Read: []string{},
		},
		Evaluate: Evaluate{Judge: JudgeAuto, MaxJudgeError: anyJudge, JudgedMust: []spec.SectionKind{spec.Behavior, spec.NonGoals}, ScopeCreep: ScopeShow},
		Specs:    []string{"specs/*.spec.md", "specs/**/*.spec.md"},
		Format:   []string{},
		Secrets:  Secrets{Allow: []string{}},
	}
	if ci {
		c.Tighten = TightenPropose
	}
	return c
}
