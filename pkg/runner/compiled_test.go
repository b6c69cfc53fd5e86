package runner

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const (
	pickCode = "package p\n\nimport \"os\"\n\nfunc Pick() int {\n\tif os.Getenv(\"WHICH\") == \"2\" {\n\t\treturn 2\n\t}\n\treturn 1\n}\n"
	pickTest = "package p\n\nimport \"testing\"\n\nfunc TestE1_One(t *testing.T) {\n\tif got := Pick(); got != 1 {\n\t\tt.Errorf(\"Pick(): want 1, got %d\", got)\n\t}\n}\n\n" +
		"func TestE2_Sub(t *testing.T) {\n\tt.Run(\"a b\", func(t *testing.T) { t.Log(\"said\") })\n}\n"
)

func pickBench(t *testing.T, more map[string]string) *Bench {
	t.Helper()
	files := map[string]string{"p/p.go": pickCode, "p/p_test.go": pickTest, "q/q.go": "package q\n"}
	maps.Copy(files, more)
	b := open(t, options(t, goTree(files)))
	if err := b.Switch(t.Context(), "T", "p/p_test.go", "q/q_test.go", "go.mod"); err != nil {
		t.Fatal(err)
	}
	return b
}

func goTests(command string) spec.Tests { return spec.Tests{Runner: "go", Command: command} }

