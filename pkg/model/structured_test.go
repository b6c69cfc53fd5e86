package model_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
)

type citation struct {
	File string `json:"file" jsonschema:"path of the file"`
	Line int    `json:"line,omitempty"`
}

type ruling struct {
	Outcome   string     `json:"outcome" enum:"pass,fail,unsure"`
	Score     *float64   `json:"score"`
	Citations []citation `json:"citations"`
}

const (
	good = `{"outcome":"pass","score":null,"citations":[{"file":"a.go","line":3}]}`
	bad  = `{"outcome":"maybe","score":null,"citations":[]}`
)

var question = []model.Message{{Role: "system", Content: "judge"}, {Role: "user", Content: "Does it hold?"}}

func TestSchemaForIsStrict(t *testing.T) {
	t.Parallel()
	s, err := model.SchemaFor[ruling]("ruling")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(s.Schema, &got); err != nil {
		t.Fatal(err)
	}
	raw := string(s.Schema)
	for _, part := range []string{
		`"required":["outcome","score","citations"]`, `"required":["file","line"]`, `"enum":["pass","fail","unsure"]`, `"description":"path of the file"`,
	} {
		if !strings.Contains(raw, part) {
			t.Errorf("schema lacks %s: %s", part, raw)
		}
	}
	// One "false" for each of the two objects.
	if got["additionalProperties"] != false || strings.Count(raw, `"additionalProperties":false`) != 2 {
		t.Errorf("schema allows more: %s", raw)
	}
}

func TestSchemaForRefusesWhatItCannotExpress(t *testing.T) {
	t.Parallel()
	if _, err := model.SchemaFor[[]string]("x"); err == nil {
		t.Error("a list passed")
	}
	type wrong struct {
		N int `json:"n" enum:"1,2"`
	}
	if _, err := model.SchemaFor[wrong]("x"); err == nil {
		t.Error("an enumeration of numbers passed")
	}
}

func TestAskForReadsWhateverStandsAround(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"bare":            good,
		"white space":     "\n  " + good + "\n",
		"fence":           "```json\n" + good + "\n```",
		"prose":           "Sure! For {this} clause:\n\n```\n" + good + "\n```\nHope {that} helps.",
		"prose, no fence": "The verdict is " + good + " as asked.",
		"same twice":      "```json\n" + good + "\n```\nAgain: " + strings.ReplaceAll(good, ",", ", "),
		"another object":  `Given {"clause":"E1"}, ` + good,
		"unknown field":   strings.Replace(good, `{"outcome"`, `{"confidence":1,"outcome"`, 1),
		"broken draft":    "```json\n{\"outcome\":\n```\n\n```json\n" + good + "\n```",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := model.Script(text)
			v, c, err := model.AskFor[ruling](t.Context(), model.NewAsker(script, model.Settings{Role: model.Judge, Model: "j"}), question, "ruling", nil)
			if err != nil || v.Outcome != "pass" || v.Score != nil || v.Citations[0].Line != 3 || c.Usage.Requests != 1 {
				t.Errorf("%+v, %+v, %v", v, c, err)
			}
			req := script.Asked()[0]
			if req.Schema == nil || req.Schema.Name != "ruling" || req.Role != model.Judge || req.Model != "j" {
				t.Errorf("asked %+v", req)
			}
		})
	}
}

func TestAskForSendsBackWhatItCannotUse(t *testing.T) {
	t.Parallel()
	noPass := func(r ruling) error {
		if r.Outcome == "pass" && len(r.Citations) == 0 {
			return errors.New("a pass needs a citation")
		}
		return nil
	}
	for name, tt := range map[string]struct{ text, says string }{
		"prose only":     {"I think it passes.", "no JSON object"},
		"empty":          {"{}", "another shape"},
		"wrong value":    {bad, "another shape"},
		"missing field":  {`{"outcome":"pass"}`, "another shape"},
		"wrong type":     {`{"outcome":"pass","score":"high","citations":[]}`, "another shape"},
		"trailing comma": {`{"outcome":"pass","score":null,"citations":[{"file":"a","line":1}],}`, "broken"},
		"cut":            {`{"outcome":"pass","score":nul`, "broken"},
		"two answers":    {good + " or rather " + strings.Replace(good, "pass", "fail", 1), "2 different"},
		"refused":        {`{"outcome":"pass","score":null,"citations":[]}`, "a pass needs a citation"},
		"list of it":     {`[` + good + `,` + strings.Replace(good, "pass", "fail", 1) + `]`, "2 different"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := model.Script(tt.text, good)
			v, c, err := model.AskFor(t.Context(), model.NewAsker(script, model.Settings{}), question, "ruling", noPass)
			if err != nil || v.Outcome != "pass" || c.Usage.Requests != 2 {
				t.Fatalf("%+v, %+v, %v", v, c, err)
			}
			asked := script.Asked()[1].Messages
			if len(asked) != 4 || asked[2] != (model.Message{Role: "assistant", Content: tt.text}) {
				t.Errorf("asked %+v", asked)
			}
			if last := asked[3].Content; !strings.Contains(last, tt.says) || !strings.Contains(last, `"enum"`) {
				t.Errorf("repair request %q lacks %q", last, tt.says)
			}
		})
	}
}

