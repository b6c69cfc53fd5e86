package evaluate

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const fixtures = "../../runner/testdata"

// sourceIn takes a file out of the script that makes the fixtures. The last one of a name counts, or the nth if n is given.
func sourceIn(t *testing.T, script, name string, n int) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, script))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?ms)^[^\n]*`+regexp.QuoteMeta(name)+` <<'X'\n(.*?)^X\n`).FindAllStringSubmatch(string(data), -1)
	if len(found) < n {
		t.Fatalf("%s has no %s", script, name)
	}
	return found[n-1][1]
}

// resultsIn gives the results of a golden file: status, suite and name.
func resultsIn(t *testing.T, file string) []verdict.Test {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, file))
	if err != nil {
		t.Fatal(err)
	}
	var out []verdict.Test
	for _, m := range regexp.MustCompile(`(?m)^(\w+) \[([^]]*)\] \[(.*?)\](?:$| "| flaky| [\w/.]+:\d+)`).FindAllStringSubmatch(string(data), -1) {
		out = append(out, verdict.Test{Status: verdict.TestStatus(m[1]), Suite: m[2], Name: m[3]})
	}
	return out
}

// TestRealResultsBelongToTheirSource: what the tools call their tests is found in the files that these tests stand in, but for
// what the tools say of themselves.
func TestRealResultsBelongToTheirSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		results, runner, script, file, path string
		nth                                 int
		others                              string // results that belong to no file
	}{
		{"junit/pytest.want", "junit", "junit/make.sh", "py/test_orders.py", "test_orders.py", 1, "sub.test_more.test_e2_ok"},
		{"junit/node.want", "junit", "junit/make.sh", "js/orders.test.js", "tests/orders.test.js", 1, ""},
		{"tap/node.want", "tap", "junit/make.sh", "js/orders.test.js", "tests/orders.test.js", 1, ""},
		{"tap/node-hidden.want", "tap", "junit/make.sh", "js/orders.test.js", "tests/orders.test.js", 2, ""},
		{"junit/jest.want", "junit", "junit/make.sh", "cat >orders.test.js", "orders.test.js", 1, ""},
		{"junit/surefire.want", "junit", "junit/make.sh", "OrderTest.java", "src/test/java/shop/OrderTest.java", 1, "shop.BrokenTest shop.FlakyTest.testE2_ok"},
		{"tap/more.want", "tap", "tap/make.sh", "perl_test more", "t/more.t", 1, "3"},
		{"tap/prove.want", "tap", "tap/make.sh", "perl_test more", "t/more.t", 1, "t/died.t.one t/died.t.exit t/died.t.2 t/died.t.3 t/more.t.3 t/zed.t.last"},
		{"tap/groups.want", "tap", "tap/make.sh", "perl_test groups", "t/groups.t", 1, "9"},
		{"tap/nodetap.want", "tap", "tap/make.sh", "cat >orders.test.js", "orders.test.js", 1, ""},
		{"tap/nodetap-run.want", "tap", "tap/make.sh", "cat >orders.test.js", "orders.test.js", 1, "orders.test.js small.test.js.E1: ok/fine small.test.js.E1: ok small.test.js.bail out 2"},
		{"go/mixed.want", "go", "go/make.sh", "mixed/a_test.go", "a_test.go", 1, "example.com/m/sub.TestPass"},
		{"go/kinds.want", "go", "go/make.sh", "kinds/k_test.go", "k_test.go", 1, ""},
	} {
		sp := &spec.Spec{}
		sp.Front.Tests.Runner = c.runner
		file := patch.File{Path: c.path, Data: []byte(sourceIn(t, c.script, c.file, c.nth))}
		f := freeze(sp, []patch.File{file}, []module{{dir: ".", path: "example.com/m"}})
		var others []string
		for _, r := range resultsIn(t, c.results) {
			if _, ok := f.file(r); !ok {
				others = append(others, r.FullName())
			}
		}
		if got := strings.Join(others, " "); got != c.others {
			t.Errorf("%s: want %q not to belong to the file, got %q", c.results, c.others, got)
		}
	}
}

// FuzzFrozenFiles: no text of a test file stops the reading, and a name that stands in comments alone is never declared.
func FuzzFrozenFiles(f *testing.F) {
	scripts, err := filepath.Glob(filepath.Join(fixtures, "*/make.sh"))
	if err != nil || len(scripts) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, script := range scripts {
		data, err := os.ReadFile(script)
		if err != nil {
			f.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?ms)<<'X'\n(.*?)^X\n`).FindAllStringSubmatch(string(data), -1) {
			f.Add(m[1])
		}
	}
	sp := &spec.Spec{}
	sp.Front.Tests.Runner = "junit"
	f.Fuzz(func(t *testing.T, text string) {
		for name, comment := range map[string]string{"test_x.py": "# %\n", "x.test.ts": "// %\n", "XTest.java": "/* % */\n", "x.t": "# %\n", "x_test.go": "// %\n", "X.kt": "// %\n"} {
			// The comment stands first, where nothing before it can make a string of it.
			data := strings.ReplaceAll(comment, "%", `test("testE1_zzz", () => {})`) + text
			file := freeze(sp, []patch.File{{Path: name, Data: []byte(data)}}, nil)
			test := verdict.Test{Name: "testE1_zzz", Status: verdict.TestPassed}
			if _, ok := file.file(test); ok && !strings.Contains(text, "testE1_zzz") {
				t.Errorf("%s declares what stands in a comment", name)
			}
			file.file(verdict.Test{Name: text, Suite: text})
			for _, d := range file.declared(func(string) bool { return true }) {
				if d.Name == "" {
					t.Errorf("%s declares a test without a name", name)
				}
			}
		}
	})
}
