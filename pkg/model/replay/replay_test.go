package replay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/replay"
)

func ask(texts ...string) model.Request {
	req := model.Request{Role: model.Generator, Model: "m"}
	for _, text := range texts {
		req.Messages = append(req.Messages, model.Message{Role: "user", Content: text})
	}
	return req
}

func open(t *testing.T, transcript string) *replay.Player {
	t.Helper()
	p, err := replay.Open(strings.NewReader(transcript))
	if err != nil {
		t.Fatalf("%v in\n%s", err, transcript)
	}
	return p
}

func replayFault(t *testing.T, err error) *model.Error {
	t.Helper()
	var fault *model.Error
	if !errors.As(err, &fault) || fault.Kind != model.ErrReplay || fault.Hint == "" {
		t.Fatalf("no replay error: %v", err)
	}
	return fault
}

func TestWhatIsRecordedIsReplayed(t *testing.T) {
	t.Parallel()
	answers := []struct {
		c   model.Completion
		err error
	}{
		{model.Completion{
			Text: "one\n</s>", Reasoning: "hm", Finish: model.FinishStop, Model: "served", Duration: 3 * time.Second,
			Usage: model.Usage{PromptTokens: 5, CachedTokens: 1, CompletionTokens: 2, Requests: 1},
		}, nil},
		{model.Completion{Text: "two", Finish: model.FinishLength}, nil},
		{model.Completion{}, &model.Error{Kind: model.ErrRateLimit, Status: 429, Message: "slow", Hint: "wait", RetryAfter: time.Second}},
		{model.Completion{Usage: model.Usage{PromptTokens: 9}}, &model.Error{Kind: model.ErrTimeout, Message: "late", Err: model.ErrTotalTime}},
	}
	var b bytes.Buffer
	n := -1
	inner := model.Func(func(context.Context, model.Request) (model.Completion, error) {
		n++
		return answers[n].c, answers[n].err
	})
	rec := replay.Record(inner, &b, replay.Header{"model": "m", "seed": 7})
	for range answers {
		_, _ = rec.Complete(t.Context(), ask("same"), nil)
	}
	p := open(t, b.String())
	if p.Header()["model"] != "m" || p.Header()["seed"] != 7.0 || p.Header()["v"] != 1.0 || p.Warning() != "" {
		t.Errorf("header %v, warning %q", p.Header(), p.Warning())
	}
	for i, want := range answers {
		told := -1
		got, err := p.Complete(t.Context(), ask("same"), func(n int) { told = n })
		if diff := cmp.Diff(want.c, got); diff != "" {
			t.Errorf("%d: %s", i, diff)
		}
		if (err == nil) != (want.err == nil) || (err == nil && told != got.Usage.CompletionTokens) {
			t.Errorf("%d: err %v, progress %d", i, err, told)
		}
		if want.err != nil && err.Error() != want.err.Error() {
			t.Errorf("%d: err %v, want %v", i, err, want.err)
		}
		if errors.Is(want.err, model.ErrTotalTime) != errors.Is(err, model.ErrTotalTime) {
			t.Errorf("%d: the cause was lost", i)
		}
	}
	if len(p.Unused()) != 0 {
		t.Errorf("unused %v", p.Unused())
	}
	fault := replayFault(t, second(p.Complete(t.Context(), ask("same"), nil)))
	if !strings.Contains(fault.Message, "answers this request 4 times, and this is time 5") {
		t.Errorf("message %q", fault.Message)
	}
}

func second(_ model.Completion, err error) error { return err }

func TestRecordAndReplayOfAnyCourse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prompts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c\nd"}), 1, 12).Draw(t, "prompts")
		answers := make([]string, len(prompts))
		for i := range answers {
			answers[i] = rapid.String().Draw(t, "answer")
		}
		var b bytes.Buffer
		rec := replay.Record(model.Script(answers...), &b, nil)
		var want []model.Completion
		for _, prompt := range prompts {
			c, err := rec.Complete(t.Context(), ask(prompt), nil)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, c)
		}
		p, err := replay.Open(&b)
		if err != nil {
			t.Fatal(err)
		}
		for i, prompt := range prompts {
			got, err := p.Complete(t.Context(), ask(prompt), nil)
			if err != nil || strings.ToValidUTF8(got.Text, "\ufffd") != strings.ToValidUTF8(want[i].Text, "\ufffd") {
				t.Fatalf("%d: %q, want %q, %v", i, got.Text, want[i].Text, err)
			}
		}
		if len(p.Unused()) != 0 {
			t.Fatalf("unused %v", p.Unused())
		}
	})
}