func TestAskForGivesUpAfterOneRepair(t *testing.T) {
	t.Parallel()
	script := model.Script("no", bad, good)
	_, c, err := model.AskFor[ruling](t.Context(), model.NewAsker(script, model.Settings{}), question, "ruling", nil)
	var unusable *model.UnusableError
	if !errors.As(err, &unusable) || unusable.Text != bad || unusable.Name != "ruling" || c.Usage.Requests != 2 {
		t.Errorf("%v, %+v", err, c)
	}
	if len(script.Unused()) != 1 {
		t.Errorf("unused %v", script.Unused())
	}
}

func TestAskForSaysThatAnAnswerWasCut(t *testing.T) {
	t.Parallel()
	var asked []model.Request
	cut := model.Func(func(_ context.Context, req model.Request) (model.Completion, error) {
		asked = append(asked, req)
		c := model.Answer(req, `{"outcome":"pa`)
		c.Finish = model.FinishLength
		return c, nil
	})
	_, _, err := model.AskFor[ruling](t.Context(), model.NewAsker(cut, model.Settings{}), question, "ruling", nil)
	if err == nil || !strings.Contains(err.Error(), "token limit") {
		t.Errorf("err %v", err)
	}
	if len(asked) != 2 || len(asked[1].Messages) != 2 || !strings.Contains(asked[1].Messages[1].Content, "Be brief") {
		t.Errorf("asked %+v", asked)
	}
}

// noSchemas refuses schemas, as older servers do.
func noSchemas(inner model.Model, refused *int) model.Func {
	return func(ctx context.Context, req model.Request) (model.Completion, error) {
		if req.Schema != nil {
			*refused++
			return model.Completion{Usage: model.Usage{Requests: 1}}, fault(model.ErrBadRequest)
		}
		return inner.Complete(ctx, req, nil)
	}
}

func TestAskForFallsBackToWordsAndRemembers(t *testing.T) {
	t.Parallel()
	script := model.Script(good, "prose", good)
	refused := 0
	asker := model.NewAsker(noSchemas(script, &refused), model.Settings{})
	_, c, err := model.AskFor[ruling](t.Context(), asker, question, "ruling", nil)
	if err != nil || refused != 1 || c.Usage.Requests != 2 {
		t.Fatalf("%v, refused %d, %+v", err, refused, c.Usage)
	}
	if _, _, err = model.AskFor[ruling](t.Context(), asker.With(model.Settings{Model: "n"}), question, "ruling", nil); err != nil || refused != 1 {
		t.Fatalf("%v, refused %d: the refusal should be remembered", err, refused)
	}
	asked := script.Asked()
	if len(asked[0].Messages) != 2 || !strings.HasPrefix(asked[0].Messages[1].Content, "Does it hold?\n\n") ||
		!strings.Contains(asked[0].Messages[1].Content, `"enum"`) {
		t.Errorf("asked %+v", asked[0].Messages)
	}
	if question[1].Content != "Does it hold?" {
		t.Error("the caller's messages were changed")
	}
	if len(asked[2].Messages) != 4 || asked[2].Model != "n" {
		t.Errorf("repair %+v", asked[2])
	}
}

func TestAskForDoesNotBlameTheSchemaForOtherRefusals(t *testing.T) {
	t.Parallel()
	calls := 0
	m := model.Func(func(_ context.Context, req model.Request) (model.Completion, error) {
		if calls++; calls <= 2 {
			return model.Completion{}, fault(model.ErrBadRequest)
		}
		if req.Schema == nil {
			t.Error("the schema was given up for a refusal that had another reason")
		}
		return model.Answer(req, good), nil
	})
	asker := model.NewAsker(m, model.Settings{})
	_, _, err := model.AskFor[ruling](t.Context(), asker, question, "ruling", nil)
	var refused *model.Error
	if !errors.As(err, &refused) || refused.Kind != model.ErrBadRequest {
		t.Errorf("err %v", err)
	}
	if _, _, err := model.AskFor[ruling](t.Context(), asker, question, "ruling", nil); err != nil {
		t.Error(err)
	}
}

func TestAskForPassesEndpointErrorsOn(t *testing.T) {
	t.Parallel()
	for i, m := range []model.Model{model.Script(), model.Script("prose")} {
		_, _, err := model.AskFor[ruling](t.Context(), model.NewAsker(m, model.Settings{}), question, "ruling", nil)
		var fault *model.Error
		if !errors.As(err, &fault) || fault.Kind != model.ErrReplay {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// Equal runs must send equal requests, or their transcripts do not replay.
func TestOneRequestFindsOutAboutSchemasForAll(t *testing.T) {
	t.Parallel()
	var refused atomic.Int32
	m := model.Func(func(_ context.Context, req model.Request) (model.Completion, error) {
		if req.Schema != nil {
			refused.Add(1)
			return model.Completion{}, fault(model.ErrBadRequest)
		}
		return model.Answer(req, good), nil
	})
	asker := model.NewAsker(m, model.Settings{})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, _, err := model.AskFor[ruling](t.Context(), asker, question, "ruling", nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if refused.Load() != 1 {
		t.Errorf("%d schemas were sent, want 1", refused.Load())
	}
}
