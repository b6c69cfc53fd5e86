package author_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/author"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

func TestAGoodTestIsKept(t *testing.T) {
	t.Parallel()
	code := file("toll/toll.go", tollCode)
	p := authored(t, model.Script(good), newGoBench(t, code), tollTask(t, tollSpec, code), "B1")
	if p.Refused != "" || p.Test != "TestB1_Each" || p.Answers != 1 || p.Agrees != author.Agrees {
		t.Errorf("got %+v", p)
	}
	if want := []string{"stub", "zero-value", "identity", "constant-result", "always-error", "first-example"}; !cmp.Equal(p.Fails, want) {
		t.Errorf("it fails on %v, want %v", p.Fails, want)
	}
}

// TestWithoutCodeTheInterfaceStandsForIt: nothing is there yet, and a test can be had all the same.
func TestWithoutCodeTheInterfaceStandsForIt(t *testing.T) {
	t.Parallel()
	p := authored(t, model.Script(good), newGoBench(t), tollTask(t, tollSpec), "B1")
	if p.Refused != "" || p.Agrees != author.NoCode || len(p.Fails) < 5 {
		t.Errorf("got %+v", p)
	}
}

func TestATestAndTheCodeMayDisagree(t *testing.T) {
	t.Parallel()
	code := file("toll/toll.go", strings.Replace(tollCode, "1200", "1000", 1))
	p := authored(t, model.Script(strings.ReplaceAll(good, "{2, 300}, {7, 1050}, ", "{2, 300}, ")), newGoBench(t, code), tollTask(t, tollSpec, code), "B1")
	if p.Refused != "" || p.Agrees != author.Disagrees || p.Seen.Want != "1200" || p.Seen.Got != "1000" {
		t.Errorf("got %+v", p)
	}
	broken := file("toll/toll.go", "package toll\n\nfunc Toll() {}\n")
	p = authored(t, model.Script(good), newGoBench(t, broken), tollTask(t, tollSpec, broken), "B1")
	if p.Refused != "" || p.Agrees != author.Disagrees || !strings.Contains(p.Said, "the code does not build with it") {
		t.Errorf("got %+v", p)
	}
}

// body is an answer whose test has this body.
func body(text string) string {
	return "```go\npackage toll_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/road/toll\"\n)\n\nvar _ = toll.Toll\n\nfunc TestB1_X(t *testing.T) {\n" + text + "\n}\n```\n"
}

// TestWhatCannotFailNeverGetsThrough: tests that hold whatever the code does, as models write them.
func TestWhatCannotFailNeverGetsThrough(t *testing.T) {
	t.Parallel()
	code := file("toll/toll.go", tollCode)
	for name, text := range map[string]string{
		"empty":             "",
		"logs":              "\tt.Log(\"fine\")",
		"only calls":        "\t_, _ = toll.Toll(4)",
		"calls and logs":    "\tgot, err := toll.Toll(4)\n\tt.Log(got, err)",
		"equal to itself":   "\ta, _ := toll.Toll(4)\n\tb, _ := toll.Toll(4)\n\tif a != b {\n\t\tt.Errorf(\"want %d, got %d\", a, b)\n\t}",
		"zero alone":        "\tif got, _ := toll.Toll(1); got != 0 {\n\t\tt.Errorf(\"want 0, got %d\", got)\n\t}",
		"error alone":       "\tif _, err := toll.Toll(1); err == nil {\n\t\tt.Error(\"want an error\")\n\t}",
		"recovers":          "\tdefer func() { _ = recover() }()\n\tif got, _ := toll.Toll(4); got != 600 {\n\t\tpanic(\"want 600\")\n\t}",
		"no example":        "\tfor _, c := range []struct{ axles, want int }{} {\n\t\tif got, _ := toll.Toll(c.axles); got != c.want {\n\t\t\tt.Errorf(\"want %d, got %d\", c.want, got)\n\t\t}\n\t}",
		"only if it is so":  "\tif got, err := toll.Toll(4); err == nil && got > 0 {\n\t\tif got != 600 {\n\t\t\tt.Errorf(\"want 600, got %d\", got)\n\t\t}\n\t}",
		"never negative":    "\tfor axles := range 30 {\n\t\tif got, _ := toll.Toll(axles); got < 0 || got > 1200 {\n\t\t\tt.Errorf(\"want a price, got %d\", got)\n\t\t}\n\t}",
		"one example alone": "\tif got, err := toll.Toll(4); err != nil || got != 600 {\n\t\tt.Errorf(\"want 600, got %d\", got)\n\t}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := model.Script(body(text), "I cannot.")
			if p := authored(t, m, newGoBench(t, code), tollTask(t, tollSpec, code), "B1"); p.Refused == "" || p.Answers != 2 {
				t.Errorf("it got through: %+v", p)
			}
			if again := m.Asked()[1].Messages; !strings.Contains(again[len(again)-1].Content, "That test cannot be used: ") {
				t.Errorf("the reason is not sent back: %v", again)
			}
		})
	}
}

