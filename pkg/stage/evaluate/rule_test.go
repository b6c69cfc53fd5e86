package evaluate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func ruleSpec(target, rule string) string {
	return fmt.Sprintf(`---
component: thing
targets: ["%s"]
---
# Spec: Thing

## What NOT to build
- **N1** Not that.
  - %s
`, target, rule)
}

const goMod = "module example.com/shop // the shop\n\ngo 1.26\n\nrequire (\n\tgithub.com/redis/go-redis/v9 v9.1.0\n\tgithub.com/google/uuid v1.0.0 // indirect\n)\n\nrequire example.com/lone v0.1.0\n"

type ruleCase struct {
	name  string
	rule  string
	code  string
	want  verdict.Status
	lines []int // of the hits
}

func runRules(t *testing.T, target string, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sp := parse(t, ruleSpec(target, c.rule))
			r := decide(t, evaluate.New(tree{target: c.code, "go.mod": goMod}, noBench{}, nil, options()), sp)
			v := of(t, r, "N1")
			if v.Status != c.want {
				t.Fatalf("want %s, got %s: %s", c.want, v.Status, v.Reason)
			}
			var lines []int
			for _, e := range v.Evidence {
				if e.Kind != verdict.FromRule || e.Rule != c.rule || e.Passed != (c.want == verdict.Pass) {
					t.Errorf("odd evidence %+v", e)
				}
				if e.Line == 0 {
					continue
				}
				lines = append(lines, e.Line)
				text := strings.Split(tree{target: c.code, "go.mod": goMod}[e.File], "\n")[e.Line-1]
				if strings.TrimSpace(e.Quote) != strings.TrimSpace(text) {
					t.Errorf("line %d reads %q, and the quote %q", e.Line, text, e.Quote)
				}
			}
			if diff := cmp.Diff(c.lines, lines); diff != "" {
				t.Error(diff)
			}
			if c.want != verdict.Unknown && v.Basis != verdict.Static {
				t.Errorf("want basis static, got %q", v.Basis)
			}
		})
	}
}

func TestTextRules(t *testing.T) {
	t.Parallel()
	runRules(t, "a/a.go", []ruleCase{
		{"violation in code", `forbid text: (?i)\bcache\b`, "package a\n\nvar cache int\n", verdict.Fail, []int{3}},
		{"violation in a string", `forbid text: (?i)\bcache\b`, "package a\n\nvar s = \"the Cache\"\n", verdict.Fail, []int{3}},
		{"comment only", `forbid text: (?i)\bcache\b`, "package a // cache\n\n/* cache\n cache */ var s = 1 // no cache\n", verdict.Pass, nil},
		{"comment marks in a string", `forbid text: cache`, "package a\n\nvar s = \"// cache\"\nvar r = `/* cache */`\n", verdict.Fail, []int{3, 4}},
		{"code behind a comment", `forbid text: cache`, "package a\n\nvar a = '\"' // \"\nvar cache /* x */ = 1\n", verdict.Fail, []int{4}},
		{"part of a word", `forbid text: \bcache\b`, "package a\n\nvar cached int\n", verdict.Pass, nil},
		{"comments asked for", `forbid text: (?P<comments>)TODO`, "package a\n\n// TODO later\n", verdict.Fail, []int{3}},
		{"comments asked for in short", `forbid text: (?<comments>)(?i)todo`, "package a\n\n// TODO later\n", verdict.Fail, []int{3}},
		{"directive", `forbid text: go:linkname`, "package a\n\nimport _ \"unsafe\"\n\n//go:linkname x runtime.x\nfunc x()\n", verdict.Fail, []int{5}},
		{"carriage returns", `forbid text: cache$`, "package a\r\n\r\n/* a\r\n cache\r\n*/\r\nvar cache\r\n", verdict.Fail, []int{6}},
		{"require met", `require text: func New\(`, "package a\n\nfunc New() {}\n", verdict.Pass, []int{3}},
		{"require met in a comment only", `require text: func New\(`, "package a\n\n// func New() {}\n", verdict.Fail, nil},
		{"binary", `forbid text: cache`, "package a\x00", verdict.Unknown, nil},
	})
}

func TestTextRulesInOtherLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, code string
		lines      []int
	}{
		{"a.sh", "#!/bin/bash\n# bash\necho \"# bash\"\nx=${#bash}\necho a#bash # bash\n", []int{1, 3, 4, 5}},
		{"a.sh", "cat <<EOF\n# bash\nEOF\n# bash\n", []int{2}},
		{"a.sh", "cat <<'A' <<-B\n# bash\nA\n\t# bash\n\tB\necho 'it # bash' # 'bash'\n", []int{2, 4, 6}},
		{"a.py", "# bash\nx = '# bash'\n\"\"\"\n# bash\n\"\"\"\ny = 1# bash\n", []int{2, 4}},
		{"a.js", "// bash\nconst a = '// bash';\nconst r = /\"/; // bash\nconst s = `\n/* bash */`;\n/* bash\nbash */ f(bash)\n", []int{2, 5, 7}},
		{"a.js", "const r = /[/*]/; bash(); /* bash */\nconst q = a / b; // bash\n", []int{1}},
		{"a.rs", "/* bash /* bash */ bash */ let c = '\"'; // bash\nfn f<'a>(x: &'a str) { bash() }\n", []int{2}},
		{"a.java", "char c = '\\''; // bash\nString s = \"\\\" // bash\";\n", []int{2}},
		{"a.sql", "-- bash\nselect '-- bash' /* bash */\n", []int{2}},
		{"a.html", "<!-- bash\nbash --><p>bash</p>\n", []int{2}},
		{"a.lua", "--[[ bash\nbash ]] bash()\n-- bash\n", []int{2}},
		{"a.c", "/* never closed bash\nbash\n", []int{1, 2}},
		{"a.unknown", "# bash // bash\n", []int{1}},
		{"Makefile", "# bash\nx:\n\tbash -c x # bash\n", []int{3}},
	} {
		want := verdict.Fail
		runRules(t, c.file, []ruleCase{{c.file + " " + strings.SplitN(c.code, "\n", 2)[0], `forbid text: bash`, c.code, want, c.lines}})
	}
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	code := func(imports string) string { return "package a\n\nimport (\n" + imports + ")\n" }
	runRules(t, "a/a.go", []ruleCase{
		{"violation", "forbid import: **/pricing/**", code("\t\"example.com/shop/pricing/client\"\n"), verdict.Fail, []int{4}},
		{"the package itself", "forbid import: **/pricing/**", code("\t\"example.com/shop/pricing\"\n"), verdict.Fail, []int{4}},
		{"alias", "forbid import: **/pricing/**", code("\tp \"example.com/shop/pricing\"\n"), verdict.Fail, []int{4}},
		{"dot", "forbid import: **/pricing/**", code("\t. \"example.com/shop/pricing\"\n"), verdict.Fail, []int{4}},
		{"blank", "forbid import: **/pricing/**", code("\t_ \"example.com/shop/pricing\"\n"), verdict.Fail, []int{4}},
		{"raw string", "forbid import: time", code("\t`time`\n"), verdict.Fail, []int{4}},
		{"from the module's root", "forbid import: pricing", code("\t\"example.com/shop/pricing\"\n"), verdict.Fail, []int{4}},
		{"similar name", "forbid import: **/pricing/**", code("\t\"example.com/shop/pricings\"\n\t\"x/notpricing\"\n"), verdict.Pass, nil},
		{"exact and no more", "forbid import: time", code("\t\"golang.org/x/time\"\n\t\"time/tzdata\"\n"), verdict.Pass, nil},
		{"comment and string", "forbid import: time", "package a\n\n// import \"time\"\nvar s = `import \"time\"`\n", verdict.Pass, nil},
		{"does not parse", "forbid import: time", "package a\n\nimport \"time\"\n\nfunc {\n", verdict.Unknown, nil},
	})
}

