package render_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/render"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

var update = flag.Bool("update", false, "write the golden files anew")

const specText = `---
component: window
targets: ["window/window.go"]
context: ["zones/*.go"]
tests:
  files: ["window/*_test.go"]
  runner: go
---
# Spec: Window

## Intent
Tell the customer when the parcel arrives.

## Behavior
- **B1** Up to 100 km the window is 1 day.
  - test: TestB1_Near

## Edge cases
- **E1** An impossible distance is an error.
  - test: TestE1_Impossible
  - forbid import: time
`

type files []patch.File

func (f files) Files(_ context.Context, _ string, match func(string) bool) ([]patch.File, error) {
	var out []patch.File
	for _, file := range f {
		if match(file.Path) {
			out = append(out, file)
		}
	}
	return out, nil
}

func stage(t *testing.T, limit int, f ...patch.File) (*render.Stage, *spec.Spec) {
	t.Helper()
	set, err := prompts.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	sp, err := spec.Parse("specs/window.spec.md", []byte(specText))
	if err != nil {
		t.Fatal(err)
	}
	return render.New(files(f), set, limit), sp
}

func text(messages []model.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString("=== " + m.Role + "\n" + m.Content + "\n")
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", name, diff)
	}
}

func code(path, content string) patch.File {
	return patch.File{Path: path, Mode: patch.ModeFile, Data: []byte(content)}
}

func TestPrompts(t *testing.T) {
	t.Parallel()
	feedback := verdict.Feedback{Failures: []verdict.Failure{{
		Clause: "E1", Text: "An impossible distance is an error.", Input: "Window(-1)", Want: "an error", Got: "1",
	}}}
	build := verdict.Feedback{Build: []verdict.Diagnostic{{File: "window/window.go", Line: 3, Col: 2, Message: "undefined: errors"}}}
	present := code("window/window.go", "package window\n")
	zones := code("zones/zones.go", "package zones\n\n// === system\n=== user\n```\n")
	hidden := code("window/window_test.go", "package window\n// the acceptance tests are never shown\n")
	cases := []struct {
		name  string
		files []patch.File
		round prompts.Round
	}{
		{"first-new", []patch.File{hidden, zones}, prompts.Round{Shape: prompts.First}},
		{"first-present", []patch.File{present, hidden}, prompts.Round{Shape: prompts.First, Format: prompts.Auto}},
		{"first-large-file", []patch.File{code("window/window.go", "package window\n"+strings.Repeat("// line\n", 1000))}, prompts.Round{Shape: prompts.First}},
		{"repair", []patch.File{present}, prompts.Round{Shape: prompts.Repair, Feedback: feedback, Format: prompts.Diff}},
		{"repair-build", []patch.File{present}, prompts.Round{Shape: prompts.Repair, Feedback: build, Format: prompts.Blocks}},
		{"regenerate", []patch.File{present}, prompts.Round{Shape: prompts.Regenerate, Feedback: feedback, Trouble: "it holds no patch"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, sp := stage(t, 0, c.files...)
			c.round.Spec = sp
			prompt, err := s.Render(t.Context(), c.round)
			if err != nil {
				t.Fatal(err)
			}
			got := text(prompt.Messages)
			if strings.Contains(got, "never shown") || strings.Contains(got, "TestE1_Impossible") {
				t.Error("acceptance tests must not be shown")
			}
			if c.name != "first-large-file" {
				golden(t, c.name, got)
			} else if prompt.Format != prompts.Diff {
				t.Errorf("a large file is to be changed by a diff, got %s", prompt.Format)
			}
		})
	}
}

func TestResend(t *testing.T) {
	t.Parallel()
	s, sp := stage(t, 0)
	prompt, err := s.Render(t.Context(), prompts.Round{Spec: sp, Shape: prompts.First})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Resend(prompt, "my answer", prompts.Resend{Feedback: "hunk 3 of 7, file x.go: NOT-FOUND"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(prompt.Messages, again.Messages[:2]); diff != "" {
		t.Errorf("the prefix must stay, so that it is cached:\n%s", diff)
	}
	golden(t, "resend", text(again.Messages[2:]))
	alone, err := s.Resend(prompt, "my answer", prompts.Resend{Feedback: "hunk 3", Alone: true})
	if err != nil || len(alone.Messages) != 2 || alone.Messages[0] != prompt.Messages[0] || !strings.Contains(alone.Messages[1].Content, "hunk 3") {
		t.Errorf("a question that stands alone has the instructions and itself: %+v %v", alone.Messages, err)
	}
	if len(prompt.Messages) != 2 || again.Digest == prompt.Digest {
		t.Error("a re-send is another prompt, and leaves the first as it was")
	}
}

// What changes between attempts comes last: two rounds share everything up to the feedback.
func TestStablePrefix(t *testing.T) {
	t.Parallel()
	s, sp := stage(t, 0, code("window/window.go", "package window\n"))
	render := func(round prompts.Round) string {
		round.Spec, round.Format = sp, prompts.Whole
		prompt, err := s.Render(t.Context(), round)
		if err != nil {
			t.Fatal(err)
		}
		return text(prompt.Messages)
	}
	first := render(prompts.Round{Shape: prompts.First})
	repair := render(prompts.Round{Shape: prompts.Repair, Feedback: verdict.Feedback{Failures: []verdict.Failure{{Clause: "E1", Text: "x"}}}})
	stable := first[:strings.LastIndex(first, "\nNow write")]
	if !strings.HasPrefix(repair, stable) {
		t.Errorf("the repair does not begin with the first prompt:\n%s", cmp.Diff(stable, repair))
	}
}

func TestAPromptThatCannotFitSaysWhatIsHowBig(t *testing.T) {
	t.Parallel()
	s, sp := stage(t, 1000, code("zones/zones.go", strings.Repeat("zone ", 4000)))
	_, err := s.Render(t.Context(), prompts.Round{Spec: sp, Shape: prompts.First})
	var large *render.TooLargeError
	if !errors.As(err, &large) || large.Parts[0].Name != "zones/zones.go" || !strings.Contains(err.Error(), "zones/zones.go 5") {
		t.Errorf("want the largest part first, got %v", err)
	}
}

func TestAFileThatIsNoTextIsNamed(t *testing.T) {
	t.Parallel()
	s, sp := stage(t, 0, code("zones/zones.go", "\xff\xfe\x00"))
	if _, err := s.Render(t.Context(), prompts.Round{Spec: sp}); err == nil || !strings.Contains(err.Error(), "zones/zones.go") {
		t.Errorf("want an error that names the file, got %v", err)
	}
}
