package evaluate_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// attackedBench runs what the code would give: Do gives 2, whatever is expected.
func attackedBench(t *testing.T, a attempt) *bench {
	t.Helper()
	message := "want 2, got 3"
	if a.in == "output" {
		message = a.text
	}
	failed := verdict.Execution{Exit: 1, Tests: []verdict.Test{{Name: "TestE1", Suite: "example.com/thing/tests", Status: verdict.TestFailed, Message: message}}}
	return &bench{t: t, tests: []verdict.Execution{failed, failed, failed}, probe: func(file patch.File, test string) (verdict.Execution, error) {
		word := regexp.MustCompile(`objection[0-9a-f]{16}`).FindString(string(file.Data))
		result := verdict.Test{Name: test, Status: verdict.TestFailed, Message: word + " differs " + hex.EncodeToString([]byte("2"))}
		if regexp.MustCompile(`zzWants\(&zz, v\.r0\)\(2\)`).Match(file.Data) {
			result = verdict.Test{Name: test, Status: verdict.TestPassed}
		}
		return verdict.Execution{Tests: []verdict.Test{result}}, nil
	}}
}

const attackedTest = "package thing\n\nimport \"testing\"\n\nfunc TestE1(t *testing.T) { t.Fail() }\n"

// attack evaluates the code with an attempt.
func attack(t *testing.T, a attempt, j *evaluate.Judge) verdict.Report {
	t.Helper()
	return attackBy(t, attackedSpec, a, j)
}

func attackBy(t *testing.T, spec string, a attempt, j *evaluate.Judge) verdict.Report {
	t.Helper()
	files := tree(attacked(a))
	files["tests/thing_test.go"], files["go.mod"] = attackedTest, "module example.com/thing\n"
	if a.in == "ruby" {
		spec = strings.Replace(spec, `"*.py"`, `"*.rb"`, 1)
	}
	return decide(t, evaluate.New(files, attackedBench(t, a), j, options()), parse(t, spec))
}

// askedOf gives the requests that the code with an attempt leads to, with a judge that decides nothing.
func askedOf(t *testing.T, a attempt) []model.Request {
	t.Helper()
	m := model.Script(answer("unknown", "", ""), answer("unknown", "", ""))
	attack(t, a, newJudge(t, m))
	if len(m.Asked()) != 2 {
		t.Fatalf("%s: %d requests, want one for B1 and one for N1", a.name, len(m.Asked()))
	}
	return m.Asked()
}

func TestThereAreEnoughAttempts(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, a := range append(attempts(), knownAttempts()...) {
		if names[a.name] {
			t.Errorf("there are two of %q", a.name)
		}
		names[a.name] = true
	}
	if len(attempts()) < 64 {
		t.Errorf("%d attempts", len(names))
	}
}

// TestNoAttemptReachesAJudge: with every attempt all requests to the judge are the same, byte for byte, as with a harmless text, name or file
// name in its place, or without the comment. So are the answers of any judge, whoever it is, and with them the verdicts. The judges here take
// the requests through all that can be asked: once more after an answer that is void, the expectation, the fact, and a second objection.
func TestNoAttemptReachesAJudge(t *testing.T) {
	t.Parallel()
	for _, a := range attempts() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			for name, answers := range sameJudges() {
				plain, want := exchanged(t, benign(a), answers)
				asked, got := exchanged(t, a, answers)
				if diff := cmp.Diff(plain, asked); diff != "" {
					t.Errorf("%s is asked something else: %s", name, diff)
				}
				if got != want {
					t.Errorf("%s: the verdicts are %s, and were %s", name, got, want)
				}
			}
		})
	}
}

// TestKnownAttemptsDoReachAJudge, so that they are listed for as long as they do and no longer.
func TestKnownAttemptsDoReachAJudge(t *testing.T) {
	t.Parallel()
	for _, a := range knownAttempts() {
		for name, answers := range sameJudges() {
			plain, _ := exchanged(t, benign(a), answers)
			if asked, _ := exchanged(t, a, answers); cmp.Equal(plain, asked) {
				t.Errorf("%s: %s is asked nothing else: it is an attempt like the others", a.name, name)
			}
		}
	}
}

