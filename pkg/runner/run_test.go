package runner

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func goTree(files map[string]string) *memory {
	files["go.mod"] = "module example.com/m\n\ngo 1.24\n"
	return one(files)
}

func TestGoEndToEnd(t *testing.T) {
	t.Parallel()
	m := goTree(map[string]string{
		"p/a.go":      "package p\n\nfunc At(xs []int, i int) int { return xs[i] }\n",
		"p/a_test.go": "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { t.Errorf(\"got %d\", 1) }\nfunc TestB(t *testing.T) { At(nil, 1) }\nfunc TestC(t *testing.T) {}\n",
	})
	m.trees["broken"] = map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "p/a.go": "package p\n\nfunc F() { x := 1 }\n", "p/a_test.go": m.trees["T"]["p/a_test.go"]}
	b := open(t, options(t, m))
	e, err := b.Test(t.Context(), spec.Tests{Runner: "go"}, nil)
	want := "failed [example.com/m/p] [TestA] p/a_test.go:5 \"got 1\"\n" +
		"failed [example.com/m/p] [TestB] p/a.go:3 \"panic: runtime error: index out of range [1] with length 0\"\n"
	if got := describe(e.Tests, e.Diagnostics); err != nil || got != want || e.Exit != 1 || e.BuildFailed() {
		t.Errorf("%v\n%s\n%+v", err, got, e)
	}
	// The panic hid TestC: it is run again alone.
	e, err = b.Test(t.Context(), spec.Tests{Runner: "go", Command: "go test ./p"}, []string{"TestC"})
	if got := describe(e.Tests, nil); err != nil || got != "passed [example.com/m/p] [TestC]\n" {
		t.Errorf("%v\n%s", err, got)
	}
	if err := b.Switch(t.Context(), "broken"); err != nil {
		t.Fatal(err)
	}
	e, err = b.Test(t.Context(), spec.Tests{}, nil)
	want = "build p/a.go:3:12 declared and not used: x\nbuild p/a_test.go:6:28 undefined: At\n"
	if got := describe(e.Tests, e.Diagnostics); err != nil || got != want || !e.BuildFailed() {
		t.Errorf("%v\n%s\n%+v", err, got, e)
	}
	e, err = b.Run(t.Context(), "go build ./...")
	if got := describe(nil, e.Diagnostics); err != nil || got != "build p/a.go:3:12 declared and not used: x\n" || e.Exit != 1 {
		t.Errorf("%v\n%s\n%+v", err, got, e)
	}
}

func TestJUnitReportsOfEarlierRunsDoNotCount(t *testing.T) {
	t.Parallel()
	report := `<testsuite><testcase name="test_e1"/></testsuite>`
	b := open(t, options(t, one(map[string]string{
		"out/junit-old.xml": report, "write.sh": "#!/bin/sh\nmkdir -p out; echo '" + report + "' > out/junit-new.xml; ln -s junit-new.xml out/junit-link.xml\n",
	})))
	tests := spec.Tests{Runner: "junit", Command: "true", Report: []string{"out/junit-*.xml"}}
	e, err := b.Test(t.Context(), tests, nil)
	if err != nil || len(e.Tests) != 0 || e.Tests == nil {
		t.Errorf("%v %+v", err, e)
	}
	tests.Command = "./write.sh"
	if e, err = b.Test(t.Context(), tests, nil); err != nil || describe(e.Tests, nil) != "passed [] [test_e1]\n" {
		t.Errorf("%v %+v", err, e)
	}
	tests.Command = "true"
	if e, err = b.Test(t.Context(), tests, nil); err != nil || len(e.Tests) != 0 {
		t.Errorf("the report of the run before counts: %v %+v", err, e)
	}
}

func TestTAPAndExit(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"t.sh": "echo 1..2; echo ok 1 - test_e1; echo '# noise' >&2; echo not ok 2 - test_e2; exit 1\n"})))
	e, err := b.Test(t.Context(), spec.Tests{Runner: "tap", Command: "sh t.sh"}, nil)
	if err != nil || describe(e.Tests, nil) != "passed [] [test_e1]\nfailed [] [test_e2]\n" || e.Exit != 1 {
		t.Errorf("%v %+v", err, e)
	}
	e, err = b.Test(t.Context(), spec.Tests{Runner: "exit", Command: "sh t.sh"}, nil)
	if err != nil || e.Tests != nil || e.Exit != 1 {
		t.Errorf("%v %+v", err, e)
	}
}