func TestUnknownRequestSaysWhatDiffers(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	rec := replay.Record(model.Echo(), &b, nil)
	base := ask("intro", "line one\nline two "+strings.Repeat("x", 200)+" end\nline three")
	zero := 0.0
	base.Temperature = &zero
	for _, r := range []model.Request{ask("something else"), base} {
		_, _ = rec.Complete(t.Context(), r, nil)
	}
	p := open(t, b.String())
	tests := map[string]struct {
		change func(*model.Request)
		want   string
	}{
		"line": {func(r *model.Request) { r.Messages[1].Content = "line one\nline 2\nline three" }, `message 2 (user) at line 2: recorded "line two xxx`},
		"late": {func(r *model.Request) {
			r.Messages[1].Content = strings.Replace(r.Messages[1].Content, " end", " END", 1)
		}, `x end", asked ..."`},
		"shorter":     {func(r *model.Request) { r.Messages[1].Content = "line one" }, "asked the end"},
		"role":        {func(r *model.Request) { r.Messages[1].Role = "assistant" }, "message 2: recorded from user, asked from assistant"},
		"more":        {func(r *model.Request) { r.Messages = append(r.Messages, model.Message{}) }, "recorded 2 messages, asked 3"},
		"model":       {func(r *model.Request) { r.Model = "n" }, "model: recorded m, asked n"},
		"temperature": {func(r *model.Request) { r.Temperature = nil }, "temperature: recorded 0, asked unset"},
		"seed":        {func(r *model.Request) { seven := 7; r.Seed = &seven }, "seed: recorded unset, asked 7"},
		"limit":       {func(r *model.Request) { r.MaxOutputTokens = 5 }, "max_output_tokens: recorded 0, asked 5"},
		"schema":      {func(r *model.Request) { r.Schema = &model.Schema{Name: "v", Schema: json.RawMessage(`{}`)} }, "schema: recorded none, asked v"},
	}
	for name, tt := range tests {
		r := base
		r.Messages = append([]model.Message(nil), base.Messages...)
		tt.change(&r)
		fault := replayFault(t, second(p.Complete(t.Context(), r, nil)))
		if !strings.Contains(fault.Message, tt.want) || !strings.Contains(fault.Message, "on line 3,") {
			t.Errorf("%s: %q lacks %q", name, fault.Message, tt.want)
		}
		if strings.Contains(fault.Message, "\n") || len(fault.Message) > 600 {
			t.Errorf("%s: %d characters: %q", name, len(fault.Message), fault.Message)
		}
	}
	if got := p.Unused(); len(got) != 2 || !strings.HasPrefix(got[0], "line 2: generator, occurrence 1 of key ") {
		t.Errorf("unused %v", got)
	}
}

