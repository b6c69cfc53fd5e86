package cli

import (
	"context"
	"time"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/model"
)

// opinions answer for the judge of an audit. The endpoint is opened at the first request: where nothing is left for a judge no
// model has to be named, no address be trusted and no transcript be there.
type opinions struct {
	*model.Meter
	env     Env
	options modelOptions
	asking  func() // told before each request
	began   time.Time
	models  *models // nil before the first request
}

func newOpinions(env Env, o modelOptions, asking func()) *opinions {
	j := &opinions{env: env, options: o, asking: asking, began: env.Clock()}
	j.Meter = model.NewMeter(model.Func(func(ctx context.Context, req model.Request) (model.Completion, error) {
		return j.ask(ctx, req)
	}), o.config.Prices())
	return j
}

func (j *opinions) ask(ctx context.Context, req model.Request) (model.Completion, error) {
	j.asking()
	if err := j.open(ctx); err != nil {
		return model.Completion{}, err
	}
	return j.models.guarded().Complete(ctx, req, nil)
}

func (j *opinions) open(ctx context.Context) error {
	if j.models != nil {
		return nil
	}
	opened, err := openModels(ctx, j.env, j.options)
	if err == nil {
		j.models = opened
	}
	return err
}

// missing says why nobody could be asked, in the words of a verdict; "" where somebody can.
func (j *opinions) missing() string {
	c := j.options.config
	switch {
	case c.Config().Evaluate.Judge == config.JudgeOff:
		return "the judge is off"
	case c.Role(model.Judge).Name == "":
		return "no model is named that could judge it"
	}
	return ""
}

// enough says which budget is spent, so that nobody is asked any more.
func (j *opinions) enough() string {
	budget := j.options.config.Config().Budget
	used, cost, _ := j.Spent()
	switch {
	case budget.Tokens > 0 && used.Total() >= budget.Tokens:
		return "the judge is not asked: the token budget is spent"
	case budget.Cost > 0 && cost >= budget.Cost:
		return "the judge is not asked: the cost budget is spent"
	case budget.Time.Std() > 0 && j.env.Clock().Sub(j.began) >= budget.Time.Std():
		return "the judge is not asked: the time budget is spent"
	}
	return ""
}

func (j *opinions) close() error {
	if j.models == nil {
		return nil
	}
	return j.models.close()
}
