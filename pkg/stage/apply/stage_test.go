package apply_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/apply"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// memory is a tree in memory.
type memory map[string]patch.Entry

func (m memory) Lookup(name string) (patch.Entry, bool, error) {
	if e, ok := m[name]; ok {
		return e, true, nil
	}
	for n := range m {
		if strings.HasPrefix(n, name+"/") {
			return patch.Entry{Mode: patch.ModeDir}, true, nil
		}
	}
	return patch.Entry{}, false, nil
}

func (m memory) Names(dir string) ([]string, error) {
	seen := map[string]bool{}
	for name := range m {
		rest, ok := name, true
		if dir != "" {
			rest, ok = strings.CutPrefix(name, dir+"/")
		}
		if part, _, _ := strings.Cut(rest, "/"); ok {
			seen[part] = true
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

// shelf is a store in memory. spoil makes it write something else than it was told to.
type shelf struct {
	trees map[string]memory
	spoil string
}

func newShelf(pairs ...string) *shelf {
	m := memory{}
	for pair := range slices.Chunk(pairs, 2) {
		m[pair[0]] = patch.Entry{Mode: patch.ModeFile, Data: []byte(pair[1])}
	}
	return &shelf{trees: map[string]memory{"base": m}}
}

func (s *shelf) Tree(_ context.Context, id string) (patch.Tree, error) {
	m, ok := s.trees[id]
	if !ok {
		return nil, fmt.Errorf("no tree %q", id)
	}
	return m, nil
}

func (s *shelf) WriteTree(_ context.Context, base string, changes []patch.Change) (string, error) {
	m := maps.Clone(s.trees[base])
	for _, c := range changes {
		if c.Action == patch.Rename {
			delete(m, c.From)
		}
		if m[c.Path] = (patch.Entry{Mode: c.Mode, Data: c.Data}); c.Action == patch.Delete {
			delete(m, c.Path)
		}
	}
	if s.spoil != "" {
		m[s.spoil] = patch.Entry{Mode: patch.ModeFile, Data: []byte("spoilt")}
	}
	id := fmt.Sprintf("tree-%d", len(s.trees))
	s.trees[id] = m
	return id, nil
}

func (s *shelf) read(id, name string) string { return string(s.trees[id][name].Data) }

// comparing is a shelf that can also compare trees.
type comparing struct{ *shelf }

func (s comparing) Changes(_ context.Context, from, to string) ([]patch.Delta, error) {
	a, b := s.trees[from], s.trees[to]
	var out []patch.Delta
	for name, e := range b {
		if old, ok := a[name]; !ok || old.Mode != e.Mode || string(old.Data) != string(e.Data) {
			out = append(out, patch.Delta{Path: name, Mode: e.Mode})
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			out = append(out, patch.Delta{Path: name})
		}
	}
	return out, nil
}

func target(globs ...string) *spec.Spec {
	return &spec.Spec{Path: "specs/x.spec.md", Front: spec.Front{Component: "x", Targets: globs, Tests: spec.Tests{Files: []string{"x/*_test.go"}}}}
}

func fence(text string) string { return "x/x.go\n```\n" + text + "```\n" }

func TestApplyWritesTheCandidate(t *testing.T) {
	t.Parallel()
	store := comparing{newShelf("x/x.go", "package x\n\nfunc A() int {\n\treturn 1\n}\n", "y.go", "package y\n")}
	c, err := apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{"```diff\n-\treturn 1\n+\treturn 2\n```"})
	if err != nil {
		t.Fatal(err)
	}
	if got := store.read(c.Tree, "x/x.go"); got != "package x\n\nfunc A() int {\n\treturn 2\n}\n" {
		t.Errorf("x/x.go is\n%s", got)
	}
	if c.Base != "base" || len(c.Changes) != 1 || len(c.Files) != 1 || c.Files[0].Hunks[0].Tier != "exact" || len(c.Repairs) != 0 {
		t.Errorf("candidate %+v", c)
	}
}

func TestApplyRefusesWhatTheSpecDoesNotAllow(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"outside the targets": "other.go", "a spec": "specs/x.spec.md", "another spec": "doc/y.spec.md", "an acceptance test": "x/x_test.go",
		"a test in capitals": "x/X_Test.go", "configuration": "specgen.yaml", "specgen's folder": ".specgen/prompts/a.tmpl",
		"git attributes": "x/.gitattributes", "git modules": ".gitmodules", "in capitals": ".GitModules", "a workflow": ".github/workflows/ci.yml",
		"CI script": ".ci/run", "Jenkins": "Jenkinsfile", "GitLab": ".gitlab-ci.yml", "short name": "GITMOD~1", "git folder": ".git/hooks/post-checkout",
		"parent": "../x.go", "absolute": "/etc/passwd.txt",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newShelf("x/x.go", "package x\n", "x/x_test.go", "package x\n", "other.go", "package y\n")
			sp := target("**")
			if name == "outside the targets" {
				sp = target("x/x.go")
			}
			answer := "diff --git a/" + path + " b/" + path + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+hello\n"
			_, err := apply.New(store, nil).Apply(t.Context(), sp, "base", []string{answer})
			var conflict *apply.Conflict
			if !errors.As(err, &conflict) || conflict.Result.Files[0].Hunks[0].Reason != patch.ForbiddenPath {
				t.Fatalf("error %v, %+v", err, conflict)
			}
			if len(store.trees) != 1 {
				t.Error("something was stored")
			}
		})
	}
}

