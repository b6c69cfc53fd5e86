package evaluate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// clean is code of each language that breaks no rule of the tests here.
func clean() map[string]string {
	return map[string]string{
		"shop/a.go":   "// Package shop sells.\npackage shop // here\n\nimport \"fmt\"\n\n// Sell sells.\nfunc Sell() { fmt.Println(\"sold\") }\n",
		"shop/a.py":   "\"\"\"Sells.\"\"\"\nfrom __future__ import annotations\nimport json\n\ndef sell(x):\n    return json.dumps(x)",
		"shop/a.js":   "const json = require('./json')\nmodule.exports = { sell: x => json(x) }\n",
		"shop/a.ts":   "import { json } from './json'\nexport function sell(x: number): string { return json(x) }\n",
		"shop/a.tsx":  "import { json } from './json'\nexport const Sell = (p: { n: number }) => <b title=\"sold\">{json(p.n)}</b>\n",
		"shop/A.java": "// Sells.\npackage shop;\nimport java.util.List;\npublic class A { int sell(List<String> x) { return x.size(); } }\n",
		"src/a.rs":    "use std::fmt;\npub fn sell<'a>(x: &'a str) -> fmt::Result { Ok(()) }\n",
		"src/a.c":     "#include <stdio.h>\nint sell(int x) { return printf(\"%d\", x); }\n",
		"src/a.cpp":   "#include <vector>\nint sell(std::vector<int> x) { return x.size(); }\n",
	}
}

// broken plants a violation of a rule, and gives what the rule says before and after.
func broken(t *testing.T, target, rule string, files tree) (m mutate.Mutant, before, after verdict.Status) {
	t.Helper()
	sp := parse(t, ruleSpec(target, rule))
	decided := func(files tree) verdict.Status {
		return of(t, decide(t, evaluate.New(files, noBench{}, nil, options()), sp), "N1").Status
	}
	all := files.files(func(string) bool { return true })
	m, ok := mutate.Violations(sp.Clauses()[0].Rules()[0], all, sp.Front.Targets)
	if !ok {
		t.Fatalf("%s: nothing can be planted", rule)
	}
	planted := tree{}
	for _, f := range m.Apply(all) {
		planted[f.Path] = string(f.Data)
	}
	return m, decided(files), decided(planted)
}

// What is planted against a rule is found by it, in every language that has a reader.
func TestPlantedViolationsAreFound(t *testing.T) {
	t.Parallel()
	rules := map[string][]string{
		"": {
			`text: (?i)\bcache\b`, `text: ^\s*TODO`, `text: "[a-z]{3,}\.internal"`, `text: (?P<comments>)(?i)fixme|hack`, `text: [^\x00-\x7f]`,
			`text: password\s*=\s*['"][^'"]+['"]`, `text: ^x+$`, `text: \\d`, `text: eval\(`,
			"identifier: cache", "identifier: *Cache", "identifier: {get,set}Price", "identifier: [A-C]x?",
		},
		"shop/a.go": {
			"import: net/http", "import: **/pricing/**", "import: github.com/*/redis", "import: unsafe", "import: example.com/shop/pricing",
			"call: time.Now", "call: time.*", "call: net/http.Get", "call: example.com/pricing/v2.Fetch", "call: Client.Send", "call: client.send",
			"call: *.Execute", "call: _.Execute", "call: panic", "call: os.{Exit,Getenv}", "call: s.db.Query", "call: **/pricing.*",
		},
		"shop/a.py": {
			"import: os", "import: os.path", "import: shop/pricing/**", "import: **/pricing", "import: .models", "identifier: lambda", "identifier: global",
			"call: os.system", "call: eval", "call: *.execute", "call: _.execute", "call: subprocess.*", "call: a.b.c", "call: datetime.{now,today}",
		},
		"shop/a.js": {
			"import: fs", "import: shop/pricing/**", "import: @scope/*", "call: fs.readFile", "call: eval", "call: Function", "call: *.execute",
			"call: _.execute", "call: console.*", "identifier: var", "identifier: debugger",
		},
		"shop/a.ts":  {"import: node:fs", "import: shop/pricing/**", "call: fs.readFile", "call: *.execute", "identifier: any"},
		"shop/a.tsx": {"import: react", "call: fetch", "call: *.innerHTML"},
		"shop/A.java": {
			"import: java.sql", "import: java.sql.Connection", "import: java/sql/**", "import: java.sql.*", "call: System.exit", "call: Thread",
			"call: *.exec", "call: java.lang.System.exit", "call: Runtime.*", "identifier: synchronized",
		},
		"src/a.rs": {
			"import: std::fs", "import: std/fs/**", "import: libc", "import: std::process::*", "call: process::exit", "call: fs.read", "call: *.unwrap",
			"call: println!", "call: client.price", "call: std::fs::*", "identifier: unsafe",
		},
		"src/a.c":   {"import: stdlib.h", "import: src/pricing/*", "import: **/pricing.h", "call: system", "call: exec*", "call: client.price", "identifier: goto"},
		"src/a.cpp": {"import: thread", "call: std::system", "call: std.make_unique", "call: *.lock", "identifier: new"},
	}
	for file, code := range clean() {
		for _, rule := range append(rules[""], rules[file]...) {
			t.Run(file+" "+rule, func(t *testing.T) {
				t.Parallel()
				m, before, after := broken(t, file, "forbid "+rule, tree{file: code, "go.mod": goMod})
				if before != verdict.Pass || after != verdict.Fail {
					t.Errorf("%s before and %s after %q", before, after, m.Now)
				}
				if m.Kind != mutate.Rule || m.Path != file || m.Line == 0 || len(m.ID) != 12 {
					t.Errorf("odd mutant %+v", m)
				}
			})
		}
	}
}

