package evaluate_test

import (
	"testing"

	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func TestGoRulesUnderAttack(t *testing.T) {
	t.Parallel()
	plant(t, "a/a.go", []planted{
		{"import that a build tag leaves out", "import: time", "//go:build never\n\npackage a\n\nimport \"time\"\n", on(5)},
		{"import of C", "import: C", "package a\n\nimport \"C\"\n", on(3)},
		{"header above import C", "import: stdlib.h", "package a\n\n// #include <stdlib.h>\nimport \"C\"\n", on(3)},
		{"linked by name", "import: time", "package a\n\nimport _ \"unsafe\"\n\n//go:linkname nap time.Sleep\nfunc nap(int64)\n", on(5)},
		{"copy in a vendor folder", "import: github.com/redis/**", "package a\n\nimport \"example.com/shop/vendor/github.com/redis/go-redis/v9\"\n", on(3)},
		{"copy in an internal folder", "import: github.com/redis/**", "package a\n\nimport \"example.com/shop/internal/copy/github.com/redis/go-redis/v9\"\n", on(3)},
		{"line directive", "import: time", "package a\n\n//line other.go:900\nimport \"time\"\n", on(4)},
		{"a comment above import C that is none of its own", "import: stdlib.h", "package a\n\n// #include <stdlib.h>\n\nimport \"C\"\n", nil},
		{"a comment that names linkname", "import: time", "package a\n\n// go:linkname nap time.Sleep\nfunc nap(int64)\n", nil},

		{"linked by name", "call: time.Sleep", "package a\n\nimport _ \"unsafe\"\n\n//go:linkname nap time.Sleep\nfunc nap(int64)\n", on(5)},
		{"linked by a long name", "call: net/http.Get", "package a\n\nimport _ \"unsafe\"\n\n//go:linkname get net/http.Get\nfunc get()\n", on(5)},
		{"method value", "call: http.Get", "package a\n\nimport \"net/http\"\n\nvar table = map[string]any{\"x\": http.Get}\n", on(5)},
		{"method expression", "call: Client.Get", "package a\n\nimport \"net/http\"\n\nfunc f(c *http.Client) { (*http.Client).Get(c, \"x\") }\n", on(5)},
		{"ranged over", "call: maps.Keys", "package a\n\nimport \"maps\"\n\nfunc f() { for range maps.Keys { } }\n", on(5)},
		{"generic value", "call: slices.Sort", "package a\n\nimport \"slices\"\n\nvar f = slices.Sort[[]int]\n", on(5)},
		{"package level", "call: time.Now", "package a\n\nimport \"time\"\n\nvar start = time.Now()\n", on(5)},
		{"by C", "call: C.system", "package a\n\nimport \"C\"\n\nfunc f() { C.system(nil) }\n", on(5)},
		{"in the C code above import C", "call: system", "package a\n\n/*\n#include <stdlib.h>\nstatic void run() { system(\"ls\"); }\n*/\nimport \"C\"\n", on(5)},
		{"method of an embedded type", "call: Base.Price", "package a\n\ntype Base struct{}\n\nfunc (Base) Price() {}\n\ntype T struct{ Base }\n\nfunc f(t T) { t.Base.Price() }\n", on(9)},
		{"a struct tag", "call: time.Now", "package a\n\ntype T struct {\n\tA int `call:\"time.Now()\"`\n}\n", nil},
		{"a shadowed package in one function alone", "call: fmt.Print*", "package a\n\nimport \"fmt\"\n\nfunc f(fmt logger) { fmt.Println(1) }\n", nil},

		{"identifier of a type parameter", "identifier: cache", "package a\n\nfunc f[cache any](x cache) {}\n", on(3)},
		{"identifier in a tag", "identifier: cache", "package a\n\ntype T struct {\n\tA int `cache:\"x\"`\n}\n", nil},

		{"text in the C code above import C", `text: system\(`, "package a\n\n// static void run() { system(\"ls\"); }\nimport \"C\"\n", on(3)},
		{"text in a directive", `text: ldflags|export`, "package a\n\nimport \"C\"\n\n//export run\nfunc run() {}\n", on(5)},
		{"text in a comment", `text: \bcache\b`, "package a\n\n// cache\nvar x = 1 /* cache */\n", nil},
	})
}

const manyDirectives = `module example.com/shop

go 1.26

toolchain go1.26.1

tool golang.org/x/tools/cmd/stringer

require (
	github.com/a/b v1.0.0
	"github.com/c/d" v1.0.0 // indirect
)

replace github.com/e/f => github.com/g/h v1.0.0

replace (
	github.com/i/j v1.0.0 => ../j
)

exclude github.com/k/l v1.0.0

retract v1.0.0 // github.com/m/n
`

func TestDependencyRulesOnEveryManifest(t *testing.T) {
	t.Parallel()
	const pom = "<project>\n <dependencies>\n  <dependency>\n   <groupId>com.redis</groupId>\n   <artifactId>jedis</artifactId>\n  </dependency>\n </dependencies>\n <!-- <dependency><groupId>x.y</groupId></dependency> -->\n</project>\n"
	const npm = "{\n \"name\": \"shop\",\n \"dependencies\": {\n  \"redis\": \"^4.0.0\",\n  \"store\": \"npm:memcached@1\"\n },\n \"devDependencies\": {\"jest\": \"1\"},\n \"scripts\": {\"lodash\": \"lodash\"}\n}\n"
	const pip = "# flask\nrequests>=2 # http\nPy_YAML[x]==1 ; python_version > '3'\ngit+https://x/y#egg=redis\n"
	for _, c := range []struct {
		name, target, manifest, text, rule string
		want                               verdict.Status
		line, col                          int
	}{
		{"Go, a block", "a/a.go", "go.mod", manyDirectives, "github.com/a/**", verdict.Fail, 10, 2},
		{"Go, indirect and quoted", "a/a.go", "go.mod", manyDirectives, "github.com/c/d", verdict.Fail, 11, 2},
		{"Go, replaced", "a/a.go", "go.mod", manyDirectives, "github.com/e/f", verdict.Fail, 14, 1},
		{"Go, in place of another", "a/a.go", "go.mod", manyDirectives, "github.com/g/h", verdict.Fail, 14, 1},
		{"Go, replaced by a folder", "a/a.go", "go.mod", manyDirectives, "github.com/i/j", verdict.Fail, 17, 2},
		{"Go, a tool", "a/a.go", "go.mod", manyDirectives, "golang.org/x/tools/**", verdict.Fail, 7, 1},
		{"Go, excluded", "a/a.go", "go.mod", manyDirectives, "github.com/k/l", verdict.Pass, 0, 0},
		{"Go, in a comment", "a/a.go", "go.mod", manyDirectives, "github.com/m/n", verdict.Pass, 0, 0},
		{"Go, a module of its own below", "a/a.go", "a/go.mod", "module x\n\nrequire github.com/a/b v1.0.0\n", "github.com/a/b", verdict.Fail, 3, 1},
		{"Go, a manifest that does not parse", "a/a.go", "go.mod", "module x\n\nrequires x\n", "github.com/a/b", verdict.Unknown, 0, 0},
		{"npm", "a/a.ts", "package.json", npm, "redis", verdict.Fail, 4, 3},
		{"npm, by another name", "a/a.js", "package.json", npm, "memcached", verdict.Fail, 5, 12},
		{"npm, for development", "a/a.js", "package.json", npm, "jest", verdict.Fail, 7, 22},
		{"npm, other words", "a/a.js", "package.json", npm, "{shop,lodash}", verdict.Pass, 0, 0},
		{"npm, does not parse", "a/a.js", "package.json", "{\"dependencies\": {", "redis", verdict.Unknown, 0, 0},
		{"pip", "a/a.py", "requirements.txt", pip, "requests", verdict.Fail, 2, 1},
		{"pip, another form of the name", "a/a.py", "requirements-dev.txt", pip, "pyyaml", verdict.Pass, 0, 0},
		{"pip, the form that counts", "a/a.py", "requirements-dev.txt", pip, "PY.YAML", verdict.Fail, 3, 1},
		{"pip, by an address", "a/a.py", "requirements.txt", pip, "redis", verdict.Fail, 4, 1},
		{"pip, a comment", "a/a.py", "requirements.txt", pip, "flask", verdict.Pass, 0, 0},
		{"pip, another file", "a/a.py", "requirements.txt", "-r other.txt\n", "flask", verdict.Unknown, 0, 0},
		{"pyproject", "a/a.py", "pyproject.toml", "[project]\ndependencies = [\"redis\"]\n", "redis", verdict.Unknown, 0, 0},
		{"maven", "src/A.java", "pom.xml", pom, "com.redis:jedis", verdict.Fail, 3, 3},
		{"maven, by the group", "src/A.java", "pom.xml", pom, "com.redis/*", verdict.Fail, 3, 3},
		{"maven, a comment", "src/A.java", "pom.xml", pom, "x.y", verdict.Pass, 0, 0},
		{"maven, with a parent", "src/A.java", "pom.xml", "<project><parent><groupId>g</groupId></parent></project>", "x", verdict.Unknown, 0, 0},
		{"cargo", "src/a.rs", "Cargo.toml", "[dependencies]\nserde = \"1\"\n", "serde", verdict.Unknown, 0, 0},
		{"none", "a/a.py", "go.mod", goMod, "x", verdict.Unknown, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sp := parse(t, ruleSpec(c.target, "forbid dependency: "+c.rule))
			v := of(t, decide(t, evaluate.New(tree{c.target: "", c.manifest: c.text}, noBench{}, nil, options()), sp), "N1")
			if v.Status != c.want {
				t.Fatalf("want %s, got %s: %s", c.want, v.Status, v.Reason)
			}
			if e := v.Evidence[0]; e.Line != c.line || e.Col != c.col || (c.line > 0 && e.File != c.manifest) {
				t.Errorf("want %s:%d:%d, got %s:%d:%d (%q)", c.manifest, c.line, c.col, e.File, e.Line, e.Col, e.Quote)
			}
		})
	}
}