// TestApplyOfTheSameFileIsACandidate: an answer that changes nothing says that the base is right (B10).
func TestApplyOfTheSameFileIsACandidate(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"word for word":           "package x\n",
		"but for what gofmt does": "package x\n\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := comparing{newShelf("x/x.go", "package x\n")}
			c, err := apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{fence(text)})
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Changes) != 0 || store.read(c.Tree, "x/x.go") != "package x\n" {
				t.Errorf("%d changes, %q", len(c.Changes), store.read(c.Tree, "x/x.go"))
			}
		})
	}
}

func TestApplyConflictCarriesFeedback(t *testing.T) {
	t.Parallel()
	store := newShelf("x/x.go", "package x\n\nfunc A() int {\n\treturn 1\n}\n")
	_, err := apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{"```diff\n-\treturn 7\n+\treturn 2\n```"})
	var conflict *apply.Conflict
	if !errors.As(err, &conflict) || !strings.Contains(conflict.Feedback(), "NOT-FOUND") || errors.Is(err, patch.ErrNoPatch) {
		t.Fatalf("error %v", err)
	}
	_, err = apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{"No."})
	if !errors.As(err, &conflict) || !errors.Is(err, patch.ErrNoPatch) || len(conflict.Conflicts().Files) != 0 || conflict.Feedback() == "" {
		t.Fatalf("error %v", err)
	}
}

func TestApplyVerifiesWhatWasStored(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]string{"another file": "z.go", "the file itself": "x/x.go"} {
		store := newShelf("x/x.go", "package x\n")
		store.spoil = spoil
		_, err := apply.New(comparing{store}, nil).Apply(t.Context(), target("x/x.go"), "base", []string{fence("package x\n\nvar A = 1\n")})
		if name == "another file" && err == nil {
			t.Error("a store that changes another file was believed")
		}
		_, err = apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{fence("package x\n\nvar A = 1\n")})
		if name == "the file itself" && err == nil {
			t.Error("a store that writes other content was believed")
		}
	}
}

