package openai

import (
	"context"

	"github.com/specgen-dev/specgen/pkg/model"
)

// watch ends a request that has gone silent or takes too long. go-openai has no timeouts of its own.
type watch struct {
	client *Client
	cancel context.CancelCauseFunc
	idle   Timer
	total  Timer
}

// watch starts both timers. The context's cause says which one ended it.
func (c *Client) watch(parent context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(parent)
	w := &watch{client: c, cancel: cancel}
	if c.opts.IdleTimeout > 0 {
		w.idle = c.opts.AfterFunc(c.opts.IdleTimeout, func() { cancel(model.ErrIdleTime) })
	}
	if c.opts.TotalTimeout > 0 {
		w.total = c.opts.AfterFunc(c.opts.TotalTimeout, func() { cancel(model.ErrTotalTime) })
	}
	return ctx, w
}

// life puts the idle timer back to its start: bytes have come, if only a comment.
func (w *watch) life() {
	if w.idle != nil {
		w.idle.Reset(w.client.opts.IdleTimeout)
	}
}

func (w *watch) stop() {
	if w.idle != nil {
		w.idle.Stop()
	}
	if w.total != nil {
		w.total.Stop()
	}
	w.cancel(context.Canceled)
}
