package mutate_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/mutate"
	"github.com/specgen-dev/specgen/pkg/patch"
)

const pythonCode = `"""Sells things."""
import json
LIMIT = 10

class Shop:
    def __init__(self, start):
        self.total = start

    def add(self, name, price=1):
        """Adds."""
        if not name or price < 0:  # not < 0
            raise ValueError("no name")
        self.items.append(name)
        self.total += price * 2
        return self.total

def first(a, b): return a if a is b else b

async def look(name,
               other):

    # later
    for x in other:
        if x == name and f(x, name):
            break
    return json.dumps("a" + name)
`

const scriptCode = `const { readFile } = require('fs')

class Shop {
  constructor(limit) { this.limit = limit }
  add(item, times = 1) {
    if (!item.name || times <= 0) {
      throw new Error('no name')
    }
    this.items.push(item)
    console.log("added")
    return this.items.length + times
  }
}

const total = (list, rate) => {
  let sum = 0
  for (let i = 0; i < list.length; i++) {
    if (skip(rate, sum)) continue
    sum += list[i] * rate
  }
  return sum
}

module.exports = { Shop, total }
`

func planted(path, text string) []string {
	var out []string
	for _, m := range mutate.Mutants(one(path, text)) {
		out = append(out, fmt.Sprintf("%d %s %s: %s -> %s", m.Line, m.Func, m.Kind, m.Was, m.Now))
	}
	return out
}

func TestPythonMutants(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{
		"3  constant: 10 -> 0",
		"3  constant: 10 -> 11",
		"3  constant: 10 -> 9",
		"7 Shop.__init__ statement: self.total = start -> pass",
		"9  constant: 1 -> 0",
		"9  constant: 1 -> 2",
		"10 Shop.add body: \"\"\"Adds.\"\"\"\n        if not name or price < 0:  # not < 0\n            raise ValueError(\"no name\")\n        self.items.append(name)\n        self.total += price * 2\n        return self.total -> return None\n\n\n\n\n",
		"11 Shop.add condition: not  -> ",
		"11 Shop.add condition: not name or price < 0 -> False and (not name or price < 0)",
		"11 Shop.add condition: or -> and",
		"11 Shop.add condition: < -> >=",
		"11 Shop.add boundary: < -> <=",
		"11 Shop.add constant: 0 -> 1",
		"12 Shop.add error-path: raise ValueError(\"no name\") -> pass",
		"13 Shop.add statement: self.items.append(name) -> pass",
		"14 Shop.add statement: self.total += price * 2 -> pass",
		"14 Shop.add operator: += -> -=",
		"14 Shop.add operator: * -> /",
		"14 Shop.add constant: 2 -> 0",
		"14 Shop.add constant: 2 -> 1",
		"14 Shop.add constant: 2 -> 3",
		"15 Shop.add return: self.total -> None",
		"17 first return: a if a is b else b -> None",
		"17 first condition: is -> is not",
		"23 look body: for x in other:\n        if x == name and f(x, name):\n            break\n    return json.dumps(\"a\" + name) -> return None\n\n\n",
		"24 look condition: x == name and f(x, name) -> False and (x == name and f(x, name))",
		"24 look condition: == -> !=",
		"24 look condition: and -> or",
		"25 look statement: break -> continue",
		"26 look return: json.dumps(\"a\" + name) -> None",
		"26 look constant: \"a\" -> \"\"",
		"26 look constant: \"a\" -> \"ax\"",
	}, planted("shop/a.py", pythonCode)); diff != "" {
		t.Error(diff)
	}
}

