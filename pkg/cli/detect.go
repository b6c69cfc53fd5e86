package cli

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// stack is what a repository is made of, as far as specs need to know. Texts hold the component's name in four shapes:
// {name} order-eligibility, {snake} order_eligibility, {flat} ordereligibility, {pascal} OrderEligibility.
type stack struct {
	Language string // go, node, python, rust, java, perl, make, shell
	Found    string // what gave it away: go.mod, a test script; "" for shell, which is what is left
	Runner   string // go, junit, tap, exit
	Command  string
	Report   []string
	Tests    string
	Target   string
	Prepare  []string // dependencies to fetch before the sandbox closes the network
	Cache    []string
	Starter  string // which first spec suits it
}

// The first specs that specgen init can write.
const (
	starterGo     = "go"
	starterNode   = "node"
	starterPython = "python"
	starterShell  = "shell"
)

// detect looks at the root of a repository. The first sign counts: those of a language before those of tools that serve any.
func detect(root fs.FS) stack {
	for _, look := range []func(fs.FS) (stack, bool){
		detectGo, detectRust, detectMaven, detectGradle, detectPython, detectNode, detectPerl, detectMake,
	} {
		if s, ok := look(root); ok {
			return s
		}
	}
	return shellStack()
}

// shellStack is for a repository that shows nothing: a POSIX shell is everywhere.
func shellStack() stack {
	return stack{
		Language: "shell", Runner: "tap", Command: "sh tests/{snake}_test.sh", Tests: "tests/{snake}_test.sh", Target: "{name}.sh",
		Starter: starterShell,
	}
}

func detectGo(root fs.FS) (stack, bool) {
	return stack{
		Language: "Go", Found: "go.mod", Runner: "go", Command: "go test -json ./{flat}/...",
		Tests: "{flat}/*_invariant_test.go", Target: "{flat}/{flat}.go", Starter: starterGo,
	}, exists(root, "go.mod")
}

func detectRust(root fs.FS) (stack, bool) {
	return stack{
		Language: "Rust", Found: "Cargo.toml", Runner: "exit", Command: "cargo test --offline --test {snake}_invariants",
		Tests: "tests/{snake}_invariants.rs", Target: "src/{snake}.rs", Prepare: []string{"cargo fetch"}, Cache: []string{"target"},
		Starter: starterShell,
	}, exists(root, "Cargo.toml")
}

func detectMaven(root fs.FS) (stack, bool) {
	return stack{
		Language: "Java", Found: "pom.xml", Runner: "junit", Command: "mvn -o -q test -Dtest={pascal}InvariantTest",
		Report: []string{"target/surefire-reports/TEST-*.xml"}, Tests: "src/test/java/**/{pascal}InvariantTest.java",
		Target: "src/main/java/**/{pascal}.java", Prepare: []string{"mvn -q dependency:go-offline"}, Cache: []string{"target"},
		Starter: starterShell,
	}, exists(root, "pom.xml")
}

func detectGradle(root fs.FS) (stack, bool) {
	found := first(root, "build.gradle", "build.gradle.kts")
	gradle := "gradle"
	if exists(root, "gradlew") {
		gradle = "./gradlew"
	}
	return stack{
		Language: "Java", Found: found, Runner: "junit", Command: gradle + " --offline test --tests '*{pascal}InvariantTest'",
		Report: []string{"build/test-results/test/*.xml"}, Tests: "src/test/java/**/{pascal}InvariantTest.java",
		Target: "src/main/java/**/{pascal}.java", Prepare: []string{gradle + " testClasses"}, Cache: []string{"build", ".gradle"},
		Starter: starterShell,
	}, found != ""
}

// usesPytest finds pytest among what a project says it needs.
var usesPytest = pattern.Lazy(`(?m)\bpytest\b`)

func detectPython(root fs.FS) (stack, bool) {
	found := first(root, "pyproject.toml", "pytest.ini", "setup.cfg", "setup.py", "tox.ini", "requirements.txt", "conftest.py")
	if found == "" {
		return stack{}, false
	}
	s := stack{
		Language: "Python", Found: found, Runner: "exit", Command: "python3 -m unittest tests.test_{snake}_invariants",
		Tests: "tests/test_{snake}_invariants.py", Target: "{snake}.py", Starter: starterShell,
	}
	for _, name := range []string{"pytest.ini", "conftest.py", "tests/conftest.py"} {
		if exists(root, name) {
			return withPytest(s, name), true
		}
	}
	for _, name := range []string{"pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "requirements.txt", "requirements-dev.txt", "dev-requirements.txt"} {
		if usesPytest.MatchString(string(content(root, name))) {
			return withPytest(s, name), true
		}
	}
	return s, true
}

func withPytest(s stack, found string) stack {
	s.Found, s.Runner, s.Report = found, "junit", []string{"junit.xml"}
	s.Command = "python3 -m pytest --junitxml=junit.xml tests/test_{snake}_invariants.py"
	s.Starter = starterPython
	return s
}

