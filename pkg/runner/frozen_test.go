package runner

import (
	"fmt"
	"slices"
	"testing"
)

// tampering lists ways to put other content where an acceptance test is.
func tampering() map[string]string {
	return map[string]string{
		"write":               "echo x > a/b/t",
		"append":              "echo x >> a/b/t",
		"in place":            "sed -i s/frozen/x/ a/b/t",
		"remove":              "rm -f a/b/t; echo x > a/b/t",
		"move over":           "echo x > n; mv -f n a/b/t",
		"move away":           "mv a/b/t n; echo x > a/b/t",
		"move its folder":     "mv a/b n; mkdir -p a/b; echo x > a/b/t",
		"move all folders":    "mv a n; mkdir -p a/b; echo x > a/b/t",
		"remove its folder":   "rm -rf a; mkdir -p a/b; echo x > a/b/t",
		"link over its place": "echo x > n; rm -rf a/b; mkdir n2; echo x > n2/t; ln -s ../n2 a/b",
		"another name":        "ln a/b/t n && echo x > n",
		"mode":                "chmod 666 a/b/t; echo x > a/b/t",
		"truncate":            "true > a/b/t",
		"swap by a program":   "cp a/b/t n; echo x > n; dd if=n of=a/b/t conv=notrunc 2>/dev/null",
	}
}

func TestFrozenFilesCannotBeChanged(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a/b/t": "frozen\n", "a/b/other": "x\n", "top": "frozen\n"}
	for walls, stand := range map[string][]Wall{"all": allWalls(), "restore": {WallUser, WallPid, WallMount, WallRlimit}} {
		t.Run(walls, func(t *testing.T) {
			t.Parallel()
			cannotBeChanged(t, openWith(t, options(t, one(files)), stand...))
		})
	}
}

func cannotBeChanged(t *testing.T, b *Bench) {
	t.Helper()
	if err := b.Switch(t.Context(), "T", "a/b/t", "top", "not/there"); err != nil {
		t.Fatal(err)
	}
	for name, how := range tampering() {
		e, err := b.Run(t.Context(), "exec 2>/dev/null; "+how+"; cat a/b/t")
		if err != nil || e.Output != "frozen\n" || len(e.Changed) != 0 {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
	e, err := b.Run(t.Context(), "echo y > a/b/other && echo z > a/b/new && mkdir a/c && cat a/b/other a/b/new")
	if err != nil || e.Output != "y\nz\n" {
		t.Errorf("the rest of the checkout can be written: %v %+v", err, e)
	}
	// Without being frozen each of them works.
	if err := b.Switch(t.Context(), "T"); err != nil {
		t.Fatal(err)
	}
	for name, how := range tampering() {
		if e, err := b.Run(t.Context(), "exec 2>/dev/null; "+how+"; cat a/b/t"); err != nil || e.Output == "frozen\n" {
			t.Errorf("%s fails by itself: %v %+v", name, err, e)
		}
	}
}

// Where nothing can be mounted a frozen file can be written, and that is told.
func TestChangedFrozenFilesAreTold(t *testing.T) {
	t.Parallel()
	for name, walls := range map[string][]Wall{"landlock": {WallLandlock, WallRlimit}, "none": {}} {
		b := openWith(t, options(t, one(map[string]string{"a/b/t": "frozen\n", "a/u": "x\n"})), walls...)
		if err := b.Switch(t.Context(), "T", "a/b/t"); err != nil {
			t.Fatal(err)
		}
		for how, script := range tampering() {
			e, err := b.Run(t.Context(), script)
			if err != nil || !slices.Equal(e.Changed, []string{"a/b/t"}) {
				t.Errorf("%s, %s: %v %+v", name, how, err, e)
			}
		}
		e, err := b.Run(t.Context(), "cp -p a/b/t n; echo x > a/b/t; cat n > a/b/t; touch -r n a/b/t")
		if err != nil || len(e.Changed) != 1 {
			t.Errorf("%s: written and put back: %v %+v", name, err, e)
		}
		if e, err := b.Run(t.Context(), "echo y > a/u; cat a/b/t"); err != nil || len(e.Changed) != 0 || e.Output != "frozen\n" {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
}

func TestSwitchRefusesFrozenPathsOutside(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"a": "x"})))
	for _, p := range []string{"../x", "/etc/passwd", "a/../../x", ".git/config", ""} {
		if b.Switch(t.Context(), "T", p) == nil {
			t.Errorf("%q is taken", p)
		}
	}
}

// A folder of thousands of golden files is frozen as a whole.
func TestManyGoldenFilesTakeNoTime(t *testing.T) {
	t.Parallel()
	files := map[string]string{"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestB1_P(t *testing.T) {}\n"}
	for i := range 3000 {
		files[fmt.Sprintf("p/testdata/%d/%d.golden", i%10, i)] = "x\n"
	}
	b := open(t, options(t, goTree(files)))
	need(t, b, WallMount)
	if err := b.Switch(t.Context(), "T", "p/p_test.go"); err != nil {
		t.Fatal(err)
	}
	j := b.goTestJob("go test ./...")
	if len(j.frozen) > 10 {
		t.Errorf("%d files are mounted", len(j.frozen))
	}
	j.script = "echo y > p/testdata/1/1.golden; cat p/testdata/1/1.golden; echo z > p/new && cat p/new"
	f, err := b.execute(t.Context(), j)
	if err != nil || string(f.stdout) != "x\nz\n" {
		t.Errorf("%v %s", err, f.both)
	}
}