func TestScriptMutants(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{
		"5  constant: 1 -> 0",
		"5  constant: 1 -> 2",
		"5 Shop.add body: { -> { return undefined;",
		"6 Shop.add condition: ! -> ",
		"6 Shop.add condition: !item.name || times <= 0 -> false && (!item.name || times <= 0)",
		"6 Shop.add condition: || -> &&",
		"6 Shop.add condition: <= -> >",
		"6 Shop.add boundary: <= -> <",
		"6 Shop.add constant: 0 -> 1",
		"7 Shop.add error-path: throw new Error('no name') -> ;",
		"9 Shop.add statement: this.items.push(item) -> ;",
		"11 Shop.add return: this.items.length + times -> undefined",
		"11 Shop.add operator: + -> -",
		"15 total body: { -> { return undefined;",
		"16 total constant: 0 -> 1",
		"17 total constant: 0 -> 1",
		"17 total condition: < -> >=",
		"17 total boundary: < -> <=",
		"18 total condition: skip(rate, sum) -> !(skip(rate, sum))",
		"18 total condition: skip(rate, sum) -> false && (skip(rate, sum))",
		"18 total arguments: rate, sum -> sum, rate",
		"18 total statement: continue -> break",
		"19 total operator: += -> -=",
		"19 total operator: * -> /",
		"21 total return: sum -> undefined",
	}, planted("shop/a.js", scriptCode)); diff != "" {
		t.Error(diff)
	}
}

// What is planted into other languages can still be read by their own tools, where those are at hand.
func TestOtherLanguagesParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, code string
		tool       []string
	}{
		{"a.py", pythonCode, []string{"python3", "-c", "import sys; [compile(open(n).read(), n, 'exec') for n in sys.argv[1:]]"}},
		{"a.js", scriptCode, []string{"node", "-e", "for (const n of process.argv.slice(1)) new (require('vm').Script)(require('fs').readFileSync(n, 'utf8'), n)"}},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(c.tool[0]); err != nil {
				t.Skip(c.tool[0], " is not here")
			}
			files := one(c.path, c.code)
			var all []patch.File
			args := slices.Clone(c.tool[1:])
			dir := t.TempDir()
			for i, m := range append(mutate.Mutants(files), mutate.Degenerates(files)...) {
				name := fmt.Sprint(i, filepath.Ext(c.path))
				all = append(all, patch.File{Path: name, Data: m.Apply(files)[0].Data})
				args = append(args, name)
			}
			for _, f := range all {
				write(t, filepath.Join(dir, f.Path), f.Data)
			}
			if out, err := inFolder(t, dir, "", c.tool[0], args...); err != nil || len(all) < 25 {
				t.Errorf("%d files, %v:\n%s", len(all), err, out)
			}
		})
	}
}

// Degenerate implementations of Python and JavaScript do what their kind says.
func TestDegeneratesOfOtherLanguages(t *testing.T) {
	t.Parallel()
	const python = "class A:\n    def twice(self, n):\n        \"\"\"Doubles.\"\"\"\n        def own(x):\n            return x\n        return 2 * own(n)\n\n    def _own(self):\n        return 1\n\ndef plain():\n    return 2\n"
	const script = "export class A {\n  constructor() { this.a = 1 }\n  twice({ n }, m) {\n    return 2 * n\n  }\n}\nexport const plain = (n: number): number => {\n  return n\n}\n"
	for _, c := range []struct {
		path, code string
		want       map[mutate.Kind]string
	}{
		{"a.py", python, map[mutate.Kind]string{
			mutate.Stub:     "class A:\n    def twice(self, n):\n        raise NotImplementedError\n\n\n\n\n    def _own(self):\n        return 1\n\ndef plain():\n    raise NotImplementedError\n",
			mutate.Zero:     "class A:\n    def twice(self, n):\n        return None\n\n\n\n\n    def _own(self):\n        return 1\n\ndef plain():\n    return None\n",
			mutate.Identity: "class A:\n    def twice(self, n):\n        return n\n\n\n\n\n    def _own(self):\n        return 1\n\ndef plain():\n    return None\n",
			mutate.Fixed:    "class A:\n    def twice(self, n):\n        return 1\n\n\n\n\n    def _own(self):\n        return 1\n\ndef plain():\n    return 1\n",
		}},
		{"a.ts", script, map[mutate.Kind]string{
			mutate.Stub:     "export class A {\n  constructor() { this.a = 1 }\n  twice({ n }, m) {\n    throw new Error(\"not implemented\");\n  }\n}\nexport const plain = (n: number): number => {\n  throw new Error(\"not implemented\");\n}\n",
			mutate.Zero:     "export class A {\n  constructor() { this.a = 1 }\n  twice({ n }, m) {\n    return undefined as any;\n  }\n}\nexport const plain = (n: number): number => {\n  return undefined as any;\n}\n",
			mutate.Identity: "export class A {\n  constructor() { this.a = 1 }\n  twice({ n }, m) {\n    return m as any;\n  }\n}\nexport const plain = (n: number): number => {\n  return n as any;\n}\n",
			mutate.Fixed:    "export class A {\n  constructor() { this.a = 1 }\n  twice({ n }, m) {\n    return 1 as any;\n  }\n}\nexport const plain = (n: number): number => {\n  return 1 as any;\n}\n",
		}},
	} {
		got := map[mutate.Kind]string{}
		for _, m := range mutate.Degenerates(one(c.path, c.code)) {
			got[m.Kind] = string(m.Apply(one(c.path, c.code))[0].Data)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(c.path, diff)
		}
	}
}