// manifest is the part of package.json that tells how tests run.
type manifest struct {
	Scripts         map[string]string `json:"scripts"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
}

func (m manifest) has(name string) bool {
	return m.Dependencies[name] != "" || m.DevDependencies[name] != ""
}

func detectNode(root fs.FS) (stack, bool) {
	text := content(root, "package.json")
	if text == nil {
		return stack{}, false
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		m = manifest{} // a manifest that cannot be read still says that this is a Node project
	}
	run, install := packager(root)
	s := stack{
		Language: "JavaScript", Found: "package.json", Tests: "tests/{name}.invariant.test.mjs", Target: "src/{name}.mjs",
		Prepare: install, Cache: []string{"node_modules"}, Starter: starterNode,
	}
	if len(m.Dependencies)+len(m.DevDependencies) == 0 {
		s.Prepare, s.Cache = nil, nil
	}
	if exists(root, "tsconfig.json") && m.has("typescript") {
		s.Language, s.Tests, s.Target = "TypeScript", "tests/{name}.invariant.test.ts", "src/{name}.ts"
	}
	test := m.Scripts["test"]
	switch {
	case m.has("vitest"):
		s.Found, s.Runner, s.Report = "vitest in package.json", "junit", []string{"junit.xml"}
		s.Command = run + " vitest run --reporter=junit --outputFile=junit.xml " + s.Tests
	case m.has("jest") && m.has("jest-junit"):
		s.Found, s.Runner, s.Report = "jest-junit in package.json", "junit", []string{"junit.xml"}
		s.Command = run + " jest --ci --reporters=jest-junit " + s.Tests
	case m.has("mocha"):
		s.Found, s.Runner, s.Command = "mocha in package.json", "tap", run+" mocha --reporter tap "+s.Tests
	case test != "" && !strings.Contains(test, "node --test") && !strings.Contains(test, "no test specified"):
		s.Found, s.Runner, s.Command = "the test script in package.json", "exit", "npm test"
	default:
		s.Runner, s.Command = "tap", "node --test-reporter=tap "+s.Tests
	}
	return s, true
}

// packager gives what runs the tools of a Node project, and what installs them as the lock file says.
func packager(root fs.FS) (run string, install []string) {
	switch {
	case exists(root, "pnpm-lock.yaml"):
		return "pnpm exec", []string{"pnpm install --frozen-lockfile"}
	case exists(root, "yarn.lock"):
		return "yarn run", []string{"yarn install --frozen-lockfile"}
	case exists(root, "package-lock.json"):
		return "npx --no-install", []string{"npm ci"}
	}
	return "npx --no-install", []string{"npm install --no-save"}
}

func detectPerl(root fs.FS) (stack, bool) {
	tests, err := fs.Glob(root, "t/*.t")
	return stack{
		Language: "Perl", Found: "t/*.t", Runner: "tap", Command: "perl -Ilib t/{snake}_invariants.t",
		Tests: "t/{snake}_invariants.t", Target: "lib/{pascal}.pm", Starter: starterShell,
	}, err == nil && len(tests) > 0
}

// makeTest finds the target that runs the tests.
var makeTest = pattern.Lazy(`(?m)^(test|check)\s*:([^=]|$)`)

func detectMake(root fs.FS) (stack, bool) {
	name := first(root, "GNUmakefile", "makefile", "Makefile")
	if name == "" {
		return stack{}, false
	}
	m := makeTest.FindStringSubmatch(string(content(root, name)))
	if m == nil {
		return stack{}, false
	}
	target := m[1]
	return stack{
		Language: "make", Found: target + " in " + name, Runner: "exit", Command: "make " + target,
		Tests: "tests/{snake}*", Target: "src/{snake}.*", Starter: starterShell,
	}, true
}

func exists(root fs.FS, name string) bool {
	info, err := fs.Stat(root, name)
	return err == nil && info.Mode().IsRegular()
}

func first(root fs.FS, names ...string) string {
	for _, name := range names {
		if exists(root, name) {
			return name
		}
	}
	return ""
}

// content gives a file, nil where there is none or it is too large to be what its name says.
func content(root fs.FS, name string) []byte {
	const most = 1 << 20
	info, err := fs.Stat(root, name)
	if err != nil || info.Size() > most {
		return nil
	}
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil
	}
	return text
}

// named puts a component's name into a text of a stack.
func named(text, component string) string {
	words := strings.FieldsFunc(component, func(r rune) bool { return r == '-' })
	capital := make([]string, len(words))
	for i, w := range words {
		capital[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.NewReplacer(
		"{name}", component, "{snake}", strings.Join(words, "_"), "{flat}", strings.Join(words, ""), "{pascal}", strings.Join(capital, ""),
	).Replace(text)
}

// folder is where a file stands; "" for the root.
func folder(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}