func TestWhatCannotBeReadIsUnknown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, rule, code string }{
		{"Python, a string without an end", "a.py", "forbid call: eval", "x = '''\n"},
		{"Python, a bracket without an end", "a.py", "forbid import: os", "x = (\n"},
		{"Python, an encoding that hides code", "a.py", "forbid call: eval", "# coding: utf-7\nx = 1\n"},
		{"Python, no UTF-8", "a.py", "forbid call: eval", "x = '\xff'\n"},
		{"JavaScript, a template without an end", "a.js", "forbid call: eval", "x = `a\n"},
		{"JavaScript, a slash that may be either", "a.js", "forbid call: eval", "let x\n/a/.test(b)\n"},
		{"JavaScript, a slash behind yield", "a.js", "forbid call: eval", "yield /a/\n"},
		{"JavaScript, a comment as in HTML", "a.js", "forbid call: eval", "x <!-- y\n"},
		{"TypeScript, an element without an end", "a.tsx", "forbid call: eval", "x = <p>\n"},
		{"Java, a string without an end", "A.java", "forbid call: eval", "String s = \"a\n"},
		{"Java, a string template", "A.java", "forbid call: eval", "String s = STR.\"\\{x}\";\n"},
		{"Rust, a comment without an end", "a.rs", "forbid call: eval", "/* /* */\n"},
		{"Rust, a string that older editions read otherwise", "a.rs", "forbid call: eval", "x!(cr#\"\\\"#);\n"},
		{"C, a literal without an end", "a.c", "forbid call: eval", "char *s = \"a\n"},
		{"C, a trigraph", "a.c", "forbid call: eval", "// what??/\nx\n"},
		{"C, a raw string, which it does not have", "a.c", "forbid call: eval", "x R\"(\"a)\"\n"},
		{"C, a header that a macro names", "a.c", "forbid import: x.h", "#include HEADER\n"},
		{"C++, a raw string without an end", "a.cpp", "forbid call: eval", "x = R\"a(b)\"\n"},
		{"more stars than can be followed", "a.py", "forbid call: eval", "from a import *\nfrom b import *\nfrom c import *\nfrom d import *\nfrom e import *\nfrom f import *\nfrom g import *\nfrom h import *\nfrom i import *\nfrom j import *\nfrom k import *\nfrom l import *\nfrom m import *\nfrom n import *\nfrom o import *\nfrom p import *\nfrom q import *\n"},
		{"a language without a reader", "a.lua", "forbid call: eval", "x = 1\n"},
		{"text behind a doubt", "a.js", "forbid text: cache", "x = `a\n"},
		{"text that may be a comment", "a.c", "require text: cache", "// what??/\nx\n// cache\n"},
		{"no text", "a.py", "forbid call: eval", "x = 1\x00\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := ruleVerdict(t, c.file, c.rule, c.code)
			if v.Status != verdict.Unknown || v.Reason == "" {
				t.Errorf("want unknown with a reason, got %s %q", v.Status, v.Reason)
			}
		})
	}
	v := ruleVerdict(t, "a.py", "forbid call: eval", "eval('1')\nx = '''\n")
	if v.Status != verdict.Fail {
		t.Errorf("want what was found to count, got %s", v.Status)
	}
}
