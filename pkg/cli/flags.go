package cli

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
)

// setting is a flag that stands for a key of the configuration.
type setting struct{ flag, key, usage string }

// settings are the flags that beat environment and files, in the order of the help.
func settings() []setting {
	return []setting{
		{"model", "model.name", "the model to ask: `NAME` (also SPECGEN_MODEL)"},
		{"base-url", "model.base_url", "the OpenAI-compatible endpoint: `URL` (also OPENAI_BASE_URL)"},
		{"key-env", "model.key_env", "the variable that holds the key: `NAME`"},
		{"temperature", "model.temperature", "sampling temperature: `T`"},
		{"seed", "model.seed", "sampling seed: `N`; each attempt adds one"},
		{"max-output-tokens", "model.max_output_tokens", "the longest answer: `N` tokens"},
		{"format", "model.format", "ask for `FORMAT`: auto, diff, blocks, whole"},
		{"max-attempts", "budget.attempts", "stop after `N` attempts"},
		{"max-tokens", "budget.tokens", "stop after `N` tokens, prompts and answers together"},
		{"max-cost", "budget.cost", "stop when `COST` is spent, in the currency of model.prices"},
		{"max-time", "budget.time", "stop after `TIME`, such as 10m"},
		{"retry", "retry", "how an attempt builds on the last: `SHAPE` auto, repair, regenerate"},
		{"tighten", "tighten", "`MODE` auto amends the spec where it left a gap, propose shows the amendment and stops, off"},
		{"judge", "evaluate.judge", "`WHEN` a model's opinion is asked: auto, always, off"},
		{"sandbox", "sandbox.mode", "`MODE` auto, require (all walls or nothing), off"},
	}
}

// settingFlags makes the flags.
func settingFlags() []cli.Flag { return flagsOf(settings()) }

// judgeFlags are those that matter where nothing is generated.
func judgeFlags() []cli.Flag {
	generating := []string{"format", "max-attempts", "retry", "tighten"}
	left := slices.DeleteFunc(settings(), func(s setting) bool { return slices.Contains(generating, s.flag) })
	for i, s := range left {
		if usage, ok := judgeUsages()[s.flag]; ok {
			left[i].usage = usage
		}
	}
	return flagsOf(left)
}

// judgeUsages are what some settings mean where nothing is generated.
func judgeUsages() map[string]string {
	return map[string]string{
		"seed":       "sampling seed: `N`",
		"max-tokens": "ask the judge no more after `N` tokens, prompts and answers together",
		"max-cost":   "ask the judge no more once `COST` is spent, in the currency of model.prices",
		"max-time":   "ask the judge no more after `TIME`, such as 10m",
	}
}

func flagsOf(settings []setting) []cli.Flag {
	var flags []cli.Flag
	for _, s := range settings {
		flags = append(flags, &cli.StringFlag{Name: s.flag, Usage: s.usage})
	}
	return flags
}

// given reads the flags that were set on the command line.
func given(c *cli.Context) config.Flags {
	var flags config.Flags
	for _, s := range settings() {
		if c.IsSet(s.flag) {
			flags = append(flags, config.Flag{Key: s.key, Value: c.String(s.flag), Name: "--" + s.flag})
		}
	}
	return flags
}

// terms are what a run was asked to do, kept in its journal, so that a resumed run is asked the same.
type terms struct {
	Flags  config.Flags  `json:"flags"`
	Config config.Config `json:"config"` // as it was resolved, to be read by people
}

func (t terms) encode() (json.RawMessage, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	return text, nil
}
