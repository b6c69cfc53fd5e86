package evaluate_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func TestRulesThatCanMatchNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ target, rule, message, fix string }{
		{"a/a.go", `forbid import: "time`, "without quotes", "forbid import: time`"},
		{"a/a.go", "forbid import: <stdlib.h>", "without quotes", "stdlib.h"},
		{"a/a.go", "forbid import: net/", "ends in a slash", "net/**"},
		{"a/a.go", "forbid import: /net", "begins with a slash", "**/net"},
		{"a/a.go", `forbid import: import time`, "holds a blank", "name alone"},
		{"a/a.go", "forbid call: time.Sleep()", "brackets", "forbid call: time.Sleep`"},
		{"a/a.go", "forbid call: time.", "is missing", "time.*"},
		{"a/a.go", "forbid identifier: time.Sleep", "one word", "forbid call:"},
		{"a/a.go", "forbid identifier: goto", "keyword", "forbid text:"},
		{"a/a.lua", "forbid call: os.execute", "no reader for the calls of Lua", "forbid text:"},
		{"a/*.sh", "forbid import: x", "no reader for the imports of shell", "Python"},
		{"a/a.rs", "forbid dependency: serde", "no reader for the manifests of Rust", "package.json"},
		{"a/**", "forbid path: b/**", "no file that the targets mean", "the targets are a/**"},
		{"a/a.go", "require path: a/b.go", "no file that the targets mean", "the targets are a/a.go"},
		{"a/a.go", "forbid import: time", "", ""},
		{"a/a.py", "forbid identifier: goto", "", ""},
		{"a/**", "forbid call: time.Sleep", "", ""},
		{"a/**", "forbid path: a/**/cache*.go", "", ""},
		{"a/*.go", "forbid path: '**/*_lru.go'", "", ""},
		{"a/a.ts", "forbid dependency: '@shop/*'", "", ""},
	} {
		sp := parse(t, ruleSpec(c.target, c.rule))
		problems := evaluate.RuleProblems(sp)
		if c.message == "" {
			if len(problems) > 0 {
				t.Errorf("%s: %v", c.rule, problems)
			}
			continue
		}
		if len(problems) != 1 || !strings.Contains(problems[0].Message, c.message) || !strings.Contains(problems[0].Fix, c.fix) || problems[0].Pos.Line != 9 {
			t.Errorf("%s: want %q and %q, got %+v", c.rule, c.message, c.fix, problems)
		}
		if before := evaluate.Decidable(sp, []patch.File{}, verdict.DefaultPolicy()); len(before) != 1 {
			t.Errorf("%s: want a run to stop before it begins, got %v", c.rule, before)
		}
		should := parse(t, strings.Replace(ruleSpec(c.target, c.rule), "Not that.", "SHOULD not do that.", 1))
		if before := evaluate.Decidable(should, []patch.File{}, verdict.DefaultPolicy()); len(before) != 0 {
			t.Errorf("%s: want a SHOULD not to stop a run, got %v", c.rule, before)
		}
		r := decide(t, evaluate.New(tree{"a/a.go": "package a\n", "a/a.lua": "", "a/a.rs": "", "a/x.sh": ""}, noBench{}, nil, options()), should)
		if v := of(t, r, "N1"); v.Status != verdict.Unknown || !strings.Contains(v.Reason, c.message) {
			t.Errorf("%s: want unknown with the reason, got %s %q", c.rule, v.Status, v.Reason)
		}
	}
}
