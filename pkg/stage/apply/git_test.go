package apply_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/repo"
	"github.com/specgen-dev/specgen/pkg/stage/apply"
)

// stored is a real repository as a store.
type stored struct{ *repo.Repo }

func (s stored) Tree(ctx context.Context, id string) (patch.Tree, error) { return s.Repo.Tree(ctx, id) }

// TestApplyOnGit makes a candidate in a real repository, whose tree git itself then compares.
func TestApplyOnGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	git("init", "-q")
	if err := os.MkdirAll(filepath.Join(dir, "x"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"x/x.go": "package x\n\nfunc A() int {\n\treturn 1\n}\n", "go.mod": "module example.com/m\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("add", ".")
	git("commit", "-qm", "base")
	r, err := repo.Open(t.Context(), dir, repo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	c, err := apply.New(stored{r}, nil).Apply(t.Context(), target("x/**"), base, []string{
		"```diff\n--- a/x/x.go\n+++ b/x/x.go\n@@ ... @@\n func A() int {\n-\treturn 1\n+\treturn strings.Count(\"a\", \"a\")\n }\n```\n" +
			"x/y.go\n```go\npackage x\n\nimport \"os\"\n\nvar B = 2\n```\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := git("diff-tree", "-r", "--name-status", "HEAD^{tree}", c.Tree); got != "M\tx/x.go\nA\tx/y.go\n" {
		t.Errorf("git sees\n%s", got)
	}
	if got := git("cat-file", "blob", c.Tree+":x/x.go"); got != "package x\n\nimport \"strings\"\n\nfunc A() int {\n\treturn strings.Count(\"a\", \"a\")\n}\n" {
		t.Errorf("x/x.go is\n%s", got)
	}
	if len(c.Repairs) != 2 {
		t.Errorf("repairs %+v", c.Repairs)
	}
	if git("status", "--porcelain") != "" {
		t.Error("the working tree was touched")
	}
}