func TestRepairs(t *testing.T) {
	t.Parallel()
	const head = "package x\n\n"
	for name, tc := range map[string]struct {
		files []string // besides the target
		text  string
		want  string
		notes string
	}{
		"drops and adds": {
			text:  head + "import (\n\t\"os\"\n\t\"strings\"\n)\n\nfunc A(s string) string { return fmt.Sprint(strings.ToUpper(s)) }\n",
			want:  head + "import (\n\t\"fmt\"\n\t\"strings\"\n)\n\nfunc A(s string) string { return fmt.Sprint(strings.ToUpper(s)) }\n",
			notes: `imports: dropped "os", added "fmt"`,
		},
		"adds the only import": {
			text:  head + "func A() error { return errors.New(\"x\") }\n",
			want:  head + "import \"errors\"\n\nfunc A() error { return errors.New(\"x\") }\n",
			notes: `imports: added "errors"`,
		},
		"drops the only import": {
			text:  head + "import \"fmt\"\n\nvar A = 1\n",
			want:  head + "var A = 1\n",
			notes: `imports: dropped "fmt"`,
		},
		"formats": {
			text:  head + "func A() int {\n  return 1\n}\n",
			want:  head + "func A() int {\n\treturn 1\n}\n",
			notes: "gofmt: reformatted",
		},
		"names of the package are no imports": {
			files: []string{"x/y.go", "package x\n\nvar strings struct{ ToUpper func(string) string }\n"},
			text:  head + "func A(s string) string { return strings.ToUpper(s) }\n",
		},
		"local names are no imports":     {text: head + "type t struct{ Sprint int }\n\nfunc A(fmt t) int { return fmt.Sprint }\n"},
		"unknown members add nothing":    {text: head + "func A() string { return user.Name }\n"},
		"unexported members add nothing": {text: head + "func A() string { return path.join }\n"},
		"a package of the module": {
			files: []string{"go.mod", "module example.com/m\n", "inventory/client.go", "package inventory\n\nfunc Check() bool { return true }\n"},
			text:  head + "func A() bool { return inventory.Check() }\n",
			want:  head + "import \"example.com/m/inventory\"\n\nfunc A() bool { return inventory.Check() }\n",
			notes: `imports: added "example.com/m/inventory"`,
		},
		"two packages of one name": {
			files: []string{"go.mod", "module example.com/m\n", "a/inv/c.go", "package inv\n\nfunc Check() {}\n", "b/inv/c.go", "package inv\n\nfunc Check() {}\n"},
			text:  head + "func A() { inv.Check() }\n",
		},
		"internal of another": {
			files: []string{"go.mod", "module example.com/m\n", "a/internal/inv/c.go", "package inv\n\nfunc Check() {}\n"},
			text:  head + "func A() { inv.Check() }\n",
		},
		"an unused package of the module": {
			files: []string{"go.mod", "module example.com/m\n", "inventory/client.go", "package inventory\n"},
			text:  head + "import \"example.com/m/inventory\"\n\nvar A = 1\n",
			want:  head + "var A = 1\n",
			notes: `imports: dropped "example.com/m/inventory"`,
		},
		"other modules are left":     {text: head + "import \"gopkg.in/yaml.v3\"\n\nfunc A() { yaml.Marshal(nil) }\n"},
		"blank, dot, embed are left": {text: head + "import (\n\t_ \"embed\"\n\t. \"strings\"\n)\n\n//go:embed x.txt\nvar A string\n"},
		"as the file beside it": {
			files: []string{"x/y.go", "package x\n\nimport \"html/template\"\n\nvar t = template.New(\"\")\n"},
			text:  head + "func A() { template.New(\"\") }\n",
			want:  head + "import \"html/template\"\n\nfunc A() { template.New(\"\") }\n",
			notes: `imports: added "html/template"`,
		},
		"undecided templates": {text: head + "func A() { template.New(\"\") }\n"},
		"random numbers": {
			text:  head + "func A() int { return rand.Intn(3) }\n",
			want:  head + "import \"math/rand\"\n\nfunc A() int { return rand.Intn(3) }\n",
			notes: `imports: added "math/rand"`,
		},
		"an alias": {
			text:  head + "import str \"strings\"\n\nvar A = 1\n",
			want:  head + "var A = 1\n",
			notes: `imports: dropped "strings"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := comparing{newShelf(tc.files...)}
			c, err := apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{fence(tc.text)})
			if err != nil {
				t.Fatal(err)
			}
			want := tc.want
			if want == "" {
				want = tc.text
			}
			if got := store.read(c.Tree, "x/x.go"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			var notes []string
			for _, r := range c.Repairs {
				notes = append(notes, r.Tool+": "+r.Note)
			}
			if got := strings.Join(notes, "; "); got != tc.notes {
				t.Errorf("notes %q, want %q", got, tc.notes)
			}
		})
	}
}

func TestRepairLeavesUnformattedFilesAlone(t *testing.T) {
	t.Parallel()
	text := "package x\n\nfunc A() int {\n  return 1\n}\n"
	store := comparing{newShelf("x/x.go", text)}
	c, err := apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{"```diff\n-  return 1\n+  return 2\n```"})
	if err != nil {
		t.Fatal(err)
	}
	if got := store.read(c.Tree, "x/x.go"); got != strings.Replace(text, "1", "2", 1) || len(c.Repairs) != 0 {
		t.Errorf("got\n%s%+v", got, c.Repairs)
	}
}

func TestRepairIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	text := "package x\n\nimport \"os\"\n\nfunc A() { fmt.Println(rand.Float64(), sort.Ints, json.Marshal, exec.Command, url.Parse) }\n"
	var first string
	for range 20 {
		store := comparing{newShelf()}
		c, err := apply.New(store, nil).Apply(t.Context(), target("x/x.go"), "base", []string{fence(text)})
		if err != nil {
			t.Fatal(err)
		}
		got := store.read(c.Tree, "x/x.go") + fmt.Sprint(c.Repairs)
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("first\n%s\nthen\n%s", first, got)
		}
	}
}

// workshop rewrites files by a function.
type workshop func(command string, text string) (string, int)

func (w workshop) run(files memory, command string, paths []string) (map[string][]byte, verdict.Execution, error) {
	out := map[string][]byte{"intruder.go": []byte("package z\n")}
	exit := 0
	for _, p := range paths {
		text, code := w(command, string(files[p].Data))
		out[p], exit = []byte(text), max(exit, code)
	}
	return out, verdict.Execution{Command: command, Exit: exit}, nil
}

type bench struct {
	store *shelf
	w     workshop
}

func (b bench) Rewrite(_ context.Context, tree, command string, paths []string) (map[string][]byte, verdict.Execution, error) {
	return b.w.run(b.store.trees[tree], command, paths)
}

func TestFormatCommands(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		w     workshop
		want  string
		tools string
	}{
		"rewrites":        {func(_, s string) (string, int) { return s + "// end\n", 0 }, "package x\n\nvar A = 1\n// end\n// end\n", "one two"},
		"fails":           {func(_, _ string) (string, int) { return "broken", 1 }, "package x\n\nvar A = 1\n", ""},
		"breaks the file": {func(_, _ string) (string, int) { return "package", 0 }, "package x\n\nvar A = 1\n", ""},
		"changes nothing": {func(_, s string) (string, int) { return s, 0 }, "package x\n\nvar A = 1\n", ""},
		"one of them rewrites": {func(c, s string) (string, int) {
			if c == "two" {
				return s + "// two\n", 0
			}
			return s, 0
		}, "package x\n\nvar A = 1\n// two\n", "two"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newShelf("x/x.go", "package x\n", "intruder.go", "package y\n")
			sp := target("x/x.go")
			sp.Front.Format = []string{"two"}
			c, err := apply.New(comparing{store}, bench{store, tc.w}, apply.WithFormatters("one")).Apply(t.Context(), sp, "base", []string{fence("package x\n\nvar A = 1\n")})
			if err != nil {
				t.Fatal(err)
			}
			if got := store.read(c.Tree, "x/x.go"); got != tc.want || string(c.Changes[0].Data) != tc.want {
				t.Errorf("got\n%s", got)
			}
			if store.read(c.Tree, "intruder.go") != "package y\n" {
				t.Error("a formatter changed a file that the patch did not write")
			}
			var tools []string
			for _, r := range c.Repairs {
				tools = append(tools, r.Tool)
			}
			if strings.Join(tools, " ") != tc.tools {
				t.Errorf("tools %q, want %q", tools, tc.tools)
			}
		})
	}
}