// Languages with types: what tokens look like operators and are none stays as it is.
func TestTypedLanguages(t *testing.T) {
	t.Parallel()
	for path, c := range map[string]struct {
		code string
		want []string
	}{
		"A.java": {"class A<T extends B & C> {\n  List<String> all = x();\n  int f(Map<K, V> m, int n) {\n    if (n > 1) {\n      m.clear();\n    }\n    return n + 2;\n  }\n  boolean g() { return ok(); }\n}\n", []string{
			"4 A.f body: if (n > 1) {\n      m.clear();\n    }\n    return n + 2; -> return 0;\n\n\n",
			"4 A.f condition: n > 1 -> false && (n > 1)",
			"4 A.f condition: > -> <=",
			"4 A.f boundary: > -> >=",
			"4 A.f constant: 1 -> 0",
			"4 A.f constant: 1 -> 2",
			"5 A.f statement: m.clear(); -> ;",
			"7 A.f return: n + 2 -> 0",
			"7 A.f operator: + -> -",
			"7 A.f constant: 2 -> 0",
			"7 A.f constant: 2 -> 1",
			"7 A.f constant: 2 -> 3",
			"9 A.g return: ok() -> false",
		}},
		"a.rs": {"use a::b;\nfn f<T: A + B>(x: &T, n: u32) -> Result<u32, E> {\n    if n > 1 {\n        x.go();\n    }\n    if let Some(y) = x {}\n    return Err(E);\n}\n", []string{
			"2 f body: { -> { return Ok(Default::default());",
			"3 f condition: n > 1 -> false && (n > 1)",
			"3 f condition: > -> <=",
			"3 f boundary: > -> >=",
			"3 f constant: 1 -> 0",
			"3 f constant: 1 -> 2",
			"4 f statement: x.go(); -> ;",
			"7 f error-path: Err(E) -> Ok(Default::default())",
		}},
		"a.cpp": {"#define N (1 + 2)\ntemplate <class T> T *f(std::vector<T> v, const T *p) {\n  if (!v.empty() && p->a == 3) {\n    g(v);\n  }\n  return nullptr;\n}\n", []string{
			"2 f body: { -> { return {};",
			"3 f condition: ! -> ",
			"3 f condition: !v.empty() && p->a == 3 -> false && (!v.empty() && p->a == 3)",
			"3 f condition: && -> ||",
			"3 f condition: == -> !=",
			"3 f constant: 3 -> 0",
			"3 f constant: 3 -> 2",
			"3 f constant: 3 -> 4",
			"4 f statement: g(v); -> ;",
		}},
	} {
		if diff := cmp.Diff(c.want, planted(path, c.code)); diff != "" {
			t.Error(path, diff)
		}
	}
}
