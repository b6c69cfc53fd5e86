package runner

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/verdict"
)

func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// golden compares with a file, or writes it under -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if updating() {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

func describe(tests []verdict.Test, diagnostics []verdict.Diagnostic) string {
	var s strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintf(&s, "build %s:%d:%d %s\n", d.File, d.Line, d.Col, d.Message)
	}
	for _, t := range tests {
		fmt.Fprintf(&s, "%s [%s] [%s]", t.Status, t.Suite, t.Name)
		if t.File != "" {
			fmt.Fprintf(&s, " %s:%d", t.File, t.Line)
		}
		if t.Flaky {
			s.WriteString(" flaky")
		}
		if t.Message != "" {
			fmt.Fprintf(&s, " %q", t.Message)
		}
		s.WriteString("\n")
	}
	return s.String()
}

func fixtures(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatal("no fixtures: ", err)
	}
	return found
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoResults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures(t, "testdata/go/*.out") {
		base := strings.TrimSuffix(f, ".out")
		r := readGoTest(read(t, f), read(t, base+".err"), newWords(insideRoot()), goModule{dir: dir})
		golden(t, base+".want", describe(r.tests, r.diagnostics))
	}
}

func TestJUnitResults(t *testing.T) {
	t.Parallel()
	for _, f := range fixtures(t, "testdata/junit/*.xml") {
		tests := readJUnit(map[string][]byte{filepath.Base(f): read(t, f)}, newWords(insideRoot()))
		golden(t, strings.TrimSuffix(f, ".xml")+".want", describe(tests, nil))
	}
	// The reports in a folder are those of one run.
	runs := map[string]map[string][]byte{}
	for _, f := range fixtures(t, "testdata/junit/*/*.xml") {
		dir := filepath.Dir(f)
		if runs[dir] == nil {
			runs[dir] = map[string][]byte{}
		}
		runs[dir][filepath.Base(f)] = read(t, f)
	}
	for dir, files := range runs {
		golden(t, dir+".want", describe(readJUnit(files, newWords(insideRoot())), nil))
	}
}

func TestTAPResults(t *testing.T) {
	t.Parallel()
	for _, f := range fixtures(t, "testdata/tap/*.tap") {
		base := strings.TrimSuffix(f, ".tap")
		stderr, err := os.ReadFile(base + ".err")
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		golden(t, base+".want", describe(readTAP(read(t, f), stderr, newWords(insideRoot())), nil))
	}
}

// The wordings are those of go 1.17 to 1.26.
func TestDiagnosticsReadAlikeAcrossVersions(t *testing.T) {
	t.Parallel()
	old := `# example.com/m
./a.go:4:2: x declared but not used
./a.go:5:2: "os" imported but not used
./a.go:6:1: missing return at end of function
vet: ./b.go:7:3: undeclared name: G
b.go:8:2: package nosuch is not in GOROOT (/usr/lib/go/src/nosuch)
a.go:9:2: no required module provides package example.com/z; to add it:
	go get example.com/z
./a.go:10:14: too many arguments in call to g
	have (number, number)
	want (int)
./a.go:4:2: x declared but not used
./a.go:11:2: too many errors
`
	want := `build a.go:4:2 declared and not used: x
build a.go:5:2 "os" imported and not used
build a.go:6:1 missing return
build b.go:7:3 undefined: G
build b.go:8:2 package nosuch is not in std
build a.go:9:2 no required module provides package example.com/z
build a.go:10:14 too many arguments in call to g; have (number, number); want (int)
`
	if got := describe(nil, readDiagnostics([]byte(old), newWords(insideRoot()), "")); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	tidy := "go: downloading example.com/z v1.0.0\ngo: updates to go.mod needed; to update it:\n\tgo mod tidy\n"
	if got := describe(nil, readDiagnostics([]byte(tidy), newWords(insideRoot()), "")); got != "build go.mod:0:0 updates to go.mod needed; to update it:\n" {
		t.Error(got)
	}
	if got := readDiagnostics([]byte("./x.go:1:2: bad\n"), newWords(insideRoot()), "sub"); got[0].File != "sub/x.go" {
		t.Error(got)
	}
}