func TestPlantedDependencies(t *testing.T) {
	t.Parallel()
	for i, c := range []struct{ target, rule, manifest, text string }{
		{"shop/a.go", "github.com/lib/*", "go.mod", "module example.com/other\n\ngo 1.26\n"},
		{"shop/a.go", "**/redis/v9", "shop/go.mod", "module example.com/other"},
		{"shop/a.go", "gopkg.in/yaml.v3", "go.mod", "module example.com/other\n\nrequire (\n\tgithub.com/google/uuid v1.0.0\n)\n"},
		{"shop/a.js", "left-pad", "package.json", "{\n  \"name\": \"shop\"\n}\n"},
		{"shop/a.ts", "@aws-sdk/**", "package.json", "{\"dependencies\": {\"a\": \"1\"}}"},
		{"shop/a.js", "lodash*", "package.json", "{\"dependencies\": { }}"},
		{"shop/a.js", "lodash", "package.json", "{}"},
		{"shop/a.py", "requests", "requirements.txt", "flask==1.0\n"},
		{"shop/a.py", "Django*", "shop/requirements-dev.txt", "flask"},
		{"shop/A.java", "org.hibernate:*", "pom.xml", "<project>\n</project>\n"},
		{"shop/A.java", "org.hibernate", "pom.xml", "<project><dependencies></dependencies></project>"},
		{"shop/A.java", "com.google/guava", "pom.xml", "<project><dependencies></dependencies></project>"},
	} {
		t.Run(fmt.Sprint(i, " ", c.rule), func(t *testing.T) {
			t.Parallel()
			m, before, after := broken(t, c.target, "forbid dependency: "+c.rule, tree{c.target: clean()[c.target], c.manifest: c.text})
			if before != verdict.Pass || after != verdict.Fail || m.Path != c.manifest {
				t.Errorf("%s before and %s after %q in %s", before, after, m.Now, m.Path)
			}
		})
	}
}

func TestPlantedPathsAndTexts(t *testing.T) {
	t.Parallel()
	files := tree{"shop/a.go": clean()["shop/a.go"], "shop/b.go": "package shop\n\n// B has a deadline.\nfunc B() { deadline() } // deadline\n"}
	for _, c := range []struct {
		rule  string
		after verdict.Status
	}{
		{"forbid path: **/*_gen.go", verdict.Fail},
		{"forbid path: shop/cache/**", verdict.Fail},
		{"forbid path: **/*.{sql,proto}", verdict.Fail},
		{"require path: shop/b.go", verdict.Fail},
		{"require path: shop/*.go", verdict.Unknown}, // no target is left
		{"require text: deadline\\(", verdict.Fail},
		{"require text: (?P<comments>)has a dead", verdict.Fail},
		{"require text: func (Sell|B)\\(", verdict.Fail},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			m, before, after := broken(t, "shop/**", c.rule, files)
			if before != verdict.Pass || after != c.after {
				t.Errorf("%s before and %s after: %+v", before, after, m)
			}
		})
	}
}

// Where nothing can be planted it says so.
func TestNothingToPlant(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"shop/a.go", `forbid text: ^\n$`},
		{"shop/a.go", `forbid text: a^b`},
		{"shop/a.go", "forbid dependency: x"},
		{"shop/a.go", "require text: never there"},
		{"shop/a.go", "require text: x*"},
		{"shop/a.go", "require path: other.go"},
		{"shop/a.kt", "forbid call: exit"},
		{"shop/a.go", "forbid path: shop/a.go"},
	} {
		sp := parse(t, ruleSpec(c[0], c[1]))
		files := []patch.File{{Path: c[0], Mode: patch.ModeFile, Data: []byte(strings.TrimSpace("package shop"))}}
		if m, ok := mutate.Violations(sp.Clauses()[0].Rules()[0], files, sp.Front.Targets); ok {
			t.Errorf("%s in %s: %+v", c[1], c[0], m)
		}
	}
}
