package mutate_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
)

const chosen = "SPECGEN_PLANTED"

// overlay writes files to be read in the place of this repository's own, and gives the flag that says so.
func overlay(t *testing.T, files []patch.File) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replace := map[string]string{}
	for i, f := range files {
		name := filepath.Join(dir, strconv.Itoa(i)+".go")
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, f.Path)] = name
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return "-overlay=" + file
}

// goCommand runs the go command at the root of the repository.
func goCommand(t *testing.T, env string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), env)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var place = regexp.MustCompile(`(?m)^(?:\./)?([^\s:]+\.go):(\d+):\d+: (.*)$`)

// combined builds a program of mutants, and takes out what the compiler does not like.
func combined(t *testing.T, files []patch.File, all []mutate.Mutant, packages ...string) (p mutate.Program, bad int) {
	t.Helper()
	for range 5 {
		p = mutate.Combine(files, all, chosen)
		out, err := goCommand(t, "", append([]string{"build", "-gcflags=-e", overlay(t, p.Files)}, packages...)...)
		if err == nil {
			return p, bad
		}
		broken := map[string]bool{}
		for _, m := range place.FindAllStringSubmatch(out, -1) {
			line, _ := strconv.Atoi(m[2])
			path := m[1]
			if i, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), ".go")); err == nil {
				path = files[i].Path // the compiler may name what stands in the file's place
			}
			id, ok := p.At(path, line)
			if !ok {
				t.Fatalf("an error outside of all copies: %s", m[0])
			}
			if !broken[id] {
				bad++
				broken[id] = true
				k := slices.IndexFunc(all, func(m mutate.Mutant) bool { return m.ID == id })
				t.Logf("%s:%d %s %q -> %q: %s", all[k].Path, all[k].Line, all[k].Kind, all[k].Was, all[k].Now, m[3])
			}
		}
		if len(broken) == 0 {
			t.Fatal(out)
		}
		all = slices.DeleteFunc(slices.Clone(all), func(m mutate.Mutant) bool { return broken[m.ID] })
	}
	t.Fatal("it does not build")
	return p, bad
}

// All mutants of real packages build in one program, which is the original as long as none is chosen.
func TestCombineBuilds(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"pkg/verdict", "pkg/lock"} {
		files := readPackage(t, dir)
		all := append(mutate.Mutants(files), mutate.Degenerates(files)...)
		p, bad := combined(t, files, all, "./"+dir)
		t.Logf("%s: %d in it, %d left over, %d do not compile", dir, len(p.Mutants), len(p.Rest), bad)
		if bad*20 > len(all) || len(p.Mutants)*2 < len(all) {
			t.Errorf("%s: %d of %d do not compile, %d left over", dir, bad, len(all), len(p.Rest))
		}
		if dir != "pkg/lock" {
			continue
		}
		flags := []string{"test", "-vet=off", overlay(t, p.Files), "./" + dir}
		if out, err := goCommand(t, chosen+"=", flags...); err != nil {
			t.Errorf("none is chosen, and the tests fail:\n%s", out)
		}
	}
}

// A compiler's error in a copy is told to be its mutant's, and the program builds without it.
func TestAtFindsTheMutant(t *testing.T) {
	t.Parallel()
	files := []patch.File{
		{Path: "a.go", Data: []byte("package a\n\nimport \"strings\"\n\nfunc F(a string) string { return strings.ToLower(a) + strings.ToUpper(a) }\n")},
		{Path: "go.mod", Data: []byte("module example.com/a\n\ngo 1.24\n")},
	}
	all := mutate.Mutants(files)
	p := mutate.Combine(files, all, chosen)
	out, err := inFolder(t, lay(t, p.Files), "", "go", "build", ".")
	if err == nil {
		t.Skip("nothing fails to compile here any more")
	}
	found := place.FindStringSubmatch(out)
	line, _ := strconv.Atoi(found[2])
	id, ok := p.At("a.go", line)
	i := slices.IndexFunc(all, func(m mutate.Mutant) bool { return m.ID == id })
	if !ok || all[i].Kind != mutate.Operator || all[i].Now != "-" {
		t.Fatalf("%s: %v %v", out, ok, i)
	}
	if _, ok := p.At("a.go", 5); ok {
		t.Error("the original is a mutant's")
	}
	p = mutate.Combine(files, slices.Delete(slices.Clone(all), i, i+1), chosen)
	if out, err := inFolder(t, lay(t, p.Files), "", "go", "build", "."); err != nil {
		t.Error(out)
	}
}

// Mutants that cannot be chosen at run time are left over, and the files they are in stay as they are.
func TestCombineLeavesOver(t *testing.T) {
	t.Parallel()
	const f = "func F(a int) int { return a + 1 }\n"
	for name, text := range map[string]string{
		"outside":   "package a\n\nconst N = 3\n",
		"recover":   "package a\n\nfunc F(a int) int { recover(); return a + 1 }\n",
		"caller":    "package a\n\nimport \"runtime\"\n\nfunc F(a int) int { runtime.Caller(0); return a + 1 }\n",
		"line":      "package a\n\n//line b.go:1\n" + f,
		"embed":     "package a\n\nimport _ \"embed\"\n\n//go:embed a.go\nvar s string\n" + f,
		"cgo":       "package a\n\nimport \"C\"\n" + f,
		"directive": "package a\n\n//go:noinline\n" + f,
	} {
		files := one("a.go", text)
		all := mutate.Mutants(files)
		p := mutate.Combine(files, all, chosen)
		if len(all) == 0 || len(p.Rest) != len(all) || string(p.Files[0].Data) != text {
			t.Errorf("%s: %d of %d are left over", name, len(p.Rest), len(all))
		}
	}
}
