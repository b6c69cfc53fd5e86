package apply

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write standard.txt from the sources of the Go in use")

// TestStandardLibrary compares the list with the sources of the Go in use: equal for the release that it was made from, and
// no name lost since in any other.
func TestStandardLibrary(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := listStandard(t, filepath.Join(strings.TrimSpace(string(out)), "src"))
	if *update {
		if err := os.WriteFile("standard.txt", []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := standardLibrary
	if *update {
		want = got
	}
	release, _, _ := strings.Cut(want, "\n")
	if minor(release) == minor(runtime.Version()) {
		_, got, _ = strings.Cut(got, "\n")
		if _, want, _ = strings.Cut(want, "\n"); got != want {
			t.Error("standard.txt is not what the sources say; run the test with -update")
		}
	}
	for _, p := range []string{"fmt", "math/rand/v2", "encoding/json", "net/http"} {
		if !isStandard(p) {
			t.Errorf("%s is missing", p)
		}
	}
}

func minor(release string) string {
	parts := strings.SplitN(release, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func listStandard(t *testing.T, root string) string {
	t.Helper()
	list, err := exec.CommandContext(t.Context(), "go", "list", "std").Output() // leaves out what is an experiment
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for p := range strings.FieldsSeq(string(list)) {
		if strings.Contains("/"+p+"/", "/internal/") || strings.HasPrefix(p, "vendor/") {
			continue
		}
		if names := exported(t, filepath.Join(root, filepath.FromSlash(p))); len(names) > 0 {
			lines = append(lines, p+" "+strings.Join(names, " "))
		}
	}
	slices.Sort(lines)
	return minor(runtime.Version()) + "\n" + strings.Join(lines, "\n") + "\n"
}

func exported(t *testing.T, dir string) []string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	names := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if file.Name.Name != "main" && file.Name.Name != "documentation" {
			declared(file, names)
		}
	}
	var out []string
	for n := range names {
		if ast.IsExported(n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}
