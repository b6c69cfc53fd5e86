package config

import (
	"reflect"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// AnswerFormat is the form of answer that a model is asked for.
type AnswerFormat string

// The forms of answers.
const (
	FormatAuto   AnswerFormat = "auto"
	FormatDiff   AnswerFormat = "diff"
	FormatBlocks AnswerFormat = "blocks"
	FormatWhole  AnswerFormat = "whole"
)

// Retry is how an attempt builds on the one before.
type Retry string

// The shapes of a retry.
const (
	RetryAuto       Retry = "auto"
	RetryRepair     Retry = "repair"
	RetryRegenerate Retry = "regenerate"
)

// Tighten is what happens where a spec left a gap.
type Tighten string

// The ways to tighten.
const (
	TightenAuto    Tighten = "auto"
	TightenPropose Tighten = "propose"
	TightenOff     Tighten = "off"
)

// SandboxMode says how much isolation is demanded.
type SandboxMode string

// The modes of the sandbox.
const (
	SandboxAuto    SandboxMode = "auto"
	SandboxRequire SandboxMode = "require"
	SandboxOff     SandboxMode = "off"
)

// JudgePolicy says when a model's opinion is asked.
type JudgePolicy string

// The policies for the judge.
const (
	JudgeAuto   JudgePolicy = "auto"
	JudgeAlways JudgePolicy = "always"
	JudgeOff    JudgePolicy = "off"
)

// ScopePolicy says what becomes of lines that serve no clause.
type ScopePolicy string

// The policies for scope creep.
const (
	ScopeShow   ScopePolicy = "show"
	ScopeRefuse ScopePolicy = "refuse"
)

// words gives the values that a type allows; nil where it is no closed list.
func words(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[AnswerFormat]():
		return list(FormatAuto, FormatDiff, FormatBlocks, FormatWhole)
	case reflect.TypeFor[Retry]():
		return list(RetryAuto, RetryRepair, RetryRegenerate)
	case reflect.TypeFor[Tighten]():
		return list(TightenAuto, TightenPropose, TightenOff)
	case reflect.TypeFor[SandboxMode]():
		return list(SandboxAuto, SandboxRequire, SandboxOff)
	case reflect.TypeFor[JudgePolicy]():
		return list(JudgeAuto, JudgeAlways, JudgeOff)
	case reflect.TypeFor[ScopePolicy]():
		return list(ScopeShow, ScopeRefuse)
	case reflect.TypeFor[spec.SectionKind]():
		return list(spec.Behavior, spec.EdgeCases, spec.Invariants, spec.NonGoals)
	}
	return nil
}

func list[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// Words gives the values that a key can have, for completion; nil where they are no closed list.
func Words(name string) []string {
	k, ok := findKey(name)
	if !ok {
		return nil
	}
	t := k.typ
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Bool {
		return []string{"true", "false"}
	}
	return words(t)
}
