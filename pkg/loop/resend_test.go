package loop_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/render"
	"github.com/specgen-dev/specgen/prompts"
)

// talk is a world whose prompts and patches are real, and whose model is scripted.
type talk struct {
	*world
	stage   *render.Stage
	file    string // the target's text
	answers []string
	asked   []prompts.Prompt
	result  patch.Result
}

func (m *talk) Render(ctx context.Context, r prompts.Round) (prompts.Prompt, error) {
	return m.stage.Render(ctx, r)
}

func (m *talk) Resend(p prompts.Prompt, answer string, again prompts.Resend) (prompts.Prompt, error) {
	m.resends = append(m.resends, again)
	return m.stage.Resend(p, answer, again)
}

func (m *talk) Generate(_ context.Context, p prompts.Prompt, _, _ int) (model.Completion, error) {
	m.asked = append(m.asked, p)
	return model.Completion{Text: m.answers[min(len(m.asked), len(m.answers))-1]}, nil
}

func (m *talk) Apply(_ context.Context, _ *spec.Spec, base string, answers []string) (patch.Candidate, error) {
	var err error
	m.result, err = patch.Apply(m, answers, patch.Options{Sole: "window.go"})
	if err != nil || m.result.Refused() {
		return patch.Candidate{}, unusable{m.result}
	}
	return patch.Candidate{Base: base, Tree: "done"}, nil
}

func (m *talk) Lookup(path string) (patch.Entry, bool, error) {
	return patch.Entry{Mode: patch.ModeFile, Data: []byte(m.file)}, path == "window.go", nil
}

func (m *talk) Names(string) ([]string, error) { return []string{"window.go"}, nil }

func (m *talk) Files(context.Context, string, func(string) bool) ([]patch.File, error) {
	return []patch.File{{Path: "window.go", Mode: patch.ModeFile, Data: []byte(m.file)}}, nil
}

// body is what the model was asked in a round, counted from 0.
func (m *talk) body(round int) string {
	var out strings.Builder
	for _, m := range m.asked[round].Messages {
		out.WriteString(m.Content + "\n")
	}
	return out.String()
}

func (m *talk) run(t *testing.T) {
	t.Helper()
	set, err := prompts.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	m.stage = render.New(m, set, 0)
	m.world = &world{plan: []step{{}}}
	l := m.loop()
	l.Render, l.Generate, l.Apply = m, m, m
	task := m.task(parse(t, specText))
	task.Budget.Attempts, task.Format = 1, prompts.Diff
	m.world.asked = 1
	if _, err := l.Run(t.Context(), task); err != nil {
		t.Fatal(err)
	}
}

// program is a file with many functions that differ in their numbers only.
func program() string {
	var out strings.Builder
	out.WriteString("package window\n")
	for i := range 150 {
		fmt.Fprintf(&out, "\nfunc window%d(km int) int {\n\tlimit := %d\n\treturn km / limit\n}\n", i, i)
	}
	return out.String()
}

// limit is a hunk that changes the limit of a function; was is the line that it takes to be there.
func limit(i int, was string) string {
	return fmt.Sprintf("@@ ... @@\n func window%d(km int) int {\n-\t%s\n+\tlimit := %d\n \treturn km / limit\n", i, was, i+1000)
}

func answer(hunks ...string) string {
	return "```diff\n--- a/window.go\n+++ b/window.go\n" + strings.Join(hunks, "") + "```\n"
}

func right(i int) string { return limit(i, fmt.Sprintf("limit := %d", i)) }

// TestAPartialFailureCostsOneSmallRequest: of four hunks one fits nowhere. It alone is asked for again, with its text and the
// file's near it, in a request that is a fraction of the first; the three that matched are kept.
func TestAPartialFailureCostsOneSmallRequest(t *testing.T) {
	t.Parallel()
	m := &talk{file: program(), answers: []string{
		answer(right(10), right(40), limit(70, "limit := seventy"), right(100)),
		answer(right(70)),
	}}
	m.run(t)
	if m.result.Refused() || len(m.asked) != 2 {
		t.Fatalf("%d requests\n%s", len(m.asked), m.result.Feedback())
	}
	first, second := m.body(0), m.body(1)
	if len(second)*5 > len(first) {
		t.Errorf("the second request has %d bytes, the first %d", len(second), len(first))
	}
	for _, want := range []string{"hunk 3 of 4, file window.go: NOT-FOUND", "limit := seventy", "\tlimit := 70\n", "Hunks 1, 2, 4 matched; re-send only hunk 3."} {
		if !strings.Contains(second, want) {
			t.Errorf("the second request lacks %q:\n%s", want, second)
		}
	}
	for _, not := range []string{"limit := 1010", "limit := 1040", "limit := 1100", "window40("} {
		if strings.Contains(second, not) {
			t.Errorf("the second request speaks of what matched: %q", not)
		}
	}
	data := string(m.result.Changes[0].Data)
	for _, i := range []int{10, 40, 70, 100} {
		if !strings.Contains(data, fmt.Sprintf("func window%d(km int) int {\n\tlimit := %d\n", i, i+1000)) {
			t.Errorf("function %d is not changed", i)
		}
	}
}

// TestWhatARefusedHunkCostsAtMost: three re-sends of the failing hunk while something moves, and then the whole file.
func TestWhatARefusedHunkCostsAtMost(t *testing.T) {
	t.Parallel()
	wrong := func(was string) string { return answer(limit(70, was)) }
	m := &talk{file: program(), answers: []string{
		answer(right(10), limit(70, "limit := a")), wrong("limit := b"), wrong("limit := c"), wrong("limit := d"),
		"FILE: window.go\n```go\npackage window\n```\n",
	}}
	m.run(t)
	if m.result.Refused() || len(m.asked) != 5 || string(m.result.Changes[0].Data) != "package window\n" {
		t.Fatalf("%d requests\n%s", len(m.asked), m.result.Feedback())
	}
	for i, again := range m.resends {
		if again.Whole != (i == 3) || again.Alone != (i < 3) {
			t.Errorf("re-send %d: whole %v, alone %v", i+1, again.Whole, again.Alone)
		}
	}
	if last := m.body(4); !strings.Contains(last, m.file) || !strings.Contains(last, "limit := a") || strings.Contains(last, "limit := b") {
		t.Error("the request for the whole file must show the file and the first answer")
	}
}

// TestASameAnswerEndsTheReSends: a re-send that changes nothing is followed by the request for the whole file.
func TestASameAnswerEndsTheReSends(t *testing.T) {
	t.Parallel()
	bad := limit(70, "limit := a")
	m := &talk{file: program(), answers: []string{answer(right(10), bad), answer(bad), "FILE: window.go\n```go\npackage window\n```\n"}}
	m.run(t)
	if len(m.asked) != 3 || len(m.resends) != 2 || !m.resends[1].Whole {
		t.Fatalf("%d requests, %+v", len(m.asked), m.resends)
	}
}

// TestWhereNothingMatchedTheConversationGoesOn: without a hunk that matched, the model sees all that it saw before.
func TestWhereNothingMatchedTheConversationGoesOn(t *testing.T) {
	t.Parallel()
	m := &talk{file: program(), answers: []string{answer(limit(70, "limit := a")), answer(right(70))}}
	m.run(t)
	if len(m.asked) != 2 || m.resends[0].Alone || !strings.HasPrefix(m.body(1), m.body(0)) {
		t.Fatalf("%d requests, %+v", len(m.asked), m.resends)
	}
}
