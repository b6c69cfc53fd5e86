package mutate_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
)

// TestInitialValuesAreChosenAtRunTime runs a program with tables and limits outside of functions: each mutant shows, and only its own.
func TestInitialValuesAreChosenAtRunTime(t *testing.T) {
	t.Parallel()
	code := "package main\n\nimport \"fmt\"\n\ntype entry struct {\n\tn    int\n\tname string\n}\n\nvar limit = 5\n\nvar wide int64 = 7\n\n" +
		"var table = []entry{\n\t{1, \"one\"},\n\t{2, \"two\"},\n}\n\nvar made = fmt.Sprint(3)\n\nconst fixed = 4\n\nfunc main() {\n\tfmt.Println(limit, wide, table, made, fixed)\n}\n"
	files := []patch.File{{Path: "main.go", Mode: patch.ModeFile, Data: []byte(code)}}
	var outside []mutate.Mutant
	for _, m := range mutate.Mutants(files) {
		if m.Func == "" {
			outside = append(outside, m)
		}
	}
	p := mutate.Combine(files, outside, chosen)
	for _, m := range p.Rest {
		if m.Was != "3" && m.Was != "4" {
			t.Errorf("left over: %s at line %d", m.Was, m.Line)
		}
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "main.go": string(p.Files[0].Data)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "m")
	if out, err := goCommand(t, "GOFLAGS=-mod=mod", "build", "-C", dir, "-o", binary, "."); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, p.Files[0].Data)
	}
	const plain = "5 7 [{1 one} {2 two}] 3 4\n"
	if got := output(t, binary, ""); got != plain {
		t.Errorf("the program itself says %q", got)
	}
	seen := map[string]bool{plain: true}
	for _, m := range p.Mutants {
		got := output(t, binary, m.ID)
		if seen[got] {
			t.Errorf("%s for %s at line %d: %q was said before", m.Now, m.Was, m.Line, got)
		}
		seen[got] = true
	}
	if len(p.Mutants) < 8 {
		t.Errorf("want 8 mutants at least, got %d", len(p.Mutants))
	}
}

// output runs a program with one mutant chosen.
func output(t *testing.T, binary, id string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), chosen+"="+id)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
