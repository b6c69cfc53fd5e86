package cli

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/spec"
)

// right holds, for each first spec, an implementation that keeps it.
func right() map[string][2]string {
	return map[string][2]string{
		starterGo: {"greeting/greeting.go", `package greeting

import "strings"

func Greet(name string) string {
	if name = strings.TrimSpace(name); name == "" {
		name = "world"
	}
	return "Hello, " + name + "!"
}
`},
		starterPython: {"greeting/greeting.py", `def greet(name):
    return f"Hello, {name.strip() or 'world'}!"
`},
		starterNode: {"greeting/greeting.mjs", "export function greet(name) {\n  return `Hello, ${name.trim() || \"world\"}!`;\n}\n"},
		starterShell: {"greeting/greeting.sh", `name=$(printf '%s' "$1" | sed 's/^ *//; s/ *$//')
printf 'Hello, %s!\n' "${name:-world}"
`},
	}
}

// TestStartersHold runs the acceptance tests of each first spec, as its front matter says: against an implementation that keeps it,
// and against one that forgets the case without a name.
func TestStartersHold(t *testing.T) {
	t.Parallel()
	needs := map[string][]string{
		starterGo: {"go", "version"}, starterPython: {"python3", "-m", "pytest", "--version"}, starterNode: {"node", "--version"}, starterShell: {"sh", "-c", "true"},
	}
	for name, file := range right() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := exec.CommandContext(t.Context(), needs[name][0], needs[name][1:]...).Run(); err != nil {
				t.Skipf("%v is not here: %v", needs[name], err)
			}
			files, err := starter(name)
			if err != nil {
				t.Fatal(err)
			}
			d := newDesk(t, "-- go.mod --\nmodule example.com/x\n\ngo 1.24\n")
			for _, f := range files {
				d.write(f.Path, string(f.Data))
			}
			sp, err := spec.Parse(files[0].Path, files[0].Data)
			if err != nil || len(sp.Findings) > 0 {
				t.Fatalf("%v %+v", err, sp.Findings)
			}
			d.write(file[0], file[1])
			out, err := d.check(sp.Front.Tests.Command)
			if err != nil {
				t.Errorf("the right one fails: %v\n%s", err, out)
			}
			for _, report := range sp.Front.Tests.Report {
				out += d.read(report)
			}
			everyTestRan(t, sp, out)
			d.write(file[0], strings.ReplaceAll(file[1], "world", ""))
			if out, err := d.check(sp.Front.Tests.Command); err == nil {
				t.Errorf("the wrong one passes:\n%s", out)
			}
		})
	}
}

func everyTestRan(t *testing.T, sp *spec.Spec, out string) {
	t.Helper()
	for _, section := range sp.Sections {
		for _, c := range section.Clauses {
			for _, a := range c.Attachments {
				pattern := regexp.MustCompile(strings.TrimSuffix(regexp.QuoteMeta(a.Value), `\*`) + `\w+`)
				if a.Kind == spec.AttachTest && !pattern.MatchString(out) {
					t.Errorf("no test %s ran for %s:\n%s", a.Value, c.ID, out)
				}
			}
		}
	}
}

