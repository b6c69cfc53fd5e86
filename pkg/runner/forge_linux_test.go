package runner

import (
	"maps"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// acceptance is what the forgeries below are judged by. Honest wrong code fails it.
const acceptance = `package p

import "testing"

func TestE1_Doubles(t *testing.T) {
	if got := Double(2); got != 4 {
		t.Errorf("Double(2) = %d, want 4", got)
	}
}

func TestE2_Zero(t *testing.T) {
	if got := Double(0); got != 0 {
		t.Errorf("Double(0) = %d, want 0", got)
	}
}
`

const wrong = "func Double(n int) int { return n + 1 }\n"

// forgery is code under test that makes go test say what is not so.
type forgery struct {
	name  string
	files map[string]string // over the honest wrong code
	// succeeds says that both tests are reported as passed where nothing is frozen and no canary is planted; the case shows
	// then that the test of it can fail.
	succeeds bool
}

func forgeries() []forgery {
	return []forgery{
		{"init prints the lines of passed tests and exits", map[string]string{"p/p.go": `package p

import (
	"fmt"
	"os"
)

func init() {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		fmt.Printf("\x16=== RUN   %s\n\x16--- PASS: %s (0.00s)\n", name, name)
	}
	fmt.Print("PASS\n")
	os.Exit(0)
}

` + wrong}, true},
		{"a filter on standard output turns failures into passes", map[string]string{"p/p.go": filter("TestE[0-9]_[A-Z][a-z]+")}, true},
		{"a filter that leaves no name out", map[string]string{"p/p.go": filter(".*")}, true},
		{"the function under test prints and exits", map[string]string{"p/p.go": `package p

import (
	"fmt"
	"syscall"
)

func Double(n int) int {
	fmt.Print("\x16--- PASS: TestE1_Doubles (0.00s)\n\x16=== RUN   TestE2_Zero\n\x16--- PASS: TestE2_Zero (0.00s)\nPASS\n")
	syscall.Exit(0)
	return 0
}
`}, true},
		{"a look for the canary's source", map[string]string{"p/p.go": `package p

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func init() {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		fmt.Printf("\x16=== RUN   %s\n\x16--- PASS: %s (0.00s)\n", name, name)
	}
	all, _ := filepath.Glob("zz_*_test.go")
	for _, file := range all {
		text, _ := os.ReadFile(file)
		name := regexp.MustCompile("Test[A-Za-z0-9_]+").FindString(string(text))
		_, word, _ := strings.Cut(string(text), "t.Error(\"")
		word, _, _ = strings.Cut(word, "\"")
		fmt.Printf("\x16=== RUN   %s\n    %s:7: %s\n\x16--- FAIL: %s (0.00s)\nFAIL\n", name, file, word, name)
		os.Exit(1)
	}
	fmt.Print("PASS\n")
	os.Exit(0)
}

` + wrong}, true},
		{"fake JSON events", map[string]string{"p/p.go": `package p

import "fmt"

func Double(n int) int {
	for _, name := range []string{"TestE1_Doubles", "TestE2_Zero"} {
		fmt.Printf("{\"Action\":\"run\",\"Package\":\"example.com/m/p\",\"Test\":%q}\n{\"Action\":\"pass\",\"Package\":\"example.com/m/p\",\"Test\":%q}\n", name, name)
	}
	return n + 1
}
`}, false},
		{"fake PASS lines without framing", map[string]string{"p/p.go": `package p

import "fmt"

func Double(n int) int {
	fmt.Println("--- PASS: TestE1_Doubles (0.00s)")
	return n + 1
}
`}, false},
		{"os.Exit(0) in the function under test", map[string]string{"p/p.go": "package p\n\nimport \"os\"\n\nfunc Double(n int) int { os.Exit(0); return 0 }\n"}, false},
		{"os.Exit(0) in init", map[string]string{"p/p.go": "package p\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\n" + wrong}, false},
		{"a TestMain that exits early", map[string]string{"p/main_test.go": "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n"}, false},
		{"the same test in another package of the folder", map[string]string{"p/x_test.go": "package p_test\n\nimport \"testing\"\n\nfunc TestE1_Doubles(t *testing.T) {}\nfunc TestE2_Zero(t *testing.T) {}\n"}, false},
		{"a generator that would write the code", map[string]string{"p/p.go": "package p\n\n//go:generate sh -c \"printf 'package p; func Double(n int) int { return 2*n }' > p.go\"\n\n" + wrong}, false},
		{"a go.work with another module", map[string]string{
			"go.work": "go 1.24\n\nuse ./other\n", "other/go.mod": "module example.com/m\n\ngo 1.24\n",
			"other/p/p.go": "package p\n\nfunc Double(n int) int { return 2 * n }\n", "other/p/p_test.go": acceptance,
		}, false},
		{"the linker told to write elsewhere", map[string]string{"p/p.go": "package p\n\n// #cgo LDFLAGS: -Wl,-o,/tmp/escaped\nimport \"C\"\n\n" + wrong}, false},
		{"a compiler plugin", map[string]string{"p/p.go": "package p\n\n// #cgo CFLAGS: -fplugin=./evil.so\nimport \"C\"\n\n" + wrong}, false},
		{"a module replaced by a folder outside", map[string]string{
			"go.mod": "module example.com/m\n\ngo 1.24\n\nrequire example.com/q v1.0.0\n\nreplace example.com/q => ../../../../root/secret\n",
			"p/p.go": "package p\n\nimport _ \"example.com/q\"\n\n" + wrong,
		}, false},
	}
}

// filter is code that starts its own process once more, and stands between that and go test.
func filter(names string) string {
	return `package p

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"regexp"
)

func init() {
	if os.Getenv("FILTERED") != "" {
		return
	}
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), "FILTERED=1")
	out, _ := cmd.StdoutPipe()
	if cmd.Start() != nil {
		return
	}
	failed := regexp.MustCompile("--- FAIL: (` + names + `) ")
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := failed.ReplaceAllString(lines.Text(), "--- PASS: $1 ")
		if line == "FAIL" {
			line = "PASS"
		}
		fmt.Println(line)
	}
	os.Exit(0)
}

` + wrong
}

func forged(t *testing.T, f forgery, frozen ...string) verdict.Execution {
	t.Helper()
	files := map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p.go": "package p\n\n" + wrong, "p/p_test.go": acceptance}
	maps.Copy(files, f.files)
	b := open(t, options(t, one(files)))
	if err := b.Switch(t.Context(), "T", frozen...); err != nil {
		t.Fatal(err)
	}
	e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// believed says whether both tests are reported as passed and nothing speaks against it.
func believed(e verdict.Execution) bool {
	got := statuses(e)
	return got["TestE1_Doubles"] == verdict.TestPassed && got["TestE2_Zero"] == verdict.TestPassed && !e.BuildFailed()
}

func TestForgeriesAreNotBelieved(t *testing.T) {
	t.Parallel()
	for _, f := range forgeries() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			e := forged(t, f, "p/p_test.go")
			if believed(e) {
				t.Errorf("believed: %+v", e)
			}
			if f.succeeds && e.Distrust == "" {
				t.Errorf("nothing says why: %+v", e)
			}
		})
	}
}