func TestRewriteGivesBackWhatTheFormatterWrote(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"a.txt": "a\n", "b [x].txt": "b\n", "c": "c\n", "d": "d\n"})))
	got, e, err := b.Rewrite(t.Context(), "T", "sed -i s/^/x/", []string{"a.txt", "b [x].txt"})
	if err != nil || e.Exit != 0 || string(got["a.txt"]) != "xa\n" || string(got["b [x].txt"]) != "xb\n" || len(got) != 2 {
		t.Errorf("%v %+v %q", err, e, got)
	}
	got, e, err = b.Rewrite(t.Context(), "T", `rm d; ln -sf /etc/passwd c; echo "$@"`, []string{"c", "d"})
	if err != nil || len(got) != 0 || e.Output != "c d\n" {
		t.Errorf("a link or a missing file was given back: %v %+v %q", err, e, got)
	}
	if e, err := b.Run(t.Context(), "cat a.txt"); err != nil || e.Output != "a\n" {
		t.Errorf("%v %+v", err, e)
	}
	if _, _, err := b.Rewrite(t.Context(), "T", "true", []string{"../x"}); err == nil {
		t.Error("a path outside is taken")
	}
}

func TestPrepareHasTheNetworkAndFillsCaches(t *testing.T) {
	t.Parallel()
	o := options(t, one(map[string]string{"a": "x"}))
	o.Cache = []string{"deps"}
	b := open(t, o)
	e, err := b.Prepare(t.Context(), []string{"echo got > deps/lib", "echo lost > lost", "false", "echo never > deps/never"})
	if err != nil || e.Exit != 1 {
		t.Fatalf("%v %+v", err, e)
	}
	for _, wall := range e.Walls {
		if wall == string(WallNet) {
			t.Error("prepare is said to have no network")
		}
	}
	if e, err := b.Run(t.Context(), "ls deps; ls"); err != nil || e.Output != "lib\na\ndeps\n" {
		t.Errorf("%v %+v", err, e)
	}
}

// What is fetched through a proxy with certificates of its own is trusted, in prepare alone.
func TestPrepareTrustsTheNamedCertificates(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("a certificate\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, one(map[string]string{"a": "x"}))
	o.Env = append(o.Env, "PIP_CERT="+file)
	b := open(t, o)
	if e, err := b.Prepare(t.Context(), []string{`cat "$PIP_CERT"`}); err != nil || e.Output != "a certificate\n" {
		t.Errorf("%v %+v", err, e)
	}
	if e, err := b.Run(t.Context(), `echo "[$PIP_CERT]"`); err != nil || e.Output != "[]\n" {
		t.Errorf("%v %+v", err, e)
	}
}

func TestMissingProgramIsNoVerdict(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"a": "x"})))
	_, err := b.Run(t.Context(), "X=1 no-such-program --flag")
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindToolchain || !strings.HasPrefix(e.Message, "no-such-program: not found") {
		t.Errorf("err = %v", err)
	}
	// What a script of the checkout calls is the checkout's own business.
	if got, err := b.Run(t.Context(), "./gone.sh"); err != nil || got.Exit != 127 {
		t.Errorf("%v %+v", err, got)
	}
	if got, err := b.Run(t.Context(), "sh -c no-such-program"); err != nil || got.Exit != 127 {
		t.Errorf("%v %+v", err, got)
	}
}