func TestRoleDoesNotCount(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	_, _ = replay.Record(model.Echo(), &b, nil).Complete(t.Context(), ask("x"), nil)
	r := ask("x")
	r.Role = model.Tester
	if c, err := open(t, b.String()).Complete(t.Context(), r, nil); err != nil || c.Text != "x" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestSecretsAreNotWritten(t *testing.T) {
	t.Parallel()
	plain, quoted := "sk-a8Kd3mQ7zLp2vBn9TrWxYs1uT4Fg", "pa\"ss\\word-äöü-<x>"
	var b bytes.Buffer
	leaky := model.Func(func(_ context.Context, req model.Request) (model.Completion, error) {
		if len(req.Messages) > 1 {
			return model.Completion{}, &model.Error{Kind: model.ErrAuth, Message: "key " + plain, Hint: quoted}
		}
		return model.Completion{Text: "you said " + plain + quoted, Reasoning: quoted}, nil
	})
	rec := replay.Record(leaky, &b, replay.Header{"note": plain}, plain, quoted, "x")
	c, err := rec.Complete(t.Context(), ask("my key is "+plain+" and "+quoted), nil)
	if err != nil || !strings.Contains(c.Text, plain) {
		t.Errorf("the caller's own answer was changed: %q, %v", c.Text, err)
	}
	_, _ = rec.Complete(t.Context(), ask(plain[:20], "y"), nil)
	escaped := strings.ReplaceAll(strings.ReplaceAll(quoted, `\`, `\\`), `"`, `\"`)
	for _, secret := range []string{plain, plain[:20], plain[5:], quoted, escaped, "ss\\\\word"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q was recorded:\n%s", secret, b.String())
		}
	}
	p := open(t, b.String())
	if c, err := p.Complete(t.Context(), ask("my key is "+plain+" and "+quoted), nil); err != nil || c.Text != "you said ******" {
		t.Errorf("%+v, %v: the request should be found by the digest of what was sent", c, err)
	}
}

func TestContextErrorsAndUnsentRequestsAreNotWritten(t *testing.T) {
	t.Parallel()
	for _, err := range []error{context.Canceled, &model.SecretError{}, &model.Error{Kind: model.ErrReplay}} {
		var b bytes.Buffer
		inner := model.Func(func(context.Context, model.Request) (model.Completion, error) { return model.Completion{}, err })
		if got := second(replay.Record(inner, &b, nil).Complete(t.Context(), ask("x"), nil)); !errors.Is(got, err) {
			t.Errorf("err %v, want %v", got, err)
		}
		if strings.Count(b.String(), "\n") != 1 {
			t.Errorf("recorded %s", b.String())
		}
	}
}

// full is a disk with room for n bytes.
type full struct{ n int }

func (f *full) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestAFullDiskIsAnErrorAndKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	script := model.Script("paid for", "never")
	rec := replay.Record(script, &full{n: 100}, nil)
	c, err := rec.Complete(t.Context(), ask("x"), nil)
	if err == nil || !strings.Contains(err.Error(), "no space left") || c.Text != "paid for" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err = rec.Complete(t.Context(), ask("x"), nil); err == nil || len(script.Unused()) != 1 {
		t.Errorf("%v: asked again although nothing can be recorded", err)
	}
}

func TestConcurrentExchangesAreWholeLines(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	rec := replay.Record(model.Echo(), &b, nil)
	each := func(m model.Model) {
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				if _, err := m.Complete(t.Context(), ask(fmt.Sprint(i%4)), nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	each(rec)
	p := open(t, b.String())
	each(p)
	if len(p.Unused()) != 0 {
		t.Errorf("unused %v", p.Unused())
	}
}

func TestTornLastLine(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	rec := replay.Record(model.Echo(), &b, nil)
	for _, text := range []string{"a", "b"} {
		_, _ = rec.Complete(t.Context(), ask(text), nil)
	}
	p := open(t, b.String()[:b.Len()-20])
	if !strings.Contains(p.Warning(), "last line (3) was torn off") {
		t.Errorf("warning %q", p.Warning())
	}
	if _, err := p.Complete(t.Context(), ask("a"), nil); err != nil {
		t.Error(err)
	}
	if p := open(t, strings.TrimSuffix(b.String(), "\n")); p.Warning() != "" || len(p.Unused()) != 2 {
		t.Errorf("only the end of line is missing: %q, %v", p.Warning(), p.Unused())
	}
}

func TestUnreadableTranscripts(t *testing.T) {
	t.Parallel()
	head := `{"v":1,"kind":"specgen-transcript"}` + "\n"
	for text, want := range map[string]string{
		"":                              "empty",
		"\n\n":                          "empty",
		"hello\n":                       "line 1: not a specgen transcript",
		`{"kind":"other","v":1}` + "\n": "line 1: not a specgen transcript",
		`{"kind":"specgen-transcript","v":9}` + "\n":                       "version 9",
		`{"kind":"specgen-transcript"}` + "\n":                             "version <nil>",
		head + "{oops}\n" + head:                                           "line 2: ",
		head + "\n" + `{"request":{}}` + "\n":                              "line 3: neither completion nor error",
		head + strings.Repeat(`{"key":"k","n":1,"completion":{}}`+"\n", 2): "line 3: occurrence 1 of key k stands there twice",
	} {
		if _, err := replay.Open(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	fault := replayFault(t, second(open(t, head).Complete(t.Context(), ask("x"), nil)))
	if !strings.Contains(fault.Message, "no exchange") {
		t.Errorf("message %q", fault.Message)
	}
}

// The file was written by version 1 and must stay readable as it is: there is no flag to update it.
func TestVersion1StaysReadable(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/v1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, string(raw))
	if p.Header()["model"] != "qwen2.5-coder-1.5b" {
		t.Errorf("header %v", p.Header())
	}
	temperature, seed := 0.2, 42
	req := model.Request{
		Role: model.Judge, Model: "qwen2.5-coder-1.5b", Temperature: &temperature, Seed: &seed, MaxOutputTokens: 64,
		Messages: []model.Message{{Role: "system", Content: "Judge."}, {Role: "user", Content: "a < b && c"}},
		Schema:   &model.Schema{Name: "verdict", Schema: json.RawMessage(`{"type":"object", "properties":{}}`)},
	}
	first, err := p.Complete(t.Context(), req, nil)
	want := model.Completion{
		Text: "<first>", Reasoning: "because", Finish: model.FinishStop, Model: "served", Duration: 1500 * time.Millisecond,
		Usage: model.Usage{PromptTokens: 12, CachedTokens: 8, CompletionTokens: 3, Requests: 2, Estimated: true},
	}
	if diff := cmp.Diff(want, first); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	_, err = p.Complete(t.Context(), req, nil)
	var fault *model.Error
	if !errors.As(err, &fault) || fault.Kind != model.ErrTimeout || fault.RetryAfter != 2*time.Second || !errors.Is(err, model.ErrIdleTime) {
		t.Errorf("second: %+v", err)
	}
	// Written by hand, so without key and occurrence.
	if c, err := p.Complete(t.Context(), ask("by hand"), nil); err != nil || c.Text != "also works" {
		t.Errorf("%+v, %v", c, err)
	}
	if len(p.Unused()) != 0 {
		t.Errorf("unused %v", p.Unused())
	}
}