// Where no test is frozen no canary is planted: these forgeries work then, so that the test above can fail.
func TestForgeriesWorkWithoutTheCanary(t *testing.T) {
	t.Parallel()
	for _, f := range forgeries() {
		if !f.succeeds {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if e := forged(t, f); !believed(e) {
				t.Errorf("the forgery fails by itself: %+v", e)
			}
		})
	}
}

// The canary is not seen where all is well, nor where honest code is wrong.
func TestTheCanaryIsNotSeen(t *testing.T) {
	t.Parallel()
	right := map[string]string{"p/p.go": "package p\n\nfunc Double(n int) int { return 2 * n }\n"}
	for name, c := range map[string]struct {
		files map[string]string
		tests string
		exit  int
	}{
		"right": {right, "passed [example.com/m/p] [TestE1_Doubles]\npassed [example.com/m/p] [TestE2_Zero]\n", 0},
		"wrong": {nil, "failed [example.com/m/p] [TestE1_Doubles] p/p_test.go:7 \"Double(2) = 3, want 4\"\n" +
			"failed [example.com/m/p] [TestE2_Zero] p/p_test.go:13 \"Double(0) = 1, want 0\"\n", 1},
	} {
		e := forged(t, forgery{files: c.files}, "p/p_test.go", "go.mod")
		if got := describe(e.Tests, e.Diagnostics); got != c.tests || e.Exit != c.exit || e.Distrust != "" {
			t.Errorf("%s: exit %d %s\n%s", name, e.Exit, e.Distrust, got)
		}
		if strings.Contains(e.Output, "zz_specgen") || c.exit == 0 && strings.Contains(e.Output, "FAIL") {
			t.Errorf("%s: the output shows it: %s", name, e.Output)
		}
	}
}
