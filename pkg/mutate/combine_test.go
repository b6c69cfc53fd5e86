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
