package author_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/author"
)

// cutModel is cut off each time.
func cutModel(asked *[]model.Request) model.Model {
	return model.Func(func(_ context.Context, r model.Request) (model.Completion, error) {
		*asked = append(*asked, r)
		c := model.Answer(r, "```go\npackage toll_test\n\nfunc TestB1_X(t *testing.T) {\n\tif ")
		c.Finish = model.FinishLength
		return c, nil
	})
}

func TestReadSurface(t *testing.T) {
	t.Parallel()
	interfaceOf := func(section string) string {
		return "---\ntargets: [\"a/a.go\"]\n---\n# Spec: A\n\n" + section + "\n## Behavior\n- **B1** It works.\n"
	}
	for _, c := range []struct {
		name, section, pkg, source, fails string
		calls                             []string
		line                              int
	}{
		{
			name: "all forms", pkg: "a",
			section: "## Interface\n```go\npackage a\n\nimport \"context\"\n\n// T is a thing.\ntype T struct {\n\tN int // its number\n}\n\nconst Max = 3\n\nfunc New(ctx context.Context, n int) (*T, error)\nfunc (t *T) Done() time.Duration\n```\n",
			calls:   []string{"func New(ctx context.Context, n int) (*T, error)", "func (t *T) Done() time.Duration"},
			source:  "package a\n\nimport (\n\t\"context\"\n\t\"time\"\n\n)\n\ntype T struct {\n\tN int // its number\n}\n\nconst Max = 3\n\nfunc New(ctx context.Context, n int) (*T, error) {\n\tpanic(\"not implemented\")\n}\n\nfunc (t *T) Done() time.Duration {\n\tpanic(\"not implemented\")\n}\n",
		},
		{name: "no package", section: "## Interface\n```go\nfunc F()\n```\n", calls: []string{"func F()"}, source: "package a\n\n\nfunc F() {\n\tpanic(\"not implemented\")\n}\n"},
		{name: "a body is left out", section: "## Interface\n```go\nfunc F() int { return secret }\n```\n", calls: []string{"func F() int"}, source: "package a\n\n\nfunc F() int {\n\tpanic(\"not implemented\")\n}\n"},
		{name: "no section", fails: "the spec has no Interface section", line: 1},
		{name: "another language", section: "## Interface\n```python\ndef f(): ...\n```\n", fails: "declares no exported name of Go", line: 6},
		{name: "nothing exported", section: "## Interface\n```go\nfunc f()\n```\n", fails: "declares no exported name of Go", line: 6},
		{name: "no Go", section: "## Interface\n```go\npackage a\n\nF(n int) int\n```\n", fails: "the Interface does not parse as Go: ", line: 10},
		{name: "no Go and no package", section: "## Interface\n```go\nF(n int) int\n```\n", fails: "the Interface does not parse as Go: ", line: 8},
	} {
		sp, err := spec.Parse("specs/a.spec.md", []byte(interfaceOf(c.section)))
		if err != nil {
			t.Fatal(err)
		}
		s, err := author.ReadSurface(sp)
		var bad *author.SurfaceError
		if c.fails != "" {
			if !errors.As(err, &bad) || !strings.Contains(bad.Message, c.fails) || bad.Pos.Line != c.line || bad.Fix == "" {
				t.Errorf("%s: got %+v, want %q at line %d", c.name, err, c.fails, c.line)
			}
			continue
		}
		source, err2 := s.Source("a", nil, nil)
		if err != nil || err2 != nil || s.Package != c.pkg || !cmp.Equal(s.Calls(), c.calls) {
			t.Errorf("%s: %v %v %q %q", c.name, err, err2, s.Package, s.Calls())
		}
		if diff := cmp.Diff(c.source, source); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestWanted(t *testing.T) {
	t.Parallel()
	sp := parse(t, tollSpec)
	ids := func(clauses []*spec.Clause) (out []string) {
		for _, c := range clauses {
			out = append(out, c.ID)
		}
		return out
	}
	for _, c := range []struct{ declared, asked, want, unknown []string }{
		{nil, nil, []string{"B1", "E1"}, nil},
		{[]string{"TestB1_X", "helperE1", "TestE10_Y"}, nil, []string{"E1"}, nil},
		{[]string{"TestB1_X", "TestE1"}, nil, nil, nil},
		{[]string{"TestB1_X"}, []string{"B1", "N1", "X9"}, []string{"B1", "N1"}, []string{"X9"}},
	} {
		wanted, unknown := author.Wanted(sp, c.declared, c.asked)
		if !cmp.Equal(ids(wanted), c.want) || !cmp.Equal(unknown, c.unknown) {
			t.Errorf("%v %v: got %v and %v", c.declared, c.asked, ids(wanted), unknown)
		}
	}
}

// TestSealedIsAShare: as many as asked for, rounded up, the same whatever the order.
func TestSealedIsAShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[BEI][0-9]{1,2}`), 0, 30, rapid.ID[string]).Draw(r, "ids")
		percent, seed := rapid.IntRange(0, 100).Draw(r, "percent"), rapid.Int().Draw(r, "seed")
		sealed := author.Sealed("toll", ids, percent, seed)
		if n := (len(ids)*percent + 99) / 100; len(sealed) != n {
			r.Fatalf("%d of %d at %d%%", len(sealed), len(ids), percent)
		}
		if other := author.Sealed("toll", rapid.Permutation(ids).Draw(r, "order"), percent, seed); !cmp.Equal(sealed, other) {
			r.Fatalf("the order counts: %v and %v", sealed, other)
		}
	})
}

func TestJoin(t *testing.T) {
	t.Parallel()
	test := func(name, imports, more string) string {
		return "package toll_test\n\nimport (\n" + imports + "\t\"testing\"\n\n\t\"example.com/road/toll\"\n)\n\n" + more + "func " + name + "(t *testing.T) { toll.Toll(1) }\n"
	}
	one, two := test("TestB1_A", "", ""), test("TestE1_B", "\t\"strings\"\n", "// word is one.\nvar wordE1 = strings.ToUpper(\"x\")\n\n")
	got, err := author.Join(patch.File{Path: "toll/a_test.go"}, []string{one, two})
	want := "package toll_test\n\nimport (\n\t\"strings\"\n\t\"testing\"\n\n\t\"example.com/road/toll\"\n)\n\nfunc TestB1_A(t *testing.T) { toll.Toll(1) }\n\n// word is one.\nvar wordE1 = strings.ToUpper(\"x\")\n\nfunc TestE1_B(t *testing.T) { toll.Toll(1) }\n"
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	// What is there stays to the byte, where it was never formatted.
	odd := "package toll_test\nimport \"testing\"\nfunc TestB2_Odd(t *testing.T)   { t.Fatal( ) }\n"
	got, err = author.Join(file("toll/a_test.go", odd), []string{two})
	if err != nil || !strings.Contains(string(got), "func TestB2_Odd(t *testing.T)   { t.Fatal( ) }\n\n// word") || !strings.Contains(string(got), "\t\"strings\"") {
		t.Errorf("%v\n%s", err, got)
	}
	for name, c := range map[string]struct{ there, want string }{
		"the same test":      {one, "declares TestB1_A already"},
		"another package":    {"package toll\n", "is of package toll, and the tests are of toll_test"},
		"broken":             {"package toll_test\n\nfunc {", "cannot be added to: it does not parse"},
		"the name of import": {"package toll_test\n\nimport toll \"example.com/other\"\n\nvar _ = toll.X\n", `imports "example.com/other" as toll`},
		"a declared name":    {"package toll_test\n\nfunc toll() {}\n", "declares toll, which a test imports"},
	} {
		if _, err := author.Join(file("toll/a_test.go", c.there), []string{one}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