func TestMessagesAreStable(t *testing.T) {
	t.Parallel()
	w := newWords(insideRoot())
	for in, want := range map[string]string{
		"at /checkout/a/b.go:3 pointer 0xc000123456": "at a/b.go:3 pointer 0xADDR",
		"\x1b[31mred\x1b[0m":                         "red",
		"2026-11-23T14:00:03.123Z failed":            "TIME failed",
		"dial 127.0.0.1:43211: refused":              "dial 127.0.0.1:PORT: refused",
		"wrote /tmp/TestX123/001/out.txt here":       "wrote /tmp/… here",
		"want 5s, got 3s; 0x1f":                      "want 5s, got 3s; 0x1f",
		"a\n\n\nb  \n":                               "a\nb",
		"bad \xff byte":                              "bad \uFFFD byte",
	} {
		if got := w.message(in); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", in, got, want)
		}
	}
}

func TestGoTestCommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		only []string
		want string
	}{
		{"", nil, "go test -json ./..."},
		{"go test -json ./a", nil, "go test -json ./a"},
		{"go test ./a", nil, "go test -json ./a"},
		{"cd sub && go test ./...", nil, "cd sub && go test -json ./..."},
		{"make test", []string{"TestA"}, "make test"},
		{"go test -run 'X Y' ./a", []string{"TestA", "TestB/sub", "TestB"}, "go test -run '^(TestA|TestB)$' -json ./a"},
		{"go test -run=X -v ./a", []string{"TestA"}, "go test -run '^(TestA)$' -json -v ./a"},
		{"", []string{"Test'; rm -rf /"}, "go test -run '^(Test; rm -rf )$' -json ./..."},
	} {
		if got := goTestCommand(c.in, c.only); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestOnlyTheGoCommandWritesTheBuildCache(t *testing.T) {
	t.Parallel()
	b := &Bench{plan: recipe{WallLandlock: true, WallMount: true}}
	for command, want := range map[string]bool{
		"go test -json ./...": true, "go build ./...": true, "cd sub && go vet ./...": true,
		"go test -run '^(TestA|TestB)$' -json ./...": true,
		"go run .": false, "go generate ./...": false, "go test ./...; ./evil": false, "go build ./... && ./evil": false,
		"go test -exec ./evil ./...": false, "go build -toolexec=./evil ./...": false, "go test $(./evil)": false,
		"go test `./evil`": false, "./go test": false, "go test\n./evil": false, "go vet -vettool=./evil": false,
		"go test -run '^(A)$(./evil)' ./...": false, "go test > x": false, "go test & ./evil": false,
	} {
		if got := b.writesCache(command); got != want {
			t.Errorf("%q: %v", command, got)
		}
	}
	b.plan = recipe{}
	if b.writesCache("go test ./...") || !b.writesCache("go build ./...") {
		t.Error("without the guard compiled tests could write the cache")
	}
}

func TestReadersNeverPanic(t *testing.T) {
	t.Parallel()
	w := newWords(insideRoot())
	rapid.Check(t, func(rt *rapid.T) {
		piece := rapid.SampledFrom([]string{
			"ok", "not ok", " 1", " - x", "\n", "    ", "1..3", "# SKIP", "---\n", "...\n", "message: a\n", "Bail out!", "<testcase name='a'>",
			"<testsuite>", "</testcase>", "<failure>", `{"Action":"run","Test":"A"}` + "\n", `{"Action":"output","Test":"A","Output":"panic: x\n"}` + "\n",
			`{"Action":"fail","Test":"A/b"}` + "\n", "a.go:1:2: x\n", "\t", "\xff", "# pkg\n", "{",
		})
		in := []byte(strings.Join(rapid.SliceOf(piece).Draw(rt, "in"), ""))
		readTAP(in, in, w)
		readJUnit(map[string][]byte{"a": in}, w)
		readGoTest(in, in, w, goModule{})
		readDiagnostics(in, w, "")
	})
}