func (d *desk) check(command string) (string, error) {
	cmd := exec.CommandContext(d.t.Context(), "sh", "-c", command)
	cmd.Dir = d.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestInitWritesAFirstSpecInTheLanguageOfTheRepository(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- go.mod --\nmodule example.com/x\n")
	before := d.git("status", "--porcelain", "-uall")
	out := d.must("init", "--dry-run", "-v")
	contains(t, out, "found    Go, by go.mod", "would write specgen.yaml", "    version: 1", "would write greeting/greeting_invariant_test.go")
	if after := d.git("status", "--porcelain", "-uall"); after != before {
		t.Errorf("--dry-run wrote:\n%s", after)
	}
	out = d.must("init")
	contains(t, out, "wrote    specgen.yaml", "wrote    specs/greeting.spec.md", "git add -A && git commit", "export SPECGEN_MODEL=NAME", "specgen run greeting")
	if got := d.git("status", "--porcelain", "-uall"); strings.Count(got, "??") != 4 || strings.Contains(got, "A ") {
		t.Errorf("written, or staged:\n%s", got)
	}
	contains(t, d.must("lint"), "0 errors, 0 warnings in 1 spec")
	contains(t, d.must("config", "show"), "budget.attempts", "specgen.yaml:16:13")
}

func TestInitLeavesAloneWhatIsThere(t *testing.T) {
	t.Parallel()
	const own = "version: 1 # mine\nmodel: {name: m, base_url: 'http://localhost:1/v1'}\n"
	d := newDesk(t, "-- specgen.yaml --\n"+own+"-- specs/a.spec.md --\n---\ntargets: [a.sh]\n---\n# Spec: A\n## Behavior\n- **B1** It is there.\n")
	d.git("add", "-A")
	d.git("commit", "-qm", "Begin")
	out := d.must("init")
	contains(t, out, "nothing to write", "kept     specgen.yaml", "kept     1 spec", "specgen run a")
	if strings.Contains(out, "export") || strings.Contains(out, "git commit") {
		t.Errorf("asks for what is done:\n%s", out)
	}
	if d.read("specgen.yaml") != own || d.git("status", "--porcelain") != "" {
		t.Error("something was written")
	}
}

func TestInitDoesNotMixWithAFolderOfThatName(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- greeting/mine.txt --\nx\n")
	contains(t, d.must("init"), "wrote    specgen.yaml", "kept     greeting")
	if _, err := os.Stat(filepath.Join(d.dir, "specs")); err == nil {
		t.Error("a first spec was written all the same")
	}
}

func TestInitDoesNotLeaveTheRepositoryThroughASymlink(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	d := newDesk(t, "-- README --\n")
	if err := os.Symlink(outside, filepath.Join(d.dir, "specs")); err != nil {
		t.Skip(err)
	}
	d.refused(ExitUsage, []string{"specs/greeting.spec.md cannot be written"}, "init")
	left, err := os.ReadDir(outside)
	if err != nil || len(left) != 0 {
		t.Errorf("written outside: %v %v", left, err)
	}
}

func TestInitWhereItCannotWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	d.dir = t.TempDir()
	d.refused(ExitRepository, []string{"is not in a git repository", "git init makes one"}, "init")
	d.git("init", "-q", "--bare")
	d.refused(ExitRepository, []string{"bare repository", "clone"}, "init")
	d.refused(ExitRepository, []string{"bare repository"}, "new", "x")
	d.refused(ExitUsage, []string{`unexpected argument "x"`}, "init", "x")
}

func TestInitialConfigIsReadable(t *testing.T) {
	t.Parallel()
	r, err := config.Load(config.Sources{Repository: config.File{Name: configFile, Data: []byte(initialConfig)}})
	if err != nil || r.Config().Budget.Attempts != 4 {
		t.Fatal(err)
	}
	// What is commented out must be right too.
	text := regexp.MustCompile(`(?m)^  # (\w+: )`).ReplaceAllString(initialConfig, "  $1")
	if r, err = config.Load(config.Sources{Repository: config.File{Name: configFile, Data: []byte(text)}}); err != nil || r.Role("judge").Name != "NAME" {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestNewWritesADraftThatParses(t *testing.T) {
	t.Parallel()
	for name, tree := range map[string]string{
		"go": "-- go.mod --\nmodule x\n", "shell": "", "rust": "-- Cargo.toml --\n", "gradle": "-- build.gradle --\n", "maven": "-- pom.xml --\n",
		"python": "-- conftest.py --\n", "node": "-- package.json --\n{\"dependencies\": {\"x\": \"1\"}}\n", "make": "-- Makefile --\ntest:\n", "perl": "-- t/x.t --\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, tree)
			out := d.must("new", "order-total")
			contains(t, out, "wrote    specs/order-total.spec.md", "specgen lint order-total", "specgen run order-total")
			text := d.read("specs/order-total.spec.md")
			sp, err := spec.Parse("specs/order-total.spec.md", []byte(text))
			if err != nil || len(sp.Findings) > 0 {
				t.Fatalf("%v %+v\n%s", err, sp, text)
			}
			want := detect(os.DirFS(d.dir))
			if sp.Front.Status != spec.Draft || sp.Front.Component != "order-total" || sp.Front.Tests.Command != named(want.Command, "order-total") ||
				len(sp.Front.Prepare) != len(want.Prepare) {
				t.Errorf("%+v", sp.Front)
			}
			if len(want.Prepare) > 0 {
				contains(t, out, "specgen trust")
			}
			d.refused(ExitUsage, []string{"is the spec of order-total already"}, "new", "order-total")
			if d.read("specs/order-total.spec.md") != text {
				t.Error("written over")
			}
		})
	}
}

func TestNewGoesWhereTheConfigurationLooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- specgen.yaml --\nversion: 1\nspecs: ['docs/components/**/*.spec.md']\n")
	contains(t, d.must("new", "a", "--section", "examples"), "wrote    docs/components/a.spec.md")
	text := d.read("docs/components/a.spec.md")
	contains(t, text, "## Examples", "## Behavior")
	if strings.Contains(text, "## Invariants") {
		t.Errorf("sections that were not asked for:\n%s", text)
	}
	contains(t, d.must("lint", "a"), "0 errors")
}

func TestNewRefusesNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- specs/other.spec.md --\n---\ncomponent: taken\ntargets: [a.sh]\n---\n# Spec: A\n## Behavior\n- **B1** It is there.\n")
	for name, texts := range map[string][]string{
		"OrderTotal": {"is no name", "order-total"}, "order_total": {"order-total"}, "specs/order.spec.md": {"for instance order"}, "../x": {"is no name"},
		"": {"is no name"}, "batch": {"reserved"}, "Batch": {"is no name"}, "größe": {"is no name"}, strings.Repeat("a", 65): {"at most 64"}, "taken": {"specs/other.spec.md is the spec of taken"},
	} {
		d.refused(ExitUsage, texts, "new", name)
	}
	d.refused(ExitUsage, []string{"COMPONENT is missing"}, "new")
	d.refused(ExitUsage, []string{"did you mean invariants?"}, "new", "x", "--section", "invariant")
	if got := d.git("status", "--porcelain", "-uall"); got != "?? specs/other.spec.md\n" {
		t.Errorf("something was written:\n%s", got)
	}
}

func TestNewNeverWritesOverAFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("symlinks")
	}
	d := newDesk(t, "")
	if err := os.Mkdir(filepath.Join(d.dir, "specs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(d.dir, "specs", "x.spec.md")); err != nil {
		t.Fatal(err)
	}
	d.refused(ExitUsage, []string{"specs/x.spec.md"}, "new", "x")
	if err := os.Rename(filepath.Join(d.dir, "specs", "x.spec.md"), filepath.Join(d.dir, "specs", "y.spec.md")); err != nil {
		t.Fatal(err)
	}
	files := []newFile{{"specs/z.spec.md", []byte("z")}, {"specs/y.spec.md", []byte("y")}}
	if err := writeNew(d.dir, files); err == nil || err.Error() != "specs/y.spec.md exists, and is not written over" {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(d.dir, "specs")); err != nil || len(left) != 1 {
		t.Errorf("half of it was written: %v %v", left, err)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	const all = "{name} {snake} {flat} {pascal}"
	for name, want := range map[string]string{
		"order-total": "order-total order_total ordertotal OrderTotal", "a": "a a a A", "a--b-": "a--b- a_b ab AB", "3d": "3d 3d 3d 3d",
	} {
		if got := named(all, name); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if folder("a/b.go") != path.Dir("a/b.go") || folder("b.go") != "" {
		t.Error("folder")
	}
}