func TestCallRules(t *testing.T) {
	t.Parallel()
	body := func(imports, text string) string {
		return "package a\n\nimport " + imports + "\n\nfunc f() {\n\t" + text + "\n}\n"
	}
	runRules(t, "a/a.go", []ruleCase{
		{"violation", "forbid call: fmt.Print*", body(`"fmt"`, `fmt.Println(1)`), verdict.Fail, []int{6}},
		{"deferred", "forbid call: fmt.Print*", body(`"fmt"`, `defer fmt.Println(1)`), verdict.Fail, []int{6}},
		{"in brackets", "forbid call: fmt.Print*", body(`"fmt"`, `(fmt.Println)(1)`), verdict.Fail, []int{6}},
		{"nested", "forbid call: fmt.Print*", body(`"fmt"`, `go func() { g(h(fmt.Println(1))) }()`), verdict.Fail, []int{6}},
		{"alias", "forbid call: fmt.Print*", body(`p "fmt"`, `p.Println(1)`), verdict.Fail, []int{6}},
		{"dot import", "forbid call: fmt.Print*", body(`. "fmt"`, `Println(1)`), verdict.Fail, []int{6}},
		{"as a value", "forbid call: fmt.Print*", body(`"fmt"`, `out := fmt.Println; out(1)`), verdict.Fail, []int{6}},
		{"handed on", "forbid call: fmt.Print*", body(`"fmt"`, `each(fmt.Println)`), verdict.Fail, []int{6}},
		{"by whole path", "forbid call: net/http.Get", body(`"net/http"`, `http.Get("x")`), verdict.Fail, []int{6}},
		{"versioned path", "forbid call: rand.*", body(`"math/rand/v2"`, `rand.Int()`), verdict.Fail, []int{6}},
		{"generic", "forbid call: slices.Sort", body(`"slices"`, `slices.Sort[[]int](x)`), verdict.Fail, []int{6}},
		{"built-in", "forbid call: panic", body(`"fmt"`, `panic(fmt.Sprint(1))`), verdict.Fail, []int{6}},
		{"method by variable", "forbid call: client.Price", body(`"fmt"`, `client := fmt.Sprint(); client.Price()`), verdict.Fail, []int{6}},
		{"method of a field", "forbid call: client.Price", body(`"fmt"`, `c.client.Price(fmt.Sprint())`), verdict.Fail, []int{6}},
		{"method of anything", "forbid call: *.Price", body(`"fmt"`, `get(fmt.Sprint()).Price()`), verdict.Fail, []int{6}},
		{"method by type", "forbid call: Client.Price", "package a\n\ntype Client struct{}\n\nfunc (Client) Price() {}\n\nfunc f(c *Client) { c.Price() }\n", verdict.Fail, []int{7}},
		{"another function", "forbid call: fmt.Print*", body(`"fmt"`, `fmt.Fprintln(w, 1)`), verdict.Pass, nil},
		{"shadowed package", "forbid call: fmt.Print*", body(`"fmt"`, `fmt := logger{}; fmt.Println(1)`), verdict.Pass, nil},
		{"shadowed built-in", "forbid call: panic", body(`"fmt"`, `panic := fmt.Sprint; panic(1)`), verdict.Pass, nil},
		{"another package under its name", "forbid call: fmt.Print*", body(`fmt "example.com/shop/quiet"`, `fmt.Println(1)`), verdict.Pass, nil},
		{"comment and string", "forbid call: fmt.Print*", body(`"fmt"`, `fmt.Sprint("fmt.Println(1)") // fmt.Println(1)`), verdict.Pass, nil},
		{"a constant is no call", "forbid call: time.*", body(`"time"`, `wait(time.Second)`), verdict.Pass, nil},
		{"declared and not called", "forbid call: helper", "package a\n\nfunc helper() {}\n", verdict.Pass, nil},
	})
}

func TestIdentifierRules(t *testing.T) {
	t.Parallel()
	runRules(t, "a/a.go", []ruleCase{
		{"declared", "forbid identifier: Cache", "package a\n\ntype Cache struct{}\n", verdict.Fail, []int{3}},
		{"used", "forbid identifier: Sleep", "package a\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n", verdict.Fail, []int{5}},
		{"glob", "forbid identifier: cache*", "package a\n\nvar cacheSize int\n", verdict.Fail, []int{3}},
		{"field and label", "forbid identifier: again", "package a\n\nfunc f() {\nagain:\n\tgoto again\n}\n", verdict.Fail, []int{4, 5}},
		{"other case, other word, string, comment", "forbid identifier: cache", "package a // cache\n\nvar Cache, caches = \"cache\", 1\n", verdict.Pass, nil},
		{"package clause", "forbid identifier: a", "package a\n", verdict.Pass, nil},
	})
}

