package cli

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, tree, language, found, runner, command, starter string }{
		{"nothing", "", "shell", "", "tap", "sh tests/order_total_test.sh", starterShell},
		{"go", "-- go.mod --\nmodule x\n-- package.json --\n{}\n", "Go", "go.mod", "go", "go test -json ./ordertotal/...", starterGo},
		{"rust", "-- Cargo.toml --\n", "Rust", "Cargo.toml", "exit", "cargo test --offline --test order_total_invariants", starterShell},
		{"maven", "-- pom.xml --\n", "Java", "pom.xml", "junit", "mvn -o -q test -Dtest=OrderTotalInvariantTest", starterShell},
		{"gradle", "-- build.gradle.kts --\n", "Java", "build.gradle.kts", "junit", "gradle --offline test --tests '*OrderTotalInvariantTest'", starterShell},
		{"gradle wrapper", "-- build.gradle --\n-- gradlew --\n", "Java", "build.gradle", "junit", "./gradlew --offline test --tests '*OrderTotalInvariantTest'", starterShell},
		{
			"pytest in pyproject", "-- pyproject.toml --\n[dependency-groups]\ndev = [\"pytest>=8\"]\n", "Python", "pyproject.toml", "junit",
			"python3 -m pytest --junitxml=junit.xml tests/test_order_total_invariants.py", starterPython,
		},
		{
			"pytest in requirements-dev", "-- setup.py --\n-- requirements-dev.txt --\npytest\n", "Python", "requirements-dev.txt", "junit",
			"python3 -m pytest --junitxml=junit.xml tests/test_order_total_invariants.py", starterPython,
		},
		{
			"pytest by conftest", "-- requirements.txt --\nflask\n-- tests/conftest.py --\n", "Python", "tests/conftest.py", "junit",
			"python3 -m pytest --junitxml=junit.xml tests/test_order_total_invariants.py", starterPython,
		},
		{
			"python without pytest", "-- pyproject.toml --\n[project]\nname = \"x\"\n", "Python", "pyproject.toml", "exit",
			"python3 -m unittest tests.test_order_total_invariants", starterShell,
		},
		{"node alone", "-- package.json --\n{\"name\": \"x\"}\n", "JavaScript", "package.json", "tap", "node --test-reporter=tap tests/order-total.invariant.test.mjs", starterNode},
		{"node, broken manifest", "-- package.json --\n{\"name\":\n", "JavaScript", "package.json", "tap", "node --test-reporter=tap tests/order-total.invariant.test.mjs", starterNode},
		{
			"npm's own placeholder", "-- package.json --\n{\"scripts\": {\"test\": \"echo \\\"Error: no test specified\\\" && exit 1\"}}\n", "JavaScript", "package.json", "tap",
			"node --test-reporter=tap tests/order-total.invariant.test.mjs", starterNode,
		},
		{
			"vitest with pnpm", "-- package.json --\n{\"devDependencies\": {\"vitest\": \"^3\", \"typescript\": \"^5\"}}\n-- pnpm-lock.yaml --\n-- tsconfig.json --\n{}\n", "TypeScript",
			"vitest in package.json", "junit", "pnpm exec vitest run --reporter=junit --outputFile=junit.xml tests/order-total.invariant.test.ts", starterNode,
		},
		{
			"jest that can write JUnit", "-- package.json --\n{\"devDependencies\": {\"jest\": \"1\", \"jest-junit\": \"1\"}}\n", "JavaScript", "jest-junit in package.json", "junit",
			"npx --no-install jest --ci --reporters=jest-junit tests/order-total.invariant.test.mjs", starterNode,
		},
		{
			"jest that cannot", "-- package.json --\n{\"scripts\": {\"test\": \"jest\"}, \"devDependencies\": {\"jest\": \"1\"}}\n", "JavaScript", "the test script in package.json",
			"exit", "npm test", starterNode,
		},
		{
			"mocha with yarn", "-- package.json --\n{\"devDependencies\": {\"mocha\": \"1\"}}\n-- yarn.lock --\n", "JavaScript", "mocha in package.json", "tap",
			"yarn run mocha --reporter tap tests/order-total.invariant.test.mjs", starterNode,
		},
		{"perl", "-- t/basic.t --\n-- Makefile --\ntest:\n\tprove\n", "Perl", "t/*.t", "tap", "perl -Ilib t/order_total_invariants.t", starterShell},
		{"make test", "-- Makefile --\nall:\n\ntest: all\n\t./t\n", "make", "test in Makefile", "exit", "make test", starterShell},
		{"make check", "-- GNUmakefile --\ncheck:\n", "make", "check in GNUmakefile", "exit", "make check", starterShell},
		{"make without tests", "-- Makefile --\ntest := x\nall:\n", "shell", "", "tap", "sh tests/order_total_test.sh", starterShell},
		{"a folder is no file", "-- go.mod/x --\n", "shell", "", "tap", "sh tests/order_total_test.sh", starterShell},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, f := range txtar.Parse([]byte(c.tree)).Files {
				path := filepath.Join(dir, filepath.FromSlash(f.Name))
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, f.Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := detect(os.DirFS(dir))
			got := []string{s.Language, s.Found, s.Runner, named(s.Command, "order-total"), s.Starter}
			for i, want := range []string{c.language, c.found, c.runner, c.command, c.starter} {
				if got[i] != want {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
			if s.Runner == "junit" && len(s.Report) == 0 {
				t.Error("a junit runner without reports")
			}
			if _, err := starter(s.Starter); err != nil {
				t.Error(err)
			}
		})
	}
}