func TestCompiledTestsSayWhatGoTestSays(t *testing.T) {
	t.Parallel()
	b := pickBench(t, map[string]string{"q/q_test.go": "package q_test\n\nimport \"testing\"\n\nfunc TestE3_Skip(t *testing.T) { t.Skip(\"no\") }\n\nfunc TestE4_Panic(t *testing.T) { panic(\"x\") }\n\nfunc TestE5_After(t *testing.T) {}\n"})
	whole, err := b.Test(t.Context(), goTests("go test ./..."), nil)
	if err != nil {
		t.Fatal(err)
	}
	c, done, err := b.Compile(t.Context(), Build{Tests: goTests("go test ./...")})
	if err != nil || c == nil {
		t.Fatalf("%v %+v", err, done)
	}
	compiled, err := c.Run(t.Context(), nil, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sortedLines(describe(compiled.Tests, nil)), sortedLines(describe(whole.Tests, nil)); got != want || compiled.Exit == 0 {
		t.Errorf("got:\n%s\nwant:\n%s\n%s", got, want, compiled.Output)
	}
	two, err := c.Run(t.Context(), []string{"TestE1_One"}, []string{"WHICH=2"}, 0)
	if want := "failed [example.com/m/p] [TestE1_One] p/p_test.go:7 \"Pick(): want 1, got 2\"\n"; err != nil || describe(two.Tests, nil) != want {
		t.Errorf("%v\n%s", err, describe(two.Tests, nil))
	}
	if one, err := c.Run(t.Context(), []string{"TestE1_One"}, nil, 0); err != nil || one.Exit != 0 || len(one.Tests) != 1 {
		t.Errorf("%v %+v", err, one)
	}
}

func TestCompiledTestsSeeOtherFiles(t *testing.T) {
	t.Parallel()
	b := pickBench(t, nil)
	broken := patch.File{Path: "p/p.go", Mode: patch.ModeFile, Data: []byte("package p\n\nfunc Pick() int {\n\treturn x\n}\n")}
	c, done, err := b.Compile(t.Context(), Build{Tests: goTests(""), Seen: []patch.File{broken}})
	if err != nil || c != nil || describe(nil, done.Diagnostics) != "build p/p.go:4:9 undefined: x\n" {
		t.Errorf("%v %v\n%s", err, c, describe(nil, done.Diagnostics))
	}
	two := patch.File{Path: "p/p.go", Mode: patch.ModeFile, Data: []byte("package p\n\nfunc Pick() int { for {} }\n")}
	if c, done, err = b.Compile(t.Context(), Build{Tests: goTests("go test -v -count=1 ./p"), Seen: []patch.File{two}}); err != nil || c == nil {
		t.Fatalf("%v %+v", err, done)
	}
	e, err := c.Run(t.Context(), nil, nil, time.Second)
	if err != nil || len(e.Tests) != 1 || e.Tests[0].Status != verdict.TestUnfinished || !strings.Contains(e.Tests[0].Message, "timed out") {
		t.Errorf("%v %+v", err, e)
	}
	if _, _, err := b.Compile(t.Context(), Build{Tests: goTests("")}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Run(t.Context(), nil, nil, 0); err == nil {
		t.Error("tests that are gone are run")
	}
	for _, command := range []string{"make test", "go test ./... && true", "go test -exec x ./...", "go test -bogus ./..."} {
		if c, _, err := b.Compile(t.Context(), Build{Tests: goTests(command)}); err != nil || c != nil {
			t.Errorf("%s: %v %v", command, err, c)
		}
	}
}

// TestCompiledTestsCannotBeChanged has the code under test try to write over its own program, of which later runs would be made.
func TestCompiledTestsCannotBeChanged(t *testing.T) {
	t.Parallel()
	code := "package p\n\nimport \"os\"\n\nfunc Pick() int {\n\tself, _ := os.Executable()\n\tif os.Remove(self) == nil || os.WriteFile(self, nil, 0o700) == nil {\n\t\treturn 2\n\t}\n\treturn 1\n}\n"
	b := pickBench(t, map[string]string{"p/p.go": code})
	c, done, err := b.Compile(t.Context(), Build{Tests: goTests("")})
	if err != nil || c == nil {
		t.Fatalf("%v %+v", err, done)
	}
	for range 2 {
		e, err := c.Run(t.Context(), nil, nil, 0)
		if !b.Walls().Protects() {
			t.Skip("no wall protects files here")
		}
		if err != nil || e.Exit != 0 {
			t.Errorf("%v %+v", err, e)
		}
	}
}

func TestCoverTellsWhichBlocksRan(t *testing.T) {
	t.Parallel()
	b := pickBench(t, nil)
	groups, err := b.Cover(t.Context(), goTests("go test ./..."), [][]string{{"TestE1_One"}, {"TestE2_Sub"}})
	if err != nil || len(groups) != 2 {
		t.Fatalf("%v %+v", err, groups)
	}
	ran := func(blocks []verdict.Block) (lines []int) {
		for _, block := range blocks {
			if block.File == "p/p.go" && block.Ran {
				lines = append(lines, block.Line)
			}
		}
		return lines
	}
	if got := ran(groups[0]); !slices.Equal(got, []int{5, 9}) {
		t.Errorf("TestE1 ran the blocks at %v: %+v", got, groups[0])
	}
	if got := ran(groups[1]); len(got) != 0 || len(groups[1]) != 3 {
		t.Errorf("TestE2 ran %v of %+v", got, groups[1])
	}
	if groups, err := b.Cover(t.Context(), spec.Tests{Runner: "tap", Command: "true"}, [][]string{{"x"}}); err != nil || groups != nil {
		t.Errorf("%v %v", err, groups)
	}
}

func TestProbeRunsATestThatIsNotInTheTree(t *testing.T) {
	t.Parallel()
	b := pickBench(t, nil)
	file := patch.File{Path: "p/zz_probe_test.go", Data: []byte("package p\n\nimport \"testing\"\n\nfunc TestProbe(t *testing.T) { t.Errorf(\"got %d\", Pick()) }\n")}
	e, err := b.Probe(t.Context(), goTests("go test ./..."), file, "TestProbe")
	if want := "failed [example.com/m/p] [TestProbe] p/zz_probe_test.go:5 \"got 1\"\n"; err != nil || describe(e.Tests, nil) != want {
		t.Errorf("%v\n%s\n%s", err, describe(e.Tests, nil), e.Output)
	}
	file.Data = []byte("package p\n\nfunc broken( {\n")
	if e, err = b.Probe(t.Context(), goTests(""), file, "TestProbe"); err != nil || !e.BuildFailed() {
		t.Errorf("%v %+v", err, e)
	}
	if e, err = b.Test(t.Context(), goTests(""), nil); err != nil || describe(e.Tests, nil) == "" || e.Exit != 0 {
		t.Errorf("what was probed is still seen: %v %+v", err, e)
	}
}

func TestEqualCodeMakesEqualPrograms(t *testing.T) {
	t.Parallel()
	b := pickBench(t, nil)
	digest := func(body string) string {
		code := patch.File{Path: "p/p.go", Data: []byte("package p\n\nvar n = 4\n\nfunc Pick() int {\n\t" + body + "\n}\n")}
		c, done, err := b.Compile(t.Context(), Build{Tests: goTests(""), Seen: []patch.File{code}, Exact: true})
		if err != nil || c == nil {
			t.Fatalf("%v %+v", err, done)
		}
		sum, err := c.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	same := digest("return n * 2")
	if digest("return n << 1") != same || digest("return n + n*1") != same {
		t.Error("code that does the same in the compiler's eyes makes other programs")
	}
	if digest("return n * 3") == same {
		t.Error("code that does something else makes the same program")
	}
}

// sortedLines forgets in which order go test came to the packages.
func sortedLines(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