// TestWhatDoesNotRunIsNotSeenToFail: a process that ends before the test begins says nothing of the test.
func TestWhatDoesNotRunIsNotSeenToFail(t *testing.T) {
	t.Parallel()
	code := file("toll/toll.go", tollCode)
	answer := strings.Replace(good, "func TestB1", "var before, _ = toll.Toll(4)\n\nfunc TestB1", 1)
	p := authored(t, model.Script("no", answer), newGoBench(t, code), tollTask(t, tollSpec, code), "B1")
	if !strings.Contains(p.Refused, "it does not run where every function panics: call the code inside") {
		t.Errorf("got %+v", p)
	}
}

// oddBench is a bench on which anything may come out.
type oddBench struct {
	passes map[string]bool // by the value of the variable that chooses; "" is the code itself
	second bool            // what the second run of the code says
	names  []string
	runs   int
}

func (b *oddBench) Build(context.Context, []patch.File, bool) (verdict.Execution, bool, error) {
	return verdict.Execution{}, true, nil
}

func (b *oddBench) Run(_ context.Context, test string, env []string, _ time.Duration) (verdict.Execution, error) {
	id := ""
	if len(env) > 0 {
		_, id, _ = strings.Cut(env[0], "=")
		b.names = append(b.names, id)
	}
	passed := b.passes[fmt.Sprint(len(b.names))]
	if id == "" {
		b.runs++
		passed = b.passes[""]
		if b.runs == 2 {
			passed = b.second
		}
	}
	status := map[bool]verdict.TestStatus{true: verdict.TestPassed, false: verdict.TestFailed}[passed]
	return verdict.Execution{Tests: []verdict.Test{{Name: test, Status: status}}}, nil
}

// TestOnlyWhatFailsEverywhereIsKept: whatever the runs say, a test gets through if it failed on each degenerate implementation and two runs
// of the code were alike; nothing else decides.
func TestOnlyWhatFailsEverywhereIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		code := file("toll/toll.go", tollCode)
		b := &oddBench{passes: map[string]bool{"": rapid.Bool().Draw(r, "code")}, second: rapid.Bool().Draw(r, "again")}
		some := false
		for i := 1; i <= 6; i++ {
			b.passes[fmt.Sprint(i)] = rapid.IntRange(0, 5).Draw(r, "degenerate") == 0
			some = some || b.passes[fmt.Sprint(i)]
		}
		s := newStage(t, model.Script(good, "nothing"), b, tollTask(t, tollSpec, code))
		if err := s.Open(t.Context()); err != nil {
			r.Fatal(err)
		}
		c, _ := parse(t, tollSpec).Clause("B1")
		p, err := s.Author(t.Context(), c)
		if err != nil {
			r.Fatal(err)
		}
		if kept := p.Refused == ""; kept != (!some && b.passes[""] == b.second) {
			r.Fatalf("kept: %v, with %v and %v: %+v", kept, b.passes, b.second, p)
		}
		if p.Refused == "" && (p.Agrees == author.Agrees) != b.passes[""] {
			r.Fatalf("the code passes: %v, and the proposal says %s", b.passes[""], p.Agrees)
		}
	})
}