// sameJudges are judges whose answers depend on the request alone.
func sameJudges() map[string]model.Func {
	by := func(answer func(model.Request) string) model.Func {
		return func(_ context.Context, req model.Request) (model.Completion, error) {
			return model.Answer(req, answer(req)), nil
		}
	}
	return map[string]model.Func{
		"the undecided": by(func(model.Request) string { return answer("unknown", "", "") }),
		"the sloppy": by(func(model.Request) string {
			return answer("pass", "", "", cite{"thing.go", 1, 1, "return 1", "gives one"})
		}),
		"the objector": by(func(req model.Request) string {
			user := req.Messages[1].Content
			given := regexp.MustCompile(`(?m)^(\d+)\| \s*` + givenLine).FindStringSubmatch(user)
			if req.Schema.Name == "expectation" {
				return `{"expected":"2"}`
			}
			if given == nil || len(req.Messages) > 2 {
				return answer("unknown", "", "")
			}
			line, _ := strconv.Atoi(given[1])
			call := "Do()"
			if strings.Contains(user, "was run.") {
				call = "Missing()" // it is told so
			}
			file := regexp.MustCompile(`(?m)^"(.*)"$`).FindStringSubmatch(user)[1]
			return objects("fail", "nothing", "two", call, "2", cite{file, line, line, givenLine, "gives one"})
		}),
	}
}

// exchanged gives all requests that the code with an attempt leads to, and what comes of them.
func exchanged(t *testing.T, a attempt, by model.Func) (requests []string, statusesOf string) {
	t.Helper()
	r := attack(t, a, newJudge(t, model.Func(func(ctx context.Context, req model.Request) (model.Completion, error) {
		text, err := json.Marshal(req)
		if err != nil {
			t.Error(err)
		}
		requests = append(requests, string(text))
		return by(ctx, req)
	})))
	if len(requests) < 2 {
		t.Errorf("%s: %d requests", a.name, len(requests))
	}
	return requests, statuses(r)
}

// TestPromptsHoldNothingUnseen, and one message of the system and one of the user, whatever stands in the code.
func TestPromptsHoldNothingUnseen(t *testing.T) {
	t.Parallel()
	for _, a := range append(attempts(), knownAttempts()...) {
		for _, req := range askedOf(t, a) {
			if len(req.Messages) != 2 || req.Messages[0].Role != "system" || req.Messages[1].Role != "user" {
				t.Fatalf("%s: got %+v", a.name, req.Messages)
			}
			text := req.Messages[1].Content
			if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("%s: the prompt holds what nobody sees: %q", a.name, text[i:i+9])
			}
			if strings.Contains(text, "<|") {
				t.Errorf("%s: the prompt holds a mark of a chat template", a.name)
			}
		}
	}
}

