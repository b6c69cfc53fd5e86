package evaluate_test

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// planted is code that breaks a rule on the given lines; a look-alike breaks it on none.
type planted struct {
	name  string
	rule  string
	code  string
	lines []int
}

// plant runs rules over code in a language. In the rule, `forbid` is left out.
func plant(t *testing.T, file string, cases []planted) {
	t.Helper()
	for _, c := range cases {
		t.Run(path.Ext(file)[1:]+" "+c.name, func(t *testing.T) {
			t.Parallel()
			v := ruleVerdict(t, file, "forbid "+c.rule, c.code)
			want := verdict.Fail
			if c.lines == nil {
				want = verdict.Pass
			}
			if v.Status != want {
				t.Fatalf("want %s, got %s: %s\n%s", want, v.Status, v.Reason, c.code)
			}
			var lines []int
			for _, e := range v.Evidence {
				if e.Line == 0 {
					continue
				}
				lines = append(lines, e.Line)
				if text := strings.Split(c.code, "\n")[e.Line-1]; strings.TrimRight(text, "\r") != e.Quote || e.Col < 1 || e.Col > len(text)+1 {
					t.Errorf("line %d reads %q, the quote %q, column %d", e.Line, text, e.Quote, e.Col)
				}
			}
			if diff := cmp.Diff(c.lines, lines); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func ruleVerdict(t *testing.T, file, rule, code string) verdict.Verdict {
	t.Helper()
	sp := parse(t, ruleSpec(file, rule))
	return of(t, decide(t, evaluate.New(tree{file: code, "go.mod": goMod}, noBench{}, nil, options()), sp), "N1")
}

func on(lines ...int) []int { return lines }

func TestPythonRules(t *testing.T) {
	t.Parallel()
	plant(t, "shop/api/a.py", []planted{
		{"import", "import: requests", "import requests\n", on(1)},
		{"import of several", "import: requests", "import os, requests as r\n", on(1)},
		{"import of a part imports the whole", "import: requests", "import requests.adapters\n", on(1)},
		{"import below a package", "import: requests/**", "import requests.adapters\n", on(1)},
		{"from a module", "import: os.path", "from os.path import join\n", on(1)},
		{"from a package, the module", "import: os.path", "from os import path\n", on(1)},
		{"from over lines", "import: os.path", "from os import (  # several\n    sep,\n    path as p,\n)\n", on(3)},
		{"relative", "import: shop.pricing", "from ..pricing import client\n", on(1)},
		{"relative, the module by name", "import: shop.api.pricing", "from . import pricing\n", on(1)},
		{"relative as written", "import: .pricing", "from .pricing import x\n", on(1)},
		{"star", "import: os", "from os import *\n", on(1)},
		{"within a function, behind a semicolon", "import: os", "def f():\n    x = 1; import os\n", on(2)},
		{"by a string", "import: os", "import importlib\nimportlib.import_module('o' 's')\n__import__(\"\\x6fs\")\n", on(2, 3)},
		{"within an f-string", "import: os", "x = f\"{__import__('os')}\"\n", on(1)},
		{"letters that Python takes for others", "import: os", "import \uff4f\uff53\n", on(1)},
		{"imports in comments and strings", "import: os", "# import os\n'''\nimport os\n'''\ns = \"import os\" # \"\nx = '\\'' ; y = 'import os'\n", nil},
		{"similar modules", "import: os", "import posix, osx\nfrom foo import os_path\n", nil},
		{"an attribute", "import: os", "import foo.os\nx.os = 1\n", nil},
		{"yield from and raise from", "import: os", "def f():\n    yield from os\n    raise E from os\n", nil},

		{"call", "call: time.sleep", "import time\ntime.sleep(1)\n", on(2)},
		{"call by another name", "call: time.sleep", "import time as t\nt.sleep(1)\n", on(2)},
		{"call of what is imported", "call: time.sleep", "from time import sleep as s\ns(1)\n", on(2)},
		{"call by its own name", "call: sleep", "from time import sleep\nsleep(1)\n", on(2)},
		{"call after a star", "call: os.system", "from os import *\nsystem('ls')\n", on(2)},
		{"call of a part", "call: path.join", "import os.path\nos.path.join('a')\n", on(2)},
		{"call over lines", "call: os.system", "import os\nos. \\\n  system (\n'ls')\n", on(2)},
		{"within an f-string in an f-string", "call: eval", "x = f'{f\"{eval('1')}\"}'\n", on(1)},
		{"as a format", "call: eval", "x = f'{a:{eval(b)}}'\n", on(1)},
		{"built-in", "call: eval", "eval('1')\n", on(1)},
		{"built-in by its module", "call: eval", "import builtins as b\nb.eval('1')\n__builtins__.eval('2')\n", on(2, 3)},
		{"as a value", "call: eval", "e = eval\ne('1')\n", on(1)},
		{"handed on", "call: time.sleep", "import time\neach(time.sleep)\n", on(2)},
		{"a module handed on", "call: time.sleep", "import time\nrun(time)\n", on(2)},
		{"a module under a new name", "call: time.sleep", "import time\nt = time\nt.sleep(1)\n", on(3)},
		{"decorator", "call: app.route", "@app.route\ndef f(): pass\n", on(1)},
		{"method of a result", "call: *.execute", "db.cursor().execute('x')\n", on(1)},
		{"method by the call before it", "call: cursor.execute", "db.cursor().execute('x')\n", on(1)},
		{"method of an attribute", "call: client.price", "self.client.price(1)\n", on(1)},
		{"by getattr", "call: os.system", "import os\ngetattr(os, 'system')('ls')\n", on(2)},
		{"by a module that a string names", "call: os.system", "__import__('os').system('ls')\nm = __import__('os')\nm.system('ls')\n", on(1, 3)},
		{"in a default value", "call: time.sleep", "import time\ndef f(time=time.sleep): pass\n", on(2)},
		{"where a comprehension has the name", "call: os.system", "import os\ndef f():\n    [0 for os in x]\n    os.system('ls')\n", on(4)},
		{"where a nested function has the name", "call: os.system", "import os\ndef f():\n    def g():\n        os = 1\n    os.system('ls')\n", on(5)},
		{"where a class has the name", "call: os.system", "import os\nclass A:\n    os = 1\n    def f(self):\n        os.system('ls')\n", on(5)},
		{"where a function says global", "call: os.system", "import os\ndef f():\n    global os\n    os.system('ls')\n    os = 1\n", on(4)},
		{"behind a line that ends oddly", "call: os.system", "import os\r# c\ros.system('ls')\n", on(1)},
		{"behind a comment of a form feed", "call: eval", "\x0ceval('1')\n", on(1)},
		{"a parameter of the name", "call: time.sleep", "import time\ndef f(time):\n    time.sleep(1)\n", nil},
		{"a local variable of the name", "call: time.sleep", "import time\ndef f():\n    time = clock()\n    time.sleep(1)\n", nil},
		{"a parameter of a lambda", "call: time.sleep", "import time\nf = lambda time: time.sleep(1)\n", nil},
		{"a local variable like a built-in", "call: eval", "def f(eval):\n    eval('1')\n", nil},
		{"another module under the name", "call: time.sleep", "import fake as time\ntime.sleep(1)\n", nil},
		{"another function under the name", "call: eval", "from ast import literal_eval as eval\neval('1')\n", nil},
		{"calls in comments and strings", "call: eval", "# eval(1)\nx = 'eval(1)' 'f\"{eval(1)}\"'\n\"\"\"eval(1)\"\"\"\nrb'\\'eval(1)'\n", nil},
		{"a constant is no call", "call: time.*", "import time\nwait(time.SECOND)\n", nil},
		{"declared and not called", "call: helper", "def helper(): pass\nclass helper: pass\n", nil},
		{"a name of an argument", "call: eval", "f(eval=1)\n", nil},
		{"another method", "call: *.execute", "db.executemany('x')\n", nil},

		{"identifier", "identifier: cache", "cache = {}\n", on(1)},
		{"identifier of an attribute and a parameter", "identifier: cache", "def f(cache):\n    self.cache = 1\n", on(1, 2)},
		{"identifier in an f-string", "identifier: cache", "x = f'{cache}'\n", on(1)},
		{"keyword", "identifier: global", "def f():\n    global x\n", on(2)},
		{"other words, comments, strings", "identifier: cache", "caches = Cache = 'cache' # cache\nf'cache {{cache}}'\n", nil},

		{"text in code and strings", `text: \bcache\b`, "x = 'cache'\ncache = 1\n", on(1, 2)},
		{"text in a comment", `text: \bcache\b`, "x = 1 # cache\n", nil},
		{"text in a comment within an f-string", `text: \bcache\b`, "x = f'''{a # cache\n}'''\n", nil},
		{"text behind a quote in a comment", `text: \bcache\b`, "# it's\ncache()\n", on(2)},
	})
}

func TestScriptRules(t *testing.T) {
	t.Parallel()
	cases := []planted{
		{"import", "import: fs", "import fs from 'fs';\n", on(1)},
		{"import with a scheme", "import: fs", "import { readFile } from \"node:fs\";\n", on(1)},
		{"import for effects", "import: fs", "import 'fs'\n", on(1)},
		{"import of all", "import: fs", "import * as f from 'fs'\n", on(1)},
		{"import over lines, with comments", "import: fs", "import /* c */ {\n  readFile as r, // c\n} from\n  'fs'\n", on(4)},
		{"export from", "import: fs", "export * from 'fs'\nexport { a as b } from 'fs'\n", on(1, 2)},
		{"require", "import: fs", "const fs = require('fs')\n", on(1)},
		{"require in a template", "import: fs", "x = `${require('fs').x} // ${1}`\n", on(1)},
		{"import at run time", "import: fs", "const x = await import(`fs`)\n", on(1)},
		{"escapes in the name", "import: fs", "require('\\x66\\u{73}')\n", on(1)},
		{"a built-in module of the process", "import: child_process", "process.getBuiltinModule('child_process')\n", on(1)},
		{"require by another name", "import: fs", "const r = require\nr('fs')\n", on(2)},
		{"a part of a package", "import: lodash", "import x from 'lodash/fp'\n", on(1)},
		{"a part of a package with a scope", "import: '@shop/**'", "import x from '@shop/pricing/client'\n", on(1)},
		{"relative", "import: shop/pricing/*", "import x from '../pricing/client.js'\n", on(1)},
		{"imports in comments, strings, templates, regular expressions", "import: fs", "// import 'fs'\n/* require('fs') */\nconst s = \"require('fs')\", t = `require('fs')`, r = /require('fs')/\n", nil},
		{"similar modules", "import: fs", "import 'fs-extra'\nimport './fs'\n", nil},
		{"a property and a method", "import: fs", "x.import('fs'); x = { import: 1 }\n", nil},

		{"call", "call: fs.readFile", "import fs from 'fs'\nfs.readFile('x')\n", on(2)},
		{"call by another name", "call: fs.readFile", "const { readFile: r } = require('fs')\nr('x')\n", on(2)},
		{"call of what is imported", "call: fs.readFile", "import { readFile as r } from 'node:fs'\nr('x')\n", on(2)},
		{"call right behind require", "call: child_process.exec", "require('child_process').exec('ls')\n", on(1)},
		{"call of what was imported at run time", "call: os.cpus", "(await import('os')).cpus()\nconst o = await import('os')\no.cpus()\n", on(1, 3)},
		{"call of an alias of an alias", "call: fs.readFile", "const fs = require('fs')\nconst f = fs, g = 1\nconst { readFile } = f\nreadFile('x')\n", on(4)},
		{"optional", "call: fs.readFile", "import fs from 'fs'\nfs?.readFile?.('x')\n", on(2)},
		{"bound after its declaration", "call: fs.readFile", "let f, r\nf = require('fs')\n;({ readFile: r } = f)\nr('x')\n", on(2, 3, 4)},
		{"a field of a class", "call: fs.readFile", "const fs = require('fs')\nclass A { disk = fs; f() { this.disk.readFile('x') } }\n", on(2)},
		{"imported, then", "call: fs.readFile", "import('fs').then(f => f.readFile('x'))\n", on(1)},
		{"by a string", "call: fs.readFile", "import fs from 'fs'\nfs['readFile']('x')\n", on(2)},
		{"name with an escape", "call: eval", "\\u0065val('1')\n", on(1)},
		{"by the global object", "call: eval", "globalThis.eval('1'); window['eval']('1')\n", on(1)},
		{"as a template", "call: sql", "sql`drop`\n", on(1)},
		{"new", "call: Function", "new Function('x')\n", on(1)},
		{"as a value", "call: eval", "const e = eval\n(0, eval)('1')\n", on(1, 2)},
		{"handed on", "call: fs.readFile", "import fs from 'fs'\neach(fs.readFile)\n", on(2)},
		{"a module handed on", "call: fs.readFile", "import fs from 'fs'\nrun(fs)\n", on(2)},
		{"method of a result", "call: *.execute", "db.cursor().execute('x')\n", on(1)},
		{"method of a property", "call: client.price", "this.client.price(1)\n", on(1)},
		{"in a template in a template", "call: eval", "x = `${`${eval('1')}`} // `\n", on(1)},
		{"behind a line separator", "call: eval", "// c\u2028eval('1')\n", on(1)},
		{"behind a regular expression", "call: eval", "if (x) /\"/.test(y); eval('1') // \"\n", on(1)},
		{"behind a division", "call: eval", "x++ / eval('1') / 2 // \"/\n", on(1)},
		{"before a block on its own line", "call: eval", "eval('1')\n{ }\n", on(1)},
		{"where another function has the name", "call: fs.readFile", "import fs from 'fs'\nfunction f(fs) {}\nfs.readFile('x')\n", on(3)},
		{"where a block has the name", "call: fs.readFile", "import fs from 'fs'\n{ let fs = 1 }\nfs.readFile('x')\n", on(3)},
		{"a parameter of the name", "call: fs.readFile", "import fs from 'fs'\nfunction f(fs) { fs.readFile('x') }\n", nil},
		{"a parameter of an arrow", "call: fs.readFile", "import fs from 'fs'\nconst f = fs => fs.readFile('x'), g = (fs) => { fs.readFile('x') }\n", nil},
		{"a local variable of the name", "call: fs.readFile", "import fs from 'fs'\nfunction f() { const fs = fake(); fs.readFile('x') }\n", nil},
		{"a function like a built-in", "call: eval", "function f(eval) { eval('1') }\nfunction g() { function eval() {}; eval('1') }\n", nil},
		{"another module under the name", "call: fs.readFile", "import fs from './fake'\nfs.readFile('x')\n", nil},
		{"calls in comments, strings, templates, regular expressions", "call: eval", "// eval(1)\n/* eval(1) */\nx = 'eval(1)' + `eval(1)` + /eval(1)/\n", nil},
		{"a method that is declared", "call: execute", "class A { execute(x) { } static async execute() { } }\nx = { execute() { } }\n", nil},
		{"another method, a property", "call: *.execute", "db.executeAll('x'); db.execute; x = { execute: 1 }\n", nil},
		{"a constant is no call", "call: fs.*", "import fs from 'fs'\nx = fs.constants\n", nil},

		{"identifier", "identifier: cache", "let cache = 1\nx.cache = `${cache}`\n", on(1, 2)},
		{"identifier with an escape", "identifier: cache", "let c\\u0061che = 1\n", on(1)},
		{"other words, comments, strings", "identifier: cache", "let caches = Cache, $cache = 'cache' + `cache` + /cache/ // cache\n", nil},

		{"text in code, strings, templates", `text: \bcache\b`, "cache()\n'cache'\n`\n// cache`\n/cache/\n", on(1, 2, 4, 5)},
		{"text in comments", `text: \bcache\b`, "a / b // cache\n/* ` cache */ x = `${ 1 /* cache */ }`\n", nil},
	}
	plant(t, "shop/api/a.js", cases)
	plant(t, "shop/api/a.ts", cases)
	plant(t, "shop/api/a.tsx", []planted{
		{"import of a type", "import: shop/pricing/**", "import type { A } from '../pricing/a'\n", on(1)},
		{"import by require", "import: fs", "import fs = require('fs')\n", on(1)},
		{"call with type arguments", "call: db.execute", "db.execute<Row<A>>('x')\n", on(1)},
		{"call that is sure to be", "call: db.execute", "db!.execute!('x')\n", on(1)},
		{"call behind text with slashes", "call: evil", "const a = <p title=\"//\">http://x /* {evil()} */</p>\n", on(1)},
		{"call in an attribute", "call: evil", "const a = <A b={evil()} {...c}/>\n", on(1)},
		{"bound with a type", "call: fs.readFile", "const f: Record<string, any> = require('fs')\nf.readFile('x')\n", on(2)},
		{"element", "call: Evil", "const a = <Evil x=\"1\" />\n", on(1)},
		{"call behind an apostrophe in text", "call: evil", "const a = <p>it's</p>; evil(); // '\n", on(1)},
		{"text between tags is no code", "call: evil", "const a = <p>evil() // {1}</p>\n", nil},
		{"a method with a type", "call: execute", "abstract class A { execute(x: number): void; private async execute(): Promise<X> { } }\n", nil},
		{"a parameter with a type", "call: fs.readFile", "import fs from 'fs'\nfunction f(fs: Fake, x: { fs: 1 }) { fs.readFile('x') }\n", nil},
		{"a comment between tags", `text: \bcache\b`, "const a = <p>{/* cache */}</p>\n", nil},
		{"what is no comment between tags", `text: \bcache\b`, "const a = <p>// cache</p>\n", on(1)},
	})
}

func TestJavaRules(t *testing.T) {
	t.Parallel()
	in := func(body string) string { return "class A {\n  void f() {\n    " + body + "\n  }\n}\n" }
	plant(t, "shop/A.java", []planted{
		{"import", "import: java.sql.Connection", "import java.sql.Connection;\n", on(1)},
		{"import of the package", "import: java.sql", "import java.sql.Connection;\n", on(1)},
		{"import below a package", "import: java/sql/**", "import java.sql.Connection;\n", on(1)},
		{"static import", "import: java.lang.System", "import static java.lang.System.exit;\n", on(1)},
		{"star", "import: java.sql.**", "import java.sql.*;\n", on(1)},
		{"a class by a star", "import: java.sql.Connection", "import java.sql.*;\n" + in("Connection c;"), on(4)},
		{"a class of java.lang", "import: java.lang.Runtime", in("Runtime.getRuntime();"), on(3)},
		{"a name in full", "import: java.sql.*", in("java.sql.Connection c = null;"), on(3)},
		{"with comments and escapes", "import: java.sql.Connection", "import/**/java . // c\n sql.Connectio\\u006e;\n", on(1)},
		{"imports in comments and strings", "import: java.sql.**", "// import java.sql.X;\n/* import java.sql.X; */\nclass A { String s = \"import java.sql.X;\"; String t = \"\"\"\n  import java.sql.X; \\\"\"\" \"\"\"; }\n", nil},
		{"similar packages", "import: java.sql", "import java.sqlx.A;\nimport my.java.sql.A;\n", nil},
		{"the package of the file", "import: shop.**", "package shop.a;\n", nil},

		{"call", "call: System.exit", in("System.exit(0);"), on(3)},
		{"call in full", "call: java.lang.System.exit", in("java.lang.System.exit(0); System.exit(1);"), on(3)},
		{"call by a static import", "call: System.exit", "import static java.lang.System.exit;\n" + in("exit(0);"), on(4)},
		{"call by a static star", "call: System.exit", "import static java.lang.System.*;\n" + in("exit(0);"), on(4)},
		{"call by a star", "call: java.sql.DriverManager.*", "import java.sql.*;\n" + in("DriverManager.getConnection(u);"), on(4)},
		{"method by the type of its variable", "call: Statement.execute", in("Statement s = g(); s.execute(q);"), on(3)},
		{"method by the imported type of a field", "call: java.sql.Statement.execute", "import java.sql.Statement;\nclass A { Statement s; void f() { this.s.execute(q); } }\n", on(2)},
		{"method by a type that is inferred", "call: Client.price", in("var c = new Client(); c.price();"), on(3)},
		{"method by the type of a pattern", "call: Runtime.exec", in("switch (o) { case Runtime r -> r.exec(c); }"), on(3)},
		{"method of a result", "call: *.exec", in("Runtime.getRuntime().exec(c);"), on(3)},
		{"constructor", "call: Thread", in("new Thread(r).start();"), on(3)},
		{"constructor with type arguments", "call: ArrayList", in("new ArrayList<String>();"), on(3)},
		{"method reference", "call: System.exit", in("g(System::exit);"), on(3)},
		{"behind an escape that ends a comment", "call: System.exit", in("// \\u000a System.exit(0);"), on(3)},
		{"behind an escape that closes a string", "call: System.exit", in("g(\"\\u0022); System.exit(0); // \");"), on(3)},
		{"behind a text block", "call: System.exit", in("g(\"\"\"\n \\\"\"\" \" // \"\"\"); System.exit(0);"), on(4)},
		{"a name with characters that Java leaves out", "call: System.exit", in("System.ex\u200bit(0);"), on(3)},
		{"a comparison", "call: exit", in("if (a > exit(0)) ;"), on(3)},
		{"a comment begun by escapes", "call: System.exit", in("\\u002f\\u002a System.exit(0); \\u002a/"), nil},
		{"a local variable of the name", "call: System.exit", in("Fake System = g(); System.exit(0);"), nil},
		{"another class under the name", "call: java.lang.System.exit", "import shop.System;\n" + in("System.exit(0);"), nil},
		{"calls in comments and strings", "call: System.exit", in("// System.exit(0);\n /* System.exit(0) */ g(\"System.exit(0)\", '\"', \"\\\"System.exit(0)\");"), nil},
		{"a method that is declared", "call: exit", "interface A { void exit(int c); int[] exit(); }\nclass B { void exit(int c) throws E { } B exit() { } }\n", nil},
		{"a constructor that is declared", "call: Thread", "class Thread { Thread(int x) { } }\n", nil},
		{"another method", "call: System.exit", in("System.exitNow(0); Systems.exit(0);"), nil},

		{"identifier", "identifier: cache", in("int cache = this.cache;"), on(3)},
		{"identifier with an escape", "identifier: cache", in("int c\\u0061che;"), on(3)},
		{"other words, comments, strings", "identifier: cache", in("int caches, Cache; g(\"cache\"); // cache"), nil},

		{"text in code and strings", `text: \bcache\b`, in("cache(\"a cache\");"), on(3)},
		{"text in comments", `text: \bcache\b`, in("int c = '\"'; // cache\n /* \" cache */"), nil},
	})
}

func TestRustRules(t *testing.T) {
	t.Parallel()
	plant(t, "src/a.rs", []planted{
		{"use", "import: std::fs", "use std::fs;\n", on(1)},
		{"use of a part", "import: std::fs", "use std::fs::File;\n", on(1)},
		{"use below a path", "import: std/fs/**", "use std::fs::File;\n", on(1)},
		{"tree", "import: std::fs", "use std::{io, fs::{self, File as F}};\n", on(1)},
		{"tree over lines", "import: std::fs", "pub(crate) use ::std::{\n    io, // c\n    fs,\n};\n", on(3)},
		{"glob", "import: std::fs", "use std::fs::*;\n", on(1)},
		{"a module by a glob", "import: std::fs", "use std::*;\nfn f() { fs::read(); }\n", on(2)},
		{"extern crate", "import: libc", "extern crate libc as c;\n", on(1)},
		{"path in full", "import: std::fs", "fn f() { std::fs::read(); }\n", on(1)},
		{"type in full", "import: std::fs", "fn f(x: std::fs::File) { <std::fs::File>::open(); }\n", on(1)},
		{"raw name", "import: std::fs", "use r#std::r#fs;\n", on(1)},
		{"uses in comments and strings", "import: std::fs", "// use std::fs;\n/* /* use std::fs; */ use std::fs; */\nconst S: &str = r#\"use std::fs; \" use std::fs\"#;\n", nil},
		{"similar modules", "import: std::fs", "use std::fsx;\nuse my::std::fs;\n", nil},

		{"call", "call: fs::read", "use std::fs;\nfn f() { fs::read(\"x\"); }\n", on(2)},
		{"call with points in the rule", "call: std.fs.read", "use std::fs;\nfn f() { fs::read(\"x\"); }\n", on(2)},
		{"call by another name", "call: std::fs::read", "use std::fs as disk;\nfn f() { disk::read(\"x\"); }\n", on(2)},
		{"call of what is used", "call: process::exit", "use std::process::exit as leave;\nfn f() { leave(1); }\n", on(2)},
		{"call in full", "call: process::exit", "fn f() { ::std::process::exit(1) }\n", on(1)},
		{"call by a glob", "call: std::process::exit", "use std::process::*;\nfn f() { exit(1) }\n", on(2)},
		{"call with type arguments", "call: Vec::new", "fn f() { Vec::<Vec<u8>>::new(); }\n", on(1)},
		{"call of a qualified type", "call: File::open", "fn f() { <std::fs::File>::open(\"x\"); }\n", on(1)},
		{"associated function of an alias", "call: Command::new", "use std::process::Command as C;\nfn f() { C::new(\"sh\"); }\n", on(2)},
		{"as a value", "call: process::exit", "fn f() { let g = std::process::exit; g(1) }\n", on(1)},
		{"method", "call: *.unwrap", "fn f() { g().unwrap(); x.y.unwrap(); }\n", on(1)},
		{"method by its receiver", "call: client.price", "fn f(&self) { self.client.price(1); }\n", on(1)},
		{"macro", "call: println!", "fn f() { println!(\"x\"); std::println![\"x\"]; }\n", on(1)},
		{"behind a lifetime and a quote", "call: evil", "fn f<'a>(x: &'a str) { let c = '\"'; evil(); } // \"\n", on(1)},
		{"behind a raw string", "call: evil", "fn f() { g(r\"\\\"); evil(); h(br#\"\"//\"#); }\n", on(1)},
		{"behind a comment in a comment", "call: evil", "fn f() { /* /* */ */ evil(); /* */ }\n", on(1)},
		{"a module of the file", "call: fs::read", "mod fs { pub fn read() {} }\nfn f() { fs::read(); }\n", nil},
		{"a local variable of the name", "call: process::exit", "use std::process::exit;\nfn f() { let exit = |x| x; exit(1); }\n", nil},
		{"another module under the name", "call: std::fs::read", "use fake as fs;\nfn f() { fs::read(); }\n", nil},
		{"calls in comments and strings", "call: evil", "/// evil()\nfn f() { \"evil()\"; b\"\\\"evil()\"; /* /* */ evil() */ }\n", nil},
		{"declared and not called", "call: evil", "fn evil() {}\n", nil},
		{"another method", "call: *.unwrap", "fn f() { x.unwrap_or(1); x.unwrap; }\n", nil},

		{"identifier", "identifier: unsafe", "fn f() { unsafe { } }\n", on(1)},
		{"identifier, raw", "identifier: cache", "fn f() { r#cache; x.cache }\n", on(1)},
		{"other words, comments, strings, lifetimes", "identifier: cache", "fn f<'cache>() { caches; \"cache\"; /* cache */ }\n", nil},

		{"text in code and strings", `text: \bcache\b`, "fn cache() { \"a\n cache\" }\n", on(1, 2)},
		{"text in comments", `text: \bcache\b`, "/* /* */ cache */ // cache\n/// cache\n", nil},
	})
}

func TestClangRules(t *testing.T) {
	t.Parallel()
	cases := []planted{
		{"include", "import: stdlib.h", "#include <stdlib.h>\n", on(1)},
		{"include of a file", "import: src/pricing/*", "#include \"pricing/client.h\"\n", on(1)},
		{"include with blanks, comments and joined lines", "import: stdlib.h", " # /* c */ incl\\\nude <stdlib.h>\n", on(2)},
		{"include by other words", "import: stdlib.h", "%: include <stdlib.h>\n#include_next <stdlib.h>\n", on(1, 2)},
		{"in a branch that is not compiled", "import: stdlib.h", "#if 0\n#include <stdlib.h>\n#endif\n", on(2)},
		{"includes in comments and strings", "import: stdlib.h", "// #include <stdlib.h>\n/*\n#include <stdlib.h>\n*/\nchar *s = \"\\\n#include <stdlib.h>\";\n", nil},
		{"similar headers", "import: stdlib.h", "#include <mystdlib.h>\n#include \"x/stdlib.h\"\n", nil},

		{"call", "call: system", "int f(void) { system(\"ls\"); }\n", on(1)},
		{"call over lines", "call: system", "int f(void) { sys\\\ntem /* c */ (\"ls\"); }\n", on(1)},
		{"call in an expression", "call: system", "int x = system(\"ls\");\nint f(void) { return a * system(\"ls\"); }\n", on(1, 2)},
		{"call behind a macro", "call: system", "int f(void) { UNLIKELY system(\"ls\"); }\n", on(1)},
		{"call in a macro", "call: system", "#define RUN(x) system(x)\n", on(1)},
		{"a macro for it", "call: system", "#define run system\n", on(1)},
		{"as a value", "call: system", "int f(void) { int (*g)(const char *) = system; h(&system); }\n", on(1)},
		{"method by its receiver", "call: client.price", "int f(void) { p->client.price(1); client->price(2); }\n", on(1)},
		{"behind an apostrophe", "call: system", "int f(void) { char c = '\"'; system(\"ls\"); } // \"\n", on(1)},
		{"behind a comment that only looks like one in another", "call: system", "int f(void) { /* /* */ system(\"ls\"); /* */ }\n", on(1)},
		{"a comment on joined lines", "call: system", "// c \\\nsystem(\"ls\");\n", nil},
		{"a comment whose marks are on joined lines", "call: system", "/\\\n* system(\"ls\"); *\\\n/\n", nil},
		{"a local variable of the name", "call: system", "int f(void) { int (*system)(const char *) = 0; system(\"ls\"); }\n", nil},
		{"a parameter of the name", "call: time", "int f(int time) { return time + g(time); }\n", nil},
		{"a function that is declared", "call: system", "int system(const char *command);\nstatic char *system(int x) { return 0; }\n", nil},
		{"a member that is declared", "call: time", "struct s { int time; long *time; };\n", nil},
		{"calls in comments and strings", "call: system", "// system(\"ls\")\n/* system(\"ls\") */\nchar *s = \"system()\" \"\\\"system()\";\n", nil},
		{"another function", "call: system", "int f(void) { systems(1); my_system(2); }\n", nil},

		{"identifier", "identifier: goto", "int f(void) { goto end; }\n", on(1)},
		{"identifier in a macro", "identifier: cache", "#define A cache\n", on(1)},
		{"other words, comments, strings", "identifier: cache", "int caches; char *s = \"cache\"; // cache\n", nil},

		{"text in code and strings", `text: \bcache\b`, "int cache = f(\"cache\");\n#define x \"// cache\"\n", on(1, 2)},
		{"text in comments", `text: \bcache\b`, "int x; // a \\\n cache\n/* \" cache */\n", nil},
	}
	plant(t, "src/a.c", cases)
	plant(t, "src/a.cpp", append(cases, []planted{
		{"call of the standard library", "call: system", "int f() { std::system(\"ls\"); ::system(\"ls\"); }\n", on(1)},
		{"call by a using", "call: std::filesystem::remove", "using std::filesystem::remove;\nint f() { remove(\"x\"); }\n", on(2)},
		{"call by a namespace", "call: std::filesystem::remove", "namespace fs = std::filesystem;\nint f() { fs::remove(\"x\"); }\n", on(2)},
		{"call by a using of all", "call: std::system", "using namespace std;\nint f() { system(\"ls\"); }\n", on(2)},
		{"call with type arguments", "call: std.make_unique", "auto x = std::make_unique<A<int>>(1);\n", on(1)},
		{"behind a raw string", "call: system", "auto s = R\"x( // )\" )x\"; int f() { system(\"ls\"); }\n", on(1)},
		{"behind a separator of digits", "call: system", "int n = 1'000; int f() { system(\"ls\"); } // '\n", on(1)},
		{"in a raw string", "call: system", "auto s = R\"(\" system(\"ls\"); \")\";\n", nil},
		{"a module", "import: std.core", "export import std.core;\n", on(1)},
		{"a header as a module", "import: vector", "import <vector>;\n", on(1)},
		{"a method that is declared", "call: exit", "class A { void exit(int); A &exit() { return *this; } };\nvoid A::exit(int x) { }\n", nil},
	}...))
}
