package author_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/author"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
	"github.com/specgen-dev/specgen/prompts"
)

const tollSpec = "---\ncomponent: toll\ntargets: [\"toll/toll.go\"]\ntests:\n  files: [\"toll/*_invariant_test.go\"]\n  runner: go\n---\n# Spec: Toll\n\n" +
	"## Interface\n```go\npackage toll\n\n// Toll gives the cents that a vehicle pays.\nfunc Toll(axles int) (int, error)\n```\n\n" +
	"## Behavior\n- **B1** Each axle costs 150 cents, and no vehicle pays more than 1200.\n- **B2** A receipt is green.\n  - check: `true`\n\n" +
	"## Edge cases\n- **E1** Fewer than two axles are no vehicle, which is an error and costs 0.\n- **E2** MAY round.\n\n" +
	"## What NOT to build\n- **N1** No caching.\n"

const tollCode = "package toll\n\nimport \"errors\"\n\nconst perAxle, fewest = 150, 2\n\nvar errNone = errors.New(\"not a vehicle at all\")\n\n" +
	"// Toll looks the price up.\nfunc Toll(axles int) (int, error) {\n\tif axles < fewest {\n\t\treturn 0, errNone\n\t}\n\treturn priceOf(axles), nil\n}\n\n" +
	"func priceOf(axles int) int { return min(axles*perAxle, 1200) }\n"

// good is an answer for B1 that holds on tollCode.
const good = "```go\npackage toll_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/road/toll\"\n)\n\nfunc TestB1_Each(t *testing.T) {\n" +
	"\tfor _, c := range [][2]int{{2, 300}, {7, 1050}, {8, 1200}, {9, 1200}} {\n\t\taxles, want := c[0], c[1]\n\t\tif got, err := toll.Toll(axles); err != nil || got != want {\n" +
	"\t\t\tt.Errorf(\"Toll(%d): want %d, got %d\", axles, want, got)\n\t\t}\n\t}\n}\n```\n"

func parse(t *testing.T, text string) *spec.Spec {
	t.Helper()
	sp, err := spec.Parse("specs/toll.spec.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

func file(path, text string) patch.File {
	return patch.File{Path: path, Mode: patch.ModeFile, Data: []byte(text)}
}

func tollTask(t *testing.T, specText string, code ...patch.File) author.Task {
	t.Helper()
	sp := parse(t, specText)
	surface, err := author.ReadSurface(sp)
	if err != nil {
		t.Fatal(err)
	}
	return author.Task{
		Spec: sp, Surface: surface, Dir: "toll", Import: "example.com/road/toll", File: "toll/zz_blind_test.go", Package: "toll_test", Code: code,
	}
}

func newStage(t *testing.T, m model.Model, b author.Bench, task author.Task) *author.Stage {
	t.Helper()
	set, err := prompts.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return author.New(m, model.Settings{Role: model.Tester, Model: "m"}, set, b, task, author.Options{Vacuous: evaluate.Vacuous})
}

// authored opens a stage and asks it for a test of a clause.
func authored(t *testing.T, m model.Model, b author.Bench, task author.Task, clause string) author.Proposal {
	t.Helper()
	s := newStage(t, m, b, task)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, ok := task.Spec.Clause(clause)
	if !ok {
		t.Fatalf("there is no clause %s", clause)
	}
	p, err := s.Author(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// goBench builds and runs with the go command, in a folder of its own and without a sandbox: what is run is from this file.
type goBench struct {
	t   *testing.T
	dir string
}

func newGoBench(t *testing.T, files ...patch.File) *goBench {
	t.Helper()
	b := &goBench{t: t, dir: t.TempDir()}
	for _, f := range append(files, file("go.mod", "module example.com/road\n\ngo 1.24\n"), file("toll/folder.txt", "")) {
		b.put(filepath.Join(b.dir, f.Path), f.Data)
	}
	return b
}

func (b *goBench) put(name string, data []byte) {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *goBench) Build(ctx context.Context, files []patch.File, vet bool) (verdict.Execution, bool, error) {
	replace, seen := map[string]string{}, b.t.TempDir()
	for _, f := range files {
		at := filepath.Join(seen, strings.ReplaceAll(f.Path, "/", "_"))
		b.put(at, f.Data)
		replace[filepath.Join(b.dir, f.Path)] = at
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return verdict.Execution{}, false, err
	}
	b.put(filepath.Join(seen, "overlay.json"), overlay)
	args := []string{"test", "-c", "-overlay", filepath.Join(seen, "overlay.json"), "-o", filepath.Join(b.dir, "built.test")}
	if !vet {
		args = append(args, "-vet=off")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./toll")...)
	cmd.Dir, cmd.Env = b.dir, append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	e := verdict.Execution{Command: "go test -c", Output: string(out)}
	for _, m := range regexp.MustCompile(`(?m)^(?:vet: )?(\S+\.go):(\d+):\d+: (.*)$`).FindAllStringSubmatch(string(out), -1) {
		name := m[1]
		for path, at := range replace {
			if strings.HasSuffix(at, filepath.Base(name)) {
				name, _ = filepath.Rel(b.dir, path)
			}
		}
		e.Diagnostics = append(e.Diagnostics, verdict.Diagnostic{File: filepath.ToSlash(name), Message: m[3]})
	}
	return e, err == nil, nil
}

func (b *goBench) Run(ctx context.Context, test string, env []string, limit time.Duration) (verdict.Execution, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(b.dir, "built.test"), "-test.v", "-test.run=^"+test+"$", "-test.timeout="+limit.String())
	cmd.Dir, cmd.Env = b.dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	r := verdict.Test{Name: test, Status: verdict.TestUnfinished}
	switch text := string(out); {
	case strings.Contains(text, "--- PASS: "+test) && err == nil:
		r.Status = verdict.TestPassed
	case strings.Contains(text, "--- SKIP: "+test):
		r.Status = verdict.TestSkipped
	case strings.Contains(text, "--- FAIL: "+test):
		r.Status = verdict.TestFailed
	case !strings.Contains(text, "=== RUN   "+test):
		return verdict.Execution{Output: text}, nil
	}
	if m := regexp.MustCompile(`_test\.go:\d+: (.*)`).FindStringSubmatch(string(out)); m != nil {
		r.Message = m[1]
	}
	return verdict.Execution{Tests: []verdict.Test{r}, Output: string(out)}, nil
}