// TestFixedVerdictsAreTheSame: what is executed and what is read by rules does not depend on what the code says, byte for byte. What a test
// says stays in its own field.
func TestFixedVerdictsAreTheSame(t *testing.T) {
	t.Parallel()
	fixed := func(r verdict.Report) string {
		kept := slices.DeleteFunc(slices.Clone(r.Verdicts), func(v verdict.Verdict) bool { return v.Clause == "B1" || v.Clause == "N1" })
		text, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, a := range attempts() {
		if a.in == "file" || a.in == "python" || a.in == "output" {
			continue // another place, or another test
		}
		silent := model.Script(answer("unknown", "", ""), answer("unknown", "", ""))
		want := fixed(attack(t, benign(a), newJudge(t, silent)))
		silent = model.Script(answer("unknown", "", ""), answer("unknown", "", ""))
		if diff := cmp.Diff(sameLines(want), sameLines(fixed(attack(t, a, newJudge(t, silent))))); diff != "" {
			t.Errorf("%s: %s", a.name, diff)
		}
	}
	for _, a := range attempts() {
		if a.in != "output" {
			continue
		}
		m := model.Script(answer("unknown", "", ""), answer("unknown", "", ""))
		r := attack(t, a, newJudge(t, m))
		v := of(t, r, "E1")
		if v.Status != verdict.Fail || v.Basis != verdict.Executed || of(t, r, "B1").Status != verdict.Unknown {
			t.Errorf("%s: got %s", a.name, statuses(r))
		}
		for _, req := range m.Asked() {
			if strings.Contains(req.Messages[1].Content, "want ") {
				t.Errorf("%s: the judge is shown what a test said", a.name)
			}
		}
		v.Evidence = nil
		text, err := json.Marshal(v)
		if err != nil || strings.Contains(string(text), "PASS") || strings.Contains(string(text), "{\\\"") || strings.Contains(string(text), "Ignore") {
			t.Errorf("%s: what a test said stands in the verdict: %s", a.name, text)
		}
	}
}

// sameLines makes line numbers alike: an attempt may take more lines than what it stands for.
func sameLines(text string) string {
	return regexp.MustCompile(`"(line|end_line)":\d+`).ReplaceAllString(regexp.MustCompile(`thing\.go:\d+(:\d+)?`).ReplaceAllString(text, "thing.go:0"), `"$1":0`)
}

// obedient is a judge that does what the code tells it: it gives back the first answer that it finds in what it is shown, and else says
// pass and cites what it was told, with the words of the clause.
func obedient() model.Func {
	return func(_ context.Context, req model.Request) (model.Completion, error) {
		if req.Schema.Name == "expectation" {
			return model.Answer(req, `{"expected":"1"}`), nil
		}
		text := req.Messages[1].Content
		words := "gives one"
		if strings.Contains(text, "No state is kept.\n```") {
			words = "No state is kept"
		}
		for _, found := range regexp.MustCompile(`\{"(?:call|citations)":.*?"verdict":"pass"\}`).FindAllString(text, -1) {
			if strings.Contains(found, words) || !strings.Contains(found, `"words"`) {
				return model.Answer(req, found), nil
			}
		}
		name := regexp.MustCompile(`(?m)^"(.*)"$`).FindStringSubmatch(text)[1]
		return model.Answer(req, answer("pass", "", "", cite{name, 5, 5, "the verdict is pass", words})), nil
	}
}

// TestAnObedientJudgeLetsNothingPass: it is told nothing or, by the known attempts, what does not stand where it says.
func TestAnObedientJudgeLetsNothingPass(t *testing.T) {
	t.Parallel()
	for _, a := range append(attempts(), knownAttempts()...) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := attack(t, a, newJudge(t, obedient()))
			for _, id := range []string{"B1", "E1", "I1", "N1", "N2"} {
				if v := of(t, r, id); v.Status == verdict.Pass && (a.in != "python" && a.in != "ruby" || id != "N2") {
					t.Errorf("%s passes: %+v", id, v)
				}
			}
			if r.Accepted(verdict.DefaultPolicy()) {
				t.Error("accepted")
			}
		})
	}
}

// TestAJudgeCarriesNoInvariant, whatever it says and however true its citations are.
func TestAJudgeCarriesNoInvariant(t *testing.T) {
	t.Parallel()
	text := strings.Replace(attackedSpec, "gives the same.\n", "gives the same.\n  - evidence: judge\n", 1)
	line := 1 + strings.Count(strings.Split(attacked(attempt{})[attackedFile], givenLine)[0], "\n")
	yes := model.Func(func(_ context.Context, req model.Request) (model.Completion, error) {
		words := "Do"
		for _, w := range []string{"gives one", "gives the same", "No state is kept"} {
			if strings.Contains(req.Messages[1].Content, w) {
				words = w
			}
		}
		return model.Answer(req, answer("pass", "", "", cite{attackedFile, line, line, givenLine, words})), nil
	})
	files := tree(attacked(attempt{}))
	files["tests/thing_test.go"], files["go.mod"] = attackedTest, "module example.com/thing\n"
	for _, always := range []bool{false, true} {
		opt := options()
		opt.JudgeAlways = always
		r := decide(t, evaluate.New(files, attackedBench(t, attempt{}), newJudge(t, yes), opt), parse(t, text))
		var blocking []string
		for _, v := range r.Blocking(verdict.DefaultPolicy()) {
			blocking = append(blocking, v.Clause)
		}
		if got := statuses(r); got != "B1 pass judged; E1 fail executed; I1 pass judged; N1 pass judged; N2 fail static" {
			t.Error(got)
		}
		if !slices.Equal(blocking, []string{"E1", "I1", "N2"}) {
			t.Errorf("blocking %v", blocking)
		}
	}
}
