package model_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
)

func TestScriptAnswersInOrderAndFailsBeyondItsEnd(t *testing.T) {
	t.Parallel()
	s := model.Script("one", "two", "three")
	told := 0
	for _, want := range []string{"one", "two"} {
		c, err := s.Complete(t.Context(), ask("q"), func(n int) { told += n })
		if err != nil || c.Text != want || c.Finish != model.FinishStop || c.Usage.Requests != 1 {
			t.Errorf("got %+v, %v", c, err)
		}
	}
	if got := s.Unused(); !slices.Equal(got, []string{"three"}) || told == 0 {
		t.Errorf("unused %v, progress %d", got, told)
	}
	_, _ = s.Complete(t.Context(), ask("q"), nil)
	_, err := s.Complete(t.Context(), ask("q"), nil)
	var fault *model.Error
	if !errors.As(err, &fault) || fault.Kind != model.ErrReplay || len(s.Unused()) != 0 || len(s.Asked()) != 4 {
		t.Errorf("err %v, unused %v, asked %d", err, s.Unused(), len(s.Asked()))
	}
}

func TestDoublesHonourTheirContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, m := range []model.Model{model.Script("a"), model.Echo()} {
		if _, err := m.Complete(ctx, ask("q"), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%T: %v", m, err)
		}
	}
}

func TestEchoRepeatsTheLastMessage(t *testing.T) {
	t.Parallel()
	c, err := model.Echo().Complete(t.Context(), ask("hello"), nil)
	if err != nil || c.Text != "hello" || c.Model != "m" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := model.Echo().Complete(t.Context(), model.Request{}, nil); err == nil {
		t.Error("nothing to echo, and no error")
	}
}