func TestGoMissingIsToolchainTrouble(t *testing.T) {
	t.Parallel()
	o := options(t, goTree(map[string]string{"a.go": "package m\n"}))
	o.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir()}
	if findProgram("go", []string{"/usr/bin", "/bin"}) != "" {
		t.Skip("go is one of the system's programs here")
	}
	_, err := open(t, o).Test(t.Context(), spec.Tests{}, nil)
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindToolchain || e.Message != "go: not found" {
		t.Errorf("err = %v", err)
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	o := options(t, one(map[string]string{"a": "x"}))
	b := open(t, o)
	var e *Error
	for name, tests := range map[string]spec.Tests{"runner": {Runner: "rspec", Command: "x"}, "command": {Runner: "tap"}} {
		if _, err := b.Test(t.Context(), tests, nil); !errors.As(err, &e) || e.Kind != KindUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(t.Context(), "../up", o); !errors.As(err, &e) || e.Kind != KindUsage {
		t.Errorf("a component that leaves the folder: %v", err)
	}
	if err := b.Switch(t.Context(), "nowhere"); !errors.As(err, &e) || e.Kind != KindSource {
		t.Errorf("unknown tree: %v", err)
	}
}

func TestModesRefuse(t *testing.T) {
	t.Parallel()
	all := []Missing{{WallUser, "forbidden"}, {WallMount, "forbidden"}, {WallLandlock, "not there"}}
	for _, c := range []struct {
		mode     Mode
		walls    Walls
		anyway   bool
		accepted bool
	}{
		{Auto, Walls{Missing: all}, false, false},
		{Auto, Walls{Missing: all}, true, true},
		{Auto, Walls{Standing: []Wall{WallLandlock}, Missing: all[:2]}, false, true},
		{Auto, Walls{Standing: []Wall{WallUser, WallMount}, Missing: all[2:]}, false, true},
		{Require, Walls{Standing: []Wall{WallLandlock}, Missing: all[:2]}, false, false},
		{Require, Walls{Standing: allWalls()}, false, true},
		{Require, Walls{Missing: []Missing{{WallOverlay, "old kernel"}}}, false, true},
		{Off, Walls{Missing: all}, false, true},
		{"sometimes", Walls{Standing: allWalls()}, false, false},
	} {
		b := &Bench{o: Options{Mode: c.mode, AllowUnsandboxed: c.anyway}, walls: c.walls}
		err := b.permit()
		var e *Error
		if c.accepted != (err == nil) || err != nil && !errors.As(err, &e) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestWallsSpeak(t *testing.T) {
	t.Parallel()
	w := Walls{Standing: []Wall{WallLandlock, WallRlimit}, Missing: []Missing{{WallUser, "EPERM"}, {WallNet, "EPERM"}}}
	if got := w.String(); got != "landlock rlimit; missing user: EPERM, net: EPERM" {
		t.Error(got)
	}
	if got := (Walls{}).String(); got != "none" {
		t.Error(got)
	}
}

func TestOffSaysThatNothingStands(t *testing.T) {
	t.Parallel()
	o := options(t, one(map[string]string{"a": "x"}))
	o.Mode = Off
	b := open(t, o)
	_, err := b.Run(t.Context(), "cat a; echo > a; echo > new")
	if err != nil || b.Walls().Protects() || len(b.Walls().Missing) == 0 {
		t.Fatalf("%v %v", err, b.Walls())
	}
	if e, err := b.Run(t.Context(), "cat a; ls"); err != nil || e.Output != "xa\n" {
		t.Errorf("%v %+v", err, e)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	w, err := Probe(t.Context(), options(t, one(nil)))
	if err != nil || len(w.Standing)+len(w.Missing) < len(allWalls()) {
		t.Errorf("%v %s", err, w)
	}
}

// A report that is there and cannot be read is not passed over: it could be the one that says most.
func TestJUnitReportsAreNotPassedOver(t *testing.T) {
	t.Parallel()
	const good, bad = `<testsuite><testcase name="t"/></testsuite>`, `<testsuite><testcase name="t"><failure message="no"/></testcase></testsuite>`
	b := open(t, options(t, one(map[string]string{"good": good, "bad": bad})))
	for name, script := range map[string]string{
		"too many": "mkdir reports; cp bad reports/z.xml; for i in $(seq 300); do cp good reports/a$i.xml; done",
		"too big":  "mkdir reports; cp good reports/a.xml; cp bad reports/z.xml; head -c 17000000 /dev/zero | tr '\\0' ' ' >> reports/z.xml",
		"empty":    "mkdir reports; cp good reports/a.xml; true > reports/z.xml",
	} {
		e, err := b.Test(t.Context(), spec.Tests{Runner: "junit", Command: script}, nil)
		if err != nil || !slices.ContainsFunc(e.Tests, func(t verdict.Test) bool { return t.Status == verdict.TestUnfinished }) {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
}

// What go test has a compiled test write on coverage and profiles is let through to where that is built.
func TestCoverageAndProfiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.24\n", "p/p.go": "package p\n\nfunc F() int { return 1 }\n",
		"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { F() }\n",
	}
	b := open(t, options(t, one(files)))
	for command, want := range map[string]string{
		"go test -coverprofile=c.out ./...": "coverage: 100.0% of statements", "go test -cover -json ./p": "coverage: 100.0% of statements",
		"go test -cpuprofile=c.prof ./p": "ok",
	} {
		e, err := b.Test(t.Context(), spec.Tests{Runner: "go", Command: command}, nil)
		if err != nil || e.Exit != 0 || len(e.Tests) != 1 || !strings.Contains(e.Output, want) {
			t.Errorf("%s: %v %+v", command, err, e)
		}
	}
}

// What did not change between two candidates comes from the build cache, though no result does.
func TestNothingIsBuiltTwice(t *testing.T) {
	t.Parallel()
	m := goTree(map[string]string{
		"p/p.go": "package p\n\nfunc P() int { return 1 }\n", "p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestB1_P(t *testing.T) { t.Log(P()) }\n",
		"q/q.go": "package q\n\nfunc Q() int { return 1 }\n", "q/q_test.go": "package q\n\nimport \"testing\"\n\nfunc TestB2_Q(t *testing.T) { t.Log(Q()) }\n",
	})
	m.trees["next"] = maps.Clone(m.trees["T"])
	m.trees["next"]["q/q.go"] = "package q\n\nfunc Q() int { return 2 }\n"
	b := open(t, options(t, m))
	compiled := func(tree string) string {
		t.Helper()
		if err := b.Switch(t.Context(), tree, "p/p_test.go", "q/q_test.go"); err != nil {
			t.Fatal(err)
		}
		j := b.goTestJob("go test -x -json ./...")
		if b.plant(&j) == nil {
			t.Fatal("no canary")
		}
		f, err := b.execute(t.Context(), j)
		if err != nil || f.Exit != 1 || strings.Contains(string(f.stdout), "(cached)") {
			t.Fatalf("%v %s", err, f.both)
		}
		var packages []string
		for _, found := range regexp.MustCompile(`/compile .* -p (\S+) `).FindAllSubmatch(f.both, -1) {
			packages = append(packages, string(found[1]))
		}
		slices.Sort(packages)
		return strings.Join(slices.Compact(packages), " ")
	}
	if got := compiled("T"); !strings.Contains(got, "example.com/m/p") || !strings.Contains(got, "example.com/m/q") {
		t.Errorf("at first %q was compiled", got)
	}
	if got := compiled("T"); got != "" {
		t.Errorf("%q was compiled once more", got)
	}
	if got := compiled("next"); strings.Contains(got, "example.com/m/p") || !strings.Contains(got, "example.com/m/q") {
		t.Errorf("after a change in q %q was compiled", got)
	}
}

// A report that nobody may open was passed over in silence: its failures with it.
func TestALockedReportIsNotPassedOver(t *testing.T) {
	t.Parallel()
	for name, walls := range map[string][]Wall{"all": nil, "none": {WallRlimit}} {
		o := options(t, one(map[string]string{"w.sh": "echo '<testsuite><testcase name=\"test_e1\"/></testsuite>' > junit-a.xml; echo '<testsuite><testcase name=\"test_e2\"><failure/></testcase></testsuite>' > junit-b.xml; chmod 000 junit-b.xml\n"}))
		b := open(t, o)
		if walls != nil {
			b = openWith(t, o, walls...)
		}
		e, err := b.Test(t.Context(), spec.Tests{Runner: "junit", Command: "sh w.sh"}, nil)
		if got := describe(e.Tests, nil); err != nil || !strings.Contains(got, "unfinished [] [junit-b.xml]") {
			t.Errorf("%s: %v %s", name, err, got)
		}
	}
}