// TestNoLineOfTheCodeIsInAnyPrompt: neither what is asked nor any reason of a refusal holds a line or a name of a target file.
func TestNoLineOfTheCodeIsInAnyPrompt(t *testing.T) {
	t.Parallel()
	code := file("toll/toll.go", tollCode)
	for name, answer := range map[string]string{
		"passes on the code alone": body("\tif got, err := toll.Toll(4); err != nil || got != 600 {\n\t\tt.Errorf(\"want 600, got %d\", got)\n\t}"),
		"calls the code's own":     strings.Replace(good, "toll.Toll(axles)", "toll.Toll(toll.Fewest)", 1),
		"does not compile":         strings.Replace(good, "toll.Toll(axles)", "toll.Toll(axles, true)", 1),
		"fails on the code":        strings.Replace(good, "{7, 1050}", "{7, 1051}", 1),
		"no code at all":           "I cannot.",
	} {
		m := model.Script(answer, "I cannot.")
		authored(t, m, newGoBench(t, code), tollTask(t, tollSpec, code), "B1")
		holdsNothingOf(t, name, m.Asked(), tollCode, tollSpec+answer)
	}
	// The code is other than the Interface says, and what the compiler says of that is not for the tester.
	other := file("toll/toll.go", "package toll\n\nfunc Toll(axleCount int, secretlyElectric bool) (cents uint64) { return 0 }\n")
	m := model.Script(good, good)
	authored(t, m, newGoBench(t, other), tollTask(t, tollSpec, other), "B1")
	holdsNothingOf(t, "another signature", m.Asked(), string(other.Data), tollSpec+good)
}

func holdsNothingOf(t *testing.T, name string, asked []model.Request, code, known string) {
	t.Helper()
	if len(asked) == 0 {
		t.Errorf("%s: nobody was asked", name)
	}
	for _, request := range asked {
		for _, message := range request.Messages {
			if message.Role == "assistant" {
				continue // its own words
			}
			for line := range strings.SplitSeq(code, "\n") {
				line = strings.TrimSpace(line)
				if len(line) > 2 && !strings.Contains(known, line) && strings.Contains(message.Content, line) {
					t.Errorf("%s: a prompt holds the line %q", name, line)
				}
			}
			for _, word := range []string{"perAxle", "priceOf", "errNone", "not a vehicle at all", "secretlyElectric", "uint64", "axleCount"} {
				if strings.Contains(message.Content, word) {
					t.Errorf("%s: a prompt holds %s", name, word)
				}
			}
		}
	}
}

// TestClausesShareTheBeginningOfTheirPrompts, so that an endpoint can keep it.
func TestClausesShareTheBeginningOfTheirPrompts(t *testing.T) {
	t.Parallel()
	m := model.Script("no", "no", "no", "no")
	task := tollTask(t, tollSpec)
	s := newStage(t, m, &oddBench{}, task)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"B1", "E1"} {
		c, _ := task.Spec.Clause(id)
		if _, err := s.Author(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	a, b := m.Asked()[0].Messages, m.Asked()[2].Messages
	if a[0] != b[0] {
		t.Error("the instructions differ")
	}
	before := func(text string) string { text, _, _ = strings.Cut(text, "The clause to test, "); return text }
	if before(a[1].Content) != before(b[1].Content) || len(before(a[1].Content)) < len(a[1].Content)/2 {
		t.Errorf("they part too early:\n%s\n%s", a[1].Content, b[1].Content)
	}
}

func TestWhatFailsAroundItIsAnError(t *testing.T) {
	t.Parallel()
	down := &model.Error{Kind: model.ErrServer, Message: "down"}
	m := model.Func(func(context.Context, model.Request) (model.Completion, error) { return model.Completion{}, down })
	task := tollTask(t, tollSpec)
	s := newStage(t, m, &oddBench{}, task)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, _ := task.Spec.Clause("B1")
	if _, err := s.Author(t.Context(), c); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
	// An Interface that is no program, and no code.
	text := strings.Replace(tollSpec, "(int, error)", "(Cents, error)", 1)
	err := newStage(t, m, newGoBench(t), tollTask(t, text)).Open(t.Context())
	var bad *author.SurfaceError
	if !errors.As(err, &bad) || !strings.Contains(bad.Message, "Cents") || bad.Pos.Line == 0 {
		t.Errorf("got %v", err)
	}
}
