package evaluate_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const (
	longNamed = "package thing\n\nconst note = \"a fine day\"\n\nfunc GiveOneOrMaybeTwo(n int) int {\n\treturn len(note[:1]) + giveNothingAtAllEver(n) // always\n}\n\n" +
		"func giveNothingAtAllEver(int) int { return len(\"a b\") - 3 }\n"
	longFile = "all_that_gives_one.go"
	aliased  = "return len(note[:1]) + name2(n)"
)

// TestAJudgeSpeaksInAliases, and what it says is run and told to people in the terms of the code.
func TestAJudgeSpeaksInAliases(t *testing.T) {
	t.Parallel()
	text, _, _ := strings.Cut(strings.Replace(judgedSpec, "thing.go", "*.go", 1), "\n## What NOT")
	shown := cite{"file1.go", 6, 6, aliased, "gives one"}
	m := model.Script(
		objects("fail", "name2 of 1", "two", "Name1(1).String()", "2", shown), // no method
		objects("fail", "name2 of 1", "two", "Name1(1)", "2", shown), expectsTwo,
		answer("pass", "", "", shown),
	)
	ran := ""
	b := &bench{t: t, probe: func(file patch.File, test string) (verdict.Execution, error) {
		ran += string(file.Data)
		return probed("")(file, test)
	}}
	v := of(t, decide(t, evaluate.New(tree{longFile: longNamed}, b, newJudge(t, m), options()), parse(t, text)), "B1")
	if v.Status != verdict.Pass || !strings.Contains(ran, "GiveOneOrMaybeTwo(1)") {
		t.Fatalf("want the real function called, and a pass; got %s %s, ran %s", v.Status, v.Reason, ran)
	}
	want := "return len(note[:1]) + giveNothingAtAllEver(n) // always"
	if e := v.Evidence[0]; e.File != longFile || e.Line != 6 || e.Quote != want {
		t.Errorf("want the line as it is, got %+v", e)
	}
	if e := v.Evidence[1]; e.Input != "GiveOneOrMaybeTwo(1)" {
		t.Errorf("want the real call, got %+v", e)
	}
	asked := m.Asked()
	if len(asked) != 4 {
		t.Fatalf("%d requests", len(asked))
	}
	for i, wants := range []string{aliased, "String is no exported method", "func Name1(n int) int", "Name1(1)"} {
		var all string
		for _, message := range asked[i].Messages {
			all += message.Content + "\n"
		}
		if !strings.Contains(all, wants) {
			t.Errorf("request %d lacks %q: %s", i+1, wants, all)
		}
		for _, not := range []string{"GiveOne", "giveNothing", "all_that", "fine day", "always"} {
			if strings.Contains(all, not) {
				t.Errorf("request %d holds %q: %s", i+1, not, all)
			}
		}
	}
}

// TestTheSpecsNamesStay, and those of the acceptance tests.
func TestTheSpecsNamesStay(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{
		judgedSpec + "\n## Interface\n```go\nfunc GiveOneOrMaybeTwo(n int) int\n```\n",
		strings.Replace(judgedSpec, "Do gives one.", "Do gives one, as `GiveOneOrMaybeTwo` does.", 1),
	} {
		m := model.Script(answer("unknown", "", ""), answer("unknown", "", ""))
		decide(t, evaluate.New(tree{longFile: longNamed}, noBench{}, newJudge(t, m), options()), parse(t, strings.Replace(spec, "thing.go", longFile, 1)))
		for _, req := range m.Asked() {
			if text := req.Messages[1].Content; !strings.Contains(text, "func GiveOneOrMaybeTwo(n int)") || !strings.Contains(text, longFile) || !strings.Contains(text, "name2(n)") && !strings.Contains(text, "name1(n)") {
				t.Errorf("got %s", text)
			}
		}
	}
}