func TestDependencyRules(t *testing.T) {
	t.Parallel()
	code := "package a\n"
	runRules(t, "a/a.go", []ruleCase{
		{"in a block", "forbid dependency: github.com/redis/**", code, verdict.Fail, []int{6}},
		{"alone", "forbid dependency: example.com/lone", code, verdict.Fail, []int{10}},
		{"indirect", "forbid dependency: github.com/google/uuid", code, verdict.Fail, []int{7}},
		{"none", "forbid dependency: github.com/memcached/**", code, verdict.Pass, nil},
		{"the module itself", "forbid dependency: example.com/shop", code, verdict.Pass, nil},
	})
	sp := parse(t, ruleSpec("a.py", "forbid dependency: requests"))
	r := decide(t, evaluate.New(tree{"a.py": "x"}, noBench{}, nil, options()), sp)
	if v := of(t, r, "N1"); v.Status != verdict.Unknown {
		t.Errorf("want unknown without a go.mod, got %s", v.Status)
	}
}

// A rule names packages of the module from its root, however go.mod writes the module's own name.
func TestModulesAreNamedAsGoReadsThem(t *testing.T) {
	t.Parallel()
	sp := parse(t, ruleSpec("a/a.go", "forbid import: internal/db"))
	code := "package a\n\nimport _ \"example.com/shop/internal/db\"\n"
	for _, mod := range []string{
		"module example.com/shop\n", "module \"example.com/shop\"\n", "module (\n\texample.com/shop\n)\n\ngo 1.26\n",
		"go 1.26\n\nexclude (\n\tmodule v1.0.0\n)\n\nmodule example.com/shop\n",
	} {
		r := decide(t, evaluate.New(tree{"a/a.go": code, "go.mod": mod}, noBench{}, nil, options()), sp)
		if v := of(t, r, "N1"); v.Status != verdict.Fail || v.Evidence[0].Line != 3 {
			t.Errorf("%q: want fail at line 3, got %s %+v", mod, v.Status, v.Evidence)
		}
	}
}

func TestPathRules(t *testing.T) {
	t.Parallel()
	sp := parse(t, ruleSpec("a/**", "forbid path: a/**/cache*.go"))
	stage := evaluate.New(tree{"a/b/cache_lru.go": "package b\n", "a/x.go": "package a\n"}, noBench{}, nil, options())
	if v := of(t, decide(t, stage, sp), "N1"); v.Status != verdict.Fail || v.Evidence[0].File != "a/b/cache_lru.go" {
		t.Errorf("want the path as evidence, got %+v", v)
	}
	sp = parse(t, ruleSpec("a/**", "require path: a/new.go"))
	clean := evaluate.New(tree{"a/x.go": "package a\n"}, noBench{}, nil, options())
	if v := of(t, decide(t, clean, sp), "N1"); v.Status != verdict.Fail {
		t.Errorf("want fail where the path is missing, got %s", v.Status)
	}
	made := patch.Change{Path: "a/new.go", Action: patch.Create, Data: []byte("package a\n")}
	if v := of(t, decide(t, clean, sp, made), "N1"); v.Status != verdict.Pass {
		t.Errorf("want pass for a path that the candidate makes, got %s", v.Status)
	}
}

func TestRulesOverNothingAreUnknown(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"forbid text: x", "forbid import: x", "forbid path: x", "forbid dependency: x", "require text: x"} {
		sp := parse(t, ruleSpec("a/a.go", rule))
		r := decide(t, evaluate.New(tree{"go.mod": goMod}, noBench{}, nil, options()), sp)
		if v := of(t, r, "N1"); v.Status != verdict.Unknown || r.Accepted(verdict.DefaultPolicy()) {
			t.Errorf("%s: want unknown where there is no target, got %s", rule, v.Status)
		}
	}
}
